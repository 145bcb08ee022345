package handlers

import (
	"context"
	"strings"

	"lodge/models"
)

// The people of the desk and their doors.
var _ = matrixRows(map[string]access{
	"GET /agent/forgotten":                                 {200, 200, 200, 200, 200, 200},
	"GET /agent/invitation/:token":                         {404, 404, 404, 404, 404, 404},
	"GET /agent/reset/:token":                              {404, 404, 404, 404, 404, 404},
	"GET /agent/settings/agents":                           {303, 303, 403, 403, 403, 200},
	"GET /agent/settings/agents/:id":                       {303, 303, 403, 403, 403, 200},
	"GET /agent/settings/agents/new":                       {303, 303, 403, 403, 403, 200},
	"GET /agent/settings/audit":                            {303, 303, 403, 403, 403, 200},
	"GET /agent/settings/audit.csv":                        {303, 303, 403, 403, 403, 200},
	"GET /agent/settings/profile":                          {303, 303, 200, 200, 200, 200},
	"GET /agent/settings/profile/two-factor":               {303, 303, 200, 200, 200, 200},
	"GET /agent/settings/profile/two-factor/picture":       {303, 303, 404, 404, 404, 404},
	"GET /agent/settings/roles":                            {303, 303, 403, 403, 403, 200},
	"GET /agent/settings/teams":                            {303, 303, 403, 403, 403, 200},
	"GET /agent/settings/teams/:id":                        {303, 303, 403, 403, 403, 404},
	"GET /agent/settings/teams/:id/deletion":               {303, 303, 403, 403, 403, 404},
	"GET /agent/settings/teams/new":                        {303, 303, 403, 403, 403, 200},
	"GET /agent/sign-in/code":                              {303, 303, 303, 303, 303, 303},
	"GET /setup/:token/:step":                              {404, 404, 404, 404, 404, 404},
	"POST /agent/forgotten":                                {422, 422, 422, 422, 422, 422},
	"POST /agent/invitation/:token":                        {404, 404, 404, 404, 404, 404},
	"POST /agent/reset/:token":                             {404, 404, 404, 404, 404, 404},
	"POST /agent/settings/agents":                          {403, 403, 403, 403, 403, 422},
	"POST /agent/settings/agents/:id":                      {403, 403, 403, 403, 403, 422},
	"POST /agent/settings/agents/:id/disable":              {403, 403, 403, 403, 403, 303},
	"POST /agent/settings/agents/:id/enable":               {403, 403, 403, 403, 403, 303},
	"POST /agent/settings/agents/:id/factor-off":           {403, 403, 403, 403, 403, 303},
	"POST /agent/settings/agents/:id/invitation":           {403, 403, 403, 403, 403, 409},
	"POST /agent/settings/agents/:id/revocation":           {403, 403, 403, 403, 403, 409},
	"POST /agent/settings/agents/:id/sign-out-all":         {403, 403, 403, 403, 403, 303},
	"POST /agent/settings/agents/:id/tickets":              {403, 403, 403, 403, 403, 422},
	"POST /agent/settings/profile":                         {403, 403, 422, 422, 422, 422},
	"POST /agent/settings/profile/password":                {403, 403, 422, 422, 422, 422},
	"POST /agent/settings/profile/sessions/end":            {403, 403, 404, 404, 404, 404},
	"POST /agent/settings/profile/sessions/end-others":     {403, 403, 303, 303, 303, 303},
	"POST /agent/settings/profile/two-factor":              {403, 403, 303, 303, 303, 303},
	"POST /agent/settings/profile/two-factor/codes":        {403, 403, 409, 409, 409, 409},
	"POST /agent/settings/profile/two-factor/confirmation": {403, 403, 422, 422, 422, 422},
	"POST /agent/settings/profile/two-factor/off":          {403, 403, 303, 303, 303, 303},
	"POST /agent/settings/teams":                           {403, 403, 403, 403, 403, 422},
	"POST /agent/settings/teams/:id":                       {403, 403, 403, 403, 403, 404},
	"POST /agent/settings/teams/:id/deletion":              {403, 403, 403, 403, 403, 404},
	"POST /agent/sign-in/code":                             {303, 303, 303, 303, 303, 303},
	"POST /setup/:token/:step":                             {404, 404, 404, 404, 404, 404},
	"POST /setup/:token/mail/test":                         {404, 404, 404, 404, 404, 404},
})

// What the matrix does to an agent it does to one of its own.
func init() {
	matrixPaths = append(matrixPaths, func(o *office, pattern string) string {
		if !strings.HasPrefix(pattern, peoplePath+"/:id") {
			return pattern
		}
		const key = "matrix@lodge.example"
		a, err := models.AgentByKey(context.Background(), o.db, key)
		if err != nil {
			a = &models.Agent{Address: key, AddressKey: key, Name: "Matrix", Role: models.RoleAgent, PasswordHash: o.agents["grace"].PasswordHash, CreatedAt: 1}
			o.write(func(ctx context.Context, tx *models.Tx) error { return models.InsertAgent(ctx, tx, a) })
		}
		return strings.Replace(pattern, ":id", decimal(a.ID), 1)
	})
}
