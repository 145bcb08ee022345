package models

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"
)

// The oracle knows nothing of how deadlines are worked out: it lives through every minute, looks at
// the clock on the wall and at the ticket, and counts.

// worksAt says whether the minute that begins at t is working time.
func worksAt(c *Calendar, t time.Time) bool {
	if c == nil || c.Always {
		return true
	}
	zone := zoneOf[c.Zone]
	wall := t.In(zone)
	minute := wall.Hour()*60 + wall.Minute()
	for back := range 2 {
		if at := minute + back*24*60; inSpans(spansOf(c, time.Date(wall.Year(), wall.Month(), wall.Day()-back, 12, 0, 0, 0, time.UTC)), at) {
			return true
		}
	}
	return false
}

func inSpans(all []Span, minute int) bool {
	for _, s := range all {
		if s.From <= minute && minute < s.To {
			return true
		}
	}
	return false
}

func spansOf(c *Calendar, day time.Time) []Span {
	if len(c.Holidays) == 0 {
		return c.Hours[(int(day.Weekday())+6)%7]
	}
	for _, layout := range []string{"2006-01-02", "01-02"} {
		for _, h := range c.Holidays {
			if h.Date == day.Format(layout) {
				return h.Spans
			}
		}
	}
	return c.Hours[(int(day.Weekday())+6)%7]
}

// lived is a promise as the oracle sees it.
type lived struct {
	kind     string
	target   int // minutes
	calendar *Calendar
	onHold   bool // pauses while on hold
	start    time.Time
	clock    []Segment
}

func (l *lived) counts(t time.Time) bool {
	state := ClockRuns
	for _, s := range l.clock {
		if !s.From.After(t) {
			state = s.State
		}
	}
	switch {
	case state == ClockStopped || l.kind != PromiseFirst && state == ClockWaits || l.kind != PromiseFirst && state == ClockHolds && l.onHold:
		return false
	}
	return worksAt(l.calendar, t)
}

// used counts the working minutes up to a moment.
func (l *lived) used(until time.Time) (n int) {
	for t := l.start; t.Before(until); t = t.Add(time.Minute) {
		if l.counts(t) {
			n++
		}
	}
	return n
}

// deadline is the end of the minute in which n minutes are full, zero when that is not before end.
func (l *lived) deadline(n int, end time.Time) time.Time {
	for t := l.start; t.Before(end); t = t.Add(time.Minute) {
		if l.counts(t) {
			if n--; n == 0 {
				return t.Add(time.Minute)
			}
		}
	}
	return time.Time{}
}

