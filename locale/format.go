package locale

import (
	"strconv"
	"strings"
	"time"
)

// Time writes a moment in one of four styles: "date" (21 Nov 2026), "datetime"
// (21 Nov 2026, 14:05 UTC), "time" (14:05 UTC) and "day" (Saturday, 21 November
// 2026). It is always shown in UTC, and the zone stands wherever a time of day
// does, because the reader may be anywhere. The zero time is empty; an unknown
// style is "datetime".
func (s *Strings) Time(t time.Time, style string) string {
	if t.IsZero() {
		return ""
	}
	return s.write(t.UTC(), style)
}

// write is Time in the zone that t is in.
func (s *Strings) write(t time.Time, style string) string {
	switch style {
	case "date":
		return s.date(t)
	case "time":
		return s.clock(t)
	case "day":
		return s.Tf("locale.day",
			"Weekday", s.weekdays[t.Weekday()], "Day", t.Day(),
			"Month", s.months[t.Month()-1], "Year", t.Year())
	default:
		return s.Tf("locale.datetime", "Date", s.date(t), "Time", s.clock(t))
	}
}

func (s *Strings) date(t time.Time) string {
	return s.Tf("locale.date", "Day", t.Day(), "Month", s.shortMonths[t.Month()-1], "Year", t.Year())
}

func (s *Strings) clock(t time.Time) string {
	return s.Tf("locale.time", "Clock", t.Format("15:04"), "Zone", s.Zone(t))
}

// Bytes writes a size the way people read it: 640 B, 1.5 KB, 10 MB. One unit is
// 1024 of the one before, as the limits are counted. One decimal below ten.
func (s *Strings) Bytes(n int64) string {
	if n < 0 {
		n = 0
	}
	value, unit := float64(n), 0
	// Decided after rounding to what is shown: 1023.7 KB
	// is "1 MB", never "1024 KB".
	for unit < len(s.units)-1 && value >= 1023.5 {
		value /= 1024
		unit++
	}
	text := strconv.FormatFloat(value, 'f', 0, 64)
	if unit > 0 && value < 9.95 {
		text = strings.TrimSuffix(strconv.FormatFloat(value, 'f', 1, 64), ".0")
		text = strings.Replace(text, ".", s.decimal, 1)
	}
	return text + " " + s.units[unit]
}
