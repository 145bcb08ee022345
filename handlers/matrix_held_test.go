package handlers

import (
	"context"
	"strings"

	"lodge/models"
)

// What waits. The item is a fresh one for each visitor; nobody's link confirms anything here.
var _ = matrixRows(map[string]access{
	"GET /ticket/:slug/check-mail":          {200, 200, 200, 200, 200, 200},
	"GET /ticket/confirm/:token":            {404, 404, 404, 404, 404, 404},
	"POST /ticket/confirm/:token":           {404, 404, 404, 404, 404, 404},
	"POST /ticket/confirm/:token/rejection": {404, 404, 404, 404, 404, 404},
	"GET /agent/held":                       {303, 303, 200, 200, 200, 200},
	"POST /agent/held":                      {403, 403, 403, 422, 422, 422},
	"GET /agent/held/:held":                 {303, 303, 200, 404, 200, 200},
	"GET /agent/held/:held/acceptance":      {303, 303, 303, 303, 303, 303},
	"GET /agent/held/:held/rejection":       {303, 303, 303, 303, 303, 303},
	"POST /agent/held/:held/acceptance":     {403, 403, 403, 404, 303, 303},
	"POST /agent/held/:held/rejection":      {403, 403, 403, 404, 303, 303},
})

func init() {
	matrixPaths = append(matrixPaths, func(o *office, pattern string) string {
		if !strings.Contains(pattern, ":held") {
			return pattern
		}
		return strings.ReplaceAll(pattern, ":held", decimal(o.hold(nil)))
	})
}

// hold lets a ticket wait in the project "support" and gives its id.
func (o *office) hold(change func(h *models.Held)) int64 {
	o.t.Helper()
	now := models.At(o.desk.Now())
	h := &models.Held{Kind: models.HeldTicket, Address: "rosa@example.com", Name: "Rosa", Title: "The printer waits", Excerpt: "It burns.", Reason: models.HeldToVerify,
		Payload: `{"description":"It burns."}`, CreatedAt: now, ExpiresAt: now + 1000*60*60*24*14}
	o.write(func(ctx context.Context, tx *models.Tx) error {
		cat, err := models.TxCatalog(ctx, tx)
		if err != nil {
			return err
		}
		h.ProjectID = cat.ProjectBySlug("support").ID
		if change != nil {
			change(h)
		}
		return models.InsertHeld(ctx, tx, h)
	})
	return h.ID
}

// prove makes a contact whose address is proven.
func (o *office) prove(address string) {
	o.t.Helper()
	now := models.At(o.desk.Now())
	o.write(func(ctx context.Context, tx *models.Tx) error {
		k, err := models.EnsureContact(ctx, tx, models.Contact{Address: address, AddressKey: address, Origin: models.OriginWeb, CreatedAt: now})
		if err != nil {
			return err
		}
		return models.ProveContact(ctx, tx, k.ID, now)
	})
}
