package views

// CalendarsPage is the input of settings/calendars: the list of working hours.
type CalendarsPage struct {
	AddURL string
	Rows   []CalendarRow
}

// CalendarRow is a calendar in the list. Summary is its week in words, State whether its people
// work now and until when, Uses what goes by it.
type CalendarRow struct {
	Name, URL, Zone, Summary string
	Open                     bool
	State                    string
	Uses                     []CalendarUse
}

// CalendarUse is a kind of things that go by a calendar, such as “Projects”, with their names.
type CalendarUse struct {
	Label string
	Names []string
}

// CalendarPage is the input of settings/calendar: the form of working hours and the weeks to come.
type CalendarPage struct {
	Title, BackURL string
	// Action and PreviewURL take the form: to keep it, and to show what it would do.
	Action, PreviewURL, CSRF, Version, Submit string
	Name                                      Input
	Zone                                      ZoneInput
	Always                                    Input
	Days                                      []DayInput
	Holidays                                  []HolidayRow
	// Empty is the row that a script adds.
	Empty HolidayRow
	// HolidaysError is about the rows together; Error about the form.
	HolidaysError, Error string
	Preview              *CalendarPreview
	// DeleteURL leads to the question whether to delete it; empty for a new one.
	DeleteURL string
	Uses      []CalendarUse
}

// ZoneInput is the choice of a time zone, by the part of the world.
type ZoneInput struct {
	Help, Error string
	Groups      []ZoneGroup
}

// ZoneGroup is the zones of a part of the world; UTC has no label.
type ZoneGroup struct {
	Label   string
	Choices []Choice
}

// DayInput is the hours of a day of the week.
type DayInput struct{ Name, Label, Value, Error string }

// HolidayRow is a day that differs: Date is YYYY-MM-DD. ID is the name of its fault, empty for a
// row to be copied.
type HolidayRow struct {
	ID, Date            string
	Yearly              bool
	Name, Hours, Number string
	Error               string
}

// CalendarPreview is the weeks to come by a calendar, in its zone.
type CalendarPreview struct {
	Zone string
	Days []CalendarDay
	// Tried: it is what was typed and is not kept yet. Moves says what that would do to open tickets.
	Tried    bool
	Moves    []string
	Examples []CalendarMove
}

// CalendarDay is a day of a preview. Note says why it differs; Bars are its hours on a line of 1440.
type CalendarDay struct {
	Weekday, Date, Hours, Note string
	Closed, Weekend            bool
	Bars                       []CalendarBar
}

// CalendarBar is a stretch of a day in minutes.
type CalendarBar struct{ From, Length int }

// CalendarMove is a ticket whose deadline would move.
type CalendarMove struct{ Ticket, URL, Was, Is string }

// CalendarDelete is the input of settings/calendar_delete.
type CalendarDelete struct {
	Name string
	Uses []CalendarUse
	Form Form
}

// Problems lists the errors in the order of the form.
func (p CalendarPage) Problems() []FieldError {
	var all []FieldError
	add := func(id, text string) {
		if text != "" {
			all = append(all, FieldError{ID: id, Text: text})
		}
	}
	add("", p.Error)
	add("name", p.Name.Error)
	add("zone", p.Zone.Error)
	for _, d := range p.Days {
		add(d.Name, d.Error)
	}
	add("holidays", p.HolidaysError)
	for _, h := range p.Holidays {
		add(h.ID, h.Error)
	}
	return all
}
