package handlers

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"lodge/desk"
	"lodge/locale"
	"lodge/models"
	"lodge/views"
)

// createFields gives the questions of a chosen template, with what was typed in those
// that it shares with the one before (PC-3).
func (h *Handlers) createFields(c *fiber.Ctx) error {
	posted, err := h.readText(c)
	if err != nil {
		return err
	}
	slug := c.Params("slug")
	shown, err := h.portal.Form(c.UserContext(), slug, desk.FormAsk{Type: posted.first(views.FieldType), Template: posted.first(views.FieldTemplate)})
	if err != nil {
		return err
	}
	if !isHTMX(c) {
		return h.createPage(c, fiber.StatusOK, shown, createForm{values: posted})
	}
	words := h.words(c, shown.Project.Locale)
	promise := viewPromise(words, shown.Promise)
	promise.OOB = true
	return h.fragment(c, fiber.StatusOK, words.Locale(), "portal/_fields", views.Fields{Fields: viewFields(words, shown.Fields, posted, nil), Promise: &promise})
}

// viewFields draws a template's questions. One whose condition is not met is drawn too, and marked:
// a script shows it when it is, and a browser without scripts shows it with words (PC-3).
func viewFields(words *locale.Strings, fields []desk.FormField, posted values, errs map[string]string) []views.Field {
	var all []views.Field
	unmet := map[string]bool{}
	for _, f := range fields {
		name := views.FieldPrefix + f.Slug
		v := views.Field{Name: name, ID: "field-" + f.Slug, Kind: f.Kind, Label: f.Label, Help: f.Help, Required: f.Required, Error: errs[name]}
		given := posted[name]
		switch f.Kind {
		case models.FieldSelect, models.FieldSeveral:
			for _, option := range f.Options {
				v.Choices = append(v.Choices, views.Choice{Value: option, Label: option, Selected: slices.Contains(given, option)})
			}
		default:
			v.Value = posted.first(name)
		}
		if f.If != nil {
			unmet[f.Slug] = unmet[f.If.Slug] || !f.If.Shown(posted[views.FieldPrefix+f.If.Slug])
			v.Unmet = unmet[f.Slug] && v.Error == ""
			v.ShowIf, v.ShowValues, v.Only = views.FieldPrefix+f.If.Slug, conditionValues(f.If), only(words, f.If)
		}
		all = append(all, v)
	}
	return all
}

// conditionValues are the values of the control itself: a box posts "1" or nothing.
func conditionValues(c *desk.FieldCondition) string {
	posted := c.Values
	if c.Checkbox {
		posted = nil
		for _, value := range c.Values {
			posted = append(posted, map[string]string{models.WhenTicked: "1"}[value])
		}
	}
	raw, _ := json.Marshal(posted)
	return string(raw)
}

// only says in words when a question is put.
func only(words *locale.Strings, c *desk.FieldCondition) string {
	switch {
	case c.Checkbox && len(c.Values) > 1:
		return ""
	case c.Checkbox && c.Shown(nil):
		return words.Tf("portal.create.only.unticked", "Field", c.Label)
	case c.Checkbox:
		return words.Tf("portal.create.only.ticked", "Field", c.Label)
	}
	return words.Tf("portal.create.only.is", "Field", c.Label, "Values", strings.Join(c.Values, " / "))
}

// errors are the sentences beside the fields; the form as a whole has the empty name.
func (f createForm) errors(words *locale.Strings) map[string]string {
	errs := map[string]string{}
	switch {
	case f.err == nil:
	case f.fault != nil:
		field := views.FieldFiles
		if f.fault.Key == "errors.text_too_large" {
			field = views.FieldDescription
		}
		errs[field] = say(words, *f.fault)
	case len(f.err.Fields) == 0:
		errs[""] = whole(words, f.err)
	default:
		for name, problem := range f.err.Fields {
			if name == "form" {
				name = ""
			}
			errs[name] = say(words, problem)
		}
	}
	return errs
}

// whole is the sentence about a refusal that no single field is to blame for.
func whole(words *locale.Strings, e *models.Error) string {
	text := words.T(e.Message)
	if n := minutes(e); n > 0 {
		text += " " + words.Tn("common.try_again", n)
	}
	return text
}

// stagedFiles draws the files that wait for the next try, all of them ticked: what was
// unticked when the form was refused is no longer staged.
func stagedFiles(staged []desk.StagedFile) []views.StagedFile {
	var all []views.StagedFile
	for _, f := range staged {
		all = append(all, views.StagedFile{Value: f.PID, Name: f.Name, Size: f.Size, Type: f.Type, Keep: true})
	}
	return all
}

func choices(from []desk.Choice, chosen string) []views.Choice {
	var all []views.Choice
	for _, c := range from {
		all = append(all, views.Choice{Value: c.Slug, Label: c.Name, Selected: c.Slug == chosen})
	}
	return all
}

func or(a, b string) string {
	if strings.TrimSpace(a) != "" {
		return a
	}
	return b
}

func itoa(n int) string { return strconv.Itoa(n) }
