package desk

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"lodge/models"
)

// templated files a ticket with a template of its own, and gives its number.
func (h *house) templated() int64 {
	h.t.Helper()
	h.write(func(ctx context.Context, tx *models.Tx) error {
		return models.InsertTemplate(ctx, tx, &models.Template{ProjectID: h.project.ID, Slug: "repair", Name: "Repair", Fields: []*models.Field{
			{Slug: "model", Label: "Model", Kind: models.FieldSelect, Options: []string{"A", "B", "C"}, Required: true, InThread: true},
			{Slug: "url", Label: "Where", Kind: models.FieldURL, InThread: true},
			{Slug: "cost", Label: "Cost centre", Kind: models.FieldText, Hidden: true}}})
	})
	h.later(time.Hour)
	in := h.form()
	in.Template, in.Fields = "repair", map[string][]string{"field.model": {"C"}}
	done, err := h.Portal().Submit(context.Background(), in)
	if err != nil {
		h.t.Fatal(err)
	}
	return h.ticketOf(done.Token).Number
}

func (h *house) byNumber(number int64) *models.Ticket {
	h.t.Helper()
	t, err := models.TicketByNumber(context.Background(), h.db, number)
	if err != nil {
		h.t.Fatal(err)
	}
	return t
}

// AG-2: each property changes with one event; people outside hear only of what they can see;
// bad values and people without the right change nothing.
func TestPropertiesChangeOneByOne(t *testing.T) {
	onEach(t, func(t *testing.T, h *house) {
		ctx := context.Background()
		number := h.templated()
		var team, company int64
		h.write(func(ctx context.Context, tx *models.Tx) (err error) {
			if team, err = models.InsertTeam(ctx, tx, "Printers", 1, h.ada.ID); err != nil {
				return err
			}
			company, err = models.EnsureCompany(ctx, tx, "Calder Print", 1)
			return err
		})
		due := h.clock().Add(48 * time.Hour)
		changes := map[string]struct {
			public bool
			good   func() error
			bad    func() error
		}{
			"title":       {true, func() error { return h.Retitle(ctx, h.ada, number, " A new\ntitle ", 0) }, func() error { return h.Retitle(ctx, h.ada, number, "  ", 0) }},
			"type":        {true, func() error { return h.SetType(ctx, h.ada, number, "problem", 0) }, func() error { return h.SetType(ctx, h.ada, number, "nothing", 0) }},
			"priority":    {false, func() error { return h.SetPriority(ctx, h.ada, number, models.PriorityUrgent, 0) }, func() error { return h.SetPriority(ctx, h.ada, number, 5, 0) }},
			"team":        {false, func() error { return h.SetTeam(ctx, h.ada, number, team, 0) }, func() error { return h.SetTeam(ctx, h.ada, number, 99, 0) }},
			"company":     {false, func() error { return h.SetCompany(ctx, h.ada, number, company, 0) }, func() error { return h.SetCompany(ctx, h.ada, number, 99, 0) }},
			"due":         {false, func() error { return h.SetDue(ctx, h.ada, number, due, 0) }, func() error { return h.SetDue(ctx, h.ada, number, time.Unix(0, 0), 0) }},
			"snooze":      {false, func() error { return h.Snooze(ctx, h.ada, number, due, 0) }, func() error { return h.Snooze(ctx, h.ada, number, h.clock(), 0) }},
			"tags":        {false, func() error { return h.SetTags(ctx, h.ada, number, []string{"Fire", "fire", " hot  wire "}, 0) }, func() error { return h.SetTags(ctx, h.ada, number, []string{strings.Repeat("x", 41)}, 0) }},
			"field.model": {true, func() error { return h.SetField(ctx, h.ada, number, "model", []string{"B"}, 0) }, func() error { return h.SetField(ctx, h.ada, number, "model", []string{"D"}, 0) }},
			"field.cost":  {false, func() error { return h.SetField(ctx, h.ada, number, "cost", []string{"4410"}, 0) }, nil},
			"field.url":   {true, func() error { return h.SetField(ctx, h.ada, number, "url", []string{"https://a.example/x"}, 0) }, func() error { return h.SetField(ctx, h.ada, number, "url", []string{"javascript:alert(1)"}, 0) }},
		}
		for field, c := range changes {
			before := h.byNumber(number)
			if c.bad != nil {
				h.fault(c.bad(), field)
				if now := h.byNumber(number); now.Version != before.Version {
					t.Errorf("%s: a refused change moved the ticket", field)
				}
			}
			if err := c.good(); err != nil {
				t.Fatalf("%s: %v", field, err)
			}
			after := h.byNumber(number)
			if after.Version != before.Version+1 || (after.PublicVersion != before.PublicVersion) != c.public {
				t.Errorf("%s: versions %d/%d after %d/%d", field, after.Version, after.PublicVersion, before.Version, before.PublicVersion)
			}
			// The same again is no change and leaves no event.
			if err := c.good(); err != nil || h.byNumber(number).Version != after.Version {
				t.Errorf("%s: the same value again: %v, version %d", field, err, h.byNumber(number).Version)
			}
		}
		page, err := h.Ticket(ctx, h.ada, number, "")
		if err != nil {
			t.Fatal(err)
		}
		p := page.Properties
		if page.Title != "A new title" || page.Priority != 4 || p.TypeSlug != "problem" || p.TeamID != team || p.Company != "Calder Print" || !p.DueAt.Equal(due) || !p.SnoozedUntil.Equal(due) || !slices.Equal(p.Tags, []string{"Fire", "hot wire"}) {
			t.Fatalf("page %+v %+v", page.Title, p)
		}
		changed := 0
		for _, e := range page.Events {
			if e.Change != nil {
				changed++
			}
		}
		if changed != len(changes) {
			t.Errorf("%d events, want %d", changed, len(changes))
		}
		h.fault(h.SetField(ctx, h.ada, number, "model", nil, 0), "field.model") // required
		h.fault(h.SetField(ctx, h.ada, number, "nothing", []string{"x"}, 0), "field.nothing")
		if err := h.SetField(ctx, h.ada, number, "url", nil, 0); err != nil {
			t.Fatal(err)
		}
		for _, f := range h.byNumber(number).Fields() {
			if f.Slug == "url" {
				t.Error("an emptied answer is still there")
			}
		}
		// Taking everything off again.
		for what, off := range map[string]error{"team": h.SetTeam(ctx, h.ada, number, 0, 0), "company": h.SetCompany(ctx, h.ada, number, 0, 0), "due": h.SetDue(ctx, h.ada, number, time.Time{}, 0),
			"type": h.SetType(ctx, h.ada, number, "", 0), "wake": h.Snooze(ctx, h.ada, number, time.Time{}, 0), "tags": h.ChangeTags(ctx, h.ada, number, nil, []string{"FIRE", "hot wire"})} {
			if off != nil {
				t.Errorf("%s: %v", what, off)
			}
		}
		if now := h.byNumber(number); now.TeamID != nil || now.CompanyID != nil || now.DueAt != 0 || now.TypeID != nil || now.SnoozedUntil != 0 {
			t.Errorf("still there: %+v", now)
		}
		viewer, foreign := Actor{ID: 99, Role: models.RoleViewer}, Actor{ID: 98, Projects: map[int64]models.Role{999: models.RoleAgent}}
		for _, verb := range []func(a Actor) error{
			func(a Actor) error { return h.Retitle(ctx, a, number, "x", 0) }, func(a Actor) error { return h.SetType(ctx, a, number, "", 0) },
			func(a Actor) error { return h.SetPriority(ctx, a, number, 1, 0) }, func(a Actor) error { return h.SetTeam(ctx, a, number, team, 0) },
			func(a Actor) error { return h.SetCompany(ctx, a, number, company, 0) }, func(a Actor) error { return h.SetDue(ctx, a, number, due, 0) },
			func(a Actor) error { return h.Snooze(ctx, a, number, due, 0) }, func(a Actor) error { return h.SetTags(ctx, a, number, nil, 0) },
			func(a Actor) error { return h.SetField(ctx, a, number, "model", []string{"A"}, 0) },
		} {
			h.kind(verb(viewer), models.KindForbidden)
			h.kind(verb(foreign), models.KindNotFound)
		}
	})
}

