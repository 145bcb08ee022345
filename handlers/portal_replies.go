package handlers

import (
	"errors"
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
func (h *Handlers) reply(c *fiber.Ctx) error { return h.byLink(c).reply(c) }

func (k *talk) reply(c *fiber.Ctx) error {
	ctx := c.UserContext()
	limits, may := k.with.MayReply(ctx)
	if may != nil && models.KindOf(may) != models.KindTooMany {
		return k.refuseBody(c, may)
	}
	posted, err := k.readForm(c, limits, func(text values) error {
		if err := k.meant(c, text); err != nil {
			return err
		}
		return may
	})
	if errors.Is(err, fiber.ErrForbidden) {
		return err
	}
	if err == nil && (posted.tooLarge || posted.has(views.FieldDo)) {
		// What came with it waits for the next showing of the form (PC-4).
		if err := k.with.StageReply(ctx, posted.first(views.FieldForm), posted.values[views.FieldKeep], posted.uploads); err != nil {
			return err
		}
		if posted.first(views.FieldDo) == doReplyDraft && k.u != nil {
			if err := k.with.SaveDraft(ctx, posted.first(views.FieldBody)); err != nil {
				return k.refuseReply(c, posted, err)
			}
		}
		if !posted.tooLarge {
			return k.replyAgain(c, posted, nil)
		}
	}
	var done *desk.Replied
	switch {
	case err != nil:
	case posted.tooLarge:
		err = models.TooLarge(posted.fault.Key)
	default:
		done, err = k.with.Reply(ctx, desk.ReplyInput{FormID: posted.first(views.FieldForm), Body: posted.first(views.FieldBody),
			Email: posted.first(views.FieldEmail), Keep: posted.values[views.FieldKeep], Uploads: posted.uploads, Client: k.client(c)})
	}
	if err != nil {
		return k.refuseReply(c, posted, err)
	}
	switch {
	case done.FollowUpReference != "" && k.u != nil:
		return leadTo(c, ticketPlace(done.FollowUpReference).url("", "notice", "follow_up"))
	case done.FollowUp != "":
		return leadTo(c, threadURL(desk.Link{Token: done.FollowUp}, "", "notice", "follow_up"))
	case done.Held && isHTMX(c):
		return k.replyHeld(c)
	case done.Held:
		return c.Redirect(k.at.url("", "notice", "held")+"#main", fiber.StatusSeeOther)
	case isHTMX(c):
		return k.replyAdded(c)
	}
	return c.Redirect(k.at.url("", "notice", "sent")+"#"+messageID(done.PID), fiber.StatusSeeOther)
}

// replyAdded answers a script: the new message, a fresh form, and the header. When others
// have written since the form was drawn, nobody here knows which of that the page has
// got meanwhile; then it gets the whole conversation again, so that nothing is missing
// and nothing stands there twice.
func (k *talk) replyAdded(c *fiber.Ctx) error {
	t, err := k.with.Thread(c.UserContext(), "")
	if err != nil {
		return err
	}
	words := k.words(c, t)
	form := k.replyForm(words, t)
	form.ClearDraft = true
	after, err := strconv.ParseInt(c.Query("after"), 10, 64)
	if err == nil && t.Cursor == after+1 && len(t.Messages) > 0 {
		all := k.messages(t, time.Time{})
		return k.fragment(c, fiber.StatusOK, words.Locale(), "portal/_reply_added", views.ReplyAdded{
			Messages: all[len(all)-1:], Header: k.header(words, t), Form: form, Poll: k.poll(t, time.Time{})})
	}
	intoMain(c)
	return k.fragment(c, fiber.StatusOK, words.Locale(), "portal/thread", k.view(words, t, form, notices(words, "sent")...))
}

// replyHeld answers a script whose reply waits to be confirmed: the page says so, and the form
// is empty again.
func (k *talk) replyHeld(c *fiber.Ctx) error {
	t, err := k.with.Thread(c.UserContext(), "")
	if err != nil {
		return err
	}
	words := k.words(c, t)
	form := k.replyForm(words, t)
	form.ClearDraft = true
	intoMain(c)
	return k.fragment(c, fiber.StatusOK, words.Locale(), "portal/thread", k.view(words, t, form, notices(words, "held")...))
}

// refuseReply answers a reply that was not taken.
func (k *talk) refuseReply(c *fiber.Ctx, posted *form, err error) error {
	switch models.KindOf(err) {
	case models.KindInvalid, models.KindTooMany, models.KindTooLarge:
		return k.replyAgain(c, posted, err)
	case models.KindNotFound:
		return err
	}
	if isHTMX(c) {
		// The page is still there with everything in it: an alert is enough.
		return err
	}
	return k.refused(c, err, posted.values, k.at.url("/replies"), k.at.url(""))
}

// replyAgain shows the form with what was typed.
func (k *talk) replyAgain(c *fiber.Ctx, posted *form, cause error) error {
	t, err := k.with.Thread(c.UserContext(), posted.first(views.FieldForm))
	if err != nil {
		return err
	}
	words := k.words(c, t)
	f := k.replyForm(words, t)
	f.Body = posted.first(views.FieldBody)
	if t.TypedEmail {
		f.Address = posted.first(views.FieldEmail)
	}
	status := fiber.StatusOK
	if cause == nil && posted.first(views.FieldDo) == doReplyDraft {
		f.Notices = append(f.Notices, notices(words, "draft")...)
	}
	if cause != nil {
		status = statusOf(cause)
		retryAfter(c, cause)
		f.Errors, f.Upload.Error = replyErrors(words, posted, cause)
	}
	if isHTMX(c) {
		return k.fragment(c, status, words.Locale(), "portal/_reply_form", f)
	}
	return k.show(c, status, t, f)
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
