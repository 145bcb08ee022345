package desk

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"strings"
	"time"
	"unicode/utf8"

	"lodge/models"
)

const (
	maxPersonName = 140

	sessionOfDesk = "agent"
)

// Profile is what agents see of themselves.
type Profile struct {
	Name, PublicName, Address, Locale, Signature string
	Role                                         models.Role
	// Everywhere: the role holds in every project; otherwise Projects.
	Everywhere bool
	Projects   []PersonProject
	Sessions   []AgentSession
	Factor     FactorState
}

// FactorState says how an agent's second factor stands.
type FactorState struct {
	// On: codes are asked for. Since is when it was set up.
	On    bool
	Since time.Time
	// Begun: a secret was made and waits for its first code.
	Begun bool
	// CodesLeft is how many recovery codes have not been used.
	CodesLeft int
	// Required: the workspace asks this agent for it.
	Required bool
}

// AgentSession is one signed-in browser. ID names it for RevokeSession and opens nothing.
type AgentSession struct {
	// Device is what the browser said it is, such as "Firefox, Linux"; may be empty.
	Device        string
	ID            string
	Began, SeenAt time.Time
	This          bool
}

// Profile reads the actor's own page. session is the hash of the present session.
func (d *Desk) Profile(ctx context.Context, actor Actor, session []byte) (*Profile, error) {
	a, err := d.self(ctx, actor)
	if err != nil {
		return nil, err
	}
	cat, err := d.db.Catalog(ctx)
	if err != nil {
		return nil, err
	}
	p := &Profile{Name: a.Name, PublicName: a.PublicName, Address: a.Address, Locale: a.Locale, Signature: a.Signature, Role: a.Role, Everywhere: actor.Projects == nil}
	p.Projects = personProjects(cat, actor.Projects)
	if p.Factor, err = d.factorState(ctx, a, cat); err != nil {
		return nil, err
	}
	sessions, err := models.SessionsOf(ctx, d.db, sessionOfDesk, a.ID, d.Now())
	if err != nil {
		return nil, err
	}
	for _, s := range sessions {
		var data struct{ Device string }
		_ = json.Unmarshal([]byte(s.Data), &data)
		p.Sessions = append(p.Sessions, AgentSession{Device: data.Device, ID: sessionID(s.Hash), Began: s.CreatedAt.Time(), SeenAt: s.SeenAt.Time(), This: string(s.Hash) == string(session)})
	}
	return p, nil
}

// self reads the row of who is acting.
func (d *Desk) self(ctx context.Context, actor Actor) (*models.Agent, error) {
	if actor.ID == 0 {
		return nil, models.Forbidden()
	}
	return models.AgentByID(ctx, d.db, actor.ID)
}

// sessionID names a session on a page: a part of the hash of its secret.
func sessionID(hash []byte) string { return hex.EncodeToString(hash[:min(12, len(hash))]) }

func (d *Desk) factorState(ctx context.Context, a *models.Agent, cat *models.Catalog) (FactorState, error) {
	f := FactorState{On: a.TOTPAt != 0, Since: a.TOTPAt.Time(), Begun: a.TOTPAt == 0 && a.TOTPSecret != ""}
	switch cat.Workspace.Settings.RequireTwoFactor {
	case models.FactorAll:
		f.Required = true
	case models.FactorAdmins:
		f.Required = a.Role == models.RoleAdmin
	}
	var err error
	if f.On {
		f.CodesLeft, err = models.RecoveryCodesLeft(ctx, d.db, a.ID)
	}
	return f, err
}

// ProfileInput is what agents change about themselves. Locale empty follows the browser.
type ProfileInput struct{ Name, PublicName, Locale, Signature string }

// ChangeProfile saves the actor's own name, public name, language and signature.
func (d *Desk) ChangeProfile(ctx context.Context, actor Actor, in ProfileInput) error {
	if actor.ID == 0 {
		return models.Forbidden()
	}
	now := d.Now()
	var v models.Invalid
	in.Name, in.PublicName = line(in.Name), line(in.PublicName)
	checkPersonName(in.Name, &v)
	if utf8.RuneCountInString(in.PublicName) > maxPersonName {
		v.Add("public_name", "agent.people.error.name_long", "Count", maxPersonName)
	}
	if in.Locale != "" && in.Locale != "en" && in.Locale != "de" {
		v.Add("locale", "agent.settings.error.choice")
	}
	in.Signature = strings.TrimSpace(strings.ReplaceAll(in.Signature, "\r\n", "\n"))
	if utf8.RuneCountInString(in.Signature) > maxSignature {
		v.Add("signature", "agent.profile.error.signature", "Count", maxSignature)
	}
	if err := v.Err(); err != nil {
		return err
	}
	return d.db.Write(ctx, func(ctx context.Context, tx *models.Tx) error {
		a, err := models.AgentByID(ctx, tx, actor.ID)
		if err != nil {
			return err
		}
		changes := map[string]any{}
		for name, pair := range map[string][2]string{"name": {a.Name, in.Name}, "public_name": {a.PublicName, in.PublicName}, "locale": {a.Locale, in.Locale}} {
			if pair[0] != pair[1] {
				changes[name] = pair
			}
		}
		if a.Signature != in.Signature {
			changes["signature"] = [2]string{short(a.Signature), short(in.Signature)}
		}
		if len(changes) == 0 {
			return nil
		}
		a.Name, a.PublicName, a.Locale, a.Signature = in.Name, in.PublicName, in.Locale, in.Signature
		if err := models.SetAgentProfile(ctx, tx, a); err != nil {
			return err
		}
		return audit(ctx, tx, actor, "profile.changed", a.Address, changes, now)
	})
}

