package handlers

// Time spent on a ticket; there is no entry "1" of it.
var _ = matrixRows(map[string]access{
	"GET /agent/tickets/:number/time":              {303, 303, 200, 404, 200, 200},
	"POST /agent/tickets/:number/time":             {403, 403, 403, 404, 422, 422},
	"POST /agent/tickets/:number/time/:id/removal": {403, 403, 403, 404, 404, 404},
})
