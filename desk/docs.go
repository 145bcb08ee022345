package desk

import (
	"context"
	"encoding/json"
	"errors"
	"strconv"
	"strings"

	"lodge/models"
	"lodge/search"
)

// docs opens a project's help centre for people without an account.
func (p *Portal) docs(ctx context.Context, slug string) (*models.Catalog, *models.Project, error) {
	cat, project, err := p.project(ctx, slug)
	if err == nil {
		err = p.mayRead(cat, project)
	}
	return cat, project, err
}

// Docs gives a project's help centre (KB-1).
func (p *Portal) Docs(ctx context.Context, slug string) (*DocHome, error) {
	cat, project, err := p.docs(ctx, slug)
	if err != nil {
		return nil, err
	}
	home := &DocHome{Project: publicProject(cat, project)}
	collections, err := models.PublicCollections(ctx, p.d.db, project.ID)
	if err != nil {
		return nil, err
	}
	for _, c := range collections {
		home.Collections = append(home.Collections, PublicCollection{Slug: c.Slug, Name: c.Name, Summary: c.Summary, Articles: int(c.Articles)})
	}
	recent, err := models.RecentArticles(ctx, p.d.db, project.ID, 6)
	if err != nil {
		return nil, err
	}
	home.Recent = cards(recent)
	return home, nil
}

// Collection gives one collection with its public articles.
func (p *Portal) Collection(ctx context.Context, slug, collection string) (*DocCollection, error) {
	cat, project, err := p.docs(ctx, slug)
	if err != nil {
		return nil, err
	}
	all, err := models.PublicCollections(ctx, p.d.db, project.ID)
	if err != nil {
		return nil, err
	}
	for _, c := range all {
		if c.Slug != collection {
			continue
		}
		articles, err := models.PublicArticlesOf(ctx, p.d.db, c.ID)
		if err != nil {
			return nil, err
		}
		return &DocCollection{Project: publicProject(cat, project), Collection: PublicCollection{Slug: c.Slug, Name: c.Name, Summary: c.Summary, Articles: int(c.Articles)}, Articles: cards(articles)}, nil
	}
	return nil, models.NotFound()
}

// Article gives one public article; a draft is not there. By an address that a public article had
// before, only Moved is set.
func (p *Portal) Article(ctx context.Context, slug, article string) (*DocArticle, error) {
	cat, project, err := p.docs(ctx, slug)
	if err != nil {
		return nil, err
	}
	a, err := models.PublicArticleBySlug(ctx, p.d.db, project.ID, article)
	if err != nil {
		if models.KindOf(err) == models.KindNotFound {
			if moved, err := models.MovedArticle(ctx, p.d.db, project.ID, article); err == nil {
				return &DocArticle{Project: publicProject(cat, project), Moved: moved}, nil
			}
		}
		return nil, err
	}
	page := &DocArticle{Project: publicProject(cat, project), HTML: a.HTML, Card: PublicArticleCard{Slug: a.Slug, Title: a.Title, Summary: a.Summary, UpdatedAt: a.UpdatedAt.Time()}}
	if err := json.Unmarshal([]byte(a.TOC), &page.TOC); err != nil {
		return nil, err
	}
	related, err := models.RelatedArticles(ctx, p.d.db, a, 4)
	if err != nil {
		return nil, err
	}
	page.Related = cards(related)
	if a.CollectionID != nil {
		collections, err := models.PublicCollections(ctx, p.d.db, project.ID)
		if err != nil {
			return nil, err
		}
		for _, c := range collections {
			if c.ID == *a.CollectionID {
				page.Card.Collection, page.Card.CollectionSlug = c.Name, c.Slug
			}
		}
	}
	return page, nil
}

const resultsPage = 20

