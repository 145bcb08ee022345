package handlers

import (
	"strings"

	"github.com/gofiber/fiber/v2"

	"lodge/views"
)

// The policies of the preview. The page may hold the frame; the form in it may be framed by our
// own pages, and no browser sends it anywhere.
var (
	holderPolicy = policy + "; frame-src 'self'"
	framedPolicy = strings.NewReplacer("form-action 'self'", "form-action 'none'", "frame-ancestors 'none'", "frame-ancestors 'self'").Replace(policy)
)

// previewTemplate shows what a reporter gets, at the width of a desk or of a phone.
func (a *agents) previewTemplate(c *fiber.Ctx) error {
	words, slug, template := a.language(c), c.Params("slug"), c.Params("template")
	preview, err := a.desk.PreviewTemplate(c.UserContext(), actorOf(c), slug, template)
	if err != nil {
		return err
	}
	sheet, err := a.desk.Template(c.UserContext(), actorOf(c), slug, template)
	if err != nil {
		return err
	}
	here, phone := templateURL(slug, template)+"/preview", c.Query("width") == "phone"
	data := views.TemplatePreview{Crumbs: templateCrumbs(words, sheet.Project, views.Link{Label: preview.Name, URL: templateURL(slug, template)}), Title: words.T("agent.templates.preview"),
		FrameURL: here + "/form", Phone: phone, Widths: []views.AgentView{
			{Label: words.T("agent.templates.preview.desktop"), URL: here, Current: !phone}, {Label: words.T("agent.templates.preview.phone"), URL: here + "?width=phone", Current: phone}}}
	if !preview.Open {
		data.Notices = append(data.Notices, views.Notice{Kind: "warning", Text: words.T("agent.templates.preview.closed")})
	}
	if preview.OtherEnforced != "" {
		data.Notices = append(data.Notices, views.Notice{Kind: "info", Text: words.Tf("agent.templates.preview.other", "Name", preview.OtherEnforced)})
	}
	c.Set(fiber.HeaderContentSecurityPolicy, holderPolicy)
	return a.showSettings(c, fiber.StatusOK, views.Page{Title: data.Title, Body: "settings/template_preview", Data: data})
}

// previewForm is the public form itself, drawn by what draws the real one. It has no form id and
// leads nowhere.
func (a *agents) previewForm(c *fiber.Ctx) error {
	preview, err := a.desk.PreviewTemplate(c.UserContext(), actorOf(c), c.Params("slug"), c.Params("template"))
	if err != nil {
		return err
	}
	shown := &preview.Form
	words := a.words(c, shown.Project.Locale)
	form := a.createView(c, words, shown, createForm{})
	form.Action = c.Path()
	c.Set(fiber.HeaderContentSecurityPolicy, framedPolicy)
	c.Set(fiber.HeaderXFrameOptions, "SAMEORIGIN")
	return a.page(c, fiber.StatusOK, "portal", views.Page{Title: words.T("portal.create.heading"), Body: "portal/create", Data: form, NoIndex: true,
		Nav: nav(&shown.Project, true, "new"), Lang: words.Locale()})
}
