package handlers

import (
	"context"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"lodge/desk"
	"lodge/models"
)

const supportSettings = "/agent/settings/projects/support"

// support is the project as it is now.
func (o *office) support() *models.Project {
	o.t.Helper()
	sheet, err := o.desk.ProjectSheet(o.t.Context(), o.actor("ines"), "support", models.ActSettings)
	if err != nil {
		o.t.Fatal(err)
	}
	return sheet.Project
}

// EV-1, SE-1, SE-2, SE-3, PC-8: every page of a project's settings has all its words, in each language.
func TestProjectPagesHaveTheirWords(t *testing.T) {
	o := staffed(t)
	o.file("Printer on fire")
	b := o.signIn("ines")
	for _, lang := range []string{"en", "de"} {
		b.cookies["lang"] = lang
		for _, page := range []string{"/agent/settings", projectsHome, supportSettings, supportSettings + "/state", supportSettings + "/portal", supportSettings + "/thread", supportSettings + "/create",
			supportSettings + "/mail", supportSettings + "/limits", supportSettings + "/statuses", supportSettings + "/statuses/1", supportSettings + "/statuses/1/deletion", supportSettings + "/statuses/5/deletion",
			supportSettings + "/types", supportSettings + "/types/1", supportSettings + "/types/1/deletion", supportSettings + "/types/2/deletion", supportSettings + "/intake"} {
			got := b.get(page).must(t, http.StatusOK).lacks(t, "⟦", "agent.setting.", "agent.project.", "agent.statuses.", "agent.types.", "agent.category.", "agent.intake.", "agent.portal.", "<no value>", "%!")
			if !strings.Contains(got.body, `lang="`+lang+`"`) {
				t.Errorf("%s is not in %s", page, lang)
			}
		}
	}
}

// SE-1: a project is made, ordered, renamed, taken out of use and back, by pages alone; nothing typed is lost.
func TestProjectPages(t *testing.T) {
	o := staffed(t)
	b := o.signIn("ines")
	o.file("Printer on fire")
	b.get(projectsHome).must(t, http.StatusOK).has(t, "Support", "1 open ticket", "Public portal", "New project")
	b.send(projectsHome, "name", "Print shop", "slug", "Print Shop", "locale", "en").must(t, http.StatusUnprocessableEntity).has(t, `value="Print Shop"`, `href="#slug"`, "small letters")
	b.send(projectsHome, "name", "Print shop", "slug", "support", "locale", "en").must(t, http.StatusUnprocessableEntity).has(t, "Another project has this address.")
	made := b.send(projectsHome, "name", "Print shop", "locale", "en").must(t, http.StatusSeeOther)
	if at := made.header.Get("Location"); at != projectsHome+"/print-shop/portal?saved=1" {
		t.Errorf("leads to %s", at)
	}
	// A new project is open to nobody.
	o.browser().get("/ticket/print-shop").must(t, http.StatusNotFound)
	page := b.get(projectsHome).has(t, "No portal")
	if strings.Index(page.body, "Print shop") < strings.Index(page.body, ">Support<") {
		t.Error("not at the end")
	}
	b.send(projectsHome+"/print-shop/position", "by", "-2").must(t, http.StatusSeeOther)
	if page = b.get(projectsHome); strings.Index(page.body, "Print shop") > strings.Index(page.body, ">Support<") {
		t.Error("not moved up")
	}
	// General.
	page = b.get(supportSettings).must(t, http.StatusOK).has(t, "The address of this project is “support”")
	version := field(t, page.body, "version")
	b.send(supportSettings, "version", version, "name", "Harbour help", "summary", "Ships", "locale", "xx").must(t, http.StatusUnprocessableEntity).has(t, "Harbour help", `href="#locale"`)
	b.send(supportSettings, "version", version, "name", "Harbour help", "summary", "Ships", "locale", "").must(t, http.StatusSeeOther)
	b.get(supportSettings+"?saved=1").has(t, "Saved.")
	o.browser().get("/ticket/support").must(t, http.StatusOK).has(t, "Harbour help")
	// A page saved over somebody else's change keeps what was typed and says so.
	again := b.send(supportSettings, "version", version, "name", "Mine", "summary", "", "locale", "").must(t, http.StatusConflict).has(t, `value="Mine"`, "Somebody else saved")
	b.send(supportSettings, "version", "", "name", "No version", "summary", "", "locale", "").must(t, http.StatusConflict)
	b.send(supportSettings, "version", field(t, again.body, "version"), "name", "Mine", "summary", "", "locale", "").must(t, http.StatusSeeOther)
	// Out of use and back.
	b.get(supportSettings+"/state").must(t, http.StatusOK)
	o.browser().get("/ticket/support").must(t, http.StatusOK) // asking changes nothing
	b.send(supportSettings+"/state", "state", "disabled").must(t, http.StatusSeeOther)
	o.browser().get("/ticket/support").must(t, http.StatusNotFound)
	b.get(projectsHome).has(t, "Disabled")
	b.get("/agent?view=all").has(t, "Printer on fire")
	b.send(supportSettings+"/state", "state", "enabled").must(t, http.StatusSeeOther)
	o.browser().get("/ticket/support").must(t, http.StatusOK)
	// Agents see where they may make intake links, and nothing to change.
	grace := o.signIn("grace")
	grace.get(projectsHome).must(t, http.StatusOK).has(t, supportSettings+"/intake").lacks(t, "New project", "/position", `href="`+supportSettings+`"`)
	o.signIn("frida").get(projectsHome).has(t, "Other").lacks(t, "Support", "Mine")
}

