package models

import (
	"context"
	"strings"
	"sync"
	"testing"
	"time"

	"lodge/internal/testpg"
)

// noon is the moment most tests happen at; they never read the clock.
var noon = time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)

// eachDB runs a test on a fresh SQLite file and on a fresh PostgreSQL database.
func eachDB(t *testing.T, test func(t *testing.T, db *DB)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) { test(t, openLiteDB(t)) })
	t.Run("postgres", func(t *testing.T) { test(t, openDB(t, Options{Address: testpg.Start(t)})) })
}

func openLiteDB(t testing.TB) *DB { return openDB(t, Options{Dir: t.TempDir()}) }

func openDB(t testing.TB, opts Options) *DB {
	t.Helper()
	db, err := Open(t.Context(), opts)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	return db
}

// write runs f in a transaction that must succeed.
func write(t testing.TB, db *DB, f func(ctx context.Context, tx *Tx) error) {
	t.Helper()
	if err := db.Write(t.Context(), f); err != nil {
		t.Fatal(err)
	}
}

func must[T any](value T, err error) func(t testing.TB) T {
	return func(t testing.TB) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return value
	}
}

// count answers a query that gives one number.
func count(t testing.TB, db *DB, query string, args ...any) int64 {
	t.Helper()
	var n int64
	if err := db.row(t.Context(), query, args...).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

// together runs f n times at once, all begun at the same moment.
func together(n int, f func(i int)) {
	var all sync.WaitGroup
	gate := make(chan struct{})
	for i := range n {
		all.Go(func() {
			<-gate
			f(i)
		})
	}
	close(gate)
	all.Wait()
}

// writeLockHeld runs f while another transaction holds the only SQLite writer: f must do
// without it. It fails the test when f does not come back.
func writeLockHeld(t *testing.T, db *DB, f func()) {
	t.Helper()
	write(t, db, func(context.Context, *Tx) error {
		done := make(chan struct{})
		go func() { defer close(done); f() }()
		select {
		case <-done:
		case <-time.After(20 * time.Second):
			t.Error("waits for the writer")
		}
		return nil
	})
}

// assertIndexed explains every statement that the database has prepared so far and fails
// for each one that reads a whole table. allowed names statements by a part of their text.
func assertIndexed(t *testing.T, db *DB, allowed ...string) {
	t.Helper()
	explained := 0
	check := func(key, _ any) bool {
		text := key.(string)
		for _, part := range allowed {
			if strings.Contains(text, part) {
				return true
			}
		}
		explained++
		for detail := range strings.Lines(explain(t, db, text)) {
			if whole(text, detail) {
				t.Errorf("%s  in %s", detail, text)
			}
		}
		return true
	}
	db.stmts.byText.Range(check)
	db.written.byText.Range(check)
	if explained == 0 {
		t.Error("no statement was explained")
	}
}

// explain gives SQLite's plan for a statement, a step a line.
func explain(t *testing.T, db *DB, text string) string {
	t.Helper()
	rows, err := db.reads.QueryContext(t.Context(), "EXPLAIN QUERY PLAN "+text, make([]any, strings.Count(text, "?"))...)
	if err != nil {
		t.Fatalf("%v: %s", err, text)
	}
	defer rows.Close()
	var plan strings.Builder
	for rows.Next() {
		var id, parent, unused int
		var detail string
		if err := rows.Scan(&id, &parent, &unused, &detail); err != nil {
			t.Fatal(err)
		}
		plan.WriteString(detail + "\n")
	}
	return plan.String()
}

// whole says whether a line of a plan reads a whole table. Walking an index in its order
// is right only for a statement that stops after a few rows.
func whole(text, detail string) bool {
	if !strings.HasPrefix(detail, "SCAN ") {
		return false
	}
	switch table := strings.Fields(detail)[1]; table {
	case "CONSTANT", "due", "waiting", "hits", "counted", "(subquery":
		return false
	}
	return !strings.Contains(detail, "USING") || !(strings.Contains(text, "LIMIT") || strings.Contains(text, "MIN("))
}

// desk is the least that rows about tickets need to stand on.
type desk struct{ project, status, contact, ticket, event int64 }

func newDesk(t testing.TB, db *DB) desk {
	t.Helper()
	var d desk
	write(t, db, func(ctx context.Context, tx *Tx) error {
		p := &Project{Slug: "support", Name: "Support", Portal: PortalPublic, Settings: DefaultProjectSettings(), CreatedAt: At(noon)}
		if err := InsertProject(ctx, tx, p); err != nil {
			return err
		}
		s := &Status{ProjectID: p.ID, Slug: "new", Name: "New", Category: CategoryNew}
		if err := InsertStatus(ctx, tx, s); err != nil {
			return err
		}
		d.project, d.status = p.ID, s.ID
		if err := tx.row(ctx, "INSERT INTO contacts (address, address_key, created_at) VALUES ('ann@example.com', 'ann@example.com', ?) RETURNING id", At(noon)).Scan(&d.contact); err != nil {
			return err
		}
		ticket := &Ticket{ProjectID: p.ID, Reference: "K7-3QX", Title: "Broken", StatusID: s.ID, Category: s.Category, RawFields: "[]", ReporterID: d.contact, CreatedAt: At(noon), UpdatedAt: At(noon)}
		if err := InsertTicket(ctx, tx, ticket); err != nil {
			return err
		}
		d.ticket = ticket.ID
		d.event = newEvent(t, ctx, tx, d.ticket)
		return nil
	})
	return d
}

func newEvent(t testing.TB, ctx context.Context, tx *Tx, ticket int64) (id int64) {
	t.Helper()
	if err := tx.row(ctx, "INSERT INTO events (ticket_id, kind, version, created_at) VALUES (?, 'replied', 1, ?) RETURNING id", ticket, At(noon)).Scan(&id); err != nil {
		t.Fatal(err)
	}
	return id
}
