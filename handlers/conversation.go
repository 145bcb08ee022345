package handlers

import (
	"net/url"

	"github.com/gofiber/fiber/v2"

	"lodge/desk"
	"lodge/locale"
	"lodge/views"
)

// talk is a ticket's page for whoever comes to it: by a thread link, or signed in. Its handlers are
// the same for both.
type talk struct {
	*Handlers
	with *desk.Conversation
	at   threadPlace
	// u is nil for who came by a link.
	u *customers
}

// threadPlace is where a ticket's pages are: every address and form of theirs begins here.
type threadPlace struct {
	base string
	// proof is carried on by addresses below a mailed link, csrf by forms of a session.
	proof, csrf string
}

func placeOf(link desk.Link) threadPlace {
	return threadPlace{base: "/ticket/thread/" + url.PathEscape(link.Token), proof: link.Proof}
}

func ticketPlace(reference string) threadPlace {
	return threadPlace{base: customerHome + "/" + url.PathEscape(reference)}
}

// url builds an address below the place. query holds names and values; empty values are left out.
func (p threadPlace) url(rest string, query ...string) string {
	q := url.Values{}
	if p.proof != "" {
		q.Set(queryProof, p.proof)
	}
	for i := 0; i+1 < len(query); i += 2 {
		if query[i+1] != "" {
			q.Set(query[i], query[i+1])
		}
	}
	if len(q) == 0 {
		return p.base + rest
	}
	return p.base + rest + "?" + q.Encode()
}

func (h *Handlers) byLink(c *fiber.Ctx) *talk {
	link := linkOf(c)
	return &talk{Handlers: h, with: h.portal.ByLink(link), at: placeOf(link)}
}

// words are the strings in the reader's language: who came by a link and chose none reads the
// project's.
func (k *talk) words(c *fiber.Ctx, t *desk.PublicThread) *locale.Strings {
	if k.u != nil {
		return k.u.language(c)
	}
	return k.Handlers.words(c, t.Project.Locale)
}

// draw answers with one of the ticket's pages.
func (k *talk) draw(c *fiber.Ctx, status int, t *desk.PublicThread, p views.Page) error {
	p.Nav, p.Lang, p.Workspace, p.NoIndex = nav(&t.Project, true, ""), k.words(c, t).Locale(), viewWorkspace(t.Workspace), true
	if k.u != nil {
		p.Nav.Current = "mine"
		return k.u.show(c, status, p)
	}
	return k.Handlers.page(c, status, "portal", p)
}

// refuseBody answers a post whose sender may not post here, before its body was looked at.
func (k *talk) refuseBody(c *fiber.Ctx, err error) error {
	if k.u != nil {
		return err
	}
	return k.rescue(c, err, k.at.url("/replies"), k.at.url(""))
}

// meant says whether a form with files was sent by a page of the session it came with.
func (k *talk) meant(c *fiber.Ctx, text values) error {
	if k.u != nil && !visitOf(c).checked(c, text) {
		return fiber.ErrForbidden
	}
	return nil
}
