package locale

import (
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"
)

func mustLoad(t testing.TB) *Catalogue {
	t.Helper()
	c, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// EV-1: every language says everything, with the same arguments.
func TestCataloguesAgree(t *testing.T) {
	c := mustLoad(t)
	en := c.For("en")
	for _, name := range c.Locales() {
		s := c.For(name)
		for _, key := range en.Keys() {
			if !s.Has(key) {
				t.Errorf("%s has no %q", name, key)
				continue
			}
			if a, b := en.Placeholders(key), s.Placeholders(key); !slices.Equal(a, b) {
				t.Errorf("%s %q takes %v, English takes %v", name, key, b, a)
			}
			if a, b := len(en.messages[key].forms) > 0, len(s.messages[key].forms) > 0; a != b {
				t.Errorf("%s %q has plural forms: %v, English: %v", name, key, b, a)
			}
		}
		for _, key := range s.Keys() {
			if !en.Has(key) {
				t.Errorf("%s has %q, English has not", name, key)
			}
			if strings.TrimSpace(s.T(key)) == "" {
				t.Errorf("%s %q is empty", name, key)
			}
		}
	}
}

// Straight quotes in what people read are typing leftovers; apostrophes too.
func TestTypographicQuotes(t *testing.T) {
	c := mustLoad(t)
	for _, name := range c.Locales() {
		s := c.For(name)
		for _, key := range s.Keys() {
			if strings.ContainsAny(s.T(key), "\"'") {
				t.Errorf("%s %q has a straight quote: %s", name, key, s.T(key))
			}
		}
	}
}

const base = `"locale.months" = "1|2|3|4|5|6|7|8|9|10|11|12"
"locale.months_short" = "1|2|3|4|5|6|7|8|9|10|11|12"
"locale.weekdays" = "1|2|3|4|5|6|7"
"locale.weekdays_short" = "1|2|3|4|5|6|7"
"locale.opens" = "x"
"locale.units" = "B|KB|MB|GB|TB"
"locale.decimal" = ","
"locale.group" = "."
"locale.date" = "x"
"locale.datetime" = "x"
"locale.time" = "x"
"locale.day" = "x"
`

func fake(t *testing.T, files map[string]string) (*Catalogue, error) {
	t.Helper()
	fsys := fstest.MapFS{"en/locale.toml": {Data: []byte(base)}}
	for name, text := range files {
		fsys[name] = &fstest.MapFile{Data: []byte(text)}
	}
	return load(fsys, []string{"en"})
}

func TestStrings(t *testing.T) {
	c, err := fake(t, map[string]string{"en/x.toml": `
"a.plain" = "Plain"
"a.hello" = "Hello {{.Name}}, {{ .Count }} new"
[nested.deep]
key = "Nested"
["a.tickets"]
one = "{{.Count}} ticket in {{.Where}}"
other = "{{.Count}} tickets in {{.Where}}"
`})
	if err != nil {
		t.Fatal(err)
	}
	s := c.For("en")
	for got, want := range map[string]string{
		s.T("a.plain"):                          "Plain",
		s.T("nested.deep.key"):                  "Nested",
		s.T("no.such"):                          "⟦no.such⟧",
		s.Tf("no.such", "A", 1):                 "⟦no.such⟧",
		s.Tn("no.such", 2):                      "⟦no.such⟧",
		s.T("a.hello"):                          "Hello ⟦Name⟧, ⟦Count⟧ new",
		s.Tf("a.hello", "Name"):                 "Hello ⟦Name⟧, ⟦Count⟧ new",
		s.Tf("a.hello", "Count", 12345):         "Hello ⟦Name⟧, 12345 new",
		s.Tn("a.tickets", 1, "Where", "A"):      "1 ticket in A",
		s.Tn("a.tickets", 0, "Where", "B"):      "0 tickets in B",
		s.Tn("a.tickets", -1, "Where", "C"):     "-1 ticket in C",
		s.Tn("a.tickets", 1234567, "Where", ""): "1.234.567 tickets in ",
	} {
		if got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	if got := s.Placeholders("a.tickets"); !slices.Equal(got, []string{"Count", "Where"}) {
		t.Errorf("placeholders %v", got)
	}
}

// A49: what a person typed is never read as a template.
func TestArgumentsAreNotTemplates(t *testing.T) {
	c, err := fake(t, map[string]string{"en/x.toml": `"a" = "Hi {{.Name}}"`})
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{`{{.Secret}}`, `{{template "x"}}`, `{{.Name}}`, `${7*7}`, `%s%n`, `<b>`} {
		if got := c.For("en").Tf("a", "Name", name, "Secret", "s3cret"); got != "Hi "+name {
			t.Errorf("got %q", got)
		}
	}
}

func TestLoadRefuses(t *testing.T) {
	for name, files := range map[string]map[string]string{
		"a program":         {"en/x.toml": `"a" = "{{if .X}}y{{end}}"`},
		"half braces":       {"en/x.toml": `"a" = "{{.X}"`},
		"a key twice":       {"en/x.toml": `"a" = "1"`, "en/y.toml": `"a" = "2"`},
		"broken TOML":       {"en/x.toml": `"a" = `},
		"an empty text":     {"en/x.toml": `"a" = ""`},
		"months incomplete": {"en/locale.toml": strings.Replace(base, "|12", "", 1)},
	} {
		if _, err := fake(t, files); err == nil {
			t.Errorf("%s was accepted", name)
		}
	}
	if _, err := fake(t, nil); err != nil {
		t.Errorf("the base itself: %v", err)
	}
}

func TestMatch(t *testing.T) {
	c := mustLoad(t)
	long := strings.Repeat("xx-yy;q=0.1,", 10000) + "de"
	for _, row := range []struct{ accept, chosen, fallback, want string }{
		{"", "", "", "en"},
		{"", "", "de", "de"},
		{"", "", "fr", "en"},
		{"de", "", "", "de"},
		{"de-AT,en;q=0.5", "", "en", "de"},
		{"en;q=0.5, de;q=0.9", "", "", "de"},
		{"en;q=0.5,de", "", "", "de"},
		{"fr, de;q=0.4", "", "en", "de"},
		{"fr-FR", "", "de", "de"},
		{"de;q=0", "", "en", "en"},
		{"*", "", "de", "de"},
		{"de", "en", "", "en"},
		{"en", "de_CH", "", "de"},
		{"de", "klingon", "", "de"},
		{";;;,,,", "", "de", "de"},
		{long, "", "de", "de"},
		{strings.Repeat("-", 100000), "../../etc", "\x00", "en"},
	} {
		if got := c.Match(row.accept, row.chosen, row.fallback); got != row.want {
			t.Errorf("Match(%.40q, %q, %q) = %q, want %q", row.accept, row.chosen, row.fallback, got, row.want)
		}
	}
	for in, want := range map[string]string{"de": "de", "de-DE": "de", "DE": "de", "": "en", "xx": "en"} {
		if got := c.For(in).Locale(); got != want {
			t.Errorf("For(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestTimeAndBytes(t *testing.T) {
	c := mustLoad(t)
	at := time.Date(2026, 3, 1, 23, 5, 9, 0, time.FixedZone("x", -2*3600)) // 2 March, 01:05 UTC
	for _, row := range []struct{ locale, style, want string }{
		{"en", "date", "2 Mar 2026"},
		{"en", "datetime", "2 Mar 2026, 01:05 UTC"},
		{"en", "time", "01:05 UTC"},
		{"en", "day", "Monday, 2 March 2026"},
		{"de", "date", "2. März 2026"},
		{"de", "datetime", "2. März 2026, 01:05 UTC"},
		{"de", "day", "Montag, 2. März 2026"},
		{"en", "", "2 Mar 2026, 01:05 UTC"},
	} {
		if got := c.For(row.locale).Time(at, row.style); got != row.want {
			t.Errorf("%s %s: got %q, want %q", row.locale, row.style, got, row.want)
		}
	}
	if got := c.For("en").Time(time.Time{}, "date"); got != "" {
		t.Errorf("the zero time shows as %q", got)
	}
	for n, want := range map[int64][2]string{
		-1: {"0 B", "0 B"}, 0: {"0 B", "0 B"}, 1023: {"1023 B", "1023 B"}, 1024: {"1 KB", "1 KB"},
		1536: {"1.5 KB", "1,5 KB"}, 10 << 20: {"10 MB", "10 MB"}, 1<<20 - 1: {"1 MB", "1 MB"},
		10<<20 - 1: {"10 MB", "10 MB"}, 25 << 20: {"25 MB", "25 MB"}, 1 << 62: {"4194304 TB", "4194304 TB"},
	} {
		if got := c.For("en").Bytes(n); got != want[0] {
			t.Errorf("en Bytes(%d) = %q, want %q", n, got, want[0])
		}
		if got := c.For("de").Bytes(n); got != want[1] {
			t.Errorf("de Bytes(%d) = %q, want %q", n, got, want[1])
		}
	}
}

// A constant string is on the way of every page: it must stay a bare lookup.
func TestConstantStringAllocatesNothing(t *testing.T) {
	s := mustLoad(t).For("de")
	if n := testing.AllocsPerRun(100, func() { _ = s.T("locale.name") }); n != 0 {
		t.Errorf("T allocates %v times", n)
	}
}
