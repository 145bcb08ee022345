package jobs

import (
	"html"
	"html/template"

	"lodge/markup"
	"lodge/models"
)

// letterHTML is an entry's HTML for a mail. A picture that came inside a mail is named: its file
// goes with no mail of ours but an agent's answer, and a reader's program loads nothing from us.
func letterHTML(entry *models.Entry) template.HTML {
	names := map[string]string{}
	for _, f := range entry.Files {
		if f.ContentID != "" {
			names[f.ContentID] = f.Name
		}
	}
	return template.HTML(markup.Pictures(entry.HTML, func(id, alt string) string { //nolint:gosec // cleaned when it was stored
		if name := names[id]; name != "" {
			alt = name
		}
		if alt == "" {
			return ""
		}
		return "[" + html.EscapeString(alt) + "]"
	}))
}
