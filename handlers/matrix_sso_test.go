package handlers

// No provider is set up in the office of the matrix: what belongs to one is not there. Only who may
// change settings everywhere sees the providers' own pages (CP-3).
var _ = matrixRows(map[string]access{
	"GET /agent/settings/providers":               {303, 303, 403, 403, 403, 200},
	"GET /agent/settings/providers/:id":           {303, 303, 403, 403, 403, 404},
	"GET /agent/settings/providers/new":           {303, 303, 403, 403, 403, 200},
	"POST /agent/settings/providers":              {403, 403, 403, 403, 403, 422},
	"POST /agent/settings/providers/:id":          {403, 403, 403, 403, 403, 404},
	"POST /agent/settings/providers/:id/check":    {403, 403, 403, 403, 403, 404},
	"POST /agent/settings/providers/:id/position": {403, 403, 403, 403, 403, 404},
	"POST /agent/settings/providers/:id/state":    {403, 403, 403, 403, 403, 404},
	"GET /sign-in/with/:provider":                 {404, 404, 404, 404, 404, 404},
	"GET /sign-in/with/:provider/callback":        {404, 404, 404, 404, 404, 404},
	"POST /sign-in/with/:provider":                {404, 404, 404, 404, 404, 404},
})
