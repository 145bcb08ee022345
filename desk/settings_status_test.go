package desk

import (
	"context"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"lodge/models"
)

// smallBatches makes a handful of tickets many.
func smallBatches(t *testing.T, n int) {
	t.Helper()
	was := moveBatch
	moveBatch = n
	t.Cleanup(func() { moveBatch = was })
}

// moves does what the job of a kind would, from its row on, and says how many batches it took.
func (h *house) moves() (batches int) {
	h.t.Helper()
	jobs, err := models.ClaimJobs(context.Background(), h.db, "test", h.clock().Add(time.Hour), time.Minute, 100)
	h.ok(err)
	for _, j := range jobs {
		if j.Kind != JobMove {
			continue
		}
		var m Move
		h.ok(j.Read(&m))
		for done := false; !done; batches++ {
			m, done, err = h.MoveTickets(context.Background(), m)
			h.ok(err)
		}
		h.ok(models.FinishJob(context.Background(), h.db, j.ID))
	}
	return batches
}

func (h *house) statusID(slug string) int64 {
	h.t.Helper()
	s := h.now().StatusBySlug(slug)
	if s == nil {
		h.t.Fatalf("no status %s", slug)
	}
	return s.ID
}

// SE-2: a status in use asks for another in its place; its tickets and its task go there, in batches, with an
// event each, and the public page follows. Nobody is mailed and no queue is stirred.
func TestRemoveStatus(t *testing.T) {
	onEach(t, func(t *testing.T, h *house) {
		smallBatches(t, 2)
		ctx := context.Background()
		ines := h.ines()
		var links []Link
		for range 5 {
			links = append(links, h.file(false))
		}
		before := h.ticketOf(links[4].Token)
		seen := h.thread(links[4])
		open, progress := h.statusID("open"), h.statusID("in-progress")
		h.fault(h.RemoveStatus(ctx, ines, "acme", open, 0), "replacement")
		h.fault(h.RemoveStatus(ctx, ines, "acme", open, open), "replacement")
		h.fault(h.RemoveStatus(ctx, ines, "acme", open, 4711), "replacement")
		// New tickets cannot begin closed, so the status of new tickets cannot become “closed”.
		h.fault(h.RemoveStatus(ctx, ines, "acme", open, h.statusID("closed")), "replacement")
		if h.now().LiveStatus(open) == nil || *h.now().InitialStatusID != open {
			t.Fatal("a refused change has changed something")
		}
		h.later(time.Minute)
		h.ok(h.RemoveStatus(ctx, ines, "acme", open, progress))
		p := h.now()
		if p.LiveStatus(open) != nil || p.StatusBySlug("open") != nil || *p.InitialStatusID != progress || p.Status(open).Name != "Open" || len(p.Leaving()) != 1 {
			t.Fatalf("after the deletion: initial %d, leaving %d", *p.InitialStatusID, len(p.Leaving()))
		}
		if got := h.audited("status.removed"); !strings.Contains(got, `"replacement":"in-progress"`) {
			t.Error(got)
		}
		// Two of five have moved; the others can still be worked on.
		left, err := models.TicketsByStatus(ctx, h.db, p.ID, 100)
		h.ok(err)
		if left[open] != 3 || left[progress] != 2 {
			t.Fatalf("moved %v", left)
		}
		waiting := h.ticketOf(links[4].Token)
		if waiting.StatusID != open {
			t.Fatal("the newest moved first")
		}
		if next := p.Next(open); len(next) == 0 {
			t.Error("a ticket that waits for its move cannot be worked on")
		}
		// A ticket that is moved by hand meanwhile stays where it was put.
		h.ok(h.ChangeStatus(ctx, h.ada, waiting.Number, "resolved", 0))
		// The name is free at once.
		h.ok(h.AddStatus(ctx, ines, "acme", StatusInput{Name: "Open", Category: models.CategoryNew}))
		if n := h.moves(); n < 2 {
			t.Errorf("%d batches", n)
		}
		if p = h.now(); len(p.Leaving()) != 0 || p.Status(open).GoneAt == 0 {
			t.Error("it is still going")
		}
		moved := h.ticketOf(links[3].Token)
		if moved.StatusID != progress || moved.Category != models.CategoryOpen || moved.EndedAt != 0 {
			t.Errorf("%+v", moved)
		}
		if by := h.ticketOf(links[4].Token); by.StatusID == progress || by.Category != models.CategoryResolved {
			t.Errorf("moved by hand, it is in %d", by.StatusID)
		}
		if moved.UpdatedAt >= models.At(h.clock()) || moved.Version != before.Version+1 || moved.PublicVersion != before.PublicVersion+1 {
			t.Errorf("updated %v at %v, version %d", moved.UpdatedAt, models.At(h.clock()), moved.Version)
		}
		events, err := models.Timeline(ctx, h.db, moved.ID, 0)
		h.ok(err)
		last := events[len(events)-1]
		var data struct{ From, To int64 }
		h.ok(json.Unmarshal([]byte(last.Data), &data))
		if last.Kind != models.EventStatusChanged || !last.Public || last.AgentName.String != "Ines" || data.From != open || data.To != progress || last.Version != moved.Version {
			t.Errorf("event %+v %+v", last, data)
		}
		if page := h.thread(links[3]); page.Cursor == seen.Cursor || page.Status.Label != "In progress" {
			t.Errorf("the public page says %q", page.Status.Label)
		}
		// The history keeps the old word.
		ticket, err := h.Ticket(ctx, h.ada, moved.Number, "")
		h.ok(err)
		found := false
		for _, e := range ticket.Events {
			found = found || e.From == "Open"
		}
		if !found {
			t.Error("the timeline has lost the old status")
		}
		// Run again, it moves nothing.
		if _, done, err := h.MoveTickets(ctx, Move{Kind: "status", Project: p.ID, ID: open}); err != nil || !done {
			t.Error(done, err)
		}
		// Without tickets and task it simply goes.
		h.ok(h.RemoveStatus(ctx, ines, "acme", h.statusID("rejected"), 0))
		if h.now().StatusBySlug("rejected") != nil {
			t.Error("still there")
		}
	})
}