// SE-1, PC-1, PT-12: Public Portal or No Portal, with an explicit save and a question before opening, also without scripts.
func TestPortalPage(t *testing.T) {
	o := staffed(t)
	link, _ := o.file("Printer on fire")
	b, visitor := o.signIn("ines"), o.browser()
	thread := "/ticket/thread/" + link.Token
	reach := func(want int) {
		t.Helper()
		for _, path := range []string{"/ticket/support", thread, "/doc/support"} {
			visitor.get(path).must(t, want)
		}
	}
	reach(http.StatusOK)
	page := b.get(supportSettings+"/portal").must(t, http.StatusOK).has(t, "Public Portal", "No Portal", "Save changes", o.base+"/ticket/support", "data-copy=", "<dialog", "anyone who has the address can open tickets"[1:])
	b.send(supportSettings+"/portal", "version", field(t, page.body, "version"), "portal", "none").must(t, http.StatusSeeOther)
	reach(http.StatusNotFound)
	unknown, off := visitor.get("/ticket/nonsense"), visitor.get("/ticket/support")
	if strings.ReplaceAll(unknown.body, "nonsense", "support") != off.body {
		t.Error("a closed portal looks different from none at all")
	}
	page = b.get(supportSettings+"/portal?saved=1").must(t, http.StatusOK)
	page.has(t, "Saved.", `value="none" checked`, "answer “not available”")
	// Opening asks first: nothing is saved.
	version := field(t, page.body, "version")
	asked := b.send(supportSettings+"/portal", "version", version, "portal", "public").must(t, http.StatusUnprocessableEntity)
	asked.has(t, "Open this project to everybody?", "Whoever holds the link of a ticket sees that ticket", "suggestions made from them", `name="confirm" value="1"`, `name="portal" value="public"`)
	reach(http.StatusNotFound)
	b.send(supportSettings+"/portal", "version", field(t, asked.body, "version"), "portal", "public", "confirm", "1").must(t, http.StatusSeeOther)
	reach(http.StatusOK)
	visitor.get(thread).has(t, "Printer on fire")
	// A stale page and a made-up choice change nothing.
	b.send(supportSettings+"/portal", "version", version, "portal", "none").must(t, http.StatusConflict).has(t, "Somebody else saved", `value="none" checked`)
	b.send(supportSettings+"/portal", "version", version, "portal", "half").must(t, http.StatusUnprocessableEntity)
	reach(http.StatusOK)
}

