package desk

import (
	"bytes"
	"context"
	"errors"
	"io"
	"strings"
	"time"

	"lodge/files"
	"lodge/models"
)

// MailOriginal is the mail that a message came by, as it arrived.
type MailOriginal struct {
	Number int64
	Title  string
	// Headers are the raw lines of its head; Raw is all of it, at most originalShown bytes.
	Headers string
	Raw     []byte
	// Cut: there is more than Raw holds.
	Cut              bool
	Size             int64
	ReceivedAt       time.Time
	EnvelopeFrom     string
	From, Subject    string
	ReceivedBy, Said string // the door, and the JSON of who vouches for its sender
}

// originalShown is how much of a mail a page reads.
const originalShown = 4 << 20

// MailOriginal gives the mail behind a message to who may read its ticket. The mail of a message
// that was taken out for good is gone with it.
func (d *Desk) MailOriginal(ctx context.Context, actor Actor, number int64, pid string) (*MailOriginal, error) {
	t, row, err := d.mailOf(ctx, actor, number, pid)
	if err != nil {
		return nil, err
	}
	r, err := d.files.Open(ctx, row.Blob)
	if errors.Is(err, files.ErrNotFound) {
		return nil, models.NotFound()
	}
	if err != nil {
		return nil, err
	}
	defer r.Close()
	raw, err := io.ReadAll(io.LimitReader(r, originalShown))
	if err != nil {
		return nil, err
	}
	out := &MailOriginal{Number: t.Number, Title: t.Title, Raw: raw, Cut: row.Size > int64(len(raw)), Size: row.Size, ReceivedAt: row.ReceivedAt.Time(), EnvelopeFrom: row.EnvelopeFrom,
		From: row.FromAddress, Subject: row.Subject, ReceivedBy: row.Source, Said: row.Verdict}
	out.Headers = headOf(raw)
	return out, nil
}

// headOf is the head of a raw mail as text.
func headOf(raw []byte) string {
	head := raw
	for _, end := range []string{"\r\n\r\n", "\n\n"} {
		if i := bytes.Index(raw, []byte(end)); i >= 0 && i < len(head) {
			head = raw[:i]
		}
	}
	const most = 64 << 10
	return text(strings.ToValidUTF8(string(head[:min(len(head), most)]), "�"))
}

// MailFile gives the whole mail behind a message, for keeping.
func (d *Desk) MailFile(ctx context.Context, actor Actor, number int64, pid string) (*Content, error) {
	t, row, err := d.mailOf(ctx, actor, number, pid)
	if err != nil {
		return nil, err
	}
	r, err := d.files.Open(ctx, row.Blob)
	if errors.Is(err, files.ErrNotFound) {
		return nil, models.NotFound()
	}
	if err != nil {
		return nil, err
	}
	return &Content{Name: "mail-" + itoa(t.Number) + "-" + itoa(row.ID) + ".eml", Type: "message/rfc822", Size: r.Size(), Body: r}, nil
}

// mailOf finds the kept mail of a message inside what the actor may read.
func (d *Desk) mailOf(ctx context.Context, actor Actor, number int64, pid string) (*models.Ticket, *models.MailIn, error) {
	_, _, t, err := d.agentTicket(ctx, actor, models.ActRead, number)
	if err != nil {
		return nil, nil, err
	}
	row, err := models.MailOfMessage(ctx, d.db, t.ID, pid)
	if err == nil && row.Blob == "" {
		err = models.NotFound()
	}
	return t, row, err
}
