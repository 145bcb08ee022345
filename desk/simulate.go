package desk

import (
	"cmp"
	"slices"
	"time"

	"lodge/models"
)

// What can happen to a ticket in a simulation.
const (
	HappensFiled    = "filed"
	HappensAnswer   = "answer" // a person of the desk writes what the customer can read
	HappensWrites   = "writes" // the customer writes
	HappensWaiting  = "waiting"
	HappensHold     = "hold"
	HappensWork     = "work" // work goes on
	HappensResolved = "resolved"
	HappensReopened = "reopened"
)

// AllHappenings lists what can happen, in the order of forms.
var AllHappenings = []string{HappensFiled, HappensAnswer, HappensWrites, HappensWaiting, HappensHold, HappensWork, HappensResolved, HappensReopened}

// Happening is something that happens at a moment.
type Happening struct {
	At   time.Time
	What string // one of AllHappenings
}

// Simulation is a ticket that was never filed: a policy, a priority, working time, and what happens.
type Simulation struct {
	// Policy is taken for its targets, its warning and whether it pauses on hold; it need not be kept.
	Policy   models.Policy
	Priority int64
	// Calendar is nil for day and night. It must be prepared.
	Calendar *models.Calendar
	// Happenings begin with HappensFiled; the rest stands in any order.
	Happenings []Happening
}

// Simulated is what a Simulation comes to.
type Simulated struct {
	// Happenings are in the order of their time.
	Happenings []Happening
	Stretches  []Stretch
	Promises   []SimulatedPromise
	// Open are the spans of working time from From to To, which is what a drawing shows: from the filing
	// to the last happening or deadline, at most farthestDrawn after the last happening.
	Open     []TimeSpan
	From, To time.Time
}

// TimeSpan is from a moment until another.
type TimeSpan struct{ From, To time.Time }

// Stretch is the time between two happenings, in which the clock stands one way.
type Stretch struct {
	TimeSpan
	State models.Clock
	// Working is how much of it is working time. Future: it is after the last happening, until the
	// last deadline.
	Working time.Duration
	Future  bool
	// Counted is what it adds to each promise, in the order of Simulated.Promises, up to when an
	// open one is due; 0 adds nothing.
	Counted []time.Duration
}

// How a simulated promise ends.
const (
	VerdictKept   = "kept"
	VerdictLate   = "late"   // met, after it was due
	VerdictBroken = "broken" // due before the last happening, and not met
	VerdictOpen   = "open"   // due after the last happening
	VerdictPaused = "paused" // the clock stands still
	VerdictEnded  = "ended"  // nobody waits for it any more
	VerdictNever  = "never"  // the calendar does not have the time
)

// SimulatedPromise is a promise to the simulated ticket.
type SimulatedPromise struct {
	Kind   string
	Target time.Duration // of working time
	Start  time.Time
	// Due and Warn are zero while the clock is stopped before they come. Met and Ended are zero
	// where that has not happened.
	Warn, Due, Met, Ended time.Time
	// Used is the working time that went by: until it was met or ended, else until the last happening.
	Used    time.Duration
	Verdict string
	// Pieces are the working time that counted, and Pauses the stretches in which none did; both
	// until its end, and while it is open until it is due.
	Pieces, Pauses []TimeSpan
}

// Left is what remains of the target; below zero when it was passed.
func (p SimulatedPromise) Left() time.Duration { return p.Target - p.Used }

// End is when it was met or ended; zero while it is pending.
func (p SimulatedPromise) End() time.Time {
	if !p.Met.IsZero() {
		return p.Met
	}
	return p.Ended
}

// farthestDrawn is how far beyond the last happening deadlines are drawn.
const farthestDrawn = 60 * 24 * time.Hour

// Simulate lets everything happen to a ticket that is never written, by the code that keeps the
// promises of real ones (models.History).
func Simulate(s Simulation) *Simulated {
	out := &Simulated{Happenings: slices.Clone(s.Happenings)}
	slices.SortStableFunc(out.Happenings, func(a, b Happening) int { return a.At.Compare(b.At) })
	policy := s.Policy
	policy.IsDefault, policy.DisabledAt, policy.CalendarID = true, 0, nil
	cat := &models.Catalog{Policies: []*models.Policy{&policy}}
	if s.Calendar != nil {
		policy.CalendarID = &s.Calendar.ID
		cat.Calendars = []*models.Calendar{s.Calendar}
	}
	t, h := &models.Ticket{Priority: s.Priority}, &models.History{}
	for _, happening := range out.Happenings {
		happen(t, happening)
		h.Keep(cat, t, models.At(happening.At))
	}
	var segments []models.Segment
	for _, s := range h.Segments {
		segments = append(segments, models.Segment{State: s.State, From: s.StartedAt.Time()})
	}
	out.From = out.Happenings[0].At
	last := out.Happenings[len(out.Happenings)-1].At
	out.To = last
	for _, p := range h.Promises {
		for _, at := range []models.Stamp{p.WarnAt, p.DueAt} {
			if at.Time().After(out.To) && !at.Time().After(last.Add(farthestDrawn)) {
				out.To = at.Time()
			}
		}
	}
	for _, span := range s.Calendar.Spans(out.From, out.To) {
		out.Open = append(out.Open, TimeSpan{span[0], span[1]})
	}
	var reckonings []*models.Reckoning
	slices.SortStableFunc(h.Promises, func(a, b *models.Promise) int {
		return cmp.Or(cmp.Compare(slices.Index(models.PromiseKinds, a.Kind), slices.Index(models.PromiseKinds, b.Kind)), cmp.Compare(a.StartedAt, b.StartedAt))
	})
	for _, p := range h.Promises {
		r := p.Reckoning(cat, segments)
		reckonings = append(reckonings, r)
		out.Promises = append(out.Promises, simulated(out, p, r, last))
	}
	out.stretches(s.Calendar, segments, reckonings)
	return out
}