// SE-2, PT-8: the page of the statuses edits the graph, says why there is no close button, and the portal follows.
func TestStatusesPage(t *testing.T) {
	o := staffed(t)
	link, number := o.file("Printer on fire")
	b, visitor := o.signIn("ines"), o.browser()
	thread := "/ticket/thread/" + link.Token
	visitor.get(thread).must(t, http.StatusOK).has(t, thread+"/closure")
	page := b.get(supportSettings+"/statuses").must(t, http.StatusOK).has(t, "Waiting for customer", "Customers read “Waiting for you”", "1 ticket", "Reopened tickets", "drawing__arc", `name="step" value="1-2" checked`, `name="step" value="2-1"`)
	page.lacks(t, "shows no close button", `name="step" value="1-1"`)
	// Everything the form holds, without the self-closed status.
	form := formFields(t, page.body, "graph-form")
	form.Set("csrf", b.last)
	form.Set("self_closed", "")
	b.post(supportSettings+"/graph", form).must(t, http.StatusSeeOther)
	page = b.get(supportSettings+"/statuses").has(t, "Therefore the portal shows no close button.")
	b.get(supportSettings+"/thread").has(t, "Therefore the portal shows no close button.")
	visitor.get(thread).must(t, http.StatusOK).lacks(t, thread+"/closure")
	// Steps away: warned, and nothing typed is lost in a refusal.
	form = formFields(t, page.body, "graph-form")
	form.Set("csrf", b.last)
	form["step"] = []string{"1-2", "2-3"}
	form.Set("initial", "3")
	b.post(supportSettings+"/graph", form).must(t, http.StatusUnprocessableEntity).has(t, `href="#initial"`, `value="2-3" checked`, `<option value="3" selected>`).lacks(t, `value="1-5" checked`)
	form.Set("initial", "1")
	form.Set("self_closed", "5")
	b.post(supportSettings+"/graph", form).must(t, http.StatusSeeOther)
	b.get(supportSettings+"/statuses").has(t, "No way leads from “Open”, “In progress”, “Waiting for customer” to a status that ends a ticket", "no close button", "No step leads to")
	b.post(supportSettings+"/graph", form).must(t, http.StatusConflict).has(t, "Somebody else saved")
	b.get("/agent/tickets/"+decimal(number)).must(t, http.StatusOK).lacks(t, `value="resolved"`)
	// Another status, another name, another order.
	b.send(supportSettings+"/statuses", "version", "1", "name", "Parts ordered", "public_label", "We wait for parts", "category", "on_hold").must(t, http.StatusConflict).has(t, `value="Parts ordered"`)
	page = b.get(supportSettings + "/statuses")
	b.send(supportSettings+"/statuses", "version", field(t, page.body, "version"), "name", "", "public_label", "We wait", "category", "on_hold").must(t, http.StatusUnprocessableEntity).has(t, `href="#name"`, `value="We wait"`, `value="on_hold" checked`)
	b.send(supportSettings+"/statuses", "version", field(t, page.body, "version"), "name", "Parts ordered", "public_label", "We wait for parts", "category", "on_hold").must(t, http.StatusSeeOther)
	parts := o.support().StatusBySlug("parts-ordered")
	if parts == nil {
		t.Fatal("not added")
	}
	edit := supportSettings + "/statuses/" + decimal(parts.ID)
	page = b.get(edit).must(t, http.StatusOK).has(t, "Parts ordered", `value="on_hold" checked`)
	b.send(edit, "version", field(t, page.body, "version"), "name", "Parts on their way", "public_label", "", "category", "waiting").must(t, http.StatusSeeOther)
	b.send(edit+"/position", "by", "-1").must(t, http.StatusSeeOther)
	if s := o.support().Statuses; s[len(s)-2].Name != "Parts on their way" {
		t.Error("not moved")
	}
	// Deleting asks; the first status is in use.
	b.get(edit+"/deletion").must(t, http.StatusOK).has(t, "No ticket is in this status").lacks(t, "replacement")
	b.send(edit+"/deletion").must(t, http.StatusSeeOther)
	b.get(edit).must(t, http.StatusNotFound)
	b.get(supportSettings+"/statuses/1/deletion").must(t, http.StatusOK).has(t, "1 ticket is in this status", `name="replacement"`)
	b.send(supportSettings+"/statuses/1/deletion").must(t, http.StatusUnprocessableEntity).has(t, "Choose the status that takes its place.")
	b.send(supportSettings+"/statuses/1/deletion", "replacement", "5").must(t, http.StatusUnprocessableEntity).has(t, "New tickets begin in this status", `value="5" selected`)
	b.send(supportSettings+"/statuses/1/deletion", "replacement", "2").must(t, http.StatusSeeOther)
	visitor.get(thread).must(t, http.StatusOK).has(t, "In progress")
	// A status of another project is not there.
	other := o.otherStatus()
	for _, path := range []string{"", "/deletion"} {
		b.get(supportSettings+"/statuses/"+decimal(other)+path).must(t, http.StatusNotFound)
		b.send(supportSettings+"/statuses/"+decimal(other)+path, "name", "X", "category", "open", "replacement", "2").must(t, http.StatusNotFound)
	}
	b.get(supportSettings+"/statuses/x").must(t, http.StatusNotFound)
}

