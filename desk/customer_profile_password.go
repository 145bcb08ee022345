package desk

import (
	"context"
	"time"

	"lodge/models"
)

// confirmDoors wear down wrong passwords, codes and addresses that a customer who is signed in is
// asked for again.
func confirmDoors(cat *models.Catalog, contactID int64, client string) []door {
	return []door{
		{name: allowance("customer-confirm", itoa(contactID)), free: cat.Workspace.Settings.SignInTries},
		{name: allowance("sign-in-client", client), free: cat.Workspace.Settings.SignInTries * 10},
	}
}

// confirmOwn asks a customer for their password once more; who has set none is asked for
// nothing. A wrong one is Invalid under field.
func (p *Portal) confirmOwn(ctx context.Context, account *models.Customer, in Confirm, field string, now time.Time) error {
	if account.PasswordHash == "" {
		return nil
	}
	return p.tryOwn(ctx, account, in.Client, field, "portal.profile.error.password", now, func() (bool, error) {
		return passwordFits(in.Password, account.PasswordHash)
	})
}

// tryOwn checks what somebody who is signed in has typed; wrong tries close the doors for a while.
func (p *Portal) tryOwn(ctx context.Context, account *models.Customer, client, field, key string, now time.Time, fits func() (bool, error)) error {
	cat, err := p.d.db.Catalog(ctx)
	if err != nil {
		return err
	}
	doors := confirmDoors(cat, account.ContactID, client)
	if err := p.d.waited(ctx, doors, now); err != nil {
		return err
	}
	ok, err := fits()
	if err != nil {
		return err
	}
	if !ok {
		return p.d.refuseSignIn(ctx, doors, nil, client, field, key, now)
	}
	return models.ForgetAllowance(ctx, p.d.db, doors[0].name)
}

// SetPassword sets a customer's password (A84). The present one is asked for, except where none
// was set and the session came by a mailed link. All other sessions end. Faults of the present one
// are under "present", of the new one under "password".
func (p *Portal) SetPassword(ctx context.Context, me Customer, in PasswordInput) error {
	d, now := p.d, p.d.Now()
	contact, account, err := p.ownAccount(ctx, d.db, me)
	if err != nil {
		return err
	}
	if account.PasswordHash == "" && me.Method != ByLink {
		return models.Conflict("portal.profile.password.by_link")
	}
	var v models.Invalid
	CheckCustomerPassword(in.New, &v, contact.Address, contact.Name)
	if err := p.confirmOwn(ctx, account, in.Confirm, "present", now); err != nil {
		e, ok := models.AsError(err)
		if !ok || e.Kind != models.KindInvalid {
			return err
		}
		v.Add("present", e.Fields["present"].Key)
	} else if account.PasswordHash != "" && in.New == in.Password {
		v.Add("password", "agent.profile.error.same_password")
	}
	if err := v.Err(); err != nil {
		return err
	}
	hash, err := HashPassword(in.New)
	if err != nil {
		return err
	}
	return d.db.Write(ctx, func(ctx context.Context, tx *models.Tx) error {
		_, present, err := p.ownAccount(ctx, tx, me)
		if err != nil {
			return err
		}
		if present.PasswordHash != account.PasswordHash {
			return models.Conflict("errors.conflict")
		}
		if err := models.SetCustomerPassword(ctx, tx, me.ID, hash); err != nil {
			return err
		}
		if err := models.DeleteSessionsOf(ctx, tx, models.SessionCustomer, me.ID, in.Session); err != nil {
			return err
		}
		return tellCustomer(ctx, tx, me.ID, ToldPassword, now)
	})
}

// EndSession ends one of the customer's own sessions by its name on the page; anybody else's is
// NotFound.
func (p *Portal) EndSession(ctx context.Context, me Customer, id string) error {
	sessions, err := models.SessionsOf(ctx, p.d.db, models.SessionCustomer, me.ID, p.d.Now())
	if err != nil {
		return err
	}
	for _, s := range sessions {
		if sessionID(s.Hash) == id {
			return models.DeleteSession(ctx, p.d.db, s.Hash)
		}
	}
	return models.NotFound()
}

// EndOtherSessions ends all of the customer's sessions but the present one.
func (p *Portal) EndOtherSessions(ctx context.Context, me Customer, keep []byte) error {
	if len(keep) == 0 {
		return models.NotFound()
	}
	return p.d.db.Write(ctx, func(ctx context.Context, tx *models.Tx) error {
		return models.DeleteSessionsOf(ctx, tx, models.SessionCustomer, me.ID, keep)
	})
}
