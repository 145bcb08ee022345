package handlers

import (
	"net/url"

	"github.com/gofiber/fiber/v2"

	"lodge/desk"
	"lodge/models"
	"lodge/views"
)

// preferencesRoute leads to somebody's own choice of mails, by the secret of the unsubscribe
// link (NU-4).
const preferencesRoute = "/ticket/preferences/"

func preferencesURL(token string) string { return preferencesRoute + url.PathEscape(token) }

// preferencesRoutes are the choice itself, and the one click that stops a digest.
func (h *Handlers) preferencesRoutes(r fiber.Router) {
	r.Get(preferencesRoute+":token", h.showMailChoice)
	r.Post(preferencesRoute+":token", h.saveMailChoice)
	r.Get(preferencesRoute+":token/all", func(c *fiber.Ctx) error { return leadTo(c, preferencesURL(c.Params("token"))) })
	r.Post(preferencesRoute+":token/all", h.stopAllMails)
}

func (h *Handlers) showMailChoice(c *fiber.Ctx) error {
	token := c.Params("token")
	p, err := h.portal.Preferences(c.UserContext(), token)
	if err != nil {
		return h.preferencesFault(c, token, err)
	}
	return h.mailChoicePage(c, fiber.StatusOK, token, p, nil, c.Query("saved") == "1")
}

func (h *Handlers) saveMailChoice(c *fiber.Ctx) error {
	token := c.Params("token")
	posted, err := h.readText(c)
	if err != nil {
		return err
	}
	p, err := h.portal.Preferences(c.UserContext(), token)
	if err != nil {
		return h.preferencesFault(c, token, err)
	}
	in := desk.PreferencesInput{Ticket: posted.first("ticket"), All: posted.first("all"), Locale: posted.first("locale")}
	err = h.portal.SavePreferences(c.UserContext(), token, in)
	if e, ok := models.AsError(err); ok && e.Kind == models.KindInvalid {
		p.Ticket, p.All, p.Locale = in.Ticket, in.All, in.Locale
		return h.mailChoicePage(c, statusOf(e), token, p, e, false)
	}
	if err != nil {
		return h.preferencesFault(c, token, err)
	}
	return leadTo(c, preferencesURL(token)+"?saved=1")
}

// stopAllMails takes the one click of RFC 8058 from wherever mail programs are; any other post
// must come from a page of ours (A62).
func (h *Handlers) stopAllMails(c *fiber.Ctx) error {
	token := c.Params("token")
	posted, err := h.readText(c)
	if err != nil {
		return err
	}
	oneClick := len(posted) == 1 && len(posted["List-Unsubscribe"]) == 1 && posted.first("List-Unsubscribe") == "One-Click"
	if !oneClick && (len(posted) > 0 || !h.sameOrigin(c)) {
		return fiber.ErrForbidden
	}
	if err := h.portal.StopAll(c.UserContext(), token); err != nil {
		return h.preferencesFault(c, token, err)
	}
	p, err := h.portal.Preferences(c.UserContext(), token)
	if err != nil {
		return h.preferencesFault(c, token, err)
	}
	// No redirect: mail programs need not follow one.
	return h.mailChoicePage(c, fiber.StatusOK, token, p, nil, true)
}

// preferencesFault shows a dead link as the unsubscribe page does: a fresh one by mail.
func (h *Handlers) preferencesFault(c *fiber.Ctx, token string, err error) error {
	if models.KindOf(err) == models.KindNotFound {
		return h.unsubscribeFault(c, token, err)
	}
	return err
}

func (h *Handlers) mailChoicePage(c *fiber.Ctx, status int, token string, p *desk.PublicPreferences, refused *models.Error, saved bool) error {
	words := h.words(c, p.Locale)
	data := views.Preferences{Action: preferencesURL(token), Project: p.Project, Title: p.Title, Address: p.Address, Errors: map[string]string{}}
	for _, wish := range models.Wishes {
		choice := views.Choice{Value: wish, Label: words.T("portal.preferences." + wish), Help: words.T("portal.preferences." + wish + ".help")}
		choice.Selected = wish == p.All
		data.All = append(data.All, choice)
		choice.Selected, choice.Help = wish == p.Ticket, ""
		data.Ticket = append(data.Ticket, choice)
	}
	data.Ticket = append([]views.Choice{{Label: words.T("portal.preferences.follow"), Selected: p.Ticket == ""}}, data.Ticket...)
	for _, l := range []string{"", "en", "de"} {
		label := words.T("portal.preferences.language.project")
		if l != "" {
			label = h.Locale.For(l).T("locale.name")
		}
		data.Languages = append(data.Languages, views.Choice{Value: l, Label: label, Selected: l == p.Locale})
	}
	page := views.Page{Title: words.T("portal.preferences"), Body: "portal/preferences", Nav: nav(nil, false, ""), Lang: words.Locale(), Path: "/", NoIndex: true}
	if refused != nil {
		for _, field := range refused.Order {
			data.Errors[field] = say(words, refused.Fields[field])
		}
	} else if saved {
		page.Flash = &views.Flash{Kind: "success", Text: words.T("portal.preferences.saved")}
	}
	page.Data = data
	return h.page(c, status, "portal", page)
}
