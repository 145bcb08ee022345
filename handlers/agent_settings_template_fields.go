package handlers

import (
	"slices"

	"github.com/gofiber/fiber/v2"

	"lodge/desk"
	"lodge/locale"
	"lodge/models"
	"lodge/views"
)

// newField is the editor of a field that is not there yet.
func (a *agents) newField(c *fiber.Ctx) error {
	return a.showField(c, fiber.StatusOK, "", &desk.FieldInput{Kind: models.FieldText, Access: desk.FieldIsAsked, InThread: true}, nil)
}

// addField makes it.
func (a *agents) addField(c *fiber.Ctx) error {
	in := postedField(posted(c))
	_, err := a.desk.CreateField(c.UserContext(), actorOf(c), c.Params("slug"), c.Params("template"), in)
	if e, ok := refusal(err); ok {
		return a.showField(c, statusOf(e), "", &in, e)
	}
	if err != nil {
		return err
	}
	return a.saved(c, templateURL(c.Params("slug"), c.Params("template")))
}

// field is the editor of one.
func (a *agents) field(c *fiber.Ctx) error {
	return a.showField(c, fiber.StatusOK, c.Params("field"), nil, nil)
}

// saveField keeps it.
func (a *agents) saveField(c *fiber.Ctx) error {
	in := postedField(posted(c))
	err := a.desk.ChangeField(c.UserContext(), actorOf(c), c.Params("slug"), c.Params("template"), c.Params("field"), in)
	if e, ok := refusal(err); ok {
		return a.showField(c, statusOf(e), c.Params("field"), &in, e)
	}
	if err != nil {
		return err
	}
	return a.saved(c, templateURL(c.Params("slug"), c.Params("template")))
}

// orderFields moves them.
func (a *agents) orderFields(c *fiber.Ctx) error {
	err := a.desk.OrderFields(c.UserContext(), actorOf(c), c.Params("slug"), c.Params("template"), postedOrder(c))
	if e, ok := refusal(err); ok {
		return a.showTemplate(c, statusOf(e), "", e)
	}
	if err != nil {
		return err
	}
	return c.Redirect(templateURL(c.Params("slug"), c.Params("template"))+moved(c), fiber.StatusSeeOther)
}

// askDeleteField asks first.
func (a *agents) askDeleteField(c *fiber.Ctx) error { return a.showDeleteField(c, fiber.StatusOK, nil) }

// deleteField takes it away.
func (a *agents) deleteField(c *fiber.Ctx) error {
	err := a.desk.DeleteField(c.UserContext(), actorOf(c), c.Params("slug"), c.Params("template"), c.Params("field"))
	if e, ok := refusal(err); ok {
		return a.showDeleteField(c, statusOf(e), e)
	}
	if err != nil {
		return err
	}
	return a.saved(c, templateURL(c.Params("slug"), c.Params("template")))
}

func (a *agents) showDeleteField(c *fiber.Ctx, status int, refused *models.Error) error {
	words, slug, template, field := a.language(c), c.Params("slug"), c.Params("template"), c.Params("field")
	sheet, err := a.desk.Template(c.UserContext(), actorOf(c), slug, template)
	if err != nil {
		return err
	}
	f := sheet.Template.Field(field)
	if f == nil {
		return models.NotFound()
	}
	return a.askDelete(c, status, templateCrumbs(words, sheet.Project, views.Link{Label: sheet.Template.Name, URL: templateURL(slug, template)}),
		words.Tf("agent.templates.field.delete.ask", "Name", f.Label), words.T("agent.templates.field.delete.text"), words.T("agent.templates.field.delete"), fieldURL(slug, template, field), refused)
}

func postedField(form values) desk.FieldInput {
	in := desk.FieldInput{Label: form.first("label"), Kind: form.first("kind"), Help: form.first("help"), Default: form.first("default"), Options: form.first("options"),
		Access: form.first("access"), Required: form.has("required"), InThread: form.has("in_thread"), ShowIf: form.first("show_if"), Version: version(form)}
	// Each field that can be a condition has boxes of its own; those of the chosen one count.
	in.ShowValues = form["show."+in.ShowIf]
	return in
}

