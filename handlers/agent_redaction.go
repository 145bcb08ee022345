package handlers

import (
	"net/url"
	"strings"

	"github.com/gofiber/fiber/v2"

	"lodge/desk"
	"lodge/models"
	"lodge/views"
)

// askRedact lists what can be taken out of a ticket for good, and once something is named asks
// whether it shall go (AG-8).
func (a *agents) askRedact(c *fiber.Ctx) error {
	n, err := number(c)
	if err != nil {
		return err
	}
	in := desk.RedactInput{Message: strings.Clone(c.Query("message")), File: strings.Clone(c.Query("file"))}
	if in.Message == "" && in.File == "" {
		return a.redactList(c, fiber.StatusOK, n, nil)
	}
	return a.redactPage(c, fiber.StatusOK, n, in, nil)
}

// redact takes it out.
func (a *agents) redact(c *fiber.Ctx) error {
	n, err := number(c)
	if err != nil {
		return err
	}
	form := posted(c)
	in := desk.RedactInput{Message: form.first("message"), File: form.first("file")}
	if in.Message != "" || in.File != "" {
		if form.first("sure") == "" {
			var fault models.Invalid
			fault.Add("sure", "agent.redact.error.sure")
			e, _ := models.AsError(fault.Err())
			return a.redactPage(c, statusOf(e), n, in, e)
		}
	}
	err = a.desk.Redact(c.UserContext(), actorOf(c), n, in)
	if e, ok := refusal(err); ok {
		return a.redactList(c, statusOf(e), n, e)
	}
	if err != nil {
		return err
	}
	return c.Redirect(ticketURL(n), fiber.StatusSeeOther)
}

func (a *agents) redactList(c *fiber.Ctx, status int, n int64, refused *models.Error) error {
	words := a.language(c)
	plan, err := a.desk.PlanRedact(c.UserContext(), actorOf(c), n)
	if err != nil {
		return err
	}
	data := views.Redact{TaskHead: taskHead(words, plan.Ticket, "agent.redact.title", "agent.redact.lead")}
	for _, l := range plan.Messages {
		v := viewLine(l, false)
		if !l.Removed {
			v.URL = ticketURL(n) + "/redaction?message=" + url.QueryEscape(l.PID)
		}
		for _, f := range l.Files {
			v.FileURLs = append(v.FileURLs, ticketURL(n)+"/redaction?file="+url.QueryEscape(f.PID))
		}
		data.Messages = append(data.Messages, v)
	}
	if refused != nil {
		data.Error = refusedChange(words, refused)
	}
	return a.taskPage(c, status, data.TaskHead, "agent/redact", data)
}

func (a *agents) redactPage(c *fiber.Ctx, status int, n int64, in desk.RedactInput, refused *models.Error) error {
	words := a.language(c)
	ask, err := a.desk.AskRedact(c.UserContext(), actorOf(c), n, in)
	if e, ok := refusal(err); ok {
		return a.redactList(c, statusOf(e), n, e)
	}
	if err != nil {
		return err
	}
	title, submit := "agent.redact.title.message", "agent.redact.do.message"
	line := ask.Message
	if ask.File != nil {
		title, submit = "agent.redact.title.file", "agent.redact.do.file"
		line.Files = []desk.PublicFile{*ask.File}
	}
	quote := viewLine(line, false)
	f := views.Form{Action: ticketURL(n) + "/redaction", CSRF: visitOf(c).token(), Submit: words.T(submit), Danger: true, CancelURL: ticketURL(n) + "/redaction", Inputs: []views.Input{
		{Kind: "hidden", Name: "message", Value: in.Message}, {Kind: "hidden", Name: "file", Value: in.File},
		{Kind: "checkbox", Name: "sure", Label: words.T("agent.redact.sure")},
	}}
	if refused != nil {
		withErrors(words, &f, refused)
	}
	data := views.Task{TaskHead: taskHead(words, ask.Ticket, title, "agent.redact.lead.one"), Quote: &quote, Form: f,
		Points: []string{words.T("agent.redact.point.everywhere"), words.T("agent.redact.point.mails"), words.T("agent.redact.point.audit")}}
	if ask.Copies > 0 {
		data.Points = append(data.Points, words.Tn("agent.redact.point.copies", ask.Copies))
	}
	return a.taskPage(c, status, data.TaskHead, "agent/task", data)
}
