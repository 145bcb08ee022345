package handlers

import (
	"bytes"
	"encoding/csv"
	"strconv"
	"time"

	"github.com/gofiber/fiber/v2"

	"lodge/desk"
	"lodge/locale"
	"lodge/models"
	"lodge/views"
)

// availableTimeRoutes are the page of the time that a company bought and used (CP-13).
func (a *agents) availableTimeRoutes(r fiber.Router) {
	r.Get(companiesHome+"/:id/time", a.availableTime)
	r.Post(companiesHome+"/:id/time", a.buyTime)
	r.Post(companiesHome+"/:id/time/:purchase/removal", a.takeBackTime)
	r.Get(companiesHome+"/:id/time.csv", a.availableTimeFile)
}

func availableURL(company int64) string { return companyURL(company) + "/time" }

func (a *agents) availableTime(c *fiber.Ctx) error {
	id, err := idOf(c, "id")
	if err != nil {
		return err
	}
	return a.showAvailableTime(c, fiber.StatusOK, id, nil)
}

func (a *agents) buyTime(c *fiber.Ctx) error {
	id, err := idOf(c, "id")
	if err != nil {
		return err
	}
	form := posted(c)
	in := desk.BoughtTime{Minutes: form.first("minutes"), Day: form.first("day"), Note: form.first("note")}
	return a.availableChanged(c, id, a.desk.BuyTime(c.UserContext(), actorOf(c), id, in))
}

func (a *agents) takeBackTime(c *fiber.Ctx) error {
	id, purchase, err := idsOf(c, "id", "purchase")
	if err != nil {
		return err
	}
	return a.availableChanged(c, id, a.desk.TakeBackTime(c.UserContext(), actorOf(c), id, purchase))
}

func (a *agents) availableChanged(c *fiber.Ctx, id int64, err error) error {
	if e, ok := refusal(err); ok {
		return a.showAvailableTime(c, statusOf(e), id, e)
	}
	if err != nil {
		return err
	}
	return a.saved(c, availableURL(id))
}

func (a *agents) showAvailableTime(c *fiber.Ctx, status int, id int64, refused *models.Error) error {
	before := c.Query("before")
	page, err := a.desk.AvailableTime(c.UserContext(), actorOf(c), id, before)
	if err != nil {
		return err
	}
	words, here := a.language(c), availableURL(id)
	data := views.CompanyTime{Head: companyHead(words, id, page.Company.Name, page.MayChange, "time"), CSRF: visitOf(c).token(), Left: leftWords(words, page.Left), Low: page.Low, Over: page.Left < 0,
		Buys: page.Buys, Bought: duration(words, page.Bought), Used: duration(words, page.Used), Share: share(page.Used, page.Bought)}
	data.Head.DeleteURL = ""
	for _, m := range page.Moves {
		data.Rows = append(data.Rows, timeMoveRow(words, here, m, page.MayChange))
	}
	if len(data.Rows) > 0 {
		data.FileURL = here + ".csv"
	}
	if page.Next != "" {
		data.MoreURL = addressOf(here, "before", page.Next)
	}
	if before != "" {
		data.FirstURL = here
	}
	if page.MayChange {
		form := posted(c)
		day := form.first("day")
		if day == "" && form.first("minutes") == "" {
			day = page.Today
		}
		data.Form = &views.Form{Action: here, CSRF: data.CSRF, Submit: words.T("agent.available.add"), Inputs: []views.Input{
			{Kind: "text", Name: "minutes", Label: words.T("agent.available.minutes"), Help: words.T("agent.available.minutes.help"), Value: form.first("minutes"), MaxLength: 20, Required: true, Autocomplete: "off"},
			{Kind: "date", Name: "day", Label: words.T("agent.available.day"), Value: day, Max: page.Today, Required: true},
			{Kind: "text", Name: "note", Label: words.T("agent.available.note"), Help: words.T("agent.available.note.help"), Value: form.first("note"), MaxLength: 200, Optional: true},
		}}
		if refused != nil {
			withErrors(words, data.Form, refused)
		}
	}
	return a.show(c, status, views.Page{Title: page.Company.Name, Body: "agent/company_time", Data: data, Flash: a.savedFlash(c)})
}

