package desk

import (
	"context"
	"time"

	"lodge/models"
)

// awayMost is how long somebody may be away with an end that is known.
const awayMost = 2 * 366 * 24 * time.Hour

// checkAway reads until when somebody is away; the zero time is until they say otherwise.
func checkAway(away bool, until, now time.Time, v *models.Invalid) models.Stamp {
	switch {
	case !away || until.IsZero():
		return 0
	case !until.After(now):
		v.Add("away_until", "agent.away.error.past")
	case until.After(now.Add(awayMost)):
		v.Add("away_until", "agent.away.error.far")
	}
	return models.At(until)
}

// awayChanges is what the audit log says of it.
func awayChanges(a *models.Agent, away bool, until models.Stamp, now time.Time) map[string]any {
	changes := map[string]any{}
	was := a.AwayAt(models.At(now))
	wasUntil := a.AwayUntil
	if !was {
		wasUntil = 0
	}
	if !away {
		until = 0
	}
	if was != away {
		changes["away"] = [2]string{yesNo(was), yesNo(away)}
	}
	if wasUntil != until {
		changes["away_until"] = [2]string{dayText(wasUntil), dayText(until)}
	}
	return changes
}

func yesNo(b bool) string {
	if b {
		return "on"
	}
	return "off"
}

// dayText is a moment as the audit log writes it, in UTC.
func dayText(s models.Stamp) string {
	if s == 0 {
		return ""
	}
	return s.Time().UTC().Format("2006-01-02 15:04 MST")
}

// Away says whether the actor is away, and until when; the zero time is until they say otherwise.
func (d *Desk) Away(ctx context.Context, actor Actor) (away bool, until time.Time, open int, err error) {
	a, err := d.self(ctx, actor)
	if err != nil {
		return false, until, 0, err
	}
	if away = a.AwayAt(models.At(d.Now())); away {
		until = a.AwayUntil.Time()
	}
	all, err := models.CountOpen(ctx, d.db, []int64{a.ID})
	return away, until, all[a.ID], err
}

// SetAway says that the actor is away until a moment (the zero time: until they say otherwise), or
// back. giveBack gives their open tickets back to the teams. It gives the number of those.
func (d *Desk) SetAway(ctx context.Context, actor Actor, away bool, until time.Time, giveBack bool) (int, error) {
	if _, err := d.self(ctx, actor); err != nil {
		return 0, err
	}
	now := d.Now()
	var v models.Invalid
	stamp := checkAway(away, until, now, &v)
	if err := v.Err(); err != nil {
		return 0, err
	}
	err := d.db.Write(ctx, func(ctx context.Context, tx *models.Tx) error { return models.SetAway(ctx, tx, actor.ID, away, stamp) })
	if err != nil || !away || !giveBack {
		return 0, err
	}
	return d.giveBack(ctx, actor, actor.ID)
}

// giveBack takes an agent's open tickets off them, one transaction each, and lets the rules for changes
// find somebody else; what none of them is for waits with its team. It gives how many there were.
// Tickets of projects where the actor may not assign stay.
func (d *Desk) giveBack(ctx context.Context, actor Actor, agentID int64) (int, error) {
	now, given := d.Now(), 0
	for after := int64(0); ; {
		tickets, err := models.OpenTicketsAfter(ctx, d.db, agentID, after, handOverAtOnce)
		if err != nil || len(tickets) == 0 {
			return given, err
		}
		for _, open := range tickets {
			after = open.ID
			if !actor.CanIn(models.ActAssign, open.ProjectID) {
				continue
			}
			done := false
			err := d.db.Write(ctx, func(ctx context.Context, tx *models.Tx) error {
				done, err = d.giveOneBack(ctx, tx, actor, agentID, open.ID, now)
				return err
			})
			if err != nil {
				return given, err
			}
			if done {
				given++
			}
		}
	}
}

func (d *Desk) giveOneBack(ctx context.Context, tx *models.Tx, actor Actor, agentID, ticketID int64, now time.Time) (bool, error) {
	t, err := models.LockTicket(ctx, tx, ticketID)
	if err != nil || t.AssigneeID == nil || *t.AssigneeID != agentID || t.EndedAt != 0 {
		return false, err
	}
	t.AssigneeID = nil
	step(t, false, models.At(now))
	if err := models.SaveTicket(ctx, tx, t); err != nil {
		return false, err
	}
	e := &models.Event{Kind: models.EventAssigned, AgentID: &actor.ID, CreatedAt: models.At(now)}
	if err := d.record(ctx, tx, t, e, map[string]any{"to": 0}, false); err != nil {
		return false, err
	}
	// It only looks for somebody: what the ticket is has not changed, and people may have set it since.
	routed, err := d.route(ctx, tx, t, happening{kept: RouteKept{Team: true, Priority: true, Status: true, Tags: true}}, now)
	if err != nil {
		return false, err
	}
	return true, d.recordRouted(ctx, tx, routed, false)
}

// Absent are agents who are away, by id as forms write it, with when they are back: the zero time
// when nobody knows.
type Absent map[string]time.Time

func (all Absent) note(a *models.Agent, now time.Time) {
	if a.AwayAt(models.At(now)) {
		all[itoa(a.ID)] = a.AwayUntil.Time()
	}
}

// absent reads who is away.
func (d *Desk) absent(ctx context.Context) (Absent, error) {
	agents, err := models.AwayAgents(ctx, d.db)
	all, now := Absent{}, d.Now()
	for _, a := range agents {
		all.note(a, now)
	}
	return all, err
}
