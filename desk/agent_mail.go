package desk

import (
	"context"
	"time"

	"lodge/models"
	"lodge/secret"
)

// JobAgentMail mails one agent about their account: agentMailArgs. The link is derived at
// delivery, so that no job holds a secret.
const JobAgentMail = "agent_mail"

// The mails to agents about their accounts, by the names of their templates.
const (
	MailAgentInvited    = "agent_invited"
	MailPasswordReset   = "password_reset"
	MailPasswordChanged = "password_changed"
	MailAgentRefused    = "agent_refused"
)

// agentMailArgs are ids. Generation is the link's; Asked, in milliseconds, when a reset was
// asked for; By who invited; Mail which mail of theirs was refused. Agent 0 is nobody: the mail is none.
type agentMailArgs struct {
	Agent      int64  `json:"agent"`
	Kind       string `json:"kind"`
	Generation int64  `json:"generation,omitempty"`
	Asked      int64  `json:"asked,omitempty"`
	By         int64  `json:"by,omitempty"`
	Mail       int64  `json:"mail,omitempty"`
}

// AgentLetter is all that such a mail says.
type AgentLetter struct {
	Template, Name, Address, Locale string
	// By is who invited.
	By string
	// Token ends the link's path; empty where the mail has no secret link.
	Token string
	// AnswersTo is the Message-ID of the agent's own mail that this one answers, or empty.
	AnswersTo string
}

// AgentLetter reads a mail to an agent from its job; NotFound when there is nothing to send
// any more: the agent is gone or disabled, the link was used, revoked or has expired.
func (d *Desk) AgentLetter(ctx context.Context, job models.Job) (*AgentLetter, error) {
	var args agentMailArgs
	if err := job.Read(&args); err != nil {
		return nil, err
	}
	a, err := models.AgentByID(ctx, d.db, args.Agent)
	if err != nil {
		return nil, err
	}
	// Who has lost the account is the first who must hear that their words reached nobody.
	if a.DisabledAt != 0 && args.Kind != MailAgentRefused {
		return nil, models.NotFound()
	}
	l := &AgentLetter{Template: args.Kind, Name: a.Name, Address: a.Address, Locale: a.Locale}
	switch args.Kind {
	case MailAgentRefused:
		row, err := models.MailInByID(ctx, d.db, args.Mail)
		if err != nil {
			return nil, err
		}
		l.AnswersTo = row.MailID
	case MailAgentInvited:
		if by, err := models.AgentByID(ctx, d.db, args.By); err == nil {
			l.By = by.Name
		}
		l.Token = d.keys.Token(secret.Invite, a.ID, int(args.Generation))
		return l, d.agentLinkLives(ctx, models.TokenInvite, l.Token)
	case MailPasswordReset:
		l.Token = d.keys.Token(secret.Reset, a.ID, int(job.ID))
		asked := models.Stamp(args.Asked)
		err := d.db.Write(ctx, func(ctx context.Context, tx *models.Tx) error {
			return models.InsertToken(ctx, tx, &models.Token{Hash: secret.Hash(l.Token), Kind: models.TokenReset, SubjectID: a.ID, Generation: job.ID,
				ExpiresAt: asked.Add(resetFor), CreatedAt: models.At(d.Now())})
		})
		if err != nil {
			return nil, err
		}
		return l, d.agentLinkLives(ctx, models.TokenReset, l.Token)
	}
	return l, nil
}

func (d *Desk) agentLinkLives(ctx context.Context, kind, token string) error {
	t, err := models.TokenByHash(ctx, d.db, kind, secret.Hash(token))
	if err != nil {
		return err
	}
	if !t.Live(models.At(d.Now())) {
		return models.NotFound()
	}
	return nil
}

const (
	// inviteFor is how long an invitation works, resetFor a link for a new password.
	inviteFor = 7 * 24 * time.Hour
	resetFor  = 30 * time.Minute
)
