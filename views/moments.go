package views

import (
	"strconv"
	"strings"
	"time"

	"lodge/locale"
)

// weekAway is how far away a day's name says which day is meant.
const weekAway = 6 * 24 * time.Hour

// ShortSpan writes a time that passes in one or two units: 35 m, 2 h 05 m, 3 d. Less than a minute is one.
func ShortSpan(words *locale.Strings, d time.Duration) string {
	if minutes := int64(d / time.Minute); minutes >= 24*60 {
		return strconv.FormatInt(minutes/24/60, 10) + " " + units(words)[0]
	}
	return spanOf(words, max(int64(d/time.Minute), 1), true)
}

// WorkSpan writes an amount of working time: 35 m, 4 h, 16 h 30 m. It knows no days, which are of different lengths.
func WorkSpan(words *locale.Strings, minutes int64) string { return spanOf(words, minutes, false) }

func spanOf(words *locale.Strings, minutes int64, both bool) string {
	unit, hours, rest := units(words), strconv.FormatInt(minutes/60, 10), strconv.FormatInt(minutes%60, 10)
	switch {
	case minutes < 60:
		return strconv.FormatInt(minutes, 10) + " " + unit[2]
	case minutes%60 == 0 && !both:
		return hours + " " + unit[1]
	case both && len(rest) == 1:
		rest = "0" + rest // so that nothing moves as the minutes go by
	}
	return hours + " " + unit[1] + " " + rest + " " + unit[2]
}

func units(words *locale.Strings) []string { return strings.Split(words.T("agent.due.units"), "|") }

// ShortMoment writes a moment by the clock of a place: the time today, with the day's name this week, else the date.
func ShortMoment(words *locale.Strings, now, at time.Time, place *time.Location) string {
	clock := at.In(place).Format("15:04")
	switch away := at.Sub(now); {
	case sameDay(now, at, place):
		return clock
	case away > -weekAway && away < weekAway:
		return ShortDay(words, now, at, place) + " " + clock
	}
	return ShortDay(words, now, at, place)
}

// ShortDay writes a day by the clock of a place: today, its name this week, else the date.
func ShortDay(words *locale.Strings, now, at time.Time, place *time.Location) string {
	local := at.In(place)
	switch away := at.Sub(now); {
	case sameDay(now, at, place):
		return words.T("agent.due.today")
	case away > -weekAway && away < weekAway:
		return dayName(words, local)
	}
	return words.Tf("agent.due.date", "Day", local.Day(), "Month", monthName(words, local))
}

// LongMoment writes a moment by the clock of a place, with its zone.
func LongMoment(words *locale.Strings, at time.Time, place *time.Location) string {
	local := at.In(place)
	return words.Tf("agent.due.moment", "Weekday", dayName(words, local), "Day", local.Day(), "Month", monthName(words, local), "Year", local.Year(),
		"Clock", local.Format("15:04"), "Zone", ZoneName(place.String()))
}

// ZoneName is what people call a time zone: Berlin for Europe/Berlin.
func ZoneName(zone string) string {
	return strings.ReplaceAll(zone[strings.LastIndexByte(zone, '/')+1:], "_", " ")
}

func dayName(words *locale.Strings, local time.Time) string {
	return strings.Split(words.T("agent.due.days"), "|")[local.Weekday()]
}

func monthName(words *locale.Strings, local time.Time) string {
	return strings.Split(words.T("locale.months_short"), "|")[local.Month()-1]
}

func sameDay(x, y time.Time, place *time.Location) bool {
	return x.In(place).Format(time.DateOnly) == y.In(place).Format(time.DateOnly)
}
