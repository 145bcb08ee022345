package desk

import (
	"context"
	"strconv"

	"lodge/models"
)

// Beat is a sign of life of an agent's open page: what they are doing at the ticket.
type Beat struct{ Typing, Gone bool }

// HereNow notes that an agent has a ticket open, writes, or leaves, and gives who else is there.
// Colleagues' pages are woken only when that is news to them, not by every sign of life.
func (d *Desk) HereNow(ctx context.Context, actor Actor, number int64, beat Beat) ([]Here, error) {
	now := models.At(d.Now())
	_, _, t, err := d.agentTicket(ctx, actor, models.ActRead, number)
	if err != nil {
		return nil, err
	}
	before, err := models.Presences(ctx, d.db, t.ID, now)
	if err != nil {
		return nil, err
	}
	var mine *models.Presence
	for i := range before {
		if before[i].AgentID == actor.ID {
			mine = &before[i]
		}
	}
	if beat.Gone && mine == nil {
		return nil, nil
	}
	news := mine == nil || beat.Gone || mine.Typing != beat.Typing
	err = d.db.Write(ctx, func(ctx context.Context, tx *models.Tx) error {
		if beat.Gone {
			err = models.EndPresence(ctx, tx, t.ID, actor.ID)
		} else {
			err = models.SetPresence(ctx, tx, t.ID, models.Presence{AgentID: actor.ID, Typing: beat.Typing, SeenAt: now})
		}
		if err != nil || !news {
			return err
		}
		return models.NoteChange(ctx, tx, changedHere, t.ID, now.Time())
	})
	if err != nil || beat.Gone {
		return nil, err
	}
	return d.namesOf(ctx, before, actor)
}

// namesOf are those who are there besides the actor; a ticket that nobody else has open costs
// no query.
func (d *Desk) namesOf(ctx context.Context, here []models.Presence, actor Actor) ([]Here, error) {
	if len(here) == 0 || (len(here) == 1 && here[0].AgentID == actor.ID) {
		return nil, nil
	}
	agents, err := models.Agents(ctx, d.db)
	if err != nil {
		return nil, err
	}
	names := map[int64]string{}
	for _, a := range agents {
		names[a.ID] = a.Name
	}
	return whoIsHere(here, names, actor), nil
}

// whoIsHere are the others: whoever looks knows that they are there.
func whoIsHere(all []models.Presence, names map[int64]string, actor Actor) []Here {
	var here []Here
	for _, p := range all {
		if p.AgentID != actor.ID && names[p.AgentID] != "" {
			here = append(here, Here{Name: names[p.AgentID], Typing: p.Typing})
		}
	}
	return here
}

func hereMark(all []models.Presence, actor Actor) string {
	mark := "0"
	for _, p := range all {
		if p.AgentID != actor.ID {
			mark += "." + strconv.FormatInt(p.AgentID, 36)
			if p.Typing {
				mark += "t"
			}
		}
	}
	return mark
}
