package handlers

import (
	"bufio"
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"lodge/desk"
	"lodge/models"
)

// AG-1: the list, its views and filters.
func TestAgentQueue(t *testing.T) {
	o := newOffice(t, nil).open()
	_, n := o.file("Printer on fire")
	b := o.signIn("grace")
	b.get("/agent").must(t, http.StatusOK).has(t, "Printer on fire", fmt.Sprintf("/agent/tickets/%d?from=", n), "/agent/stream", "Unassigned")
	b.get("/agent?view=mine").must(t, http.StatusOK).lacks(t, "Printer on fire")
	b.get("/agent?view=ended").must(t, http.StatusOK).lacks(t, "Printer on fire")
	b.get("/agent?view=all&project=support").must(t, http.StatusOK).has(t, "Printer on fire")
	for _, wrong := range []string{"/agent?view=secret", "/agent?project=nope", "/agent?before=x", "/agent/tickets/0", "/agent/tickets/x", "/agent/tickets/999", "/agent/nothing"} {
		b.get(wrong).must(t, http.StatusNotFound)
	}
	b.get("/agent/rows?view=all", "HX-Request", "true").must(t, http.StatusOK).has(t, `id="rows"`).lacks(t, "<html")
	b.get("/agent/rows?view=all").must(t, http.StatusSeeOther)
}

// AG-1: the list says that something changed, and asks cheaply.
func TestAgentQueueNews(t *testing.T) {
	o := newOffice(t, nil).open()
	o.file("Printer on fire")
	b := o.signIn("grace")
	o.forward(time.Second)
	page := b.get("/agent").must(t, http.StatusOK)
	_, rest, _ := strings.Cut(page.body, `hx-get="/agent/news`)
	address, _, _ := strings.Cut(rest, `"`)
	address = "/agent/news" + strings.ReplaceAll(address, "&amp;", "&")
	b.get(address, "HX-Request", "true").must(t, http.StatusNoContent)
	o.forward(time.Second)
	o.file("Another fire")
	b.get(address, "HX-Request", "true").must(t, http.StatusOK).has(t, "/agent/rows?").lacks(t, "<html")
}

// AG-2: an agent reads, answers, notes, resolves and takes a ticket, without scripts.
func TestAgentWorksATicket(t *testing.T) {
	o := newOffice(t, nil).open()
	link, n := o.file("Printer on fire")
	b := o.signIn("grace")
	address := fmt.Sprintf("/agent/tickets/%d", n)
	b.get(address).must(t, http.StatusOK).has(t, "Printer on fire", "It burns.", "ada@example.com", "Ada")

	form := func(page answer) string {
		_, rest, _ := strings.Cut(page.body, `name="form" value="`)
		id, _, _ := strings.Cut(rest, `"`)
		return id
	}
	page := b.get(address)
	done := b.upload(address+"/replies", map[string]string{"csrf": b.last, "form": form(page), "mode": "reply", "body": "Pull the **plug**."}, map[string]string{"manual.txt": "pull"}).must(t, http.StatusSeeOther)
	if !strings.HasPrefix(done.header.Get("Location"), address+"#entry-") {
		t.Errorf("leads to %q", done.header.Get("Location"))
	}
	// The same form again makes nothing new.
	b.upload(address+"/replies", map[string]string{"csrf": b.last, "form": form(page), "mode": "reply", "body": "Pull the **plug**."}, nil).must(t, http.StatusSeeOther)
	page = b.get(address).must(t, http.StatusOK).has(t, "manual.txt", "Pull the")
	if n := strings.Count(page.body, "Pull the"); n != 1 {
		t.Errorf("the answer stands there %d times", n)
	}
	b.upload(address+"/replies", map[string]string{"csrf": b.last, "form": form(page), "mode": "note", "body": "seededsecret note"}, nil).must(t, http.StatusSeeOther)
	page = b.get(address).has(t, "seededsecret", "bubble--note")
	_, rest, _ := strings.Cut(page.body, "/agent/files/")
	pid, _, _ := strings.Cut(rest, `"`)
	file := b.get("/agent/files/"+pid).must(t, http.StatusOK)
	if file.body != "pull" || !strings.HasPrefix(file.header.Get("Content-Disposition"), "attachment") {
		t.Errorf("file %q %v", file.body, file.header)
	}
	b.get(address)
	b.send(address+"/status", "status", "resolved").must(t, http.StatusSeeOther)
	b.send(address+"/assignment", "assignee", fmt.Sprint(o.agents["alan"].ID)).must(t, http.StatusSeeOther)
	got, err := o.desk.Ticket(t.Context(), o.actor("grace"), n, "")
	if err != nil || got.Status.Category != "resolved" || got.AssigneeID != o.agents["alan"].ID {
		t.Errorf("ticket %+v %v", got.Status, err)
	}
	b.send(address+"/assignment", "assignee", "").must(t, http.StatusSeeOther)
	b.get(address).must(t, http.StatusOK)

	// PT-2: nothing of the inside is on the public pages: no note, number, address or assignee.
	visitor := o.browser()
	public := visitor.get("/ticket/thread/"+link.Token).must(t, http.StatusOK)
	public.has(t, "Pull the").lacks(t, "seededsecret", "lodge.example", "Alan", address, fmt.Sprintf("#%d", n))
	updates := visitor.get("/ticket/thread/"+link.Token+"/updates?after=0", "HX-Request", "true").must(t, http.StatusOK)
	updates.lacks(t, "seededsecret", "lodge.example")
}

