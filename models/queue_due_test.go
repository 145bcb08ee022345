package models

import (
	"context"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"lodge/internal/testpg"
)

// promised writes what the clock would have written into a ticket's row.
func (y *yard) promised(t *testing.T, db *DB, name string, warn, at Stamp, clock Clock, pending, broken bool) {
	t.Helper()
	write(t, db, func(ctx context.Context, tx *Tx) error {
		if _, err := tx.exec(ctx, "UPDATE tickets SET promise_kind = CASE WHEN ? THEN 'first' ELSE '' END, promise_warn_at = ?, promise_at = ?, clock = ?, next_at = CASE WHEN due_at > 0 AND (? = 0 OR due_at < ?) THEN due_at ELSE ? END WHERE id = ?",
			pending, warn, at, clock, at, at, at, y.ids[name]); err != nil {
			return err
		}
		if _, err := tx.exec(ctx, "DELETE FROM promises WHERE ticket_id = ?", y.ids[name]); err != nil {
			return err
		}
		p := &Promise{TicketID: y.ids[name], Kind: PromiseFirst, Minutes: 60, StartedAt: At(noon), WarnAt: warn, DueAt: at}
		if !pending {
			p.MetAt = At(noon)
		}
		if broken {
			p.BrokenAt = At(noon)
		}
		return insert(ctx, tx, p)
	})
}

