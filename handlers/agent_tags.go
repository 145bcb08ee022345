package handlers

import (
	"github.com/gofiber/fiber/v2"

	"lodge/models"
	"lodge/views"
)

const tagsPage = settingsHome + "/tags"

// tagRoutes are the settings of tags (SE-4).
func (a *agents) tagRoutes(r fiber.Router) {
	r.Get(tagsPage, a.tagList)
	r.Get(tagsPage+"/:id", a.tag)
	r.Post(tagsPage+"/:id", a.changeTag("name", func(c *fiber.Ctx, id int64) error {
		return a.desk.RenameTag(c.UserContext(), actorOf(c), id, posted(c).first("name"))
	}))
	r.Post(tagsPage+"/:id/merge", a.changeTag("into", func(c *fiber.Ctx, id int64) error {
		return a.desk.MergeTags(c.UserContext(), actorOf(c), id, posted(c).first("into"))
	}))
	r.Post(tagsPage+"/:id/deletion", a.changeTag("delete", func(c *fiber.Ctx, id int64) error {
		return a.desk.DeleteTag(c.UserContext(), actorOf(c), id)
	}))
}

func (a *agents) tagList(c *fiber.Ctx) error {
	page, err := a.desk.Tags(c.UserContext(), actorOf(c), c.Query("after"))
	if err != nil {
		return err
	}
	var data views.TagsPage
	for _, t := range page.Tags {
		data.Tags = append(data.Tags, views.TagRow{URL: tagsPage + "/" + decimal(t.ID), Name: t.Name, Tickets: t.Tickets})
	}
	if page.Next != "" {
		data.NextURL = tagsPage + "?after=" + queryEscape(page.Next)
	}
	return a.showSettings(c, fiber.StatusOK, views.Page{Title: a.language(c).T("agent.settings.tags"), Body: "settings/tags", Data: data, Flash: a.savedFlash(c)})
}

func (a *agents) tag(c *fiber.Ctx) error {
	id, err := idOf(c, "id")
	if err != nil {
		return err
	}
	return a.showTag(c, fiber.StatusOK, id, "", nil)
}

// changeTag is the frame of the forms on a tag's page; field is what the form is about.
func (a *agents) changeTag(field string, change func(c *fiber.Ctx, id int64) error) fiber.Handler {
	return func(c *fiber.Ctx) error {
		id, err := idOf(c, "id")
		if err != nil {
			return err
		}
		err = change(c, id)
		if e, ok := refusal(err); ok {
			return a.showTag(c, statusOf(e), id, field, e)
		}
		if err != nil {
			return err
		}
		return a.saved(c, tagsPage)
	}
}

func (a *agents) showTag(c *fiber.Ctx, status int, id int64, field string, refused *models.Error) error {
	t, err := a.desk.Tag(c.UserContext(), actorOf(c), id)
	if err != nil {
		return err
	}
	words, token, here := a.language(c), visitOf(c).token(), tagsPage+"/"+decimal(id)
	data := views.TagPage{BackURL: tagsPage, Name: t.Name, Tickets: t.Tickets,
		Rename: views.Form{ID: "rename", Action: here, CSRF: token, Submit: words.T("agent.save"), Inputs: []views.Input{
			{Kind: "text", Name: "name", Label: words.T("agent.tags.name"), Value: t.Name, MaxLength: models.MaxTagName, Required: true}}},
		Merge: views.Form{ID: "merge", Action: here + "/merge", CSRF: token, Submit: words.T("agent.tags.merge"), Inputs: []views.Input{
			{Kind: "text", Name: "into", Label: words.T("agent.tags.into"), Help: words.T("agent.tags.into.help"), MaxLength: models.MaxTagName, Required: true}}},
		Delete: views.Form{ID: "delete", Action: here + "/deletion", CSRF: token, Submit: words.T("agent.tags.delete"), Danger: true}}
	if refused != nil {
		f := map[string]*views.Form{"name": &data.Rename, "into": &data.Merge, "delete": &data.Delete}[field]
		for i := range f.Inputs {
			f.Inputs[i].Value = posted(c).first(f.Inputs[i].Name)
		}
		withErrors(words, f, refused)
	}
	return a.showSettings(c, status, views.Page{Title: t.Name, Body: "settings/tag", Data: data})
}
