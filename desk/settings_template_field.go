package desk

import (
	"context"
	"slices"
	"strings"

	"lodge/models"
)

// Who fills in a field of a template.
const (
	FieldIsAsked    = "asked"     // the reporter, on the form
	FieldIsReadOnly = "read_only" // the server; agents see it and leave it as it is
	FieldIsHidden   = "hidden"    // the server; for agents alone
)

// FieldAccesses lists them in the order of the editor.
var FieldAccesses = []string{FieldIsAsked, FieldIsReadOnly, FieldIsHidden}

// FieldAccess says who fills in f.
func FieldAccess(f *models.Field) string {
	switch {
	case f.Hidden:
		return FieldIsHidden
	case f.ReadOnly:
		return FieldIsReadOnly
	}
	return FieldIsAsked
}

// FieldInput is a field as its editor posts it.
type FieldInput struct {
	Label, Kind, Help, Default string
	// Options has one option a line.
	Options            string
	Access             string
	Required, InThread bool
	// ShowIf is the slug of the field it depends on, or empty; ShowValues the answers that show it.
	ShowIf     string
	ShowValues []string
	// Version is the template's, as the editor was opened.
	Version int64
}

// InputOf is a field as its editor shows it.
func InputOf(f *models.Field) FieldInput {
	return FieldInput{Label: f.Label, Kind: f.Kind, Help: f.Help, Default: f.DefaultValue, Options: strings.Join(f.Options, "\n"), Access: FieldAccess(f),
		Required: f.Required, InThread: f.InThread, ShowIf: f.ShowIf, ShowValues: f.ShowValues}
}

// read fills f from what was posted; what its kind has no use for is left out.
func (in FieldInput) read(f *models.Field, v *models.Invalid) {
	if !slices.Contains(FieldAccesses, in.Access) {
		v.Add("access", "agent.settings.error.choice")
	}
	f.Label, f.Kind, f.Help, f.DefaultValue = line(in.Label), in.Kind, line(in.Help), text(in.Default)
	f.Required, f.Hidden, f.ReadOnly = in.Required, in.Access == FieldIsHidden, in.Access == FieldIsReadOnly
	// What the server fills in is shown to nobody outside.
	f.InThread = in.InThread && f.Asked()
	f.Options = nil
	if f.Kind == models.FieldSelect || f.Kind == models.FieldSeveral {
		for option := range strings.SplitSeq(text(in.Options), "\n") {
			if option = line(option); option != "" {
				f.Options = append(f.Options, option)
			}
		}
	}
	f.ShowIf, f.ShowValues = in.ShowIf, nil
	if f.ShowIf != "" {
		f.ShowValues = in.ShowValues
	}
}

// CreateField adds a field at the end of a template and gives its slug, which stays as it is:
// tickets keep their answers by it.
func (d *Desk) CreateField(ctx context.Context, actor Actor, slug, template string, in FieldInput) (string, error) {
	var made string
	err := d.changeTemplate(ctx, actor, slug, template, 0, func(_ *models.Project, t *models.Template) (map[string]any, error) {
		var v models.Invalid
		f := &models.Field{}
		in.read(f, &v)
		if len(t.Fields) >= models.MaxFields {
			v.Add("label", "agent.templates.error.fields_many", "Max", models.MaxFields)
		}
		made = named(f.Label, "field", func(s string) bool { return s == "new" || s == "order" || t.Field(s) != nil })
		f.Slug = made
		t.Fields = append(t.Fields, f)
		t.Check(f, &v)
		return map[string]any{"field": f.Label}, v.Err()
	})
	return made, err
}

// ChangeField saves a field. What others depend on must go on to hold: an answer that shows
// another field cannot be taken away under it.
func (d *Desk) ChangeField(ctx context.Context, actor Actor, slug, template, field string, in FieldInput) error {
	return d.changeTemplate(ctx, actor, slug, template, in.Version, func(_ *models.Project, t *models.Template) (map[string]any, error) {
		f := t.Field(field)
		if f == nil {
			return nil, models.NotFound()
		}
		var v models.Invalid
		in.read(f, &v)
		t.Check(f, &v)
		if v.Err() == nil {
			if broken := others(t.Broken(), f); len(broken) > 0 {
				at := "options"
				if !f.Asked() {
					at = "access"
				} else if !f.Conditional() {
					at = "kind"
				}
				v.Add(at, "agent.templates.error.dependents", "Fields", models.Labels(broken))
			}
		}
		return map[string]any{"field": f.Label}, v.Err()
	})
}

func others(all []*models.Field, but *models.Field) []*models.Field {
	return slices.DeleteFunc(all, func(f *models.Field) bool { return f == but })
}

// DeleteField takes a field from a template, unless another one depends on it.
func (d *Desk) DeleteField(ctx context.Context, actor Actor, slug, template, field string) error {
	return d.changeTemplate(ctx, actor, slug, template, 0, func(_ *models.Project, t *models.Template) (map[string]any, error) {
		f := t.Field(field)
		if f == nil {
			return nil, models.NotFound()
		}
		if all := t.Dependents(field); len(all) > 0 {
			var v models.Invalid
			v.Add("field", "agent.templates.error.delete", "Fields", models.Labels(all))
			return nil, v.Err()
		}
		t.Fields = others(t.Fields, f)
		return map[string]any{"deleted": f.Label}, nil
	})
}

// OrderFields moves the fields of a template. A field that depends on another stays behind it.
func (d *Desk) OrderFields(ctx context.Context, actor Actor, slug, template string, order Order) error {
	return d.changeTemplate(ctx, actor, slug, template, 0, func(_ *models.Project, t *models.Template) (map[string]any, error) {
		var keys []string
		for _, f := range t.Fields {
			keys = append(keys, f.Slug)
		}
		next, moved := order.apply(keys)
		if !moved {
			return nil, nil
		}
		var fields []*models.Field
		for _, key := range next {
			fields = append(fields, t.Field(key))
		}
		t.Fields = fields
		if broken := t.Broken(); len(broken) > 0 {
			var v models.Invalid
			v.Add("order", "agent.templates.error.order", "Fields", models.Labels(broken))
			return nil, v.Err()
		}
		return map[string]any{"order": next}, nil
	})
}
