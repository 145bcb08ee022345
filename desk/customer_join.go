package desk

import (
	"context"
	"time"

	"lodge/models"
)

// Join lets a member of the ticket's company take part in its conversation, where the company
// shares it that far (CO-2): then the ticket is among their own, they may reply, and they are told
// of answers. Everybody sees that they joined. Who takes part already stays as they are.
func (v *Conversation) Join(ctx context.Context) error {
	now := v.p.d.Now()
	at, err := v.enter(ctx, now)
	switch {
	case err != nil:
		return err
	case at.Person.ID != 0:
		return nil
	case !at.rights.Join && !at.rights.Reply:
		return models.Forbidden()
	}
	return v.p.d.db.Write(ctx, func(ctx context.Context, tx *models.Tx) error {
		t, err := models.LockTicket(ctx, tx, at.Ticket.ID)
		if err != nil {
			return err
		}
		return v.p.d.join(ctx, tx, t, &at.Person, now)
	})
}

// join enrols a contact in a ticket by their own wish. person becomes the participant.
func (d *Desk) join(ctx context.Context, tx *models.Tx, t *models.Ticket, person *models.Person, now time.Time) error {
	people, err := models.People(ctx, tx, t.ID)
	if err != nil {
		return err
	}
	for _, other := range people {
		if other.ContactID == person.Contact.ID {
			left, err := models.LeftSeats(ctx, tx, t.ID)
			if err == nil && left[other.ID] {
				err = models.Conflict("portal.detail.error.join")
			}
			person.Participant = other.Participant
			return err
		}
	}
	stamp := models.At(now)
	part := models.Participant{TicketID: t.ID, ContactID: person.Contact.ID, JoinedAs: models.JoinedSelf, CreatedAt: stamp}
	if err := models.InsertParticipant(ctx, tx, &part); err != nil {
		return err
	}
	if _, err := d.keepLinks(ctx, tx, &part, stamp); err != nil {
		return err
	}
	person.Participant = part
	step(t, true, stamp)
	if err := models.SaveTicket(ctx, tx, t); err != nil {
		return err
	}
	if err := models.SeenByCustomer(ctx, tx, part.ID, t.PublicVersion, stamp); err != nil {
		return err
	}
	return d.record(ctx, tx, t, &models.Event{Kind: models.EventJoined, Public: true, ContactID: &part.ContactID, CreatedAt: stamp}, map[string]any{"public": t.PublicVersion}, false)
}

// Leave ends the part of somebody who was let in or joined by themselves: the ticket is among their
// own no more, and no mail about it reaches them. A reporter cannot leave.
func (v *Conversation) Leave(ctx context.Context) error {
	now := v.p.d.Now()
	at, err := v.enter(ctx, now)
	switch {
	case err != nil:
		return err
	case at.Person.ID == 0:
		return nil
	case at.Person.Reporter():
		return models.Conflict("portal.detail.error.leave")
	}
	return v.p.d.db.Write(ctx, func(ctx context.Context, tx *models.Tx) error {
		t, person, err := v.p.seat(ctx, tx, at.holder)
		if err != nil {
			return err
		}
		if err := models.DeleteParticipant(ctx, tx, person.ID); err != nil {
			return err
		}
		return v.p.ownChange(ctx, tx, t, person, models.EventLeft, false, models.At(now))
	})
}
