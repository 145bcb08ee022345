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

// history finds where the mail that is answered begins and is not marked as a quote: what
// follows is not the writer's. len(ls) is nowhere; -1 says that the mail passes on another.
func history(ls []line) int {
	own := false
	for i := 0; i < len(ls); i++ {
		l := &ls[i]
		if l.quote > 0 || l.blank() {
			continue
		}
		if l.mark&markForward != 0 {
			return -1
		}
		if l.mark&markIntro != 0 {
			if word := between(norm(l.text)); forwards[word] {
				return -1 // the same element introduces both
			}
			quoteNext(ls, i+1)
			continue
		}
		text := norm(l.text)
		word := between(text)
		if ok, strong := introduces(word); ok && strong { // Zoho: ---- On … wrote ----
			l.mark |= markHistory
		}
		switch {
		case forwards[word] || isForwardLine(text):
			return -1
		case originals[word]:
			if quotedNext(ls, i+1) {
				l.mark |= markIntro
				quoteNext(ls, i+1)
				continue
			}
			if !own { // nothing was written above: it is below, or the mail is passed on
				return -1
			}
			return rulesAbove(ls, i)
		case l.mark&markHistory != 0 || headerBlock(ls, i):
			if !own {
				return -1
			}
			return rulesAbove(ls, i)
		}
		if strings.HasSuffix(text, ":") || strings.HasSuffix(text, "：") {
			quoted := quotedNext(ls, i+1)
			if first, strong := intro(ls, i, quoted); first >= 0 {
				if !quoted && strong && !ownBefore(ls, first) {
					return -1
				}
				if quoted || strong {
					for j := first; j <= i; j++ {
						ls[j].mark |= markIntro
					}
					if !quoted {
						return rulesAbove(ls, first)
					}
					quoteNext(ls, i+1)
					continue
				}
			}
		}
		own = own || l.own()
	}
	return len(ls)
}

func isForwardLine(text string) bool {
	if len(text) > 60 || !strings.HasSuffix(text, ":") {
		return false
	}
	text = strings.ToLower(text)
	for _, f := range forwardLines {
		if text == f {
			return true
		}
	}
	return false
}

// ownBefore looks back for something the writer wrote; few lines precede an introduction, and
// what is found first decides.
func ownBefore(ls []line, i int) bool {
	for i--; i >= 0; i-- {
		if ls[i].own() {
			return true
		}
		if ls[i].quote > 0 {
			return false
		}
	}
	return false
}

// rulesAbove includes the drawn lines and empty ones directly above the history.
func rulesAbove(ls []line, i int) int {
	for i > 0 && ls[i-1].quote == 0 && (ls[i-1].blank() || isRule(&ls[i-1])) {
		i--
	}
	return i
}

func isRule(l *line) bool {
	if l.mark&markRule != 0 {
		return true
	}
	text := norm(l.text)
	return len(text) >= 5 && strings.Trim(text, "_-=*–—―") == ""
}

// quotedNext tells whether the next line that is not empty is quoted, or may be.
func quotedNext(ls []line, i int) bool {
	for ; i < len(ls); i++ {
		if ls[i].quote > 0 {
			return true
		}
		if !ls[i].blank() {
			return ls[i].mark&markWeak != 0
		}
	}
	return false
}

// quoteNext makes a quote of an element that may be one, because the line before says so.
func quoteNext(ls []line, i int) {
	for ; i < len(ls) && ls[i].quote == 0 && (ls[i].blank() || ls[i].mark&markWeak != 0); i++ {
		if ls[i].mark&markWeak != 0 {
			ls[i].quote++
		}
	}
}

// headerBlock tells whether the block of From, Sent, To and Subject begins here.
func headerBlock(ls []line, i int) bool {
	first := labelOf(norm(ls[i].text))
	if first != labelFrom && first != labelSent {
		return false
	}
	seen, taken, stamped := first, 0, false
	for j := i + 1; j < len(ls) && taken < 12 && j < i+20; j++ {
		if ls[j].blank() || ls[j].quote > 0 {
			continue
		}
		taken++
		label := labelOf(norm(ls[j].text))
		if label == 0 && seen&labelSubject != 0 {
			break
		}
		seen |= label
		if label == labelSent && taken == 1 { // Windows Mail leaves out an empty subject
			year, clock := dated(norm(ls[j].text))
			stamped = year && clock
		}
	}
	if stamped && seen&labelTo != 0 {
		return true
	}
	return seen&labelFrom != 0 && seen&labelSubject != 0 && seen&(labelSent|labelTo) != 0
}

// intro finds the lines up to i that introduce a quote: "On Monday, Ada <a@b> wrote:". strong
// says that it can be nothing else; nothing less counts where no quote follows.
func intro(ls []line, i int, quoted bool) (first int, strong bool) {
	joined := ""
	first = -1
	for j := i; j >= 0 && j > i-4; j-- {
		if ls[j].quote > 0 || ls[j].blank() || ls[j].mark&markIntro != 0 {
			break
		}
		joined = strings.TrimSpace(norm(ls[j].text) + " " + joined)
		if len(joined) > 600 {
			break
		}
		if !quoted && !strings.ContainsAny(joined, "0123456789@") {
			continue
		}
		ok, s := introduces(joined)
		if begins := whenBegins(joined); ok && (first < 0 || s && !strong || s && begins) {
			first, strong = j, s
			if strong && begins {
				break
			}
		}
	}
	return first, strong
}

