package desk

import (
	"context"
	"strings"

	"lodge/models"
)

// EraseInput confirms that a customer wants to be forgotten: their password, or their main address
// typed. Name stands where theirs was.
type EraseInput struct {
	Confirm
	Address, Name string
}

// EraseMe anonymises a customer and ends their sign-in, passkeys, sessions and drafts; their
// tickets stay. It cannot be undone. Where a password is set it is asked for, otherwise the address.
// Faults are under "password" and "address".
func (p *Portal) EraseMe(ctx context.Context, me Customer, in EraseInput) error {
	d, now := p.d, p.d.Now()
	contact, account, err := p.ownAccount(ctx, d.db, me)
	if err != nil {
		return err
	}
	if account.PasswordHash != "" {
		err = p.confirmOwn(ctx, account, in.Confirm, "password", now)
	} else {
		err = p.tryOwn(ctx, account, in.Client, "address", "portal.erase.error.address", now, func() (bool, error) {
			return contactKey(strings.TrimSpace(in.Address)) == contact.AddressKey, nil
		})
	}
	if err != nil {
		return err
	}
	return d.db.Write(ctx, func(ctx context.Context, tx *models.Tx) error {
		contact, _, err := p.ownAccount(ctx, tx, me)
		if err != nil {
			return err
		}
		return eraseContact(ctx, tx, Actor{}, contact, in.Name, now)
	})
}

// HasPassword says what EraseMe and others ask for.
func (p *Portal) HasPassword(ctx context.Context, me Customer) (bool, error) {
	_, account, err := p.ownAccount(ctx, p.d.db, me)
	return err == nil && account.PasswordHash != "", err
}
