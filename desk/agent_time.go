package desk

import (
	"context"
	"time"
	"unicode/utf8"

	"lodge/models"
)

// TicketTime is the time spent on a ticket.
type TicketTime struct {
	Number  int64
	Title   string
	Minutes int64
	Entries []SpentTime
	CanEdit bool
	// Left is what is left of the time that the ticket's company bought; nil where none was.
	Left *TimeLeft
}

// SpentTime is one entry. Mine: the actor may take it away.
type SpentTime struct {
	ID      int64
	Agent   string
	Minutes int64
	Note    string
	At      time.Time
	Mine    bool
}

// Time lists the time spent on a ticket (AG-2).
func (d *Desk) Time(ctx context.Context, actor Actor, number int64) (*TicketTime, error) {
	cat, project, t, err := d.agentTicket(ctx, actor, models.ActRead, number)
	if err != nil {
		return nil, err
	}
	rows, err := models.TimeOfTicket(ctx, d.db, t.ID)
	if err != nil {
		return nil, err
	}
	page := &TicketTime{Number: t.Number, Title: t.Title, CanEdit: actor.CanIn(models.ActEdit, project.ID)}
	if t.CompanyID != nil {
		k, err := models.CompanyByID(ctx, d.db, *t.CompanyID)
		if err != nil {
			return nil, err
		}
		if k.BuysTime() {
			page.Left = timeLeft(cat, k.ID, k.TimeLeft())
		}
	}
	for _, r := range rows {
		page.Minutes += r.Minutes
		page.Entries = append(page.Entries, SpentTime{ID: r.ID, Agent: r.AgentName, Minutes: r.Minutes, Note: r.Note, At: r.CreatedAt.Time(),
			Mine: page.CanEdit && (r.AgentID == actor.ID || actor.RoleIn(project.ID) == models.RoleAdmin)})
	}
	return page, nil
}

// SpendTime notes time on a ticket, such as "45" minutes or "1h 20m". Nobody is told and people
// outside never see it.
func (d *Desk) SpendTime(ctx context.Context, actor Actor, number int64, spent, note string) error {
	var v models.Invalid
	minutes := models.ParseMinutes(spent)
	if minutes == 0 {
		v.Add("spent", "agent.time.error.spent")
	}
	if note = line(note); utf8.RuneCountInString(note) > 200 {
		v.Add("note", "agent.time.error.note")
	}
	return d.change(ctx, actor, models.ActEdit, number, 0, func(ctx context.Context, tx *models.Tx, project *models.Project, t *models.Ticket) error {
		if err := v.Err(); err != nil {
			return err
		}
		now := d.Now()
		if err := models.InsertTime(ctx, tx, &models.TimeEntry{TicketID: t.ID, AgentID: actor.ID, CompanyID: t.CompanyID, Minutes: minutes, Note: note, CreatedAt: models.At(now)}); err != nil {
			return err
		}
		if err := d.timeChanged(ctx, tx, actor, t, map[string]any{"minutes": minutes}, now); err != nil {
			return err
		}
		return d.timeLow(ctx, tx, t, minutes, now)
	})
}

// TakeTime takes an entry away: agents their own, administrators anybody's.
func (d *Desk) TakeTime(ctx context.Context, actor Actor, number, id int64) error {
	return d.change(ctx, actor, models.ActEdit, number, 0, func(ctx context.Context, tx *models.Tx, project *models.Project, t *models.Ticket) error {
		whose := actor.ID
		if actor.RoleIn(project.ID) == models.RoleAdmin {
			whose = 0
		}
		gone, err := models.DeleteTime(ctx, tx, t.ID, id, whose)
		if err != nil {
			return err
		}
		if !gone {
			return models.NotFound()
		}
		return d.timeChanged(ctx, tx, actor, t, map[string]any{"minutes": 0}, d.Now())
	})
}

// timeChanged moves the ticket's version, so that open pages of agents learn of it. The queue's
// order stays: time is no news.
func (d *Desk) timeChanged(ctx context.Context, tx *models.Tx, actor Actor, t *models.Ticket, data map[string]any, now time.Time) error {
	updated := t.UpdatedAt
	step(t, false, models.At(now))
	t.UpdatedAt = updated
	if err := models.SaveTicket(ctx, tx, t); err != nil {
		return err
	}
	return d.record(ctx, tx, t, &models.Event{Kind: models.EventTimeSpent, AgentID: &actor.ID, CreatedAt: models.At(now)}, data, false)
}
