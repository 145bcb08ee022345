package handlers

import (
	"context"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"lodge/desk"
	"lodge/models"
)

// PC-1, PC-11, PC-12: the form is shown, a sent one makes a ticket, and its reporter lands on its page.
func TestCreateShowsTheFormAndLeadsToTheTicket(t *testing.T) {
	onEach(t, func(t *testing.T, a *testApp) {
		page := a.get("/ticket/acme").want(t, http.StatusOK, []string{`action="/ticket/acme"`, `href="/doc/acme"`, "We typically respond within 4 hours.", `name="field.goal"`})
		for _, name := range []string{"email", "name", "title", "description", "files", "homepage"} {
			page.want(t, http.StatusOK, []string{`name="` + name + `"`})
		}
		thread := a.fileTicket()
		a.get(thread).want(t, http.StatusOK, []string{"Printer is on fire", "It began this morning.", "rosa@example.com", "Put it out"})
		if n := a.tickets(); n != 1 {
			t.Errorf("%d tickets", n)
		}
	})
}

// PC-1: unknown, switched off and disabled are one and the same page, byte by byte.
func TestCreateUnavailableIsOnePage(t *testing.T) {
	a := newTestApp(t)
	want := a.get("/ticket/nowhere").want(t, http.StatusNotFound, nil)
	for _, path := range []string{"/ticket/hidden", "/ticket/ACME", "/ticket/acme%00", "/ticket/..%2f", "/doc/hidden", "/doc/nowhere/page", "/doc/acme/draft"} {
		if got := a.get(path).want(t, http.StatusNotFound, nil, "Hidden house"); got.body != want.body {
			t.Errorf("%s differs from an unknown project", path)
		}
	}
	for _, path := range []string{"/ticket/nowhere", "/ticket/hidden"} {
		if got := a.post(path, a.ticketForm()).want(t, http.StatusNotFound, nil); got.body != want.body {
			t.Errorf("POST %s differs", path)
		}
	}
	a.settings(func(p *models.Project) { p.Portal = models.PortalNone })
	if got := a.get("/ticket/acme").want(t, http.StatusNotFound, nil); got.body != want.body {
		t.Error("a portal that was switched off differs")
	}
}

// PC-1: /ticket lists the open projects when there is a choice.
func TestProjectsAreListedWhenThereAreSeveral(t *testing.T) {
	a := newTestApp(t)
	if r := a.get("/ticket").want(t, http.StatusSeeOther, nil); r.header.Get("Location") != "/ticket/acme" {
		t.Errorf("one project leads to %q", r.header.Get("Location"))
	}
	a.write(func(ctx context.Context, tx *models.Tx) error {
		_, err := desk.NewProject(ctx, tx, desk.ProjectPlan{Slug: "second", Name: "Second"}, a.clock())
		return err
	})
	a.get("/ticket").want(t, http.StatusOK, []string{`href="/ticket/acme"`, `href="/ticket/second"`}, "Hidden house")
	a.get("/").want(t, http.StatusOK, []string{"Acme", "Second"}, "Hidden house")
}

// PC-4, EV-3: a refused form comes back with every value, a message by each field and a summary with links to them.
func TestRefusedFormKeepsEverything(t *testing.T) {
	a := newTestApp(t)
	form := a.ticketForm()
	form.Set("email", "rosa@")
	form.Set("title", "")
	form.Set("template", "bug-report")
	form.Set("field.expected", `Some "quoted" <b>text</b>`)
	r := a.post("/ticket/acme", form).want(t, http.StatusUnprocessableEntity, []string{
		`value="rosa@"`, "It began this morning.", `Some "quoted" <b>text</b>`, `role="alert"`, `href="#email"`, `href="#title"`, `href="#field-steps"`,
		`id="email-error"`, `id="title-error"`, `id="field-steps-error"`}, "<b>text</b>", "⟦")
	if got := r.formID(t); got != form.Get("form") {
		t.Error("the form has another id, so its files and its protection from double submits are lost")
	}
	if a.tickets() != 0 {
		t.Error("a refused form made a ticket")
	}
}

