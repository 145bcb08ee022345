package desk

import (
	"context"
	"maps"
	"slices"
	"strings"
	"time"

	"lodge/address"
	"lodge/models"
	"lodge/secret"
)

// PersonInput says who an agent is and what they may do. Role admin always holds everywhere;
// otherwise Role counts with Everywhere, and Projects (project id to agent or viewer) without.
// Email is read by Invite alone.
type PersonInput struct {
	Name, Email string
	Role        models.Role
	Everywhere  bool
	Projects    map[int64]models.Role
	Teams       []int64
}

// check collects what is wrong and puts the input in order: afterwards Projects is nil exactly
// when the role holds everywhere.
func (in *PersonInput) check(cat *models.Catalog, teams []*models.Team, v *models.Invalid) {
	in.Name = line(in.Name)
	checkPersonName(in.Name, v)
	if !slices.Contains(models.Roles, in.Role) && (in.Everywhere || in.Role != "") {
		v.Add("role", "agent.settings.error.choice")
	}
	if in.Everywhere && in.Role == "" {
		v.Add("role", "agent.settings.error.choice")
	}
	for _, id := range in.Teams {
		if !slices.ContainsFunc(teams, func(t *models.Team) bool { return t.ID == id }) {
			v.Add("teams", "agent.settings.error.choice")
		}
	}
	slices.Sort(in.Teams)
	in.Teams = slices.Compact(in.Teams)
	if in.Role == models.RoleAdmin || in.Everywhere {
		in.Everywhere, in.Projects = true, nil
		return
	}
	own := map[int64]models.Role{}
	for id, role := range in.Projects {
		switch {
		case role == "":
		// An administrator's powers are over the whole desk; a role of one project never has them.
		case cat.Project(id) == nil || (role != models.RoleAgent && role != models.RoleViewer):
			v.Add("where", "agent.settings.error.choice")
		default:
			own[id] = role
		}
	}
	if len(own) == 0 {
		v.Add("where", "agent.people.error.projects")
	}
	in.Projects, in.Role = own, models.RoleViewer
	for _, role := range own {
		if role == models.RoleAgent {
			in.Role = models.RoleAgent
		}
	}
}

// Invite adds an agent and mails them a link that sets their password. An address that has an
// account is refused, unless its owner never joined: then they are invited again.
func (d *Desk) Invite(ctx context.Context, actor Actor, in PersonInput) (int64, error) {
	if err := actor.may(models.ActPeople); err != nil {
		return 0, err
	}
	now := d.Now()
	email, fault := address.Canonical(in.Email)
	var id int64
	err := d.db.Write(ctx, func(ctx context.Context, tx *models.Tx) error {
		cat, teams, err := peopleBasis(ctx, tx)
		if err != nil {
			return err
		}
		var v models.Invalid
		if fault != nil {
			v.Add("email", "portal.create.error.email")
		}
		in := in
		in.check(cat, teams, &v)
		if err := v.Err(); err != nil {
			return err
		}
		a, err := models.AgentByKey(ctx, tx, contactKey(email))
		switch {
		case err != nil && models.KindOf(err) != models.KindNotFound:
			return err
		case err == nil && (a.PasswordHash != "" || a.DisabledAt == 0):
			v.Add("email", "agent.people.error.taken")
			return v.Err()
		case err == nil:
			if err := models.EnableAgent(ctx, tx, a.ID); err != nil {
				return err
			}
			if err := models.SetAgentRole(ctx, tx, a.ID, in.Name, in.Role); err != nil {
				return err
			}
		default:
			a = &models.Agent{Address: email, AddressKey: contactKey(email), Name: in.Name, Role: in.Role, CreatedAt: models.At(now)}
			if err := models.InsertAgent(ctx, tx, a); err != nil {
				return err
			}
		}
		id = a.ID
		if err := models.SetAgentProjects(ctx, tx, a.ID, in.Projects); err != nil {
			return err
		}
		if err := models.SetAgentTeams(ctx, tx, a.ID, in.Teams); err != nil {
			return err
		}
		if err := d.invite(ctx, tx, actor, a.ID, now); err != nil {
			return err
		}
		return audit(ctx, tx, actor, "person.invited", email, map[string]any{"role": string(in.Role), "projects": projectWords(cat, in.Projects), "teams": teamWords(teams, in.Teams)}, now)
	})
	return id, err
}

// peopleBasis locks the people of the desk and reads what an input is checked against.
func peopleBasis(ctx context.Context, tx *models.Tx) (*models.Catalog, []*models.Team, error) {
	if err := models.LockPeople(ctx, tx); err != nil {
		return nil, nil, err
	}
	cat, err := models.TxCatalog(ctx, tx)
	if err != nil {
		return nil, nil, err
	}
	teams, err := models.Teams(ctx, tx)
	return cat, teams, err
}

