package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/net/html"

	"lodge/config"
	"lodge/models"
)

// promiseWorld is a desk whose clock is a test's, and everybody who visits it without scripts.
type promiseWorld struct {
	*App
	t      *testing.T
	config config.Config
	clock  atomic.Int64
}

// berlin is where the desk of the story works.
var berlin = func() *time.Location {
	zone, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		panic(err)
	}
	return zone
}()

func (w *promiseWorld) now() time.Time { return time.UnixMilli(w.clock.Load()) }

// at sets the clock to a moment in Berlin, as 2006-01-02 15:04.
func (w *promiseWorld) at(moment string) {
	w.t.Helper()
	at, err := time.ParseInLocation("2006-01-02 15:04", moment, berlin)
	if err != nil {
		w.t.Fatal(err)
	}
	w.clock.Store(at.UnixMilli())
}

// start begins the program on the folder, whatever happened to it before.
func (w *promiseWorld) start() {
	w.t.Helper()
	c := w.config
	app, err := newAppAt(&c, newLog(&c, io.Discard), w.now)
	if err != nil {
		w.t.Fatal(err)
	}
	w.t.Cleanup(func() { app.Stop(context.Background()) })
	if err := app.Start(context.Background()); err != nil {
		w.t.Fatal(err)
	}
	w.App = app
}

// restart ends the program and begins it again, as a crash and its supervisor would.
func (w *promiseWorld) restart() {
	w.t.Helper()
	if err := w.Stop(context.Background()); err != nil {
		w.t.Fatal(err)
	}
	w.start()
}

// settle waits for everything that is due by the world's clock.
func (w *promiseWorld) settle() {
	w.t.Helper()
	ctx, cancel := context.WithTimeout(w.t.Context(), time.Minute)
	defer cancel()
	if err := w.runner.Settle(ctx); err != nil {
		w.t.Fatal(err)
	}
}

// minute lets the clock look at the tickets, twice, as two processes may, and waits for what follows.
func (w *promiseWorld) minute() {
	w.t.Helper()
	for range 2 {
		if err := w.runner.Minute(w.t.Context()); err != nil {
			w.t.Fatal(err)
		}
		w.settle()
	}
}

// visitor is somebody's browser without scripts.
type visitor struct {
	w      *promiseWorld
	client *http.Client
	// here and body are the page that is shown.
	here string
	body string
}

func (w *promiseWorld) visitor() *visitor { return &visitor{w: w, client: browserAt()} }

// agent signs somebody in.
func (w *promiseWorld) agent(addr string) *visitor {
	w.t.Helper()
	v := w.visitor()
	v.open("/agent/sign-in").submit("/agent/sign-in", "email", addr, "password", "correct horse battery")
	return v
}

func (v *visitor) show(res *http.Response, err error) *visitor {
	v.w.t.Helper()
	if err != nil {
		v.w.t.Fatal(err)
	}
	defer res.Body.Close()
	raw, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode != http.StatusOK {
		v.w.t.Fatalf("%s: %d %v\n%s", res.Request.URL, res.StatusCode, err, visible(string(raw)))
	}
	v.here, v.body = res.Request.URL.RequestURI(), string(raw)
	return v
}

// open goes to a page.
func (v *visitor) open(path string) *visitor {
	v.w.t.Helper()
	return v.show(v.client.Get(v.w.URL + path))
}

