package handlers

import (
	"net/url"

	"github.com/gofiber/fiber/v2"

	"lodge/models"
	"lodge/views"
)

func unsubscribeURL(token, rest string) string {
	return unsubscribeRoute + url.PathEscape(token) + rest
}

// askUnsubscribe is the page behind the link in every mail. It changes nothing by itself,
// because scanners open links, too (A61): its script, or its button, posts.
func (h *Handlers) askUnsubscribe(c *fiber.Ctx) error {
	token := c.Params("token")
	s, err := h.portal.Subscription(c.UserContext(), token)
	if err != nil {
		return h.unsubscribeFault(c, token, err)
	}
	page := views.Unsubscribe{Action: unsubscribeURL(token, ""), PreferencesURL: preferencesURL(token)}
	if s.Unsubscribed {
		page.Result = unsubscribed(token, "done", s.Title)
	}
	return h.unsubscribePage(c, fiber.StatusOK, s.Locale, page)
}

// unsubscribe stops the mails of one ticket to one person. Mail programs do it with the
// one-click body of RFC 8058, from wherever they are; any other post must come from the
// page itself (A62).
func (h *Handlers) unsubscribe(c *fiber.Ctx) error {
	token := c.Params("token")
	posted, err := h.readText(c)
	if err != nil {
		return err
	}
	oneClick := len(posted) == 1 && len(posted["List-Unsubscribe"]) == 1 && posted.first("List-Unsubscribe") == "One-Click"
	if !oneClick && (len(posted) > 0 || !h.sameOrigin(c)) {
		return h.unsubscribePage(c, fiber.StatusForbidden, h.fallback(c), views.Unsubscribe{Action: unsubscribeURL(token, ""), PreferencesURL: preferencesURL(token)})
	}
	if err := h.portal.Unsubscribe(c.UserContext(), token); err != nil {
		return h.unsubscribeFault(c, token, err)
	}
	return h.unsubscribeResult(c, token, "done")
}

// resubscribe takes it back.
func (h *Handlers) resubscribe(c *fiber.Ctx) error {
	token := c.Params("token")
	if err := h.portal.Resubscribe(c.UserContext(), token); err != nil {
		return h.unsubscribeFault(c, token, err)
	}
	return h.unsubscribeResult(c, token, "undone")
}

// mailPreferences answers a dead link. It says the same for every token.
func (h *Handlers) mailPreferences(c *fiber.Ctx) error {
	token := c.Params("token")
	if err := h.portal.MailPreferences(c.UserContext(), token, h.client(c)); err != nil {
		return err
	}
	words := h.words(c, h.fallback(c))
	return h.page(c, fiber.StatusOK, "portal", views.Page{Title: words.T("portal.unsubscribe.dead"), Body: "portal/unsubscribe",
		Data: views.Unsubscribe{Dead: true}, Nav: nav(nil, false, ""), Lang: words.Locale(), Path: "/", NoIndex: true,
		Flash: &views.Flash{Kind: "success", Text: words.T("portal.unsubscribe.link_sent")}})
}

// unsubscribeResult shows what was done, as a page or as the part that a script swaps in.
func (h *Handlers) unsubscribeResult(c *fiber.Ctx, token, state string) error {
	s, err := h.portal.Subscription(c.UserContext(), token)
	if err != nil {
		return h.unsubscribeFault(c, token, err)
	}
	result := unsubscribed(token, state, s.Title)
	if isHTMX(c) {
		return h.fragment(c, fiber.StatusOK, h.lang(c, s.Locale), "portal/_unsubscribe_result", result)
	}
	return h.unsubscribePage(c, fiber.StatusOK, s.Locale, views.Unsubscribe{Action: unsubscribeURL(token, ""), Result: result})
}

func unsubscribed(token, state, title string) *views.UnsubscribeResult {
	return &views.UnsubscribeResult{State: state, Action: unsubscribeURL(token, ""), UndoAction: unsubscribeURL(token, "/undo"), Title: title, PreferencesURL: preferencesURL(token)}
}

// unsubscribeFault shows a dead link as such, and any passing fault with a way to try
// again (NU-3).
func (h *Handlers) unsubscribeFault(c *fiber.Ctx, token string, err error) error {
	if models.KindOf(err) == models.KindNotFound {
		return h.unsubscribePage(c, fiber.StatusNotFound, h.fallback(c), views.Unsubscribe{Dead: true, LinkAction: unsubscribeURL(token, "/preferences")})
	}
	status := statusOf(err)
	if status < 500 {
		return err
	}
	h.report(c, status, err)
	retryAfter(c, err)
	return h.unsubscribePage(c, status, "", views.Unsubscribe{Action: unsubscribeURL(token, ""), Result: unsubscribed(token, "failed", "")})
}

func (h *Handlers) unsubscribePage(c *fiber.Ctx, status int, fallback string, page views.Unsubscribe) error {
	words := h.words(c, fallback)
	title := words.T("portal.unsubscribe.heading")
	if page.Dead {
		title = words.T("portal.unsubscribe.dead")
	}
	return h.page(c, status, "portal", views.Page{Title: title, Body: "portal/unsubscribe", Data: page, Nav: nav(nil, false, ""),
		Lang: words.Locale(), Path: "/", NoIndex: true})
}
