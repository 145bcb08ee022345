package handlers

import (
	"strings"

	"github.com/gofiber/fiber/v2"

	"lodge/desk"
	"lodge/models"
	"lodge/views"
)

func (a *agents) typeRoutes(r fiber.Router, one string) {
	r.Get(one+"/types", a.projectTypes)
	r.Post(one+"/types", a.addType)
	r.Get(one+"/types/:id", a.editType)
	r.Post(one+"/types/:id", a.saveType)
	r.Post(one+"/types/:id/position", a.moveType)
	r.Get(one+"/types/:id/deletion", a.askTypeDeletion)
	r.Post(one+"/types/:id/deletion", a.deleteType)
}

// projectTypes shows a project's ticket types (SE-3).
func (a *agents) projectTypes(c *fiber.Ctx) error { return a.showTypes(c, fiber.StatusOK, nil, nil) }

func (a *agents) showTypes(c *fiber.Ctx, status int, in *desk.TypeInput, refused *models.Error) error {
	words := a.language(c)
	sheet, err := a.desk.TypeSheet(c.UserContext(), actorOf(c), c.Params("slug"))
	if err != nil {
		return err
	}
	p := sheet.Project
	data := views.SortPage{Head: a.projectHead(c, p, "types"), AddText: words.T("agent.types.add"), AddOpen: in != nil}
	for _, t := range p.LeavingTypes() {
		if sheet.Tickets[t.ID] > 0 {
			data.Notices = append(data.Notices, views.Notice{Kind: "info", Text: words.Tf("agent.types.leaving", "Name", t.Name)})
		}
	}
	for i, t := range p.Types {
		address := projectURL(p.Slug, "/types/"+decimal(t.ID))
		row := views.SortRow{ID: "type-" + decimal(t.ID), Title: t.Name, Tickets: sheet.Tickets[t.ID], EditURL: address, DeleteURL: address + "/deletion",
			Details: []string{words.T("agent.types.public")}, Move: views.MoveButtons{Action: address + "/position", CSRF: visitOf(c).token(), Name: t.Name, First: i == 0, Last: i == len(p.Types)-1}}
		if !t.Public {
			row.Details[0] = words.T("agent.types.internal")
		}
		if p.DefaultTypeID != nil && *p.DefaultTypeID == t.ID {
			row.Badges = append(row.Badges, words.T("agent.types.default.badge"))
		}
		data.Rows = append(data.Rows, row)
	}
	if in == nil {
		in = &desk.TypeInput{Public: true, Version: sheet.Version}
	} else if refused.Kind == models.KindConflict {
		in.Version = sheet.Version
	}
	data.Add = a.typeForm(c, projectURL(p.Slug, "/types"), words.T("agent.types.add"), *in)
	if refused != nil {
		withErrors(words, &data.Add, refused)
	}
	return a.showProject(c, status, data.Head, "settings/types", data)
}

func (a *agents) typeForm(c *fiber.Ctx, action, submit string, in desk.TypeInput) views.Form {
	words := a.language(c)
	on := map[bool]string{true: "1"}
	return views.Form{Action: action, CSRF: visitOf(c).token(), Submit: submit, Version: decimal(in.Version), Inputs: []views.Input{
		{Kind: "text", Name: "name", Label: words.T("agent.types.name"), Value: in.Name, MaxLength: 60, Required: true},
		{Kind: "checkbox", Name: "public", Label: words.T("agent.types.public.label"), Help: words.T("agent.types.public.help"), Value: on[in.Public]},
		{Kind: "checkbox", Name: "default", Label: words.T("agent.types.default"), Help: words.T("agent.types.default.help"), Value: on[in.Default]},
		{Kind: "text", Name: "response_time", Label: words.T("agent.types.response_time"), Help: words.T("agent.types.response_time.help"), Value: in.ResponseTime, MaxLength: 140, Optional: true},
		{Kind: "text", Name: "resolution_time", Label: words.T("agent.types.resolution_time"), Help: words.T("agent.types.resolution_time.help"), Value: in.ResolutionTime, MaxLength: 140, Optional: true},
	}}
}

func postedType(form values) desk.TypeInput {
	return desk.TypeInput{Name: form.first("name"), Public: form.first("public") != "", Default: form.first("default") != "", ResponseTime: form.first("response_time"), ResolutionTime: form.first("resolution_time"), Version: version(form)}
}

func (a *agents) addType(c *fiber.Ctx) error {
	slug, in := strings.Clone(c.Params("slug")), postedType(posted(c))
	err := a.desk.AddType(c.UserContext(), actorOf(c), slug, in)
	if e, ok := refusal(err); ok {
		return a.showTypes(c, statusOf(e), &in, e)
	}
	if err != nil {
		return err
	}
	return a.saved(c, projectURL(slug, "/types"))
}

// typeOfPath finds the type that the address names in its project.
func (a *agents) typeOfPath(c *fiber.Ctx) (*desk.TypeSheet, *models.TicketType, error) {
	sheet, err := a.desk.TypeSheet(c.UserContext(), actorOf(c), c.Params("slug"))
	if err != nil {
		return nil, nil, err
	}
	id, err := idOf(c, "id")
	if err != nil {
		return nil, nil, err
	}
	if t := sheet.Project.LiveType(id); t != nil {
		return sheet, t, nil
	}
	return nil, nil, models.NotFound()
}

