package desk

import (
	"context"
	"fmt"
	"testing"
	"time"
	_ "time/tzdata"

	"lodge/models"
)

// berlinHours gives a calendar Monday to Friday, 9 to 17, to the project or a team.
func (h *house) berlinHours(use func(ctx context.Context, tx *models.Tx, p *models.Project, calendar int64) error) *models.Calendar {
	h.t.Helper()
	c := &models.Calendar{Name: "Berlin", Zone: "Europe/Berlin", CreatedAt: models.At(h.clock())}
	for day := range 5 {
		c.Hours[day] = []models.Span{{From: 9 * 60, To: 17 * 60}}
	}
	h.write(func(ctx context.Context, tx *models.Tx) error {
		if err := models.InsertCalendar(ctx, tx, c); err != nil {
			return err
		}
		cat, err := models.TxCatalog(ctx, tx)
		if err != nil {
			return err
		}
		p := *cat.ProjectBySlug("acme")
		return use(ctx, tx, &p, c.ID)
	})
	return c
}

func ofProject(ctx context.Context, tx *models.Tx, p *models.Project, calendar int64) error {
	p.CalendarID = &calendar
	return models.UpdateProject(ctx, tx, p)
}

// PT-2: whose turn it is follows the conversation, not the status alone: after an answer of ours
// that leaves the ticket open nobody is told that an answer is due.
func TestTurnFollowsTheConversation(t *testing.T) {
	onEach(t, func(t *testing.T, h *house) {
		ctx := context.Background()
		h.settings(func(p *models.Project) {
			p.Settings.ResponseTime, p.Settings.CloseDays, p.Settings.RemindDays = "We typically respond within 4 hours", 5, 3
		})
		link := h.file(true)
		number := h.ticketOf(link.Token).Number
		next := func(turn PublicTurn, promise, closes bool) PublicNext {
			t.Helper()
			n := h.thread(link).Next
			if n.Turn != turn || (n.Promise.Response.Text != "") != promise || n.ClosesAt.IsZero() == closes {
				t.Errorf("%+v", n)
			}
			return n
		}
		next(TurnOurs, true, false)
		h.later(time.Hour)
		if _, err := h.Note(ctx, h.ada, number, AgentReply{Body: "inner"}); err != nil {
			t.Fatal(err)
		}
		next(TurnOurs, true, false)
		if _, err := h.ReplyAsAgent(ctx, h.ada, number, AgentReply{Body: "Pull the plug."}); err != nil {
			t.Fatal(err)
		}
		next(TurnNobody, false, false)
		h.later(time.Hour)
		h.reply(link, "I did.")
		next(TurnOurs, true, false)
		h.later(time.Hour)
		if _, err := h.ReplyAsAgent(ctx, h.ada, number, AgentReply{Body: "And now?", Status: "waiting"}); err != nil {
			t.Fatal(err)
		}
		if n := next(TurnTheirs, false, true); !n.ClosesAt.Equal(h.clock().Add(8*24*time.Hour)) || !n.Until.Equal(n.ClosesAt) {
			t.Error(n.ClosesAt, n.Until)
		}
		h.later(9 * 24 * time.Hour) // the moment is past, the minute's job has not come yet
		next(TurnTheirs, false, false)
		h.settings(func(p *models.Project) { p.Settings.CloseDays = 0 })
		next(TurnTheirs, false, false)
		if err := h.ChangeStatus(ctx, h.ada, number, "resolved", 0); err != nil {
			t.Fatal(err)
		}
		if n := next(TurnNobody, false, false); n != (PublicNext{}) {
			t.Errorf("an ended ticket is told %+v", n)
		}
	})
}

