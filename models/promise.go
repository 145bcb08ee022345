package models

import (
	"context"

	"github.com/uptrace/bun"
)

// Promise is one target of one ticket.
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
	// WarnAt and DueAt are 0 while the clock is stopped.
	WarnAt, DueAt Stamp
	// WarnedAt and BrokenAt are when the event of it was written, each once.
	WarnedAt, BrokenAt Stamp
	// MetAt: answered or ended then, in time when that is not after DueAt. EndedAt: nobody waits any more.
	MetAt, EndedAt Stamp
}

// keepPromises brings the clock and the promises of a ticket to what the ticket now is, and the
// ticket's own columns with them. Every writer of tickets goes through it.
func keepPromises(ctx context.Context, tx *Tx, t *Ticket) error {
	t.NextAt = earlier(t.DueAt, t.PromiseAt)
	return nil
}

// earlier is the earlier of two moments, 0 being none.
func earlier(a, b Stamp) Stamp {
	if a == 0 || b != 0 && b < a {
		return b
	}
	return a
}
