package desk

import (
	"context"
	"strconv"
	"strings"
	"time"

	"lodge/markup"
	"lodge/models"
)

const articlesPage = 50

// ArticleAsk asks for one page of the articles of a project. Collection is a slug, "-" for those
// in none, or empty; Before is a cursor.
type ArticleAsk struct {
	Project, Visibility, Collection, Title, Before string
}

// ArticleLine is an article in the list.
type ArticleLine struct {
	ID                      int64
	Slug, Title, Visibility string
	Collection, Locale      string
	Views                   int64
	UpdatedAt               time.Time
}

// ArticleList is one page of a project's articles. Project is the one that is shown, Projects all
// that the actor may read. Next is the cursor of the next page, empty at the end.
type ArticleList struct {
	Project     Choice
	Projects    []Choice
	Collections []Choice
	Articles    []ArticleLine
	Next        string
	// CanWrite: the actor may write articles of this project.
	CanWrite bool
}

// articleProject finds a project by slug; an empty one is the first that the actor may read.
func articleProject(cat *models.Catalog, actor Actor, slug string, action models.Action) (*models.Project, error) {
	if err := actor.may(models.ActRead); err != nil {
		return nil, err
	}
	if slug == "" {
		for _, p := range cat.Projects {
			if actor.CanIn(action, p.ID) {
				return p, nil
			}
		}
		return nil, models.NotFound()
	}
	p := cat.ProjectBySlug(slug)
	if p == nil {
		return nil, models.NotFound()
	}
	return p, actor.mayIn(action, p.ID)
}

// Articles lists a project's articles. Who may not write sees no drafts.
func (d *Desk) Articles(ctx context.Context, actor Actor, ask ArticleAsk) (*ArticleList, error) {
	if err := actor.may(models.ActRead); err != nil {
		return nil, err
	}
	cat, err := d.db.Catalog(ctx)
	if err != nil {
		return nil, err
	}
	list := &ArticleList{}
	for _, p := range cat.Projects {
		if actor.CanIn(models.ActRead, p.ID) {
			list.Projects = append(list.Projects, Choice{p.Slug, p.Name})
		}
	}
	if len(list.Projects) == 0 && ask.Project == "" {
		return list, nil
	}
	project, err := articleProject(cat, actor, ask.Project, models.ActRead)
	if err != nil {
		return nil, err
	}
	list.Project, list.CanWrite = Choice{project.Slug, project.Name}, actor.CanIn(models.ActArticle, project.ID)
	q := models.ArticleQuery{ProjectID: project.ID, Visibility: ask.Visibility, NoDrafts: !list.CanWrite, Title: cut(line(ask.Title), 200), Limit: articlesPage + 1}
	switch ask.Visibility {
	case "", models.VisibilityDraft, models.VisibilityInternal, models.VisibilityPublic:
	default:
		return nil, models.NotFound()
	}
	collections, err := models.Collections(ctx, d.db, project.ID)
	if err != nil {
		return nil, err
	}
	for _, col := range collections {
		list.Collections = append(list.Collections, Choice{col.Slug, col.Name})
		if col.Slug == ask.Collection {
			q.CollectionID = col.ID
		}
	}
	if ask.Collection == "-" {
		q.CollectionID = models.NoCollection
	} else if ask.Collection != "" && q.CollectionID == 0 {
		return nil, models.NotFound()
	}
	if ask.Before != "" {
		at, id, found := strings.Cut(ask.Before, "-")
		stamp, errAt := strconv.ParseInt(at, 10, 64)
		last, errID := strconv.ParseInt(id, 10, 64)
		if !found || errAt != nil || errID != nil {
			return nil, models.NotFound()
		}
		q.Before, q.BeforeID = models.Stamp(stamp), last
	}
	rows, err := models.Articles(ctx, d.db, q)
	if err != nil {
		return nil, err
	}
	if len(rows) > articlesPage {
		rows = rows[:articlesPage]
		last := rows[articlesPage-1]
		list.Next = itoa(int64(last.UpdatedAt)) + "-" + itoa(last.ID)
	}
	for _, r := range rows {
		list.Articles = append(list.Articles, ArticleLine{ID: r.ID, Slug: r.Slug, Title: r.Title, Visibility: r.Visibility, Collection: r.CollectionName, Locale: r.Locale, Views: r.Views, UpdatedAt: r.UpdatedAt.Time()})
	}
	return list, nil
}

