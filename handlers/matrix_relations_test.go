package handlers

// What happens between tickets and to them.
var _ = matrixRows(map[string]access{
	"GET /agent/settings/blocks":                {303, 303, 403, 200, 200, 200},
	"POST /agent/settings/blocks":               {403, 403, 403, 422, 422, 422},
	"POST /agent/settings/blocks/:id/removal":   {403, 403, 403, 404, 404, 404},
	"GET /agent/tickets/new":                    {303, 303, 403, 200, 200, 200},
	"GET /agent/tickets/new/contact":            {303, 303, 403, 303, 303, 303},
	"POST /agent/tickets":                       {403, 403, 403, 422, 422, 422},
	"GET /agent/tickets/:number/merge":          {303, 303, 403, 404, 200, 200},
	"POST /agent/tickets/:number/merge":         {403, 403, 403, 404, 422, 422},
	"GET /agent/tickets/:number/split":          {303, 303, 403, 404, 200, 200},
	"POST /agent/tickets/:number/split":         {403, 403, 403, 404, 422, 422},
	"GET /agent/tickets/:number/links":          {303, 303, 403, 404, 200, 200},
	"POST /agent/tickets/:number/links":         {403, 403, 403, 404, 422, 422},
	"POST /agent/tickets/:number/links/removal": {403, 403, 403, 404, 422, 422},
	"GET /agent/tickets/:number/follow-up":      {303, 303, 403, 404, 200, 200},
	"POST /agent/tickets/:number/follow-up":     {403, 403, 403, 404, 422, 422},
	"GET /agent/tickets/:number/spam":           {303, 303, 403, 404, 200, 200},
	"POST /agent/tickets/:number/spam":          {403, 403, 403, 404, 422, 422},
	"POST /agent/tickets/:number/spam/removal":  {403, 403, 403, 404, 303, 303},
	"GET /agent/tickets/:number/redaction":      {303, 303, 403, 404, 403, 200},
	"POST /agent/tickets/:number/redaction":     {403, 403, 403, 404, 403, 422},
})
