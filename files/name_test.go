package files

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

// A42, PC-5
func TestCleanName(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"photo.jpg", "photo.jpg"},
		{"Rechnung März 2026.pdf", "Rechnung März 2026.pdf"},
		{"Ma\u0308rz.pdf", "März.pdf"},
		{"\u200b.htaccess", "htaccess"},
		{".\u200b.\u200b./\u200b.env", "env"},
		{"..%2f..%2fx", "%2f..%2fx"},
		{`..\x`, "x"},
		{`..\\x`, "x"},
		{"../../x", "x"},
		{"/etc/x", "x"},
		{`C:\x`, "x"},
		{"C:x", "C_x"},
		{"x\x00.png", "x.png"},
		{"x.php\x00.png", "x.php.png"},
		{"CON", "_CON"},
		{"con.txt", "_con.txt"},
		{"com1.tar.gz", "_com1.tar.gz"},
		{"lpt¹", "_lpt¹"},
		{"contract.pdf", "contract.pdf"},
		{"invoice\u202egpj.exe", "invoicegpj.exe"},
		{"a\u2066b\u2069.txt", "ab.txt"},
		{"a\r\nSet-Cookie: x=1.txt", "a Set-Cookie_ x=1.txt"},
		{"<script>.html", "_script_.html"},
		{"\ufeffreport.pdf", "report.pdf"},
		{"\u3164.png", "png"},
		{"a\u00a0\u2003b.txt", "a b.txt"},
		{"trailing. . .", "trailing"},
		{"folder/", "file"},
		{"", "file"},
		{".", "file"},
		{"..", "file"},
		{"   ", "file"},
		{"\xff\xfe", "file"},
		{"a\xffb.txt", "ab.txt"},
		{"x::$DATA", "x__$DATA"},
	} {
		if got := CleanName(c.in); got != c.want {
			t.Errorf("CleanName(%q) = %q, want %q", c.in, got, c.want)
		}
	}
}

// A42: 5,000 bytes
func TestCleanNameKeepsTheExtensionOfALongName(t *testing.T) {
	got := CleanName(strings.Repeat("ä", 2500) + ".pdf")
	if n := utf8.RuneCountInString(got); n != nameRunes || !strings.HasSuffix(got, "ä.pdf") {
		t.Errorf("%d runes: %q", n, got)
	}
	got = CleanName("a." + strings.Repeat("b", 5000))
	if n := utf8.RuneCountInString(got); n != nameRunes {
		t.Errorf("a false extension: %d runes", n)
	}
	if got := CleanName(strings.Repeat("x", 100_000) + "/last.txt"); got != "last.txt" {
		t.Errorf("huge path: %q", got)
	}
}

// A42
func FuzzCleanName(f *testing.F) {
	for _, s := range []string{"a.png", "\u200b.htaccess", "..%2f", `C:\x`, "x\x00.png", "CON", "\u202egpj.exe", ".", "<\u0338", strings.Repeat("ü.", 99)} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, in string) {
		got := CleanName(in)
		switch {
		case got == "", !utf8.ValidString(got), utf8.RuneCountInString(got) > nameRunes:
			t.Fatalf("%q: empty, broken or long: %q", in, got)
		case strings.ContainsAny(got, "/\\<>:\"|?*"), got[0] == '.', strings.TrimSpace(got) != got:
			t.Fatalf("%q: unsafe: %q", in, got)
		case device(got):
			t.Fatalf("%q: a device: %q", in, got)
		case CleanName(got) != got:
			t.Fatalf("%q: cleaning twice: %q, %q", in, got, CleanName(got))
		}
		for _, r := range got {
			if unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp) {
				t.Fatalf("%q: invisible %U left", in, r)
			}
		}
	})
}

// A40, A41
func TestViewable(t *testing.T) {
	for _, kind := range []string{"image/png", "image/jpeg", "image/gif", "image/webp", "IMAGE/PNG", "image/png; q=1"} {
		if !Viewable(kind) {
			t.Errorf("%s should be viewable", kind)
		}
	}
	for _, kind := range []string{"", "image/svg+xml", "text/html", "application/xhtml+xml", "text/xml", "application/pdf", "image/tiff", "image/bmp", "text/plain", "image/png, text/html", "image"} {
		if Viewable(kind) {
			t.Errorf("%s must not be viewable", kind)
		}
	}
}
