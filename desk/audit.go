package desk

import (
	"context"
	"encoding/json"
	"time"

	"lodge/models"
)

// audit notes who changed a setting or passed a door, in the transaction of the change.
// kind is two words such as "project.changed"; the second part of its text key. data says
// what changed and never holds a secret.
func audit(ctx context.Context, tx *models.Tx, actor Actor, kind, subject string, data map[string]any, now time.Time) error {
	e := &models.AuditEntry{Kind: kind, Subject: subject, CreatedAt: models.At(now)}
	if actor.ID != 0 {
		e.AgentID = &actor.ID
	}
	if data != nil {
		raw, err := json.Marshal(data)
		if err != nil {
			return err
		}
		e.Data = string(raw)
	}
	return models.InsertAudit(ctx, tx, e)
}
