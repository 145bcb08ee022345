package models

import (
	"context"
	"errors"
)

// The stages of a promise that are told. What is broken is not warned of any more.
const (
	stageBroken = "met_at = 0 AND ended_at = 0 AND broken_at = 0 AND due_at > 0 AND due_at <= ?"
	stageWarned = "met_at = 0 AND ended_at = 0 AND broken_at = 0 AND warned_at = 0 AND warn_at > 0 AND warn_at <= ?"
	// stageLate: kept too late before anybody noted that it was broken.
	stageLate = "broken_at = 0 AND due_at > 0 AND met_at > due_at AND due_at <= ?"
)

// TicketsToTell lists up to limit tickets with a promise that has come near its end, or is broken,
// without anybody having noted it: what is broken first.
func TicketsToTell(ctx context.Context, c Conn, now Stamp, limit int) ([]int64, error) {
	seen := map[int64]bool{}
	var all []int64
	for _, stage := range []struct{ index, holds, key string }{{"promises_due", stageBroken, "due_at"}, {"promises_warn", stageWarned, "warn_at"}, {"promises_late", stageLate, "due_at"}} {
		some, err := ids(c.query(ctx, "SELECT ticket_id FROM promises"+c.root().dialect.indexed(stage.index)+" WHERE "+stage.holds+" ORDER BY "+stage.key+" LIMIT ?", now, limit))
		if err != nil {
			return nil, err
		}
		for _, id := range some {
			if !seen[id] && len(all) < limit {
				seen[id] = true
				all = append(all, id)
			}
		}
	}
	return all, nil
}

// FreshPromises brings the promises of a locked ticket to the catalog of this moment, for whoever
// is about to act on them.
func FreshPromises(ctx context.Context, tx *Tx, t *Ticket, now Stamp) error {
	cat, err := TxCatalog(ctx, tx)
	if err != nil || !t.stale(promiseKey(cat, t)) {
		return err
	}
	t.ChangedAt = now
	return SaveTicket(ctx, tx, t)
}

// TellPromise notes that a stage of a promise has come, and says which: an event kind, or "" when
// there is nothing to tell, as when somebody else was first.
func TellPromise(ctx context.Context, tx *Tx, p *Promise, now Stamp) (string, error) {
	kind := p.Stage(now)
	column, holds := "broken_at", stageBroken
	switch {
	case kind == "":
		return "", nil
	case kind == EventPromiseWarned:
		column, holds = "warned_at", stageWarned
	case !p.Pending():
		holds = stageLate
	}
	n, err := affected(tx.exec(ctx, "UPDATE promises SET "+column+" = ? WHERE id = ? AND "+holds, now, p.ID, now))
	if err != nil || n != 1 {
		return "", err
	}
	return kind, nil
}

// NextStage is when the next stage of the promise comes that has not been told, 0 for none: the
// warning, or that it is broken.
func (p *Promise) NextStage() Stamp {
	switch {
	case p.BrokenAt != 0, p.EndedAt != 0, p.MetAt != 0 && !p.Late():
		return 0
	case p.MetAt == 0 && p.WarnedAt == 0:
		return earlier(p.DueAt, p.WarnAt)
	}
	return p.DueAt
}

// Stage notes on the promise itself what has come at a moment, and gives the kind of its event; ""
// for nothing. What is broken is not warned of any more.
func (p *Promise) Stage(now Stamp) string {
	switch next := p.NextStage(); {
	case next == 0, next > now:
		return ""
	case p.DueAt != 0 && p.DueAt <= now:
		p.BrokenAt = now
		return EventPromiseBroken
	}
	p.WarnedAt = now
	return EventPromiseWarned
}

// CheckPromises looks for tickets whose clock, promises or own columns about them are not what
// finding them again would give. Tickets that a change of the catalog has yet to reach are passed by.
func CheckPromises(ctx context.Context, db *DB) error {
	cat, err := db.Catalog(ctx)
	if err != nil {
		return err
	}
	var wrong []error
	for after := int64(0); len(wrong) < 10; {
		some, err := ids(db.query(ctx, "SELECT id FROM tickets WHERE id > ? ORDER BY id LIMIT ?", after, atOncePromises))
		if err != nil || len(some) == 0 {
			return errors.Join(append(wrong, err)...)
		}
		after = some[len(some)-1]
		tickets, err := promisedTickets(ctx, db, some, false)
		if err != nil {
			return err
		}
		all, err := histories(ctx, db, some, true)
		if err != nil {
			return err
		}
		for _, t := range tickets {
			if err := all[t.ID].check(cat, t); err != nil {
				wrong = append(wrong, err)
			}
		}
	}
	return errors.Join(wrong...)
}
