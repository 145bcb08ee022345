package desk

import (
	"context"
	"encoding/json"
	"errors"
	"io"

	"lodge/files"
	"lodge/models"
)

// JobIntake reads a kept mail and decides what becomes of it: IntakeArgs.
const JobIntake = "intake"

// IntakeArgs name the mail and, when somebody has let it in, what was held of it.
type IntakeArgs struct {
	Mail  int64 `json:"mail"`
	Held  int64 `json:"held,omitempty"`
	Quiet bool  `json:"quiet,omitempty"`
}

// MailArrival is a raw mail at a door, with what the door knows of it.
type MailArrival struct {
	MailboxID    *int64
	Source       string // models.MailFromIMAP …
	SourceKey    string
	EnvelopeFrom string
	EnvelopeTo   []string
	Client, Helo string
	// Verdict is the JSON of what the door itself has checked of the sender; empty is nothing.
	Verdict string
	// ProjectID is whose a mail is that none of our addresses received, nil for nobody's; Quiet
	// says that a ticket it opens is not acknowledged. Both are for replaying.
	ProjectID *int64
	Quiet     bool
	Raw       io.Reader
}

// maxRawMail is how large a mail may be, encoded, before it is refused at the door: the largest
// request agents may send, and a third more for base64.
const maxRawMail = 140 << 20

// KeepMail keeps a mail before anything else is done with it, and asks for its reading (EM-5).
// Only after it returns may a door tell the other side that the mail was taken. Keeping the same
// mail of the same source again is harmless: fresh is false then.
func (d *Desk) KeepMail(ctx context.Context, in MailArrival) (id int64, fresh bool, err error) {
	draft, err := d.files.Receive(ctx, in.Raw, maxRawMail)
	if errors.Is(err, files.ErrTooLarge) {
		return 0, false, models.TooLarge("errors.file_too_large")
	}
	if err != nil {
		return 0, false, err
	}
	defer draft.Discard()
	blob, err := d.files.Keep(ctx, draft)
	if err != nil {
		return 0, false, err
	}
	in.EnvelopeFrom, in.Client, in.Helo = onlyText(in.EnvelopeFrom), onlyText(in.Client), onlyText(in.Helo)
	to, err := json.Marshal(in.EnvelopeTo)
	if err != nil {
		return 0, false, err
	}
	now := d.Now()
	m := &models.MailIn{MailboxID: in.MailboxID, ProjectID: in.ProjectID, Source: in.Source, SourceKey: in.SourceKey, EnvelopeFrom: in.EnvelopeFrom, EnvelopeTo: string(to), Client: in.Client, Helo: in.Helo,
		Verdict: in.Verdict, Blob: blob, Size: draft.Size, SHA256: draft.SHA256, ReceivedAt: models.At(now)}
	err = d.db.Write(ctx, func(ctx context.Context, tx *models.Tx) error {
		if fresh, err = models.InsertMailIn(ctx, tx, m); err != nil || !fresh {
			return err
		}
		return models.Enqueue(ctx, tx, JobIntake, JobIntake+":"+itoa(m.ID), IntakeArgs{Mail: m.ID, Quiet: in.Quiet}, now)
	})
	return m.ID, fresh && err == nil, err
}
