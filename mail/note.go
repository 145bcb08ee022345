package mail

import (
	"strings"
)

// noteMark begins the mail of an agent whose text is for colleagues only.
const noteMark = "@note"

// Note tells whether an agent's mail is a note: its first line begins with @note (EM-7). text is
// what is to be kept, without the mark.
func Note(p *Parsed) (text string, isNote bool) {
	text = strings.TrimLeft(p.Text, " \t\r\n\u00a0\ufeff\u200b")
	if len(text) < len(noteMark) || !strings.EqualFold(text[:len(noteMark)], noteMark) {
		return p.Text, false
	}
	rest := text[len(noteMark):]
	if rest != "" && !strings.ContainsAny(rest[:1], " \t\r\n:,.") && !strings.HasPrefix(rest, "\u00a0") {
		return p.Text, false // @notebook
	}
	return strings.TrimSpace(strings.TrimLeft(rest, " \t:,.\u00a0")), true
}
