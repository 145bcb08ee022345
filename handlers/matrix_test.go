package handlers

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strings"
	"testing"

	"lodge/desk"
	"lodge/models"
)

// access is the status that each persona gets from a route: a stranger without anything, a
// reporter with a link of their own, a viewer, an agent of another project only, an agent, an
// administrator. Posts are sent with the session's token and nothing else, so 422 means "may,
// but must say what", 303 "done" and 403 or 404 "may not".
type access struct{ anonymous, reporter, viewer, foreign, agent, admin int }

// matrix has a row for every route; each area adds its own in a file of its own (matrix_*_test.go).
var matrix = map[string]access{}

func matrixRows(rows map[string]access) struct{} {
	for route, row := range rows {
		if _, twice := matrix[route]; twice {
			panic("two rows for " + route)
		}
		matrix[route] = row
	}
	return struct{}{}
}

// matrixPaths fill the parameters of a route's pattern; each area may add its own.
var matrixPaths = []func(o *office, pattern string) string{}

var personas = []string{"anonymous", "reporter", "viewer", "foreign", "agent", "admin"}

func (a access) of(persona string) int {
	return map[string]int{"anonymous": a.anonymous, "reporter": a.reporter, "viewer": a.viewer, "foreign": a.foreign, "agent": a.agent, "admin": a.admin}[persona]
}

// TestEveryRouteForEveryPersona: EV-3, SE-4. Who gets what from each address; a route without a row fails.
func TestEveryRouteForEveryPersona(t *testing.T) {
	o := newOffice(t, func(opt *Options) { opt.Dev = true }).open()
	o.openToAll()
	link, number := o.file("A ticket of the matrix")
	browsers := map[string]*browser{"anonymous": o.browser(), "reporter": o.browser()}
	for persona, name := range map[string]string{"viewer": "vera", "foreign": "frida", "agent": "grace", "admin": "ines"} {
		browsers[persona] = o.signIn(name)
	}
	// What stands around other routes answers to every method, TRACE among them.
	around := map[string]bool{}
	for _, stack := range o.app.Stack() {
		for _, r := range stack {
			around[r.Path] = around[r.Path] || r.Method == http.MethodTrace
		}
	}
	var routes []string
	for _, stack := range o.app.Stack() {
		for _, r := range stack {
			switch r.Method {
			case http.MethodHead, http.MethodOptions, http.MethodTrace, http.MethodConnect:
				continue
			case http.MethodGet:
			default:
				if around[r.Path] {
					continue
				}
			}
			if route := r.Method + " " + r.Path; !slices.Contains(routes, route) {
				routes = append(routes, route)
			}
		}
	}
	// What ends a session or takes something away stands last.
	slices.SortFunc(routes, func(a, b string) int {
		return strings.Compare(matrixOrder(a)+a, matrixOrder(b)+b)
	})
	for _, route := range routes {
		row, known := matrix[route]
		if !known && os.Getenv("MATRIX") == "" {
			t.Errorf("the route %s has no row", route)
			continue
		}
		method, pattern, _ := strings.Cut(route, " ")
		if strings.HasSuffix(pattern, "/stream") {
			continue // never ends by itself; proven in wire_test.go and agent_pages_test.go
		}
		got := access{}
		for _, persona := range personas {
			path := o.matrixPath(pattern, persona, link, number)
			b := browsers[persona]
			token := b.last
			var r answer
			if method == http.MethodGet {
				r = b.get(path)
			} else {
				r = b.do(method, path, "application/x-www-form-urlencoded", strings.NewReader(url.Values{"csrf": {b.last}}.Encode()))
			}
			if !strings.HasPrefix(pattern, "/agent") && token != "" {
				b.last = token // a form of the portal has a token of its own
			}
			*map[string]*int{"anonymous": &got.anonymous, "reporter": &got.reporter, "viewer": &got.viewer, "foreign": &got.foreign, "agent": &got.agent, "admin": &got.admin}[persona] = r.status
			if known && r.status != row.of(persona) {
				t.Errorf("%s as %s (%s): %d, want %d", route, persona, path, r.status, row.of(persona))
			}
			if r.status >= 500 && r.status != http.StatusServiceUnavailable {
				t.Errorf("%s as %s: %d", route, persona, r.status)
			}
		}
		if os.Getenv("MATRIX") != "" && !known {
			fmt.Printf("\t%q: {%d, %d, %d, %d, %d, %d},\n", route, got.anonymous, got.reporter, got.viewer, got.foreign, got.agent, got.admin)
		}
	}
	for route := range matrix {
		if !slices.Contains(routes, route) {
			t.Errorf("the row %s has no route", route)
		}
	}
}

// matrixOrder puts what ends things behind everything else.
func matrixOrder(route string) string {
	if strings.HasSuffix(route, "sign-out") {
		return "9"
	}
	switch {
	case strings.HasPrefix(route, "GET "):
		return "1"
	case route == "POST /ticket/thread/:token/link":
		return "2z" // kills the reporter's link
	case strings.HasPrefix(route, "POST /ticket"):
		return "2" // agents may close a ticket or replace a link
	}
	return "3"
}

// openToAll adds the personas that the office lacks, and takes limits out of the way.
func (o *office) openToAll() {
	o.t.Helper()
	hash, err := agentPasswordHash()
	if err != nil {
		o.t.Fatal(err)
	}
	o.write(func(ctx context.Context, tx *models.Tx) error {
		cat, err := models.TxCatalog(ctx, tx)
		if err != nil {
			return err
		}
		w := cat.Workspace
		w.Settings.ClientCreates, w.SetUpAt = 10_000, models.At(o.desk.Now())
		if err := models.UpdateWorkspace(ctx, tx, &w); err != nil {
			return err
		}
		other, err := desk.NewProject(ctx, tx, desk.ProjectPlan{Slug: "other", Name: "Other", Locale: "en"}, o.desk.Now())
		if err != nil {
			return err
		}
		for name, role := range map[string]models.Role{"ines": models.RoleAdmin, "frida": models.RoleAgent} {
			a := &models.Agent{Address: name + "@lodge.example", AddressKey: name + "@lodge.example", Name: strings.ToUpper(name[:1]) + name[1:], Role: role, PasswordHash: hash, CreatedAt: models.At(o.desk.Now())}
			if err := models.InsertAgent(ctx, tx, a); err != nil {
				return err
			}
			if name == "frida" {
				if err := models.SetAgentProjects(ctx, tx, a.ID, map[int64]models.Role{other.ID: models.RoleAgent}); err != nil {
					return err
				}
			}
			o.agents[name] = a
		}
		return nil
	})
}

// matrixPath fills a pattern's parameters with what exists in the project "support".
func (o *office) matrixPath(pattern, persona string, link desk.Link, number int64) string {
	token := "nonsense"
	if persona == "reporter" {
		token = link.Token
	}
	path := pattern
	for _, fill := range matrixPaths {
		path = fill(o, path)
	}
	return strings.NewReplacer(":token", token, ":number", decimal(number), ":slug", "support", ":pid", "nothing", ":collection", "nothing", ":article", "nothing", ":id", "1", "*", "nothing").Replace(path)
}
