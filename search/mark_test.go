package search

import (
	"strings"
	"testing"
	"unicode/utf8"
)

// show writes matches in brackets.
func show(spans []Span) string {
	var b strings.Builder
	for _, s := range spans {
		if s.Match {
			b.WriteString("[" + s.Text + "]")
		} else {
			b.WriteString(s.Text)
		}
	}
	return b.String()
}

// KB-3
func TestMark(t *testing.T) {
	for _, c := range []struct{ name, text, query, locale, want string }{
		{"exact", "Reset your password", "password", "en", "Reset your [password]"},
		{"stem", "Resetting passwords is easy", "reset password", "en", "[Resetting] [passwords] is easy"},
		{"prefix of the last word", "Authenticator apps", "auth", "en", "[Authenticator] apps"},
		{"no prefix of a finished word", "Authenticator apps", "auth ", "en", "Authenticator apps"},
		{"typo", "Your subscription ends", "subscripton", "en", "Your [subscription] ends"},
		{"swapped", "Your invoice", "invocie", "en", "Your [invoice]"},
		{"no typo beside a match", "The form from above, from here", "form ", "en", "The [form] from above, from here"},
		{"synonym", "All invoices are here", "receipt", "en", "All [invoices] are here"},
		{"German stem", "Alle Rechnungen finden Sie hier", "rechnung", "de", "Alle [Rechnungen] finden Sie hier"},
		{"German umlaut", "Passwort zurücksetzen", "zuruecksetzen", "de", "Passwort [zurücksetzen]"},
		{"leading umlaut", "Äpfel und Birnen", "apfel ", "de", "[Äpfel] und Birnen"},
		{"stop words are not marked", "How to do the thing", "the thing", "en", "How to do the [thing]"},
		{"nothing found", "Other words", "unicorn", "en", "Other words"},
		{"no query", "Some  text\nhere", "", "en", "Some text here"},
		{"mark-up stays text", "<b>password</b> & more", "password", "en", "<b>[password]</b> & more"},
		{"punctuation", "(password), password.", "password", "en", "([password]), [password]."},
	} {
		if got := show(Mark(c.text, c.query, c.locale, 200)); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
	if got := Mark("", "x", "en", 50); got != nil {
		t.Errorf("empty: %v", got)
	}
}

// KB-3
func TestMarkCuts(t *testing.T) {
	filler := strings.Repeat("lorem ipsum dolor sit amet ", 50)
	text := filler + "the gateway is closed " + filler
	for _, limit := range []int{1, 2, 10, 30, 60, 160} {
		spans := Mark(text, "gateway", "en", limit)
		all, marked := "", false
		for _, s := range spans {
			all += s.Text
			marked = marked || s.Match
		}
		if n := utf8.RuneCountInString(all); n > limit {
			t.Errorf("%d runes for %d: %q", n, limit, all)
		}
		if limit >= 30 && (!marked || !strings.HasPrefix(all, "…") || !strings.HasSuffix(all, "…")) {
			t.Errorf("%d: %q", limit, show(spans))
		}
	}
	if got := show(Mark(text, "unicorn", "en", 30)); got != "lorem ipsum dolor sit amet…" {
		t.Errorf("without a match: %q", got)
	}
	if got := show(Mark("Gateways are closed "+filler, "gateway", "en", 24)); got != "[Gateways] are closed…" {
		t.Errorf("at the start: %q", got)
	}
	if got := show(Mark(filler+"gateway", "gateway", "en", 30)); !strings.HasPrefix(got, "…") || !strings.HasSuffix(got, "[gateway]") {
		t.Errorf("at the end: %q", got)
	}
	Mark(strings.Repeat("überlänge ", 1<<16), "überlange", "de", 100)
}

func TestSlip(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want bool
	}{
		{"password", "password", true}, {"pasword", "password", true}, {"passsword", "password", true}, {"passwird", "password", true},
		{"passwrod", "password", true}, {"passwodr", "password", true}, {"assword", "password", false}, {"bassword", "password", false},
		{"pswrd", "password", false}, {"from", "form", true}, {"for", "form", false}, {"form", "for", true}, {"", "", false}, {"abcd", "adcb", false},
	} {
		if got := slip(c.a, c.b); got != c.want {
			t.Errorf("slip(%q, %q) = %t", c.a, c.b, got)
		}
	}
}
