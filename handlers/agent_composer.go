package handlers

import (
	"html/template"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"lodge/desk"
	"lodge/locale"
	"lodge/models"
	"lodge/views"
)

// composerRoutes are what stands around writing on a ticket.
func (a *agents) composerRoutes(r fiber.Router) {
	const ticket = "/agent/tickets/:number"
	r.Get(ticket+"/entries", a.earlierEntries)
	r.Get(ticket+"/articles", a.insertArticles)
	r.Post(ticket+"/presence", a.beat)
	r.Post(ticket+"/waiting/:pid/retraction", a.takeBack)
	r.Post(ticket+"/waiting/:pid/publication", a.sendNow)
	a.postUpload(r, ticket+"/preview", a.preview)
	a.postUpload(r, ticket+"/preview/mail", a.previewMail)
}

// ticketOrEarlier is the newest page of a ticket, or with ?before= a page of earlier entries.
func (a *agents) ticketOrEarlier(c *fiber.Ctx, n int64) (*desk.AgentTicket, error) {
	text := c.Query("before")
	if text == "" {
		return a.desk.Ticket(c.UserContext(), actorOf(c), n, "")
	}
	before, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return nil, models.NotFound()
	}
	return a.desk.EarlierEntries(c.UserContext(), actorOf(c), n, before)
}

// earlierEntries gives a script the entries that take the place of the link to them.
func (a *agents) earlierEntries(c *fiber.Ctx) error {
	n, err := number(c)
	if err != nil {
		return err
	}
	if !isHTMX(c) {
		return c.Redirect(ticketURL(n)+"?before="+queryEscape(c.Query("before")), fiber.StatusSeeOther)
	}
	t, err := a.ticketOrEarlier(c, n)
	if err != nil {
		return err
	}
	return a.part(c, fiber.StatusOK, "agent/_earlier_entries", views.EarlierEntries{Earlier: earlierLink(t), Entries: entries(a.language(c), t, noTime)})
}

func earlierLink(t *desk.AgentTicket) views.EarlierLink {
	if t.Earlier == 0 {
		return views.EarlierLink{}
	}
	before := "?before=" + decimal(t.Earlier)
	return views.EarlierLink{URL: ticketURL(t.Number) + before, PartURL: ticketURL(t.Number) + "/entries" + before}
}

func composerTools(t *desk.AgentTicket) views.ComposerTools {
	tools := views.ComposerTools{Seen: t.Version, PreviewURL: ticketURL(t.Number) + "/preview", UndoSeconds: t.UndoSeconds}
	if t.Docs {
		tools.ArticlesURL, tools.HelpURL = ticketURL(t.Number)+"/articles", docsURL(t.Project.Slug)
	}
	if t.CanReply || t.CanNote {
		tools.MacrosURL = ticketURL(t.Number) + "/macros"
	}
	return tools
}

// held shows above the form what has been written meanwhile; the next press sends.
func (a *agents) held(c *fiber.Ctx, n int64, posted *form, cause *models.Error, f *views.Composer) error {
	if cause.Message != desk.ErrNewer.Message {
		if seen, err := strconv.ParseInt(posted.first(views.FieldSeen), 10, 64); err == nil && seen > 0 {
			f.Seen = min(f.Seen, seen)
		}
		return nil
	}
	seen, _ := strconv.ParseInt(posted.first(views.FieldSeen), 10, 64)
	newer, err := a.desk.Newer(c.UserContext(), actorOf(c), n, seen)
	if err != nil {
		return err
	}
	f.Newer = entries(a.language(c), &desk.AgentTicket{Entries: newer}, noTime)
	for i := range f.Newer {
		// They stand in the thread as well.
		f.Newer[i].ID, f.Newer[i].Mails, f.Newer[i].NewDay = "newer-"+f.Newer[i].ID, views.MailLines{}, false
	}
	return nil
}

// waiting are the replies that can still be taken back, with the buttons for their author.
func (a *agents) waiting(c *fiber.Ctx, t *desk.AgentTicket) views.WaitingReplies {
	var w views.WaitingReplies
	for _, e := range t.Waiting {
		item := views.WaitingReply{CSRF: visitOf(c).token(), PublishAt: e.PublishAt, Then: e.ThenStatus,
			Entry: views.Entry{ID: "waiting-" + e.PID, Author: e.Author, Own: e.Own, At: e.At, Body: template.HTML(e.HTML)}} //nolint:gosec // cleaned by package markup
		for _, f := range e.Files {
			item.Entry.Files = append(item.Entry.Files, views.File{Name: f.Name, Size: f.Size, Type: f.Type, URL: "/agent/files/" + f.PID})
		}
		if e.Own && t.CanReply {
			action := ticketURL(t.Number) + "/waiting/" + e.PID
			item.UndoAction, item.SendAction = after(action+"/retraction", t), after(action+"/publication", t)
		}
		w.Items = append(w.Items, item)
	}
	return w
}

