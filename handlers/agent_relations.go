package handlers

import (
	"net/url"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"lodge/desk"
	"lodge/locale"
	"lodge/models"
	"lodge/views"
)

// relationRoutes are what happens between tickets and to them (AG-2, AG-3, AG-8).
func (a *agents) relationRoutes(r fiber.Router) {
	r.Get("/agent/tickets/new", a.newTicket)
	r.Get("/agent/tickets/new/contact", a.ticketContact)
	a.postUpload(r, "/agent/tickets", a.createTicket)

	const ticket = "/agent/tickets/:number"
	r.Get(ticket+"/merge", a.askTicketMerge)
	r.Post(ticket+"/merge", a.mergeTicket)
	r.Get(ticket+"/split", a.askSplit)
	r.Post(ticket+"/split", a.split)
	r.Get(ticket+"/links", a.askLink)
	r.Post(ticket+"/links", a.link)
	r.Post(ticket+"/links/removal", a.unlink)
	r.Get(ticket+"/follow-up", a.askFollowUp)
	r.Post(ticket+"/follow-up", a.followUp)
	r.Get(ticket+"/spam", a.askSpam)
	r.Post(ticket+"/spam", a.markSpam)
	r.Post(ticket+"/spam/removal", a.unmarkSpam)
	r.Get(ticket+"/redaction", a.askRedact)
	r.Post(ticket+"/redaction", a.redact)

	r.Get(blocksHome, a.blocks)
	r.Post(blocksHome, a.block)
	r.Post(blocksHome+"/:id/removal", a.unblock)
}

// relate adds to a ticket's header what stands beside it and the menu of further actions.
func (a *agents) relate(c *fiber.Ctx, words *locale.Strings, t *desk.AgentTicket, h *views.TicketHeader) {
	r, at := t.Relations, ticketURL(t.Number)
	for _, other := range r.Tickets {
		if other.How == models.RelatedMergedInto {
			h.Over = words.T("agent.over.merged")
		}
		v := viewRelated(other)
		v.Label = words.T("agent.related." + other.How)
		if other.How == models.RelatedLink && r.CanMerge {
			v.Unlink = &views.Step{Action: at + "/links/removal", CSRF: visitOf(c).token(), Value: decimal(other.Number), Label: words.T("agent.related.unlink") + " #" + decimal(other.Number)}
		}
		h.Related = append(h.Related, v)
	}
	switch {
	case r.Spam:
		h.Over = words.T("agent.over.spam")
	case r.Merged && h.Over == "":
		h.Over = words.T("agent.over.merged_unseen")
	}
	item := func(may bool, path, icon, key string) {
		if may {
			h.More = append(h.More, views.MenuItem{URL: path, Icon: icon, Label: words.T("agent.more." + key)})
		}
	}
	over := r.Merged || r.Spam
	item(r.CanCreate && !over, at+"/follow-up", "corner-up-left", "follow_up")
	item(r.CanCreate, "/agent/tickets/new?project="+t.Project.Slug+"&contact="+decimal(r.ReporterID), "plus", "same_contact")
	item(r.CanMerge, at+"/links", "link", "link")
	item(r.CanMerge && !over, at+"/merge", "merge", "merge")
	item(r.CanMerge && !over, at+"/split", "split", "split")
	item(r.CanSpam && !r.Merged && !r.Spam, at+"/spam", "ban", "spam")
	item(r.CanSpam && r.Spam, at+"/spam", "shield-check", "not_spam")
	address := reporterAddress(t)
	item(r.CanSpam && address != "", blocksHome+"?value="+url.QueryEscape(address), "shield", "block")
	item(r.CanRedact, at+"/redaction", "eraser", "redact")
	if n := len(h.More); n > 0 && r.CanRedact {
		h.More[n-1].Danger = true
	}
}

