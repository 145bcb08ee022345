package models

import (
	"context"
	"fmt"
	"strings"
	"testing"
)

// bulkRows are n tickets with one message each, in a project that newDesk's kind of rows
// stand on.
func bulkRows(project, status int64, n int) *Rows {
	rows := &Rows{Contacts: []Contact{{ID: 1, Address: "ann@example.com", AddressKey: "ann@example.com", Origin: OriginWeb, CreatedAt: At(noon)}}}
	one := int64(1)
	for i := int64(1); i <= int64(n); i++ {
		rows.Tickets = append(rows.Tickets, Ticket{ID: i, ProjectID: project, Number: i, Reference: fmt.Sprintf("K7-%03d", i), Title: "Broken", StatusID: status,
			Category: CategoryNew, Priority: PriorityNormal, RawFields: "[]", ReporterID: 1, Origin: OriginWeb, Version: 1, PublicVersion: 1, CreatedAt: At(noon), UpdatedAt: At(noon)})
		rows.Participants = append(rows.Participants, Participant{ID: i, TicketID: i, ContactID: 1, JoinedAs: JoinedReporter, Generation: 1, CreatedAt: At(noon)})
		rows.Messages = append(rows.Messages, Message{ID: i, PID: fmt.Sprintf("pid%d", i), TicketID: i, Kind: MessageDescription, ContactID: &one, Body: "It is broken.",
			HTML: "<p>It is broken.</p>", MarkupVersion: 1, Origin: OriginWeb, Version: 1, PublicVersion: 1, PublishAt: At(noon), CreatedAt: At(noon)})
		rows.Events = append(rows.Events, Event{ID: i, TicketID: i, Kind: EventCreated, Public: true, ContactID: &one, MessageID: &i, Data: "{}", Version: 1, CreatedAt: At(noon)})
		rows.Tokens = append(rows.Tokens, Token{Hash: fmt.Appendf(nil, "%032d", i), Kind: TokenThread, SubjectID: i, Generation: 1, CreatedAt: At(noon)})
	}
	rows.Collections = []Collection{{ID: 1, ProjectID: project, Slug: "start", Name: "Start"}}
	rows.Articles = []Article{{ID: 1, ProjectID: project, CollectionID: &one, Slug: "first", Title: "First", Visibility: VisibilityPublic, Locale: "en", TOC: "[]", Version: 1, CreatedAt: At(noon), UpdatedAt: At(noon)}}
	rows.Changes = []Change{{Noun: "article", NounID: 1, At: At(noon)}}
	return rows
}

func bulkProject(t *testing.T, db *DB) (project, status int64) {
	t.Helper()
	write(t, db, func(ctx context.Context, tx *Tx) error {
		p := &Project{Slug: "support", Name: "Support", Portal: PortalPublic, Settings: DefaultProjectSettings(), CreatedAt: At(noon)}
		if err := InsertProject(ctx, tx, p); err != nil {
			return err
		}
		s := &Status{ProjectID: p.ID, Slug: "new", Name: "New", Category: CategoryNew}
		project = p.ID
		defer func() { status = s.ID }()
		return InsertStatus(ctx, tx, s)
	})
	return project, status
}

