package handlers

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"lodge/models"
)

// AG-6: a policy is made, refused, changed, moved, switched off and deleted by its pages, without scripts.
func TestPolicyPages(t *testing.T) {
	o := staffed(t)
	b := o.signIn("ines")
	b.get("/agent/settings").must(t, http.StatusOK).has(t, "/agent/settings/sla")
	b.get("/agent/settings/sla").must(t, http.StatusOK).has(t, "Nothing is promised yet", "/agent/settings/sla/new")
	b.get("/agent/settings/sla/new").must(t, http.StatusOK).has(t, "First answer", "Every ticket that no other policy names")

	// A blank condition never catches all; what was typed is kept, each fault stands at its field.
	bad := b.send("/agent/settings/sla/new", "name", "Gold", "holds", "conditions", "on", "1", "target-4-first", "1h", "target-4-resolution", "8h").must(t, http.StatusUnprocessableEntity)
	bad.has(t, "Set at least one condition", `href="#holds"`, `value="Gold"`, `value="8h"`)
	b.send("/agent/settings/sla/new", "name", "", "holds", "default", "on", "1", "target-4-first", "1d", "target-4-next", "x", "warn", "100").must(t, http.StatusUnprocessableEntity).
		has(t, `href="#name"`, `href="#target-4-first"`, `href="#target-4-next"`, `href="#warn"`, `value="1d"`, `value="100"`)
	b.send("/agent/settings/sla/new", "name", "Gold", "holds", "default", "on", "1").must(t, http.StatusUnprocessableEntity).has(t, "Write at least one target.")
	if policies(t, o) != "" {
		t.Fatal("a refused policy was kept")
	}

	// A preview saves nothing and keeps what was typed.
	b.send("/agent/settings/sla/new", "name", "Standard", "holds", "default", "on", "1", "target-2-first", "4h", "do", "preview").must(t, http.StatusOK).has(t, "If you save this", "Nothing has changed yet", `value="Standard"`, `value="4h"`, "data-unsaved")
	if policies(t, o) != "" {
		t.Fatal("a preview was kept")
	}

	b.send("/agent/settings/sla/new", "name", "Standard", "holds", "default", "on", "1", "target-2-first", "4h", "target-2-resolution", "1h 30m").must(t, http.StatusUnprocessableEntity).has(t, "cannot be due for solving before its first answer")
	b.send("/agent/settings/sla/new", "name", "Standard", "holds", "default", "on", "1", "target-2-first", "4h", "target-2-resolution", "24h", "warn", "75").must(t, http.StatusSeeOther)
	project := decimal(o.projectID("support"))
	b.send("/agent/settings/sla/new", "name", "Support", "holds", "conditions", "on", "1", "projects", project, "target-4-first", "1h", "target-4-resolution", "8h", "pause_on_hold", "1").must(t, http.StatusSeeOther)
	list := b.get("/agent/settings/sla?saved=1").must(t, http.StatusOK)
	list.has(t, "Normal: first answer 4 h, solved 24 h", "Urgent: first answer 1 h, solved 8 h", "Default", "Project: Support", "Pauses on hold", "Warns at 75 %", "0 open tickets")

	// Another default takes it from the first: the form says so before, the list warns after.
	b.get("/agent/settings/sla/2").must(t, http.StatusOK).has(t, "“Standard” is the default now and will no longer be.")
	edit := b.get("/agent/settings/sla/2")
	version := field(t, edit.body, "version")
	b.send("/agent/settings/sla/2", "version", version, "name", "Support", "holds", "default", "on", "1", "target-4-first", "1h").must(t, http.StatusSeeOther)
	b.get("/agent/settings/sla").has(t, "It has no condition and is not the default")
	if got := policies(t, o); got != "Standard Support*" {
		t.Fatal(got)
	}
	// A stale version is told once, with what was typed; saving again is on purpose.
	stale := b.send("/agent/settings/sla/2", "version", version, "name", "Half typed", "holds", "default", "on", "1", "target-4-first", "2h").must(t, http.StatusConflict).has(t, "Half typed", `value="2h"`)
	b.send("/agent/settings/sla/2", "version", field(t, stale.body, "version"), "name", "Second", "holds", "default", "on", "1", "target-4-first", "2h").must(t, http.StatusSeeOther)

	b.send("/agent/settings/sla/2/position", "by", "-1").must(t, http.StatusSeeOther)
	b.send("/agent/settings/sla/1/state", "on", "0").must(t, http.StatusSeeOther)
	if got := policies(t, o); got != "Second* Standard-" {
		t.Fatal(got)
	}
	b.get("/agent/settings/sla/1/deletion").must(t, http.StatusOK).has(t, "Delete “Standard”?", "No open ticket goes by it.")
	// The default that holds an open ticket says so before it goes, and asks again when there are more than were told.
	o.file("Under a promise")
	b.get("/agent/settings/sla/2/deletion").must(t, http.StatusOK).has(t, "is the default: tickets that no other policy names")
	b.send("/agent/settings/sla/1/deletion", "tickets", "0").must(t, http.StatusSeeOther)
	b.get("/agent/settings/sla/1").must(t, http.StatusNotFound)
	if got := policies(t, o); got != "Second*" {
		t.Fatal(got)
	}
	log, err := models.Audit(t.Context(), o.db, models.AuditQuery{Kind: "policy", Limit: 20})
	if err != nil || len(log) != 8 {
		t.Fatalf("the audit log holds %d entries, %v", len(log), err)
	}
	b.get(auditPath+"?kind=policy.added").must(t, http.StatusOK).has(t, "Urgent · First answer: 1h", "<ins>on</ins>").lacks(t, "4 first")
}

