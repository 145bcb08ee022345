package handlers

// The front page and what it leads to; nobody of the matrix is a customer.
var _ = matrixRows(map[string]access{
	"GET /agent/settings/projects/:slug/domain":  {303, 303, 403, 404, 403, 200},
	"POST /agent/settings/projects/:slug/domain": {403, 403, 403, 404, 403, 409},
	"GET /doc":      {200, 200, 200, 200, 200, 200},
	"GET /helpdesk": {303, 303, 303, 303, 303, 303},
	"GET /search":   {200, 200, 200, 200, 200, 200},
	"GET /agent/settings/projects/:slug/access":  {303, 303, 403, 404, 403, 200},
	"POST /agent/settings/projects/:slug/access": {403, 403, 403, 404, 403, 422},
	"GET /my-tickets/new":                        {303, 303, 303, 303, 303, 303},
	"GET /my-tickets/new/:slug":                  {303, 303, 303, 303, 303, 303},
	"POST /my-tickets/new/:slug":                 {403, 403, 403, 403, 403, 403},
	"POST /my-tickets/new/:slug/draft":           {403, 403, 403, 403, 403, 403},
	"POST /my-tickets/new/:slug/fields":          {403, 403, 403, 403, 403, 403},
	"POST /my-tickets/new/:slug/suggestions":     {403, 403, 403, 403, 403, 403},
})
