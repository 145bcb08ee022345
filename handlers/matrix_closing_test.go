package handlers

// When a project reminds and closes by itself.
var _ = matrixRows(map[string]access{
	"GET /agent/settings/projects/:slug/closing":  {303, 303, 403, 404, 403, 200},
	"POST /agent/settings/projects/:slug/closing": {403, 403, 403, 404, 403, 422},
})
