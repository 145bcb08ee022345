package desk

import (
	"context"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"lodge/models"
)

const testPassword = "a long enough password"

var testHash = sync.OnceValue(func() string { return mustHash(testPassword) })

// newAgent adds an agent with a password, who may do role everywhere.
func (h *house) newAgent(name string, role models.Role) Actor {
	h.t.Helper()
	key := strings.ToLower(name) + "@acme.example"
	a := &models.Agent{Address: key, AddressKey: key, Name: name, Role: role, PasswordHash: testHash(), CreatedAt: models.At(h.clock())}
	h.write(func(ctx context.Context, tx *models.Tx) error { return models.InsertAgent(ctx, tx, a) })
	return Actor{ID: a.ID, Name: name, Role: role}
}

func (h *house) agent(id int64) *models.Agent {
	h.t.Helper()
	a, err := models.AgentByID(context.Background(), h.db, id)
	if err != nil {
		h.t.Fatal(err)
	}
	return a
}

// letters takes the waiting mails to agents out of the queue and reads them as their job would.
func (h *house) letters() []*AgentLetter {
	h.t.Helper()
	ctx := context.Background()
	jobs, err := models.ClaimJobs(ctx, h.db, "test", h.clock().Add(time.Hour*24*365), time.Minute, 100)
	if err != nil {
		h.t.Fatal(err)
	}
	var all []*AgentLetter
	for _, j := range jobs {
		if j.Kind == JobAgentMail {
			if l, err := h.AgentLetter(ctx, j); err == nil {
				all = append(all, l)
			} else if models.KindOf(err) != models.KindNotFound {
				h.t.Fatal(err)
			}
		}
		if err := models.FinishJob(ctx, h.db, j.ID); err != nil {
			h.t.Fatal(err)
		}
	}
	return all
}

