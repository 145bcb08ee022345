package views

// The examples of working hours.

func galleryHours() []Sample {
	uses := []CalendarUse{{"Projects", []string{"City bikes", "E-bikes"}}, {"Teams", []string{"Workshop"}}}
	list := CalendarsPage{AddURL: "/agent/settings/hours/new", Rows: []CalendarRow{
		{Name: "Office Berlin", URL: "/agent/settings/hours/1", Zone: "Europe/Berlin", Summary: "Mon–Fri 9:00–12:30 and 13:30–18:00 · Sat 10:00–14:00 · 9 days differ", Open: true, State: "Open until Wed 25 Nov, 18:00 CET", Uses: uses},
		{Name: "Night <shift>", URL: "/agent/settings/hours/2", Zone: "America/St Johns", Summary: "Mon–Sun 22:00–6:00", State: "Closed until Wed 25 Nov, 22:00 NST"}}}
	week := []DayInput{{"day0", "Monday", "9:00–12:30, 13:30–18:00", ""}, {"day1", "Tuesday", "9:00–18:00", ""}, {"day2", "Wednesday", "nine to five", "“nine to five” is not read as hours."}, {"day3", "Thursday", "", ""}}
	page := CalendarPage{Title: "Office Berlin", BackURL: "/agent/settings/hours", Action: "/agent/settings/hours/1", PreviewURL: "/agent/settings/hours/1/preview", CSRF: "token", Version: "3", Submit: "Save changes",
		Name:   Input{Kind: "text", Name: "name", Label: "Name", Help: "For your people.", Value: "Office Berlin", Required: true},
		Zone:   ZoneInput{Help: "The place whose clocks decide.", Groups: []ZoneGroup{{"", []Choice{{Value: "UTC", Label: "UTC"}}}, {"Europe", []Choice{{Value: "Europe/Berlin", Label: "Berlin", Selected: true}}}}},
		Always: Input{Kind: "radio", Name: "always", Label: "Open", Choices: []Choice{{Value: "", Label: "By the hours of the week", Selected: true}, {Value: "1", Label: "Around the clock"}}},
		Days:   week[:2], DeleteURL: "/agent/settings/hours/1/deletion", Uses: uses,
		Holidays: []HolidayRow{{ID: "holiday.0", Number: "1", Date: "2026-12-25", Yearly: true, Name: "Christmas"}, {ID: "holiday.1", Number: "2", Date: "2026-12-31", Name: "New Year’s Eve", Hours: "9:00–12:00"}},
		Preview: &CalendarPreview{Zone: "Europe/Berlin (CET now)", Days: []CalendarDay{
			{Weekday: "Wed", Date: "25 Nov", Hours: "9:00–12:30 and 13:30–18:00", Note: "Today", Bars: []CalendarBar{{540, 210}, {810, 270}}}, {Weekday: "Sun", Date: "29 Nov", Hours: "Closed", Closed: true, Note: "The clocks go back"}}}}
	tried := page
	preview := *page.Preview
	preview.Tried, preview.Moves = true, []string{"12 open tickets get another deadline.", "2 become overdue by it."}
	preview.Examples = []CalendarMove{{"#1042 Rear brake squeals", "/agent/tickets/1042", "Mon 30 Nov, 9:00 CET", "no deadline"}}
	tried.Preview = &preview
	refused := page
	refused.Preview, refused.Days, refused.Error, refused.HolidaysError = nil, week, "Somebody else saved this meanwhile.", "At most 400 days can differ."
	refused.Name.Error, refused.Zone.Error = "Other working hours have this name.", "Choose a time zone from the list."
	refused.Holidays = []HolidayRow{{ID: "holiday.0", Number: "1", Name: "Christmas", Error: "Enter a date, or empty the row."}}
	ask := CalendarDelete{Name: "Office Berlin", Uses: uses, Form: Form{Action: "/agent/settings/hours/1/deletion", CSRF: "token", Submit: "Delete working hours", Danger: true, CancelURL: "/agent/settings/hours/1",
		Inputs: []Input{{Kind: "radio", Name: "instead", Label: "In their place", Choices: []Choice{{Value: "0", Label: "None"}, {Value: "2", Label: "Night shift"}}}}}}
	return []Sample{
		{"settings/calendars", "settings/calendars", "agent", "Working hours", list},
		{"settings/calendars, none", "settings/calendars", "agent", "Working hours", CalendarsPage{AddURL: "/agent/settings/hours/new"}},
		{"settings/calendar", "settings/calendar", "agent", "Office Berlin", page},
		{"settings/calendar, tried", "settings/calendar", "agent", "Office Berlin", tried},
		{"settings/calendar, refused", "settings/calendar", "agent", "Office Berlin", refused},
		{"settings/calendar_delete", "settings/calendar_delete", "agent", "Delete", ask},
		{"settings/calendar_delete, unused", "settings/calendar_delete", "agent", "Delete", CalendarDelete{Name: "Old hours", Form: Form{Action: "/x", CSRF: "token", Submit: "Delete working hours", Danger: true}}},
	}
}
