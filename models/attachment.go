package models

import (
	"context"

	"github.com/uptrace/bun"
)

// Attachment is a file of a message. Its bytes are on disk before this row exists.
type Attachment struct {
	bun.BaseModel `bun:"table:attachments"`
	ID            int64  `bun:",pk,autoincrement"`
	PID           string `bun:"pid"`
	TicketID      int64
	MessageID     int64
	Name          string
	Size          int64
	ContentType   string
	SHA256        []byte `bun:"sha256"`
	Blob          string
	Thumb         string
	ThumbWidth    int64
	ThumbHeight   int64
	CreatedAt     Stamp
	// ContentID is set when the text of its mail shows the file in place.
	ContentID string
}

// InsertAttachment writes the row of bytes that are already kept.
func InsertAttachment(ctx context.Context, tx *Tx, a *Attachment) error { return insert(ctx, tx, a) }

const attachmentColumns = "a.id, a.pid, a.ticket_id, a.message_id, a.name, a.size, a.content_type, a.sha256, a.blob, a.thumb, a.thumb_width, a.thumb_height, a.created_at, a.content_id"

func scanAttachment(row interface{ Scan(...any) error }) (*Attachment, error) {
	var a Attachment
	if err := row.Scan(&a.ID, &a.PID, &a.TicketID, &a.MessageID, &a.Name, &a.Size, &a.ContentType, &a.SHA256, &a.Blob, &a.Thumb, &a.ThumbWidth, &a.ThumbHeight, &a.CreatedAt, &a.ContentID); err != nil {
		return nil, orNotFound(err)
	}
	return &a, nil
}

func attachmentsOf(ctx context.Context, c Conn, ticketID, fromMessage int64) ([]*Attachment, error) {
	rows, err := c.query(c.root().brief(ctx), "SELECT "+attachmentColumns+" FROM attachments a WHERE a.ticket_id = ? AND a.message_id >= ? ORDER BY a.id", ticketID, fromMessage)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []*Attachment
	for rows.Next() {
		a, err := scanAttachment(rows)
		if err != nil {
			return nil, err
		}
		all = append(all, a)
	}
	return all, rows.Err()
}

// PublicAttachment finds a file of one ticket that is not on a note (A66), and says whether
// an agent sent it.
func PublicAttachment(ctx context.Context, c Conn, ticketID int64, pid string, now Stamp) (a *Attachment, fromAgent bool, err error) {
	a, err = scanAttachment(c.row(ctx, "SELECT "+attachmentColumns+` FROM attachments a JOIN messages m ON m.id = a.message_id
		WHERE a.pid = ? AND a.ticket_id = ? AND m.kind <> 'note' AND m.public_version > 0 AND m.publish_at <= ?`, pid, ticketID, now))
	if err != nil {
		return nil, false, err
	}
	err = c.row(ctx, "SELECT agent_id IS NOT NULL FROM messages WHERE id = ?", a.MessageID).Scan(&fromAgent)
	return a, fromAgent, err
}

// AttachmentByPID finds any file, for agents.
func AttachmentByPID(ctx context.Context, c Conn, pid string) (*Attachment, error) {
	return scanAttachment(c.row(ctx, "SELECT "+attachmentColumns+" FROM attachments a WHERE a.pid = ?", pid))
}

// AttachmentByID reads one file's row, for jobs.
func AttachmentByID(ctx context.Context, c Conn, id int64) (*Attachment, error) {
	return scanAttachment(c.row(ctx, "SELECT "+attachmentColumns+" FROM attachments a WHERE a.id = ?", id))
}

// SetThumb keeps where a file's small picture is.
func SetThumb(ctx context.Context, tx *Tx, id int64, blob string, width, height int) error {
	_, err := tx.exec(ctx, "UPDATE attachments SET thumb = ?, thumb_width = ?, thumb_height = ? WHERE id = ?", blob, width, height, id)
	return err
}

