package desk

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"lodge/files"
	"lodge/models"
	"lodge/secret"
)

type draft struct{ *files.Draft }

func (d draft) size() int64 {
	if d.Draft == nil {
		return 0
	}
	return d.Draft.Size
}

// stagedFor is how long a refused form's files wait for its next try (PC-4).
const stagedFor = 24 * time.Hour

// maxStaged bounds the files of one form, however often it is refused.
const maxStaged = 50

// Receive streams one file to a draft. Nothing is kept before a verb has accepted it.
func (d *Desk) Receive(ctx context.Context, name string, r io.Reader, limit int64) (Upload, error) {
	got, err := d.files.Receive(ctx, r, limit)
	switch {
	case errors.Is(err, files.ErrTooLarge):
		return Upload{}, models.TooLarge("errors.file_too_large")
	case err != nil:
		return Upload{}, fmt.Errorf("receive file: %w", err)
	}
	return Upload{Name: files.CleanName(name), draft: draft{got}}, nil
}

// Discard throws drafts away that no verb has taken; harmless for those that are kept.
func (d *Desk) Discard(uploads []Upload) {
	for _, u := range uploads {
		if u.draft.Draft != nil {
			u.draft.Discard()
		}
	}
}

// Receive is the public pages' way to hand in a file.
func (p *Portal) Receive(ctx context.Context, name string, r io.Reader, limit int64) (Upload, error) {
	return p.d.Receive(ctx, name, r, limit)
}

// Discard throws drafts away that no verb has taken.
func (p *Portal) Discard(uploads []Upload) { p.d.Discard(uploads) }

// kept is a file whose bytes are safe on disk and whose row is still to be written.
type kept struct {
	name, contentType, blob string
	size                    int64
	sha256                  []byte
	// contentID is set for a file that the text of its mail shows in place.
	contentID string
}

// keep makes the bytes of the uploads durable. It runs before the transaction; what a
// failed transaction leaves is swept later, and never is there a row without bytes.
func (d *Desk) keep(ctx context.Context, uploads []Upload) ([]kept, error) {
	var all []kept
	for _, u := range uploads {
		blob, err := d.files.Keep(ctx, u.draft.Draft)
		if err != nil {
			return nil, fmt.Errorf("keep file: %w", err)
		}
		all = append(all, kept{name: u.Name, contentType: u.draft.Type, blob: blob, size: u.draft.Size, sha256: u.draft.SHA256})
	}
	return all, nil
}

// attach writes the rows of kept files and asks for the small pictures of images.
func (d *Desk) attach(ctx context.Context, tx *models.Tx, m *models.Message, all []kept) error {
	for _, k := range all {
		a := &models.Attachment{PID: secret.PublicID(), TicketID: m.TicketID, MessageID: m.ID, Name: k.name, Size: k.size,
			ContentType: k.contentType, SHA256: k.sha256, Blob: k.blob, ContentID: k.contentID, CreatedAt: m.CreatedAt}
		if err := models.InsertAttachment(ctx, tx, a); err != nil {
			return err
		}
		if !files.Viewable(a.ContentType) {
			continue
		}
		if err := models.Enqueue(ctx, tx, JobThumb, JobThumb+":"+itoa(a.ID), map[string]int64{"attachment": a.ID}, m.CreatedAt.Time()); err != nil {
			return err
		}
	}
	return nil
}

// chosen are the staged files of a form that its sender kept.
func chosen(ctx context.Context, c models.Conn, formKey []byte, pids []string, now models.Stamp) ([]kept, error) {
	if len(formKey) == 0 || len(pids) == 0 {
		return nil, nil
	}
	staged, err := models.StagedFiles(ctx, c, formKey, now)
	if err != nil {
		return nil, err
	}
	want := map[string]bool{}
	for _, pid := range pids {
		want[pid] = true
	}
	var all []kept
	for _, f := range staged {
		if want[f.PID] {
			all = append(all, kept{name: f.Name, contentType: f.ContentType, blob: f.Blob, size: f.Size, sha256: f.SHA256})
		}
	}
	return all, nil
}

// stage keeps a refused form's new files for its next try. The quota is charged first;
// over it, or for a form without a valid id, the files are dropped and the person is told
// by the form itself, which then lists what was kept.
func (d *Desk) stage(ctx context.Context, formKey []byte, keepPIDs []string, uploads []Upload, quota []charge, now time.Time) {
	defer d.Discard(uploads)
	if len(formKey) == 0 {
		return
	}
	stamp := models.At(now)
	var total int64
	for _, u := range uploads {
		total += u.Size()
	}
	if total > 0 {
		for i := range quota {
			quota[i].amount = total
		}
		err := d.db.Write(ctx, func(ctx context.Context, tx *models.Tx) error { return spend(ctx, tx, quota, now) })
		if err != nil {
			uploads = nil
		}
	}
	safe, err := d.keep(ctx, uploads)
	if err != nil {
		d.log.Error("stage files", "error", err)
		return
	}
	err = d.db.Write(ctx, func(ctx context.Context, tx *models.Tx) error {
		before, err := chosen(ctx, tx, formKey, keepPIDs, stamp)
		if err != nil {
			return err
		}
		if err := models.DropStaged(ctx, tx, formKey); err != nil {
			return err
		}
		all := append(before, safe...)
		for _, k := range all[:min(len(all), maxStaged)] {
			f := &models.StagedFile{PID: secret.PublicID(), FormKey: formKey, Name: k.name, Size: k.size, ContentType: k.contentType,
				SHA256: k.sha256, Blob: k.blob, ExpiresAt: stamp.Add(stagedFor), CreatedAt: stamp}
			if err := models.InsertStaged(ctx, tx, f); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		d.log.Error("stage files", "error", err)
	}
}

func (d *Desk) staged(ctx context.Context, formKey []byte, now models.Stamp) ([]StagedFile, error) {
	rows, err := models.StagedFiles(ctx, d.db, formKey, now)
	if err != nil {
		return nil, err
	}
	var all []StagedFile
	for _, f := range rows {
		all = append(all, StagedFile{PID: f.PID, Name: f.Name, Type: f.ContentType, Size: f.Size})
	}
	return all, nil
}
