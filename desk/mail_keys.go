package desk

import (
	"context"

	"lodge/models"
	"lodge/secret"
)

// ReplyKey is what stands behind the plus of the address that answers to one delivery (EM-1).
// generation is that of the recipient's links for somebody outside, 0 for an agent.
func (d *Desk) ReplyKey(deliveryID, generation int64) string {
	return d.keys.MailKey(secret.Reply, deliveryID, int(generation))
}

// BounceKey is the same for the address that a delivery's bounce goes to.
func (d *Desk) BounceKey(deliveryID int64) string {
	return d.keys.MailKey(secret.Bounce, deliveryID, 0)
}

// OpenReplyKey finds the delivery that a reply address answers to. Whatever is no key of ours,
// or of links that have been replaced since, is NotFound.
func (d *Desk) OpenReplyKey(ctx context.Context, key string) (*models.Delivery, error) {
	return d.openReplyKey(ctx, d.db, key)
}

// OpenBounceKey finds the delivery whose bounce a mail is, or NotFound.
func (d *Desk) OpenBounceKey(ctx context.Context, key string) (*models.Delivery, error) {
	return d.openBounceKey(ctx, d.db, key)
}