// StagedFile is a file of a refused form, waiting for its next try (PC-4).
type StagedFile struct {
	bun.BaseModel `bun:"table:staged_files"`
	ID            int64  `bun:",pk,autoincrement"`
	PID           string `bun:"pid"`
	FormKey       []byte
	Name          string
	Size          int64
	ContentType   string
	SHA256        []byte `bun:"sha256"`
	Blob          string
	ExpiresAt     Stamp
	CreatedAt     Stamp
}

// InsertStaged keeps a refused form's file.
func InsertStaged(ctx context.Context, tx *Tx, f *StagedFile) error { return insert(ctx, tx, f) }

// StagedFiles lists what a form has kept, by its key and not yet expired.
func StagedFiles(ctx context.Context, c Conn, formKey []byte, now Stamp) ([]*StagedFile, error) {
	rows, err := c.query(ctx, `SELECT id, pid, form_key, name, size, content_type, sha256, blob, expires_at, created_at
		FROM staged_files WHERE form_key = ? AND expires_at > ? ORDER BY id`, formKey, now)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []*StagedFile
	for rows.Next() {
		var f StagedFile
		if err := rows.Scan(&f.ID, &f.PID, &f.FormKey, &f.Name, &f.Size, &f.ContentType, &f.SHA256, &f.Blob, &f.ExpiresAt, &f.CreatedAt); err != nil {
			return nil, err
		}
		all = append(all, &f)
	}
	return all, rows.Err()
}

// DropStaged forgets a form's files; their bytes go with the next sweep unless a ticket
// has taken them.
func DropStaged(ctx context.Context, tx *Tx, formKey []byte) error {
	_, err := tx.exec(ctx, "DELETE FROM staged_files WHERE form_key = ?", formKey)
	return err
}

// DropExpiredStaged forgets files whose form was never sent again.
func DropExpiredStaged(ctx context.Context, tx *Tx, now Stamp) error {
	_, err := tx.exec(ctx, "DELETE FROM staged_files WHERE expires_at <= ?", now)
	return err
}

// LiveBlobs says which of the given bytes a row still names, for the sweeper.
func LiveBlobs(ctx context.Context, c Conn, keys []string) (map[string]bool, error) {
	live := map[string]bool{}
	for _, key := range keys {
		var n int
		// One small indexed read a key: the sweeper runs once an hour and the list is its batch.
		err := c.row(ctx, `SELECT (SELECT COUNT(*) FROM attachments WHERE blob = ?) + (SELECT COUNT(*) FROM attachments WHERE thumb = ? AND thumb <> '') + (SELECT COUNT(*) FROM staged_files WHERE blob = ?) +
			(SELECT COUNT(*) FROM mails WHERE blob = ?)`, key, key, key, key).Scan(&n)
		if err != nil {
			return nil, err
		}
		if n > 0 {
			live[key] = true
		}
	}
	return live, nil
}

// Submission is the row that makes a form sent twice one ticket (PC-13).
type Submission struct {
	bun.BaseModel `bun:"table:submissions"`
	FormKey       []byte `bun:",pk"`
	TicketID      int64
	MessageID     int64
	CreatedAt     Stamp
	// HeldID, when set, is what it has made instead: it waits (PC-12).
	HeldID *int64
}

// SubmissionByKey finds what a form has already made, or NotFound.
func SubmissionByKey(ctx context.Context, c Conn, formKey []byte) (*Submission, error) {
	s := Submission{FormKey: formKey}
	err := c.row(ctx, "SELECT ticket_id, message_id, created_at, held_id FROM submissions WHERE form_key = ?", formKey).Scan(&s.TicketID, &s.MessageID, &s.CreatedAt, &s.HeldID)
	if err != nil {
		return nil, orNotFound(err)
	}
	return &s, nil
}

// InsertSubmission notes what a form has made; a second one is a Conflict.
func InsertSubmission(ctx context.Context, tx *Tx, s *Submission) error { return insert(ctx, tx, s) }

// PruneSubmissions forgets forms older than before; their signed ids have expired.
func PruneSubmissions(ctx context.Context, tx *Tx, before Stamp) error {
	_, err := tx.exec(ctx, "DELETE FROM submissions WHERE created_at < ?", before)
	return err
}
