package models

import (
	"context"
	"database/sql"
	"errors"
)

// What somebody wants to be mailed about a ticket, or about all tickets of a project (NU-4).
// Of a ticket WishNone is kept as its unsubscribed_at.
const (
	WishAll     = "all"
	WishClosing = "closing" // only that it has ended
	WishDigest  = "digest"  // one mail a day
	WishNone    = "none"
)

// Wishes are all of them, in the order pages show them.
var Wishes = []string{WishAll, WishClosing, WishDigest, WishNone}

// MailWish is what counts for this person and ticket: the wish for the ticket before that for
// the project before everything. Only People and PersonByID read what it is made of.
func (p *Person) MailWish() string {
	switch {
	case p.UnsubscribedAt != 0:
		return WishNone
	case p.Wish != "":
		return p.Wish
	case p.ProjectWish != "":
		return p.ProjectWish
	}
	return WishAll
}

// SetTicketWish keeps what a participant wants to be mailed about the ticket; empty follows the
// project's.
func SetTicketWish(ctx context.Context, tx *Tx, participantID int64, wish string) error {
	_, err := tx.exec(ctx, "UPDATE participants SET wish = ? WHERE id = ?", wish, participantID)
	return err
}

// SetProjectWish keeps what a contact wants to be mailed about a project's tickets.
func SetProjectWish(ctx context.Context, tx *Tx, contactID, projectID int64, wish string, now Stamp) error {
	_, err := tx.exec(ctx, `INSERT INTO mail_wishes (contact_id, project_id, wish, updated_at) VALUES (?, ?, ?, ?)
		ON CONFLICT (contact_id, project_id) DO UPDATE SET wish = excluded.wish, updated_at = excluded.updated_at`, contactID, projectID, wish, now)
	return err
}

// ProjectWish is what a contact wants to be mailed about a project's tickets; WishAll when they
// never said.
func ProjectWish(ctx context.Context, c Conn, contactID, projectID int64) (string, error) {
	var wish string
	err := c.row(ctx, "SELECT wish FROM mail_wishes WHERE contact_id = ? AND project_id = ?", contactID, projectID).Scan(&wish)
	if errors.Is(err, sql.ErrNoRows) {
		return WishAll, nil
	}
	return wish, err
}

// SetContactLocale keeps the language a contact is written to in; empty is the project's.
func SetContactLocale(ctx context.Context, tx *Tx, contactID int64, locale string) error {
	tx.everything = true
	_, err := tx.exec(ctx, "UPDATE contacts SET locale = ? WHERE id = ?", locale, contactID)
	return err
}

// mergeWishes lets a contact that is about to become another leave its wishes there, where the
// other has none.
func mergeWishes(ctx context.Context, tx *Tx, from, into int64) error {
	if _, err := tx.exec(ctx, `INSERT INTO mail_wishes (contact_id, project_id, wish, updated_at)
		SELECT CAST(? AS BIGINT), project_id, wish, updated_at FROM mail_wishes WHERE contact_id = ? ON CONFLICT (contact_id, project_id) DO NOTHING`, into, from); err != nil {
		return err
	}
	_, err := tx.exec(ctx, "DELETE FROM mail_wishes WHERE contact_id = ?", from)
	return err
}
