package desk

import (
	"context"
	"time"
	"unicode/utf8"

	"lodge/address"
	"lodge/models"
	"lodge/secret"
)

// setupFor is how long the link on the console makes the first administrator; starting
// Lodge again prints a fresh one.
const setupFor = 24 * time.Hour

// NeedsSetup says whether nobody has set this desk up yet.
func (d *Desk) NeedsSetup(ctx context.Context) (bool, error) {
	cat, err := d.db.Catalog(ctx)
	if err != nil {
		return false, err
	}
	return cat.Workspace.SetUpAt == 0, nil
}

// SetupToken makes the one-time link's token; earlier ones are dead from then on (SE-5).
func (d *Desk) SetupToken(ctx context.Context) (string, error) {
	now := d.Now()
	token := secret.RandomToken()
	err := d.db.Write(ctx, func(ctx context.Context, tx *models.Tx) error {
		if err := models.RevokeTokens(ctx, tx, models.TokenSetup, 1, models.At(now)); err != nil {
			return err
		}
		return models.InsertToken(ctx, tx, &models.Token{Hash: secret.Hash(token), Kind: models.TokenSetup, SubjectID: 1, Generation: 1,
			ExpiresAt: models.At(now.Add(setupFor)), CreatedAt: models.At(now)})
	})
	return token, err
}

// SetupOpen is NotFound unless the token is live and nobody has set the desk up.
func (d *Desk) SetupOpen(ctx context.Context, token string) error {
	needed, err := d.NeedsSetup(ctx)
	if err != nil {
		return err
	}
	t, err := models.TokenByHash(ctx, d.db, models.TokenSetup, secret.Hash(token))
	if err != nil {
		return err
	}
	if !needed || !t.Live(models.At(d.Now())) {
		return models.NotFound()
	}
	return nil
}

// SetupInput is the first administrator and the first project.
type SetupInput struct {
	Workspace, Project, Name, Email, Password, Locale string
	SupportAddress                                    string
}

// SetUp makes the first administrator and the first project, once and for ever: two posts
// at once make one (A75).
func (d *Desk) SetUp(ctx context.Context, token string, in SetupInput) (Actor, error) {
	if err := d.SetupOpen(ctx, token); err != nil {
		return Actor{}, err
	}
	now := d.Now()
	var v models.Invalid
	email, err := address.Canonical(in.Email)
	if err != nil {
		v.Add("email", "portal.create.error.email")
	}
	support := ""
	if in.SupportAddress != "" {
		if support, err = address.Canonical(in.SupportAddress); err != nil {
			v.Add("support_address", "portal.create.error.email")
		}
	}
	in.Workspace, in.Project, in.Name = line(in.Workspace), line(in.Project), line(in.Name)
	for field, value := range map[string]string{"workspace": in.Workspace, "project": in.Project, "name": in.Name} {
		if value == "" || utf8.RuneCountInString(value) > 140 {
			v.Add(field, "agent.setup.error."+field)
		}
	}
	CheckPassword(in.Password, &v)
	if err := v.Err(); err != nil {
		return Actor{}, err
	}
	hash, err := HashPassword(in.Password)
	if err != nil {
		return Actor{}, err
	}
	agent := &models.Agent{Address: email, AddressKey: contactKey(email), Name: in.Name, Role: models.RoleAdmin, PasswordHash: hash, CreatedAt: models.At(now)}
	err = d.db.Write(ctx, func(ctx context.Context, tx *models.Tx) error {
		used, err := models.UseToken(ctx, tx, secret.Hash(token), models.At(now))
		if err != nil {
			return err
		}
		if !used {
			return models.NotFound()
		}
		cat, err := models.TxCatalog(ctx, tx)
		if err != nil {
			return err
		}
		w := cat.Workspace
		w.Name, w.SupportAddress, w.SetUpAt = in.Workspace, support, models.At(now)
		if in.Locale != "" {
			w.Locale = in.Locale
		}
		if err := models.UpdateWorkspace(ctx, tx, &w); err != nil {
			return err
		}
		if err := models.InsertAgent(ctx, tx, agent); err != nil {
			return err
		}
		_, err = NewProject(ctx, tx, ProjectPlan{Slug: slug(in.Project), Name: in.Project, Locale: in.Locale, MailFrom: support}, now)
		return err
	})
	if err != nil {
		return Actor{}, err
	}
	return d.actor(ctx, agent)
}

// CheckPassword collects what is wrong with a new password under "password".
func CheckPassword(password string, v *models.Invalid) {
	switch n := utf8.RuneCountInString(password); {
	case n < MinPassword:
		v.Add("password", "agent.setup.error.password_short", "Count", MinPassword)
	case n > MaxPassword:
		v.Add("password", "agent.setup.error.password_long", "Count", MaxPassword)
	}
}
