package models

import (
	"context"
	"slices"
)

// EntriesPage gives the latest entries of a ticket, oldest of them first, and one more when
// there are earlier ones. With before > 0 only entries of a lower id. Files are with them.
func EntriesPage(ctx context.Context, c Conn, ticketID, before int64, limit int) (all []*Entry, earlier bool, err error) {
	where, args := "WHERE m.ticket_id = ?", []any{ticketID}
	if before > 0 {
		where, args = where+" AND m.id < ?", append(args, before)
	}
	if all, err = entries(ctx, c, where+" ORDER BY m.id DESC LIMIT ?", append(args, limit+1)...); err != nil {
		return nil, false, err
	}
	if earlier = len(all) > limit; earlier {
		all = all[:limit]
	}
	slices.Reverse(all)
	return all, earlier, nil
}

// EntriesAfter gives what is newer than a version, and every reply that still waits: that one
// is shown anew as long as it does.
func EntriesAfter(ctx context.Context, c Conn, ticketID, after int64) ([]*Entry, error) {
	return entries(ctx, c, "WHERE m.ticket_id = ? AND (m.version > ? OR (m.public_version = 0 AND m.kind = 'message')) ORDER BY m.id", ticketID, after)
}

// EntriesSince gives what others than an agent have written since a version, for who was
// writing meanwhile. Replies that still wait count: they are written.
func EntriesSince(ctx context.Context, c Conn, ticketID, after, agentID int64) ([]*Entry, error) {
	all, err := entries(ctx, c, "WHERE m.ticket_id = ? AND m.version > ? AND (m.agent_id IS NULL OR m.agent_id <> ?) ORDER BY m.id LIMIT 20", ticketID, after, agentID)
	if err != nil || len(all) == 0 {
		return all, err
	}
	return withFiles(ctx, c, ticketID, all)
}

// WithFiles adds the attachments by one query for the whole list, where the ticket has any.
func WithFiles(ctx context.Context, c Conn, ticketID int64, all []*Entry) ([]*Entry, error) {
	if len(all) == 0 || !all[0].attached {
		return all, nil
	}
	return withFiles(ctx, c, ticketID, all)
}

// TimelineBetween lists what happened to a ticket from one moment up to another (0: no bound),
// the latest 300 of it, oldest first. What is a message itself is left out.
func TimelineBetween(ctx context.Context, c Conn, ticketID int64, from, to Stamp) ([]*TimelineEvent, error) {
	where, args := "e.ticket_id = ? AND e.kind NOT IN ('replied', 'agent_replied', 'noted') AND e.created_at >= ?", []any{ticketID, from}
	if to > 0 {
		where, args = where+" AND e.created_at < ?", append(args, to)
	}
	all, err := timeline(ctx, c, where+" ORDER BY e.id DESC LIMIT 300", args...)
	slices.Reverse(all)
	return all, err
}
