package handlers

import (
	"context"
	"strings"

	"lodge/models"
)

// An intake link of the project "support" for the address with its id.
var _ = func() struct{} {
	matrixPaths = append(matrixPaths, func(o *office, path string) string {
		if !strings.Contains(path, "/intake/:id") {
			return path
		}
		var id int64
		o.write(func(ctx context.Context, tx *models.Tx) error {
			contact, err := models.EnsureContact(ctx, tx, models.Contact{Address: "otto@example.com", AddressKey: "otto@example.com", CreatedAt: models.At(o.desk.Now())})
			if err != nil {
				return err
			}
			cat, err := models.TxCatalog(ctx, tx)
			if err != nil {
				return err
			}
			link := &models.IntakeLink{ProjectID: cat.ProjectBySlug("support").ID, ContactID: contact.ID, ExpiresAt: models.At(o.desk.Now()) + 1e6, CreatedAt: models.At(o.desk.Now())}
			err = models.InsertIntakeLink(ctx, tx, link)
			id = link.ID
			return err
		})
		return strings.Replace(path, ":id", decimal(id), 1)
	})
	return struct{}{}
}()

// The settings of a project.
var _ = matrixRows(map[string]access{
	"GET /agent/settings/projects":                              {303, 303, 403, 200, 200, 200},
	"GET /agent/settings/projects/:slug":                        {303, 303, 403, 404, 403, 200},
	"GET /agent/settings/projects/:slug/create":                 {303, 303, 403, 404, 403, 200},
	"GET /agent/settings/projects/:slug/intake":                 {303, 303, 403, 404, 200, 200},
	"GET /agent/settings/projects/:slug/limits":                 {303, 303, 403, 404, 403, 200},
	"GET /agent/settings/projects/:slug/mail":                   {303, 303, 403, 404, 403, 200},
	"GET /agent/settings/projects/:slug/portal":                 {303, 303, 403, 404, 403, 200},
	"GET /agent/settings/projects/:slug/state":                  {303, 303, 403, 404, 403, 200},
	"GET /agent/settings/projects/:slug/statuses":               {303, 303, 403, 404, 403, 200},
	"GET /agent/settings/projects/:slug/statuses/:id":           {303, 303, 403, 404, 403, 200},
	"GET /agent/settings/projects/:slug/statuses/:id/deletion":  {303, 303, 403, 404, 403, 200},
	"GET /agent/settings/projects/:slug/thread":                 {303, 303, 403, 404, 403, 200},
	"GET /agent/settings/projects/:slug/types":                  {303, 303, 403, 404, 403, 200},
	"GET /agent/settings/projects/:slug/types/:id":              {303, 303, 403, 404, 403, 200},
	"GET /agent/settings/projects/:slug/types/:id/deletion":     {303, 303, 403, 404, 403, 200},
	"POST /agent/settings/projects":                             {403, 403, 403, 403, 403, 422},
	"POST /agent/settings/projects/:slug":                       {403, 403, 403, 404, 403, 422},
	"POST /agent/settings/projects/:slug/create":                {403, 403, 403, 404, 403, 422},
	"POST /agent/settings/projects/:slug/graph":                 {403, 403, 403, 404, 403, 422},
	"POST /agent/settings/projects/:slug/intake":                {403, 403, 403, 404, 422, 422},
	"POST /agent/settings/projects/:slug/intake/:id/revocation": {403, 403, 403, 404, 303, 303},
	"POST /agent/settings/projects/:slug/limits":                {403, 403, 403, 404, 403, 422},
	"POST /agent/settings/projects/:slug/mail":                  {403, 403, 403, 404, 403, 422},
	"POST /agent/settings/projects/:slug/portal":                {403, 403, 403, 404, 403, 422},
	"POST /agent/settings/projects/:slug/position":              {403, 403, 403, 403, 403, 422},
	"POST /agent/settings/projects/:slug/state":                 {403, 403, 403, 404, 403, 422},
	"POST /agent/settings/projects/:slug/statuses":              {403, 403, 403, 404, 403, 422},
	"POST /agent/settings/projects/:slug/statuses/:id":          {403, 403, 403, 404, 403, 422},
	"POST /agent/settings/projects/:slug/statuses/:id/deletion": {403, 403, 403, 404, 403, 422},
	"POST /agent/settings/projects/:slug/statuses/:id/position": {403, 403, 403, 404, 403, 422},
	"POST /agent/settings/projects/:slug/thread":                {403, 403, 403, 404, 403, 422},
	"POST /agent/settings/projects/:slug/types":                 {403, 403, 403, 404, 403, 422},
	"POST /agent/settings/projects/:slug/types/:id":             {403, 403, 403, 404, 403, 422},
	"POST /agent/settings/projects/:slug/types/:id/deletion":    {403, 403, 403, 404, 403, 422},
	"POST /agent/settings/projects/:slug/types/:id/position":    {403, 403, 403, 404, 403, 422},
})
