package desk

import (
	"context"

	"lodge/models"
)

// Close ends a ticket along the project's graph, for its reporter or a manager of its company (PT-8). The event names
// the participant. It is a Conflict when there is no such step, as after somebody else's
// change; closing what is closed already is nothing new.
func (v *Conversation) Close(ctx context.Context) error {
	d, now := v.p.d, v.p.d.Now()
	at, err := v.enter(ctx, now)
	switch {
	case err != nil:
		return err
	case !at.rights.Close && at.signed:
		return models.Forbidden()
	case !at.rights.Close:
		return models.Conflict("portal.close.error")
	}
	h := at.holder
	return d.db.Write(ctx, func(ctx context.Context, tx *models.Tx) error {
		t, err := models.LockTicket(ctx, tx, h.Ticket.ID)
		if err != nil {
			return err
		}
		if t.Category == models.CategoryClosed {
			return nil
		}
		next := h.project.SelfClose(t)
		if next == nil {
			return models.Conflict("portal.close.error")
		}
		if err := prove(ctx, tx, h, now); err != nil {
			return err
		}
		from, was := t.StatusID, *t
		t.SetStatus(next, now)
		step(t, true, models.At(now))
		if err := models.SaveTicket(ctx, tx, t); err != nil {
			return err
		}
		e := &models.Event{Kind: models.EventClosed, Public: true, ContactID: &h.Person.ContactID, CreatedAt: models.At(now)}
		if err := d.record(ctx, tx, t, e, map[string]any{"from": from, "to": next.ID}, true); err != nil {
			return err
		}
		return d.routeChange(ctx, tx, &was, t, now)
	})
}
