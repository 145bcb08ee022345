package search

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Span is a piece of a snippet; Match is true for what was found. Text is plain and needs escaping.
type Span struct {
	Text  string
	Match bool
}

const (
	readMark  = 64 << 10 // bytes of a text looked through
	leadRunes = 40       // shown before the first match
)

// Mark cuts at most max runes around the first match out of plain text, and marks what matches the query:
// the same stem in either language, the beginning for an unfinished last word, a synonym, and, where nothing
// else of a word is found, one typo. Without a match it is the text's beginning. White space becomes one space;
// an ellipsis stands where something was cut off, and counts.
func Mark(text, query, locale string, max int) []Span {
	text = strings.Join(strings.Fields(strings.ToValidUTF8(head(text, readMark), "")), " ")
	if text == "" || max <= 0 {
		return nil
	}
	marks := matches(text, newRequest(query, "", locale, defaultThesaurus()))
	start, end := window(text, marks, max)
	var spans []Span
	add := func(s string, match bool) {
		if s == "" {
			return
		}
		if n := len(spans); n > 0 && spans[n-1].Match == match {
			spans[n-1].Text += s
			return
		}
		spans = append(spans, Span{s, match})
	}
	if start > 0 {
		add("…", false)
	}
	at := start
	for _, m := range marks {
		if m.start < at || m.end > end {
			continue
		}
		add(text[at:m.start], false)
		add(text[m.start:m.end], true)
		at = m.end
	}
	add(strings.TrimRight(text[at:end], " "), false)
	if end < len(text) {
		add("…", false)
	}
	return spans
}

// mark is a match by byte offsets.
type mark struct{ start, end int }

// matches finds all matching words of a text, in order.
func matches(text string, r request) []mark {
	type wanted struct {
		word
		unfinished bool
		found      bool
	}
	var all []*wanted
	firsts := map[rune]bool{} // a match shares the first letter, so most words need no analysis
	add := func(words []word, unfinished bool) {
		for i, w := range words {
			all = append(all, &wanted{word: w, unfinished: unfinished && i == len(words)-1})
			first, _ := utf8.DecodeRuneInString(w.folded)
			firsts[first] = true
		}
	}
	for _, s := range r.title {
		add(s.words, s.unfinished)
		for _, other := range s.others {
			add(other, false)
		}
	}
	if len(all) == 0 {
		return nil
	}
	type token struct {
		mark
		folded string
		hit    bool
	}
	var tokens []token
	for _, t := range tokenizer.Tokenize([]byte(text)) {
		raw := string(t.Term)
		first, _ := utf8.DecodeRuneInString(raw)
		first = unicode.ToLower(first)
		if len(raw) > longestWord || first < utf8.RuneSelf && !firsts[first] {
			continue
		}
		w, ok := newWord(raw)
		if !ok {
			continue
		}
		one := token{mark: mark{t.Start, t.End}, folded: w.folded}
		for _, want := range all {
			if w.like(want.word) || want.unfinished && utf8.RuneCountInString(want.folded) >= shortestPrefix && strings.HasPrefix(w.folded, want.folded) {
				want.found, one.hit = true, true
			}
		}
		tokens = append(tokens, one)
	}
	var marks []mark
	for _, t := range tokens {
		for _, want := range all {
			t.hit = t.hit || !want.found && slip(want.folded, t.folded)
		}
		if t.hit {
			marks = append(marks, t.mark)
		}
	}
	return marks
}

// like tells whether two words share a stem.
func (w word) like(other word) bool {
	return w.lower == other.lower || w.en != "" && w.en == other.en || w.de != "" && w.de == other.de
}

// slip tells whether two words of four letters or more differ by one typo after the first letter: a letter
// wrong, missing, extra, or two neighbours swapped.
func slip(a, b string) bool {
	x, y := []rune(a), []rune(b)
	if len(x) < shortestTypo || len(y) < shortestTypo-1 || x[0] != y[0] || len(x)-len(y) > 1 || len(y)-len(x) > 1 {
		return false
	}
	i := 0
	for i < len(x) && i < len(y) && x[i] == y[i] {
		i++
	}
	x, y = x[i:], y[i:]
	switch {
	case len(x) == len(y):
		if len(x) == 0 {
			return true
		}
		if string(x[1:]) == string(y[1:]) {
			return true
		}
		return len(x) >= 2 && x[0] == y[1] && x[1] == y[0] && string(x[2:]) == string(y[2:])
	case len(x) > len(y):
		return string(x[1:]) == string(y)
	default:
		return string(x) == string(y[1:])
	}
}

// window picks the bytes to show: max runes with the ellipses, from a little before the first match, cut at
// spaces where there are any.
func window(text string, marks []mark, max int) (start, end int) {
	if utf8.RuneCountInString(text) <= max {
		return 0, len(text)
	}
	if len(marks) > 0 && max >= 8 { // less has no room for two ellipses and a word
		first := marks[0].start
		for n := 0; first > 0 && n < min(leadRunes, max/3); n++ {
			_, size := utf8.DecodeLastRuneInString(text[:first])
			first -= size
		}
		if first > 0 {
			start = first
			if i := strings.IndexByte(text[first:marks[0].start], ' '); i >= 0 {
				start = first + i + 1
			}
		}
	}
	room := max
	if start > 0 {
		room--
	}
	end = forward(text, start, room)
	if end == len(text) {
		return start, end
	}
	end = forward(text, start, room-1)
	if i := strings.LastIndexByte(text[start:end], ' '); i > 0 && (len(marks) == 0 || start+i >= marks[0].end) {
		end = start + i
	}
	return start, end
}

// forward is the offset n runes on.
func forward(text string, at, n int) int {
	for ; n > 0 && at < len(text); n-- {
		_, size := utf8.DecodeRuneInString(text[at:])
		at += size
	}
	return at
}