// AG-2: a change from an old page is refused only where the same property was changed since,
// and says by whom.
func TestOldPageIsRefusedPerProperty(t *testing.T) {
	onEach(t, func(t *testing.T, h *house) {
		ctx := context.Background()
		number := h.templated()
		old := h.byNumber(number).Version
		if err := h.SetPriority(ctx, h.ada, number, models.PriorityHigh, old); err != nil {
			t.Fatal(err)
		}
		if err := h.SetField(ctx, h.ada, number, "model", []string{"A"}, old); err != nil {
			t.Fatal(err)
		}
		// Others moved the ticket, not these properties.
		for what, err := range map[string]error{"due": h.SetDue(ctx, h.ada, number, h.clock().Add(time.Hour), old), "tags": h.SetTags(ctx, h.ada, number, []string{"x"}, old),
			"another field": h.SetField(ctx, h.ada, number, "cost", []string{"1"}, old), "status": h.ChangeStatus(ctx, h.ada, number, "resolved", old), "assignee": h.Assign(ctx, h.ada, number, h.ada.ID, old)} {
			if err != nil {
				t.Errorf("%s: %v", what, err)
			}
		}
		for what, err := range map[string]error{"priority": h.SetPriority(ctx, h.ada, number, models.PriorityLow, old), "tags": h.SetTags(ctx, h.ada, number, nil, old),
			"field.model": h.SetField(ctx, h.ada, number, "model", []string{"B"}, old), "status": h.ChangeStatus(ctx, h.ada, number, "closed", old), "assignee": h.Assign(ctx, h.ada, number, 0, old)} {
			h.kind(err, models.KindConflict)
			e, _ := models.AsError(err)
			if p := e.Fields[what]; p.Key != "agent.property.error.changed" || len(p.Args) != 2 || p.Args[1] != "Ada Inner" {
				t.Errorf("%s: %+v", what, e)
			}
		}
		if got := h.byNumber(number); got.Priority != models.PriorityHigh || got.AssigneeID == nil {
			t.Errorf("a refused change was made: %+v", got)
		}
	})
}

