package desk

import (
	"context"
	"time"

	"lodge/models"
)

// CustomerFactor says how a customer's second factor stands.
type CustomerFactor struct {
	FactorState
	// Offered: the workspace lets customers set one up. One that is on stays.
	Offered bool
	// Secret is for typing, URI for the QR code; both are shown only until the first code has
	// confirmed them.
	Secret, URI string
}

// customerFactorPurpose binds a sealed secret to the contact it belongs to.
func customerFactorPurpose(contactID int64) string {
	return "second factor of customer " + itoa(contactID)
}

// customerFactor reads how it stands, without its secret.
func (d *Desk) customerFactor(ctx context.Context, account *models.Customer, cat *models.Catalog) (CustomerFactor, error) {
	rule := cat.Workspace.Settings.CustomerTwoFactor
	f := CustomerFactor{Offered: rule != models.CustomerFactorOff,
		FactorState: FactorState{On: account.TOTPAt != 0, Since: account.TOTPAt.Time(), Begun: account.TOTPAt == 0 && account.TOTPSecret != "", Required: rule == models.CustomerFactorRequired}}
	var err error
	if f.On {
		f.CodesLeft, err = models.CustomerRecoveryCodesLeft(ctx, d.db, account.ContactID)
	}
	return f, err
}

// Factor reads how the customer's second factor stands; HasPassword says what turning it off asks for.
func (p *Portal) Factor(ctx context.Context, me Customer) (f CustomerFactor, hasPassword bool, err error) {
	contact, account, cat, err := p.d.db.SignedInCustomer(ctx, me.ID)
	if err != nil {
		return CustomerFactor{}, false, err
	}
	f, err = p.d.customerFactor(ctx, account, cat)
	if err != nil || !f.Begun {
		return f, account.PasswordHash != "", err
	}
	secret, err := p.d.keys.Reveal(customerFactorPurpose(me.ID), account.TOTPSecret)
	if err != nil {
		f.Begun = false // the key was lost and made anew: the page offers to begin again
		return f, account.PasswordHash != "", nil
	}
	f.Secret, f.URI = grouped(totpSpelling.EncodeToString(secret), 4, " "), totpURI(cat.Workspace.Name, contact.Address, secret)
	return f, account.PasswordHash != "", nil
}

// BeginFactor makes a secret that waits for its first code. One that is on, and a workspace that
// offers none, are a Conflict.
func (p *Portal) BeginFactor(ctx context.Context, me Customer) error {
	sealed := p.d.keys.Hide(customerFactorPurpose(me.ID), newTOTPSecret())
	return p.d.db.Write(ctx, func(ctx context.Context, tx *models.Tx) error {
		_, account, err := p.ownAccount(ctx, tx, me)
		if err != nil {
			return err
		}
		cat, err := models.TxCatalog(ctx, tx)
		if err != nil {
			return err
		}
		if account.TOTPAt != 0 {
			return models.Conflict("agent.factor.error.on")
		}
		if cat.Workspace.Settings.CustomerTwoFactor == models.CustomerFactorOff {
			return models.Conflict("portal.factor.error.off")
		}
		return models.SetCustomerFactor(ctx, tx, me.ID, sealed, 0, 0)
	})
}

