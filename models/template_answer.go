package models

import "strings"

// Field finds a field of the template, or nil.
func (t *Template) Field(slug string) *Field {
	if t == nil {
		return nil
	}
	for _, f := range t.Fields {
		if f.Slug == slug {
			return f
		}
	}
	return nil
}

// Answer checks what an agent gives as the answer to this field, hidden and read-only ones
// too. Faults are added to v under "field."+slug; no values means no answer.
func (f *Field) Answer(posted []string, v *Invalid) FieldValue {
	out := FieldValue{Slug: f.Slug, Label: f.Label, Kind: f.Kind, Public: f.InThread && !f.Hidden}
	given := clean(posted, f.Kind)
	switch key := f.check(given); {
	case len(given) == 0 && f.Required:
		v.Add("field."+f.Slug, "portal.create.error.required", "Field", f.Label)
	case key != "":
		v.Add("field."+f.Slug, key, "Field", f.Label)
	default:
		out.Values = given
	}
	return out
}

// SetField puts one answer in place among the ticket's, or takes it out when it has no
// values, and gives what was there before. Answers stay in the order of the template.
func (t *Ticket) SetField(template *Template, value FieldValue) (before FieldValue) {
	var all, rest []FieldValue
	known := map[string]FieldValue{}
	for _, f := range t.Fields() {
		if f.Slug == value.Slug {
			before = f
			continue
		}
		if template.Field(f.Slug) == nil {
			rest = append(rest, f)
		} else {
			known[f.Slug] = f
		}
	}
	if len(value.Values) > 0 {
		known[value.Slug] = value
	}
	if template != nil {
		for _, f := range template.Fields {
			if v, ok := known[f.Slug]; ok {
				all = append(all, v)
			}
		}
	}
	t.SetFields(append(all, rest...))
	return before
}

// Text is an answer in one line, for the timeline.
func (v FieldValue) Text() string {
	return strings.Join(v.Values, ", ")
}
