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
	"lodge/desk"
	"lodge/models"
)

// promiseWorld is a desk whose clock is a test's, and everybody who visits it without scripts.
type promiseWorld struct {
	*App
	t      *testing.T
	config config.Config
	// clock stands still at a moment; 0 goes as the real one does, ago behind it.
	clock, ago atomic.Int64
	staff      map[string]desk.Actor
}

// berlin is where the desk of the story works.
var berlin = func() *time.Location {
	zone, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		panic(err)
	}
	return zone
}()

func (w *promiseWorld) now() time.Time {
	if at := w.clock.Load(); at != 0 {
		return time.UnixMilli(at)
	}
	return time.Now().Add(-time.Duration(w.ago.Load()))
}

// at sets the clock to a moment in Berlin, as 2006-01-02 15:04.
func (w *promiseWorld) at(moment string) {
	w.t.Helper()
	at, err := time.ParseInLocation("2006-01-02 15:04", moment, berlin)
	if err != nil {
		w.t.Fatal(err)
	}
	if w.App != nil {
		w.settle() // a leap under a mail on its way would end its worker's claim, and another would send it too
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
	http.DefaultTransport.(*http.Transport).CloseIdleConnections()
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
	fields, action := v.form(action)
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

// form is what a browser would send of the form with an action, without a button, and where to.
func (v *visitor) form(action string) (url.Values, string) {
	v.w.t.Helper()
	root, err := html.Parse(strings.NewReader(v.body))
	if err != nil {
		v.w.t.Fatal(err)
	}
	for n := range root.Descendants() {
		if to, _, _ := strings.Cut(attribute(n, "action"), "?"); n.Data == "form" && to == action {
			return controls(n), attribute(n, "action")
		}
	}
	v.w.t.Fatalf("%s has no form to %s:\n%s", v.here, action, visible(v.body))
	return nil, ""
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

// reply writes on the ticket's public page that is shown, which is as it was opened.
func (v *visitor) reply(text string) *visitor {
	v.w.t.Helper()
	path, _, _ := strings.Cut(v.here, "?")
	return v.submit(path+"/replies", "body", text)
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

// newPromiseWorld is a desk with a project, an admin and two agents, and nothing set. Its clock stands
// at a moment in Berlin; "" is the real clock.
func newPromiseWorld(t *testing.T, moment string) *promiseWorld {
	t.Helper()
	c := config.Default()
	c.Addr, c.Data, c.Demo, c.LogLevel = "127.0.0.1:0", t.TempDir(), true, "error"
	w := &promiseWorld{t: t, config: c}
	if moment != "" {
		w.at(moment)
	}
	// The demo keeps its mails to be looked at, and fills only folders that are not set up.
	app, err := newAppAt(&c, newLog(&c, io.Discard), w.now)
	if err != nil {
		t.Fatal(err)
	}
	if err := app.db.Write(t.Context(), func(ctx context.Context, tx *models.Tx) error { return openProject(ctx, tx, harbour) }); err != nil {
		t.Fatal(err)
	}
	app.undoSeconds(t, harbour, 0)
	w.staff = map[string]desk.Actor{
		"ines@lodge.example": staff(t, app, "Ines Admin", "ines@lodge.example", models.RoleAdmin),
		"ada@lodge.example":  staff(t, app, "Ada Quay", "ada@lodge.example", models.RoleAgent),
		"ben@lodge.example":  staff(t, app, "Ben Mole", "ben@lodge.example", models.RoleAgent),
	}
	if err := app.Stop(t.Context()); err != nil {
		t.Fatal(err)
	}
	w.start()
	return w
}

// TestPromiseStory is a ticket of a Friday evening before the end of summer time, from its form to
// its end and back (AG-6, CP-10, CP-13, PT-2, EV-1). The program is ended and begun again between
// the stages, and the clock looks twice at each.
func TestPromiseStory(t *testing.T) {
	t.Parallel()
	w := newPromiseWorld(t, "2026-10-23 08:00")
	w.setUp(w.agent("ines@lodge.example"))
	w.restart()
	ada, ben := w.agent("ada@lodge.example"), w.agent("ben@lodge.example")
	const crane, boat = "/agent/tickets/1", "/agent/tickets/2"

	// Friday, ten minutes before the end of the day. One hour for the first answer: ten minutes on
	// Friday and fifty on Monday, 9:50; it is near after three quarters, 9:35. Sixteen hours for the
	// solution: 0:10 on Friday, 9:00 on Monday and 6:50 on Tuesday, 15:50. Summer time ends on
	// Sunday, so that Monday is in CET. The agents read UTC.
	w.at("2026-10-23 17:50")
	rosa := w.visitor()
	rosa.open("/ticket/"+harbour).says("the form at work", "We answer within an hour.", "We solve it within two days.", "", "offline")
	rosa.submit("/ticket/"+harbour, "email", "rosa@calder-print.example", "name", "Rosa Calder", "title", "The crane is stuck", "description", "It does not turn.")
	rosa.says("the new thread", "It is our turn", "We answer within an hour.", "Response by Monday 26 October, 9:50 (CET)", "Resolution by Tuesday 27 October, 15:50 (CET)", "", "outside our normal business hours", "offline")
	w.restart()
	w.minute()
	w.told("rosa@calder-print.example", "Your request to", 1)
	w.told("ada@lodge.example", "Yours now #1", 1)
	w.told("ada@lodge.example", "", 1)
	w.told("ben@lodge.example", "", 0)
	ada.open("/agent?view=open&sort=due").says("the queue on Friday", "The crane is stuck #1", "Answer by Mon 08:50", "Mooring team", "Ada Quay")
	ada.open(crane).says("the ticket on Friday", "Rule “Capstan rule” gave it to team Mooring team and Ada Quay", "First answer By Mon 08:50 Due 26 Oct 2026, 08:50 UTC In Berlin 26 Oct 2026, 09:50 CET Time left 1 h of working time",
		"Solution By Tue 14:50 Due 27 Oct 2026, 14:50 UTC In Berlin 27 Oct 2026, 15:50 CET Time left 16 h of working time", "1 h of working time · hours: Quay hours (Berlin) · Bollard policy")

	// Whoever writes by a link from a mail has proved the address. What is owed stays as it is.
	w.at("2026-10-23 17:55")
	craneThread := mailedLink.FindString(w.mails("rosa@calder-print.example")[0].Text)
	rosa.open(craneThread).reply("It is the blue one.").says("written once more", "Response by Monday 26 October, 9:50 (CET)", "Resolution by Tuesday 27 October, 15:50 (CET)")

	// Five past six nobody is at work, which the acknowledgement tells as well, and when we are back:
	// Monday, 9:00. The hour goes until 10:00, the sixteen hours until Tuesday, 16:00.
	w.at("2026-10-23 18:05")
	rosa.open("/ticket/"+harbour).says("the form after work", "we are back Monday 26 October, 9:00 (CET)")
	rosa.submit("/ticket/"+harbour, "email", "rosa@calder-print.example", "title", "The boat is adrift", "description", "It left.")
	rosa.says("the thread after work", "You’ve submitted this ticket outside our normal business hours.", "We are back Monday 26 October, 9:00 (CET)", "Response by Monday 26 October, 10:00 (CET)", "Resolution by Tuesday 27 October, 16:00 (CET)")
	boatThread := rosa.here
	w.restart()
	w.minute()
	w.mailSays("rosa@calder-print.example", "We answer within an hour.", "You’ve submitted this ticket outside our normal business hours.", "We are back Monday 26 October, 9:00 (CET).", "", "10:00", "16:00")
	w.told("ben@lodge.example", "Yours now #2", 1)
	w.told("ben@lodge.example", "", 1)
	w.told("ada@lodge.example", "Yours now", 1)

	// The weekend, with the hour that comes twice, tells nobody anything.
	before := len(w.mails(""))
	for _, moment := range []string{"2026-10-24 12:00", "2026-10-25 01:59", "2026-10-25 02:30", "2026-10-25 03:01", "2026-10-26 09:00"} {
		w.at(moment)
		w.minute()
	}
	w.told("", "", before)
	w.restart()

	// Monday, 9:10: answered, thirty minutes early.
	w.at("2026-10-26 09:10")
	ada, ben = w.agent("ada@lodge.example"), w.agent("ben@lodge.example")
	ada.open(crane).says("the ticket on Monday", "Answer in 40 m", "Time left 40 m of working time").submit(crane+"/replies", "body", "Please pull the red lever.")
	w.settle()
	ada.open(crane).says("after the answer", "First answer Kept", "", "Answer in", "overdue")
	w.told("rosa@calder-print.example", "Re: ", 1)

	// 9:30: she asks again. Two hours go until 11:30 and are near at 11:00.
	w.at("2026-10-26 09:30")
	rosa.open(craneThread).reply("Which one is red?").says("asked again", "Response by Monday 26 October, 11:30 (CET)", "Resolution by Tuesday 27 October, 15:50 (CET)")
	w.minute()

	// 9:45 the other ticket is near the end of its hour, and Ben solves it in time.
	w.at("2026-10-26 09:44")
	w.minute()
	ben.open("/agent?view=open&due=soon").says("nothing is near", "Nothing is due soon")
	w.at("2026-10-26 09:45")
	w.minute()
	w.restart()
	w.minute()
	ben.open("/agent?view=open&due=soon").says("the boat is near", "The boat is adrift", "Answer in 15 m", "", "The crane is stuck")
	ben.open("/agent?view=open&due=overdue").says("nothing is late", "Nothing is overdue")
	ben.open(boat).submit(boat+"/replies", "body", "It is back.", "+status", "resolved")
	w.settle()
	ben.open(boat).says("the boat is back", "First answer Kept", "Solution Kept").counts("The first answer is due soon", 1)
	rosa.open(boatThread).says("the boat is back", "Resolved", "", "Response by", "Resolution by")

	// 11:00 the next answer to the first one is near; 11:30 it is broken.
	w.at("2026-10-26 11:00")
	w.minute()
	w.restart()
	w.minute()
	ada.open("/agent?view=open&due=soon").says("the crane is near", "The crane is stuck", "Next answer in 30 m", "", "The boat is adrift")
	w.at("2026-10-26 11:30")
	w.minute()
	w.restart()
	w.at("2026-10-26 11:40")
	w.minute()
	ada.open("/agent?view=open&due=overdue").says("the crane is late", "The crane is stuck", "Next answer overdue 10 m", "", "The boat is adrift")
	ada.open("/agent?view=open&due=soon").says("the crane is not near any more", "Nothing is due soon")
	rosa.open(craneThread).says("a date that has passed is not told", "It is our turn", "", "Response by", "11:30")
	ada.open(crane).counts("The next answer is due soon", 1).counts("The next answer was due", 1)

	// 12:00 the answer is late by half an hour, and now it is her turn. Five days of silence and
	// three more: Tuesday the 3rd. 0:10 of Friday and 3:00 of Monday are used of the sixteen hours.
	w.at("2026-10-26 12:00")
	ada.submit(crane+"/replies", "body", "The upper one. Did it help?", "+status", "waiting")
	w.settle()
	ada.open(crane).says("the late answer", "Next answer Kept late", "Solution Paused, 12 h 50 m left")
	rosa.open(craneThread).says("her turn", "It is your turn: we are waiting for your answer. The ticket closes by itself on Tuesday 3 November unless you answer.", "", "Response by", "Resolution by")
	ada.open("/agent?view=open&due=overdue").says("nothing is late", "Nothing is overdue")
	before = len(w.mails(""))
	for _, moment := range []string{"2026-10-27 16:00", "2026-10-30 12:00", "2026-10-31 11:59"} {
		w.at(moment)
		w.minute()
	}
	w.told("", "", before)

	// Saturday at 12:00 the five days are over.
	w.at("2026-10-31 12:00")
	w.minute()
	w.restart()
	w.minute()
	w.told("rosa@calder-print.example", "Do you still need help", 1)
	w.mailSays("rosa@calder-print.example", "Do you still need help?", "it closes by itself on Tuesday, 3 November 2026")
	w.at("2026-11-03 11:59")
	w.minute()
	ada = w.agent("ada@lodge.example")
	ada.open(crane).counts("Reminded the customer after 5 days of silence", 1).counts("Closed by itself", 0)
	w.at("2026-11-03 12:00")
	w.minute()
	w.restart()
	w.minute()
	ada.open(crane).counts("Closed by itself after 8 days without an answer", 1)
	rosa.open(craneThread).says("closed", "Closed because we did not hear from you for 8 days.", "", "Resolution by")
	w.mailSays("rosa@calder-print.example", "We closed it because we did not hear from you for 8 days.")
	w.told("rosa@calder-print.example", "Do you still need help", 1)

	// Wednesday, 10:00: she writes, and what was owed is owed on. Two hours for the next answer:
	// 12:00. 12:50 of the solution are left: 8:00 on Wednesday and 4:50 on Thursday, 13:50.
	w.at("2026-11-04 10:00")
	ada = w.agent("ada@lodge.example")
	rosa.reply("It is stuck again.").says("opened again", "It is our turn", "Response by Wednesday 4 November, 12:00 (CET)", "Resolution by Thursday 5 November, 13:50 (CET)", "Your company has 2 h of support time left.")
	w.minute()
	w.restart()
	ada.open(crane).says("opened again", "Next answer in 2 h", "Solution By Thu 12:50", "Time left 12 h 50 m of working time")
	ada.open(crane+"/time").submit(crane+"/time", "spent", "45m", "note", "On the phone")
	rosa.open(craneThread).says("after the time entry", "Your company has 1 h 15 min of support time left.", "", "On the phone")
	ada.open("/agent/companies/1/time").says("the company", "1 h 15 min left", "45 min of 2 h used", "Invoice 17")
	ada.open(crane).counts("Reminded the customer", 1).counts("Closed by itself", 1).counts("The next answer was due", 1).counts("The next answer is due soon", 1).counts("Rule “Capstan rule”", 1)
	// All mails of these two weeks: nobody was told anything twice, or anything else.
	var sent []string
	for _, m := range w.mails("") {
		who, _, _ := strings.Cut(m.Recipient, "@")
		subject, _, _ := strings.Cut(m.Subject, " [")
		sent = append(sent, who+": "+subject)
	}
	want := []string{
		"ada: Customer answered #1: The crane is stuck", "ada: Customer answered #1: The crane is stuck", "ada: Due soon #1: The crane is stuck", "ada: Overdue #1: The crane is stuck",
		"ada: Reopened #1: The crane is stuck", "ada: Yours now #1: The crane is stuck",
		"ben: Due soon #2: The boat is adrift", "ben: Overdue #1: The crane is stuck", "ben: Yours now #2: The boat is adrift",
		"rosa: Closed: The crane is stuck", "rosa: Do you still need help with “The crane is stuck”?",
		// She is asked about the one that an agent resolved, and not about the one that closed by itself.
		"rosa: How did we do with “The boat is adrift”?", "rosa: Re: The boat is adrift", "rosa: Re: The crane is stuck", "rosa: Re: The crane is stuck",
		"rosa: We received your request: The boat is adrift", "rosa: Your request to Crash",
	}
	if slices.Sort(sent); !slices.Equal(sent, want) {
		t.Errorf("sent were\n%s", strings.Join(sent, "\n"))
	}
	if err := models.Verify(t.Context(), w.db); err != nil {
		t.Error(err)
	}
}

// counts checks how often a page says something.
func (v *visitor) counts(part string, want int) *visitor {
	v.w.t.Helper()
	if got := strings.Count(visible(v.body), part); got != want {
		v.w.t.Errorf("“%s” stands %d times on %s, want %d\n%s", part, got, v.here, want, visible(v.body))
	}
	return v
}

// mailSays checks the last mail to an address; parts after "" must not stand in it.
func (w *promiseWorld) mailSays(to string, parts ...string) {
	w.t.Helper()
	mails := w.mails(to)
	text, wanted := mails[len(mails)-1].Text, true
	for _, part := range parts {
		if part == "" {
			wanted = false
		} else if strings.Contains(text, part) != wanted {
			w.t.Errorf("“%s” is in the mail: %v\n%s", part, !wanted, text)
		}
	}
}

// told checks how many mails with such a subject went to an address; "" is any.
func (w *promiseWorld) told(to, subject string, want int) {
	w.t.Helper()
	var got []string
	for _, m := range w.mails(to) {
		if strings.HasPrefix(m.Subject, subject) {
			got = append(got, m.Recipient+": "+m.Subject)
		}
	}
	if len(got) != want {
		w.t.Errorf("%s: %d mails “%s” to %q, want %d\n%s", w.now().In(berlin).Format("2 Jan 15:04"), len(got), subject, to, want, strings.Join(got, "\n"))
	}
}

// mails are those that were sent to an address, oldest first; "" is to all.
func (w *promiseWorld) mails(to string) (all []*models.OutboxMail) {
	w.t.Helper()
	list, err := w.desk.Outbox(w.t.Context(), 1000)
	if err != nil {
		w.t.Fatal(err)
	}
	for _, m := range list {
		if to == "" || m.Recipient == to {
			all = append(all, m)
		}
	}
	return all
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
}
