package desk

import (
	"context"
	"time"
	"unicode/utf8"

	"lodge/address"
	"lodge/models"
)

// TicketPeople is the page of a ticket's participants with the state of their links.
type TicketPeople struct {
	Number  int64
	Title   string
	People  []TicketPerson
	CanEdit bool
	// Closed: the project's portal is off, so no link opens anything now (PT-12).
	Closed bool
}

// TicketPerson is one participant.
type TicketPerson struct {
	ID                      int64
	Name, Address, JoinedAs string
	Reporter, Synthetic     bool
	Proven, Unsubscribed    bool
	// Left: has said that the ticket is not theirs; no link of theirs opens it.
	Left bool
	// Wish is what they want to be mailed (models.Wishes).
	Wish     string
	JoinedAt time.Time
	// LinkUntil is when the link ends by itself; zero while the ticket is open.
	LinkUntil time.Time
	// LinkDead: it has ended.
	LinkDead bool
}

// TicketPeople gives the participants of a ticket (AG-2).
func (d *Desk) TicketPeople(ctx context.Context, actor Actor, number int64) (*TicketPeople, error) {
	_, project, t, err := d.agentTicket(ctx, actor, models.ActRead, number)
	if err != nil {
		return nil, err
	}
	people, err := models.People(ctx, d.db, t.ID)
	if err != nil {
		return nil, err
	}
	left, err := models.LeftSeats(ctx, d.db, t.ID)
	if err != nil {
		return nil, err
	}
	page := &TicketPeople{Number: t.Number, Title: t.Title, CanEdit: actor.CanIn(models.ActEdit, project.ID), Closed: !project.Open()}
	for _, p := range people {
		person := TicketPerson{ID: p.ID, Name: p.Contact.Name, Address: p.Contact.Address, JoinedAs: p.JoinedAs, Reporter: p.Reporter(), Synthetic: p.Contact.Synthetic,
			Proven: p.Contact.ProvenAt != 0, Unsubscribed: p.MailWish() == models.WishNone, Wish: p.MailWish(), JoinedAt: p.CreatedAt.Time(),
			Left: left[p.ID], LinkDead: left[p.ID] || !models.LinkAlive(t.EndedAt, project.Settings.LinkDays, d.Now())}
		if t.EndedAt != 0 {
			person.LinkUntil = t.EndedAt.Time().AddDate(0, 0, project.Settings.LinkDays)
		}
		page.People = append(page.People, person)
	}
	return page, nil
}

// AddParticipant lets somebody else take part: they get a link of their own by mail, read the
// public conversation and are told of answers. Adding who takes part already is refused.
func (d *Desk) AddParticipant(ctx context.Context, actor Actor, number int64, email, name string) error {
	var v models.Invalid
	canonical, err := address.Canonical(email)
	if err != nil {
		v.Add("email", "portal.create.error.email")
	}
	if name = line(name); utf8.RuneCountInString(name) > 140 {
		v.Add("name", "agent.takers.error.name")
	}
	return d.change(ctx, actor, models.ActEdit, number, 0, func(ctx context.Context, tx *models.Tx, project *models.Project, t *models.Ticket) error {
		if err := v.Err(); err != nil {
			return err
		}
		now := d.Now()
		stamp := models.At(now)
		contact, err := models.EnsureContact(ctx, tx, models.Contact{Address: canonical, AddressKey: contactKey(canonical), Name: name, Origin: models.OriginAgent, CreatedAt: stamp})
		if err != nil {
			return err
		}
		people, err := models.People(ctx, tx, t.ID)
		if err != nil {
			return err
		}
		for _, p := range people {
			if p.ContactID == contact.ID {
				v.Add("email", "agent.takers.error.twice")
				return v.Err()
			}
		}
		p := &models.Participant{TicketID: t.ID, ContactID: contact.ID, JoinedAs: models.JoinedCC, CreatedAt: stamp}
		if err := models.InsertParticipant(ctx, tx, p); err != nil {
			return err
		}
		if _, err := d.keepLinks(ctx, tx, p, stamp); err != nil {
			return err
		}
		return d.personChanged(ctx, tx, actor, t, contact.ID, models.EventPersonAdded, true, now)
	})
}

// RemoveParticipant ends somebody's part in a ticket: their links are dead at once and no
// mail reaches them any more. What they wrote stays. The reporter cannot be removed.
func (d *Desk) RemoveParticipant(ctx context.Context, actor Actor, number, participantID int64) error {
	return d.withParticipant(ctx, actor, number, participantID, func(ctx context.Context, tx *models.Tx, t *models.Ticket, p *models.Person, now time.Time) error {
		if p.Reporter() {
			return models.Conflict("agent.takers.error.reporter")
		}
		if err := models.DeleteParticipant(ctx, tx, p.ID); err != nil {
			return err
		}
		return d.personChanged(ctx, tx, actor, t, p.ContactID, models.EventPersonRemoved, false, now)
	})
}

// ReplaceLink makes all links of a participant dead at once and mails them a new one: for a
// link that was forwarded too far.
func (d *Desk) ReplaceLink(ctx context.Context, actor Actor, number, participantID int64) error {
	return d.withParticipant(ctx, actor, number, participantID, func(ctx context.Context, tx *models.Tx, t *models.Ticket, p *models.Person, now time.Time) error {
		left, err := models.LeftSeats(ctx, tx, t.ID)
		if err != nil {
			return err
		}
		if left[p.ID] {
			return models.Conflict("agent.takers.error.left")
		}
		generation, err := models.RaiseGeneration(ctx, tx, p.ID, models.At(now))
		if err != nil {
			return err
		}
		p.Generation = generation
		if _, err := d.keepLinks(ctx, tx, &p.Participant, models.At(now)); err != nil {
			return err
		}
		return d.personChanged(ctx, tx, actor, t, p.ContactID, models.EventLinkReplaced, true, now)
	})
}

// withParticipant finds a participant inside the ticket; one of another ticket is not there.
func (d *Desk) withParticipant(ctx context.Context, actor Actor, number, participantID int64, f func(context.Context, *models.Tx, *models.Ticket, *models.Person, time.Time) error) error {
	return d.change(ctx, actor, models.ActEdit, number, 0, func(ctx context.Context, tx *models.Tx, project *models.Project, t *models.Ticket) error {
		p, err := models.PersonByID(ctx, tx, participantID)
		if err != nil {
			return err
		}
		if p.TicketID != t.ID {
			return models.NotFound()
		}
		return f(ctx, tx, t, p, d.Now())
	})
}

// personChanged moves the ticket and notes who did what to whose part. Nobody outside sees it.
func (d *Desk) personChanged(ctx context.Context, tx *models.Tx, actor Actor, t *models.Ticket, contactID int64, kind string, tell bool, now time.Time) error {
	step(t, false, models.At(now))
	if err := models.SaveTicket(ctx, tx, t); err != nil {
		return err
	}
	return d.record(ctx, tx, t, &models.Event{Kind: kind, AgentID: &actor.ID, ContactID: &contactID, CreatedAt: models.At(now)}, nil, tell)
}
