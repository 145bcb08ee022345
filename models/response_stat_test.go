package models

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"
	_ "time/tzdata"
)

// CP-10: minutes become what people say, never less than they were.
func TestHumanMinutes(t *testing.T) {
	for _, row := range [][3]int64{{0, 480, 15}, {15, 480, 15}, {16, 480, 30}, {31, 480, 60}, {61, 480, 120}, {200, 480, 240}, {241, 480, 360}, {361, 480, 480}, {481, 480, 720},
		{721, 480, 960}, {961, 480, 1440}, {1440, 480, 1440}, {1441, 480, 1920}, {1441, 1440, 2880}, {2881, 1440, 4320}, {5000, 0, 5000}} {
		if got := HumanMinutes(row[0], row[1]); got != row[2] {
			t.Errorf("%d minutes with days of %d: %d, want %d", row[0], row[1], got, row[2])
		}
	}
	half := &Calendar{Hours: [7][]Span{{{540, 1020}}, {{540, 780}, {840, 1080}}, {}, {{1200, 1680}}}}
	if got := half.WorkingDay(); got != (480+480+480)/3 {
		t.Errorf("a working day has %d minutes", got)
	}
	for _, c := range []*Calendar{nil, {Always: true}, {}} {
		if got := c.WorkingDay(); got != 1440 {
			t.Errorf("a day of %+v has %d minutes", c, got)
		}
	}
}

// filed is a ticket of the sample: answered and solved after so long, 0 for not at all.
type filed struct {
	kind          *int64
	after, solved time.Duration
	origin        string
	spam, merged  bool
	created       time.Time
}

func fileAnswered(t *testing.T, db *DB, d desk, list ...filed) {
	t.Helper()
	write(t, db, func(ctx context.Context, tx *Tx) error {
		for _, f := range list {
			created := f.created
			if created.IsZero() {
				created = noon.AddDate(0, 0, -2)
			}
			ticket := &Ticket{ProjectID: d.project, Reference: newReference(), Title: "T", StatusID: d.status, Category: CategoryOpen, RawFields: "[]", ReporterID: d.contact, TypeID: f.kind,
				Origin: f.origin, CreatedAt: At(created), UpdatedAt: At(noon)}
			if ticket.Origin == "" {
				ticket.Origin = OriginWeb
			}
			if f.after > 0 {
				ticket.AnsweredAt = At(created.Add(f.after))
			}
			if f.solved > 0 {
				ticket.Category, ticket.ResolvedAt, ticket.EndedAt = CategoryResolved, At(created.Add(f.solved)), At(created.Add(f.solved))
			}
			if f.spam {
				ticket.SpamAt = At(noon)
			}
			if f.merged {
				ticket.MergedIntoID = &d.ticket
			}
			if err := InsertTicket(ctx, tx, ticket); err != nil {
				return err
			}
			// What the ticket's own writer may have made of these is not what is tested here.
			if _, err := tx.exec(ctx, "UPDATE tickets SET answered_at = ?, updated_at = ? WHERE id = ?", ticket.AnsweredAt, At(noon), ticket.ID); err != nil {
				return err
			}
			if _, err := tx.exec(ctx, "DELETE FROM clock_segments WHERE ticket_id = ?", ticket.ID); err != nil {
				return err
			}
		}
		return nil
	})
}

var references int

func newReference() string {
	references++
	return fmt.Sprintf("R-%d", references)
}

func many(n int, f filed) []filed {
	all := make([]filed, n)
	for i := range all {
		all[i] = f
	}
	return all
}

