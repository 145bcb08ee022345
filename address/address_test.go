package address

import (
	"errors"
	"net/mail"
	"strings"
	"testing"
)

func TestCanonical(t *testing.T) {
	for in, want := range map[string]string{
		"ada@example.com":                      "ada@example.com",
		"  Ada@EXAMPLE.com \r\n":               "Ada@example.com",
		"ada+tag@example.com":                  "ada+tag@example.com",
		"ada@example.com.":                     "ada@example.com",
		"o'brien@example.ie":                   "o'brien@example.ie",
		"ada@bücher.example":                   "ada@xn--bcher-kva.example",
		"ada@xn--bcher-kva.example":            "ada@xn--bcher-kva.example",
		"ada@ＥＸＡＭＰＬＥ.com":                      "ada@example.com",
		"jörg@example.com":                     "jörg@example.com",
		"jo\u0308rg@example.com":               "jörg@example.com",
		"danger-$id@example.com":               "danger-$id@example.com",
		"a@mail.sub.example.co.uk":             "a@mail.sub.example.co.uk",
		"1@1.example":                          "1@1.example",
		strings.Repeat("a", 64) + "@e.example": strings.Repeat("a", 64) + "@e.example",
	} {
		got, err := Canonical(in)
		if err != nil || got != want {
			t.Errorf("%q: got %q, %v; want %q", in, got, err, want)
			continue
		}
		if again, err := Canonical(got); err != nil || again != got {
			t.Errorf("%q is not stable: %q, %v", got, again, err)
		}
	}
}

// A24, A25, A27, A28: everything that is not exactly one bare address.
func TestCanonicalRefuses(t *testing.T) {
	for _, in := range []string{
		"", " ", "@", "ada", "ada@", "@example.com", "ada@example", "ada@@example.com", "a@b@example.com",
		"Ada <ada@example.com>", "<ada@example.com>", `"ada" <b@evil.example>`, `"a@good.example" (x) <b@evil.example>`,
		"a@good.example,b@evil.example", "a@good.example;b@evil.example", "a@good.example b@evil.example",
		"Friends: a@good.example;", "ada@example.com (comment)", "(x)ada@example.com", `"a b"@example.com`, `"ada"@example.com`,
		"ada@example.com\r\nBcc: v@evil.example", "ada\r\n@example.com", "ada@exam\nple.com", "ada\x00@example.com",
		"ada\u2028@example.com", "ada\u0085x@example.com", "ada\u200b@example.com", "ada\u202e@example.com", "ada@exa\u2028mple.com",
		"-oQ/tmp@example.com", "-x@example.com", "danger-$(id)@example.com", ".ada@example.com", "ada.@example.com", "a..b@example.com",
		"ada@[127.0.0.1]", "ada@127.0.0.1", "ada@[IPv6:::1]", "ada@-example.com", "ada@example-.com", "ada@exa_mple.com",
		"ada@example..com", "ada@.example.com", "ada@example.com..", "ada@exam ple.com", "ada@example.com/x", "ada@example.com:25",
		"ada@example.com>", "mailto:ada@example.com<", "a\xff@example.com", "=?utf-8?q?a=0D=0ABcc:v?=@exam ple.com",
		strings.Repeat("a", 65) + "@example.com", "a@" + strings.Repeat("b", 64) + ".example",
		"a@" + strings.Repeat("bbbbbbb.", 40) + "example", "a@[" + strings.Repeat("1", 1<<20) + "]",
	} {
		if got, err := Canonical(in); !errors.Is(err, ErrInvalid) {
			t.Errorf("%.60q is accepted as %q (%v)", in, got, err)
		}
	}
}

// A6: one mailbox, many spellings, one key.
func TestKey(t *testing.T) {
	for _, group := range [][]string{
		{"v@x.example", "V@X.example", "v+1@x.example", "v+a+b@x.example", " v@x.example ", "v@x.example.", "ｖ@x.example",
			"v@ｘ.example", "v\u200b@x.example", "V+@X.EXAMPLE."},
		{"ada@bücher.example", "ADA@BÜCHER.example", "ada@xn--bcher-kva.example", "ada@bu\u0308cher.example"},
		{"ﬁn@x.example", "fin@x.example", "FIN+tag@x.example"},
		{"not an address", " Not An Address"},
	} {
		for _, s := range group {
			if got, want := Key(s), Key(group[0]); got != want {
				t.Errorf("Key(%q) = %q, want %q", s, got, want)
			}
			if Key(Key(s)) != Key(s) {
				t.Errorf("Key(%q) is not stable", s)
			}
		}
	}
	for _, pair := range [][2]string{
		{"a@x.example", "b@x.example"}, {"a@x.example", "a@y.example"}, {"a.b@x.example", "ab@x.example"}, {"+a@x.example", "+b@x.example"},
	} {
		if Key(pair[0]) == Key(pair[1]) {
			t.Errorf("%v share a key", pair)
		}
	}
	if Domain("Ada@Bücher.example") != "xn--bcher-kva.example" || Domain("x") != "" {
		t.Error("Domain")
	}
}

func FuzzCanonical(f *testing.F) {
	for _, s := range []string{"ada@example.com", "a@b@c.d", "jörg@bücher.example", "Ada <a@b.c>", "a\r\n@b.c", "Ⅷ@x.example"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if k := Key(s); len(s) <= MaxLength && Key(k) != k {
			t.Fatalf("Key(%q) = %q is not stable: %q", s, k, Key(k))
		}
		got, err := Canonical(s)
		if err != nil {
			return
		}
		if again, err := Canonical(got); err != nil || again != got {
			t.Fatalf("%q → %q → %q, %v", s, got, again, err)
		}
		if strings.ContainsAny(got, " \t\r\n\x00,;:<>()[]\"\\") || strings.Count(got, "@") != 1 || len(got) > MaxLength {
			t.Fatalf("%q is accepted as %q", s, got)
		}
		// A second parser reads the same single address out of it.
		if parsed, err := mail.ParseAddress(got); err != nil || parsed.Address != got || parsed.Name != "" {
			t.Fatalf("%q is read by another parser as %v, %v", got, parsed, err)
		}
		if Key(got) != Key(s) {
			t.Fatalf("%q and its canonical form %q have two keys", s, got)
		}
	})
}
