package models

import "context"

// LinkTickets links two tickets, seen from both; false when they were linked already.
func LinkTickets(ctx context.Context, tx *Tx, a, b int64, now Stamp) (bool, error) {
	n, err := affected(tx.exec(ctx, "INSERT INTO ticket_links (ticket_id, other_id, created_at) VALUES (?, ?, ?), (?, ?, ?) ON CONFLICT (ticket_id, other_id) DO NOTHING", a, b, now, b, a, now))
	return n > 0, err
}

// UnlinkTickets takes a link away; false when there was none.
func UnlinkTickets(ctx context.Context, tx *Tx, a, b int64) (bool, error) {
	n, err := affected(tx.exec(ctx, "DELETE FROM ticket_links WHERE (ticket_id = ? AND other_id = ?) OR (ticket_id = ? AND other_id = ?)", a, b, b, a))
	return n > 0, err
}

// LastEvent is the latest event of one kind on a ticket, or NotFound.
func LastEvent(ctx context.Context, c Conn, ticketID int64, kind string) (*Event, error) {
	var id int64
	if err := c.row(ctx, "SELECT id FROM events WHERE ticket_id = ? AND kind = ? ORDER BY id DESC LIMIT 1", ticketID, kind).Scan(&id); err != nil {
		return nil, orNotFound(err)
	}
	return EventByID(ctx, c, id)
}