// happen does to a ticket what verbs do when the like happens.
func happen(t *models.Ticket, h Happening) {
	at := models.At(h.At)
	to := func(c models.Category) { t.SetStatus(&models.Status{Category: c}, h.At) }
	switch h.What {
	case HappensFiled:
		t.CreatedAt = at
		t.Asked(at)
		to(models.CategoryNew)
	case HappensAnswer:
		t.Answered(at)
		if t.Category == models.CategoryNew {
			to(models.CategoryOpen)
		}
	case HappensWrites:
		t.Asked(at)
		if t.Category.Ended() || t.Category == models.CategoryWaiting {
			to(models.CategoryOpen)
		}
	case HappensWaiting:
		to(models.CategoryWaiting)
	case HappensHold:
		to(models.CategoryOnHold)
	case HappensWork, HappensReopened:
		to(models.CategoryOpen)
	case HappensResolved:
		to(models.CategoryResolved)
	}
}

// simulated reads a kept promise off, as it stands after the last happening.
func simulated(out *Simulated, p *models.Promise, r *models.Reckoning, last time.Time) SimulatedPromise {
	one := SimulatedPromise{Kind: p.Kind, Target: r.Target, Start: r.Start, Warn: p.WarnAt.Time(), Due: p.DueAt.Time(), Met: p.MetAt.Time(), Ended: p.EndedAt.Time()}
	until := one.End()
	if until.IsZero() {
		until = last
	}
	one.Used = r.Used(until)
	switch {
	case p.EndedAt != 0:
		one.Verdict = VerdictEnded
	case p.Late():
		one.Verdict = VerdictLate
	case p.MetAt != 0:
		one.Verdict = VerdictKept
	case r.Deadline().Never:
		one.Verdict = VerdictNever
	case p.DueAt == 0:
		one.Verdict = VerdictPaused
	case !one.Due.After(last):
		one.Verdict = VerdictBroken
	default:
		one.Verdict = VerdictOpen
	}
	one.draw(out, r, one.until(last, out.To))
	return one
}

// until is how far a promise is told: to its end; while it is open, to when it is due.
func (p SimulatedPromise) until(last, farthest time.Time) time.Time {
	switch {
	case !p.End().IsZero():
		return p.End()
	case p.Verdict == VerdictOpen:
		return soonerOf(p.Due, farthest)
	}
	return last
}

// draw finds what counted and what did not, by asking what is used before and after each piece.
func (p *SimulatedPromise) draw(out *Simulated, r *models.Reckoning, until time.Time) {
	var cuts []time.Time
	for _, s := range r.Segments {
		cuts = append(cuts, s.From)
	}
	wall := *r
	wall.Calendar = nil
	each(TimeSpan{p.Start, until}, cuts, func(s TimeSpan) {
		if wall.Used(s.To) == wall.Used(s.From) {
			p.Pauses = append(p.Pauses, s)
		}
	})
	if !p.Due.IsZero() {
		cuts = append(cuts, p.Due)
	}
	for _, open := range out.Open {
		each(TimeSpan{laterOf(open.From, p.Start), soonerOf(open.To, until)}, cuts, func(s TimeSpan) {
			if wall.Used(s.To) > wall.Used(s.From) {
				p.Pieces = append(p.Pieces, s)
			}
		})
	}
}

// each cuts a span into pieces.
func each(span TimeSpan, cuts []time.Time, see func(TimeSpan)) {
	sorted := slices.Clone(cuts)
	slices.SortFunc(sorted, time.Time.Compare)
	from := span.From
	for _, cut := range append(sorted, span.To) {
		if cut = soonerOf(cut, span.To); cut.After(from) {
			see(TimeSpan{from, cut})
			from = cut
		}
	}
}

func laterOf(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

func soonerOf(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}

// stretches lists the time between the happenings, and after them as far as is drawn.
func (out *Simulated) stretches(calendar *models.Calendar, segments []models.Segment, reckonings []*models.Reckoning) {
	ends := []time.Time{}
	for _, h := range out.Happenings[1:] {
		ends = append(ends, h.At)
	}
	last := out.Happenings[len(out.Happenings)-1].At
	if out.To.After(last) {
		ends = append(ends, out.To)
	}
	from := out.From
	for _, to := range ends {
		if !to.After(from) {
			continue
		}
		s := Stretch{TimeSpan: TimeSpan{from, to}, State: models.ClockRuns, Working: calendar.Between(from, to), Future: !from.Before(last)}
		for _, segment := range segments {
			if !segment.From.After(from) {
				s.State = segment.State
			}
		}
		for i, r := range reckonings {
			end := soonerOf(to, out.Promises[i].until(last, out.To))
			s.Counted = append(s.Counted, max(r.Used(end)-r.Used(from), 0))
		}
		out.Stretches = append(out.Stretches, s)
		from = to
	}
}
