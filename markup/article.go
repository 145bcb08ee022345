package markup

import (
	"bytes"
	"fmt"
	"strings"
	"unicode"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

// articles renders CommonMark with tables, strikethrough and bare links. The
// two parsers for raw HTML are left out: tags are text.
var articles = goldmark.New(
	goldmark.WithParser(parser.NewParser(
		parser.WithBlockParsers(
			util.Prioritized(parser.NewSetextHeadingParser(), 100),
			util.Prioritized(parser.NewThematicBreakParser(), 200),
			util.Prioritized(parser.NewListParser(), 300),
			util.Prioritized(parser.NewListItemParser(), 400),
			util.Prioritized(parser.NewCodeBlockParser(), 500),
			util.Prioritized(parser.NewATXHeadingParser(), 600),
			util.Prioritized(parser.NewFencedCodeBlockParser(), 700),
			util.Prioritized(parser.NewBlockquoteParser(), 800),
			util.Prioritized(parser.NewParagraphParser(), 1000),
		),
		inlines(parser.NewEmphasisParser()),
		parser.WithParagraphTransformers(
			util.Prioritized(parser.LinkReferenceParagraphTransformer, 100),
		),
	)),
	goldmark.WithExtensions(
		extension.Strikethrough,
		// The align attribute and not a style: the content policy forbids styles.
		extension.NewTable(extension.WithTableCellAlignMethod(extension.TableCellAlignAttribute)),
		bareLinks(),
	),
)

// Article renders an article's Markdown. Its headings start at h2, because the
// page's title is the h1, and never skip a level (WCAG 1.3.1). The table of
// contents lists them in order; plain is the text alone, for search.
func Article(md string) (html string, toc []Heading, plain string) {
	source := []byte(tidy(md))
	if costly(source) {
		html = verbatim(md)
		return html, nil, Plain(html)
	}
	doc := articles.Parser().Parse(text.NewReader(source))
	toc = outline(doc, source)
	var b bytes.Buffer
	if tooDeep(doc) || articles.Renderer().Render(&b, source, doc) != nil {
		html = verbatim(md)
		return html, nil, Plain(html)
	}
	html = articlePolicy.Sanitize(b.String())
	return html, toc, Plain(html)
}

// outline gives every heading its level and anchor and returns the list.
func outline(doc ast.Node, source []byte) []Heading {
	var nodes []*ast.Heading
	top := 6
	_ = ast.Walk(doc, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if h, ok := n.(*ast.Heading); ok && entering {
			nodes = append(nodes, h)
			top = min(top, h.Level)
			return ast.WalkSkipChildren, nil
		}
		return ast.WalkContinue, nil
	})
	var toc []Heading
	used := map[string]bool{}
	previous := 1
	for _, h := range nodes {
		h.Level = min(h.Level-top+2, previous+1, 6)
		previous = h.Level
		words := nodeText(h, source)
		id := anchor(words, used)
		h.SetAttributeString("id", []byte(id))
		if words != "" {
			toc = append(toc, Heading{Level: h.Level, ID: id, Text: words})
		}
	}
	return toc
}

// longestAnchor in runes, the prefix left aside.
const longestAnchor = 60

// anchor makes a unique id of letters, digits and hyphens. The prefix keeps it
// clear of every id and global name that our pages and scripts use.
func anchor(words string, used map[string]bool) string {
	var b strings.Builder
	size, gap := 0, false
	for _, r := range strings.ToLower(words) {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			if gap && size > 0 {
				b.WriteByte('-')
				size++
			}
			gap = false
			b.WriteRune(r)
			if size++; size >= longestAnchor {
				break
			}
		} else {
			gap = true
		}
	}
	base := "h-" + b.String()
	if size == 0 {
		base = "h-section"
	}
	id := base
	for n := 2; used[id]; n++ {
		id = fmt.Sprintf("%s-%d", base, n)
	}
	used[id] = true
	return id
}

// nodeText is the text inside a node, without marks.
func nodeText(n ast.Node, source []byte) string {
	var b strings.Builder
	_ = ast.Walk(n, func(c ast.Node, entering bool) (ast.WalkStatus, error) {
		if !entering {
			return ast.WalkContinue, nil
		}
		switch c := c.(type) {
		case *ast.Text:
			value := c.Value(source)
			if !c.IsRaw() {
				value = util.UnescapePunctuations(util.ResolveEntityNames(util.ResolveNumericReferences(value)))
			}
			b.Write(value)
			if c.SoftLineBreak() || c.HardLineBreak() {
				b.WriteByte(' ')
			}
		case *ast.String:
			b.Write(c.Value)
		case *ast.AutoLink:
			b.Write(c.Label(source))
		}
		return ast.WalkContinue, nil
	})
	return strings.Join(strings.Fields(b.String()), " ")
}
