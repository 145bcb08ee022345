package models

import (
	"context"
	"regexp"
	"strings"
)

// MailboxSenderVars are the words that a sender's name may hold between braces: who answers, the
// project, the workspace.
var MailboxSenderVars = []string{"agent", "project", "workspace"}

var nameVariable = regexp.MustCompile(`\{[^{}]*\}`)

// SenderName fills in a mailbox's name for From: {agent}, {project}, {workspace}. Any other
// variable is left out: it never leaves the house. Where the name is to be the agent's and
// nobody wrote, a half-filled one would look broken ("via Northwind"): it is the project's then.
func SenderName(template, agent, project, workspace string) string {
	if template == "" || agent == "" && strings.Contains(template, "{agent}") {
		return project
	}
	// Split first: a name that holds braces is a name.
	values, rest := nameVariable.FindAllString(template, -1), nameVariable.Split(template, -1)
	var b strings.Builder
	for i, text := range rest {
		b.WriteString(strings.Trim(strings.NewReplacer("{", "", "}", "").Replace(text), "\r\n"))
		if i == len(values) {
			break
		}
		switch values[i] {
		case "{agent}":
			b.WriteString(agent)
		case "{project}":
			b.WriteString(project)
		case "{workspace}":
			b.WriteString(workspace)
		}
	}
	name := strings.Trim(strings.Join(strings.Fields(b.String()), " "), " ·|,;:–—-/")
	if name == "" {
		return project
	}
	return name
}

// DeleteMailbox removes a mailbox and how far it was read. Mails that came in by it stay.
func DeleteMailbox(ctx context.Context, tx *Tx, id int64) error {
	if _, err := tx.exec(ctx, "DELETE FROM mailbox_states WHERE mailbox_id = ?", id); err != nil {
		return err
	}
	if _, err := tx.exec(ctx, "DELETE FROM mailboxes WHERE id = ?", id); err != nil {
		return err
	}
	return touchCatalog(ctx, tx)
}

// MailboxStatesOf reads how the mailboxes of a project go, by their ids.
func MailboxStatesOf(ctx context.Context, c Conn, projectID int64) (map[int64]*MailboxState, error) {
	rows, err := c.query(ctx, `SELECT s.mailbox_id, s.uid_validity, s.last_uid, s.looked_at, s.received_at, s.error, s.error_at, s.tested, s.tested_at
		FROM mailboxes b JOIN mailbox_states s ON s.mailbox_id = b.id WHERE b.project_id = ?`, projectID)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	all := map[int64]*MailboxState{}
	for rows.Next() {
		var s MailboxState
		if err := rows.Scan(&s.MailboxID, &s.UIDValidity, &s.LastUID, &s.LookedAt, &s.ReceivedAt, &s.Error, &s.ErrorAt, &s.Tested, &s.TestedAt); err != nil {
			return nil, err
		}
		all[s.MailboxID] = &s
	}
	return all, rows.Err()
}

// SaveMailboxTest keeps the result of a set-up test, or how far it has come.
func SaveMailboxTest(ctx context.Context, tx *Tx, mailboxID int64, tested string, at Stamp) error {
	_, err := tx.exec(ctx, `INSERT INTO mailbox_states (mailbox_id, tested, tested_at) VALUES (?, ?, ?)
		ON CONFLICT (mailbox_id) DO UPDATE SET tested = excluded.tested, tested_at = excluded.tested_at`, mailboxID, tested, at)
	return err
}

// LastMailIn is the id of the newest mail that came in, 0 when none has.
func LastMailIn(ctx context.Context, c Conn) (int64, error) {
	var id int64
	err := c.row(ctx, "SELECT COALESCE(MAX(id), 0) FROM mails").Scan(&id)
	return id, err
}

// MailsInSince lists mails that came in after another one and have a Message-ID, given with or
// without its brackets, or were not read yet; up to limit, oldest first.
func MailsInSince(ctx context.Context, c Conn, after int64, mailID string, limit int) ([]*MailIn, error) {
	bare := strings.Trim(mailID, "<>")
	rows, err := c.query(ctx, "SELECT id, envelope_to, blob, mail_id FROM mails WHERE id > ? AND mail_id IN (?, ?, '') ORDER BY id LIMIT ?", after, bare, "<"+bare+">", limit)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []*MailIn
	for rows.Next() {
		var m MailIn
		if err := rows.Scan(&m.ID, &m.EnvelopeTo, &m.Blob, &m.MailID); err != nil {
			return nil, err
		}
		all = append(all, &m)
	}
	return all, rows.Err()
}
