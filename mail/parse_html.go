package mail

import (
	"strconv"
	"strings"

	"golang.org/x/net/html"
)

// Bounds of one HTML text (A22). The tree is built in linear time with no more nodes than tags
// and texts; a browser's way of mending can make far more of them.
const (
	maxLinks = 5000
	maxNodes = 60000
	maxDepth = 100
)

// node is an element, or a text when it has no tag.
type node struct {
	tag  string
	text string
	kids []*node
	// What an element says that matters here.
	href, cid, alt string
	width, height  string
	start, span    string
	mark           mark
	tight          bool // a paragraph without room around it
	hidden         bool
	up             *node
	drop           bool // trimmed
}

// Kinds of elements for building and for reading as lines.
var (
	rawText  = set("script style title iframe noembed noframes textarea xmp")
	void     = set("br hr img input meta link area base col embed param source track wbr")
	block    = set("p div h1 h2 h3 h4 h5 h6 ul ol li dl dt dd table caption thead tbody tfoot tr blockquote pre hr section article header footer center address form fieldset main aside nav figure figcaption")
	spaced   = set("p h1 h2 h3 h4 h5 h6 ul ol dl table blockquote pre")
	closesP  = set("p div h1 h2 h3 h4 h5 h6 ul ol dl table blockquote pre hr section article header footer center address form")
	rendered = set("p br strong b em i code pre ul ol li blockquote div h1 h2 h3 h4 h5 h6 hr u s del ins small sub sup dl dt dd table thead tbody tfoot tr th td caption a img")
)

func set(names string) map[string]bool {
	all := map[string]bool{}
	for _, name := range strings.Fields(names) {
		all[name] = true
	}
	return all
}

// builder makes a tree of HTML, closing what is open and leaving out what is nested too deeply.
type builder struct {
	at    *node
	depth int
	over  int // open elements that were left out
	nodes int
	links int
	pre   int
	cut   string
	// image tells how a picture's address names a file of the mail; empty is none.
	image func(src string) string
}

// parseHTML reads the HTML of a mail; cut says what was left out.
func parseHTML(source string, image func(src string) string) (root *node, cut string) {
	root = &node{tag: "body"}
	b := &builder{at: root, image: image}
	z := html.NewTokenizer(strings.NewReader(source))
	skip := "" // the raw text element whose text comes next
	for b.cut == "" {
		kind := z.Next()
		switch kind {
		case html.ErrorToken:
			return root, b.cut
		case html.TextToken:
			if skip == "" {
				b.add(string(z.Text()))
			}
		case html.StartTagToken, html.SelfClosingTagToken:
			name, more := z.TagName()
			tag := string(name)
			if skip = ""; rawText[tag] {
				skip = tag
				continue
			}
			n := &node{tag: tag}
			for more {
				var key, value []byte
				key, value, more = z.TagAttr()
				b.attribute(n, string(key), string(value))
			}
			b.open(n)
		case html.EndTagToken:
			name, _ := z.TagName()
			if tag := string(name); tag == skip {
				skip = ""
			} else {
				b.close(tag)
			}
		}
	}
	return root, b.cut
}

func (b *builder) attribute(n *node, key, value string) {
	switch key {
	case "href":
		if n.tag == "a" && len(value) <= 4096 {
			n.href = value
		}
	case "src":
		if n.tag == "img" {
			n.cid = b.image(value)
		}
	case "alt":
		n.alt = value[:min(len(value), 300)]
	case "width":
		n.width = value
	case "height":
		n.height = value
	case "start":
		n.start = value
	case "colspan":
		n.span = value
	case "style":
		style := strings.ToLower(strings.Join(strings.Fields(value[:min(len(value), 2000)]), ""))
		n.hidden = strings.Contains(style, "display:none") || strings.Contains(style, "mso-hide:all")
	case "class", "id", "type", "name", "data-smartmail":
		n.mark |= markOf(n.tag, key, value[:min(len(value), 500)])
		n.tight = n.tight || strings.HasPrefix(value, "MsoNormal") || strings.HasPrefix(value, "MsoPlainText")
	}
}

// add puts a text where the tree stands.
func (b *builder) add(text string) {
	if text == "" || !b.room() {
		return
	}
	if b.pre == 0 {
		b.at.kids = append(b.at.kids, &node{text: text, up: b.at})
		return
	}
	for len(text) > 0 && b.room() { // one node a line
		line, rest, more := strings.Cut(text, "\n")
		b.at.kids = append(b.at.kids, &node{text: line, up: b.at})
		if more {
			b.at.kids = append(b.at.kids, &node{tag: "br", up: b.at})
		}
		text = rest
	}
}

