package handlers

import (
	"errors"
	"net/url"
	"strings"

	"github.com/gofiber/fiber/v2"

	"lodge/desk"
	"lodge/models"
	"lodge/views"
)

// lostLinkRoute is where people without a link that works get one, by mail alone (PT-14).
const lostLinkRoute = "/ticket/lost-link"

// queryDone says on that page what was done. The pages are the same for everybody.
const queryDone = "done"

const (
	doneAddress  = "address"
	doneLink     = "link"
	doneReplaced = "replaced"
)

// lostLinkDone are all that the page can say, with the key of each heading.
var lostLinkDone = map[string]string{doneAddress: "portal.lost_link.sent", doneLink: "portal.lost_link.sent", doneReplaced: "portal.lost_link.replaced",
	desk.PublicLeave: "portal.lost_link.left", desk.PublicDisown: "portal.lost_link.disowned"}

// askLostLink is the form for an address, and the page after it.
func (h *Handlers) askLostLink(c *fiber.Ctx) error {
	page := views.LostLink{}
	if done := c.Query(queryDone); lostLinkDone[done] != "" {
		page.Done, page.HomeURL = done, "/"
	}
	return h.lostLinkPage(c, fiber.StatusOK, page)
}

// lostLink has the links of an address mailed and answers alike for every address.
func (h *Handlers) lostLink(c *fiber.Ctx) error {
	posted, err := h.readText(c)
	if err != nil {
		return err
	}
	page := views.LostLink{Email: posted.first(views.FieldEmail)}
	err = h.portal.LostLinks(c.UserContext(), desk.LostLinkInput{Email: page.Email, Honeypot: posted.first(views.FieldHoneypot),
		Confirmed: posted.first(views.FieldConfirm) == "1", Client: h.client(c)})
	if err == nil {
		return leadTo(c, lostLinkRoute+"?"+queryDone+"="+doneAddress)
	}
	words := h.words(c, h.fallback(c))
	e, _ := models.AsError(err)
	switch {
	case errors.Is(err, desk.ErrConfirm):
		page.Again, page.Notice = true, &views.Notice{Kind: "warning", Text: words.T("portal.lost_link.again")}
	case e != nil && e.Kind == models.KindInvalid:
		page.Error = say(words, e.Fields["email"])
	case e != nil && e.Kind == models.KindTooMany:
		page.Notice = &views.Notice{Kind: "error", Text: whole(words, e)}
		retryAfter(c, err)
	default:
		return err
	}
	return h.lostLinkPage(c, statusOf(err), page)
}

func (h *Handlers) lostLinkPage(c *fiber.Ctx, status int, page views.LostLink) error {
	workspace, err := h.portal.LostLinkOpen(c.UserContext())
	if err != nil {
		return err
	}
	words := h.words(c, workspace.Locale)
	page.Action = lostLinkRoute
	title := words.T("portal.lost_link")
	if key := lostLinkDone[page.Done]; key != "" {
		title = words.T(key)
	}
	return h.page(c, status, "portal", views.Page{Title: title, Body: "portal/lost_link", Data: page, Nav: nav(nil, false, ""), Lang: words.Locale(),
		Workspace: viewWorkspace(workspace), Path: lostLinkRoute, NoIndex: true})
}

// newLink answers the button of a dead link. It leads to the same page for every token.
func (h *Handlers) newLink(c *fiber.Ctx) error {
	if err := h.portal.NewLink(c.UserContext(), c.Params("token"), h.client(c)); err != nil {
		return err
	}
	return leadTo(c, lostLinkRoute+"?"+queryDone+"="+doneLink)
}

// threadRoute begins every address behind a thread link.
const threadRoute = "/ticket/thread/"

// deadLink answers what is not there below a thread link: a link that is unknown, malformed,
// expired, revoked or another's, or something that is not this ticket's. It is one page; of the
// request it holds the token alone, which its form sends back.
func (h *Handlers) deadLink(c *fiber.Ctx, err error) error {
	rest, below := strings.CutPrefix(c.Path(), threadRoute)
	token, _, _ := strings.Cut(rest, "/")
	if !below || token == "" || errors.Is(err, desk.ErrPortalOff) {
		return h.notAvailable(c)
	}
	if _, err := h.portal.LostLinkOpen(c.UserContext()); err != nil {
		return h.notAvailable(c)
	}
	words := h.words(c, h.fallback(c))
	return h.page(c, fiber.StatusNotFound, "portal", views.Page{Title: words.T("portal.dead_link"), Body: "portal/dead_link",
		Data: views.DeadLink{Action: threadRoute + url.PathEscape(token) + "/new-link", LostURL: lostLinkRoute}, Nav: nav(nil, false, ""), Path: "/", Lang: words.Locale(), NoIndex: true})
}

// lostLinkOffer is the address of the page for lost links, for pages that offer it.
func lostLinkOffer(projects int) string {
	if projects == 0 {
		return ""
	}
	return lostLinkRoute
}
