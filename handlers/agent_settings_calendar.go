package handlers

import (
	"github.com/gofiber/fiber/v2"

	"lodge/desk"
	"lodge/locale"
	"lodge/models"
	"lodge/views"
)

const hoursHome = settingsHome + "/hours"

func hoursURL(id int64) string { return hoursHome + "/" + decimal(id) }

// hoursRoutes are the pages of working hours (AG-6).
func (a *agents) hoursRoutes(r fiber.Router) {
	r.Get(hoursHome, a.calendars)
	r.Get(hoursHome+"/new", a.newCalendar)
	r.Post(hoursHome, a.addCalendar)
	r.Post(hoursHome+"/preview", a.previewNewCalendar)
	r.Get(hoursHome+"/:id", a.calendar)
	r.Post(hoursHome+"/:id", a.saveCalendar)
	r.Post(hoursHome+"/:id/preview", a.previewCalendar)
	r.Get(hoursHome+"/:id/deletion", a.askCalendarDeletion)
	r.Post(hoursHome+"/:id/deletion", a.deleteCalendar)
}

// calendars lists the working hours.
func (a *agents) calendars(c *fiber.Ctx) error {
	lines, err := a.desk.Calendars(c.UserContext(), actorOf(c))
	if err != nil {
		return err
	}
	words := a.language(c)
	data := views.CalendarsPage{AddURL: hoursHome + "/new"}
	for _, line := range lines {
		data.Rows = append(data.Rows, views.CalendarRow{Name: line.Calendar.Name, URL: hoursURL(line.Calendar.ID), Zone: zoneName(words, line.Calendar.Zone),
			Summary: hoursSummary(words, line.Calendar), Open: line.Open, State: openWords(words, line), Uses: useWords(words, line.Use)})
	}
	return a.showSettings(c, fiber.StatusOK, views.Page{Title: words.T("agent.settings.hours"), Body: "settings/calendars", Data: data, Flash: a.savedFlash(c)})
}

func (a *agents) newCalendar(c *fiber.Ctx) error {
	return a.showCalendar(c, fiber.StatusOK, 0, nil, nil, nil)
}

func (a *agents) calendar(c *fiber.Ctx) error {
	id, err := idOf(c, "id")
	if err != nil {
		return err
	}
	return a.showCalendar(c, fiber.StatusOK, id, nil, nil, nil)
}

func (a *agents) addCalendar(c *fiber.Ctx) error { return a.keepCalendar(c, 0) }

func (a *agents) saveCalendar(c *fiber.Ctx) error {
	id, err := idOf(c, "id")
	if err != nil {
		return err
	}
	return a.keepCalendar(c, id)
}

func (a *agents) keepCalendar(c *fiber.Ctx, id int64) error {
	in := typedCalendar(posted(c))
	_, err := a.desk.SaveCalendar(c.UserContext(), actorOf(c), id, in)
	if e, ok := refusal(err); ok {
		return a.showCalendar(c, statusOf(e), id, &in, nil, e)
	}
	if err != nil {
		return err
	}
	return a.saved(c, hoursHome)
}

func (a *agents) previewNewCalendar(c *fiber.Ctx) error { return a.tryCalendar(c, 0) }

func (a *agents) previewCalendar(c *fiber.Ctx) error {
	id, err := idOf(c, "id")
	if err != nil {
		return err
	}
	return a.tryCalendar(c, id)
}

// tryCalendar shows what was typed with what it would do. It saves nothing.
func (a *agents) tryCalendar(c *fiber.Ctx, id int64) error {
	in := typedCalendar(posted(c))
	preview, err := a.desk.PreviewCalendar(c.UserContext(), actorOf(c), id, in)
	if e, ok := refusal(err); ok {
		return a.showCalendar(c, statusOf(e), id, &in, nil, e)
	}
	if err != nil {
		return err
	}
	return a.showCalendar(c, fiber.StatusOK, id, &in, preview, nil)
}