// SE-4: an invitation is mailed, works once and for seven days, and gives exactly what was chosen.
func TestInvitation(t *testing.T) {
	onEach(t, func(t *testing.T, h *house) {
		ctx := context.Background()
		ines := h.newAgent("Ines", models.RoleAdmin)
		team, err := h.SaveTeam(ctx, ines, 0, TeamInput{Name: "Harbour", Members: []int64{h.ada.ID}})
		if err != nil {
			t.Fatal(err)
		}
		in := PersonInput{Name: "Otto", Email: "otto@acme.example", Role: models.RoleAdmin, Projects: map[int64]models.Role{h.project.ID: models.RoleViewer}, Teams: []int64{team}}
		if _, err := h.Invite(ctx, h.ada, in); models.KindOf(err) != models.KindForbidden {
			t.Fatalf("an agent invites an administrator: %v", err)
		}
		in.Role = ""
		for field, bad := range map[string]func(*PersonInput){
			"email": func(p *PersonInput) { p.Email = "otto" },
			"name":  func(p *PersonInput) { p.Name = " " },
			"role":  func(p *PersonInput) { p.Role, p.Everywhere = "emperor", true },
			"where": func(p *PersonInput) { p.Projects = map[int64]models.Role{h.project.ID: models.RoleAdmin} },
			"teams": func(p *PersonInput) { p.Teams = []int64{999} },
		} {
			wrong := in
			bad(&wrong)
			_, err := h.Invite(ctx, ines, wrong)
			h.fault(err, field)
		}
		empty := in
		empty.Projects = nil
		_, err = h.Invite(ctx, ines, empty)
		h.fault(err, "where")
		taken := in
		taken.Email = "ADA@acme.example"
		_, err = h.Invite(ctx, ines, taken)
		h.fault(err, "email")
		if len(h.letters()) != 0 {
			t.Fatal("a refused invitation was mailed")
		}

		id, err := h.Invite(ctx, ines, in)
		if err != nil {
			t.Fatal(err)
		}
		first := h.letters()
		if len(first) != 1 || first[0].Template != MailAgentInvited || first[0].By != "Ines" || first[0].Address != "otto@acme.example" {
			t.Fatalf("mails %+v", first)
		}
		if _, err := h.SignIn(ctx, SignInInput{Email: "otto@acme.example", Password: testPassword, Client: "c"}); err == nil {
			t.Fatal("signed in before joining")
		}
		if err := h.ResendInvitation(ctx, ines, id); err != nil {
			t.Fatal(err)
		}
		second := h.letters()
		if len(second) != 1 || second[0].Token == first[0].Token {
			t.Fatal("the second invitation is the first")
		}
		if _, err := h.Invitation(ctx, first[0].Token); models.KindOf(err) != models.KindNotFound {
			t.Fatal("the first link still works", err)
		}
		// Of another kind it is nothing.
		if _, err := h.ResetOpen(ctx, second[0].Token); models.KindOf(err) != models.KindNotFound {
			t.Fatal("an invitation resets a password", err)
		}
		token := second[0].Token
		h.fault(h.Join(ctx, token, JoinInput{Name: "Otto", Password: "short"}), "password")
		var wg sync.WaitGroup
		var mu sync.Mutex
		joined := 0
		for range 4 {
			wg.Go(func() {
				err := h.Join(ctx, token, JoinInput{Name: "Otto Lilienthal", Password: testPassword, Locale: "de"})
				mu.Lock()
				defer mu.Unlock()
				if err == nil {
					joined++
				}
			})
		}
		wg.Wait()
		if joined != 1 {
			t.Fatalf("joined %d times", joined)
		}
		actor, err := h.SignIn(ctx, SignInInput{Email: "otto@acme.example", Password: testPassword, Client: "c"})
		if err != nil || !actor.CanIn(models.ActRead, h.project.ID) || actor.Can(models.ActReply) || actor.Can(models.ActPeople) || actor.Locale != "de" {
			t.Fatalf("%+v, %v", actor, err)
		}
		if sheet, err := h.Team(ctx, ines, team); err != nil || len(sheet.Members) < 2 {
			t.Fatalf("%+v, %v", sheet, err)
		}
		h.kind(h.ResendInvitation(ctx, ines, id), models.KindConflict)
		h.kind(h.RevokeInvitation(ctx, ines, id), models.KindConflict)

		// Seven days, and not an hour more; revoked at once; inviting again begins anew.
		in.Email = "late@acme.example"
		late, err := h.Invite(ctx, ines, in)
		if err != nil {
			t.Fatal(err)
		}
		token = h.letters()[0].Token
		h.later(7*24*time.Hour - time.Minute)
		if _, err := h.Invitation(ctx, token); err != nil {
			t.Fatal(err)
		}
		h.later(2 * time.Minute)
		h.kind(h.Join(ctx, token, JoinInput{Name: "Late", Password: testPassword}), models.KindNotFound)
		if err := h.ResendInvitation(ctx, ines, late); err != nil {
			t.Fatal(err)
		}
		token = h.letters()[0].Token
		if err := h.RevokeInvitation(ctx, ines, late); err != nil {
			t.Fatal(err)
		}
		h.kind(h.Join(ctx, token, JoinInput{Name: "Late", Password: testPassword}), models.KindNotFound)
		again, err := h.Invite(ctx, ines, in)
		if err != nil || again != late {
			t.Fatal(again, late, err)
		}
		for i := range 3 {
			err := h.ResendInvitation(ctx, ines, late)
			if (i < 1) != (err == nil) { // three mails an hour: two before this loop, revoking does not give one back
				t.Fatalf("mail %d: %v", i, err)
			}
		}
		if len(h.auditOf("person.invited")) != 3 || len(h.auditOf("person.joined")) != 1 || len(h.auditOf("person.invitation_revoked")) != 1 {
			t.Error("the audit log lacks something")
		}
	})
}