// invite makes a link for a first password, kills earlier ones, and has it mailed, at most
// three times an hour.
func (d *Desk) invite(ctx context.Context, tx *models.Tx, actor Actor, agentID int64, now time.Time) error {
	limit := charge{name: allowance("invite", itoa(agentID)), amount: 1, limit: mailsAnHour, window: time.Hour, refusal: "agent.people.error.too_many_mails"}
	if err := spend(ctx, tx, []charge{limit}, now); err != nil {
		return err
	}
	generation, err := models.NextGeneration(ctx, tx, models.TokenInvite, agentID, models.At(now))
	if err != nil {
		return err
	}
	if err := models.RevokeTokens(ctx, tx, models.TokenInvite, agentID, models.At(now)); err != nil {
		return err
	}
	token := d.keys.Token(secret.Invite, agentID, int(generation))
	err = models.InsertToken(ctx, tx, &models.Token{Hash: secret.Hash(token), Kind: models.TokenInvite, SubjectID: agentID, Generation: generation,
		ExpiresAt: models.At(now.Add(inviteFor)), CreatedAt: models.At(now)})
	if err != nil {
		return err
	}
	return models.Enqueue(ctx, tx, JobAgentMail, "", agentMailArgs{Agent: agentID, Kind: MailAgentInvited, Generation: generation, By: actor.ID}, now)
}

// projectWords writes roles by project for the audit log; empty is everywhere.
func projectWords(cat *models.Catalog, roles map[int64]models.Role) string {
	var all []string
	for _, p := range personProjects(cat, roles) {
		all = append(all, p.Name+": "+string(p.Role))
	}
	return strings.Join(all, ", ")
}

// aboutPerson is the frame of every change of another agent: rights, lock, row.
func (d *Desk) aboutPerson(ctx context.Context, actor Actor, id int64, f func(ctx context.Context, tx *models.Tx, a *models.Agent, now time.Time) error) error {
	if err := actor.may(models.ActPeople); err != nil {
		return err
	}
	now := d.Now()
	return d.db.Write(ctx, func(ctx context.Context, tx *models.Tx) error {
		if err := models.LockPeople(ctx, tx); err != nil {
			return err
		}
		a, err := models.AgentByID(ctx, tx, id)
		if err != nil {
			return err
		}
		return f(ctx, tx, a, now)
	})
}

// ResendInvitation mails a fresh link to somebody who has not joined yet; the earlier one is dead.
func (d *Desk) ResendInvitation(ctx context.Context, actor Actor, id int64) error {
	return d.aboutPerson(ctx, actor, id, func(ctx context.Context, tx *models.Tx, a *models.Agent, now time.Time) error {
		if !a.Invited() {
			return models.Conflict("agent.people.error.joined")
		}
		if err := d.invite(ctx, tx, actor, a.ID, now); err != nil {
			return err
		}
		return audit(ctx, tx, actor, "person.invited_again", a.Address, nil, now)
	})
}

// RevokeInvitation kills the link of somebody who has not joined; inviting the same address
// again begins anew.
func (d *Desk) RevokeInvitation(ctx context.Context, actor Actor, id int64) error {
	return d.aboutPerson(ctx, actor, id, func(ctx context.Context, tx *models.Tx, a *models.Agent, now time.Time) error {
		if !a.Invited() {
			return models.Conflict("agent.people.error.joined")
		}
		if err := models.RevokeTokens(ctx, tx, models.TokenInvite, a.ID, models.At(now)); err != nil {
			return err
		}
		if err := models.DisableAgent(ctx, tx, a.ID, models.At(now)); err != nil {
			return err
		}
		return audit(ctx, tx, actor, "person.invitation_revoked", a.Address, nil, now)
	})
}

// ChangePerson saves an agent's name, role, projects and teams. The last administrator keeps
// the role.
func (d *Desk) ChangePerson(ctx context.Context, actor Actor, id int64, in PersonInput) error {
	return d.aboutPerson(ctx, actor, id, func(ctx context.Context, tx *models.Tx, a *models.Agent, now time.Time) error {
		cat, teams, err := peopleBasis(ctx, tx)
		if err != nil {
			return err
		}
		var v models.Invalid
		in := in
		in.check(cat, teams, &v)
		if err := v.Err(); err != nil {
			return err
		}
		if in.Role != models.RoleAdmin {
			if err := keepAnAdmin(ctx, tx, a, "role"); err != nil {
				return err
			}
		}
		before, err := models.AgentProjects(ctx, tx, a.ID)
		if err != nil {
			return err
		}
		if a.Everywhere {
			before = nil
		}
		changes := map[string]any{}
		for name, pair := range map[string][2]string{"name": {a.Name, in.Name}, "role": {string(a.Role), string(in.Role)},
			"projects": {projectWords(cat, before), projectWords(cat, in.Projects)}, "teams": {teamWords(teams, teamsOf(teams, a.ID)), teamWords(teams, in.Teams)}} {
			if pair[0] != pair[1] {
				changes[name] = pair
			}
		}
		if len(changes) == 0 && maps.Equal(before, in.Projects) {
			return nil
		}
		if err := models.SetAgentRole(ctx, tx, a.ID, in.Name, in.Role); err != nil {
			return err
		}
		if err := models.SetAgentProjects(ctx, tx, a.ID, in.Projects); err != nil {
			return err
		}
		if err := models.SetAgentTeams(ctx, tx, a.ID, in.Teams); err != nil {
			return err
		}
		kind := "person.changed"
		if changes["role"] != nil || changes["projects"] != nil {
			kind = "person.role_changed"
		}
		return audit(ctx, tx, actor, kind, a.Address, changes, now)
	})
}

