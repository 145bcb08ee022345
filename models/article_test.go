package models

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"
)

// library is two projects with articles: "support" with the collections start and empty
// (whose only article is a draft), and "foreign".
type library struct {
	support, foreign int64
	start, empty     int64
	id               map[string]int64
}

func newLibrary(t testing.TB, db *DB) library {
	t.Helper()
	l := library{id: map[string]int64{}}
	write(t, db, func(ctx context.Context, tx *Tx) error {
		for _, slug := range []string{"support", "foreign"} {
			p := &Project{Slug: slug, Name: slug, Portal: PortalPublic, Settings: DefaultProjectSettings(), CreatedAt: At(noon)}
			if err := InsertProject(ctx, tx, p); err != nil {
				return err
			}
			l.support, l.foreign = l.foreign, p.ID
		}
		for i, slug := range []string{"empty", "start"} {
			col := &Collection{ProjectID: l.support, Slug: slug, Name: "The " + slug, Position: int64(9 - i)}
			if err := InsertCollection(ctx, tx, col); err != nil {
				return err
			}
			l.empty, l.start = l.start, col.ID
		}
		for i, a := range []Article{
			{ProjectID: l.support, CollectionID: &l.start, Slug: "reset", Title: "Reset your password", Plain: "Ask for a mail", Visibility: VisibilityPublic},
			{ProjectID: l.support, CollectionID: &l.start, Slug: "move", Title: "Move a password", Summary: "100% safe", Plain: "Export and import", Visibility: VisibilityPublic},
			{ProjectID: l.support, Slug: "loose", Title: "Ärger mit Rechnungen", Plain: "under_score ist kein Übel", Visibility: VisibilityPublic},
			{ProjectID: l.support, CollectionID: &l.start, Slug: "inside", Title: "Password policy", Plain: "For agents", Visibility: VisibilityInternal},
			{ProjectID: l.support, CollectionID: &l.empty, Slug: "draft", Title: "New password rules", Plain: "soon", Visibility: VisibilityDraft},
			{ProjectID: l.foreign, Slug: "reset", Title: "Foreign password", Plain: "of others", Visibility: VisibilityPublic},
		} {
			a.CreatedAt, a.UpdatedAt = At(noon), At(noon.Add(time.Duration(i)*time.Minute))
			if err := InsertArticle(ctx, tx, &a); err != nil {
				return err
			}
			if a.ProjectID == l.foreign {
				a.Slug = "foreign"
			}
			l.id[a.Slug] = a.ID
		}
		return nil
	})
	return l
}

func slugs(cards []ArticleCard) string {
	var list []string
	for _, a := range cards {
		list = append(list, a.Slug)
	}
	return strings.Join(list, " ")
}

// KB-1, KB-2
func TestPublicReadersSeeOnlyPublicArticles(t *testing.T) {
	eachDB(t, func(t *testing.T, db *DB) {
		ctx, l := t.Context(), newLibrary(t, db)
		if a := must(PublicArticleBySlug(ctx, db, l.support, "reset"))(t); a.ID != l.id["reset"] || a.CollectionName != "The start" || a.CollectionSlug != "start" || a.TOC != "[]" || a.Plain != "Ask for a mail" {
			t.Errorf("read %+v", a)
		}
		if a := must(PublicArticleBySlug(ctx, db, l.support, "loose"))(t); a.CollectionName != "" || a.CollectionID != nil {
			t.Errorf("without a collection %+v", a)
		}
		for _, slug := range []string{"inside", "draft", "foreign", "none", ""} {
			if _, err := PublicArticleBySlug(ctx, db, l.support, slug); KindOf(err) != KindNotFound {
				t.Errorf("%q in public: %v", slug, err)
			}
		}
		if a := must(ArticleBySlug(ctx, db, l.support, "draft"))(t); a.Visibility != VisibilityDraft {
			t.Errorf("for agents %+v", a)
		}

		lists := map[string]string{
			"recent":     slugs(must(RecentArticles(ctx, db, l.support, 9))(t)),
			"two recent": slugs(must(RecentArticles(ctx, db, l.support, 2))(t)),
			"start":      slugs(must(PublicArticlesOf(ctx, db, l.start))(t)),
			"empty":      slugs(must(PublicArticlesOf(ctx, db, l.empty))(t)),
		}
		for name, want := range map[string]string{"recent": "loose move reset", "two recent": "loose move", "start": "move reset", "empty": ""} {
			if lists[name] != want {
				t.Errorf("%s: %q, want %q", name, lists[name], want)
			}
		}
	})
}

