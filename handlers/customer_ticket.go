package handlers

import (
	"strconv"
	"time"

	"github.com/gofiber/fiber/v2"

	"lodge/desk"
	"lodge/models"
	"lodge/views"
)

const (
	ticketRoute = customerHome + "/:reference"
	// doReplyDraft is the button of a reply form that keeps what is written without sending it.
	doReplyDraft = "draft"
)

// detailRoutes are a ticket's pages for a signed-in customer (CP-9).
func (u *customers) detailRoutes(r fiber.Router) {
	on := func(f func(k *talk, c *fiber.Ctx) error) fiber.Handler {
		return func(c *fiber.Ctx) error { return f(u.byReference(c), c) }
	}
	r.Get(ticketRoute, on((*talk).page))
	r.Get(ticketRoute+"/updates", on((*talk).updates))
	r.Get(ticketRoute+"/stream", on((*talk).stream))
	u.postUpload(r, ticketRoute+"/replies", on((*talk).reply))
	r.Get(ticketRoute+"/replies", on((*talk).back))
	r.Get(ticketRoute+"/closure", on((*talk).askClosure))
	r.Post(ticketRoute+"/closure", on((*talk).closeTicket))
	r.Get(ticketRoute+"/files/:pid", on(func(k *talk, c *fiber.Ctx) error { return k.file(c, false) }))
	r.Get(ticketRoute+"/files/:pid/thumb", on(func(k *talk, c *fiber.Ctx) error { return k.file(c, true) }))
	r.Post(ticketRoute+"/seen", on((*talk).seen))
	r.Post(ticketRoute+"/draft", on((*talk).saveDraft))
	r.Post(ticketRoute+"/part", on((*talk).join))
	r.Get(ticketRoute+"/leave", on((*talk).askLeave))
	r.Post(ticketRoute+"/leave", on((*talk).leave))
	r.Get(ticketRoute+"/people", on((*talk).seers))
	r.Post(ticketRoute+"/people", on((*talk).addColleague))
	r.Get(ticketRoute+"/print", on((*talk).print))
}

func (u *customers) byReference(c *fiber.Ctx) *talk {
	reference := c.Params("reference")
	at := ticketPlace(reference)
	at.csrf = visitOf(c).token()
	return &talk{Handlers: u.Handlers, u: u, at: at, with: u.portal.ByReference(customerOf(c), reference)}
}

// elsewhere is the address of the ticket that this one became part of, for who takes part there;
// otherwise empty.
func (k *talk) elsewhere(t *desk.PublicThread) string {
	if t.Signed == nil {
		return ""
	}
	if there := ticketPlace(t.Signed.Reference); there.base != k.at.base {
		return there.url("")
	}
	return ""
}

// viewSigned adds what only signed-in customers are shown.
func (k *talk) viewSigned(page *views.Thread, t *desk.PublicThread) {
	s := t.Signed
	if s == nil {
		return
	}
	page.Signed = &views.SignedTicket{ListURL: customerHome, PrintURL: k.at.url("/print"), CSRF: k.at.csrf, Company: s.Company}
	page.NewTicketURL = ""
	if key := models.CompanyKey(s.Company); s.Shared {
		page.Signed.Shared = &views.CompanyCard{Name: s.Company, TicketsURL: sharedListURL(key), CompanyURL: sharedCompanyURL(key)}
	}
	if s.Part && s.Seen > 0 && s.Seen < t.Cursor {
		page.Signed.SeenAction, page.Signed.SeenVersion = k.at.url("/seen"), t.Cursor
	}
	if s.Part && !t.Me.Reporter {
		page.Signed.LeaveURL = k.at.url("/leave")
	}
	switch {
	case s.Rights.Join:
		page.Reply, page.Signed.JoinAction = nil, k.at.url("/part")
	case !s.Rights.Reply:
		page.Reply, page.Signed.ReadOnly = nil, true
	case !s.Part:
		page.Signed.JoinsByReply = true
	}
}

