package models

import (
	"context"
	"reflect"
)

// Settle makes a Clone that has been changed fit to be reckoned with: what differs from the catalog
// it was made from is decoded and has another version. Changes are looked for in the decoded
// fields of calendars and policies, not in what is stored of them.
func (c *Catalog) Settle(from *Catalog) error {
	for _, k := range c.Calendars {
		old := from.Calendar(k.ID)
		if old != nil && old.Zone == k.Zone && old.Always == k.Always && reflect.DeepEqual(old.Hours, k.Hours) && reflect.DeepEqual(old.Holidays, k.Holidays) {
			continue
		}
		if err := k.write(); err != nil {
			return err
		}
		if err := k.Prepare(); err != nil {
			return err
		}
		k.Version++
	}
	for _, p := range c.Policies {
		old := from.Policy(p.ID)
		if old == nil || old.PauseOnHold != p.PauseOnHold || old.WarnPercent != p.WarnPercent || !reflect.DeepEqual(old.Targets, p.Targets) {
			p.Version++
		}
	}
	return nil
}

// PromiseMove is the nearest deadline of an open ticket as it is and as it would be; 0 without one
// or while it is paused.
type PromiseMove struct {
	Number  int64
	Title   string
	Was, Is Stamp
}

// PromiseMoves works out what another catalog would do to the deadlines of the next limit (at most
// 256) open tickets behind a place: those of the projects that may says yes to. looked is how many
// those were; next is where the next call goes on, 0 when there are no more. Nothing is written.
func PromiseMoves(ctx context.Context, c Conn, cat *Catalog, may func(projectID int64) bool, after int64, limit int, now Stamp) (moves []PromiseMove, looked int, next int64, err error) {
	limit = min(limit, atOncePromises)
	some, err := openTicketIDs(ctx, c, after, limit)
	if err != nil || len(some) == 0 {
		return nil, 0, 0, err
	}
	if len(some) == limit {
		next = some[len(some)-1]
	}
	tickets, err := promisedTickets(ctx, c, some, false)
	if err != nil {
		return nil, 0, 0, err
	}
	var stale []int64
	for _, t := range tickets {
		if !may(t.ProjectID) {
			continue
		}
		looked++
		if t.stale(promiseKey(cat, t)) {
			stale = append(stale, t.ID)
		}
	}
	all, err := histories(ctx, c, stale, true)
	if err != nil {
		return nil, 0, 0, err
	}
	for _, t := range tickets {
		h := all[t.ID]
		if h == nil {
			continue
		}
		was := t.PromiseAt
		if h.Keep(cat, t, now); t.PromiseAt != was {
			moves = append(moves, PromiseMove{Number: t.Number, Title: t.Title, Was: was, Is: t.PromiseAt})
		}
	}
	return moves, looked, next, nil
}
