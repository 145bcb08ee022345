package models

import (
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// The most that a calendar holds. A year has few days that differ; these bounds are for programs
// gone wild.
const (
	MaxCalendarName = 80
	MaxSpans        = 8
	MaxHolidays     = 400
	MaxHolidayName  = 80
)

// ErrNeverOpen is the fault of a calendar without working time.
const ErrNeverOpen = "agent.hours.error.never"

// Check says what is wrong with a calendar: by field name, with the faults of the days of the week
// as "day0" (Monday) and those of the days that differ as "holiday.0" in their order. It brings the
// spans into order and the days that differ into the order of the year. taken says whether another
// calendar has its name.
func (c *Calendar) Check(v *Invalid, taken bool) {
	switch n := utf8.RuneCountInString(c.Name); {
	case n == 0 || n > MaxCalendarName:
		v.Add("name", "agent.hours.error.name", "Count", MaxCalendarName)
	case taken:
		v.Add("name", "agent.hours.error.taken")
	}
	if !KnownZone(c.Zone) {
		v.Add("zone", "agent.hours.error.zone")
	}
	for i := range c.Hours {
		c.Hours[i] = checkSpans(v, dayField(i), c.Hours[i])
	}
	if len(c.Holidays) > MaxHolidays {
		v.Add("holidays", "agent.hours.error.many", "Count", MaxHolidays)
		return
	}
	seen := map[string]bool{}
	for i := range c.Holidays {
		h := &c.Holidays[i]
		field := HolidayField(i)
		switch {
		case !dateOf(h.Date):
			v.Add(field, "agent.hours.error.date")
		case seen[h.Date]:
			v.Add(field, "agent.hours.error.twice")
		case utf8.RuneCountInString(h.Name) > MaxHolidayName:
			v.Add(field, "agent.hours.error.holiday_name", "Count", MaxHolidayName)
		}
		seen[h.Date] = true
		h.Spans = checkSpans(v, field, h.Spans)
	}
	if v.Err() != nil {
		return
	}
	// A promise by a calendar that never opens would never be due.
	if !c.Always && !slices.ContainsFunc(c.Hours[:], func(day []Span) bool { return len(day) > 0 }) {
		v.Add("day0", ErrNeverOpen)
	}
	slices.SortStableFunc(c.Holidays, func(a, b Holiday) int {
		if len(a.Date) != len(b.Date) {
			return len(a.Date) - len(b.Date)
		}
		return strings.Compare(a.Date, b.Date)
	})
}

func dayField(i int) string { return "day" + string(rune('0'+i)) }

// HolidayField is the name of a row of the days that differ, for its fault.
func HolidayField(i int) string { return "holiday." + strconv.Itoa(i) }

func checkSpans(v *Invalid, field string, spans []Span) []Span {
	for _, s := range spans {
		if s.From < 0 || s.From >= 24*60 || s.To <= s.From || s.To > s.From+24*60 {
			v.Add(field, "agent.hours.error.span")
			return spans
		}
	}
	spans = inOrder(spans)
	if len(spans) > MaxSpans {
		v.Add(field, "agent.hours.error.spans", "Count", MaxSpans)
	}
	return spans
}

// dateOf says whether a text is a day, once (YYYY-MM-DD) or of every year (MM-DD).
func dateOf(date string) bool {
	if len(date) == len("01-02") {
		date = leapYear + date
	}
	day, err := time.Parse(time.DateOnly, date)
	return err == nil && day.Year() >= 1970 && day.Year() <= 9999
}

// KnownZone says whether a text names a time zone: Local and nothing do not, they are another zone
// on another machine.
func KnownZone(name string) bool {
	if name == "" || name == "Local" {
		return false
	}
	_, err := time.LoadLocation(name)
	return err == nil
}
