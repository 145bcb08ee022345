package handlers

import (
	"context"
	"strings"

	"lodge/desk"
	"lodge/models"
)

func init() {
	// Macros and tags of the matrix are made for each request: the row before may have taken one away.
	matrixPaths = append(matrixPaths, func(o *office, pattern string) string {
		switch {
		case strings.Contains(pattern, "/macros/:id"):
			id, err := o.desk.SaveMacro(o.t.Context(), o.actor("ines"), 0, desk.MacroSheet{Name: "Matrix", Body: "Hello"})
			if err != nil {
				o.t.Fatal(err)
			}
			return strings.Replace(pattern, ":id", decimal(id), 1)
		case strings.Contains(pattern, "/tags/:id"):
			id := int64(0)
			o.write(func(ctx context.Context, tx *models.Tx) error {
				tags, err := models.EnsureTags(ctx, tx, []string{"matrix"}, 1)
				if err == nil {
					id = tags[0].ID
				}
				return err
			})
			return strings.Replace(pattern, ":id", decimal(id), 1)
		}
		return pattern
	})
}

// A ticket's properties, tags, macros and notices.
var _ = matrixRows(map[string]access{
	"GET /agent/options/companies":             {303, 303, 200, 200, 200, 200},
	"GET /agent/notices":                       {303, 303, 200, 200, 200, 200},
	"GET /agent/notices/bell":                  {303, 303, 200, 200, 200, 200},
	"GET /agent/settings/macros":               {303, 303, 403, 200, 200, 200},
	"GET /agent/settings/macros/:id":           {303, 303, 403, 403, 403, 200},
	"GET /agent/settings/macros/new":           {303, 303, 403, 200, 200, 200},
	"GET /agent/settings/notifications":        {303, 303, 200, 200, 200, 200},
	"GET /agent/settings/tags":                 {303, 303, 403, 403, 403, 200},
	"GET /agent/settings/tags/:id":             {303, 303, 403, 403, 403, 200},
	"GET /agent/options/tags":                  {303, 303, 200, 200, 200, 200},
	"GET /agent/tickets/:number/macros":        {303, 303, 200, 404, 200, 200},
	"GET /agent/tickets/:number/macros/:id":    {303, 303, 200, 404, 200, 200},
	"POST /agent/notices":                      {403, 403, 303, 303, 303, 303},
	"POST /agent/settings/macros/:id":          {403, 403, 403, 403, 403, 422},
	"POST /agent/settings/macros/:id/deletion": {403, 403, 403, 403, 403, 303},
	"POST /agent/settings/macros/new":          {403, 403, 403, 422, 422, 422},
	"POST /agent/settings/notifications":       {403, 403, 303, 303, 303, 303},
	"POST /agent/settings/tags/:id":            {403, 403, 403, 403, 403, 422},
	"POST /agent/settings/tags/:id/deletion":   {403, 403, 403, 403, 403, 303},
	"POST /agent/settings/tags/:id/merge":      {403, 403, 403, 403, 403, 422},
	"POST /agent/tickets/:number/company":      {403, 403, 403, 404, 422, 422},
	"POST /agent/tickets/:number/due":          {403, 403, 403, 404, 422, 422},
	"POST /agent/tickets/:number/fields/:slug": {403, 403, 403, 404, 422, 422},
	"POST /agent/tickets/:number/notices":      {403, 403, 303, 404, 303, 303},
	"POST /agent/tickets/:number/priority":     {403, 403, 403, 404, 422, 422},
	"POST /agent/tickets/:number/snooze":       {403, 403, 403, 404, 422, 422},
	"POST /agent/tickets/:number/tags":         {403, 403, 403, 404, 303, 303},
	"POST /agent/tickets/:number/team":         {403, 403, 403, 404, 422, 422},
	"POST /agent/tickets/:number/title":        {403, 403, 403, 404, 422, 422},
	"POST /agent/tickets/:number/type":         {403, 403, 403, 404, 422, 422},
})
