package jobs

import (
	"context"
	"strconv"

	"lodge/desk"
	"lodge/models"
)

// notify turns an event into deliveries, one a person, and each into a job of its own, so
// that one dead mailbox holds nobody else up. The row is unique by event and person: run
// twice, it tells nobody twice (NU-1, NU-2).
func (r *Runner) notify(ctx context.Context, j models.Job) error {
	var args struct{ Event int64 }
	if err := j.Read(&args); err != nil {
		return permanent{err}
	}
	event, err := models.EventByID(ctx, r.DB, args.Event)
	if err != nil {
		return ifGone(err)
	}
	ticket, err := models.TicketByID(ctx, r.DB, event.TicketID)
	if err != nil {
		return ifGone(err)
	}
	cat, err := r.DB.Catalog(ctx)
	if err != nil {
		return err
	}
	project := cat.Project(ticket.ProjectID)
	if project == nil {
		return nil
	}
	people, err := models.People(ctx, r.DB, ticket.ID)
	if err != nil {
		return err
	}
	agents, err := r.answerable(ctx, ticket)
	if err != nil {
		return err
	}
	told := desk.Recipients(event, project, people, agents)
	now := r.Now()
	err = r.DB.Write(ctx, func(ctx context.Context, tx *models.Tx) error {
		for _, to := range told {
			d := &models.Delivery{EventID: event.ID, TicketID: ticket.ID, Recipient: to.Key(), Template: to.Template, CreatedAt: models.At(now), UpdatedAt: models.At(now)}
			if to.Agent != nil {
				d.AgentID = &to.Agent.ID
			} else {
				d.ContactID = &to.Person.ContactID
			}
			made, err := models.InsertDelivery(ctx, tx, d)
			if err != nil {
				return err
			}
			if !made {
				continue
			}
			key := desk.JobDeliver + ":" + strconv.FormatInt(d.ID, 10)
			if err := models.Enqueue(ctx, tx, desk.JobDeliver, key, map[string]int64{"delivery": d.ID}, now); err != nil {
				return err
			}
		}
		return models.FinishJob(ctx, tx, j.ID)
	})
	if err != nil {
		return err
	}
	return errFinished
}

// answerable are the agents who answer for a ticket: the assigned one, without one its
// team, and for a ticket that is nobody's yet everybody who can reply (PT-9).
func (r *Runner) answerable(ctx context.Context, t *models.Ticket) ([]*models.Agent, error) {
	if t.AssigneeID != nil {
		a, err := models.AgentByID(ctx, r.DB, *t.AssigneeID)
		if err == nil && a.DisabledAt == 0 {
			return []*models.Agent{a}, nil
		}
		if err != nil && models.KindOf(err) != models.KindNotFound {
			return nil, err
		}
	}
	if t.TeamID != nil {
		team, err := models.TeamAgents(ctx, r.DB, *t.TeamID)
		if err != nil {
			return nil, err
		}
		if able := whoReply(team); len(able) > 0 {
			return able, nil
		}
	}
	all, err := models.Agents(ctx, r.DB)
	return whoReply(all), err
}

func whoReply(all []*models.Agent) []*models.Agent {
	var able []*models.Agent
	for _, a := range all {
		if a.Role.Can(models.ActReply) {
			able = append(able, a)
		}
	}
	return able
}

// ifGone: work about a row that no longer exists is done.
func ifGone(err error) error {
	if models.KindOf(err) == models.KindNotFound {
		return nil
	}
	return err
}