// CP-10: three of four answers, rounded up, by type where there are enough; what was filed by
// agents, spam, merged, unanswered or too old says nothing. The catalog moves only with the times.
func TestResponseStats(t *testing.T) {
	eachDB(t, func(t *testing.T, db *DB) {
		ctx := t.Context()
		d := newDesk(t, db)
		var outage, question TicketType
		write(t, db, func(ctx context.Context, tx *Tx) error {
			outage, question = TicketType{ProjectID: d.project, Slug: "o", Name: "O", Public: true}, TicketType{ProjectID: d.project, Slug: "q", Name: "Q", Public: true}
			if err := InsertType(ctx, tx, &outage); err != nil {
				return err
			}
			return InsertType(ctx, tx, &question)
		})
		reckon := func() (*Catalog, bool) {
			t.Helper()
			cat := must(db.Catalog(ctx))(t)
			sample := must(TookLately(ctx, db, []int64{d.project, d.project + 1000}, noon))(t)
			stats := cat.ResponseStats(sample, noon)
			changed := false
			write(t, db, func(ctx context.Context, tx *Tx) (err error) {
				changed, err = SaveResponseStats(ctx, tx, stats, noon)
				return err
			})
			return must(db.Catalog(ctx))(t), changed
		}
		told := func(cat *Catalog, kind int64, metric string) int64 {
			if s := cat.ResponseStat(d.project, kind, metric); s != nil {
				return s.Minutes
			}
			return 0
		}
		if cat, changed := reckon(); changed || told(cat, 0, PromiseFirst) != 0 {
			t.Fatal("told without a ticket")
		}
		// 15 of 20 within 20 minutes, 5 after two days.
		fileAnswered(t, db, d, many(15, filed{kind: &outage.ID, after: 20 * time.Minute})...)
		fileAnswered(t, db, d, many(4, filed{kind: &outage.ID, after: 48 * time.Hour})...)
		if cat, changed := reckon(); changed || told(cat, 0, PromiseFirst) != 0 {
			t.Fatal("told from 19 tickets")
		}
		fileAnswered(t, db, d, filed{after: 48 * time.Hour})
		cat, changed := reckon()
		if !changed || told(cat, 0, PromiseFirst) != 30 || told(cat, outage.ID, PromiseFirst) != 0 || told(cat, 0, PromiseResolution) != 0 {
			t.Fatal(changed, told(cat, 0, PromiseFirst), told(cat, outage.ID, PromiseFirst))
		}
		fileAnswered(t, db, d, filed{kind: &outage.ID, after: time.Minute}, filed{kind: &question.ID, after: time.Minute})
		cat, changed = reckon()
		if !changed || told(cat, outage.ID, PromiseFirst) != 30 || told(cat, question.ID, PromiseFirst) != 0 {
			t.Fatal("the type is not told", changed)
		}
		fileAnswered(t, db, d, filed{kind: &outage.ID, after: time.Minute})
		version := cat.Version
		if cat, changed = reckon(); changed || cat.Version != version || count(t, db, "SELECT tickets FROM response_stats WHERE type_id = 0 AND metric = 'first'") != 23 {
			t.Fatal("the catalog moved though nothing else is told")
		}
		// None of these counts.
		for name, f := range map[string]filed{"agent": {origin: OriginAgent, after: 60 * time.Hour}, "spam": {spam: true, after: 60 * time.Hour}, "merged": {merged: true, after: 60 * time.Hour}, "unanswered": {},
			"old": {after: time.Hour, created: noon.AddDate(0, 0, -100)}} {
			fileAnswered(t, db, d, many(30, f)...)
			if cat, changed := reckon(); changed || cat.ResponseStat(d.project, 0, PromiseFirst).Minutes != 30 {
				t.Errorf("%s counts", name)
			}
		}
		// Solved: without the time that the ticket waited for its customer.
		fileAnswered(t, db, d, many(20, filed{kind: &question.ID, after: time.Minute, solved: 30 * time.Hour})...)
		if cat, _ = reckon(); told(cat, question.ID, PromiseResolution) != 2880 {
			t.Fatal("solved within", told(cat, question.ID, PromiseResolution))
		}
		write(t, db, func(ctx context.Context, tx *Tx) error {
			created := noon.AddDate(0, 0, -2)
			for _, s := range []Segment{{ClockRuns, created}, {ClockWaits, created.Add(time.Hour)}, {ClockRuns, created.Add(28 * time.Hour)}} {
				if _, err := tx.exec(ctx, "INSERT INTO clock_segments (ticket_id, state, started_at) SELECT id, ?, ? FROM tickets WHERE resolved_at > 0", s.State, At(s.From)); err != nil {
					return err
				}
			}
			return nil
		})
		if cat, _ = reckon(); told(cat, question.ID, PromiseResolution) != 180 {
			t.Fatal("solved within", told(cat, question.ID, PromiseResolution))
		}
		// All of it goes when nothing can be said any more.
		write(t, db, func(ctx context.Context, tx *Tx) error {
			_, err := tx.exec(ctx, "UPDATE tickets SET answered_at = 0")
			return err
		})
		if cat, changed = reckon(); !changed || count(t, db, "SELECT COUNT(*) FROM response_stats") != 0 {
			t.Fatal("old times are still told", cat.Version)
		}
	})
}