// AG-2: a ticket cannot be given to an agent of other projects, a viewer there, or one who is gone.
func TestAssignOnlyInsideTheProject(t *testing.T) {
	onEach(t, func(t *testing.T, h *house) {
		ctx := context.Background()
		number := h.ticketOf(h.file(false).Token).Number
		agent := func(name string, roles map[int64]models.Role, gone bool) int64 {
			a := &models.Agent{Address: name + "@acme.example", AddressKey: name + "@acme.example", Name: name, Role: models.RoleAgent, CreatedAt: 1}
			h.write(func(ctx context.Context, tx *models.Tx) error {
				if err := models.InsertAgent(ctx, tx, a); err != nil {
					return err
				}
				if gone {
					return models.DisableAgent(ctx, tx, a.ID, 1)
				}
				if roles == nil {
					return nil
				}
				return models.SetAgentProjects(ctx, tx, a.ID, roles)
			})
			return a.ID
		}
		for name, id := range map[string]int64{"foreign": agent("foreign", map[int64]models.Role{}, false), "viewer": agent("viewer", map[int64]models.Role{h.project.ID: models.RoleViewer}, false), "gone": agent("gone", nil, true)} {
			h.fault(h.Assign(ctx, h.ada, number, id, 0), "assignee")
			page, err := h.Ticket(ctx, h.ada, number, "")
			if err != nil {
				t.Fatal(err)
			}
			for _, c := range page.Colleagues {
				if c.Slug == itoa(id) {
					t.Errorf("%s is offered", name)
				}
			}
		}
		if err := h.Assign(ctx, h.ada, number, agent("inside", map[int64]models.Role{h.project.ID: models.RoleAgent}, false), 0); err != nil {
			t.Fatal(err)
		}
	})
}

