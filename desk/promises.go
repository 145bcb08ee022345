package desk

import (
	"cmp"
	"context"
	"slices"
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
	// Late: kept too late, or not yet kept and overdue, or broken when it ended.
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
// in the order in which they began.
func (d *Desk) TicketPromises(ctx context.Context, actor Actor, number int64) ([]PromiseLine, error) {
	cat, _, t, err := d.agentTicket(ctx, actor, models.ActRead, number)
	if err != nil {
		return nil, err
	}
	h, err := models.HistoryOf(ctx, d.db, t.ID)
	if err != nil {
		return nil, err
	}
	now := d.Now()
	lines := make([]PromiseLine, 0, len(h.Promises))
	for _, p := range h.Promises {
		lines = append(lines, promiseLine(cat, h, p, now))
	}
	slices.SortStableFunc(lines, func(a, b PromiseLine) int {
		return cmp.Or(a.Started.Compare(b.Started), cmp.Compare(slices.Index(models.PromiseKinds, a.Kind), slices.Index(models.PromiseKinds, b.Kind)))
	})
	return lines, nil
}

func promiseLine(cat *models.Catalog, h *models.History, p *models.Promise, now time.Time) PromiseLine {
	r := p.Reckoning(cat, h.Clock())
	line := PromiseLine{Kind: p.Kind, Minutes: p.Minutes, Started: p.StartedAt.Time(), Due: p.DueAt.Time(), Warn: p.WarnAt.Time(),
		MetAt: p.MetAt.Time(), BrokenAt: p.BrokenAt.Time(), WarnedAt: p.WarnedAt.Time(), Ended: p.EndedAt != 0}
	if policy := cat.Policy(p.PolicyID); policy != nil {
		line.Policy = policy.Name
	}
	if r.Calendar != nil {
		line.Calendar, line.Zone = r.Calendar.Name, r.Calendar.Zone
	}
	until := now
	switch {
	case p.MetAt != 0:
		until, line.Late = p.MetAt.Time(), p.Late()
	case p.EndedAt != 0:
		until, line.Late = p.EndedAt.Time(), p.BrokenAt != 0
	default:
		line.Late = p.DueAt != 0 && p.DueAt <= models.At(now)
		line.Paused = r.Paused()
		line.Never = p.DueAt == 0 && !line.Paused
	}
	line.Used = r.Used(until)
	line.Left = r.Target - line.Used
	for _, pause := range r.Pauses() {
		if !pause.From.Before(until) {
			break
		}
		if pause.To.After(until) {
			pause.To = until
		}
		line.Pauses = append(line.Pauses, PromisePause(pause))
	}
	return line
}
