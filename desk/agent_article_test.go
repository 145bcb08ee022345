package desk

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"lodge/models"
)

func article(title, body, visibility string) ArticleInput {
	return ArticleInput{Title: title, Body: body, Locale: "en", Visibility: visibility}
}

// AG-2 (articles): an article is written, published, moved and taken back; visitors see exactly what is public.
func TestArticlesAreWritten(t *testing.T) {
	onEach(t, func(t *testing.T, h *house) {
		ctx := context.Background()
		must := func(err error) {
			t.Helper()
			if err != nil {
				t.Fatal(err)
			}
		}
		public := func(slug string) string {
			t.Helper()
			a, err := h.Portal().Article(ctx, "acme", slug)
			switch {
			case models.KindOf(err) == models.KindNotFound && err != nil:
				return "nothing"
			case err != nil:
				t.Fatal(err)
			case a.Moved != "":
				return "moved to " + a.Moved
			}
			return a.HTML
		}
		shelf, err := h.CreateCollection(ctx, h.ada, "acme", CollectionInput{Name: "First steps", Summary: " Where\nto begin "})
		must(err)
		in := article("  Restore a backup ", "# One\r\n\r\n<script>x</script>\r\n\r\n**Two**", models.VisibilityDraft)
		in.Collection, in.Summary = shelf, "How to"
		id, err := h.CreateArticle(ctx, h.ada, "acme", in)
		must(err)
		sheet, err := h.ArticleToEdit(ctx, h.ada, id)
		must(err)
		if sheet.Slug != "restore-a-backup" || sheet.Title != "Restore a backup" || sheet.Collection != shelf || sheet.Public || strings.Contains(sheet.HTML, "<script") || !strings.Contains(sheet.HTML, "<strong>Two</strong>") {
			t.Fatalf("sheet %+v", sheet)
		}
		if public(sheet.Slug) != "nothing" {
			t.Fatal("a draft is public")
		}
		if cols, _ := models.PublicCollections(ctx, h.db, h.project.ID); len(cols) != 0 {
			t.Fatal("a collection without public articles is public")
		}

		// Draft → public → another address → draft: the old address leads on while it is public, and only then.
		must(h.SetArticleVisibility(ctx, h.ada, id, models.VisibilityPublic))
		if !strings.Contains(public("restore-a-backup"), "Two") {
			t.Fatal("it is not public")
		}
		in.Slug, in.Visibility, in.Version = "get-it-back", models.VisibilityPublic, sheet.Version+1
		done, err := h.ChangeArticle(ctx, h.ada, id, in)
		must(err)
		if !done.Moved || public("restore-a-backup") != "moved to get-it-back" || !strings.Contains(public("get-it-back"), "Two") {
			t.Fatalf("moved %v: %s", done.Moved, public("restore-a-backup"))
		}
		other, err := h.CreateArticle(ctx, h.ada, "acme", article("Restore a backup", "Other.", models.VisibilityPublic))
		must(err)
		if got := public("restore-a-backup"); !strings.Contains(got, "Other.") {
			t.Fatalf("an article does not have its own address: %s", got)
		}
		must(h.DeleteArticle(ctx, h.ada, other))
		if public("restore-a-backup") != "nothing" {
			t.Fatal("a deleted article's address leads somewhere")
		}
		in.Slug, in.Version = "third-place", 0
		_, err = h.ChangeArticle(ctx, h.ada, id, in)
		must(err)
		must(h.SetArticleVisibility(ctx, h.ada, id, models.VisibilityInternal))
		for _, slug := range []string{"third-place", "get-it-back"} {
			if got := public(slug); got != "nothing" {
				t.Fatalf("%s shows %s after it was taken back", slug, got)
			}
		}

		// Two editors: the second changes nothing and is told; saving again is on purpose.
		sheet, err = h.ArticleToEdit(ctx, h.ada, id)
		must(err)
		first, second := sheet.ArticleInput, sheet.ArticleInput
		first.Body, second.Body = "First.", "Second."
		_, err = h.ChangeArticle(ctx, h.ada, id, first)
		must(err)
		_, err = h.ChangeArticle(ctx, h.ada, id, second)
		h.kind(err, models.KindConflict)
		if now, _ := h.Article(ctx, h.ada, id); now.Body != "First." {
			t.Fatalf("the second editor won: %s", now.Body)
		}
		second.Version = 0
		_, err = h.ChangeArticle(ctx, h.ada, id, second)
		must(err)

		// What is refused.
		for field, bad := range map[string]ArticleInput{
			"title":      article(" ", "x", models.VisibilityDraft),
			"body":       article("x", " ", models.VisibilityPublic),
			"visibility": article("x", "x", "secret"),
			"slug":       {Title: "x", Body: "x", Locale: "en", Visibility: "draft", Slug: "Not a slug"},
			"locale":     {Title: "x", Body: "x", Locale: "tlh", Visibility: "draft"},
			"collection": {Title: "x", Body: "x", Locale: "en", Visibility: "draft", Collection: "of-nobody"},
			"summary":    {Title: "x", Body: "x", Locale: "en", Visibility: "draft", Summary: strings.Repeat("x", 301)},
		} {
			_, err := h.CreateArticle(ctx, h.ada, "acme", bad)
			h.fault(err, field)
		}
		_, err = h.CreateArticle(ctx, h.ada, "acme", article("x", strings.Repeat("x", models.MaxArticle+1), models.VisibilityDraft))
		h.fault(err, "body")
		taken := article("x", "x", models.VisibilityDraft)
		for _, slug := range []string{"third-place", "search", "collections"} {
			taken.Slug = slug
			_, err = h.CreateArticle(ctx, h.ada, "acme", taken)
			h.fault(err, "slug")
		}
		search, err := h.CreateArticle(ctx, h.ada, "acme", article("Search", "x", models.VisibilityDraft))
		must(err)
		if sheet, _ := h.Article(ctx, h.ada, search); sheet.Slug != "search-2" {
			t.Fatalf("slug %s", sheet.Slug)
		}

		// A collection goes; its articles stay.
		must(h.DeleteCollection(ctx, h.ada, "acme", shelf))
		if sheet, err := h.Article(ctx, h.ada, id); err != nil || sheet.Collection != "" || sheet.Body != "Second." {
			t.Fatalf("after its collection: %+v, %v", sheet, err)
		}
		log, err := models.Audit(ctx, h.db, models.AuditQuery{Kind: "article", Limit: 50})
		if err != nil || len(log) < 6 {
			t.Fatalf("audit log %v, %v", log, err)
		}
	})
}

