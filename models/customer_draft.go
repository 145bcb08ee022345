package models

import (
	"context"
	"time"
)

// CustomerDraft gives what a customer has begun to write under a scope, or NotFound.
func CustomerDraft(ctx context.Context, c Conn, contactID int64, scope string) (body string, at Stamp, err error) {
	err = c.row(ctx, "SELECT body, updated_at FROM drafts WHERE contact_id = ? AND scope = ?", contactID, scope).Scan(&body, &at)
	return body, at, orNotFound(err)
}

// KeepDraft keeps it, in place of what was there.
func KeepDraft(ctx context.Context, tx *Tx, contactID int64, scope, body string, now Stamp) error {
	_, err := tx.exec(ctx, "INSERT INTO drafts (contact_id, scope, body, updated_at) VALUES (?, ?, ?, ?) ON CONFLICT (contact_id, scope) DO UPDATE SET body = excluded.body, updated_at = excluded.updated_at",
		contactID, scope, body, now)
	return err
}

// DropDraft forgets it.
func DropDraft(ctx context.Context, tx *Tx, contactID int64, scope string) error {
	_, err := tx.exec(ctx, "DELETE FROM drafts WHERE contact_id = ? AND scope = ?", contactID, scope)
	return err
}

// PruneDrafts forgets those that nobody has touched since a time, and says how many.
func PruneDrafts(ctx context.Context, db *DB, before time.Time) (n int64, err error) {
	err = db.Write(ctx, func(ctx context.Context, tx *Tx) (err error) {
		n, err = affected(tx.exec(ctx, "DELETE FROM drafts WHERE updated_at < ?", At(before)))
		return err
	})
	return n, err
}
