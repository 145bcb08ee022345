package desk

import (
	"context"
	"encoding/json"

	"lodge/models"
)

// record writes what happened to a ticket: one event, the change that live pages follow,
// and, for events that somebody is told about, the job that tells them.
func (d *Desk) record(ctx context.Context, tx *models.Tx, t *models.Ticket, e *models.Event, data map[string]any, tell bool) error {
	e.TicketID, e.Version = t.ID, t.Version
	if data != nil {
		raw, err := json.Marshal(data)
		if err != nil {
			return err
		}
		e.Data = string(raw)
	}
	if err := models.InsertEvent(ctx, tx, e); err != nil {
		return err
	}
	if err := models.NoteChange(ctx, tx, "ticket", t.ID, e.CreatedAt.Time()); err != nil {
		return err
	}
	if !tell {
		return nil
	}
	return models.Enqueue(ctx, tx, JobNotify, JobNotify+":"+itoa(e.ID), map[string]int64{"event": e.ID}, e.CreatedAt.Time())
}

// step moves a ticket's versions: version for every change, the public one only for what
// people outside may see.
func step(t *models.Ticket, public bool, now models.Stamp) {
	t.Version++
	if public {
		t.PublicVersion++
		t.PublicAt = now
	}
	t.UpdatedAt, t.ChangedAt = now, now
}