// PC-4: files chosen in a refused form survive and are sent with the next try, without scripts.
func TestFilesSurviveARefusal(t *testing.T) {
	onEach(t, func(t *testing.T, a *testApp) {
		a.settings(func(p *models.Project) { p.Settings.ThreadAttachments = models.ThreadFilesDownload })
		form := a.ticketForm()
		form.Set("title", "")
		r := a.do(request{method: "POST", path: "/ticket/acme", form: form, files: []upload{{"first.txt", "first file"}, {"second.txt", "second file"}}})
		r.want(t, http.StatusUnprocessableEntity, []string{"first.txt", "second.txt", `name="keep"`})
		pids := keeps(r.body)
		if len(pids) != 2 {
			t.Fatalf("%d files are kept", len(pids))
		}
		form.Set("title", "Now with a title")
		form.Set("keep", pids[0])
		done := a.do(request{method: "POST", path: "/ticket/acme", form: form, files: []upload{{"third.txt", "third file"}}}).want(t, http.StatusSeeOther, nil)
		page := a.get(done.header.Get("Location")).want(t, http.StatusOK, []string{"first.txt", "third.txt"}, "second.txt")
		file := a.get(page.attribute(t, "href", strings.Split(done.header.Get("Location"), "?")[0]+"/files/"))
		file.want(t, http.StatusOK, []string{"first file"})
	})
}

// PC-3: what is hidden, read-only or a default is nowhere in an answer, and posted values for it are dropped.
func TestHiddenTemplateFieldsStayInside(t *testing.T) {
	a := newTestApp(t)
	secrets := []string{"triage", "Triage lane", "intake"}
	a.get("/ticket/acme?template=bug-report").want(t, http.StatusOK, []string{"field.steps"}, secrets...)
	a.do(request{method: "POST", path: "/ticket/acme/fields", form: url.Values{"template": {"bug-report"}}, htmx: true}).
		want(t, http.StatusOK, []string{"field.steps"}, append(secrets, "<html")...)
	form := a.ticketForm()
	form.Set("template", "bug-report")
	form.Set("field.steps", "Press print")
	form.Set("field.triage", "MY-OWN-LANE")
	r := a.post("/ticket/acme", form).want(t, http.StatusSeeOther, nil)
	a.get(r.header.Get("Location")).want(t, http.StatusOK, []string{"Press print"}, append(secrets, "MY-OWN-LANE")...)
}

// PC-3: a template of another project or of nobody is refused; an enforced one wins over any posted.
func TestForeignTemplateIsRefused(t *testing.T) {
	a := newTestApp(t)
	form := a.ticketForm()
	form.Set("template", "of-another-project")
	a.post("/ticket/acme", form).want(t, http.StatusUnprocessableEntity, []string{"template"})
	a.settings(func(p *models.Project) {
		for _, tpl := range p.Templates {
			if tpl.Slug == "feature-request" {
				p.EnforcedTemplateID = &tpl.ID
			}
		}
	})
	a.get("/ticket/acme").want(t, http.StatusOK, []string{"Feature request", "field.problem"}, `name="template"`, "General question")
	form = a.ticketForm()
	form.Set("field.problem", "Too much fire")
	r := a.post("/ticket/acme", form).want(t, http.StatusSeeOther, nil)
	a.get(r.header.Get("Location")).want(t, http.StatusOK, []string{"Too much fire"}, "Put it out")
}

// PC-3: choosing a template without scripts swaps its fields and loses no text.
func TestTemplateSwapKeepsText(t *testing.T) {
	a := newTestApp(t)
	form := a.ticketForm()
	form.Set("template", "bug-report")
	form.Set("_do", "template")
	a.post("/ticket/acme", form).want(t, http.StatusOK, []string{"field.steps", "It began this morning.", `value="Printer is on fire"`}, "error-summary")
	if a.tickets() != 0 {
		t.Error("asking for other fields made a ticket")
	}
}

// PC-9: nobody else is added, whatever is posted.
func TestForeignRecipientsAreRefused(t *testing.T) {
	a := newTestApp(t)
	for _, name := range []string{"cc", "bcc", "CC", "recipients", "recipients[]", "to", "participants.0", "reply-to", "watchers"} {
		form := a.ticketForm()
		form.Set(name, "eve@example.com")
		a.post("/ticket/acme", form).want(t, http.StatusUnprocessableEntity, []string{"It began this morning."})
	}
	if a.tickets() != 0 {
		t.Error("a form with foreign recipients made a ticket")
	}
}

// PC-7: at the limit the form comes back with its text, 429 and a time.
func TestTooManyTicketsKeepTheText(t *testing.T) {
	a := newTestApp(t)
	for range 5 {
		a.post("/ticket/acme", a.ticketForm()).want(t, http.StatusSeeOther, nil)
	}
	r := a.do(request{method: "POST", path: "/ticket/acme", form: a.ticketForm(), files: []upload{{"a.txt", "x"}}})
	r.want(t, http.StatusTooManyRequests, []string{"It began this morning.", "error-summary"})
	if r.header.Get("Retry-After") == "" {
		t.Error("no Retry-After")
	}
}

