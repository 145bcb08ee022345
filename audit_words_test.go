package main

import (
	"go/ast"
	"go/token"
	"regexp"
	"strconv"
	"testing"

	"lodge/locale"
)

// TestWordsOfTheAuditLogExist: SE-4. Every kind of entry that a verb writes has a sentence in
// both languages; the kind is a literal handed to audit, or to a helper that hands it on.
func TestWordsOfTheAuditLogExist(t *testing.T) {
	catalogue, err := locale.Load()
	if err != nil {
		t.Fatal(err)
	}
	kind := regexp.MustCompile(`^[a-z]+\.[a-z_]+$`)
	helpers := map[string]bool{"audit": true, "setPassword": true, "dropFactor": true}
	kinds := map[string]string{}
	eachSource(t, []string{"desk"}, func(path string, n ast.Node) {
		note := func(e ast.Expr) {
			if lit, ok := e.(*ast.BasicLit); ok && lit.Kind == token.STRING {
				if text, _ := strconv.Unquote(lit.Value); kind.MatchString(text) {
					kinds[text] = path
				}
			}
		}
		switch n := n.(type) {
		case *ast.CallExpr:
			name := ""
			switch f := n.Fun.(type) {
			case *ast.Ident:
				name = f.Name
			case *ast.SelectorExpr:
				name = f.Sel.Name
			}
			if helpers[name] {
				for _, arg := range n.Args {
					note(arg)
				}
			}
		case *ast.AssignStmt:
			// kind := "person.changed", chosen before it is handed on.
			for i, left := range n.Lhs {
				if id, ok := left.(*ast.Ident); ok && id.Name == "kind" && i < len(n.Rhs) {
					note(n.Rhs[i])
				}
			}
		}
	})
	if len(kinds) < 25 {
		t.Errorf("only %d kinds found: this test looks in the wrong place", len(kinds))
	}
	for kind, path := range kinds {
		for _, lang := range catalogue.Locales() {
			if !catalogue.For(lang).Has("agent.audit." + kind) {
				t.Errorf("%s: no %s text for %q", path, lang, "agent.audit."+kind)
			}
		}
	}
}