// KB-3: the index may be behind; the rows decide.
func TestFoundArticlesAreCheckedAgain(t *testing.T) {
	eachDB(t, func(t *testing.T, db *DB) {
		ctx, l := t.Context(), newLibrary(t, db)
		ids := []int64{999}
		for _, id := range l.id {
			ids = append(ids, id)
		}
		found := must(PublicArticlesByIDs(ctx, db, l.support, ids))(t)
		if len(found) != 3 {
			t.Errorf("%d found, want the 3 public ones", len(found))
		}
		for _, slug := range []string{"reset", "move", "loose"} {
			if found[l.id[slug]].Slug != slug {
				t.Errorf("%s is missing", slug)
			}
		}
		if got := found[l.id["move"]]; got.Summary != "100% safe" || got.Plain != "Export and import" || got.CollectionSlug != "start" || got.UpdatedAt == 0 {
			t.Errorf("card %+v", got)
		}
		if found := must(PublicArticlesByIDs(ctx, db, l.support, nil))(t); len(found) != 0 {
			t.Errorf("of no ids: %v", found)
		}
	})
}

func TestPublicCollectionsCountAndHide(t *testing.T) {
	eachDB(t, func(t *testing.T, db *DB) {
		ctx, l := t.Context(), newLibrary(t, db)
		list := must(PublicCollections(ctx, db, l.support))(t)
		if len(list) != 1 || list[0].Slug != "start" || list[0].Articles != 2 {
			t.Fatalf("%d collections", len(list))
		}
		if _, err := PublicCollectionBySlug(ctx, db, l.support, "empty"); KindOf(err) != KindNotFound {
			t.Errorf("the name of one without public articles is shown: %v", err)
		}
		if _, err := PublicCollectionBySlug(ctx, db, l.foreign, "start"); KindOf(err) != KindNotFound {
			t.Errorf("of another project: %v", err)
		}
		if col := must(PublicCollectionBySlug(ctx, db, l.support, "start"))(t); col.ID != l.start || col.Articles != 2 {
			t.Errorf("by slug %+v", col)
		}
		write(t, db, func(ctx context.Context, tx *Tx) error {
			a := must(ArticleBySlug(ctx, tx, l.support, "draft"))(t)
			a.Visibility = VisibilityPublic
			return UpdateArticle(ctx, tx, a)
		})
		list = must(PublicCollections(ctx, db, l.support))(t)
		if len(list) != 2 || list[0].Slug != "start" || list[1].Slug != "empty" {
			t.Errorf("in their order: %d", len(list))
		}
	})
}

func TestEveryWriteOfAnArticleIsNoted(t *testing.T) {
	eachDB(t, func(t *testing.T, db *DB) {
		ctx, l := t.Context(), newLibrary(t, db)
		at := must(LatestPosition(ctx, db))(t)
		if n := len(must(Changes(ctx, db, Position{}, 99))(t)); n != len(l.id) {
			t.Errorf("%d changes for %d articles", n, len(l.id))
		}
		stale := must(ArticleBySlug(ctx, db, l.support, "reset"))(t)
		fresh := *stale
		fresh.Title, fresh.UpdatedAt = "Set a new password", At(noon.Add(time.Hour))
		write(t, db, func(ctx context.Context, tx *Tx) error { return UpdateArticle(ctx, tx, &fresh) })
		got := must(Changes(ctx, db, at, 9))(t)
		if len(got) != 1 || got[0].Noun != "article" || got[0].NounID != fresh.ID || got[0].At != fresh.UpdatedAt {
			t.Errorf("noted %+v", got)
		}
		if a := must(ArticleBySlug(ctx, db, l.support, "reset"))(t); a.Title != fresh.Title || a.Version != 2 || fresh.Version != 2 {
			t.Errorf("saved %+v", a)
		}
		fails := func(what string, f func(ctx context.Context, tx *Tx) error) {
			if err := db.Write(ctx, f); KindOf(err) != KindConflict {
				t.Errorf("%s: %v", what, err)
			}
		}
		fails("a page others have changed since", func(ctx context.Context, tx *Tx) error { return UpdateArticle(ctx, tx, stale) })
		fails("a slug in use", func(ctx context.Context, tx *Tx) error {
			fresh.Slug = "move"
			return UpdateArticle(ctx, tx, &fresh)
		})
		fails("a new one with a slug in use", func(ctx context.Context, tx *Tx) error {
			return InsertArticle(ctx, tx, &Article{ProjectID: l.support, Slug: "move", Visibility: VisibilityDraft})
		})
		if n := len(must(Changes(ctx, db, at, 9))(t)); n != 1 {
			t.Errorf("%d changes after refusals", n)
		}
	})
}

func TestAllArticlesReachTheIndex(t *testing.T) {
	eachDB(t, func(t *testing.T, db *DB) {
		ctx, l := t.Context(), newLibrary(t, db)
		var sizes []int
		seen := map[int64]int{}
		err := EachArticle(ctx, db, 4, func(batch []Article) error {
			sizes = append(sizes, len(batch))
			for _, a := range batch {
				seen[a.ID]++
			}
			return nil
		})
		if err != nil || len(seen) != len(l.id) || fmt.Sprint(sizes) != "[4 2]" {
			t.Errorf("batches %v of %d articles, %v", sizes, len(seen), err)
		}
		if err := EachArticle(ctx, db, 4, func([]Article) error { return NotFound() }); KindOf(err) != KindNotFound {
			t.Errorf("f's own error: %v", err)
		}
		ids := make([]int64, 0, 700)
		for id := range int64(700) {
			ids = append(ids, id)
		}
		if list := must(ArticlesForIndex(ctx, db, ids))(t); len(list) != len(l.id) {
			t.Errorf("%d by id, want all %d and none twice", len(list), len(l.id))
		}
	})
}

