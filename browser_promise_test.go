package main

import (
	"context"
	"testing"

	"lodge/internal/browser"
	"lodge/models"
)

// CP-10, EV-1: another type changes what is said of time and nothing that was typed; without
// scripts the form that comes back says it.
func TestBrowserPromiseFollowsTheType(t *testing.T) {
	s := newSite(t)
	if err := s.db.Write(context.Background(), func(ctx context.Context, tx *models.Tx) error {
		cat, err := models.TxCatalog(ctx, tx)
		if err != nil {
			return err
		}
		kind := *cat.ProjectBySlug(storySlug).PublicTypes()[1]
		kind.ResponseTime = "We answer this within 15 minutes"
		return models.UpdateType(ctx, tx, &kind)
	}); err != nil {
		t.Fatal(err)
	}
	cat, err := s.db.Catalog(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	types := cat.ProjectBySlug(storySlug).PublicTypes()
	tab := browser.New(t, browser.Options{Width: 1200, Height: 900})
	tab.Open(s.URL + "/ticket/" + storySlug)
	tab.WaitText("#promise", "within 4 hours")
	tab.Fill("#title", "Nothing works")
	tab.Choose("#type", types[1].Slug)
	tab.WaitText("#promise", "within 15 minutes")
	if tab.Value("#title") != "Nothing works" || tab.Value("#type") != types[1].Slug {
		t.Error("what was typed is gone")
	}
	tab.CheckAxe("another type")
	tab.Choose("#type", types[0].Slug)
	tab.WaitText("#promise", "within 4 hours")

	plain := browser.New(t, browser.Options{Width: 390, Height: 800, NoScripts: true})
	plain.Open(s.URL + "/ticket/" + storySlug + "?type=" + types[1].Slug)
	plain.WaitText("#promise", "within 15 minutes")
}
