package handlers

import "strings"

// The templates of the project "support", as it begins. The one that is deleted is asked nothing
// else.
var _ = func() struct{} {
	matrixPaths = append(matrixPaths, func(_ *office, pattern string) string {
		return strings.NewReplacer("/templates/:template/deletion", "/templates/feature-request/deletion", "/templates/:template", "/templates/bug-report",
			"/fields/:field", "/fields/browser").Replace(pattern)
	})
	return matrixRows(map[string]access{
		"GET /agent/settings/projects/:slug/templates":                                   {303, 303, 403, 404, 403, 200},
		"GET /agent/settings/projects/:slug/templates/:template":                         {303, 303, 403, 404, 403, 200},
		"GET /agent/settings/projects/:slug/templates/:template/deletion":                {303, 303, 403, 404, 403, 200},
		"GET /agent/settings/projects/:slug/templates/:template/fields/:field":           {303, 303, 403, 404, 403, 200},
		"GET /agent/settings/projects/:slug/templates/:template/fields/:field/deletion":  {303, 303, 403, 404, 403, 200},
		"GET /agent/settings/projects/:slug/templates/:template/fields/new":              {303, 303, 403, 404, 403, 200},
		"GET /agent/settings/projects/:slug/templates/:template/preview":                 {303, 303, 403, 404, 403, 200},
		"GET /agent/settings/projects/:slug/templates/:template/preview/form":            {303, 303, 403, 404, 403, 200},
		"POST /agent/settings/projects/:slug/templates":                                  {403, 403, 403, 404, 403, 422},
		"POST /agent/settings/projects/:slug/templates/:template":                        {403, 403, 403, 404, 403, 409},
		"POST /agent/settings/projects/:slug/templates/:template/deletion":               {403, 403, 403, 404, 403, 303},
		"POST /agent/settings/projects/:slug/templates/:template/fields":                 {403, 403, 403, 404, 403, 422},
		"POST /agent/settings/projects/:slug/templates/:template/fields/:field":          {403, 403, 403, 404, 403, 409},
		"POST /agent/settings/projects/:slug/templates/:template/fields/:field/deletion": {403, 403, 403, 404, 403, 303},
		"POST /agent/settings/projects/:slug/templates/:template/fields/order":           {403, 403, 403, 404, 403, 303},
		"POST /agent/settings/projects/:slug/templates/enforced":                         {403, 403, 403, 404, 403, 303},
		"POST /agent/settings/projects/:slug/templates/order":                            {403, 403, 403, 404, 403, 303},
	})
}()
