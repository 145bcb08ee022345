package handlers

import (
	"strconv"
	"time"

	"github.com/gofiber/fiber/v2"

	"lodge/desk"
	"lodge/locale"
	"lodge/models"
	"lodge/views"
)

// reply adds a participant's message (PT-3). A refusal is the form again with its text
// and files, for scripts as for plain forms.
func (h *Handlers) reply(c *fiber.Ctx) error {
	link, ctx := linkOf(c), c.UserContext()
	limits, may := h.portal.MayReply(ctx, link)
	if may != nil && models.KindOf(may) != models.KindTooMany {
		return h.rescue(c, may, threadURL(link, "/replies"), threadURL(link, ""))
	}
	posted, err := h.readForm(c, limits, func(values) error { return may })
	if err == nil && (posted.tooLarge || posted.has(views.FieldDo)) {
		// What came with it waits for the next showing of the form (PC-4).
		if err := h.portal.StageReply(ctx, link, posted.first(views.FieldForm), posted.values[views.FieldKeep], posted.uploads); err != nil {
			return err
		}
		if !posted.tooLarge {
			return h.replyAgain(c, link, posted, nil)
		}
	}
	var done *desk.Replied
	switch {
	case err != nil:
	case posted.tooLarge:
		err = models.TooLarge(posted.fault.Key)
	default:
		done, err = h.portal.Reply(ctx, link, desk.ReplyInput{FormID: posted.first(views.FieldForm), Body: posted.first(views.FieldBody),
			Email: posted.first(views.FieldEmail), Keep: posted.values[views.FieldKeep], Uploads: posted.uploads, Client: h.client(c)})
	}
	if err != nil {
		return h.refuseReply(c, link, posted, err)
	}
	switch {
	case done.FollowUp != "":
		return leadTo(c, threadURL(desk.Link{Token: done.FollowUp}, "", "notice", "follow_up"))
	case done.Held && isHTMX(c):
		return h.replyHeld(c, link)
	case done.Held:
		return c.Redirect(threadURL(link, "", "notice", "held")+"#main", fiber.StatusSeeOther)
	case isHTMX(c):
		return h.replyAdded(c, link)
	}
	return c.Redirect(threadURL(link, "", "notice", "sent")+"#"+messageID(done.PID), fiber.StatusSeeOther)
}

// replyAdded answers a script: the new message, a fresh form, and the header. When others
// have written since the form was drawn, nobody here knows which of that the page has
// got meanwhile; then it gets the whole conversation again, so that nothing is missing
// and nothing stands there twice.
func (h *Handlers) replyAdded(c *fiber.Ctx, link desk.Link) error {
	t, err := h.portal.Thread(c.UserContext(), link, "")
	if err != nil {
		return err
	}
	words := h.words(c, t.Project.Locale)
	form := h.replyForm(words, link, t)
	form.ClearDraft = true
	after, err := strconv.ParseInt(c.Query("after"), 10, 64)
	if err == nil && t.Cursor == after+1 && len(t.Messages) > 0 {
		all := viewMessages(link, t, time.Time{})
		return h.fragment(c, fiber.StatusOK, words.Locale(), "portal/_reply_added", views.ReplyAdded{
			Messages: all[len(all)-1:], Header: threadHeader(words, link, t), Form: form, Poll: poll(link, t, time.Time{})})
	}
	intoMain(c)
	return h.fragment(c, fiber.StatusOK, words.Locale(), "portal/thread", h.viewThread(words, link, t, form, notices(words, "sent")...))
}

// replyHeld answers a script whose reply waits to be confirmed: the page says so, and the form
// is empty again.
func (h *Handlers) replyHeld(c *fiber.Ctx, link desk.Link) error {
	t, err := h.portal.Thread(c.UserContext(), link, "")
	if err != nil {
		return err
	}
	words := h.words(c, t.Project.Locale)
	form := h.replyForm(words, link, t)
	form.ClearDraft = true
	intoMain(c)
	return h.fragment(c, fiber.StatusOK, words.Locale(), "portal/thread", h.viewThread(words, link, t, form, notices(words, "held")...))
}

// refuseReply answers a reply that was not taken.
func (h *Handlers) refuseReply(c *fiber.Ctx, link desk.Link, posted *form, err error) error {
	switch models.KindOf(err) {
	case models.KindInvalid, models.KindTooMany, models.KindTooLarge:
		return h.replyAgain(c, link, posted, err)
	case models.KindNotFound:
		return err
	}
	if isHTMX(c) {
		// The page is still there with everything in it: an alert is enough.
		return err
	}
	return h.refused(c, err, posted.values, threadURL(link, "/replies"), threadURL(link, ""))
}

// replyAgain shows the form with what was typed.
func (h *Handlers) replyAgain(c *fiber.Ctx, link desk.Link, posted *form, cause error) error {
	t, err := h.portal.Thread(c.UserContext(), link, posted.first(views.FieldForm))
	if err != nil {
		return err
	}
	words := h.words(c, t.Project.Locale)
	f := h.replyForm(words, link, t)
	f.Body = posted.first(views.FieldBody)
	if t.TypedEmail {
		f.Address = posted.first(views.FieldEmail)
	}
	status := fiber.StatusOK
	if cause != nil {
		status = statusOf(cause)
		retryAfter(c, cause)
		f.Errors, f.Upload.Error = replyErrors(words, posted, cause)
	}
	if isHTMX(c) {
		return h.fragment(c, status, words.Locale(), "portal/_reply_form", f)
	}
	return h.threadPage(c, status, link, t, f)
}

// replyErrors are the sentences beside the fields, and the one about files.
func replyErrors(words *locale.Strings, posted *form, cause error) (errs map[string]string, files string) {
	e, _ := models.AsError(cause)
	if posted.tooLarge {
		f := createForm{err: e, fault: &posted.fault}
		all := f.errors(words)
		return map[string]string{views.FieldBody: all[views.FieldDescription]}, all[views.FieldFiles]
	}
	all := createForm{err: e}.errors(words)
	files = all[views.FieldFiles]
	delete(all, views.FieldFiles)
	return all, files
}

// toThread leads back who opens the address of a refused reply, which their browser may
// show above the page.
func (h *Handlers) toThread(c *fiber.Ctx) error {
	return c.Redirect(threadURL(linkOf(c), ""), fiber.StatusSeeOther)
}
