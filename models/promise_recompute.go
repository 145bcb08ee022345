package models

import (
	"context"
	"time"
)

// JobRecompute finds the promises of all open tickets again: RecomputeJob is its argument.
const JobRecompute = "recompute"

// RecomputeJob says how far a finding again has come.
type RecomputeJob struct {
	// After is the id of the last ticket that was looked at.
	After int64 `json:"after,omitempty"`
}

// QueueRecompute leaves it to a job to find the promises of all open tickets again, after a change
// of calendars, policies, or of what chooses them. Asked for while such a job waits it is one;
// asked for while one runs it is done once more.
func QueueRecompute(ctx context.Context, tx *Tx, now time.Time) error {
	return Enqueue(ctx, tx, JobRecompute, JobRecompute, RecomputeJob{}, now)
}
