package desk

import (
	"context"
	"time"

	"lodge/address"
	"lodge/models"
	"lodge/secret"
)

// mailsAnHour is how many mails of one kind somebody can have sent to one address.
const mailsAnHour = 3

// ForgotPassword has a link for a new password mailed. Known and unknown addresses take the
// same way: the same statements, the same job; only the job finds out that there is nobody
// (A79). A used-up allowance is not told either, unless it is the client's own.
func (d *Desk) ForgotPassword(ctx context.Context, email, client string) error {
	now := d.Now()
	email, err := address.Canonical(email)
	if err != nil {
		var v models.Invalid
		v.Add("email", "portal.create.error.email")
		return v.Err()
	}
	key := contactKey(email)
	return d.db.Write(ctx, func(ctx context.Context, tx *models.Tx) error {
		limit := charge{name: allowance("forgotten-client", client), amount: 1, limit: 20, window: time.Hour, refusal: "errors.too_many"}
		if err := spend(ctx, tx, []charge{limit}, now); err != nil {
			return err
		}
		ok, _, err := models.Charge(ctx, tx, allowance("forgotten-address", key), 1, mailsAnHour, time.Hour, now)
		if err != nil || !ok {
			return err
		}
		args := agentMailArgs{Kind: MailPasswordReset, Asked: int64(models.At(now))}
		a, err := models.AgentByKey(ctx, tx, key)
		switch {
		case err != nil && models.KindOf(err) != models.KindNotFound:
			return err
		case err == nil && a.PasswordHash != "" && a.DisabledAt == 0:
			args.Agent = a.ID
		}
		return models.Enqueue(ctx, tx, JobAgentMail, "", args, now)
	})
}

// Newcomer is whoever holds a link that sets a password.
type Newcomer struct{ Name, Address, Locale string }

// ResetOpen reads whose new password a link sets; NotFound when it is dead.
func (d *Desk) ResetOpen(ctx context.Context, token string) (*Newcomer, error) {
	a, err := d.agentOfLink(ctx, models.TokenReset, token)
	if err != nil {
		return nil, err
	}
	return &Newcomer{Name: a.Name, Address: a.Address, Locale: a.Locale}, nil
}

// agentOfLink finds the agent of a living link.
func (d *Desk) agentOfLink(ctx context.Context, kind, token string) (*models.Agent, error) {
	t, err := models.TokenByHash(ctx, d.db, kind, secret.Hash(token))
	if err != nil {
		return nil, err
	}
	if !t.Live(models.At(d.Now())) {
		return nil, models.NotFound()
	}
	a, err := models.AgentByID(ctx, d.db, t.SubjectID)
	if err != nil {
		return nil, err
	}
	if a.DisabledAt != 0 {
		return nil, models.NotFound()
	}
	return a, nil
}

// ResetPassword sets a new password by a mailed link, once; every session of the agent ends.
// It signs nobody in: a second factor is still asked for.
func (d *Desk) ResetPassword(ctx context.Context, token, password string) error {
	a, err := d.agentOfLink(ctx, models.TokenReset, token)
	if err != nil {
		return err
	}
	now := d.Now()
	var v models.Invalid
	CheckPassword(password, &v)
	if err := v.Err(); err != nil {
		return err
	}
	hash, err := HashPassword(password)
	if err != nil {
		return err
	}
	return d.db.Write(ctx, func(ctx context.Context, tx *models.Tx) error {
		used, err := models.UseToken(ctx, tx, secret.Hash(token), models.At(now))
		if err != nil {
			return err
		}
		if !used {
			return models.NotFound()
		}
		present, err := models.AgentByID(ctx, tx, a.ID)
		if err != nil {
			return err
		}
		if present.DisabledAt != 0 {
			return models.NotFound()
		}
		if err := models.ForgetAllowance(ctx, tx, allowance("sign-in-account", a.AddressKey)); err != nil {
			return err
		}
		return d.setPassword(ctx, tx, Actor{ID: a.ID}, a, hash, nil, "password.reset", now)
	})
}
