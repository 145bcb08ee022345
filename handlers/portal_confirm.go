package handlers

import (
	"net/url"

	"github.com/gofiber/fiber/v2"

	"lodge/desk"
	"lodge/views"
)

const confirmRoute = "/ticket/confirm/"

// confirmRoutes are the page after a submit that waits, and the one behind the link in the mail
// about it (PC-12). They stand before those of a project, whose slug may be any word.
func (h *Handlers) confirmRoutes(r fiber.Router) {
	r.Get("/ticket/:slug/check-mail", h.checkMail)
	r.Get(confirmRoute+":token", h.askConfirm)
	r.Post(confirmRoute+":token", h.confirmHeld)
	r.Post(confirmRoute+":token/rejection", h.denyHeld)
}

func checkMailURL(slug string) string { return createURL(slug) + "/check-mail" }

func confirmURL(token, rest string) string { return confirmRoute + url.PathEscape(token) + rest }

// checkMail says what happens next. It is the same page for everybody.
func (h *Handlers) checkMail(c *fiber.Ctx) error {
	project, err := h.portal.Project(c.UserContext(), c.Params("slug"))
	if err != nil {
		return err
	}
	words, links := h.words(c, project.Locale), nav(project, true, "")
	return h.page(c, fiber.StatusOK, "portal", views.Page{Title: words.T("portal.check_mail.heading"), Body: "portal/check_mail",
		Data: views.CheckMail{NewTicketURL: links.NewTicketURL, DocsURL: links.DocsURL}, Nav: links, Lang: words.Locale(), Path: checkMailURL(project.Slug), NoIndex: true})
}

// askConfirm shows what the link confirms. Opening it changes nothing: scanners open links, too
// (A64). Once it was confirmed it leads on.
func (h *Handlers) askConfirm(c *fiber.Ctx) error {
	token := c.Params("token")
	held, err := h.portal.Held(c.UserContext(), token)
	if err != nil {
		return err
	}
	if held.Done != nil {
		return c.Redirect(threadURL(*held.Done, ""), fiber.StatusSeeOther)
	}
	page := views.HeldPage{Project: held.Project.Name, Reply: held.Reply, Address: held.Address, Title: held.Title, Text: held.Text, Files: held.Files,
		Action: confirmURL(token, ""), DenyAction: confirmURL(token, "/rejection")}
	if held.Later {
		page.State = "later"
	}
	return h.heldPage(c, &held.Project, token, page)
}

// confirmHeld releases it and leads to the ticket, however often it is sent.
func (h *Handlers) confirmHeld(c *fiber.Ctx) error {
	token := c.Params("token")
	done, err := h.portal.ConfirmHeld(c.UserContext(), token)
	if err != nil {
		return err
	}
	if done.Later {
		return h.heldPage(c, &done.Project, token, views.HeldPage{State: "later"})
	}
	to := threadURL(done.Link, "")
	if done.PID != "" {
		to = threadURL(done.Link, "", "notice", "sent") + "#" + messageID(done.PID)
	}
	return c.Redirect(to, fiber.StatusSeeOther)
}

// denyHeld drops it.
func (h *Handlers) denyHeld(c *fiber.Ctx) error {
	token := c.Params("token")
	project, err := h.portal.DenyHeld(c.UserContext(), token)
	if err != nil {
		return err
	}
	return h.heldPage(c, project, token, views.HeldPage{State: "dropped"})
}

func (h *Handlers) heldPage(c *fiber.Ctx, project *desk.PublicProject, token string, page views.HeldPage) error {
	words := h.words(c, project.Locale)
	title := words.T("portal.held.ticket")
	switch {
	case page.State != "":
		title = words.T("portal.held." + page.State)
	case page.Reply:
		title = words.T("portal.held.reply")
	}
	page.NewTicketURL = createURL(project.Slug)
	return h.page(c, fiber.StatusOK, "portal", views.Page{Title: title, Body: "portal/held", Data: page, Nav: nav(project, true, ""), Lang: words.Locale(),
		Path: confirmURL(token, ""), NoIndex: true})
}
