package models

import (
	"slices"
	"time"
)

// DayGroup is days of the week that have the same hours.
type DayGroup struct {
	// Days are runs of days one after another, each the first and the last, 0 for Monday.
	Days  [][2]int
	Spans []Span
}

// Week sums the days of the week up: those with the same hours are one group, in the order of
// their first days. Days without work are in none.
func (c *Calendar) Week() []DayGroup {
	var all []DayGroup
	for day, spans := range c.Hours {
		if len(spans) == 0 {
			continue
		}
		at := slices.IndexFunc(all, func(g DayGroup) bool { return slices.Equal(g.Spans, spans) })
		if at < 0 {
			all = append(all, DayGroup{Days: [][2]int{{day, day}}, Spans: spans})
			continue
		}
		g := &all[at]
		if last := &g.Days[len(g.Days)-1]; last[1] == day-1 {
			last[1] = day
		} else {
			g.Days = append(g.Days, [2]int{day, day})
		}
	}
	return all
}

// CalendarDay is a day as a calendar has it.
type CalendarDay struct {
	// Date is midnight in UTC of the day on the wall.
	Date time.Time
	// Spans begin on this day. Shown is when the desk is open by the wall of this day, 0 to 1440:
	// what is left of the night before, and nothing of the day after.
	Spans, Shown []Span
	// Holiday is the day that differs, if it is one.
	Holiday *Holiday
	// Shift is by how much the clocks change on this day; 0 on all others.
	Shift time.Duration
}

// Days are so many days from the one that t lies in, in the calendar's zone.
func (c *Calendar) Days(t time.Time, days int) []CalendarDay {
	table, zone := c.ready(), c.Location()
	year, month, date := t.In(zone).Date()
	all := make([]CalendarDay, 0, days)
	for i := range days {
		day := CalendarDay{Date: time.Date(year, month, date+i, 0, 0, 0, 0, time.UTC)}
		n := day.Date.Unix() / daySeconds
		day.Spans, day.Holiday = table.on(n), c.holiday(day.Date)
		if c.Always {
			day.Spans, day.Shown, day.Holiday = []Span{{0, 24 * 60}}, []Span{{0, 24 * 60}}, nil
		} else {
			var shown []Span
			for _, s := range table.on(n - 1) {
				if s.To > 24*60 {
					shown = append(shown, Span{0, s.To - 24*60})
				}
			}
			for _, s := range day.Spans {
				shown = append(shown, Span{s.From, min(s.To, 24*60)})
			}
			day.Shown = inOrder(shown)
		}
		_, before := time.Date(year, month, date+i, 0, 0, 0, 0, zone).Zone()
		_, after := time.Date(year, month, date+i+1, 0, 0, 0, 0, zone).Zone()
		day.Shift = time.Duration(after-before) * time.Second
		all = append(all, day)
	}
	return all
}

// holiday finds the day that differs on a date, once before every year.
func (c *Calendar) holiday(date time.Time) *Holiday {
	for _, layout := range []string{time.DateOnly, "01-02"} {
		text := date.Format(layout)
		for i := range c.Holidays {
			if c.Holidays[i].Date == text {
				return &c.Holidays[i]
			}
		}
	}
	return nil
}
