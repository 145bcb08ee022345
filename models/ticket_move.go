package models

import (
	"context"
)

// The moves of many tickets at once that follow a change of settings. Each takes a batch and
// says how many it moved, so that a million tickets are many short transactions and never one
// long one. None touches updated_at or public_at: nobody has worked on these tickets, and a
// queue must not be stirred by an administrator.

// LeaveStatus moves up to limit tickets from a deleted status to the one that takes its place,
// keeps their end times true and writes an event for each, made by agentID.
func LeaveStatus(ctx context.Context, tx *Tx, from, to *Status, agentID *int64, limit int, now Stamp) (int, error) {
	ids, err := ticketIDs(ctx, tx, "SELECT id FROM tickets WHERE status_id = ? ORDER BY updated_at, id LIMIT ?", from.ID, limit)
	if err != nil || len(ids) == 0 {
		return 0, err
	}
	ended, resolved, args := endTimes(to.Category, now)
	args = append([]any{to.ID, to.Category}, args...)
	// A ticket that somebody else has moved meanwhile is left where it is.
	moved, err := ticketIDs(ctx, tx, "UPDATE tickets SET status_id = ?, category = ?, ended_at = "+ended+", resolved_at = "+resolved+
		", version = version + 1, public_version = public_version + 1 WHERE id IN ("+places(len(ids))+") AND status_id = ? RETURNING id", append(append(args, anyIDs(ids)...), from.ID)...)
	if err != nil || len(moved) == 0 {
		return len(ids), err
	}
	_, err = tx.exec(ctx, `INSERT INTO events (ticket_id, kind, public, agent_id, data, version, created_at)
		SELECT id, '`+EventStatusChanged+`', TRUE, CAST(? AS BIGINT), '{"from":' || CAST(? AS BIGINT) || ',"to":' || CAST(? AS BIGINT) || '}', version, CAST(? AS BIGINT) FROM tickets WHERE id IN (`+places(len(moved))+`)`,
		append([]any{agentID, from.ID, to.ID, now}, anyIDs(moved)...)...)
	if err != nil {
		return 0, err
	}
	return len(ids), movedTickets(ctx, tx, moved, now)
}

// FollowCategory gives up to limit tickets of a status the category that it has now and keeps
// their end times true. What had ended and still has keeps its end: links must not come to life
// again. after is where the batch before stopped; the zero Cursor begins.
func FollowCategory(ctx context.Context, tx *Tx, s *Status, after Cursor, limit int, now Stamp) (n int, next Cursor, err error) {
	rows, err := tx.query(ctx, "SELECT id, updated_at FROM tickets WHERE status_id = ? AND category <> ? AND updated_at >= ? AND (updated_at > ? OR id > ?) ORDER BY updated_at, id LIMIT ?",
		s.ID, s.Category, after.At, after.At, after.ID, limit)
	if err != nil {
		return 0, after, err
	}
	defer rows.Close()
	var ids []int64
	next = after
	for rows.Next() {
		if err := rows.Scan(&next.ID, &next.At); err != nil {
			return 0, after, err
		}
		ids = append(ids, next.ID)
	}
	if err := rows.Err(); err != nil || len(ids) == 0 {
		return 0, next, err
	}
	ended, resolved, args := endTimes(s.Category, now)
	args = append([]any{s.Category}, args...)
	moved, err := ticketIDs(ctx, tx, "UPDATE tickets SET category = ?, ended_at = "+ended+", resolved_at = "+resolved+
		", version = version + 1, public_version = public_version + 1 WHERE id IN ("+places(len(ids))+") AND status_id = ? RETURNING id", append(append(args, anyIDs(ids)...), s.ID)...)
	if err != nil || len(moved) == 0 {
		return len(ids), next, err
	}
	return len(ids), next, movedTickets(ctx, tx, moved, now)
}

// Cursor is a place in the tickets of a status, oldest change first.
type Cursor struct {
	At Stamp `json:"at"`
	ID int64 `json:"id"`
}

// LeaveType moves up to limit tickets from a deleted type to another, or with nil to none.
func LeaveType(ctx context.Context, tx *Tx, from int64, to *int64, limit int, now Stamp) (int, error) {
	ids, err := ticketIDs(ctx, tx, "SELECT id FROM tickets WHERE type_id = ? ORDER BY updated_at, id LIMIT ?", from, limit)
	if err != nil || len(ids) == 0 {
		return 0, err
	}
	moved, err := ticketIDs(ctx, tx, "UPDATE tickets SET type_id = ?, version = version + 1, public_version = public_version + 1 WHERE id IN ("+places(len(ids))+") AND type_id = ? RETURNING id",
		append(append([]any{to}, anyIDs(ids)...), from)...)
	if err != nil || len(moved) == 0 {
		return len(ids), err
	}
	return len(ids), movedTickets(ctx, tx, moved, now)
}

// movedTickets lets the promises of moved tickets follow and adds them to the change log.
func movedTickets(ctx context.Context, tx *Tx, ids []int64, now Stamp) error {
	if err := recomputeAll(ctx, tx, ids, now); err != nil {
		return err
	}
	if err := keepSeats(ctx, tx, ids...); err != nil {
		return err
	}
	return noteTickets(ctx, tx, ids, now)
}

// endTimes are the expressions for ended_at and resolved_at of tickets that come into a category.
func endTimes(c Category, now Stamp) (ended, resolved string, args []any) {
	switch {
	case c == CategoryResolved:
		return "CASE WHEN ended_at = 0 THEN CAST(? AS BIGINT) ELSE ended_at END", "CASE WHEN ended_at = 0 THEN CAST(? AS BIGINT) ELSE ended_at END", []any{now, now}
	case c.Ended():
		return "CASE WHEN ended_at = 0 THEN CAST(? AS BIGINT) ELSE ended_at END", "resolved_at", []any{now}
	}
	return "0", "0", nil
}

func ticketIDs(ctx context.Context, tx *Tx, query string, args ...any) ([]int64, error) {
	rows, err := tx.query(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var ids []int64
	for rows.Next() {
		var id int64
		if err := rows.Scan(&id); err != nil {
			return nil, err
		}
		ids = append(ids, id)
	}
	return ids, rows.Err()
}

func anyIDs(ids []int64) []any {
	all := make([]any, len(ids))
	for i, id := range ids {
		all[i] = id
	}
	return all
}

// noteTickets adds each ticket to the change log.
func noteTickets(ctx context.Context, tx *Tx, ids []int64, now Stamp) error {
	tx.changed = append(tx.changed, ids...)
	_, err := tx.exec(ctx, "INSERT INTO changes (noun, noun_id, created_at) SELECT 'ticket', id, CAST(? AS BIGINT) FROM tickets WHERE id IN ("+places(len(ids))+")", append([]any{now}, anyIDs(ids)...)...)
	return err
}