// takeBack undoes a reply that waits and gives its text back into the composer, before what
// has been typed since. A note that is being typed stays a note: nothing of it may go out.
func (a *agents) takeBack(c *fiber.Ctx) error {
	n, err := number(c)
	if err != nil {
		return err
	}
	back, err := a.desk.TakeBack(c.UserContext(), actorOf(c), n, c.Params("pid"))
	if err != nil {
		if e, ok := refusal(err); ok {
			return a.changed(c, n, e)
		}
		return err
	}
	t, err := a.desk.Ticket(c.UserContext(), actorOf(c), n, back.FormID)
	if err != nil {
		return err
	}
	f, typed := a.composer(c, t), posted(c)
	if f == nil {
		return models.Forbidden()
	}
	f.Body = back.Body
	if more := strings.TrimSpace(typed.first(views.FieldBody)); more != "" {
		f.Body += "\n\n" + more
		if typed.first(views.FieldMode) == views.ModeNote {
			f.Mode = views.ModeNote
		}
	}
	told := a.language(c).T("agent.undo.taken_back")
	if !isHTMX(c) {
		return a.ticketPage(c, fiber.StatusOK, t, f, &views.Flash{Kind: "success", Text: told})
	}
	seen, err := seenVersion(c)
	if err != nil {
		return err
	}
	fresh, err := a.desk.TicketUpdates(c.UserContext(), actorOf(c), n, desk.Seen{Version: min(seen, t.Version-1)})
	if err != nil || fresh == nil {
		return err
	}
	u := a.ticketUpdates(c, fresh, lastBefore(t, fresh))
	return a.part(c, fiber.StatusOK, "agent/_taken_back", views.TicketReplyAdded{Composer: *f, Updates: u})
}

// sendNow publishes a waiting reply before its time.
func (a *agents) sendNow(c *fiber.Ctx) error {
	n, err := number(c)
	if err != nil {
		return err
	}
	return a.changed(c, n, a.desk.SendNow(c.UserContext(), actorOf(c), n, c.Params("pid")))
}

// beat takes a sign of life of a page and answers who else is there.
func (a *agents) beat(c *fiber.Ctx) error {
	n, err := number(c)
	if err != nil {
		return err
	}
	said := posted(c)
	here, err := a.desk.HereNow(c.UserContext(), actorOf(c), n, desk.Beat{Typing: said.first("typing") == "1", Gone: said.first("gone") == "1"})
	if err != nil {
		return err
	}
	if said.first("gone") == "1" {
		c.Status(fiber.StatusNoContent)
		return nil
	}
	return a.part(c, fiber.StatusOK, "agent/_presence", presence(n, here))
}

func presence(n int64, here []desk.Here) views.Presence {
	p := views.Presence{BeatURL: ticketURL(n) + "/presence"}
	for _, h := range here {
		p.People = append(p.People, views.PersonHere{Name: h.Name, Typing: h.Typing})
	}
	return p
}

// mailLines says where the mails about an answer are; those that were sent share a line.
func mailLines(words *locale.Strings, e desk.AgentEntry) views.MailLines {
	lines := views.MailLines{ID: "mails-" + e.PID}
	at := map[string]int{}
	for _, m := range e.Mails {
		who := m.Name
		if who == "" {
			who = m.Address
		}
		if i, together := at[m.State]; together {
			lines.Lines[i].Who += ", " + who
			if m.At.After(lines.Lines[i].At) {
				lines.Lines[i].At = m.At
			}
			continue
		}
		line := views.MailLine{Who: who, State: m.State, Tries: m.Tries, At: m.At, Next: m.Next, Detail: m.Detail}
		if m.Why != "" {
			line.Why = words.T("agent.mail.why." + m.Why)
		}
		if sharesLine(m.State) {
			at[m.State] = len(lines.Lines)
		}
		lines.Lines = append(lines.Lines, line)
	}
	return lines
}

// sharesLine says of which states several people stand on one line: nothing more is to be said.
func sharesLine(state string) bool {
	switch state {
	case models.DeliverySent, models.DeliveryQueued, models.DeliveryDigest, desk.MailTogether, desk.MailDigested:
		return true
	}
	return false
}
