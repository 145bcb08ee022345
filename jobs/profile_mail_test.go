package jobs

import (
	"context"
	"strings"
	"testing"
	"time"

	"lodge/desk"
	"lodge/models"
)

// CP-1: the link that proves an address goes to that address alone and works; no job holds it; what
// is over is not sent. Changes are told at the main address.
func TestMailsAboutCustomersAccounts(t *testing.T) {
	eachHouse(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		r := h.running("one")
		hash, err := desk.HashPassword("a quiet harbour at dusk")
		if err != nil {
			t.Fatal(err)
		}
		var id int64
		err = h.db.Write(ctx, func(ctx context.Context, tx *models.Tx) error {
			c, err := models.EnsureContact(ctx, tx, models.Contact{Address: "rosa@example.com", AddressKey: "rosa@example.com", Name: "Rosa", Locale: "de", Origin: models.OriginWeb, CreatedAt: 1})
			if err != nil {
				return err
			}
			id = c.ID
			return models.InsertCustomer(ctx, tx, &models.Customer{ContactID: id, PasswordHash: hash, CreatedAt: 1})
		})
		if err != nil {
			t.Fatal(err)
		}
		p := h.desk.Portal()
		me, err := p.Customer(ctx, id)
		if err != nil {
			t.Fatal(err)
		}
		if err := p.AddAddress(ctx, me, "old@example.com", "c"); err != nil {
			t.Fatal(err)
		}
		h.settle(r)
		mails := h.post.to("old@example.com")
		if len(mails) != 1 || len(h.post.to("rosa@example.com")) != 0 {
			t.Fatalf("%d mails", len(mails))
		}
		_, link, found := strings.Cut(mails[0].Text, "/my-address/")
		token, _, _ := strings.Cut(link, "\n")
		if !found || !strings.Contains(mails[0].Text, "Rosa möchte") || mails[0].UnsubscribeURL != "" || strings.Contains(mails[0].Text, "rosa@example.com") {
			t.Fatalf("%+v", mails[0])
		}
		if err := p.ConfirmAddress(ctx, strings.TrimSpace(token)); err != nil {
			t.Fatal(err)
		}
		h.settle(r)
		mails = h.post.to("rosa@example.com")
		if len(mails) != 1 || !strings.Contains(mails[0].Text, "Eine weitere Adresse wurde hinzugefügt.") || !strings.Contains(mails[0].Text, "/my-profile") {
			t.Fatalf("%+v", mails)
		}
		// What was taken back before it was mailed is not mailed.
		if err := p.AddAddress(ctx, me, "mistaken@example.com", "c"); err != nil {
			t.Fatal(err)
		}
		if err := p.RemoveAddress(ctx, me, "mistaken@example.com"); err != nil {
			t.Fatal(err)
		}
		h.clock.forward(time.Minute)
		h.settle(r)
		if n := len(h.post.to("mistaken@example.com")); n != 0 {
			t.Errorf("%d mails to an address that was taken back", n)
		}
	})
}
