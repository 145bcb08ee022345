package desk

import (
	"context"
	"errors"
	"io"

	"lodge/files"
	"lodge/models"
)

// File opens a file of the holder's ticket. With thread_attachments "download" that is any
// public one; with "names" (PT-11) only an agent's file by a mailed link, which stands in
// the mail where the file was too large to be attached (NU-2). A file of a note, of
// another ticket, or a forbidden one is the same NotFound (A66).
//
// Who is signed in opens every file of the public conversation, whatever the project lets links do.
func (v *Conversation) File(ctx context.Context, pid string, thumb bool) (*Content, error) {
	p, now := v.p, v.p.d.Now()
	at, err := v.enter(ctx, now)
	if err != nil {
		return nil, err
	}
	h := at.holder
	a, fromAgent, err := models.PublicAttachment(ctx, p.d.db, h.Ticket.ID, pid, models.At(now))
	if models.KindOf(err) == models.KindNotFound && err != nil && h.given.TicketID != h.Ticket.ID {
		// A mail from before a merge names the file by the ticket it was on then.
		if err := h.stepBack(ctx, p.d.db); err != nil {
			return nil, err
		}
		a, fromAgent, err = models.PublicAttachment(ctx, p.d.db, h.given.TicketID, pid, models.At(now))
	}
	if err != nil {
		return nil, err
	}
	if !at.signed && h.project.Settings.ThreadAttachments != models.ThreadFilesDownload && !(h.proven && fromAgent) {
		return nil, models.NotFound()
	}
	return p.d.content(ctx, a, thumb)
}

// stepBack lets the rules of the project hold that the holder's link was given for, before a
// merge.
func (h *holder) stepBack(ctx context.Context, db *models.DB) error {
	old, err := models.TicketByID(ctx, db, h.given.TicketID)
	if err != nil {
		return err
	}
	if h.project = h.catalog.Project(old.ProjectID); h.project == nil || !h.project.Open() {
		return models.NotFound()
	}
	return nil
}

// AgentFile opens any file for an agent.
func (d *Desk) AgentFile(ctx context.Context, actor Actor, pid string, thumb bool) (*Content, error) {
	if err := actor.may(models.ActRead); err != nil {
		return nil, err
	}
	a, err := models.AttachmentByPID(ctx, d.db, pid)
	if err != nil {
		return nil, err
	}
	t, err := models.TicketByID(ctx, d.db, a.TicketID)
	if err != nil {
		return nil, err
	}
	if err := actor.mayIn(models.ActRead, t.ProjectID); err != nil {
		return nil, err
	}
	return d.content(ctx, a, thumb)
}

// content opens the bytes of an attachment or of its small picture. Only pictures made
// again from pixels are ever shown inline.
func (d *Desk) content(ctx context.Context, a *models.Attachment, thumb bool) (*Content, error) {
	blob := a.Blob
	if thumb {
		blob = a.Thumb
	}
	if blob == "" {
		return nil, models.NotFound()
	}
	r, err := d.files.Open(ctx, blob)
	if errors.Is(err, files.ErrNotFound) {
		d.log.Error("attachment without bytes", "attachment", a.ID)
		return nil, models.NotFound()
	}
	if err != nil {
		return nil, err
	}
	c := &Content{Name: a.Name, Type: a.ContentType, Size: r.Size(), Body: r, Inline: thumb}
	if thumb {
		c.Type, err = pictureType(r)
	}
	return c, err
}

// pictureType tells our own two kinds of small pictures apart by their first byte.
func pictureType(r io.ReadSeeker) (string, error) {
	var first [1]byte
	if _, err := io.ReadFull(r, first[:]); err != nil {
		return "", err
	}
	_, err := r.Seek(0, io.SeekStart)
	if first[0] == 0xff {
		return "image/jpeg", err
	}
	return "image/png", err
}