// EV-3: a refused answer keeps its text, mode and files; it says what is wrong with 422.
func TestRefusedAnswerKeepsEverything(t *testing.T) {
	o := newOffice(t, nil).open()
	_, n := o.file("Printer on fire")
	b := o.signIn("grace")
	address := fmt.Sprintf("/agent/tickets/%d", n)
	page := b.get(address).must(t, http.StatusOK)
	_, rest, _ := strings.Cut(page.body, `name="form" value="`)
	form, _, _ := strings.Cut(rest, `"`)
	for _, headers := range [][]string{nil, {"HX-Request", "true"}} {
		refused := b.upload(address+"/replies", map[string]string{"csrf": b.last, "form": form, "mode": "note", "body": "  "}, map[string]string{"manual.txt": "pull"}, headers...)
		refused.must(t, http.StatusUnprocessableEntity).has(t, "manual.txt", `name="keep"`, "error-summary")
		refused = b.upload(address+"/replies", map[string]string{"csrf": b.last, "form": form, "mode": "", "body": "neither of both"}, nil, headers...)
		refused.must(t, http.StatusUnprocessableEntity).has(t, "neither of both")
	}
	over := strings.Repeat("x", 300<<10)
	b.upload(address+"/replies", map[string]string{"csrf": b.last, "form": form, "mode": "reply", "body": over}, nil, "HX-Request", "true").must(t, http.StatusRequestEntityTooLarge).has(t, over[:1000])
	got, err := o.desk.Ticket(t.Context(), o.actor("grace"), n, "")
	if err != nil || len(got.Entries) != 1 {
		t.Errorf("%d entries %v, want the description alone", len(got.Entries), err)
	}
}

// Forged answers with files are refused before any file is kept.
func TestForgedUpload(t *testing.T) {
	o := newOffice(t, nil).open()
	_, n := o.file("Printer on fire")
	b := o.signIn("grace")
	address := fmt.Sprintf("/agent/tickets/%d/replies", n)
	b.upload(address, map[string]string{"mode": "reply", "body": "forged"}, map[string]string{"a.txt": "a"}).must(t, http.StatusForbidden)
	b.upload(address, map[string]string{"csrf": "x", "mode": "reply", "body": "forged"}, nil).must(t, http.StatusForbidden)
	o.browser().upload(address, map[string]string{"csrf": b.last, "mode": "reply", "body": "forged"}, nil).must(t, http.StatusForbidden)
	got, err := o.desk.Ticket(t.Context(), o.actor("grace"), n, "")
	if err != nil || len(got.Entries) != 1 {
		t.Errorf("%d entries %v", len(got.Entries), err)
	}
}