func (b *builder) room() bool {
	if b.nodes++; b.nodes > maxNodes {
		b.cut = "the HTML is too large; the rest is not shown"
	}
	return b.cut == ""
}

func (b *builder) open(n *node) {
	if n.tag == "a" {
		if b.links++; b.links > maxLinks {
			b.cut = "the HTML has too many links; the rest is not shown"
			return
		}
	}
	if closesP[n.tag] {
		b.leave("p", nil)
	}
	switch n.tag {
	case "li":
		b.leave("li", ofItem)
	case "dt", "dd":
		b.leave("dt", ofTerm)
		b.leave("dd", ofTerm)
	case "td", "th":
		b.leave("td", ofCell)
		b.leave("th", ofCell)
	case "tr":
		b.leave("tr", ofRow)
	}
	if void[n.tag] {
		if (n.tag == "br" || n.tag == "hr" || n.tag == "img" && n.cid != "" && !n.tiny()) && b.room() {
			n.up = b.at
			b.at.kids = append(b.at.kids, n)
		}
		return
	}
	if b.depth >= maxDepth {
		b.over++
		return
	}
	if !b.room() {
		return
	}
	n.up = b.at
	b.at.kids = append(b.at.kids, n)
	b.at = n
	b.depth++
	if n.tag == "pre" {
		b.pre++
	}
}

// What an element that may be left open does not reach beyond.
var (
	ofItem = set("ul ol table td")
	ofTerm = set("dl table td")
	ofCell = set("tr table")
	ofRow  = set("table")
)

// leave closes an open element of this name that the next one ends (a paragraph ends at the next
// block), looking up to the nearest of the bounds, for a paragraph to the nearest block.
func (b *builder) leave(tag string, bounds map[string]bool) {
	depth := 1
	for n := b.at; n.up != nil; n = n.up {
		if n.tag == tag {
			b.up(n, depth)
			return
		}
		if bounds == nil && block[n.tag] || bounds[n.tag] {
			return
		}
		depth++
	}
}

func (b *builder) close(tag string) {
	if b.over > 0 {
		if !void[tag] {
			b.over--
		}
		return
	}
	depth := 1
	for n := b.at; n.up != nil; n = n.up {
		if n.tag == tag {
			b.up(n, depth)
			return
		}
		if (n.tag == "td" || n.tag == "th") && tag != "tr" && tag != "table" && tag != "tbody" {
			return // a stray end inside a cell does not end the table
		}
		depth++
	}
	if tag == "br" {
		b.open(&node{tag: "br"})
	}
}

// up leaves a node that stands depth levels up.
func (b *builder) up(n *node, depth int) {
	for at := b.at; at != n.up; at = at.up {
		if at.tag == "pre" {
			b.pre--
		}
	}
	b.at = n.up
	b.depth -= depth
	b.over = 0
}

// tiny pictures are there to be loaded and not to be seen.
func (n *node) tiny() bool {
	small := func(s string) bool {
		size, err := strconv.Atoi(strings.TrimSuffix(strings.TrimSpace(s), "px"))
		return err == nil && size <= 2
	}
	return small(n.width) || small(n.height)
}

// write renders a tree without what was dropped or hidden. Nothing else is checked here: it is
// cleaned afterwards.
func (n *node) write(b *strings.Builder, limit int) {
	if n.drop || n.hidden || b.Len() > limit {
		return
	}
	if n.tag == "" {
		b.WriteString(html.EscapeString(n.text))
		return
	}
	show, tag := rendered[n.tag], n.tag
	if n.tight && tag == "p" { // it is a line to its writer
		tag = "div"
	}
	if show {
		b.WriteString("<" + tag)
		for _, a := range [][2]string{{"href", n.href}, {"data-cid", n.cid}, {"alt", n.alt}, {"start", n.start}, {"colspan", n.span}, {"width", n.width}, {"height", n.height}} {
			if a[1] != "" && (a[0] != "width" && a[0] != "height" || n.tag == "img") {
				b.WriteString(" " + a[0] + `="` + html.EscapeString(a[1]) + `"`)
			}
		}
		b.WriteByte('>')
	} else if block[n.tag] && n.up != nil {
		b.WriteString("<div>")
	}
	for _, kid := range n.kids {
		kid.write(b, limit)
	}
	switch {
	case void[n.tag]:
	case show:
		b.WriteString("</" + tag + ">")
	case block[n.tag] && n.up != nil:
		b.WriteString("</div>")
	}
}
