package handlers

// The front page and what it leads to; nobody of the matrix is a customer.
var _ = matrixRows(map[string]access{
	"GET /doc":      {200, 200, 200, 200, 200, 200},
	"GET /helpdesk": {303, 303, 303, 303, 303, 303},
	"GET /search":   {200, 200, 200, 200, 200, 200},
	"GET /agent/settings/projects/:slug/access":  {303, 303, 403, 404, 403, 200},
	"POST /agent/settings/projects/:slug/access": {403, 403, 403, 404, 403, 422},
})
