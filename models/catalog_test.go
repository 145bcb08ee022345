package models

import (
	"context"
	"fmt"
	"testing"
)

// newProject writes a project with two statuses, a step between them, a type and a template.
func newProject(t testing.TB, db *DB, slug string) *Project {
	t.Helper()
	p := &Project{Slug: slug, Name: slug, Portal: PortalPublic, Settings: DefaultProjectSettings(), CreatedAt: At(noon)}
	write(t, db, func(ctx context.Context, tx *Tx) error {
		if err := InsertProject(ctx, tx, p); err != nil {
			return err
		}
		first := &Status{ProjectID: p.ID, Slug: "new", Name: "New", Category: CategoryNew}
		second := &Status{ProjectID: p.ID, Slug: "done", Name: "Done", PublicLabel: "Solved", Category: CategoryResolved, Position: 1}
		for _, s := range []*Status{second, first} {
			if err := InsertStatus(ctx, tx, s); err != nil {
				return err
			}
		}
		if err := InsertTransition(ctx, tx, &Transition{ProjectID: p.ID, FromID: first.ID, ToID: second.ID}); err != nil {
			return err
		}
		for i, public := range []bool{true, false} {
			if err := InsertType(ctx, tx, &TicketType{ProjectID: p.ID, Slug: fmt.Sprint("type", i), Name: "Type", Public: public, Position: int64(i)}); err != nil {
				return err
			}
		}
		p.InitialStatusID = &first.ID
		p.Settings.ReopenDays = 14
		if err := UpdateProject(ctx, tx, p); err != nil {
			return err
		}
		return InsertTemplate(ctx, tx, &Template{ProjectID: p.ID, Slug: "bug", Name: "Bug", Fields: []*Field{
			{Slug: "os", Label: "System", Kind: FieldSelect, Options: []string{"Linux", "Windows"}, Required: true, InThread: true},
			{Slug: "team", Label: "Team", Kind: FieldText, DefaultValue: "second", Hidden: true},
		}})
	})
	return p
}

func TestCatalogIsReadWhole(t *testing.T) {
	eachDB(t, func(t *testing.T, db *DB) {
		made := newProject(t, db, "support")
		newProject(t, db, "other")
		cat := must(db.Catalog(t.Context()))(t)
		p := cat.ProjectBySlug("support")
		if p == nil || cat.Project(made.ID) != p || len(cat.Projects) != 2 || cat.ProjectBySlug("none") != nil {
			t.Fatalf("projects %d", len(cat.Projects))
		}
		if p.Settings.ReopenDays != 14 || p.Settings.FileMB != 10 || *p.InitialStatusID != *made.InitialStatusID || p.DefaultTypeID != nil {
			t.Errorf("project %+v", p)
		}
		if len(p.Statuses) != 2 || p.Statuses[0].Slug != "new" || p.Statuses[1].Label() != "Solved" || p.Statuses[0].Label() != "New" {
			t.Errorf("statuses are not in their order")
		}
		first, second := p.StatusBySlug("new").ID, p.StatusBySlug("done").ID
		if !p.Graph.Allows(first, second) || p.Graph.Allows(second, first) || len(p.Next(first)) != 1 || len(p.Next(second)) != 0 {
			t.Error("graph")
		}
		if p.Status(cat.ProjectBySlug("other").Statuses[0].ID) != nil {
			t.Error("a status of another project")
		}
		if len(p.Types) != 2 || len(p.PublicTypes()) != 1 || p.PublicTypes()[0].Slug != "type0" {
			t.Error("types")
		}
		if len(p.Templates) != 1 || len(p.Templates[0].Fields) != 2 || fmt.Sprint(p.Templates[0].Fields[0].Options) != "[Linux Windows]" || len(p.Templates[0].AskedFields()) != 1 {
			t.Error("templates")
		}
		if cat.Workspace.Epoch != db.Epoch() || !cat.Workspace.Settings.GuestCreate || cat.Language(p) != "en" {
			t.Errorf("workspace %+v", cat.Workspace)
		}
	})
}

