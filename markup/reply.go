package markup

import (
	"bytes"
	"strings"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/renderer"
	htmlrender "github.com/yuin/goldmark/renderer/html"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

// replies renders what agents write: Markdown as articles know it, with every line break
// kept as in a letter. There are no pictures, because files are attached, and no raw HTML.
var replies = goldmark.New(
	goldmark.WithParser(parser.NewParser(
		parser.WithBlockParsers(
			util.Prioritized(parser.NewThematicBreakParser(), 200),
			util.Prioritized(parser.NewListParser(), 300),
			util.Prioritized(parser.NewListItemParser(), 400),
			util.Prioritized(parser.NewATXHeadingParser(), 600),
			util.Prioritized(parser.NewFencedCodeBlockParser(), 700),
			util.Prioritized(parser.NewBlockquoteParser(), 800),
			util.Prioritized(parser.NewParagraphParser(), 1000),
		),
		inlines(parser.NewEmphasisParser()),
	)),
	goldmark.WithExtensions(
		extension.Strikethrough,
		extension.NewTable(extension.WithTableCellAlignMethod(extension.TableCellAlignAttribute)),
		bareLinks(),
	),
	goldmark.WithRendererOptions(
		htmlrender.WithHardWraps(),
		renderer.WithNodeRenderers(util.Prioritized(letterLinks{}, 100)),
	),
)

// Reply renders an agent's message: Markdown with every line break kept. Headings are small
// ones (h3 to h6): the page around has its own. Raw HTML shows as it was typed.
func Reply(md string) string {
	source := []byte(tidy(md))
	if costly(source) {
		return verbatim(md)
	}
	doc := replies.Parser().Parse(text.NewReader(source))
	_ = ast.Walk(doc, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if h, ok := n.(*ast.Heading); ok && entering {
			h.Level = min(h.Level+2, 6)
		}
		return ast.WalkContinue, nil
	})
	var b bytes.Buffer
	if tooDeep(doc) || replies.Renderer().Render(&b, source, doc) != nil {
		return verbatim(md)
	}
	out := replyPolicy.Sanitize(b.String())
	if strings.TrimSpace(md) != "" && Plain(out) == "" {
		return verbatim(md) // only marks, such as a lone hyphen
	}
	return out
}

// Letter turns the HTML of a message into the text part of a mail: lists keep their marks,
// quotes their arrows, and a link is followed by its address where its text does not say it.
// The result is text, not HTML.
func Letter(source string) string {
	nodes, err := parseInner(source)
	if err != nil {
		return Plain(source)
	}
	var b letter
	for _, n := range nodes {
		b.node(n)
	}
	return strings.TrimSpace(strings.Join(b.lines(), "\n"))
}
