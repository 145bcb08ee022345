package models

import (
	"context"
	"errors"
	"fmt"
	"strings"
)

// Rows are many rows at once, with the ids they shall have. Parents stand before their
// children: contacts, companies, members, tickets, participants, messages, events, segments, promises; collections, articles.
type Rows struct {
	Contacts     []Contact
	Companies    []Company
	Members      []Membership
	Tickets      []Ticket
	Participants []Participant
	Messages     []Message
	Events       []Event
	Segments     []ClockSegment
	Promises     []Promise
	Tokens       []Token
	Collections  []Collection
	Articles     []Article
	Changes      []Change
}

// Loader writes Rows. It lives only inside Load.
type Loader struct{ db *DB }

// Load fills a database that nobody uses yet with very many rows, for benchmarks and for
// trying Lodge at size; verbs do the same work a ticket at a time. It refuses a database
// that holds tickets, contacts or articles. On SQLite it holds the one writer, so f must
// only read the database, and commits do not wait for the disk until the end: a folder
// whose loading was stopped, by a power cut or an error, is to be thrown away.
func Load(ctx context.Context, db *DB, f func(ctx context.Context, l *Loader) error) (err error) {
	for _, table := range []string{"tickets", "contacts", "articles"} {
		var used bool
		if err := db.row(ctx, "SELECT EXISTS (SELECT 1 FROM "+table+")").Scan(&used); err != nil {
			return err
		}
		if used {
			return fmt.Errorf("the database already holds %s; load into a new one", table)
		}
	}
	l := &Loader{db}
	if !db.dialect.postgres {
		select {
		case db.turn <- struct{}{}:
			defer func() { <-db.turn }()
		case <-ctx.Done():
			return ctx.Err()
		}
		if err := l.pragmas(ctx, "synchronous = OFF", "cache_size = -256000"); err != nil {
			return err
		}
		defer func() {
			err = errors.Join(err, l.pragmas(context.WithoutCancel(ctx), "synchronous = FULL", "cache_size = -16000"))
		}()
	}
	// Words come in no order: their index is made once, at the end.
	if err := l.write(ctx, func(ctx context.Context, tx *Tx) error {
		_, err := tx.exec(ctx, "DROP INDEX IF EXISTS contact_words_word")
		return err
	}); err != nil {
		return err
	}
	if err := f(ctx, l); err != nil {
		return err
	}
	return l.settle(ctx)
}

func (l *Loader) pragmas(ctx context.Context, all ...string) error {
	for _, pragma := range all {
		if _, err := l.db.writer.ExecContext(ctx, "PRAGMA "+pragma); err != nil {
			return fmt.Errorf("%s: %w", pragma, err)
		}
	}
	return nil
}

