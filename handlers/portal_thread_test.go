package handlers

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"lodge/models"
)

// PT-1, PT-2, A57: a participant's page holds nothing of another's, no number, no id, no note.
func TestThreadHoldsNothingInternal(t *testing.T) {
	a := newTestApp(t)
	thread := a.fileTicket()
	second := a.join(thread, "otto.secret@example.com")
	person := a.person(thread)
	a.write(func(ctx context.Context, tx *models.Tx) error {
		ticket, err := models.LockTicket(ctx, tx, person.TicketID)
		if err != nil {
			return err
		}
		ticket.Number, ticket.PublicVersion, ticket.Version = 987654, ticket.PublicVersion+1, ticket.Version+1
		if err := models.InsertMessage(ctx, tx, &models.Message{PID: "notepid0", TicketID: ticket.ID, Kind: models.MessageNote, Body: "NOTE-SECRET", HTML: "<p>NOTE-SECRET</p>",
			Version: ticket.Version, PublicVersion: ticket.PublicVersion, PublishAt: models.At(a.clock()), CreatedAt: models.At(a.clock())}); err != nil {
			return err
		}
		return models.SaveTicket(ctx, tx, ticket)
	})
	a.post(second+"/replies", url.Values{"body": {"Otto answers"}}).want(t, http.StatusSeeOther, nil)
	mustNot := []string{"otto.secret@", "987654", "NOTE-SECRET", "notepid0", strings.TrimPrefix(second, "/ticket/thread/")}
	a.get(thread).want(t, http.StatusOK, []string{"Otto answers", "o•••@example.com", "rosa@example.com"}, mustNot...)
	a.poll(thread+"/updates?after=1").want(t, http.StatusOK, []string{"Otto answers"}, append(mustNot, "<html")...)
	a.get(second).want(t, http.StatusOK, []string{"otto.secret@example.com", "r•••@example.com"}, "rosa@example.com", "987654", "NOTE-SECRET", strings.TrimPrefix(thread, "/ticket/thread/"))
}

// PT-3: a reply without scripts leads back to the new message; with htmx it is a fragment with a fresh form.
func TestReplyWithAndWithoutScripts(t *testing.T) {
	onEach(t, func(t *testing.T, a *testApp) {
		thread := a.fileTicket()
		page := a.get(thread)
		action := page.attribute(t, "action", thread+"/replies")
		r := a.post(action, url.Values{"form": {page.formID(t)}, "body": {"First answer"}}).want(t, http.StatusSeeOther, nil)
		if lead := r.header.Get("Location"); !strings.HasPrefix(lead, thread) || !strings.Contains(lead, "#m-") {
			t.Errorf("led to %q", lead)
		}
		page = a.get(r.header.Get("Location")).want(t, http.StatusOK, []string{"First answer", "Your reply was sent."})
		first := page.formID(t)
		r = a.do(request{method: "POST", path: page.attribute(t, "action", thread+"/replies"), htmx: true,
			form: url.Values{"form": {first}, "body": {"Second answer"}}, files: []upload{{"log.txt", "a log"}}})
		r.want(t, http.StatusOK, []string{"Second answer", "log.txt", `hx-swap-oob="beforeend:#messages"`, `id="reply-form"`, "data-draft-clear", `id="poll"`}, "<html", "First answer")
		if r.formID(t) == first {
			t.Error("the fresh form has the used id")
		}
		// The same form once more is the same reply.
		a.post(action, url.Values{"form": {first}, "body": {"Second answer"}}).want(t, http.StatusSeeOther, nil)
		if n := strings.Count(a.get(thread).body, "Second answer"); n != 1 {
			t.Errorf("the second answer stands there %d times", n)
		}
	})
}

// PT-5: when others have written since the page was drawn, the answer to a reply is the whole conversation.
func TestReplyAfterOthersBringsEverything(t *testing.T) {
	a := newTestApp(t)
	thread := a.fileTicket()
	second := a.join(thread, "otto@example.com")
	page := a.get(thread)
	a.post(second+"/replies", url.Values{"body": {"Otto was quicker"}}).want(t, http.StatusSeeOther, nil)
	r := a.do(request{method: "POST", path: page.attribute(t, "action", thread+"/replies"), htmx: true, form: url.Values{"form": {page.formID(t)}, "body": {"Mine"}}})
	r.want(t, http.StatusOK, []string{"Otto was quicker", "Mine", `id="messages"`, "data-draft-clear"}, "<html", "hx-swap-oob=\"beforeend")
	if r.header.Get(hxRetarget) != "#main" {
		t.Error("the conversation would land in the form")
	}
}

