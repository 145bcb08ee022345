package desk

import (
	"context"
	"time"

	"lodge/models"
)

// TouchSession notes that a session is in use and moves its end. One that was ended
// meanwhile stays ended, which saving it again would undo.
func (d *Desk) TouchSession(ctx context.Context, hash []byte, expiresAt time.Time) error {
	return models.TouchSession(ctx, d.db, hash, d.Now(), expiresAt)
}
