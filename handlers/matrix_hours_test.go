package handlers

// Working hours: administrators alone.
var _ = matrixRows(map[string]access{
	"GET /agent/settings/hours":               {303, 303, 403, 403, 403, 200},
	"GET /agent/settings/hours/:id":           {303, 303, 403, 403, 403, 404},
	"GET /agent/settings/hours/:id/deletion":  {303, 303, 403, 403, 403, 404},
	"GET /agent/settings/hours/new":           {303, 303, 403, 403, 403, 200},
	"POST /agent/settings/hours":              {403, 403, 403, 403, 403, 422},
	"POST /agent/settings/hours/:id":          {403, 403, 403, 403, 403, 404},
	"POST /agent/settings/hours/:id/deletion": {403, 403, 403, 403, 403, 404},
	"POST /agent/settings/hours/:id/preview":  {403, 403, 403, 403, 403, 404},
	"POST /agent/settings/hours/preview":      {403, 403, 403, 403, 403, 422},
})
