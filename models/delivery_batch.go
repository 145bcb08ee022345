package models

import (
	"context"
	"fmt"
	"time"
)

// Several events can be told by one mail: the delivery of one of them carries it, those of the
// others name it (folded_into_id). A carrier collects while it is gathering; its job ends that
// before the mail is written, so that what is in a mail is fixed before its first try.

// RecentAnswers are the deliveries of a ticket that a further answer is measured by: those of a
// template that were sent since a moment or are still to be sent, oldest first.
func RecentAnswers(ctx context.Context, c Conn, ticketID int64, template string, since time.Time) ([]*Delivery, error) {
	return deliveryList(c.query(ctx, "SELECT "+deliveryColumns+` FROM deliveries
		WHERE ticket_id = ? AND template = ? AND contact_id IS NOT NULL AND (state IN ('gathering', 'queued', 'deferred') OR (state = 'sent' AND updated_at >= ?)) ORDER BY id`,
		ticketID, template, At(since)))
}

// StillGathering says whether a delivery takes others in, and holds it so until the
// transaction ends.
func StillGathering(ctx context.Context, tx *Tx, id int64) (bool, error) {
	res, err := tx.exec(ctx, "UPDATE deliveries SET state = 'gathering' WHERE id = ? AND state = 'gathering'", id)
	if err != nil {
		return false, err
	}
	n, err := res.RowsAffected()
	return n == 1, err
}

// EndGathering fixes what a carrier tells: from now on nothing joins it.
func EndGathering(ctx context.Context, tx *Tx, id int64) error {
	_, err := tx.exec(ctx, "UPDATE deliveries SET state = 'queued' WHERE id = ? AND state = 'gathering'", id)
	return err
}

// EventsFoldedInto are the events of the deliveries that another one carries, oldest first.
func EventsFoldedInto(ctx context.Context, c Conn, id int64) ([]*Event, error) {
	rows, err := c.query(ctx, `SELECT e.id, e.ticket_id, e.kind, e.public, e.contact_id, e.agent_id, e.message_id, e.data, e.version, e.created_at
		FROM deliveries d JOIN events e ON e.id = d.event_id WHERE d.folded_into_id = ? ORDER BY e.id`, id)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []*Event
	for rows.Next() {
		var e Event
		if err := rows.Scan(&e.ID, &e.TicketID, &e.Kind, &e.Public, &e.ContactID, &e.AgentID, &e.MessageID, &e.Data, &e.Version, &e.CreatedAt); err != nil {
			return nil, err
		}
		all = append(all, &e)
	}
	return all, rows.Err()
}

// EntriesByID reads entries of one ticket with their files, oldest first, for the mail about
// them.
func EntriesByID(ctx context.Context, c Conn, ids []int64) ([]*Entry, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	args := make([]any, len(ids))
	for i, id := range ids {
		args[i] = id
	}
	all, err := entries(ctx, c, "WHERE m.id IN ("+places(len(ids))+") ORDER BY m.id", args...)
	if err != nil || len(all) == 0 {
		return all, err
	}
	return withFiles(ctx, c, all[0].TicketID, all)
}

// DigestLine is what a digest tells of one ticket.
type DigestLine struct {
	ParticipantID int64
	Ticket        Ticket // id, title, status, category, dates and spam mark only
	Person        Person // what MailWish and the links are made of only
	// Answers and Replies are how many messages of agents and of people outside are new.
	Answers, Replies int
	// Moved: the status is another one.
	Moved bool
}

// DigestLines are the tickets that a digest's carrier tells of, those with the latest news
// first. Who no longer takes part in one hears nothing of it.
func DigestLines(ctx context.Context, c Conn, carrier int64) ([]DigestLine, error) {
	const counted = "SUM(CASE WHEN m.id IS NOT NULL AND m.redacted_at = 0 AND e.kind = '%s' THEN 1 ELSE 0 END)"
	rows, err := c.query(ctx, "SELECT t.id, t.title, t.status_id, t.category, t.created_at, t.spam_at, p.id, p.ticket_id, p.contact_id, p.generation, p.unsubscribed_at, p.wish, COALESCE(w.wish, ''), "+
		fmt.Sprintf(counted, EventAgentReplied)+", "+fmt.Sprintf(counted, EventReplied)+`,
			MAX(CASE WHEN e.kind IN ('status_changed', 'closed', 'auto_closed') OR e.data LIKE '%"chosen":true%' OR e.data LIKE '%"reopened":true%' THEN 1 ELSE 0 END)
		FROM deliveries d JOIN events e ON e.id = d.event_id JOIN tickets t ON t.id = d.ticket_id
		JOIN participants p ON p.ticket_id = d.ticket_id AND p.contact_id = d.contact_id
		LEFT JOIN messages m ON m.id = e.message_id LEFT JOIN mail_wishes w ON w.contact_id = p.contact_id AND w.project_id = t.project_id
		WHERE d.id = ? OR d.folded_into_id = ?
		GROUP BY t.id, t.title, t.status_id, t.category, t.created_at, t.spam_at, p.id, p.ticket_id, p.contact_id, p.generation, p.unsubscribed_at, p.wish, w.wish
		ORDER BY MAX(e.id) DESC`, carrier, carrier)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []DigestLine
	for rows.Next() {
		var l DigestLine
		t, p, moved := &l.Ticket, &l.Person, 0
		if err := rows.Scan(&t.ID, &t.Title, &t.StatusID, &t.Category, &t.CreatedAt, &t.SpamAt, &p.ID, &p.TicketID, &p.ContactID, &p.Generation, &p.UnsubscribedAt, &p.Wish, &p.ProjectWish,
			&l.Answers, &l.Replies, &moved); err != nil {
			return nil, err
		}
		l.ParticipantID, l.Moved = p.ID, moved == 1
		all = append(all, l)
	}
	return all, rows.Err()
}

// PendingDigest are a contact's deliveries about a project's tickets that wait for a digest,
// oldest first, locked until the transaction ends.
func PendingDigest(ctx context.Context, tx *Tx, contactID, projectID int64) ([]*Delivery, error) {
	// The update does nothing but take the locks: a second digest of the same person waits here,
	// and then finds nothing.
	if _, err := tx.exec(ctx, "UPDATE deliveries SET state = 'digest' WHERE contact_id = ? AND state = 'digest'", contactID); err != nil {
		return nil, err
	}
	return deliveryList(tx.query(ctx, "SELECT "+qualified("d", deliveryColumns)+` FROM deliveries d JOIN tickets t ON t.id = d.ticket_id
		WHERE d.contact_id = ? AND d.state = 'digest' AND t.project_id = ? ORDER BY d.id`, contactID, projectID))
}

// MakeDigest lets one delivery carry others that waited for the digest, under the digest's
// template; now is when they became one mail.
func MakeDigest(ctx context.Context, tx *Tx, carrier int64, template string, others []int64, now time.Time) error {
	if _, err := tx.exec(ctx, "UPDATE deliveries SET state = 'queued', template = ?, updated_at = ? WHERE id = ?", template, At(now), carrier); err != nil {
		return err
	}
	if len(others) == 0 {
		return nil
	}
	args := []any{carrier, At(now)}
	for _, id := range others {
		args = append(args, id)
	}
	_, err := tx.exec(ctx, "UPDATE deliveries SET state = 'folded', folded_into_id = ?, updated_at = ? WHERE id IN ("+places(len(others))+")", args...)
	return err
}