// SE-2: what waits to move into a status that is deleted too goes where that one's tickets go.
func TestRemoveStatusInARow(t *testing.T) {
	smallBatches(t, 1)
	ctx := context.Background()
	h := newHouse(t, "")
	ines := h.ines()
	a, b := h.file(false), h.file(false)
	open, progress, waiting := h.statusID("open"), h.statusID("in-progress"), h.statusID("waiting")
	h.ok(h.AddStatus(ctx, ines, "acme", StatusInput{Name: "Fresh", Category: models.CategoryNew}))
	fresh := h.statusID("fresh")
	h.ok(h.RemoveStatus(ctx, ines, "acme", open, fresh))
	h.fault(h.RemoveStatus(ctx, ines, "acme", fresh, waiting), "replacement") // new tickets cannot begin waiting
	h.ok(h.RemoveStatus(ctx, ines, "acme", fresh, progress))
	h.moves()
	for _, link := range []Link{a, b} {
		if s := h.ticketOf(link.Token); s.StatusID != progress {
			t.Errorf("ticket in %d", s.StatusID)
		}
	}
	if len(h.now().Leaving()) != 0 {
		t.Error("something is still going")
	}
}

// SE-2: a status that means something else takes its tickets along; end times stay true, and an end is never renewed.
func TestChangeCategory(t *testing.T) {
	onEach(t, func(t *testing.T, h *house) {
		smallBatches(t, 2)
		ctx := context.Background()
		ines := h.ines()
		var links []Link
		for range 5 {
			links = append(links, h.file(false))
		}
		for _, l := range links {
			h.ok(h.ChangeStatus(ctx, h.ada, h.ticketOf(l.Token).Number, "waiting", 0))
		}
		waiting := h.statusID("waiting")
		edit := func(c models.Category) {
			h.later(time.Hour)
			h.ok(h.EditStatus(ctx, ines, "acme", waiting, StatusInput{Name: "Parked", PublicLabel: "Put aside", Category: c}))
			h.moves()
		}
		check := func(c models.Category, ended, resolved models.Stamp) {
			t.Helper()
			for i, l := range links {
				k := h.ticketOf(l.Token)
				if k.Category != c || k.EndedAt != ended || k.ResolvedAt != resolved {
					t.Errorf("ticket %d: %s, ended %d, resolved %d; want %s, %d, %d", i, k.Category, k.EndedAt, k.ResolvedAt, c, ended, resolved)
				}
			}
		}
		edit(models.CategoryClosed)
		end := models.At(h.clock())
		check(models.CategoryClosed, end, 0)
		if n := h.count(models.ViewEnded); n != 5 {
			t.Errorf("%d ended", n)
		}
		if page := h.thread(links[0]); page.Status.Label != "Put aside" || page.Status.Category != "closed" {
			t.Errorf("the public page says %+v", page.Status)
		}
		edit(models.CategoryResolved)
		check(models.CategoryResolved, end, end)
		edit(models.CategoryOnHold)
		check(models.CategoryOnHold, 0, 0)
		if n := h.count(models.ViewEnded); n != 0 {
			t.Errorf("%d ended", n)
		}
		if got := h.audited("status.changed"); !strings.Contains(got, `"category":["resolved","on_hold"]`) {
			t.Error(got)
		}
		// What would leave a task without a fitting status is refused beside the field.
		for _, wrong := range []struct {
			slug     string
			category models.Category
		}{{"open", models.CategoryWaiting}, {"in-progress", models.CategoryClosed}, {"closed", models.CategoryOpen}, {"closed", models.CategoryRejected}, {"open", "half"}} {
			s := h.now().StatusBySlug(wrong.slug)
			h.fault(h.EditStatus(ctx, ines, "acme", s.ID, StatusInput{Name: s.Name, Category: wrong.category}), "category")
			if h.now().StatusBySlug(wrong.slug).Category != s.Category {
				t.Error("refused, and changed")
			}
		}
		h.fault(h.EditStatus(ctx, ines, "acme", waiting, StatusInput{Name: "Open", Category: models.CategoryOnHold}), "name")
		h.kind(h.EditStatus(ctx, ines, "acme", 4711, StatusInput{Name: "X", Category: models.CategoryOnHold}), models.KindNotFound)
	})
}

