package desk

import (
	"context"

	"lodge/models"
)

// Close ends the reporter's own ticket along the project's graph (PT-8). The event names
// the participant. It is a Conflict when there is no such step, as after somebody else's
// change; closing what is closed already is nothing new.
func (p *Portal) Close(ctx context.Context, link Link) error {
	d, now := p.d, p.d.Now()
	h, err := p.open(ctx, link, now)
	if err != nil {
		return err
	}
	if !h.Person.Reporter() {
		return models.Conflict("portal.close.error")
	}
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
