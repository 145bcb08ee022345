package models

import (
	"context"
	"database/sql"
	"strings"
	"unicode"
	"unicode/utf8"
)

// ArticleCard is what a list of public articles shows of one. Plain is its words, for an
// excerpt around what was searched.
type ArticleCard struct {
	ID             int64
	Slug           string
	Title          string
	Summary        string
	CollectionName string // empty without a collection
	CollectionSlug string
	Plain          string
	UpdatedAt      Stamp
}

const cardColumns = `articles.id, articles.slug, articles.title, articles.summary, COALESCE(collections.name, ''), COALESCE(collections.slug, ''), articles.plain, articles.updated_at
	FROM articles LEFT JOIN collections ON collections.id = articles.collection_id`

func scanCards(rows *sql.Rows, err error) ([]ArticleCard, error) {
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var cards []ArticleCard
	for rows.Next() {
		var a ArticleCard
		if err := rows.Scan(&a.ID, &a.Slug, &a.Title, &a.Summary, &a.CollectionName, &a.CollectionSlug, &a.Plain, &a.UpdatedAt); err != nil {
			return nil, err
		}
		cards = append(cards, a)
	}
	return cards, rows.Err()
}

// PublicArticlesByIDs reads what the search index found, once more under the rules of
// this moment: an article that is not public, or of another project, is not in the answer
// whatever the index believes (KB-3). At most 256 ids.
func PublicArticlesByIDs(ctx context.Context, c Conn, projectID int64, ids []int64) (map[int64]ArticleCard, error) {
	found := map[int64]ArticleCard{}
	if len(ids) == 0 {
		return found, nil
	}
	in, args := idList(ids[:min(len(ids), idsAtOnce)])
	cards, err := scanCards(c.query(ctx, "SELECT "+cardColumns+" WHERE articles.id IN ("+in+") AND articles.project_id = ? AND articles.visibility = 'public'", append(args, projectID)...))
	for _, a := range cards {
		found[a.ID] = a
	}
	return found, err
}

// PublicArticlesOf lists a collection's public articles by title.
func PublicArticlesOf(ctx context.Context, c Conn, collectionID int64) ([]ArticleCard, error) {
	return scanCards(c.query(ctx, "SELECT "+cardColumns+" WHERE articles.collection_id = ? AND articles.visibility = 'public' ORDER BY articles.title, articles.id", collectionID))
}

// RecentArticles lists a project's public articles, the latest changed first.
func RecentArticles(ctx context.Context, c Conn, projectID int64, limit int) ([]ArticleCard, error) {
	return scanCards(c.query(ctx, "SELECT "+cardColumns+" WHERE articles.project_id = ? AND articles.visibility = 'public' ORDER BY articles.updated_at DESC, articles.id DESC LIMIT ?", projectID, limit))
}

// PopularArticles lists a project's public articles, the most read first.
func PopularArticles(ctx context.Context, c Conn, projectID int64, limit int) ([]ArticleCard, error) {
	return scanCards(c.query(ctx, "SELECT "+cardColumns+" WHERE articles.project_id = ? AND articles.visibility = 'public' ORDER BY articles.views DESC, articles.id DESC LIMIT ?", projectID, limit))
}

// RelatedArticles lists other public articles of the same collection, the most read
// first; none when the article has no collection.
func RelatedArticles(ctx context.Context, c Conn, a *Article, limit int) ([]ArticleCard, error) {
	if a.CollectionID == nil {
		return nil, nil
	}
	return scanCards(c.query(ctx, "SELECT "+cardColumns+" WHERE articles.collection_id = ? AND articles.visibility = 'public' AND articles.id <> ? ORDER BY articles.views DESC, articles.id LIMIT ?", *a.CollectionID, a.ID, limit))
}

// fallbackWords is how many words a search without the index looks at.
const fallbackWords = 6

// FallbackArticleSearch finds public articles of a project by plain comparison, for while
// the index is away (KB-3). Any of the words counts, one in the title three times; of
// equal ones the most read comes first.
func FallbackArticleSearch(ctx context.Context, c Conn, projectID int64, words []string, limit int) ([]ArticleCard, error) {
	placed, err := FallbackArticlesIn(ctx, c, []int64{projectID}, words, limit)
	cards := make([]ArticleCard, 0, len(placed))
	for _, a := range placed {
		cards = append(cards, a.ArticleCard)
	}
	return cards, err
}

// FallbackArticlesIn is FallbackArticleSearch for several projects.
func FallbackArticlesIn(ctx context.Context, c Conn, projects []int64, words []string, limit int) ([]PlacedArticle, error) {
	like := c.root().dialect.like
	var score []string
	var args []any
	for _, word := range words {
		if word = strings.TrimSpace(word); word == "" || len(score) == fallbackWords {
			continue
		}
		// SQLite takes upper for lower case in ASCII only: ask for "ärger" and "Ärger".
		small := containing(strings.ToLower(word))
		capital := containing(capitalize(strings.ToLower(word)))
		score = append(score, "CASE WHEN title "+like+" ? ESCAPE '!' OR title "+like+" ? ESCAPE '!' THEN 3 ELSE 0 END"+
			" + CASE WHEN summary "+like+" ? ESCAPE '!' OR plain "+like+" ? ESCAPE '!' OR plain "+like+" ? ESCAPE '!' THEN 1 ELSE 0 END")
		args = append(args, small, capital, small, small, capital)
	}
	if len(score) == 0 || len(projects) == 0 {
		return nil, nil
	}
	in, ids := idList(projects)
	args = append(append(args, ids...), limit)
	return scanPlaced(c.query(ctx, `SELECT hits.project_id, hits.id, hits.slug, hits.title, hits.summary, COALESCE(collections.name, ''), COALESCE(collections.slug, ''), hits.plain, hits.updated_at
		FROM (SELECT project_id, id, slug, title, summary, plain, collection_id, updated_at, views, `+strings.Join(score, " + ")+` AS score
			FROM articles WHERE project_id IN (`+in+`) AND visibility = 'public') AS hits
		LEFT JOIN collections ON collections.id = hits.collection_id
		WHERE hits.score > 0 ORDER BY hits.score DESC, hits.views DESC, hits.id LIMIT ?`, args...))
}

// containing makes a pattern for LIKE … ESCAPE '!' in which the word stands for itself.
func containing(word string) string {
	return "%" + strings.NewReplacer("!", "!!", "%", "!%", "_", "!_").Replace(word) + "%"
}

func capitalize(word string) string {
	first, size := utf8.DecodeRuneInString(word)
	return string(unicode.ToUpper(first)) + word[size:]
}
