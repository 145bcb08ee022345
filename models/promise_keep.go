package models

import (
	"slices"
	"time"
)

// History is what a ticket's deadlines follow from, and what it was promised. Keep brings it up to
// date; it is the only place that decides about either.
type History struct {
	// Segments are in their order; Promises in that of their ids, new ones last.
	Segments []ClockSegment
	Promises []*Promise

	ticket int64
	kept   int       // how many segments are rows already
	rows   []Promise // the promises as their rows are
}

// Keep brings the clock and the promises of a ticket to what it is at a moment, and sets the
// ticket's columns about them. Run again it changes nothing.
//
// While the ticket is open it is owed: the first answer, from its creation until there is one; the
// next answer, from when somebody asked again until they are answered; its solution, from its
// creation. What is owed and has a target is a pending promise, with the minutes and the calendar
// of the policy that holds now. A pending promise that is no longer owed has ended. When the
// ticket ends, a solution is met by a resolved or closed status, and everything else that is still
// owed has ended with it. A ticket that is opened again owes what it owed: such promises go on,
// and the time in between counts as a pause.
func (h *History) Keep(cat *Catalog, t *Ticket, now Stamp) {
	h.tick(t, now)
	t.PromiseKey = promiseKey(cat, t)
	h.settle(t, now)
	if t.Clock != ClockStopped {
		h.owe(cat, t, now)
	}
	t.PromiseKind, t.PromiseWarnAt, t.PromiseAt = h.nearest()
	t.NextAt = earlier(t.DueAt, t.PromiseAt)
}

// tick writes a segment when the clock stands otherwise than it did. A clock of the computer that
// was set back does not make time run backwards.
func (h *History) tick(t *Ticket, now Stamp) {
	t.Clock = ClockOf(t)
	if len(h.Segments) == 0 {
		h.Segments = append(h.Segments, ClockSegment{TicketID: t.ID, State: t.Clock, StartedAt: now})
		return
	}
	if last := h.Segments[len(h.Segments)-1]; last.State != t.Clock {
		h.Segments = append(h.Segments, ClockSegment{TicketID: t.ID, State: t.Clock, StartedAt: max(now, last.StartedAt)})
	}
}

// settle ends what is pending and has been answered, or ends with the ticket.
func (h *History) settle(t *Ticket, now Stamp) {
	for _, p := range h.Promises {
		if !p.Pending() {
			continue
		}
		switch {
		case p.Kind == PromiseFirst && t.AnsweredAt != 0:
			p.MetAt = max(t.AnsweredAt, p.StartedAt)
		case p.Kind == PromiseNext && t.AskedAt != p.StartedAt:
			p.MetAt = max(now, p.StartedAt)
		case t.Clock != ClockStopped:
		case p.Kind == PromiseResolution && t.solved():
			p.MetAt = max(now, p.StartedAt)
		default:
			p.EndedAt = now
		}
	}
}

// solved says that the ticket has come to the end that it was opened for.
func (t *Ticket) solved() bool {
	return (t.Category == CategoryResolved || t.Category == CategoryClosed) && t.SpamAt == 0 && t.MergedIntoID == nil
}

// owe makes a pending promise of everything that an open ticket is owed, ends what it is not, and
// works out the deadlines.
func (h *History) owe(cat *Catalog, t *Ticket, now Stamp) {
	policy := cat.PolicyFor(t)
	calendar := cat.PromiseCalendar(policy, t)
	var owed, made []*Promise
	due := func(kind string, from Stamp) {
		if policy == nil || policy.Targets[t.Priority][kind] <= 0 {
			return
		}
		p := h.find(kind, from)
		if p == nil {
			p = &Promise{TicketID: t.ID, Kind: kind, StartedAt: from}
			h.Promises, made = append(h.Promises, p), append(made, p)
		}
		p.PolicyID, p.Minutes, p.PauseOnHold, p.WarnPercent, p.CalendarID = policy.ID, policy.Targets[t.Priority][kind], policy.PauseOnHold, policy.WarnPercent, nil
		if calendar != nil {
			p.CalendarID = &calendar.ID
		}
		p.MetAt, p.EndedAt = 0, 0
		owed = append(owed, p)
	}
	switch {
	case t.AnsweredAt == 0:
		due(PromiseFirst, t.CreatedAt)
	case t.AskedAt != 0:
		due(PromiseNext, t.AskedAt)
	}
	due(PromiseResolution, t.CreatedAt)
	segments := h.Clock()
	for _, p := range h.Promises {
		if !p.Pending() {
			continue
		}
		if !slices.Contains(owed, p) {
			p.EndedAt = now
			continue
		}
		p.move(p.Reckoning(cat, segments).Deadline(), now)
		if slices.Contains(made, p) && p.DueAt != 0 && p.DueAt <= now && p.StartedAt < now {
			p.BrokenAt = now // overdue before anybody promised it: true, and no news
		}
	}
}

// move gives a pending promise its deadline. A stage that was told and lies ahead again may be told
// once more.
func (p *Promise) move(d Deadline, now Stamp) {
	warn, due := At(d.Warn), At(d.Due)
	ahead := func(at Stamp) bool { return at == 0 || at > now }
	if (due != p.DueAt || warn != p.WarnAt) && ahead(due) {
		p.BrokenAt = 0
		if ahead(warn) {
			p.WarnedAt = 0
		}
	}
	p.WarnAt, p.DueAt = warn, due
}

func (h *History) find(kind string, from Stamp) *Promise {
	for _, p := range h.Promises {
		if p.Kind == kind && p.StartedAt == from {
			return p
		}
	}
	return nil
}

// Clock is how the clock went, as a Reckoning takes it.
func (h *History) Clock() []Segment {
	all := make([]Segment, len(h.Segments))
	for i, s := range h.Segments {
		all[i] = Segment{State: s.State, From: s.StartedAt.Time()}
	}
	return all
}

// nearest is the pending promise that is due first. Where every pending one is paused it is the
// first of them, and the times are 0.
func (h *History) nearest() (kind string, warn, due Stamp) {
	for _, p := range h.Promises {
		switch {
		case !p.Pending():
		case p.DueAt != 0 && (due == 0 || p.DueAt < due):
			kind, warn, due = p.Kind, p.WarnAt, p.DueAt
		case kind == "":
			kind = p.Kind
		}
	}
	return kind, warn, due
}

func minutes(n int64) time.Duration { return time.Duration(n) * time.Minute }