// AG-6, AG-1: the queue is narrowed by what is due, of promises and due dates alike, and counted
// so; what has ended, is spam or snoozed is never overdue, and a project that is not seen never counts.
func TestQueueByWhatIsDue(t *testing.T) {
	eachDB(t, func(t *testing.T, db *DB) {
		y := newYard(t, db)
		now, hour := At(noon), Stamp(3_600_000)
		y.promised(t, db, "mine", now-2*hour, now-hour, ClockRuns, true, true)
		y.promised(t, db, "team", now-hour, now+hour, ClockRuns, true, false)
		y.promised(t, db, "urgent", now+hour, now+40*hour, ClockRuns, true, false)
		y.promised(t, db, "tagged", 0, 0, ClockWaits, true, false)
		y.promised(t, db, "ended", 0, 0, ClockStopped, false, true)
		y.promised(t, db, "snoozed", now-2*hour, now-hour, ClockRuns, true, false)
		y.promised(t, db, "spam", now-2*hour, now-hour, ClockRuns, true, false)
		write(t, db, func(ctx context.Context, tx *Tx) error {
			// firm and other have due dates alone: tomorrow noon, and a moment ago.
			if _, err := tx.exec(ctx, "UPDATE tickets SET due_at = ?, next_at = ? WHERE id = ?", now+20*hour, now+20*hour, y.ids["firm"]); err != nil {
				return err
			}
			_, err := tx.exec(ctx, "UPDATE tickets SET due_at = ?, next_at = ?, clock = 'holds' WHERE id = ?", now-1, now-1, y.ids["other"])
			return err
		})
		for _, c := range []struct {
			name string
			q    QueueQuery
			want string
		}{
			{"overdue", QueueQuery{View: ViewOpen, Due: DueOverdue}, "mine other"},
			{"overdue of all", QueueQuery{View: ViewAll, Due: DueOverdue}, "mine other"},
			{"overdue, by update", QueueQuery{View: ViewOpen, Due: DueOverdue, Sort: SortUpdated}, "mine other"},
			{"overdue of one project", QueueQuery{View: ViewOpen, Due: DueOverdue, ProjectID: y.other}, "other"},
			{"overdue of seen projects", QueueQuery{View: ViewOpen, Due: DueOverdue, Projects: []int64{y.project}}, "mine"},
			{"overdue of no project", QueueQuery{View: ViewOpen, Due: DueOverdue, Projects: []int64{}}, ""},
			{"overdue and mine", QueueQuery{View: ViewMine, Due: DueOverdue}, "mine"},
			{"overdue and nobody's", QueueQuery{View: ViewUnassigned, Due: DueOverdue}, "other"},
			{"overdue and urgent", QueueQuery{View: ViewOpen, Due: DueOverdue, Priority: PriorityUrgent}, ""},
			{"overdue and ended", QueueQuery{View: ViewEnded, Due: DueOverdue}, ""},
			{"overdue and snoozed", QueueQuery{View: ViewSnoozed, Due: DueOverdue}, "snoozed"},
			{"overdue spam", QueueQuery{View: ViewSpam, Due: DueOverdue}, "spam"},
			{"overdue of found ones", QueueQuery{View: ViewAll, Due: DueOverdue, IDs: []int64{y.ids["mine"], y.ids["team"], y.ids["ended"]}}, "mine"},
			{"overdue of a tag", QueueQuery{View: ViewOpen, Due: DueOverdue, TagID: y.tag}, ""},
			{"soon", QueueQuery{View: ViewOpen, Due: DueSoon}, "team firm"},
			{"soon of a company", QueueQuery{View: ViewOpen, Due: DueSoon, CompanyID: y.firm}, "firm"},
			{"soon of a team", QueueQuery{View: ViewTeam, Teams: []int64{y.team}, Due: DueSoon}, "team"},
			{"soon of all", QueueQuery{View: ViewAll, Due: DueSoon}, "team firm"},
			{"today", QueueQuery{View: ViewOpen, Due: DueToday}, "team"},
			{"paused", QueueQuery{View: ViewOpen, Due: DuePaused}, "100% of it"},
			{"paused of all", QueueQuery{View: ViewAll, Due: DuePaused}, "100% of it"},
			{"paused and mine", QueueQuery{View: ViewMine, Due: DuePaused}, ""},
			{"paused elsewhere", QueueQuery{View: ViewOpen, Due: DuePaused, Projects: []int64{y.other}}, ""},
			{"paused, by creation", QueueQuery{View: ViewOpen, Due: DuePaused, Sort: SortCreated}, "100% of it"},
			{"paused and ended", QueueQuery{View: ViewEnded, Due: DuePaused}, ""},
			{"broken", QueueQuery{View: ViewOpen, Due: DueBroken}, "mine"},
			{"broken of all", QueueQuery{View: ViewAll, Due: DueBroken}, "ended mine"},
			{"broken and ended", QueueQuery{View: ViewEnded, Due: DueBroken}, "ended"},
			{"by due, promises among dates", QueueQuery{View: ViewOpen, Sort: SortDue}, "mine other team firm urgent"},
			{"by due, of a project", QueueQuery{View: ViewOpen, Sort: SortDue, ProjectID: y.project}, "mine team firm urgent"},
		} {
			c.q.AgentID, c.q.Limit, c.q.Now, c.q.DateSoon, c.q.Until = y.agent, 50, now, now+24*hour, now+11*hour
			rows, next, cut, err := QueuePage(t.Context(), db, c.q)
			if err != nil {
				t.Fatalf("%s: %v", c.name, err)
			}
			if got := titles(rows); got != c.want || next.Key != 0 || cut {
				t.Errorf("%s: %q, want %q (next %v)", c.name, got, c.want, next)
			}
			if c.q.Due == "" {
				continue
			}
			if n := must(QueueCount(t.Context(), db, c.q, 100))(t); n != len(rows) {
				t.Errorf("%s: counted %d", c.name, n)
			}
			// Page by page, each once.
			c.q.Limit = 1
			var walked []string
			for range 9 {
				rows, next, _, err := QueuePage(t.Context(), db, c.q)
				if err != nil {
					t.Fatal(err)
				}
				if len(rows) > 0 {
					walked = append(walked, titles(rows))
				}
				if next.Key == 0 {
					break
				}
				c.q.Before, c.q.BeforeID = next.Key, next.ID
			}
			if got := strings.Join(walked, " "); got != c.want {
				t.Errorf("%s page by page: %q", c.name, got)
			}
		}
		for _, r := range must(QueueRows(t.Context(), db, []int64{y.ids["tagged"], y.ids["mine"], y.ids["ended"], y.ids["other"]}))(t) {
			if r.Paused() != (r.ID == y.ids["tagged"]) {
				t.Errorf("%s is paused: %v", r.Title, r.Paused())
			}
		}
	})
}