func (a *agents) editType(c *fiber.Ctx) error { return a.showType(c, fiber.StatusOK, nil, nil) }

func (a *agents) showType(c *fiber.Ctx, status int, in *desk.TypeInput, refused *models.Error) error {
	words := a.language(c)
	sheet, t, err := a.typeOfPath(c)
	if err != nil {
		return err
	}
	p := sheet.Project
	if in == nil {
		in = &desk.TypeInput{Name: t.Name, Public: t.Public, Default: p.DefaultTypeID != nil && *p.DefaultTypeID == t.ID, ResponseTime: t.ResponseTime, ResolutionTime: t.ResolutionTime, Version: sheet.Version}
	} else if refused.Kind == models.KindConflict {
		in.Version = sheet.Version
	}
	head := a.projectHead(c, p, "types")
	head.Title, head.Lead = t.Name, words.T("agent.types.edit.lead")
	data := views.ProjectForm{Head: head, Form: a.typeForm(c, projectURL(p.Slug, "/types/"+decimal(t.ID)), words.T("agent.save"), *in)}
	data.Form.CancelURL = projectURL(p.Slug, "/types")
	if refused != nil {
		withErrors(words, &data.Form, refused)
	}
	return a.showProject(c, status, data.Head, "settings/project", data)
}

func (a *agents) saveType(c *fiber.Ctx) error {
	id, err := idOf(c, "id")
	if err != nil {
		return err
	}
	slug, in := strings.Clone(c.Params("slug")), postedType(posted(c))
	err = a.desk.EditType(c.UserContext(), actorOf(c), slug, id, in)
	if e, ok := refusal(err); ok {
		return a.showType(c, statusOf(e), &in, e)
	}
	if err != nil {
		return err
	}
	return a.saved(c, projectURL(slug, "/types"))
}

func (a *agents) moveType(c *fiber.Ctx) error {
	id, err := idOf(c, "id")
	if err != nil {
		return err
	}
	slug := strings.Clone(c.Params("slug"))
	if err := a.desk.MoveType(c.UserContext(), actorOf(c), slug, id, by(c)); err != nil {
		return err
	}
	return c.Redirect(projectURL(slug, "/types")+"#type-"+decimal(id), fiber.StatusSeeOther)
}

// askTypeDeletion asks before a type is deleted, and what its tickets become.
func (a *agents) askTypeDeletion(c *fiber.Ctx) error {
	return a.showTypeDeletion(c, fiber.StatusOK, "", nil)
}

func (a *agents) showTypeDeletion(c *fiber.Ctx, status int, chosen string, refused *models.Error) error {
	words := a.language(c)
	sheet, t, err := a.typeOfPath(c)
	if err != nil {
		return err
	}
	p := sheet.Project
	head := a.projectHead(c, p, "types")
	head.Title, head.Lead = words.Tf("agent.types.delete", "Name", t.Name), ""
	data := views.ProjectForm{Head: head, Form: views.Form{Action: projectURL(p.Slug, "/types/"+decimal(t.ID)+"/deletion"), CSRF: visitOf(c).token(), Submit: words.T("agent.types.delete.yes"), Danger: true, CancelURL: projectURL(p.Slug, "/types")}}
	n := sheet.Tickets[t.ID]
	switch {
	case n == 0:
		data.Notices = append(data.Notices, views.Notice{Kind: "info", Text: words.T("agent.types.delete.unused")})
	case n > 99:
		data.Notices = append(data.Notices, views.Notice{Kind: "warning", Text: words.T("agent.types.delete.many")})
	default:
		data.Notices = append(data.Notices, views.Notice{Kind: "warning", Text: words.Tn("agent.types.delete.tickets", n)})
	}
	if n > 0 {
		choices := []views.Choice{{Label: words.T("agent.types.delete.choose"), Selected: chosen == ""}}
		for _, other := range p.Types {
			if other.ID != t.ID {
				choices = append(choices, views.Choice{Value: decimal(other.ID), Label: other.Name, Selected: decimal(other.ID) == chosen})
			}
		}
		choices = append(choices, views.Choice{Value: desk.TypeNone, Label: words.T("agent.types.none"), Selected: chosen == desk.TypeNone})
		data.Form.Inputs = []views.Input{{Kind: "select", Name: "replacement", Label: words.T("agent.types.delete.replacement"), Choices: choices, Required: true}}
	}
	if refused != nil {
		withErrors(words, &data.Form, refused)
	}
	return a.showProject(c, status, data.Head, "settings/project", data)
}

func (a *agents) deleteType(c *fiber.Ctx) error {
	id, err := idOf(c, "id")
	if err != nil {
		return err
	}
	slug, chosen := strings.Clone(c.Params("slug")), posted(c).first("replacement")
	err = a.desk.RemoveType(c.UserContext(), actorOf(c), slug, id, chosen)
	if e, ok := refusal(err); ok {
		return a.showTypeDeletion(c, statusOf(e), chosen, e)
	}
	if err != nil {
		return err
	}
	return a.saved(c, projectURL(slug, "/types"))
}
