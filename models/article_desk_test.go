package models

import (
	"context"
	"fmt"
	"testing"
)

// The desk's lists of articles read no whole table, whatever narrows them.
func TestArticleListsUseIndexes(t *testing.T) {
	eachDB(t, func(t *testing.T, db *DB) {
		d := newDesk(t, db)
		ctx := t.Context()
		write(t, db, func(ctx context.Context, tx *Tx) error {
			col := &Collection{ProjectID: d.project, Slug: "shelf", Name: "Shelf"}
			if err := InsertCollection(ctx, tx, col); err != nil {
				return err
			}
			for i := range 6 {
				a := &Article{ProjectID: d.project, CollectionID: &col.ID, Slug: fmt.Sprint("a", i), Title: fmt.Sprint("Ärger ", i), Body: "x", Visibility: Visibilities[i%3], Locale: "en", CreatedAt: At(noon), UpdatedAt: At(noon)}
				if err := InsertArticle(ctx, tx, a); err != nil {
					return err
				}
			}
			return nil
		})
		for name, row := range map[string]struct {
			q    ArticleQuery
			want int
		}{
			"all":           {ArticleQuery{}, 6},
			"public":        {ArticleQuery{Visibility: VisibilityPublic}, 2},
			"no drafts":     {ArticleQuery{NoDrafts: true}, 4},
			"collection":    {ArticleQuery{CollectionID: 1}, 6},
			"no collection": {ArticleQuery{CollectionID: NoCollection}, 0},
			"title":         {ArticleQuery{Title: "ärger 3"}, 1},
			"second page":   {ArticleQuery{Before: At(noon), BeforeID: 3}, 2},
			"none of it":    {ArticleQuery{Visibility: VisibilityDraft, CollectionID: 1, Title: "%"}, 0},
		} {
			row.q.ProjectID, row.q.Limit = d.project, 50
			list, err := Articles(ctx, db, row.q)
			if err != nil || len(list) != row.want {
				t.Errorf("%s: %d, %v", name, len(list), err)
			}
			row.q.ProjectID++
			if list, _ := Articles(ctx, db, row.q); len(list) != 0 {
				t.Errorf("%s: another project lists %d", name, len(list))
			}
		}
		if _, err := Collections(ctx, db, d.project); err != nil {
			t.Fatal(err)
		}
		if _, err := MovedArticle(ctx, db, d.project, "nowhere"); KindOf(err) != KindNotFound {
			t.Fatal(err)
		}
		write(t, db, func(ctx context.Context, tx *Tx) error {
			for _, err := range []error{KeepArticleSlug(ctx, tx, d.project, "old", 1), KeepArticleSlug(ctx, tx, d.project, "old", 2), DeleteCollection(ctx, tx, 1), DeleteArticle(ctx, tx, 1, noon)} {
				if err != nil {
					return err
				}
			}
			return nil
		})
		if db.dialect.postgres {
			return
		}
		// A project's few collections are read whole.
		assertIndexed(t, db, "FROM collections WHERE project_id", "workspaces", "projects", "INSERT")
	})
}