// SE-2, PT-8, PT-9: the graph decides what agents may do, where replies lead, and whether there is a close button.
func TestChangeGraph(t *testing.T) {
	onEach(t, func(t *testing.T, h *house) {
		ctx := context.Background()
		ines := h.ines()
		link := h.file(false)
		number := h.ticketOf(link.Token).Number
		open, progress, waiting, closed := h.statusID("open"), h.statusID("in-progress"), h.statusID("waiting"), h.statusID("closed")
		sheet, err := h.StatusSheet(ctx, ines, "acme")
		h.ok(err)
		if !h.thread(link).CanClose {
			t.Fatal("no close button at the start")
		}
		graph := func(self int64, steps ...[2]int64) error {
			in := GraphInput{Initial: open, Reopened: progress, SelfClosed: self}
			for _, s := range steps {
				in.Steps = append(in.Steps, models.Transition{FromID: s[0], ToID: s[1]})
			}
			return h.ChangeGraph(ctx, ines, "acme", in)
		}
		h.ok(graph(closed, [2]int64{open, progress}, [2]int64{open, progress}, [2]int64{progress, closed}))
		h.kind(h.ChangeStatus(ctx, h.ada, number, "resolved", 0), models.KindConflict)
		if h.thread(link).CanClose {
			t.Error("a close button without a step")
		}
		if got := h.audited("status.graph"); !strings.Contains(got, "open \\u003e waiting") && !strings.Contains(got, "open > waiting") {
			t.Error(got)
		}
		h.ok(h.ChangeStatus(ctx, h.ada, number, "in-progress", 0))
		if !h.thread(link).CanClose {
			t.Error("no close button with a step")
		}
		h.ok(graph(0, [2]int64{open, progress}, [2]int64{progress, closed}))
		if h.thread(link).CanClose || h.now().SelfClosedStatusID != nil {
			t.Error("a close button without a self-closed status")
		}
		h.ok(h.ChangeStatus(ctx, h.ada, number, "closed", 0))
		h.reply(link, "Again.")
		if got := h.ticketOf(link.Token); got.StatusID != progress {
			t.Errorf("reopened into %d", got.StatusID)
		}
		// What must not be.
		h.fault(graph(progress), "self_closed")
		h.fault(graph(waiting), "self_closed")
		h.fault(graph(closed, [2]int64{open, open}), "step")
		h.fault(graph(closed, [2]int64{open, 4711}), "step")
		h.fault(h.ChangeGraph(ctx, ines, "acme", GraphInput{Initial: waiting, Reopened: progress}), "initial")
		h.fault(h.ChangeGraph(ctx, ines, "acme", GraphInput{Initial: closed, Reopened: progress}), "initial")
		h.fault(h.ChangeGraph(ctx, ines, "acme", GraphInput{Initial: open, Reopened: closed}), "reopened")
		h.fault(h.ChangeGraph(ctx, ines, "acme", GraphInput{Reopened: progress}), "initial")
		h.fault(h.ChangeGraph(ctx, ines, "acme", GraphInput{Initial: open}), "reopened")
		h.kind(h.ChangeGraph(ctx, ines, "acme", GraphInput{Initial: open, Reopened: progress, Version: sheet.Version}), models.KindConflict)
		if n := len(h.now().Steps()); n != 2 {
			t.Errorf("%d steps", n)
		}
	})
}

