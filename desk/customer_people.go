package desk

import (
	"context"
	"encoding/hex"

	"lodge/models"
	"lodge/secret"
)

// eventPersonInvited is how agents read that somebody was added by a colleague of theirs.
const eventPersonInvited = "person_invited"

// SignedPeople says who can see a ticket, to a signed-in customer, and whom they may add.
type SignedPeople struct {
	PublicPeople
	Reference string
	// Company's members see the ticket, too, as far as it is shared; empty when the customer is none.
	Company string
	Private bool
	// CanLeave: the customer was let in or joined by themselves. CanAdd: they may add Colleagues.
	CanLeave, CanAdd bool
	Colleagues       []PublicColleague
}

// PublicColleague is somebody of the ticket's company who may be added to it. Key names them in
// the form and reveals nothing.
type PublicColleague struct{ Key, Name, Address string }

// People says who can see the ticket, as the customer may know it.
func (v *Conversation) People(ctx context.Context) (*SignedPeople, error) {
	at, err := v.enter(ctx, v.p.d.Now())
	if err != nil {
		return nil, err
	}
	seats, err := models.Seats(ctx, v.p.d.db, at.Ticket.ID)
	if err != nil {
		return nil, err
	}
	t, err := models.TicketByID(ctx, v.p.d.db, at.Ticket.ID)
	if err != nil {
		return nil, err
	}
	page := &SignedPeople{Reference: t.Reference, Company: at.company, Private: t.Private, CanLeave: at.Person.ID != 0 && !at.Person.Reporter(), CanAdd: at.mayAdd(),
		PublicPeople: PublicPeople{Workspace: publicWorkspace(at.catalog), Project: publicProject(at.catalog, at.project), Title: t.Title}}
	for _, s := range seats {
		person := PublicPerson{Name: s.Contact.Name, How: howJoined(s, t), Me: s.ContactID == at.Person.Contact.ID}
		if !s.Contact.Synthetic {
			if person.Address = trim(s.Contact.Address); person.Me {
				person.Address = s.Contact.Address
			}
		}
		page.PublicPeople.People = append(page.PublicPeople.People, person)
	}
	if !page.CanAdd {
		return page, nil
	}
	colleagues, err := models.Colleagues(ctx, v.p.d.db, *at.Ticket.CompanyID, t.ID)
	if err != nil {
		return nil, err
	}
	for _, c := range colleagues {
		page.Colleagues = append(page.Colleagues, PublicColleague{Key: v.p.colleagueKey(at, c.ContactID), Name: c.Name, Address: trim(c.Address)})
	}
	return page, nil
}

func (at *place) mayAdd() bool { return at.rights.AddPeople && at.Ticket.CompanyID != nil }

// colleagueKey names a colleague in the forms of one ticket; only this desk can make it.
func (p *Portal) colleagueKey(at *place, contactID int64) string {
	key := p.d.keys.Token(secret.Thread, contactID, 0)
	return hex.EncodeToString(secret.Hash("colleague " + at.Ticket.Reference + " " + key)[:12])
}

// AddColleague lets a member of the ticket's company take part in it: they get a link of their own
// by mail. Only members who may be shown to the customer can be added, by their key.
func (v *Conversation) AddColleague(ctx context.Context, key string) error {
	now := v.p.d.Now()
	at, err := v.enter(ctx, now)
	if err != nil {
		return err
	}
	if !at.mayAdd() {
		return models.Forbidden()
	}
	return v.p.d.db.Write(ctx, func(ctx context.Context, tx *models.Tx) error {
		t, err := models.LockTicket(ctx, tx, at.Ticket.ID)
		if err != nil {
			return err
		}
		colleagues, err := models.Colleagues(ctx, tx, *at.Ticket.CompanyID, t.ID)
		if err != nil {
			return err
		}
		for _, c := range colleagues {
			if v.p.colleagueKey(at, c.ContactID) == key {
				return v.p.d.addColleague(ctx, tx, t, c.ContactID, at.Person.Contact.ID, models.At(now))
			}
		}
		var invalid models.Invalid
		invalid.Add("colleague", "portal.detail.error.colleague")
		return invalid.Err()
	})
}

func (d *Desk) addColleague(ctx context.Context, tx *models.Tx, t *models.Ticket, contactID, by int64, now models.Stamp) error {
	part := &models.Participant{TicketID: t.ID, ContactID: contactID, JoinedAs: models.JoinedCC, CreatedAt: now}
	if err := models.InsertParticipant(ctx, tx, part); err != nil {
		return err
	}
	if _, err := d.keepLinks(ctx, tx, part, now); err != nil {
		return err
	}
	step(t, false, now)
	if err := models.SaveTicket(ctx, tx, t); err != nil {
		return err
	}
	return d.record(ctx, tx, t, &models.Event{Kind: models.EventPersonAdded, ContactID: &contactID, CreatedAt: now}, map[string]any{"colleague": by}, true)
}
