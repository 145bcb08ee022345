package models

import (
	"context"
	"slices"
)

// ThreadMailIDs gives the Message-IDs that a mail to somebody about a ticket refers to, oldest
// first, at most limit: those of the mails this person was sent and, with own, of those they
// wrote themselves. When there are more, the first and the latest are given (RFC 5322, 3.6.4).
// One of contactID and agentID is set.
func ThreadMailIDs(ctx context.Context, c Conn, ticketID int64, contactID, agentID *int64, own bool, limit int) ([]string, error) {
	query, args := "SELECT mail_id, created_at AS at, id FROM deliveries WHERE ticket_id = ? AND contact_id = ? AND state = 'sent' AND mail_id <> ''", []any{ticketID, contactID}
	if agentID != nil {
		query, args, own = "SELECT mail_id, created_at AS at, id FROM deliveries WHERE ticket_id = ? AND agent_id = ? AND state = 'sent' AND mail_id <> ''", []any{ticketID, agentID}, false
	}
	if own {
		query += " UNION ALL SELECT i.mail_id, m.created_at, i.id FROM messages m JOIN mails i ON i.id = m.mail_id WHERE m.ticket_id = ? AND m.contact_id = ? AND i.mail_id <> ''"
		args = append(args, ticketID, contactID)
	}
	read := func(order string, limit int) (ids []string, err error) {
		rows, err := c.query(ctx, "SELECT mail_id FROM ("+query+") x ORDER BY "+order+" LIMIT ?", append(slices.Clone(args), limit)...)
		if err != nil {
			return nil, err
		}
		defer rows.Close()
		for rows.Next() {
			var id string
			if err := rows.Scan(&id); err != nil {
				return nil, err
			}
			ids = append(ids, id)
		}
		return ids, rows.Err()
	}
	ids, err := read("at DESC, id DESC", limit)
	if err != nil || len(ids) < limit {
		slices.Reverse(ids)
		return ids, err
	}
	first, err := read("at, id", 1)
	slices.Reverse(ids)
	if err == nil && len(first) == 1 {
		ids[0] = first[0]
	}
	return ids, err
}

// ContactBounced says whether mail to a contact's address comes back for good.
func ContactBounced(ctx context.Context, c Conn, contactID int64) (bool, error) {
	var at Stamp
	err := c.row(ctx, "SELECT bounced_at FROM contacts WHERE id = ?", contactID).Scan(&at)
	return at != 0, orNotFound(err)
}

// Seat is where the one that a delivery went to takes part now.
type Seat struct {
	// Generation is that of the links that the delivery carried while they live.
	Generation int64
	// TicketID and ContactID are the delivery's own, or those that a merge moved them to.
	TicketID, ContactID int64
}

// SeatOf finds the place of a delivery's contact; NotFound when they take part no more, or were
// moved by a merge to a place whose links have been replaced since.
func SeatOf(ctx context.Context, c Conn, deliveryID int64) (*Seat, error) {
	var s Seat
	var moved *int64
	var movedGeneration int64
	var ticket, contact, generation *int64
	err := c.row(ctx, `SELECT s.generation, s.ticket_id, s.contact_id, s.moved_to_id, s.moved_generation, p.ticket_id, p.contact_id, p.generation
		FROM deliveries d JOIN participants s ON s.ticket_id = d.ticket_id AND s.contact_id = d.contact_id LEFT JOIN participants p ON p.id = s.moved_to_id
		WHERE d.id = ?`, deliveryID).Scan(&s.Generation, &s.TicketID, &s.ContactID, &moved, &movedGeneration, &ticket, &contact, &generation)
	if err != nil {
		return nil, orNotFound(err)
	}
	if moved != nil {
		if generation == nil || *generation != movedGeneration {
			return nil, NotFound()
		}
		s.TicketID, s.ContactID = *ticket, *contact
	}
	return &s, nil
}

// SetContactBounced notes that mail to a contact's address comes back for good, and what the
// other side said; at 0 forgets it, because the address has shown that it lives.
func SetContactBounced(ctx context.Context, tx *Tx, contactID int64, at Stamp, why string) error {
	_, err := tx.exec(ctx, "UPDATE contacts SET bounced_at = ?, bounce = ? WHERE id = ?", at, clip(why, maxCause), contactID)
	return err
}