func checkPersonName(name string, v *models.Invalid) {
	switch n := utf8.RuneCountInString(name); {
	case n == 0:
		v.Add("name", "agent.people.error.name")
	case n > maxPersonName:
		v.Add("name", "agent.people.error.name_long", "Count", maxPersonName)
	}
}

// short keeps a long text readable in the audit log.
func short(text string) string {
	runes := []rune(text)
	if len(runes) > 80 {
		return string(runes[:79]) + "…"
	}
	return text
}

// Confirm is a password typed once more before something that a borrowed browser must not do.
type Confirm struct{ Password, Client string }

// confirmed checks the actor's own password; wrong ones wear down the doors of the sign-in.
func (d *Desk) confirmed(ctx context.Context, a *models.Agent, in Confirm, field string, now time.Time) error {
	cat, err := d.db.Catalog(ctx)
	if err != nil {
		return err
	}
	doors := signInDoors(cat, a.AddressKey, in.Client)
	if err := d.waited(ctx, doors, now); err != nil {
		return err
	}
	ok, err := passwordFits(in.Password, a.PasswordHash)
	if err != nil {
		return err
	}
	if !ok {
		return d.refuseSignIn(ctx, doors, a, in.Client, field, "agent.profile.error.password", now)
	}
	return models.ForgetAllowance(ctx, d.db, doors[0].name)
}

// PasswordInput changes the actor's own password. Session is the hash of the session that
// stays; all others end.
type PasswordInput struct {
	Confirm
	New     string
	Session []byte
}

// ChangePassword sets a new password after asking for the present one. Faults of the present
// one are under "present", of the new one under "password".
func (d *Desk) ChangePassword(ctx context.Context, actor Actor, in PasswordInput) error {
	a, err := d.self(ctx, actor)
	if err != nil {
		return err
	}
	now := d.Now()
	var v models.Invalid
	CheckPassword(in.New, &v)
	if err := d.confirmed(ctx, a, in.Confirm, "present", now); err != nil {
		e, ok := models.AsError(err)
		if !ok || e.Kind != models.KindInvalid {
			return err
		}
		v.Add("present", e.Fields["present"].Key)
	} else if in.New == in.Password {
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
		return d.setPassword(ctx, tx, actor, a, hash, in.Session, "password.changed", now)
	})
}

// setPassword keeps a new password, ends the other sessions and links, and tells its owner by mail.
func (d *Desk) setPassword(ctx context.Context, tx *models.Tx, actor Actor, a *models.Agent, hash string, keep []byte, kind string, now time.Time) error {
	if err := models.SetPassword(ctx, tx, a.ID, hash); err != nil {
		return err
	}
	if err := models.DeleteSessionsOf(ctx, tx, sessionOfDesk, a.ID, keep); err != nil {
		return err
	}
	for _, token := range []string{models.TokenReset, models.TokenInvite} {
		if err := models.RevokeTokens(ctx, tx, token, a.ID, models.At(now)); err != nil {
			return err
		}
	}
	if err := models.Enqueue(ctx, tx, JobAgentMail, "", agentMailArgs{Agent: a.ID, Kind: MailPasswordChanged}, now); err != nil {
		return err
	}
	return audit(ctx, tx, actor, kind, a.Address, nil, now)
}

// RevokeSession ends one of the actor's own sessions by its name on the page.
func (d *Desk) RevokeSession(ctx context.Context, actor Actor, id string) error {
	a, err := d.self(ctx, actor)
	if err != nil {
		return err
	}
	now := d.Now()
	sessions, err := models.SessionsOf(ctx, d.db, sessionOfDesk, a.ID, now)
	if err != nil {
		return err
	}
	for _, s := range sessions {
		if sessionID(s.Hash) != id {
			continue
		}
		return d.db.Write(ctx, func(ctx context.Context, tx *models.Tx) error {
			if err := models.DeleteSession(ctx, tx, s.Hash); err != nil {
				return err
			}
			return audit(ctx, tx, actor, "session.ended", a.Address, nil, now)
		})
	}
	return models.NotFound()
}

// RevokeOtherSessions ends all of the actor's sessions but the present one.
func (d *Desk) RevokeOtherSessions(ctx context.Context, actor Actor, keep []byte) error {
	a, err := d.self(ctx, actor)
	if err != nil {
		return err
	}
	if len(keep) == 0 {
		return models.NotFound()
	}
	now := d.Now()
	return d.db.Write(ctx, func(ctx context.Context, tx *models.Tx) error {
		if err := models.DeleteSessionsOf(ctx, tx, sessionOfDesk, a.ID, keep); err != nil {
			return err
		}
		return audit(ctx, tx, actor, "session.others_ended", a.Address, nil, now)
	})
}