// PC-7, A104: 200 posts at once at a limit of 5 let exactly 5 through.
func TestTwoHundredAtOnceLetFiveThrough(t *testing.T) {
	onEach(t, func(t *testing.T, a *testApp) {
		forms := make([]url.Values, 200)
		for i := range forms {
			forms[i] = a.ticketForm()
		}
		statuses := make([]int, len(forms))
		var all sync.WaitGroup
		for i := range forms {
			all.Go(func() { statuses[i] = a.post("/ticket/acme", forms[i]).status })
		}
		all.Wait()
		counted := map[int]int{}
		for _, s := range statuses {
			counted[s]++
		}
		if counted[http.StatusSeeOther] != 5 || counted[http.StatusTooManyRequests] != 195 || a.tickets() != 5 {
			t.Errorf("answers %v, %d tickets", counted, a.tickets())
		}
	})
}

// PC-13, A107: a form sent twice makes one ticket, at once or after Back.
func TestDoubleSubmitMakesOneTicket(t *testing.T) {
	onEach(t, func(t *testing.T, a *testApp) {
		form := a.ticketForm()
		var all sync.WaitGroup
		leads := make([]string, 8)
		for i := range leads {
			all.Go(func() {
				r := a.post("/ticket/acme", form).want(t, http.StatusSeeOther, nil)
				leads[i], _, _ = strings.Cut(r.header.Get("Location"), "?")
			})
		}
		all.Wait()
		a.later(10 * time.Second)
		last := a.post("/ticket/acme", form).want(t, http.StatusSeeOther, nil)
		for _, lead := range append(leads, strings.Split(last.header.Get("Location"), "?")[0]) {
			if lead != leads[0] {
				t.Errorf("led to %s and to %s", leads[0], lead)
			}
		}
		if n := a.tickets(); n != 1 {
			t.Errorf("%d tickets", n)
		}
	})
}

// PC-13: a suspect form is asked once more, with its files, and never dropped.
func TestSuspectFormIsAskedOnceMore(t *testing.T) {
	a := newTestApp(t)
	form := a.ticketForm()
	form.Set("homepage", "https://spam.example")
	r := a.do(request{method: "POST", path: "/ticket/acme", form: form, files: []upload{{"kept.txt", "kept"}}})
	r.want(t, http.StatusConflict, []string{"kept.txt", "It began this morning.", `name="confirm"`, `action="/ticket/acme"`})
	if a.tickets() != 0 {
		t.Fatal("a suspect form made a ticket")
	}
	a.later(5 * time.Second)
	form.Set("confirm", "1")
	form.Set("form", r.formID(t))
	form["keep"] = keeps(r.body)
	done := a.post("/ticket/acme", form).want(t, http.StatusSeeOther, nil)
	a.get(done.header.Get("Location")).want(t, http.StatusOK, []string{"kept.txt"})
	// Back to the form instead of confirming.
	form = a.ticketForm()
	form.Set("homepage", "x")
	form.Set("_do", "edit")
	a.post("/ticket/acme", form).want(t, http.StatusOK, []string{"It began this morning.", `id="create"`})
}

// PC-8: an intake link prefills its customer; a dead or foreign one gives a plain form with a notice.
func TestIntakeLinkPrefillsItsCustomer(t *testing.T) {
	a := newTestApp(t)
	token, id, err := a.desk.MakeIntakeLink(t.Context(), "acme", "otto@example.com", "Otto", 7)
	if err != nil {
		t.Fatal(err)
	}
	path := "/ticket/acme?customer_token=" + url.QueryEscape(token)
	page := a.get(path).want(t, http.StatusOK, []string{"Otto", "otto@example.com", `action="` + path + `"`}, `name="email"`)
	a.later(10 * time.Second)
	form := url.Values{"form": {page.formID(t)}, "title": {"From Otto"}, "description": {"Hello"}, "email": {"eve@example.com"}}
	r := a.post(path, form).want(t, http.StatusSeeOther, nil)
	a.get(r.header.Get("Location")).want(t, http.StatusOK, []string{"otto@example.com"}, "eve@example.com", token)

	if err := a.desk.RevokeIntakeLink(t.Context(), id); err != nil {
		t.Fatal(err)
	}
	for _, dead := range []string{path, "/ticket/acme?customer_token=nonsense"} {
		a.get(dead).want(t, http.StatusOK, []string{"Your personal link has expired", `name="email"`}, "Otto", "otto@example.com")
	}
}

// PC-6: over the limit by its length, the form comes back with its text and nothing is stored.
func TestOversizeByHeaderKeepsTheText(t *testing.T) {
	a := newTestApp(t)
	a.settings(func(p *models.Project) { p.Settings.RequestMB, p.Settings.FileMB = 1, 1 })
	form := a.ticketForm()
	r := a.do(request{method: "POST", path: "/ticket/acme", form: form, files: []upload{{"big.bin", strings.Repeat("x", 3<<20)}}})
	r.want(t, http.StatusRequestEntityTooLarge, []string{"It began this morning.", `value="Printer is on fire"`, `id="files-error"`}, "big.bin</span>")
	if a.tickets() != 0 || len(keeps(r.body)) != 0 {
		t.Error("something was stored")
	}
}

