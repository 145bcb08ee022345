package markup

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/html"
)

// breaks tells how many line ends an element's borders make at least.
var breaks = map[string]int{
	"p": 2, "blockquote": 2, "pre": 2, "ul": 2, "ol": 2, "table": 2, "dl": 2,
	"h1": 2, "h2": 2, "h3": 2, "h4": 2, "h5": 2, "h6": 2,
	"div": 1, "li": 1, "tr": 1, "dt": 1, "dd": 1, "section": 1, "article": 1, "header": 1, "footer": 1, "title": 1,
	"br": 1, "hr": 1,
}

// silent elements hold no text for people.
var silent = map[string]bool{"script": true, "style": true, "template": true, "noscript": true, "iframe": true, "object": true}

// Plain returns the text of HTML, paragraphs separated by an empty line and
// lines by a line end, white space otherwise collapsed. The result is text,
// not HTML: escape it to show it.
func Plain(source string) string {
	var out strings.Builder
	pending, space, muted, pre := 0, false, "", 0
	write := func(s string, keep bool) {
		for _, r := range s {
			if keep && r == '\n' {
				pending++
				continue
			}
			if unicode.IsSpace(r) && !keep {
				space = true
				continue
			}
			if pending > 0 && out.Len() > 0 {
				out.WriteString(strings.Repeat("\n", min(pending, 2)))
			} else if space && out.Len() > 0 {
				out.WriteByte(' ')
			}
			pending, space = 0, false
			out.WriteRune(r)
		}
	}
	z := html.NewTokenizer(strings.NewReader(source))
	for {
		kind := z.Next()
		switch kind {
		case html.ErrorToken:
			return strings.TrimSpace(out.String())
		case html.TextToken:
			if muted == "" {
				write(string(z.Text()), pre > 0)
			}
		case html.StartTagToken, html.EndTagToken, html.SelfClosingTagToken:
			raw, _ := z.TagName()
			name := string(raw)
			if muted != "" {
				if kind == html.EndTagToken && name == muted {
					muted = ""
				}
				continue
			}
			switch {
			case silent[name] && kind == html.StartTagToken:
				muted = name
			case name == "pre" && kind == html.StartTagToken:
				pre++
			case name == "pre" && kind == html.EndTagToken && pre > 0:
				pre--
			case name == "td" || name == "th":
				space = true
			}
			if n := breaks[name]; n > 0 {
				if n == 1 && name == "br" {
					pending++
				} else {
					pending = max(pending, n)
				}
				space = false
			}
		}
	}
}

// Shorten returns at most n characters of text on one line, cut between words
// where that costs no more than a third, ending in an ellipsis when cut.
func Shorten(text string, n int) string {
	text = strings.Join(strings.Fields(text), " ")
	if n <= 0 {
		return ""
	}
	if utf8.RuneCountInString(text) <= n {
		return text
	}
	runes := []rune(text)
	end := n - 1
	// Never between a letter and its accent, or inside a joined picture.
	for end > 0 && (unicode.IsMark(runes[end]) || runes[end] == '\u200d' || runes[end-1] == '\u200d') {
		end--
	}
	for at := end; at >= end*2/3; at-- {
		if runes[at] == ' ' {
			end = at
			break
		}
	}
	return strings.TrimRightFunc(string(runes[:end]), func(r rune) bool {
		return unicode.IsSpace(r) || strings.ContainsRune(",;:–—-", r)
	}) + "…"
}

// TrimAddress hides most of an e-mail address: "ada@example.com" becomes
// "a•••@example.com". Of what is no address nothing is shown.
func TrimAddress(address string) string {
	at := strings.LastIndexByte(address, '@')
	if at < 1 {
		return "•••"
	}
	first, _ := utf8.DecodeRuneInString(address)
	return string(first) + "•••" + address[at:]
}
