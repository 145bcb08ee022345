package models

import (
	"strings"
	"testing"
)

func conditional() *Template {
	return &Template{ID: 1, Slug: "order", Fields: []*Field{
		{Slug: "kind", Label: "Kind", Kind: FieldSelect, Options: []string{"Return", "Repair", "Other"}, Required: true, InThread: true},
		{Slug: "other", Label: "Which other", Kind: FieldText, Required: true, ShowIf: "kind", ShowValues: []string{"Other"}, InThread: true},
		{Slug: "parts", Label: "Parts", Kind: FieldSeveral, Options: []string{"Wheel", "Brake"}, ShowIf: "kind", ShowValues: []string{"Return", "Repair"}},
		{Slug: "side", Label: "Side", Kind: FieldText, Required: true, ShowIf: "parts", ShowValues: []string{"Brake"}},
		{Slug: "paid", Label: "Paid", Kind: FieldCheckbox},
		{Slug: "invoice", Label: "Invoice", Kind: FieldText, ShowIf: "paid", ShowValues: []string{WhenTicked}},
		{Slug: "reason", Label: "Reason", Kind: FieldText, ShowIf: "paid", ShowValues: []string{WhenNotTicked}, DefaultValue: "none given", InThread: true},
		{Slug: "lane", Label: "Lane", Kind: FieldText, Hidden: true, DefaultValue: "workshop", ShowIf: "kind", ShowValues: []string{"Repair"}},
	}}
}

// SE-3, PC-3: a field whose condition is not met is dropped and not required, through chains too; hidden defaults follow the condition.
func TestConditionsDecideWhatIsAccepted(t *testing.T) {
	for name, row := range map[string]struct {
		posted map[string][]string
		kept   string
		faults string
	}{
		"nothing":            {map[string][]string{}, "reason=none given", "field.kind"},
		"met and missing":    {map[string][]string{"field.kind": {"Other"}}, "kind=Other reason=none given", "field.other"},
		"met and given":      {map[string][]string{"field.kind": {"Other"}, "field.other": {"Paint"}}, "kind=Other other=Paint reason=none given", ""},
		"not met, posted":    {map[string][]string{"field.kind": {"Return"}, "field.other": {"Paint"}}, "kind=Return reason=none given", ""},
		"a chain":            {map[string][]string{"field.kind": {"Repair"}, "field.parts": {"Wheel", "Brake"}, "field.side": {"left"}}, "kind=Repair parts=Wheel|Brake side=left reason=none given lane=workshop", ""},
		"a chain, missing":   {map[string][]string{"field.kind": {"Repair"}, "field.parts": {"Brake"}}, "kind=Repair parts=Brake reason=none given lane=workshop", "field.side"},
		"a chain, cut above": {map[string][]string{"field.kind": {"Other"}, "field.other": {"x"}, "field.parts": {"Brake"}, "field.side": {"left"}}, "kind=Other other=x reason=none given", ""},
		"ticked":             {map[string][]string{"field.kind": {"Return"}, "field.paid": {"1"}, "field.invoice": {"7"}, "field.reason": {"late"}}, "kind=Return paid=yes invoice=7", ""},
		"not ticked":         {map[string][]string{"field.kind": {"Return"}, "field.invoice": {"7"}, "field.reason": {"late"}}, "kind=Return reason=late", ""},
		"an option made up":  {map[string][]string{"field.kind": {"Nothing"}, "field.other": {"x"}}, "reason=none given", "field.kind"},
	} {
		var v Invalid
		var parts []string
		for _, value := range conditional().Accept(row.posted, &v) {
			parts = append(parts, value.Slug+"="+strings.Join(value.Values, "|"))
			if value.Public != (value.Slug == "kind" || value.Slug == "other" || (value.Slug == "reason" && row.posted["field.reason"] != nil)) {
				t.Errorf("%s: %s is public: %v", name, value.Slug, value.Public)
			}
		}
		faults := ""
		if e, ok := AsError(v.Err()); ok {
			faults = strings.Join(e.Order, " ")
		}
		if kept := strings.Join(parts, " "); kept != row.kept || faults != row.faults {
			t.Errorf("%s keeps %q, faults %q", name, kept, faults)
		}
	}
}

