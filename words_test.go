package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"lodge/locale"
)

// TestWordsOfRefusalsExist: errors travel as keys of the catalogue; a key without a text
// would show itself to a person in trouble (EV-3).
func TestWordsOfRefusalsExist(t *testing.T) {
	catalogue, err := locale.Load()
	if err != nil {
		t.Fatal(err)
	}
	key := regexp.MustCompile(`^(portal|errors|agent|setup|docs|common)(\.[a-z0-9_]+)+$`)
	found := 0
	eachSource(t, []string{"desk", "models", "handlers", "jobs"}, func(path string, n ast.Node) {
		lit, ok := n.(*ast.BasicLit)
		if !ok || lit.Kind != token.STRING {
			return
		}
		text, _ := strconv.Unquote(lit.Value)
		if !key.MatchString(text) {
			return
		}
		found++
		for _, lang := range catalogue.Locales() {
			if !catalogue.For(lang).Has(text) {
				t.Errorf("%s: no %s text for %q", path, lang, text)
			}
		}
	})
	if found < 40 {
		t.Errorf("only %d keys found: this test looks in the wrong place", found)
	}
}

// eachSource shows every node of the program's sources, tests left out, in some rooms.
func eachSource(t *testing.T, rooms []string, see func(path string, n ast.Node)) {
	t.Helper()
	for _, room := range rooms {
		files, err := filepath.Glob(filepath.Join(room, "*.go"))
		if err != nil {
			t.Fatal(err)
		}
		for _, path := range files {
			if strings.HasSuffix(path, "_test.go") {
				continue
			}
			file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
			if err != nil {
				t.Fatal(err)
			}
			ast.Inspect(file, func(n ast.Node) bool {
				see(path, n)
				return true
			})
		}
	}
}
