package mail

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// mark is what is known of a line besides its text.
type mark uint16

const (
	markCite    mark = 1 << iota // an element that quotes
	markWeak                     // an element that quotes if a line before it says so
	markIntro                    // the line that introduces a quote
	markHistory                  // here begins the mail that is answered
	markSign                     // the writer's signature
	markForward                  // here begins a mail passed on
	markRule                     // a drawn line
	markImage                    // holds a picture
	markDrop                     // trimmed
)

// line is one line of a mail, of text or of HTML read as text.
type line struct {
	text     string // with its quote marks
	quote    int16  // how often it is quoted
	mark     mark
	from, to int32 // its nodes, for HTML
}

// maxLines bounds how many lines are looked at; what follows belongs to the last of them.
const maxLines = 50000

// splitLines reads plain text.
func splitLines(text string) []line {
	ls := make([]line, 0, min(strings.Count(text, "\n")+1, maxLines))
	for {
		l, rest, more := strings.Cut(text, "\n")
		if len(ls) == maxLines-1 {
			l, more = text, false
		}
		ls = append(ls, line{text: l, quote: depthOf(l)})
		if !more {
			return ls
		}
		text = rest
	}
}

// depthOf counts the arrows before a line.
func depthOf(s string) int16 {
	var depth int16
	for i := 0; i < len(s) && i < 200; i++ {
		switch {
		case s[i] == '>':
			if depth == 0 && (strings.HasPrefix(s[i:], ">From ") || strings.TrimSpace(s[i:]) == ">:") {
				return 0 // a mailbox file's arrow; the end of an address that was wrapped
			}
			depth++
		case s[i] != ' ' && s[i] != '\t':
			return depth
		}
	}
	return depth
}

// norm is a line as it is compared: no more than needed, white space of one kind.
func norm(s string) string {
	if len(s) > 500 {
		s = s[:500]
	}
	if strings.Contains(s, "\u00a0") || strings.Contains(s, "\u202f") || strings.Contains(s, "\u200e") || strings.Contains(s, "\u200f") {
		s = strings.NewReplacer("\u00a0", " ", "\u202f", " ", "\u200e", "", "\u200f", "").Replace(s)
	}
	return strings.TrimSpace(s)
}

func (l *line) blank() bool {
	if l.mark&markImage != 0 {
		return false
	}
	for _, r := range l.text {
		if !unicode.IsSpace(r) && r != '>' && r != '\u200b' && r != '\ufeff' && r != '\u200e' && r != '\u200f' && r != '\u2060' {
			return false
		}
	}
	return true
}

// own tells lines that the writer of this mail wrote.
func (l *line) own() bool {
	return l.quote == 0 && l.mark&(markIntro|markDrop|markRule) == 0 && !l.blank()
}

// trim marks what is quoted history and signature (EM-3). It keeps answers between quotes, with
// the quotes they answer; it keeps a mail that was passed on; and it never leaves nothing where
// there was something. It takes linear time.
func trim(ls []line, forwarded bool) {
	unarmour(ls)
	end := len(ls)
	if !forwarded {
		end = history(ls)
	}
	if forwarded || end < 0 { // passed on: all of it is what the writer wants read
		settle(ls)
		return
	}
	for i := end; i < len(ls); i++ {
		ls[i].mark |= markDrop
	}
	signatures(ls[:end])
	quotes(ls[:end])
	tail(ls[:end])
	settle(ls)
}

// settle takes all marks back when nothing would be left.
func settle(ls []line) {
	for i := range ls {
		if ls[i].mark&markDrop == 0 && (ls[i].quote > 0 || ls[i].mark&markRule == 0) && !ls[i].blank() {
			return
		}
	}
	for i := range ls {
		ls[i].mark &^= markDrop
	}
}

// margins marks the empty lines before and after what is left.
func margins(ls []line) {
	for i := 0; i < len(ls) && (ls[i].mark&markDrop != 0 || ls[i].quote == 0 && ls[i].blank()); i++ {
		ls[i].mark |= markDrop
	}
	for i := len(ls) - 1; i >= 0 && (ls[i].mark&markDrop != 0 || ls[i].quote == 0 && ls[i].blank()); i-- {
		ls[i].mark |= markDrop
	}
}

// keptText writes the lines that are left, no more than one empty line in a row.
func keptText(ls []line) string {
	var b strings.Builder
	gap := false
	for i := range ls {
		if ls[i].mark&markDrop != 0 {
			gap = true
			continue
		}
		text := strings.TrimRightFunc(ls[i].text, unicode.IsSpace)
		if ls[i].blank() && ls[i].quote == 0 {
			gap = true
			continue
		}
		if b.Len() > 0 {
			if gap {
				b.WriteByte('\n')
			}
			b.WriteByte('\n')
		}
		gap = false
		b.WriteString(text)
	}
	return strings.TrimSpace(b.String())
}

// trimText returns plain text without quoted history and signatures.
func trimText(full string, forwarded bool) string {
	ls := splitLines(full)
	trim(ls, forwarded)
	return keptText(ls)
}

// shorten cuts a text to at most n bytes, between characters.
func shorten(s string, n int) (string, bool) {
	if len(s) <= n {
		return s, false
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n], true
}
