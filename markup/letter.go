package markup

import (
	"strconv"
	"strings"
	"unicode"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

func parseInner(source string) ([]*html.Node, error) {
	return html.ParseFragment(strings.NewReader(source), &html.Node{Type: html.ElementNode, Data: "div", DataAtom: atom.Div})
}

// letter writes the text of a message, block by block.
type letter struct {
	out     []string
	line    strings.Builder
	prefix  string // of each line: arrows and the room under a list's mark
	mark    string // instead of the last part of prefix, for the first line of an item
	gap     bool   // an empty line is due before the next
	tight   int    // inside lists no empty lines stand
	counted []int  // the numbers of the ordered lists around; 0 in bulleted ones
}

func (b *letter) lines() []string {
	b.end()
	return b.out
}

// end ends the present line, if there is anything on it.
func (b *letter) end() {
	text := strings.TrimRightFunc(b.line.String(), unicode.IsSpace)
	b.line.Reset()
	if text == "" && b.mark == "" {
		return
	}
	b.put(text)
}

func (b *letter) put(text string) {
	if b.gap && len(b.out) > 0 {
		b.out = append(b.out, strings.TrimRight(b.prefix, " "))
	}
	b.gap = false
	prefix := b.prefix
	if b.mark != "" {
		prefix = strings.TrimSuffix(prefix, strings.Repeat(" ", len(b.mark))) + b.mark
		b.mark = ""
	}
	b.out = append(b.out, strings.TrimRight(prefix+text, " "))
}

// block sets its inside apart from what is around.
func (b *letter) block(n *html.Node, prefix string) {
	b.end()
	b.gap = b.gap || b.tight == 0
	outer := b.prefix
	b.prefix += prefix
	b.inner(n)
	b.end()
	b.prefix = outer
	b.gap = b.tight == 0
}

func (b *letter) inner(n *html.Node) {
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		b.node(c)
	}
}

func (b *letter) node(n *html.Node) {
	if n.Type == html.TextNode {
		words := strings.Join(strings.Fields(n.Data), " ")
		runes := []rune(n.Data)
		if len(runes) > 0 && unicode.IsSpace(runes[0]) && b.line.Len() > 0 && !strings.HasSuffix(b.line.String(), " ") {
			b.line.WriteByte(' ')
		}
		b.line.WriteString(words)
		if words != "" && unicode.IsSpace(runes[len(runes)-1]) {
			b.line.WriteByte(' ')
		}
		return
	}
	if n.Type != html.ElementNode || silent[n.Data] {
		return
	}
	switch n.Data {
	case "br":
		b.end()
	case "p", "h1", "h2", "h3", "h4", "h5", "h6", "div", "table":
		b.block(n, "")
	case "blockquote":
		b.block(n, "> ")
	case "hr":
		b.end()
		b.gap = true
		b.put("---")
		b.gap = true
	case "pre":
		b.end()
		b.gap = true
		for _, line := range strings.Split(strings.Trim(raw(n), "\n"), "\n") {
			b.put("    " + line)
		}
		b.gap = b.tight == 0
	case "ul", "ol":
		b.end()
		b.gap = b.gap || b.tight == 0
		first := 0
		if n.Data == "ol" {
			if first, _ = strconv.Atoi(attrOf(n, "start")); first < 1 {
				first = 1
			}
		}
		b.tight++
		b.counted = append(b.counted, first)
		b.inner(n)
		b.counted = b.counted[:len(b.counted)-1]
		b.tight--
		b.gap = b.tight == 0
	case "li":
		mark := "- "
		if at := len(b.counted) - 1; at >= 0 && b.counted[at] > 0 {
			mark = strconv.Itoa(b.counted[at]) + ". "
			b.counted[at]++
		}
		b.end()
		outer := b.prefix
		b.prefix, b.mark = b.prefix+strings.Repeat(" ", len(mark)), mark
		b.inner(n)
		b.end()
		b.prefix, b.mark = outer, ""
	case "tr":
		b.end()
		b.inner(n)
		b.end()
	case "td", "th":
		if before := strings.TrimSpace(b.line.String()); before != "" {
			b.line.Reset()
			b.line.WriteString(before + " | ")
		}
		b.inner(n)
	case "code":
		b.line.WriteString(raw(n))
	case "a":
		b.inner(n)
		target := strings.TrimPrefix(attrOf(n, "href"), "mailto:")
		label := strings.TrimSpace(raw(n))
		if target != "" && label != target && strings.TrimSuffix(target, "/") != label {
			b.line.WriteString(" <" + target + ">")
		}
	default:
		b.inner(n)
	}
}

func attrOf(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

// raw is all text inside a node, as it stands.
func raw(n *html.Node) string {
	if n.Type == html.TextNode {
		return n.Data
	}
	var b strings.Builder
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		b.WriteString(raw(c))
	}
	return b.String()
}
