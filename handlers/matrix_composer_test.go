package handlers

// Writing on a ticket: previews, articles to insert, who is here, taking a reply back.
var _ = matrixRows(map[string]access{
	"GET /agent/tickets/:number/articles":                  {303, 303, 200, 404, 200, 200},
	"GET /agent/tickets/:number/entries":                   {303, 303, 303, 303, 303, 303},
	"POST /agent/tickets/:number/presence":                 {403, 403, 200, 404, 200, 200},
	"POST /agent/tickets/:number/preview":                  {403, 403, 200, 404, 200, 200},
	"POST /agent/tickets/:number/preview/mail":             {403, 403, 403, 404, 200, 200},
	"POST /agent/tickets/:number/waiting/:pid/publication": {403, 403, 403, 404, 404, 404},
	"POST /agent/tickets/:number/waiting/:pid/retraction":  {403, 403, 403, 404, 404, 404},
})
