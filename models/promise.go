package models

import (
	"context"
	"strconv"

	"github.com/uptrace/bun"
)

// Promise is one target of one ticket. A ticket has at most one of a kind and beginning.
type Promise struct {
	bun.BaseModel `bun:"table:promises"`
	ID            int64 `bun:",pk,autoincrement"`
	TicketID      int64
	Kind          string
	PolicyID      int64
	Minutes       int64 // of working time
	CalendarID    *int64
	PauseOnHold   bool
	WarnPercent   int64
	StartedAt     Stamp
	// WarnAt and DueAt are 0 while the clock is stopped before they come, and where the calendar
	// does not have the time. Once the promise is met or has ended they stay as they were.
	WarnAt, DueAt Stamp
	// WarnedAt and BrokenAt are when the event of it was written, each once. A promise that was
	// overdue when it was made (a policy that came later) is broken from the start, without event.
	WarnedAt, BrokenAt Stamp
	// MetAt: answered or ended then, in time when that is not after DueAt or DueAt is 0. EndedAt:
	// nobody waits any more; both are taken back when the ticket is opened again.
	MetAt, EndedAt Stamp
}

// Pending says that it is still to be kept.
func (p *Promise) Pending() bool { return p.MetAt == 0 && p.EndedAt == 0 }

// Late says that it was kept too late.
func (p *Promise) Late() bool { return p.MetAt != 0 && p.DueAt != 0 && p.MetAt > p.DueAt }

// Reckoning is what the deadline of the promise follows from, by the calendar that it names.
func (p *Promise) Reckoning(cat *Catalog, segments []Segment) *Reckoning {
	r := &Reckoning{Kind: p.Kind, Target: minutes(p.Minutes), PauseOnHold: p.PauseOnHold, WarnPercent: p.WarnPercent, Start: p.StartedAt.Time(), Segments: segments}
	if p.CalendarID != nil {
		r.Calendar = cat.Calendar(*p.CalendarID)
	}
	return r
}

// ClockSegment is a state of a ticket's clock from StartedAt until its next segment.
type ClockSegment struct {
	TicketID  int64
	State     Clock
	StartedAt Stamp
}

// Asked notes that somebody outside has written: they wait for an answer, unless they did already.
func (t *Ticket) Asked(now Stamp) {
	if t.AskedAt == 0 {
		t.AskedAt = now
	}
	t.TalkedAt = now
}

// Answered notes that people outside can read an answer that a person of the desk wrote.
func (t *Ticket) Answered(now Stamp) {
	if t.AnsweredAt == 0 {
		t.AnsweredAt = now
	}
	t.AskedAt, t.TalkedAt = 0, now
}

// moment is when the change happens that is being saved.
func (t *Ticket) moment() Stamp {
	if t.ChangedAt != 0 {
		return t.ChangedAt
	}
	return max(t.UpdatedAt, t.CreatedAt)
}

// promiseKey is all that the promises of a ticket are worked out from, in short; empty without a
// policy.
func promiseKey(cat *Catalog, t *Ticket) string {
	p := cat.PolicyFor(t)
	if p == nil {
		return ""
	}
	b := make([]byte, 0, 48)
	put := func(prefix byte, values ...int64) {
		b = append(b, prefix)
		for i, n := range values {
			if i > 0 {
				b = append(b, '.')
			}
			b = strconv.AppendInt(b, n, 36)
		}
	}
	put('p', p.ID, p.Version)
	if c := cat.PromiseCalendar(p, t); c != nil {
		put('c', c.ID, c.Version)
	}
	put('q', t.Priority)
	put('a', int64(t.AnsweredAt))
	put('w', int64(t.AskedAt))
	return string(append(append(b, ' '), ClockOf(t)...))
}

// stale says that the promises of a ticket are not worked out from what it now is.
func (t *Ticket) stale(key string) bool { return t.Clock != ClockOf(t) || t.PromiseKey != key }

// keepPromises brings the clock and the promises of a ticket to what the ticket now is, and the
// ticket's own columns with them. Every writer of tickets goes through it; a change of something
// that they do not depend on costs no more than a look at the catalog's version.
func keepPromises(ctx context.Context, tx *Tx, t *Ticket) error {
	cat, err := TxCatalog(ctx, tx)
	if err != nil {
		return err
	}
	key := promiseKey(cat, t)
	if !t.stale(key) {
		t.NextAt = earlier(t.DueAt, t.PromiseAt)
		return nil
	}
	all, err := histories(ctx, tx, []int64{t.ID}, key != "" || t.PromiseKey != "")
	if err != nil {
		return err
	}
	h := all[t.ID]
	h.Keep(cat, t, t.moment())
	return writeHistories(ctx, tx, []*History{h})
}

// earlier is the earlier of two moments, 0 being none.
func earlier(a, b Stamp) Stamp {
	if a == 0 || b != 0 && b < a {
		return b
	}
	return a
}
