package mail

import (
	"strings"
)

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
