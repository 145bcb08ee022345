package handlers

import (
	"strings"

	"github.com/gofiber/fiber/v2"

	"lodge/desk"
	"lodge/locale"
	"lodge/models"
	"lodge/views"
)

// templateRoutes are the pages of a project's templates (SE-3).
func (a *agents) templateRoutes(r fiber.Router) {
	all := settingsHome + "/projects/:slug/templates"
	r.Get(all, a.templates)
	r.Post(all, a.addTemplate)
	r.Post(all+"/order", a.orderTemplates)
	r.Post(all+"/enforced", a.enforceTemplate)
	one := all + "/:template"
	r.Get(one, a.template)
	r.Post(one, a.renameTemplate)
	r.Get(one+"/deletion", a.askDeleteTemplate)
	r.Post(one+"/deletion", a.deleteTemplate)
	r.Get(one+"/preview", a.previewTemplate)
	r.Get(one+"/preview/form", a.previewForm)
	r.Get(one+"/fields/new", a.newField)
	r.Post(one+"/fields", a.addField)
	r.Post(one+"/fields/order", a.orderFields)
	r.Get(one+"/fields/:field", a.field)
	r.Post(one+"/fields/:field", a.saveField)
	r.Get(one+"/fields/:field/deletion", a.askDeleteField)
	r.Post(one+"/fields/:field/deletion", a.deleteField)
}

func templatesURL(project string) string { return settingsHome + "/projects/" + project + "/templates" }

func templateURL(project, template string) string { return templatesURL(project) + "/" + template }

func fieldURL(project, template, field string) string {
	return templateURL(project, template) + "/fields/" + field
}

// templateCrumbs lead back to the project and its templates.
func templateCrumbs(words *locale.Strings, project desk.Choice, more ...views.Link) []views.Link {
	return append([]views.Link{{Label: project.Name, URL: settingsHome + "/projects/" + project.Slug}, {Label: words.T("agent.templates"), URL: templatesURL(project.Slug)}}, more...)
}

// templates lists a project's templates.
func (a *agents) templates(c *fiber.Ctx) error {
	return a.showTemplates(c, fiber.StatusOK, "", nil)
}

// addTemplate makes an empty one and opens it.
func (a *agents) addTemplate(c *fiber.Ctx) error {
	name := posted(c).first("name")
	made, err := a.desk.CreateTemplate(c.UserContext(), actorOf(c), c.Params("slug"), name)
	if e, ok := refusal(err); ok {
		return a.showTemplates(c, statusOf(e), name, e)
	}
	if err != nil {
		return err
	}
	return c.Redirect(templateURL(c.Params("slug"), made), fiber.StatusSeeOther)
}

// orderTemplates moves them.
func (a *agents) orderTemplates(c *fiber.Ctx) error {
	err := a.desk.OrderTemplates(c.UserContext(), actorOf(c), c.Params("slug"), postedOrder(c))
	if err != nil {
		return err
	}
	return c.Redirect(templatesURL(c.Params("slug"))+moved(c), fiber.StatusSeeOther)
}

// enforceTemplate gives reporters one template, or the choice.
func (a *agents) enforceTemplate(c *fiber.Ctx) error {
	err := a.desk.EnforceTemplate(c.UserContext(), actorOf(c), c.Params("slug"), posted(c).first("enforced"))
	if e, ok := refusal(err); ok {
		return a.showTemplates(c, statusOf(e), "", e)
	}
	if err != nil {
		return err
	}
	return a.saved(c, templatesURL(c.Params("slug")))
}