// CP-10: the working time of a ticket is its team's, else its project's; a calendar that is always
// open never says that nobody is there.
func TestHoursOfTheTicket(t *testing.T) {
	h := newHouse(t, "") // a Saturday, 9:00 UTC
	link := h.file(true)
	if n := h.thread(link).Next; n.Hours.Away || n.Outside {
		t.Fatalf("%+v", n)
	}
	h.berlinHours(ofProject)
	n := h.thread(link).Next
	if !n.Hours.Away || n.Outside || n.Hours.Back.Format(time.RFC1123) != "Mon, 23 Nov 2026 09:00:00 CET" || !n.Until.Equal(n.Hours.Back) {
		t.Fatalf("%+v", n)
	}
	if n := h.thread(h.file(true)).Next; !n.Outside {
		t.Fatal("filed outside hours and not told")
	}
	h.settings(func(p *models.Project) { p.CalendarID = nil })
	if n := h.thread(link).Next; n.Hours.Away {
		t.Fatal("a project without hours is away")
	}
	h.write(func(ctx context.Context, tx *models.Tx) error {
		c := &models.Calendar{Name: "Always", Zone: "Asia/Tokyo", Always: true, CreatedAt: 1}
		if err := models.InsertCalendar(ctx, tx, c); err != nil {
			return err
		}
		cat, err := models.TxCatalog(ctx, tx)
		if err != nil {
			return err
		}
		p := *cat.ProjectBySlug("acme")
		p.CalendarID = &c.ID
		return models.UpdateProject(ctx, tx, &p)
	})
	if n := h.thread(link).Next; n.Hours.Away {
		t.Fatal("always open and away")
	}
}

// CP-10: computed times are told in minutes, hours or days, of working time where there is a
// calendar; a type without enough tickets has the project's.
func TestComputedTimes(t *testing.T) {
	h := newHouse(t, "")
	h.settings(func(p *models.Project) {
		p.Settings.ResponseSource, p.Settings.ResponseTime = models.ResponseComputed, "WRITTEN"
	})
	project := func() *PublicProject {
		t.Helper()
		p, err := h.Portal().Project(context.Background(), "acme")
		if err != nil {
			t.Fatal(err)
		}
		return p
	}
	if p := project().Promise; p != (PublicPromise{}) {
		t.Fatalf("told without a ticket: %+v", p)
	}
	tell := func(minutes int64) {
		h.write(func(ctx context.Context, tx *models.Tx) error {
			_, err := models.SaveResponseStats(ctx, tx, []*models.ResponseStat{{ProjectID: h.project.ID, Metric: models.PromiseFirst, Minutes: minutes, Tickets: 30}}, h.clock())
			return err
		})
	}
	for _, working := range []bool{false, true} {
		if working {
			h.berlinHours(ofProject)
		}
		for minutes, want := range map[int64]string{15: "15 minutes", 30: "30 minutes", 60: "1 hours", 1440: "24 hours", 1920: map[bool]string{false: "2 days", true: "4 days"}[working]} {
			tell(minutes)
			p := project().Promise
			if got := fmt.Sprint(p.Response.Count, " ", p.Response.Unit); got != want || p.Response.Working != working || p.Response.Text != "" || p.Resolution != (PublicTime{}) {
				t.Errorf("%d, working %v: %+v", minutes, working, p)
			}
		}
	}
	form, err := h.Portal().Form(context.Background(), "acme", FormAsk{})
	if err != nil || form.Promise != project().Promise || form.PromiseByType {
		t.Fatalf("%v %+v", err, form)
	}
	h.settings(func(p *models.Project) { p.Settings.ShowTargets = models.TargetsNone })
	if p := project().Promise; p != (PublicPromise{}) {
		t.Fatalf("told though nothing is to be: %+v", p)
	}
}

