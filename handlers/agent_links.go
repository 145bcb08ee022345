package handlers

import (
	"strings"

	"github.com/gofiber/fiber/v2"

	"lodge/desk"
	"lodge/models"
	"lodge/views"
)

// askLink looks for a ticket to link.
func (a *agents) askLink(c *fiber.Ctx) error {
	n, err := number(c)
	if err != nil {
		return err
	}
	return a.findPage(c, fiber.StatusOK, n, "link", nil)
}

// link links two tickets; each page then names the other.
func (a *agents) link(c *fiber.Ctx) error {
	n, err := number(c)
	if err != nil {
		return err
	}
	err = a.desk.Link(c.UserContext(), actorOf(c), n, posted(c).first("target"))
	if e, ok := refusal(err); ok {
		return a.findPage(c, statusOf(e), n, "link", e)
	}
	if err != nil {
		return err
	}
	return c.Redirect(ticketURL(n), fiber.StatusSeeOther)
}

// unlink takes a link away.
func (a *agents) unlink(c *fiber.Ctx) error {
	n, err := number(c)
	if err != nil {
		return err
	}
	return a.changed(c, n, a.desk.Unlink(c.UserContext(), actorOf(c), n, posted(c).first("target")))
}

// askFollowUp shows what a follow-up would carry on.
func (a *agents) askFollowUp(c *fiber.Ctx) error {
	n, err := number(c)
	if err != nil {
		return err
	}
	return a.followUpPage(c, fiber.StatusOK, n, nil, nil)
}

// followUp opens a linked ticket.
func (a *agents) followUp(c *fiber.Ctx) error {
	n, err := number(c)
	if err != nil {
		return err
	}
	form := posted(c)
	made, err := a.desk.FollowUp(c.UserContext(), actorOf(c), n, desk.FollowUpInput{Title: form.first(views.FieldTitle), Body: form.first(views.FieldBody), Tell: form.first("tell") != ""})
	if e, ok := refusal(err); ok {
		return a.followUpPage(c, statusOf(e), n, form, e)
	}
	if err != nil {
		return err
	}
	return c.Redirect(ticketURL(made), fiber.StatusSeeOther)
}

func (a *agents) followUpPage(c *fiber.Ctx, status int, n int64, form values, refused *models.Error) error {
	words := a.language(c)
	plan, err := a.desk.PlanFollowUp(c.UserContext(), actorOf(c), n)
	if err != nil {
		return err
	}
	title, tell := plan.Ticket.Title, "1"
	if form != nil {
		title, tell = form.first(views.FieldTitle), form.first("tell")
	}
	f := views.Form{Action: ticketURL(n) + "/follow-up", CSRF: visitOf(c).token(), Submit: words.T("agent.follow_up.do"), CancelURL: ticketURL(n), Inputs: []views.Input{
		{Kind: "text", Name: views.FieldTitle, Label: words.T("portal.title"), Value: title, MaxLength: 200, Required: true},
		{Kind: "textarea", Name: views.FieldBody, Label: words.T("agent.follow_up.body"), Help: words.T("agent.follow_up.body.help"), Value: form.first(views.FieldBody), Rows: 6, Required: true},
		{Kind: "checkbox", Name: "tell", Label: words.T("agent.follow_up.tell"), Value: tell},
	}}
	if refused != nil {
		withErrors(words, &f, refused)
	}
	data := views.Task{TaskHead: taskHead(words, plan.Ticket, "agent.follow_up.title", "agent.follow_up.lead"), Form: f}
	var names []string
	for _, p := range viewPeople(plan.People, nil) {
		names = append(names, p.Name)
	}
	data.Points = []string{words.Tf("agent.follow_up.people", "People", strings.Join(names, ", "))}
	return a.taskPage(c, status, data.TaskHead, "agent/task", data)
}