func TestViewsMakePopular(t *testing.T) {
	eachDB(t, func(t *testing.T, db *DB) {
		ctx, l := t.Context(), newLibrary(t, db)
		if err := CountViews(ctx, db, map[int64]int64{l.id["reset"]: 5, l.id["loose"]: 2, l.id["draft"]: 50, 999: 1}); err != nil {
			t.Fatal(err)
		}
		if err := CountView(ctx, db, l.id["reset"]); err != nil {
			t.Fatal(err)
		}
		if got := slugs(must(PopularArticles(ctx, db, l.support, 9))(t)); got != "reset loose move" {
			t.Errorf("popular: %s", got)
		}
		reset := must(ArticleBySlug(ctx, db, l.support, "reset"))(t)
		if reset.Views != 6 || reset.Version != 1 {
			t.Errorf("views %d, version %d", reset.Views, reset.Version)
		}
		if a := must(ArticleBySlug(ctx, db, l.support, "draft"))(t); a.Views != 0 {
			t.Errorf("a draft has %d views", a.Views)
		}
		if got := slugs(must(RelatedArticles(ctx, db, reset, 9))(t)); got != "move" {
			t.Errorf("related: %s", got)
		}
		loose := must(ArticleBySlug(ctx, db, l.support, "loose"))(t)
		if got := slugs(must(RelatedArticles(ctx, db, loose, 9))(t)); got != "" {
			t.Errorf("related to one without a collection: %s", got)
		}
	})
}

// KB-3: while the index is away.
func TestSearchWithoutTheIndex(t *testing.T) {
	eachDB(t, func(t *testing.T, db *DB) {
		ctx, l := t.Context(), newLibrary(t, db)
		for _, row := range []struct{ words, want string }{
			{"password", "reset move"},
			{"PASSWORD import", "move reset"},
			{"ärger", "loose"},
			{"übel", "loose"},
			{"100%", "move"},
			{"%", "move"},
			{"_", "loose"},
			{"r_set", ""},
			{"!", ""},
			{"agents", ""},
			{"rules", ""},
			{"others", ""},
			{"'OR(1=1)--", ""},
			{"", ""},
			{"a1 a2 a3 a4 a5 a6 password", ""},
		} {
			if got := slugs(must(FallbackArticleSearch(ctx, db, l.support, strings.Split(row.words, " "), 9))(t)); got != row.want {
				t.Errorf("%q finds %q, want %q", row.words, got, row.want)
			}
		}
		if got := slugs(must(FallbackArticleSearch(ctx, db, l.support, []string{"password"}, 1))(t)); got != "reset" {
			t.Errorf("limit: %s", got)
		}
	})
}

func TestArticleStatementsUseIndexes(t *testing.T) {
	db := openLiteDB(t)
	ctx, l := t.Context(), newLibrary(t, db)
	a := must(PublicArticleBySlug(ctx, db, l.support, "reset"))(t)
	must(ArticleBySlug(ctx, db, l.support, "reset"))(t)
	must(PublicArticlesByIDs(ctx, db, l.support, []int64{1, 2, 3}))(t)
	must(ArticlesForIndex(ctx, db, []int64{1, 2, 3}))(t)
	must(PublicCollections(ctx, db, l.support))(t)
	must(PublicCollectionBySlug(ctx, db, l.support, "start"))(t)
	must(PublicArticlesOf(ctx, db, l.start))(t)
	must(RecentArticles(ctx, db, l.support, 9))(t)
	must(PopularArticles(ctx, db, l.support, 9))(t)
	must(RelatedArticles(ctx, db, a, 9))(t)
	must(FallbackArticleSearch(ctx, db, l.support, []string{"a"}, 9))(t)
	if err := CountView(ctx, db, a.ID); err != nil {
		t.Fatal(err)
	}
	if err := EachArticle(ctx, db, 9, func([]Article) error { return nil }); err != nil {
		t.Fatal(err)
	}
	assertIndexed(t, db)
	for _, by := range []string{"updated_at", "views"} {
		plan := explain(t, db, "SELECT "+cardColumns+" WHERE articles.project_id = ? AND articles.visibility = 'public' ORDER BY articles."+by+" DESC, articles.id DESC LIMIT ?")
		if strings.Contains(plan, "TEMP B-TREE") {
			t.Errorf("by %s everything is sorted: %s", by, plan)
		}
	}
}
