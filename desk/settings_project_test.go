package desk

import (
	"context"
	"strings"
	"testing"
	"time"

	"lodge/models"
)

// ines is an administrator of the house.
func (h *house) ines() Actor {
	h.t.Helper()
	a := &models.Agent{Address: "ines@acme.example", AddressKey: "ines@acme.example", Name: "Ines", Role: models.RoleAdmin, CreatedAt: models.At(h.clock())}
	h.write(func(ctx context.Context, tx *models.Tx) error { return models.InsertAgent(ctx, tx, a) })
	return Actor{ID: a.ID, Name: a.Name, Role: a.Role}
}

func (h *house) now() *models.Project {
	h.t.Helper()
	cat, err := h.db.Catalog(context.Background())
	if err != nil {
		h.t.Fatal(err)
	}
	return cat.ProjectBySlug("acme")
}

func (h *house) ok(err error) {
	h.t.Helper()
	if err != nil {
		h.t.Fatal(err)
	}
}

// audited gives the data of the newest entry of a kind.
func (h *house) audited(kind string) string {
	h.t.Helper()
	log, err := models.Audit(context.Background(), h.db, models.AuditQuery{Kind: kind, Limit: 1})
	if err != nil || len(log) == 0 {
		h.t.Fatalf("no entry %s in the audit log: %v", kind, err)
	}
	return log[0].Data
}

// SE-1, SE-4: who may change a project's settings, and that nobody else can.
func TestProjectSettingsRights(t *testing.T) {
	ctx := context.Background()
	h := newHouse(t, "")
	ines := h.ines()
	local := Actor{ID: h.ada.ID, Name: "Local", Role: models.RoleAdmin, Projects: map[int64]models.Role{h.project.ID: models.RoleAdmin}}
	foreign := Actor{ID: h.ada.ID, Name: "Foreign", Role: models.RoleAdmin, Projects: map[int64]models.Role{h.project.ID + 100: models.RoleAdmin}}
	viewer := Actor{ID: h.ada.ID, Name: "Viewer", Role: models.RoleViewer}
	values := models.SettingValues(models.DefaultProjectSettings())
	verbs := map[string]func(a Actor) error{
		"change":   func(a Actor) error { return h.ChangeProject(ctx, a, "acme", ProjectGeneral{Name: "Acme"}) },
		"portal":   func(a Actor) error { return h.SetPortal(ctx, a, "acme", models.PortalPublic, true, 0) },
		"settings": func(a Actor) error { return h.ChangeProjectSettings(ctx, a, "acme", "thread", values, 0) },
		"disable":  func(a Actor) error { return h.DisableProject(ctx, a, "acme", false) },
		"sheet":    func(a Actor) error { _, err := h.ProjectSheet(ctx, a, "acme", models.ActSettings); return err },
		"statuses": func(a Actor) error { _, err := h.StatusSheet(ctx, a, "acme"); return err },
		"add status": func(a Actor) error {
			return h.AddStatus(ctx, a, "acme", StatusInput{Name: "S" + a.Name, Category: models.CategoryOpen})
		},
		"move status": func(a Actor) error { return h.MoveStatus(ctx, a, "acme", h.now().Statuses[0].ID, 1) },
		"types":       func(a Actor) error { _, err := h.TypeSheet(ctx, a, "acme"); return err },
		"add type":    func(a Actor) error { return h.AddType(ctx, a, "acme", TypeInput{Name: "T" + a.Name}) },
		"move type":   func(a Actor) error { return h.MoveType(ctx, a, "acme", h.now().Types[0].ID, 1) },
		"edit status": func(a Actor) error {
			s := h.now().Statuses[0]
			return h.EditStatus(ctx, a, "acme", s.ID, StatusInput{Name: s.Name, Category: s.Category})
		},
		"remove status": func(a Actor) error {
			for _, s := range h.now().Statuses {
				if s.Name == "S"+a.Name {
					return h.RemoveStatus(ctx, a, "acme", s.ID, 0)
				}
			}
			return h.RemoveStatus(ctx, a, "acme", h.now().Statuses[0].ID, 0)
		},
	}
	for name, verb := range verbs {
		t.Run(name, func(t *testing.T) {
			h.t = t
			if name == "remove status" {
				for _, a := range []Actor{ines, local} {
					h.ok(h.AddStatus(ctx, ines, "acme", StatusInput{Name: "S" + a.Name, Category: models.CategoryOpen}))
				}
			}
			h.ok(verb(ines))
			h.ok(verb(local))
			h.kind(verb(viewer), models.KindForbidden)
			h.kind(verb(h.ada), models.KindForbidden)
			h.kind(verb(foreign), models.KindNotFound)
			h.kind(verb(Actor{}), models.KindForbidden)
			if name == "add status" {
				for _, s := range h.now().Statuses {
					if s.Name == "SInes" || s.Name == "SLocal" {
						h.ok(h.RemoveStatus(ctx, ines, "acme", s.ID, 0))
					}
				}
			}
		})
	}
	h.t = t
	// What is about all projects needs the right in all of them.
	_, err := h.AddProject(ctx, local, "Mine", "", "en")
	h.kind(err, models.KindForbidden)
	h.kind(h.MoveProject(ctx, local, "acme", 1), models.KindForbidden)
	h.kind(h.ChangeProject(ctx, ines, "nowhere", ProjectGeneral{Name: "X"}), models.KindNotFound)
	h.kind(h.ChangeProject(ctx, h.ada, "nowhere", ProjectGeneral{Name: "X"}), models.KindForbidden)
}

