package handlers

import (
	"github.com/gofiber/fiber/v2"

	"lodge/desk"
	"lodge/models"
	"lodge/views"
)

// askSpam asks whether a ticket is spam, or no longer (AG-8).
func (a *agents) askSpam(c *fiber.Ctx) error {
	n, err := number(c)
	if err != nil {
		return err
	}
	return a.spamPage(c, fiber.StatusOK, n, nil, nil)
}

// markSpam marks it, and blocks its sender when that was ticked.
func (a *agents) markSpam(c *fiber.Ctx) error {
	n, err := number(c)
	if err != nil {
		return err
	}
	actor, form, ctx := actorOf(c), posted(c), c.UserContext()
	if form.first("version") == "" {
		// A form that shows no state of the ticket agrees to nothing.
		var fault models.Invalid
		fault.Add("version", "agent.error.changed")
		if _, err := a.spamTicket(c, n); err != nil {
			return err
		}
		e, _ := models.AsError(fault.Err())
		return a.spamPage(c, statusOf(e), n, form, e)
	}
	if err := a.desk.MarkSpam(ctx, actor, n, postedVersion(form, "version")); err != nil {
		if e, ok := refusal(err); ok {
			return a.spamPage(c, statusOf(e), n, form, e)
		}
		return err
	}
	if form.first("block") != "" {
		t, err := a.desk.Ticket(ctx, actor, n, "")
		if err != nil {
			return err
		}
		if address := reporterAddress(t); address != "" {
			err := a.desk.Block(ctx, actor, desk.BlockInput{Kind: models.BlockAddress, Value: address, Reason: a.language(c).Tf("agent.spam.reason", "Number", decimal(n)), For: or(form.first("for"), desk.BlockMonth)})
			if e, ok := refusal(err); ok {
				return a.spamPage(c, statusOf(e), n, form, e)
			}
			if err != nil {
				return err
			}
		}
	}
	return c.Redirect(ticketURL(n), fiber.StatusSeeOther)
}

// unmarkSpam takes the mark back.
func (a *agents) unmarkSpam(c *fiber.Ctx) error {
	n, err := number(c)
	if err != nil {
		return err
	}
	err = a.desk.UnmarkSpam(c.UserContext(), actorOf(c), n, postedVersion(posted(c), "version"))
	if e, ok := refusal(err); ok {
		return a.spamPage(c, statusOf(e), n, posted(c), e)
	}
	if err != nil {
		return err
	}
	return c.Redirect(ticketURL(n), fiber.StatusSeeOther)
}

// spamTicket reads a ticket for who may mark it.
func (a *agents) spamTicket(c *fiber.Ctx, n int64) (*desk.AgentTicket, error) {
	t, err := a.desk.Ticket(c.UserContext(), actorOf(c), n, "")
	if err != nil {
		return nil, err
	}
	if !t.Relations.CanSpam {
		return nil, models.Forbidden()
	}
	return t, nil
}

func reporterAddress(t *desk.AgentTicket) string {
	for _, p := range t.Participants {
		if p.JoinedAs == models.JoinedReporter && !p.Synthetic {
			return p.Address
		}
	}
	return ""
}

func (a *agents) spamPage(c *fiber.Ctx, status int, n int64, form values, refused *models.Error) error {
	words := a.language(c)
	t, err := a.spamTicket(c, n)
	if err != nil {
		return err
	}
	short := desk.RelatedTicket{Number: t.Number, Title: t.Title}
	f := views.Form{Action: ticketURL(n) + "/spam", CSRF: visitOf(c).token(), Submit: words.T("agent.spam.do"), Danger: true, CancelURL: ticketURL(n), Version: decimal(t.Version)}
	data := views.Task{}
	if t.Relations.Spam {
		f.Action, f.Submit, f.Danger = ticketURL(n)+"/spam/removal", words.T("agent.spam.undo"), false
		data.TaskHead = taskHead(words, short, "agent.spam.undo.title", "agent.spam.undo.lead")
	} else {
		data.TaskHead = taskHead(words, short, "agent.spam.title", "agent.spam.lead")
		data.Points = []string{words.T("agent.spam.point.lists"), words.T("agent.spam.point.links"), words.T("agent.spam.point.mails")}
		if address := reporterAddress(t); address != "" {
			f.Inputs = []views.Input{
				{Kind: "checkbox", Name: "block", Label: words.Tf("agent.spam.block", "Address", address), Help: words.T("agent.spam.block.help"), Value: form.first("block")},
				{Kind: "select", Name: "for", Label: words.T("agent.block.for"), Choices: blockTimes(words, or(form.first("for"), desk.BlockMonth))},
			}
		}
	}
	if refused != nil {
		withErrors(words, &f, refused)
	}
	data.Form = f
	return a.taskPage(c, status, data.TaskHead, "agent/task", data)
}
