package locale

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/nicksnyder/go-i18n/v2/i18n"
	"golang.org/x/text/feature/plural"
)

// piece is literal text, or the name of an argument when name is set.
type piece struct {
	text string
	name string
}

// pattern is one compiled text.
type pattern []piece

// message is one entry of the catalogue: a text, or one text per plural form.
type message struct {
	other pattern
	forms map[plural.Form]pattern
}

var placeholder = regexp.MustCompile(`\{\{\s*\.([A-Z][A-Za-z0-9]*)\s*\}\}`)

// compile splits a text at its {{.Name}} placeholders. Any other use of double
// braces is refused: catalogue text is never a program.
func compile(text string) (pattern, error) {
	var p pattern
	at := 0
	for _, m := range placeholder.FindAllStringSubmatchIndex(text, -1) {
		if m[0] > at {
			p = append(p, piece{text: text[at:m[0]]})
		}
		p = append(p, piece{name: text[m[2]:m[3]]})
		at = m[1]
	}
	if at < len(text) {
		p = append(p, piece{text: text[at:]})
	}
	for _, part := range p {
		if strings.Contains(part.text, "{{") || strings.Contains(part.text, "}}") {
			return nil, fmt.Errorf("only placeholders such as {{.Name}} are allowed, found %q", part.text)
		}
	}
	return p, nil
}

func compileMessage(m *i18n.Message) (*message, error) {
	if m.Other == "" {
		return nil, errors.New("the text (or its form “other”) is empty")
	}
	other, err := compile(m.Other)
	if err != nil {
		return nil, err
	}
	out := &message{other: other}
	for form, text := range map[plural.Form]string{
		plural.Zero: m.Zero, plural.One: m.One, plural.Two: m.Two, plural.Few: m.Few, plural.Many: m.Many,
	} {
		if text == "" {
			continue
		}
		p, err := compile(text)
		if err != nil {
			return nil, err
		}
		if out.forms == nil {
			out.forms = map[plural.Form]pattern{}
		}
		out.forms[form] = p
	}
	return out, nil
}

// names returns the placeholders of all forms together, sorted.
func (m *message) names() []string {
	seen := map[string]bool{}
	add := func(p pattern) {
		for _, part := range p {
			if part.name != "" {
				seen[part.name] = true
			}
		}
	}
	add(m.other)
	for _, p := range m.forms {
		add(p)
	}
	out := make([]string, 0, len(seen))
	for name := range seen {
		out = append(out, name)
	}
	slices.Sort(out)
	return out
}

// fill joins the pieces. An argument that was not given shows as ⟦Name⟧, so
// that the mistake is seen and nothing breaks.
func (p pattern) fill(pairs []any) string {
	var b strings.Builder
	for _, part := range p {
		if part.name == "" {
			b.WriteString(part.text)
			continue
		}
		found := false
		for i := 0; i+1 < len(pairs); i += 2 {
			if name, ok := pairs[i].(string); ok && name == part.name {
				found = true
				if s, ok := pairs[i+1].(string); ok {
					b.WriteString(s)
				} else {
					fmt.Fprint(&b, pairs[i+1])
				}
				break
			}
		}
		if !found {
			b.WriteString(missing(part.name))
		}
	}
	return b.String()
}

func missing(what string) string { return "⟦" + what + "⟧" }