// Loaded rows are ordinary rows: read by the same queries, counted on by the same
// counters, and durable afterwards.
func TestLoad(t *testing.T) {
	eachDB(t, func(t *testing.T, db *DB) {
		project, status := bulkProject(t, db)
		// More than one full statement and a rest.
		const n = 2*(atOnce/23) + 3
		err := Load(t.Context(), db, func(ctx context.Context, l *Loader) error { return l.Write(ctx, bulkRows(project, status, n)) })
		if err != nil {
			t.Fatal(err)
		}
		for _, table := range []string{"tickets", "participants", "messages", "events", "tokens"} {
			if got := count(t, db, "SELECT COUNT(*) FROM "+table); got != n {
				t.Errorf("%s: %d rows, want %d", table, got, n)
			}
		}
		if err := Verify(t.Context(), db); err != nil {
			t.Error(err)
		}
		access, _, err := db.AccessByHash(t.Context(), TokenThread, fmt.Appendf(nil, "%032d", 7))
		if err != nil || access.Ticket.ID != 7 {
			t.Errorf("access: %+v, %v", access, err)
		}
		// What comes after goes on where loading ended.
		write(t, db, func(ctx context.Context, tx *Tx) error {
			ticket := &Ticket{ProjectID: project, Reference: "ZZ-ZZZ", Title: "Next", StatusID: status, Category: CategoryNew, RawFields: "[]", ReporterID: 1, CreatedAt: At(noon), UpdatedAt: At(noon)}
			if err := InsertTicket(ctx, tx, ticket); err != nil {
				return err
			}
			if ticket.Number != n+1 || ticket.ID <= n {
				t.Errorf("next ticket: number %d, id %d", ticket.Number, ticket.ID)
			}
			_, err := EnsureContact(ctx, tx, Contact{Address: "bob@example.com", AddressKey: "bob@example.com", CreatedAt: At(noon)})
			return err
		})
		if !db.Postgres() {
			var level int
			if err := db.writer.QueryRowContext(t.Context(), "PRAGMA synchronous").Scan(&level); err != nil || level != 2 {
				t.Errorf("synchronous is %d afterwards, %v", level, err)
			}
		}
		if changes := must(Changes(t.Context(), db, Position{}, 10))(t); len(changes) != 1 || changes[0].Noun != "article" {
			t.Errorf("changes: %+v", changes)
		}
	})
}

func TestLoadRefusesAUsedDatabase(t *testing.T) {
	eachDB(t, func(t *testing.T, db *DB) {
		newDesk(t, db)
		err := Load(t.Context(), db, func(context.Context, *Loader) error { t.Error("loads"); return nil })
		if err == nil || !strings.Contains(err.Error(), "already holds tickets") {
			t.Errorf("err = %v", err)
		}
	})
}

// A batch that fails leaves nothing, and the writer is free again.
func TestLoadFails(t *testing.T) {
	eachDB(t, func(t *testing.T, db *DB) {
		_, status := bulkProject(t, db)
		err := Load(t.Context(), db, func(ctx context.Context, l *Loader) error { return l.Write(ctx, bulkRows(999, status, 3)) })
		if err == nil {
			t.Fatal("a project that is not there was accepted")
		}
		if n := count(t, db, "SELECT COUNT(*) FROM contacts"); n != 0 {
			t.Errorf("%d contacts are left", n)
		}
		write(t, db, func(ctx context.Context, tx *Tx) error { return NoteChange(ctx, tx, "ticket", 1, noon) })
	})
}

func TestVerifyFindsOrphans(t *testing.T) {
	db := openLiteDB(t)
	if err := Verify(t.Context(), db); err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{"PRAGMA foreign_keys = OFF", "INSERT INTO messages (pid, ticket_id, kind, body, html, markup_version, version, publish_at, created_at) VALUES ('p', 77, 'note', '', '', 1, 1, 0, 0)"} {
		if _, err := db.writer.ExecContext(t.Context(), text); err != nil {
			t.Fatal(err)
		}
	}
	if err := Verify(t.Context(), db); err == nil {
		t.Error("a message without its ticket was not found")
	}
}

func TestForgetJobs(t *testing.T) {
	db := openLiteDB(t)
	write(t, db, func(ctx context.Context, tx *Tx) error {
		for i, kind := range []string{"notify", "notify", "thumbnail"} {
			if err := Enqueue(ctx, tx, kind, "", nil, noon.AddDate(0, 0, i)); err != nil {
				return err
			}
		}
		return ForgetJobs(ctx, tx, "notify", At(noon.AddDate(0, 0, 1)))
	})
	if n := count(t, db, "SELECT COUNT(*) FROM jobs"); n != 2 {
		t.Errorf("%d jobs are left, want 2", n)
	}
}
