package desk

import (
	"context"
	"testing"

	"lodge/models"
	"lodge/secret"
)

// CP-3: the values of the setting, and who may open a ticket of the project for each of them; the
// settings' table of proofs names this one.
func TestRequiredProvider(t *testing.T) {
	proofs := map[string]map[string]map[string]bool{
		"required_provider": {
			"":     {ByPassword: true, ByLink: true, ByProvider + "okta": true, ByProvider + "google": true},
			"okta": {"": false, ByPassword: false, ByLink: false, ByVerified: false, ByProvider: false, ByProvider + "google": false, ByProvider + "okta": true, ByProvider + "okta2": false},
		},
	}
	onEach(t, func(t *testing.T, h *house) {
		access, _, err := h.db.AccessByHash(t.Context(), models.TokenThread, secret.Hash(h.file(true).Token))
		if err != nil {
			t.Fatal(err)
		}
		ticket, err := models.TicketByID(t.Context(), h.db, access.Ticket.ID)
		if err != nil {
			t.Fatal(err)
		}
		contact, err := models.ContactByKey(t.Context(), h.db, "rosa@example.com")
		if err != nil {
			t.Fatal(err)
		}
		h.write(func(ctx context.Context, tx *models.Tx) error {
			return models.InsertCustomer(ctx, tx, &models.Customer{ContactID: contact.ID, CreatedAt: models.At(h.clock())})
		})
		for value, methods := range proofs["required_provider"] {
			h.settings(func(p *models.Project) { p.Settings.RequiredProvider = value })
			for method, may := range methods {
				me := Customer{ID: contact.ID, Method: method}
				_, err := h.Portal().place(t.Context(), me, ticket.Reference, h.clock())
				if (err == nil) != may || (!may && models.KindOf(err) != models.KindNotFound) {
					t.Errorf("%q for who came by %q: %v", value, method, err)
				}
			}
		}
	})
}
