package desk

import (
	"context"
	"time"

	"lodge/models"
)

// JobConfirm asks the sender of something held to confirm it, by mail: {"held": id}.
const JobConfirm = "confirm"

// heldFor is how long something held waits before it goes (PC-12).
const heldFor = 14 * 24 * time.Hour

// holdBack keeps something until its sender has confirmed it or an agent decides; it is in no queue and
// tells no agent by itself. ask mails the sender a link that confirms it.
func (d *Desk) holdBack(ctx context.Context, tx *models.Tx, h *models.Held, ask bool, now time.Time) error {
	h.CreatedAt, h.ExpiresAt = models.At(now), models.At(now.Add(heldFor))
	if err := models.InsertHeld(ctx, tx, h); err != nil {
		return err
	}
	if !ask {
		return nil
	}
	return models.Enqueue(ctx, tx, JobConfirm, JobConfirm+":"+itoa(h.ID), map[string]int64{"held": h.ID}, now)
}
