package desk

import (
	"context"
	"strings"
	"time"

	"lodge/models"
)

// How mails are told from a machine that answers a machine (A19): answers this soon after our own
// mail, so many of them from one sender in a window.
const (
	loopSoon   = 20 * time.Second
	loopMost   = 5
	loopWarn   = 3 // the one that agents are warned at
	loopWindow = time.Hour
)

// join decides about a mail that answers to one of ours. It joins the thread by itself only when
// it comes from a participant's own address and its domain is proven; everything else waits for
// an agent (EM-2). Knowing the address or a Message-ID is needed and never enough.
func (t *taking) join(ctx context.Context, a *answered) error {
	contact, err := models.ContactByKey(ctx, t.tx, contactKey(t.from))
	if err != nil && models.KindOf(err) != models.KindNotFound {
		return err
	}
	if err != nil || contact.Synthetic {
		contact = nil
	}
	agent, err := models.AgentByKey(ctx, t.tx, contactKey(t.from))
	if err != nil && models.KindOf(err) != models.KindNotFound {
		return err
	}
	if err == nil && (contact == nil || a.delivery.ContactID == nil || *a.delivery.ContactID != contact.ID) {
		return t.fromAgent(ctx, a, agent)
	}
	if contact == nil {
		return t.hold(ctx, a.ticket, nil, MailNotParticipant, false)
	}
	person, err := t.seat(ctx, a.ticket, contact.ID)
	if err != nil {
		return err
	}
	switch {
	case person == nil:
		return t.hold(ctx, a.ticket, contact, MailNotParticipant, false)
	case !t.in.Proven:
		return t.hold(ctx, a.ticket, contact, MailNotProven, false)
	}
	looping, suspect, err := t.looping(ctx, person)
	switch {
	case err != nil:
		return err
	case looping:
		return t.loop(ctx, person)
	}
	if err := t.reply(ctx, person); err != nil || !suspect {
		return err
	}
	// Where the other side is a desk too, it may be the one that stops: both warn before.
	_, err = t.warn(ctx, *t.row.TicketID, person.ContactID)
	return err
}

// looping says whether the answers of somebody come so fast, so often, that a machine must be
// writing them. suspect says that it begins to look so.
func (t *taking) looping(ctx context.Context, person *models.Person) (looping, suspect bool, err error) {
	if t.row.Source == models.MailFromReplay {
		return false, false, nil
	}
	sent, err := models.LastSentTo(ctx, t.tx, person.TicketID, person.ContactID)
	if err != nil || sent == 0 || t.now.Sub(sent.Time()) > loopSoon {
		return false, false, err
	}
	name := allowance("mail-loop", itoa(person.ContactID))
	ok, _, err := models.Charge(ctx, t.tx, name, 1, loopMost, loopWindow, t.now)
	if err != nil || !ok {
		return !ok, false, err
	}
	count, _, err := models.Spent(ctx, t.tx, name, t.now)
	return false, count == loopWarn, err
}

// loop stops an exchange of machines. The mail waits for an agent, so that a quick person loses
// nothing, and since nothing is sent for it there is nothing to answer.
func (t *taking) loop(ctx context.Context, person *models.Person) error {
	ticket, err := t.warn(ctx, person.TicketID, person.ContactID)
	if err != nil {
		return err
	}
	return t.hold(ctx, ticket, &person.Contact, MailLoop, false)
}

// warn tells the agents of a ticket that a machine may be answering it.
func (t *taking) warn(ctx context.Context, ticketID, contactID int64) (*models.Ticket, error) {
	ticket, err := models.LockTicket(ctx, t.tx, ticketID)
	if err != nil {
		return nil, err
	}
	return ticket, t.inside(ctx, ticket, &models.Event{Kind: models.EventMailLoop, ContactID: &contactID}, nil)
}

// inside notes something on a ticket that only agents see.
func (t *taking) inside(ctx context.Context, ticket *models.Ticket, e *models.Event, data map[string]any) error {
	e.CreatedAt = models.At(t.now)
	step(ticket, false, e.CreatedAt)
	if err := models.SaveTicket(ctx, t.tx, ticket); err != nil {
		return err
	}
	return t.d.record(ctx, t.tx, ticket, e, data, false)
}

