package jobs

import (
	"context"
	"time"

	"lodge/desk"
	"lodge/models"
)

// notify turns an event into notices for agents and deliveries, one a person, and each
// delivery into a job of its own, so that one dead mailbox holds nobody else up. The rows are
// unique by event and person: run twice, it tells nobody twice (NU-1, NU-2, AG-7).
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
	agents, err := r.agentsTold(ctx, event, ticket)
	if err != nil {
		return err
	}
	now := r.Now()
	var seen, mailed []*models.Agent
	for _, a := range agents {
		wish, kind := desk.NoticeSettingsOf(a), desk.NoticeKindFor(event, a.ID)
		if wish.App[kind] {
			seen = append(seen, a)
		}
		if wish.Mail[kind] {
			mailed = append(mailed, a)
		}
	}
	told, left := desk.Recipients(event, project, people, mailed), desk.LeftOut(event, project, people)
	err = r.DB.Write(ctx, func(ctx context.Context, tx *models.Tx) error {
		for _, a := range seen {
			if _, err := models.InsertNotice(ctx, tx, &models.Notice{AgentID: a.ID, EventID: event.ID, TicketID: ticket.ID, Kind: desk.NoticeKindFor(event, a.ID), CreatedAt: event.CreatedAt}); err != nil {
				return err
			}
		}
		together, err := newBatch(ctx, tx, event, project, now)
		if err != nil {
			return err
		}
		for _, to := range told {
			if err := r.tell(ctx, tx, event, project, to, together, desk.ZoneOf(cat, project), now); err != nil {
				return err
			}
		}
		if err := r.leftOut(ctx, tx, event, left, now); err != nil {
			return err
		}
		if desk.Resolves(event, project) && project.Settings.Feedback {
			at := event.CreatedAt.Time().Add(time.Duration(project.Settings.FeedbackDelayMinutes) * time.Minute)
			if err := models.Enqueue(ctx, tx, desk.JobFeedback, desk.FeedbackKey(event.ID), map[string]int64{"event": event.ID}, at); err != nil {
				return err
			}
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

// tell makes the delivery of an event to one person, once, and the job that sends it.
func (r *Runner) tell(ctx context.Context, tx *models.Tx, event *models.Event, project *models.Project, to desk.Recipient, together *batch, zone *time.Location, now time.Time) error {
	d := &models.Delivery{EventID: event.ID, TicketID: event.TicketID, Recipient: to.Key(), Template: to.Template, State: models.DeliveryQueued, CreatedAt: models.At(now), UpdatedAt: models.At(now)}
	when := now
	var err error
	switch {
	case to.Agent != nil:
		d.AgentID, when = &to.Agent.ID, desk.NoticeSettingsOf(to.Agent).MailAt(now)
	case to.Digest:
		d.ContactID, d.State = &to.Person.ContactID, models.DeliveryDigest
	default:
		d.ContactID = &to.Person.ContactID
		if when, err = together.place(ctx, tx, d, now); err != nil {
			return err
		}
	}
	made, err := models.InsertDelivery(ctx, tx, d)
	if err != nil || !made {
		return err
	}
	switch d.State {
	case models.DeliveryFolded:
		return nil
	case models.DeliveryDigest:
		return enqueueDigest(ctx, tx, to.Person.ContactID, project.ID, zone, now)
	}
	return models.Enqueue(ctx, tx, desk.JobDeliver, deliverKey(d.ID), map[string]int64{"delivery": d.ID}, when)
}

// leftOut notes who was not told of an answer, and why, so that agents see it beside those
// who were (NU-5).
func (r *Runner) leftOut(ctx context.Context, tx *models.Tx, event *models.Event, left []desk.Recipient, now time.Time) error {
	for _, to := range left {
		if to.Template != desk.MailAgentReplied {
			continue // beside nothing that agents see
		}
		d := &models.Delivery{EventID: event.ID, TicketID: event.TicketID, ContactID: &to.Person.ContactID, Recipient: to.Key(), Template: to.Template,
			State: models.DeliverySuppressed, LastError: to.Left, CreatedAt: models.At(now), UpdatedAt: models.At(now)}
		if _, err := models.InsertDelivery(ctx, tx, d); err != nil {
			return err
		}
	}
	return nil
}

// Why somebody gets no mail, as it is kept on the delivery; desk reads these words.
const (
	whyNoMailbox    = desk.LeftNoMailbox
	whyUnsubscribed = desk.LeftUnsubscribed
	whyBounced      = desk.LeftBounced
)

// agentsTold reads what the decision needs about who hears of an event.
func (r *Runner) agentsTold(ctx context.Context, event *models.Event, t *models.Ticket) ([]*models.Agent, error) {
	if desk.NoticeKind(event) == "" {
		return nil, nil
	}
	crew, err := models.AgentsIn(ctx, r.DB, t.ProjectID)
	if err != nil {
		return nil, err
	}
	var team []int64
	if t.TeamID != nil {
		if team, err = models.TeamMembers(ctx, r.DB, *t.TeamID); err != nil {
			return nil, err
		}
	}
	note := ""
	if event.Kind == models.EventNoted && event.MessageID != nil {
		entry, err := models.EntryByID(ctx, r.DB, *event.MessageID)
		if err != nil {
			return nil, ifGone(err)
		}
		note = entry.Body
	}
	return desk.AgentsTold(event, t, note, crew, team), nil
}

// ifGone: work about a row that no longer exists is done.
func ifGone(err error) error {
	if models.KindOf(err) == models.KindNotFound {
		return nil
	}
	return err
}
