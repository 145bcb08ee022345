package desk

import (
	"context"
	"testing"

	"lodge/models"
)

// CP-5, CP-11: the front page counts and names a customer's own tickets, found by words of the
// title whatever their case, and by reference; nobody else's, and nothing of a closed portal.
func TestHomeTickets(t *testing.T) {
	onEach(t, func(t *testing.T, h *house) {
		ctx := context.Background()
		var grace, heidi *models.Contact
		h.write(func(ctx context.Context, tx *models.Tx) (err error) {
			now := models.At(h.clock())
			if grace, err = models.EnsureContact(ctx, tx, models.Contact{Address: "grace@hopper.example", AddressKey: "grace@hopper.example", Origin: models.OriginWeb, CreatedAt: now}); err != nil {
				return err
			}
			if heidi, err = models.EnsureContact(ctx, tx, models.Contact{Address: "heidi@hopper.example", AddressKey: "heidi@hopper.example", Origin: models.OriginWeb, CreatedAt: now}); err != nil {
				return err
			}
			for _, id := range []int64{grace.ID, heidi.ID} {
				if err := models.InsertCustomer(ctx, tx, &models.Customer{ContactID: id, CreatedAt: now}); err != nil {
					return err
				}
			}
			return nil
		})
		mine, theirs := h.Portal().As(Customer{ID: grace.ID}), h.Portal().As(Customer{ID: heidi.ID})
		made := map[string]string{}
		for _, title := range []string{"Ärger with the lamp", "100% _dark_"} {
			form, err := mine.OwnForm(ctx, "acme", FormAsk{})
			if err != nil {
				t.Fatal(err)
			}
			done, err := mine.SubmitOwn(ctx, SubmitInput{Slug: "acme", FormID: form.FormID, Title: title, Description: "x"}, OwnInput{})
			if err != nil {
				t.Fatal(err)
			}
			made[title] = done.Reference
		}
		home, err := mine.HomeTickets(ctx)
		if err != nil || home.Active != 2 || len(home.Recent) != 2 || len(home.States) != 1 || home.States[0].Count != 2 || home.States[0].Status.Label == "" {
			t.Fatalf("%+v, %v", home, err)
		}
		if other, err := theirs.HomeTickets(ctx); err != nil || other.Active != 0 || len(other.Recent) != 0 {
			t.Errorf("somebody else has %+v, %v", other, err)
		}
		// The words themselves are found by the index of tickets, see TestA70CustomerSearch.
		for _, text := range []string{"", "ärger", "%", "_", "'; --", made["100% _dark_"]} {
			if found, err := theirs.FindOwnTickets(ctx, text); err != nil || len(found) != 0 {
				t.Errorf("%q finds somebody else's %+v, %v", text, found, err)
			}
		}
		if found, err := mine.FindOwnTickets(Within(ctx, "elsewhere"), "lamp"); err != nil || len(found) != 0 {
			t.Errorf("at another project's host name it finds %+v, %v", found, err)
		}
		h.settings(func(p *models.Project) { p.Portal = models.PortalNone })
		if home, err := mine.HomeTickets(ctx); err != nil || home.Active != 0 || len(home.Recent) != 0 {
			t.Errorf("with the portal off there is %+v, %v", home, err)
		}
		// CP-8: the draft is dropped with the ticket, and never somebody else's.
		h.settings(func(p *models.Project) { p.Portal = models.PortalPublic })
		if err := mine.SaveNewDraft(ctx, "acme", map[string][]string{"title": {"begun"}}); err != nil {
			t.Fatal(err)
		}
		if draft, err := theirs.NewDraft(ctx, "acme"); err != nil || draft != nil {
			t.Errorf("somebody else reads %v, %v", draft, err)
		}
		if draft, err := mine.NewDraft(ctx, "acme"); err != nil || draft["title"][0] != "begun" {
			t.Errorf("kept %v, %v", draft, err)
		}
		if n, err := models.PruneDrafts(ctx, h.db, h.clock().Add(1e9)); err != nil || n != 1 {
			t.Errorf("pruned %d, %v", n, err)
		}
		articles, err := h.Portal().SearchEverywhere(ctx, "anything at all")
		if err != nil || len(articles.Articles) != 0 {
			t.Errorf("%+v, %v", articles, err)
		}
		if _, err := h.Portal().Popular(ctx); err != nil {
			t.Error(err)
		}
	})
}