// signedHeader moves to the side what the page of a signed-in customer shows there.
func signedHeader(head *views.ThreadHeader, t *desk.PublicThread) {
	s := t.Signed
	if s == nil {
		return
	}
	head.Side = &views.TicketSide{Status: head.Status, Reference: s.Reference, Priority: int(s.Priority), Team: s.Team, Type: head.Type, Company: s.Company, Private: s.Private,
		CreatedAt: t.CreatedAt, ResponseBy: head.Turn.ResponseBy, ResolutionBy: head.Turn.ResolutionBy, DueAt: s.DueAt, Fields: head.Fields}
	head.Fields = nil
	head.Turn.ResponseBy, head.Turn.ResolutionBy = time.Time{}, time.Time{}
}

// back leads to the ticket who opens the address of a refused reply.
func (k *talk) back(c *fiber.Ctx) error {
	if _, err := k.with.Thread(c.UserContext(), ""); err != nil {
		return err
	}
	return c.Redirect(k.at.url(""), fiber.StatusSeeOther)
}

// done answers a small post: nothing for a script, the ticket for a form.
func (k *talk) done(c *fiber.Ctx, notice string) error {
	if c.Get("Sec-Fetch-Dest") == "empty" || isHTMX(c) {
		return c.SendStatus(fiber.StatusNoContent)
	}
	return c.Redirect(k.at.url("", "notice", notice), fiber.StatusSeeOther)
}

// seen notes how far the customer has read.
func (k *talk) seen(c *fiber.Ctx) error {
	version, _ := strconv.ParseInt(posted(c).first("version"), 10, 64)
	if err := k.with.Seen(c.UserContext(), max(version, 0)); err != nil {
		return err
	}
	return k.done(c, "")
}

// saveDraft keeps what the customer has begun to write.
func (k *talk) saveDraft(c *fiber.Ctx) error {
	if err := k.with.SaveDraft(c.UserContext(), posted(c).first(views.FieldBody)); err != nil {
		return err
	}
	return k.done(c, "draft")
}

// join lets a member of the company take part.
func (k *talk) join(c *fiber.Ctx) error {
	err := k.with.Join(c.UserContext())
	if models.KindOf(err) == models.KindConflict && err != nil {
		return k.asItStands(c, err)
	}
	if err != nil {
		return err
	}
	return leadTo(c, k.at.url("", "notice", "joined"))
}

// asItStands shows the ticket with why something was not done.
func (k *talk) asItStands(c *fiber.Ctx, cause error) error {
	t, err := k.with.Thread(c.UserContext(), "")
	if err != nil {
		return err
	}
	e, _ := models.AsError(cause)
	words := k.words(c, t)
	return k.show(c, statusOf(cause), t, k.replyForm(words, t), views.Notice{Kind: "error", Text: words.T(e.Message)})
}

// askLeave is the step before a customer's part in the conversation ends.
func (k *talk) askLeave(c *fiber.Ctx) error {
	t, err := k.with.Thread(c.UserContext(), "")
	if err != nil {
		return err
	}
	if !t.Signed.Part || t.Me.Reporter {
		return c.Redirect(k.at.url(""), fiber.StatusSeeOther)
	}
	return k.draw(c, fiber.StatusOK, t, views.Page{Title: k.words(c, t).T("portal.detail.leave"), Body: "customer/leave",
		Data: views.LeaveTicket{Title: t.Title, Company: t.Signed.Company, Action: k.at.url("/leave"), BackURL: k.at.url(""), CSRF: k.at.csrf}, Path: k.at.url("/leave")})
}

// leave ends it.
func (k *talk) leave(c *fiber.Ctx) error {
	err := k.with.Leave(c.UserContext())
	if models.KindOf(err) == models.KindConflict && err != nil {
		return k.asItStands(c, err)
	}
	if err != nil {
		return err
	}
	return leadTo(c, customerHome)
}

// print is the ticket on paper: everything that is said, without what one can do.
func (k *talk) print(c *fiber.Ctx) error {
	t, err := k.with.Thread(c.UserContext(), "")
	if err != nil {
		return err
	}
	words := k.words(c, t)
	return k.Handlers.page(c, fiber.StatusOK, "bare", views.Page{Title: t.Title, Body: "customer/print", NoIndex: true, Lang: words.Locale(), Workspace: viewWorkspace(t.Workspace), Path: k.at.url("/print"),
		Data: views.PrintedTicket{Header: k.header(words, t), Messages: k.messages(t, time.Time{}), BackURL: k.at.url("")}})
}
