package models

import (
	"net/mail"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/uptrace/bun"
)

// Template is a named set of fields asked when a ticket is made.
type Template struct {
	bun.BaseModel `bun:"table:templates"`
	ID            int64 `bun:",pk,autoincrement"`
	ProjectID     int64
	Slug          string
	Name          string
	Position      int64
	// Version moves with every change of the template or of its fields.
	Version int64
	Fields  []*Field `bun:"-"`
}

// The kinds of template fields.
const (
	FieldText     = "text"
	FieldLongText = "long_text"
	FieldSelect   = "select"
	FieldSeveral  = "several"
	FieldCheckbox = "checkbox"
	FieldDate     = "date"
	FieldNumber   = "number"
	FieldURL      = "url"
	FieldEmail    = "email"
)

// Field is one question of a template. A hidden field, and a read-only one, is filled by
// the server with its default and never reaches a browser of someone outside (PC-3).
type Field struct {
	bun.BaseModel `bun:"table:template_fields"`
	ID            int64 `bun:",pk,autoincrement"`
	TemplateID    int64
	Slug          string
	Label         string
	Kind          string
	Options       []string `bun:"-"`
	RawOptions    string   `bun:"options"`
	Help          string
	DefaultValue  string
	Required      bool
	Hidden        bool
	ReadOnly      bool
	InThread      bool
	Position      int64
	// ShowIf is the slug of another field of the template: this one is asked only when that
	// one has one of ShowValues. Empty asks always.
	ShowIf        string
	ShowValues    []string `bun:"-"`
	RawShowValues string   `bun:"show_values"`
}

// Asked says whether the field stands on the public form.
func (f *Field) Asked() bool { return !f.Hidden && !f.ReadOnly }

// Defaults are the values the server fills in; nil without a default. Of a field with
// several choices the default has one line each.
func (f *Field) Defaults() []string {
	if f.DefaultValue == "" {
		return nil
	}
	if f.Kind == FieldSeveral {
		return clean(strings.Split(f.DefaultValue, "\n"), f.Kind)
	}
	return clean([]string{f.DefaultValue}, f.Kind)
}

// FieldValue is an answer as the ticket keeps it. The label is kept beside it, so that a
// later change of the template does not rewrite what was asked. Public: may be shown on
// the thread page; what the server filled in never is.
type FieldValue struct {
	Slug   string   `json:"slug"`
	Label  string   `json:"label"`
	Kind   string   `json:"kind"`
	Values []string `json:"values"`
	Public bool     `json:"public"`
}

// AskedFields are the fields of the public form, in order.
func (t *Template) AskedFields() []*Field {
	var asked []*Field
	for _, f := range t.Fields {
		if f.Asked() {
			asked = append(asked, f)
		}
	}
	return asked
}

// ChooseTemplate applies the project's rule to what was posted (PC-3): an enforced
// template wins over anything; otherwise a template of this very project; a foreign or
// unknown one is refused; an empty choice means the form without a template.
func (p *Project) ChooseTemplate(slug string) (*Template, error) {
	if p.EnforcedTemplateID != nil {
		if t := p.Template(*p.EnforcedTemplateID); t != nil {
			return t, nil
		}
	}
	if slug == "" {
		return nil, nil
	}
	for _, t := range p.Templates {
		if t.Slug == slug {
			return t, nil
		}
	}
	var v Invalid
	v.Add("template", "portal.create.error.template")
	return nil, v.Err()
}

// MaxFieldText is how many bytes one template answer may have.
const MaxFieldText = 32 << 10

// Accept builds the answers from what was posted: only keys that the template asks for
// are read, everything else is dropped; hidden and read-only fields get their defaults
// whatever was posted (PC-3), as do asked ones that were left empty. A field whose condition
// is not met is not there: its answer is dropped and none is required. Faults are added to v
// under "field."+slug.
func (t *Template) Accept(posted map[string][]string, v *Invalid) []FieldValue {
	if t == nil {
		return nil
	}
	var values []FieldValue
	answers := answers{}
	for _, f := range t.Fields {
		if !t.met(f, answers) {
			continue
		}
		out := FieldValue{Slug: f.Slug, Label: f.Label, Kind: f.Kind}
		if f.Asked() {
			given := clean(posted["field."+f.Slug], f.Kind)
			answers[f.Slug] = given
			if len(given) == 0 && f.Required {
				v.Add("field."+f.Slug, "portal.create.error.required", "Field", f.Label)
				continue
			}
			if key := f.check(given); key != "" {
				v.Add("field."+f.Slug, key, "Field", f.Label)
				continue
			}
			if len(given) > 0 {
				out.Values, out.Public = given, f.InThread
				values = append(values, out)
				continue
			}
		}
		if out.Values = f.Defaults(); out.Values != nil {
			values = append(values, out)
		}
	}
	return values
}

func clean(posted []string, kind string) []string {
	var out []string
	for _, s := range posted {
		s = strings.TrimSpace(strings.ReplaceAll(s, "\x00", ""))
		if s == "" || slices.Contains(out, s) {
			continue
		}
		if kind == FieldCheckbox {
			s = "yes"
		}
		out = append(out, s)
	}
	if len(out) > 1 && kind != FieldSeveral {
		out = out[:1]
	}
	return out
}

// check names what is wrong with an answer, as a key of the catalogue; "" is right.
func (f *Field) check(given []string) string {
	for _, s := range given {
		if len(s) > MaxFieldText {
			return "portal.create.error.too_long"
		}
		if !utf8.ValidString(s) {
			return "portal.create.error.text"
		}
		switch f.Kind {
		case FieldSelect, FieldSeveral:
			if !slices.Contains(f.Options, s) {
				return "portal.create.error.option"
			}
		case FieldNumber:
			// ParseFloat also takes NaN, Inf and hexadecimal, which nobody means.
			if _, err := strconv.ParseFloat(strings.Replace(s, ",", ".", 1), 64); err != nil || strings.Trim(s, "0123456789.,+-eE") != "" {
				return "portal.create.error.number"
			}
		case FieldDate:
			if _, err := time.Parse(time.DateOnly, s); err != nil {
				return "portal.create.error.date"
			}
		case FieldURL:
			if u, err := url.Parse(s); err != nil || u.Host == "" || (u.Scheme != "http" && u.Scheme != "https") {
				return "portal.create.error.url"
			}
		case FieldEmail:
			if a, err := mail.ParseAddress(s); err != nil || a.Address != s {
				return "portal.create.error.email"
			}
		}
	}
	return ""
}