// SE-1: a new project has everything it needs, no portal, and an address of its own; order is kept.
func TestAddProject(t *testing.T) {
	onEach(t, func(t *testing.T, h *house) {
		ctx := context.Background()
		ines := h.ines()
		slug, err := h.AddProject(ctx, ines, "  Print   shop ", "", "de")
		h.ok(err)
		cat, err := h.db.Catalog(ctx)
		h.ok(err)
		p := cat.ProjectBySlug("print-shop")
		if slug != "print-shop" || p == nil || p.Name != "Print shop" || p.Open() || len(p.Statuses) == 0 || len(p.Types) == 0 || len(p.Templates) == 0 || p.Statuses[0].Name != "Offen" {
			t.Fatalf("%q makes %+v", slug, p)
		}
		// The workspace's language is not copied: it may change.
		if slug, err = h.AddProject(ctx, ines, "Other", "second", ""); err != nil || slug != "second" {
			t.Fatal(slug, err)
		}
		cat, _ = h.db.Catalog(ctx)
		if p := cat.ProjectBySlug("second"); p.Locale != "" || p.Statuses[0].Name != "Open" {
			t.Errorf("language %q, status %q", p.Locale, p.Statuses[0].Name)
		}
		for slug, field := range map[string]string{"second": "slug", "Second": "slug", "thread": "slug", "lost-link": "slug", "a--b": "slug", "-a": "slug", "a/b": "slug", "ä": "slug", strings.Repeat("a", 61): "slug"} {
			_, err := h.AddProject(ctx, ines, "Name", slug, "en")
			h.fault(err, field)
		}
		_, err = h.AddProject(ctx, ines, " ", "x", "fr")
		h.fault(err, "name")
		h.fault(err, "locale")
		order := func() string {
			list, err := h.ProjectList(ctx, ines)
			h.ok(err)
			var all []string
			for _, l := range list.Lines {
				all = append(all, l.Slug)
			}
			return strings.Join(all, " ")
		}
		if got := order(); got != "acme print-shop second" {
			t.Fatal(got)
		}
		h.ok(h.MoveProject(ctx, ines, "second", -2))
		h.ok(h.MoveProject(ctx, ines, "acme", 99)) // as far as there is
		if got := order(); got != "second print-shop acme" {
			t.Fatal(got)
		}
		h.fault(h.MoveProject(ctx, ines, "acme", 0), "by")
		if got := h.audited("project.moved"); got != `{"position":[2,3]}` {
			t.Error(got)
		}
	})
}

// SE-1, PC-1, PT-12: opening needs a word, closing does not; every link dies and lives with the switch.
func TestPortalSwitch(t *testing.T) {
	ctx := context.Background()
	h := newHouse(t, "")
	ines := h.ines()
	link := h.file(false)
	open := func() bool {
		_, thread := h.Portal().Thread(ctx, link, "")
		_, form := h.Portal().Form(ctx, "acme", FormAsk{})
		_, docs := h.Portal().Docs(ctx, "acme")
		if (thread == nil) != (form == nil) || (form == nil) != (docs == nil) {
			t.Fatalf("thread %v, form %v, articles %v", thread, form, docs)
		}
		return thread == nil
	}
	if !open() {
		t.Fatal("closed from the start")
	}
	h.ok(h.SetPortal(ctx, ines, "acme", models.PortalNone, false, 0))
	if open() {
		t.Fatal("still open")
	}
	if got := h.audited("project.portal"); got != `{"portal":["public","none"]}` {
		t.Error(got)
	}
	if err := h.SetPortal(ctx, ines, "acme", models.PortalPublic, false, 0); err != ErrConfirmPortal || open() {
		t.Fatal("opened without a word", err)
	}
	h.fault(h.SetPortal(ctx, ines, "acme", "half", true, 0), "portal")
	h.ok(h.SetPortal(ctx, ines, "acme", models.PortalPublic, true, 0))
	if !open() {
		t.Fatal("the links do not live again")
	}
	// Disabled is stronger than the portal, and agents keep the tickets.
	h.ok(h.DisableProject(ctx, ines, "acme", true))
	if open() {
		t.Fatal("a disabled project is open")
	}
	if _, err := h.Ticket(ctx, h.ada, h.ticket().Number, ""); err != nil {
		t.Fatal(err)
	}
	h.ok(h.DisableProject(ctx, ines, "acme", false))
	if !open() {
		t.Fatal("enabled, and still closed")
	}
}

