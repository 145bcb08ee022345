package models

import (
	"context"
	"database/sql"
	"errors"
	"slices"
	"time"
)

// Delivery is one mail to one person about one event. The row is made before the mail, so
// that a job that runs twice tells nobody twice.
type Delivery struct {
	ID        int64
	EventID   int64
	TicketID  int64
	ContactID *int64 // one of contact and agent is set
	AgentID   *int64
	Recipient string // who in one word, such as "contact:7"; unique within the event
	Template  string // which mail it is
	State     string
	MailID    string // the Message-ID it was sent under, with its angle brackets
	Attempts  int
	LastError string
	CreatedAt Stamp
	UpdatedAt Stamp
	// FoldedIntoID is the delivery whose mail tells of this event too, nil for its own mail.
	FoldedIntoID *int64
}

// The states of a delivery.
const (
	DeliveryQueued   = "queued"
	DeliverySent     = "sent"     // a mail server has taken it
	DeliveryDeferred = "deferred" // refused for now, tried again later
	DeliveryFailed   = "failed"   // refused for good, or tried too often
	// DeliveryBounced came back: a mail server had taken it, and said later that it cannot be delivered.
	DeliveryBounced = "bounced"
	// DeliverySuppressed was decided against: unsubscribed, too many to an unproven address.
	DeliverySuppressed = "suppressed"
	// DeliveryGathering waits for further answers that go in the same mail.
	DeliveryGathering = "gathering"
	// DeliveryFolded is told by the mail of another (FoldedIntoID).
	DeliveryFolded = "folded"
	// DeliveryDigest waits for the recipient's daily digest.
	DeliveryDigest = "digest"
)

const deliveryColumns = "id, event_id, ticket_id, contact_id, agent_id, recipient, template, state, mail_id, attempts, last_error, created_at, updated_at, folded_into_id"

func scanDelivery(row interface{ Scan(...any) error }) (*Delivery, error) {
	var d Delivery
	err := row.Scan(&d.ID, &d.EventID, &d.TicketID, &d.ContactID, &d.AgentID, &d.Recipient, &d.Template, &d.State, &d.MailID, &d.Attempts, &d.LastError, &d.CreatedAt, &d.UpdatedAt, &d.FoldedIntoID)
	if err != nil {
		return nil, orNotFound(err)
	}
	return &d, nil
}

// InsertDelivery writes a delivery and gives it its id. made is false, and nothing has
// changed, when this person already has one about the event. An empty state is queued.
func InsertDelivery(ctx context.Context, tx *Tx, d *Delivery) (made bool, err error) {
	if d.State == "" {
		d.State = DeliveryQueued
	}
	err = tx.row(ctx, `INSERT INTO deliveries (event_id, ticket_id, contact_id, agent_id, recipient, template, state, mail_id, attempts, last_error, created_at, updated_at, folded_into_id)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (event_id, recipient) DO NOTHING RETURNING id`,
		d.EventID, d.TicketID, d.ContactID, d.AgentID, d.Recipient, d.Template, d.State, d.MailID, d.Attempts, clip(d.LastError, maxCause), d.CreatedAt, d.UpdatedAt, d.FoldedIntoID).Scan(&d.ID)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	return err == nil, err
}

// DeliveryByID reads one delivery, or NotFound.
func DeliveryByID(ctx context.Context, c Conn, id int64) (*Delivery, error) {
	return scanDelivery(c.row(ctx, "SELECT "+deliveryColumns+" FROM deliveries WHERE id = ?", id))
}

// DeliveryByMailID finds what a reply or a bounce answers to, by the Message-ID it names.
func DeliveryByMailID(ctx context.Context, c Conn, mailID string) (*Delivery, error) {
	return scanDelivery(c.row(ctx, "SELECT "+deliveryColumns+" FROM deliveries WHERE mail_id = ? AND mail_id <> '' ORDER BY id DESC LIMIT 1", mailID))
}

// SetDeliveryState notes how a delivery went; attempts is how many tries it has had.
func SetDeliveryState(ctx context.Context, c Conn, id int64, state string, attempts int, lastError string, now time.Time) error {
	_, err := c.exec(ctx, "UPDATE deliveries SET state = ?, attempts = ?, last_error = ?, updated_at = ? WHERE id = ?", state, attempts, clip(lastError, maxCause), At(now), id)
	return err
}

// DeferDelivery notes that a try came to nothing and says true, unless the mail has gone meanwhile:
// a worker that is thought dead may come back after another one has done its work.
func DeferDelivery(ctx context.Context, c Conn, id int64, attempts int, lastError string, now time.Time) (bool, error) {
	res, err := c.exec(ctx, "UPDATE deliveries SET state = 'deferred', attempts = ?, last_error = ?, updated_at = ? WHERE id = ? AND state IN ('queued', 'deferred')", attempts, clip(lastError, maxCause), At(now), id)
	if err != nil {
		return false, err
	}
	n, err := res.RowsAffected()
	return n == 1, err
}

// SetDeliveryMailID keeps the Message-ID before the mail is sent: a try that dies after
// the sending must not send under another.
func SetDeliveryMailID(ctx context.Context, c Conn, id int64, mailID string) error {
	_, err := c.exec(ctx, "UPDATE deliveries SET mail_id = ? WHERE id = ?", mailID, id)
	return err
}

// DeliveriesOfTicket lists all deliveries about a ticket, oldest first.
func DeliveriesOfTicket(ctx context.Context, c Conn, ticketID int64) ([]*Delivery, error) {
	return deliveryList(c.query(ctx, "SELECT "+deliveryColumns+" FROM deliveries WHERE ticket_id = ? ORDER BY id", ticketID))
}

func deliveryList(rows *sql.Rows, err error) ([]*Delivery, error) {
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var list []*Delivery
	for rows.Next() {
		d, err := scanDelivery(rows)
		if err != nil {
			return nil, err
		}
		list = append(list, d)
	}
	return list, rows.Err()
}

// LastMailIDs gives the Message-IDs of the latest mails that a contact was sent about a
// ticket, oldest first: the References of the next one (RFC 5322, section 3.6.4).
func LastMailIDs(ctx context.Context, c Conn, ticketID, contactID int64, limit int) ([]string, error) {
	rows, err := c.query(ctx, "SELECT mail_id FROM deliveries WHERE ticket_id = ? AND contact_id = ? AND state = 'sent' AND mail_id <> '' ORDER BY id DESC LIMIT ?", ticketID, contactID, limit)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var ids []string
	for rows.Next() {
		var id string
		if err := rows.Scan(&id); err != nil {
			return nil, err
		}
		ids = append(ids, id)
	}
	slices.Reverse(ids)
	return ids, rows.Err()
}
