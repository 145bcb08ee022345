package desk

import (
	"context"
	"encoding/json"
	"slices"
	"time"
	"unicode/utf8"

	"lodge/markup"
	"lodge/models"
)

// reservedArticleSlugs are words that stand after /doc/{project}/ themselves.
var reservedArticleSlugs = []string{"search", "collections"}

// ArticleLocales are the languages an article can be in: those of the pages.
var ArticleLocales = []string{"en", "de"}

// CreateArticle writes a new article and gives its id.
func (d *Desk) CreateArticle(ctx context.Context, actor Actor, project string, in ArticleInput) (int64, error) {
	if err := actor.may(models.ActRead); err != nil {
		return 0, err
	}
	cat, err := d.db.Catalog(ctx)
	if err != nil {
		return 0, err
	}
	p, err := articleProject(cat, actor, project, models.ActArticle)
	if err != nil {
		return 0, err
	}
	now := d.Now()
	in = in.clean()
	html := rendered(in.Body)
	var id int64
	err = d.db.Write(ctx, func(ctx context.Context, tx *models.Tx) error {
		a := &models.Article{ProjectID: p.ID, CreatedAt: models.At(now)}
		if err := d.fillArticle(ctx, tx, a, in, html, now); err != nil {
			return err
		}
		if err := models.InsertArticle(ctx, tx, a); err != nil {
			return err
		}
		id = a.ID
		if err := models.DropArticleSlug(ctx, tx, p.ID, a.Slug); err != nil {
			return err
		}
		return audit(ctx, tx, actor, "article.created", p.Slug+"/"+a.Slug, map[string]any{"title": a.Title, "visibility": a.Visibility}, now)
	})
	return id, err
}

// SavedArticle says what else a save has done.
type SavedArticle struct {
	// Moved: the address of a public article changed; the old one leads to the new one.
	Moved bool
}

// ChangeArticle saves an article. When somebody else has saved it since in.Version, that is a
// Conflict and nothing is written.
func (d *Desk) ChangeArticle(ctx context.Context, actor Actor, id int64, in ArticleInput) (*SavedArticle, error) {
	if _, _, err := d.foundArticle(ctx, d.db, actor, id, models.ActArticle); err != nil {
		return nil, err
	}
	now := d.Now()
	in = in.clean()
	html := rendered(in.Body)
	done := &SavedArticle{}
	return done, d.db.Write(ctx, func(ctx context.Context, tx *models.Tx) error {
		a, err := models.ArticleByID(ctx, tx, id)
		if err != nil {
			return err
		}
		if in.Version > 0 && a.Version != in.Version {
			return models.Conflict("agent.articles.error.changed")
		}
		was, visibility := a.Slug, a.Visibility
		if err := d.fillArticle(ctx, tx, a, in, html, now); err != nil {
			return err
		}
		if err := models.UpdateArticle(ctx, tx, a); err != nil {
			return err
		}
		if was != a.Slug {
			if err := models.DropArticleSlug(ctx, tx, a.ProjectID, a.Slug); err != nil {
				return err
			}
			// An address that nobody outside has known leads nowhere.
			if a.PublishedAt != 0 && visibility == models.VisibilityPublic {
				if err := models.KeepArticleSlug(ctx, tx, a.ProjectID, was, a.ID); err != nil {
					return err
				}
				done.Moved = true
			}
		}
		data := map[string]any{"title": a.Title}
		if visibility != a.Visibility {
			data["visibility"] = [2]string{visibility, a.Visibility}
		}
		return audit(ctx, tx, actor, "article.changed", d.articleSubject(ctx, tx, a), data, now)
	})
}

func (d *Desk) articleSubject(ctx context.Context, tx *models.Tx, a *models.Article) string {
	cat, err := models.TxCatalog(ctx, tx)
	if err != nil || cat.Project(a.ProjectID) == nil {
		return a.Slug
	}
	return cat.Project(a.ProjectID).Slug + "/" + a.Slug
}

func (in ArticleInput) clean() ArticleInput {
	in.Title, in.Summary, in.Body = line(in.Title), line(in.Summary), text(in.Body)
	return in
}

// page is an article's Markdown rendered, before the transaction: it may take a while.
type page struct{ html, plain, toc string }

func rendered(body string) page {
	if len(body) > models.MaxArticle {
		return page{}
	}
	html, toc, plain := markup.Article(body)
	if toc == nil {
		toc = []markup.Heading{}
	}
	raw, _ := json.Marshal(toc)
	return page{html, plain, string(raw)}
}

