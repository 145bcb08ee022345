package handlers

import (
	"strconv"
	"time"

	"github.com/gofiber/fiber/v2"

	"lodge/desk"
	"lodge/models"
	"lodge/views"
)

// reply takes what an agent wrote: a reply to people outside, or a note for colleagues.
// Which of the two must be said: what says neither is refused and never sent.
func (a *agents) reply(c *fiber.Ctx) error {
	n, err := number(c)
	if err != nil {
		return err
	}
	actor, v, ctx := actorOf(c), visitOf(c), c.UserContext()
	limits, err := a.desk.AgentLimits(ctx, actor, n)
	if err != nil {
		return err
	}
	posted, err := a.readForm(c, limits, func(text values) error {
		if !v.checked(c, text) {
			return fiber.ErrForbidden
		}
		return nil
	})
	if err == nil && !v.checked(c, posted.values) {
		// A form that was cut off before its end was never shown to the check above.
		err = fiber.ErrForbidden
	}
	if err != nil {
		a.desk.Discard(posted.uploads)
		return err
	}
	in := desk.AgentReply{FormID: posted.first(views.FieldForm), Body: posted.first(views.FieldBody), Keep: posted.values[views.FieldKeep], Uploads: posted.uploads,
		Status: posted.first(views.FieldStatus)}
	in.Seen, _ = strconv.ParseInt(posted.first(views.FieldSeen), 10, 64)
	in.Macro, _ = strconv.ParseInt(posted.first("macro"), 10, 64)
	pid := ""
	switch mode := posted.first(views.FieldMode); {
	case posted.tooLarge:
		if err = a.desk.StageAgent(ctx, actor, n, in.FormID, in.Keep, in.Uploads); err == nil {
			err = models.TooLarge(posted.fault.Key)
		}
	case mode == views.ModeReply:
		pid, err = a.desk.ReplyAsAgent(ctx, actor, n, in)
	case mode == views.ModeNote:
		pid, err = a.desk.Note(ctx, actor, n, in)
	default:
		if err = a.desk.StageAgent(ctx, actor, n, in.FormID, in.Keep, in.Uploads); err == nil {
			var fault models.Invalid
			fault.Add(views.FieldMode, "agent.composer.error.mode")
			err = fault.Err()
		}
	}
	if e, ok := refusal(err); ok {
		return a.replyAgain(c, n, posted, e)
	}
	if err != nil {
		return err
	}
	if !isHTMX(c) {
		return c.Redirect(ticketURL(n)+"#"+entryID(pid), fiber.StatusSeeOther)
	}
	return a.replyAdded(c, n, posted.first(views.FieldMode))
}

// replyAdded answers a script: a fresh form and what is new. When others have changed the
// ticket since the form was drawn, nobody here knows which of that the page has got
// meanwhile; then it gets the whole page again.
func (a *agents) replyAdded(c *fiber.Ctx, n int64, mode string) error {
	t, err := a.desk.Ticket(c.UserContext(), actorOf(c), n, "")
	if err != nil {
		return err
	}
	form := a.composer(c, t)
	form.ClearDraft = true
	seen, err := strconv.ParseInt(c.Query("after"), 10, 64)
	if err != nil || t.Version != seen+1 {
		intoMain(c)
		return a.ticketPage(c, fiber.StatusOK, t, form, nil)
	}
	fresh, err := a.desk.TicketUpdates(c.UserContext(), actorOf(c), n, desk.Seen{Version: seen})
	if err != nil {
		return err
	}
	if fresh == nil {
		fresh = t
	}
	// The words that announce it depend on what was sent; the form begins as it was.
	form.Mode = mode
	return a.part(c, fiber.StatusOK, "agent/_reply_added", views.TicketReplyAdded{Composer: *form, Updates: a.ticketUpdates(c, fresh, lastBefore(t, fresh))})
}

// lastBefore is the time of the last line of the page that is not among the fresh ones,
// so that a day begins once.
func lastBefore(whole, fresh *desk.AgentTicket) (last time.Time) {
	for _, e := range whole.Entries[:len(whole.Entries)-min(len(fresh.Entries), len(whole.Entries))] {
		last = e.At
	}
	for _, e := range whole.Events[:len(whole.Events)-min(len(fresh.Events), len(whole.Events))] {
		if e.At.After(last) {
			last = e.At
		}
	}
	return last
}

// replyAgain shows the form with what was typed.
func (a *agents) replyAgain(c *fiber.Ctx, n int64, posted *form, cause *models.Error) error {
	t, err := a.desk.Ticket(c.UserContext(), actorOf(c), n, posted.first(views.FieldForm))
	if err != nil {
		return err
	}
	words := a.language(c)
	f := a.composer(c, t)
	if f == nil {
		return models.Forbidden()
	}
	f.Body, f.Mode = posted.first(views.FieldBody), posted.first(views.FieldMode)
	if err := a.held(c, n, posted, cause, f); err != nil {
		return err
	}
	switch {
	case posted.tooLarge:
		f.Upload.Error = say(words, posted.fault)
	case len(cause.Order) == 0:
		f.Errors[""] = say(words, models.Problem{Key: cause.Message})
	}
	for _, field := range cause.Order {
		text := say(words, cause.Fields[field])
		switch field {
		case views.FieldFiles:
			f.Upload.Error = text
		case views.FieldBody, views.FieldMode:
			f.Errors[field] = text
		default:
			f.Errors[""] = text
		}
	}
	status := statusOf(cause)
	if isHTMX(c) {
		return a.part(c, status, "agent/_composer", *f)
	}
	return a.ticketPage(c, status, t, f, nil)
}
