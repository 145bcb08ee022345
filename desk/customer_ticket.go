package desk

import (
	"context"
	"strings"
	"time"

	"lodge/models"
)

// SignedThread is what a ticket's page shows to signed-in customers alone (CP-9).
type SignedThread struct {
	Reference string
	// Priority is one of the models.Priority….
	Priority int64
	Team     string
	// DueAt is the date the ticket is wanted by, where the project tells dates; else zero.
	DueAt time.Time
	// Company shares the ticket with its members; empty when the customer is none of them.
	Company string
	// Shared: the customer sees the company's other tickets, too.
	Shared bool
	// Private: the company shares it with nobody.
	Private bool
	// Part: the customer takes part in the ticket.
	Part   bool
	Rights models.Rights
	// NewFrom is the PID of the first message since the customer was here last; empty when there
	// is none, or they never were. Seen is what they have read.
	NewFrom string
	Seen    int64
	// Draft is what they have begun to write.
	Draft string
}

// readAgain is how often an open stream of a customer asks whether they may still read (A68).
const readAgain = 4 * time.Second

// ByReference is the conversation of a ticket for a signed-in customer.
func (p *Portal) ByReference(me Customer, reference string) *Conversation {
	v := &Conversation{p: p, scope: scopeOf("reply", "customer "+itoa(me.ID)+" "+reference), every: readAgain,
		enter: func(ctx context.Context, now time.Time) (*place, error) { return p.place(ctx, me, reference, now) }}
	v.news = func(ctx context.Context, after, rules int64, now time.Time) (bool, error) {
		at, err := v.enter(ctx, now)
		if err != nil {
			return false, err
		}
		return at.Ticket.PublicVersion > after || (rules != 0 && rules != at.catalog.Version), nil
	}
	return v
}

// chargedTo is whose allowance a reply takes from: the participant's, or that of a customer who
// is none yet.
func (at *place) chargedTo() int64 {
	if at.Person.ID == 0 {
		return -at.Person.Contact.ID
	}
	return at.Person.ID
}

// signedThread is what the page of a signed-in customer shows beyond that of a link.
func (at *place) signedThread(entries []*models.Entry) *SignedThread {
	t := &at.Ticket
	s := &SignedThread{Reference: t.Reference, Priority: t.Priority, Team: at.team, Company: at.company, Shared: at.shared, Private: t.Private, Part: at.Person.ID != 0, Rights: at.rights, Seen: at.seen}
	if t.DueAt != 0 && at.project.Settings.ShowTargets == models.TargetsDates {
		s.DueAt = t.DueAt.Time()
	}
	if at.seen == 0 {
		return s
	}
	for _, e := range entries {
		own := e.ContactID != nil && *e.ContactID == at.Person.Contact.ID
		if e.PublicVersion > at.seen && !own {
			s.NewFrom = e.PID
			break
		}
	}
	return s
}

// Seen notes how far somebody who takes part in the ticket has read; it never goes back.
func (v *Conversation) Seen(ctx context.Context, version int64) error {
	now := v.p.d.Now()
	at, err := v.enter(ctx, now)
	if err != nil || at.Person.ID == 0 {
		return err
	}
	return v.p.d.db.Write(ctx, func(ctx context.Context, tx *models.Tx) error {
		return models.SeenByCustomer(ctx, tx, at.Person.ID, min(version, at.Ticket.PublicVersion), models.At(now))
	})
}

// draftScope names the draft of a reply to a ticket.
func (at *place) draftScope() string { return "reply:" + at.Ticket.Reference }

// SaveDraft keeps what a customer has begun to write, for their other devices; an empty text
// forgets it.
func (v *Conversation) SaveDraft(ctx context.Context, body string) error {
	now := v.p.d.Now()
	at, err := v.enter(ctx, now)
	switch {
	case err != nil:
		return err
	case !at.signed || !at.rights.Reply:
		return models.Forbidden()
	}
	if most := limitsOf(at.project.Settings).Text; int64(len(body)) > most {
		var v models.Invalid
		v.Add("body", "portal.create.error.text_long", "Count", most>>10)
		return v.Err()
	}
	return v.p.d.db.Write(ctx, func(ctx context.Context, tx *models.Tx) error {
		if strings.TrimSpace(body) == "" {
			return models.DropDraft(ctx, tx, at.Person.Contact.ID, at.draftScope())
		}
		return models.KeepDraft(ctx, tx, at.Person.Contact.ID, at.draftScope(), body, models.At(now))
	})
}

// addDraft shows a customer what they have begun to write.
func (v *Conversation) addDraft(ctx context.Context, at *place, t *PublicThread) error {
	if !at.signed || !at.rights.Reply {
		return nil
	}
	body, _, err := models.CustomerDraft(ctx, v.p.d.db, at.Person.Contact.ID, at.draftScope())
	if err != nil && models.KindOf(err) != models.KindNotFound {
		return err
	}
	t.Signed.Draft = body
	return nil
}

// sent forgets the draft of a reply, and notes that its author has read what they answered.
func (v *Conversation) sent(ctx context.Context, tx *models.Tx, at *place, t *models.Ticket, now time.Time) error {
	if err := models.DropDraft(ctx, tx, at.Person.Contact.ID, at.draftScope()); err != nil {
		return err
	}
	return models.SeenByCustomer(ctx, tx, at.Person.ID, t.PublicVersion, models.At(now))
}

// whileAllowed passes on what changes as long as the reader may still read; then the channel is
// closed, within readAgain.
func (v *Conversation) whileAllowed(ctx context.Context, changes <-chan struct{}, leave func()) (<-chan struct{}, func()) {
	ctx, cancel := context.WithCancel(ctx)
	out := make(chan struct{}, 1)
	go func() {
		defer close(out)
		again := time.NewTicker(v.every)
		defer again.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case _, open := <-changes:
				if !open {
					return
				}
				wake(out)
			case <-again.C:
				if _, err := v.enter(ctx, v.p.d.Now()); models.KindOf(err) == models.KindNotFound && err != nil {
					return
				}
			}
		}
	}()
	return out, func() { cancel(); leave() }
}