func timeMoveRow(words *locale.Strings, here string, m desk.TimeMove, mayChange bool) views.TimeMoveRow {
	row := views.TimeMoveRow{Who: m.Who, Note: m.Note, At: m.At, Purchase: m.Purchase && m.Minutes > 0, TakenBack: m.TakenBack}
	if !m.Purchase {
		row.Change = "−" + duration(words, m.Minutes)
		if m.Elsewhere {
			row.Title = words.T("agent.available.elsewhere")
		} else {
			row.Title, row.Number, row.URL = m.Title, m.Number, ticketURL(m.Number)
		}
		return row
	}
	if day, err := time.Parse(time.DateOnly, m.Day); err == nil {
		row.Day = words.Time(day, "date")
	}
	row.Change, row.Title = "+"+duration(words, m.Minutes), words.T("agent.available.purchase")
	if m.Minutes < 0 {
		row.Change, row.Title = "−"+duration(words, -m.Minutes), words.T("agent.available.correction")
	}
	if m.TakesBack {
		row.Title = words.T("agent.available.takes_back")
	}
	if mayChange && !m.TakenBack && !m.TakesBack {
		row.TakeBackURL = here + "/" + decimal(m.ID) + "/removal"
	}
	return row
}

// share is how many of a hundred parts are used, at most all.
func share(used, bought int64) int {
	if bought <= 0 {
		return 0
	}
	return int(min(100, used*100/bought))
}

// availableTimeFile is the whole history as a file for a spreadsheet.
func (a *agents) availableTimeFile(c *fiber.Ctx) error {
	id, err := idOf(c, "id")
	if err != nil {
		return err
	}
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	_ = w.Write([]string{"time", "kind", "minutes", "bought_on", "agent", "ticket", "title", "note"})
	err = a.desk.EachTimeMove(c.UserContext(), actorOf(c), id, func(_ string, m desk.TimeMove) error {
		kind, minutes, number := "used", -m.Minutes, ""
		switch {
		case m.TakesBack:
			kind, minutes = "taken back", m.Minutes
		case m.Purchase:
			kind, minutes = "bought", m.Minutes
		case !m.Elsewhere:
			number = decimal(m.Number)
		}
		return w.Write([]string{m.At.UTC().Format(time.RFC3339), kind, strconv.FormatInt(minutes, 10), m.Day, tame(m.Who), number, tame(m.Title), tame(m.Note)})
	})
	if err != nil {
		return err
	}
	w.Flush()
	c.Set(fiber.HeaderContentType, "text/csv; charset=utf-8")
	c.Set(fiber.HeaderContentDisposition, `attachment; filename="available-time.csv"`)
	return c.Send(b.Bytes())
}

// leftWords says what is left of bought time, or how far it is over.
func leftWords(words *locale.Strings, minutes int64) string {
	switch {
	case minutes < 0:
		return words.Tf("agent.available.over", "Time", duration(words, -minutes))
	case minutes == 0:
		return words.T("agent.available.used_up")
	}
	return words.Tf("agent.available.left", "Time", duration(words, minutes))
}

// lowWords marks a company in the list with little left of its bought time; otherwise empty.
func lowWords(words *locale.Strings, k desk.CompanyLine) string {
	if !k.Low {
		return ""
	}
	return leftWords(words, k.Left)
}

// leftRow is the sidebar's row of what is left for the ticket's company.
func leftRow(words *locale.Strings, left *desk.TimeLeft) views.Property {
	row := views.Property{ID: "time-left", Label: words.T("agent.available.sidebar"), Kind: "read", URL: availableURL(left.CompanyID), Value: leftWords(words, left.Minutes)}
	if left.Low || left.Minutes < 0 {
		row.Value, row.Strong = "", row.Value
	}
	return row
}

// supportTimeWords tell a member on the portal what is left of their company's support time.
func supportTimeWords(words *locale.Strings, minutes int64) string {
	switch {
	case minutes < 0:
		return words.Tf("portal.available.over", "Time", hoursMinutes(words, "portal.available.", -minutes))
	case minutes == 0:
		return words.T("portal.available.used_up")
	}
	return words.Tf("portal.available.left", "Time", hoursMinutes(words, "portal.available.", minutes))
}
