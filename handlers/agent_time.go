package handlers

import (
	"github.com/gofiber/fiber/v2"

	"lodge/locale"
	"lodge/models"
	"lodge/views"
)

// timeRoutes are the page of the time spent on a ticket (AG-2).
func (a *agents) timeRoutes(r fiber.Router) {
	r.Get("/agent/tickets/:number/time", a.time)
	r.Post("/agent/tickets/:number/time", a.spendTime)
	r.Post("/agent/tickets/:number/time/:id/removal", a.takeTime)
}

func timeURL(number int64) string { return ticketURL(number) + "/time" }

func (a *agents) time(c *fiber.Ctx) error {
	n, err := number(c)
	if err != nil {
		return err
	}
	return a.showTime(c, fiber.StatusOK, n, nil)
}

func (a *agents) spendTime(c *fiber.Ctx) error {
	n, err := number(c)
	if err != nil {
		return err
	}
	form := posted(c)
	return a.timeChanged(c, n, a.desk.SpendTime(c.UserContext(), actorOf(c), n, form.first("spent"), form.first("note")))
}

func (a *agents) takeTime(c *fiber.Ctx) error {
	n, id, err := numberAndID(c)
	if err != nil {
		return err
	}
	return a.timeChanged(c, n, a.desk.TakeTime(c.UserContext(), actorOf(c), n, id))
}

func (a *agents) timeChanged(c *fiber.Ctx, n int64, err error) error {
	if e, ok := refusal(err); ok {
		return a.showTime(c, statusOf(e), n, e)
	}
	if err != nil {
		return err
	}
	return a.saved(c, timeURL(n))
}

func (a *agents) showTime(c *fiber.Ctx, status int, n int64, refused *models.Error) error {
	page, err := a.desk.Time(c.UserContext(), actorOf(c), n)
	if err != nil {
		return err
	}
	words := a.language(c)
	data := views.TicketTime{BackURL: ticketURL(n), Title: page.Title, Number: n, Total: duration(words, page.Minutes), CSRF: visitOf(c).token()}
	if page.Left != nil {
		data.Left, data.LeftLow, data.LeftURL = leftWords(words, page.Left.Minutes), page.Left.Low || page.Left.Minutes < 0, companyURL(page.Left.CompanyID)+"/time"
	}
	for _, e := range page.Entries {
		row := views.SpentTime{Agent: e.Agent, Spent: duration(words, e.Minutes), Note: e.Note, At: e.At}
		if e.Mine {
			row.RemoveURL = timeURL(n) + "/" + decimal(e.ID) + "/removal"
		}
		data.Entries = append(data.Entries, row)
	}
	if page.CanEdit {
		form := posted(c)
		data.Form = &views.Form{Action: timeURL(n), CSRF: data.CSRF, Submit: words.T("agent.time.add"), Inputs: []views.Input{
			{Kind: "text", Name: "spent", Label: words.T("agent.time.spent"), Help: words.T("agent.time.spent.help"), Value: form.first("spent"), MaxLength: 20, Required: true},
			{Kind: "text", Name: "note", Label: words.T("agent.time.note"), Value: form.first("note"), MaxLength: 200, Optional: true},
		}}
		if refused != nil {
			withErrors(words, data.Form, refused)
		}
	}
	return a.show(c, status, views.Page{Title: words.T("agent.time"), Body: "agent/time", Data: data, Flash: a.savedFlash(c)})
}

// duration writes minutes as hours and minutes.
func duration(words *locale.Strings, minutes int64) string {
	return hoursMinutes(words, "agent.time.", minutes)
}

// hoursMinutes writes minutes in the words of a place: its keys minutes, hours and both.
func hoursMinutes(words *locale.Strings, place string, minutes int64) string {
	switch h, m := minutes/60, minutes%60; {
	case h == 0:
		return words.Tf(place+"minutes", "Minutes", m)
	case m == 0:
		return words.Tf(place+"hours", "Hours", h)
	default:
		return words.Tf(place+"both", "Hours", h, "Minutes", m)
	}
}