// SE-1: a page saved over somebody else's change is told; groups leave each other alone.
func TestProjectSettingsVersionAndGroups(t *testing.T) {
	onEach(t, func(t *testing.T, h *house) {
		ctx := context.Background()
		ines := h.ines()
		sheet, err := h.ProjectSheet(ctx, ines, "acme", models.ActSettings)
		h.ok(err)
		values := map[string]string{}
		for name, value := range sheet.Values {
			values[name] = value
		}
		values["reopen_days"], values["file_mb"] = "30", "1"
		h.ok(h.ChangeProjectSettings(ctx, ines, "acme", "thread", values, sheet.Version))
		if s := h.now().Settings; s.ReopenDays != 30 || s.FileMB != 10 {
			t.Fatalf("reopen %d, file %d", s.ReopenDays, s.FileMB)
		}
		if got := h.audited("project.changed"); got != `{"reopen_days":["0","30"]}` {
			t.Error(got)
		}
		h.kind(h.ChangeProjectSettings(ctx, ines, "acme", "thread", values, sheet.Version), models.KindConflict)
		h.kind(h.ChangeProject(ctx, ines, "acme", ProjectGeneral{Name: "Mine", Version: sheet.Version}), models.KindConflict)
		h.kind(h.ChangeProjectSettings(ctx, ines, "acme", "portal", values, 0), models.KindNotFound)
		values["file_mb"], values["request_mb"] = "30", "25"
		h.fault(h.ChangeProjectSettings(ctx, ines, "acme", "limits", values, 0), "file_mb")
		err = h.ChangeProject(ctx, ines, "acme", ProjectGeneral{Name: strings.Repeat("x", 141), Summary: strings.Repeat("x", 301), Locale: "fr"})
		for _, field := range []string{"name", "summary", "locale"} {
			h.fault(err, field)
		}
		h.ok(h.ChangeProject(ctx, ines, "acme", ProjectGeneral{Name: "Acme GmbH", Summary: "Help", Locale: "de"}))
		if p := h.now(); p.Name != "Acme GmbH" || p.Locale != "de" || p.Settings.ReopenDays != 30 {
			t.Errorf("%+v", p)
		}
	})
}

// PC-8: agents make and revoke intake links in their projects; the secret is shown to who made it, for minutes.
func TestIntakeLinksOfAgents(t *testing.T) {
	onEach(t, func(t *testing.T, h *house) {
		ctx := context.Background()
		id, err := h.AddIntakeLink(ctx, h.ada, "acme", "Otto@example.com", "Otto", 90)
		h.ok(err)
		page, err := h.IntakeLinks(ctx, h.ada, "acme", 0, id)
		h.ok(err)
		if len(page.Links) != 1 || page.Links[0].AgentName != "Ada Inner" || page.Links[0].ContactAddress != "Otto@example.com" || page.Token == "" {
			t.Fatalf("%+v", page)
		}
		form, err := h.Portal().Form(ctx, "acme", FormAsk{CustomerToken: page.Token})
		h.ok(err)
		if form.Customer == nil || form.Customer.Name != "Otto" {
			t.Fatalf("the link opens %+v", form.Customer)
		}
		if strings.Contains(h.audited("intake.made"), page.Token) {
			t.Error("the audit log holds the link")
		}
		other := h.ines()
		if seen, err := h.IntakeLinks(ctx, other, "acme", 0, id); err != nil || seen.Token != "" {
			t.Error("somebody else is shown the link", err)
		}
		h.later(6 * time.Minute)
		if seen, err := h.IntakeLinks(ctx, h.ada, "acme", 0, id); err != nil || seen.Token != "" {
			t.Error("the link is shown for ever", err)
		}
		for _, days := range []int{0, -1, 91} {
			_, err := h.AddIntakeLink(ctx, h.ada, "acme", "otto@example.com", "", days)
			h.fault(err, "days")
		}
		_, err = h.AddIntakeLink(ctx, h.ada, "acme", "otto", "", 7)
		h.fault(err, "email")
		viewer, foreign := Actor{ID: 9, Role: models.RoleViewer}, Actor{ID: 9, Projects: map[int64]models.Role{99: models.RoleAgent}}
		_, err = h.AddIntakeLink(ctx, viewer, "acme", "otto@example.com", "", 7)
		h.kind(err, models.KindForbidden)
		_, err = h.AddIntakeLink(ctx, foreign, "acme", "otto@example.com", "", 7)
		h.kind(err, models.KindNotFound)
		h.kind(h.EndIntakeLink(ctx, viewer, "acme", id), models.KindForbidden)
		_, err = h.AddProject(ctx, other, "Second", "second", "en")
		h.ok(err)
		h.kind(h.EndIntakeLink(ctx, h.ada, "second", id), models.KindNotFound)
		if seen, _ := h.IntakeLinks(ctx, h.ada, "second", 0, id); len(seen.Links) != 0 || seen.Token != "" {
			t.Error("a link of another project is listed")
		}
		h.ok(h.EndIntakeLink(ctx, h.ada, "acme", id))
		h.ok(h.EndIntakeLink(ctx, h.ada, "acme", id)) // nothing new
		form, err = h.Portal().Form(ctx, "acme", FormAsk{CustomerToken: page.Token})
		if err != nil || form.Customer != nil || !form.IntakeDead {
			t.Errorf("a revoked link opens %+v, %v", form, err)
		}
	})
}