// What a role may not do is neither offered nor taken.
func TestViewerOnlyNotes(t *testing.T) {
	o := newOffice(t, nil).open()
	_, n := o.file("Printer on fire")
	b := o.signIn("vera")
	address := fmt.Sprintf("/agent/tickets/%d", n)
	b.get(address).must(t, http.StatusOK).lacks(t, `value="reply"`, address+"/status", `name="assignee"`)
	b.upload(address+"/replies", map[string]string{"csrf": b.last, "mode": "reply", "body": "Hello"}, nil).must(t, http.StatusForbidden)
	b.send(address+"/status", "status", "resolved").must(t, http.StatusForbidden)
	b.send(address+"/assignment", "assignee", fmt.Sprint(o.agents["vera"].ID)).must(t, http.StatusForbidden)
	b.upload(address+"/replies", map[string]string{"csrf": b.last, "mode": "note", "body": "I have seen this."}, nil).must(t, http.StatusSeeOther)
	got, err := o.desk.Ticket(t.Context(), o.actor("grace"), n, "")
	if err != nil || len(got.Entries) != 2 || got.Entries[1].Kind != models.MessageNote || got.Assignee != "" || got.Status.Category != "new" {
		t.Errorf("ticket %+v %v", got, err)
	}
}

// A95: who is disabled is out with the next request, whatever session they hold.
func TestDisabledAgentIsOut(t *testing.T) {
	o := newOffice(t, nil).open()
	for _, disabled := range []bool{false, true} {
		gone := *o.agents["grace"]
		gone.ID, gone.Address, gone.AddressKey = 0, fmt.Sprintf("gone%v@lodge.example", disabled), fmt.Sprintf("gone%v@lodge.example", disabled)
		want := http.StatusOK
		if disabled {
			gone.DisabledAt, want = models.At(o.desk.Now()), http.StatusSeeOther
		}
		o.write(func(ctx context.Context, tx *models.Tx) error { return models.InsertAgent(ctx, tx, &gone) })
		store, now := newSessionStore(o.desk, sessionAgent, false), models.At(o.desk.Now())
		if err := o.desk.SaveSession(t.Context(), &models.Session{Hash: hashID(gone.Address), Kind: sessionAgent, SubjectID: gone.ID, Data: "{}", CreatedAt: now, SeenAt: now, ExpiresAt: now.Add(time.Hour)}); err != nil {
			t.Fatal(err)
		}
		cookie, err := store.codec.Encode(store.cookie, gone.Address)
		if err != nil {
			t.Fatal(err)
		}
		b := o.browser()
		b.cookies[store.cookie] = cookie
		b.get("/agent").must(t, want)
	}
	b := o.browser()
	b.get("/agent/sign-in")
	b.send("/agent/sign-in", "email", "gonetrue@lodge.example", "password", agentPassword).must(t, http.StatusUnprocessableEntity)
}

// Refused changes say so in the sidebar, and change nothing.
func TestRefusedChange(t *testing.T) {
	o := newOffice(t, nil).open()
	_, n := o.file("Printer on fire")
	b := o.signIn("grace")
	address := fmt.Sprintf("/agent/tickets/%d", n)
	b.get(address)
	b.send(address+"/status", "status", "nonsense").must(t, http.StatusUnprocessableEntity).has(t, "notice--error", "Printer on fire")
	fields := url.Values{"csrf": {b.last}, "status": {"nonsense"}}
	got := b.post(address+"/status?after=1", fields, "HX-Request", "true").must(t, http.StatusUnprocessableEntity)
	got.has(t, `id="sidebar"`, "notice--error").lacks(t, "<html")
	b.send(address+"/assignment", "assignee", "999").must(t, http.StatusUnprocessableEntity)
	b.send(address+"/assignment", "assignee", "x").must(t, http.StatusUnprocessableEntity)
	b.send(address+"/assignment").must(t, http.StatusBadRequest)
}