// showField draws the editor: what was posted, or with in nil the field as it is.
func (a *agents) showField(c *fiber.Ctx, status int, field string, in *desk.FieldInput, refused *models.Error) error {
	words, slug, template := a.language(c), c.Params("slug"), c.Params("template")
	sheet, err := a.desk.Template(c.UserContext(), actorOf(c), slug, template)
	if err != nil {
		return err
	}
	t, here := sheet.Template, templateURL(slug, template)
	f := t.Field(field)
	if field != "" && f == nil {
		return models.NotFound()
	}
	if in == nil {
		own := desk.InputOf(f)
		in = &own
	}
	data := views.TemplateField{Crumbs: templateCrumbs(words, sheet.Project, views.Link{Label: t.Name, URL: here}), Title: words.T("agent.templates.field.new"), Key: field,
		Form: views.Form{Action: here + "/fields", CSRF: visitOf(c).token(), Submit: words.T("agent.templates.field.add"), CancelURL: here, Inputs: fieldInputs(words, t, f, in)}}
	if f != nil {
		data.Title, data.Form.Action, data.Form.Submit, data.DeleteURL = f.Label, fieldURL(slug, template, field), words.T("agent.save"), fieldURL(slug, template, field)+"/deletion"
		data.Form.Version = decimal(t.Version)
		if refused != nil && refused.Kind != models.KindConflict {
			// Still the state it was opened from: only after a Conflict is saving over others on purpose.
			data.Form.Version = decimal(in.Version)
		}
	}
	if refused != nil {
		withErrors(words, &data.Form, refused)
	}
	return a.showSettings(c, status, views.Page{Title: data.Title, Body: "settings/template_field", Data: data})
}

// fieldInputs are the controls of the editor. f is nil for a new field.
func fieldInputs(words *locale.Strings, t *models.Template, f *models.Field, in *desk.FieldInput) []views.Input {
	key := "agent.templates.field."
	text := func(name, value string, in views.Input) views.Input {
		in.Name, in.Label, in.Value = name, words.T(key+name), value
		if words.Has(key + name + ".help") {
			in.Help = words.T(key + name + ".help")
		}
		return in
	}
	kind := text("kind", "", views.Input{Kind: "select"})
	for _, k := range models.FieldKinds {
		kind.Choices = append(kind.Choices, views.Choice{Value: k, Label: words.T("agent.templates.kind." + k), Selected: k == in.Kind})
	}
	access := text("access", "", views.Input{Kind: "radio"})
	for _, who := range desk.FieldAccesses {
		access.Choices = append(access.Choices, views.Choice{Value: who, Label: words.T("agent.templates.access." + who), Help: words.T("agent.templates.access." + who + ".help"), Selected: who == in.Access})
	}
	inputs := []views.Input{
		text("label", in.Label, views.Input{Kind: "text", MaxLength: models.MaxLabel, Required: true}),
		kind,
		text("options", in.Options, views.Input{Kind: "textarea", Rows: 5}),
		text("help", in.Help, views.Input{Kind: "text", MaxLength: models.MaxHelp, Optional: true}),
		{Kind: "heading", Label: words.T(key + "heading.who")},
		access,
		text("required", ticked(in.Required), views.Input{Kind: "checkbox"}),
		text("in_thread", ticked(in.InThread), views.Input{Kind: "checkbox"}),
		text("default", in.Default, views.Input{Kind: "textarea", Rows: 1, Optional: true}),
		{Kind: "heading", Label: words.T(key + "heading.when"), Help: words.T(key + "heading.when.help")},
	}
	return append(inputs, conditionInputs(words, t, f, in)...)
}

// conditionInputs choose the field that this one depends on, and the answers that show it.
func conditionInputs(words *locale.Strings, t *models.Template, f *models.Field, in *desk.FieldInput) []views.Input {
	on := views.Input{Kind: "select", Name: "show_if", Label: words.T("agent.templates.field.show_if"), Choices: []views.Choice{{Value: "", Label: words.T("agent.templates.field.show_if.always"), Selected: in.ShowIf == ""}}}
	var groups []views.Input
	for _, other := range t.Fields {
		if other == f {
			break // only what stands before it
		}
		if !other.Asked() || !other.Conditional() {
			continue
		}
		on.Choices = append(on.Choices, views.Choice{Value: other.Slug, Label: words.Tf("agent.templates.field.show_if.is", "Field", other.Label), Selected: in.ShowIf == other.Slug})
		group := views.Input{Kind: "checkboxes", Name: "show." + other.Slug, Label: words.Tf("agent.templates.field.show_values", "Field", other.Label)}
		for _, value := range other.ConditionValues() {
			label := value
			if other.Kind == models.FieldCheckbox {
				label = words.T("agent.templates.field.show_values." + value)
			}
			group.Choices = append(group.Choices, views.Choice{Value: value, Label: label, Selected: other.Slug == in.ShowIf && slices.Contains(in.ShowValues, value)})
		}
		groups = append(groups, group)
	}
	if len(groups) == 0 {
		on.Help = words.T("agent.templates.field.show_if.none")
	}
	return append([]views.Input{on}, groups...)
}

func ticked(on bool) string {
	if on {
		return "1"
	}
	return ""
}
