package desk

import (
	"context"

	"lodge/models"
)

// Outbox gives the latest mails that demo and development kept instead of sending, up to
// limit, the oldest of them first (OP-2).
func (d *Desk) Outbox(ctx context.Context, limit int) ([]*models.OutboxMail, error) {
	return models.OutboxMails(ctx, d.db, limit)
}

// OutboxMail gives one kept mail, or NotFound.
func (d *Desk) OutboxMail(ctx context.Context, id int64) (*models.OutboxMail, error) {
	return models.OutboxMailByID(ctx, d.db, id)
}
