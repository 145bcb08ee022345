package locale

import (
	"strings"
	"time"
)

// Moment writes when somebody is at work again or answers, as people say it: Monday 30 November,
// 9:00 (CET). It is said in the zone that t is in, with the zone beside it, and without the year: it
// is for moments of the next months. The zero time is empty.
func (s *Strings) Moment(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return s.Tf("locale.moment", "Weekday", s.weekdays[t.Weekday()], "Day", t.Day(), "Month", s.months[t.Month()-1],
		"Clock", strings.TrimPrefix(t.Format("15:04"), "0"), "Zone", s.Zone(t))
}

// MomentDay is the day of Moment: Monday 30 November.
func (s *Strings) MomentDay(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return s.Tf("locale.moment.day", "Weekday", s.weekdays[t.Weekday()], "Day", t.Day(), "Month", s.months[t.Month()-1])
}
