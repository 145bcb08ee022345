package handlers

import (
	"html/template"

	"github.com/gofiber/fiber/v2"

	"lodge/desk"
	"lodge/models"
	"lodge/views"
)

// doPreview is the value of FieldDo that shows an article without saving it.
const doPreview = "preview"

// newArticle is the empty editor.
func (a *agents) newArticle(c *fiber.Ctx) error {
	sheet, err := a.desk.NewArticle(c.UserContext(), actorOf(c), c.Params("slug"))
	if err != nil {
		return err
	}
	return a.showEditor(c, fiber.StatusOK, sheet, nil, nil)
}

// addArticle writes a new article.
func (a *agents) addArticle(c *fiber.Ctx) error {
	form := posted(c)
	sheet, err := a.desk.NewArticle(c.UserContext(), actorOf(c), c.Params("slug"))
	if err != nil {
		return err
	}
	shown := sheet.Visibility
	sheet.ArticleInput = postedArticle(form)
	if form.first(views.FieldDo) == doPreview {
		return a.showEditor(c, fiber.StatusOK, sheet, nil, nil)
	}
	id, err := a.desk.CreateArticle(c.UserContext(), actorOf(c), c.Params("slug"), sheet.ArticleInput)
	if e, ok := refusal(err); ok {
		if form.has("publish") {
			sheet.Visibility = shown
		}
		return a.showEditor(c, statusOf(e), sheet, e, nil)
	}
	if err != nil {
		return err
	}
	return a.saved(c, agentArticleURL(id)+"/edit")
}

// editArticle is the editor of an article.
func (a *agents) editArticle(c *fiber.Ctx) error {
	id, err := idOf(c, "id")
	if err != nil {
		return err
	}
	sheet, err := a.desk.ArticleToEdit(c.UserContext(), actorOf(c), id)
	if err != nil {
		return err
	}
	return a.showEditor(c, fiber.StatusOK, sheet, nil, nil)
}

// saveArticle keeps it. When somebody else saved it meanwhile, both texts are on the page, and the
// next save is on purpose.
func (a *agents) saveArticle(c *fiber.Ctx) error {
	id, err := idOf(c, "id")
	if err != nil {
		return err
	}
	now, err := a.desk.ArticleToEdit(c.UserContext(), actorOf(c), id)
	if err != nil {
		return err
	}
	form, sheet := posted(c), *now
	sheet.ArticleInput = postedArticle(form)
	if form.first(views.FieldDo) == doPreview {
		return a.showEditor(c, fiber.StatusOK, &sheet, nil, nil)
	}
	done, err := a.desk.ChangeArticle(c.UserContext(), actorOf(c), id, sheet.ArticleInput)
	if e, ok := refusal(err); ok {
		if form.has("publish") {
			sheet.Visibility = now.Visibility
		}
		var theirs *views.ArticleTheirs
		if e.Kind == models.KindConflict && now.Version != sheet.Version {
			theirs = &views.ArticleTheirs{Title: now.Title, Body: now.Body, At: now.UpdatedAt}
			sheet.Version = now.Version
		}
		return a.showEditor(c, statusOf(e), &sheet, e, theirs)
	}
	if err != nil {
		return err
	}
	address := agentArticleURL(id) + "/edit"
	if done.Moved {
		address += "?moved=1"
	}
	return a.saved(c, address)
}

// previewArticle answers a script with what was written, as the article will show it.
func (a *agents) previewArticle(c *fiber.Ctx) error {
	html, err := a.desk.PreviewArticle(actorOf(c), posted(c).first(views.FieldBody))
	if err != nil {
		return err
	}
	return a.part(c, fiber.StatusOK, "agent/_article_preview", views.ArticlePreview{Body: template.HTML(html)}) //nolint:gosec // cleaned by package markup
}

func postedArticle(form values) desk.ArticleInput {
	in := desk.ArticleInput{Title: form.first("title"), Slug: form.first("slug"), Summary: form.first("summary"), Body: form.first(views.FieldBody), Collection: form.first("collection"),
		Locale: form.first("locale"), Visibility: form.first("visibility"), Version: version(form)}
	if form.has("publish") {
		in.Visibility = models.VisibilityPublic
	}
	return in
}

