package desk

import (
	"context"
	"time"

	"lodge/models"
)

// tellBatch is how many tickets get the events of their promises in one round.
const tellBatch = 300

// TellPromises notes which promises are near their end and which are broken (AG-6): one event for
// each stage of each promise, whoever looks and however often. A promise that is broken is not
// warned of any more, also when both times passed unseen. It is for the clock: a bounded number of
// tickets a call, the rest the next time. It says how many events it wrote.
func (d *Desk) TellPromises(ctx context.Context) (int, error) {
	now, told := d.Now(), 0
	due, err := models.TicketsToTell(ctx, d.db, models.At(now), tellBatch)
	if err != nil {
		return 0, err
	}
	_, err = d.each(ctx, due, now, func(ctx context.Context, e *edit) error {
		n, err := e.tellPromises(ctx)
		told += n
		return err
	})
	return told, err
}

func (e *edit) tellPromises(ctx context.Context) (int, error) {
	stamp := models.At(e.now)
	if err := models.FreshPromises(ctx, e.tx, e.ticket, stamp); err != nil {
		return 0, err
	}
	h, err := models.HistoryOf(ctx, e.tx, e.ticket.ID)
	if err != nil {
		return 0, err
	}
	cat, err := models.TxCatalog(ctx, e.tx)
	if err != nil {
		return 0, err
	}
	told := 0
	for _, p := range h.Promises {
		kind, err := models.TellPromise(ctx, e.tx, p, stamp)
		if err != nil {
			return told, err
		}
		if kind == "" {
			continue
		}
		told++
		// The order of the queue stays: the clock is no news.
		updated := e.ticket.UpdatedAt
		step(e.ticket, false, stamp)
		e.ticket.UpdatedAt = updated
		if err := models.SaveTicket(ctx, e.tx, e.ticket); err != nil {
			return told, err
		}
		// Of what was kept too late in the meantime nobody needs to be told.
		if err := e.d.record(ctx, e.tx, e.ticket, &models.Event{Kind: kind, CreatedAt: stamp}, PromiseData(cat, h, p), p.Pending()); err != nil {
			return told, err
		}
	}
	return told, nil
}

// PromiseData is what the event of a promise keeps, so that it can be checked by hand later, when
// policy and calendar have changed. Times are milliseconds.
func PromiseData(cat *models.Catalog, h *models.History, p *models.Promise) map[string]any {
	r := p.Reckoning(cat, h.Clock())
	data := map[string]any{"kind": p.Kind, "policy": "", "minutes": p.Minutes, "started": p.StartedAt, "due": p.DueAt, "paused": int64(0), "calendar": "", "zone": ""}
	if policy := cat.Policy(p.PolicyID); policy != nil {
		data["policy"] = policy.Name
	}
	if r.Calendar != nil {
		data["calendar"], data["zone"] = r.Calendar.Name, r.Calendar.Zone
	}
	if p.DueAt != 0 {
		// Between beginning and end the time of the target went by, and the pauses.
		paused := r.Calendar.Between(p.StartedAt.Time(), p.DueAt.Time()) - r.Target
		data["paused"] = int64(max(paused, 0) / time.Minute)
	} else {
		paused := r.Calendar.Between(p.StartedAt.Time(), p.WarnAt.Time()) - r.Used(p.WarnAt.Time())
		data["paused"] = int64(max(paused, 0) / time.Minute)
	}
	return data
}
