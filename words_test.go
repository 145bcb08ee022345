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
	for _, dir := range []string{"desk", "models", "handlers", "jobs"} {
		files, _ := filepath.Glob(filepath.Join(dir, "*.go"))
		for _, path := range files {
			if strings.HasSuffix(path, "_test.go") {
				continue
			}
			file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
			if err != nil {
				t.Fatal(err)
			}
			ast.Inspect(file, func(n ast.Node) bool {
				lit, ok := n.(*ast.BasicLit)
				if !ok || lit.Kind != token.STRING {
					return true
				}
				text, _ := strconv.Unquote(lit.Value)
				if !key.MatchString(text) {
					return true
				}
				found++
				for _, lang := range catalogue.Locales() {
					if !catalogue.For(lang).Has(text) {
						t.Errorf("%s: no %s text for %q", path, lang, text)
					}
				}
				return true
			})
		}
	}
	if found < 40 {
		t.Errorf("only %d keys found: this test looks in the wrong place", found)
	}
}
