package handlers

import (
	"context"
	"strings"

	"lodge/models"
)

// What rules go by when they find an agent.
var _ = matrixRows(map[string]access{
	"GET /agent/settings/skills":               {303, 303, 403, 403, 403, 200},
	"GET /agent/settings/skills/:id":           {303, 303, 403, 403, 403, 200},
	"GET /agent/settings/skills/new":           {303, 303, 403, 403, 403, 200},
	"POST /agent/settings/agents/:id/work":     {403, 403, 403, 403, 403, 303},
	"POST /agent/settings/profile/away":        {403, 403, 303, 303, 303, 303},
	"POST /agent/settings/skills":              {403, 403, 403, 403, 403, 422},
	"POST /agent/settings/skills/:id":          {403, 403, 403, 403, 403, 422},
	"POST /agent/settings/skills/:id/deletion": {403, 403, 403, 403, 403, 303},
})

// The matrix finds a skill, again and again.
func init() {
	matrixPaths = append(matrixPaths, func(o *office, pattern string) string {
		if !strings.HasPrefix(pattern, skillsPage+"/:id") {
			return pattern
		}
		id := int64(0)
		o.write(func(ctx context.Context, tx *models.Tx) (err error) {
			id, err = models.EnsureSkill(ctx, tx, "Matrix", 1)
			return err
		})
		return strings.Replace(pattern, ":id", decimal(id), 1)
	})
}