// AG-6: each list by what is due is a piece of one index, in its order, and so is each order by
// due date.
func TestQueueDuePlans(t *testing.T) {
	db := openLiteDB(t)
	y := newYard(t, db)
	for _, c := range []struct {
		q        QueueQuery
		index    string
		narrowed bool
	}{
		{QueueQuery{View: ViewOpen, Sort: SortDue}, "queue_open_due", false},
		{QueueQuery{View: ViewOpen, Sort: SortDue, ProjectID: 1}, "queue_open_project_due", false},
		{QueueQuery{View: ViewOpen, Sort: SortDue, Projects: []int64{1, 2}}, "queue_open_project_due", false},
		{QueueQuery{View: ViewMine, Sort: SortDue}, "queue_open_assignee_due", false},
		{QueueQuery{View: ViewOpen, Due: DueOverdue}, "queue_open_due", false},
		{QueueQuery{View: ViewAll, Due: DueOverdue}, "queue_open_due", false},
		{QueueQuery{View: ViewOpen, Due: DueOverdue, Projects: []int64{1, 2}}, "queue_open_project_due", false},
		{QueueQuery{View: ViewMine, Due: DueOverdue}, "queue_open_assignee_due", false},
		{QueueQuery{View: ViewOpen, Due: DueToday}, "queue_open_due", false},
		{QueueQuery{View: ViewOpen, Due: DueSoon}, "queue_open_due", true},
		{QueueQuery{View: ViewOpen, Due: DueSoon, Projects: []int64{1, 2}}, "queue_open_project_due", true},
		{QueueQuery{View: ViewMine, Due: DueSoon}, "queue_open_assignee_due", true},
		{QueueQuery{View: ViewOpen, Due: DuePaused}, "queue_open_paused", false},
		{QueueQuery{View: ViewMine, Due: DuePaused}, "queue_open_assignee", true},
		{QueueQuery{View: ViewOpen, Due: DueBroken}, "queue_open", true},
		{QueueQuery{View: ViewAll, Due: DueBroken}, "tickets_updated", true},
	} {
		for _, before := range []Stamp{0, At(noon)} {
			c.q.AgentID, c.q.Limit, c.q.Before, c.q.BeforeID, c.q.Now, c.q.DateSoon, c.q.Until = y.agent, 50, before, 7, At(noon), At(noon)+9, At(noon)+8
			if p := c.q.plan(db, false); p.index != c.index || p.narrowed != c.narrowed {
				t.Errorf("%+v takes %q (narrowed %v), want %q", c.q, p.index, p.narrowed, c.index)
			}
			must(Queue(t.Context(), db, c.q))(t)
			must(QueueCount(t.Context(), db, c.q, 100))(t)
		}
	}
	seen := 0
	db.stmts.byText.Range(func(key, _ any) bool {
		text := key.(string)
		if !strings.Contains(text, "INDEXED BY") {
			return true
		}
		seen++
		plan := explain(t, db, text)
		for detail := range strings.Lines(plan) {
			if strings.Contains(detail, "SCAN t\n") || whole(text, detail) ||
				strings.Contains(detail, "TEMP B-TREE") && !strings.Contains(text, "UNION ALL") {
				t.Errorf("%s  in %s", detail, text)
			}
		}
		return true
	})
	if seen < 30 {
		t.Errorf("only %d statements seen", seen)
	}
	assertIndexed(t, db, "INSERT INTO")
}

// AG-6: what is due soon may stand behind much that is not warned of: the look goes on from page to page.
func TestDueSoonGoesOn(t *testing.T) {
	db := openLiteDB(t)
	y := newYard(t, db)
	now := At(noon)
	for i, name := range []string{"mine", "team", "firm", "other", "urgent"} {
		y.promised(t, db, name, now+100, now+200+Stamp(i), ClockRuns, true, false)
	}
	write(t, db, func(ctx context.Context, tx *Tx) error {
		_, err := tx.exec(ctx, "UPDATE tickets SET due_at = 0, next_at = promise_at WHERE promise_at > 0")
		return err
	})
	q := QueueQuery{View: ViewOpen, Due: DueSoon, Now: now, DateSoon: now + 50, Limit: 50}
	p := q.plan(db, false)
	var edges []string
	at := QueueKey{}
	for range 5 {
		var err error
		if at, err = p.window(t.Context(), db, at, 1); err != nil {
			t.Fatal(err)
		}
		if at.Key == 0 {
			break
		}
		edges = append(edges, fmt.Sprint(at.Key-now))
	}
	if got := strings.Join(edges, " "); got != "201 203" {
		t.Errorf("looks up to %s", got)
	}
}