// markEntry says of an entry that it came from another ticket, or that it was removed.
func markEntry(words *locale.Strings, e desk.AgentEntry, v *views.Entry) {
	if e.CopiedFrom != 0 {
		v.From = &views.Source{Label: words.Tf("agent.entry.from", "Number", decimal(e.CopiedFrom)), URL: ticketURL(e.CopiedFrom)}
	}
	if !e.RemovedAt.IsZero() {
		who := e.RemovedBy
		if who == "" {
			who = words.T("agent.event.system")
		}
		v.Removed = words.Tf("agent.entry.removed", "Who", who, "When", words.Time(e.RemovedAt, ""))
	}
}

func viewRelated(r desk.RelatedTicket) views.Related {
	return views.Related{Number: r.Number, URL: ticketURL(r.Number), Title: r.Title, How: r.How, Project: r.Project, Reporter: r.Reporter, Reference: r.Reference,
		Status: views.Status{Category: r.Status.Category, Label: r.Status.Name}, UpdatedAt: r.UpdatedAt}
}

// taskHead is the head of a page about one ticket: the texts are "agent.<key>.title" and "….lead".
func taskHead(words *locale.Strings, t desk.RelatedTicket, title, lead string) views.TaskHead {
	return views.TaskHead{BackURL: ticketURL(t.Number), Ticket: "#" + decimal(t.Number) + " " + t.Title, Title: words.T(title), Lead: words.T(lead)}
}

func (a *agents) taskPage(c *fiber.Ctx, status int, head views.TaskHead, body string, data any) error {
	return a.show(c, status, views.Page{Title: head.Title, Body: body, Data: data, Flash: a.savedFlash(c)})
}

// inShort reads the ticket that a page is about.
func (a *agents) inShort(c *fiber.Ctx, n int64) (desk.RelatedTicket, *desk.AgentTicket, error) {
	t, err := a.desk.Ticket(c.UserContext(), actorOf(c), n, "")
	if err != nil {
		return desk.RelatedTicket{}, nil, err
	}
	return desk.RelatedTicket{Number: t.Number, Reference: t.Reference, Title: t.Title, Project: t.Project.Name, Status: t.Status}, t, nil
}

func viewLines(lines []desk.ThreadLine, chosen []string) []views.ThreadLine {
	ticked := map[string]bool{}
	for _, pid := range chosen {
		ticked[pid] = true
	}
	var all []views.ThreadLine
	for _, l := range lines {
		all = append(all, viewLine(l, ticked[l.PID]))
	}
	return all
}

func viewLine(l desk.ThreadLine, chosen bool) views.ThreadLine {
	v := views.ThreadLine{Value: l.PID, Author: l.Author, Text: l.Text, Note: l.Note, Agent: l.Agent, Removed: l.Removed, At: l.At, Chosen: chosen}
	for _, f := range l.Files {
		v.Files = append(v.Files, views.File{Name: f.Name, Size: f.Size, Type: f.Type})
	}
	return v
}

func viewPeople(people []desk.MergePerson, chosen []string) []views.Person {
	ticked := map[string]bool{}
	for _, id := range chosen {
		ticked[id] = true
	}
	var all []views.Person
	for _, p := range people {
		v := views.Person{Value: decimal(p.ContactID), Name: p.Name, Address: p.Address, Chosen: ticked[decimal(p.ContactID)]}
		if v.Name == "" {
			v.Name = p.Address
		}
		all = append(all, v)
	}
	return all
}

// postedIDs reads posted ids; what is none is left out.
func postedIDs(posted []string) []int64 {
	var all []int64
	for _, s := range posted {
		if id, err := strconv.ParseInt(s, 10, 64); err == nil && id > 0 {
			all = append(all, id)
		}
	}
	return all
}

func postedVersion(form values, name string) int64 {
	n, _ := strconv.ParseInt(strings.TrimSpace(form.first(name)), 10, 64)
	return n
}

// takeRemovedEntries takes what was removed out of what is new: it stands on the page already
// and is replaced there.
func takeRemovedEntries(t *desk.AgentTicket) *desk.AgentTicket {
	removed := &desk.AgentTicket{}
	var rest []desk.AgentEntry
	for _, e := range t.Entries {
		if e.RemovedAt.IsZero() {
			rest = append(rest, e)
		} else {
			removed.Entries = append(removed.Entries, e)
		}
	}
	t.Entries = rest
	return removed
}