// PT-3, PT-10, EV-3: a refused reply keeps its text and files, with and without scripts.
func TestRefusedReplyKeepsTheDraft(t *testing.T) {
	for _, htmx := range []bool{false, true} {
		a := newTestApp(t)
		thread := a.fileTicket()
		page := a.get(thread)
		form := url.Values{"form": {page.formID(t)}, "body": {"  "}}
		r := a.do(request{method: "POST", path: thread + "/replies", htmx: htmx, form: form, files: []upload{{"kept.txt", "x"}}})
		r.want(t, http.StatusUnprocessableEntity, []string{"kept.txt", `id="body-error"`, "error-summary"}, "⟦")
		if strings.Contains(r.body, "<html") == htmx {
			t.Errorf("htmx %v: page or fragment is wrong", htmx)
		}
		form["keep"] = keeps(r.body)
		form.Set("body", "With words")
		a.do(request{method: "POST", path: thread + "/replies", htmx: htmx, form: form})
		a.get(thread).want(t, http.StatusOK, []string{"With words", "kept.txt"})

		for range 9 {
			a.post(thread+"/replies", url.Values{"body": {"again"}}).want(t, http.StatusSeeOther, nil)
		}
		r = a.do(request{method: "POST", path: thread + "/replies", htmx: htmx, form: url.Values{"body": {"One too many"}}, files: []upload{{"a", "x"}}})
		r.want(t, http.StatusTooManyRequests, []string{"One too many", "error-summary"}, "⟦")
		if r.header.Get("Retry-After") == "" {
			t.Error("no Retry-After")
		}
	}
}

// PT-10: over the request's size the draft is still there.
func TestOversizeReplyKeepsTheDraft(t *testing.T) {
	a := newTestApp(t)
	a.settings(func(p *models.Project) { p.Settings.RequestMB, p.Settings.FileMB = 1, 1 })
	thread := a.fileTicket()
	for _, htmx := range []bool{false, true} {
		a.do(request{method: "POST", path: thread + "/replies", htmx: htmx, form: url.Values{"body": {"My long draft"}}, files: []upload{{"big", strings.Repeat("x", 2<<20)}}}).
			want(t, http.StatusRequestEntityTooLarge, []string{"My long draft", `id="files-error"`})
	}
}

// PT-5: an unchanged poll is an empty 204, a changed one a fragment; opened as a page it leads to the thread.
func TestPoll(t *testing.T) {
	a := newTestApp(t)
	thread := a.fileTicket()
	url1 := a.get(thread).attribute(t, "hx-get", thread+"/updates")
	if r := a.poll(url1).want(t, http.StatusNoContent, nil); r.body != "" {
		t.Errorf("not empty: %q", r.body)
	}
	a.later(26 * time.Hour)
	a.post(thread+"/replies", url.Values{"body": {"News"}}).want(t, http.StatusSeeOther, nil)
	r := a.poll(url1).want(t, http.StatusOK, []string{"News", `hx-swap-oob`, `class="day"`}, "<html", "It began this morning.")
	a.poll(r.attribute(t, "hx-get", thread+"/updates")).want(t, http.StatusNoContent, nil)
	if r := a.get(url1).want(t, http.StatusSeeOther, nil); r.header.Get("Location") != thread {
		t.Errorf("led to %q", r.header.Get("Location"))
	}
	a.poll(thread+"/updates?after=x").want(t, http.StatusBadRequest, nil)
	a.poll(thread+"/updates?after=-1").want(t, http.StatusBadRequest, nil)
}

// PT-8, A64: closing has a confirm step, opening it changes nothing, and a vanished step is said.
func TestClosure(t *testing.T) {
	a := newTestApp(t)
	thread := a.fileTicket()
	a.get(thread+"/closure").want(t, http.StatusOK, []string{"Close this ticket?", `action="` + thread + `/closure"`})
	a.get(thread).want(t, http.StatusOK, []string{"chip--new"})
	r := a.post(thread+"/closure", nil).want(t, http.StatusSeeOther, nil)
	a.get(r.header.Get("Location")).want(t, http.StatusOK, []string{"chip--closed", "Your ticket is closed."}, thread+"/closure")
	// PT-9: a reply opens it again.
	a.post(thread+"/replies", url.Values{"body": {"Not yet"}}).want(t, http.StatusSeeOther, nil)
	a.get(thread).want(t, http.StatusOK, []string{"chip--open"})
	a.settings(func(p *models.Project) { p.Settings.CustomerClose = models.CustomerCloseOff })
	a.get(thread).want(t, http.StatusOK, nil, thread+"/closure")
	a.get(thread+"/closure").want(t, http.StatusSeeOther, nil)
	a.post(thread+"/closure", nil).want(t, http.StatusConflict, []string{"cannot be closed"})
}