// AG-6: PostgreSQL takes the same indexes in their order, among many tickets, without being told.
func TestQueueDuePlansOnPostgres(t *testing.T) {
	db := openDB(t, Options{Address: testpg.Start(t)})
	y := newYard(t, db)
	now := At(noon)
	write(t, db, func(ctx context.Context, tx *Tx) error {
		if _, err := tx.exec(ctx, `INSERT INTO tickets (project_id, number, reference, title, status_id, category, fields, priority, type_id, reporter_id, origin, version, public_version, created_at, updated_at, public_at, ended_at, promise_kind, promise_warn_at, promise_at, next_at)
			SELECT project_id, 1000 + n, 'G-' || n, title, status_id, category, fields, 2, type_id, reporter_id, origin, 1, 1, created_at + n, updated_at + n, public_at, CASE WHEN n % 7 = 0 THEN 0 ELSE updated_at END,
				'first', CAST(? AS BIGINT) + n * 1000, CAST(? AS BIGINT) + n * 1500, CAST(? AS BIGINT) + n * 1500
			FROM tickets, generate_series(1, 30000) AS n WHERE id = ?`, now-10_000_000, now-10_000_000, now-10_000_000, y.ids["urgent"]); err != nil {
			return err
		}
		_, err := tx.exec(ctx, "ANALYZE tickets")
		return err
	})
	for _, c := range []struct {
		q     QueueQuery
		index string
	}{
		{QueueQuery{View: ViewOpen, Sort: SortDue}, "queue_open_due"},
		{QueueQuery{View: ViewOpen, Due: DueOverdue}, "queue_open_due"},
		{QueueQuery{View: ViewOpen, Due: DueToday}, "queue_open_due"},
		{QueueQuery{View: ViewOpen, Due: DueSoon}, "queue_open_due"},
		{QueueQuery{View: ViewOpen, Sort: SortDue, ProjectID: y.other}, "queue_open_project_due"},
	} {
		c.q.AgentID, c.q.Limit, c.q.Now, c.q.DateSoon, c.q.Until = y.agent, 50, now, now+1000, now+1000_000
		p := c.q.plan(db, false)
		where, args := joinParts(append([]part{p.ranges[0], {sql: p.holds}, {sql: p.view}}, p.rest...))
		rows, err := db.query(t.Context(), "EXPLAIN SELECT t.id AS id, "+p.key+" AS k FROM tickets t WHERE "+where+p.order("k", "id")+" LIMIT ?", append(args, 51)...)
		if err != nil {
			t.Fatal(err)
		}
		var plan strings.Builder
		for rows.Next() {
			var line string
			if err := rows.Scan(&line); err != nil {
				t.Fatal(err)
			}
			fmt.Fprintln(&plan, line)
		}
		if err := rows.Close(); err != nil {
			t.Fatal(err)
		}
		if got := plan.String(); !strings.Contains(got, c.index+" ") || strings.Contains(got, "Sort") || strings.Contains(got, "Seq Scan") {
			t.Errorf("%+v takes\n%s", c.q, got)
		}
	}
}

// AG-2, AG-6: the sheet of a ticket tells the same of its promises and its clock as their rows.
func TestSheetTellsPromises(t *testing.T) {
	eachDB(t, func(t *testing.T, db *DB) {
		y := newYard(t, db)
		id := y.ids["mine"]
		y.promised(t, db, "mine", At(noon)+5, At(noon)+9, ClockRuns, true, true)
		write(t, db, func(ctx context.Context, tx *Tx) error {
			calendar := int64(7)
			for i := range 3 {
				p := &Promise{TicketID: id, Kind: PromiseNext, PolicyID: 3, Minutes: int64(i), CalendarID: &calendar, PauseOnHold: i == 1, WarnPercent: 60, StartedAt: At(noon) + Stamp(i), WarnedAt: 4, MetAt: 5, EndedAt: 6}
				if err := insert(ctx, tx, p); err != nil {
					return err
				}
				for _, state := range []Clock{ClockWaits, ClockRuns} { // at one moment: their order is that of their ids
					if _, err := tx.exec(ctx, "INSERT INTO clock_segments (ticket_id, state, started_at) VALUES (?, ?, ?)", id, state, At(noon)+Stamp(i)); err != nil {
						return err
					}
				}
			}
			return nil
		})
		sheet, want := must(Properties(t.Context(), db, id, nil, y.agent))(t).History, must(HistoryOf(t.Context(), db, id))(t)
		if !slices.Equal(sheet.Segments, want.Segments) || len(sheet.Promises) != 4 || len(want.Promises) != 4 {
			t.Fatalf("%+v, want %+v", sheet.Segments, want.Segments)
		}
		for i := range want.Promises {
			if !reflect.DeepEqual(sheet.Promises[i], want.Promises[i]) {
				t.Errorf("%+v, want %+v", sheet.Promises[i], want.Promises[i])
			}
		}
	})
}
