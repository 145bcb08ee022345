package handlers

// The pages around a ticket's people and lost links. "Not mine" takes a mailed link; the
// reporter of the matrix has the one from the page after the form. A dead link's button answers
// alike for all tokens.
var _ = matrixRows(map[string]access{
	"GET /ticket/lost-link":               {200, 200, 200, 200, 200, 200},
	"GET /ticket/thread/:token/link":      {404, 200, 404, 404, 404, 404},
	"GET /ticket/thread/:token/new-link":  {303, 303, 303, 303, 303, 303},
	"GET /ticket/thread/:token/not-mine":  {404, 303, 404, 404, 404, 404},
	"GET /ticket/thread/:token/people":    {404, 200, 404, 404, 404, 404},
	"POST /ticket/lost-link":              {422, 422, 422, 422, 422, 422},
	"POST /ticket/thread/:token/link":     {404, 303, 404, 404, 404, 404},
	"POST /ticket/thread/:token/new-link": {303, 303, 303, 303, 303, 303},
	"POST /ticket/thread/:token/not-mine": {404, 409, 404, 404, 404, 404},
})