// SE-3: a condition looks back, at a question of the form with known answers, and at nothing else: so nothing hidden is named.
func TestConditionsLookBackAtTheForm(t *testing.T) {
	base := conditional()
	if broken := base.Broken(); len(broken) != 0 {
		t.Fatalf("broken: %s", Labels(broken))
	}
	for name, change := range map[string]func(t *Template){
		"hidden":        func(t *Template) { t.Field("kind").Hidden = true },
		"read-only":     func(t *Template) { t.Field("kind").ReadOnly = true },
		"another kind":  func(t *Template) { t.Field("kind").Kind = FieldText },
		"answer gone":   func(t *Template) { t.Field("kind").Options = []string{"Return", "Repair"} },
		"behind":        func(t *Template) { t.Fields = append(t.Fields[1:], t.Fields[0]) },
		"itself":        func(t *Template) { t.Field("kind").ShowIf, t.Field("kind").ShowValues = "kind", []string{"Other"} },
		"missing":       func(t *Template) { t.Field("kind").Slug = "gone" },
		"without value": func(t *Template) { t.Field("other").ShowValues = nil },
	} {
		changed := base.Copy()
		change(changed)
		if len(changed.Broken()) == 0 {
			t.Errorf("%s is taken", name)
		}
		if on := changed.Condition(changed.Field("other")); on != nil && !on.Asked() {
			t.Errorf("%s: a condition names %s", name, on.Slug)
		}
	}
}

// SE-3: what the editor refuses.
func TestFieldsAreChecked(t *testing.T) {
	for name, row := range map[string]struct {
		field Field
		fault string
	}{
		"no question":               {Field{Kind: FieldText}, "label"},
		"unknown kind":              {Field{Label: "x", Kind: "file"}, "kind"},
		"no options":                {Field{Label: "x", Kind: FieldSelect}, "options"},
		"options twice":             {Field{Label: "x", Kind: FieldSeveral, Options: []string{"a", "a"}}, "options"},
		"default of no option":      {Field{Label: "x", Kind: FieldSelect, Options: []string{"a"}, DefaultValue: "b"}, "default"},
		"one default of several":    {Field{Label: "x", Kind: FieldSeveral, Options: []string{"a", "b"}, DefaultValue: "a\nc"}, "default"},
		"default no number":         {Field{Label: "x", Kind: FieldNumber, DefaultValue: "many"}, "default"},
		"default no date":           {Field{Label: "x", Kind: FieldDate, Hidden: true, DefaultValue: "soon"}, "default"},
		"default for an asked box":  {Field{Label: "x", Kind: FieldCheckbox, DefaultValue: "yes"}, "default"},
		"odd default of a box":      {Field{Label: "x", Kind: FieldCheckbox, Hidden: true, DefaultValue: "sure"}, "default"},
		"hidden, required, nothing": {Field{Label: "x", Kind: FieldText, Hidden: true, Required: true}, "default"},
		"read-only, required":       {Field{Label: "x", Kind: FieldText, ReadOnly: true, Required: true}, "default"},
		"condition unknown":         {Field{Label: "x", Kind: FieldText, ShowIf: "nothing", ShowValues: []string{"a"}}, "show_if"},
		"condition hidden":          {Field{Label: "x", Kind: FieldText, ShowIf: "lane", ShowValues: []string{"workshop"}}, "show_if"},
		"condition on text":         {Field{Label: "x", Kind: FieldText, ShowIf: "side", ShowValues: []string{"left"}}, "show_if"},
		"condition without values":  {Field{Label: "x", Kind: FieldText, ShowIf: "kind"}, "show_if"},
		"condition on no answer":    {Field{Label: "x", Kind: FieldText, ShowIf: "kind", ShowValues: []string{"Lost"}}, "show_if"},
		"right":                     {Field{Label: "x", Kind: FieldText, Required: true, ShowIf: "kind", ShowValues: []string{"Other", "Return"}}, ""},
		"right, several":            {Field{Label: "x", Kind: FieldSeveral, Options: []string{"a", "b"}, DefaultValue: "a\nb"}, ""},
		"right, hidden":             {Field{Label: "x", Kind: FieldCheckbox, Hidden: true, Required: true, DefaultValue: "yes"}, ""},
	} {
		base := conditional()
		f := row.field
		f.Slug = "new"
		base.Fields = append(base.Fields, &f)
		var v Invalid
		base.Check(&f, &v)
		got := ""
		if e, ok := AsError(v.Err()); ok {
			got = strings.Join(e.Order, " ")
		}
		if got != row.fault {
			t.Errorf("%s: faults %q, want %q", name, got, row.fault)
		}
	}
}
