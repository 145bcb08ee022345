package models

import (
	"context"
	"fmt"
	"regexp"
	"strings"
	"testing"

	"lodge/internal/testpg"
)

// planned is a read of the clock, the rules or the pages about promises, with the index that has to
// find its rows. part names its statement among those that run reads, args are what it asks.
type planned struct {
	name, part string
	run        func(ctx context.Context, db *DB) error
	args       []any
	indexes    []string
}

// plannedReads are those that are asked every minute, at every change, or of every ticket that is open.
func plannedReads(y *yard) []planned {
	now := At(noon)
	list, some := idList([]int64{y.ids["mine"], y.ids["team"]})
	stage := func(i int) planned {
		s := stages[i]
		return planned{name: "stage " + s.index, part: "SELECT ticket_id FROM promises", args: []any{now, 300}, indexes: []string{s.index}, run: func(ctx context.Context, db *DB) error {
			_, err := ids(db.query(ctx, "SELECT ticket_id FROM promises"+db.dialect.indexed(s.index)+" WHERE "+s.holds+" ORDER BY "+s.key+" LIMIT ?", now, 300))
			return err
		}}
	}
	return []planned{stage(0), stage(1), stage(2),
		{"open and promised", "AS due", func(ctx context.Context, db *DB) error { _, err := openTicketIDs(ctx, db, 9, 256); return err }, []any{9, 256, 9, 256, 256}, []string{"tickets_open", "promises_pending"}},
		{"segments of some", "FROM clock_segments WHERE ticket_id IN (" + list, func(ctx context.Context, db *DB) error {
			_, err := histories(ctx, db, []int64{y.ids["mine"], y.ids["team"]}, true)
			return err
		}, some, []string{"clock_segments_ticket"}},
		{"promises of some", "FROM promises WHERE ticket_id IN (" + list, func(ctx context.Context, db *DB) error {
			_, err := histories(ctx, db, []int64{y.ids["mine"], y.ids["team"]}, true)
			return err
		}, some, []string{"ticket_id"}},
		{"tickets of policies", "FROM sla_policies p", func(ctx context.Context, db *DB) error { _, err := TicketsByPolicy(ctx, db, 1000); return err }, []any{1000}, []string{"promises_policy"}},
		{"dates of a ticket", "AND due_at > ?", func(ctx context.Context, db *DB) error {
			_, err := PendingPromises(ctx, db, y.ids["mine"], now)
			return err
		}, []any{y.ids["mine"], now}, []string{"ticket_id"}},
		{"silent", "ORDER BY talked_at", func(ctx context.Context, db *DB) error {
			_, err := SilentUnreminded(ctx, db, y.project, now, 100)
			return err
		}, []any{y.project, now, 100}, []string{"tickets_unreminded"}},
		{"reminded", "ORDER BY reminded_at", func(ctx context.Context, db *DB) error {
			_, err := SilentReminded(ctx, db, y.project, now, 100)
			return err
		}, []any{y.project, now, now, 100}, []string{"tickets_reminded"}},
		{"response times", "AS latest", func(ctx context.Context, db *DB) error {
			_, err := TookLately(ctx, db, []int64{y.project}, noon)
			return err
		}, []any{now, now, now, now, y.project, now - 1000, responseSample}, []string{"tickets_project", "clock_segments_ticket"}},
		{"loads of a team", "FROM agents a LEFT JOIN agent_projects p", func(ctx context.Context, db *DB) error {
			_, err := RouteMembers(ctx, db, y.project, y.team, now)
			return err
		}, []any{y.project, y.team}, []string{"queue_open_assignee"}},
		{"open tickets of an agent", "AND ended_at = 0 AND id > ?", func(ctx context.Context, db *DB) error {
			_, err := OpenTicketsAfter(ctx, db, y.agent, 5, 50)
			return err
		}, []any{y.agent, 5, 50}, []string{"tickets_open_of"}},
		{"bought time", "FROM time_purchases p", func(ctx context.Context, db *DB) error {
			_, err := PurchasesOf(ctx, db, y.firm, 0, 50)
			return err
		}, []any{y.firm, int64(1) << 60, 50}, []string{"time_purchases_company"}},
		{"used time", "FROM time_entries e", func(ctx context.Context, db *DB) error {
			_, err := TimeOfCompany(ctx, db, y.firm, 0, 50)
			return err
		}, []any{y.firm, int64(1) << 60, 50}, []string{"time_entries_company"}},
	}
}