// AG-6: a company among many is found by its name; an unknown one is refused at its field.
func TestPolicyCompany(t *testing.T) {
	o := staffed(t)
	k := &models.Company{Name: "Nordwind GmbH", CreatedAt: models.At(o.desk.Now())}
	o.write(func(ctx context.Context, tx *models.Tx) error { return models.InsertCompany(ctx, tx, k) })
	b := o.signIn("ines")
	b.get("/agent/settings/sla/new")
	b.send("/agent/settings/sla/new", "name", "Gold", "holds", "conditions", "company", "nordwind  gmbh", "do", "add").must(t, http.StatusOK).has(t, `name="companies" value="`+decimal(k.ID)+`" checked`, "Nordwind GmbH", `value="Gold"`)
	b.send("/agent/settings/sla/new", "name", "Gold", "holds", "conditions", "company", "Nobody Ltd", "do", "add").must(t, http.StatusUnprocessableEntity).has(t, `href="#company"`, `value="Nobody Ltd"`)
	// Typed and not added: saving takes it too.
	b.send("/agent/settings/sla/new", "name", "Gold", "on", "1", "holds", "conditions", "company", "Nordwind GmbH", "target-1-next", "30m").must(t, http.StatusSeeOther)
	b.get("/agent/settings/sla").has(t, "Company: Nordwind GmbH", "Low: next answer 30 min")
	for _, forged := range []string{"999", "x", "-1"} {
		b.send("/agent/settings/sla/new", "name", "Forged", "on", "1", "holds", "conditions", "companies", forged, "target-1-next", "30m").must(t, http.StatusUnprocessableEntity)
		b.send("/agent/settings/sla/new", "name", "Forged", "on", "1", "holds", "default", "calendar", forged, "target-1-next", "30m").must(t, http.StatusUnprocessableEntity).has(t, `href="#calendar"`)
	}
}

