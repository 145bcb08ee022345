package handlers

import (
	"strings"

	"github.com/gofiber/fiber/v2"

	"lodge/desk"
	"lodge/locale"
	"lodge/models"
	"lodge/views"
)

// blankHolidays is how many empty rows stand below the days that differ, for browsers without scripts.
const blankHolidays = 3

// showCalendar answers with the form of working hours, as it is kept or as it was typed, and the
// weeks to come.
func (a *agents) showCalendar(c *fiber.Ctx, status int, id int64, typed *desk.CalendarInput, preview *desk.CalendarPreview, refused *models.Error) error {
	sheet, err := a.desk.Calendar(c.UserContext(), actorOf(c), id)
	if err != nil {
		return err
	}
	words := a.language(c)
	in := sheet.Input
	if typed != nil {
		in = *typed
	}
	data := views.CalendarPage{Title: words.T("agent.hours.add"), BackURL: hoursHome, CSRF: visitOf(c).token(),
		Action: hoursHome, PreviewURL: hoursHome + "/preview", Submit: words.T("agent.hours.create")}
	if id != 0 {
		data.Title, data.Action, data.PreviewURL, data.Submit = sheet.Calendar.Name, hoursURL(id), hoursURL(id)+"/preview", words.T("agent.save")
		data.DeleteURL, data.Uses, data.Version = hoursURL(id)+"/deletion", useWords(words, sheet.Use), decimal(in.Version)
	}
	if refused != nil && refused.Kind == models.KindConflict {
		data.Version = decimal(sheet.Input.Version) // the next save is over what is true now, on purpose
	}
	fillCalendar(words, &data, in)
	switch {
	case preview != nil:
		data.Preview = previewWords(words, preview.Calendar, preview.Now)
		data.Preview.Tried = true
		moveWords(words, data.Preview, preview)
	case refused == nil && id != 0:
		data.Preview = previewWords(words, sheet.Calendar, sheet.Now)
	}
	if refused != nil {
		calendarErrors(words, &data, refused)
	}
	return a.showSettings(c, status, views.Page{Title: data.Title, Body: "settings/calendar", Data: data, Flash: a.savedFlash(c)})
}

// fillCalendar puts what is typed into the form.
func fillCalendar(words *locale.Strings, data *views.CalendarPage, in desk.CalendarInput) {
	data.Name = views.Input{Kind: "text", Name: "name", Label: words.T("agent.hours.name"), Help: words.T("agent.hours.name.help"), Value: in.Name, MaxLength: models.MaxCalendarName, Required: true, Autocomplete: "off"}
	data.Zone = views.ZoneInput{Help: words.T("agent.hours.zone.help"), Groups: zoneGroups(words, in.Zone)}
	data.Always = views.Input{Kind: "radio", Name: "always", Label: words.T("agent.hours.open"), Choices: []views.Choice{
		{Value: "", Label: words.T("agent.hours.open.week"), Selected: !in.Always}, {Value: "1", Label: words.T("agent.hours.always"), Help: words.T("agent.hours.always.help"), Selected: in.Always}}}
	for i, text := range in.Days {
		data.Days = append(data.Days, views.DayInput{Name: "day" + decimal(int64(i)), Label: words.Weekday(weekdayOf(i)), Value: text})
	}
	blank := 0
	row := func(h desk.HolidayInput) {
		i := len(data.Holidays)
		data.Holidays = append(data.Holidays, views.HolidayRow{ID: models.HolidayField(i), Number: decimal(int64(i + 1)), Date: h.Date, Yearly: h.Yearly, Name: h.Name, Hours: h.Hours})
	}
	for _, h := range in.Holidays {
		row(h)
		if h.Date == "" && h.Name == "" && h.Hours == "" {
			blank++
		}
	}
	for ; blank < blankHolidays; blank++ {
		row(desk.HolidayInput{})
	}
}

// calendarErrors writes what was refused beside its fields.
func calendarErrors(words *locale.Strings, data *views.CalendarPage, e *models.Error) {
	if len(e.Order) == 0 {
		data.Error = say(words, models.Problem{Key: e.Message})
	}
	for _, field := range e.Order {
		text := say(words, e.Fields[field])
		switch {
		case field == "name":
			data.Name.Error = text
		case field == "zone":
			data.Zone.Error = text
		case strings.HasPrefix(field, "day"):
			for i := range data.Days {
				if data.Days[i].Name == field {
					data.Days[i].Error = text
				}
			}
		case strings.HasPrefix(field, "holiday."):
			for i := range data.Holidays {
				if data.Holidays[i].ID == field {
					data.Holidays[i].Error = text
				}
			}
		default:
			data.HolidaysError = text
		}
	}
}
