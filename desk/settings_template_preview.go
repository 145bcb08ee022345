package desk

import (
	"context"

	"lodge/models"
)

// TemplatePreview is the public form as a reporter would get it with a template. It has no form
// id: nothing can be sent with it.
type TemplatePreview struct {
	Form CreateForm
	Name string // the template's
	// Open: the portal answers; without it nobody gets this form now.
	Open bool
	// OtherEnforced is the name of another template that is enforced: this one is not offered now.
	OtherEnforced string
}

// PreviewTemplate gives the public form with a template, through the same door as the form
// itself (PC-3, SE-3).
func (d *Desk) PreviewTemplate(ctx context.Context, actor Actor, slug, template string) (*TemplatePreview, error) {
	cat, project, err := d.templateProject(ctx, actor, slug)
	if err != nil {
		return nil, err
	}
	t := templateBySlug(project, template)
	if t == nil {
		return nil, models.NotFound()
	}
	preview := &TemplatePreview{Name: t.Name, Open: project.Open() && cat.GuestCreate(project)}
	shown := *project
	if project.EnforcedTemplateID != nil && !enforced(project, t) {
		if other := project.Template(*project.EnforcedTemplateID); other != nil {
			preview.OtherEnforced = other.Name
		}
		shown.EnforcedTemplateID = nil
	}
	preview.Form = *createForm(cat, &shown, template)
	preview.Form.tell(cat, project, "", d.Now())
	return preview, nil
}
