package handlers

import (
	"github.com/gofiber/fiber/v2"

	"lodge/desk"
	"lodge/models"
	"lodge/views"
)

// askSplit shows the messages that can become a ticket of their own (AG-2).
func (a *agents) askSplit(c *fiber.Ctx) error {
	n, err := number(c)
	if err != nil {
		return err
	}
	return a.splitPage(c, fiber.StatusOK, n, nil, nil)
}

// split makes it.
func (a *agents) split(c *fiber.Ctx) error {
	n, err := number(c)
	if err != nil {
		return err
	}
	form := posted(c)
	in := desk.SplitInput{Title: form.first(views.FieldTitle), Messages: form["messages"], Version: postedVersion(form, "version")}
	if chosen := postedIDs(form["reporter"]); len(chosen) == 1 {
		in.Reporter = chosen[0]
	}
	made, err := a.desk.Split(c.UserContext(), actorOf(c), n, in)
	if e, ok := refusal(err); ok {
		return a.splitPage(c, statusOf(e), n, form, e)
	}
	if err != nil {
		return err
	}
	return c.Redirect(ticketURL(made), fiber.StatusSeeOther)
}

func (a *agents) splitPage(c *fiber.Ctx, status int, n int64, form values, refused *models.Error) error {
	words := a.language(c)
	plan, err := a.desk.PlanSplit(c.UserContext(), actorOf(c), n)
	if err != nil {
		return err
	}
	data := views.Split{TaskHead: taskHead(words, plan.Ticket, "agent.split.title", "agent.split.lead"), Action: ticketURL(n) + "/split", CSRF: visitOf(c).token(),
		Version: decimal(plan.Version), CancelURL: ticketURL(n), Messages: viewLines(plan.Messages, form["messages"]),
		TitleInput:    views.Input{Kind: "text", Name: views.FieldTitle, Label: words.T("agent.split.new_title"), Value: form.first(views.FieldTitle), MaxLength: 200, Required: true},
		ReporterInput: views.Input{Kind: "select", Name: "reporter", Label: words.T("agent.split.reporter"), Help: words.T("agent.split.reporter.help"), Choices: []views.Choice{{Value: "", Label: words.T("agent.split.reporter.author")}}}}
	for _, p := range viewPeople(plan.People, form["reporter"]) {
		data.ReporterInput.Choices = append(data.ReporterInput.Choices, views.Choice{Value: p.Value, Label: p.Name, Selected: p.Chosen})
	}
	if refused != nil {
		for field, problem := range refused.Fields {
			switch field {
			case views.FieldTitle:
				data.TitleInput.Error = say(words, problem)
			case "messages":
				data.MessagesError = say(words, problem)
			case "reporter":
				data.ReporterInput.Error = say(words, problem)
			}
		}
		if len(refused.Order) == 0 {
			data.Error = say(words, models.Problem{Key: refused.Message})
		}
	}
	return a.taskPage(c, status, data.TaskHead, "agent/split", data)
}
