package models

import (
	"context"
	"time"
)

// Bookmark is how far the folder of a mailbox has been read (EM-4).
type Bookmark struct {
	MailboxID int64
	// Place names the folder the bookmark belongs to: server, user and folder.
	Place string
	// UIDValidity and LastUID are IMAP's numbers (RFC 9051, 2.3.1.1): every mail up to LastUID is
	// kept or has been passed over for good.
	UIDValidity, LastUID int64
	// OldUID and Since: of what lay in the folder when it was first seen, up to this UID, only what came
	// since then is read. The rest is older than the mailbox or known already.
	OldUID int64
	Since  Stamp
	// LookedAt is when the folder was last read without a fault.
	LookedAt Stamp
}

// BookmarkOf reads it; a mailbox that was never read has an empty one.
func BookmarkOf(ctx context.Context, c Conn, mailboxID int64) (*Bookmark, error) {
	b := Bookmark{MailboxID: mailboxID}
	err := c.row(ctx, "SELECT place, uid_validity, last_uid, old_uid, since, looked_at FROM mailbox_states WHERE mailbox_id = ?", mailboxID).
		Scan(&b.Place, &b.UIDValidity, &b.LastUID, &b.OldUID, &b.Since, &b.LookedAt)
	if err = orNotFound(err); KindOf(err) == KindNotFound {
		err = nil
	}
	return &b, err
}

// SetBookmark begins a bookmark anew: the folder, its UIDVALIDITY and where to go on.
func SetBookmark(ctx context.Context, c Conn, b *Bookmark) error {
	_, err := c.exec(ctx, `INSERT INTO mailbox_states (mailbox_id, place, uid_validity, last_uid, old_uid, since) VALUES (?, ?, ?, ?, ?, ?)
		ON CONFLICT (mailbox_id) DO UPDATE SET place = excluded.place, uid_validity = excluded.uid_validity, last_uid = excluded.last_uid,
			old_uid = excluded.old_uid, since = excluded.since`,
		b.MailboxID, b.Place, b.UIDValidity, b.LastUID, b.OldUID, b.Since)
	return err
}

// MoveBookmark notes that everything up to a UID is done with. It never moves backwards, and one
// that belongs to another UIDVALIDITY is left alone: a process that has lost its lease may still
// be at work.
func MoveBookmark(ctx context.Context, c Conn, mailboxID, uidValidity, uid int64) error {
	_, err := c.exec(ctx, "UPDATE mailbox_states SET last_uid = ? WHERE mailbox_id = ? AND uid_validity = ? AND last_uid < ?", uid, mailboxID, uidValidity, uid)
	return err
}

// NoteMailKept notes when a mailbox last got a mail.
func NoteMailKept(ctx context.Context, c Conn, mailboxID int64, now time.Time) error {
	_, err := c.exec(ctx, `INSERT INTO mailbox_states (mailbox_id, received_at) VALUES (?, ?)
		ON CONFLICT (mailbox_id) DO UPDATE SET received_at = excluded.received_at`, mailboxID, At(now))
	return err
}

// NoteMailboxLook notes that the folder was read without a fault. Errors that such a look proves wrong
// go; those since keep stay: they tell of one mail that was passed over, not of the mailbox.
func NoteMailboxLook(ctx context.Context, c Conn, mailboxID int64, now time.Time, keep time.Time) error {
	_, err := c.exec(ctx, `UPDATE mailbox_states SET looked_at = ?, error = CASE WHEN error LIKE 'passed_over%' AND error_at > ? THEN error ELSE '' END,
		error_at = CASE WHEN error LIKE 'passed_over%' AND error_at > ? THEN error_at ELSE 0 END WHERE mailbox_id = ?`, At(now), At(keep), At(keep), mailboxID)
	return err
}

// MailPassedOver begins the error of a mailbox that could not take one mail and went on.
const MailPassedOver = "passed_over"

// NoteMailboxError notes what keeps a mailbox from being read: one word, a colon, and what the server
// said. It must hold no secret.
func NoteMailboxError(ctx context.Context, c Conn, mailboxID int64, text string, now time.Time) error {
	_, err := c.exec(ctx, `INSERT INTO mailbox_states (mailbox_id, error, error_at) VALUES (?, ?, ?)
		ON CONFLICT (mailbox_id) DO UPDATE SET error = excluded.error, error_at = excluded.error_at`, mailboxID, text, At(now))
	return err
}

// MailKept says whether a mail of this key (MailIn.SourceKey) is kept in a mailbox.
func MailKept(ctx context.Context, c Conn, mailboxID int64, sourceKey string) (bool, error) {
	var id int64
	err := orNotFound(c.row(ctx, "SELECT id FROM mails WHERE mailbox_id = ? AND source_key = ? AND source_key <> ''", mailboxID, sourceKey).Scan(&id))
	if KindOf(err) == KindNotFound {
		return false, nil
	}
	return err == nil, err
}
