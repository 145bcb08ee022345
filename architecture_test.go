package main

import (
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// rooms says which of our packages each package may import. docs/architecture.md draws the
// same picture; change both together.
var rooms = map[string][]string{
	"address": {}, "config": {}, "files": {}, "locale": {}, "markup": {}, "search": {}, "secret": {}, "identity": {}, "assets": {}, "models": {"models/migrations"}, "models/migrations": {},
	"mail":              {"address", "markup"},
	"views":             {"assets", "locale", "markup"},
	"desk":              {"address", "files", "identity", "markup", "models", "search", "secret"},
	"handlers":          {"address", "assets", "desk", "locale", "models", "views"},
	"jobs":              {"desk", "files", "locale", "mail", "models", "search", "views", "address", "markup"},
	"sample":            {"desk", "files", "markup", "models", "search", "secret"},
	"internal/testpg":   {},
	"internal/testmail": {},
	"internal/testoidc": {},
	"internal/browser":  {},
	"internal/bench":    {},
}

// outside says which foreign libraries may be imported by one package alone.
var outside = map[string][]string{
	"github.com/uptrace/bun":             {"models"},
	"modernc.org/sqlite":                 {"models"},
	"database/sql":                       {"models"},
	"github.com/blevesearch/bleve":       {"search"},
	"github.com/gorilla/sessions":        {"handlers"},
	"github.com/gofiber/template":        {"views"},
	"github.com/gofiber/fiber":           {"handlers", "internal", "."},
	"github.com/wneessen/go-mail":        {"mail"},
	"github.com/jhillyerd/enmime":        {"mail"},
	"github.com/emersion":                {"mail"},
	"blitiri.com.ar/go/spf":              {"mail"},
	"github.com/microcosm-cc/bluemonday": {"markup"},
	"github.com/nicksnyder/go-i18n":      {"locale"},
	"github.com/alexedwards/argon2id":    {"desk"},
	"github.com/go-webauthn/webauthn":    {"desk"},
	"github.com/coreos/go-oidc":          {"identity"},
	"golang.org/x/oauth2":                {"identity", "mail"},
	"github.com/gabriel-vasile/mimetype": {"files"},
	"github.com/alecthomas/kong":         {".", "config"},
}

// TestRoomsAreImportedInOneDirection keeps arrows going one way: nouns know no verbs, verbs
// know no pages, and pages and jobs meet only through rows.
func TestRoomsAreImportedInOneDirection(t *testing.T) {
	seen := map[string]bool{}
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			if d != nil && strings.HasPrefix(d.Name(), ".") && path != "." {
				return filepath.SkipDir
			}
			return err
		}
		if !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return nil
		}
		room := filepath.ToSlash(filepath.Dir(path))
		seen[room] = true
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		for _, spec := range file.Imports {
			name, _ := strconv.Unquote(spec.Path.Value)
			if inner, ours := strings.CutPrefix(name, "lodge/"); ours && room != "." {
				may, known := rooms[room]
				if !known {
					t.Errorf("%s: the package %s is not in the picture of the house", path, room)
				} else if !slices.Contains(may, inner) {
					t.Errorf("%s: %s may not import %s", path, room, inner)
				}
			}
			for library, only := range outside {
				if strings.HasPrefix(room, "internal/") {
					continue // tools of tests and benchmarks
				}
				if (name == library || strings.HasPrefix(name, library+"/")) && !slices.Contains(only, strings.Split(room, "/")[0]) {
					t.Errorf("%s: %s is for %s alone", path, library, strings.Join(only, ", "))
				}
			}
			if name == "github.com/gorilla/sessions" && filepath.Base(path) != "session.go" {
				t.Errorf("%s: gorilla/sessions stays behind handlers/session.go", path)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for room := range rooms {
		if !seen[room] && !strings.HasPrefix(room, "internal/") {
			t.Errorf("the picture of the house has a room %s that is not there", room)
		}
	}
}