func introduces(s string) (ok, strong bool) {
	small := strings.ToLower(s)
	small = strings.TrimLeft(small, "*_ ")
	at := strings.ContainsRune(small, '@')
	year, clock := dated(small)
	wrote := false
	for _, word := range wroteWords {
		if wrote = strings.Contains(small, word); wrote {
			break
		}
	}
	if !wrote { // 2026-11-02 10:33 GMT+01:00 Ada <ada@x.example>:
		return at && year && clock && strings.Contains(small, ">:"), at && year && clock && strings.Contains(small, ">:")
	}
	begins := whenBegins(small)
	return true, at && (year || clock) || begins && year && clock || begins && at
}

// whenBegins tells whether a line begins as the introduction of a quote mostly does.
func whenBegins(s string) bool {
	s = strings.ToLower(strings.TrimLeft(s[:min(len(s), 40)], "*_ "))
	if s != "" && isDigit(s[0]) {
		return true
	}
	for _, word := range whenWords {
		if strings.HasPrefix(s, word) {
			return true
		}
	}
	return false
}

// dated looks for a year and a time of day.
func dated(s string) (year, clock bool) {
	digits := 0
	for i := 0; i <= len(s); i++ {
		if i < len(s) && '0' <= s[i] && s[i] <= '9' {
			digits++
			continue
		}
		if digits == 4 && (s[i-4:i-2] == "20" || s[i-4:i-2] == "19") {
			year = true
		}
		if digits > 0 && digits <= 2 && i+2 < len(s) && (s[i] == ':' || s[i] == '.' || s[i] == 'h') && isDigit(s[i+1]) && isDigit(s[i+2]) {
			clock = true
			if s[i] == '.' && i+5 < len(s) && s[i+3] == '.' && isDigit(s[i+4]) { // 02.11.26 is a date
				clock, year = false, true
			}
		}
		if digits == 2 && i >= 5 && (s[i-3] == '/' || s[i-3] == '.' || s[i-3] == '-') && isDigit(s[i-4]) {
			year = true // 11/2/26
		}
		digits = 0
	}
	return year, clock
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

// signatures marks what stands below "-- " up to the next quote, and what elements call so.
func signatures(ls []line) {
	for i := 0; i < len(ls); i++ {
		if ls[i].quote > 0 || ls[i].mark&markDrop != 0 {
			continue
		}
		if ls[i].mark&markSign != 0 {
			ls[i].mark |= markDrop
			continue
		}
		most := 0
		switch text := strings.TrimRight(ls[i].text, "\r"); {
		case text == "-- " || text == "--\u00a0":
			most = 40
		case text == "--" || text == "—" || text == "–- " || text == "-- \u00a0":
			most = 12
		default:
			continue
		}
		end, taken := i+1, 0
		for ; end < len(ls) && ls[end].quote == 0 && ls[end].mark&markIntro == 0 && taken <= most; end++ {
			if !ls[end].blank() {
				taken++
			}
		}
		if taken > most {
			continue
		}
		for j := i; j < end; j++ {
			ls[j].mark |= markDrop
		}
		i = end - 1
	}
	for i := range ls { // a signature alone is what the writer wrote
		if ls[i].own() {
			return
		}
	}
	for i := range ls {
		ls[i].mark &^= markDrop
	}
}

// quotes marks what is quoted. Where answers stand between quotes, those that were answered stay.
func quotes(ls []line) {
	above, runs, last, any := false, 0, -1, false
	inRun := false
	open := false // a run waits for an answer
	for i := range ls {
		switch {
		case ls[i].quote > 0 && ls[i].mark&markDrop == 0:
			if !inRun && !ls[i].blank() {
				inRun, open = true, true
			}
		case ls[i].own():
			any = true
			if open && footerLine(norm(ls[i].text)) {
				continue
			}
			if open {
				runs++
				open = false
			}
			if runs == 0 && !inRun {
				above = true
			}
			inRun = false
			last = i
		}
	}
	if !any {
		return
	}
	between := runs > 1 || above && runs == 1
	for i := range ls {
		if ls[i].mark&markIntro != 0 || ls[i].quote > 0 && !(between && i < last) {
			ls[i].mark |= markDrop
		}
	}
}

// tail marks the footers of programs and drawn lines at the end of what is left.
func tail(ls []line) {
	for i, seen := len(ls)-1, 0; i >= 0 && seen < 3; i-- {
		if ls[i].mark&markDrop != 0 || ls[i].blank() {
			continue
		}
		if ls[i].quote > 0 {
			return
		}
		text := norm(ls[i].text)
		if !isRule(&ls[i]) && !footerLine(text) {
			return
		}
		seen++
		for j := range i { // something must be left
			if ls[j].own() {
				ls[i].mark |= markDrop
				break
			}
		}
	}
}

// unarmour marks the armour of a text that was signed in place (RFC 4880, 7).
func unarmour(ls []line) {
	begin := -1
	for i := range ls {
		if i > 50 {
			return
		}
		if ls[i].quote == 0 && strings.TrimSpace(ls[i].text) == "-----BEGIN PGP SIGNED MESSAGE-----" {
			begin = i
			break
		}
		if ls[i].own() {
			return
		}
	}
	if begin < 0 {
		return
	}
	i := begin
	for ; i < len(ls) && !ls[i].blank(); i++ {
		ls[i].mark |= markDrop
	}
	signature := false
	for ; i < len(ls); i++ {
		text := strings.TrimSpace(ls[i].text)
		signature = signature || text == "-----BEGIN PGP SIGNATURE-----"
		if signature {
			ls[i].mark |= markDrop
			if text == "-----END PGP SIGNATURE-----" {
				return
			}
		} else if rest, ok := strings.CutPrefix(ls[i].text, "- "); ok && strings.HasPrefix(rest, "-") {
			ls[i].text = rest
		}
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
