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
		return strings.NewReplacer(":purchase", "1", ":rule", "1").Replace(pattern)
	})
}

// Routing rules; the agents of one project and those without settings are kept out. There is no rule "1".
var _ = matrixRows(map[string]access{
	"GET /agent/settings/routing":                 {303, 303, 403, 403, 403, 200},
	"GET /agent/settings/routing/:rule":           {303, 303, 403, 403, 403, 404},
	"GET /agent/settings/routing/:rule/deletion":  {303, 303, 403, 403, 403, 404},
	"GET /agent/settings/routing/new":             {303, 303, 403, 403, 403, 200},
	"GET /agent/settings/routing/trial":           {303, 303, 403, 403, 403, 200},
	"POST /agent/settings/routing":                {403, 403, 403, 403, 403, 422},
	"POST /agent/settings/routing/:rule":          {403, 403, 403, 403, 403, 404},
	"POST /agent/settings/routing/:rule/deletion": {403, 403, 403, 403, 403, 404},
	"POST /agent/settings/routing/:rule/state":    {403, 403, 403, 403, 403, 404},
	"POST /agent/settings/routing/form":           {403, 403, 403, 403, 403, 200},
	"POST /agent/settings/routing/order":          {403, 403, 403, 403, 403, 303},
})
