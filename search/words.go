package search

import (
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/blevesearch/bleve/v2/analysis/lang/de"
	"github.com/blevesearch/bleve/v2/analysis/lang/en"
)

// Limits on what a query takes from its text (attack A97).
const (
	mostTitle   = 12   // meaningful words of the title, or of a search
	mostText    = 12   // last meaningful words of the description
	mostTerms   = 32   // all words of a query, synonyms included
	longestWord = 64   // bytes; longer ones are no words
	readTitle   = 600  // bytes looked at, from the start
	readText    = 1500 // bytes looked at, from the end
)

// word is one word in every form the index may hold it in.
type word struct {
	lower  string
	folded string
	en, de string   // stems; empty when the language drops it as a stop word
	terms  []string // the different ones of lower, en and de: an article may be in any language
}

// slot is one thing asked for: a word, or a phrase that has synonyms.
type slot struct {
	words      []word   // all of them
	others     [][]word // or all of one of these
	unfinished bool     // the cursor may stand in its last word
}

// request is a text made ready for a query.
type request struct {
	language string // en, de or plain: of the words
	title    []slot
	text     []slot
}

// courtesies say nothing about the matter; they are dropped unless nothing else was typed.
var courtesies = func() map[string]bool {
	all := map[string]bool{}
	for _, w := range strings.Fields(`please pls hi hello hey dear thanks thank help team urgent question
		bitte hallo hi moin servus liebe lieber liebes danke vielen dank hilfe guten tag morgen grüße dringend frage`) {
		all[w] = true
	}
	return all
}()

// newWord analyses one token; false when it cannot be one.
func newWord(token string) (word, bool) {
	if len(token) > longestWord {
		return word{}, false
	}
	w := word{lower: firstTerm(unstemmed, token), folded: firstTerm(folding, token), en: firstTerm(english, token), de: firstTerm(german, token)}
	if w.lower == "" {
		return word{}, false
	}
	for _, term := range []string{w.en, w.de, w.lower} {
		if term != "" && !slices.Contains(w.terms, term) {
			w.terms = append(w.terms, term)
		}
	}
	return w, true
}

// stop tells whether a language drops the word.
func (w word) stop(language string) bool {
	switch language {
	case en.AnalyzerName:
		return w.en == ""
	case de.AnalyzerName:
		return w.de == ""
	}
	return w.en == "" || w.de == ""
}

// stem is the form in one language's articles.
func (w word) stem(language string) string {
	switch language {
	case en.AnalyzerName:
		return or(w.en, w.lower)
	case de.AnalyzerName:
		return or(w.de, w.lower)
	}
	return w.lower
}

// letter tells whether it is a single ASCII letter, as of "e-mail".
func (w word) letter() bool {
	return len(w.lower) == 1 && (w.lower[0] < '0' || w.lower[0] > '9')
}

// readWords splits and analyses.
func readWords(s string) []word {
	var words []word
	for _, token := range tokenizer.Tokenize([]byte(s)) {
		if w, ok := newWord(string(token.Term)); ok {
			words = append(words, w)
		}
	}
	return words
}

// speaks guesses the language by its stop words; a draw goes to the page's locale.
func speaks(words []word, locale string) string {
	var english, german int
	for _, w := range words {
		switch {
		case w.en == "" && w.de != "":
			english++
		case w.de == "" && w.en != "":
			german++
		}
	}
	switch {
	case english > german:
		return en.AnalyzerName
	case german > english:
		return de.AnalyzerName
	}
	return language(locale)
}

// newRequest reads a title and a description.
func newRequest(title, text, locale string, synonyms *thesaurus) request {
	title = head(strings.ToValidUTF8(title, " "), readTitle)
	text = tail(strings.ToValidUTF8(text, " "), readText)
	titleWords, textWords := readWords(title), readWords(text)
	r := request{language: speaks(append(slices.Clone(titleWords), textWords...), locale)}

	budget := mostTerms
	seen := map[string]bool{}
	r.title = slots(titleWords, r.language, synonyms, seen)
	r.title = r.title[:min(len(r.title), mostTitle)]
	r.text = slots(textWords, r.language, synonyms, seen)
	r.text = r.text[max(0, len(r.text)-mostText):]
	if n := len(titleWords); len(r.title) == 0 && n > 0 && open(title) && len(titleWords[n-1].folded) >= 3 {
		r.title = []slot{{words: titleWords[n-1:]}} // "down" alone may become "download"
	}
	markUnfinished(r.title, titleWords, title)
	markUnfinished(r.text, textWords, text)

	// Words first, then synonyms as far as the budget goes.
	for _, list := range [][]slot{r.title, r.text} {
		for i := range list {
			list[i].words = list[i].words[:min(len(list[i].words), budget)]
			budget -= len(list[i].words)
		}
	}
	for _, list := range [][]slot{r.title, r.text} {
		for i := range list {
			for n, other := range list[i].others {
				if budget -= len(other); budget < 0 {
					list[i].others = list[i].others[:n]
					break
				}
			}
		}
	}
	return r
}

// slots turns words into what to ask for: phrases with synonyms first, then single words; each word once.
func slots(words []word, language string, synonyms *thesaurus, seen map[string]bool) []slot {
	var polite, all []slot
	for i := 0; i < len(words); {
		n, others := synonyms.lookup(words[i:])
		n = max(n, 1)
		s := slot{others: others}
		for _, w := range words[i : i+n] {
			if !w.letter() && !w.stop(language) {
				s.words = append(s.words, w)
			}
		}
		i += n
		if len(s.words) == 0 {
			if len(others) == 0 {
				continue
			}
			s.words, s.others = others[0], others[1:]
		}
		key := s.words[0].folded
		for _, w := range s.words[1:] {
			key += " " + w.folded
		}
		if seen[key] {
			continue
		}
		seen[key] = true
		if len(s.words) == 1 && courtesies[s.words[0].lower] {
			polite = append(polite, s)
			continue
		}
		all = append(all, s)
	}
	if len(all) == 0 {
		return polite
	}
	return all
}

// markUnfinished marks the slot of the word before the cursor, unless something already ended that word.
func markUnfinished(list []slot, words []word, text string) {
	if len(list) == 0 || len(words) == 0 {
		return
	}
	if !open(text) {
		return
	}
	last := &list[len(list)-1]
	last.unfinished = last.words[len(last.words)-1].lower == words[len(words)-1].lower
}

// open tells whether nothing has ended the last word yet.
func open(text string) bool {
	last, _ := utf8.DecodeLastRuneInString(text)
	return !strings.ContainsRune(" \t\r\n.,;:!?)", last)
}

// head and tail cut long text at a space.
func head(s string, n int) string {
	if len(s) <= n {
		return s
	}
	if i := strings.LastIndexByte(s[:n], ' '); i >= 0 {
		return s[:i+1]
	}
	return ""
}

func tail(s string, n int) string {
	if len(s) <= n {
		return s
	}
	s = s[len(s)-n:]
	if i := strings.IndexByte(s, ' '); i >= 0 {
		return s[i+1:]
	}
	return ""
}
