package handlers

import (
	"slices"
	"strings"
	"time"

	"lodge/desk"
	"lodge/locale"
	"lodge/models"
	"lodge/views"
)

// zoneName is a time zone for people: its words are apart.
func zoneName(words *locale.Strings, zone string) string {
	if zone == "UTC" {
		return words.T("agent.hours.utc")
	}
	return strings.ReplaceAll(zone, "_", " ")
}

// weekdayOf turns the day of a calendar, 0 for Monday, into that of the clock.
func weekdayOf(day int) time.Weekday { return time.Weekday((day + 1) % 7) }

// hoursSummary says the hours of a week in words: Mon–Fri 9:00–17:00, Sat 10:00–14:00.
func hoursSummary(words *locale.Strings, c *models.Calendar) string {
	if c == nil || c.Always {
		return words.T("agent.hours.always")
	}
	var parts []string
	for _, g := range c.Week() {
		var days []string
		for _, run := range g.Days {
			first, last := words.ShortWeekday(weekdayOf(run[0])), words.ShortWeekday(weekdayOf(run[1]))
			switch run[1] - run[0] {
			case 0:
				days = append(days, first)
			case 1:
				days = append(days, first, last)
			default:
				days = append(days, first+"–"+last)
			}
		}
		parts = append(parts, words.Tf("agent.hours.group", "Days", strings.Join(days, ", "), "Hours", spanWords(words, g.Spans)))
	}
	text := strings.Join(parts, words.T("agent.hours.between"))
	if n := len(c.Holidays); n > 0 {
		text = words.Tn("agent.hours.summary", n, "Week", text)
	}
	return text
}

// spanWords are the hours of a day in words, or that it has none.
func spanWords(words *locale.Strings, spans []models.Span) string {
	switch {
	case len(spans) == 0:
		return words.T("agent.hours.closed")
	case len(spans) == 1 && spans[0] == models.Span{From: 0, To: 24 * 60}:
		return words.T("agent.hours.always")
	}
	parts := strings.Split(models.FormatSpans(spans, "\n"), "\n")
	if last := len(parts) - 1; last > 0 {
		return words.Tf("agent.hours.and", "First", strings.Join(parts[:last], ", "), "Last", parts[last])
	}
	return parts[0]
}

// openWords says whether the people of a calendar work now, and until when.
func openWords(words *locale.Strings, l desk.CalendarLine) string {
	state := "closed"
	if l.Open {
		state = "open"
	}
	if l.Until.IsZero() {
		return words.T("agent.hours.state." + state)
	}
	return words.Tf("agent.hours.state."+state+".until", "Time", words.TimeIn(l.Until, "opens", l.Calendar.Location()))
}

// useWords says what goes by a calendar.
func useWords(words *locale.Strings, use models.CalendarUse) (all []views.CalendarUse) {
	add := func(key string, names []string) {
		if len(names) > 0 {
			all = append(all, views.CalendarUse{Label: words.T("agent.hours.uses." + key), Names: names})
		}
	}
	var projects, teams, policies []string
	for _, p := range use.Projects {
		projects = append(projects, p.Name)
	}
	for _, t := range use.Teams {
		teams = append(teams, t.Name)
	}
	for _, p := range use.Policies {
		policies = append(policies, p.Name)
	}
	add("projects", projects)
	add("teams", teams)
	add("policies", policies)
	return all
}

// zoneGroups are the zones to choose from, by the part of the world.
func zoneGroups(words *locale.Strings, chosen string) []views.ZoneGroup {
	groups := []views.ZoneGroup{{}}
	for _, zone := range models.Zones {
		choice := views.Choice{Value: zone, Label: zoneName(words, zone), Selected: zone == chosen}
		region, place, inside := strings.Cut(zone, "/")
		if !inside {
			groups[0].Choices = append(groups[0].Choices, choice)
			continue
		}
		choice.Label = strings.ReplaceAll(strings.ReplaceAll(place, "_", " "), "/", " – ")
		label := words.T("agent.hours.region." + strings.ToLower(region))
		at := slices.IndexFunc(groups, func(g views.ZoneGroup) bool { return g.Label == label })
		if at < 0 {
			at = len(groups)
			groups = append(groups, views.ZoneGroup{Label: label})
		}
		groups[at].Choices = append(groups[at].Choices, choice)
	}
	if chosen != "" && !slices.Contains(models.Zones, chosen) {
		groups[0].Choices = append(groups[0].Choices, views.Choice{Value: chosen, Label: zoneName(words, chosen), Selected: true})
	}
	return groups
}

// previewWords draws the weeks to come of a calendar.
func previewWords(words *locale.Strings, c *models.Calendar, now time.Time) *views.CalendarPreview {
	p := &views.CalendarPreview{Zone: words.Tf("agent.hours.zone_now", "Zone", zoneName(words, c.Zone), "Abbreviation", words.Zone(now.In(c.Location())))}
	for i, d := range c.Days(now, 14) {
		day := views.CalendarDay{Weekday: words.ShortWeekday(d.Date.Weekday()), Date: words.ShortDate(d.Date), Hours: spanWords(words, d.Spans), Closed: len(d.Spans) == 0}
		if c.Always {
			day.Hours = words.T("agent.hours.always")
		}
		for _, s := range d.Shown {
			day.Bars = append(day.Bars, views.CalendarBar{From: s.From, Length: s.To - s.From})
		}
		var notes []string
		if i == 0 {
			notes = append(notes, words.T("agent.hours.today"))
		}
		if d.Holiday != nil {
			name := d.Holiday.Name
			if name == "" {
				name = words.T("agent.hours.holiday")
			}
			notes = append(notes, name)
		}
		switch {
		case d.Shift > 0:
			notes = append(notes, words.T("agent.hours.clocks.forward"))
		case d.Shift < 0:
			notes = append(notes, words.T("agent.hours.clocks.back"))
		}
		day.Note = strings.Join(notes, " · ")
		p.Days = append(p.Days, day)
	}
	return p
}

// moveWords says what a change would do to the deadlines of open tickets.
func moveWords(words *locale.Strings, p *views.CalendarPreview, preview *desk.CalendarPreview) {
	m := preview.Moves
	if !preview.Asked {
		return
	}
	if m.Moved == 0 {
		key := "agent.hours.moves.none"
		if m.AtLeast {
			key = "agent.hours.moves.none_yet"
		}
		p.Moves = []string{words.Tf(key, "Count", m.Looked)}
		return
	}
	key := "agent.hours.moves"
	if m.AtLeast {
		key = "agent.hours.moves.at_least"
	}
	p.Moves = append(p.Moves, words.Tn(key, m.Moved))
	if m.Overdue > 0 {
		p.Moves = append(p.Moves, words.Tn("agent.hours.moves.overdue", m.Overdue))
	}
	if m.Relieved > 0 {
		p.Moves = append(p.Moves, words.Tn("agent.hours.moves.relieved", m.Relieved))
	}
	at := func(t time.Time) string {
		if t.IsZero() {
			return words.T("agent.hours.moves.no_deadline")
		}
		return words.TimeIn(t, "opens", preview.Calendar.Location())
	}
	for _, e := range m.Examples {
		p.Examples = append(p.Examples, views.CalendarMove{Ticket: "#" + decimal(e.Number) + " " + e.Title, URL: ticketURL(e.Number), Was: at(e.Was), Is: at(e.Is)})
	}
}