func (a *agents) showTemplates(c *fiber.Ctx, status int, name string, refused *models.Error) error {
	words, slug := a.language(c), c.Params("slug")
	list, err := a.desk.Templates(c.UserContext(), actorOf(c), slug)
	if err != nil {
		return err
	}
	sheet, err := a.desk.ProjectSheet(c.UserContext(), actorOf(c), slug, models.ActSettings)
	if err != nil {
		return err
	}
	csrf := visitOf(c).token()
	data := views.Templates{
		Head: a.projectHead(c, sheet.Project, "templates"),
		List: views.SortList{ID: "templates", Label: words.T("agent.templates"), Action: templatesURL(slug) + "/order", CSRF: csrf},
		Add: views.Form{ID: "add", Action: templatesURL(slug), CSRF: csrf, Submit: words.T("agent.templates.add.button"), Inputs: []views.Input{
			{Kind: "text", Name: "name", Label: words.T("agent.templates.name"), Help: words.T("agent.templates.name.help"), Value: name, MaxLength: models.MaxTemplateLen, Required: true}}},
	}
	free := views.Choice{Value: "", Label: words.T("agent.templates.enforce.none"), Selected: list.Enforced == ""}
	enforce := views.Input{Kind: "select", Name: "enforced", Label: words.T("agent.templates.enforce.label"), Help: words.T("agent.templates.enforce.help"), Choices: []views.Choice{free}}
	for _, t := range list.Templates {
		item := views.SortItem{Key: t.Slug, Title: t.Name, URL: templateURL(slug, t.Slug), Notes: []string{words.Tn("agent.templates.asks", t.Asked)}, DeleteURL: templateURL(slug, t.Slug) + "/deletion"}
		if t.Filled > 0 {
			item.Notes = append(item.Notes, words.Tn("agent.templates.fills", t.Filled))
		}
		if t.Slug == list.Enforced {
			item.Badges = append(item.Badges, words.T("agent.templates.enforced"))
		}
		data.List.Items = append(data.List.Items, item)
		enforce.Choices = append(enforce.Choices, views.Choice{Value: t.Slug, Label: t.Name, Selected: t.Slug == list.Enforced})
	}
	if len(list.Templates) > 0 {
		data.Enforce = &views.Form{ID: "enforce", Action: templatesURL(slug) + "/enforced", CSRF: csrf, Submit: words.T("agent.save"), Inputs: []views.Input{enforce}}
	}
	if refused != nil {
		form := &data.Add
		if _, enforcing := refused.Fields["enforced"]; enforcing && data.Enforce != nil {
			form = data.Enforce
		}
		withErrors(words, form, refused)
	}
	return a.showSettings(c, status, views.Page{Title: words.T("agent.templates"), Body: "settings/templates", Data: data, Flash: a.savedFlash(c)})
}

// template is the page of one template.
func (a *agents) template(c *fiber.Ctx) error {
	return a.showTemplate(c, fiber.StatusOK, "", nil)
}

// renameTemplate saves its name.
func (a *agents) renameTemplate(c *fiber.Ctx) error {
	form := posted(c)
	err := a.desk.RenameTemplate(c.UserContext(), actorOf(c), c.Params("slug"), c.Params("template"), form.first("name"), version(form))
	if e, ok := refusal(err); ok {
		return a.showTemplate(c, statusOf(e), form.first("name"), e)
	}
	if err != nil {
		return err
	}
	return a.saved(c, templateURL(c.Params("slug"), c.Params("template")))
}

func (a *agents) showTemplate(c *fiber.Ctx, status int, name string, refused *models.Error) error {
	words := a.language(c)
	sheet, err := a.desk.Template(c.UserContext(), actorOf(c), c.Params("slug"), c.Params("template"))
	if err != nil {
		return err
	}
	t, csrf, here := sheet.Template, visitOf(c).token(), templateURL(c.Params("slug"), c.Params("template"))
	if refused == nil {
		name = t.Name
	}
	data := views.Template{Crumbs: templateCrumbs(words, sheet.Project), Title: t.Name, Enforced: sheet.Enforced, AddURL: here + "/fields/new", PreviewURL: here + "/preview", DeleteURL: here + "/deletion",
		Fields: views.SortList{ID: "fields", Label: words.T("agent.templates.fields"), Action: here + "/fields/order", CSRF: csrf},
		Rename: views.Form{ID: "rename", Action: here, CSRF: csrf, Submit: words.T("agent.save"), Version: decimal(t.Version), Inputs: []views.Input{
			{Kind: "text", Name: "name", Label: words.T("agent.templates.name"), Help: words.T("agent.templates.name.help"), Value: name, MaxLength: models.MaxTemplateLen, Required: true}}}}
	for _, f := range t.Fields {
		data.Fields.Items = append(data.Fields.Items, fieldItem(words, here, t, f))
	}
	if refused != nil {
		if problem, ok := refused.Fields["order"]; ok {
			data.Error, data.Rename.Inputs[0].Value = say(words, problem), t.Name
		} else {
			withErrors(words, &data.Rename, refused)
		}
	}
	return a.showSettings(c, status, views.Page{Title: t.Name, Body: "settings/template", Data: data, Flash: a.savedFlash(c)})
}

