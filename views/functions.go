package views

import (
	"bytes"
	"fmt"
	"html/template"
	"strings"
	"time"
	"unicode"

	engine "github.com/gofiber/template/html/v2"

	"lodge/assets"
	"lodge/locale"
)

// functions are what templates may call besides the built-in ones.
//
//	t "key"                    a word, for keys put together at run time; constant ones are folded in at load
//	tf "key" "Name" .Name      a sentence with arguments
//	tn "key" .Count            a plural
//	time .At ["style"]         <time> in the style datetime (default), date, time or day
//	when .At "style"           the same as bare text, in UTC, for mails
//	moment .At                 a moment of the next months in its own zone, with the zone; day .At only its day
//	owntime .At                room for the same moment in the reader's own zone, which a script fills
//	bytes .Size                a size for people
//	icon "name", asset "name"  an icon's markup, an asset's address
//	initials .Name             one or two letters
//	clock .Event .Place        what the clock or a rule did, its moment by the clock of a place
//	fileicon .Type             the icon's name for a media type
//	oob .                      the same header, message or poll element, marked for an out-of-band swap
//	fresh .Messages            the same messages, marked as just arrived
func functions(words *locale.Strings) map[string]any {
	return map[string]any{
		"t": func(key string) (string, error) {
			if !words.Has(key) {
				return "", missing(key)
			}
			return words.T(key), nil
		},
		"tf": func(key string, args ...any) (string, error) {
			if !words.Has(key) {
				return "", missing(key)
			}
			return words.Tf(key, args...), nil
		},
		"tn": func(key string, n int, args ...any) (string, error) {
			if !words.Has(key) {
				return "", missing(key)
			}
			return words.Tn(key, n, args...), nil
		},
		"time":     func(at time.Time, style ...string) template.HTML { return timeElement(words, at, style...) },
		"when":     func(at time.Time, style string) string { return words.Time(at.UTC(), style) },
		"moment":   words.Moment,
		"day":      words.MomentDay,
		"owntime":  func(at time.Time) template.HTML { return ownTime(words, at) },
		"bytes":    words.Bytes,
		"icon":     icon,
		"asset":    assets.URL,
		"initials": initials,
		"clock":    func(e *ClockEvent, place *time.Location) string { return e.Words(words, place) },
		"fileicon": fileIcon,
		"oob":      outOfBand,
		"fresh":    fresh,
	}
}

func missing(key string) error { return fmt.Errorf("no word %q", key) }

// body renders the page's own template for the layout that asks for it.
func body(e *engine.Engine, p Page) (template.HTML, error) {
	b := buffers.Get().(*bytes.Buffer)
	defer func() { b.Reset(); buffers.Put(b) }()
	if err := e.Templates.ExecuteTemplate(b, p.Body, p.Data); err != nil {
		return "", err
	}
	return template.HTML(b.String()), nil //nolint:gosec // escaped by the template that made it
}

// icon is an icon's markup, hidden from assistive technology: the words beside it, or the control's label, say it.
func icon(name string) template.HTML {
	return template.HTML(`<svg class="icon" aria-hidden="true"><use href="` +
		assets.URL("icons.svg") + "#" + template.HTMLEscapeString(name) + `"/></svg>`)
}

// timeElement is written in UTC; a script moves times of day to the visitor's zone.
func timeElement(words *locale.Strings, at time.Time, style ...string) template.HTML {
	if at.IsZero() {
		return ""
	}
	how := "datetime"
	if len(style) > 0 {
		how = style[0]
	}
	at = at.UTC()
	return template.HTML(`<time datetime="` + at.Format(time.RFC3339) + `" data-style="` + template.HTMLEscapeString(how) + `">` +
		template.HTMLEscapeString(words.Time(at, how)) + `</time>`)
}

// initials takes the first letters of the first and the last word of a name; an address gives its first letter.
func initials(name string) string {
	parts := strings.FieldsFunc(name, func(r rune) bool { return unicode.IsSpace(r) || r == '@' })
	var letters []rune
	for _, part := range parts {
		for _, r := range part {
			if unicode.IsLetter(r) || unicode.IsDigit(r) {
				letters = append(letters, unicode.ToUpper(r))
				break
			}
		}
	}
	switch {
	case len(letters) == 0:
		return "?"
	case len(letters) == 1 || strings.Contains(name, "@"):
		return string(letters[:1])
	}
	return string([]rune{letters[0], letters[len(letters)-1]})
}

// fileIcon picks an icon by media type.
func fileIcon(mediaType string) string {
	switch kind, rest, _ := strings.Cut(mediaType, "/"); {
	case kind == "image", kind == "video", kind == "audio":
		return "file-" + kind
	case strings.Contains(rest, "zip"), strings.Contains(rest, "compressed"), strings.Contains(rest, "tar"):
		return "file-archive"
	case strings.Contains(rest, "csv"), strings.Contains(rest, "sheet"), strings.Contains(rest, "excel"):
		return "file-spreadsheet"
	case kind == "text", rest == "pdf", strings.Contains(rest, "word"), strings.Contains(rest, "document"):
		return "file-text"
	}
	return "file"
}

// outOfBand marks a part of the thread page so that htmx swaps it wherever it stands.
func outOfBand(part any) (any, error) {
	switch p := part.(type) {
	case ThreadHeader:
		p.OOB = true
		return p, nil
	case Poll:
		p.OOB = true
		return p, nil
	case *TicketSide:
		side := *p
		side.OOB = true
		return &side, nil
	case Message:
		p.OOB = true
		return p, nil
	}
	return nil, fmt.Errorf("oob: unknown part %T", part)
}

// fresh marks messages as just arrived, so that they slide in once.
func fresh(messages []Message) []Message {
	out := append([]Message(nil), messages...)
	for i := range out {
		out[i].Fresh = true
	}
	return out
}
