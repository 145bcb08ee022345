package desk

import (
	"context"

	"lodge/models"
	"lodge/secret"
)

// customerOfReset finds whose new password a living link sets.
func (p *Portal) customerOfReset(ctx context.Context, token string) (*models.Contact, *models.Customer, error) {
	t, err := models.TokenByHash(ctx, p.d.db, models.TokenCustomerReset, secret.Hash(token))
	if err != nil {
		return nil, nil, err
	}
	contact, account, cat, err := p.d.db.SignedInCustomer(ctx, t.SubjectID)
	if err != nil {
		return nil, nil, err
	}
	if !t.Live(models.At(p.d.Now())) || account.DisabledAt != 0 || !cat.Workspace.Settings.SignInPassword {
		return nil, nil, models.NotFound()
	}
	return contact, account, nil
}

// CustomerResetOpen reads whose new password a link sets; NotFound when it is dead.
func (p *Portal) CustomerResetOpen(ctx context.Context, token string) (*Newcomer, error) {
	contact, _, err := p.customerOfReset(ctx, token)
	if err != nil {
		return nil, err
	}
	return &Newcomer{Name: contact.Name, Address: contact.Address, Locale: contact.Locale}, nil
}

// CustomerReset sets a new password by a mailed link, once; every session of the customer ends
// (A84). It signs nobody in: a second factor is still asked for.
func (p *Portal) CustomerReset(ctx context.Context, token, password string) error {
	contact, account, err := p.customerOfReset(ctx, token)
	if err != nil {
		return err
	}
	cat, err := p.d.db.Catalog(ctx)
	if err != nil {
		return err
	}
	var v models.Invalid
	CheckCustomerPassword(password, &v, contact.Address, contact.Name, cat.Workspace.Name)
	if err := v.Err(); err != nil {
		return err
	}
	hash, err := HashPassword(password)
	if err != nil {
		return err
	}
	now := p.d.Now()
	return p.d.db.Write(ctx, func(ctx context.Context, tx *models.Tx) error {
		used, err := models.UseToken(ctx, tx, secret.Hash(token), models.At(now))
		if err != nil {
			return err
		}
		if !used {
			return models.NotFound()
		}
		if err := models.ForgetAllowance(ctx, tx, customerDoor(account.ContactID)); err != nil {
			return err
		}
		if err := models.SetCustomerPassword(ctx, tx, account.ContactID, hash); err != nil {
			return err
		}
		if err := models.DeleteSessionsOf(ctx, tx, models.SessionCustomer, account.ContactID, nil); err != nil {
			return err
		}
		if err := models.RevokeTokens(ctx, tx, models.TokenCustomerReset, account.ContactID, models.At(now)); err != nil {
			return err
		}
		return tellCustomer(ctx, tx, contact.ID, ToldPassword, now)
	})
}
