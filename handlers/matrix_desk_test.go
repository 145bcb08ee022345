package handlers

// The agents’ desk.
var _ = matrixRows(map[string]access{
	"GET /agent":                             {303, 303, 200, 200, 200, 200},
	"GET /agent/files/:pid":                  {303, 303, 404, 404, 404, 404},
	"GET /agent/files/:pid/thumb":            {303, 303, 404, 404, 404, 404},
	"GET /agent/news":                        {303, 303, 404, 404, 404, 404},
	"GET /agent/rows":                        {303, 303, 303, 303, 303, 303},
	"GET /agent/sign-in":                     {200, 200, 303, 303, 303, 303},
	"GET /agent/tickets/:number":             {303, 303, 200, 404, 200, 200},
	"GET /agent/tickets/:number/updates":     {303, 303, 303, 404, 303, 303},
	"POST /agent/sign-in":                    {422, 422, 422, 422, 422, 429},
	"POST /agent/tickets/:number/assignment": {403, 403, 400, 400, 400, 400},
	"POST /agent/tickets/:number/replies":    {403, 403, 422, 404, 422, 422},
	"POST /agent/tickets/:number/status":     {403, 403, 403, 404, 422, 422},
	"POST /agent/sign-out":                   {403, 403, 303, 303, 303, 303},
	"GET /agent/stream":                      {403, 403, 200, 200, 200, 200},
})
