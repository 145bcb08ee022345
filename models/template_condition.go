package models

import "slices"

// The values of a condition on a checkbox.
const (
	WhenTicked    = "yes"
	WhenNotTicked = "no"
)

// answers are what was given to the questions that were put, by slug. A question that was
// not put has no entry.
type answers map[string][]string

// Condition is the field that f depends on, or nil when f is always there. Only an earlier
// field of the public form counts: a condition on anything else would have to name, in the
// browser, what must not reach it (PC-3).
func (t *Template) Condition(f *Field) *Field {
	if f.ShowIf == "" {
		return nil
	}
	for _, other := range t.Fields {
		if other == f {
			return nil
		}
		if other.Slug == f.ShowIf && other.Asked() && other.Conditional() {
			return other
		}
	}
	return nil
}

// Conditional says whether other fields may depend on this one's answer: it has a known set
// of answers.
func (f *Field) Conditional() bool {
	return f.Kind == FieldSelect || f.Kind == FieldSeveral || f.Kind == FieldCheckbox
}

// ConditionValues are the answers other fields may depend on.
func (f *Field) ConditionValues() []string {
	switch f.Kind {
	case FieldSelect, FieldSeveral:
		return f.Options
	case FieldCheckbox:
		return []string{WhenTicked, WhenNotTicked}
	}
	return nil
}

// met says whether f is there, given the answers to the fields before it.
func (t *Template) met(f *Field, given answers) bool {
	on := t.Condition(f)
	if on == nil {
		return true
	}
	all, put := given[on.Slug]
	return put && f.Shown(on, all)
}

// Shown says whether f is there when on, the field it depends on, has these answers.
func (f *Field) Shown(on *Field, all []string) bool {
	if on.Kind == FieldCheckbox {
		return slices.Contains(f.ShowValues, map[bool]string{true: WhenTicked, false: WhenNotTicked}[len(all) > 0])
	}
	return slices.ContainsFunc(all, func(s string) bool { return slices.Contains(f.ShowValues, s) })
}
