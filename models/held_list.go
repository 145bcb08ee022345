package models

import (
	"context"
	"database/sql"
	"math"
)

// HeldQuery narrows what waits. Projects nil is every project; Kind "" every kind; Ticket 0
// whatever it would join; Before 0 the newest.
type HeldQuery struct {
	Projects []int64
	Kind     string
	Ticket   int64
	Before   int64
	Limit    int
	Now      Stamp
}

// HeldRow is something that waits, with the ticket it would join.
type HeldRow struct {
	Held
	Number      sql.NullInt64
	TicketTitle sql.NullString
	// TicketProjectID is where that ticket is now.
	TicketProjectID sql.NullInt64
}

// where is the condition with its arguments; false when nothing can match.
func (q HeldQuery) where() (string, []any, bool) {
	cond, args := "h.state = 'waiting' AND h.expires_at > ?", []any{q.Now}
	if q.Projects != nil {
		if len(q.Projects) == 0 {
			return "", nil, false
		}
		in, ids := idList(q.Projects)
		cond, args = cond+" AND h.project_id IN ("+in+")", append(args, ids...)
	}
	if q.Kind != "" {
		cond, args = cond+" AND h.kind = ?", append(args, q.Kind)
	}
	if q.Ticket != 0 {
		cond, args = cond+" AND h.ticket_id = ?", append(args, q.Ticket)
	}
	return cond, args, true
}

// HeldWaitingList reads one page of what waits, the newest first. The payload is not read.
func HeldWaitingList(ctx context.Context, c Conn, q HeldQuery) ([]*HeldRow, error) {
	cond, args, some := q.where()
	if !some {
		return nil, nil
	}
	if q.Before == 0 {
		q.Before = math.MaxInt64
	}
	rows, err := c.query(ctx, `SELECT h.id, h.project_id, h.kind, h.ticket_id, h.contact_id, h.mail_id, h.address, h.name, h.title, h.excerpt, h.reason, h.created_at, h.expires_at, h.asked_at, t.number, t.title, t.project_id
		FROM held h LEFT JOIN tickets t ON t.id = h.ticket_id WHERE `+cond+` AND h.id < ? ORDER BY h.id DESC LIMIT ?`, append(args, q.Before, q.Limit)...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []*HeldRow
	for rows.Next() {
		h := HeldRow{Held: Held{State: HeldWaiting}}
		if err := rows.Scan(&h.ID, &h.ProjectID, &h.Kind, &h.TicketID, &h.ContactID, &h.MailID, &h.Address, &h.Name, &h.Title, &h.Excerpt, &h.Reason, &h.CreatedAt, &h.ExpiresAt, &h.AskedAt,
			&h.Number, &h.TicketTitle, &h.TicketProjectID); err != nil {
			return nil, err
		}
		all = append(all, &h)
	}
	return all, rows.Err()
}

// HeldWaitingCount counts what waits, up to q.Limit.
func HeldWaitingCount(ctx context.Context, c Conn, q HeldQuery) (int, error) {
	cond, args, some := q.where()
	if !some {
		return 0, nil
	}
	var n int
	err := c.row(ctx, "SELECT COUNT(*) FROM (SELECT 1 AS one FROM held h WHERE "+cond+" LIMIT ?) AS waiting", append(args, q.Limit)...).Scan(&n)
	return n, err
}

// LockHeld reads something held for deciding about it, so that two at once take turns.
func LockHeld(ctx context.Context, tx *Tx, id int64) (*Held, error) {
	if tx.db.dialect.postgres {
		var found int64
		if err := tx.row(ctx, "SELECT id FROM held WHERE id = ? FOR UPDATE", id).Scan(&found); err != nil {
			return nil, orNotFound(err)
		}
	}
	return HeldByID(ctx, tx, id)
}

// HeldMailFacts is what is known of a held mail before it is read again.
type HeldMailFacts struct {
	FromAddress, FromName, Subject, Verdict, Client string
	Size                                            int64
	ReceivedAt                                      Stamp
}

// MailOfHeld reads that, or NotFound when the mail is gone.
func MailOfHeld(ctx context.Context, c Conn, mailID int64) (*HeldMailFacts, error) {
	var m HeldMailFacts
	err := c.row(ctx, "SELECT from_address, from_name, subject, verdict, client, size, received_at FROM mails WHERE id = ?", mailID).
		Scan(&m.FromAddress, &m.FromName, &m.Subject, &m.Verdict, &m.Client, &m.Size, &m.ReceivedAt)
	if err != nil {
		return nil, orNotFound(err)
	}
	return &m, nil
}

// PersonAt finds where somebody takes part in a ticket: there, or since a merge on the ticket
// that it is part of now.
func PersonAt(ctx context.Context, c Conn, ticketID, contactID int64) (*Person, error) {
	var id int64
	err := c.row(ctx, `SELECT COALESCE(p.moved_to_id, p.id) FROM contacts k JOIN participants p ON p.contact_id = COALESCE(k.merged_into_id, k.id)
		WHERE k.id = ? AND p.ticket_id = ?`, contactID, ticketID).Scan(&id)
	if err != nil {
		return nil, orNotFound(err)
	}
	return PersonByID(ctx, c, id)
}