// CP-10: answers count in the working time of each ticket's own calendar, over a change of clocks.
func TestResponseStatsInWorkingTime(t *testing.T) {
	calendar := &Calendar{ID: 7, Name: "B", Zone: "Europe/Berlin", Hours: [7][]Span{{{540, 1020}}, {{540, 1020}}, {{540, 1020}}, {{540, 1020}}, {{540, 1020}}}}
	if err := calendar.Prepare(); err != nil {
		t.Fatal(err)
	}
	id := calendar.ID
	cat := &Catalog{Calendars: []*Calendar{calendar}, byID: map[int64]*Project{1: {ID: 1, CalendarID: &id}, 2: {ID: 2}}}
	// Friday 16:30 in summer time to Monday 9:20 in winter time: 50 minutes of work.
	from, to := time.Date(2026, 10, 23, 14, 30, 0, 0, time.UTC), time.Date(2026, 10, 26, 8, 20, 0, 0, time.UTC)
	var sample []*Took
	for range responseLeast {
		for project := int64(1); project <= 2; project++ {
			sample = append(sample, &Took{ProjectID: project, CreatedAt: At(from), AnsweredAt: At(to)})
		}
	}
	got := map[int64]int64{}
	for _, s := range cat.ResponseStats(sample, to) {
		got[s.ProjectID] = s.Minutes
	}
	if got[1] != 60 || got[2] != 3*1440 {
		t.Fatalf("%v", got)
	}
}

// The hourly look reads some thousand tickets by an index, and dates of a ticket by one.
func TestResponseTimesAreIndexed(t *testing.T) {
	db := openLiteDB(t)
	d := newDesk(t, db)
	must(TookLately(t.Context(), db, []int64{d.project, 2, 3}, noon))(t)
	must(PendingPromises(t.Context(), db, d.ticket, At(noon)))(t)
	assertIndexed(t, db, "INSERT INTO", ") AS s LEFT JOIN")
	plan := explain(t, db, took)
	if want := "SEARCH tickets USING INDEX tickets_project (project_id=? AND updated_at>?)"; !strings.Contains(plan, want) {
		t.Error(plan)
	}
}

// A promise is told while it is to come: not when it is due, broken, kept or over.
func TestPendingPromises(t *testing.T) {
	eachDB(t, func(t *testing.T, db *DB) {
		d := newDesk(t, db)
		write(t, db, func(ctx context.Context, tx *Tx) error {
			for i, p := range []Promise{{Kind: PromiseFirst, DueAt: At(noon)}, {Kind: PromiseNext, DueAt: At(noon.Add(2 * time.Hour))}, {Kind: PromiseNext, DueAt: At(noon.Add(time.Hour)), MetAt: 1},
				{Kind: PromiseResolution, DueAt: At(noon.Add(time.Minute)), EndedAt: 1}, {Kind: PromiseResolution}, {Kind: PromiseResolution, DueAt: At(noon.Add(90 * time.Minute))}} {
				p.TicketID, p.PolicyID, p.StartedAt = d.ticket, 1, Stamp(i+1)
				if err := insert(ctx, tx, &p); err != nil {
					return err
				}
			}
			return nil
		})
		all := must(PendingPromises(t.Context(), db, d.ticket, At(noon)))(t)
		if len(all) != 2 || all[0].Kind != PromiseResolution || all[1].Kind != PromiseNext {
			t.Fatalf("%+v", all)
		}
	})
}
