package models

import "context"

// LockMessage reads a message for changing it, by its public id inside a ticket.
func LockMessage(ctx context.Context, tx *Tx, ticketID int64, pid string) (*Message, error) {
	return lockMessage(ctx, tx, "ticket_id = ? AND pid = ?", ticketID, pid)
}

// MessageByID reads a message for a job, without its author.
func MessageByID(ctx context.Context, c Conn, id int64) (*Message, error) {
	return scanMessage(c.row(ctx, messageSelect+"id = ?", id))
}

const messageSelect = `SELECT id, pid, ticket_id, kind, contact_id, agent_id, body, html, version, public_version, publish_at, created_at, then_status FROM messages WHERE `

func lockMessage(ctx context.Context, tx *Tx, where string, args ...any) (*Message, error) {
	query := messageSelect + where
	if tx.db.dialect.postgres {
		query += " FOR UPDATE"
	}
	return scanMessage(tx.row(ctx, query, args...))
}

func scanMessage(row interface{ Scan(...any) error }) (*Message, error) {
	var m Message
	if err := row.Scan(&m.ID, &m.PID, &m.TicketID, &m.Kind, &m.ContactID, &m.AgentID, &m.Body, &m.HTML, &m.Version, &m.PublicVersion, &m.PublishAt, &m.CreatedAt, &m.ThenStatus); err != nil {
		return nil, orNotFound(err)
	}
	return &m, nil
}

// PublishMessage lets a waiting reply become visible at the ticket's versions. It says false,
// and nothing has changed, when that has happened already: it happens once.
func PublishMessage(ctx context.Context, tx *Tx, id, version, publicVersion int64, now Stamp) (bool, error) {
	n, err := affected(tx.exec(ctx, "UPDATE messages SET version = ?, public_version = ?, publish_at = ?, then_status = '' WHERE id = ? AND public_version = 0 AND kind = 'message'",
		version, publicVersion, now, id))
	return n == 1, err
}

// TakeBackMessage forgets a waiting reply and gives the rows of its files, whose bytes are
// then no row's. It says false when it is published already.
func TakeBackMessage(ctx context.Context, tx *Tx, m *Message) (files []*Attachment, gone bool, err error) {
	all, err := attachmentsOf(ctx, tx, m.TicketID, m.ID)
	if err != nil {
		return nil, false, err
	}
	for _, f := range all {
		if f.MessageID == m.ID {
			files = append(files, f)
		}
	}
	if _, err := tx.exec(ctx, "DELETE FROM attachments WHERE message_id = (SELECT id FROM messages WHERE id = ? AND public_version = 0 AND kind = 'message') AND ticket_id = ?", m.ID, m.TicketID); err != nil {
		return nil, false, err
	}
	n, err := affected(tx.exec(ctx, "DELETE FROM messages WHERE id = ? AND public_version = 0 AND kind = 'message'", m.ID))
	return files, n == 1, err
}
