package handlers

import (
	"html/template"
	"net/url"

	"github.com/gofiber/fiber/v2"

	"lodge/desk"
	"lodge/locale"
	"lodge/models"
	"lodge/views"
)

const articlesHome = "/agent/articles"

// articleRoutes are the pages on which agents write articles.
func (a *agents) articleRoutes(r fiber.Router) {
	r.Get(articlesHome, a.articles)
	r.Post(articlesHome+"/preview", a.previewArticle)
	r.Get(articlesHome+"/new/:slug", a.newArticle)
	r.Post(articlesHome+"/new/:slug", a.addArticle)
	collections := articlesHome + "/collections/:slug"
	r.Get(collections, a.collections)
	r.Post(collections, a.addCollection)
	r.Post(collections+"/order", a.orderCollections)
	r.Get(collections+"/:collection", a.collection)
	r.Post(collections+"/:collection", a.saveCollection)
	r.Get(collections+"/:collection/deletion", a.askDeleteCollection)
	r.Post(collections+"/:collection/deletion", a.deleteCollection)
	one := articlesHome + "/:id"
	r.Get(one, a.readArticle)
	r.Post(one, a.saveArticle)
	r.Get(one+"/edit", a.editArticle)
	r.Post(one+"/visibility", a.setVisibility)
	r.Get(one+"/deletion", a.askDeleteArticle)
	r.Post(one+"/deletion", a.deleteArticle)
}

func agentArticleURL(id int64) string { return articlesHome + "/" + decimal(id) }

// articleListURL is a list with its filters; empty ones are left out.
func articleListURL(ask desk.ArticleAsk) string {
	q := url.Values{}
	for name, value := range map[string]string{"project": ask.Project, "visibility": ask.Visibility, "collection": ask.Collection, "q": ask.Title, "before": ask.Before} {
		if value != "" {
			q.Set(name, value)
		}
	}
	if len(q) == 0 {
		return articlesHome
	}
	return articlesHome + "?" + q.Encode()
}

func visibility(words *locale.Strings, key string) views.Visibility {
	return views.Visibility{Key: key, Label: words.T("agent.articles.visibility." + key)}
}

// articles lists a project's articles.
func (a *agents) articles(c *fiber.Ctx) error {
	ask := desk.ArticleAsk{Project: c.Query("project"), Visibility: c.Query("visibility"), Collection: c.Query("collection"), Title: c.Query("q"), Before: c.Query("before")}
	list, err := a.desk.Articles(c.UserContext(), actorOf(c), ask)
	if err != nil {
		return err
	}
	words := a.language(c)
	ask.Project = list.Project.Slug
	data := views.Articles{Project: list.Project.Name, SearchURL: articlesHome, Query: ask.Title, Filtered: ask.Visibility != "" || ask.Collection != "" || ask.Title != ""}
	for _, p := range list.Projects {
		data.Projects = append(data.Projects, views.FilterLink{Label: p.Name, URL: articleListURL(desk.ArticleAsk{Project: p.Slug, Visibility: ask.Visibility}), Current: p.Slug == ask.Project})
	}
	for _, keep := range []views.Hidden{{Name: "project", Value: ask.Project}, {Name: "visibility", Value: ask.Visibility}, {Name: "collection", Value: ask.Collection}} {
		if keep.Value != "" {
			data.Keep = append(data.Keep, keep)
		}
	}
	for _, line := range list.Articles {
		row := views.ArticleRow{Title: line.Title, URL: agentArticleURL(line.ID), Visibility: visibility(words, line.Visibility), Collection: line.Collection, Views: int(line.Views), UpdatedAt: line.UpdatedAt}
		if list.CanWrite {
			row.EditURL = row.URL + "/edit"
		}
		data.Rows = append(data.Rows, row)
	}
	if list.CanWrite {
		data.NewURL, data.CollectionsURL = articlesHome+"/new/"+ask.Project, articlesHome+"/collections/"+ask.Project
	}
	newest, older := ask, ask
	newest.Before, older.Before = "", list.Next
	if list.Next != "" {
		data.OlderURL = articleListURL(older)
	}
	if ask.Before != "" {
		data.NewestURL = articleListURL(newest)
	}
	return a.show(c, fiber.StatusOK, views.Page{Title: words.T("agent.articles"), Body: "agent/articles", Data: data, Agent: articleNav(words, list, newest), Flash: a.savedFlash(c)})
}

// articleNav are the filters of the list, at its side.
func articleNav(words *locale.Strings, list *desk.ArticleList, ask desk.ArticleAsk) *views.AgentNav {
	nav := &views.AgentNav{}
	for _, v := range append([]string{""}, models.Visibilities...) {
		if v == models.VisibilityDraft && !list.CanWrite {
			continue
		}
		to, label := ask, words.T("agent.articles.all")
		if to.Visibility = v; v != "" {
			label = words.T("agent.articles.visibility." + v)
		}
		nav.Views = append(nav.Views, views.AgentView{Label: label, URL: articleListURL(to), Current: ask.Visibility == v})
	}
	group := views.NavGroup{Heading: words.T("agent.articles.collections")}
	for _, col := range append(append([]desk.Choice{{Slug: "", Name: words.T("agent.articles.collections.all")}}, list.Collections...), desk.Choice{Slug: "-", Name: words.T("agent.articles.collections.none")}) {
		to := ask
		to.Collection = col.Slug
		group.Links = append(group.Links, views.AgentView{Label: col.Name, URL: articleListURL(to), Current: ask.Collection == col.Slug})
	}
	nav.Groups = append(nav.Groups, group)
	if list.CanWrite {
		nav.Groups = append(nav.Groups, views.NavGroup{Heading: words.T("agent.articles.manage"), Links: []views.AgentView{{Label: words.T("agent.articles.collections.edit"), URL: articlesHome + "/collections/" + ask.Project}}})
	}
	return nav
}

