package desk

import (
	"context"
	"encoding/json"

	"lodge/models"
)

// agentTicket finds a ticket inside what an agent may do.
func (d *Desk) agentTicket(ctx context.Context, actor Actor, need models.Action, number int64) (*models.Catalog, *models.Project, *models.Ticket, error) {
	t, cat, err := d.db.TicketAndCatalog(ctx, number)
	if err != nil {
		return nil, nil, nil, err
	}
	project := cat.Project(t.ProjectID)
	if project == nil {
		return nil, nil, nil, models.NotFound()
	}
	if err := actor.mayIn(need, project.ID); err != nil {
		return nil, nil, nil, err
	}
	return cat, project, t, nil
}

// Ticket gives an agent's page of a ticket. formID is a posted id when the composer is
// shown again, otherwise empty.
func (d *Desk) Ticket(ctx context.Context, actor Actor, number int64, formID string) (*AgentTicket, error) {
	return d.ticketSince(ctx, actor, number, formID, 0, 0)
}

func (d *Desk) ticketSince(ctx context.Context, actor Actor, number int64, formID string, after, before int64) (*AgentTicket, error) {
	now := d.Now()
	cat, project, t, err := d.agentTicket(ctx, actor, models.ActRead, number)
	if err != nil {
		return nil, err
	}
	role := actor.RoleIn(project.ID)
	page := &AgentTicket{Number: t.Number, Reference: t.Reference, Title: t.Title, Project: Choice{project.Slug, project.Name}, Priority: int(t.Priority),
		CreatedAt: t.CreatedAt.Time(), UpdatedAt: t.UpdatedAt.Time(), Version: t.Version, Ended: t.Category.Ended(), Unproven: t.Unproven, Fields: t.Fields(),
		Limits: agentLimits(project.Settings), CanReply: role.Can(models.ActReply), CanNote: role.Can(models.ActNote),
		CanStatus: role.Can(models.ActStatus), CanAssign: role.Can(models.ActAssign),
		Workspace: publicWorkspace(cat), UndoSeconds: project.Settings.UndoSeconds, Docs: project.Open() && cat.GuestDocs(project)}
	if s := project.Status(t.StatusID); s != nil {
		page.Status = AgentStatus{s.Slug, s.Name, string(s.Category)}
	}
	page.Silent = silentClock(cat, project, t)
	for _, s := range project.Next(t.StatusID) {
		page.Next = append(page.Next, AgentStatus{s.Slug, s.Name, string(s.Category)})
		if s.Category == models.CategoryResolved && page.Resolve == "" {
			page.Resolve = s.Slug
		}
	}
	if t.TypeID != nil {
		if kind := project.Type(*t.TypeID); kind != nil {
			page.Type = kind.Name
		}
	}
	agents, here, err := models.AgentsAt(ctx, d.db, t.ID, project.ID, models.At(now))
	if err != nil {
		return nil, err
	}
	names := map[int64]string{}
	page.Absent = Absent{}
	for _, a := range agents {
		names[a.ID] = a.Name
		if a.Role.Can(models.ActReply) {
			page.Colleagues = append(page.Colleagues, Choice{itoa(a.ID), a.Name})
			page.Absent.note(a, now)
		}
	}
	if t.AssigneeID != nil {
		page.AssigneeID, page.Assignee = *t.AssigneeID, names[*t.AssigneeID]
	}
	page.Here, page.Seen.Here, page.Seen.Promises = whoIsHere(here, names, actor), hereMark(here, actor), promisesMark(t)
	if err := d.agentThread(ctx, actor, project, t, page, names, after, before); err != nil {
		return nil, err
	}
	people, err := models.People(ctx, d.db, t.ID)
	if err != nil {
		return nil, err
	}
	for _, p := range people {
		page.Participants = append(page.Participants, AgentParticipant{Name: p.Contact.Name, Address: p.Contact.Address, JoinedAs: p.JoinedAs,
			Synthetic: p.Contact.Synthetic, Proven: p.Contact.ProvenAt != 0, Unsubscribed: p.MailWish() == models.WishNone, Wish: answerWish(project, p),
			ID: p.ID, ContactID: p.ContactID, LastMail: page.lastMail(p.ContactID), LinkDead: !models.LinkAlive(t.EndedAt, project.Settings.LinkDays, now)})
	}
	if err := d.relate(ctx, actor, cat, project, t, page); err != nil {
		return nil, err
	}
	if page.Properties, err = d.properties(ctx, actor, cat, project, t, people, page.Participants, now); err != nil {
		return nil, err
	}
	page.AsksFeedback = project.Settings.Feedback
	if err := d.agentFeedback(ctx, t, page); err != nil {
		return nil, err
	}
	owes(actor, t, page, now)
	id, shown := d.again(formID, agentScope(actor, number), now)
	page.FormID = id
	if formID != "" {
		page.Staged, err = d.staged(ctx, shown.key(), models.At(now))
	}
	return page, err
}

func agentEvent(e *models.TimelineEvent, project *models.Project, names map[int64]string) AgentEvent {
	out := AgentEvent{ID: e.ID, Kind: e.Kind, At: e.CreatedAt.Time(), Version: e.Version, Actor: e.AgentName.String}
	if out.Actor == "" {
		out.Actor = e.ContactName.String
	}
	if out.Actor == "" {
		out.Actor = e.ContactAddress.String
	}
	var data struct {
		From       int64 `json:"from"`
		To         int64 `json:"to"`
		Follows    int64 `json:"follows"`
		FollowedBy int64 `json:"followed_by"`
		Other      int64 `json:"other"`
		Colleague  int64 `json:"colleague"`
	}
	_ = json.Unmarshal([]byte(e.Data), &data)
	switch e.Kind {
	case models.EventAssigned:
		out.To = names[data.To]
	case models.EventPersonAdded, models.EventPersonRemoved, models.EventLinkReplaced:
		if out.To = e.ContactName.String; out.To == "" {
			out.To = e.ContactAddress.String
		}
		if data.Colleague != 0 {
			out.Kind = eventPersonInvited
		}
	default:
		if s := project.Status(data.From); s != nil {
			out.From = s.Name
		}
		if s := project.Status(data.To); s != nil {
			out.To = s.Name
		}
	}
	out.Other = max(data.Follows, data.FollowedBy, data.Other)
	out.Change, out.Clock = changeOf(e), ClockEventOf(e.Kind, e.Data)
	mailEvent(e, &out)
	return out
}

// Colleagues lists the agents a ticket can be given to; Slug is their id.
func (d *Desk) Colleagues(ctx context.Context, actor Actor) ([]Choice, error) {
	all, _, err := d.colleagues(ctx, actor)
	return all, err
}

// colleagues says too which of them are away.
func (d *Desk) colleagues(ctx context.Context, actor Actor) ([]Choice, Absent, error) {
	if err := actor.may(models.ActRead); err != nil {
		return nil, nil, err
	}
	agents, err := models.Agents(ctx, d.db)
	if err != nil {
		return nil, nil, err
	}
	var all []Choice
	absent, now := Absent{}, d.Now()
	for _, a := range agents {
		if a.Role.Can(models.ActReply) {
			all = append(all, Choice{itoa(a.ID), a.Name})
			absent.note(a, now)
		}
	}
	return all, absent, nil
}
