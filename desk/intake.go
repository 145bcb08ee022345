package desk

import (
	"context"
	"fmt"
	"time"

	"lodge/address"
	"lodge/models"
	"lodge/secret"
)

// MakeIntakeLink makes a prefilled create link for one person in one project (PC-8). days
// 0 takes the project's setting; at most 90.
func (d *Desk) MakeIntakeLink(ctx context.Context, projectSlug, email, name string, days int) (token string, id int64, err error) {
	now := d.Now()
	cat, err := d.db.Catalog(ctx)
	if err != nil {
		return "", 0, err
	}
	project := cat.ProjectBySlug(projectSlug)
	if project == nil {
		return "", 0, fmt.Errorf("there is no project %q", projectSlug)
	}
	if days == 0 {
		days = project.Settings.IntakeDays
	}
	if days < 1 || days > 90 {
		return "", 0, fmt.Errorf("an intake link lives 1 to 90 days, not %d", days)
	}
	email, err = address.Canonical(email)
	if err != nil {
		return "", 0, fmt.Errorf("%q is not an e-mail address", email)
	}
	err = d.db.Write(ctx, func(ctx context.Context, tx *models.Tx) error {
		link, err := d.makeIntakeLink(ctx, tx, project, Actor{}, email, name, days, now)
		if err != nil {
			return err
		}
		id, token = link.ID, d.keys.Token(secret.Intake, link.ID, 1)
		return nil
	})
	return token, id, err
}

// makeIntakeLink writes a link, its token's hash and the contact it is for.
func (d *Desk) makeIntakeLink(ctx context.Context, tx *models.Tx, project *models.Project, actor Actor, email, name string, days int, now time.Time) (*models.IntakeLink, error) {
	contact, err := models.EnsureContact(ctx, tx, models.Contact{Address: email, AddressKey: contactKey(email), Name: line(name), Origin: models.OriginAgent, CreatedAt: models.At(now)})
	if err != nil {
		return nil, err
	}
	link := &models.IntakeLink{ProjectID: project.ID, ContactID: contact.ID, ExpiresAt: models.At(now.Add(time.Duration(days) * 24 * time.Hour)), CreatedAt: models.At(now)}
	if actor.ID != 0 {
		link.AgentID = &actor.ID
	}
	if err := models.InsertIntakeLink(ctx, tx, link); err != nil {
		return nil, err
	}
	token := d.keys.Token(secret.Intake, link.ID, 1)
	return link, models.InsertToken(ctx, tx, &models.Token{Hash: secret.Hash(token), Kind: models.TokenIntake, SubjectID: link.ID, Generation: 1, ExpiresAt: link.ExpiresAt, CreatedAt: models.At(now)})
}

// RevokeIntakeLink ends an intake link before its time.
func (d *Desk) RevokeIntakeLink(ctx context.Context, id int64) error {
	now := models.At(d.Now())
	return d.db.Write(ctx, func(ctx context.Context, tx *models.Tx) error {
		ok, err := endIntakeLink(ctx, tx, id, now)
		if err == nil && !ok {
			err = fmt.Errorf("there is no live intake link %d", id)
		}
		return err
	})
}

func endIntakeLink(ctx context.Context, tx *models.Tx, id int64, now models.Stamp) (bool, error) {
	ok, err := models.RevokeIntakeLink(ctx, tx, id, now)
	if err != nil || !ok {
		return false, err
	}
	return true, models.RevokeTokens(ctx, tx, models.TokenIntake, id, now)
}