// SE-4: the last active administrator can neither be disabled nor lose the role, also by two at once.
func TestLastAdminStays(t *testing.T) {
	onEach(t, func(t *testing.T, h *house) {
		ctx := context.Background()
		one, two := h.newAgent("One", models.RoleAdmin), h.newAgent("Two", models.RoleAdmin)
		// An administrator who was only invited is none yet.
		h.write(func(ctx context.Context, tx *models.Tx) error {
			return models.InsertAgent(ctx, tx, &models.Agent{Address: "i@acme.example", AddressKey: "i@acme.example", Name: "Invited", Role: models.RoleAdmin, CreatedAt: 1})
		})
		for round := range 6 {
			acts := []func() error{
				func() error { return h.DisablePerson(ctx, two, one.ID) },
				func() error {
					return h.ChangePerson(ctx, one, two.ID, PersonInput{Name: "Two", Role: models.RoleAgent, Everywhere: true})
				},
			}
			if round%2 == 1 {
				acts = []func() error{func() error { return h.DisablePerson(ctx, one, two.ID) }, func() error { return h.DisablePerson(ctx, two, one.ID) }}
			}
			var wg sync.WaitGroup
			var mu sync.Mutex
			done := 0
			for _, act := range acts {
				wg.Go(func() {
					err := act()
					mu.Lock()
					defer mu.Unlock()
					if err == nil {
						done++
					} else if e, ok := models.AsError(err); !ok || e.Kind != models.KindInvalid {
						t.Errorf("refused by %v", err)
					}
				})
			}
			wg.Wait()
			if n, err := models.ActiveAdmins(ctx, h.db, 0); done != 1 || n != 1 || err != nil {
				t.Fatalf("round %d: %d done, %d administrators, %v", round, done, n, err)
			}
			h.write(func(ctx context.Context, tx *models.Tx) error {
				for _, a := range []Actor{one, two} {
					if err := models.EnableAgent(ctx, tx, a.ID); err != nil {
						return err
					}
					if err := models.SetAgentRole(ctx, tx, a.ID, a.Name, models.RoleAdmin); err != nil {
						return err
					}
				}
				return nil
			})
		}
	})
}

// SE-4: nobody but who may manage people changes anybody, least of all themselves.
func TestNobodyRaisesThemselves(t *testing.T) {
	h := newHouse(t, "")
	ctx := context.Background()
	ines, vera := h.newAgent("Ines", models.RoleAdmin), h.newAgent("Vera", models.RoleViewer)
	for _, actor := range []Actor{h.ada, vera, {}} {
		for name, try := range map[string]func() error{
			"people": func() error { _, err := h.People(ctx, actor); return err },
			"person": func() error { _, err := h.Person(ctx, actor, ines.ID); return err },
			"roles":  func() error { _, err := h.Roles(ctx, actor); return err },
			"teams":  func() error { _, err := h.Teams(ctx, actor); return err },
			"team":   func() error { _, err := h.Team(ctx, actor, 0); return err },
			"save":   func() error { _, err := h.SaveTeam(ctx, actor, 0, TeamInput{Name: "x"}); return err },
			"delete": func() error { return h.DeleteTeam(ctx, actor, 1, 0) },
			"audit":  func() error { _, err := h.AuditLog(ctx, actor, AuditAsk{}); return err },
			"export": func() error { _, err := h.AuditExport(ctx, actor, AuditAsk{}); return err },
			"raise": func() error {
				return h.ChangePerson(ctx, actor, actor.ID, PersonInput{Name: "x", Role: models.RoleAdmin})
			},
			"disable":  func() error { return h.DisablePerson(ctx, actor, ines.ID) },
			"enable":   func() error { return h.EnablePerson(ctx, actor, ines.ID) },
			"sessions": func() error { return h.EndSessionsOf(ctx, actor, ines.ID) },
			"factor":   func() error { return h.DropFactorOf(ctx, actor, ines.ID) },
			"hand":     func() error { _, err := h.HandOver(ctx, actor, ines.ID, actor.ID); return err },
			"revoke":   func() error { return h.RevokeInvitation(ctx, actor, ines.ID) },
			"resend":   func() error { return h.ResendInvitation(ctx, actor, ines.ID) },
		} {
			if err := try(); models.KindOf(err) != models.KindForbidden {
				t.Errorf("%s as %q: %v", name, actor.Name, err)
			}
		}
	}
	if h.agent(h.ada.ID).Role != models.RoleAgent || h.agent(ines.ID).DisabledAt != 0 {
		t.Error("something was changed")
	}
}

