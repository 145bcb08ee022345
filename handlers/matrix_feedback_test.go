package handlers

// PT-15: the matrix's ticket is open, so that there is nothing to be said of it yet.
var _ = matrixRows(map[string]access{
	"GET /ticket/thread/:token/feedback":           {404, 303, 404, 404, 404, 404},
	"POST /ticket/thread/:token/feedback":          {404, 422, 404, 404, 404, 404},
	"GET /my-tickets/:reference/feedback":          {303, 303, 303, 303, 303, 303},
	"POST /my-tickets/:reference/feedback":         {403, 403, 403, 403, 403, 403},
	"GET /agent/feedback":                          {303, 303, 200, 200, 200, 200},
	"GET /agent/feedback.csv":                      {303, 303, 200, 200, 200, 200},
	"POST /agent/tickets/:number/feedback":         {403, 403, 403, 404, 303, 303},
	"GET /agent/settings/projects/:slug/feedback":  {303, 303, 403, 404, 403, 200},
	"POST /agent/settings/projects/:slug/feedback": {403, 403, 403, 404, 403, 422},
})
