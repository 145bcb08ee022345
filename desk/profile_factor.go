package desk

import (
	"context"
	"time"

	"lodge/models"
)

// FactorSetUp is what the page shows while a second factor is being set up. Secret is for
// typing, URI for the QR code; both are shown only until the first code has confirmed them.
type FactorSetUp struct {
	State       FactorState
	Secret, URI string
}

// Factor reads how the actor's second factor stands.
func (d *Desk) Factor(ctx context.Context, actor Actor) (*FactorSetUp, error) {
	a, err := d.self(ctx, actor)
	if err != nil {
		return nil, err
	}
	cat, err := d.db.Catalog(ctx)
	if err != nil {
		return nil, err
	}
	f := &FactorSetUp{}
	if f.State, err = d.factorState(ctx, a, cat); err != nil || !f.State.Begun {
		return f, err
	}
	secret, err := d.factorSecret(a)
	if err != nil {
		// The key was lost and made anew: the page offers to begin again.
		f.State.Begun = false
		return f, nil
	}
	f.Secret, f.URI = grouped(totpSpelling.EncodeToString(secret), 4, " "), totpURI(cat.Workspace.Name, a.Address, secret)
	return f, nil
}

// BeginFactor makes a secret that waits for its first code; an earlier one that still waited
// is worth nothing. A factor that is on is a Conflict: it is turned off first.
func (d *Desk) BeginFactor(ctx context.Context, actor Actor) error {
	if actor.ID == 0 {
		return models.Forbidden()
	}
	sealed := d.keys.Hide(factorPurpose(actor.ID), newTOTPSecret())
	return d.db.Write(ctx, func(ctx context.Context, tx *models.Tx) error {
		a, err := models.AgentByID(ctx, tx, actor.ID)
		if err != nil {
			return err
		}
		if a.TOTPAt != 0 {
			return models.Conflict("agent.factor.error.on")
		}
		return models.SetFactor(ctx, tx, a.ID, sealed, 0, 0)
	})
}

// ConfirmFactor turns the second factor on when the code shows that the app has the secret,
// and gives the recovery codes, which are shown this once. Other sessions end.
func (d *Desk) ConfirmFactor(ctx context.Context, actor Actor, code, client string, session []byte) ([]string, error) {
	a, err := d.self(ctx, actor)
	if err != nil {
		return nil, err
	}
	now := d.Now()
	if a.TOTPAt != 0 || a.TOTPSecret == "" {
		return nil, models.Conflict("agent.factor.error.begin")
	}
	cat, err := d.db.Catalog(ctx)
	if err != nil {
		return nil, err
	}
	doors := signInDoors(cat, a.AddressKey, client)
	if err := d.waited(ctx, doors, now); err != nil {
		return nil, err
	}
	secret, err := d.factorSecret(a)
	if err != nil {
		return nil, models.Conflict("agent.factor.error.begin")
	}
	step, ok := totpStep(secret, bareCode(code), now, 0)
	if !ok {
		return nil, d.refuseSignIn(ctx, doors, a, client, "code", "agent.factor.error.code", now)
	}
	codes, hashes := newRecoveryCodes()
	return codes, d.db.Write(ctx, func(ctx context.Context, tx *models.Tx) error {
		present, err := models.AgentByID(ctx, tx, a.ID)
		if err != nil {
			return err
		}
		if present.TOTPAt != 0 || present.TOTPSecret != a.TOTPSecret {
			return models.Conflict("agent.factor.error.begin")
		}
		if err := models.SetFactor(ctx, tx, a.ID, a.TOTPSecret, models.At(now), step); err != nil {
			return err
		}
		if err := models.SetRecoveryCodes(ctx, tx, a.ID, hashes); err != nil {
			return err
		}
		if len(session) > 0 {
			if err := models.DeleteSessionsOf(ctx, tx, sessionOfDesk, a.ID, session); err != nil {
				return err
			}
		}
		return audit(ctx, tx, actor, "factor.on", a.Address, nil, now)
	})
}

// NewRecoveryCodes replaces the recovery codes after asking for the password.
func (d *Desk) NewRecoveryCodes(ctx context.Context, actor Actor, in Confirm) ([]string, error) {
	a, err := d.self(ctx, actor)
	if err != nil {
		return nil, err
	}
	now := d.Now()
	if a.TOTPAt == 0 {
		return nil, models.Conflict("agent.factor.error.off")
	}
	if err := d.confirmed(ctx, a, in, "password", now); err != nil {
		return nil, err
	}
	codes, hashes := newRecoveryCodes()
	return codes, d.db.Write(ctx, func(ctx context.Context, tx *models.Tx) error {
		if err := models.SetRecoveryCodes(ctx, tx, a.ID, hashes); err != nil {
			return err
		}
		return audit(ctx, tx, actor, "factor.codes", a.Address, nil, now)
	})
}

// DropFactor turns the actor's own second factor off after asking for the password.
func (d *Desk) DropFactor(ctx context.Context, actor Actor, in Confirm) error {
	a, err := d.self(ctx, actor)
	if err != nil {
		return err
	}
	now := d.Now()
	if a.TOTPAt != 0 {
		if err := d.confirmed(ctx, a, in, "password", now); err != nil {
			return err
		}
	}
	return d.db.Write(ctx, func(ctx context.Context, tx *models.Tx) error {
		return dropFactor(ctx, tx, actor, a, "factor.off", now)
	})
}

// dropFactor takes the second factor and its recovery codes away. One that was never
// confirmed goes without a word.
func dropFactor(ctx context.Context, tx *models.Tx, actor Actor, a *models.Agent, kind string, now time.Time) error {
	if err := models.SetFactor(ctx, tx, a.ID, "", 0, 0); err != nil {
		return err
	}
	if err := models.SetRecoveryCodes(ctx, tx, a.ID, nil); err != nil || a.TOTPAt == 0 {
		return err
	}
	return audit(ctx, tx, actor, kind, a.Address, nil, now)
}
