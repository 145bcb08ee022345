package desk

import (
	"context"

	"lodge/models"
)

// handOverAtOnce bounds one handing over; the page says how many are left.
const handOverAtOnce = 200

// HandOver gives the open tickets of one agent to another, or with to 0 back to nobody, and
// says how many it was. Tickets of projects where the other may not answer stay where they are.
func (d *Desk) HandOver(ctx context.Context, actor Actor, from, to int64) (int, error) {
	if err := actor.may(models.ActPeople); err != nil {
		return 0, err
	}
	heir := Actor{}
	if to != 0 {
		a, err := models.AgentByID(ctx, d.db, to)
		if err != nil || a.DisabledAt != 0 || a.Invited() || to == from {
			var v models.Invalid
			v.Add("to", "agent.assign.error")
			return 0, v.Err()
		}
		if heir, err = d.actor(ctx, a); err != nil {
			return 0, err
		}
	}
	tickets, err := models.OpenTicketsOf(ctx, d.db, from, handOverAtOnce)
	if err != nil {
		return 0, err
	}
	now, moved := d.Now(), 0
	for _, open := range tickets {
		if to != 0 && !heir.CanIn(models.ActReply, open.ProjectID) {
			continue
		}
		// One transaction a ticket: others are not kept waiting, and what is done is done.
		err := d.db.Write(ctx, func(ctx context.Context, tx *models.Tx) error {
			t, err := models.LockTicket(ctx, tx, open.ID)
			if err != nil {
				return err
			}
			if t.AssigneeID == nil || *t.AssigneeID != from || t.EndedAt != 0 {
				return nil
			}
			if t.AssigneeID = nil; to != 0 {
				t.AssigneeID = &to
			}
			step(t, false, models.At(now))
			if err := models.SaveTicket(ctx, tx, t); err != nil {
				return err
			}
			e := &models.Event{Kind: models.EventAssigned, AgentID: &actor.ID, CreatedAt: models.At(now)}
			return d.record(ctx, tx, t, e, map[string]any{"to": to}, false)
		})
		if err != nil {
			return moved, err
		}
		moved++
	}
	if moved == 0 {
		return 0, nil
	}
	a, err := models.AgentByID(ctx, d.db, from)
	if err != nil {
		return moved, err
	}
	return moved, d.db.Write(ctx, func(ctx context.Context, tx *models.Tx) error {
		return audit(ctx, tx, actor, "person.handed_over", a.Address, map[string]any{"count": itoa(int64(moved)), "to": heir.Name}, now)
	})
}
