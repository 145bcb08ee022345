package mail

import (
	"strings"

	"lodge/markup"
)

func (p *Parsed) readText(said []piece, r *reader) {
	var all []string
	var html []string
	for _, s := range said {
		text := s.text
		if strings.TrimSpace(text) == "" {
			text = markup.Plain(s.html)
		}
		all = append(all, strings.TrimSpace(text))
		if s.html != "" {
			html = append(html, s.asHTML())
		}
	}
	p.Full = strings.TrimSpace(strings.Join(all, "\n\n"))
	p.Text = p.Full
	if len(html) > 0 {
		p.HTML = markup.Clean(strings.Join(html, "\n"))
	}
	for _, f := range r.files {
		p.Files = append(p.Files, f.File)
	}
}

func (p *Parsed) classify(h header, rep *report, o ParseOptions) {}
