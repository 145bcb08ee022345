package mail

import (
	"bytes"
	"fmt"
	"io"
	"mime"
	netmail "net/mail"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
)

// Bounds of a header section. Nobody writes such headers by hand, and every reader of them that
// is not linear becomes expensive beyond (A28, A29).
const (
	maxHeader     = 256 << 10 // bytes of one section
	maxFields     = 1000
	maxFieldBytes = 64 << 10 // of one value that lists things
	maxOneValue   = 8 << 10  // of one value that says one thing
	maxAddresses  = 40       // kept of To and of Cc (A21)
	maxIDs        = 50       // kept of References
)

// field is one header line, unfolded: the name in small letters, the value as it was written.
type field struct{ name, value string }

type header []field

// get returns the first value of a field, shortened to what one thing may say.
func (h header) get(name string) string {
	for _, f := range h {
		if f.name == name {
			return f.value[:min(len(f.value), maxOneValue)]
		}
	}
	return ""
}

func (h header) has(name string) bool {
	return slices.ContainsFunc(h, func(f field) bool { return f.name == name })
}

func (h header) all(name string) []string {
	var all []string
	for _, f := range h {
		if f.name == name {
			all = append(all, f.value)
		}
	}
	return all
}

// readHeader splits a message or part into its header and its body, in linear time. What is no
// header line continues the one before when a header line follows, and else begins the body:
// both kinds of broken mail are common. The body is not copied.
func readHeader(raw []byte) (h header, body []byte, faults []string) {
	rest, seen, cut, broken := raw, 0, false, false
	var value strings.Builder
	flush := func() {
		if len(h) > 0 && value.Len() > 0 {
			h[len(h)-1].value = strings.TrimSpace(h[len(h)-1].value + value.String())
			value.Reset()
		}
	}
	for len(rest) > 0 {
		line, after := nextLine(rest)
		if len(line) == 0 {
			rest = after
			break
		}
		name, text, ok := cutField(line)
		switch {
		case line[0] == ' ' || line[0] == '\t':
			if len(h) > 0 && !cut {
				value.WriteByte(' ')
				value.Write(bytes.TrimSpace(line))
			}
		case ok:
			flush()
			if cut = cut || seen+len(line) > maxHeader || len(h) >= maxFields; !cut {
				h = append(h, field{strings.ToLower(name), string(bytes.TrimSpace(text))})
			}
		case len(h) == 0 && bytes.HasPrefix(line, []byte("From ")): // the envelope line of a mailbox file
		case continues(after) && len(h) > 0:
			broken = true
			if !cut {
				value.WriteByte(' ')
				value.Write(bytes.TrimSpace(line))
			}
		default:
			flush()
			return h, rest, append(faults, "the header ends without an empty line")
		}
		if seen += len(line) + 1; seen > maxHeader && !cut {
			cut = true
		}
		if cut {
			value.Reset()
		}
		rest = after
	}
	flush()
	if cut {
		faults = append(faults, fmt.Sprintf("the header is longer than %d bytes or %d lines; the rest was not read", maxHeader, maxFields))
	}
	if broken {
		faults = append(faults, "a header line is no header line")
	}
	return h, rest, faults
}

// nextLine cuts off one line, without its end.
func nextLine(b []byte) (line, rest []byte) {
	at := bytes.IndexByte(b, '\n')
	if at < 0 {
		return bytes.TrimSuffix(b, []byte("\r")), nil
	}
	return bytes.TrimSuffix(b[:at], []byte("\r")), b[at+1:]
}

// cutField tells whether a line begins a header field (RFC 5322, 2.2).
func cutField(line []byte) (name string, value []byte, ok bool) {
	at := bytes.IndexByte(line[:min(len(line), 200)], ':')
	if at < 1 {
		return "", nil, false
	}
	key := bytes.TrimRight(line[:at], " \t")
	for _, c := range key {
		if c <= ' ' || c >= 0x7f {
			return "", nil, false
		}
	}
	return string(key), line[at+1:], len(key) > 0
}

func continues(rest []byte) bool {
	line, _ := nextLine(rest)
	_, _, ok := cutField(line)
	return ok
}

// wordDecoder decodes encoded words (RFC 2047); an unknown charset is guessed, not refused.
var wordDecoder = mime.WordDecoder{CharsetReader: func(charset string, in io.Reader) (io.Reader, error) {
	raw, err := io.ReadAll(io.LimitReader(in, maxOneValue))
	if err != nil {
		return nil, err
	}
	return strings.NewReader(decodeCharset(raw, charset)), nil
}}

// latin labels mean the larger set in practice; the decoder would make control characters of
// its quotation marks.
var latin = regexp.MustCompile(`(?i)=\?(?:iso-8859-1|latin1|us-ascii)(?:\*[a-z-]*)?\?`)

// decodeWords makes readable what a header says. Never before the value was taken apart: what
// is encoded is text and no syntax (A24, A27).
func decodeWords(s string) string {
	if len(s) > maxOneValue {
		s = s[:maxOneValue]
	}
	if s = toUTF8(s); !strings.Contains(s, "=?") {
		return s
	}
	out, err := wordDecoder.DecodeHeader(latin.ReplaceAllLiteralString(s, "=?windows-1252?"))
	if err != nil {
		return s
	}
	return strings.ToValidUTF8(out, "\ufffd")
}

// toUTF8 reads bytes that should not be there (RFC 5322 is ASCII) as what they most likely are.
func toUTF8(s string) string {
	if utf8.ValidString(s) {
		return s
	}
	out, err := charmap.Windows1252.NewDecoder().String(s)
	if err != nil {
		return strings.ToValidUTF8(s, "\ufffd")
	}
	return out
}

var idToken = regexp.MustCompile(`<[!#-;=?A-\[\]-~]{1,200}@[A-Za-z0-9.:\[\]-]{1,200}>`)

// idsOf finds the Message-IDs of a field; of more than maxIDs the first and the newest stay.
func idsOf(h header, name string) []string {
	var ids []string
	for _, value := range h.all(name) {
		for _, id := range idToken.FindAllString(value[:min(len(value), maxFieldBytes)], -1) {
			if !slices.Contains(ids[max(0, len(ids)-maxIDs):], id) {
				ids = append(ids, id)
			}
		}
	}
	if len(ids) > maxIDs {
		ids = append(ids[:1:1], ids[len(ids)-maxIDs+1:]...)
	}
	return ids
}

// sent is when the mail says it was sent, or came through the last server; never in the future.
func sent(h header, now time.Time) (at time.Time, fault string) {
	stamp, ok := parseDate(h.get("date"))
	if !ok {
		fault = "no usable Date"
		received := h.get("received")
		if stamp, ok = parseDate(received[strings.LastIndexByte(received, ';')+1:]); !ok {
			return now, fault
		}
	}
	if stamp.After(now) {
		return now, "the Date lies in the future"
	}
	return stamp, fault
}

var otherDates = []string{time.RFC3339, "2006-01-02 15:04:05 -0700", "2006-01-02 15:04:05", "2 Jan 2006 15:04:05", "Mon, 2 Jan 2006 15:04:05", "Mon Jan 2 15:04:05 2006", "Mon, 2 Jan 2006 15:04:05 MST"}

func parseDate(s string) (time.Time, bool) {
	if s = strings.TrimSpace(s); s == "" || len(s) > 200 {
		return time.Time{}, false
	}
	at, err := netmail.ParseDate(s)
	for _, layout := range otherDates {
		if err == nil {
			break
		}
		at, err = time.Parse(layout, s)
	}
	return at.UTC(), err == nil && at.Year() >= 1980 && at.Year() < 10000
}
