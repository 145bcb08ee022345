package handlers

// The settings.
var _ = matrixRows(map[string]access{
	"GET /agent/settings":            {303, 303, 200, 200, 200, 200},
	"GET /agent/settings/workspace":  {303, 303, 403, 403, 403, 200},
	"POST /agent/settings/workspace": {403, 403, 403, 403, 403, 422},
})
