package jobs

import (
	"context"

	"lodge/models"
)

// publish lets an agent's reply out once its time to be taken back is over (NU-5). The verb
// does it once however often it is asked, so a worker that dies in between does no harm.
func (r *Runner) publish(ctx context.Context, j models.Job) error {
	var args struct{ Message int64 }
	if err := j.Read(&args); err != nil {
		return permanent{err}
	}
	return r.Desk.Publish(ctx, args.Message)
}
