package markup

import (
	"bytes"
	"html"
	"regexp"
	"strings"
	"unicode"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/renderer"
	htmlrender "github.com/yuin/goldmark/renderer/html"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

// inlines are the marks inside a line that every writer has: code, links and emphasis, the
// last as the writer's kind knows it. The parser for raw HTML is left out: tags are text.
func inlines(emphasis parser.InlineParser) parser.Option {
	return parser.WithInlineParsers(
		util.Prioritized(parser.NewCodeSpanParser(), 100),
		util.Prioritized(parser.NewLinkParser(), 200),
		util.Prioritized(parser.NewAutoLinkParser(), 300),
		util.Prioritized(emphasis, 500),
	)
}

// messages renders the part of Markdown that people use in letters without
// knowing it: emphasis, code, lists, quotes, links. What they type otherwise
// (headings, tags, tables, images, link definitions, rules) stays as typed.
var messages = goldmark.New(
	goldmark.WithParser(parser.NewParser(
		parser.WithBlockParsers(
			util.Prioritized(parser.NewListParser(), 300),
			util.Prioritized(parser.NewListItemParser(), 400),
			util.Prioritized(parser.NewFencedCodeBlockParser(), 700),
			util.Prioritized(parser.NewBlockquoteParser(), 800),
			util.Prioritized(parser.NewParagraphParser(), 1000),
		),
		inlines(emphasis{}),
	)),
	goldmark.WithExtensions(bareLinks()),
	goldmark.WithRendererOptions(
		htmlrender.WithHardWraps(),
		htmlrender.WithWriter(literalWriter{htmlrender.DefaultWriter}),
		renderer.WithNodeRenderers(util.Prioritized(letterLinks{}, 100)),
	),
)

// bareLinks links addresses that stand alone. Intranet hosts and hosts in any
// script count too, unlike in the extension's own pattern.
func bareLinks() goldmark.Extender {
	return extension.NewLinkify(
		extension.WithLinkifyAllowedProtocols([]string{"http:", "https:"}),
		extension.WithLinkifyURLRegexp(regexp.MustCompile("^https?://[^\\s<>\"'`\\\\^{}|]+")),
	)
}

// Message renders a message: paragraphs, every line break kept, http, https
// and mailto links, bold, italic, code, lists, quotes. Nothing typed is lost:
// tags, entities and backslashes show as they were typed.
func Message(typed string) string {
	// A backslash at the end of a line would be read as a line break and go.
	source := []byte(strings.ReplaceAll(tidy(typed), "\\\n", "\\ \n"))
	if costly(source) {
		return verbatim(typed)
	}
	doc := messages.Parser().Parse(text.NewReader(source))
	var b bytes.Buffer
	if tooDeep(doc) || messages.Renderer().Render(&b, source, doc) != nil {
		return verbatim(typed)
	}
	out := messagePolicy.Sanitize(b.String())
	if strings.TrimSpace(typed) != "" && Plain(out) == "" {
		return verbatim(typed) // only marks, such as a lone hyphen
	}
	return out
}

// verbatim shows text as paragraphs and lines, without any reading of it.
func verbatim(typed string) string {
	var b strings.Builder
	for _, paragraph := range strings.Split(tidy(typed), "\n\n") {
		if paragraph = strings.Trim(paragraph, "\n"); paragraph != "" {
			b.WriteString("<p>")
			b.WriteString(strings.ReplaceAll(html.EscapeString(paragraph), "\n", "<br>\n"))
			b.WriteString("</p>\n")
		}
	}
	return b.String()
}

// tidy makes line ends one kind and drops control characters and byte damage.
func tidy(s string) string {
	s = strings.ToValidUTF8(s, "\ufffd")
	s = strings.ReplaceAll(s, "\r\n", "\n")
	s = strings.ReplaceAll(s, "\r", "\n")
	s = strings.NewReplacer("\u2028", "\n", "\u2029", "\n\n", "\u0085", "\n").Replace(s)
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) && r != '\n' && r != '\t' {
			return -1
		}
		return r
	}, s)
}

// literalWriter writes text as it was typed. The standard one would turn
// \\server into \server and &lt; into <, which is right for an author of
// Markdown and wrong for someone who pastes an error.
type literalWriter struct{ htmlrender.Writer }

func (w literalWriter) Write(b util.BufWriter, source []byte) { w.RawWrite(b, source) }

// letterLinks renders links whose target is allowed and writes all others,
// images too, back as they were typed.
type letterLinks struct{}

func (r letterLinks) RegisterFuncs(reg renderer.NodeRendererFuncRegisterer) {
	reg.Register(ast.KindLink, r.link)
	reg.Register(ast.KindImage, r.image)
	reg.Register(ast.KindAutoLink, r.autoLink)
}

func (letterLinks) link(w util.BufWriter, _ []byte, node ast.Node, entering bool) (ast.WalkStatus, error) {
	n := node.(*ast.Link)
	target := string(util.URLEscape(n.Destination, true))
	switch ok := linkTarget.MatchString(target); {
	case ok && entering:
		_, _ = w.WriteString(`<a href="` + html.EscapeString(target) + `">`)
	case ok:
		_, _ = w.WriteString(`</a>`)
	case entering:
		_, _ = w.WriteString(`[`)
	default:
		writeTarget(w, n.Destination, n.Title)
	}
	return ast.WalkContinue, nil
}

func (letterLinks) image(w util.BufWriter, _ []byte, node ast.Node, entering bool) (ast.WalkStatus, error) {
	n := node.(*ast.Image)
	if entering {
		_, _ = w.WriteString(`![`)
	} else {
		writeTarget(w, n.Destination, n.Title)
	}
	return ast.WalkContinue, nil
}

func writeTarget(w util.BufWriter, target, title []byte) {
	_, _ = w.WriteString(`](` + html.EscapeString(string(target)))
	if len(title) > 0 {
		_, _ = w.WriteString(` &#34;` + html.EscapeString(string(title)) + `&#34;`)
	}
	_, _ = w.WriteString(`)`)
}

func (letterLinks) autoLink(w util.BufWriter, source []byte, node ast.Node, entering bool) (ast.WalkStatus, error) {
	if !entering {
		return ast.WalkContinue, nil
	}
	n := node.(*ast.AutoLink)
	target := string(util.URLEscape(n.URL(source), false))
	if n.AutoLinkType == ast.AutoLinkEmail && !strings.HasPrefix(strings.ToLower(target), "mailto:") {
		target = "mailto:" + target
	}
	label := html.EscapeString(string(n.Label(source)))
	if linkTarget.MatchString(target) {
		_, _ = w.WriteString(`<a href="` + html.EscapeString(target) + `">` + label + `</a>`)
	} else {
		_, _ = w.WriteString(`&lt;` + label + `&gt;`)
	}
	return ast.WalkContinue, nil
}
