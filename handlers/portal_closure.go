package handlers

import (
	"github.com/gofiber/fiber/v2"

	"lodge/models"
	"lodge/views"
)

// askClosure is the confirm step of closing (PT-8). Opening it changes nothing: scanners
// open links, too (A64).
func (h *Handlers) askClosure(c *fiber.Ctx) error { return h.byLink(c).askClosure(c) }

func (k *talk) askClosure(c *fiber.Ctx) error {
	t, err := k.with.Thread(c.UserContext(), "")
	if err != nil {
		return err
	}
	if !t.CanClose {
		return c.Redirect(k.at.url(""), fiber.StatusSeeOther)
	}
	return k.draw(c, fiber.StatusOK, t, views.Page{Title: k.words(c, t).T("portal.close.heading"), Body: "portal/close",
		Data: views.Close{Title: t.Title, Action: k.at.url("/closure"), BackURL: k.at.url(""), CSRF: k.at.csrf}, Path: k.at.url("/closure")})
}

// closeTicket ends the reporter's ticket. When there is no such step any more, the thread
// says so as it stands now.
func (h *Handlers) closeTicket(c *fiber.Ctx) error { return h.byLink(c).closeTicket(c) }

func (k *talk) closeTicket(c *fiber.Ctx) error {
	err := k.with.Close(c.UserContext())
	if err == nil {
		return leadTo(c, k.at.url("", "notice", "closed"))
	}
	e, ours := models.AsError(err)
	if !ours || e.Kind != models.KindConflict {
		return err
	}
	t, err := k.with.Thread(c.UserContext(), "")
	if err != nil {
		return err
	}
	words := k.words(c, t)
	return k.show(c, fiber.StatusConflict, t, k.replyForm(words, t), views.Notice{Kind: "error", Text: words.T(e.Message)})
}
