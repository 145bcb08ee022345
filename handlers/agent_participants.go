package handlers

import (
	"cmp"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"lodge/models"
	"lodge/views"
)

// participantRoutes are the page of a ticket's people and their links (AG-2).
func (a *agents) participantRoutes(r fiber.Router) {
	r.Get("/agent/tickets/:number/participants", a.participants)
	r.Post("/agent/tickets/:number/participants", a.addParticipant)
	r.Post("/agent/tickets/:number/participants/:id/removal", a.removeParticipant)
	r.Post("/agent/tickets/:number/participants/:id/link", a.replaceLink)
}

func participantsURL(number int64) string { return ticketURL(number) + "/participants" }

func (a *agents) participants(c *fiber.Ctx) error {
	n, err := number(c)
	if err != nil {
		return err
	}
	var flash *views.Flash
	switch done := c.Query("done"); done {
	case "added", "removed", "replaced":
		flash = &views.Flash{Kind: "success", Text: a.language(c).T("agent.takers." + done)}
	}
	return a.showParticipants(c, fiber.StatusOK, n, nil, flash)
}

func (a *agents) addParticipant(c *fiber.Ctx) error {
	n, err := number(c)
	if err != nil {
		return err
	}
	form := posted(c)
	return a.participantChanged(c, n, "added", a.desk.AddParticipant(c.UserContext(), actorOf(c), n, form.first(views.FieldEmail), form.first(views.FieldName)))
}

func (a *agents) removeParticipant(c *fiber.Ctx) error {
	n, id, err := numberAndID(c)
	if err != nil {
		return err
	}
	return a.participantChanged(c, n, "removed", a.desk.RemoveParticipant(c.UserContext(), actorOf(c), n, id))
}

func (a *agents) replaceLink(c *fiber.Ctx) error {
	n, id, err := numberAndID(c)
	if err != nil {
		return err
	}
	return a.participantChanged(c, n, "replaced", a.desk.ReplaceLink(c.UserContext(), actorOf(c), n, id))
}

// numberAndID reads a ticket's number and the id of something that belongs to it.
func numberAndID(c *fiber.Ctx) (n, id int64, err error) {
	if n, err = number(c); err != nil {
		return 0, 0, err
	}
	if id, err = strconv.ParseInt(c.Params("id"), 10, 64); err != nil || id < 1 {
		return 0, 0, models.NotFound()
	}
	return n, id, nil
}

func (a *agents) participantChanged(c *fiber.Ctx, n int64, done string, err error) error {
	if e, ok := refusal(err); ok {
		return a.showParticipants(c, statusOf(e), n, e, nil)
	}
	if err != nil {
		return err
	}
	return c.Redirect(participantsURL(n)+"?done="+done, fiber.StatusSeeOther)
}

func (a *agents) showParticipants(c *fiber.Ctx, status int, n int64, refused *models.Error, flash *views.Flash) error {
	page, err := a.desk.TicketPeople(c.UserContext(), actorOf(c), n)
	if err != nil {
		return err
	}
	words := a.language(c)
	data := views.TicketPeople{BackURL: ticketURL(n), Title: page.Title, Number: n, Closed: page.Closed, CSRF: visitOf(c).token()}
	for _, p := range page.People {
		person := views.TicketPerson{Name: p.Name, Address: p.Address, JoinedAs: p.JoinedAs, Synthetic: p.Synthetic, Proven: p.Proven, Unsubscribed: p.Unsubscribed,
			JoinedAt: p.JoinedAt, LinkUntil: p.LinkUntil, LinkDead: p.LinkDead}
		if page.CanEdit && !p.Synthetic {
			person.ReplaceURL = participantsURL(n) + "/" + decimal(p.ID) + "/link"
		}
		if page.CanEdit && !p.Reporter {
			person.RemoveURL = participantsURL(n) + "/" + decimal(p.ID) + "/removal"
		}
		data.People = append(data.People, person)
	}
	if page.CanEdit {
		form := posted(c)
		data.Form = &views.Form{Action: participantsURL(n), CSRF: data.CSRF, Submit: words.T("agent.takers.add.button"), Inputs: []views.Input{
			{Kind: "email", Name: views.FieldEmail, Label: words.T("agent.takers.email"), Value: cmp.Or(form.first(views.FieldEmail), c.Query(views.FieldEmail)), MaxLength: 254, Required: true},
			{Kind: "text", Name: views.FieldName, Label: words.T("agent.takers.name"), Value: form.first(views.FieldName), MaxLength: 140, Optional: true},
		}}
		if refused != nil {
			withErrors(words, data.Form, refused)
		}
	}
	return a.show(c, status, views.Page{Title: words.T("agent.takers"), Body: "agent/participants", Data: data, Flash: flash})
}
