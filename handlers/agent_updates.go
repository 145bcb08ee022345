package handlers

import (
	"strconv"
	"time"

	"github.com/gofiber/fiber/v2"

	"lodge/desk"
	"lodge/views"
)

// updates answers a poll of an agent's ticket page: 204, or what is newer than the version
// it shows.
func (a *agents) updates(c *fiber.Ctx) error {
	n, err := number(c)
	if err != nil {
		return err
	}
	seen, err := seenVersion(c)
	if err != nil {
		return err
	}
	t, err := a.desk.TicketUpdates(c.UserContext(), actorOf(c), n, desk.Seen{Version: seen, Mails: c.Query("mails"), Here: c.Query("here"), Promises: c.Query("promises")})
	if err != nil {
		return err
	}
	if t == nil {
		c.Status(fiber.StatusNoContent)
		return nil
	}
	if !isHTMX(c) {
		return c.Redirect(ticketURL(n), fiber.StatusSeeOther)
	}
	var last time.Time
	if at, err := strconv.ParseInt(c.Query("seen"), 10, 64); err == nil {
		last = time.Unix(at, 0)
	}
	return a.part(c, fiber.StatusOK, "agent/_updates", a.ticketUpdates(c, t, last))
}

func seenVersion(c *fiber.Ctx) (int64, error) {
	seen, err := strconv.ParseInt(c.Query("after", "0"), 10, 64)
	if err != nil || seen < 0 {
		return 0, fiber.ErrBadRequest
	}
	return seen, nil
}

// ticketUpdates draws what is new on a ticket; last is the time of the entry before that.
func (a *agents) ticketUpdates(c *fiber.Ctx, t *desk.AgentTicket, last time.Time) views.TicketUpdates {
	words := a.language(c)
	if t.Quiet {
		u := views.TicketUpdates{Quiet: true, Here: presence(t.Number, t.Here), Poll: ticketPoll(t, last)}
		for _, e := range t.Entries {
			u.Mails = append(u.Mails, mailLines(words, e))
		}
		return u
	}
	changed := takeRemovedEntries(t)
	u := views.TicketUpdates{Entries: entries(words, t, last), Changed: entries(words, changed, last), Header: a.header(c, words, t), Sidebar: a.sidebar(c, words, t), Poll: ticketPoll(t, last),
		Waiting: a.waiting(c, t), Here: presence(t.Number, t.Here)}
	if t.CanReply {
		u.Recipients = recipientsOf(words, t)
	}
	for _, e := range t.Entries {
		if !e.Own {
			u.NewCount++
		}
	}
	return u
}

// changed answers a form of the sidebar: the page without scripts, or for a script what is
// new since the form was drawn. A refusal stands in the sidebar, where the form is.
func (a *agents) changed(c *fiber.Ctx, n int64, verb error) error {
	e, refused := refusal(verb)
	if verb != nil && !refused {
		return verb
	}
	if verb == nil && !isHTMX(c) {
		return c.Redirect(ticketURL(n)+changedRow(c), fiber.StatusSeeOther)
	}
	words := a.language(c)
	why := ""
	if refused {
		why = refusedChange(words, e)
		c.Locals(localRefusal, why)
		c.Locals(localKind, e.Kind)
	}
	if !isHTMX(c) {
		t, err := a.desk.Ticket(c.UserContext(), actorOf(c), n, "")
		if err != nil {
			return err
		}
		return a.ticketPage(c, statusOf(verb), t, a.composer(c, t), &views.Flash{Kind: "error", Text: why})
	}
	seen, err := seenVersion(c)
	if err != nil {
		return err
	}
	t, err := a.desk.TicketUpdates(c.UserContext(), actorOf(c), n, desk.Seen{Version: seen})
	if err == nil && t == nil {
		t, err = a.desk.TicketUpdates(c.UserContext(), actorOf(c), n, desk.Seen{Version: seen - 1})
		if t != nil {
			t.Entries, t.Events = nil, nil // the page has them
		}
	}
	if err != nil || t == nil {
		return err
	}
	whole, err := a.desk.Ticket(c.UserContext(), actorOf(c), n, "")
	if err != nil {
		return err
	}
	u := a.ticketUpdates(c, t, lastBefore(whole, t))
	status := fiber.StatusOK
	if refused {
		status = statusOf(verb)
	}
	return a.part(c, status, "agent/_updates", u)
}
