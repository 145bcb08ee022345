package desk

import (
	"context"
	"encoding/json"
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

// The steps of the first run, in order.
const (
	SetupWorkspace = "workspace"
	SetupProject   = "project"
	SetupYou       = "you"
	SetupMail      = "mail"
	SetupArticles  = "articles"
)

// SetupSteps lists the steps in order.
var SetupSteps = []string{SetupWorkspace, SetupProject, SetupYou, SetupMail, SetupArticles}

// SetupDraft is what the first run has been told so far. It travels with the visitor,
// encrypted; the desk keeps nothing before the last step. Of the password there is the hash only.
type SetupDraft struct {
	Workspace    string `json:"workspace,omitempty"`
	Project      string `json:"project,omitempty"`
	Name         string `json:"name,omitempty"`
	Email        string `json:"email,omitempty"`
	PasswordHash string `json:"password,omitempty"`
	// Mail: the page about mail has been seen.
	Mail bool `json:"mail,omitempty"`
}

// Next is the first step that has not been done.
func (s SetupDraft) Next() string {
	switch {
	case s.Workspace == "":
		return SetupWorkspace
	case s.Project == "":
		return SetupProject
	case s.Name == "" || s.Email == "" || s.PasswordHash == "":
		return SetupYou
	case !s.Mail:
		return SetupMail
	}
	return SetupArticles
}

func setupPurpose(token string) string { return "first run " + string(secret.Hash(token)) }

// OpenSetupDraft reads a draft that SealSetupDraft wrote for the same link; anything else is an empty one.
func (d *Desk) OpenSetupDraft(token, sealed string) SetupDraft {
	var draft SetupDraft
	if raw, err := d.keys.Reveal(setupPurpose(token), sealed); err != nil || json.Unmarshal(raw, &draft) != nil {
		return SetupDraft{}
	}
	return draft
}

// SealSetupDraft writes a draft for its trip with the visitor.
func (d *Desk) SealSetupDraft(token string, draft SetupDraft) (string, error) {
	raw, err := json.Marshal(draft)
	if err != nil {
		return "", err
	}
	return d.keys.Hide(setupPurpose(token), raw), nil
}

// SetupInput is what one step is told; the others' fields are not read. An empty password
// keeps the one that was chosen before.
type SetupInput struct{ Workspace, Project, Name, Email, Password string }

// SetupStep checks one step and puts it into the draft. It keeps nothing.
func (d *Desk) SetupStep(ctx context.Context, token, step string, draft *SetupDraft, in SetupInput) error {
	if err := d.SetupOpen(ctx, token); err != nil {
		return err
	}
	var v models.Invalid
	name := func(field, value string) string {
		value = line(value)
		if value == "" || utf8.RuneCountInString(value) > 140 {
			v.Add(field, "agent.setup.error."+field)
		}
		return value
	}
	next := *draft
	switch step {
	case SetupWorkspace:
		next.Workspace = name("workspace", in.Workspace)
	case SetupProject:
		next.Project = name("project", in.Project)
	case SetupYou:
		next.Name = name("name", in.Name)
		var err error
		if next.Email, err = address.Canonical(in.Email); err != nil {
			v.Add("email", "portal.create.error.email")
		}
		if in.Password != "" || next.PasswordHash == "" {
			CheckPassword(in.Password, &v)
		}
	case SetupMail:
		next.Mail = true
	default:
		return models.NotFound()
	}
	if err := v.Err(); err != nil {
		return err
	}
	if step == SetupYou && in.Password != "" {
		checks <- struct{}{}
		hash, err := HashPassword(in.Password)
		<-checks
		if err != nil {
			return err
		}
		next.PasswordHash = hash
	}
	*draft = next
	return nil
}

// SetUpDone is what the first run has made.
type SetUpDone struct {
	Actor Actor
	// Project is the slug of the first project.
	Project string
}

// SetUp makes the first administrator, the first project and, if wanted, its first articles,
// once and for ever: two posts at once make one (A75). locale is the language of the page.
func (d *Desk) SetUp(ctx context.Context, token string, draft SetupDraft, locale string, articles bool) (*SetUpDone, error) {
	if err := d.SetupOpen(ctx, token); err != nil {
		return nil, err
	}
	if draft.Next() != SetupArticles {
		return nil, models.Conflict("agent.setup.error.incomplete")
	}
	now := d.Now()
	var pages []*models.Article
	if articles {
		pages = starterArticles(locale, now)
	}
	agent := &models.Agent{Address: draft.Email, AddressKey: contactKey(draft.Email), Name: draft.Name, Role: models.RoleAdmin, PasswordHash: draft.PasswordHash, CreatedAt: models.At(now)}
	done := &SetUpDone{}
	err := d.db.Write(ctx, func(ctx context.Context, tx *models.Tx) error {
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
		w.Name, w.SetUpAt = draft.Workspace, models.At(now)
		if locale != "" {
			w.Locale = locale
		}
		if err := models.UpdateWorkspace(ctx, tx, &w); err != nil {
			return err
		}
		agent.ID = 0
		if err := models.InsertAgent(ctx, tx, agent); err != nil {
			return err
		}
		project, err := NewProject(ctx, tx, ProjectPlan{Slug: slug(draft.Project), Name: draft.Project, Locale: locale}, now)
		if err != nil {
			return err
		}
		done.Project = project.Slug
		if err := insertStarterArticles(ctx, tx, project, locale, pages); err != nil {
			return err
		}
		return audit(ctx, tx, Actor{ID: agent.ID}, "workspace.set_up", w.Name, map[string]any{"project": draft.Project, "agent": agent.Address}, now)
	})
	if err != nil {
		return nil, err
	}
	done.Actor, err = d.actor(ctx, agent)
	return done, err
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

// AllowSetupTest charges one test mail of the first run: ten an hour.
func (d *Desk) AllowSetupTest(ctx context.Context) error {
	now := d.Now()
	return d.db.Write(ctx, func(ctx context.Context, tx *models.Tx) error {
		return spend(ctx, tx, []charge{{name: allowance("setup-test"), amount: 1, limit: 10, window: time.Hour, refusal: "agent.setup.mail.wait"}}, now)
	})
}
