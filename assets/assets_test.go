package assets

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"encoding/xml"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/andybalholm/brotli"
)

// EV-1: the files of others are exactly what their makers published.
func TestVendoredFilesMatchTheirChecksums(t *testing.T) {
	list, err := embedded.Open("vendor/CHECKSUMS")
	if err != nil {
		t.Fatal(err)
	}
	known := map[string]bool{"vendor/CHECKSUMS": true, "vendor/README.md": true}
	lines := bufio.NewScanner(list)
	for lines.Scan() {
		want, name, ok := strings.Cut(lines.Text(), "  ")
		if !ok {
			t.Fatalf("line %q is not a checksum", lines.Text())
		}
		body, err := embedded.ReadFile("vendor/" + name)
		if err != nil {
			t.Error(err)
			continue
		}
		sum := sha256.Sum256(body)
		if got := hex.EncodeToString(sum[:]); got != want {
			t.Errorf("%s was changed: %s, the list says %s", name, got, want)
		}
		known["vendor/"+name] = true
	}
	_ = fs.WalkDir(embedded, "vendor", func(p string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() && !known[p] {
			t.Errorf("%s has no checksum", p)
		}
		return err
	})
}

// EV-1: every address is found, carries its hash, and both compressed forms unpack to the body.
func TestAssetsAreFoundByTheirAddress(t *testing.T) {
	for _, name := range []string{"app.css", "app.js", "desk.css", "desk.js", "htmx.js", "icons.svg", "favicon.svg"} {
		url := URL(name)
		a, ok := Lookup(url)
		if !ok || url == "" {
			t.Fatalf("%s: no asset at %q", name, url)
		}
		sum := sha256.Sum256(a.Body)
		if !strings.Contains(url, hex.EncodeToString(sum[:6])) {
			t.Errorf("%s: %s does not carry the hash of its content", name, url)
		}
		gz, err := gzip.NewReader(bytes.NewReader(a.Gzip))
		if err != nil {
			t.Fatal(err)
		}
		if got, _ := io.ReadAll(gz); !bytes.Equal(got, a.Body) {
			t.Errorf("%s: gzip differs", name)
		}
		if got, _ := io.ReadAll(brotli.NewReader(bytes.NewReader(a.Brotli))); !bytes.Equal(got, a.Body) {
			t.Errorf("%s: brotli differs", name)
		}
	}
	if _, ok := Lookup("/assets/app.000000000000.css"); ok {
		t.Error("an address with a foreign hash was found")
	}
	if URL("nothing.css") != "" {
		t.Error("an unknown name has an address")
	}
}

// EV-1: style sheet, scripts, icons and htmx together leave room for the page below 100 KB.
func TestFirstLoadIsSmall(t *testing.T) {
	total := 0
	for _, name := range []string{"app.css", "app.js", "htmx.js", "icons.svg", "favicon.svg"} {
		a, _ := Lookup(URL(name))
		t.Logf("%-12s %6d bytes, %6d gzip, %6d brotli", name, len(a.Body), len(a.Gzip), len(a.Brotli))
		total += len(a.Gzip)
	}
	if total > 80_000 {
		t.Errorf("the assets weigh %d bytes compressed, more than 80,000", total)
	}
}

func TestSpriteIsWellFormed(t *testing.T) {
	a, _ := Lookup(URL("icons.svg"))
	d := xml.NewDecoder(bytes.NewReader(a.Body))
	symbols := 0
	for {
		token, err := d.Token()
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		if s, ok := token.(xml.StartElement); ok && s.Name.Local == "symbol" {
			symbols++
		}
	}
	if symbols == 0 || !HasIcon("paperclip") || HasIcon("no-such-icon") {
		t.Errorf("%d symbols, paperclip %v", symbols, HasIcon("paperclip"))
	}
}

// The strict policy (default-src 'none') allows nothing from elsewhere, so nothing may ask for it.
func TestNothingIsLoadedFromElsewhere(t *testing.T) {
	for _, name := range []string{"app.css", "app.js", "desk.css", "desk.js"} {
		a, _ := Lookup(URL(name))
		body := bytes.ReplaceAll(a.Body, []byte("http://www.w3.org/2000/svg"), nil) // a name, not an address
		for _, bad := range []string{"http://", "https://", "@import", "eval(", "new Function"} {
			if bytes.Contains(body, []byte(bad)) {
				t.Errorf("%s holds %q", name, bad)
			}
		}
	}
}

func TestDevelopmentReadsChangesFromDisk(t *testing.T) {
	before := current.Load()
	t.Cleanup(func() { current.Store(before) })
	dir := t.TempDir()
	if err := os.CopyFS(dir, embedded); err != nil {
		t.Fatal(err)
	}
	if err := UseDir(dir); err != nil {
		t.Fatal(err)
	}
	old := URL("app.css")
	if err := os.WriteFile(filepath.Join(dir, "css", "99-test.css"), []byte(".x{color:red}"), 0o600); err != nil {
		t.Fatal(err)
	}
	if URL("app.css") == old {
		t.Error("a new file did not change the address of the style sheet")
	}
	if _, ok := Lookup(old); ok {
		t.Error("the old address is still found")
	}
}