// PT-11, A66: files are listed by name; where the project lets them be opened they are downloads that can run nothing.
func TestThreadFiles(t *testing.T) {
	a := newTestApp(t)
	form := a.ticketForm()
	r := a.do(request{method: "POST", path: "/ticket/acme", form: form, files: []upload{{"répört \"1\".html", "<script>alert(1)</script>"}}}).want(t, http.StatusSeeOther, nil)
	thread, _, _ := strings.Cut(r.header.Get("Location"), "?")
	a.get(thread).want(t, http.StatusOK, []string{"répört", "You find them in the mails"}, thread+"/files/")
	a.settings(func(p *models.Project) { p.Settings.ThreadAttachments = models.ThreadFilesDownload })
	mailed, _ := a.mailed(thread)
	page := a.get(mailed)
	file := page.attribute(t, "href", thread+"/files/")
	if !strings.Contains(file, "p=") {
		t.Error("the file's address lost the proof")
	}
	got := a.get(file).want(t, http.StatusOK, []string{"<script>alert(1)</script>"})
	for name, want := range map[string]string{"Content-Security-Policy": "sandbox", "X-Content-Type-Options": "nosniff", "Content-Disposition": "attachment; filename*=utf-8''r%C3%A9p", "Cache-Control": "no-store"} {
		if !strings.Contains(got.header.Get(name), want) {
			t.Errorf("%s is %q", name, got.header.Get(name))
		}
	}
	a.do(request{method: "HEAD", path: file}).want(t, http.StatusOK, nil)
	pid := strings.Split(strings.TrimPrefix(file, thread+"/files/"), "?")[0]
	foreign := a.fileTicket()
	for _, path := range []string{foreign + "/files/" + pid, thread + "/files/1", thread + "/files/" + pid + "/thumb", thread + "/files/" + pid[:len(pid)-1]} {
		a.get(path).want(t, http.StatusNotFound, nil, "alert(1)")
	}
	a.settings(func(p *models.Project) { p.Settings.ThreadAttachments = models.ThreadFilesNames })
	a.get(file).want(t, http.StatusNotFound, nil)
}

// PT-3: the proof part of a mailed link is carried on by everything the page builds.
func TestProofIsCarriedOn(t *testing.T) {
	a := newTestApp(t)
	thread := a.fileTicket()
	mailed, _ := a.mailed(thread)
	if !strings.Contains(mailed, "?p=") {
		t.Fatalf("no proof in %q", mailed)
	}
	proof := strings.SplitN(mailed, "?", 2)[1]
	page := a.get(mailed).want(t, http.StatusOK, nil)
	for attribute, prefix := range map[string]string{"action": thread + "/replies", "hx-get": thread + "/updates", "data-stream": thread + "/stream"} {
		if got := page.attribute(t, attribute, prefix); !strings.Contains(got, proof) {
			t.Errorf("%s lost the proof: %s", attribute, got)
		}
	}
	r := a.post(page.attribute(t, "action", thread+"/replies"), url.Values{"form": {page.formID(t)}, "body": {"x"}}).want(t, http.StatusSeeOther, nil)
	if !strings.Contains(r.header.Get("Location"), proof) {
		t.Error("the redirect lost the proof")
	}
	if a.person(thread).Contact.ProvenAt == 0 {
		t.Error("the address is not proven")
	}
}

// PT-6, A24: what people write is text, wherever it is shown.
func TestWordsStayWords(t *testing.T) {
	a := newTestApp(t)
	form := a.ticketForm()
	evil := `"><script>alert(1)</script>{{.}}`
	for _, name := range []string{"name", "title", "description", "field.goal"} {
		form.Set(name, evil)
	}
	r := a.post("/ticket/acme", form).want(t, http.StatusSeeOther, nil)
	a.get(r.header.Get("Location")).want(t, http.StatusOK, []string{"{{.}}"}, "<script>alert(1)")
	form.Set("email", "")
	form.Del("form")
	a.post("/ticket/acme", form).want(t, http.StatusUnprocessableEntity, nil, "<script>alert(1)")
}