// PT-5's counterpart for agents: an unchanged poll is empty, a changed one brings only what is new.
func TestAgentUpdates(t *testing.T) {
	o := newOffice(t, nil).open()
	link, n := o.file("Printer on fire")
	b := o.signIn("grace")
	address := fmt.Sprintf("/agent/tickets/%d/updates?after=", n)
	first, err := o.desk.Ticket(t.Context(), o.actor("grace"), n, "")
	if err != nil {
		t.Fatal(err)
	}
	if got := b.get(address+fmt.Sprint(first.Version), "HX-Request", "true").must(t, http.StatusNoContent); got.body != "" {
		t.Errorf("says %q", got.body)
	}
	if _, err := o.desk.Portal().Reply(t.Context(), link, desk.ReplyInput{Body: "Still burning."}); err != nil {
		t.Fatal(err)
	}
	b.get(address+fmt.Sprint(first.Version), "HX-Request", "true").must(t, http.StatusOK).has(t, "Still burning.", `hx-swap-oob`, fmt.Sprintf("after=%d", first.Version+1)).lacks(t, "It burns.", "<html")
	b.get(address+"x", "HX-Request", "true").must(t, http.StatusBadRequest)
	b.get(address+"0").must(t, http.StatusSeeOther)

	// A reply by script brings the form back empty, with what is new to that page.
	b.get(fmt.Sprintf("/agent/tickets/%d", n))
	replies := fmt.Sprintf("/agent/tickets/%d/replies?after=", n)
	added := b.upload(replies+fmt.Sprint(first.Version+1), map[string]string{"csrf": b.last, "mode": "reply", "body": "We are coming."}, nil, "HX-Request", "true").must(t, http.StatusOK)
	added.has(t, "We are coming.", `id="composer"`, "data-draft-clear").lacks(t, "Still burning.", "<html")
	// Others have written meanwhile: the whole page, so that nothing is missing or twice.
	whole := b.upload(replies+fmt.Sprint(first.Version), map[string]string{"csrf": b.last, "mode": "note", "body": "Sent a truck."}, nil, "HX-Request", "true").must(t, http.StatusOK)
	whole.has(t, "Still burning.", "Sent a truck.")
	if whole.header.Get("HX-Retarget") != "#main" {
		t.Error("not put in place of the page")
	}
}

// The stream wakes a page within a moment, and is for agents only.
func TestAgentStream(t *testing.T) {
	o := newOffice(t, nil).open()
	link, _ := o.file("Printer on fire")
	o.browser().get("/agent/stream", "Accept", "text/event-stream").must(t, http.StatusForbidden)
	b := o.signIn("grace")
	ctx, cancel := context.WithTimeout(t.Context(), 15*time.Second)
	defer cancel()
	r, _ := http.NewRequestWithContext(ctx, http.MethodGet, o.base+"/agent/stream", nil)
	r.AddCookie(&http.Cookie{Name: "lodge_agent", Value: b.cookies["lodge_agent"]})
	res, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK || res.Header.Get("Content-Type") != "text/event-stream" {
		t.Fatalf("answers %d %v", res.StatusCode, res.Header)
	}
	lines := bufio.NewScanner(res.Body)
	lines.Scan() // the greeting has arrived: somebody listens
	if _, err := o.desk.Portal().Reply(t.Context(), link, desk.ReplyInput{Body: "seededsecret"}); err != nil {
		t.Fatal(err)
	}
	for lines.Scan() {
		if strings.Contains(lines.Text(), "seededsecret") {
			t.Error("the stream tells what was written")
		}
		if lines.Text() == "event: changed" {
			return
		}
	}
	t.Fatal("no event")
}
