package handlers

var _ = matrixRows(map[string]access{
	"POST /agent/companies/:id/members/:contact/sees": {403, 403, 403, 403, 404, 404},
	"GET /my-company/:key":                            {303, 303, 303, 303, 303, 303},
	"GET /agent/settings/company-portal":              {303, 303, 403, 403, 403, 200},
	"POST /agent/settings/company-portal":             {403, 403, 403, 403, 403, 303},
})
