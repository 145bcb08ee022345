package desk

import (
	"slices"
	"time"

	"lodge/models"
)

// The states of what is due. Paused: its clock rests.
const (
	DueCalm   = "calm"
	DueSoon   = "soon"
	DueLate   = "late"
	DuePaused = "paused"
)

// DueDate is the kind of a DueMark that a person has set; the others are kinds of promises.
const DueDate = "date"

// DueMark is what a ticket owes first (AG-6): the due date that somebody set or the promise that
// is due first, whichever comes earlier. Kind is empty where nothing is due.
type DueMark struct {
	// Kind is DueDate or one of models.PromiseKinds; empty too while the clock of all rests.
	Kind, State string
	// At is when it is due, Soon from when it is near (zero: never); both zero while paused.
	At, Soon time.Time
	// OtherKind and OtherAt are what is due after it, if anything.
	OtherKind string
	OtherAt   time.Time
}

// dueFacts is what a mark is made of.
type dueFacts struct {
	ended, due, promised, warn models.Stamp
	kind                       string
	paused                     bool
}

// dueMark says what is due first. Nothing of an ended ticket is near or late.
func dueMark(f dueFacts, now time.Time) DueMark {
	date := DueMark{Kind: DueDate, At: f.due.Time(), Soon: f.due.Time().Add(-dueSoon)}
	promise := DueMark{Kind: f.kind, At: f.promised.Time(), Soon: f.warn.Time()}
	m := date
	switch {
	case f.due == 0 && f.promised == 0:
		if f.paused && f.ended == 0 {
			return DueMark{State: DuePaused}
		}
		return DueMark{}
	case f.due == 0:
		m = promise
	case f.promised == 0:
	case f.promised <= f.due:
		m, m.OtherKind, m.OtherAt = promise, date.Kind, date.At
		m.Soon = firstOf(m.Soon, date.Soon)
	default:
		m.OtherKind, m.OtherAt = promise.Kind, promise.At
		m.Soon = firstOf(m.Soon, promise.Soon)
	}
	switch {
	case f.ended != 0:
		m.State = DueCalm
	case !m.At.After(now):
		m.State = DueLate
	case !m.Soon.IsZero() && !m.Soon.After(now):
		m.State = DueSoon
	default:
		m.State = DueCalm
	}
	return m
}

// firstOf is the earlier moment, zero being none.
func firstOf(a, b time.Time) time.Time {
	if a.IsZero() || !b.IsZero() && b.Before(a) {
		return b
	}
	return a
}

// readDue understands the word "due" of a list's address.
func (v *queueView) readDue(actor Actor, ask QueueAsk, now time.Time) error {
	if ask.Due == "" {
		return nil
	}
	if !slices.Contains(models.QueueDues, ask.Due) {
		return models.NotFound()
	}
	narrowDue(&v.q, ask.Due, actor, now)
	if v.q.View != models.ViewSnoozed && v.q.View != models.ViewSpam && models.DueOrdered(ask.Due) {
		v.q.Sort = models.SortDue
	}
	v.add("due", ask.Due, "")
	return nil
}

// narrowDue narrows a query to what is due by the clock of the actor.
func narrowDue(q *models.QueueQuery, due string, actor Actor, now time.Time) {
	local := now.In(actor.Clock(""))
	q.Due, q.Now, q.DateSoon = due, models.At(now), models.At(now.Add(dueSoon))
	q.Until = models.At(time.Date(local.Year(), local.Month(), local.Day()+1, 0, 0, 0, 0, local.Location())) - 1
}

// dueCounts are the lists by what is due whose size stands at the side of the queue.
var dueCounts = []string{models.DueOverdue, models.DueSoon}
