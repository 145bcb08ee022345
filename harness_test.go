package main

import (
	"context"
	"io"
	"testing"
	"time"

	"lodge/config"
	"lodge/desk"
	"lodge/markup"
	"lodge/models"
)

// startApp starts the real program on a free port; it is stopped at the test's end.
func startApp(t *testing.T, c config.Config) *App {
	t.Helper()
	app, err := NewApp(&c, newLog(&c, io.Discard))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
		defer cancel()
		if err := app.Stop(ctx); err != nil {
			t.Errorf("stop: %v", err)
		}
	})
	if err := app.Start(context.Background()); err != nil {
		t.Fatal(err)
	}
	return app
}

// openProject makes a project whose limits do not stand in a test's way.
func openProject(ctx context.Context, tx *models.Tx, slug string) error {
	cat, err := models.TxCatalog(ctx, tx)
	if err != nil {
		return err
	}
	w := cat.Workspace
	w.Settings.ClientCreates, w.Settings.ClientUploadMB, w.SetUpAt = 1_000_000, 100_000, models.At(time.Now())
	if err := models.UpdateWorkspace(ctx, tx, &w); err != nil {
		return err
	}
	_, err = desk.NewProject(ctx, tx, desk.ProjectPlan{Slug: slug, Name: "Crash", Settings: func(s *models.ProjectSettings) {
		s.MinimumFillSeconds, s.UndoSeconds = 0, 0
	}}, time.Now())
	return err
}

// addArticle publishes one article and waits until the index knows it.
func addArticle(t *testing.T, c *config.Config) {
	t.Helper()
	ctx := context.Background()
	app := startApp(t, *c)
	cat, err := app.db.Catalog(ctx)
	if err != nil {
		t.Fatal(err)
	}
	html, _, plain := markup.Article("Switch the printer off and on again.")
	now := models.At(time.Now())
	err = app.db.Write(ctx, func(ctx context.Context, tx *models.Tx) error {
		return models.InsertArticle(ctx, tx, &models.Article{ProjectID: cat.ProjectBySlug("crash").ID, Slug: "printer", Title: "When the printer is on fire", Body: plain, HTML: html, Plain: plain,
			TOC: "[]", MarkupVersion: markup.Version, Visibility: "public", Locale: "en", PublishedAt: now, CreatedAt: now, UpdatedAt: now})
	})
	if err != nil {
		t.Fatal(err)
	}
	for deadline := time.Now().Add(30 * time.Second); ; time.Sleep(10 * time.Millisecond) {
		found, err := app.desk.Portal().SearchDocs(ctx, "crash", "printer", 0)
		if err != nil || time.Now().After(deadline) {
			t.Fatalf("the article is not found: %v", err)
		}
		if !found.Partial && len(found.Articles) == 1 {
			break
		}
	}
	if err := app.Stop(ctx); err != nil {
		t.Fatal(err)
	}
}
