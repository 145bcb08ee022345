package handlers

// The queue, its bulk actions, saved views and palette.
var _ = matrixRows(map[string]access{
	"GET /agent/find":                {303, 303, 303, 303, 303, 303},
	"GET /agent/views/:id":           {303, 303, 404, 404, 404, 404},
	"GET /agent/views/new":           {303, 303, 200, 200, 200, 200},
	"POST /agent/bulk":               {403, 403, 404, 404, 404, 404},
	"POST /agent/views":              {403, 403, 422, 422, 422, 422},
	"POST /agent/views/:id":          {403, 403, 404, 404, 404, 404},
	"POST /agent/views/:id/deletion": {403, 403, 404, 404, 404, 404},
})
