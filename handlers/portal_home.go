package handlers

import (
	"github.com/gofiber/fiber/v2"

	"lodge/desk"
	"lodge/views"
)

// home is the workspace's front page.
func (h *Handlers) home(c *fiber.Ctx) error {
	workspace, projects, cards, err := h.open(c)
	if err != nil {
		return err
	}
	page := views.PortalHome{Projects: cards, LostURL: lostLinkOffer(len(cards))}
	var only *desk.PublicProject
	if len(projects) == 1 {
		only = &projects[0]
		if only.GuestDocs {
			page.SearchURL = docsURL(only.Slug) + "/search"
		}
	}
	words := h.words(c, workspace.Locale)
	return h.page(c, fiber.StatusOK, "portal", views.Page{Title: words.T("portal.home.heading"), Body: "portal/home", Data: page,
		Nav: nav(only, workspace.GuestCreate, ""), Lang: words.Locale()})
}

// projects lists the open projects when there is a choice (PC-1).
func (h *Handlers) projects(c *fiber.Ctx) error {
	workspace, projects, cards, err := h.open(c)
	if err != nil {
		return err
	}
	if len(projects) == 1 && workspace.GuestCreate {
		return c.Redirect(createURL(projects[0].Slug), fiber.StatusSeeOther)
	}
	words := h.words(c, workspace.Locale)
	return h.page(c, fiber.StatusOK, "portal", views.Page{Title: words.T("portal.projects.heading"), Body: "portal/projects",
		Data: views.PortalProjects{Projects: cards, LostURL: lostLinkOffer(len(cards))}, Nav: nav(nil, false, "new"), Lang: words.Locale()})
}

func (h *Handlers) open(c *fiber.Ctx) (desk.PublicWorkspace, []desk.PublicProject, []views.Project, error) {
	workspace, err := h.portal.Workspace(c.UserContext())
	if err != nil {
		return workspace, nil, nil, err
	}
	projects, err := h.portal.Projects(c.UserContext())
	if err != nil {
		return workspace, nil, nil, err
	}
	var cards []views.Project
	for i := range projects {
		cards = append(cards, viewProject(&projects[i], workspace.GuestCreate))
	}
	return workspace, projects, cards, nil
}
