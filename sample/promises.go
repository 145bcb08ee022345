package sample

import (
	"context"
	"time"

	"lodge/models"
)

// minutes lets the clock of the past run until a moment, as the minutes of a running desk would
// have: what is promised is warned of and broken when it came to that, and not all of it today.
func (f *filler) minutes(ctx context.Context, until time.Time) error {
	for {
		next, err := models.NextStageAt(ctx, f.DB)
		if err != nil || next == 0 || next > models.At(until) {
			return err
		}
		f.Clock.Set(next.Time())
		if told, err := f.Desk.TellPromises(ctx); err != nil || told == 0 {
			return err
		}
	}
}
