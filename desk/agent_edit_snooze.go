package desk

import (
	"context"
	"time"

	"lodge/models"
)

const (
	// wakeBatch is how many tickets the clock changes in one round: a week's worth of snoozes
	// that end together must not hold the only writer.
	wakeBatch = 100
	// dueSoon is how long before its due time a ticket is announced, and marked in the queue.
	dueSoon = 24 * time.Hour
	// snoozeMost is how long a ticket may be out of sight.
	snoozeMost = 2 * 366 * 24 * time.Hour
)

// Snooze takes a ticket out of the queues until a moment; the zero time wakes it. It comes
// back by itself then, and at once when somebody outside writes.
func (d *Desk) Snooze(ctx context.Context, actor Actor, number int64, until time.Time, version int64) error {
	p := property{field: "snooze", kinds: []string{models.EventSnoozed, models.EventWoken}}
	return d.editProperty(ctx, actor, models.ActEdit, number, version, p, func(ctx context.Context, e *edit) error {
		if until.IsZero() {
			return e.wake(ctx)
		}
		switch {
		case !until.After(e.now):
			return invalid("snooze", "agent.property.error.past")
		case until.After(e.now.Add(snoozeMost)):
			return invalid("snooze", "agent.property.error.far")
		case e.ticket.Category.Ended():
			return invalid("snooze", "agent.property.error.ended")
		}
		if is := models.At(until); is != e.ticket.SnoozedUntil {
			e.ticket.SnoozedUntil = is
			return e.done(ctx, models.EventSnoozed, false, map[string]any{"is": stampText(is)}, false)
		}
		return nil
	})
}

// wake puts a snoozed ticket back into the queues.
func (e *edit) wake(ctx context.Context) error {
	if e.ticket.SnoozedUntil == 0 {
		return nil
	}
	e.ticket.SnoozedUntil = 0
	return e.done(ctx, models.EventWoken, false, nil, false)
}

// wakeFor ends a snooze because somebody outside wrote: a step of the change that the caller
// saves itself. It says whether there was anything to end.
func wakeFor(t *models.Ticket) bool {
	snoozed := t.SnoozedUntil != 0
	t.SnoozedUntil = 0
	return snoozed
}

// WakeSnoozed puts tickets back whose time has come, a bounded number a call. It is for the
// clock: run twice at once it wakes each ticket once.
func (d *Desk) WakeSnoozed(ctx context.Context) (int, error) {
	now := d.Now()
	due, err := models.SnoozedDue(ctx, d.db, models.At(now), wakeBatch)
	if err != nil {
		return 0, err
	}
	return d.each(ctx, due, now, func(ctx context.Context, e *edit) error {
		if e.ticket.SnoozedUntil == 0 || e.ticket.SnoozedUntil > models.At(now) {
			return nil // somebody was faster
		}
		return e.wake(ctx)
	})
}

// TellDueSoon announces the tickets that are due within a day, each once for each due time it
// is given, a bounded number a call. It is for the clock.
func (d *Desk) TellDueSoon(ctx context.Context) (int, error) {
	now := d.Now()
	due, err := models.DueUntold(ctx, d.db, models.At(now.Add(dueSoon)), wakeBatch)
	if err != nil {
		return 0, err
	}
	return d.each(ctx, due, now, func(ctx context.Context, e *edit) error {
		first, err := models.TellDue(ctx, e.tx, e.ticket.ID)
		if err != nil || !first || e.ticket.MergedIntoID != nil || e.ticket.SpamAt != 0 {
			return err
		}
		ev := &models.Event{Kind: models.EventDueSoon, CreatedAt: models.At(now)}
		step(e.ticket, false, models.At(now))
		if err := models.SaveTicket(ctx, e.tx, e.ticket); err != nil {
			return err
		}
		return d.record(ctx, e.tx, e.ticket, ev, nil, true)
	})
}

// each changes tickets by the clock, one transaction each, so that people who write at the
// same moment get their turn in between.
func (d *Desk) each(ctx context.Context, tickets []int64, now time.Time, f func(ctx context.Context, e *edit) error) (int, error) {
	for i, id := range tickets {
		err := d.db.Write(ctx, func(ctx context.Context, tx *models.Tx) error {
			t, err := models.LockTicket(ctx, tx, id)
			if err != nil {
				return err
			}
			return f(ctx, &edit{d: d, tx: tx, ticket: t, now: now})
		})
		if err != nil && models.KindOf(err) != models.KindNotFound {
			return i, err
		}
	}
	return len(tickets), nil
}
