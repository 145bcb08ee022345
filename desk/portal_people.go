package desk

import (
	"context"

	"lodge/models"
)

// How somebody came to see a ticket, in public words.
const (
	PublicOpened  = "opened"  // opened it
	PublicAdded   = "added"   // was added by the team
	PublicInvited = "invited" // was added by a colleague of the company
	PublicCopied  = "copied"  // was copied on a mail
	PublicJoined  = "joined"  // joined by themselves
	PublicCarried = "carried" // took part in the ticket that this one follows
)

// What "this is not mine" would do for the holder of a link.
const (
	PublicDisown = "disown" // the reporter says that the ticket is not theirs
	PublicLeave  = "leave"  // somebody who was let in leaves
)

// PublicPeople says who can see a ticket, and what the holder may do about it (PT-14).
type PublicPeople struct {
	Workspace PublicWorkspace
	Project   PublicProject
	Title     string
	People    []PublicPerson
	Me        PublicMe
	// CanReplace: the holder has a mailbox that a new link can go to.
	CanReplace bool
	// NotMine is PublicDisown, PublicLeave or empty.
	NotMine string
	// MailsToken opens the page that stops the mails; only for who holds a mailed link.
	MailsToken string
}

// PublicPerson is one of them.
type PublicPerson struct {
	// Name may be empty; Address is trimmed unless it is the holder's own, and empty for a
	// synthetic one (PT-4).
	Name, Address string
	// How is one of PublicOpened, PublicAdded ….
	How string
	Me  bool
}

// People says who can see the ticket of a link, as the holder may know it.
func (p *Portal) People(ctx context.Context, link Link) (*PublicPeople, error) {
	h, err := p.open(ctx, link, p.d.Now())
	if err != nil {
		return nil, err
	}
	seats, err := models.Seats(ctx, p.d.db, h.Ticket.ID)
	if err != nil {
		return nil, err
	}
	t, err := models.TicketByID(ctx, p.d.db, h.Ticket.ID)
	if err != nil {
		return nil, err
	}
	me := &h.Person
	page := &PublicPeople{Workspace: publicWorkspace(h.catalog), Project: publicProject(h.catalog, h.project), Title: t.Title,
		Me:         PublicMe{Name: me.Contact.Name, Reporter: me.Reporter(), Synthetic: me.Contact.Synthetic, Unsubscribed: me.UnsubscribedAt != 0},
		CanReplace: !me.Contact.Synthetic, NotMine: notMine(h, me, t)}
	if h.proven && !me.Contact.Synthetic {
		_, page.MailsToken = p.d.ParticipantLinks(&me.Participant)
	}
	for _, s := range seats {
		person := PublicPerson{Name: s.Contact.Name, How: howJoined(s, t), Me: s.ID == me.ID}
		if !s.Contact.Synthetic {
			if person.Address = trim(s.Contact.Address); person.Me {
				person.Address = s.Contact.Address
				page.Me.Address = person.Address
			}
		}
		page.People = append(page.People, person)
	}
	return page, nil
}

// howJoined says how somebody came to see a ticket.
func howJoined(s *models.Seat, t *models.Ticket) string {
	switch {
	case s.Reporter():
		return PublicOpened
	case s.JoinedAs == models.JoinedSelf:
		return PublicJoined
	case s.ByTeam:
		return PublicAdded
	case s.ByColleague:
		return PublicInvited
	case t.FollowsID != nil && s.CreatedAt == t.CreatedAt:
		return PublicCarried
	}
	return PublicCopied
}

// notMine says what "this is not mine" means for the holder of a link. It takes a mailed link:
// whoever reads the mail of an address speaks for it, and nobody else does. A reporter can say
// so only while neither the address nor the ticket has been proven; afterwards the ticket is
// theirs, and all that they can want is no more mail about it. Behind a synthetic address
// there is no mailbox that could have got a wrong mail.
func notMine(h *holder, person *models.Person, t *models.Ticket) string {
	switch {
	case !h.proven || person.Contact.Synthetic:
		return ""
	case !person.Reporter():
		return PublicLeave
	case t.Unproven || person.Contact.ProvenAt == 0:
		return PublicDisown
	}
	return ""
}
