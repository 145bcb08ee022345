package desk

import (
	"context"
	"encoding/json"

	"lodge/models"
)

// MarkSpam takes a ticket out of every list but that of spam and ends it, whatever its graph
// says. Its links are "not available" from then on, so that nobody keeps pages here that were
// made to be shown around; no mail about it goes out any more, and nothing said to it opens
// it again. With version > 0 it is a Conflict when the ticket has changed since.
func (d *Desk) MarkSpam(ctx context.Context, actor Actor, number int64, version int64) error {
	return d.change(ctx, actor, models.ActSpam, number, version, func(ctx context.Context, tx *models.Tx, project *models.Project, t *models.Ticket) error {
		if t.SpamAt != 0 {
			return nil
		}
		if t.MergedIntoID != nil {
			return models.Conflict("agent.relation.error.merged")
		}
		now := d.Now()
		from, ended := t.StatusID, t.EndedAt
		t.SpamAt = models.At(now)
		d.endFor(project, t, now, models.CategoryRejected)
		step(t, true, models.At(now))
		if err := models.SaveTicket(ctx, tx, t); err != nil {
			return err
		}
		e := &models.Event{Kind: models.EventSpam, AgentID: &actor.ID, CreatedAt: models.At(now)}
		return d.record(ctx, tx, t, e, map[string]any{"was": from, "ended": ended}, false)
	})
}

// UnmarkSpam takes the mark back: the ticket has the status it had, and its links live again.
func (d *Desk) UnmarkSpam(ctx context.Context, actor Actor, number int64, version int64) error {
	return d.change(ctx, actor, models.ActSpam, number, version, func(ctx context.Context, tx *models.Tx, project *models.Project, t *models.Ticket) error {
		if t.SpamAt == 0 {
			return nil
		}
		now := d.Now()
		t.SpamAt = 0
		was, ended, err := beforeSpam(ctx, tx, project, t)
		if err != nil {
			return err
		}
		if was != nil {
			t.SetStatus(was, now)
			if ended != 0 && was.Category.Ended() {
				t.EndedAt = ended
			}
		}
		step(t, true, models.At(now))
		if err := models.SaveTicket(ctx, tx, t); err != nil {
			return err
		}
		return d.record(ctx, tx, t, &models.Event{Kind: models.EventNotSpam, AgentID: &actor.ID, CreatedAt: models.At(now)}, nil, false)
	})
}

// beforeSpam is the status that a ticket had before it was marked, with its end; when that
// status is gone, the one a ticket of the project begins with.
func beforeSpam(ctx context.Context, tx *models.Tx, project *models.Project, t *models.Ticket) (*models.Status, models.Stamp, error) {
	e, err := models.LastEvent(ctx, tx, t.ID, models.EventSpam)
	if err != nil && models.KindOf(err) != models.KindNotFound {
		return nil, 0, err
	}
	if err == nil {
		var data struct {
			Was   int64        `json:"was"`
			Ended models.Stamp `json:"ended"`
		}
		if err := json.Unmarshal([]byte(e.Data), &data); err == nil {
			if s := project.Status(data.Was); s != nil {
				return s, data.Ended, nil
			}
		}
	}
	if project.InitialStatusID == nil {
		return nil, 0, nil
	}
	return project.Status(*project.InitialStatusID), 0, nil
}
