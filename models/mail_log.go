package models

import (
	"context"
	"database/sql"
	"errors"
	"math"
)

// MailOfMessage finds the mail that a message of a ticket came by, or NotFound.
func MailOfMessage(ctx context.Context, c Conn, ticketID int64, pid string) (*MailIn, error) {
	var id int64
	if err := c.row(ctx, "SELECT mail_id FROM messages WHERE pid = ? AND ticket_id = ? AND mail_id IS NOT NULL", pid, ticketID).Scan(&id); err != nil {
		return nil, orNotFound(err)
	}
	return MailInByID(ctx, c, id)
}

// MailLogQuery narrows the mail log.
type MailLogQuery struct {
	// Projects narrows to these; nil is all, with mail that is no project's; an empty list none.
	Projects []int64
	// Outcome is one of MailBecame…, or empty for all.
	Outcome string
	// Before is the id that the page before ended with, 0 for the newest.
	Before int64
	Limit  int
}

// MailLogRow is a mail that came in, as lists show it.
type MailLogRow struct {
	ID                            int64
	ProjectID                     sql.NullInt64
	Source, FromAddress, FromName string
	Subject, Outcome, Reason      string
	Size                          int64
	ReceivedAt                    Stamp
	Number, TicketProject, HeldID sql.NullInt64
	TicketTitle                   sql.NullString
}

// MailLog lists the mails that came in, the newest first.
func MailLog(ctx context.Context, c Conn, q MailLogQuery) ([]MailLogRow, error) {
	if q.Projects != nil && len(q.Projects) == 0 {
		return nil, nil
	}
	before := q.Before
	if before == 0 {
		before = math.MaxInt64
	}
	where, args := "m.id < ?", []any{before}
	if q.Outcome != "" {
		where, args = where+" AND m.outcome = ?", append(args, q.Outcome)
	}
	if q.Projects != nil {
		in, ids := idList(q.Projects)
		where, args = where+" AND m.project_id IN ("+in+")", append(args, ids...)
	}
	rows, err := c.query(ctx, `SELECT m.id, m.project_id, m.source, m.from_address, m.from_name, m.subject, m.outcome, m.reason, m.size, m.received_at, t.number, t.project_id, t.title,
		(SELECT MAX(h.id) FROM held h WHERE h.mail_id = m.id AND h.state = 'waiting')
		FROM mails m LEFT JOIN tickets t ON t.id = m.ticket_id WHERE `+where+` ORDER BY m.id DESC LIMIT ?`, append(args, q.Limit)...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []MailLogRow
	for rows.Next() {
		var r MailLogRow
		if err := rows.Scan(&r.ID, &r.ProjectID, &r.Source, &r.FromAddress, &r.FromName, &r.Subject, &r.Outcome, &r.Reason, &r.Size, &r.ReceivedAt, &r.Number, &r.TicketProject, &r.TicketTitle, &r.HeldID); err != nil {
			return nil, err
		}
		all = append(all, r)
	}
	return all, rows.Err()
}

// DropMailsOf removes for good what is kept of the mails that messages came by, and of their copies:
// the raw text, the subject, what was held. It gives the keys of the bytes.
func DropMailsOf(ctx context.Context, tx *Tx, messages []int64) (keys []string, err error) {
	in, args := idList(messages[:min(len(messages), idsAtOnce)])
	rows, err := tx.query(ctx, `SELECT id, blob FROM mails WHERE id IN (SELECT mail_id FROM messages WHERE id IN (`+in+`))
		UNION SELECT c.id, c.blob FROM mails m JOIN mails c ON c.same_key = m.same_key AND c.same_key <> '' WHERE m.id IN (SELECT mail_id FROM messages WHERE id IN (`+in+"))", append(args, args...)...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var ids []int64
	for rows.Next() {
		var id int64
		var blob string
		if err := rows.Scan(&id, &blob); err != nil {
			return nil, err
		}
		if ids = append(ids, id); blob != "" {
			keys = append(keys, blob)
		}
	}
	if err := errors.Join(rows.Err(), rows.Close()); err != nil {
		return nil, err
	}
	for len(ids) > 0 {
		some := ids[:min(len(ids), idsAtOnce)]
		ids = ids[len(some):]
		in, args := idList(some)
		if _, err := tx.exec(ctx, "UPDATE mails SET blob = '', subject = '' WHERE id IN ("+in+")", args...); err != nil {
			return nil, err
		}
		if _, err := tx.exec(ctx, "UPDATE held SET title = '', excerpt = '' WHERE mail_id IN ("+in+")", args...); err != nil {
			return nil, err
		}
	}
	return keys, nil
}