// ArticleInput is an article as its editor posts it. An empty Slug is made from the title.
// Collection is a slug, or empty for none. Version is the state the editor was opened from; 0
// saves over anything.
type ArticleInput struct {
	Title, Slug, Summary, Body     string
	Collection, Locale, Visibility string
	Version                        int64
}

// ArticleSheet is an article for its editor and its page in the desk. A new one has no ID.
type ArticleSheet struct {
	ArticleInput
	ID          int64
	Project     Choice
	Collections []Choice
	// CollectionName is empty without a collection.
	CollectionName string
	// HTML is clean; TOC are its headings.
	HTML      string
	UpdatedAt time.Time
	// Public: a visitor can read it now; the portal or its docs may be closed all the same.
	Public bool
	// CanWrite: the actor may change it.
	CanWrite bool
}

// Article gives one article to an agent. A draft is only there for those who may write.
func (d *Desk) Article(ctx context.Context, actor Actor, id int64) (*ArticleSheet, error) {
	return d.article(ctx, actor, id, models.ActRead)
}

// ArticleToEdit gives one article for its editor.
func (d *Desk) ArticleToEdit(ctx context.Context, actor Actor, id int64) (*ArticleSheet, error) {
	return d.article(ctx, actor, id, models.ActArticle)
}

func (d *Desk) article(ctx context.Context, actor Actor, id int64, action models.Action) (*ArticleSheet, error) {
	cat, a, err := d.foundArticle(ctx, d.db, actor, id, action)
	if err != nil {
		return nil, err
	}
	project := cat.Project(a.ProjectID)
	sheet := &ArticleSheet{ID: a.ID, Project: Choice{project.Slug, project.Name}, HTML: a.HTML, UpdatedAt: a.UpdatedAt.Time(), CollectionName: a.CollectionName,
		CanWrite:     actor.CanIn(models.ActArticle, project.ID),
		Public:       a.Visibility == models.VisibilityPublic && project.Open() && cat.GuestDocs(project),
		ArticleInput: ArticleInput{Title: a.Title, Slug: a.Slug, Summary: a.Summary, Body: a.Body, Collection: a.CollectionSlug, Locale: a.Locale, Visibility: a.Visibility, Version: a.Version}}
	return sheet, d.collectionChoices(ctx, project.ID, sheet)
}

// foundArticle reads an article that the actor may do something with.
func (d *Desk) foundArticle(ctx context.Context, c models.Conn, actor Actor, id int64, action models.Action) (*models.Catalog, *models.Article, error) {
	if err := actor.may(models.ActRead); err != nil {
		return nil, nil, err
	}
	cat, err := d.db.Catalog(ctx)
	if err != nil {
		return nil, nil, err
	}
	a, err := models.ArticleByID(ctx, c, id)
	if err != nil {
		return nil, nil, err
	}
	if err := actor.mayIn(action, a.ProjectID); err != nil {
		return nil, nil, err
	}
	if a.Visibility == models.VisibilityDraft && !actor.CanIn(models.ActArticle, a.ProjectID) {
		return nil, nil, models.NotFound()
	}
	return cat, a, nil
}

func (d *Desk) collectionChoices(ctx context.Context, projectID int64, sheet *ArticleSheet) error {
	collections, err := models.Collections(ctx, d.db, projectID)
	for _, col := range collections {
		sheet.Collections = append(sheet.Collections, Choice{col.Slug, col.Name})
	}
	return err
}

// NewArticle is the empty editor of a project.
func (d *Desk) NewArticle(ctx context.Context, actor Actor, project string) (*ArticleSheet, error) {
	if err := actor.may(models.ActRead); err != nil {
		return nil, err
	}
	cat, err := d.db.Catalog(ctx)
	if err != nil {
		return nil, err
	}
	p, err := articleProject(cat, actor, project, models.ActArticle)
	if err != nil {
		return nil, err
	}
	sheet := &ArticleSheet{Project: Choice{p.Slug, p.Name}, CanWrite: true, ArticleInput: ArticleInput{Locale: cat.Language(p), Visibility: models.VisibilityDraft}}
	return sheet, d.collectionChoices(ctx, p.ID, sheet)
}

// PreviewArticle renders Markdown as an article would show it. The result is clean HTML.
func (d *Desk) PreviewArticle(actor Actor, body string) (string, error) {
	if err := actor.may(models.ActArticle); err != nil {
		return "", err
	}
	if len(body) > models.MaxArticle {
		return "", models.TooLarge("agent.articles.error.long")
	}
	html, _, _ := markup.Article(text(body))
	return html, nil
}
