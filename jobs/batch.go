package jobs

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"time"

	"lodge/desk"
	"lodge/models"
)

// batch decides which mail tells a person of an answer: the first goes at once, further ones
// within batch_minutes of the last mail about the same ticket are collected into one. The
// ticket is locked meanwhile, so that two answers at once find each other.
type batch struct {
	within time.Duration
	recent []*models.Delivery
}

func newBatch(ctx context.Context, tx *models.Tx, event *models.Event, project *models.Project, now time.Time) (*batch, error) {
	b := &batch{within: time.Duration(project.Settings.BatchMinutes) * time.Minute}
	if event.Kind != models.EventAgentReplied || b.within == 0 {
		return b, nil
	}
	if _, err := models.LockTicket(ctx, tx, event.TicketID); err != nil {
		return nil, err
	}
	var err error
	b.recent, err = models.RecentAnswers(ctx, tx, event.TicketID, desk.MailAgentReplied, now.Add(-b.within))
	return b, err
}

// place says when the mail of a delivery may go; a delivery that goes with another's mail has
// none of its own.
func (b *batch) place(ctx context.Context, tx *models.Tx, d *models.Delivery, now time.Time) (time.Time, error) {
	if d.Template != desk.MailAgentReplied {
		return now, nil
	}
	when := now
	for _, last := range b.recent {
		switch {
		case *last.ContactID != *d.ContactID || last.EventID == d.EventID:
			continue
		case last.State == models.DeliveryGathering:
			// Its job may be about to send it: then this one begins the next mail.
			still, err := models.StillGathering(ctx, tx, last.ID)
			if err != nil {
				return now, err
			}
			if still {
				d.State, d.FoldedIntoID = models.DeliveryFolded, &last.ID
				return now, nil
			}
			when = now.Add(b.within)
		case last.State == models.DeliverySent:
			when = later(when, last.UpdatedAt.Time().Add(b.within))
		default:
			when = now.Add(b.within) // it has not gone yet
		}
	}
	if when.After(now) {
		d.State = models.DeliveryGathering
	}
	return when, nil
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

// endGathering fixes what a mail tells before it is written.
func (r *Runner) endGathering(ctx context.Context, d *models.Delivery) error {
	if d.State != models.DeliveryGathering {
		return nil
	}
	err := r.DB.Write(ctx, func(ctx context.Context, tx *models.Tx) error {
		if err := models.EndGathering(ctx, tx, d.ID); err != nil {
			return err
		}
		return models.NoteChange(ctx, tx, desk.ChangedMails, d.TicketID, r.Now())
	})
	if err == nil {
		d.State = models.DeliveryQueued
	}
	return err
}

func deliverKey(id int64) string { return desk.JobDeliver + ":" + strconv.FormatInt(id, 10) }

// carriedEvents are the events that a delivery's mail tells, oldest first, its own among them.
func (r *Runner) carriedEvents(ctx context.Context, d *models.Delivery, own *models.Event) ([]*models.Event, error) {
	folded, err := models.EventsFoldedInto(ctx, r.DB, d.ID)
	if err != nil {
		return nil, err
	}
	events := append(folded, own)
	slices.SortFunc(events, func(a, b *models.Event) int { return cmp.Compare(a.ID, b.ID) })
	return events, nil
}
