package models

import (
	"context"
	"strings"
	"testing"
	"time"
)

// promisedDesk is a desk with one ticket and a policy for it: first answer in an hour, next in two,
// solved in a day, at any hour.
func promisedDesk(t *testing.T, db *DB) (d desk, policy *Policy) {
	t.Helper()
	d = newDesk(t, db)
	policy = &Policy{Name: "Usual", IsDefault: true, WarnPercent: 50, CreatedAt: At(noon), Targets: PolicyTargets{}}
	for priority := int64(0); priority <= PriorityUrgent; priority++ {
		policy.Targets[priority] = map[string]int64{PromiseFirst: 60, PromiseNext: 120, PromiseResolution: 1440}
	}
	write(t, db, func(ctx context.Context, tx *Tx) error {
		if err := InsertPolicy(ctx, tx, policy); err != nil {
			return err
		}
		_, _, err := RecomputePromises(ctx, tx, 0, 10, At(noon))
		return err
	})
	return d, policy
}

// AG-6: rows that were not kept by the rules are found, each sort of them.
func TestCheckPromisesFindsWhatIsWrong(t *testing.T) {
	for name, harm := range map[string]string{
		"a moved deadline":    "UPDATE promises SET due_at = due_at + 60000 WHERE kind = 'first'",
		"a lost promise":      "DELETE FROM promises WHERE kind = 'resolution'",
		"a lost segment":      "DELETE FROM clock_segments",
		"another clock":       "UPDATE clock_segments SET state = 'waits'",
		"a met promise":       "UPDATE promises SET met_at = 1 WHERE kind = 'first'",
		"the ticket's column": "UPDATE tickets SET promise_at = promise_at + 1, next_at = next_at + 1",
		"the queue's column":  "UPDATE tickets SET next_at = 5",
	} {
		t.Run(strings.ReplaceAll(name, " ", "_"), func(t *testing.T) {
			db := openLiteDB(t)
			promisedDesk(t, db)
			if err := CheckPromises(t.Context(), db); err != nil {
				t.Fatal(err)
			}
			write(t, db, func(ctx context.Context, tx *Tx) error {
				_, err := tx.exec(ctx, harm)
				return err
			})
			if err := CheckPromises(t.Context(), db); err == nil {
				t.Errorf("%s is not found", name)
			}
		})
	}
}

// AG-6: an overdue promise that nobody had made before is broken without news; one that moves
// ahead again may be told again.
func TestMarksOfAPromise(t *testing.T) {
	eachDB(t, func(t *testing.T, db *DB) {
		d, policy := promisedDesk(t, db)
		ctx := t.Context()
		at := func(kind string) *Promise {
			t.Helper()
			for _, p := range must(HistoryOf(ctx, db, d.ticket))(t).Promises {
				if p.Kind == kind {
					return p
				}
			}
			t.Fatalf("no %s promise", kind)
			return nil
		}
		tell := func(now time.Time) (told string) {
			t.Helper()
			write(t, db, func(ctx context.Context, tx *Tx) error {
				for _, p := range must(HistoryOf(ctx, tx, d.ticket))(t).Promises {
					next := p.NextStage()
					kind, err := TellPromise(ctx, tx, p, At(now))
					if err != nil {
						return err
					}
					if told += kind; (kind == "") != (next == 0 || next > At(now)) {
						t.Errorf("%s: told %q, and its next stage comes at %d", p.Kind, kind, next)
					}
				}
				return nil
			})
			return told
		}
		target := func(minutes int64, now time.Time) {
			t.Helper()
			policy.Targets[0][PromiseFirst] = minutes
			write(t, db, func(ctx context.Context, tx *Tx) error {
				if err := UpdatePolicy(ctx, tx, policy); err != nil {
					return err
				}
				_, _, err := RecomputePromises(ctx, tx, 0, 10, At(now))
				return err
			})
		}
		if got := tell(noon.Add(29 * time.Minute)); got != "" {
			t.Errorf("too early: %q", got)
		}
		if got := tell(noon.Add(30 * time.Minute)); got != EventPromiseWarned {
			t.Errorf("half way: %q", got)
		}
		if got := tell(noon.Add(61 * time.Minute)); got != EventPromiseBroken {
			t.Errorf("over: %q", got)
		}
		if got := tell(noon.Add(70 * time.Minute)); got != "" {
			t.Errorf("once more: %q", got)
		}
		target(65, noon.Add(71*time.Minute))
		if p := at(PromiseFirst); p.BrokenAt == 0 || p.WarnedAt == 0 {
			t.Errorf("still overdue, and the marks are gone: %+v", p)
		}
		target(200, noon.Add(72*time.Minute))
		if p := at(PromiseFirst); p.BrokenAt != 0 || p.WarnedAt != 0 {
			t.Errorf("ahead again, and the marks stay: %+v", p)
		}
		if got := tell(noon.Add(100*time.Minute)) + tell(noon.Add(201*time.Minute)); got != EventPromiseWarned+EventPromiseBroken {
			t.Errorf("told again: %q", got)
		}
		// A policy that comes when it is too late already.
		target(0, noon.Add(300*time.Minute))
		write(t, db, func(ctx context.Context, tx *Tx) error {
			_, err := tx.exec(ctx, "DELETE FROM promises WHERE kind = 'first'")
			return err
		})
		target(60, noon.Add(301*time.Minute))
		if p := at(PromiseFirst); p.BrokenAt != At(noon.Add(301*time.Minute)) {
			t.Errorf("overdue from the start: %+v", p)
		}
		if got := tell(noon.Add(302 * time.Minute)); got != "" {
			t.Errorf("no news: %q", got)
		}
		if err := CheckPromises(ctx, db); err != nil {
			t.Error(err)
		}
		if !db.dialect.postgres {
			must(TicketsToTell(ctx, db, At(noon), 5))(t)
			assertIndexed(t, db, "catalog", "FROM calendars", "FROM sla_policies", "VALUES", "DELETE FROM promises")
		}
	})
}

// AG-6: what promises do not depend on costs no query but the one for the catalog's version.
func TestOtherChangesCostNothing(t *testing.T) {
	db := openLiteDB(t)
	d, _ := promisedDesk(t, db)
	must(db.Catalog(t.Context()))(t)
	ticket := must(TicketByID(t.Context(), db, d.ticket))(t)
	statementTexts(db)
	write(t, db, func(ctx context.Context, tx *Tx) error {
		ticket.Title, ticket.UpdatedAt = "Another", ticket.UpdatedAt+5
		return SaveTicket(ctx, tx, ticket)
	})
	writes := 0
	for text := range statementTexts(db) {
		writes++
		if strings.Contains(text, "promises") || strings.Contains(text, "clock_segments") {
			t.Errorf("a new title runs %s", text)
		}
	}
	if writes == 0 {
		t.Error("nothing was run at all")
	}
}

// statementTexts are the statements of the writer, which are forgotten.
func statementTexts(db *DB) map[string]bool {
	all := map[string]bool{}
	db.written.byText.Range(func(key, _ any) bool { all[key.(string)] = true; return true })
	db.written.close()
	return all
}
