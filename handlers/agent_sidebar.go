package handlers

import (
	"strconv"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"lodge/desk"
	"lodge/locale"
	"lodge/models"
	"lodge/views"
)

// sidebar draws a ticket's properties: each is a form of its own for who may change it, and
// words for who may not.
func (a *agents) sidebar(c *fiber.Ctx, words *locale.Strings, t *desk.AgentTicket) views.Sidebar {
	actor, token, p := actorOf(c), visitOf(c).token(), t.Properties
	me := decimal(actor.ID)
	s := views.Sidebar{CSRF: token, Status: views.Status{Category: t.Status.Category, Label: t.Status.Name}, Assignee: t.Assignee, Priority: priorityWord(words, t.Priority), Me: me,
		Number: t.Number, Reference: t.Reference, Project: t.Project.Name, Template: p.Template, CreatedAt: t.CreatedAt, UpdatedAt: t.UpdatedAt}
	s.Closing = sidebarClosing(t)
	s.Feedback = sidebarFeedback(words, t, token)
	address := func(name string) string { return after(ticketURL(t.Number)+"/"+name, t) }
	row := func(id, kind, value, none string, may bool) views.Property {
		r := views.Property{ID: id, Name: id, Label: words.T("agent.sidebar." + id), Kind: kind, Action: address(id), Value: value, None: none, CSRF: token}
		if !may {
			r.Kind = "read"
		}
		return r
	}

	status := row("status", "select", t.Status.Name, "", t.CanStatus && len(t.Next) > 0)
	status.Mark = t.Status.Category
	status.Choices = []views.Choice{{Value: t.Status.Slug, Label: t.Status.Name, Selected: true}}
	for _, next := range t.Next {
		status.Choices = append(status.Choices, views.Choice{Value: next.Slug, Label: next.Name})
	}

	assignee := row("assignee", "select", t.Assignee, words.T("agent.nobody"), t.CanAssign)
	assignee.Action = address("assignment")
	s.AssignAction = assignee.Action
	assignee.Choices = []views.Choice{{Value: "", Label: words.T("agent.nobody")}}
	known := t.AssigneeID == 0
	for _, colleague := range t.Colleagues {
		chosen := colleague.Slug == decimal(t.AssigneeID)
		known = known || chosen
		s.TakeIt = s.TakeIt || (t.CanAssign && colleague.Slug == me && !chosen)
		assignee.Choices = append(assignee.Choices, views.Choice{Value: colleague.Slug, Label: a.withAbsence(words, actor, colleague, t.Absent), Selected: chosen})
	}
	if !known {
		// Who has it may no longer be here; nobody is assigned by opening the page.
		assignee.Choices = append(assignee.Choices, views.Choice{Value: decimal(t.AssigneeID), Label: t.Assignee, Selected: true})
	}
	if !s.TakeIt {
		assignee.Key = "a"
	}

	none := words.T("agent.sidebar.none")
	team := choiceRow(row("team", "select", "", none, p.CanEdit), p.Teams, decimal(p.TeamID), none)
	priority := row("priority", "select", s.Priority, "", p.CanEdit)
	for n := models.PriorityUrgent; n >= models.PriorityLow; n-- {
		priority.Choices = append(priority.Choices, views.Choice{Value: strconv.Itoa(n), Label: priorityWord(words, n), Selected: n == t.Priority})
	}
	kind := choiceRow(row("type", "select", "", none, p.CanEdit), p.Types, p.TypeSlug, none)
	company := row("company", "company", p.Company, none, p.CanEdit)
	for _, name := range p.Companies {
		company.Choices = append(company.Choices, views.Choice{Value: name, Label: name})
	}
	due := row("due", "date", dateValue(p.DueAt, actor), none, p.CanEdit)
	if !p.DueAt.IsZero() && !t.Ended && p.DueAt.Before(a.desk.Now()) {
		due.Strong = words.T("agent.sidebar.overdue")
	}
	if due.Kind == "read" && due.Value != "" {
		due.Value = words.Time(p.DueAt.In(actor.Clock("")), "date")
	}
	s.Rows = []views.Property{status, assignee}
	if len(p.Teams) > 0 {
		s.Rows = append(s.Rows, team)
	}
	s.Rows = append(s.Rows, priority)
	if len(p.Types) > 0 {
		s.Rows = append(s.Rows, kind)
	}
	s.Rows = append(s.Rows, company)
	if p.Left != nil {
		s.Rows = append(s.Rows, leftRow(words, p.Left))
	}
	s.Rows = append(s.Rows, due)
	if p.CanEdit && (!t.Ended || !p.SnoozedUntil.IsZero()) {
		s.Snooze = &views.SidebarSnooze{Action: address("snooze"), CSRF: token, Until: p.SnoozedUntil}
	}
	s.Tags = views.SidebarTags{Tags: p.Tags, OptionsURL: "/agent/options/tags"}
	if p.CanEdit {
		s.Tags.Action, s.Tags.CSRF = address("tags"), token
	}
	title := row("title", "long", t.Title, "", p.CanEdit)
	title.Required = true
	s.Facts = []views.Property{title}
	for _, q := range p.Questions {
		s.Questions = append(s.Questions, questionRow(words, q, p.CanEdit, address, token))
	}
	if p.Unread > 0 {
		s.Notices = views.SidebarNotices{Action: ticketURL(t.Number) + "/notices", CSRF: token}
	}
	s.Promises = promiseLines(words, actor, a.desk.Now(), t)
	s.PeopleURL, s.TimeURL = participantsURL(t.Number), timeURL(t.Number)
	if p.Minutes > 0 {
		s.Time = duration(words, p.Minutes)
	}
	for _, person := range t.Participants {
		s.Participants = append(s.Participants, views.Participant{Name: person.Name, Address: person.Address, JoinedAs: person.JoinedAs, Unsubscribed: person.Unsubscribed, Wish: person.Wish,
			Proven: person.Proven, Synthetic: person.Synthetic, Bounced: person.Bounced, LinkUntil: p.LinkUntil, LinkOver: p.LinkOver,
			URL: contactsHome + "/" + decimal(person.ContactID)})
	}
	markProperty(c, &s)
	return s
}

