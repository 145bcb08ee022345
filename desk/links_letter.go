package desk

import (
	"context"
	"time"

	"lodge/models"
	"lodge/secret"
)

// JobLinks mails somebody the links that were asked for at a public page: linksArgs. The links
// are derived at delivery, so that no job holds a secret.
const JobLinks = "links"

// The mails with links that were asked for, by the names of their templates.
const (
	MailNewLink   = "new_link"
	MailLostLinks = "lost_links"
)

// linksArgs are ids: a participant whose link no longer works, or a contact who has lost all
// of them. 0 is nobody: the mail is none. Counted: its limits have been charged.
type linksArgs struct {
	Participant int64 `json:"participant,omitempty"`
	Contact     int64 `json:"contact,omitempty"`
	Counted     bool  `json:"counted,omitempty"`
}

// linksListed is how many tickets one such mail lists.
const linksListed = 20

// LinksLetter is all that a mail with links says.
type LinksLetter struct {
	Template        string
	Address, Locale string
	// Project is nil when the tickets belong to several.
	Project *models.Project
	// Ended: the ticket ended too long ago for a link; the mail says where to open a new one.
	Ended bool
	// Unsubscribe is empty in a list of several tickets.
	Unsubscribe string
	Tickets     []LinksTicket
	seat        int64
}

// LinksTicket is one ticket in it. Title is empty for an address that is not proven: whoever
// typed it may not be who reads the mail.
type LinksTicket struct {
	Title, Project string
	// Domain is the project's own host name, empty without one.
	Domain   string
	OpenedAt time.Time
	Link     Link
}

// LinksLetter reads such a mail from its job, or NotFound when there is nothing to send: nobody
// was found, the portal is off, the ticket was said to be somebody else's. The first time it
// charges the limits and leaves a job behind that sends, so that a retry costs nothing again;
// later is true then, and the job is done.
func (d *Desk) LinksLetter(ctx context.Context, job models.Job) (letter *LinksLetter, later bool, err error) {
	var args linksArgs
	if err := job.Read(&args); err != nil {
		return nil, false, err
	}
	now := d.Now()
	cat, err := d.db.Catalog(ctx)
	if err != nil {
		return nil, false, err
	}
	var proven bool
	var charges []charge
	if args.Participant != 0 {
		letter, proven, err = d.newLinkLetter(ctx, cat, args.Participant, now)
	} else {
		letter, proven, err = d.lostLinksLetter(ctx, cat, args.Contact, now)
	}
	if err != nil || args.Counted {
		return letter, false, err
	}
	if letter.seat != 0 {
		charges = append(charges, charge{name: allowance("new-link", itoa(letter.seat)), amount: 1, limit: mailsAnHour, window: time.Hour, refusal: "errors.too_many"})
	}
	if !proven {
		charges = append(charges, charge{name: UnprovenMails(letter.Address), amount: 1, limit: int64(letter.unprovenMails(cat)), window: UnprovenWindow, refusal: "errors.too_many"})
	}
	args.Counted = true
	err = d.db.Write(ctx, func(ctx context.Context, tx *models.Tx) error {
		if err := spend(ctx, tx, charges, now); err != nil {
			return err
		}
		if err := models.Enqueue(ctx, tx, JobLinks, "", args, now); err != nil {
			return err
		}
		return models.FinishJob(ctx, tx, job.ID)
	})
	if err != nil && models.KindOf(err) == models.KindTooMany {
		err = models.NotFound()
	}
	return nil, err == nil, err
}

// newLinkLetter is the mail for a dead link.
func (d *Desk) newLinkLetter(ctx context.Context, cat *models.Catalog, participantID int64, now time.Time) (*LinksLetter, bool, error) {
	person, err := models.SeatNow(ctx, d.db, participantID)
	if err != nil {
		return nil, false, err
	}
	t, err := models.TicketByID(ctx, d.db, person.TicketID)
	if err != nil {
		return nil, false, err
	}
	project := cat.Project(t.ProjectID)
	thread, unsubscribe := d.ParticipantLinks(&person.Participant)
	token, err := models.TokenByHash(ctx, d.db, models.TokenThread, secret.Hash(thread.Token))
	if err != nil {
		return nil, false, err
	}
	if project == nil || !project.Open() || !token.Live(models.At(now)) || t.SpamAt != 0 || person.Contact.Synthetic {
		return nil, false, models.NotFound()
	}
	l := &LinksLetter{Template: MailNewLink, Address: person.Contact.Address, Locale: person.Contact.Locale, Project: project, Unsubscribe: unsubscribe, seat: person.ID,
		Ended: !alive(*token, project, t.EndedAt, now)}
	ticket := LinksTicket{Project: project.Name, Domain: project.Domain, OpenedAt: t.CreatedAt.Time(), Link: thread}
	proven := person.Contact.ProvenAt != 0
	if proven {
		ticket.Title = t.Title
	}
	l.Tickets = []LinksTicket{ticket}
	return l, proven, nil
}

// lostLinksLetter is the mail for somebody who has lost their links.
func (d *Desk) lostLinksLetter(ctx context.Context, cat *models.Catalog, contactID int64, now time.Time) (*LinksLetter, bool, error) {
	contact, err := models.ContactByID(ctx, d.db, contactID)
	if err != nil {
		return nil, false, err
	}
	var open []int64
	for _, project := range cat.PublicProjects() {
		open = append(open, project.ID)
	}
	if contact.Synthetic || contact.ErasedAt != 0 {
		return nil, false, models.NotFound()
	}
	seats, err := models.OpenSeats(ctx, d.db, contact.ID, open, models.At(now), linksListed)
	if err == nil && len(seats) == 0 {
		err = models.NotFound()
	}
	if err != nil {
		return nil, false, err
	}
	l := &LinksLetter{Template: MailLostLinks, Address: contact.Address, Locale: contact.Locale, Project: cat.Project(seats[0].ProjectID)}
	proven := contact.ProvenAt != 0
	for _, s := range seats {
		project := cat.Project(s.ProjectID)
		ticket := LinksTicket{Project: project.Name, Domain: project.Domain, OpenedAt: s.OpenedAt.Time()}
		ticket.Link, _ = d.ParticipantLinks(&s.Participant)
		if proven {
			ticket.Title = s.Title
		}
		if l.Project != nil && l.Project.ID != project.ID {
			l.Project = nil
		}
		l.Tickets = append(l.Tickets, ticket)
	}
	return l, proven, nil
}

// unprovenMails is how many mails a day an unproven address gets: the least of the projects
// that could be meant.
func (l *LinksLetter) unprovenMails(cat *models.Catalog) int {
	if l.Project != nil {
		return l.Project.Settings.UnprovenMails
	}
	least := 0
	for i, project := range cat.PublicProjects() {
		if n := project.Settings.UnprovenMails; i == 0 || n < least {
			least = n
		}
	}
	return least
}