// AG-6: the page says which policy a ticket gets, and why not the others.
func TestWhichPolicy(t *testing.T) {
	o := staffed(t)
	_, number := o.file("Printer on fire")
	support, other := o.projectID("support"), o.projectID("other")
	o.write(func(ctx context.Context, tx *models.Tx) error {
		calendar := &models.Calendar{Name: "Berlin office", Zone: "Europe/Berlin", Always: true, CreatedAt: 1}
		if err := models.InsertCalendar(ctx, tx, calendar); err != nil {
			return err
		}
		for i, p := range []*models.Policy{
			{Name: "Others", Conditions: models.PolicyConditions{Projects: []int64{other}}, Targets: models.PolicyTargets{2: {models.PromiseFirst: 60}}},
			{Name: "Switched off", DisabledAt: 1, Conditions: models.PolicyConditions{Projects: []int64{support}}, Targets: models.PolicyTargets{2: {models.PromiseFirst: 60}}},
			{Name: "Ours", CalendarID: &calendar.ID, Conditions: models.PolicyConditions{Projects: []int64{support}}, Targets: models.PolicyTargets{2: {models.PromiseFirst: 90, models.PromiseNext: 240}}},
			{Name: "Rest", IsDefault: true, Targets: models.PolicyTargets{4: {models.PromiseFirst: 60}}},
		} {
			p.Position, p.CreatedAt = int64(i), 1
			if err := models.InsertPolicy(ctx, tx, p); err != nil {
				return err
			}
		}
		return nil
	})
	b := o.signIn("ines")
	b.get("/agent/settings/sla").must(t, http.StatusOK).lacks(t, "which-answer")
	got := b.get("/agent/settings/sla?number="+decimal(number)).must(t, http.StatusOK)
	got.has(t, "which-answer", "Printer on fire", "Does not match: project", "Switched off", "Holds: the first that names it", "Would hold, but another one comes first", "as the policy says", "1 h 30 min", "From the customer’s next message on")
	answer := got.body[strings.Index(got.body, `id="which-answer"`):]
	if !strings.Contains(answer[:strings.Index(answer, "</h3>")], ">Ours<") {
		t.Error("another policy than the one that names it")
	}
	b.get("/agent/settings/sla?number=999").must(t, http.StatusUnprocessableEntity).has(t, "There is no ticket with this number.", `value="999"`)
	b.get("/agent/settings/sla?number=x").must(t, http.StatusUnprocessableEntity)
	b.get("/agent/settings/sla?project="+decimal(other)+"&priority=4").must(t, http.StatusOK).has(t, "It has no targets for this priority.", "neither its team nor its project")
	b.get("/agent/settings/sla?project="+decimal(other)+"&priority=9").must(t, http.StatusUnprocessableEntity)
	b.get("/agent/settings/sla?project="+decimal(support)+"&company=Nobody").must(t, http.StatusUnprocessableEntity).has(t, `href="#which-company"`)
}