// SE-2: statuses are added, named and ordered.
func TestStatusList(t *testing.T) {
	ctx := context.Background()
	h := newHouse(t, "")
	ines := h.ines()
	h.ok(h.AddStatus(ctx, ines, "acme", StatusInput{Name: "  In   progress!", PublicLabel: "Soon", Category: models.CategoryOnHold}))
	if s := h.now().StatusBySlug("in-progress-2"); s == nil || s.Name != "In progress!" || s.Label() != "Soon" {
		t.Fatalf("%+v", s)
	}
	h.fault(h.AddStatus(ctx, ines, "acme", StatusInput{Name: "In progress", Category: models.CategoryOpen}), "name")
	h.fault(h.AddStatus(ctx, ines, "acme", StatusInput{Name: "", Category: models.CategoryOpen}), "name")
	h.fault(h.AddStatus(ctx, ines, "acme", StatusInput{Name: "X", Category: "half"}), "category")
	h.fault(h.AddStatus(ctx, ines, "acme", StatusInput{Name: "X", PublicLabel: strings.Repeat("x", 61), Category: models.CategoryOpen}), "public_label")
	for n := len(h.now().Statuses); n < maxStatuses; n++ {
		h.ok(h.AddStatus(ctx, ines, "acme", StatusInput{Name: "S" + itoa(int64(n)), Category: models.CategoryOpen}))
	}
	h.fault(h.AddStatus(ctx, ines, "acme", StatusInput{Name: "One more", Category: models.CategoryOpen}), "name")
	last := h.now().Statuses[maxStatuses-1]
	h.ok(h.MoveStatus(ctx, ines, "acme", last.ID, -(maxStatuses - 1)))
	if h.now().Statuses[0].ID != last.ID {
		t.Error("not at the top")
	}
	h.kind(h.MoveStatus(ctx, ines, "acme", 4711, 1), models.KindNotFound)
}