// submit sends the form of the page that goes to an action, filled in as it is shown but for what is
// named: pairs of a control's name and its value, of which "" unticks. A name that the form does not
// have is a fault of the test, unless it begins with "+": that is sent all the same.
func (v *visitor) submit(action string, changed ...string) *visitor {
	v.w.t.Helper()
	fields := v.form(action)
	fresh := map[string]bool{}
	for i := 0; i < len(changed); i += 2 {
		name, sent := strings.CutPrefix(changed[i], "+")
		if !sent && !strings.Contains(v.body, `name="`+name+`"`) {
			v.w.t.Fatalf("%s has no %q", v.here, name)
		}
		if !fresh[name] {
			fields.Del(name)
		}
		fresh[name] = true
		if changed[i+1] != "" {
			fields.Add(name, changed[i+1])
		}
	}
	r, err := http.NewRequest(http.MethodPost, v.w.URL+action, strings.NewReader(fields.Encode()))
	if err != nil {
		v.w.t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Origin", v.w.URL)
	return v.show(v.client.Do(r))
}

// form is what a browser would send of the form with an action, without a button.
func (v *visitor) form(action string) url.Values {
	v.w.t.Helper()
	root, err := html.Parse(strings.NewReader(v.body))
	if err != nil {
		v.w.t.Fatal(err)
	}
	for n := range root.Descendants() {
		if to, _, _ := strings.Cut(attribute(n, "action"), "?"); n.Data == "form" && (to == action || attribute(n, "action") == action) {
			return controls(n)
		}
	}
	v.w.t.Fatalf("%s has no form to %s:\n%s", v.here, action, visible(v.body))
	return nil
}

func controls(form *html.Node) url.Values {
	fields := url.Values{}
	for n := range form.Descendants() {
		name, kind := attribute(n, "name"), attribute(n, "type")
		switch {
		case name == "" || has(n, "disabled"):
		case n.Data == "input" && (kind == "file" || (kind == "checkbox" || kind == "radio") && !has(n, "checked")):
		case n.Data == "input":
			fields.Add(name, attribute(n, "value"))
		case n.Data == "textarea" && n.FirstChild != nil:
			fields.Add(name, n.FirstChild.Data)
		case n.Data == "select":
			chosen := ""
			for i, o := 0, n.FirstChild; o != nil; o = o.NextSibling {
				if o.Data == "option" {
					if i++; i == 1 || has(o, "selected") {
						chosen = attribute(o, "value")
					}
				}
			}
			fields.Add(name, chosen)
		}
	}
	return fields
}

func attribute(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

func has(n *html.Node, name string) bool {
	return slices.ContainsFunc(n.Attr, func(a html.Attribute) bool { return a.Key == name })
}

// option is the value of a choice by its label, in a select or beside a box.
func (v *visitor) option(name, label string) string {
	v.w.t.Helper()
	root, err := html.Parse(strings.NewReader(v.body))
	if err != nil {
		v.w.t.Fatal(err)
	}
	for n := range root.Descendants() {
		switch {
		case n.Data == "select" && attribute(n, "name") == name:
			for o := range n.Descendants() {
				if o.Data == "option" && strings.Contains(textOf(o), label) {
					return attribute(o, "value")
				}
			}
		case n.Data == "input" && attribute(n, "name") == name && strings.Contains(textOf(n.Parent), label):
			return attribute(n, "value")
		}
	}
	v.w.t.Fatalf("%s offers no %q for %q", v.here, label, name)
	return ""
}

// visible is what a page says in its main part, on one line.
func visible(page string) string {
	root, err := html.Parse(strings.NewReader(page))
	if err != nil {
		return page
	}
	for n := range root.Descendants() {
		if n.Data == "main" {
			return textOf(n)
		}
	}
	return textOf(root)
}

func textOf(n *html.Node) string {
	var b strings.Builder
	var walk func(n *html.Node)
	walk = func(n *html.Node) {
		switch {
		case n.Type == html.TextNode:
			b.WriteString(n.Data + " ")
		case n.Data == "script", n.Data == "style", n.Data == "svg":
			return
		}
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			walk(c)
		}
	}
	walk(n)
	return strings.Join(strings.Fields(b.String()), " ")
}

// says checks what the page shows, and what it does not: parts after "".
func (v *visitor) says(when string, parts ...string) *visitor {
	v.w.t.Helper()
	shown, wanted := visible(v.body), true
	for _, part := range parts {
		if part == "" {
			wanted = false
			continue
		}
		if strings.Contains(shown, part) != wanted {
			v.w.t.Errorf("%s: “%s” is there: %v, on %s\n%s", when, part, !wanted, v.here, shown)
		}
	}
	return v
}

const harbour = "harbour"

// newPromiseWorld is a desk with a project, an admin and two agents, and nothing set.
func newPromiseWorld(t *testing.T, moment string) *promiseWorld {
	t.Helper()
	c := config.Default()
	c.Addr, c.Data, c.Demo, c.LogLevel = "127.0.0.1:0", t.TempDir(), true, "error"
	w := &promiseWorld{t: t, config: c}
	w.at(moment)
	// The demo keeps its mails to be looked at, and fills only folders that are not set up.
	app, err := newAppAt(&c, newLog(&c, io.Discard), w.now)
	if err != nil {
		t.Fatal(err)
	}
	if err := app.db.Write(t.Context(), func(ctx context.Context, tx *models.Tx) error { return openProject(ctx, tx, harbour) }); err != nil {
		t.Fatal(err)
	}
	app.undoSeconds(t, harbour, 0)
	staff(t, app, "Ines Admin", "ines@lodge.example", models.RoleAdmin)
	staff(t, app, "Ada Quay", "ada@lodge.example", models.RoleAgent)
	staff(t, app, "Ben Mole", "ben@lodge.example", models.RoleAgent)
	if err := app.Stop(t.Context()); err != nil {
		t.Fatal(err)
	}
	w.start()
	return w
}

// TestPromiseStory is a ticket of a Friday evening before the end of summer time, from its form to
// its end and back (AG-6, CP-10, CP-13, PT-2, EV-1). The program is ended and begun again between all stages.
func TestPromiseStory(t *testing.T) {
	w := newPromiseWorld(t, "2026-10-23 08:00")
	admin := w.agent("ines@lodge.example")
	fmt.Println(visible(admin.body))
	w.setUp(admin)
}

// setUp sets everything as an admin does it.
func (w *promiseWorld) setUp(admin *visitor) {
	w.t.Helper()
	const settings, project = "/agent/settings", "/agent/settings/projects/" + harbour
	hours := []string{"name", "Quay hours", "zone", "Europe/Berlin"}
	for day := range 5 {
		hours = append(hours, fmt.Sprint("day", day), "9:00-18:00")
	}
	admin.open(settings+"/hours/new").submit(settings+"/hours", hours...)
	admin.open(project)
	admin.submit(project, "calendar", admin.option("calendar", "Quay hours"))
	admin.open(project+"/thread").submit(project+"/thread", "show_targets", "dates", "response_time", "We answer within an hour.", "resolution_time", "We solve it within two days.")
	admin.open(project+"/closing").submit(project+"/closing", "remind_days", "5", "close_days", "3")
	var targets []string
	for priority := models.PriorityLow; priority <= models.PriorityUrgent; priority++ {
		for kind, span := range map[string]string{models.PromiseFirst: "1h", models.PromiseNext: "2h", models.PromiseResolution: "16h"} {
			targets = append(targets, fmt.Sprintf("target-%d-%s", priority, kind), span)
		}
	}
	admin.open(settings+"/sla/new").submit(settings+"/sla/new", append(targets, "name", "Bollard policy", "holds", "default", "warn", "75")...)
	admin.open(settings + "/teams/new")
	admin.submit(settings+"/teams", "name", "Mooring team", "members", admin.option("members", "Ada Quay"), "members", admin.option("members", "Ben Mole"))
	admin.open(settings + "/routing/new")
	admin.submit(settings+"/routing", "name", "Capstan rule", "everything", "1", "assign", models.RouteRoundRobin, "team", admin.option("team", "Mooring team"))
	admin.open("/agent/companies/new").submit("/agent/companies", "name", "Calder Print")
	company := admin.here
	company, _, _ = strings.Cut(company, "?")
	admin.submit(company+"/members", "address", "rosa@calder-print.example")
	admin.open(company+"/time").submit(company+"/time", "minutes", "2h", "note", "Invoice 17")
	fmt.Println(visible(admin.body))
	for _, p := range []string{"/hours", "/sla", "/routing"} {
		fmt.Println(visible(admin.open(settings + p).body))
	}
}
