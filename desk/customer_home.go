package desk

import (
	"context"
	"errors"
	"strings"

	"lodge/models"
	"lodge/search"
)

// PlacedCard is an article in a list of several projects; Project is the slug of its own.
type PlacedCard struct {
	PublicArticleCard
	Project, ProjectName string
}

const (
	// popularArticles is how many articles the front page names.
	popularArticles = 6
	// foundArticles is how many articles a search over everything shows, searchedProjects how many projects
	// it looks in.
	foundArticles    = 12
	searchedProjects = 20
)

// readable are the open projects whose articles are for whoever asks.
func (p *Portal) readable(ctx context.Context) (*models.Catalog, []*models.Project, error) {
	cat, err := p.d.db.Catalog(ctx)
	if err != nil {
		return nil, nil, err
	}
	var all []*models.Project
	for _, project := range cat.PublicProjects() {
		if within(ctx, project) && p.mayRead(cat, project) == nil {
			all = append(all, project)
		}
	}
	return cat, all, nil
}

// ReadableProjects are the open projects whose articles are for whoever asks.
func (p *Portal) ReadableProjects(ctx context.Context) ([]PublicProject, error) {
	cat, projects, err := p.readable(ctx)
	var all []PublicProject
	for _, project := range projects {
		all = append(all, publicProject(cat, project))
	}
	return all, err
}

// Popular gives the articles that are read most, of all projects whose articles are for whoever
// asks.
func (p *Portal) Popular(ctx context.Context) ([]PlacedCard, error) {
	cat, projects, err := p.readable(ctx)
	if err != nil {
		return nil, err
	}
	rows, err := models.PopularArticlesIn(ctx, p.d.db, projectIDs(projects), popularArticles)
	if err != nil {
		return nil, err
	}
	return placed(cat, rows, func(rows []models.ArticleCard, _ string) []PublicArticleCard { return cards(rows) }), nil
}

// Everywhere is what a search over all readable projects found.
type Everywhere struct {
	Articles []PlacedCard
	// More has the projects in which there is more than is shown.
	More []PublicProject
	// Partial: the index is away, so something may be missing (F18).
	Partial bool
}

// SearchEverywhere finds articles of all projects whose articles are for whoever asks: the best
// of each in turn, in the order of the projects.
func (p *Portal) SearchEverywhere(ctx context.Context, query string) (*Everywhere, error) {
	cat, projects, err := p.readable(ctx)
	if err != nil {
		return nil, err
	}
	found, query := &Everywhere{}, cut(line(query), 200)
	if query == "" {
		return found, nil
	}
	mark := func(rows []models.ArticleCard, locale string) []PublicArticleCard { return marked(rows, query, locale) }
	projects = projects[:min(len(projects), searchedProjects)]
	each := make([][]int64, len(projects))
	for i, project := range projects {
		hits, total, err := p.d.index.Search(ctx, search.Query{Kind: "article", Project: project.ID, Text: query, Locale: cat.Language(project), Size: foundArticles})
		if errors.Is(err, search.ErrUnavailable) {
			found.Partial = true
			break
		}
		if err != nil {
			return nil, err
		}
		for _, h := range hits {
			if id, ok := ArticleID(h.ID); ok {
				each[i] = append(each[i], id)
			}
		}
		if total > len(hits) {
			found.More = append(found.More, publicProject(cat, project))
		}
	}
	if found.Partial {
		rows, err := models.FallbackArticlesIn(ctx, p.d.db, projectIDs(projects), strings.Fields(query), foundArticles)
		found.Articles = placed(cat, rows, mark)
		return found, err
	}
	ids := inTurn(each, foundArticles)
	rows, err := models.PublicArticlesIn(ctx, p.d.db, projectIDs(projects), ids)
	if err != nil {
		return nil, err
	}
	var ordered []models.PlacedArticle
	for _, id := range ids {
		if a, ok := rows[id]; ok {
			ordered = append(ordered, a)
		}
	}
	found.Articles = placed(cat, ordered, mark)
	return found, nil
}

// inTurn takes the first of each list, then the second of each, up to limit.
func inTurn(lists [][]int64, limit int) []int64 {
	var all []int64
	for n, more := 0, true; more && len(all) < limit; n++ {
		more = false
		for _, list := range lists {
			if n < len(list) && len(all) < limit {
				all, more = append(all, list[n]), true
			}
		}
	}
	return all
}

func projectIDs(projects []*models.Project) []int64 {
	ids := make([]int64, 0, len(projects))
	for _, p := range projects {
		ids = append(ids, p.ID)
	}
	return ids
}

func placed(cat *models.Catalog, rows []models.PlacedArticle, draw func(rows []models.ArticleCard, locale string) []PublicArticleCard) []PlacedCard {
	var all []PlacedCard
	for _, r := range rows {
		project := cat.Project(r.ProjectID)
		if project == nil {
			continue
		}
		for _, card := range draw([]models.ArticleCard{r.ArticleCard}, cat.Language(project)) {
			all = append(all, PlacedCard{PublicArticleCard: card, Project: project.Slug, ProjectName: project.Name})
		}
	}
	return all
}
