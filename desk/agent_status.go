package desk

import (
	"context"

	"lodge/models"
)

// ChangeStatus moves a ticket along its project's graph. With version > 0 it is a
// Conflict when the status has changed since that version was shown.
func (d *Desk) ChangeStatus(ctx context.Context, actor Actor, number int64, slug string, version int64) error {
	p := property{field: "status", kinds: []string{models.EventStatusChanged, models.EventReopened, models.EventClosed, models.EventAutoClosed}}
	return d.editProperty(ctx, actor, models.ActStatus, number, version, p, func(ctx context.Context, e *edit) error {
		return e.status(ctx, slug)
	})
}

func (e *edit) status(ctx context.Context, slug string) error {
	if err := settled(e.ticket); err != nil {
		return err
	}
	next, err := nextStatus(e.project, e.ticket, slug)
	if err != nil || next.ID == e.ticket.StatusID {
		return err
	}
	from := e.ticket.StatusID
	e.ticket.SetStatus(next, e.now)
	return e.done(ctx, models.EventStatusChanged, true, map[string]any{"from": from, "to": next.ID}, true)
}

// Assign gives a ticket to an agent who may answer in its project, or with 0 to nobody.
func (d *Desk) Assign(ctx context.Context, actor Actor, number, agentID, version int64) error {
	p := property{field: "assignee", kinds: []string{models.EventAssigned}}
	return d.editProperty(ctx, actor, models.ActAssign, number, version, p, func(ctx context.Context, e *edit) error {
		return e.assign(ctx, agentID)
	})
}

func (e *edit) assign(ctx context.Context, agentID int64) error {
	var to *int64
	if agentID != 0 {
		a, err := models.AgentIn(ctx, e.tx, agentID, e.project.ID)
		if err != nil && models.KindOf(err) != models.KindNotFound {
			return err
		}
		if err != nil || !a.Role.Can(models.ActReply) {
			return invalid("assignee", "agent.assign.error")
		}
		to = &a.ID
	}
	if same(e.ticket.AssigneeID, to) {
		return nil
	}
	e.ticket.AssigneeID = to
	return e.done(ctx, models.EventAssigned, false, map[string]any{"to": agentID}, to != nil && agentID != e.actor.ID)
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