// PC-6: one file over its own limit, and one file too many, keep the text as well.
func TestOversizeFilesKeepTheText(t *testing.T) {
	a := newTestApp(t)
	a.settings(func(p *models.Project) { p.Settings.FileMB, p.Settings.RequestMB, p.Settings.Files = 1, 20, 2 })
	for name, uploads := range map[string][]upload{
		"too large": {{"big.bin", strings.Repeat("x", 1<<20+1)}},
		"too many":  {{"1", "x"}, {"2", "x"}, {"3", "x"}},
	} {
		t.Run(name, func(t *testing.T) {
			r := a.do(request{method: "POST", path: "/ticket/acme", form: a.ticketForm(), files: uploads})
			r.want(t, http.StatusRequestEntityTooLarge, []string{"It began this morning.", `id="files-error"`}, "⟦")
		})
	}
	a.do(request{method: "POST", path: "/ticket/acme", form: a.ticketForm(), files: []upload{{"1", strings.Repeat("x", 1<<20)}, {"2", "y"}}}).want(t, http.StatusSeeOther, nil)
}

// PC-6: text over its limit is cut, said, and the rest of the form is still there.
func TestOversizeTextIsSaid(t *testing.T) {
	a := newTestApp(t)
	for _, files := range [][]upload{nil, {}} {
		form := a.ticketForm()
		form.Set("description", strings.Repeat("ä", 200<<10))
		r := a.do(request{method: "POST", path: "/ticket/acme", form: form, files: files})
		r.want(t, http.StatusRequestEntityTooLarge, []string{strings.Repeat("ä", 50<<10), `id="description-error"`})
	}
}

// PC-10: related articles of this project while typing; nothing found is an empty answer.
func TestSuggestions(t *testing.T) {
	a := newTestApp(t)
	ask := func(title string) response {
		return a.do(request{method: "POST", path: "/ticket/acme/suggestions", form: url.Values{"title": {title}, "description": {""}}, htmx: true})
	}
	ask("printer fire").want(t, http.StatusOK, []string{"/doc/acme/printer-fire", `target="_blank"`}, "<html", "DRAFT-SECRET")
	if r := ask("zebra").want(t, http.StatusOK, nil); strings.TrimSpace(r.body) != "" {
		t.Errorf("nothing found is not empty: %q", r.body)
	}
	a.post("/ticket/hidden/suggestions", url.Values{"title": {"printer"}}).want(t, http.StatusNotFound, nil)
}

// PC-12, A108: when the work itself fails, the text is on the page and leads back to the form.
func TestFailureKeepsTheText(t *testing.T) {
	a := newTestApp(t)
	form := a.ticketForm()
	a.settings(func(p *models.Project) { p.InitialStatusID = nil })
	r := a.post("/ticket/acme", form)
	r.want(t, http.StatusServiceUnavailable, []string{"It began this morning.", `value="edit"`, `action="/ticket/acme"`}, "initial status")
	form.Set("_do", "edit")
	a.post("/ticket/acme", form).want(t, http.StatusOK, []string{"It began this morning.", `id="create"`})
}

var keepPattern = regexp.MustCompile(`name="keep" value="([^"]+)"`)

// A108: not even a database that is gone takes the text away, or tells more than a reference.
func TestFailureOfTheDatabaseKeepsTheText(t *testing.T) {
	a := newTestApp(t)
	thread := a.fileTicket()
	_, unsubscribe := a.mailed(thread)
	form := a.ticketForm()
	if err := a.db.Close(); err != nil {
		t.Fatal(err)
	}
	inside := []string{"sql", "database", "closed", ".go:"}
	a.post("/ticket/acme", form).want(t, http.StatusInternalServerError, []string{"It began this morning.", `value="edit"`}, inside...)
	a.post(thread+"/replies", url.Values{"body": {"My draft"}}).want(t, http.StatusInternalServerError, []string{"My draft"}, inside...)
	a.do(request{method: "POST", path: thread + "/replies", htmx: true, form: url.Values{"body": {"My draft"}}}).want(t, http.StatusInternalServerError, []string{"notice--error"}, append(inside, "<html")...)
	a.post(unsubscribe, nil).want(t, http.StatusInternalServerError, []string{"That did not work", `action="` + unsubscribe + `"`}, inside...)
	a.get("/").want(t, http.StatusInternalServerError, []string{"<html", "Something broke on our side"}, inside...)
}

func keeps(body string) []string {
	var all []string
	for _, m := range keepPattern.FindAllStringSubmatch(body, -1) {
		all = append(all, m[1])
	}
	return all
}
