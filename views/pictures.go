package views

import (
	"html/template"
	"strings"

	"lodge/markup"
)

// Pictures shows the pictures of a mail where its text has them: those that may be seen as small
// ones that lead to the file, all others by their names. It gives back the files that still need
// a place of their own. Files is what the reader of this page may have: where a file has no
// ThumbURL its bytes are not shown (thread_attachments), so its name stands there.
func Pictures(body template.HTML, files []File) (template.HTML, []File) {
	if !strings.Contains(string(body), "<img") {
		return body, files
	}
	shown := map[string]bool{}
	out := markup.Pictures(string(body), func(id, alt string) string {
		for _, f := range files {
			if f.ContentID == "" || f.ContentID != id {
				continue
			}
			name := template.HTMLEscapeString(f.Name)
			if f.URL == "" || f.ThumbURL == "" {
				return `<span class="inline-file">` + name + `</span>`
			}
			shown[id] = true
			if alt == "" {
				alt = f.Name
			}
			return `<a class="inline-picture" href="` + template.HTMLEscapeString(f.URL) + `"><img src="` + template.HTMLEscapeString(f.ThumbURL) + `" alt="` + template.HTMLEscapeString(alt) + `" loading="lazy"></a>`
		}
		return template.HTMLEscapeString(alt)
	})
	var left []File
	for _, f := range files {
		if f.ContentID == "" || !shown[f.ContentID] {
			left = append(left, f)
		}
	}
	return template.HTML(out), left //nolint:gosec // cleaned HTML with escaped names
}
