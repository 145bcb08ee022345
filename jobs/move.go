package jobs

import (
	"context"

	"lodge/desk"
	"lodge/models"
)

// moveBatches is how many batches one job moves: a few seconds of work, so that mails and
// pictures get their turn in between. Tests make it small.
var moveBatches = 20

// moveTickets lets the tickets of a deleted or changed status or type follow, batch by batch.
// What is left then is a new job, written in the transaction that ends this one.
func (r *Runner) moveTickets(ctx context.Context, j models.Job) error {
	var m desk.Move
	if err := j.Read(&m); err != nil {
		return permanent{err}
	}
	for range moveBatches {
		next, done, err := r.Desk.MoveTickets(ctx, m)
		if err != nil || done {
			return err
		}
		m = next
	}
	err := r.DB.Write(ctx, func(ctx context.Context, tx *models.Tx) error {
		if err := models.Enqueue(ctx, tx, desk.JobMove, "", m, r.Now()); err != nil {
			return err
		}
		return models.FinishJob(ctx, tx, j.ID)
	})
	if err != nil {
		return err
	}
	return errFinished
}
