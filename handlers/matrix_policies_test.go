package handlers

import (
	"context"
	"strings"

	"lodge/models"
)

// A policy with its id.
var _ = func() struct{} {
	matrixPaths = append(matrixPaths, func(o *office, path string) string {
		if !strings.Contains(path, "/settings/sla/:id") {
			return path
		}
		p := &models.Policy{Name: "Of the matrix", Conditions: models.PolicyConditions{Projects: []int64{1}}, Targets: models.PolicyTargets{2: {models.PromiseFirst: 60}}, CreatedAt: models.At(o.desk.Now())}
		o.write(func(ctx context.Context, tx *models.Tx) error { return models.InsertPolicy(ctx, tx, p) })
		return strings.Replace(path, ":id", decimal(p.ID), 1)
	})
	return struct{}{}
}()

// The policies (AG-6).
var _ = matrixRows(map[string]access{
	"GET /agent/settings/sla":               {303, 303, 403, 403, 403, 200},
	"GET /agent/settings/sla/new":           {303, 303, 403, 403, 403, 200},
	"GET /agent/settings/sla/simulator":     {303, 303, 403, 403, 403, 200},
	"GET /agent/settings/sla/:id":           {303, 303, 403, 403, 403, 200},
	"GET /agent/settings/sla/:id/deletion":  {303, 303, 403, 403, 403, 200},
	"POST /agent/settings/sla/new":          {403, 403, 403, 403, 403, 422},
	"POST /agent/settings/sla/:id":          {403, 403, 403, 403, 403, 422},
	"POST /agent/settings/sla/:id/position": {403, 403, 403, 403, 403, 422},
	"POST /agent/settings/sla/:id/state":    {403, 403, 403, 403, 403, 422},
	"POST /agent/settings/sla/:id/deletion": {403, 403, 403, 403, 403, 303},
})
