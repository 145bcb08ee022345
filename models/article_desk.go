package models

import (
	"context"
	"strings"
	"time"
)

// Visibilities lists who may read an article, the narrowest first.
var Visibilities = []string{VisibilityDraft, VisibilityInternal, VisibilityPublic}

// MaxArticle is how many bytes of Markdown one article may have.
const MaxArticle = 256 << 10

// NoCollection asks for articles that are in none.
const NoCollection = -1

// ArticleQuery asks for one page of a project's articles, the latest changed first. Zero values
// do not narrow. The page after a row begins behind its (UpdatedAt, ID).
type ArticleQuery struct {
	ProjectID    int64
	Visibility   string
	NoDrafts     bool  // for those who may not write
	CollectionID int64 // or NoCollection
	Title        string
	Before       Stamp
	BeforeID     int64
	Limit        int
}

// ArticleRow is an article in a list of the desk.
type ArticleRow struct {
	ID             int64
	Slug           string
	Title          string
	Visibility     string
	Locale         string
	CollectionName string // empty without a collection
	Views          int64
	UpdatedAt      Stamp
}

// Articles lists a project's articles for the desk.
func Articles(ctx context.Context, c Conn, q ArticleQuery) ([]ArticleRow, error) {
	parts, args := []string{"articles.project_id = ?"}, []any{q.ProjectID}
	if q.Visibility != "" {
		parts, args = append(parts, "articles.visibility = ?"), append(args, q.Visibility)
	}
	if q.NoDrafts {
		parts = append(parts, "articles.visibility <> 'draft'")
	}
	if q.CollectionID > 0 {
		parts, args = append(parts, "articles.collection_id = ?"), append(args, q.CollectionID)
	}
	if q.CollectionID == NoCollection {
		parts = append(parts, "articles.collection_id IS NULL")
	}
	like := c.root().dialect.like
	for _, word := range strings.Fields(q.Title) {
		// SQLite takes upper for lower case in ASCII only: ask for both.
		small := strings.ToLower(word)
		parts = append(parts, "(articles.title "+like+" ? ESCAPE '!' OR articles.title "+like+" ? ESCAPE '!')")
		args = append(args, containing(small), containing(capitalize(small)))
	}
	if q.BeforeID != 0 {
		parts, args = append(parts, "(articles.updated_at, articles.id) < (?, ?)"), append(args, q.Before, q.BeforeID)
	}
	rows, err := c.query(ctx, `SELECT articles.id, articles.slug, articles.title, articles.visibility, articles.locale, COALESCE(collections.name, ''), articles.views, articles.updated_at
		FROM articles LEFT JOIN collections ON collections.id = articles.collection_id WHERE `+strings.Join(parts, " AND ")+
		" ORDER BY articles.updated_at DESC, articles.id DESC LIMIT ?", append(args, q.Limit)...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var list []ArticleRow
	for rows.Next() {
		var a ArticleRow
		if err := rows.Scan(&a.ID, &a.Slug, &a.Title, &a.Visibility, &a.Locale, &a.CollectionName, &a.Views, &a.UpdatedAt); err != nil {
			return nil, err
		}
		list = append(list, a)
	}
	return list, rows.Err()
}

// ArticleByID reads an article of any project and visibility, or NotFound.
func ArticleByID(ctx context.Context, c Conn, id int64) (*Article, error) {
	return scanArticle(c.row(ctx, "SELECT "+articleColumns+" WHERE articles.id = ?", id))
}

// ArticleSlugTaken says whether another article of the project has this slug.
func ArticleSlugTaken(ctx context.Context, c Conn, projectID int64, slug string, but int64) (bool, error) {
	var n int
	err := c.row(ctx, "SELECT COUNT(*) FROM articles WHERE project_id = ? AND slug = ? AND id <> ?", projectID, slug, but).Scan(&n)
	return n > 0, err
}

// DeleteArticle removes an article with its old addresses, and tells the index.
func DeleteArticle(ctx context.Context, tx *Tx, id int64, now time.Time) error {
	if _, err := tx.exec(ctx, "DELETE FROM article_slugs WHERE article_id = ?", id); err != nil {
		return err
	}
	n, err := affected(tx.exec(ctx, "DELETE FROM articles WHERE id = ?", id))
	if err != nil {
		return err
	}
	if n != 1 {
		return NotFound()
	}
	return NoteChange(ctx, tx, "article", id, now)
}

// KeepArticleSlug lets an address that an article had lead to it from now on. The newest owner
// of an address has it.
func KeepArticleSlug(ctx context.Context, tx *Tx, projectID int64, slug string, articleID int64) error {
	if err := DropArticleSlug(ctx, tx, projectID, slug); err != nil {
		return err
	}
	_, err := tx.exec(ctx, "INSERT INTO article_slugs (project_id, slug, article_id) VALUES (?, ?, ?)", projectID, slug, articleID)
	return err
}

// DropArticleSlug forgets an old address, as when an article itself takes it.
func DropArticleSlug(ctx context.Context, tx *Tx, projectID int64, slug string) error {
	_, err := tx.exec(ctx, "DELETE FROM article_slugs WHERE project_id = ? AND slug = ?", projectID, slug)
	return err
}

// MovedArticle finds the present slug of the public article that once had this one, or NotFound.
func MovedArticle(ctx context.Context, c Conn, projectID int64, slug string) (string, error) {
	var now string
	err := c.row(ctx, `SELECT articles.slug FROM article_slugs JOIN articles ON articles.id = article_slugs.article_id
		WHERE article_slugs.project_id = ? AND article_slugs.slug = ? AND articles.visibility = 'public'`, projectID, slug).Scan(&now)
	return now, orNotFound(err)
}