func (o *office) otherStatus() int64 {
	o.t.Helper()
	sheet, err := o.desk.ProjectSheet(o.t.Context(), o.actor("ines"), "other", models.ActSettings)
	if err != nil {
		o.t.Fatal(err)
	}
	return sheet.Project.Statuses[0].ID
}

var control = regexp.MustCompile(`<input type="(hidden|checkbox|radio)"(?: id="[^"]+")? name="([^"]+)" value="([^"]*)"( checked)?|<select class="input" id="([^"]+)"|<option value="([^"]*)" selected`)

// formFields are what a browser would send of a form that nobody has touched.
func formFields(t testing.TB, body, id string) url.Values {
	t.Helper()
	_, rest, found := strings.Cut(body, `id="`+id+`"`)
	form, _, _ := strings.Cut(rest, "</form>")
	if !found {
		t.Fatalf("no form %s", id)
	}
	all, name := url.Values{}, ""
	for _, m := range control.FindAllStringSubmatch(form, -1) {
		switch {
		case m[5] != "":
			name = m[5]
			all.Set(name, "")
		case m[2] == "":
			all.Set(name, m[6])
		case m[1] == "hidden" || m[4] != "":
			all.Add(m[2], m[3])
		}
	}
	return all
}

// SE-3: the page of the types.
func TestTypesPage(t *testing.T) {
	o := staffed(t)
	b, visitor := o.signIn("ines"), o.browser()
	page := b.get(supportSettings+"/types").must(t, http.StatusOK).has(t, "Question", "Chosen already", "For agents only")
	visitor.get("/ticket/support").has(t, "Problem").lacks(t, "Incident", "Complaint")
	b.send(supportSettings+"/types", "version", field(t, page.body, "version"), "name", "Complaint", "default", "1").must(t, http.StatusUnprocessableEntity).has(t, `value="Complaint"`, `href="#default"`)
	b.send(supportSettings+"/types", "version", field(t, page.body, "version"), "name", "Complaint", "default", "1", "public", "1").must(t, http.StatusSeeOther)
	visitor.get("/ticket/support").has(t, `value="complaint"`)
	one := supportSettings + "/types/2"
	page = b.get(one).must(t, http.StatusOK).has(t, `value="Problem"`)
	b.send(one, "version", field(t, page.body, "version"), "name", "Fault").must(t, http.StatusSeeOther)
	visitor.get("/ticket/support").lacks(t, "Problem", "Fault")
	b.send(one, "version", field(t, page.body, "version"), "name", "Again").must(t, http.StatusConflict).has(t, `value="Again"`)
	_, number := o.file("Printer on fire")
	complaint := *o.support().DefaultTypeID
	deletion := supportSettings + "/types/" + decimal(complaint) + "/deletion"
	b.get(deletion).must(t, http.StatusOK).has(t, "1 ticket has this type", "No type")
	b.send(deletion).must(t, http.StatusUnprocessableEntity).has(t, "Choose what the tickets become.")
	b.send(deletion, "replacement", "1").must(t, http.StatusSeeOther)
	b.get("/agent/tickets/"+decimal(number)).has(t, "Question").lacks(t, "Complaint")
	visitor.get("/ticket/support").lacks(t, "Complaint")
	b.get(supportSettings+"/types/"+decimal(complaint)).must(t, http.StatusNotFound)
}

