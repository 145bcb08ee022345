package handlers

import (
	"github.com/gofiber/fiber/v2"

	"lodge/desk"
	"lodge/locale"
	"lodge/models"
	"lodge/views"
)

func agentCollectionURL(project, collection string) string {
	address := articlesHome + "/collections/" + project
	if collection != "" {
		address += "/" + collection
	}
	return address
}

// collections lists a project's collections.
func (a *agents) collections(c *fiber.Ctx) error {
	return a.showCollections(c, fiber.StatusOK, desk.CollectionInput{}, nil)
}

// addCollection makes one.
func (a *agents) addCollection(c *fiber.Ctx) error {
	in := postedCollection(c)
	_, err := a.desk.CreateCollection(c.UserContext(), actorOf(c), c.Params("slug"), in)
	if e, ok := refusal(err); ok {
		return a.showCollections(c, statusOf(e), in, e)
	}
	if err != nil {
		return err
	}
	return a.saved(c, agentCollectionURL(c.Params("slug"), ""))
}

// orderCollections moves them.
func (a *agents) orderCollections(c *fiber.Ctx) error {
	if err := a.desk.OrderCollections(c.UserContext(), actorOf(c), c.Params("slug"), postedOrder(c)); err != nil {
		return err
	}
	return c.Redirect(agentCollectionURL(c.Params("slug"), "")+moved(c), fiber.StatusSeeOther)
}

func postedCollection(c *fiber.Ctx) desk.CollectionInput {
	form := posted(c)
	return desk.CollectionInput{Name: form.first("name"), Summary: form.first("summary")}
}

func collectionInputs(words *locale.Strings, in desk.CollectionInput) []views.Input {
	return []views.Input{
		{Kind: "text", Name: "name", Label: words.T("agent.articles.collections.name"), Value: in.Name, MaxLength: 100, Required: true},
		{Kind: "text", Name: "summary", Label: words.T("agent.articles.summary"), Help: words.T("agent.articles.collections.summary.help"), Value: in.Summary, MaxLength: 300, Optional: true},
	}
}

func (a *agents) showCollections(c *fiber.Ctx, status int, in desk.CollectionInput, refused *models.Error) error {
	words, slug := a.language(c), c.Params("slug")
	list, err := a.desk.Collections(c.UserContext(), actorOf(c), slug)
	if err != nil {
		return err
	}
	csrf, here := visitOf(c).token(), agentCollectionURL(slug, "")
	data := views.ArticleCollections{Crumbs: articleCrumbs(words, list.Project), List: views.SortList{ID: "collections", Label: words.T("agent.articles.collections"), Action: here + "/order", CSRF: csrf},
		Add: views.Form{Action: here, CSRF: csrf, Submit: words.T("agent.articles.collections.add"), Inputs: collectionInputs(words, in)}}
	for _, col := range list.Collections {
		item := views.SortItem{Key: col.Slug, Title: col.Name, URL: agentCollectionURL(slug, col.Slug), Notes: []string{words.Tn("agent.articles.count", col.Articles)}, DeleteURL: agentCollectionURL(slug, col.Slug) + "/deletion"}
		if col.Summary != "" {
			item.Notes = append(item.Notes, col.Summary)
		}
		data.List.Items = append(data.List.Items, item)
	}
	if refused != nil {
		withErrors(words, &data.Add, refused)
	}
	return a.show(c, status, views.Page{Title: words.T("agent.articles.collections"), Body: "agent/article_collections", Data: data, Flash: a.savedFlash(c)})
}

// foundCollection reads the one of the address.
func (a *agents) foundCollection(c *fiber.Ctx) (*desk.CollectionList, *desk.CollectionLine, error) {
	list, err := a.desk.Collections(c.UserContext(), actorOf(c), c.Params("slug"))
	if err != nil {
		return nil, nil, err
	}
	for i := range list.Collections {
		if list.Collections[i].Slug == c.Params("collection") {
			return list, &list.Collections[i], nil
		}
	}
	return nil, nil, models.NotFound()
}

// collection is the form of one.
func (a *agents) collection(c *fiber.Ctx) error {
	return a.showCollection(c, fiber.StatusOK, nil, nil)
}

// saveCollection keeps it.
func (a *agents) saveCollection(c *fiber.Ctx) error {
	in := postedCollection(c)
	err := a.desk.ChangeCollection(c.UserContext(), actorOf(c), c.Params("slug"), c.Params("collection"), in)
	if e, ok := refusal(err); ok {
		return a.showCollection(c, statusOf(e), &in, e)
	}
	if err != nil {
		return err
	}
	return a.saved(c, agentCollectionURL(c.Params("slug"), ""))
}

func (a *agents) showCollection(c *fiber.Ctx, status int, in *desk.CollectionInput, refused *models.Error) error {
	list, col, err := a.foundCollection(c)
	if err != nil {
		return err
	}
	if in == nil {
		in = &desk.CollectionInput{Name: col.Name, Summary: col.Summary}
	}
	words, here := a.language(c), agentCollectionURL(list.Project.Slug, col.Slug)
	data := views.ArticleCollection{Title: col.Name, DeleteURL: here + "/deletion", Crumbs: articleCrumbs(words, list.Project, views.Link{Label: words.T("agent.articles.collections"), URL: agentCollectionURL(list.Project.Slug, "")}),
		Form: views.Form{Action: here, CSRF: visitOf(c).token(), Submit: words.T("agent.save"), CancelURL: agentCollectionURL(list.Project.Slug, ""), Inputs: collectionInputs(words, *in)}}
	if refused != nil {
		withErrors(words, &data.Form, refused)
	}
	return a.show(c, status, views.Page{Title: col.Name, Body: "agent/article_collection", Data: data})
}

// askDeleteCollection asks first.
func (a *agents) askDeleteCollection(c *fiber.Ctx) error {
	list, col, err := a.foundCollection(c)
	if err != nil {
		return err
	}
	words, all := a.language(c), agentCollectionURL(list.Project.Slug, "")
	return a.askDeleteHere(c, articleCrumbs(words, list.Project, views.Link{Label: words.T("agent.articles.collections"), URL: all}),
		words.Tf("agent.articles.collections.delete.ask", "Name", col.Name), words.Tn("agent.articles.collections.delete.text", col.Articles), words.T("agent.articles.collections.delete"), all)
}

// deleteCollection takes it away.
func (a *agents) deleteCollection(c *fiber.Ctx) error {
	if err := a.desk.DeleteCollection(c.UserContext(), actorOf(c), c.Params("slug"), c.Params("collection")); err != nil {
		return err
	}
	return a.saved(c, agentCollectionURL(c.Params("slug"), ""))
}
