package models

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

func bugTemplate() *Template {
	return &Template{ID: 1, Slug: "bug", Fields: []*Field{
		{Slug: "os", Label: "System", Kind: FieldSelect, Options: []string{"Linux", "Windows"}, Required: true, InThread: true},
		{Slug: "tags", Label: "Tags", Kind: FieldSeveral, Options: []string{"a", "b", "c"}, InThread: true},
		{Slug: "sure", Label: "Sure", Kind: FieldCheckbox, InThread: true},
		{Slug: "phone", Label: "Phone", Kind: FieldText},
		{Slug: "when", Label: "When", Kind: FieldDate, InThread: true},
		{Slug: "size", Label: "Size", Kind: FieldNumber, InThread: true},
		{Slug: "page", Label: "Page", Kind: FieldURL, InThread: true},
		{Slug: "boss", Label: "Boss", Kind: FieldEmail, InThread: true},
		{Slug: "team", Label: "Team", Kind: FieldText, DefaultValue: "second", Hidden: true, InThread: true},
		{Slug: "plan", Label: "Plan", Kind: FieldText, DefaultValue: "free", ReadOnly: true, InThread: true},
		{Slug: "blank", Label: "Blank", Kind: FieldText, Hidden: true},
	}}
}

// accept posts answers and gives what is kept, as "slug=values", and the faults.
func accept(posted map[string][]string) (values map[string]FieldValue, kept string, err error) {
	var v Invalid
	values = map[string]FieldValue{}
	var parts []string
	for _, value := range bugTemplate().Accept(posted, &v) {
		values[value.Slug] = value
		parts = append(parts, value.Slug+"="+strings.Join(value.Values, "|"))
	}
	return values, strings.Join(parts, " "), v.Err()
}

// PC-3: what the server fills in cannot be posted over, and unknown keys are dropped.
func TestHiddenAndReadOnlyFieldsKeepTheirDefaults(t *testing.T) {
	values, kept, err := accept(map[string][]string{
		"field.os": {"Linux"}, "field.team": {"admin"}, "field.plan": {"gold"}, "field.blank": {"x"}, "field.unknown": {"x"}, "os": {"Windows"}, "assignee_id": {"1"},
	})
	if err != nil || kept != "os=Linux team=second plan=free" {
		t.Errorf("kept %q, %v", kept, err)
	}
	if values["team"].Public || values["plan"].Public || !values["os"].Public {
		t.Error("what the thread shows")
	}
	if values["os"].Label != "System" || values["os"].Kind != FieldSelect {
		t.Errorf("kept beside it %+v", values["os"])
	}
}

func TestAnswersAreCleanedByTheirKind(t *testing.T) {
	_, kept, err := accept(map[string][]string{
		"field.os": {"  Linux ", "Windows"}, "field.tags": {"c", "a", "c", " "}, "field.sure": {"on", "1"}, "field.phone": {"\x00 12 "},
		"field.when": {"2026-11-21"}, "field.size": {"1,5"}, "field.page": {"https://example.com/a?b"}, "field.boss": {"boss@example.com"},
	})
	want := "os=Linux tags=c|a sure=yes phone=12 when=2026-11-21 size=1,5 page=https://example.com/a?b boss=boss@example.com team=second plan=free"
	if err != nil || kept != want {
		t.Errorf("kept %q, %v", kept, err)
	}
}

func TestWrongAnswersAreNamedByTheirField(t *testing.T) {
	for _, row := range []struct{ field, value, key string }{
		{"os", "", "portal.create.error.required"},
		{"os", "  ", "portal.create.error.required"},
		{"os", "Beos", "portal.create.error.option"},
		{"tags", "d", "portal.create.error.option"},
		{"phone", strings.Repeat("x", MaxFieldText+1), "portal.create.error.too_long"},
		{"phone", "a\xffb", "portal.create.error.text"},
		{"when", "21.11.2026", "portal.create.error.date"},
		{"when", "2026-02-30", "portal.create.error.date"},
		{"size", "many", "portal.create.error.number"},
		{"size", "NaN", "portal.create.error.number"},
		{"size", "Inf", "portal.create.error.number"},
		{"size", "0x1p4", "portal.create.error.number"},
		{"page", "javascript:alert(1)", "portal.create.error.url"},
		{"page", "//example.com", "portal.create.error.url"},
		{"page", "https:///nowhere", "portal.create.error.url"},
		{"boss", "Boss <boss@example.com>", "portal.create.error.email"},
		{"boss", "boss", "portal.create.error.email"},
	} {
		posted := map[string][]string{"field.os": {"Linux"}}
		posted["field."+row.field] = []string{row.value}
		values, _, err := accept(posted)
		e, ok := AsError(err)
		if !ok || e.Kind != KindInvalid || e.Fields["field."+row.field].Key != row.key || len(e.Order) != 1 {
			t.Errorf("%s %.20q: %v, want %s", row.field, row.value, err, row.key)
		}
		if _, kept := values[row.field]; kept {
			t.Errorf("%s %.20q is kept", row.field, row.value)
		}
	}
	if got := (*Template)(nil).Accept(map[string][]string{"field.os": {"x"}}, new(Invalid)); got != nil {
		t.Errorf("no template keeps %v", got)
	}
}

// PC-3: a template of another project, or beside an enforced one, cannot be chosen.
func TestChooseTemplate(t *testing.T) {
	bug, idea := bugTemplate(), &Template{ID: 2, Slug: "idea"}
	enforced, missing := int64(2), int64(99)
	for _, row := range []struct {
		enforced     *int64
		posted, want string
		kind         Kind
	}{
		{nil, "", "none", ""},
		{nil, "bug", "bug", ""},
		{nil, "of-another-project", "", KindInvalid},
		{&enforced, "", "idea", ""},
		{&enforced, "bug", "idea", ""},
		{&enforced, "of-another-project", "idea", ""},
		{&missing, "bug", "bug", ""},
	} {
		p := &Project{Templates: []*Template{bug, idea}, EnforcedTemplateID: row.enforced}
		got, err := p.ChooseTemplate(row.posted)
		name := "none"
		if got != nil {
			name = got.Slug
		}
		if row.kind != "" {
			if KindOf(err) != row.kind || got != nil {
				t.Errorf("%q: %s, %v", row.posted, name, err)
			}
		} else if err != nil || name != row.want {
			t.Errorf("%q: %s, %v; want %s", row.posted, name, err, row.want)
		}
	}
}

func TestAskedFieldsLeaveOutWhatTheServerFills(t *testing.T) {
	var asked []string
	for _, f := range bugTemplate().AskedFields() {
		asked = append(asked, f.Slug)
	}
	if got := fmt.Sprint(asked); got != "[os tags sure phone when size page boss]" {
		t.Error(got)
	}
	if slices.Contains(asked, "team") {
		t.Error("a hidden field is asked")
	}
}

func TestTicketKeepsItsAnswers(t *testing.T) {
	var ticket Ticket
	ticket.SetFields(nil)
	if ticket.RawFields != "[]" || len(ticket.Fields()) != 0 {
		t.Errorf("none: %s", ticket.RawFields)
	}
	ticket.SetFields([]FieldValue{{Slug: "os", Label: "System", Kind: FieldSelect, Values: []string{"Linux"}, Public: true}})
	if got := ticket.Fields(); len(got) != 1 || got[0].Label != "System" || !got[0].Public || got[0].Values[0] != "Linux" {
		t.Errorf("%+v", got)
	}
}
