package desk

import (
	"context"

	"lodge/models"
)

// RedactPlan is what can be taken out of a ticket for good (AG-8).
type RedactPlan struct {
	Ticket   RelatedTicket
	Messages []ThreadLine
}

// RedactInput says what is taken out.
type RedactInput struct {
	// Message is a message's public id: its text and files go. File is a file's: it goes alone.
	Message, File string
}

// Redaction is what would be taken out, shown before it is.
type Redaction struct {
	Ticket  RelatedTicket
	Message ThreadLine
	// File is set when only that file goes.
	File *PublicFile
	// Copies is on how many other tickets the same message stands, by merging or splitting:
	// it goes there too.
	Copies int
}

// PlanRedact lists what can be taken out of a ticket.
func (d *Desk) PlanRedact(ctx context.Context, actor Actor, number int64) (*RedactPlan, error) {
	_, project, t, err := d.agentTicket(ctx, actor, models.ActRedact, number)
	if err != nil {
		return nil, err
	}
	plan := &RedactPlan{Ticket: inShort(project, t)}
	plan.Messages, err = d.threadLines(ctx, t.ID)
	return plan, err
}

// AskRedact gives what one redaction would take out.
func (d *Desk) AskRedact(ctx context.Context, actor Actor, number int64, in RedactInput) (*Redaction, error) {
	plan, err := d.PlanRedact(ctx, actor, number)
	if err != nil {
		return nil, err
	}
	_, _, t, err := d.agentTicket(ctx, actor, models.ActRedact, number)
	if err != nil {
		return nil, err
	}
	_, e, file, err := redactable(ctx, d.db, t, in)
	if err != nil {
		return nil, err
	}
	out := &Redaction{Ticket: plan.Ticket}
	for _, m := range plan.Messages {
		if m.PID == e.PID {
			out.Message = m
		}
	}
	if file != nil {
		out.File = &PublicFile{PID: file.PID, Name: file.Name, Type: file.ContentType, Size: file.Size}
	}
	_, tickets, _, err := models.Family(ctx, d.db, &e.Message)
	out.Copies = len(tickets) - 1
	return out, err
}

// redactable finds the message, and the file, that an input names on a ticket.
func redactable(ctx context.Context, c models.Conn, t *models.Ticket, in RedactInput) (entries []*models.Entry, e *models.Entry, file *models.Attachment, err error) {
	if entries, err = models.Entries(ctx, c, t.ID, 0); err != nil {
		return nil, nil, nil, err
	}
	for _, candidate := range entries {
		for _, f := range candidate.Files {
			if in.File != "" && f.PID == in.File {
				return entries, candidate, f, nil
			}
		}
		if in.File == "" && in.Message != "" && candidate.PID == in.Message && candidate.RedactedAt == 0 {
			return entries, candidate, nil, nil
		}
	}
	var v models.Invalid
	v.Add("message", "agent.redact.error.none")
	return nil, nil, nil, v.Err()
}

// Redact takes a message with its files, or one file, out for good: on every ticket that has a
// copy, from the search index, from what waits to be mailed, and from the disk as soon as no
// other row needs the bytes. The audit log says that it was done and by whom, never what it
// was. Mails that have left cannot be called back.
func (d *Desk) Redact(ctx context.Context, actor Actor, number int64, in RedactInput) error {
	_, _, t, err := d.agentTicket(ctx, actor, models.ActRedact, number)
	if err != nil {
		return err
	}
	now := d.Now()
	stamp := models.At(now)
	var bytes []string
	err = d.db.Write(ctx, func(ctx context.Context, tx *models.Tx) error {
		_, e, file, err := redactable(ctx, tx, t, in)
		if err != nil {
			return err
		}
		messages, tickets, public, err := models.Family(ctx, tx, &e.Message)
		if err != nil {
			return err
		}
		blob, what := "", "message"
		if file != nil {
			blob, what = file.Blob, "file"
		} else if err := models.RedactMessages(ctx, tx, messages, actor.ID, stamp); err != nil {
			return err
		}
		if bytes, err = models.DropAttachments(ctx, tx, messages, blob); err != nil {
			return err
		}
		if err := models.DropStagedBlobs(ctx, tx, bytes); err != nil {
			return err
		}
		// The mail that it came by holds all of it, a removed file too.
		raw, err := models.DropMailsOf(ctx, tx, messages)
		if err != nil {
			return err
		}
		bytes = append(bytes, raw...)
		// A mail about a message that has only lost a file is written without it.
		if err := models.DropMailsAbout(ctx, tx, messages, tickets, file == nil, stamp); err != nil {
			return err
		}
		for _, id := range tickets {
			// Each ticket with a copy tells its pages and the index; they are few.
			at, err := models.LockTicket(ctx, tx, id)
			if err != nil {
				return err
			}
			step(at, public[id], stamp)
			if err := models.SaveTicket(ctx, tx, at); err != nil {
				return err
			}
			if file == nil {
				if err := models.ShowAgain(ctx, tx, at, messages); err != nil {
					return err
				}
			}
			ev := &models.Event{Kind: models.EventRedacted, AgentID: &actor.ID, CreatedAt: stamp}
			if err := d.record(ctx, tx, at, ev, map[string]any{"what": what}, false); err != nil {
				return err
			}
		}
		return audit(ctx, tx, actor, "ticket.redacted", "#"+itoa(number), map[string]any{"what": what}, now)
	})
	if err != nil {
		return err
	}
	d.dropBytes(ctx, bytes)
	return nil
}

// dropBytes removes bytes that no row names any more. What fails, or is cut off by the end of
// the process, the hourly sweep removes.
func (d *Desk) dropBytes(ctx context.Context, keys []string) {
	ctx = context.WithoutCancel(ctx)
	live, err := models.LiveBlobs(ctx, d.db, keys)
	if err != nil {
		d.log.Error("look for bytes of a removed file", "error", err)
		return
	}
	for _, key := range keys {
		if live[key] {
			continue
		}
		if err := d.files.Remove(ctx, key); err != nil {
			d.log.Error("remove the bytes of a removed file", "error", err)
		}
	}
}