// policies are the names in order, the default starred, what is off with a minus.
func policies(t *testing.T, o *office) string {
	t.Helper()
	cat, err := o.db.Catalog(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, p := range cat.Policies {
		name := p.Name
		if p.IsDefault {
			name += "*"
		}
		if p.DisabledAt != 0 {
			name += "-"
		}
		all = append(all, name)
	}
	return strings.Join(all, " ")
}

func (o *office) projectID(slug string) int64 {
	o.t.Helper()
	cat, err := o.db.Catalog(o.t.Context())
	if err != nil {
		o.t.Fatal(err)
	}
	return cat.ProjectBySlug(slug).ID
}

// AG-6: the simulator shows a case that stands in the address: what was worked out by hand is on the
// page, in the table and in the drawing; nothing is written.
func TestSimulatorPage(t *testing.T) {
	o := staffed(t)
	calendar := &models.Calendar{Name: "Berlin office", Zone: "Europe/Berlin", CreatedAt: 1}
	for i := range 5 {
		calendar.Hours[i] = []models.Span{{From: 9 * 60, To: 18 * 60}}
	}
	o.write(func(ctx context.Context, tx *models.Tx) error { return models.InsertCalendar(ctx, tx, calendar) })
	b := o.signIn("ines")
	// Without a case: an example, ready to change.
	b.get("/agent/settings/sla/simulator").must(t, http.StatusOK).has(t, `role="img"`, "Friday evening", `value="filed" selected`)
	at := "/agent/settings/sla/simulator?policy=&priority=2&first=1h&next=2h&resolution=8h&warn=75&calendar=" + decimal(calendar.ID)
	monday := at + "&at=2026-11-27T17:50&what=filed&at=2026-11-30T09:10&what=answer&at=2026-11-30T09:10&what=waiting&at=2026-12-02T11:00&what=writes&at=2026-12-02T13:30&what=answer&at=2026-12-03T09:30&what=resolved"
	page := b.get(monday).must(t, http.StatusOK)
	page.has(t, "Kept, 40 min to spare", "Too late by 30 min", "Kept, 10 min to spare", "due Mon 30 Nov, 9:50 CET", "due Wed 2 Dec, 13:00 CET", "due Thu 3 Dec, 9:40 CET",
		"63 h 20 min", "49 h 50 min", "19 h 50 min", "Waiting for the customer: only the time to the first answer goes on.", `value="2026-11-27T17:50"`, `<title id="sim-title">`)
	page.lacks(t, "style=", "NaN", "Inf")
	// The order of the lines does not matter.
	b.get(at+"&at=2026-11-30T09:10&what=answer&at=2026-11-27T17:50&what=filed").must(t, http.StatusOK).has(t, "Kept, 40 min to spare")
	// A policy that is kept, by its id; one that is gone, and other nonsense, is as if it were not said.
	p := &models.Policy{Name: "Gold", CreatedAt: 1, PauseOnHold: true, CalendarID: &calendar.ID, Conditions: models.PolicyConditions{Projects: []int64{1}}, Targets: models.PolicyTargets{4: {models.PromiseResolution: 120}}}
	o.write(func(ctx context.Context, tx *models.Tx) error { return models.InsertPolicy(ctx, tx, p) })
	hold := "&at=2026-11-30T09:00&what=filed&at=2026-11-30T10:00&what=hold&at=2026-11-30T15:00&what=work&at=2026-11-30T15:30&what=resolved"
	b.get("/agent/settings/sla/simulator?policy="+decimal(p.ID)+"&priority=4"+hold).must(t, http.StatusOK).has(t, "Kept, 30 min to spare", "due Mon 30 Nov, 16:00 CET", "On hold: only the time to the first answer goes on.")
	b.get("/agent/settings/sla/simulator?policy="+decimal(p.ID)+"&priority=1"+hold).must(t, http.StatusOK).has(t, "Nothing is promised to this ticket")
	b.get("/agent/settings/sla/simulator?policy=999&priority=x&calendar=y"+hold).must(t, http.StatusOK)

	for query, want := range map[string][]string{
		"&at=2026-11-27T17:50&what=answer":                               {"Before anything else a ticket is filed"},
		"&at=2026-11-27T17:50&what=filed&at=2026-11-28T17:50&what=filed": {"A ticket is filed once."},
		"&at=x&what=filed":                                                  {"Write a day and a time", `value="x"`, `href="#at-1"`},
		"&at=1800-01-01T00:00&what=filed":                                   {"Write a day and a time"},
		"&at=2027-03-28T02:30&what=filed":                                   {"The clocks skip this time", "3:30 CEST"},
		"&at=2026-11-27T17:50&what=filed&at=2028-11-28T17:50&what=answer":   {"At most a year"},
		"&at=2026-11-27T17:50&what=filed&at=2026-11-28T17:50&what=explodes": {"Choose one of the options."},
		"&at=2026-11-27T17:50&what=filed&at=2026-11-28T17:50&what=" + "%00": {"Choose one of the options."},
	} {
		b.get(at+query).must(t, http.StatusUnprocessableEntity).has(t, want...).lacks(t, `role="img"`)
	}
	b.get("/agent/settings/sla/simulator?policy=&first=1d&warn=100"+hold).must(t, http.StatusUnprocessableEntity).has(t, `href="#first"`, `href="#warn"`, `value="1d"`)
	if policies(t, o) != "Gold" {
		t.Error("a simulation wrote something")
	}
	o.signIn("grace").get(monday).must(t, http.StatusForbidden)
}
