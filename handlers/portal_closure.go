package handlers

import (
	"github.com/gofiber/fiber/v2"

	"lodge/models"
	"lodge/views"
)

// askClosure is the confirm step of closing (PT-8). Opening it changes nothing: scanners
// open links, too (A64).
func (h *Handlers) askClosure(c *fiber.Ctx) error {
	link := linkOf(c)
	t, err := h.portal.Thread(c.UserContext(), link, "")
	if err != nil {
		return err
	}
	if !t.CanClose {
		return c.Redirect(threadURL(link, ""), fiber.StatusSeeOther)
	}
	words := h.words(c, t.Project.Locale)
	return h.page(c, fiber.StatusOK, "portal", views.Page{Title: words.T("portal.close.heading"), Body: "portal/close",
		Data: views.Close{Title: t.Title, Action: threadURL(link, "/closure"), BackURL: threadURL(link, "")},
		Nav:  nav(&t.Project, true, ""), Lang: words.Locale(), Path: threadURL(link, "/closure"), NoIndex: true})
}

// closeTicket ends the reporter's ticket. When there is no such step any more, the thread
// says so as it stands now.
func (h *Handlers) closeTicket(c *fiber.Ctx) error {
	link := linkOf(c)
	err := h.portal.Close(c.UserContext(), link)
	if err == nil {
		return leadTo(c, threadURL(link, "", "notice", "closed"))
	}
	e, ours := models.AsError(err)
	if !ours || e.Kind != models.KindConflict {
		return err
	}
	t, err := h.portal.Thread(c.UserContext(), link, "")
	if err != nil {
		return err
	}
	words := h.words(c, t.Project.Locale)
	return h.threadPage(c, fiber.StatusConflict, link, t, h.replyForm(words, link, t), views.Notice{Kind: "error", Text: words.T(e.Message)})
}
