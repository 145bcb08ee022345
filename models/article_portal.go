package models

import (
	"context"
	"database/sql"
)

// PlacedArticle is a public article and the project it belongs to.
type PlacedArticle struct {
	ArticleCard
	ProjectID int64
}

// PopularArticlesIn lists the public articles of some projects, the most read first.
func PopularArticlesIn(ctx context.Context, c Conn, projects []int64, limit int) ([]PlacedArticle, error) {
	if len(projects) == 0 {
		return nil, nil
	}
	in, args := idList(projects)
	return placedArticles(ctx, c, "WHERE articles.project_id IN ("+in+") AND articles.visibility = 'public' ORDER BY articles.views DESC, articles.id DESC LIMIT ?", append(args, limit)...)
}

// PublicArticlesIn is PublicArticlesByIDs for several projects. At most 256 ids.
func PublicArticlesIn(ctx context.Context, c Conn, projects, ids []int64) (map[int64]PlacedArticle, error) {
	found := map[int64]PlacedArticle{}
	if len(ids) == 0 || len(projects) == 0 {
		return found, nil
	}
	in, args := idList(ids[:min(len(ids), idsAtOnce)])
	of, more := idList(projects)
	all, err := placedArticles(ctx, c, "WHERE articles.id IN ("+in+") AND articles.project_id IN ("+of+") AND articles.visibility = 'public'", append(args, more...)...)
	for _, a := range all {
		found[a.ID] = a
	}
	return found, err
}

func placedArticles(ctx context.Context, c Conn, where string, args ...any) ([]PlacedArticle, error) {
	return scanPlaced(c.query(ctx, "SELECT articles.project_id, "+cardColumns+" "+where, args...))
}

func scanPlaced(rows *sql.Rows, err error) ([]PlacedArticle, error) {
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []PlacedArticle
	for rows.Next() {
		var a PlacedArticle
		if err := rows.Scan(&a.ProjectID, &a.ID, &a.Slug, &a.Title, &a.Summary, &a.CollectionName, &a.CollectionSlug, &a.Plain, &a.UpdatedAt); err != nil {
			return nil, err
		}
		all = append(all, a)
	}
	return all, rows.Err()
}
