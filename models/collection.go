package models

import (
	"context"

	"github.com/uptrace/bun"
)

// Collection groups a project's articles.
type Collection struct {
	bun.BaseModel `bun:"table:collections"`
	ID            int64 `bun:",pk,autoincrement"`
	ProjectID     int64
	Slug          string
	Name          string
	Summary       string
	Position      int64
	// Articles is how many of its articles are public.
	Articles int64 `bun:"-"`
}

// InsertCollection writes a collection and gives it its id. A slug that the project uses
// already is a Conflict.
func InsertCollection(ctx context.Context, tx *Tx, col *Collection) error {
	return insert(ctx, tx, col)
}

const publicCollections = `SELECT id, project_id, slug, name, summary, position, public_articles FROM (
	SELECT id, project_id, slug, name, summary, position,
		(SELECT COUNT(*) FROM articles WHERE articles.collection_id = collections.id AND articles.visibility = 'public') AS public_articles
	FROM collections WHERE project_id = ?) AS counted WHERE public_articles > 0`

func scanCollection(row interface{ Scan(...any) error }) (*Collection, error) {
	var col Collection
	if err := row.Scan(&col.ID, &col.ProjectID, &col.Slug, &col.Name, &col.Summary, &col.Position, &col.Articles); err != nil {
		return nil, orNotFound(err)
	}
	return &col, nil
}

// PublicCollections lists a project's collections in their order, with the number of
// public articles. One without any is left out: its name may say what is not public yet.
func PublicCollections(ctx context.Context, c Conn, projectID int64) ([]*Collection, error) {
	rows, err := c.query(ctx, publicCollections+" ORDER BY position, id", projectID)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var list []*Collection
	for rows.Next() {
		col, err := scanCollection(rows)
		if err != nil {
			return nil, err
		}
		list = append(list, col)
	}
	return list, rows.Err()
}

// PublicCollectionBySlug finds a collection that has public articles, or NotFound.
func PublicCollectionBySlug(ctx context.Context, c Conn, projectID int64, slug string) (*Collection, error) {
	return scanCollection(c.row(ctx, publicCollections+" AND slug = ?", projectID, slug))
}
