package desk

import (
	"context"
	"slices"
	"strings"
	"unicode/utf8"

	"lodge/models"
)

// TemplateList is what the page of a project's templates shows.
type TemplateList struct {
	Project   Choice
	Templates []TemplateLine
	// Enforced is the slug of the only template reporters get, or empty.
	Enforced string
	// Open: the portal of this project answers.
	Open bool
}

// TemplateLine is a template in the list.
type TemplateLine struct {
	Slug, Name    string
	Asked, Filled int // fields that the form asks, and that the server fills in
}

// TemplateSheet is one template for its editor.
type TemplateSheet struct {
	Project  Choice
	Template *models.Template // a copy
	Enforced bool
}

// templateProject finds a project whose templates the actor may change.
func (d *Desk) templateProject(ctx context.Context, actor Actor, slug string) (*models.Catalog, *models.Project, error) {
	cat, err := d.db.Catalog(ctx)
	if err != nil {
		return nil, nil, err
	}
	return editable(cat, actor, slug)
}

func editable(cat *models.Catalog, actor Actor, slug string) (*models.Catalog, *models.Project, error) {
	if err := actor.may(models.ActRead); err != nil {
		return nil, nil, err
	}
	project := cat.ProjectBySlug(slug)
	if project == nil {
		return nil, nil, models.NotFound()
	}
	return cat, project, actor.mayIn(models.ActSettings, project.ID)
}

// Templates lists a project's templates for their settings (SE-3).
func (d *Desk) Templates(ctx context.Context, actor Actor, slug string) (*TemplateList, error) {
	_, project, err := d.templateProject(ctx, actor, slug)
	if err != nil {
		return nil, err
	}
	list := &TemplateList{Project: Choice{project.Slug, project.Name}, Open: project.Open()}
	for _, t := range project.Templates {
		asked := len(t.AskedFields())
		list.Templates = append(list.Templates, TemplateLine{Slug: t.Slug, Name: t.Name, Asked: asked, Filled: len(t.Fields) - asked})
		if enforced(project, t) {
			list.Enforced = t.Slug
		}
	}
	return list, nil
}

func enforced(p *models.Project, t *models.Template) bool {
	return p.EnforcedTemplateID != nil && *p.EnforcedTemplateID == t.ID
}

// Template gives one template for its editor.
func (d *Desk) Template(ctx context.Context, actor Actor, slug, template string) (*TemplateSheet, error) {
	_, project, err := d.templateProject(ctx, actor, slug)
	if err != nil {
		return nil, err
	}
	t := templateBySlug(project, template)
	if t == nil {
		return nil, models.NotFound()
	}
	return &TemplateSheet{Project: Choice{project.Slug, project.Name}, Template: t.Copy(), Enforced: enforced(project, t)}, nil
}

func templateBySlug(p *models.Project, slug string) *models.Template {
	for _, t := range p.Templates {
		if t.Slug == slug {
			return t
		}
	}
	return nil
}

// CreateTemplate adds an empty template to a project and gives its slug.
func (d *Desk) CreateTemplate(ctx context.Context, actor Actor, slug, name string) (string, error) {
	if _, _, err := d.templateProject(ctx, actor, slug); err != nil {
		return "", err
	}
	now := d.Now()
	name = line(name)
	if err := checkTemplateName(name); err != nil {
		return "", err
	}
	var made string
	err := d.db.Write(ctx, func(ctx context.Context, tx *models.Tx) error {
		project, err := lockedProject(ctx, tx, actor, slug)
		if err != nil {
			return err
		}
		if len(project.Templates) >= models.MaxTemplates {
			var v models.Invalid
			v.Add("name", "agent.templates.error.many", "Max", models.MaxTemplates)
			return v.Err()
		}
		made = named(name, "template", func(s string) bool { return s == "order" || s == "enforced" || templateBySlug(project, s) != nil })
		t := &models.Template{ProjectID: project.ID, Slug: made, Name: name, Position: int64(len(project.Templates))}
		if err := models.InsertTemplate(ctx, tx, t); err != nil {
			return err
		}
		return audit(ctx, tx, actor, "template.created", project.Slug+"/"+made, map[string]any{"name": name}, now)
	})
	return made, err
}

func checkTemplateName(name string) error {
	var v models.Invalid
	if name == "" || utf8.RuneCountInString(name) > models.MaxTemplateLen {
		v.Add("name", "agent.templates.error.name", "Max", models.MaxTemplateLen)
	}
	return v.Err()
}

// lockedProject reads the project inside the transaction, under the rules of this moment.
func lockedProject(ctx context.Context, tx *models.Tx, actor Actor, slug string) (*models.Project, error) {
	cat, err := models.TxCatalog(ctx, tx)
	if err != nil {
		return nil, err
	}
	_, project, err := editable(cat, actor, slug)
	return project, err
}

// changeTemplate is the frame of every change of a template: f changes a copy and says for the
// audit log what it did; nil says nothing changed. With version > 0 it is a Conflict when
// somebody else has changed the template since.
func (d *Desk) changeTemplate(ctx context.Context, actor Actor, slug, template string, version int64, f func(project *models.Project, t *models.Template) (map[string]any, error)) error {
	if _, _, err := d.templateProject(ctx, actor, slug); err != nil {
		return err
	}
	now := d.Now()
	return d.db.Write(ctx, func(ctx context.Context, tx *models.Tx) error {
		project, err := lockedProject(ctx, tx, actor, slug)
		if err != nil {
			return err
		}
		found := templateBySlug(project, template)
		if found == nil {
			return models.NotFound()
		}
		if version > 0 && found.Version != version {
			return models.Conflict("agent.templates.error.changed")
		}
		t := found.Copy()
		data, err := f(project, t)
		if err != nil || data == nil {
			return err
		}
		if err := models.UpdateTemplate(ctx, tx, t); err != nil {
			return err
		}
		return audit(ctx, tx, actor, "template.changed", project.Slug+"/"+t.Slug, data, now)
	})
}

