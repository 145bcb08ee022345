package sample

import (
	"context"
	"fmt"
	"time"

	"lodge/desk"
	"lodge/models"
)

// The working hours of the demo: an office that closes for lunch, and a desk an ocean away that
// has a night shift all week.
const (
	hamburg = "Hamburg office"
	boston  = "Boston, day and night"
)

// holiday is a day that differs, every year (MM-DD) or worked out for one.
type holiday struct {
	date, name, hours string
	of                func(year int) time.Time
}

var hamburgHolidays = []holiday{
	{date: "01-01", name: "Neujahr"}, {date: "05-01", name: "Tag der Arbeit"}, {date: "10-03", name: "Tag der Deutschen Einheit"}, {date: "10-31", name: "Reformationstag"},
	{date: "12-24", name: "Heiligabend", hours: "9:00–12:30"}, {date: "12-25", name: "1. Weihnachtstag"}, {date: "12-26", name: "2. Weihnachtstag"}, {date: "12-31", name: "Silvester", hours: "9:00–12:30"},
	{name: "Karfreitag", of: fromEaster(-2)}, {name: "Ostermontag", of: fromEaster(1)}, {name: "Christi Himmelfahrt", of: fromEaster(39)}, {name: "Pfingstmontag", of: fromEaster(50)},
}

var bostonHolidays = []holiday{
	{date: "01-01", name: "New Year’s Day", hours: "22:00–6:00"}, {date: "07-04", name: "Independence Day", hours: "22:00–6:00"}, {date: "12-25", name: "Christmas Day"},
	{name: "Memorial Day", hours: "22:00–6:00", of: func(year int) time.Time { return nth(year, time.June, time.Monday, 1).AddDate(0, 0, -7) }},
	{name: "Labor Day", hours: "22:00–6:00", of: func(year int) time.Time { return nth(year, time.September, time.Monday, 1) }},
	{name: "Thanksgiving", hours: "22:00–6:00", of: func(year int) time.Time { return nth(year, time.November, time.Thursday, 4) }},
}

// fromEaster is a day so many days after Easter Sunday, by the rule of Gauss and Lilius.
func fromEaster(days int) func(year int) time.Time {
	return func(y int) time.Time {
		a, b, c := y%19, y/100, y%100
		h := (19*a + b - b/4 - (b-(b+8)/25+1)/3 + 15) % 30
		l := (32 + 2*(b%4) + 2*(c/4) - h - c%4) % 7
		m := (a + 11*h + 22*l) / 451
		n := h + l - 7*m + 114
		return time.Date(y, time.Month(n/31), n%31+1+days, 0, 0, 0, 0, time.UTC)
	}
}

// nth is the nth such weekday of a month.
func nth(year int, month time.Month, day time.Weekday, n int) time.Time {
	first := time.Date(year, month, 1, 0, 0, 0, 0, time.UTC)
	return first.AddDate(0, 0, (int(day-first.Weekday())+7)%7+7*(n-1))
}

// inputs are the holidays as somebody types them, for the years around now.
func inputs(all []holiday, now time.Time) (in []desk.HolidayInput) {
	for _, h := range all {
		if h.of == nil {
			in = append(in, desk.HolidayInput{Date: fmt.Sprintf("%d-%s", now.Year(), h.date), Yearly: true, Name: h.name, Hours: h.hours})
			continue
		}
		for year := now.Year() - 1; year <= now.Year()+1; year++ {
			in = append(in, desk.HolidayInput{Date: h.of(year).Format(time.DateOnly), Name: h.name, Hours: h.hours})
		}
	}
	return in
}

// hours makes the calendars and gives them to the projects and to two teams.
func (f *filler) hours(ctx context.Context) error {
	f.Clock.Set(f.begin().AddDate(0, 0, 2))
	boss := f.actors[Cast.Ines.Address]
	day, night := "9:00–12:30, 13:30–18:00", "9:00–17:00, 22:00–6:00"
	ids := map[string]int64{}
	for _, in := range []desk.CalendarInput{
		{Name: hamburg, Zone: "Europe/Berlin", Days: [7]string{day, day, day, day, day}, Holidays: inputs(hamburgHolidays, f.Now)},
		{Name: boston, Zone: "America/New_York", Days: [7]string{night, night, night, night, night, "22:00–6:00", "22:00–6:00"}, Holidays: inputs(bostonHolidays, f.Now)},
	} {
		id, err := f.Desk.SaveCalendar(ctx, boss, 0, in)
		if err != nil {
			return fmt.Errorf("%s: %w", in.Name, err)
		}
		ids[in.Name] = id
	}
	cat, err := f.DB.Catalog(ctx)
	if err != nil {
		return err
	}
	for _, p := range cat.Projects {
		in := desk.ProjectGeneral{Name: p.Name, Summary: p.Summary, Locale: p.Locale, Calendar: ids[hamburg]}
		if p.Slug == "server" {
			in.Calendar = ids[boston]
		}
		if err := f.Desk.ChangeProject(ctx, boss, p.Slug, in); err != nil {
			return fmt.Errorf("%s: %w", p.Slug, err)
		}
	}
	for _, name := range []string{"Engineering", "Night desk"} {
		in := desk.TeamInput{Name: name, Members: []int64{f.actors[Cast.Ines.Address].ID, f.actors[Cast.Ada.Address].ID}, Calendar: ids[boston]}
		if _, err := f.Desk.SaveTeam(ctx, boss, f.teams[name], in); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	for _, t := range []struct{ project, kind, response, resolution string }{
		{"billing", "problem", "We look at wrong charges within 2 working hours.", "A wrong charge is back on your account within 3 working days."},
		{"server", "problem", "We typically respond to failures within 2 working hours.", ""},
	} {
		kind := f.kind(cat, t.project, t.kind)
		if kind == nil {
			return fmt.Errorf("%s has no type %s", t.project, t.kind)
		}
		p := cat.ProjectBySlug(t.project)
		in := desk.TypeInput{Name: kind.Name, Public: kind.Public, Default: p.DefaultTypeID != nil && *p.DefaultTypeID == kind.ID, ResponseTime: t.response, ResolutionTime: t.resolution}
		if err := f.Desk.EditType(ctx, boss, t.project, kind.ID, in); err != nil {
			return fmt.Errorf("%s: %w", t.kind, err)
		}
	}
	return nil
}

func (f *filler) kind(cat *models.Catalog, project, slug string) *models.TicketType {
	for _, kind := range cat.ProjectBySlug(project).Types {
		if kind.Slug == slug {
			return kind
		}
	}
	return nil
}
