package mail

import (
	"bytes"
	"strings"
	"unicode/utf8"

	"github.com/jhillyerd/enmime/v2"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/htmlindex"
)

// guessed is how much of a text is looked at to guess its charset, in bytes.
const guessed = 16 << 10

// decodeCharset makes UTF-8 of a text. The stated charset counts where it fits; where it is
// missing, unknown or plainly wrong the text is UTF-8 if it can be, or what it looks like.
func decodeCharset(raw []byte, stated string) string {
	stated, _, _ = strings.Cut(strings.ToLower(strings.Trim(stated, " \t\"'")), "*") // a language may follow (RFC 2231)
	stated = strings.TrimPrefix(stated, "charset=")
	if bytes.HasPrefix(raw, []byte("\xef\xbb\xbf")) {
		raw, stated = raw[3:], "utf-8"
	}
	switch stated {
	case "", "utf-8", "utf8", "us-ascii", "ascii", "unknown-8bit", "x-unknown", "default", "ansi_x3.4-1968":
		if utf8.Valid(raw) {
			return string(raw)
		}
		return decodeGuess(raw)
	}
	if e, err := htmlindex.Get(stated); err == nil {
		if out, err := e.NewDecoder().Bytes(raw); err == nil && (!bytes.ContainsRune(out, '\ufffd') || !utf8.Valid(raw)) {
			return string(out)
		}
	} else if out, ok := viaEnmime(raw, stated); ok {
		return out
	}
	if utf8.Valid(raw) {
		return string(raw)
	}
	return decodeGuess(raw)
}

// decodeGuess reads bytes of an unknown charset; in doubt they are Western European.
func decodeGuess(raw []byte) string {
	valid := bytes.ToValidUTF8(raw, []byte("\ufffd"))
	if broken := bytes.Count(valid, []byte("\ufffd")); broken*50 < utf8.RuneCount(raw) && hasMultibyte(valid, broken) {
		return string(valid) // UTF-8 with a damaged letter
	}
	if charset := guess(raw[:min(len(raw), guessed)]); charset != "" {
		if e, err := htmlindex.Get(charset); err == nil {
			if out, err := e.NewDecoder().Bytes(raw); err == nil && !bytes.ContainsRune(out, '\ufffd') {
				return string(out)
			}
		}
	}
	out, err := charmap.Windows1252.NewDecoder().Bytes(raw)
	if err != nil {
		return string(valid)
	}
	return string(out)
}

// hasMultibyte tells whether there are more whole letters beyond ASCII than broken ones.
func hasMultibyte(valid []byte, broken int) bool {
	n := 0
	for _, r := range string(valid[:min(len(valid), 1<<16)]) {
		if r >= utf8.RuneSelf && r != utf8.RuneError {
			n++
		}
	}
	return n > 2*broken
}

// guess asks the parser's detector for the charset of a sample.
func guess(sample []byte) string {
	parser := enmime.NewParser(enmime.MinCharsetDetectRunes(40), enmime.MaxStoredPartErrors(5))
	part, err := parser.ReadParts(bytes.NewReader(append([]byte("Content-Type: text/plain\n\n"), sample...)))
	if err != nil || part == nil {
		return ""
	}
	return strings.ToLower(part.Charset)
}

// viaEnmime knows a few charsets more, such as UTF-7.
func viaEnmime(raw []byte, charset string) (string, bool) {
	if len(charset) > 40 || strings.ContainsAny(charset, "\"\\;\r\n") || len(raw) > maxBody {
		return "", false
	}
	parser := enmime.NewParser(enmime.DisableCharacterDetection(true), enmime.MaxStoredPartErrors(5))
	part, err := parser.ReadParts(bytes.NewReader(append([]byte("Content-Type: text/plain; charset=\""+charset+"\"\n\n"), raw...)))
	if err != nil || part == nil || len(part.Errors) > 0 || !utf8.Valid(part.Content) {
		return "", false
	}
	return string(part.Content), true
}

// reflow joins the soft line ends of format=flowed text (RFC 3676).
func reflow(text string, delSpace bool) string {
	var b strings.Builder
	b.Grow(len(text))
	open, depth := false, 0 // whether the last line goes on, and its quote depth
	for first := true; ; first = false {
		line, rest, more := strings.Cut(text, "\n")
		marks := 0
		for marks < len(line) && line[marks] == '>' {
			marks++
		}
		body := line[marks:]
		body = strings.TrimPrefix(body, " ") // space-stuffing
		soft := strings.HasSuffix(body, " ") && body != "-- "
		if open && marks == depth && body != "-- " {
			// goes on
		} else {
			if !first {
				b.WriteByte('\n')
			}
			if marks > 0 {
				b.WriteString(strings.Repeat(">", marks) + " ")
			}
		}
		if soft && delSpace {
			b.WriteString(body[:len(body)-1])
		} else {
			b.WriteString(body)
		}
		open, depth = soft, marks
		if !more {
			return b.String()
		}
		text = rest
	}
}