// RenameTemplate changes what a template is called. Its slug stays: links may name it.
func (d *Desk) RenameTemplate(ctx context.Context, actor Actor, slug, template, name string, version int64) error {
	name = line(name)
	return d.changeTemplate(ctx, actor, slug, template, version, func(_ *models.Project, t *models.Template) (map[string]any, error) {
		if err := checkTemplateName(name); err != nil {
			return nil, err
		}
		if t.Name == name {
			return nil, nil
		}
		data := map[string]any{"name": [2]string{t.Name, name}}
		t.Name = name
		return data, nil
	})
}

// DeleteTemplate takes a template away; tickets keep the answers they have.
func (d *Desk) DeleteTemplate(ctx context.Context, actor Actor, slug, template string) error {
	if _, _, err := d.templateProject(ctx, actor, slug); err != nil {
		return err
	}
	now := d.Now()
	return d.db.Write(ctx, func(ctx context.Context, tx *models.Tx) error {
		project, err := lockedProject(ctx, tx, actor, slug)
		if err != nil {
			return err
		}
		t := templateBySlug(project, template)
		if t == nil {
			return models.NotFound()
		}
		if err := models.DeleteTemplate(ctx, tx, t.ID); err != nil {
			return err
		}
		return audit(ctx, tx, actor, "template.deleted", project.Slug+"/"+t.Slug, map[string]any{"name": t.Name, "fields": len(t.Fields)}, now)
	})
}

// EnforceTemplate gives reporters one template only; an empty one lets them choose.
func (d *Desk) EnforceTemplate(ctx context.Context, actor Actor, slug, template string) error {
	if _, _, err := d.templateProject(ctx, actor, slug); err != nil {
		return err
	}
	now := d.Now()
	return d.db.Write(ctx, func(ctx context.Context, tx *models.Tx) error {
		project, err := lockedProject(ctx, tx, actor, slug)
		if err != nil {
			return err
		}
		var id *int64
		if template != "" {
			t := templateBySlug(project, template)
			if t == nil {
				var v models.Invalid
				v.Add("enforced", "agent.settings.error.choice")
				return v.Err()
			}
			id = &t.ID
		}
		if same(project.EnforcedTemplateID, id) {
			return nil
		}
		if err := models.SetEnforcedTemplate(ctx, tx, project.ID, id); err != nil {
			return err
		}
		return audit(ctx, tx, actor, "template.enforced", project.Slug+"/"+template, nil, now)
	})
}

// Order says where something of a list goes: one Step up or down (-1, 1) for Key, or, when All is
// not empty, the whole list anew. What All does not name keeps its place behind the rest.
type Order struct {
	Key  string
	Step int
	All  []string
}

// apply gives the keys in their new order, and whether anything moved.
func (o Order) apply(keys []string) ([]string, bool) {
	next := slices.Clone(keys)
	if len(o.All) > 0 {
		place := func(key string) int {
			if i := slices.Index(o.All, key); i >= 0 {
				return i
			}
			return len(o.All)
		}
		slices.SortStableFunc(next, func(a, b string) int { return place(a) - place(b) })
	} else if from := slices.Index(next, o.Key); from >= 0 && (o.Step == -1 || o.Step == 1) {
		if to := from + o.Step; to >= 0 && to < len(next) {
			next[from], next[to] = next[to], next[from]
		}
	}
	return next, !slices.Equal(keys, next)
}

// OrderTemplates moves a project's templates: reporters choose from them in this order.
func (d *Desk) OrderTemplates(ctx context.Context, actor Actor, slug string, order Order) error {
	if _, _, err := d.templateProject(ctx, actor, slug); err != nil {
		return err
	}
	now := d.Now()
	return d.db.Write(ctx, func(ctx context.Context, tx *models.Tx) error {
		project, err := lockedProject(ctx, tx, actor, slug)
		if err != nil {
			return err
		}
		var keys []string
		for _, t := range project.Templates {
			keys = append(keys, t.Slug)
		}
		next, moved := order.apply(keys)
		if !moved {
			return nil
		}
		var ids []int64
		for _, key := range next {
			ids = append(ids, templateBySlug(project, key).ID)
		}
		if err := models.OrderTemplates(ctx, tx, ids); err != nil {
			return err
		}
		return audit(ctx, tx, actor, "template.ordered", project.Slug, map[string]any{"order": next}, now)
	})
}

// named makes a slug that is not taken from what people call something; fallback is for names
// without a letter or digit that a slug can have.
func named(title, fallback string, taken func(string) bool) string {
	base := slug(title)
	// slug has a word of its own for what it cannot write.
	if base == "support" && !strings.Contains(strings.ToLower(title), "support") {
		base = fallback
	}
	for n, made := 1, base; ; {
		if !taken(made) {
			return made
		}
		n++
		made = base + "-" + itoa(int64(n))
	}
}
