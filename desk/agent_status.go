package desk

import (
	"context"

	"lodge/models"
)

// ChangeStatus moves a ticket along its project's graph. With version > 0 it is a
// Conflict when the ticket has changed since that version was shown.
func (d *Desk) ChangeStatus(ctx context.Context, actor Actor, number int64, slug string, version int64) error {
	return d.change(ctx, actor, models.ActStatus, number, version, func(ctx context.Context, tx *models.Tx, project *models.Project, t *models.Ticket) error {
		if err := settled(t); err != nil {
			return err
		}
		next, err := nextStatus(project, t, slug)
		if err != nil || next.ID == t.StatusID {
			return err
		}
		now := d.Now()
		from := t.StatusID
		t.SetStatus(next, now)
		step(t, true, models.At(now))
		if err := models.SaveTicket(ctx, tx, t); err != nil {
			return err
		}
		e := &models.Event{Kind: models.EventStatusChanged, Public: true, AgentID: &actor.ID, CreatedAt: models.At(now)}
		return d.record(ctx, tx, t, e, map[string]any{"from": from, "to": next.ID}, false)
	})
}

// Assign gives a ticket to an agent, or with 0 to nobody.
func (d *Desk) Assign(ctx context.Context, actor Actor, number, agentID, version int64) error {
	return d.change(ctx, actor, models.ActAssign, number, version, func(ctx context.Context, tx *models.Tx, project *models.Project, t *models.Ticket) error {
		var to *int64
		if agentID != 0 {
			a, err := models.AgentByID(ctx, tx, agentID)
			if err != nil || a.DisabledAt != 0 || !a.Role.Can(models.ActReply) {
				var v models.Invalid
				v.Add("assignee", "agent.assign.error")
				return v.Err()
			}
			to = &a.ID
		}
		if same(t.AssigneeID, to) {
			return nil
		}
		now := d.Now()
		t.AssigneeID = to
		step(t, false, models.At(now))
		if err := models.SaveTicket(ctx, tx, t); err != nil {
			return err
		}
		e := &models.Event{Kind: models.EventAssigned, AgentID: &actor.ID, CreatedAt: models.At(now)}
		return d.record(ctx, tx, t, e, map[string]any{"to": agentID}, false)
	})
}

func same(a, b *int64) bool {
	if a == nil || b == nil {
		return a == b
	}
	return *a == *b
}

// change is the frame of every edit of a ticket's properties.
func (d *Desk) change(ctx context.Context, actor Actor, need models.Action, number, version int64, f func(ctx context.Context, tx *models.Tx, project *models.Project, t *models.Ticket) error) error {
	_, project, t, err := d.agentTicket(ctx, actor, need, number)
	if err != nil {
		return err
	}
	return d.db.Write(ctx, func(ctx context.Context, tx *models.Tx) error {
		locked, err := models.LockTicket(ctx, tx, t.ID)
		if err != nil {
			return err
		}
		if version > 0 && locked.Version != version {
			return models.Conflict("agent.error.changed")
		}
		return f(ctx, tx, project, locked)
	})
}