// AG-2 (articles): the list filters, searches and pages; who may not write sees no draft; a foreign project is not there.
func TestArticleListAndRights(t *testing.T) {
	onEach(t, func(t *testing.T, h *house) {
		ctx := context.Background()
		shelf, err := h.CreateCollection(ctx, h.ada, "acme", CollectionInput{Name: "Shelf"})
		if err != nil {
			t.Fatal(err)
		}
		var ids []int64
		for i := range articlesPage + 3 {
			in := article(fmt.Sprintf("Ärger mit %d%%", i), "x", models.Visibilities[i%3])
			if i == 0 {
				in.Collection = shelf
			}
			id, err := h.CreateArticle(ctx, h.ada, "acme", in)
			if err != nil {
				t.Fatal(err)
			}
			ids = append(ids, id)
			if i%5 != 0 { // some of the same moment
				h.later(time.Second)
			}
		}
		viewer := Actor{ID: 99, Role: models.RoleViewer}
		list := func(actor Actor, ask ArticleAsk) *ArticleList {
			t.Helper()
			page, err := h.Articles(ctx, actor, ask)
			if err != nil {
				t.Fatal(err)
			}
			return page
		}
		first := list(h.ada, ArticleAsk{})
		second := list(h.ada, ArticleAsk{Before: first.Next})
		seen := map[int64]bool{}
		for _, a := range append(first.Articles, second.Articles...) {
			seen[a.ID] = true
		}
		if len(first.Articles) != articlesPage || len(second.Articles) != 3 || second.Next != "" || len(seen) != len(ids) || first.Articles[0].ID != ids[len(ids)-1] {
			t.Fatalf("pages of %d and %d, %d in all", len(first.Articles), len(second.Articles), len(seen))
		}
		for ask, want := range map[ArticleAsk]int{
			{Visibility: "draft"}: 18, {Visibility: "public"}: 17, {Collection: shelf}: 1, {Collection: "-", Visibility: "draft"}: 17, {Title: "ärger 7%"}: 5, {Title: "_"}: 0, {Title: "12%"}: 1,
		} {
			if got := len(list(h.ada, ask).Articles); got != want {
				t.Errorf("%+v finds %d, want %d", ask, got, want)
			}
		}
		for _, a := range list(viewer, ArticleAsk{}).Articles {
			if a.Visibility == models.VisibilityDraft {
				t.Fatal("a viewer sees a draft")
			}
		}
		if got := list(viewer, ArticleAsk{Visibility: "draft"}); len(got.Articles) != 0 || got.CanWrite {
			t.Fatal("a viewer finds drafts")
		}
		_, err = h.Article(ctx, viewer, ids[0])
		h.kind(err, models.KindNotFound)
		if _, err := h.Article(ctx, viewer, ids[1]); err != nil {
			t.Fatalf("a viewer reads no internal article: %v", err)
		}
		foreign := Actor{ID: 9, Projects: map[int64]models.Role{h.project.ID + 1: models.RoleAgent}}
		for who, row := range map[string]struct {
			actor Actor
			kind  models.Kind
		}{"viewer": {viewer, models.KindForbidden}, "foreign": {foreign, models.KindNotFound}, "nobody": {Actor{}, models.KindForbidden}} {
			_, err := h.CreateArticle(ctx, row.actor, "acme", article("x", "x", "public"))
			_, changed := h.ChangeArticle(ctx, row.actor, ids[1], article("x", "x", "public"))
			_, collected := h.CreateCollection(ctx, row.actor, "acme", CollectionInput{Name: "x"})
			for verb, err := range map[string]error{"create": err, "change": changed, "publish": h.SetArticleVisibility(ctx, row.actor, ids[1], "public"), "delete": h.DeleteArticle(ctx, row.actor, ids[1]),
				"collect": collected, "rename": h.ChangeCollection(ctx, row.actor, "acme", shelf, CollectionInput{Name: "x"}), "drop": h.DeleteCollection(ctx, row.actor, "acme", shelf), "order": h.OrderCollections(ctx, row.actor, "acme", Order{})} {
				if err == nil || models.KindOf(err) != row.kind {
					t.Errorf("%s: %s answers %v", who, verb, err)
				}
			}
		}
		if page, err := h.Articles(ctx, foreign, ArticleAsk{}); err != nil || len(page.Articles) != 0 || len(page.Projects) != 0 {
			t.Errorf("foreign lists %+v, %v", page, err)
		}
		_, err = h.Articles(ctx, foreign, ArticleAsk{Project: "acme"})
		h.kind(err, models.KindNotFound)
	})
}

