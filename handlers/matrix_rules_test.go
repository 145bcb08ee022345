package handlers

import "strings"

// The time that a company bought; its page fills the parameters as that of the company does, and
// there is no purchase "1" of it.
var _ = matrixRows(map[string]access{
	"GET /agent/companies/:id/time":                    {303, 303, 200, 404, 200, 200},
	"GET /agent/companies/:id/time.csv":                {303, 303, 200, 404, 200, 200},
	"POST /agent/companies/:id/time":                   {403, 403, 403, 403, 422, 422},
	"POST /agent/companies/:id/time/:purchase/removal": {403, 403, 403, 403, 404, 404},
})

func init() {
	matrixPaths = append(matrixPaths, func(_ *office, pattern string) string {
		return strings.Replace(pattern, ":purchase", "1", 1)
	})
}
