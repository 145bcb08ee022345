package assets

import (
	"bytes"
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"sort"
	"strings"
)

var (
	comments  = regexp.MustCompile(`(?s)<!--.*?-->`)
	svgOpen   = regexp.MustCompile(`(?s)<svg\b.*?>`)
	lineBreak = regexp.MustCompile(`\s*\n\s*`)
)

// sprite turns a folder of single icons into one file of symbols, each named by its file, and notes the names.
// The presentation attributes are the same for the whole set and stand in the style sheet (.icon), since a symbol
// reached from another document takes its styles from the element that uses it.
func sprite(files fs.FS, dir string, names map[string]bool) ([]byte, error) {
	list, err := fs.Glob(files, dir+"/*.svg")
	if err != nil {
		return nil, err
	}
	sort.Strings(list)
	var out bytes.Buffer
	out.WriteString(`<svg xmlns="http://www.w3.org/2000/svg">` + "\n<!-- Lucide icons, ISC licence: https://lucide.dev/license -->\n")
	for _, file := range list {
		raw, err := fs.ReadFile(files, file)
		if err != nil {
			return nil, err
		}
		body := comments.ReplaceAllString(string(raw), "")
		open := svgOpen.FindStringIndex(body)
		end := strings.LastIndex(body, "</svg>")
		if open == nil || end < open[1] {
			return nil, fmt.Errorf("assets: %s is not an icon", file)
		}
		name := strings.TrimSuffix(path.Base(file), ".svg")
		names[name] = true
		fmt.Fprintf(&out, `<symbol id="%s" viewBox="0 0 24 24">%s</symbol>`+"\n", name,
			lineBreak.ReplaceAllString(strings.TrimSpace(body[open[1]:end]), ""))
	}
	out.WriteString("</svg>\n")
	return out.Bytes(), nil
}
