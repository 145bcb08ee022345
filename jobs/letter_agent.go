package jobs

import (
	"context"
	"strconv"

	"lodge/desk"
	"lodge/mail"
	"lodge/models"
	"lodge/views"
)

// toAgent fills in what an agent gets (AG-7).
func (r *Runner) toAgent(ctx context.Context, d *models.Delivery, event *models.Event, ticket *models.Ticket, cat *models.Catalog, l *letter, words *views.Mail) error {
	agent, err := models.AgentIn(ctx, r.DB, *d.AgentID, ticket.ProjectID)
	if models.KindOf(err) == models.KindNotFound && err != nil {
		l.suppressed = "no longer an agent"
		return nil
	}
	if err != nil {
		return err
	}
	if !agent.Role.Can(models.ActReply) {
		l.suppressed = "no longer in this project"
		return nil
	}
	// A mail may have waited for quiet hours to end.
	if read, err := models.NoticeRead(ctx, r.DB, agent.ID, event.ID); err != nil {
		return err
	} else if read {
		l.suppressed = "read in the desk already"
		return nil
	}
	m := &l.message
	m.To = mail.Address{Name: agent.Name, Addr: agent.Address}
	if m.Language = agent.Locale; m.Language == "" {
		m.Language = cat.Workspace.Locale
	}
	words.CanReply = r.answerTo(m, l.project.Mailbox(), d.ID, 0) // EM-7
	if err := r.thread(ctx, d, m, false); err != nil {
		return err
	}
	words.Name, words.Number = agent.Name, ticket.Number
	words.Link = r.BaseURL + "/agent/tickets/" + strconv.FormatInt(ticket.Number, 10)
	words.Event, words.Rule = desk.NoticeKindFor(event, agent.ID), desk.RuleOf(event)
	if event.Kind == models.EventTeamSet || (words.Rule != "" && words.Event == models.NoticeNew) {
		words.Event = "team"
	}
	if clock := desk.ClockEventOf(event.Kind, event.Data); clock != nil {
		if event.Kind == models.EventPromiseWarned || event.Kind == models.EventPromiseBroken {
			pending, err := models.PromisePending(ctx, r.DB, ticket.ID, clock.Kind, models.At(clock.Started))
			if err != nil {
				return err
			}
			if !pending {
				l.suppressed = "kept meanwhile"
				return nil
			}
		}
		facts := views.ClockEvent(*clock)
		words.Clock, words.Place = &facts, desk.NoticeSettingsOf(agent).Location()
	}
	if words.Author == "" && event.AgentID != nil {
		by, err := models.AgentByID(ctx, r.DB, *event.AgentID)
		if err != nil {
			return ifGone(err)
		}
		words.Author = by.Name
	}
	return nil
}
