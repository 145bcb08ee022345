package handlers

import (
	"cmp"
	"html/template"
	"slices"
	"time"

	"github.com/gofiber/fiber/v2"

	"lodge/desk"
	"lodge/locale"
	"lodge/models"
	"lodge/views"
)

// ticket is an agent's page of one ticket (AG-2).
func (a *agents) ticket(c *fiber.Ctx) error {
	n, err := number(c)
	if err != nil {
		return err
	}
	t, err := a.ticketOrEarlier(c, n)
	if err != nil {
		return err
	}
	c.Locals(localFallback, t.Workspace.Locale)
	return a.ticketPage(c, fiber.StatusOK, t, a.composer(c, t), nil)
}

func (a *agents) ticketPage(c *fiber.Ctx, status int, t *desk.AgentTicket, composer *views.Composer, flash *views.Flash) error {
	words := a.language(c)
	back := c.Query("from")
	if !local(back) {
		back = agentHome
	}
	data := views.TicketPage{BackURL: back, Header: a.header(c, words, t), Entries: entries(words, t, time.Time{}), Composer: composer,
		Sidebar: a.sidebar(c, words, t), Poll: ticketPoll(t, time.Time{}), Waiting: a.waiting(c, t), Here: presence(t.Number, t.Here), Earlier: earlierLink(t), Held: a.heldNotice(c, t.Number)}
	if t.Before > 0 {
		data.Composer, data.NewestURL = nil, ticketURL(t.Number)
	}
	return a.show(c, status, views.Page{Workspace: viewWorkspace(t.Workspace), Title: "#" + decimal(t.Number) + " " + t.Title, Body: "agent/ticket", Data: data, Flash: flash,
		Path: ticketURL(t.Number), Agent: &views.AgentNav{}})
}

// after carries the version a page shows, so that the answer to its form knows what is new
// to it.
func after(address string, t *desk.AgentTicket) string {
	return address + "?after=" + decimal(t.Version)
}

func (a *agents) header(c *fiber.Ctx, words *locale.Strings, t *desk.AgentTicket) views.TicketHeader {
	h := views.TicketHeader{Number: t.Number, Title: t.Title, Status: views.Status{Category: t.Status.Category, Label: t.Status.Name}, Project: t.Project.Name, NotProven: t.Unproven, Due: newDueWriter(words, actorOf(c), a.desk.Now()).chip(t.Due)}
	if len(t.Participants) > 0 {
		if h.Reporter = t.Participants[0].Name; h.Reporter == "" {
			h.Reporter = t.Participants[0].Address
		}
	}
	if t.Resolve != "" && t.CanStatus {
		h.Resolve = &views.Step{Action: after(ticketURL(t.Number)+"/status", t), CSRF: visitOf(c).token(), Value: t.Resolve, Label: words.T("agent.ticket.resolve")}
	}
	a.relate(c, words, t, &h)
	return h
}

func ticketPoll(t *desk.AgentTicket, previous time.Time) views.TicketPoll {
	address := ticketURL(t.Number) + "/updates?after=" + decimal(t.Version)
	for _, e := range t.Entries {
		if e.At.After(previous) {
			previous = e.At
		}
	}
	for _, e := range t.Events {
		if e.At.After(previous) {
			previous = e.At
		}
	}
	if !previous.IsZero() {
		address += "&seen=" + decimal(previous.Unix())
	}
	address += "&mails=" + t.Seen.Mails + "&here=" + t.Seen.Here + "&promises=" + t.Seen.Promises
	return views.TicketPoll{URL: address, StreamURL: "/agent/stream?ticket=" + decimal(t.Number), Seconds: agentPoll}
}

// entries puts what was written and what happened into one order. previous is the time of
// the entry before the first one.
func entries(words *locale.Strings, t *desk.AgentTicket, previous time.Time) []views.Entry {
	var all []views.Entry
	for _, e := range t.Entries {
		v := views.Entry{ID: entryID(e.PID), Kind: "contact", Author: e.Author, Own: e.Own, At: e.At, Body: template.HTML(e.HTML), //nolint:gosec // cleaned by package markup
			NotProven: e.Unproven, Unconfirmed: e.Unconfirmed}
		switch {
		case e.Kind == models.MessageNote:
			v.Kind = "note"
		case e.Agent:
			v.Kind = "agent"
		}
		markEntry(words, e, &v)
		if !e.Agent && e.Address != e.Author {
			v.Address = e.Address
		}
		for _, f := range e.Files {
			file := views.File{Name: f.Name, Size: f.Size, Type: f.Type, URL: "/agent/files/" + f.PID, ContentID: f.ContentID}
			if f.HasThumb {
				file.ThumbURL = file.URL + "/thumb"
			}
			v.Files = append(v.Files, file)
		}
		cameByMail(t.Number, e, &v)
		if v.Kind == "agent" {
			v.Mails = mailLines(words, e)
		}
		all = append(all, v)
	}
	for _, e := range t.Events {
		switch e.Kind {
		case models.EventReplied, models.EventAgentReplied, models.EventNoted:
			continue // they are entries
		}
		line := eventLine(words, e)
		mailEventLine(t.Number, e, &line)
		if e.Other != 0 {
			line.To, line.URL = "#"+decimal(e.Other), ticketURL(e.Other)
		}
		all = append(all, views.Entry{ID: "event-" + decimal(e.ID), Kind: "event", At: e.At, Event: line})
	}
	// At one and the same moment: the opening, then what was written, then what it changed.
	rank := func(e views.Entry) int {
		switch {
		case e.Event.Kind == models.EventCreated:
			return 0
		case e.Kind != "event":
			return 1
		}
		return 2
	}
	slices.SortStableFunc(all, func(x, y views.Entry) int {
		return cmp.Or(x.At.Compare(y.At), cmp.Compare(rank(x), rank(y)))
	})
	views.MarkEntryDays(all, previous)
	return all
}

func entryID(pid string) string { return "entry-" + pid }

// composer is the empty form for a reply or a note; nil for who may do neither.
func (a *agents) composer(c *fiber.Ctx, t *desk.AgentTicket) *views.Composer {
	if !t.CanReply && !t.CanNote {
		return nil
	}
	f := &views.Composer{Action: after(ticketURL(t.Number)+"/replies", t), CSRF: visitOf(c).token(), FormID: t.FormID, Mode: views.ModeReply, CanReply: t.CanReply, Ended: t.Ended,
		Recipients: recipientsOf(a.language(c), t), Upload: views.Upload{MaxFile: t.Limits.File, MaxTotal: t.Limits.Request, MaxFiles: t.Limits.Files, Staged: stagedFiles(t.Staged)},
		Errors: map[string]string{}, DraftKey: "agent:" + decimal(t.Number), ComposerTools: composerTools(t)}
	if !t.CanReply {
		f.Mode = views.ModeNote
	}
	return f
}

func recipientsOf(words *locale.Strings, t *desk.AgentTicket) []views.Recipient {
	var all []views.Recipient
	for _, p := range t.Participants {
		all = append(all, views.Recipient{Name: p.Name, Address: p.Address, Unsubscribed: p.Unsubscribed, Wish: p.Wish, Synthetic: p.Synthetic, LinkDead: p.LinkDead, Value: decimal(p.ID)})
		if m := p.LastMail; m != nil && (m.State == models.DeliveryFailed || m.State == models.DeliveryBounced) {
			all[len(all)-1].Failed = words.T("agent.mail.why." + m.Why)
		}
	}
	return all
}
