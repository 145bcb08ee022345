package models

import (
	"context"
	"strings"
	"time"
)

const mailInColumns = "id, project_id, mailbox_id, source, source_key, envelope_from, envelope_to, client, helo, verdict, blob, size, sha256, mail_id, same_key, from_address, from_name, subject, outcome, reason, ticket_id, message_id, received_at, decided_at"

func scanMailIn(row interface{ Scan(...any) error }) (*MailIn, error) {
	var m MailIn
	err := row.Scan(&m.ID, &m.ProjectID, &m.MailboxID, &m.Source, &m.SourceKey, &m.EnvelopeFrom, &m.EnvelopeTo, &m.Client, &m.Helo, &m.Verdict, &m.Blob, &m.Size, &m.SHA256,
		&m.MailID, &m.SameKey, &m.FromAddress, &m.FromName, &m.Subject, &m.Outcome, &m.Reason, &m.TicketID, &m.MessageID, &m.ReceivedAt, &m.DecidedAt)
	if err != nil {
		return nil, orNotFound(err)
	}
	return &m, nil
}

// MailInByID reads a kept mail, or NotFound.
func MailInByID(ctx context.Context, c Conn, id int64) (*MailIn, error) {
	return scanMailIn(c.row(ctx, "SELECT "+mailInColumns+" FROM mails WHERE id = ?", id))
}

// LockMailIn reads a kept mail for deciding it: two who read it at once decide it once.
func LockMailIn(ctx context.Context, tx *Tx, id int64) (*MailIn, error) {
	query := "SELECT " + mailInColumns + " FROM mails WHERE id = ?"
	if tx.db.dialect.postgres {
		query += " FOR UPDATE"
	}
	return scanMailIn(tx.row(ctx, query, id))
}

// DecideMailIn writes what parsing has found of a mail and what became of it.
func DecideMailIn(ctx context.Context, tx *Tx, m *MailIn) error {
	return save(ctx, tx, m, "project_id", "verdict", "mail_id", "same_key", "from_address", "from_name", "subject", "outcome", "reason", "ticket_id", "message_id", "decided_at")
}

// UndecideMailIn forgets what became of a mail that had no effect, so that it is read again;
// false when it had one.
func UndecideMailIn(ctx context.Context, tx *Tx, id int64) (bool, error) {
	n, err := affected(tx.exec(ctx, "UPDATE mails SET outcome = '', reason = '', same_key = '', decided_at = 0 WHERE id = ? AND outcome = 'ignored'", id))
	return n == 1, err
}

// SameMailIn finds the mail that another one is a copy of: the same key, decided in the same
// project, and not ignored as a copy or as broken. It is nil when there is none.
func SameMailIn(ctx context.Context, c Conn, key string, projectID, except int64) (*MailIn, error) {
	m, err := scanMailIn(c.row(ctx, "SELECT "+mailInColumns+" FROM mails WHERE same_key = ? AND same_key <> '' AND project_id = ? AND id <> ? AND outcome <> '' AND NOT (outcome = 'ignored' AND reason IN ('duplicate', 'broken')) ORDER BY id LIMIT 1",
		key, projectID, except))
	if KindOf(err) == KindNotFound && err != nil {
		return nil, nil
	}
	return m, err
}

// MailSeat is the place of a contact on a ticket, and where a merge has moved it.
type MailSeat struct {
	ID, Generation, MovedGeneration int64
	MovedToID                       *int64
}

// MailSeatOf finds a contact's place on a ticket; nil for who takes no part.
func MailSeatOf(ctx context.Context, c Conn, ticketID, contactID int64) (*MailSeat, error) {
	var s MailSeat
	err := orNotFound(c.row(ctx, "SELECT id, generation, moved_generation, moved_to_id FROM participants WHERE ticket_id = ? AND contact_id = ?", ticketID, contactID).
		Scan(&s.ID, &s.Generation, &s.MovedGeneration, &s.MovedToID))
	if KindOf(err) == KindNotFound && err != nil {
		return nil, nil
	}
	return &s, err
}

