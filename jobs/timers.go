package jobs

import (
	"context"
	"math/rand/v2"
	"time"
)

// sweepEvery is how often the house is swept.
const sweepEvery = time.Hour

// timers runs what happens by the clock and not by a row. Several processes on one
// database agree by lease rows who does it.
func (r *Runner) timers() {
	// Not at the start itself: everybody is busy then, and processes started together part ways.
	timer := time.NewTimer(time.Minute + rand.N(time.Minute))
	defer timer.Stop()
	for {
		select {
		case <-r.stopping:
			return
		case <-timer.C:
		}
		ctx, cancel := context.WithTimeout(r.ctx, sweepEvery/2)
		if err := r.Sweep(ctx); err != nil && r.ctx.Err() == nil {
			r.Log.Error("sweep", "error", err)
		}
		if err := r.ResponseTimes(ctx); err != nil && r.ctx.Err() == nil {
			r.Log.Error("response times", "error", err)
		}
		cancel()
		timer.Reset(sweepEvery - sweepEvery/20 + rand.N(sweepEvery/10))
	}
}