// articleCrumbs lead back to the list of a project.
func articleCrumbs(words *locale.Strings, project desk.Choice, more ...views.Link) []views.Link {
	return append([]views.Link{{Label: words.T("agent.articles"), URL: articleListURL(desk.ArticleAsk{Project: project.Slug})}}, more...)
}

// readArticle is an article as agents read it, whoever else may.
func (a *agents) readArticle(c *fiber.Ctx) error {
	id, err := idOf(c, "id")
	if err != nil {
		return err
	}
	sheet, err := a.desk.Article(c.UserContext(), actorOf(c), id)
	if err != nil {
		return err
	}
	words := a.language(c)
	data := views.ArticlePage{Crumbs: articleCrumbs(words, sheet.Project), Title: sheet.Title, Summary: sheet.Summary, Visibility: visibility(words, sheet.Visibility), Collection: sheet.CollectionName,
		UpdatedAt: sheet.UpdatedAt, Body: template.HTML(sheet.HTML)} //nolint:gosec // cleaned by package markup
	if sheet.Public {
		data.VisitorURL = articleURL(sheet.Project.Slug, sheet.Slug)
	}
	if sheet.CanWrite {
		data.EditURL = agentArticleURL(id) + "/edit"
		to, label := models.VisibilityPublic, "agent.articles.publish.short"
		if sheet.Visibility == models.VisibilityPublic {
			to, label = models.VisibilityDraft, "agent.articles.unpublish"
		}
		data.Change = &views.Step{Action: agentArticleURL(id) + "/visibility", CSRF: visitOf(c).token(), Value: to, Label: words.T(label)}
	}
	return a.show(c, fiber.StatusOK, views.Page{Title: sheet.Title, Body: "agent/article", Data: data, Flash: a.savedFlash(c)})
}

// setVisibility publishes an article or takes it back.
func (a *agents) setVisibility(c *fiber.Ctx) error {
	id, err := idOf(c, "id")
	if err != nil {
		return err
	}
	err = a.desk.SetArticleVisibility(c.UserContext(), actorOf(c), id, posted(c).first("visibility"))
	if e, ok := refusal(err); ok && e.Kind == models.KindInvalid {
		// The editor says what is missing.
		sheet, err := a.desk.ArticleToEdit(c.UserContext(), actorOf(c), id)
		if err != nil {
			return err
		}
		return a.showEditor(c, statusOf(e), sheet, e, nil)
	}
	if err != nil {
		return err
	}
	return a.saved(c, agentArticleURL(id))
}

// askDeleteArticle asks first.
func (a *agents) askDeleteArticle(c *fiber.Ctx) error {
	id, err := idOf(c, "id")
	if err != nil {
		return err
	}
	sheet, err := a.desk.ArticleToEdit(c.UserContext(), actorOf(c), id)
	if err != nil {
		return err
	}
	words, text := a.language(c), "agent.articles.delete.text"
	if sheet.Visibility == models.VisibilityPublic {
		text = "agent.articles.delete.public"
	}
	return a.askDeleteHere(c, articleCrumbs(words, sheet.Project, views.Link{Label: sheet.Title, URL: agentArticleURL(id)}),
		words.Tf("agent.articles.delete.ask", "Title", sheet.Title), words.T(text), words.T("agent.articles.delete"), agentArticleURL(id)+"/edit")
}

// askDeleteHere is the question of askDelete on a page that is no page of the settings.
func (a *agents) askDeleteHere(c *fiber.Ctx, crumbs []views.Link, title, text, button, back string) error {
	form := views.Form{Action: c.Path(), CSRF: visitOf(c).token(), Submit: button, Danger: true, CancelURL: back}
	return a.show(c, fiber.StatusOK, views.Page{Title: title, Body: "settings/template_delete", Data: views.ConfirmDelete{Crumbs: crumbs, Title: title, Text: text, Form: form}})
}

// deleteArticle takes it away.
func (a *agents) deleteArticle(c *fiber.Ctx) error {
	id, err := idOf(c, "id")
	if err != nil {
		return err
	}
	sheet, err := a.desk.ArticleToEdit(c.UserContext(), actorOf(c), id)
	if err == nil {
		err = a.desk.DeleteArticle(c.UserContext(), actorOf(c), id)
	}
	if err != nil {
		return err
	}
	return a.saved(c, articleListURL(desk.ArticleAsk{Project: sheet.Project.Slug}))
}