// typedCalendar reads the form of working hours.
func typedCalendar(form values) desk.CalendarInput {
	in := desk.CalendarInput{Name: form.first("name"), Zone: form.first("zone"), Always: form.first("always") == "1", Version: version(form)}
	for i := range in.Days {
		in.Days[i] = form.first("day" + decimal(int64(i)))
	}
	at := func(name string, i int) string {
		if all := form[name]; i < len(all) {
			return all[i]
		}
		return ""
	}
	for i := range form["holiday_date"] {
		in.Holidays = append(in.Holidays, desk.HolidayInput{Date: at("holiday_date", i), Yearly: at("holiday_every", i) == "year", Name: at("holiday_name", i), Hours: at("holiday_hours", i)})
	}
	return in
}

// askCalendarDeletion says what goes by the working hours before they are taken away.
func (a *agents) askCalendarDeletion(c *fiber.Ctx) error {
	id, err := idOf(c, "id")
	if err != nil {
		return err
	}
	return a.showCalendarDeletion(c, fiber.StatusOK, id, nil)
}

func (a *agents) showCalendarDeletion(c *fiber.Ctx, status int, id int64, refused *models.Error) error {
	sheet, err := a.desk.Calendar(c.UserContext(), actorOf(c), id)
	if err != nil {
		return err
	}
	choices, err := a.desk.CalendarChoices(c.UserContext(), actorOf(c))
	if err != nil {
		return err
	}
	words := a.language(c)
	data := views.CalendarDelete{Name: sheet.Calendar.Name, Uses: useWords(words, sheet.Use),
		Form: views.Form{Action: hoursURL(id) + "/deletion", CSRF: visitOf(c).token(), Submit: words.T("agent.hours.delete"), Danger: true, CancelURL: hoursURL(id)}}
	if !sheet.Use.None() {
		chosen := posted(c).first("instead")
		in := views.Input{Kind: "radio", Name: "instead", Label: words.T("agent.hours.instead"), Help: words.T("agent.hours.instead.help"),
			Choices: []views.Choice{{Value: "0", Label: words.T("agent.hours.instead.none"), Help: words.T("agent.hours.instead.none.help"), Selected: chosen == "0"}}}
		for _, other := range choices {
			if other.ID != id {
				value := decimal(other.ID)
				in.Choices = append(in.Choices, views.Choice{Value: value, Label: other.Name, Help: zoneName(words, other.Zone), Selected: chosen == value})
			}
		}
		data.Form.Inputs = append(data.Form.Inputs, in)
	}
	if refused != nil {
		withErrors(words, &data.Form, refused)
	}
	return a.showSettings(c, status, views.Page{Title: words.Tf("agent.hours.delete.heading", "Name", sheet.Calendar.Name), Body: "settings/calendar_delete", Data: data})
}

func (a *agents) deleteCalendar(c *fiber.Ctx) error {
	id, err := idOf(c, "id")
	if err != nil {
		return err
	}
	var instead *int64
	if chosen := ids(posted(c)["instead"]); len(chosen) == 1 {
		instead = &chosen[0]
	}
	err = a.desk.DeleteCalendar(c.UserContext(), actorOf(c), id, instead)
	if e, ok := refusal(err); ok {
		return a.showCalendarDeletion(c, statusOf(e), id, e)
	}
	if err != nil {
		return err
	}
	return a.saved(c, hoursHome)
}

// hoursChoice is the select of working hours of a project or team; none is the label of its first
// choice, which is without a calendar.
func hoursChoice(words *locale.Strings, none, help string, choices []desk.CalendarChoice, chosen int64) views.Input {
	in := views.Input{Kind: "select", Name: "calendar", Label: words.T("agent.settings.hours"), Help: help, Choices: []views.Choice{{Label: none, Selected: chosen == 0}}}
	for _, k := range choices {
		in.Choices = append(in.Choices, views.Choice{Value: decimal(k.ID), Label: k.Name, Selected: k.ID == chosen})
	}
	return in
}

// calendarOf is the working hours that a form chooses: 0 for none, -1 for what is no id.
func calendarOf(form values) int64 {
	if chosen := form.first("calendar"); chosen != "" {
		return ids([]string{chosen})[0]
	}
	return 0
}

func idOrZero(id *int64) int64 {
	if id == nil {
		return 0
	}
	return *id
}
