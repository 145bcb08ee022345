package models

import "context"

// MailTemplate is a project's own words of a mail in a language; without one the built-in words
// are sent.
type MailTemplate struct {
	ProjectID                       int64
	Template, Locale, Subject, Body string
	UpdatedAt                       Stamp
}

// MailTemplates reads a project's own words of all mails.
func MailTemplates(ctx context.Context, c Conn, projectID int64) ([]*MailTemplate, error) {
	rows, err := c.query(ctx, "SELECT project_id, template, locale, subject, body, updated_at FROM mail_templates WHERE project_id = ? ORDER BY template, locale", projectID)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []*MailTemplate
	for rows.Next() {
		var t MailTemplate
		if err := rows.Scan(&t.ProjectID, &t.Template, &t.Locale, &t.Subject, &t.Body, &t.UpdatedAt); err != nil {
			return nil, err
		}
		all = append(all, &t)
	}
	return all, rows.Err()
}

// MailTemplateOf reads a project's own words of one mail; NotFound where it has none.
func MailTemplateOf(ctx context.Context, c Conn, projectID int64, template, locale string) (*MailTemplate, error) {
	t := MailTemplate{}
	err := c.row(ctx, "SELECT project_id, template, locale, subject, body, updated_at FROM mail_templates WHERE project_id = ? AND template = ? AND locale = ?", projectID, template, locale).
		Scan(&t.ProjectID, &t.Template, &t.Locale, &t.Subject, &t.Body, &t.UpdatedAt)
	return &t, orNotFound(err)
}

// SaveMailTemplate writes a project's own words of a mail over those it had.
func SaveMailTemplate(ctx context.Context, tx *Tx, t *MailTemplate) error {
	_, err := tx.exec(ctx, `INSERT INTO mail_templates (project_id, template, locale, subject, body, updated_at) VALUES (?, ?, ?, ?, ?, ?)
		ON CONFLICT (project_id, template, locale) DO UPDATE SET subject = excluded.subject, body = excluded.body, updated_at = excluded.updated_at`,
		t.ProjectID, t.Template, t.Locale, t.Subject, t.Body, t.UpdatedAt)
	return err
}

// DeleteMailTemplate goes back to the built-in words.
func DeleteMailTemplate(ctx context.Context, tx *Tx, projectID int64, template, locale string) error {
	_, err := tx.exec(ctx, "DELETE FROM mail_templates WHERE project_id = ? AND template = ? AND locale = ?", projectID, template, locale)
	return err
}
