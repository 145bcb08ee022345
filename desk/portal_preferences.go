package desk

import (
	"context"
	"slices"

	"lodge/models"
)

// PublicPreferences is what somebody can choose about their mails without an account (NU-4).
type PublicPreferences struct {
	Project, Title, Address string
	// Ticket is what they want about this ticket, one of models.Wishes, or empty for the same
	// as about all of the project; All is that.
	Ticket, All string
	// Locale is the language they are written to in; empty is the project's.
	Locale string
}

// PreferencesInput is a filled-in choice; the values are those of PublicPreferences.
type PreferencesInput struct{ Ticket, All, Locale string }

// Preferences gives what the page of preferences shows. It lives as long as the unsubscribe
// link, with the portal off too, and changes nothing.
func (p *Portal) Preferences(ctx context.Context, token string) (*PublicPreferences, error) {
	a, project, err := p.mailee(ctx, token)
	if err != nil {
		return nil, err
	}
	person, err := models.PersonByID(ctx, p.d.db, a.Person.ID)
	if err != nil {
		return nil, err
	}
	out := &PublicPreferences{Project: project.Name, Title: a.Ticket.Title, Address: person.Contact.Address, Ticket: ticketWish(person), All: person.ProjectWish, Locale: person.Contact.Locale}
	if out.All == "" {
		out.All = models.WishAll
	}
	return out, nil
}

// ticketWish is what a participant chose about the ticket; empty follows the project's.
func ticketWish(p *models.Person) string {
	if p.UnsubscribedAt != 0 {
		return models.WishNone
	}
	return p.Wish
}

// SavePreferences keeps a choice. Of what was chosen for the ticket before "nothing" it takes
// nothing away: undoing that brings it back.
func (p *Portal) SavePreferences(ctx context.Context, token string, in PreferencesInput) error {
	a, _, err := p.mailee(ctx, token)
	if err != nil {
		return err
	}
	var v models.Invalid
	if in.Ticket != "" && !slices.Contains(models.Wishes, in.Ticket) {
		v.Add("ticket", "portal.preferences.error.choice")
	}
	if !slices.Contains(models.Wishes, in.All) {
		v.Add("all", "portal.preferences.error.choice")
	}
	if in.Locale != "" && in.Locale != "en" && in.Locale != "de" {
		v.Add("locale", "portal.preferences.error.choice")
	}
	if err := v.Err(); err != nil {
		return err
	}
	return p.choose(ctx, a, func(was *models.Person) PreferencesInput { return in })
}

// StopAll stops all mails about a project's tickets: what the one click of a digest does. What
// was chosen for single tickets stays.
func (p *Portal) StopAll(ctx context.Context, token string) error {
	a, _, err := p.mailee(ctx, token)
	if err != nil {
		return err
	}
	return p.choose(ctx, a, func(was *models.Person) PreferencesInput {
		in := PreferencesInput{Ticket: ticketWish(was), All: models.WishNone, Locale: was.Contact.Locale}
		if in.Ticket == models.WishDigest {
			in.Ticket = "" // it was the digest that they stopped
		}
		return in
	})
}

func (p *Portal) choose(ctx context.Context, a *models.Access, choice func(was *models.Person) PreferencesInput) error {
	d, now := p.d, p.d.Now()
	stamp := models.At(now)
	return d.db.Write(ctx, func(ctx context.Context, tx *models.Tx) error {
		t, err := models.LockTicket(ctx, tx, a.Ticket.ID)
		if err != nil {
			return err
		}
		was, err := models.PersonByID(ctx, tx, a.Person.ID)
		if err != nil {
			return err
		}
		in := choice(was)
		if in.Locale != was.Contact.Locale {
			if err := models.SetContactLocale(ctx, tx, was.ContactID, in.Locale); err != nil {
				return err
			}
		}
		kind := ""
		if all := in.All; all != was.ProjectWish && (all != models.WishAll || was.ProjectWish != "") {
			kind = models.EventWishChanged
			if err := models.SetProjectWish(ctx, tx, was.ContactID, t.ProjectID, all, stamp); err != nil {
				return err
			}
		}
		if in.Ticket != models.WishNone && in.Ticket != was.Wish {
			kind = models.EventWishChanged
			if err := models.SetTicketWish(ctx, tx, was.ID, in.Ticket); err != nil {
				return err
			}
		}
		if stop := in.Ticket == models.WishNone; stop != (was.UnsubscribedAt != 0) {
			at := models.Stamp(0)
			if kind = models.EventResubscribed; stop {
				kind, at = models.EventUnsubscribed, stamp
			}
			if _, err := models.SetSubscription(ctx, tx, was.ID, at); err != nil {
				return err
			}
		}
		if kind == "" {
			return nil
		}
		updated := t.UpdatedAt
		step(t, false, stamp)
		t.UpdatedAt = updated // what somebody wants to be mailed is no news for the queue
		if err := models.SaveTicket(ctx, tx, t); err != nil {
			return err
		}
		return d.record(ctx, tx, t, &models.Event{Kind: kind, ContactID: &was.ContactID, CreatedAt: stamp}, nil, false)
	})
}