func TestAChangedCatalogIsSeenAtOnceAndAnUnchangedOneIsKept(t *testing.T) {
	eachDB(t, func(t *testing.T, db *DB) {
		p := newProject(t, db, "support")
		before := must(db.Catalog(t.Context()))(t)
		if again := must(db.Catalog(t.Context()))(t); again != before {
			t.Error("loaded again without a change")
		}
		if len(before.PublicProjects()) != 1 {
			t.Error("an open portal is missing")
		}
		write(t, db, func(ctx context.Context, tx *Tx) error {
			p.Locale, p.DisabledAt = "de", At(noon)
			if err := UpdateProject(ctx, tx, p); err != nil {
				return err
			}
			inside, err := TxCatalog(ctx, tx)
			if err == nil && inside.Project(p.ID).Open() {
				t.Error("the transaction does not see its own change")
			}
			return err
		})
		after := must(db.Catalog(t.Context()))(t)
		if len(after.PublicProjects()) != 0 || after.Language(after.Project(p.ID)) != "de" {
			t.Error("the change is not seen")
		}
		if before.Project(p.ID).Locale != "" || !before.Project(p.ID).Open() {
			t.Error("a copy in use was changed")
		}
		write(t, db, func(ctx context.Context, tx *Tx) error {
			w := after.Workspace
			w.Name, w.Settings.SignInTries = "Acme", 9
			return UpdateWorkspace(ctx, tx, &w)
		})
		if w := must(db.Catalog(t.Context()))(t).Workspace; w.Name != "Acme" || w.Settings.SignInTries != 9 || w.Epoch != db.Epoch() {
			t.Errorf("workspace %+v", w)
		}
	})
}

func TestARolledBackCatalogIsNotKept(t *testing.T) {
	eachDB(t, func(t *testing.T, db *DB) {
		p := newProject(t, db, "support")
		must(db.Catalog(t.Context()))(t)
		err := db.Write(t.Context(), func(ctx context.Context, tx *Tx) error {
			p.Name = "Never"
			if err := UpdateProject(ctx, tx, p); err != nil {
				t.Fatal(err)
			}
			must(TxCatalog(ctx, tx))(t)
			return NotFound()
		})
		if KindOf(err) != KindNotFound {
			t.Fatal(err)
		}
		if got := must(db.Catalog(t.Context()))(t).Project(p.ID).Name; got != "support" {
			t.Errorf("name %q", got)
		}
	})
}

func TestATakenSlugIsAConflict(t *testing.T) {
	eachDB(t, func(t *testing.T, db *DB) {
		newProject(t, db, "support")
		err := db.Write(t.Context(), func(ctx context.Context, tx *Tx) error {
			return InsertProject(ctx, tx, &Project{Slug: "support", Name: "Two", CreatedAt: At(noon)})
		})
		if KindOf(err) != KindConflict {
			t.Errorf("%v", err)
		}
	})
}

// Readers load while projects are being made: each copy is whole.
func TestCatalogsLoadedDuringChangesAreWhole(t *testing.T) {
	eachDB(t, func(t *testing.T, db *DB) {
		together(6, func(i int) {
			if i == 0 {
				for n := range 15 {
					newProject(t, db, fmt.Sprint("project-", n))
				}
				return
			}
			for range 30 {
				db.catalog.Store(nil) // load every time
				cat, err := db.Catalog(t.Context())
				if err != nil {
					t.Error(err)
					return
				}
				for _, p := range cat.Projects {
					if len(p.Statuses) != 2 || len(p.Templates) != 1 || len(p.Templates[0].Fields) != 2 {
						t.Errorf("half a project: %d statuses, %d templates", len(p.Statuses), len(p.Templates))
						return
					}
				}
			}
		})
	})
}

func TestSettingsAddedLaterHaveTheirDefaults(t *testing.T) {
	got := DefaultProjectSettings()
	if err := readSettings(`{"reopen_days": 3, "suggestions": false, "of_a_newer_version": 1}`, &got); err != nil {
		t.Fatal(err)
	}
	want := DefaultProjectSettings()
	want.ReopenDays, want.Suggestions = 3, false
	if got != want {
		t.Errorf("%+v", got)
	}
	if err := readSettings("", &got); err != nil || got != want {
		t.Error("no settings changed something")
	}
	if readSettings("{", &got) == nil {
		t.Error("broken settings are no error")
	}
}