// keepAnAdmin refuses to take the last administrator away. The people are locked, so that two
// at once do not each take one of the last two.
func keepAnAdmin(ctx context.Context, tx *models.Tx, a *models.Agent, field string) error {
	if a.Role != models.RoleAdmin || a.DisabledAt != 0 || a.PasswordHash == "" {
		return nil
	}
	others, err := models.ActiveAdmins(ctx, tx, a.ID)
	if err != nil || others > 0 {
		return err
	}
	var v models.Invalid
	v.Add(field, "agent.people.error.last_admin")
	return v.Err()
}

func teamsOf(teams []*models.Team, agentID int64) []int64 {
	var all []int64
	for _, t := range teams {
		if slices.Contains(t.Members, agentID) {
			all = append(all, t.ID)
		}
	}
	return all
}

func teamWords(teams []*models.Team, ids []int64) string {
	var all []string
	for _, t := range teams {
		if slices.Contains(ids, t.ID) {
			all = append(all, t.Name)
		}
	}
	return strings.Join(all, ", ")
}

// DisablePerson shuts an agent out: sessions and links end at once. What they wrote stays.
func (d *Desk) DisablePerson(ctx context.Context, actor Actor, id int64) error {
	return d.aboutPerson(ctx, actor, id, func(ctx context.Context, tx *models.Tx, a *models.Agent, now time.Time) error {
		if a.DisabledAt != 0 {
			return nil
		}
		if err := keepAnAdmin(ctx, tx, a, "disable"); err != nil {
			return err
		}
		if err := models.DisableAgent(ctx, tx, a.ID, models.At(now)); err != nil {
			return err
		}
		if err := models.DeleteSessionsOf(ctx, tx, sessionOfDesk, a.ID, nil); err != nil {
			return err
		}
		for _, kind := range []string{models.TokenInvite, models.TokenReset} {
			if err := models.RevokeTokens(ctx, tx, kind, a.ID, models.At(now)); err != nil {
				return err
			}
		}
		return audit(ctx, tx, actor, "person.disabled", a.Address, nil, now)
	})
}

// EnablePerson lets a disabled agent in again, with the password and role they had. Who never
// joined is invited again instead.
func (d *Desk) EnablePerson(ctx context.Context, actor Actor, id int64) error {
	return d.aboutPerson(ctx, actor, id, func(ctx context.Context, tx *models.Tx, a *models.Agent, now time.Time) error {
		if a.DisabledAt == 0 {
			return nil
		}
		if err := models.EnableAgent(ctx, tx, a.ID); err != nil {
			return err
		}
		if a.PasswordHash == "" {
			if err := d.invite(ctx, tx, actor, a.ID, now); err != nil {
				return err
			}
		}
		return audit(ctx, tx, actor, "person.enabled", a.Address, nil, now)
	})
}

// EndSessionsOf signs an agent out everywhere.
func (d *Desk) EndSessionsOf(ctx context.Context, actor Actor, id int64) error {
	return d.aboutPerson(ctx, actor, id, func(ctx context.Context, tx *models.Tx, a *models.Agent, now time.Time) error {
		if err := models.DeleteSessionsOf(ctx, tx, sessionOfDesk, a.ID, nil); err != nil {
			return err
		}
		return audit(ctx, tx, actor, "person.sessions_ended", a.Address, nil, now)
	})
}

// DropFactorOf turns off the second factor of an agent who has lost it, and signs them out.
func (d *Desk) DropFactorOf(ctx context.Context, actor Actor, id int64) error {
	return d.aboutPerson(ctx, actor, id, func(ctx context.Context, tx *models.Tx, a *models.Agent, now time.Time) error {
		if a.TOTPAt == 0 {
			return nil
		}
		if err := models.DeleteSessionsOf(ctx, tx, sessionOfDesk, a.ID, nil); err != nil {
			return err
		}
		return dropFactor(ctx, tx, actor, a, "person.factor_off", now)
	})
}