// SearchDocs finds public articles of one project. While the index is away a plain search
// of the database answers, and the page says so (F18).
func (p *Portal) SearchDocs(ctx context.Context, slug, query string, from int) (*DocResults, error) {
	cat, project, err := p.docs(ctx, slug)
	if err != nil {
		return nil, err
	}
	query = cut(line(query), 200)
	res := &DocResults{Project: publicProject(cat, project), Query: query}
	if query == "" {
		return res, nil
	}
	hits, total, err := p.d.index.Search(ctx, search.Query{Kind: "article", Project: project.ID, Text: query, Locale: cat.Language(project), From: from, Size: resultsPage})
	if errors.Is(err, search.ErrUnavailable) {
		res.Partial = true
		found, err := models.FallbackArticleSearch(ctx, p.d.db, project.ID, strings.Fields(query), resultsPage)
		if err != nil {
			return nil, err
		}
		res.Articles, res.Total = marked(found, query, cat.Language(project)), len(found)
		return res, nil
	}
	if err != nil {
		return nil, err
	}
	found, err := p.articles(ctx, project.ID, hits)
	if err != nil {
		return nil, err
	}
	res.Articles, res.Total = marked(found, query, cat.Language(project)), total
	return res, nil
}

// Suggest gives the few articles that may answer a ticket that is being written (PC-10,
// KB-3). It never fails the form: without an index there are simply none.
func (p *Portal) Suggest(ctx context.Context, slug, title, body, locale string) ([]PublicArticleCard, error) {
	cat, project, err := p.docs(ctx, slug)
	if err != nil || !project.Settings.Suggestions {
		return nil, err
	}
	title, body = cut(line(title), 200), tail(text(body), 400)
	if len([]rune(title))+len([]rune(body)) < 3 {
		return nil, nil
	}
	if locale == "" {
		locale = cat.Language(project)
	}
	hits, err := p.d.index.Suggest(ctx, search.Suggest{Project: project.ID, Title: title, Text: body, Locale: locale, Limit: 5})
	if err != nil || len(hits) == 0 {
		if errors.Is(err, search.ErrUnavailable) {
			err = nil
		}
		return nil, err
	}
	found, err := p.articles(ctx, project.ID, hits)
	if err != nil {
		return nil, err
	}
	return marked(found, title+" "+body, locale), nil
}

// articles reads the rows behind the hits, in their order; what is no longer public by the
// database is left out whatever the index says.
func (p *Portal) articles(ctx context.Context, projectID int64, hits []search.Hit) ([]models.ArticleCard, error) {
	var ids []int64
	for _, h := range hits {
		if id, ok := ArticleID(h.ID); ok {
			ids = append(ids, id)
		}
	}
	rows, err := models.PublicArticlesByIDs(ctx, p.d.db, projectID, ids)
	if err != nil {
		return nil, err
	}
	var found []models.ArticleCard
	for _, id := range ids {
		if row, ok := rows[id]; ok {
			found = append(found, row)
		}
	}
	return found, nil
}

// DocID names an article in the index.
func DocID(articleID int64) string { return "article:" + itoa(articleID) }

// ArticleID reads the name back.
func ArticleID(docID string) (int64, bool) {
	number, ok := strings.CutPrefix(docID, "article:")
	id, err := strconv.ParseInt(number, 10, 64)
	return id, ok && err == nil
}

func cards(rows []models.ArticleCard) []PublicArticleCard {
	var all []PublicArticleCard
	for _, r := range rows {
		all = append(all, PublicArticleCard{Slug: r.Slug, Title: r.Title, Summary: r.Summary, CollectionSlug: r.CollectionSlug, Collection: r.CollectionName, UpdatedAt: r.UpdatedAt.Time()})
	}
	return all
}

// snippet is how many characters of an article stand under its title in results.
const snippet = 160

func marked(rows []models.ArticleCard, query, locale string) []PublicArticleCard {
	all := cards(rows)
	for i, r := range rows {
		for _, s := range search.Mark(r.Plain, query, locale, snippet) {
			all[i].Snippet = append(all[i].Snippet, Span{Text: s.Text, Match: s.Match})
		}
	}
	return all
}

func cut(s string, n int) string {
	r := []rune(s)
	if len(r) > n {
		return string(r[:n])
	}
	return s
}

// tail keeps the end of a long text, where somebody is writing.
func tail(s string, n int) string {
	r := []rune(s)
	if len(r) > n {
		return string(r[len(r)-n:])
	}
	return s
}
