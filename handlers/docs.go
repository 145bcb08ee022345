package handlers

import (
	"html/template"
	"net/url"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"lodge/desk"
	"lodge/views"
)

// maxQuery is how many characters of a search are looked at.
const maxQuery = 200

func articleURL(slug, article string) string { return docsURL(slug) + "/" + article }

// docs is a project's help centre (KB-1).
func (h *Handlers) docs(c *fiber.Ctx) error {
	portal, err := h.reader(c)
	if err != nil {
		return err
	}
	home, err := portal.Docs(c.UserContext(), c.Params("slug"))
	if err != nil {
		return err
	}
	base := docsBase(&home.Project)
	page := views.DocsHome{DocsBase: base, Recent: articleLinks(home.Project.Slug, home.Recent)}
	for _, col := range home.Collections {
		page.Collections = append(page.Collections, views.CollectionLink{Title: col.Name, Description: col.Summary,
			URL: collectionURL(home.Project.Slug, col.Slug), Count: col.Articles})
	}
	return h.docsPage(c, &home.Project, base, home.Project.Name, "docs/home", page)
}

// docsCollection is one collection.
func (h *Handlers) docsCollection(c *fiber.Ctx) error {
	portal, err := h.reader(c)
	if err != nil {
		return err
	}
	col, err := portal.Collection(c.UserContext(), c.Params("slug"), c.Params("collection"))
	if err != nil {
		return err
	}
	base := docsBase(&col.Project)
	return h.docsPage(c, &col.Project, base, col.Collection.Name, "docs/collection", views.DocsCollection{DocsBase: base, Title: col.Collection.Name,
		Description: col.Collection.Summary, Articles: articleLinks(col.Project.Slug, col.Articles)})
}

// article is one article, a page for reading.
func (h *Handlers) article(c *fiber.Ctx) error {
	portal, err := h.reader(c)
	if err != nil {
		return err
	}
	a, err := portal.Article(c.UserContext(), c.Params("slug"), c.Params("article"))
	if err != nil {
		return err
	}
	if a.Moved != "" {
		return c.Redirect(articleURL(c.Params("slug"), a.Moved), fiber.StatusMovedPermanently)
	}
	base := docsBase(&a.Project)
	page := views.DocsArticle{DocsBase: base, Title: a.Card.Title, Summary: a.Card.Summary, Body: template.HTML(a.HTML), //nolint:gosec // cleaned by package markup
		UpdatedAt: a.Card.UpdatedAt, Related: articleLinks(a.Project.Slug, a.Related)}
	if a.Card.CollectionSlug != "" {
		page.Collection = views.Link{Label: a.Card.Collection, URL: collectionURL(a.Project.Slug, a.Card.CollectionSlug)}
	}
	for _, line := range a.TOC {
		page.Contents = append(page.Contents, views.Heading{Level: line.Level, Title: line.Text, Anchor: line.ID})
	}
	return h.docsPage(c, &a.Project, base, a.Card.Title, "docs/article", page)
}

// searchDocs finds articles; everything about a search stands in its address.
func (h *Handlers) searchDocs(c *fiber.Ctx) error {
	slug, query := c.Params("slug"), strings.TrimSpace(strings.ToValidUTF8(c.Query("q"), ""))
	if runes := []rune(query); len(runes) > maxQuery {
		query = string(runes[:maxQuery])
	}
	from := max(0, c.QueryInt("from"))
	portal, err := h.reader(c)
	if err != nil {
		return err
	}
	found, err := portal.SearchDocs(c.UserContext(), slug, query, from)
	if err != nil {
		return err
	}
	base := docsBase(&found.Project)
	base.Query = query
	page := views.DocsSearch{DocsBase: base, Results: articleLinks(slug, found.Articles), Total: found.Total}
	if next := from + len(found.Articles); len(found.Articles) > 0 && next < found.Total {
		page.MoreURL = docsURL(slug) + "/search?q=" + url.QueryEscape(query) + "&from=" + strconv.Itoa(next)
	}
	words := h.words(c, found.Project.Locale)
	return h.docsPage(c, &found.Project, base, words.T("docs.search.heading"), "docs/search", page)
}

// reader is the portal as whoever asks may read it: customers read what is closed to guests (CP-12).
func (h *Handlers) reader(c *fiber.Ctx) (*desk.Portal, error) {
	me, _, err := h.guest(c)
	return h.portal.As(me), err
}

func docsBase(project *desk.PublicProject) views.DocsBase {
	shown := views.Project{Name: project.Name, Description: project.Summary, DocsURL: docsURL(project.Slug), NewTicketURL: createURL(project.Slug)}
	base := views.DocsBase{Project: shown, HomeURL: docsURL(project.Slug), SearchURL: docsURL(project.Slug) + "/search"}
	base.NewTicketURL = base.Project.NewTicketURL
	return base
}

// docsPage answers with a page that search engines may keep and browsers must ask about
// again: it depends on the visitor's language and scheme.
func (h *Handlers) docsPage(c *fiber.Ctx, project *desk.PublicProject, base views.DocsBase, title, body string, data any) error {
	words := h.words(c, project.Locale)
	err := h.page(c, fiber.StatusOK, "portal", known(c, views.Page{Title: title, Body: body, Data: data, Nav: nav(project, true, "docs"), Lang: words.Locale()}))
	if err != nil {
		return err
	}
	c.Response().Header.Del("X-Robots-Tag")
	c.Set(fiber.HeaderCacheControl, "private, no-cache")
	c.Vary(fiber.HeaderAcceptLanguage, fiber.HeaderCookie)
	return nil
}

func articleLinks(slug string, cards []desk.PublicArticleCard) []views.ArticleLink {
	var all []views.ArticleLink
	for _, card := range cards {
		all = append(all, articleLink(slug, card))
	}
	return all
}

// snippet is what was found in an article, or its summary.
func snippet(card desk.PublicArticleCard) template.HTML {
	if len(card.Snippet) > 0 {
		return marked(card.Snippet)
	}
	return marked([]desk.Span{{Text: card.Summary}})
}

func collectionURL(slug, collection string) string {
	return docsURL(slug) + "/collections/" + collection
}
