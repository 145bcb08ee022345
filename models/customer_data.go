package models

import "context"

// TicketOfContact is a ticket in the data a person takes along: what its public page shows.
type TicketOfContact struct {
	ID, ProjectID, StatusID       int64
	Reference, Title, JoinedAs    string
	RawFields                     string
	Reporter                      bool
	CreatedAt, PublicAt, JoinedAt Stamp
}

// OwnTickets lists all tickets that a contact takes part in and may read, the first first.
func OwnTickets(ctx context.Context, c Conn, contactID int64) ([]TicketOfContact, error) {
	rows, err := c.query(ctx, `SELECT t.id, t.project_id, t.status_id, t.reference, t.title, p.joined_as, t.fields, t.reporter_id = ?, t.created_at, t.public_at, p.created_at
		FROM participants p JOIN tickets t ON t.id = p.ticket_id WHERE p.contact_id = ? AND p.left_at = 0 AND t.spam_at = 0 ORDER BY t.id`, contactID, contactID)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []TicketOfContact
	for rows.Next() {
		var t TicketOfContact
		if err := rows.Scan(&t.ID, &t.ProjectID, &t.StatusID, &t.Reference, &t.Title, &t.JoinedAs, &t.RawFields, &t.Reporter, &t.CreatedAt, &t.PublicAt, &t.JoinedAt); err != nil {
			return nil, err
		}
		all = append(all, t)
	}
	return all, rows.Err()
}

// OwnMessage is a public message that a contact has written.
type OwnMessage struct {
	TicketID  int64
	Body      string
	WrittenAt Stamp
}

// OwnMessages lists what a contact has written and everybody who takes part can read; no notes,
// nothing that was removed.
func OwnMessages(ctx context.Context, c Conn, contactID int64, now Stamp) ([]OwnMessage, error) {
	rows, err := c.query(ctx, `SELECT m.ticket_id, m.body, m.publish_at FROM participants p JOIN messages m ON m.ticket_id = p.ticket_id
		WHERE p.contact_id = ? AND p.left_at = 0 AND m.contact_id = ? AND m.kind <> 'note' AND m.public_version > 0 AND m.publish_at <= ? AND m.redacted_at = 0 ORDER BY m.ticket_id, m.id`, contactID, contactID, now)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []OwnMessage
	for rows.Next() {
		var m OwnMessage
		if err := rows.Scan(&m.TicketID, &m.Body, &m.WrittenAt); err != nil {
			return nil, err
		}
		all = append(all, m)
	}
	return all, rows.Err()
}

// OwnFeedback is what a contact has said about how a ticket was resolved.
type OwnFeedback struct {
	Reference string
	Score     int
	Comment   string
	GivenAt   Stamp
}

// OwnFeedbacks lists what a contact has said, the first first.
func OwnFeedbacks(ctx context.Context, c Conn, contactID int64) ([]OwnFeedback, error) {
	rows, err := c.query(ctx, `SELECT t.reference, f.score, f.comment, f.given_at FROM feedback f JOIN tickets t ON t.id = f.ticket_id
		WHERE f.contact_id = ? AND f.given_at > 0 ORDER BY f.id`, contactID)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []OwnFeedback
	for rows.Next() {
		var f OwnFeedback
		if err := rows.Scan(&f.Reference, &f.Score, &f.Comment, &f.GivenAt); err != nil {
			return nil, err
		}
		all = append(all, f)
	}
	return all, rows.Err()
}

// OwnIdentity is whom a provider knows a contact as.
type OwnIdentity struct {
	Issuer, Address   string
	CreatedAt, UsedAt Stamp
}

// OwnIdentities lists the providers a contact signs in with.
func OwnIdentities(ctx context.Context, c Conn, contactID int64) ([]OwnIdentity, error) {
	rows, err := c.query(ctx, "SELECT issuer, address, created_at, used_at FROM customer_identities WHERE contact_id = ? ORDER BY id", contactID)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []OwnIdentity
	for rows.Next() {
		var i OwnIdentity
		if err := rows.Scan(&i.Issuer, &i.Address, &i.CreatedAt, &i.UsedAt); err != nil {
			return nil, err
		}
		all = append(all, i)
	}
	return all, rows.Err()
}
