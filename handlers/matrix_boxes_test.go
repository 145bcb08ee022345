package handlers

import (
	"context"
	"strings"

	"lodge/models"
)

// The project "support" gets a mailbox of its own, which each page is asked about.
var _ = func() struct{} {
	boxes := map[*office]string{}
	matrixPaths = append(matrixPaths, func(o *office, pattern string) string {
		if strings.Contains(pattern, "/mailboxes/:id") && boxes[o] == "" {
			boxes[o] = decimal(o.mailbox("matrix@lodge.example").ID)
		}
		return strings.NewReplacer("/mailboxes/:id", "/mailboxes/"+boxes[o], "/mails/:template/:lang", "/mails/created/en").Replace(pattern)
	})
	// Keys and test mails need mail tools, which this office has none of: 404.
	return matrixRows(map[string]access{
		"GET /agent/settings/projects/:slug/mailboxes":                            {303, 303, 403, 404, 403, 200},
		"GET /agent/settings/projects/:slug/mailboxes/:id":                        {303, 303, 403, 404, 403, 200},
		"GET /agent/settings/projects/:slug/mailboxes/:id/deletion":               {303, 303, 403, 404, 403, 200},
		"GET /agent/settings/projects/:slug/mailboxes/:id/dns":                    {303, 303, 403, 404, 403, 200},
		"GET /agent/settings/projects/:slug/mailboxes/:id/signature/deletion":     {303, 303, 403, 404, 403, 200},
		"GET /agent/settings/projects/:slug/mailboxes/:id/signature/replacement":  {303, 303, 403, 404, 403, 200},
		"GET /agent/settings/projects/:slug/mailboxes/:id/test":                   {303, 303, 403, 404, 403, 200},
		"GET /agent/settings/projects/:slug/mailboxes/:id/test/updates":           {303, 303, 403, 404, 403, 303},
		"GET /agent/settings/projects/:slug/mailboxes/new":                        {303, 303, 403, 404, 403, 200},
		"GET /agent/settings/projects/:slug/mails":                                {303, 303, 403, 404, 403, 200},
		"GET /agent/settings/projects/:slug/mails/:template/:lang":                {303, 303, 403, 404, 403, 200},
		"GET /agent/settings/projects/:slug/mails/:template/:lang/frame":          {303, 303, 403, 404, 403, 200},
		"POST /agent/settings/projects/:slug/mailboxes":                           {403, 403, 403, 404, 403, 422},
		"POST /agent/settings/projects/:slug/mailboxes/:id":                       {403, 403, 403, 404, 403, 422},
		"POST /agent/settings/projects/:slug/mailboxes/:id/deletion":              {403, 403, 403, 404, 403, 422},
		"POST /agent/settings/projects/:slug/mailboxes/:id/receiver":              {403, 403, 403, 404, 403, 303},
		"POST /agent/settings/projects/:slug/mailboxes/:id/signature":             {403, 403, 403, 404, 403, 404},
		"POST /agent/settings/projects/:slug/mailboxes/:id/signature/deletion":    {403, 403, 403, 404, 403, 422},
		"POST /agent/settings/projects/:slug/mailboxes/:id/signature/replacement": {403, 403, 403, 404, 403, 422},
		"POST /agent/settings/projects/:slug/mailboxes/:id/state":                 {403, 403, 403, 404, 403, 422},
		"POST /agent/settings/projects/:slug/mailboxes/:id/test":                  {403, 403, 403, 404, 403, 303},
		"POST /agent/settings/projects/:slug/mails/:template/:lang":               {403, 403, 403, 404, 403, 422},
		"POST /agent/settings/projects/:slug/mails/:template/:lang/reset":         {403, 403, 403, 404, 403, 303},
		"POST /agent/settings/projects/:slug/mails/:template/:lang/test":          {403, 403, 403, 404, 403, 404},
	})
}()

// mailbox gives the project "support" a mailbox.
func (o *office) mailbox(address string) *models.Mailbox {
	o.t.Helper()
	m := models.NewMailbox(o.support().ID, address, address, models.At(o.desk.Now()))
	o.write(func(ctx context.Context, tx *models.Tx) error { return models.InsertMailbox(ctx, tx, m) })
	return m
}
