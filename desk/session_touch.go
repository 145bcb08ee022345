package desk

import (
	"context"
	"time"

	"lodge/models"
)

// TouchSession notes that a session is in use and moves its end. One that was ended
// meanwhile stays ended, which saving it again would undo.
func (d *Desk) TouchSession(ctx context.Context, hash []byte, expiresAt time.Time) error {
	now := d.Now()
	return d.db.Write(ctx, func(ctx context.Context, tx *models.Tx) error {
		if err := models.SeeAgentOf(ctx, tx, hash, models.At(now)); err != nil {
			return err
		}
		return models.TouchSession(ctx, tx, hash, now, expiresAt)
	})
}
