package desk

import (
	"context"

	"lodge/markup"
	"lodge/models"
)

// ReplyPreview is what a text would look like to the people who get it. Nothing is stored and
// nothing is sent.
type ReplyPreview struct {
	// HTML is the very HTML that would be stored.
	HTML string
	// Message is the bubble on the public page; Closed: the portal is off, nobody sees that page.
	Message PublicMessage
	Closed  bool
	// To are the participants who would get a mail; Letter is that to the chosen one, nil when
	// nobody gets any.
	To     []AgentParticipant
	Letter *Letter
}

// Letter is the mail about an agent's answer to one person, before it is put into words. Links
// are not in it: they are the recipient's secret, no agent's.
type Letter struct {
	// ToID names the participant; Language is the one they are written to in.
	ToID                          int64
	ToName, ToAddress             string
	FromName, FromAddress         string
	Language                      string
	Workspace, Project, Reference string
	// Domain is the project's own host name, empty without one.
	Domain                string
	SubjectReference      bool
	Title, Name, Author   string
	Text, HTML, Signature string
	// Status and what follows are what StatusTold says, where a status goes along.
	Status     string
	Over       bool
	ReopenDays int
	// Own are the project's own words of this mail, nil for the built-in ones; CanReply says that
	// an answer to the mail reaches the ticket.
	Own      *OwnWords
	CanReply bool
	// Linked: the portal is open, so the mail has a link to the thread. RoomMB is how many
	// megabytes of files are attached; what is larger is linked.
	Linked bool
	RoomMB int
}

// PreviewNote is the HTML that a note or message would be stored as.
func (d *Desk) PreviewNote(ctx context.Context, actor Actor, number int64, body string) (string, error) {
	if _, _, _, err := d.agentTicket(ctx, actor, models.ActNote, number); err != nil {
		return "", err
	}
	return markup.Reply(text(body)), nil
}

// StatusTold is what a mail says of a ticket's status: its public label, whether an answer opens
// the ticket again because it has ended, and within how many days, 0 for any time.
func StatusTold(project *models.Project, status *models.Status) (label string, over bool, days int) {
	box := project.Mailbox()
	answerable := project.Open() || (box != nil && box.Receive != models.ReceiveNone)
	if over = status.Category.Ended() && answerable; over {
		days = project.Settings.ReopenDays
	}
	return status.Label(), over, days
}

// PreviewReply shows a public answer, with the status that goes along or that its macro sets, as
// the people outside would get it: to is the id of the participant whose mail is wanted, 0 for the
// first.
func (d *Desk) PreviewReply(ctx context.Context, actor Actor, number int64, in AgentReply, to int64) (*ReplyPreview, error) {
	cat, project, t, err := d.agentTicket(ctx, actor, models.ActReply, number)
	if err != nil {
		return nil, err
	}
	agent, err := models.AgentByID(ctx, d.db, actor.ID)
	if err != nil {
		return nil, err
	}
	people, err := models.People(ctx, d.db, t.ID)
	if err != nil {
		return nil, err
	}
	html := markup.Reply(text(in.Body))
	p := &ReplyPreview{HTML: html, Closed: !project.Open(), Message: PublicMessage{PID: "preview", Agent: true, Author: agent.Shown(), At: d.Now(), HTML: html}}
	var chosen *models.Person
	for _, r := range Recipients(&models.Event{Kind: models.EventAgentReplied}, project, people, nil) {
		p.To = append(p.To, AgentParticipant{ID: r.Person.ID, Name: r.Person.Contact.Name, Address: r.Person.Contact.Address})
		if chosen == nil || r.Person.ID == to {
			chosen = r.Person
		}
	}
	if chosen == nil {
		return p, nil
	}
	c := chosen.Contact
	from := project.Name
	if box := project.Mailbox(); box != nil {
		from = models.SenderName(box.FromName, agent.Shown(), project.Name, cat.Workspace.Name)
	}
	p.Letter = &Letter{ToID: chosen.ID, ToName: c.Name, ToAddress: c.Address, FromName: from, FromAddress: project.Address(), Language: c.Locale,
		Workspace: cat.Workspace.Name, Project: project.Name, Domain: project.Domain, Reference: t.Reference, SubjectReference: project.Settings.SubjectReference, Title: t.Title, Name: c.Name,
		Author: agent.Shown(), Text: markup.Letter(html), HTML: html, Signature: Signature(agent.Signature), Linked: project.Open(), RoomMB: project.Settings.MailAttachmentMB, CanReply: Answerable(project.Mailbox())}
	if p.Letter.Language == "" {
		p.Letter.Language = cat.Language(project)
	}
	if c.ProvenAt == 0 {
		// As in the mail itself: nothing that a stranger typed goes to an unproven address.
		p.Letter.ToName, p.Letter.Name, p.Letter.Title = "", "", ""
	}
	d.macroStatus(ctx, actor, number, &in)
	if in.Status != "" {
		// A status that cannot be set is refused when the answer is sent; a preview refuses nothing.
		if next, err := nextStatus(project, t, in.Status); err == nil && next.ID != t.StatusID {
			p.Letter.Status, p.Letter.Over, p.Letter.ReopenDays = StatusTold(project, next)
		}
	}
	own, err := models.MailTemplateOf(ctx, d.db, project.ID, MailAgentReplied, p.Letter.Language)
	if models.KindOf(err) == models.KindNotFound && err != nil {
		return p, nil
	}
	if err != nil {
		return nil, err
	}
	p.Letter.Own = &OwnWords{own.Subject, own.Body}
	return p, nil
}

// TicketProject gives the slug of a ticket's project to whoever may answer or note there.
func (d *Desk) TicketProject(ctx context.Context, actor Actor, number int64) (string, error) {
	_, project, _, err := d.agentTicket(ctx, actor, models.ActNote, number)
	if err != nil {
		return "", err
	}
	return project.Slug, nil
}
