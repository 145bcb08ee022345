package handlers

// The people of a ticket. The participant "1" is the reporter, who cannot be removed.
var _ = matrixRows(map[string]access{
	"GET /agent/tickets/:number/participants":              {303, 303, 200, 404, 200, 200},
	"POST /agent/tickets/:number/participants":             {403, 403, 403, 404, 422, 422},
	"POST /agent/tickets/:number/participants/:id/removal": {403, 403, 403, 404, 409, 409},
	"POST /agent/tickets/:number/participants/:id/link":    {403, 403, 403, 404, 303, 303},
})
