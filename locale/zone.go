package locale

import (
	"strconv"
	"strings"
	"time"
)

// TimeIn writes a moment as the clocks of a place show it, in the styles of Time and one more,
// "opens" (Mon 30 Nov, 9:00 CET), which is for moments of the next weeks. The zone stands by its
// abbreviation in that season, or as UTC+5:45 where it has none. nil is UTC.
func (s *Strings) TimeIn(t time.Time, style string, zone *time.Location) string {
	if t.IsZero() {
		return ""
	}
	if zone == nil {
		zone = time.UTC
	}
	t = t.In(zone)
	if style == "opens" {
		return s.Tf("locale.opens", "Weekday", s.shortWeekdays[t.Weekday()], "Day", t.Day(), "Month", s.shortMonths[t.Month()-1],
			"Time", s.Tf("locale.time", "Clock", strings.TrimPrefix(t.Format("15:04"), "0"), "Zone", s.Zone(t)))
	}
	return s.write(t, style)
}

// Zone names the offset of a moment in its own location: CET, or UTC+5:45 where people have no
// letters for it.
func (s *Strings) Zone(t time.Time) string {
	name, offset := t.Zone()
	if name == "" || strings.ContainsAny(name[:1], "+-") {
		return offsetName(offset)
	}
	if own, ok := s.zones[name]; ok {
		return own
	}
	return name
}

// offsetName is an offset from UTC in seconds as people write it.
func offsetName(seconds int) string {
	if seconds == 0 {
		return "UTC"
	}
	sign := "+"
	if seconds < 0 {
		sign, seconds = "−", -seconds
	}
	name := "UTC" + sign + strconv.Itoa(seconds/3600)
	if minutes := seconds / 60 % 60; minutes != 0 {
		name += ":" + strconv.Itoa(minutes/10) + strconv.Itoa(minutes%10)
	}
	return name
}

// Weekday is the name of a day of the week.
func (s *Strings) Weekday(day time.Weekday) string { return s.weekdays[day] }

// ShortWeekday is the name of a day of the week in a few letters.
func (s *Strings) ShortWeekday(day time.Weekday) string { return s.shortWeekdays[day] }

// ShortDate is a date of the next weeks, without its year: 30 Nov.
func (s *Strings) ShortDate(t time.Time) string {
	return s.Tf("locale.short_date", "Day", t.Day(), "Month", s.shortMonths[t.Month()-1])
}
