package mail

import (
	"bytes"
	"mime"
	"regexp"
	"slices"
	"strings"

	"github.com/jhillyerd/enmime/v2/mediatype"
)

// Bounds of the tree of parts (A29).
const (
	maxParts = 200
	maxNest  = 20
)

// part is one node of a mail. Its bytes are a window on the raw mail; splitting copies nothing
// and takes linear time, whatever the boundaries are.
type part struct {
	header header
	body   []byte // still encoded
	kind   string // such as "text/plain", in small letters
	params map[string]string
	// disposition is "attachment", "inline" or empty; name the file's name, if it has one.
	disposition, name string
	contentID         string
	kids              []*part
	// whole is set where the part is kept as it is, unread.
	whole bool
}

// splitter counts what it makes.
type splitter struct {
	parts  int
	faults []string
}

func (s *splitter) fault(text string) {
	if len(s.faults) < maxFaults && !slices.Contains(s.faults, text) {
		s.faults = append(s.faults, text)
	}
}

// read makes a part of raw bytes; parentKind tells the default type inside a digest.
func (s *splitter) read(raw []byte, parentKind string, depth int) *part {
	s.parts++
	p := &part{}
	var faults []string
	p.header, p.body, faults = readHeader(raw)
	for _, f := range faults {
		s.fault(f)
	}
	p.setType(parentKind)
	if !strings.HasPrefix(p.kind, "multipart/") {
		return p
	}
	boundary := strings.TrimRight(p.params["boundary"], " ")
	if boundary == "" || len(boundary) > 200 {
		if boundary = guessBoundary(p.body); boundary == "" {
			s.fault("a multipart without a boundary")
			p.kind = "text/plain"
			return p
		}
	}
	if depth >= maxNest {
		s.fault("parts are nested too deeply; the rest is kept as a file")
		return kept(raw, "nested.eml")
	}
	all, closed := pieces(p.body, boundary)
	if !closed {
		s.fault("a multipart is not closed")
	}
	if len(all) == 0 {
		p.kind = "text/plain"
		return p
	}
	for _, piece := range all {
		if s.parts >= maxParts {
			s.fault("the mail has too many parts; the rest is kept as a file")
			p.kids = append(p.kids, kept(p.body[piece[0]:], "rest.eml"))
			break
		}
		p.kids = append(p.kids, s.read(p.body[piece[0]:piece[1]], p.kind, depth+1))
	}
	return p
}

// kept is a part that is not looked into.
func kept(raw []byte, name string) *part {
	return &part{body: raw, kind: "application/octet-stream", disposition: "attachment", name: name, whole: true}
}

// guessBoundary takes the first line that begins with two hyphens for one.
func guessBoundary(body []byte) string {
	for range 50 {
		if len(body) == 0 {
			break
		}
		var line []byte
		line, body = nextLine(body)
		if line = bytes.TrimRight(line, " \t"); len(line) > 2 && len(line) < 100 && bytes.HasPrefix(line, []byte("--")) {
			return string(line[2:])
		}
	}
	return ""
}

// pieces finds what stands between the boundaries, each as its beginning and end in the body.
func pieces(body []byte, boundary string) (at [][2]int, closed bool) {
	mark := []byte("--" + boundary)
	start, from := -1, 0
	for from <= len(body) {
		i := bytes.Index(body[from:], mark)
		if i < 0 {
			break
		}
		i += from
		from = i + len(mark)
		if i > 0 && body[i-1] != '\n' {
			continue
		}
		line, _ := nextLine(body[i+len(mark):])
		final := bytes.HasPrefix(line, []byte("--"))
		if !final && len(bytes.TrimSpace(line)) > 0 {
			continue // the boundary of another part that begins like this one
		}
		if start >= 0 {
			end := i
			if end > start && body[end-1] == '\n' {
				end--
			}
			if end > start && body[end-1] == '\r' {
				end--
			}
			at = append(at, [2]int{start, end})
		}
		if final {
			return at, true
		}
		if len(at) > maxParts { // the caller takes no more
			return append(at, [2]int{i, len(body)}), true
		}
		start = min(from+len(line)+1, len(body))
		for start < len(body) && body[start-1] != '\n' {
			start++
		}
		from = start
	}
	if start >= 0 && start <= len(body) {
		at = append(at, [2]int{start, len(body)})
	}
	return at, false
}

// setType reads Content-Type and Content-Disposition, tolerantly.
func (p *part) setType(parentKind string) {
	p.kind, p.params = mediaType(toUTF8(p.header.get("content-type")))
	if !strings.Contains(p.kind, "/") {
		p.kind = "text/plain"
		if parentKind == "multipart/digest" {
			p.kind = "message/rfc822"
		}
	}
	disposition, params := mediaType(toUTF8(p.header.get("content-disposition")))
	if disposition == "attachment" || disposition == "inline" {
		p.disposition = disposition
	}
	for _, name := range []string{params["filename"], p.params["name"], p.params["file"], params["name"]} {
		if name = strings.TrimSpace(name); name != "" {
			p.name = decodeWords(name)
			break
		}
	}
	p.contentID = strings.Trim(strings.TrimSpace(p.header.get("content-id")), "<> ")
}

var looseParam = regexp.MustCompile(`(?i);\s*([a-z0-9_-]+)\s*=\s*(?:"([^"]*)"|([^;\s]+))`)

func mediaType(value string) (kind string, params map[string]string) {
	if value == "" {
		return "", nil
	}
	if kind, params, err := mime.ParseMediaType(value); err == nil {
		return kind, params
	}
	if kind, params, _, err := mediatype.Parse(value); err == nil {
		return strings.ToLower(kind), params
	}
	kind, _, _ = strings.Cut(value, ";")
	params = map[string]string{}
	for _, m := range looseParam.FindAllStringSubmatch(value, 30) {
		params[strings.ToLower(m[1])] = m[2] + m[3]
	}
	if kind = strings.ToLower(strings.TrimSpace(kind)); strings.Count(kind, "/") != 1 || strings.ContainsAny(kind, " \t\"") {
		kind = ""
	}
	return kind, params
}
