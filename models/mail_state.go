package models

import (
	"context"
	"database/sql"
)

// MailState is where the mail about a message is on its way to one person outside.
type MailState struct {
	DeliveryID, MessageID, ContactID int64
	Name, Address                    string
	State                            string
	Attempts                         int
	LastError                        string
	UpdatedAt                        Stamp
	// NextAt is when a deferred one is tried again; 0 when nobody knows.
	NextAt Stamp
	// Together: the mail tells of other events as well; Digest: it is the daily digest.
	Together, Digest bool
}

// maxMailStates bounds what one page reads: more than the messages it shows ever have.
const maxMailStates = 600

// carried are the columns of where the mail about a delivery's event is: of one that another
// carries, that is where the carrier is.
const carried = `CASE WHEN k.id IS NULL THEN d.state ELSE k.state END, COALESCE(k.attempts, d.attempts), COALESCE(k.last_error, d.last_error), COALESCE(k.updated_at, d.updated_at),
	d.folded_into_id IS NOT NULL OR d.state = 'gathering' OR EXISTS (SELECT 1 FROM deliveries f WHERE f.folded_into_id = d.id), COALESCE(k.template, d.template) = 'digest' OR d.state = 'digest'`

// MailStates lists where the mails about a ticket's messages are, oldest first; with before > 0
// only those about earlier messages. One query for a whole page (NU-5).
func MailStates(ctx context.Context, c Conn, ticketID, before int64) ([]MailState, error) {
	where, args := "", []any{ticketID}
	if before > 0 {
		where, args = " AND e.message_id < ?", append(args, before)
	}
	rows, err := c.query(ctx, `SELECT d.id, e.message_id, d.contact_id, c.name, c.address, `+carried+`, j.run_at
		FROM deliveries d JOIN events e ON e.id = d.event_id JOIN contacts c ON c.id = d.contact_id
		LEFT JOIN deliveries k ON k.id = d.folded_into_id
		LEFT JOIN jobs j ON COALESCE(k.state, d.state) IN ('deferred', 'gathering') AND j.job_key = 'deliver:' || COALESCE(k.id, d.id)
		WHERE d.ticket_id = ? AND e.message_id IS NOT NULL`+where+` ORDER BY d.id DESC LIMIT ?`, append(args, maxMailStates)...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []MailState
	for rows.Next() {
		var s MailState
		var next sql.NullInt64
		if err := rows.Scan(&s.DeliveryID, &s.MessageID, &s.ContactID, &s.Name, &s.Address, &s.State, &s.Attempts, &s.LastError, &s.UpdatedAt, &s.Together, &s.Digest, &next); err != nil {
			return nil, err
		}
		s.NextAt = Stamp(next.Int64)
		all = append(all, s)
	}
	for i, j := 0, len(all)-1; i < j; i, j = i+1, j-1 {
		all[i], all[j] = all[j], all[i]
	}
	return all, rows.Err()
}
