package handlers

import (
	"net/url"
	"strings"

	"github.com/gofiber/fiber/v2"

	"lodge/desk"
	"lodge/models"
	"lodge/views"
)

// projectDomain shows a project's own host name (CP-4).
func (a *agents) projectDomain(c *fiber.Ctx) error {
	sheet, err := a.desk.ProjectSheet(c.UserContext(), actorOf(c), c.Params("slug"), models.ActSettings)
	if err != nil {
		return err
	}
	return a.showDomain(c, fiber.StatusOK, sheet, sheet.Project.Domain, decimal(sheet.Version), nil)
}

func (a *agents) saveProjectDomain(c *fiber.Ctx) error {
	form, slug := posted(c), strings.Clone(c.Params("slug"))
	domain := form.first("domain")
	err := a.desk.SetDomain(c.UserContext(), actorOf(c), slug, domain, hostOf(a.BaseURL), version(form))
	if e, ok := refusal(err); ok {
		sheet, shown, err := a.refusedSheet(c, slug, form, e)
		if err != nil {
			return err
		}
		return a.showDomain(c, statusOf(e), sheet, domain, shown, e)
	}
	if err != nil {
		return err
	}
	return a.saved(c, projectURL(slug, "/domain"))
}

func (a *agents) showDomain(c *fiber.Ctx, status int, sheet *desk.ProjectSheet, domain, version string, refused *models.Error) error {
	words, p := a.language(c), sheet.Project
	head := a.projectHead(c, p, "portal")
	head.Title, head.Lead = words.T("agent.domain"), words.T("agent.domain.lead")
	data := views.ProjectDomain{Head: head, BackURL: projectURL(p.Slug, "/portal"), Form: views.Form{Action: projectURL(p.Slug, "/domain"), CSRF: visitOf(c).token(), Submit: words.T("agent.save"), Version: version,
		Inputs: []views.Input{{Kind: "text", Name: "domain", Label: words.T("agent.domain.name"), Help: words.T("agent.domain.help"), Value: domain, MaxLength: 253, Optional: true, Mono: true}}}}
	if p.Domain != "" {
		data.Record = p.Domain + ". CNAME " + or(hostOf(a.publicBase(c)), "…") + "."
	}
	if refused != nil {
		withErrors(words, &data.Form, refused)
	}
	return a.showProject(c, status, data.Head, "settings/project_domain", data)
}

// hostOf is the host name of an address, without its port.
func hostOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return strings.ToLower(u.Hostname())
}

// projectBase begins the addresses of a project that are shown to be copied.
func (a *agents) projectBase(c *fiber.Ctx, p *models.Project) string {
	return atHost(a.publicBase(c), p.Domain)
}

// atHost is an address at another host name; without one it is the address itself.
func atHost(base, host string) string {
	if host == "" {
		return base
	}
	scheme, _, _ := strings.Cut(base, "://")
	return scheme + "://" + host
}
