package sample

import (
	"errors"
	"fmt"
	"hash/fnv"
	"slices"
	"strings"
	"time"

	"lodge/models"
)

// beginning says when a story's ticket is filed, in one of three ways.
type beginning struct {
	// ago: so long before now.
	ago time.Duration
	// due: so that a promise of this kind has so much working time left now, below zero when it is
	// overdue. The promise of a next answer begins with the last step in which the customer writes.
	due  string
	left time.Duration
	// zone: at this moment of the week before the clocks of a zone were last changed.
	zone *time.Location
	wall wall
}

// delay says when a step happens after the one before it.
type delay struct {
	// after is time, or worked: working time of the ticket's calendar.
	after  time.Duration
	worked bool
	// wall, where it is on: the next such moment, in the zone that the story's beginning names.
	wall wall
}

// wall is a moment of a week by the clock on the wall.
type wall struct {
	on     bool
	day    time.Weekday
	minute int
}

var weekdays = []string{"sun", "mon", "tue", "wed", "thu", "fri", "sat"}

// readWall reads "fri 17:50".
func readWall(day, clock string) (w wall, ok bool) {
	at := slices.Index(weekdays, day)
	t, err := time.Parse("15:04", clock)
	if at < 0 || err != nil {
		return w, false
	}
	return wall{true, time.Weekday(at), t.Hour()*60 + t.Minute()}, true
}

// readBeginning reads "21d 4h", "first due in 25m", "next due 2h ago" and "fri 17:50 Europe/Berlin".
func readBeginning(text string) (b beginning, err error) {
	words := strings.Fields(text)
	if len(words) == 3 {
		if w, ok := readWall(words[0], words[1]); ok {
			b.wall = w
			b.zone, err = time.LoadLocation(words[2])
			return b, err
		}
	}
	if kind, rest, found := strings.Cut(text, " due "); found {
		b.due = kind
		if !slices.Contains(models.PromiseKinds, kind) {
			return b, fmt.Errorf("%q is no promise", kind)
		}
		length, over := strings.CutSuffix(rest, " ago")
		if b.left, err = ago(strings.TrimPrefix(length, "in ")); over {
			b.left = -b.left
		}
		return b, err
	}
	b.ago, err = ago(text)
	return b, err
}

// read takes the words of a step that say when, and tells how many those are.
func (d *delay) read(words []string) (n int) {
	if len(words) > 1 {
		if d.wall, _ = readWall(words[0], words[1]); d.wall.on {
			return 2
		}
	}
	if len(words) > 0 && words[0] == "worked" {
		d.worked, n = true, 1
	}
	for ; n < len(words); n++ {
		more, err := ago(words[n])
		if err != nil {
			break
		}
		d.after += more
	}
	return n
}

// reckon works out when a story's ticket is filed and when each of its steps happens, in that
// order. Agents keep to their working time as far as the story leaves them room to.
func reckon(cat *models.Catalog, companies, teams map[string]int64, s story, now time.Time) ([]time.Time, error) {
	ticket, err := s.ticket(cat, companies, teams)
	if err != nil {
		return nil, err
	}
	policy := cat.PolicyFor(ticket)
	calendar := cat.PromiseCalendar(policy, ticket)
	// Up to the anchor everything is in its place at that moment, and what comes behind it until now.
	anchor, at := 0, now.Add(-s.filed.ago)
	switch {
	case s.filed.zone != nil:
		at = s.filed.wall.before(lastChange(s.filed.zone, now), s.filed.zone)
	case s.filed.due != "":
		minutes := int64(0)
		if policy != nil {
			minutes = policy.Targets[ticket.Priority][s.filed.due]
		}
		if minutes == 0 {
			return nil, fmt.Errorf("%s is not promised to it", s.filed.due)
		}
		moment, ok := back(calendar, now, time.Duration(minutes)*time.Minute-s.filed.left)
		if !ok {
			return nil, errors.New("no working time is so long ago")
		}
		at = moment
		if s.filed.due == models.PromiseNext {
			for i, st := range s.steps {
				if st.does == "replies" {
					anchor = i + 1
				}
			}
			for _, st := range s.steps[:anchor] {
				at = at.Add(-st.after.after)
			}
		}
	}
	times := []time.Time{at}
	limit := at
	for _, st := range s.steps[:anchor] {
		limit = limit.Add(st.after.after)
	}
	for i, st := range s.steps {
		switch {
		case i+1 == anchor:
			at = limit
		case st.after.wall.on:
			at = st.after.wall.after(at, s.filed.zone)
		case st.after.worked:
			at, _ = calendar.Add(at, st.after.after)
		default:
			at = at.Add(st.after.after)
		}
		if _, works := agents[st.who]; works {
			open, ok := calendar.Next(at)
			if !open.Equal(at) { // nobody answers at the stroke of nine
				open, ok = calendar.Add(open, settling(s.title, i))
			}
			until, last := now, len(s.steps)
			if i+1 < anchor {
				until, last = limit, anchor
			}
			rest := time.Duration(0)
			for _, later := range s.steps[i+1 : last] {
				rest += later.after.after
			}
			if ok && !open.Add(rest).After(until) {
				at = open
			}
		}
		if at.After(now) {
			return nil, fmt.Errorf("step %d lies in the future", i+1)
		}
		times = append(times, at)
	}
	return times, nil
}

