package desk

import (
	"context"
	"fmt"
	"strings"
	"time"

	"lodge/models"
)

// CalendarLine is a calendar in the list of working hours. Open says whether its people work
// at this moment, Until when that changes; zero when it does not.
type CalendarLine struct {
	Calendar *models.Calendar
	Open     bool
	Until    time.Time
	Use      models.CalendarUse
}

// Calendars lists the working hours by name, with what goes by them.
func (d *Desk) Calendars(ctx context.Context, actor Actor) ([]CalendarLine, error) {
	if err := actor.mayAll(models.ActSettings); err != nil {
		return nil, err
	}
	cat, err := d.db.Catalog(ctx)
	if err != nil {
		return nil, err
	}
	teams, err := models.Teams(ctx, d.db)
	if err != nil {
		return nil, err
	}
	now := d.Now()
	var all []CalendarLine
	for _, c := range cat.Calendars {
		line := CalendarLine{Calendar: c, Use: cat.CalendarUse(c.ID, teams)}
		line.Open, line.Until = OpenUntil(c, now)
		all = append(all, line)
	}
	return all, nil
}

// OpenUntil says whether a calendar is open, and until when it stays so; zero when that does not
// change within ten years.
func OpenUntil(c *models.Calendar, now time.Time) (open bool, until time.Time) {
	if open = c.Open(now); open {
		if closes, ok := c.Closes(now); ok {
			until = closes
		}
		return open, until
	}
	if opens, ok := c.Next(now); ok {
		until = opens
	}
	return open, until
}

// HolidayInput is a row of the days that differ as it was typed: Date is YYYY-MM-DD, of which the
// year counts for nothing with Yearly.
type HolidayInput struct {
	Date   string
	Yearly bool
	Name   string
	Hours  string
}

// empty says that a row was left out.
func (in HolidayInput) empty() bool { return in.Date == "" && in.Name == "" && in.Hours == "" }

// CalendarInput is a calendar as it was typed.
type CalendarInput struct {
	Name, Zone string
	Always     bool
	// Days are the hours of each weekday, Monday first (models.ParseSpans).
	Days     [7]string
	Holidays []HolidayInput
	// Version is that of the calendar the form was shown with.
	Version int64
}

// CalendarSheet is what the page of a calendar shows: how it is stored, how that is typed, and
// what goes by it.
type CalendarSheet struct {
	Calendar *models.Calendar
	Input    CalendarInput
	Use      models.CalendarUse
	Now      time.Time
}

// Calendar reads a calendar for its page, with id 0 a new one: nine to five in the zone of the
// actor's clock.
func (d *Desk) Calendar(ctx context.Context, actor Actor, id int64) (*CalendarSheet, error) {
	if err := actor.mayAll(models.ActSettings); err != nil {
		return nil, err
	}
	sheet := &CalendarSheet{Now: d.Now()}
	if id == 0 {
		day := []models.Span{{From: 9 * 60, To: 17 * 60}}
		sheet.Calendar = &models.Calendar{Zone: actor.Clock("").String(), Hours: [7][]models.Span{day, day, day, day, day}}
		if err := sheet.Calendar.Prepare(); err != nil {
			return nil, err
		}
	} else {
		cat, err := d.db.Catalog(ctx)
		if err != nil {
			return nil, err
		}
		if sheet.Calendar = cat.Calendar(id); sheet.Calendar == nil {
			return nil, models.NotFound()
		}
		teams, err := models.Teams(ctx, d.db)
		if err != nil {
			return nil, err
		}
		sheet.Use = cat.CalendarUse(id, teams)
	}
	sheet.Input = calendarTyped(sheet.Calendar, sheet.Now)
	return sheet, nil
}

// calendarTyped is a calendar as its form shows it. A day of every year stands there with the year
// in which it is next.
func calendarTyped(c *models.Calendar, now time.Time) CalendarInput {
	in := CalendarInput{Name: c.Name, Zone: c.Zone, Always: c.Always, Version: c.Version}
	for i, spans := range c.Hours {
		in.Days[i] = models.FormatSpans(spans, ", ")
	}
	for _, h := range c.Holidays {
		row := HolidayInput{Date: h.Date, Yearly: len(h.Date) == len("01-02"), Name: h.Name, Hours: models.FormatSpans(h.Spans, ", ")}
		if row.Yearly {
			row.Date = nextDate(h.Date, now.In(c.Location()))
		}
		in.Holidays = append(in.Holidays, row)
	}
	return in
}

// nextDate is a date of every year, MM-DD, in the year in which it comes next.
func nextDate(date string, now time.Time) string {
	today := now.Format(time.DateOnly)
	for year := now.Year(); ; year++ {
		full := fmt.Sprintf("%04d-%s", year, date)
		if _, err := time.Parse(time.DateOnly, full); err == nil && full >= today || year > now.Year()+8 {
			return full
		}
	}
}

// readCalendar makes a calendar of what was typed. Faults are added to v by field; rows keep the
// number they have in the input.
func readCalendar(in CalendarInput, v *models.Invalid, taken bool) *models.Calendar {
	c := &models.Calendar{Name: line(in.Name), Zone: strings.TrimSpace(in.Zone), Always: in.Always}
	for i, text := range in.Days {
		spans, bad := models.ParseSpans(text)
		if bad != "" {
			v.Add("day"+itoa(int64(i)), "agent.hours.error.read", "Text", shorten(bad))
		}
		c.Hours[i] = spans
	}
	shown := map[string]string{} // a fault's name in the calendar and in the form
	for i, row := range in.Holidays {
		if row.empty() {
			continue
		}
		h := models.Holiday{Date: row.Date, Name: line(row.Name)}
		if _, err := time.Parse(time.DateOnly, row.Date); err != nil {
			v.Add(models.HolidayField(i), "agent.hours.error.date")
			continue
		}
		if row.Yearly {
			h.Date = row.Date[len("2006-"):]
		}
		spans, bad := models.ParseSpans(row.Hours)
		if bad != "" {
			v.Add(models.HolidayField(i), "agent.hours.error.read", "Text", shorten(bad))
		}
		h.Spans = spans
		shown[models.HolidayField(len(c.Holidays))] = models.HolidayField(i)
		c.Holidays = append(c.Holidays, h)
	}
	var faults models.Invalid
	unread := v.Err() != nil
	c.Check(&faults, taken)
	if e, ok := models.AsError(faults.Err()); ok {
		for _, field := range e.Order {
			problem := e.Fields[field]
			if problem.Key == models.ErrNeverOpen && unread {
				continue // what could not be read may be its hours
			}
			if name, ok := shown[field]; ok {
				field = name
			}
			v.Add(field, problem.Key, problem.Args...)
		}
	}
	return c
}

// shorten keeps what could not be read short enough for a sentence.
func shorten(text string) string {
	if r := []rune(text); len(r) > 30 {
		return string(r[:29]) + "…"
	}
	return text
}
