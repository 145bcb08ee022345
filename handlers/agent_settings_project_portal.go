package handlers

import (
	"errors"
	"strings"

	"github.com/gofiber/fiber/v2"

	"lodge/desk"
	"lodge/models"
	"lodge/views"
)

// projectPortal shows whether a project is open to everybody (SE-1).
func (a *agents) projectPortal(c *fiber.Ctx) error {
	sheet, err := a.desk.ProjectSheet(c.UserContext(), actorOf(c), c.Params("slug"), models.ActSettings)
	if err != nil {
		return err
	}
	return a.showPortal(c, fiber.StatusOK, sheet, sheet.Project.Portal, decimal(sheet.Version), nil)
}

// saveProjectPortal opens or closes it. Opening without the word of confirmation is answered
// with the question, and nothing is saved.
func (a *agents) saveProjectPortal(c *fiber.Ctx) error {
	form, slug := posted(c), strings.Clone(c.Params("slug"))
	portal := form.first("portal")
	err := a.desk.SetPortal(c.UserContext(), actorOf(c), slug, portal, form.first("confirm") == "1", version(form))
	if e, ok := refusal(err); ok {
		sheet, shown, err := a.refusedSheet(c, slug, form, e)
		if err != nil {
			return err
		}
		return a.showPortal(c, statusOf(e), sheet, portal, shown, e)
	}
	if err != nil {
		return err
	}
	return a.saved(c, projectURL(slug, "/portal"))
}

func (a *agents) showPortal(c *fiber.Ctx, status int, sheet *desk.ProjectSheet, portal, version string, refused *models.Error) error {
	words, p := a.language(c), sheet.Project
	data := views.ProjectPortal{Head: a.projectHead(c, p, "portal"), Action: projectURL(p.Slug, "/portal"), CSRF: visitOf(c).token(), Version: version, Portal: portal, Saved: p.Portal}
	for _, what := range []string{"create", "thread", "docs"} {
		data.Consequences = append(data.Consequences, words.T("agent.portal.confirm."+what))
	}
	if p.DisabledAt != 0 {
		data.Consequences = append(data.Consequences, words.T("agent.portal.confirm.disabled"))
	}
	base := a.projectBase(c, p)
	data.Domain, data.DomainURL = p.Domain, projectURL(p.Slug, "/domain")
	for _, at := range []struct{ key, path string }{{"create", createURL(p.Slug)}, {"docs", docsURL(p.Slug)}, {"lost", "/ticket"}} {
		data.Addresses = append(data.Addresses, views.Address{Label: words.T("agent.portal.address." + at.key), Help: words.T("agent.portal.address." + at.key + ".help"), URL: base + at.path})
	}
	if refused != nil {
		if data.Confirm = errors.Is(refused, desk.ErrConfirmPortal); !data.Confirm {
			data.Error = words.T(refused.Message)
			if len(refused.Order) > 0 {
				data.Error = say(words, refused.Fields[refused.Order[0]])
			}
		}
	}
	return a.showProject(c, status, data.Head, "settings/project_portal", data)
}

// publicBase begins the addresses that are shown to be copied: the configured one, or else the
// one that this agent reached the desk by.
func (a *agents) publicBase(c *fiber.Ctx) string {
	if a.BaseURL != "" {
		return strings.TrimRight(a.BaseURL, "/")
	}
	return c.BaseURL()
}
