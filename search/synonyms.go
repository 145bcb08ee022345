package search

import (
	"maps"
	"slices"
	"strings"
	"sync"
)

// Synonyms names, for a word or a phrase of up to three words, what else may be meant by it. Entries work in
// one direction and whatever the inflection; case does not matter. They are applied to queries, so a changed
// table needs no new index.
type Synonyms map[string][]string

// DefaultSynonyms is what a helpdesk's reporters call the same things, in English and German.
func DefaultSynonyms() Synonyms {
	all := Synonyms{}
	for _, group := range [][]string{ // each means all others
		{"login", "log in", "sign in", "sign-in", "logon", "anmelden", "anmeldung", "einloggen"},
		{"logout", "log out", "sign out", "abmelden", "ausloggen"},
		{"register", "sign up", "create account", "registrieren", "konto erstellen"},
		{"password", "passcode", "passphrase", "passwort", "kennwort"},
		{"email", "e-mail", "mail"},
		{"invoice", "bill", "receipt", "rechnung", "beleg", "quittung"},
		{"pay", "payment", "zahlen", "bezahlen", "zahlung"},
		{"refund", "money back", "erstattung", "rückerstattung", "geld zurück"},
		{"cancel", "terminate", "kündigen", "kündigung", "stornieren"},
		{"delete", "remove", "löschen", "entfernen"},
		{"change", "edit", "update", "ändern", "bearbeiten"},
		{"upload", "attach", "hochladen", "anhängen"},
		{"download", "export", "herunterladen", "exportieren"},
		{"attachment", "file", "anhang", "datei"},
		{"error", "bug", "fault", "fehler", "störung"},
		{"slow", "lag", "langsam"},
		{"broken", "not working", "does not work", "kaputt", "funktioniert nicht", "geht nicht"},
		{"account", "profile", "konto", "benutzerkonto", "profil"},
		{"2fa", "two factor", "two-factor", "mfa", "authenticator", "zwei faktor", "zwei-faktor"},
		{"notification", "alert", "benachrichtigung", "hinweis"},
		{"unsubscribe", "opt out", "abbestellen", "abmelden"},
		{"settings", "preferences", "options", "einstellungen"},
		{"delivery", "shipping", "shipment", "lieferung", "versand", "zustellung"},
		{"phone", "mobile", "smartphone", "telefon", "handy"},
		{"price", "cost", "pricing", "preis", "kosten"},
		{"plan", "subscription", "tarif", "abo", "abonnement"},
		{"wifi", "wi-fi", "wlan", "wireless"},
		{"invite", "invitation", "einladen", "einladung"},
	} {
		for _, one := range group {
			for _, other := range group {
				if one != other {
					all[one] = append(all[one], other)
				}
			}
		}
	}
	// Who cannot sign in often needs the article about passwords; the other way round helps nobody.
	for _, one := range []string{"login", "log in", "sign in", "sign-in"} {
		all[one] = append(all[one], "password")
	}
	for _, one := range []string{"anmelden", "anmeldung", "einloggen"} {
		all[one] = append(all[one], "passwort")
	}
	all["locked out"] = []string{"password", "login"}
	all["ausgesperrt"] = []string{"passwort", "anmelden"}
	return all
}

// longestPhrase is how many words a synonym's key may have.
const longestPhrase = 3

// thesaurus is a table of synonyms made ready. The zero pointer has none.
type thesaurus struct {
	others map[string][][]word // by the key's words in one of their forms
}

func newThesaurus(table Synonyms) *thesaurus {
	t := &thesaurus{others: map[string][][]word{}}
	for _, key := range slices.Sorted(maps.Keys(table)) { // in order, as inflections of two keys may coincide
		values, words := table[key], readWords(key)
		if len(words) == 0 || len(words) > longestPhrase {
			continue
		}
		var others [][]word
		for _, value := range values {
			var meaningful []word
			for _, w := range readWords(value) {
				if !w.letter() && w.en != "" && w.de != "" {
					meaningful = append(meaningful, w)
				}
			}
			if len(meaningful) > 0 {
				others = append(others, meaningful)
			}
		}
		for _, form := range forms(words) {
			if t.others[form] == nil {
				t.others[form] = others
			}
		}
	}
	return t
}

// defaultThesaurus is made once.
var defaultThesaurus = sync.OnceValue(func() *thesaurus { return newThesaurus(DefaultSynonyms()) })

// lookup finds the longest phrase at the start of words: its length and what else may be meant.
func (t *thesaurus) lookup(words []word) (int, [][]word) {
	if t == nil {
		return 0, nil
	}
	for n := min(longestPhrase, len(words)); n > 0; n-- {
		for _, form := range forms(words[:n]) {
			if others := t.others[form]; others != nil {
				return n, others
			}
		}
	}
	return 0, nil
}

// forms is a phrase as typed and stemmed in each language.
func forms(words []word) [3]string {
	var typed, english, german []string
	for _, w := range words {
		typed = append(typed, w.lower)
		english = append(english, or(w.en, w.lower))
		german = append(german, or(w.de, w.lower))
	}
	return [3]string{strings.Join(typed, " "), "en:" + strings.Join(english, " "), "de:" + strings.Join(german, " ")}
}

func or(a, b string) string {
	if a != "" {
		return a
	}
	return b
}
