package search

import (
	"strings"
	"testing"
)

// A97: whatever is typed, a query stays small.
func TestRequestIsBounded(t *testing.T) {
	var many strings.Builder
	for n := range 10_000 {
		many.WriteString("login" + strings.Repeat("x", n%7) + string(rune('a'+n%26)) + string(rune('a'+n/26%26)) + " ")
	}
	for name, text := range map[string]string{
		"10,000 terms": many.String(), "1 MB": strings.Repeat("word ", 200_000), "1 MB without a space": strings.Repeat("w", 1<<20),
		"operators": `* ~99 /(a+)+$/ internal:* +a -b "c d" title:x^9 [a TO z] \`, "not UTF-8": "\xff\xfe pass\xffword",
		"all synonyms": "login logout register password email invoice pay refund cancel delete change upload",
	} {
		r := newRequest(text, text, "en", defaultThesaurus())
		words := 0
		for _, list := range [][]slot{r.title, r.text} {
			for _, s := range list {
				words += len(s.words)
				for _, other := range s.others {
					words += len(other)
				}
			}
		}
		if words > mostTerms || len(r.title) > mostTitle || len(r.text) > mostText {
			t.Errorf("%s: %d words, %d and %d slots", name, words, len(r.title), len(r.text))
		}
		if all := len(swaps(strings.Repeat("ab", longestWord/2))); all > mostSwaps {
			t.Errorf("%d swaps", all)
		}
	}
}

// A97: hostile text is answered like any other.
func TestSuggestHostileText(t *testing.T) {
	i := built(t, t.TempDir(), docs())
	for _, text := range []string{
		"*", "/(a+)+$/", "~99", "internal:*", "visibility:private OR kind:*", strings.Repeat("a b c d e f ", 100_000), strings.Repeat("ß", 1<<20),
		"\x00\x01\x02", "\xff\xfe\xfd", "‮drowssap", strings.Repeat("é", 5000) + " reset", "👩‍💻 👍🏽", "密码 重置 パスワード", "पासवर्ड", "'\"\\;--",
	} {
		if _, err := i.Suggest(t.Context(), Suggest{Project: 1, Title: text, Text: text, Locale: text[:1]}); err != nil {
			t.Errorf("%.20q: %v", text, err)
		}
		if _, _, err := i.Search(t.Context(), Query{Project: 1, Kind: text, Text: text, Locale: "de"}); err != nil {
			t.Errorf("%.20q: %v", text, err)
		}
		Mark(text, text, "en", 80)
	}
}

// A97
func FuzzWords(f *testing.F) {
	f.Add("Reset passwrod", "die Rechnung", 40)
	f.Add("İstanbul ǅ ß ﬁ", "straße ſ", 3)
	f.Fuzz(func(t *testing.T, text, query string, limit int) {
		newEntry(Doc{Title: text})
		for _, w := range readWords(text) {
			if len(w.terms) == 0 {
				t.Errorf("%q without terms", w.lower)
			}
		}
		shown := 0
		for _, s := range Mark(text, query, "de", limit%200) {
			shown += len([]rune(s.Text))
		}
		if shown > max(0, limit%200) {
			t.Errorf("%d runes shown of %d", shown, limit%200)
		}
	})
}
