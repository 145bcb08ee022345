package jobs

import (
	"strings"
	"testing"
	"time"

	"lodge/desk"
	"lodge/models"
)

// KB-3, PC-10: what an agent publishes is suggested within a second, and what is taken back no more.
func TestArticlesOfAgentsAreSuggested(t *testing.T) {
	eachHouse(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		h.follow(h.index)
		writer := desk.Actor{ID: 1, Name: "Ada", Role: models.RoleAgent}
		suggested := func() string {
			t.Helper()
			cards, err := h.desk.Portal().Suggest(ctx, h.project.Slug, "walrus polishing", "", "en")
			if err != nil {
				t.Fatal(err)
			}
			var titles []string
			for _, c := range cards {
				titles = append(titles, c.Title)
			}
			return strings.Join(titles, ", ")
		}
		becomes := func(want string) {
			t.Helper()
			began := time.Now()
			for suggested() != want {
				if time.Since(began) > 10*time.Second {
					t.Fatalf("suggests %q, want %q", suggested(), want)
				}
				time.Sleep(5 * time.Millisecond)
			}
			// The goal is a second; a crowded machine gets some more before it is a fault.
			if took := time.Since(began); took > 3*time.Second {
				t.Errorf("took %v", took)
			}
		}
		id, err := h.desk.CreateArticle(ctx, writer, h.project.Slug, desk.ArticleInput{Title: "Polishing a walrus", Body: "With care.", Locale: "en", Visibility: models.VisibilityDraft})
		if err != nil {
			t.Fatal(err)
		}
		if got := suggested(); got != "" {
			t.Fatalf("a draft is suggested: %s", got)
		}
		for _, step := range []struct{ visibility, want string }{{"public", "Polishing a walrus"}, {"internal", ""}, {"public", "Polishing a walrus"}, {"draft", ""}, {"public", "Polishing a walrus"}} {
			if err := h.desk.SetArticleVisibility(ctx, writer, id, step.visibility); err != nil {
				t.Fatal(err)
			}
			if step.want == "" && suggested() != "" {
				t.Fatal("it is suggested after it was taken back")
			}
			becomes(step.want)
		}
		if _, err := h.desk.ChangeArticle(ctx, writer, id, desk.ArticleInput{Title: "Walrus polishing, renewed", Body: "With care.", Locale: "en", Visibility: models.VisibilityPublic}); err != nil {
			t.Fatal(err)
		}
		becomes("Walrus polishing, renewed")
		if err := h.desk.DeleteArticle(ctx, writer, id); err != nil {
			t.Fatal(err)
		}
		becomes("")
		h.finds(h.index, "walrus", 0)
	})
}
