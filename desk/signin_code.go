package desk

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"strconv"
	"time"

	"lodge/models"
)

// CodeNeeded is SignIn's answer to a right password of an agent with a second factor: nobody
// is signed in yet. Pending is signed, lives ten minutes, and says to SignInCode whose code to ask for.
type CodeNeeded struct{ Pending string }

func (*CodeNeeded) Error() string { return "the code of the second factor is needed" }

const (
	purposePending = "agent sign-in, second step"
	pendingFor     = 10 * time.Minute
)

// pending is what is known after the first step. Mark dies with the password and the factor
// it was made for.
type pending struct {
	Agent int64  `json:"a"`
	Mark  string `json:"m"`
}

func pendingMark(a *models.Agent) string {
	sum := sha256.Sum256([]byte(a.PasswordHash + " " + a.TOTPSecret))
	return hex.EncodeToString(sum[:8])
}

func (d *Desk) pendingSignIn(a *models.Agent, now time.Time) string {
	return d.keys.Seal(purposePending, pending{Agent: a.ID, Mark: pendingMark(a)}, now.Add(pendingFor))
}

// pendingAgent finds who is between the two steps; NotFound when that is over.
func (d *Desk) pendingAgent(ctx context.Context, sealed string, now time.Time) (*models.Agent, error) {
	var p pending
	if d.keys.Unseal(purposePending, sealed, now, &p) != nil {
		return nil, models.NotFound()
	}
	a, err := models.AgentByID(ctx, d.db, p.Agent)
	if err != nil {
		return nil, err
	}
	if a.DisabledAt != 0 || a.TOTPAt == 0 || p.Mark != pendingMark(a) {
		return nil, models.NotFound()
	}
	return a, nil
}

// SignInPending says whether a sign-in waits for its second step; otherwise NotFound.
func (d *Desk) SignInPending(ctx context.Context, sealed string) error {
	_, err := d.pendingAgent(ctx, sealed, d.Now())
	return err
}

// SignInCodeInput is the second step of a sign-in: a code of the app, or a recovery code.
type SignInCodeInput struct{ Pending, Code, Client string }

// SignInCode ends a sign-in with the code of the second factor. A code works once, and wrong
// ones wear down the same doors as wrong passwords do. NotFound: begin again with the password.
func (d *Desk) SignInCode(ctx context.Context, in SignInCodeInput) (Actor, error) {
	now := d.Now()
	agent, err := d.pendingAgent(ctx, in.Pending, now)
	if err != nil {
		return Actor{}, err
	}
	cat, err := d.db.Catalog(ctx)
	if err != nil {
		return Actor{}, err
	}
	doors := signInDoors(cat, agent.AddressKey, in.Client)
	if err := d.waited(ctx, doors, now); err != nil {
		return Actor{}, err
	}
	how, err := d.useCode(ctx, agent, in.Code, now)
	if err != nil {
		return Actor{}, err
	}
	if how == "" {
		return Actor{}, d.refuseSignIn(ctx, doors, agent, in.Client, "code", "agent.code.error", now)
	}
	return d.welcome(ctx, agent, doors, how, now)
}

// useCode takes a code of the app or a recovery code for good and says which it was; empty
// when it is neither.
func (d *Desk) useCode(ctx context.Context, agent *models.Agent, code string, now time.Time) (how string, err error) {
	secret, err := d.factorSecret(agent)
	if err != nil {
		return "", err
	}
	code = bareCode(code)
	err = d.db.Write(ctx, func(ctx context.Context, tx *models.Tx) error {
		how = "" // this may be run again
		if step, ok := totpStep(secret, code, now, agent.TOTPStep); ok {
			// Two posts at once have the same step: the row decides.
			taken, err := models.UseFactorStep(ctx, tx, agent.ID, step)
			if taken {
				how = "code"
			}
			return err
		}
		if len(code) != recoveryLetters {
			return nil
		}
		taken, err := models.UseRecoveryCode(ctx, tx, agent.ID, recoveryHash(code), models.At(now))
		if taken {
			how = "recovery"
		}
		return err
	})
	return how, err
}

func factorPurpose(agentID int64) string {
	return "second factor of agent " + strconv.FormatInt(agentID, 10)
}

func (d *Desk) factorSecret(a *models.Agent) ([]byte, error) {
	return d.keys.Reveal(factorPurpose(a.ID), a.TOTPSecret)
}

// mustSetUpFactor says whether the workspace's rule asks an agent for a second factor that
// they have not set up.
func mustSetUpFactor(cat *models.Catalog, a *models.Agent) bool {
	if a.TOTPAt != 0 {
		return false
	}
	switch cat.Workspace.Settings.RequireTwoFactor {
	case models.FactorAll:
		return true
	case models.FactorAdmins:
		return a.Role == models.RoleAdmin
	}
	return false
}