// hold keeps the mail until an agent, or with ask its sender, decides. ticket is the one it would
// join, nil for a new one.
func (t *taking) hold(ctx context.Context, ticket *models.Ticket, contact *models.Contact, reason string, ask bool) error {
	h := &models.Held{ProjectID: t.project.ID, Kind: models.HeldMail, MailID: &t.row.ID, Address: t.from, Name: t.in.From.Name, Title: t.in.Subject,
		Excerpt: firstWords(t.in.Text), Reason: reason}
	if ticket != nil {
		target, err := t.mergedTarget(ctx, ticket)
		if err != nil {
			return err
		}
		h.TicketID, h.ProjectID = &target.ID, target.ProjectID
		t.project = t.cat.Project(target.ProjectID)
	}
	if contact != nil {
		h.ContactID = &contact.ID
	}
	if err := t.d.holdBack(ctx, t.tx, h, ask, t.now); err != nil {
		return err
	}
	t.end(models.MailHeld, reason)
	return nil
}

// firstWords are the beginning of a text for lists.
func firstWords(s string) string { return shortened(strings.Join(strings.Fields(s), " "), 400) }

// fromAgent decides about a mail from an agent's address (EM-7). Their own mail that answers to
// a notification of their own is theirs; anything else under such a name is never relayed (A12).
func (t *taking) fromAgent(ctx context.Context, a *answered, agent *models.Agent) error {
	if a.delivery.AgentID == nil || *a.delivery.AgentID != agent.ID || !t.in.Proven {
		return t.hold(ctx, a.ticket, nil, MailForgedAgent, false)
	}
	target, err := t.mergedTarget(ctx, a.ticket)
	if err != nil {
		return err
	}
	t.project = t.cat.Project(target.ProjectID)
	actor := Actor{ID: agent.ID, Name: agent.Name, Role: agent.Role, Locale: agent.Locale}
	if !agent.Everywhere && agent.Role != models.RoleAdmin {
		if actor.Projects, err = models.AgentProjects(ctx, t.tx, agent.ID); err != nil {
			return err
		}
	}
	body, note := noted(t.in.Text)
	need, kind := models.ActReply, models.MessagePublic
	if note {
		need, kind = models.ActNote, models.MessageNote
	}
	// What counts is what they may do now, not when the mail left that they answer (A14).
	if agent.DisabledAt != 0 || agent.Invited() || actor.mayIn(need, target.ProjectID) != nil {
		return t.refuseAgent(ctx, agent, target)
	}
	if body == "" && len(t.in.Files) == 0 {
		return t.ignore(MailEmpty)
	}
	ticket, err := models.LockTicket(ctx, t.tx, target.ID)
	if err != nil {
		return err
	}
	if settled(ticket) != nil && !note {
		return t.ignore(MailSpam)
	}
	t.fit(agentLimits(t.project.Settings))
	body = t.bounded(body)
	e := entry{kind: kind, agent: &agent.ID, body: body, origin: models.OriginMail, files: t.files, mailID: &t.row.ID}
	m, err := t.d.agentWrote(ctx, t.tx, t.project, ticket, e, "", t.now)
	if err != nil {
		return err
	}
	return t.became(ctx, models.MailBecameReply, ticket.ID, m.ID)
}

// noted takes the line "@note" off the top of an agent's mail, which makes it a note.
func noted(body string) (string, bool) {
	first, rest, _ := strings.Cut(body, "\n")
	first = strings.TrimSpace(first)
	if len(first) < len("@note") || !strings.EqualFold(first[:len("@note")], "@note") {
		return body, false
	}
	more := first[len("@note"):]
	if more != "" && !strings.HasPrefix(more, " ") && !strings.HasPrefix(more, ":") {
		return body, false
	}
	return strings.TrimSpace(strings.TrimSpace(strings.TrimPrefix(more, ":")) + "\n" + rest), true
}

// refuseAgent ignores the mail of an agent who may not write there any more, and tells them, so
// that they do not believe it answered (A14). Only proven mail gets here: nobody else's mailbox
// can be filled. Mail that is read from an archive is told to nobody.
func (t *taking) refuseAgent(ctx context.Context, agent *models.Agent, ticket *models.Ticket) error {
	t.row.TicketID = &ticket.ID
	if t.row.Source != models.MailFromReplay && !t.unread() {
		ok, _, err := models.Charge(ctx, t.tx, allowance("mail-refused", itoa(agent.ID)), 1, mailsAnHour, time.Hour, t.now)
		if err != nil {
			return err
		}
		if ok {
			if err := models.Enqueue(ctx, t.tx, JobAgentMail, "", agentMailArgs{Agent: agent.ID, Kind: MailAgentRefused, Mail: t.row.ID}, t.now); err != nil {
				return err
			}
		}
	}
	return t.ignore(MailNoRights)
}
