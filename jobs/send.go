package jobs

import (
	"context"

	"lodge/mail"
	"lodge/models"
)

// send lets a mail that is about no event leave by its project's way, within sendWithin.
func (r *Runner) send(ctx context.Context, cat *models.Catalog, project *models.Project, m mail.Message) error {
	way, err := r.way(cat, project)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, sendWithin)
	defer cancel()
	return way.Send(ctx, m)
}
