package jobs

import (
	"context"

	"lodge/models"
)

// responseTimesName is the lease of whoever works out how long answers took.
const responseTimesName = "response_times"

// ResponseTimes works out how long answers took lately, for what customers are told (CP-10). Of
// several processes one does it; for the others it is no error.
func (r *Runner) ResponseTimes(ctx context.Context) error {
	mine, err := models.TakeLease(ctx, r.DB, responseTimesName, r.Worker, sweepEvery/2, r.Now())
	if err != nil || !mine {
		return err
	}
	changed, err := r.Desk.ReckonResponseTimes(ctx)
	if changed {
		r.Log.Info("response times changed")
	}
	return err
}