// fieldItem is a field in the list of its template.
func fieldItem(words *locale.Strings, template string, t *models.Template, f *models.Field) views.SortItem {
	item := views.SortItem{Key: f.Slug, Title: f.Label, URL: template + "/fields/" + f.Slug, DeleteURL: template + "/fields/" + f.Slug + "/deletion",
		Notes: []string{words.T("agent.templates.kind." + f.Kind)}}
	if access := desk.FieldAccess(f); access != desk.FieldIsAsked {
		item.Badges = append(item.Badges, words.T("agent.templates.access."+access+".badge"))
	} else if f.Required {
		item.Badges = append(item.Badges, words.T("agent.templates.required.badge"))
	}
	if f.InThread && f.Asked() {
		item.Notes = append(item.Notes, words.T("agent.templates.in_thread.note"))
	}
	if f.DefaultValue != "" {
		item.Notes = append(item.Notes, words.Tf("agent.templates.default.note", "Value", strings.Join(f.Defaults(), ", ")))
	}
	if on := t.Condition(f); on != nil {
		item.Notes = append(item.Notes, only(words, &desk.FieldCondition{Label: on.Label, Checkbox: on.Kind == models.FieldCheckbox, Values: f.ShowValues}))
	}
	return item
}

// askDeleteTemplate asks first.
func (a *agents) askDeleteTemplate(c *fiber.Ctx) error {
	words := a.language(c)
	sheet, err := a.desk.Template(c.UserContext(), actorOf(c), c.Params("slug"), c.Params("template"))
	if err != nil {
		return err
	}
	here := templateURL(c.Params("slug"), c.Params("template"))
	text := words.T("agent.templates.delete.text")
	if sheet.Enforced {
		text += " " + words.T("agent.templates.delete.enforced")
	}
	return a.askDelete(c, fiber.StatusOK, templateCrumbs(words, sheet.Project, views.Link{Label: sheet.Template.Name, URL: here}),
		words.Tf("agent.templates.delete.ask", "Name", sheet.Template.Name), text, words.T("agent.templates.delete"), here, nil)
}

// deleteTemplate takes it away.
func (a *agents) deleteTemplate(c *fiber.Ctx) error {
	if err := a.desk.DeleteTemplate(c.UserContext(), actorOf(c), c.Params("slug"), c.Params("template")); err != nil {
		return err
	}
	return a.saved(c, templatesURL(c.Params("slug")))
}

// askDelete is the question before something is taken away. Its form posts to its own address; back
// is where no leads.
func (a *agents) askDelete(c *fiber.Ctx, status int, crumbs []views.Link, title, text, button, back string, refused *models.Error) error {
	form := views.Form{Action: c.Path(), CSRF: visitOf(c).token(), Submit: button, Danger: true, CancelURL: back}
	if refused != nil {
		withErrors(a.language(c), &form, refused)
	}
	return a.showSettings(c, status, views.Page{Title: title, Body: "settings/template_delete", Data: views.ConfirmDelete{Crumbs: crumbs, Title: title, Text: text, Form: form}})
}

// postedOrder reads where something of a list is to go.
func postedOrder(c *fiber.Ctx) desk.Order {
	form := posted(c)
	order := desk.Order{Key: form.first("key"), All: form["all"]}
	switch form.first("step") {
	case "-1":
		order.Step = -1
	case "1":
		order.Step = 1
	}
	return order
}

// moved leads back to the button that was pressed, so that a second press goes on.
func moved(c *fiber.Ctx) string {
	order := postedOrder(c)
	switch {
	case order.Key == "" || len(order.All) > 0:
		return ""
	case order.Step < 0:
		return "#up-" + queryEscape(order.Key)
	}
	return "#down-" + queryEscape(order.Key)
}
