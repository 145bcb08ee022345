package models

import (
	"context"
	"encoding/json"
	"slices"
)

// OutboxMail is a mail kept for reading instead of being sent, in demo and development.
// Its text holds living links, so it must never be kept in real service.
type OutboxMail struct {
	ID          int64
	Recipient   string
	Subject     string
	Text        string
	HTML        string
	Headers     map[string]string
	Attachments []string // file names
	CreatedAt   Stamp
}

const outboxColumns = "id, recipient, subject, text_body, html_body, headers, attachments, created_at"

func scanOutboxMail(row interface{ Scan(...any) error }) (*OutboxMail, error) {
	var m OutboxMail
	var headers, attachments []byte
	if err := row.Scan(&m.ID, &m.Recipient, &m.Subject, &m.Text, &m.HTML, &headers, &attachments, &m.CreatedAt); err != nil {
		return nil, orNotFound(err)
	}
	if err := json.Unmarshal(headers, &m.Headers); err != nil {
		return nil, err
	}
	return &m, json.Unmarshal(attachments, &m.Attachments)
}

// InsertOutboxMail keeps a mail and gives it its id.
func InsertOutboxMail(ctx context.Context, c Conn, m *OutboxMail) error {
	headers, attachments := m.Headers, m.Attachments
	if headers == nil {
		headers = map[string]string{}
	}
	if attachments == nil {
		attachments = []string{}
	}
	rawHeaders, err := json.Marshal(headers)
	if err != nil {
		return err
	}
	rawAttachments, err := json.Marshal(attachments)
	if err != nil {
		return err
	}
	return within(ctx, c, func(ctx context.Context, tx *Tx) error {
		return tx.row(ctx, `INSERT INTO outbox_mails (recipient, subject, text_body, html_body, headers, attachments, created_at)
			VALUES (?, ?, ?, ?, ?, ?, ?) RETURNING id`,
			m.Recipient, m.Subject, m.Text, m.HTML, string(rawHeaders), string(rawAttachments), m.CreatedAt).Scan(&m.ID)
	})
}

// OutboxMails gives the latest mails, up to limit, the oldest of them first.
func OutboxMails(ctx context.Context, c Conn, limit int) ([]*OutboxMail, error) {
	rows, err := c.query(ctx, "SELECT "+outboxColumns+" FROM outbox_mails ORDER BY id DESC LIMIT ?", limit)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var mails []*OutboxMail
	for rows.Next() {
		m, err := scanOutboxMail(rows)
		if err != nil {
			return nil, err
		}
		mails = append(mails, m)
	}
	slices.Reverse(mails)
	return mails, rows.Err()
}

// OutboxMailByID reads one kept mail, or NotFound.
func OutboxMailByID(ctx context.Context, c Conn, id int64) (*OutboxMail, error) {
	return scanOutboxMail(c.row(ctx, "SELECT "+outboxColumns+" FROM outbox_mails WHERE id = ?", id))
}