// AG-2: a snoozed ticket wakes by itself when its time has come, and at once when somebody
// outside writes; each leaves an event.
func TestSnoozedTicketWakes(t *testing.T) {
	onEach(t, func(t *testing.T, h *house) {
		ctx := context.Background()
		link := h.file(false)
		number := h.ticketOf(link.Token).Number
		wakes := func() (n int) {
			page, err := h.Ticket(ctx, h.ada, number, "")
			if err != nil {
				t.Fatal(err)
			}
			for _, e := range page.Events {
				if e.Kind == models.EventWoken {
					n++
				}
			}
			return n
		}
		if err := h.Snooze(ctx, h.ada, number, h.clock().Add(time.Hour), 0); err != nil {
			t.Fatal(err)
		}
		if _, err := h.WakeSnoozed(ctx); err != nil || h.byNumber(number).SnoozedUntil == 0 || wakes() != 0 {
			t.Fatalf("woke too early: %v", err)
		}
		h.later(time.Hour)
		for range 2 {
			if _, err := h.WakeSnoozed(ctx); err != nil || h.byNumber(number).SnoozedUntil != 0 || wakes() != 1 {
				t.Fatalf("did not wake once: %v, %d", err, wakes())
			}
		}
		before := h.byNumber(number).PublicVersion
		if err := h.Snooze(ctx, h.ada, number, h.clock().Add(time.Hour), 0); err != nil {
			t.Fatal(err)
		}
		if h.byNumber(number).PublicVersion != before {
			t.Error("people outside hear of a snooze")
		}
		h.reply(link, "Hello?")
		if h.byNumber(number).SnoozedUntil != 0 || wakes() != 2 {
			t.Error("an answer did not wake it")
		}
	})
}

// SE-4: tags are renamed, merged and deleted with their tickets; a taken name is refused.
func TestTagsInSettings(t *testing.T) {
	onEach(t, func(t *testing.T, h *house) {
		ctx := context.Background()
		boss := Actor{ID: h.ada.ID, Role: models.RoleAdmin}
		one, two := h.ticketOf(h.file(false).Token).Number, h.ticketOf(h.file(false).Token).Number
		for n, tags := range map[int64][]string{one: {"red", "blue"}, two: {"blue", "green"}} {
			if err := h.SetTags(ctx, h.ada, n, tags, 0); err != nil {
				t.Fatal(err)
			}
		}
		id := map[string]int64{}
		page, err := h.Tags(ctx, boss, "")
		if err != nil || len(page.Tags) != 3 || page.Tags[0].Name != "blue" || page.Tags[0].Tickets != 2 {
			t.Fatalf("%+v, %v", page, err)
		}
		for _, tag := range page.Tags {
			id[tag.Name] = tag.ID
		}
		h.fault(h.RenameTag(ctx, boss, id["red"], "BLUE"), "name")
		h.fault(h.RenameTag(ctx, boss, id["red"], " "), "name")
		if err := h.RenameTag(ctx, boss, id["red"], "Red"); err != nil {
			t.Fatal(err)
		}
		h.fault(h.MergeTags(ctx, boss, id["red"], "nothing"), "into")
		h.fault(h.MergeTags(ctx, boss, id["red"], "red"), "into")
		if err := h.MergeTags(ctx, boss, id["green"], "Blue"); err != nil {
			t.Fatal(err)
		}
		if err := h.DeleteTag(ctx, boss, id["red"]); err != nil {
			t.Fatal(err)
		}
		page, _ = h.Tags(ctx, boss, "")
		if len(page.Tags) != 1 || page.Tags[0].Name != "blue" || page.Tags[0].Tickets != 2 {
			t.Fatalf("left %+v", page.Tags)
		}
		log, err := models.Audit(ctx, h.db, models.AuditQuery{Kind: "tag", Limit: 10})
		if err != nil || len(log) != 3 {
			t.Fatalf("audit %v, %v", log, err)
		}
		h.kind(h.DeleteTag(ctx, h.ada, id["blue"]), models.KindForbidden)
		if names, err := h.TagNames(ctx, h.ada, "BL"); err != nil || !slices.Equal(names, []string{"blue"}) {
			t.Errorf("names %v, %v", names, err)
		}
	})
}
