package jobs

import (
	"context"
	"strconv"
	"time"

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
	var left []*models.Person
	if event.Kind == models.EventAgentReplied && project.Settings.NotifyReplied {
		left = people
	}
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
		if err := r.leftOut(ctx, tx, event, left, now); err != nil {
			return err
		}
		if err := models.NoteChange(ctx, tx, desk.ChangedMails, ticket.ID, now); err != nil {
			return err
		}
		return models.FinishJob(ctx, tx, j.ID)
	})
	if err != nil {
		return err
	}
	return errFinished
}

// leftOut notes who was not told of an answer, and why, so that agents see it beside those
// who were (NU-5).
func (r *Runner) leftOut(ctx context.Context, tx *models.Tx, event *models.Event, people []*models.Person, now time.Time) error {
	for _, p := range people {
		why := ""
		switch {
		case p.Contact.Synthetic:
			why = whyNoMailbox
		case p.UnsubscribedAt != 0:
			why = whyUnsubscribed
		default:
			continue
		}
		d := &models.Delivery{EventID: event.ID, TicketID: event.TicketID, ContactID: &p.ContactID, Recipient: desk.Recipient{Person: p}.Key(), Template: desk.MailAgentReplied,
			State: models.DeliverySuppressed, LastError: why, CreatedAt: models.At(now), UpdatedAt: models.At(now)}
		if _, err := models.InsertDelivery(ctx, tx, d); err != nil {
			return err
		}
	}
	return nil
}

// Why somebody gets no mail, as it is kept on the delivery; desk reads these words.
const (
	whyNoMailbox    = "no mailbox"
	whyUnsubscribed = "unsubscribed"
)

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
