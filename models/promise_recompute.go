package models

import (
	"context"
	"slices"
	"time"
)

// JobRecompute finds the promises of all open tickets again: RecomputeJob is its argument.
const JobRecompute = "recompute"

// RecomputeJob says how far a finding again has come.
type RecomputeJob struct {
	// After is the id of the last ticket that was looked at.
	After int64 `json:"after,omitempty"`
}

// QueueRecompute leaves it to a job to find the promises of all open tickets again, after a change
// of calendars, policies, or of what chooses them. Asked for while such a job waits it is one;
// asked for while one runs it is done once more. The zero time is at once.
func QueueRecompute(ctx context.Context, tx *Tx, now time.Time) error {
	if tx.db.dialect.postgres && !now.IsZero() {
		// Whoever read the catalog before this change may save a ticket after the job has passed
		// it; by then they have come to their end.
		if err := Enqueue(ctx, tx, JobRecompute, JobRecompute+":again", RecomputeJob{}, now.Add(time.Minute)); err != nil {
			return err
		}
	}
	return Enqueue(ctx, tx, JobRecompute, JobRecompute, RecomputeJob{}, now)
}

// RecomputePromises finds the promises of the next limit (at most 256) open tickets behind a place
// again. It gives the place where the next call goes on, and done when there are no more. Tickets
// whose promises are right already cost one look. Neither version nor order of a ticket moves:
// nobody has worked on it.
func RecomputePromises(ctx context.Context, tx *Tx, after int64, limit int, now Stamp) (next int64, done bool, err error) {
	cat, err := TxCatalog(ctx, tx)
	if err != nil {
		return after, false, err
	}
	limit = min(limit, atOncePromises)
	some, err := openTicketIDs(ctx, tx, after, limit)
	if err != nil || len(some) == 0 {
		return after, err == nil, err
	}
	return some[len(some)-1], len(some) < limit, recompute(ctx, tx, cat, some, now)
}

// openTicketIDs lists tickets that may be owed something, by id: those that are open, and any that
// has a pending promise.
func openTicketIDs(ctx context.Context, c Conn, after int64, limit int) ([]int64, error) {
	return ids(c.query(ctx, `SELECT id FROM (SELECT id FROM tickets`+c.root().dialect.indexed("tickets_open")+` WHERE ended_at = 0 AND spam_at = 0 AND merged_into_id IS NULL AND id > ? ORDER BY id LIMIT ?) AS due
		UNION SELECT ticket_id FROM (SELECT ticket_id FROM promises`+c.root().dialect.indexed("promises_pending")+` WHERE met_at = 0 AND ended_at = 0 AND ticket_id > ? ORDER BY ticket_id LIMIT ?) AS hits
		ORDER BY 1 LIMIT ?`, after, limit, after, limit, limit))
}

// recompute brings clock and promises of at most atOncePromises tickets to what they now are.
func recompute(ctx context.Context, tx *Tx, cat *Catalog, some []int64, now Stamp) error {
	tickets, err := promisedTickets(ctx, tx, some, false)
	if err != nil {
		return err
	}
	var stale []int64
	promised := false
	for _, t := range tickets {
		if key := promiseKey(cat, t); t.stale(key) {
			stale = append(stale, t.ID)
			promised = promised || key != "" || t.PromiseKey != ""
		}
	}
	if len(stale) == 0 {
		return nil
	}
	if tx.db.dialect.postgres {
		// On SQLite nobody else writes meanwhile.
		if tickets, err = promisedTickets(ctx, tx, stale, true); err != nil {
			return err
		}
	}
	all, err := histories(ctx, tx, stale, promised)
	if err != nil {
		return err
	}
	var written []*History
	var rows [][]any
	for _, t := range tickets {
		h := all[t.ID]
		if h == nil || !t.stale(promiseKey(cat, t)) {
			continue
		}
		h.Keep(cat, t, now)
		written = append(written, h)
		rows = append(rows, []any{t.ID, t.PromiseKey, string(t.Clock), t.PromiseKind, t.PromiseWarnAt, t.PromiseAt, t.NextAt})
	}
	if err := writeHistories(ctx, tx, written); err != nil {
		return err
	}
	err = manyRows(ctx, tx, rows, `UPDATE tickets SET promise_key = v.column2, clock = v.column3, promise_kind = v.column4, promise_warn_at = v.column5, promise_at = v.column6, next_at = v.column7
		FROM (VALUES `, `) AS v WHERE tickets.id = v.column1`)
	if err != nil {
		return err
	}
	return keepSeats(ctx, tx, some...)
}

// recomputeAll is recompute for any number of tickets, for moves of many at once.
func recomputeAll(ctx context.Context, tx *Tx, all []int64, now Stamp) error {
	cat, err := TxCatalog(ctx, tx)
	if err != nil {
		return err
	}
	for some := range slices.Chunk(all, atOncePromises) {
		if err := recompute(ctx, tx, cat, some, now); err != nil {
			return err
		}
	}
	return nil
}

// promisedTickets reads what promises depend on, by id; lock keeps others from changing it on
// PostgreSQL, always in the same order.
func promisedTickets(ctx context.Context, c Conn, some []int64, lock bool) ([]*Ticket, error) {
	list, args := idList(some)
	query := `SELECT id, number, title, project_id, type_id, team_id, company_id, category, priority, spam_at, merged_into_id, created_at, updated_at, ended_at, due_at, answered_at, asked_at,
		promise_key, clock, promise_kind, promise_warn_at, promise_at, next_at FROM tickets WHERE id IN (` + list + `) ORDER BY id`
	if lock {
		query += " FOR UPDATE"
	}
	rows, err := c.query(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []*Ticket
	for rows.Next() {
		var t Ticket
		if err := rows.Scan(&t.ID, &t.Number, &t.Title, &t.ProjectID, &t.TypeID, &t.TeamID, &t.CompanyID, &t.Category, &t.Priority, &t.SpamAt, &t.MergedIntoID, &t.CreatedAt, &t.UpdatedAt, &t.EndedAt, &t.DueAt,
			&t.AnsweredAt, &t.AskedAt, &t.PromiseKey, &t.Clock, &t.PromiseKind, &t.PromiseWarnAt, &t.PromiseAt, &t.NextAt); err != nil {
			return nil, err
		}
		all = append(all, &t)
	}
	return all, rows.Err()
}
