package models

import (
	"context"
	"database/sql"
	"slices"

	"github.com/uptrace/bun"
)

// Article is one page of the public docs. HTML, Plain and TOC are made from Body when it
// is written, so that reading it costs no work.
type Article struct {
	bun.BaseModel `bun:"table:articles"`
	ID            int64 `bun:",pk,autoincrement"`
	ProjectID     int64
	CollectionID  *int64
	Slug          string
	Title         string
	Summary       string
	Body          string // Markdown
	HTML          string `bun:"html"` // cleaned
	Plain         string // words only, for the index
	TOC           string `bun:"toc"` // JSON list of headings
	MarkupVersion int64  // which cleaner made HTML
	Visibility    string
	Locale        string
	Views         int64
	Version       int64 // moves with every change
	PublishedAt   Stamp
	CreatedAt     Stamp
	UpdatedAt     Stamp

	// Of its collection; empty without one.
	CollectionName string `bun:"-"`
	CollectionSlug string `bun:"-"`
}

// Who may read an article.
const (
	VisibilityDraft    = "draft"
	VisibilityInternal = "internal" // agents
	VisibilityPublic   = "public"
)

const articleColumns = `articles.id, articles.project_id, articles.collection_id, articles.slug, articles.title, articles.summary, articles.body, articles.html,
	articles.plain, articles.toc, articles.markup_version, articles.visibility, articles.locale, articles.views, articles.version, articles.published_at,
	articles.created_at, articles.updated_at, COALESCE(collections.name, ''), COALESCE(collections.slug, '')
	FROM articles LEFT JOIN collections ON collections.id = articles.collection_id`

func scanArticle(row interface{ Scan(...any) error }) (*Article, error) {
	var a Article
	err := row.Scan(&a.ID, &a.ProjectID, &a.CollectionID, &a.Slug, &a.Title, &a.Summary, &a.Body, &a.HTML, &a.Plain, &a.TOC, &a.MarkupVersion, &a.Visibility, &a.Locale,
		&a.Views, &a.Version, &a.PublishedAt, &a.CreatedAt, &a.UpdatedAt, &a.CollectionName, &a.CollectionSlug)
	if err != nil {
		return nil, orNotFound(err)
	}
	return &a, nil
}

func scanArticles(rows *sql.Rows, err error) ([]Article, error) {
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var list []Article
	for rows.Next() {
		a, err := scanArticle(rows)
		if err != nil {
			return nil, err
		}
		list = append(list, *a)
	}
	return list, rows.Err()
}

// InsertArticle writes an article, gives it its id and tells the index. A slug that the
// project uses already is a Conflict. Its times are the caller's.
func InsertArticle(ctx context.Context, tx *Tx, a *Article) error {
	if a.Version == 0 {
		a.Version = 1
	}
	if a.TOC == "" {
		a.TOC = "[]"
	}
	if err := insert(ctx, tx, a); err != nil {
		return err
	}
	return NoteChange(ctx, tx, "article", a.ID, a.UpdatedAt.Time())
}

// UpdateArticle writes an article back and tells the index. When it has been changed
// since it was read (another version), that is a Conflict, as is a slug in use.
func UpdateArticle(ctx context.Context, tx *Tx, a *Article) error {
	n, err := affected(tx.exec(ctx, `UPDATE articles SET collection_id = ?, slug = ?, title = ?, summary = ?, body = ?, html = ?, plain = ?, toc = ?, markup_version = ?,
		visibility = ?, locale = ?, version = version + 1, published_at = ?, updated_at = ? WHERE id = ? AND version = ?`,
		a.CollectionID, a.Slug, a.Title, a.Summary, a.Body, a.HTML, a.Plain, a.TOC, a.MarkupVersion, a.Visibility, a.Locale, a.PublishedAt, a.UpdatedAt, a.ID, a.Version))
	if err != nil {
		if isDuplicate(err) {
			return &Error{Kind: KindConflict, Message: "errors.conflict", cause: err}
		}
		return err
	}
	if n != 1 {
		return Conflict("errors.conflict")
	}
	a.Version++
	return NoteChange(ctx, tx, "article", a.ID, a.UpdatedAt.Time())
}

// ArticleBySlug reads an article of a project whatever its visibility, or NotFound.
func ArticleBySlug(ctx context.Context, c Conn, projectID int64, slug string) (*Article, error) {
	return scanArticle(c.row(ctx, "SELECT "+articleColumns+" WHERE articles.project_id = ? AND articles.slug = ?", projectID, slug))
}

// PublicArticleBySlug reads a public article of a project; anything else is NotFound.
func PublicArticleBySlug(ctx context.Context, c Conn, projectID int64, slug string) (*Article, error) {
	return scanArticle(c.row(ctx, "SELECT "+articleColumns+" WHERE articles.project_id = ? AND articles.slug = ? AND articles.visibility = 'public'", projectID, slug))
}

// ArticlesForIndex reads articles by their ids, of every visibility and in no order. An id
// that is missing from the answer has no article any more.
func ArticlesForIndex(ctx context.Context, c Conn, ids []int64) ([]Article, error) {
	var all []Article
	for some := range slices.Chunk(ids, idsAtOnce) {
		in, args := idList(some)
		list, err := scanArticles(c.query(ctx, "SELECT "+articleColumns+" WHERE articles.id IN ("+in+")", args...))
		if err != nil {
			return nil, err
		}
		all = append(all, list...)
	}
	return all, nil
}

// EachArticle hands all articles of every visibility to f, batch by batch in the order of
// their ids, so that an index can be made without holding them all.
func EachArticle(ctx context.Context, c Conn, batch int, f func([]Article) error) error {
	for after := int64(0); ; {
		list, err := scanArticles(c.query(ctx, "SELECT "+articleColumns+" WHERE articles.id > ? ORDER BY articles.id LIMIT ?", after, batch))
		if err != nil || len(list) == 0 {
			return err
		}
		if err := f(list); err != nil {
			return err
		}
		after = list[len(list)-1].ID
	}
}

// CountView adds one reading of a public article.
func CountView(ctx context.Context, db *DB, id int64) error {
	return CountViews(ctx, db, map[int64]int64{id: 1})
}

// CountViews adds readings that were gathered in memory, by article id, in one
// transaction: a page that is read must not wait for the disk.
func CountViews(ctx context.Context, db *DB, views map[int64]int64) error {
	if len(views) == 0 {
		return nil
	}
	ids := make([]int64, 0, len(views))
	for id := range views {
		ids = append(ids, id)
	}
	// In one order, so that two servers never wait for each other.
	slices.Sort(ids)
	return db.Write(ctx, func(ctx context.Context, tx *Tx) error {
		for _, id := range ids {
			if _, err := tx.exec(ctx, "UPDATE articles SET views = views + ? WHERE id = ? AND visibility = 'public'", views[id], id); err != nil {
				return err
			}
		}
		return nil
	})
}
