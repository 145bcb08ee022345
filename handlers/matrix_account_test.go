package handlers

// The doors into an account. A visitor's form needs the token of their own visit, which nobody of
// the matrix sends; mailed links of others are dead for all alike.
var _ = matrixRows(map[string]access{
	"GET /sign-in":                        {200, 200, 200, 200, 200, 200},
	"GET /sign-in/code":                   {303, 303, 303, 303, 303, 303},
	"GET /sign-in/forgotten":              {200, 200, 200, 200, 200, 200},
	"GET /sign-in/link":                   {200, 200, 200, 200, 200, 200},
	"GET /sign-in/link/:token":            {404, 404, 404, 404, 404, 404},
	"GET /sign-in/link/code":              {303, 303, 303, 303, 303, 303},
	"GET /sign-in/password/:token":        {404, 404, 404, 404, 404, 404},
	"GET /sign-up":                        {200, 200, 200, 200, 200, 200},
	"GET /sign-up/:token":                 {404, 404, 404, 404, 404, 404},
	"POST /agent/contacts/:id/invitation": {403, 403, 403, 404, 303, 303},
	"POST /sign-in":                       {403, 403, 403, 403, 403, 403},
	"POST /sign-in/code":                  {303, 303, 303, 303, 303, 303},
	"POST /sign-in/forgotten":             {422, 422, 422, 422, 422, 422},
	"POST /sign-in/link":                  {403, 403, 403, 403, 403, 403},
	"POST /sign-in/link/:token":           {403, 403, 403, 403, 403, 403},
	"POST /sign-in/link/code":             {403, 403, 403, 403, 403, 403},
	"POST /sign-in/password/:token":       {404, 404, 404, 404, 404, 404},
	"POST /sign-out":                      {403, 403, 403, 403, 403, 403},
	"POST /sign-up":                       {403, 403, 403, 403, 403, 403},
	"POST /sign-up/:token":                {404, 404, 404, 404, 404, 404},
})
