package handlers

import (
	"github.com/gofiber/fiber/v2"

	"lodge/desk"
	"lodge/locale"
	"lodge/models"
	"lodge/views"
)

// peopleRoutes say who can see a ticket, and let the holder of a link replace it or say that
// the ticket is not theirs (PT-14); and they help who has no link that works.
func (h *Handlers) peopleRoutes(r fiber.Router) {
	r.Get("/ticket/thread/:token/people", h.people)
	r.Get("/ticket/thread/:token/link", h.askOwnLink)
	r.Post("/ticket/thread/:token/link", h.replaceOwnLink)
	r.Get("/ticket/thread/:token/not-mine", h.askNotMine)
	r.Post("/ticket/thread/:token/not-mine", h.notMine)
	r.Post("/ticket/thread/:token/new-link", h.newLink)
	r.Get("/ticket/thread/:token/new-link", h.toThread)
	r.Get(lostLinkRoute, h.askLostLink)
	r.Post(lostLinkRoute, h.lostLink)
}

// people is the page of who can see a ticket.
func (h *Handlers) people(c *fiber.Ctx) error {
	link := linkOf(c)
	page, err := h.portal.People(c.UserContext(), link)
	if err != nil {
		return err
	}
	return h.peoplePage(c, fiber.StatusOK, link, page)
}

func (h *Handlers) peoplePage(c *fiber.Ctx, status int, link desk.Link, page *desk.PublicPeople, notices ...views.Notice) error {
	words := h.words(c, page.Project.Locale)
	data := views.PortalPeople{Title: page.Title, BackURL: threadURL(link, ""), Notices: notices, Workspace: page.Workspace.Name,
		Chat: page.Me.Synthetic, Leave: page.NotMine == desk.PublicLeave}
	for _, p := range page.People {
		data.People = append(data.People, views.TicketSeer{Name: p.Name, Address: p.Address, How: p.How, Me: p.Me})
	}
	if page.CanReplace {
		data.LinkURL = threadURL(link, "/link")
	}
	if page.NotMine != "" {
		data.NotMineURL = threadURL(link, "/not-mine")
	}
	if page.MailsToken != "" {
		data.MailsURL = unsubscribeURL(page.MailsToken, "")
	}
	return h.peopleStep(c, status, words, page, words.T("portal.people"), "portal/people", threadURL(link, "/people"), data)
}

// peopleStep draws one of the pages about a ticket's people.
func (h *Handlers) peopleStep(c *fiber.Ctx, status int, words *locale.Strings, page *desk.PublicPeople, title, body, path string, data any) error {
	return h.page(c, status, "portal", views.Page{Title: title, Body: body, Data: data, Nav: nav(&page.Project, true, ""), Lang: words.Locale(),
		Workspace: viewWorkspace(page.Workspace), Path: path, NoIndex: true})
}

// askOwnLink is the step before one's link is replaced. Opening it changes nothing: scanners
// open links, too (A64).
func (h *Handlers) askOwnLink(c *fiber.Ctx) error {
	link := linkOf(c)
	page, err := h.portal.People(c.UserContext(), link)
	if err != nil {
		return err
	}
	if !page.CanReplace {
		return c.Redirect(threadURL(link, "/people"), fiber.StatusSeeOther)
	}
	words := h.words(c, page.Project.Locale)
	data := views.PortalLink{Title: page.Title, Address: page.Me.Address, Action: threadURL(link, "/link"), BackURL: threadURL(link, "/people")}
	return h.peopleStep(c, fiber.StatusOK, words, page, words.T("portal.people.link.heading"), "portal/people_link", threadURL(link, "/link"), data)
}

// replaceOwnLink makes the holder's link dead and has a new one mailed.
func (h *Handlers) replaceOwnLink(c *fiber.Ctx) error {
	link := linkOf(c)
	return h.ownPartChanged(c, link, doneReplaced, h.portal.ReplaceLink(c.UserContext(), link))
}

// askNotMine is the step before somebody's part in a ticket ends; the first mail to an address
// leads here.
func (h *Handlers) askNotMine(c *fiber.Ctx) error {
	link := linkOf(c)
	page, err := h.portal.AskNotMine(c.UserContext(), link)
	if err != nil {
		return err
	}
	if page.NotMine == "" {
		return c.Redirect(threadURL(link, "/people"), fiber.StatusSeeOther)
	}
	words := h.words(c, page.Project.Locale)
	data := views.PortalNotMine{Address: page.Me.Address, Action: threadURL(link, "/not-mine"), BackURL: threadURL(link, "")}
	title := words.T("portal.not_mine.heading")
	if page.NotMine == desk.PublicLeave {
		data.Leave, data.Title, data.BackURL, title = true, page.Title, threadURL(link, "/people"), words.T("portal.not_mine.leave.heading")
	}
	return h.peopleStep(c, fiber.StatusOK, words, page, title, "portal/not_mine", threadURL(link, "/not-mine"), data)
}

// notMine ends the holder's part in a ticket.
func (h *Handlers) notMine(c *fiber.Ctx) error {
	link := linkOf(c)
	done, err := h.portal.NotMine(c.UserContext(), link)
	return h.ownPartChanged(c, link, done, err)
}

// ownPartChanged leads from a link that opens nothing any more to a page that says so, or shows
// why nothing was done.
func (h *Handlers) ownPartChanged(c *fiber.Ctx, link desk.Link, done string, err error) error {
	if err == nil {
		return leadTo(c, lostLinkRoute+"?"+queryDone+"="+done)
	}
	e, ours := models.AsError(err)
	if !ours || e.Kind != models.KindConflict && e.Kind != models.KindTooMany {
		return err
	}
	page, lookup := h.portal.People(c.UserContext(), link)
	if lookup != nil {
		return lookup
	}
	retryAfter(c, err)
	return h.peoplePage(c, statusOf(err), link, page, views.Notice{Kind: "error", Text: whole(h.words(c, page.Project.Locale), e)})
}
