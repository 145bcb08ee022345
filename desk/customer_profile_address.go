package desk

import (
	"context"
	"time"

	"lodge/address"
	"lodge/models"
	"lodge/secret"
)

const (
	// addressFor is how long a link that proves an address works.
	addressFor = 24 * time.Hour
	// addressesMost is how many further addresses a customer can have, those that wait with them.
	addressesMost = 20
)

// CustomerAddress is one of a customer's addresses. Proven: they have shown that it is theirs;
// Pending: it gives nothing until they do.
type CustomerAddress struct {
	Address               string
	Main, Proven, Pending bool
}

func (d *Desk) customerAddresses(ctx context.Context, contact *models.Contact, now time.Time) ([]CustomerAddress, error) {
	var all []CustomerAddress
	if !contact.Synthetic {
		all = append(all, CustomerAddress{Address: contact.Address, Main: true, Proven: contact.ProvenAt != 0})
	}
	aliases, err := ownAliases(ctx, d.db, contact.ID)
	if err != nil {
		return nil, err
	}
	for _, a := range aliases {
		all = append(all, CustomerAddress{Address: a.Address, Proven: a.ProvenAt != 0})
	}
	pending, err := models.PendingAddressesOf(ctx, d.db, contact.ID, models.At(now))
	if err != nil {
		return nil, err
	}
	for _, one := range pending {
		known := false
		for i := range all {
			if contactKey(all[i].Address) == one.AddressKey {
				all[i].Pending, known = true, true
			}
		}
		if !known {
			all = append(all, CustomerAddress{Address: one.Address, Pending: true})
		}
	}
	return all, nil
}

// ownAliases are the further addresses of a contact that mail can reach.
func ownAliases(ctx context.Context, c models.Conn, contactID int64) ([]*models.Contact, error) {
	found, err := models.AliasesOf(ctx, c, contactID)
	if err != nil {
		return nil, err
	}
	var all []*models.Contact
	for _, a := range found {
		if a.ErasedAt == 0 && !a.Synthetic {
			all = append(all, a)
		}
	}
	return all, nil
}

// AddAddress has a link mailed to a further address of a customer. Until its owner has confirmed
// it, the address gives nothing (A71), and nothing is told about whether anybody has it. Faults are
// under "email".
func (p *Portal) AddAddress(ctx context.Context, me Customer, email, client string) error {
	d, now := p.d, p.d.Now()
	var v models.Invalid
	email, err := address.Canonical(email)
	if err != nil {
		v.Add("email", "portal.create.error.email")
		return v.Err()
	}
	key := contactKey(email)
	if p.ownAddress(ctx, email) {
		v.Add("email", "portal.profile.error.our_address")
		return v.Err()
	}
	return d.db.Write(ctx, func(ctx context.Context, tx *models.Tx) error {
		var v models.Invalid
		contact, _, err := p.ownAccount(ctx, tx, me)
		if err != nil {
			return err
		}
		aliases, err := ownAliases(ctx, tx, me.ID)
		if err != nil {
			return err
		}
		pending, err := models.PendingAddressesOf(ctx, tx, me.ID, models.At(now))
		if err != nil {
			return err
		}
		mine := key == contact.AddressKey
		for _, a := range aliases {
			mine = mine || a.AddressKey == key && a.ProvenAt != 0
		}
		again := false
		for _, one := range pending {
			again = again || one.AddressKey == key
		}
		switch {
		case mine:
			v.Add("email", "portal.profile.error.own_address")
		case !again && len(aliases)+len(pending) >= addressesMost:
			v.Add("email", "portal.profile.error.addresses", "Count", addressesMost)
		}
		if err := v.Err(); err != nil {
			return err
		}
		if err := spend(ctx, tx, []charge{
			{name: allowance("address-mails", address.Key(email)), amount: 1, limit: mailsAnHour, window: time.Hour, refusal: "portal.profile.error.mails"},
			{name: allowance("address-account", itoa(me.ID)), amount: 1, limit: 10, window: time.Hour, refusal: "portal.profile.error.mails"},
			{name: allowance("address-client", client), amount: 1, limit: 20, window: time.Hour, refusal: "portal.profile.error.mails"},
		}, now); err != nil {
			return err
		}
		row := &models.PendingAddress{ContactID: me.ID, Address: email, AddressKey: key, ExpiresAt: models.At(now.Add(addressFor)), CreatedAt: models.At(now)}
		if err := models.InsertPendingAddress(ctx, tx, row); err != nil {
			return err
		}
		token := models.Token{Hash: secret.Hash(d.addressToken(row.ID)), Kind: models.TokenAddress, SubjectID: row.ID, Generation: 1, ExpiresAt: row.ExpiresAt, CreatedAt: row.CreatedAt}
		if err := models.InsertToken(ctx, tx, &token); err != nil {
			return err
		}
		return models.Enqueue(ctx, tx, JobProfileMail, "", profileMailArgs{Contact: me.ID, Pending: row.ID}, now)
	})
}

// AddressProof is what the holder of a mailed link is asked: whether the address belongs with the
// account of Name, whose main address is Account, shortened.
type AddressProof struct{ Address, Name, Account, Locale string }

// AddressOpen reads what a link would prove and changes nothing. Unknown, used, expired and of
// another kind are one NotFound (A54).
func (p *Portal) AddressOpen(ctx context.Context, token string) (*AddressProof, error) {
	pending, contact, err := p.pendingAddress(ctx, p.d.db, token, p.d.Now())
	if err != nil {
		return nil, err
	}
	return &AddressProof{Address: pending.Address, Name: contact.Name, Account: trim(contact.Address), Locale: contact.Locale}, nil
}