// settle makes what was loaded durable, brings the counters behind it and tells the
// planner how large the tables are.
func (l *Loader) settle(ctx context.Context) error {
	db := l.db
	err := l.write(ctx, func(ctx context.Context, tx *Tx) error {
		_, err := tx.exec(ctx, `INSERT INTO counters (name, value) SELECT 'tickets', COALESCE(MAX(number), 0) FROM tickets WHERE 1 = 1
			ON CONFLICT (name) DO UPDATE SET value = excluded.value`)
		if err != nil {
			return err
		}
		_, err = tx.exec(ctx, "CREATE INDEX IF NOT EXISTS contact_words_word ON contact_words (word, contact_id)")
		if err != nil || !db.dialect.postgres {
			return err
		}
		for _, table := range []string{"contacts", "companies", "tickets", "participants", "messages", "events", "collections", "articles"} {
			if _, err := tx.exec(ctx, "SELECT setval(pg_get_serial_sequence('"+table+"', 'id'), (SELECT COALESCE(MAX(id), 0) + 1 FROM "+table+"), false)"); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("settle: %w", err)
	}
	if db.dialect.postgres {
		_, err := db.reads.ExecContext(ctx, "ANALYZE")
		return err
	}
	// Durable first: the checkpoint after it then waits for the whole file.
	if err := l.pragmas(ctx, "synchronous = FULL", "analysis_limit = 1000"); err != nil {
		return err
	}
	if _, err := db.writer.ExecContext(ctx, "ANALYZE"); err != nil {
		return fmt.Errorf("analyze: %w", err)
	}
	return l.pragmas(ctx, "wal_checkpoint(TRUNCATE)")
}

// write is one transaction. On SQLite Load holds the writer's turn already.
func (l *Loader) write(ctx context.Context, f func(ctx context.Context, tx *Tx) error) error {
	if l.db.dialect.postgres {
		return l.db.writePostgres(ctx, &Tx{db: l.db}, f)
	}
	if _, err := l.db.writer.ExecContext(ctx, "BEGIN IMMEDIATE"); err != nil {
		return err
	}
	err := f(ctx, &Tx{db: l.db})
	if err == nil {
		_, err = l.db.writer.ExecContext(ctx, "COMMIT")
	}
	if err != nil {
		_, undo := l.db.writer.ExecContext(context.WithoutCancel(ctx), "ROLLBACK")
		return errors.Join(err, undo)
	}
	return nil
}

// Write adds the rows in one transaction. Foreign keys are checked as ever.
func (l *Loader) Write(ctx context.Context, rows *Rows) error {
	return l.write(ctx, func(ctx context.Context, tx *Tx) error {
		for _, load := range []func() error{
			func() error { return load(ctx, tx, "contacts", contactInto, rows.Contacts, (*Contact).bulk) },
			func() error { return insertWords(ctx, tx, rows.Contacts) },
			func() error { return load(ctx, tx, "companies", companyInto, rows.Companies, (*Company).bulk) },
			func() error {
				return load(ctx, tx, "company_members", memberInto, rows.Members, (*Membership).bulk)
			},
			func() error { return load(ctx, tx, "tickets", ticketColumns, rows.Tickets, (*Ticket).bulk) },
			func() error {
				return load(ctx, tx, "participants", participantInto, rows.Participants, (*Participant).bulk)
			},
			func() error { return seatRows(ctx, tx, rows.Participants) },
			func() error { return load(ctx, tx, "messages", messageInto, rows.Messages, (*Message).bulk) },
			func() error { return load(ctx, tx, "events", eventInto, rows.Events, (*Event).bulk) },
			func() error { return load(ctx, tx, "clock_segments", segmentInto, rows.Segments, (*ClockSegment).bulk) },
			func() error { return load(ctx, tx, "promises", promiseInto, rows.Promises, (*Promise).bulk) },
			func() error { return load(ctx, tx, "tokens", tokenInto, rows.Tokens, (*Token).bulk) },
			func() error {
				return load(ctx, tx, "collections", collectionInto, rows.Collections, (*Collection).bulk)
			},
			func() error { return load(ctx, tx, "articles", articleInto, rows.Articles, (*Article).bulk) },
			func() error {
				return load(ctx, tx, "changes", "noun, noun_id, created_at", rows.Changes, (*Change).bulk)
			},
		} {
			if err := load(); err != nil {
				return err
			}
		}
		return nil
	})
}

// atOnce is how many arguments one statement carries at most: far fewer steps than a row
// each, and no longer text than a prepared statement bears well.
const atOnce = 800

// load inserts rows by as few prepared statements as it can: one of many rows, used again
// and again, and one of a single row for the rest.
func load[T any](ctx context.Context, tx *Tx, table, columns string, rows []T, values func(*T, []any) []any) error {
	width := strings.Count(columns, ",") + 1
	many := max(atOnce/width, 1)
	one := "(" + places(width) + ")"
	statement := func(n int) string {
		return "INSERT INTO " + table + " (" + columns + ") VALUES " + strings.Repeat(one+", ", n-1) + one
	}
	full, single := statement(many), statement(1)
	args := make([]any, 0, many*width)
	for len(rows) > 0 {
		n, text := 1, single
		if len(rows) >= many {
			n, text = many, full
		}
		args = args[:0]
		for i := range n {
			args = values(&rows[i], args)
		}
		if _, err := tx.exec(ctx, text, args...); err != nil {
			return fmt.Errorf("load %s: %w", table, err)
		}
		rows = rows[n:]
	}
	return nil
}

// Plain values only from here on: what the driver need not look at by reflection goes in
// several times as fast.

func nullable(id *int64) any {
	if id == nil {
		return nil
	}
	return *id
}

const contactInto = "id, address, address_key, synthetic, name, locale, origin, proven_at, created_at"

func (c *Contact) bulk(to []any) []any {
	return append(to, c.ID, c.Address, c.AddressKey, c.Synthetic, c.Name, c.Locale, c.Origin, int64(c.ProvenAt), int64(c.CreatedAt))
}

const companyInto = companyColumns

func (k *Company) bulk(to []any) []any {
	return append(to, k.ID, k.Name, k.NameKey, k.Notes, k.Sees, int64(k.CreatedAt), k.MinutesBought, k.MinutesUsed, int64(k.LowToldAt))
}

const memberInto = "company_id, contact_id, manager, created_at"

func (m *Membership) bulk(to []any) []any {
	return append(to, m.CompanyID, m.ContactID, m.Manager, int64(m.CreatedAt))
}

func (t *Ticket) bulk(to []any) []any {
	return append(to, t.ID, t.ProjectID, t.Number, t.Reference, t.Title, nullable(t.TypeID), t.StatusID, string(t.Category), t.Priority, nullable(t.TemplateID), t.RawFields,
		t.ReporterID, nullable(t.AssigneeID), nullable(t.TeamID), t.Origin, t.Version, t.PublicVersion, t.Unproven, nullable(t.FollowsID),
		int64(t.CreatedAt), int64(t.UpdatedAt), int64(t.PublicAt), int64(t.ResolvedAt), int64(t.EndedAt),
		nullable(t.CompanyID), int64(t.DueAt), int64(t.SnoozedUntil), nullable(t.MergedIntoID), int64(t.SpamAt),
		int64(t.AnsweredAt), int64(t.AskedAt), int64(t.TalkedAt), int64(t.RemindedAt), t.OutsideHours, t.PromiseKey, string(t.Clock), t.PromiseKind, int64(t.PromiseWarnAt), int64(t.PromiseAt), int64(t.NextAt), t.Private)
}

const participantInto = "id, ticket_id, contact_id, joined_as, generation, unsubscribed_at, created_at"

func (p *Participant) bulk(to []any) []any {
	return append(to, p.ID, p.TicketID, p.ContactID, p.JoinedAs, p.Generation, int64(p.UnsubscribedAt), int64(p.CreatedAt))
}

const messageInto = "id, pid, ticket_id, kind, contact_id, agent_id, body, html, markup_version, origin, unproven, unconfirmed, version, public_version, publish_at, created_at"

func (m *Message) bulk(to []any) []any {
	return append(to, m.ID, m.PID, m.TicketID, m.Kind, nullable(m.ContactID), nullable(m.AgentID), m.Body, m.HTML, m.MarkupVersion, m.Origin, m.Unproven, m.Unconfirmed,
		m.Version, m.PublicVersion, int64(m.PublishAt), int64(m.CreatedAt))
}

const eventInto = "id, ticket_id, kind, public, contact_id, agent_id, message_id, data, version, created_at"

func (e *Event) bulk(to []any) []any {
	return append(to, e.ID, e.TicketID, e.Kind, e.Public, nullable(e.ContactID), nullable(e.AgentID), nullable(e.MessageID), e.Data, e.Version, int64(e.CreatedAt))
}

const segmentInto = "ticket_id, state, started_at"

func (s *ClockSegment) bulk(to []any) []any {
	return append(to, s.TicketID, string(s.State), int64(s.StartedAt))
}

const promiseInto = "ticket_id, kind, policy_id, minutes, calendar_id, pause_on_hold, warn_percent, started_at, warn_at, due_at, warned_at, broken_at, met_at, ended_at"

func (p *Promise) bulk(to []any) []any {
	return append(to, p.TicketID, p.Kind, p.PolicyID, p.Minutes, nullable(p.CalendarID), p.PauseOnHold, p.WarnPercent, int64(p.StartedAt), int64(p.WarnAt), int64(p.DueAt),
		int64(p.WarnedAt), int64(p.BrokenAt), int64(p.MetAt), int64(p.EndedAt))
}

const tokenInto = "hash, kind, subject_id, generation, expires_at, revoked_at, created_at"

func (t *Token) bulk(to []any) []any {
	return append(to, t.Hash, t.Kind, t.SubjectID, t.Generation, int64(t.ExpiresAt), int64(t.RevokedAt), int64(t.CreatedAt))
}

const collectionInto = "id, project_id, slug, name, summary, position"

func (c *Collection) bulk(to []any) []any {
	return append(to, c.ID, c.ProjectID, c.Slug, c.Name, c.Summary, c.Position)
}

const articleInto = "id, project_id, collection_id, slug, title, summary, body, html, plain, toc, markup_version, visibility, locale, views, version, published_at, created_at, updated_at"

func (a *Article) bulk(to []any) []any {
	return append(to, a.ID, a.ProjectID, nullable(a.CollectionID), a.Slug, a.Title, a.Summary, a.Body, a.HTML, a.Plain, a.TOC, a.MarkupVersion, a.Visibility, a.Locale,
		a.Views, a.Version, int64(a.PublishedAt), int64(a.CreatedAt), int64(a.UpdatedAt))
}

func (c *Change) bulk(to []any) []any {
	return append(to, c.Noun, c.NounID, int64(c.At))
}

// ForgetJobs drops the jobs of one kind that were due before a time.
func ForgetJobs(ctx context.Context, tx *Tx, kind string, before Stamp) error {
	_, err := tx.exec(ctx, "DELETE FROM jobs WHERE kind = ? AND run_at < ? AND claimed_by = ''", kind, before)
	return err
}
