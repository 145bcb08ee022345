package handlers

// Nobody of the matrix is a customer; what customers get is proven in customer_profile*_test.go. An
// unknown address token and a passkey without a challenge are refused alike for everybody.
var _ = matrixRows(map[string]access{
	"GET /my-profile/data.json":                {303, 303, 303, 303, 303, 303},
	"GET /my-profile/erasure":                  {303, 303, 303, 303, 303, 303},
	"GET /my-profile/two-factor":               {303, 303, 303, 303, 303, 303},
	"GET /my-profile/two-factor/picture":       {303, 303, 303, 303, 303, 303},
	"POST /my-profile/addresses":               {403, 403, 403, 403, 403, 403},
	"POST /my-profile/addresses/main":          {403, 403, 403, 403, 403, 403},
	"POST /my-profile/addresses/removal":       {403, 403, 403, 403, 403, 403},
	"POST /my-profile/erasure":                 {403, 403, 403, 403, 403, 403},
	"POST /my-profile/mails":                   {403, 403, 403, 403, 403, 403},
	"POST /my-profile/passkeys":                {403, 403, 403, 403, 403, 403},
	"POST /my-profile/passkeys/begin":          {403, 403, 403, 403, 403, 403},
	"POST /my-profile/passkeys/name":           {403, 403, 403, 403, 403, 403},
	"POST /my-profile/passkeys/removal":        {403, 403, 403, 403, 403, 403},
	"POST /my-profile/password":                {403, 403, 403, 403, 403, 403},
	"POST /my-profile/sessions/end":            {403, 403, 403, 403, 403, 403},
	"POST /my-profile/sessions/end-others":     {403, 403, 403, 403, 403, 403},
	"POST /my-profile/two-factor":              {403, 403, 403, 403, 403, 403},
	"POST /my-profile/two-factor/codes":        {403, 403, 403, 403, 403, 403},
	"POST /my-profile/two-factor/confirmation": {403, 403, 403, 403, 403, 403},
	"POST /my-profile/two-factor/off":          {403, 403, 403, 403, 403, 403},

	"GET /my-address/:token":  {404, 404, 404, 404, 404, 404},
	"POST /my-address/:token": {404, 404, 404, 404, 404, 404},
	"GET /sign-in/erased":     {200, 200, 200, 200, 200, 200},
	"GET /sign-in/passkey":    {200, 200, 200, 200, 200, 200},
	"POST /sign-in/passkey":   {422, 422, 422, 422, 422, 422},
	// The test is reached by a bare number, which cannot have passkeys.
	"POST /sign-in/passkey/begin": {409, 409, 409, 409, 409, 409},
})
