package mail

import (
	"slices"
	"strings"
)

// piece is one stretch of what a mail says: text, HTML, or both saying the same.
type piece struct{ text, html string }

// mailFile is a file on the way to Parsed.Files.
type mailFile struct {
	File
	id     string // its Content-ID as written
	inline bool   // not called an attachment
}

// reader takes the tree of parts apart.
type reader struct {
	files  []mailFile
	report *report
	left   int // bytes of text that may still be read
	faults []string
}

// report is a machine's report on another mail (RFC 3462).
type report struct {
	kind     string // "delivery-status", "disposition-notification"
	status   string // the fields for machines
	original header // of the mail it is about
}

func (r *reader) fault(text string) {
	if text != "" && len(r.faults) < maxFaults && !slices.Contains(r.faults, text) {
		r.faults = append(r.faults, text)
	}
}

// body collects what a part says, in reading order; what is no text becomes a file.
func (r *reader) body(p *part, root bool) []piece {
	switch {
	case p.whole:
		r.keep(p)
		return nil
	case p.kind == "multipart/alternative":
		return r.alternative(p)
	case p.kind == "multipart/related":
		return r.related(p)
	case p.kind == "multipart/signed":
		return r.signed(p)
	case p.kind == "multipart/report" || p.kind == "multipart/mixed" && hasKid(p, "message/delivery-status"):
		return r.reported(p)
	case strings.HasPrefix(p.kind, "multipart/"):
		var all []piece
		for _, kid := range p.kids {
			all = append(all, r.body(kid, root && len(p.kids) == 1)...)
		}
		return all
	case p.isBody(root):
		return r.say(p)
	}
	r.keep(p)
	return nil
}

func hasKid(p *part, kind string) bool {
	return slices.ContainsFunc(p.kids, func(kid *part) bool { return kid.kind == kind })
}

// isBody tells text to be read from a text file: the root is always read.
func (p *part) isBody(root bool) bool {
	if p.kind != "text/plain" && p.kind != "text/html" {
		return false
	}
	return p.disposition != "attachment" && (root || p.name == "")
}

func (r *reader) say(p *part) []piece {
	text, fault := p.text(min(r.left, maxBody))
	r.fault(fault)
	r.left -= min(len(text), r.left)
	switch {
	case strings.TrimSpace(text) == "":
		return nil
	case p.kind == "text/html":
		return []piece{{html: text}}
	}
	return []piece{{text: text}}
}

// alternative: every kid says the same. The text is the first that is text, the HTML the last
// that has any (RFC 2046, 5.1.4: the best comes last).
func (r *reader) alternative(p *part) []piece {
	var out piece
	for _, kid := range p.kids {
		said := r.body(kid, false)
		if len(said) == 0 {
			continue
		}
		if !slices.ContainsFunc(said, func(s piece) bool { return s.html != "" }) {
			if out.text == "" {
				out.text = joined(said)
			}
			continue
		}
		var html []string
		for _, s := range said {
			html = append(html, s.asHTML())
		}
		out.html = strings.Join(html, "\n")
	}
	if out == (piece{}) {
		return nil
	}
	return []piece{out}
}

// related: the first part, or the one named start, shows the others in place.
func (r *reader) related(p *part) []piece {
	if len(p.kids) == 0 {
		return nil
	}
	first := 0
	if start := strings.Trim(p.params["start"], "<> "); start != "" {
		first = max(0, slices.IndexFunc(p.kids, func(kid *part) bool { return kid.contentID == start }))
	}
	said := r.body(p.kids[first], false)
	for i, kid := range p.kids {
		switch {
		case i == first:
		case strings.HasPrefix(kid.kind, "multipart/"):
			said = append(said, r.body(kid, false)...)
		default:
			r.keep(kid)
		}
	}
	return said
}

// signed: the text is shown and the signature left out; it proves nothing to a reader here.
func (r *reader) signed(p *part) []piece {
	var said []piece
	for i, kid := range p.kids {
		if i > 0 && (strings.HasSuffix(kid.kind, "-signature") || kid.kind == p.params["protocol"]) {
			continue
		}
		said = append(said, r.body(kid, false)...)
	}
	return said
}

// reported: the words for people are the text, the fields for machines and the returned mail
// are read for what they say of a delivery.
func (r *reader) reported(p *part) []piece {
	rep := &report{kind: strings.ToLower(p.params["report-type"])}
	var said []piece
	for _, kid := range p.kids {
		switch kid.kind {
		case "message/delivery-status", "message/global-delivery-status":
			rep.kind = "delivery-status"
			rep.status, _ = kid.text(maxHeader)
		case "message/disposition-notification", "message/global-disposition-notification":
			rep.kind = "disposition-notification"
			rep.status, _ = kid.text(maxHeader)
		case "message/rfc822", "text/rfc822-headers", "message/global", "message/global-headers", "message/rfc822-headers":
			returned, _ := kid.content(2 * maxHeader)
			rep.original, _, _ = readHeader(returned)
		default:
			said = append(said, r.body(kid, false)...)
		}
	}
	r.report = rep
	return said
}

func (r *reader) keep(p *part) {
	if len(p.body) == 0 && p.name == "" {
		return
	}
	f, fault := p.file()
	r.fault(fault)
	r.files = append(r.files, mailFile{File: f, id: p.contentID, inline: p.disposition != "attachment"})
}

// joined is the text of pieces without their HTML.
func joined(said []piece) string {
	var all []string
	for _, s := range said {
		if s.text != "" {
			all = append(all, strings.TrimRight(s.text, " \t\n"))
		}
	}
	return strings.Join(all, "\n\n")
}

var escaper = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;")

// asHTML is the HTML of a piece, made from its text where it has none.
func (s piece) asHTML() string {
	if s.html != "" || s.text == "" {
		return s.html
	}
	return "<div>" + strings.ReplaceAll(escaper.Replace(s.text), "\n", "<br>\n") + "</div>"
}
