package jobs

import (
	"context"
	"errors"
	"time"

	"lodge/models"
)

const (
	// blobAge is how long bytes may lie without a row: far longer than any request takes
	// from keeping them to its commit.
	blobAge = 24 * time.Hour
	// submissionAge outlives the form ids whose second sending it catches.
	submissionAge = 48 * time.Hour
	// changeAge is how far behind a search index may be and still catch up without a rebuild.
	changeAge = 7 * 24 * time.Hour
	sweepName = "sweep"
	// noticeAge is how long what agents were told can be read.
	noticeAge = 180 * 24 * time.Hour
	// draftAge is how long what a customer has begun to write waits for them.
	draftAge = 60 * 24 * time.Hour
)

// Sweep removes what has expired, and bytes that no row names any more. Of several
// processes one does it; for the others it is no error. One part that fails keeps no other
// from being done.
func (r *Runner) Sweep(ctx context.Context) error {
	now := r.Now()
	mine, err := models.TakeLease(ctx, r.DB, sweepName, r.Worker, sweepEvery/2, now)
	if err != nil || !mine {
		return err
	}
	errs := []error{
		r.DB.Write(ctx, func(ctx context.Context, tx *models.Tx) error {
			if err := models.DropExpiredStaged(ctx, tx, models.At(now)); err != nil {
				return err
			}
			return models.PruneSubmissions(ctx, tx, models.At(now.Add(-submissionAge)))
		}),
	}
	for _, prune := range []func() (int64, error){
		func() (int64, error) { return models.PruneAllowances(ctx, r.DB, now) },
		func() (int64, error) { return models.PruneSessions(ctx, r.DB, now) },
		func() (int64, error) { return models.PrunePresences(ctx, r.DB, models.At(now.Add(-time.Hour))) },
		func() (int64, error) { return models.PruneChanges(ctx, r.DB, now.Add(-changeAge)) },
		func() (int64, error) { return models.PruneNotices(ctx, r.DB, models.At(now.Add(-noticeAge))) },
		func() (int64, error) { return models.PruneSignUps(ctx, r.DB, models.At(now)) },
		func() (int64, error) { return models.PruneSignInLinks(ctx, r.DB, models.At(now)) },
		func() (int64, error) { return models.PruneDrafts(ctx, r.DB, now.Add(-draftAge)) },
	} {
		_, err := prune()
		errs = append(errs, err)
	}
	errs = append(errs, r.DB.Optimize(ctx))
	errs = append(errs, r.sweepHeld(ctx, now))
	// After the staged rows are gone, so that their bytes go in the same round.
	removed, err := r.Files.Sweep(ctx, blobAge, func(ctx context.Context, keys []string) (map[string]bool, error) {
		return models.LiveBlobs(ctx, r.DB, keys)
	})
	if removed > 0 {
		r.Log.Info("swept", "files", removed)
	}
	return errors.Join(append(errs, err)...)
}