// PC-8: agents make intake links and revoke them; the link is shown once, works, and dies; viewers and others do not get there.
func TestIntakePage(t *testing.T) {
	o := staffed(t)
	here := supportSettings + "/intake"
	b, visitor := o.signIn("grace"), o.browser()
	b.get(here).must(t, http.StatusOK).has(t, "No intake link has been made").lacks(t, supportSettings+"/portal", supportSettings+"/statuses")
	b.send(here, "email", "otto", "name", "Otto", "days", "91").must(t, http.StatusUnprocessableEntity).has(t, `value="otto"`, `value="91"`, `href="#email"`, `href="#days"`)
	made := b.send(here, "email", "otto@example.com", "name", "Otto", "days", "7").must(t, http.StatusSeeOther)
	page := b.get(made.header.Get("Location")).must(t, http.StatusOK).has(t, "The link for otto@example.com is ready", "data-copy=", "Grace", "Works")
	found := regexp.MustCompile(regexp.QuoteMeta(o.base) + `(/ticket/support\?customer_token=[^"<]+)`).FindStringSubmatch(page.body)
	if found == nil {
		t.Fatal("the link is not shown")
	}
	if strings.Contains(made.header.Get("Location"), "customer_token") {
		t.Error("the secret stands in an address of the desk")
	}
	token := strings.SplitN(found[1], "=", 2)[1]
	b.get(here).lacks(t, token)
	o.signIn("alan").get(made.header.Get("Location")).must(t, http.StatusOK).has(t, "otto@example.com").lacks(t, token)
	visitor.get(found[1]).must(t, http.StatusOK).has(t, "Otto", "otto@example.com")
	revoke := regexp.MustCompile(here + `/\d+/revocation`).FindString(page.body)
	o.signIn("frida").send(revoke).must(t, http.StatusNotFound)
	o.signIn("vera").send(revoke).must(t, http.StatusForbidden)
	visitor.get(found[1]).has(t, "otto@example.com")
	b.get(here)
	b.send(revoke).must(t, http.StatusSeeOther)
	b.get(here).has(t, "Revoked").lacks(t, revoke)
	visitor.get(found[1]).must(t, http.StatusOK).lacks(t, "otto@example.com")
	// Expired ones say so; a closed portal is told of.
	b.send(here, "email", "rosa@example.com", "days", "1").must(t, http.StatusSeeOther)
	o.forward(25 * time.Hour)
	again := o.signIn("grace")
	again.get(here).has(t, "Expired", "rosa@example.com")
	o.write(func(ctx context.Context, tx *models.Tx) error {
		p := *o.support()
		p.Portal = models.PortalNone
		return models.UpdateProject(ctx, tx, &p)
	})
	again.get(here).has(t, "intake links open nothing for now")
	if _, err := o.desk.AddIntakeLink(t.Context(), desk.Actor{}, "support", "x@example.com", "", 1); models.KindOf(err) != models.KindForbidden {
		t.Error(err)
	}
}
