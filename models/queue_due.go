package models

import "slices"

// What the queue can be narrowed to by what is due: of promises and of due dates alike, whichever
// comes first. DuePaused and DueBroken are of promises alone.
const (
	DueOverdue = "overdue"
	DueSoon    = "soon"  // not yet, and agents have been warned or it is within QueueQuery.DateSoon
	DueToday   = "today" // from now until QueueQuery.Until
	DuePaused  = "paused"
	DueBroken  = "broken" // at any time, kept afterwards or not
)

// QueueDues are all of them in their order.
var QueueDues = []string{DueOverdue, DueSoon, DueToday, DuePaused, DueBroken}

// DueOrdered says that a list narrowed so has one order: what is due first.
func DueOrdered(due string) bool { return due == DueOverdue || due == DueSoon || due == DueToday }

const (
	// isPaused: something is still to be kept, and its clock rests.
	isPaused  = "t.promise_at = 0 AND t.promise_kind <> '' AND t.clock IN ('waits', 'holds')"
	wasBroken = "EXISTS (SELECT 1 FROM promises p WHERE p.ticket_id = t.id AND p.broken_at > 0)"
)

// byPaused serves DuePaused.
var byPaused = driver{index: "queue_open_paused", holds: isActive + " AND " + isPaused}

// dueKind is the kind of drivers that serve a list narrowed by what is due: nothing that has ended
// is due, so that of all tickets the open ones are enough. none: the view holds no such ticket.
func (q *QueueQuery) dueKind(kind string) (_ string, none bool) {
	if q.Due == "" || q.Due == DueBroken {
		return kind, false
	}
	switch kind {
	case ViewAll:
		return "active", false
	case ViewEnded:
		return kind, true
	}
	return kind, false
}

// dueSpan is the piece of an index in the order of next_at that holds what is asked for; empty
// where Due is about something else.
func (q *QueueQuery) dueSpan() part {
	switch q.Due {
	case DueOverdue:
		return part{"t.next_at <= ?", []any{q.Now}}
	case DueSoon:
		return part{"t.next_at > ?", []any{q.Now}}
	case DueToday:
		return part{"t.next_at > ? AND t.next_at <= ?", []any{q.Now, q.Until}}
	}
	return part{}
}

// dueRest is what remains to be looked at of each ticket.
func (q *QueueQuery) dueRest() part {
	switch q.Due {
	case DueSoon:
		return part{"(t.promise_warn_at > 0 AND t.promise_warn_at <= ? OR t.due_at > 0 AND t.due_at < ?)", []any{q.Now, q.DateSoon}}
	case DueBroken:
		return part{sql: wasBroken}
	}
	return part{}
}

// narrowDue brings a plan to what is due. bounded: what leads the plan is small by itself.
func (q *QueueQuery) narrowDue(p *plan, bounded bool) {
	if q.Due == "" {
		return
	}
	span := q.dueSpan()
	if q.Due == DuePaused && p.index != byPaused.index {
		span = part{sql: isPaused}
	}
	switch {
	case span.sql == "":
	case p.key == "t.next_at" && !bounded:
		for i, r := range p.ranges {
			sql, args := joinParts([]part{r, span})
			p.ranges[i] = part{sql, args}
		}
	default:
		if DueOrdered(q.Due) {
			span.sql = "t.next_at > 0 AND " + span.sql
		}
		p.rest = append(p.rest, span)
		p.narrowed = p.narrowed || !bounded
	}
	if rest := q.dueRest(); rest.sql != "" {
		p.rest = append(p.rest, rest)
		p.narrowed = p.narrowed || !bounded
	}
	if q.Due != DueBroken && !slices.Contains([]string{ViewSnoozed, ViewSpam}, q.View) && !p.holdsOpen() {
		p.rest = append(p.rest, part{sql: "t.ended_at = 0"})
	}
}

// holdsOpen says that the plan gives open tickets alone.
func (p *plan) holdsOpen() bool {
	return len(p.holds) >= len(isActive) && p.holds[:len(isActive)] == isActive || p.view == isActive
}

// Paused says that something is still to be kept, and its clock rests.
func (r *QueueRow) Paused() bool {
	return r.EndedAt == 0 && r.PromiseAt == 0 && r.PromiseKind != "" && (r.Clock == ClockWaits || r.Clock == ClockHolds)
}
