package desk

import (
	"context"
	"time"

	"lodge/models"
	"lodge/secret"
)

// mailee is somebody with an unsubscribe link. It works with the portal off and after the
// thread link has expired (NU-3), and opens nothing.
func (p *Portal) mailee(ctx context.Context, token string) (*models.Access, *models.Project, error) {
	a, cat, err := p.d.db.AccessByHash(ctx, models.TokenUnsubscribe, secret.Hash(token))
	if err != nil {
		return nil, nil, err
	}
	if !a.Token.Live(models.At(p.d.Now())) || a.Token.Generation != a.Person.Generation {
		return nil, nil, models.NotFound()
	}
	// The mails of a merged ticket's people are those of the ticket it became part of.
	if a, cat, err = p.moved(ctx, a, cat); err != nil {
		return nil, nil, err
	}
	project := cat.Project(a.Ticket.ProjectID)
	if project == nil {
		return nil, nil, models.NotFound()
	}
	return a, project, nil
}

// Subscription gives what the unsubscribe page shows. It changes nothing: scanners open
// links too.
func (p *Portal) Subscription(ctx context.Context, token string) (*PublicSubscription, error) {
	a, project, err := p.mailee(ctx, token)
	if err != nil {
		return nil, err
	}
	return &PublicSubscription{Project: project.Name, Title: a.Ticket.Title, Address: a.Person.Contact.Address,
		Unsubscribed: a.Person.UnsubscribedAt != 0, Locale: a.Person.Contact.Locale}, nil
}

// Unsubscribe stops the mails of one ticket to one participant; access stays. Doing it
// again is harmless.
func (p *Portal) Unsubscribe(ctx context.Context, token string) error {
	return p.subscribe(ctx, token, true)
}

// Resubscribe takes it back.
func (p *Portal) Resubscribe(ctx context.Context, token string) error {
	return p.subscribe(ctx, token, false)
}

func (p *Portal) subscribe(ctx context.Context, token string, stop bool) error {
	d, now := p.d, p.d.Now()
	a, _, err := p.mailee(ctx, token)
	if err != nil {
		return err
	}
	at, kind := models.Stamp(0), models.EventResubscribed
	if stop {
		at, kind = models.At(now), models.EventUnsubscribed
	}
	return d.db.Write(ctx, func(ctx context.Context, tx *models.Tx) error {
		changed, err := models.SetSubscription(ctx, tx, a.Person.ID, at)
		if err != nil || !changed {
			return err
		}
		t, err := models.LockTicket(ctx, tx, a.Ticket.ID)
		if err != nil {
			return err
		}
		updated := t.UpdatedAt
		step(t, false, models.At(now))
		t.UpdatedAt = updated // mails stopping is no news for the queue
		if err := models.SaveTicket(ctx, tx, t); err != nil {
			return err
		}
		return d.record(ctx, tx, t, &models.Event{Kind: kind, ContactID: &a.Person.ContactID, CreatedAt: models.At(now)}, nil, false)
	})
}

// JobPreferences mails a participant a fresh unsubscribe link: {"participant": id}.
const JobPreferences = "preferences"

// MailPreferences answers a dead unsubscribe link. It answers alike for every token, acts
// only for one that once lived, and mails only the address that it was bound to (NU-3).
func (p *Portal) MailPreferences(ctx context.Context, token, client string) error {
	d, now := p.d, p.d.Now()
	return d.db.Write(ctx, func(ctx context.Context, tx *models.Tx) error {
		limit := charge{name: allowance("preferences-client", client), amount: 1, limit: 10, window: time.Hour, refusal: "errors.too_many"}
		if err := spend(ctx, tx, []charge{limit}, now); err != nil {
			return err
		}
		old, err := models.TokenByHash(ctx, tx, models.TokenUnsubscribe, secret.Hash(token))
		if err != nil {
			return quiet(err)
		}
		person, err := models.PersonByID(ctx, tx, old.SubjectID)
		if err != nil || person.Contact.Synthetic {
			return quiet(err)
		}
		ok, _, err := models.Charge(ctx, tx, allowance("preferences-contact", itoa(person.ContactID)), 1, 3, time.Hour, now)
		if err != nil || !ok {
			return err
		}
		return models.Enqueue(ctx, tx, JobPreferences, "", map[string]int64{"participant": person.ID}, now)
	})
}

// quiet hides that something is not there.
func quiet(err error) error {
	if models.KindOf(err) == models.KindNotFound {
		return nil
	}
	return err
}