func (p *Portal) pendingAddress(ctx context.Context, c models.Conn, token string, now time.Time) (*models.PendingAddress, *models.Contact, error) {
	t, err := models.TokenByHash(ctx, c, models.TokenAddress, secret.Hash(token))
	if err != nil {
		return nil, nil, err
	}
	if !t.Live(models.At(now)) {
		return nil, nil, models.NotFound()
	}
	pending, err := models.PendingAddressByID(ctx, c, t.SubjectID)
	if err != nil {
		return nil, nil, err
	}
	if pending.ExpiresAt <= models.At(now) {
		return nil, nil, models.NotFound()
	}
	contact, _, err := p.ownAccount(ctx, c, Customer{ID: pending.ContactID})
	return pending, contact, err
}

// ConfirmAddress ends what AddAddress began, once: the tickets of the address are the customer's
// from then on. A contact that has the address becomes part of theirs, unless it has a sign-in of
// its own; that, and an address that was added to somebody else, is a Conflict.
func (p *Portal) ConfirmAddress(ctx context.Context, token string) error {
	d, now := p.d, p.d.Now()
	stamp := models.At(now)
	return d.db.Write(ctx, func(ctx context.Context, tx *models.Tx) error {
		pending, contact, err := p.pendingAddress(ctx, tx, token, now)
		if err != nil {
			return err
		}
		other, err := models.ContactByKey(ctx, tx, pending.AddressKey)
		switch {
		case models.KindOf(err) == models.KindNotFound && err != nil:
			err = models.InsertAlias(ctx, tx, contact.ID, pending.Address, pending.AddressKey, stamp)
		case err == nil && other.ID != contact.ID:
			err = p.takeOver(ctx, tx, contact, other, pending.AddressKey, now)
		}
		if err != nil {
			return err
		}
		used, err := models.UseToken(ctx, tx, secret.Hash(token), stamp)
		if err != nil {
			return err
		}
		if !used {
			return models.NotFound()
		}
		if err := models.ProveAlias(ctx, tx, contact.ID, pending.AddressKey, stamp); err != nil {
			return err
		}
		if err := models.DeletePendingAddress(ctx, tx, contact.ID, pending.AddressKey); err != nil {
			return err
		}
		// Agents find the person by this address, too.
		if err := models.SaveContact(ctx, tx, contact); err != nil {
			return err
		}
		return tellCustomer(ctx, tx, contact.ID, ToldAddress, now)
	})
}

// takeOver makes the contact that has a proven address part of the customer's, as nobody's act.
func (p *Portal) takeOver(ctx context.Context, tx *models.Tx, mine, other *models.Contact, key string, now time.Time) error {
	if other.AddressKey != key {
		return models.Conflict("portal.address.taken") // somebody's further address
	}
	_, err := models.CustomerByContact(ctx, tx, other.ID)
	if err == nil {
		return models.Conflict("portal.address.taken")
	}
	if models.KindOf(err) != models.KindNotFound {
		return err
	}
	tickets, _, err := models.CountParticipations(ctx, tx, other.ID, nil, mergeMost+1)
	if err != nil {
		return err
	}
	if tickets > mergeMost {
		return models.Conflict("portal.address.many")
	}
	return p.d.mergeContact(ctx, tx, Actor{}, mine, other, now)
}

// MakeMain makes another proven address of a customer the one they are written to at. Both the old
// and the new one are told.
func (p *Portal) MakeMain(ctx context.Context, me Customer, email string) error {
	now := p.d.Now()
	return p.d.db.Write(ctx, func(ctx context.Context, tx *models.Tx) error {
		contact, _, err := p.ownAccount(ctx, tx, me)
		if err != nil {
			return err
		}
		alias, err := ownAlias(ctx, tx, me.ID, email)
		if err != nil {
			return err
		}
		if alias.ProvenAt == 0 {
			return models.Conflict("portal.profile.error.not_proven")
		}
		if err := models.SwapAddress(ctx, tx, contact, alias); err != nil {
			return err
		}
		if err := models.Enqueue(ctx, tx, JobProfileMail, "", profileMailArgs{Contact: me.ID, Alias: alias.ID, What: ToldMain}, now); err != nil {
			return err
		}
		return tellCustomer(ctx, tx, me.ID, ToldMain, now)
	})
}

// RemoveAddress takes a further address away, or one that waits for its proof; the main one is a
// Conflict. The tickets stay.
func (p *Portal) RemoveAddress(ctx context.Context, me Customer, email string) error {
	now := models.At(p.d.Now())
	return p.d.db.Write(ctx, func(ctx context.Context, tx *models.Tx) error {
		contact, _, err := p.ownAccount(ctx, tx, me)
		if err != nil {
			return err
		}
		if contactKey(email) == contact.AddressKey {
			return models.Conflict("portal.profile.error.last_address")
		}
		pending, err := models.PendingAddressesOf(ctx, tx, me.ID, now)
		if err != nil {
			return err
		}
		waited := false
		for _, one := range pending {
			waited = waited || one.AddressKey == contactKey(email)
		}
		if err := models.DeletePendingAddress(ctx, tx, me.ID, contactKey(email)); err != nil {
			return err
		}
		alias, err := ownAlias(ctx, tx, me.ID, email)
		if err != nil {
			if waited && models.KindOf(err) == models.KindNotFound {
				return nil
			}
			return err
		}
		if err := models.ForgetAlias(ctx, tx, alias.ID, now); err != nil {
			return err
		}
		return models.SaveContact(ctx, tx, contact)
	})
}

func ownAlias(ctx context.Context, c models.Conn, contactID int64, email string) (*models.Contact, error) {
	aliases, err := ownAliases(ctx, c, contactID)
	if err != nil {
		return nil, err
	}
	for _, a := range aliases {
		if a.AddressKey == contactKey(email) {
			return a, nil
		}
	}
	return nil, models.NotFound()
}
