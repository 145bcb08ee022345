package mail

import (
	"strconv"
	"strings"
	"unicode"
)

// markOf tells what an element of a mail program is for, by what it is called.
func markOf(tag, key, value string) mark {
	value = strings.ToLower(value)
	switch key {
	case "type":
		if tag == "blockquote" && value == "cite" {
			return markCite
		}
	case "name":
		if value == "quote" && tag == "div" { // GMX, web.de
			return markCite
		}
	case "data-smartmail":
		if value == "gmail_signature" {
			return markSign
		}
	case "id":
		switch value {
		case "divrplyfwdmsg", "mail-editor-reference-message-container", "olk_src_body_section", "isforwardcontent", "isreplycontent":
			return markHistory
		case "signature", "ms-outlook-mobile-signature", "applemailsignature", "composer_signature", "ms-outlook-ios-signature", "x_signature":
			return markSign
		}
	case "class":
		var m mark
		for _, class := range strings.Fields(value) {
			switch {
			case tag == "blockquote" && (class == "gmail_quote" || class == "protonmail_quote" || class == "tutanota_quote" || class == "cite"), strings.HasPrefix(class, "yahoo_quoted"), class == "zmail_extra" && tag == "blockquote":
				m |= markCite
			case class == "gmail_attr", class == "moz-cite-prefix":
				m |= markIntro
			case class == "ms-outlook-mobile-reference-message":
				m |= markHistory
			case class == "moz-forward-container":
				m |= markForward
			case class == "gmail_signature", class == "gmail_signature_prefix", class == "moz-signature", class == "protonmail_signature_block":
				m |= markSign
			}
		}
		return m
	}
	return 0
}

// reading turns a tree into the lines a person sees.
type reading struct {
	lines []line
	nodes []*node // of all lines, in their order

	text    strings.Builder // of the line that is being read
	first   int             // its first node
	space   bool            // white space is due
	content bool            // there is something on it
	mark    mark
	quote   int16
	gap     bool // an empty line is due
	pre     int
	prefix  string
	counts  []int // of the ordered lists around; 0 for others
}

// readLines reads a tree. The lines know their nodes, so that what is trimmed of the lines can
// be taken out of the tree.
func readLines(root *node) *reading {
	r := &reading{}
	r.walk(root, 0, 0)
	r.end(false)
	return r
}

// start begins the content of a line.
func (r *reading) start(m mark, quote int16) {
	if !r.content {
		if r.gap && len(r.lines) > 0 && !r.lines[len(r.lines)-1].blank() && len(r.lines) < maxLines {
			shared := min(quote, r.lines[len(r.lines)-1].quote)
			r.lines = append(r.lines, line{text: strings.Repeat(">", min(int(shared), 20)), quote: shared, from: int32(r.first), to: int32(r.first)})
		}
		r.gap, r.content, r.quote = false, true, quote
		if quote > 0 {
			r.text.WriteString(strings.Repeat(">", min(int(quote), 20)) + " ")
		}
		r.text.WriteString(r.prefix)
		r.prefix = ""
	}
	r.mark |= m
}

// end ends the line, if there is one; forced, an empty one too.
func (r *reading) end(forced bool) {
	if !r.content && !forced {
		r.space = false
		return
	}
	if len(r.lines) < maxLines {
		r.lines = append(r.lines, line{text: strings.TrimRightFunc(r.text.String(), unicode.IsSpace), quote: r.quote, mark: r.mark, from: int32(r.first), to: int32(len(r.nodes))})
	}
	r.text.Reset()
	r.first, r.space, r.content, r.mark = len(r.nodes), false, false, 0
}

func (r *reading) walk(n *node, m mark, quote int16) {
	if n.hidden {
		return
	}
	if n.tag == "" {
		r.nodes = append(r.nodes, n)
		if r.pre > 0 {
			if n.text != "" {
				r.start(m, quote)
				r.text.WriteString(n.text)
			}
			return
		}
		r.words(n.text, m, quote)
		return
	}
	m |= n.mark &^ markCite
	if n.mark&markCite != 0 {
		quote++
	} else if n.tag == "blockquote" && quote == 0 {
		m |= markWeak
	}
	switch n.tag {
	case "br":
		r.nodes = append(r.nodes, n)
		if !r.content {
			r.quote, r.mark = quote, m
		}
		r.end(true)
		return
	case "hr":
		r.end(false)
		r.nodes = append(r.nodes, n)
		r.start(m|markRule, quote)
		r.text.WriteString("---")
		r.end(false)
		return
	case "img":
		r.nodes = append(r.nodes, n)
		r.start(m|markImage, quote)
		return
	case "td", "th":
		r.space = true
	case "li":
		r.end(false)
		mark := "- "
		if at := len(r.counts) - 1; at >= 0 && r.counts[at] > 0 {
			mark = strconv.Itoa(r.counts[at]) + ". "
			r.counts[at]++
		}
		r.prefix = mark
	case "ol":
		first, err := strconv.Atoi(n.start)
		if err != nil || first < 1 || first > 9999 {
			first = 1
		}
		r.counts = append(r.counts, first)
		defer func() { r.counts = r.counts[:len(r.counts)-1] }()
	case "ul":
		r.counts = append(r.counts, 0)
		defer func() { r.counts = r.counts[:len(r.counts)-1] }()
	case "pre":
		r.pre++
		defer func() { r.pre-- }()
	}
	isBlock := block[n.tag]
	room := spaced[n.tag] && !n.tight && len(r.counts) < 2 && n.tag != "table"
	if isBlock && n.tag != "li" {
		r.end(false)
	}
	r.gap = r.gap || room
	for _, kid := range n.kids {
		r.walk(kid, m, quote)
	}
	if isBlock {
		r.end(false)
		if n.tag == "li" {
			r.prefix = ""
		}
	}
	r.gap = r.gap || room
}

// words writes text, white space of any length as one space.
func (r *reading) words(text string, m mark, quote int16) {
	for _, c := range text {
		if c == '\u00a0' && !r.content {
			r.start(m, quote) // an empty line that is meant
			r.space = true
			continue
		}
		if unicode.IsSpace(c) {
			r.space = true
			continue
		}
		if r.content {
			if r.space {
				r.text.WriteByte(' ')
			}
		}
		r.space = false
		r.start(m, quote)
		r.text.WriteRune(c)
	}
}

// prune drops from the tree what was dropped of its lines.
func (n *node) prune(nodes []*node, ls []line) {
	for i := range ls {
		if ls[i].mark&markDrop == 0 {
			continue
		}
		for _, kid := range nodes[ls[i].from:ls[i].to] {
			kid.drop = true
		}
	}
	n.settle()
}

// settle drops the elements of which nothing is left, and tells whether something is left of
// this one. Cells stay as long as their row does: the others stand below their headings.
func (n *node) settle() (left bool) {
	switch {
	case n.drop || n.hidden:
		return false
	case n.tag == "":
		return strings.Trim(n.text, " \t\r\n") != ""
	case void[n.tag]:
		return true
	}
	for _, kid := range n.kids {
		left = kid.settle() || left
	}
	n.drop = !left && n.up != nil && n.tag != "td" && n.tag != "th"
	return left
}
