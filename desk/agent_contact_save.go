package desk

import (
	"context"
	"strings"
	"time"
	"unicode/utf8"

	"lodge/address"
	"lodge/models"
	"lodge/secret"
)

const (
	contactNameLength = 140
	notesLength       = 10_000
)

// ContactSheet is what the form of a contact shows and sends back. Address is left alone for
// somebody without a mailbox. Version is the state it was read from; empty saves over anything.
type ContactSheet struct {
	Name, Address, Locale, Notes string
	Synthetic                    bool
	Version                      string
}

func contactSheet(c *models.Contact) *ContactSheet {
	s := &ContactSheet{Name: c.Name, Address: c.Address, Locale: c.Locale, Notes: c.Notes, Synthetic: c.Synthetic, Version: stateOf(c.Name, c.Address, c.Locale, c.Notes)}
	if c.Synthetic {
		s.Address = ""
	}
	return s
}

// ContactSheet reads a contact for its form.
func (d *Desk) ContactSheet(ctx context.Context, actor Actor, id int64) (*ContactSheet, error) {
	contact, err := d.living(ctx, d.db, actor, id)
	if err != nil {
		return nil, err
	}
	return contactSheet(contact), nil
}

// check reads a sheet or collects its faults.
func (d *Desk) checkContact(ctx context.Context, in *ContactSheet, mailbox bool) error {
	var v models.Invalid
	in.Name, in.Notes = line(in.Name), text(in.Notes)
	if utf8.RuneCountInString(in.Name) > contactNameLength {
		v.Add("name", "agent.contact.error.name", "Max", contactNameLength)
	}
	if mailbox {
		email, err := address.Canonical(in.Address)
		switch {
		case strings.TrimSpace(in.Address) == "":
			v.Add("address", "agent.contact.error.address_missing")
		case err != nil:
			v.Add("address", "portal.create.error.email")
		case d.Portal().ownAddress(ctx, email):
			v.Add("address", "agent.contact.error.own")
		default:
			in.Address = email
		}
	}
	if in.Locale != "" && in.Locale != "en" && in.Locale != "de" {
		v.Add("locale", "agent.settings.error.choice")
	}
	if utf8.RuneCountInString(in.Notes) > notesLength {
		v.Add("notes", "agent.contact.error.notes", "Max", notesLength)
	}
	return v.Err()
}

// CreateContact makes a contact by hand and gives its id.
func (d *Desk) CreateContact(ctx context.Context, actor Actor, in ContactSheet) (id int64, err error) {
	if err := actor.may(models.ActContacts); err != nil {
		return 0, err
	}
	now := d.Now()
	if err := d.checkContact(ctx, &in, true); err != nil {
		return 0, err
	}
	err = d.db.Write(ctx, func(ctx context.Context, tx *models.Tx) error {
		if err := addressFree(ctx, tx, in.Address); err != nil {
			return err
		}
		contact, err := models.EnsureContact(ctx, tx, models.Contact{Address: in.Address, AddressKey: contactKey(in.Address), Name: in.Name, Locale: in.Locale, Notes: in.Notes,
			Origin: models.OriginAgent, AgentID: &actor.ID, CreatedAt: models.At(now)})
		if err != nil {
			return err
		}
		id = contact.ID
		return audit(ctx, tx, actor, "contact.created", itoa(id), nil, now)
	})
	return id, err
}

// addressFree refuses an address that is a contact's already.
func addressFree(ctx context.Context, tx *models.Tx, email string) error {
	_, err := models.ContactByKey(ctx, tx, contactKey(email))
	if err == nil {
		var v models.Invalid
		v.Add("address", "agent.contact.error.taken")
		return v.Err()
	}
	if models.KindOf(err) == models.KindNotFound {
		return nil
	}
	return err
}

// ChangeContact saves a contact's name, address, language and notes. A new address is not
// proven, and what was mailed to the old one opens nothing any more.
func (d *Desk) ChangeContact(ctx context.Context, actor Actor, id int64, in ContactSheet) error {
	if err := actor.may(models.ActContacts); err != nil {
		return err
	}
	now := d.Now()
	return d.db.Write(ctx, func(ctx context.Context, tx *models.Tx) error {
		contact, err := d.living(ctx, tx, actor, id)
		if err != nil {
			return err
		}
		if err := d.checkContact(ctx, &in, !contact.Synthetic); err != nil {
			return err
		}
		before := contactSheet(contact)
		if in.Version != "" && in.Version != before.Version {
			return models.Conflict("agent.contact.error.changed")
		}
		changed := []string{}
		for name, pair := range map[string][2]string{"name": {before.Name, in.Name}, "locale": {before.Locale, in.Locale}, "notes": {before.Notes, in.Notes}} {
			if pair[0] != pair[1] {
				changed = append(changed, name)
			}
		}
		contact.Name, contact.Locale, contact.Notes = in.Name, in.Locale, in.Notes
		if !contact.Synthetic && in.Address != contact.Address {
			changed = append(changed, "address")
			if err := d.moveAddress(ctx, tx, actor, contact, in.Address, now); err != nil {
				return err
			}
		}
		if len(changed) == 0 {
			return nil
		}
		if err := models.SaveContact(ctx, tx, contact); err != nil {
			return err
		}
		return audit(ctx, tx, actor, "contact.changed", itoa(contact.ID), map[string]any{"fields": sorted(changed)}, now)
	})
}

// moveAddress gives a contact another address. Another spelling of the same one is no other.
func (d *Desk) moveAddress(ctx context.Context, tx *models.Tx, actor Actor, contact *models.Contact, email string, now time.Time) error {
	if contactKey(email) != contact.AddressKey {
		if err := d.allInside(ctx, tx, actor, contact.ID, "address", "agent.contact.error.elsewhere"); err != nil {
			return err
		}
		if err := addressFree(ctx, tx, email); err != nil {
			return err
		}
		contact.ProvenAt = 0
		seats, err := models.RenewSeats(ctx, tx, contact.ID, models.At(now))
		if err != nil {
			return err
		}
		if err := d.keepSeats(ctx, tx, seats, now); err != nil {
			return err
		}
	}
	contact.Address, contact.AddressKey = email, contactKey(email)
	return nil
}

// allInside refuses what would touch tickets of projects that the agent does not have.
func (d *Desk) allInside(ctx context.Context, tx *models.Tx, actor Actor, contactID int64, field, message string) error {
	_, elsewhere, err := models.CountParticipations(ctx, tx, contactID, actor.projectIDs(), 1)
	if err == nil && elsewhere > 0 {
		var v models.Invalid
		v.Add(field, message)
		return v.Err()
	}
	return err
}

// keepSeats keeps the fresh links of participants.
func (d *Desk) keepSeats(ctx context.Context, tx *models.Tx, seats []*models.Participant, now time.Time) error {
	tokens := make([]models.Token, 0, 2*len(seats))
	for _, p := range seats {
		thread, unsubscribe := d.ParticipantLinks(p)
		for _, kind := range [][2]string{{models.TokenThread, thread.Token}, {models.TokenUnsubscribe, unsubscribe}} {
			tokens = append(tokens, models.Token{Hash: secret.Hash(kind[1]), Kind: kind[0], SubjectID: p.ID, Generation: p.Generation, CreatedAt: models.At(now)})
		}
	}
	return models.InsertTokens(ctx, tx, tokens)
}
