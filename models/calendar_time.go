package models

import "time"

// farthest is how far ahead working time is looked for: a calendar that is closed for longer
// never opens again as far as a promise goes.
const farthest = 10 * 366 * 24 * time.Hour

// always says that every moment is working time.
func (c *Calendar) always() bool { return c == nil || c.Always }

// ready is the calendar's timetable. One that was never prepared is compiled at each call: slow and right.
func (c *Calendar) ready() *timetable {
	if c.table == nil {
		return c.compile()
	}
	return c.table
}

// Open says whether t is working time. The clock on the wall decides: an hour that the wall
// shows twice when summer time ends counts twice, one that it skips does not count.
func (c *Calendar) Open(t time.Time) bool {
	if c.always() {
		return true
	}
	p := c.ready()
	_, offset := t.In(c.Location()).Zone()
	wall := t.Unix() + int64(offset)
	day := floor(wall, daySeconds)
	minute := int(wall-day*daySeconds) / 60
	return covers(p.on(day), minute) || covers(p.on(day-1), minute+24*60)
}

// covers says whether a minute lies within one of some spans.
func covers(spans []Span, minute int) bool {
	for _, s := range spans {
		if s.From <= minute && minute < s.To {
			return true
		}
	}
	return false
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

// Closes is when the working time that t lies in ends: t itself when it lies in none, false when
// it goes on for ten years. Days that touch at midnight are one.
func (c *Calendar) Closes(t time.Time) (time.Time, bool) {
	if c.always() {
		return time.Time{}, false
	}
	end := t
	c.walk(t, t.Add(farthest), func(from, to time.Time) bool {
		if from.After(end) {
			return false
		}
		end = to
		return true
	})
	return end, end.Before(t.Add(farthest))
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

// Pieces gives the stretches of working time within [a, b) in order, until see says false; one
// that goes past midnight, or over a change of the clocks, may come in parts that touch.
func (c *Calendar) Pieces(a, b time.Time, see func(from, to time.Time) bool) {
	if !c.always() {
		c.walk(a, b, see)
	} else if a.Before(b) {
		see(a, b)
	}
}

// walk is Pieces of a calendar that is not always open. Between two changes of the zone's offset
// the wall runs evenly, so each stretch is reckoned by itself.
func (c *Calendar) walk(a, b time.Time, see func(from, to time.Time) bool) {
	p := c.ready()
	if p.never {
		return
	}
	for at := a; at.Before(b); {
		local := at.In(c.Location())
		_, end := local.ZoneBounds()
		if !end.IsZero() && !end.After(at) {
			// Go says so on 31 December of leap years that are beyond a zone's table: the rule of
			// such a year ends after 365 days. Nothing changes any more within that day.
			end = time.Unix((floor(at.Unix(), daySeconds)+1)*daySeconds, 0)
		}
		if end.IsZero() || end.After(b) {
			end = b
		}
		_, offset := local.Zone()
		if !p.stretch(at, end, int64(offset), see) {
			return
		}
		at = end
	}
}

// stretch walks one stretch of an even wall clock, which is UTC moved by offset seconds.
func (p *timetable) stretch(a, b time.Time, offset int64, see func(from, to time.Time) bool) bool {
	// Yesterday may reach into today; no span reaches farther.
	for day, last := floor(a.Unix()+offset, daySeconds)-1, a; ; day++ {
		midnight := time.Unix(day*daySeconds-offset, 0).UTC()
		if !midnight.Before(b) {
			return true
		}
		if day > p.ends {
			return false
		}
		for _, s := range p.on(day) {
			from, to := midnight.Add(time.Duration(s.From)*time.Minute), midnight.Add(time.Duration(s.To)*time.Minute)
			from, to = later(from, last), sooner(to, b) // what overlaps counts once
			if !from.Before(to) {
				continue
			}
			if last = to; !see(from, to) {
				return false
			}
		}
	}
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
