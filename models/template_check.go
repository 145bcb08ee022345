package models

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// Limits of a template. Lengths are in characters.
const (
	MaxTemplates   = 50
	MaxFields      = 60
	MaxOptions     = 100
	MaxTemplateLen = 140
	MaxLabel       = 200
	MaxHelp        = 500
)

// FieldKinds lists the kinds of fields in the order of the editor.
var FieldKinds = []string{FieldText, FieldLongText, FieldSelect, FieldSeveral, FieldCheckbox, FieldDate, FieldNumber, FieldURL, FieldEmail}

// Check looks at one field of the template as its editor saves it. Faults are added to v by
// the names of the editor's form: label, kind, options, help, default, show_if.
func (t *Template) Check(f *Field, v *Invalid) {
	if f.Label == "" || utf8.RuneCountInString(f.Label) > MaxLabel {
		v.Add("label", "agent.templates.error.label", "Max", MaxLabel)
	}
	if utf8.RuneCountInString(f.Help) > MaxHelp {
		v.Add("help", "agent.templates.error.help", "Max", MaxHelp)
	}
	if !slices.Contains(FieldKinds, f.Kind) {
		v.Add("kind", "agent.settings.error.choice")
	}
	f.checkOptions(v)
	f.checkDefault(v)
	t.checkCondition(f, v)
}

func (f *Field) checkOptions(v *Invalid) {
	if f.Kind != FieldSelect && f.Kind != FieldSeveral {
		return
	}
	switch {
	case len(f.Options) == 0:
		v.Add("options", "agent.templates.error.options")
	case len(f.Options) > MaxOptions:
		v.Add("options", "agent.templates.error.options_many", "Max", MaxOptions)
	}
	for i, option := range f.Options {
		if utf8.RuneCountInString(option) > MaxLabel {
			v.Add("options", "agent.templates.error.options_long", "Max", MaxLabel)
		}
		if slices.Contains(f.Options[:i], option) {
			v.Add("options", "agent.templates.error.options_twice", "Option", option)
		}
	}
}

func (f *Field) checkDefault(v *Invalid) {
	given := f.Defaults()
	switch {
	case f.Kind == FieldCheckbox && f.Asked() && len(given) > 0:
		// An empty box is an answer: filling it in would say yes for somebody.
		v.Add("default", "agent.templates.error.default_checkbox")
	case f.Kind == FieldCheckbox && f.DefaultValue != "" && f.DefaultValue != "yes":
		v.Add("default", "agent.templates.error.default_yes")
	case !f.Asked() && f.Required && len(given) == 0:
		v.Add("default", "agent.templates.error.default_required")
	case f.check(given) != "":
		v.Add("default", "agent.templates.error.default")
	}
}

func (t *Template) checkCondition(f *Field, v *Invalid) {
	if f.ShowIf == "" {
		return
	}
	on := t.Condition(f)
	if on == nil {
		v.Add("show_if", "agent.templates.error.condition")
		return
	}
	if len(f.ShowValues) == 0 {
		v.Add("show_if", "agent.templates.error.condition_empty", "Field", on.Label)
	}
	for _, value := range f.ShowValues {
		if !slices.Contains(on.ConditionValues(), value) {
			v.Add("show_if", "agent.templates.error.condition_value", "Field", on.Label, "Option", value)
		}
	}
}

// Dependents are the fields whose condition is this one.
func (t *Template) Dependents(slug string) []*Field {
	var all []*Field
	for _, f := range t.Fields {
		if f.ShowIf == slug {
			all = append(all, f)
		}
	}
	return all
}

// Broken names, of all fields, those whose condition does not hold together: what it depends on
// is missing, no question of the form, not before it, or has no such answer any more. Conditions
// look back only, so there is no circle.
func (t *Template) Broken() []*Field {
	var all []*Field
	for _, f := range t.Fields {
		var v Invalid
		if t.checkCondition(f, &v); v.Err() != nil {
			all = append(all, f)
		}
	}
	return all
}

// Labels joins the labels of fields for a sentence.
func Labels(fields []*Field) string {
	var all []string
	for _, f := range fields {
		all = append(all, f.Label)
	}
	return strings.Join(all, ", ")
}
