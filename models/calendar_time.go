package models

import "time"

// farthest is how far ahead working time is looked for: a calendar that is closed for longer
// never opens again as far as a promise goes.
const farthest = 10 * 366 * 24 * time.Hour

// always says that every moment is working time.
func (c *Calendar) always() bool { return c == nil || c.Always }

// Open says whether t is working time. The clock on the wall decides: an hour that the wall
// shows twice when summer time ends counts twice, one that it skips does not count.
func (c *Calendar) Open(t time.Time) bool {
	if c.always() {
		return true
	}
	open := false
	c.walk(t, t.Add(time.Nanosecond), func(from, to time.Time) bool { open = true; return false })
	return open
}

// Next is when work goes on: t itself when it is working time. false: not within ten years.
func (c *Calendar) Next(t time.Time) (time.Time, bool) {
	if c.always() {
		return t, true
	}
	var next time.Time
	c.walk(t, t.Add(farthest), func(from, _ time.Time) bool { next = from; return false })
	return next, !next.IsZero()
}

// Between is the working time from a to b; nothing when b is not after a.
func (c *Calendar) Between(a, b time.Time) time.Duration {
	if !b.After(a) {
		return 0
	}
	if c.always() {
		return b.Sub(a)
	}
	var sum time.Duration
	c.walk(a, b, func(from, to time.Time) bool { sum += to.Sub(from); return true })
	return sum
}

// Add is the first moment at which d of working time has passed since from. false: the calendar
// does not have that much within ten years.
func (c *Calendar) Add(from time.Time, d time.Duration) (time.Time, bool) {
	if c.always() {
		return from.Add(max(d, 0)), true
	}
	if d <= 0 {
		return from, true
	}
	var at time.Time
	c.walk(from, from.Add(farthest), func(a, b time.Time) bool {
		if piece := b.Sub(a); piece < d {
			d -= piece
			return true
		}
		at = a.Add(d)
		return false
	})
	return at, !at.IsZero()
}

// walk gives the pieces of working time within [a, b) in order, until see says false. Between two
// changes of the zone's offset the wall runs evenly, so each stretch is reckoned by itself.
func (c *Calendar) walk(a, b time.Time, see func(from, to time.Time) bool) {
	for at := a; at.Before(b); {
		local := at.In(c.Location())
		_, end := local.ZoneBounds()
		if end.IsZero() || end.After(b) {
			end = b
		}
		_, offset := local.Zone()
		if !c.stretch(at, end, time.Duration(offset)*time.Second, see) {
			return
		}
		at = end
	}
}

// stretch walks one stretch of an even wall clock, which is UTC moved by offset.
func (c *Calendar) stretch(a, b time.Time, offset time.Duration, see func(from, to time.Time) bool) bool {
	wall := a.UTC().Add(offset)
	day := time.Date(wall.Year(), wall.Month(), wall.Day(), 0, 0, 0, 0, time.UTC).AddDate(0, 0, -1) // yesterday may reach into today
	var last time.Time
	for ; ; day = day.AddDate(0, 0, 1) {
		midnight := day.Add(-offset)
		if !midnight.Before(b) {
			return true
		}
		for _, s := range c.on(day) {
			from, to := midnight.Add(time.Duration(s.From)*time.Minute), midnight.Add(time.Duration(s.To)*time.Minute)
			from, to = later(later(from, a), last), sooner(to, b) // what overlaps counts once
			if !from.Before(to) {
				continue
			}
			if last = to; !see(from, to) {
				return false
			}
		}
	}
}

// on are the spans that begin on a day.
func (c *Calendar) on(day time.Time) []Span {
	date := day.Format("2006-01-02")
	var yearly *Holiday
	for i := range c.Holidays {
		switch h := &c.Holidays[i]; h.Date {
		case date:
			return h.Spans
		case date[5:]:
			yearly = h
		}
	}
	if yearly != nil {
		return yearly.Spans
	}
	return c.Hours[(int(day.Weekday())+6)%7]
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

func sooner(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}
