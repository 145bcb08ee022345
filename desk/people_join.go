package desk

import (
	"context"

	"lodge/models"
	"lodge/secret"
)

// Invitation reads whose first password a link sets; NotFound when it is dead.
func (d *Desk) Invitation(ctx context.Context, token string) (*Newcomer, error) {
	a, err := d.agentOfLink(ctx, models.TokenInvite, token)
	if err != nil {
		return nil, err
	}
	if !a.Invited() {
		return nil, models.NotFound()
	}
	return &Newcomer{Name: a.Name, Address: a.Address, Locale: a.Locale}, nil
}

// JoinInput is what the invited choose. Locale is the language of the page.
type JoinInput struct{ Name, Password, Locale string }

// Join accepts an invitation, once: the agent has a password from then on and can sign in.
func (d *Desk) Join(ctx context.Context, token string, in JoinInput) error {
	a, err := d.agentOfLink(ctx, models.TokenInvite, token)
	if err != nil {
		return err
	}
	now := d.Now()
	var v models.Invalid
	in.Name = line(in.Name)
	checkPersonName(in.Name, &v)
	CheckPassword(in.Password, &v)
	if err := v.Err(); err != nil {
		return err
	}
	hash, err := HashPassword(in.Password)
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
		if !present.Invited() {
			return models.NotFound()
		}
		present.Name, present.Locale = in.Name, in.Locale
		if err := models.SetAgentProfile(ctx, tx, present); err != nil {
			return err
		}
		if err := models.SetPassword(ctx, tx, a.ID, hash); err != nil {
			return err
		}
		return audit(ctx, tx, Actor{ID: a.ID}, "person.joined", a.Address, nil, now)
	})
}