// PT-5, show_targets: dates cost a read only where they are told and something is promised, and a
// poll of an unchanged ticket costs what it did.
func TestDatesCostOneRead(t *testing.T) {
	h := newHouse(t, "")
	link := h.file(true)
	queries := func(f func()) int64 {
		before := h.db.Queries()
		f()
		return h.db.Queries() - before
	}
	h.thread(link)
	plain := queries(func() { h.thread(link) })
	h.settings(func(p *models.Project) { p.Settings.ShowTargets = models.TargetsDates })
	h.thread(link)
	if n := queries(func() { h.thread(link) }); n != plain {
		t.Errorf("%d reads without a promise, %d before", n, plain)
	}
	h.write(func(ctx context.Context, tx *models.Tx) error {
		return models.InsertPolicy(ctx, tx, &models.Policy{Name: "All", IsDefault: true, Targets: models.PolicyTargets{models.PriorityNormal: {models.PromiseFirst: 60, models.PromiseResolution: 600}}, CreatedAt: 1})
	})
	link = h.file(true)
	page := h.thread(link)
	if n := queries(func() { page = h.thread(link) }); n != plain+1 {
		t.Errorf("%d reads with dates, %d without", n, plain)
	}
	if !page.Next.ResponseBy.Equal(page.CreatedAt.Add(time.Hour)) || !page.Next.ResolutionBy.Equal(page.CreatedAt.Add(10*time.Hour)) || !page.Next.Until.Equal(page.Next.ResponseBy) {
		t.Fatalf("%+v", page.Next)
	}
	_, _ = h.Portal().Updates(context.Background(), link, page.Cursor, page.Rules)
	if n := queries(func() {
		if news, err := h.Portal().Updates(context.Background(), link, page.Cursor, page.Rules); err != nil || news != nil {
			t.Error(news, err)
		}
	}); n != 0 {
		t.Errorf("an unchanged poll costs %d reads", n)
	}
	if h.Portal().Outdated(0) || h.Portal().Outdated(page.Next.Until.Unix()) {
		t.Error("outdated before its time")
	}
	h.later(time.Hour)
	if !h.Portal().Outdated(page.Next.Until.Unix()) {
		t.Error("not outdated when its time has come")
	}
	if page = h.thread(link); !page.Next.ResponseBy.IsZero() || page.Next.ResolutionBy.IsZero() {
		t.Fatalf("a date that has come is told: %+v", page.Next)
	}
}

// SE-3: a type's own sentences, checked as the project's are, and audited.
func TestTypesHaveSentencesOfTheirOwn(t *testing.T) {
	h := newHouse(t, "")
	ctx, ines := context.Background(), h.admin()
	sheet, err := h.TypeSheet(ctx, ines, "acme")
	if err != nil {
		t.Fatal(err)
	}
	kind := sheet.Project.Types[0]
	in := TypeInput{Name: kind.Name, Public: true, ResponseTime: "  Within\nan hour ", ResolutionTime: "Today."}
	if err := h.EditType(ctx, h.ada, "acme", kind.ID, in); models.KindOf(err) != models.KindForbidden {
		t.Fatal(err)
	}
	if err := h.EditType(ctx, ines, "acme", kind.ID, in); err != nil {
		t.Fatal(err)
	}
	if sheet, _ = h.TypeSheet(ctx, ines, "acme"); sheet.Project.Types[0].ResponseTime != "Within an hour" || sheet.Project.Types[0].ResolutionTime != "Today." {
		t.Fatalf("%+v", sheet.Project.Types[0])
	}
	form, err := h.Portal().Form(ctx, "acme", FormAsk{Type: kind.Slug})
	if err != nil || form.Promise.Response.Text != "Within an hour" || !form.PromiseByType {
		t.Fatalf("%v %+v", err, form.Promise)
	}
	in.ResponseTime = fmt.Sprintf("%0141d", 1)
	h.fault(h.EditType(ctx, ines, "acme", kind.ID, in), "response_time")
	log, err := h.AuditLog(ctx, ines, AuditAsk{})
	if err != nil || len(log.Lines) == 0 || log.Lines[0].Kind != "type.changed" {
		t.Fatalf("%v %+v", err, log)
	}
}
