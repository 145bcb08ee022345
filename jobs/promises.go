package jobs

import (
	"context"
	"time"

	"lodge/models"
)

// Tests make both small.
var (
	// recomputeBatch is how many tickets are found again in one transaction: some milliseconds of
	// work, so that whoever writes meanwhile waits for none of it.
	recomputeBatch = 256
	// recomputeSome is how many batches one job does before it leaves the rest to another one, so
	// that a process that dies has little to do again.
	recomputeSome = 40
)

// recompute finds the promises of all open tickets again, batch by batch, and lets others write in
// between. Where it stands is in the arguments of the job that goes on.
func (r *Runner) recompute(ctx context.Context, j models.Job) error {
	var at models.RecomputeJob
	if err := j.Read(&at); err != nil {
		return permanent{err}
	}
	ctx, cancel := r.untilStop(ctx)
	defer cancel()
	for range recomputeSome {
		began, done := time.Now(), false
		err := r.DB.Write(ctx, func(ctx context.Context, tx *models.Tx) (err error) {
			at.After, done, err = models.RecomputePromises(ctx, tx, at.After, recomputeBatch, models.At(r.Now()))
			return err
		})
		if err != nil || done {
			return err
		}
		// As long again for the others.
		select {
		case <-time.After(min(time.Since(began), 100*time.Millisecond)):
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
	err := r.DB.Write(ctx, func(ctx context.Context, tx *models.Tx) error {
		// Without a key: who asks for a new finding meanwhile must not be told that one waits
		// already, for this one has passed the first tickets.
		if err := models.Enqueue(ctx, tx, models.JobRecompute, "", at, r.Now()); err != nil {
			return err
		}
		return models.FinishJob(ctx, tx, j.ID)
	})
	if err != nil {
		return err
	}
	return errFinished
}
