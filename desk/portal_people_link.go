package desk

import (
	"context"
	"time"

	"lodge/models"
)

// ReplaceLink makes all links of the holder dead at once and mails their address a new one:
// for a link that went where it should not (PT-14). It is theirs alone; links of others are
// not touched.
func (p *Portal) ReplaceLink(ctx context.Context, link Link) error {
	d, now := p.d, p.d.Now()
	h, err := p.open(ctx, link, now)
	if err != nil {
		return err
	}
	if h.Person.Contact.Synthetic {
		return models.Conflict("portal.people.chat")
	}
	stamp := models.At(now)
	charges := []charge{{name: allowance("own-link", itoa(h.Person.ID)), amount: 1, limit: mailsAnHour, window: time.Hour, refusal: "portal.people.link.error.often"}}
	if h.Person.Contact.ProvenAt == 0 && !h.proven {
		// Whoever typed this address may not own it: the mail is one of the few that it gets (A1).
		charges = append(charges, charge{name: UnprovenMails(h.Person.Contact.Address), amount: 1, limit: int64(h.project.Settings.UnprovenMails), window: UnprovenWindow,
			refusal: "portal.people.link.error.often"})
	}
	return d.db.Write(ctx, func(ctx context.Context, tx *models.Tx) error {
		t, person, err := p.seat(ctx, tx, h)
		if err != nil {
			return err
		}
		if err := spend(ctx, tx, charges, now); err != nil {
			return err
		}
		if err := prove(ctx, tx, h, now); err != nil {
			return err
		}
		if person.Generation, err = models.RaiseGeneration(ctx, tx, person.ID, stamp); err != nil {
			return err
		}
		if _, err := d.keepLinks(ctx, tx, &person.Participant, stamp); err != nil {
			return err
		}
		if person.UnsubscribedAt != 0 {
			// Notifications leave them out, but a way back in is what they have asked for.
			if err := models.Enqueue(ctx, tx, JobLinks, "", linksArgs{Participant: person.ID, Counted: true}, now); err != nil {
				return err
			}
		}
		return p.ownChange(ctx, tx, t, person, models.EventLinkReplaced, person.UnsubscribedAt == 0, stamp)
	})
}

// NotMine ends the holder's part in a ticket that is not theirs: their links are dead at once,
// no mail about it reaches them, and agents read that they have said so. The ticket stays. A
// reporter keeps an empty place, everybody else leaves; nothing is proven by it. Then their
// address gets no further mail about beginnings of tickets for a day, so that a flood of
// tickets in somebody else's name ends with the first click (A1). It says which of PublicDisown
// and PublicLeave it was.
func (p *Portal) NotMine(ctx context.Context, link Link) (done string, err error) {
	now := p.d.Now()
	h, err := p.enter(ctx, link, now)
	if err != nil {
		return "", err
	}
	stamp := models.At(now)
	err = p.d.db.Write(ctx, func(ctx context.Context, tx *models.Tx) error {
		t, person, err := p.seat(ctx, tx, h)
		if err != nil {
			return err
		}
		done = notMine(h, person, t)
		switch done {
		case PublicDisown:
			if err := models.LeaveSeat(ctx, tx, person.ID, stamp); err != nil {
				return err
			}
			if err := models.FillAllowance(ctx, tx, UnprovenMails(person.Contact.Address), now.Add(UnprovenWindow)); err != nil {
				return err
			}
			return p.ownChange(ctx, tx, t, person, models.EventDisowned, false, stamp)
		case PublicLeave:
			if err := models.DeleteParticipant(ctx, tx, person.ID); err != nil {
				return err
			}
			return p.ownChange(ctx, tx, t, person, models.EventLeft, false, stamp)
		}
		return models.Conflict("portal.not_mine.error")
	})
	return done, err
}

// seat reads a ticket and the holder's place in it again, under the ticket's lock. A place
// whose links were replaced meanwhile is not there.
func (p *Portal) seat(ctx context.Context, tx *models.Tx, h *holder) (*models.Ticket, *models.Person, error) {
	t, err := models.LockTicket(ctx, tx, h.Ticket.ID)
	if err != nil {
		return nil, nil, err
	}
	person, err := models.PersonByID(ctx, tx, h.Person.ID)
	if err == nil && (person.Generation != h.Person.Generation || person.TicketID != t.ID) {
		err = models.NotFound()
	}
	return t, person, err
}

// ownChange notes what somebody did to their own part in a ticket. Nobody outside sees it.
func (p *Portal) ownChange(ctx context.Context, tx *models.Tx, t *models.Ticket, person *models.Person, kind string, tell bool, now models.Stamp) error {
	updated := t.UpdatedAt
	step(t, false, now)
	if kind == models.EventLinkReplaced {
		t.UpdatedAt = updated // a fresh link is no news for the queue
	}
	if err := models.SaveTicket(ctx, tx, t); err != nil {
		return err
	}
	return p.d.record(ctx, tx, t, &models.Event{Kind: kind, ContactID: &person.ContactID, CreatedAt: now}, nil, tell)
}