// settling is how long it takes, in the morning, until a step of a story has its turn: 4 to 52 minutes,
// the same each time.
func settling(title string, step int) time.Duration {
	h := fnv.New32a()
	fmt.Fprint(h, title, step)
	return 4*time.Minute + time.Duration(h.Sum32()%(48*60))*time.Second
}

// ticket is what a story's ticket is as far as policies look at it.
func (s *story) ticket(cat *models.Catalog, companies, teams map[string]int64) (*models.Ticket, error) {
	p := cat.ProjectBySlug(s.project)
	if p == nil {
		return nil, errors.New("there is no such project")
	}
	t := &models.Ticket{ProjectID: p.ID, Priority: models.PriorityNormal}
	for _, kind := range p.Types {
		if kind.Slug == s.head["type"] {
			t.TypeID = &kind.ID
		}
	}
	if s.head["priority"] == "urgent" {
		t.Priority = models.PriorityUrgent
	}
	if id, known := teams[s.head["team"]]; known {
		t.TeamID = &id
	}
	if id, known := companies[s.head["from"]]; known {
		t.CompanyID = &id
	}
	return t, nil
}

// back is the moment from which on d of working time went by until to; false: there is not so
// much within a year.
func back(c *models.Calendar, to time.Time, d time.Duration) (time.Time, bool) {
	type piece struct{ from, to time.Time }
	for days := 7; days < 366; days *= 2 {
		var pieces []piece
		c.Pieces(to.AddDate(0, 0, -days), to, func(from, to time.Time) bool {
			pieces = append(pieces, piece{from, to})
			return true
		})
		left := d
		for _, p := range slices.Backward(pieces) {
			if length := p.to.Sub(p.from); length < left {
				left -= length
				continue
			}
			return p.to.Add(-left), true
		}
	}
	return time.Time{}, false
}

// told is how long ago a change of clocks must be for a story around it to be over.
const told = 9 * 24 * time.Hour

// lastChange is when the clocks of a zone were last changed, long enough ago for a story; now, less
// that time, in a zone whose clocks never are.
func lastChange(zone *time.Location, now time.Time) time.Time {
	at, _ := now.Add(-told).In(zone).ZoneBounds()
	if at.IsZero() {
		return now.Add(-told)
	}
	return at.In(zone)
}

// before is the last such moment before another, and after the next one behind it.
func (w wall) before(t time.Time, zone *time.Location) time.Time {
	for day := t.In(zone); ; day = day.AddDate(0, 0, -1) {
		if at := w.clockOn(day, zone); day.Weekday() == w.day && at.Before(t) {
			return at
		}
	}
}

func (w wall) after(t time.Time, zone *time.Location) time.Time {
	for day := t.In(zone); ; day = day.AddDate(0, 0, 1) {
		if at := w.clockOn(day, zone); day.Weekday() == w.day && at.After(t) {
			return at
		}
	}
}

// clockOn is the moment's clock on a day.
func (w wall) clockOn(day time.Time, zone *time.Location) time.Time {
	return time.Date(day.Year(), day.Month(), day.Day(), 0, w.minute, 0, 0, zone)
}