// fillArticle checks what was posted and puts it into a.
func (d *Desk) fillArticle(ctx context.Context, tx *models.Tx, a *models.Article, in ArticleInput, html page, now time.Time) error {
	var v models.Invalid
	if in.Title == "" || utf8.RuneCountInString(in.Title) > 200 {
		v.Add("title", "agent.articles.error.title", "Max", 200)
	}
	if utf8.RuneCountInString(in.Summary) > 300 {
		v.Add("summary", "agent.articles.error.summary", "Max", 300)
	}
	if len(in.Body) > models.MaxArticle {
		v.Add("body", "agent.articles.error.long")
	}
	if !slices.Contains(ArticleLocales, in.Locale) {
		v.Add("locale", "agent.settings.error.choice")
	}
	if !slices.Contains(models.Visibilities, in.Visibility) {
		v.Add("visibility", "agent.settings.error.choice")
	}
	if in.Body == "" && in.Visibility != models.VisibilityDraft {
		v.Add("body", "agent.articles.error.empty")
	}
	if err := articleSlug(ctx, tx, a, in, &v); err != nil {
		return err
	}
	if err := articleCollection(ctx, tx, a, in, &v); err != nil {
		return err
	}
	if err := v.Err(); err != nil {
		return err
	}
	a.Title, a.Summary, a.Body, a.Locale = in.Title, in.Summary, in.Body, in.Locale
	a.HTML, a.Plain, a.TOC, a.MarkupVersion = html.html, html.plain, html.toc, markup.Version
	setVisibility(a, in.Visibility, now)
	return nil
}

func setVisibility(a *models.Article, visibility string, now time.Time) {
	a.Visibility, a.UpdatedAt = visibility, models.At(now)
	if visibility == models.VisibilityPublic && a.PublishedAt == 0 {
		a.PublishedAt = models.At(now)
	}
}

// articleSlug takes the posted slug when it is one, and makes one from the title when none was posted.
func articleSlug(ctx context.Context, tx *models.Tx, a *models.Article, in ArticleInput, v *models.Invalid) error {
	if in.Slug == "" {
		if in.Title == "" {
			return nil
		}
		var failed error
		a.Slug = named(in.Title, "article", func(s string) bool {
			taken, err := models.ArticleSlugTaken(ctx, tx, a.ProjectID, s, a.ID)
			if err != nil {
				failed = err
			}
			return err == nil && (taken || slices.Contains(reservedArticleSlugs, s))
		})
		return failed
	}
	if in.Slug == a.Slug {
		return nil
	}
	if !isSlug(in.Slug) || slices.Contains(reservedArticleSlugs, in.Slug) {
		v.Add("slug", "agent.articles.error.slug")
		return nil
	}
	taken, err := models.ArticleSlugTaken(ctx, tx, a.ProjectID, in.Slug, a.ID)
	if taken {
		v.Add("slug", "agent.articles.error.slug_taken")
	}
	a.Slug = in.Slug
	return err
}

// isSlug says whether a text can stand in an address as it is.
func isSlug(s string) bool {
	if s == "" || len(s) > 80 || s[0] == '-' || s[len(s)-1] == '-' {
		return false
	}
	for _, r := range s {
		if (r < 'a' || r > 'z') && (r < '0' || r > '9') && r != '-' {
			return false
		}
	}
	return true
}

func articleCollection(ctx context.Context, tx *models.Tx, a *models.Article, in ArticleInput, v *models.Invalid) error {
	a.CollectionID = nil
	if in.Collection == "" {
		return nil
	}
	all, err := models.Collections(ctx, tx, a.ProjectID)
	if err != nil {
		return err
	}
	for _, col := range all {
		if col.Slug == in.Collection {
			a.CollectionID = &col.ID
			return nil
		}
	}
	v.Add("collection", "agent.settings.error.choice")
	return nil
}

// SetArticleVisibility publishes an article, keeps it inside, or makes it a draft again. Being
// public is read from the database by every public page, so that it ends at once; the index
// follows the change log.
func (d *Desk) SetArticleVisibility(ctx context.Context, actor Actor, id int64, visibility string) error {
	if _, _, err := d.foundArticle(ctx, d.db, actor, id, models.ActArticle); err != nil {
		return err
	}
	now := d.Now()
	return d.db.Write(ctx, func(ctx context.Context, tx *models.Tx) error {
		a, err := models.ArticleByID(ctx, tx, id)
		if err != nil {
			return err
		}
		var v models.Invalid
		if !slices.Contains(models.Visibilities, visibility) {
			v.Add("visibility", "agent.settings.error.choice")
		}
		if a.Body == "" && visibility != models.VisibilityDraft {
			v.Add("body", "agent.articles.error.empty")
		}
		if err := v.Err(); err != nil {
			return err
		}
		was := a.Visibility
		if was == visibility {
			return nil
		}
		setVisibility(a, visibility, now)
		if err := models.UpdateArticle(ctx, tx, a); err != nil {
			return err
		}
		return audit(ctx, tx, actor, "article.changed", d.articleSubject(ctx, tx, a), map[string]any{"title": a.Title, "visibility": [2]string{was, visibility}}, now)
	})
}

// DeleteArticle takes an article away for good.
func (d *Desk) DeleteArticle(ctx context.Context, actor Actor, id int64) error {
	if _, _, err := d.foundArticle(ctx, d.db, actor, id, models.ActArticle); err != nil {
		return err
	}
	now := d.Now()
	return d.db.Write(ctx, func(ctx context.Context, tx *models.Tx) error {
		a, err := models.ArticleByID(ctx, tx, id)
		if err != nil {
			return err
		}
		if err := models.DeleteArticle(ctx, tx, id, now); err != nil {
			return err
		}
		return audit(ctx, tx, actor, "article.deleted", d.articleSubject(ctx, tx, a), map[string]any{"title": a.Title, "visibility": a.Visibility}, now)
	})
}