// SE-4: a change of role or projects holds at once and is written down with both values.
func TestChangePerson(t *testing.T) {
	onEach(t, func(t *testing.T, h *house) {
		ctx := context.Background()
		ines := h.newAgent("Ines", models.RoleAdmin)
		var other *models.Project
		h.write(func(ctx context.Context, tx *models.Tx) (err error) {
			other, err = NewProject(ctx, tx, ProjectPlan{Slug: "other", Name: "Other"}, h.clock())
			return err
		})
		in := PersonInput{Name: "Ada Inner", Projects: map[int64]models.Role{other.ID: models.RoleAgent, h.project.ID: ""}}
		if err := h.ChangePerson(ctx, ines, h.ada.ID, in); err != nil {
			t.Fatal(err)
		}
		ada, err := h.Actor(ctx, h.ada.ID)
		if err != nil || ada.CanIn(models.ActRead, h.project.ID) || !ada.CanIn(models.ActReply, other.ID) {
			t.Fatalf("%+v, %v", ada, err)
		}
		log := h.auditOf("person.role_changed")
		if len(log) != 1 || !strings.Contains(log[0].Data, "Other: agent") || log[0].AgentName != "Ines" {
			t.Fatalf("%+v", log)
		}
		if err := h.ChangePerson(ctx, ines, h.ada.ID, in); err != nil || len(h.auditOf("person")) != 1 {
			t.Fatal("saving without a change is written down", err)
		}
		table, err := h.Roles(ctx, ines)
		if err != nil || !slices.Equal(table.Everywhere[models.RoleAdmin], []string{"Ines"}) || table.Projects[1].Names[models.RoleAgent][0] != "Ada Inner" || len(table.Projects[0].Names) != 0 {
			t.Fatalf("%+v, %v", table, err)
		}
		h.kind(h.ChangePerson(ctx, ines, 999, in), models.KindNotFound)
	})
}

// A95, SE-4: a disabled agent is out at once; their open tickets can be given to somebody who may have them.
func TestDisableAndHandOver(t *testing.T) {
	onEach(t, func(t *testing.T, h *house) {
		ctx := context.Background()
		ines, grace, foreign := h.newAgent("Ines", models.RoleAdmin), h.newAgent("Grace", models.RoleAgent), h.newAgent("Frida", models.RoleAgent)
		h.write(func(ctx context.Context, tx *models.Tx) error {
			return models.SetAgentProjects(ctx, tx, foreign.ID, map[int64]models.Role{})
		})
		h.file(false)
		number := h.ticket().Number
		if err := h.Assign(ctx, h.ada, number, h.ada.ID, 0); err != nil {
			t.Fatal(err)
		}
		hash := []byte(strings.Repeat("s", 32))
		if err := h.SaveSession(ctx, &models.Session{Hash: hash, Kind: "agent", SubjectID: h.ada.ID, Data: "{}", CreatedAt: models.At(h.clock()), SeenAt: models.At(h.clock()), ExpiresAt: models.At(h.clock().Add(time.Hour))}); err != nil {
			t.Fatal(err)
		}
		if err := h.DisablePerson(ctx, ines, h.ada.ID); err != nil {
			t.Fatal(err)
		}
		if _, err := h.LoadSession(ctx, "agent", hash); models.KindOf(err) != models.KindNotFound {
			t.Fatal("the session goes on", err)
		}
		if err := h.EnablePerson(ctx, ines, h.ada.ID); err != nil {
			t.Fatal(err)
		}
		if _, err := h.LoadSession(ctx, "agent", hash); models.KindOf(err) != models.KindNotFound {
			t.Fatal("enabling brings a session back", err)
		}
		if err := h.DisablePerson(ctx, ines, h.ada.ID); err != nil {
			t.Fatal(err)
		}
		sheet, err := h.Person(ctx, ines, h.ada.ID)
		if err != nil || sheet.OpenTickets != 1 || len(sheet.Tickets) != 1 || sheet.Tickets[0].Number != number || sheet.State != PersonDisabled {
			t.Fatalf("%+v, %v", sheet, err)
		}
		if n, err := h.HandOver(ctx, ines, h.ada.ID, foreign.ID); n != 0 || err != nil {
			t.Fatal("given to somebody who may not see it", n, err)
		}
		_, err = h.HandOver(ctx, ines, h.ada.ID, h.ada.ID)
		h.fault(err, "to")
		if n, err := h.HandOver(ctx, ines, h.ada.ID, grace.ID); n != 1 || err != nil {
			t.Fatal(n, err)
		}
		if got := h.ticket(); got.AssigneeID == nil || *got.AssigneeID != grace.ID {
			t.Fatalf("%+v", got.AssigneeID)
		}
		if n, err := h.HandOver(ctx, ines, grace.ID, 0); n != 1 || err != nil || h.ticket().AssigneeID != nil {
			t.Fatal(n, err)
		}
	})
}