// AG-4, AG-6, CP-10, CP-13: what is read every minute or at every change finds its rows by an index,
// among many tickets, on both databases.
func TestPromiseReadsByIndex(t *testing.T) {
	t.Run("sqlite", func(t *testing.T) {
		db := openLiteDB(t)
		y := newYard(t, db)
		for _, p := range plannedReads(y) {
			plan := explain(t, db, p.text(t, db))
			for _, index := range p.indexes {
				if !strings.Contains(plan, index) {
					t.Errorf("%s takes no %s:\n%s", p.name, index, plan)
				}
			}
			if strings.Contains(plan, "SCAN tickets\n") || strings.Contains(plan, "SCAN promises\n") || strings.Contains(plan, "SCAN t\n") {
				t.Errorf("%s reads all:\n%s", p.name, plan)
			}
		}
	})
	t.Run("postgres", func(t *testing.T) {
		db := openDB(t, Options{Address: testpg.Start(t)})
		y := newYard(t, db)
		y.many(t, db)
		// Only SQLite keeps its statements; without the indexes that it is told to use they are the same.
		lite := openLiteDB(t)
		newYard(t, lite)
		told := regexp.MustCompile(` INDEXED BY \w+`)
		for _, p := range plannedReads(y) {
			rows, err := db.query(t.Context(), "EXPLAIN "+told.ReplaceAllString(p.text(t, lite), ""), p.args...)
			if err != nil {
				t.Fatal(p.name, err)
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
			for _, index := range p.indexes {
				if !strings.Contains(plan.String(), index) {
					t.Errorf("%s takes no %s:\n%s", p.name, index, plan.String())
				}
			}
			for _, table := range []string{"tickets", "promises", "clock_segments", "time_entries", "time_purchases"} {
				if strings.Contains(plan.String(), "Seq Scan on "+table) {
					t.Errorf("%s reads all of %s:\n%s", p.name, table, plan.String())
				}
			}
		}
	})
}

// text is the statement that the read runs.
func (p *planned) text(t *testing.T, db *DB) string {
	t.Helper()
	db.stmts.close()
	if err := p.run(t.Context(), db); err != nil {
		t.Fatal(p.name, err)
	}
	found := ""
	db.stmts.byText.Range(func(key, _ any) bool {
		if text := key.(string); strings.Contains(text, p.part) {
			found = text
		}
		return found == ""
	})
	if found == "" {
		t.Fatalf("%s runs no statement with %q", p.name, p.part)
	}
	return found
}

// many fills a desk as years of work do: of thirty thousand tickets a tenth is open and a third of those
// waits for its customer.
func (y *yard) many(t *testing.T, db *DB) {
	t.Helper()
	write(t, db, func(ctx context.Context, tx *Tx) error {
		now, like := At(noon), y.ids["mine"]
		var agents []string
		for i := range 40 {
			a := &Agent{Address: fmt.Sprint(i, "@example.com"), AddressKey: fmt.Sprint(i, "@example.com"), Name: "A", Role: RoleAgent, CreatedAt: now}
			if err := InsertAgent(ctx, tx, a); err != nil {
				return err
			}
			agents = append(agents, fmt.Sprint(a.ID))
		}
		for _, query := range []string{
			`INSERT INTO tickets (project_id, number, reference, title, status_id, category, fields, priority, reporter_id, assignee_id, company_id, origin, version, public_version, created_at, updated_at, public_at, ended_at, answered_at, talked_at, reminded_at)
				SELECT project_id, 1000 + n, 'G-' || n, title, status_id, CASE WHEN n % 30 = 0 THEN 'waiting' ELSE category END, fields, 2, reporter_id, (ARRAY[` + strings.Join(agents, ",") + `])[1 + n / 10 % 40], ` + fmt.Sprint(y.firm) + `, 'web', 1, 1, created_at, ` + fmt.Sprint(int64(now)) + ` - n, public_at,
					CASE WHEN n % 10 = 0 THEN 0 ELSE updated_at END, created_at + 1, ` + fmt.Sprint(int64(now)) + ` + (n - 25000) * 1000, CASE WHEN n % 60 = 0 THEN ` + fmt.Sprint(int64(now)) + ` + (n - 25000) * 1001 ELSE 0 END
				FROM tickets, generate_series(1, 30000) AS n WHERE id = ` + fmt.Sprint(like),
			`INSERT INTO promises (ticket_id, kind, policy_id, minutes, pause_on_hold, warn_percent, started_at, warn_at, due_at, warned_at, broken_at, met_at, ended_at)
				SELECT id, k.kind, 1 + id % 40, 60, FALSE, 75, 1, talked_at + 20000000, talked_at + 30000000, 0, 0, CASE WHEN ended_at > 0 THEN 2 ELSE 0 END, 0
				FROM tickets, (VALUES ('first'), ('resolution')) AS k (kind) WHERE number > 1000`,
			`INSERT INTO clock_segments (ticket_id, state, started_at) SELECT id, k.state, 1 FROM tickets, (VALUES ('runs'), ('stopped')) AS k (state) WHERE number > 1000`,
			`INSERT INTO time_entries (ticket_id, agent_id, company_id, minutes, note, created_at) SELECT id, ` + fmt.Sprint(y.agent) + `, CASE WHEN id % 50 = 0 THEN company_id END, 5, '', 1 FROM tickets WHERE number > 1000`,
			`INSERT INTO companies (name, name_key, created_at) SELECT 'K' || n, 'k' || n, 1 FROM generate_series(1, 500) AS n`,
			`INSERT INTO time_purchases (company_id, minutes, bought_on, note, created_at) SELECT id, 5, '2026-01-01', '', 1 FROM companies, generate_series(1, 20) AS n`,
		} {
			if _, err := tx.exec(ctx, query); err != nil {
				return fmt.Errorf("%w in %s", err, query)
			}
		}
		for i := range 20 {
			if err := InsertPolicy(ctx, tx, &Policy{Name: fmt.Sprint("P", i), CreatedAt: 1}); err != nil {
				return err
			}
		}
		return nil
	})
	// As the database does by itself; only then it knows what it need not look at.
	if _, err := db.reads.ExecContext(t.Context(), "VACUUM (ANALYZE)"); err != nil {
		t.Fatal(err)
	}
}
