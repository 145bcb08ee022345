package handlers

import (
	"strings"

	"github.com/gofiber/fiber/v2"

	"lodge/desk"
	"lodge/models"
)

// localDomain marks a request at a project's own host name; the value is the project's slug.
const localDomain = "domain"

// notAtDomains begin the addresses that belong to the desk and not to a project's own host name.
var notAtDomains = []string{agentHome, "/setup", "/dev"}

// atDomain restricts a request at a project's own host name to that project (CP-4). Every other
// host is answered as ever; no link is made of any (A83).
func (h *Handlers) atDomain(c *fiber.Ctx) error {
	host := string(c.Request().Host())
	if host == "" || h.origin != "" && (originOf("https://"+host) == h.origin || originOf("http://"+host) == h.origin) {
		return nil
	}
	path := c.Path()
	if strings.HasPrefix(path, "/assets/") || path == "/healthz" || path == "/readyz" {
		return nil
	}
	slug, err := h.portal.DomainProject(c.UserContext(), host)
	if err != nil || slug == "" {
		// A page that can be shown without the database must not fail for want of it.
		return nil //nolint:nilerr // the page itself says so
	}
	c.Locals(localDomain, slug)
	c.SetUserContext(desk.Within(c.UserContext(), slug))
	for _, part := range notAtDomains {
		if path == part || strings.HasPrefix(path, part+"/") {
			return models.NotFound()
		}
	}
	return nil
}