// showEditor draws the editor with what is in the sheet, saved or not.
func (a *agents) showEditor(c *fiber.Ctx, status int, sheet *desk.ArticleSheet, refused *models.Error, theirs *views.ArticleTheirs) error {
	words := a.language(c)
	html, err := a.desk.PreviewArticle(actorOf(c), sheet.Body)
	if models.KindOf(err) != models.KindTooLarge && err != nil {
		return err
	}
	data := views.ArticleEditor{Heading: words.T("agent.articles.new"), Action: articlesHome + "/new/" + sheet.Project.Slug, CSRF: visitOf(c).token(), Body: sheet.Body, Theirs: theirs,
		Crumbs: articleCrumbs(words, sheet.Project), Visibility: visibility(words, models.VisibilityDraft), PreviewURL: articlesHome + "/preview", NewKey: "new:" + sheet.Project.Slug,
		Preview: views.ArticlePreview{Body: template.HTML(html)}} //nolint:gosec // cleaned by package markup
	data.DraftKey = data.NewKey
	slug := views.Input{Kind: "text", Name: "slug", Label: words.T("agent.articles.slug"), Help: words.T("agent.articles.slug.help"), Value: sheet.Slug, MaxLength: 80, Optional: true, Mono: true}
	if sheet.ID != 0 {
		here := agentArticleURL(sheet.ID)
		data.Heading, data.Action, data.Version, data.DraftKey = words.T("agent.articles.edit.heading"), here, decimal(sheet.Version), decimal(sheet.ID)
		data.ReadURL, data.DeleteURL = here, here+"/deletion"
		if sheet.Public {
			data.VisitorURL = articleURL(sheet.Project.Slug, sheet.Slug)
		}
		if saved, err := a.desk.ArticleToEdit(c.UserContext(), actorOf(c), sheet.ID); err == nil {
			data.Visibility = visibility(words, saved.Visibility)
			if sheet.Public {
				data.VisitorURL = articleURL(sheet.Project.Slug, saved.Slug)
			}
			if saved.Visibility == models.VisibilityPublic {
				slug.Help = words.T("agent.articles.slug.public")
			}
		}
	}
	data.Head = []views.Input{
		{Kind: "text", Name: "title", Label: words.T("agent.articles.title"), Value: sheet.Title, MaxLength: 200, Required: true},
		{Kind: "text", Name: "summary", Label: words.T("agent.articles.summary"), Help: words.T("agent.articles.summary.help"), Value: sheet.Summary, MaxLength: 300, Optional: true},
	}
	collection := views.Input{Kind: "select", Name: "collection", Label: words.T("agent.articles.collection"), Choices: []views.Choice{{Value: "", Label: words.T("agent.articles.collections.none")}}}
	collection.Choices = append(collection.Choices, choices(sheet.Collections, sheet.Collection)...)
	access := views.Input{Kind: "radio", Name: "visibility", Label: words.T("agent.articles.visibility")}
	for _, v := range models.Visibilities {
		access.Choices = append(access.Choices, views.Choice{Value: v, Label: words.T("agent.articles.visibility." + v), Help: words.T("agent.articles.visibility." + v + ".help"), Selected: v == sheet.Visibility})
	}
	data.Meta = []views.Input{collection, {Kind: "select", Name: "locale", Label: words.T("agent.settings.locale"), Choices: a.languages(sheet.Locale)}, slug, access}
	if refused != nil {
		editorErrors(a, c, &data, refused)
	}
	flash := a.savedFlash(c)
	if flash != nil && c.Query("moved") == "1" {
		flash.Text = words.T("agent.articles.moved")
	}
	return a.show(c, status, views.Page{Title: data.Heading, Body: "agent/article_edit", Data: data, Flash: flash})
}

// editorErrors writes what was refused beside its fields.
func editorErrors(a *agents, c *fiber.Ctx, data *views.ArticleEditor, refused *models.Error) {
	words := a.language(c)
	all := views.Form{Inputs: append(append([]views.Input{}, data.Head...), data.Meta...)}
	rest := *refused
	rest.Order = nil
	for _, field := range refused.Order {
		if field == views.FieldBody {
			data.BodyError = say(words, refused.Fields[field])
			continue
		}
		rest.Order = append(rest.Order, field)
	}
	if len(rest.Order) > 0 || len(refused.Order) == 0 {
		withErrors(words, &all, &rest)
	}
	copy(data.Head, all.Inputs)
	copy(data.Meta, all.Inputs[len(data.Head):])
	data.Error = all.Error
}