// ConfirmFactor turns the second factor on when the code shows that the app has the secret, and
// gives the recovery codes, which are shown this once. Other sessions end.
func (p *Portal) ConfirmFactor(ctx context.Context, me Customer, code, client string, session []byte) ([]string, error) {
	d, now := p.d, p.d.Now()
	_, account, err := p.ownAccount(ctx, d.db, me)
	if err != nil {
		return nil, err
	}
	if account.TOTPAt != 0 || account.TOTPSecret == "" {
		return nil, models.Conflict("agent.factor.error.begin")
	}
	secret, err := d.keys.Reveal(customerFactorPurpose(me.ID), account.TOTPSecret)
	if err != nil {
		return nil, models.Conflict("agent.factor.error.begin")
	}
	var step int64
	err = p.tryOwn(ctx, account, client, "code", "agent.factor.error.code", now, func() (ok bool, err error) {
		step, ok = totpStep(secret, bareCode(code), now, 0)
		return ok, nil
	})
	if err != nil {
		return nil, err
	}
	codes, hashes := newRecoveryCodes()
	return codes, d.db.Write(ctx, func(ctx context.Context, tx *models.Tx) error {
		_, present, err := p.ownAccount(ctx, tx, me)
		if err != nil {
			return err
		}
		if present.TOTPAt != 0 || present.TOTPSecret != account.TOTPSecret {
			return models.Conflict("agent.factor.error.begin")
		}
		if err := models.SetCustomerFactor(ctx, tx, me.ID, account.TOTPSecret, models.At(now), step); err != nil {
			return err
		}
		if err := models.SetCustomerRecoveryCodes(ctx, tx, me.ID, hashes); err != nil {
			return err
		}
		if err := models.DeleteSessionsOf(ctx, tx, models.SessionCustomer, me.ID, session); err != nil {
			return err
		}
		return tellCustomer(ctx, tx, me.ID, ToldFactorOn, now)
	})
}

// NewRecoveryCodes replaces the recovery codes after asking once more; see DropFactor.
func (p *Portal) NewRecoveryCodes(ctx context.Context, me Customer, in Confirm) ([]string, error) {
	now := p.d.Now()
	account, err := p.factorOwner(ctx, me, in, now)
	if err != nil {
		return nil, err
	}
	if account.TOTPAt == 0 {
		return nil, models.Conflict("agent.factor.error.off")
	}
	codes, hashes := newRecoveryCodes()
	return codes, p.d.db.Write(ctx, func(ctx context.Context, tx *models.Tx) error {
		return models.SetCustomerRecoveryCodes(ctx, tx, me.ID, hashes)
	})
}

// DropFactor turns the second factor off. It asks for the password or, where none was set, for a
// code of the app or a recovery code. Faults are under "password".
func (p *Portal) DropFactor(ctx context.Context, me Customer, in Confirm) error {
	now := p.d.Now()
	account, err := p.factorOwner(ctx, me, in, now)
	if err != nil {
		return err
	}
	return p.d.db.Write(ctx, func(ctx context.Context, tx *models.Tx) error {
		if err := models.SetCustomerFactor(ctx, tx, me.ID, "", 0, 0); err != nil {
			return err
		}
		if err := models.SetCustomerRecoveryCodes(ctx, tx, me.ID, nil); err != nil || account.TOTPAt == 0 {
			return err
		}
		return tellCustomer(ctx, tx, me.ID, ToldFactorOff, now)
	})
}

func (p *Portal) factorOwner(ctx context.Context, me Customer, in Confirm, now time.Time) (*models.Customer, error) {
	_, account, err := p.ownAccount(ctx, p.d.db, me)
	if err != nil || account.TOTPAt == 0 {
		return account, err
	}
	if account.PasswordHash != "" {
		return account, p.confirmOwn(ctx, account, in, "password", now)
	}
	return account, p.tryOwn(ctx, account, in.Client, "password", "agent.factor.error.code", now, func() (bool, error) {
		return p.takeOwnCode(ctx, account, in.Password, now)
	})
}

// takeOwnCode uses up a code of the app or a recovery code.
func (p *Portal) takeOwnCode(ctx context.Context, account *models.Customer, code string, now time.Time) (taken bool, err error) {
	secret, err := p.d.keys.Reveal(customerFactorPurpose(account.ContactID), account.TOTPSecret)
	if err != nil {
		return false, err
	}
	code = bareCode(code)
	err = p.d.db.Write(ctx, func(ctx context.Context, tx *models.Tx) (err error) {
		taken = false // this may be run again
		if step, ok := totpStep(secret, code, now, account.TOTPStep); ok {
			taken, err = models.UseCustomerFactorStep(ctx, tx, account.ContactID, step)
			return err
		}
		if len(code) == recoveryLetters {
			taken, err = models.UseCustomerRecoveryCode(ctx, tx, account.ContactID, recoveryHash(code), models.At(now))
		}
		return err
	})
	return taken, err
}
