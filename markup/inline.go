package markup

import (
	"regexp"
	"strings"

	"golang.org/x/net/html"
)

// picture is one <img> of cleaned HTML: the renderer writes no ">" inside an attribute.
var picture = regexp.MustCompile(`<img\b[^>]*>`)

var (
	pictureID  = regexp.MustCompile(`\s(?:data-cid="([^"]*)"|src="cid:([^"]*)")`)
	pictureAlt = regexp.MustCompile(`\salt="([^"]*)"`)
)

// Pictures puts something in the place of each picture of a mail that its cleaned HTML shows in
// place: place gets the Content-ID and the picture's own words, both as plain text, and gives HTML.
// A picture from elsewhere has no place in cleaned HTML, and gets none here.
func Pictures(cleaned string, place func(contentID, alt string) string) string {
	if !strings.Contains(cleaned, "<img") {
		return cleaned
	}
	return picture.ReplaceAllStringFunc(cleaned, func(tag string) string {
		id := pictureID.FindStringSubmatch(tag)
		if id == nil {
			return ""
		}
		alt := ""
		if m := pictureAlt.FindStringSubmatch(tag); m != nil {
			alt = html.UnescapeString(m[1])
		}
		return place(html.UnescapeString(id[1]+id[2]), alt)
	})
}