func choiceRow(r views.Property, choices []desk.Choice, chosen, none string) views.Property {
	r.Choices = []views.Choice{{Value: "", Label: none}}
	for _, choice := range choices {
		picked := choice.Slug == chosen
		if picked {
			r.Value = choice.Name
		}
		r.Choices = append(r.Choices, views.Choice{Value: choice.Slug, Label: choice.Name, Selected: picked})
	}
	return r
}

// questionRow draws one of the template's questions with its right control.
func questionRow(words *locale.Strings, q desk.Question, may bool, address func(string) string, token string) views.Property {
	value := strings.Join(q.Values, ", ")
	r := views.Property{ID: "field-" + q.Slug, Name: views.FieldValues, Label: q.Label, Kind: "read", Value: value, None: words.T("agent.sidebar.none"), Internal: !q.Public, CSRF: token}
	if q.Kind == models.FieldCheckbox && value != "" {
		r.Value = words.T("portal.yes")
	}
	if !may || q.Field == nil {
		return r
	}
	r.Action, r.Required, r.Value = address("fields/"+q.Slug), q.Field.Required, value
	chosen := func(option string) bool {
		for _, v := range q.Values {
			if v == option {
				return true
			}
		}
		return false
	}
	switch q.Field.Kind {
	case models.FieldSelect, models.FieldSeveral:
		if r.Kind = q.Field.Kind; r.Kind == models.FieldSelect {
			r.Choices = []views.Choice{{Value: "", Label: r.None}}
		}
		for _, option := range q.Field.Options {
			r.Choices = append(r.Choices, views.Choice{Value: option, Label: option, Selected: chosen(option)})
		}
	case models.FieldLongText:
		r.Kind = "long"
	case models.FieldCheckbox, models.FieldDate, models.FieldNumber, models.FieldURL, models.FieldEmail:
		r.Kind = q.Field.Kind
	default:
		r.Kind = "text"
	}
	return r
}

// markProperty says at the row that was changed that it is kept, or why not. A text that was
// refused stays as it was typed.
func markProperty(c *fiber.Ctx, s *views.Sidebar) {
	id, _ := c.Locals(localProperty).(string)
	if id == "" {
		return
	}
	why, _ := c.Locals(localRefusal).(string)
	kind, _ := c.Locals(localKind).(models.Kind)
	form, saved, typed := posted(c), why == "", kind == models.KindInvalid
	switch r := s.Row(id); {
	case r != nil && r.Kind != "read":
		r.Saved, r.Error = saved, why
		if typed {
			switch r.Kind {
			case "text", "long", "date", "number", "url", "email", "company":
				r.Value = form.first(r.Name)
			}
		}
	case id == "tags" && s.Tags.Action != "":
		s.Tags.Saved, s.Tags.Error = saved, why
		if typed {
			s.Tags.Typed = form.first(views.FieldTagAdd)
		}
	case id == "snooze" && s.Snooze != nil:
		s.Snooze.Saved, s.Snooze.Error, s.Snooze.Open = saved, why, why != ""
		if typed {
			s.Snooze.Date = form.first(views.FieldUntilDate)
		}
	default:
		s.Error = why
	}
}

func priorityWord(words *locale.Strings, n int) string {
	switch n {
	case models.PriorityLow:
		return words.T("agent.priority.low")
	case models.PriorityHigh:
		return words.T("agent.priority.high")
	case models.PriorityUrgent:
		return words.T("agent.priority.urgent")
	}
	return words.T("agent.priority.normal")
}

// eventLine is what the timeline says about an event.
func eventLine(words *locale.Strings, e desk.AgentEvent) views.EventLine {
	line := views.EventLine{Kind: e.Kind, Who: e.Actor, To: e.To}
	change := e.Change
	if e.Clock != nil {
		clockLine(words, e, &line)
	}
	if change == nil {
		return line
	}
	line.Property, line.From, line.To, line.What = true, change.Was, change.Is, change.Label
	switch e.Kind {
	case models.EventPrioritySet:
		was, _ := strconv.Atoi(change.Was)
		is, _ := strconv.Atoi(change.Is)
		line.From, line.To = priorityWord(words, was), priorityWord(words, is)
	case models.EventTagged:
		line.From, line.To = strings.Join(change.Removed, ", "), strings.Join(change.Added, ", ")
	case models.EventDueSet:
		if day, err := time.Parse(time.DateOnly, change.Is); err == nil {
			line.To = words.Time(day, "date")
		}
	case models.EventSnoozed:
		line.To = stampWord(words, change.Is, "datetime")
	case models.EventFieldSet:
		if change.Kind == models.FieldCheckbox && line.To != "" {
			line.To = words.T("portal.yes")
		}
		if runes := []rune(line.To); len(runes) > 80 {
			line.To = string(runes[:78]) + " …"
		}
	}
	return line
}

// stampWord writes a moment that an event holds in Unix milliseconds; empty for none.
func stampWord(words *locale.Strings, raw, style string) string {
	ms, err := strconv.ParseInt(raw, 10, 64)
	if err != nil || ms == 0 {
		return ""
	}
	return words.Time(time.UnixMilli(ms).UTC(), style)
}
