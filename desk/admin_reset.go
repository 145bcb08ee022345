package desk

import (
	"context"

	"lodge/address"
	"lodge/models"
	"lodge/secret"
)

// AdminResetInput is what somebody with access to the machine does for an agent who is locked out.
type AdminResetInput struct {
	Email string
	// DropFactor turns the second factor off.
	DropFactor bool
	// MakeAdmin makes the agent an enabled administrator.
	MakeAdmin bool
}

// AdminReset makes a link for a new password, for half an hour and once, and gives its token.
// It asks for no rights: whoever can run commands on the data folder has them all. A disabled
// agent is a Conflict without MakeAdmin.
func (d *Desk) AdminReset(ctx context.Context, in AdminResetInput) (string, error) {
	now := d.Now()
	email, err := address.Canonical(in.Email)
	if err != nil {
		return "", models.NotFound()
	}
	token := secret.RandomToken()
	return token, d.db.Write(ctx, func(ctx context.Context, tx *models.Tx) error {
		if err := models.LockPeople(ctx, tx); err != nil {
			return err
		}
		a, err := models.AgentByKey(ctx, tx, contactKey(email))
		if err != nil {
			return err
		}
		if a.DisabledAt != 0 && !in.MakeAdmin {
			return models.Conflict("agent.people.error.disabled")
		}
		data := map[string]any{}
		if in.MakeAdmin {
			if err := models.SetAgentRole(ctx, tx, a.ID, a.Name, models.RoleAdmin); err != nil {
				return err
			}
			if err := models.SetAgentProjects(ctx, tx, a.ID, nil); err != nil {
				return err
			}
			if err := models.EnableAgent(ctx, tx, a.ID); err != nil {
				return err
			}
			data["role"] = [2]string{string(a.Role), string(models.RoleAdmin)}
		}
		if in.DropFactor {
			if err := dropFactor(ctx, tx, Actor{}, a, "admin.factor_off", now); err != nil {
				return err
			}
		}
		if err := models.RevokeTokens(ctx, tx, models.TokenReset, a.ID, models.At(now)); err != nil {
			return err
		}
		err = models.InsertToken(ctx, tx, &models.Token{Hash: secret.Hash(token), Kind: models.TokenReset, SubjectID: a.ID, Generation: 1,
			ExpiresAt: models.At(now.Add(resetFor)), CreatedAt: models.At(now)})
		if err != nil {
			return err
		}
		if err := models.ForgetAllowance(ctx, tx, allowance("sign-in-account", a.AddressKey)); err != nil {
			return err
		}
		return audit(ctx, tx, Actor{}, "admin.reset", a.Address, data, now)
	})
}
