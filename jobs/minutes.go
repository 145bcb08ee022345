package jobs

import (
	"context"
	"errors"
	"math/rand/v2"
	"time"

	"lodge/models"
)

const (
	// minuteEvery is how often the clock looks at the tickets.
	minuteEvery = time.Minute
	minuteName  = "minute"
)

// minutes runs what tickets wait for by the clock.
func (r *Runner) minutes() {
	timer := time.NewTimer(5*time.Second + rand.N(10*time.Second))
	defer timer.Stop()
	for {
		select {
		case <-r.stopping:
			return
		case <-timer.C:
		}
		ctx, cancel := context.WithTimeout(r.ctx, minuteEvery)
		if err := r.Minute(ctx); err != nil && r.ctx.Err() == nil {
			r.Log.Error("minute", "error", err)
		}
		cancel()
		timer.Reset(minuteEvery - minuteEvery/20 + rand.N(minuteEvery/10))
	}
}

// Minute wakes snoozed tickets, announces those that are due soon (AG-2, AG-7) and notes which
// promises are near their end or broken (AG-6), a bounded number of each; the rest comes with the next minute. Of several processes one does it.
func (r *Runner) Minute(ctx context.Context) error {
	mine, err := models.TakeLease(ctx, r.DB, minuteName, r.Worker, minuteEvery/2, r.Now())
	if err != nil || !mine {
		return err
	}
	_, woken := r.Desk.WakeSnoozed(ctx)
	_, told := r.Desk.TellDueSoon(ctx)
	_, promised := r.Desk.TellPromises(ctx)
	return errors.Join(woken, told, promised)
}