// DeliveriesByMailIDs finds our mails that these Message-IDs name, by Message-ID. At most
// idsAtOnce are asked for.
func DeliveriesByMailIDs(ctx context.Context, c Conn, mailIDs []string) (map[string]*Delivery, error) {
	found := map[string]*Delivery{}
	if len(mailIDs) == 0 {
		return found, nil
	}
	mailIDs = mailIDs[:min(len(mailIDs), idsAtOnce)]
	args := make([]any, len(mailIDs))
	for i, id := range mailIDs {
		args[i] = id
	}
	rows, err := c.query(ctx, "SELECT "+deliveryColumns+" FROM deliveries WHERE mail_id <> '' AND mail_id IN ("+places(len(args))+") ORDER BY id", args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		d, err := scanDelivery(rows)
		if err != nil {
			return nil, err
		}
		found[d.MailID] = d
	}
	return found, rows.Err()
}

// LastSentTo is when a mail server has last taken a mail of ours to a contact, 0 for never.
func LastSentTo(ctx context.Context, c Conn, ticketID, contactID int64) (Stamp, error) {
	var at Stamp
	err := c.row(ctx, "SELECT COALESCE(MAX(updated_at), 0) FROM deliveries WHERE ticket_id = ? AND contact_id = ? AND state = 'sent'", ticketID, contactID).Scan(&at)
	return at, err
}

// MarkBounced notes of a contact that mail to the address came back for good, and why; at 0
// takes that back. It says whether anything changed.
func MarkBounced(ctx context.Context, tx *Tx, contactID int64, at Stamp, why string) (bool, error) {
	if at == 0 {
		n, err := affected(tx.exec(ctx, "UPDATE contacts SET bounced_at = 0, bounce = '' WHERE id = ? AND bounced_at > 0", contactID))
		return n == 1, err
	}
	n, err := affected(tx.exec(ctx, "UPDATE contacts SET bounced_at = ?, bounce = ? WHERE id = ? AND bounced_at = 0", at, clip(why, 500), contactID))
	return n == 1, err
}

// AgentAddresses tells which of these address keys are agents', disabled ones too.
func AgentAddresses(ctx context.Context, c Conn, keys []string) (map[string]bool, error) {
	found := map[string]bool{}
	if len(keys) == 0 {
		return found, nil
	}
	args := make([]any, len(keys))
	for i, k := range keys {
		args[i] = strings.ToLower(k)
	}
	rows, err := c.query(ctx, "SELECT address_key FROM agents WHERE address_key IN ("+places(len(args))+")", args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var key string
		if err := rows.Scan(&key); err != nil {
			return nil, err
		}
		found[key] = true
	}
	return found, rows.Err()
}

// NoteHeldResult keeps which ticket something held has become or joined.
func NoteHeldResult(ctx context.Context, tx *Tx, heldID, ticketID int64) error {
	_, err := tx.exec(ctx, "UPDATE held SET result_ticket_id = ? WHERE id = ?", ticketID, heldID)
	return err
}

// OnlyHere makes who shares a name wait for each other until this transaction ends, so that
// what they look up and then write is not done twice. The name is kept for a minute.
func OnlyHere(ctx context.Context, tx *Tx, name string, now Stamp) error {
	if !tx.db.dialect.postgres {
		return nil // there is one writer
	}
	_, _, err := Charge(ctx, tx, name, 1, 1<<40, time.Minute, now.Time())
	return err
}

// PeopleKeys tells which of these address keys take part in a ticket already, by their own
// address or by one of an alias.
func PeopleKeys(ctx context.Context, c Conn, ticketID int64, keys []string) (map[string]bool, error) {
	found := map[string]bool{}
	if len(keys) == 0 {
		return found, nil
	}
	args := []any{ticketID}
	for _, k := range keys {
		args = append(args, k)
	}
	rows, err := c.query(ctx, `SELECT a.address_key FROM contacts a JOIN participants p ON p.contact_id = COALESCE(a.merged_into_id, a.id) AND p.ticket_id = ?
		WHERE a.address_key IN (`+places(len(keys))+")", args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var key string
		if err := rows.Scan(&key); err != nil {
			return nil, err
		}
		found[key] = true
	}
	return found, rows.Err()
}

// BouncedAt is when mail to a contact came back for good, 0 for never.
func BouncedAt(ctx context.Context, c Conn, contactID int64) (at Stamp, err error) {
	err = orNotFound(c.row(ctx, "SELECT bounced_at FROM contacts WHERE id = ?", contactID).Scan(&at))
	return at, err
}