// oracleZones are around changes of summer time, with half-hour changes, far offsets and none.
var oracleZones = []string{"Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "America/Santiago", "Asia/Kathmandu", "UTC", "Africa/Casablanca", "Pacific/Apia"}

var zoneOf = func() map[string]*time.Location {
	all := map[string]*time.Location{}
	for _, name := range oracleZones {
		zone, err := time.LoadLocation(name)
		if err != nil {
			panic(err)
		}
		all[name] = zone
	}
	return all
}()

func randomCalendar(t testing.TB, r *rand.Rand) *Calendar {
	t.Helper()
	c := &Calendar{Name: "random", Zone: oracleZones[r.IntN(len(oracleZones))], Always: r.IntN(12) == 0}
	spans := func() []Span {
		var all []Span
		at := r.IntN(600)
		for range r.IntN(4) {
			length := 1 + r.IntN(500)
			all = append(all, Span{From: at, To: min(at+length, 2*24*60)})
			if at += length + r.IntN(300); at >= 24*60 {
				break
			}
		}
		return all
	}
	for i := range c.Hours {
		if r.IntN(4) > 0 {
			c.Hours[i] = spans()
		}
	}
	for range r.IntN(3) {
		day := time.Date(2026, time.Month(1+r.IntN(12)), 1+r.IntN(28), 0, 0, 0, 0, time.UTC)
		date := day.Format("2006-01-02")
		if r.IntN(2) == 0 {
			date = day.Format("01-02")
		}
		h := Holiday{Date: date, Name: "day"}
		if r.IntN(2) == 0 {
			h.Spans = spans()
		}
		c.Holidays = append(c.Holidays, h)
	}
	if err := c.write(); err != nil {
		t.Fatal(err)
	}
	if err := c.Prepare(); err != nil {
		t.Fatal(err)
	}
	return c
}

func randomClock(r *rand.Rand, start time.Time) []Segment {
	at, all := start.Add(time.Duration(r.IntN(200)-100)*time.Minute), []Segment(nil)
	states := []Clock{ClockRuns, ClockWaits, ClockHolds, ClockStopped}
	for range r.IntN(7) {
		all = append(all, Segment{State: states[r.IntN(4)], From: at})
		at = at.Add(time.Duration(r.IntN(3*24*60)) * time.Minute)
	}
	return all
}

// AG-6: over random calendars, zones, clocks and targets a deadline, its warning and the time that
// is used up are what somebody counts who lives through every minute.
func TestDeadlinesAgainstEveryMinute(t *testing.T) {
	r := rand.New(rand.NewPCG(6, 2026))
	found, paused, never := 0, 0, 0
	for i := range 250 {
		var c *Calendar
		if r.IntN(10) > 0 {
			c = randomCalendar(t, r)
		}
		// Around the changes of summer time, or anywhere in the year.
		start := []time.Time{time.Date(2026, 3, 27, 0, 0, 0, 0, time.UTC), time.Date(2026, 10, 23, 0, 0, 0, 0, time.UTC), time.Date(2026, 4, 3, 0, 0, 0, 0, time.UTC),
			time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC).AddDate(0, 0, r.IntN(365))}[r.IntN(4)].Add(time.Duration(r.IntN(3*24*60)) * time.Minute)
		l := &lived{kind: PromiseKinds[r.IntN(3)], target: 100 * (1 + r.IntN(40)), calendar: c, onHold: r.IntN(2) == 0, start: start, clock: randomClock(r, start)}
		if r.IntN(3) == 0 {
			l.target = 100
		}
		k := &Reckoning{Kind: l.kind, Target: minutes(int64(l.target)), Calendar: c, PauseOnHold: l.onHold, WarnPercent: int64(1 + r.IntN(99)), Start: start, Segments: l.clock}
		end := start.AddDate(0, 0, 45)
		got := k.Deadline()
		about := fmt.Sprintf("case %d: %s of %d minutes from %s, warned at %d %%, calendar %+v, clock %v", i, l.kind, l.target, start, k.WarnPercent, c, l.clock)
		for what, pair := range map[string][2]time.Time{"due": {got.Due, l.deadline(l.target, end)}, "warn": {got.Warn, l.deadline(l.target*int(k.WarnPercent)/100, end)}} {
			// What lies behind the oracle's life it cannot tell.
			if at, want := pair[0], pair[1]; !at.Equal(want) && !(want.IsZero() && at.After(end)) {
				t.Fatalf("%s: %s is %s, want %s", about, what, at, want)
			}
		}
		switch {
		case !got.Due.IsZero():
			found++
		case got.Never:
			never++
			if k.Paused() {
				t.Fatalf("%s: never, while the clock stands still", about)
			}
		default:
			paused++
			if !k.Paused() {
				t.Fatalf("%s: no deadline, and the clock runs", about)
			}
		}
		at := start.Add(time.Duration(r.IntN(20*24*60)) * time.Minute)
		if used, want := k.Used(at), minutes(int64(l.used(at))); used != want {
			t.Fatalf("%s: %s used at %s, want %s", about, used, at, want)
		}
		sum := time.Duration(0)
		for _, p := range k.Pauses() {
			to := p.To
			if to.IsZero() || to.After(at) {
				to = at
			}
			sum += k.Calendar.Between(p.From, to)
		}
		if all := k.Calendar.Between(start, at); k.Used(at)+sum != all {
			t.Fatalf("%s: %s used and %s paused of %s", about, k.Used(at), sum, all)
		}
	}
	if found < 80 || paused < 20 || never < 1 {
		t.Errorf("%d deadlines, %d paused, %d never: the cases are too narrow", found, paused, never)
	}
}
