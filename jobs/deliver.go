package jobs

import (
	"context"
	"errors"
	"regexp"
	"time"

	"lodge/desk"
	"lodge/mail"
	"lodge/models"
)

const (
	// giveUpAfter is how long a mail is tried before it counts as failed (F9).
	giveUpAfter = 48 * time.Hour
	// poisoned is how many tries may end before a server was asked: the mail is then given up
	// like one that no server takes (F12).
	poisoned = 3
	// sendWithin bounds one try at a mail server, so that a slow one holds one hand only (F8).
	sendWithin = time.Minute
)

// deliver sends one mail to one person. It is written at this moment: links are derived
// again and nothing secret was stored. The Message-ID is kept before the mail leaves, so
// that a process killed between the server's yes and our commit sends it at most once
// more, and then as the same mail (F10).
func (r *Runner) deliver(ctx context.Context, j models.Job) error {
	d, err := r.delivery(ctx, j)
	if err != nil {
		return ifGone(err)
	}
	if d.State != models.DeliveryQueued && d.State != models.DeliveryDeferred && d.State != models.DeliveryGathering {
		return nil
	}
	if j.Attempts-d.Attempts >= poisoned && r.Now().Sub(d.CreatedAt.Time()) >= giveUpAfter {
		r.Log.Warn("mail given up", "delivery", d.ID, "tries", j.Attempts, "error", withoutAddresses(j.LastError))
		return r.settle(ctx, j, d, models.DeliveryFailed, j.LastError)
	}
	if err := r.endGathering(ctx, d); err != nil {
		return err
	}
	l, err := r.letter(ctx, d)
	if err != nil {
		return ifGone(err)
	}
	if l.suppressed != "" {
		return r.settle(ctx, j, d, models.DeliverySuppressed, l.suppressed)
	}
	if d.MailID == "" {
		told, err := r.reserve(ctx, d, l)
		if err != nil {
			return err
		}
		if !told {
			return r.settle(ctx, j, d, models.DeliverySuppressed, "too many mails to an address that is not proven")
		}
	}
	sending, cancel := context.WithTimeout(ctx, sendWithin)
	defer cancel()
	err = l.way.Send(sending, l.message)
	var refused *mail.PermError
	switch {
	case err == nil:
		return r.settle(ctx, j, d, models.DeliverySent, "")
	case r.ctx.Err() != nil:
		return err // cut off by Stop: nothing is known, nothing is counted
	case errors.Is(err, errTurn):
		return r.waitTurn(ctx, j)
	case errors.As(err, &refused), r.Now().Sub(d.CreatedAt.Time()) >= giveUpAfter:
		r.Log.Warn("mail given up", "delivery", d.ID, "tries", d.Attempts+1, "error", withoutAddresses(err.Error()))
		return r.settle(ctx, j, d, models.DeliveryFailed, err.Error())
	}
	return r.postpone(ctx, j, d, err)
}

func (r *Runner) delivery(ctx context.Context, j models.Job) (*models.Delivery, error) {
	var args struct{ Delivery int64 }
	if err := j.Read(&args); err != nil {
		return nil, permanent{err}
	}
	return models.DeliveryByID(ctx, r.DB, args.Delivery)
}

// reserve keeps the Message-ID and, for an address that is not proven, charges its
// allowance, both or neither: a retry is not charged again. It says false when the
// allowance is used up (A1).
func (r *Runner) reserve(ctx context.Context, d *models.Delivery, l *letter) (ok bool, err error) {
	err = r.DB.Write(ctx, func(ctx context.Context, tx *models.Tx) error {
		ok = true
		if d.Template == desk.MailCreatedUnproven {
			if ok, _, err = models.Charge(ctx, tx, desk.UnprovenMails(l.message.To.Addr), 1, int64(l.project.Settings.UnprovenMails), desk.UnprovenWindow, r.Now()); err != nil || !ok {
				return err
			}
		}
		return models.SetDeliveryMailID(ctx, tx, d.ID, l.message.MessageID)
	})
	return ok, err
}

// moved notes where a mail is now. The agents who have its ticket open hear of it; the ticket
// itself has not changed, and nobody outside is woken (NU-5).
func (r *Runner) moved(ctx context.Context, tx *models.Tx, d *models.Delivery, state string, tries int, cause string) error {
	if err := models.SetDeliveryState(ctx, tx, d.ID, state, tries, cause, r.Now()); err != nil {
		return err
	}
	return models.NoteChange(ctx, tx, desk.ChangedMails, d.TicketID, r.Now())
}

// settle notes how a delivery ended and ends its job in one transaction. It does so even
// when the time for the try is over: the mail may have left.
func (r *Runner) settle(ctx context.Context, j models.Job, d *models.Delivery, state, cause string) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 30*time.Second)
	defer cancel()
	tries := d.Attempts
	if state != models.DeliverySuppressed {
		tries++
	}
	err := r.DB.Write(ctx, func(ctx context.Context, tx *models.Tx) error {
		if err := r.moved(ctx, tx, d, state, tries, cause); err != nil {
			return err
		}
		if state == models.DeliveryFailed && d.ContactID != nil && noSuchMailbox.MatchString(cause) {
			if err := models.SetContactBounced(ctx, tx, *d.ContactID, models.At(r.Now()), cause); err != nil {
				return err
			}
		}
		return models.FinishJob(ctx, tx, j.ID)
	})
	if err != nil {
		return err
	}
	return errFinished
}

// noSuchMailbox is the answer that an address does not exist (RFC 3463, 3.2): as good as a
// bounce. Other refusals may be about the mail or about us.
var noSuchMailbox = regexp.MustCompile(`\b5\.1\.(?:1|10)\b`)

// waitTurn lays a mail back that was not tried, uncounted.
func (r *Runner) waitTurn(ctx context.Context, j models.Job) error {
	if err := models.RetryJob(ctx, r.DB, j.ID, j.Attempts, r.Now().Add(turnWait), j.LastError); err != nil {
		return err
	}
	return errFinished
}

// postpone lays a mail back that a server would not take now.
func (r *Runner) postpone(ctx context.Context, j models.Job, d *models.Delivery, cause error) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 30*time.Second)
	defer cancel()
	now := r.Now()
	wait := backoff(d.Attempts, now.Sub(d.CreatedAt.Time()))
	err := r.DB.Write(ctx, func(ctx context.Context, tx *models.Tx) error {
		waits, err := models.DeferDelivery(ctx, tx, d.ID, d.Attempts+1, cause.Error(), now)
		if err != nil {
			return err
		}
		if !waits {
			return models.FinishJob(ctx, tx, j.ID)
		}
		if err := models.NoteChange(ctx, tx, desk.ChangedMails, d.TicketID, now); err != nil {
			return err
		}
		return models.RetryJob(ctx, tx, j.ID, j.Attempts+1, now.Add(wait), cause.Error())
	})
	if err != nil {
		return err
	}
	r.Log.Warn("mail deferred", "delivery", d.ID, "tries", d.Attempts+1, "again_in", wait.Round(time.Second), "error", withoutAddresses(cause.Error()))
	return errFinished
}

// undeliverable notes on the delivery that its job was given up.
func (r *Runner) undeliverable(ctx context.Context, j models.Job, cause string) error {
	d, err := r.delivery(ctx, j)
	if err != nil {
		var broken permanent
		if errors.As(err, &broken) {
			return nil // names no delivery
		}
		return ifGone(err)
	}
	return r.DB.Write(ctx, func(ctx context.Context, tx *models.Tx) error {
		return r.moved(ctx, tx, d, models.DeliveryFailed, d.Attempts, cause)
	})
}
