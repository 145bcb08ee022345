package models

import "context"

// PromisePending says whether a promise to a ticket, named by its kind and when it began, is still
// to be kept.
func PromisePending(ctx context.Context, c Conn, ticketID int64, kind string, started Stamp) (bool, error) {
	var n int
	err := c.row(ctx, "SELECT COUNT(*) FROM promises WHERE ticket_id = ? AND kind = ? AND started_at = ? AND met_at = 0 AND ended_at = 0", ticketID, kind, started).Scan(&n)
	return n > 0, err
}