// SE-3: types are added, hidden, made the default one, ordered and deleted; a ticket's type follows.
func TestTypes(t *testing.T) {
	onEach(t, func(t *testing.T, h *house) {
		smallBatches(t, 2)
		ctx := context.Background()
		ines := h.ines()
		offered := func() string {
			form, err := h.Portal().Form(ctx, "acme", FormAsk{})
			h.ok(err)
			var all []string
			for _, c := range form.Types {
				all = append(all, c.Slug)
			}
			return strings.Join(all, " ") + " / " + form.DefaultType
		}
		if got := offered(); got != "question problem request / question" {
			t.Fatal(got)
		}
		h.ok(h.AddType(ctx, ines, "acme", TypeInput{Name: "Complaint", Public: true, Default: true}))
		if got := offered(); got != "question problem request complaint / complaint" {
			t.Fatal(got)
		}
		var links []Link
		for range 5 {
			links = append(links, h.file(false)) // without a choice: the default one
		}
		id := *h.now().DefaultTypeID
		if k := h.ticketOf(links[0].Token); k.TypeID == nil || *k.TypeID != id {
			t.Fatal("the default type is not taken")
		}
		h.fault(h.EditType(ctx, ines, "acme", id, TypeInput{Name: "Complaint", Default: true}), "default")
		h.fault(h.EditType(ctx, ines, "acme", id, TypeInput{Name: "Problem", Public: true}), "name")
		h.ok(h.EditType(ctx, ines, "acme", id, TypeInput{Name: "Grumble"}))
		if got := offered(); got != "question problem request / " {
			t.Fatal(got)
		}
		if got := h.audited("type.changed"); got != `{"default":["1",""],"name":["Complaint","Grumble"],"public":["1",""],"type":"complaint"}` {
			t.Error(got)
		}
		in := h.form()
		in.Type = "complaint"
		_, err := h.Portal().Submit(ctx, in)
		h.fault(err, "type")
		h.ok(h.MoveType(ctx, ines, "acme", h.now().Types[0].ID, 2))
		if got := offered(); got != "problem request question / " {
			t.Fatal(got)
		}
		h.fault(h.RemoveType(ctx, ines, "acme", id, ""), "replacement")
		h.fault(h.RemoveType(ctx, ines, "acme", id, itoa(id)), "replacement")
		h.fault(h.RemoveType(ctx, ines, "acme", id, "4711"), "replacement")
		problem := h.now().Types[0].ID
		h.ok(h.RemoveType(ctx, ines, "acme", id, itoa(problem)))
		if len(h.now().LeavingTypes()) != 1 || h.now().LiveType(id) != nil {
			t.Fatal("not on its way")
		}
		h.moves()
		for _, l := range links {
			if k := h.ticketOf(l.Token); k.TypeID == nil || *k.TypeID != problem {
				t.Errorf("type %v", k.TypeID)
			}
		}
		if page := h.thread(links[0]); page.Type != "Problem" {
			t.Errorf("the public page says %q", page.Type)
		}
		h.ok(h.RemoveType(ctx, ines, "acme", problem, TypeNone))
		h.moves()
		for _, l := range links {
			if k := h.ticketOf(l.Token); k.TypeID != nil {
				t.Errorf("type %v", *k.TypeID)
			}
		}
		if len(h.now().LeavingTypes()) != 0 {
			t.Error("still going")
		}
		for _, kind := range h.now().Types {
			h.ok(h.RemoveType(ctx, ines, "acme", kind.ID, ""))
		}
		if got := offered(); got != " / " {
			t.Error(got)
		}
		h.file(false)
	})
}

// SE-2, PT-5: an open page hears of a renamed status and of a close button that is gone, and costs nothing while the rules stay.
func TestOpenPagesFollowTheSettings(t *testing.T) {
	onEach(t, func(t *testing.T, h *house) {
		ctx := context.Background()
		ines := h.ines()
		link := h.file(false)
		page := h.thread(link)
		news := func() *PublicThread {
			t.Helper()
			fresh, err := h.Portal().Updates(ctx, link, page.Cursor, page.Rules)
			h.ok(err)
			return fresh
		}
		if news() != nil {
			t.Fatal("news without a change")
		}
		h.ok(h.EditStatus(ctx, ines, "acme", h.statusID("open"), StatusInput{Name: "Open", PublicLabel: "We have it", Category: models.CategoryNew}))
		fresh := news()
		if fresh == nil || fresh.Status.Label != "We have it" || len(fresh.Messages) != 0 || fresh.Cursor != page.Cursor {
			t.Fatalf("after the renaming: %+v", fresh)
		}
		if page = fresh; news() != nil {
			t.Fatal("the same news twice")
		}
		values := models.SettingValues(h.now().Settings)
		values["customer_close"] = models.CustomerCloseOff
		h.ok(h.ChangeProjectSettings(ctx, ines, "acme", "thread", values, 0))
		if fresh = news(); fresh == nil || fresh.CanClose {
			t.Fatalf("the close button stays: %+v", fresh)
		}
	})
}