// AG-2 (articles): collections keep the order they were put in, and their slug.
func TestCollectionsAreSorted(t *testing.T) {
	onEach(t, func(t *testing.T, h *house) {
		ctx := context.Background()
		var slugs []string
		for _, name := range []string{"One", "Two", "Three"} {
			slug, err := h.CreateCollection(ctx, h.ada, "acme", CollectionInput{Name: name})
			if err != nil {
				t.Fatal(err)
			}
			slugs = append(slugs, slug)
			in := article(name, "x", models.VisibilityPublic)
			in.Collection = slug
			if _, err := h.CreateArticle(ctx, h.ada, "acme", in); err != nil {
				t.Fatal(err)
			}
		}
		order := func() string {
			t.Helper()
			home, err := h.Portal().Docs(ctx, "acme")
			if err != nil {
				t.Fatal(err)
			}
			var names []string
			for _, c := range home.Collections {
				names = append(names, c.Name)
			}
			return strings.Join(names, " ")
		}
		if err := h.OrderCollections(ctx, h.ada, "acme", Order{Key: "three", Step: -1}); err != nil || order() != "One Three Two" {
			t.Fatalf("%s, %v", order(), err)
		}
		if err := h.OrderCollections(ctx, h.ada, "acme", Order{All: []string{"two", "one", "made-up"}}); err != nil || order() != "Two One Three" {
			t.Fatalf("%s, %v", order(), err)
		}
		if err := h.ChangeCollection(ctx, h.ada, "acme", slugs[1], CollectionInput{Name: "Second"}); err != nil || order() != "Second One Three" {
			t.Fatalf("%s, %v", order(), err)
		}
		h.fault(h.ChangeCollection(ctx, h.ada, "acme", slugs[1], CollectionInput{Name: " "}), "name")
		if _, err := h.Portal().Collection(ctx, "acme", "two"); err != nil {
			t.Fatalf("its address changed: %v", err)
		}
	})
}
