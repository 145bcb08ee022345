package desk

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"lodge/models"
	"lodge/secret"
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

func (h *house) auditOf(kind string) []*models.AuditEntry {
	h.t.Helper()
	log, err := models.Audit(context.Background(), h.db, models.AuditQuery{Kind: kind, Limit: 100})
	if err != nil {
		h.t.Fatal(err)
	}
	return log
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

// SE-4: deleting a team takes it from its tickets, after the person has been told how many.
func TestTeams(t *testing.T) {
	onEach(t, func(t *testing.T, h *house) {
		ctx := context.Background()
		ines := h.newAgent("Ines", models.RoleAdmin)
		id, err := h.SaveTeam(ctx, ines, 0, TeamInput{Name: "Harbour", Members: []int64{h.ada.ID, h.ada.ID}})
		if err != nil {
			t.Fatal(err)
		}
		_, err = h.SaveTeam(ctx, ines, 0, TeamInput{Name: "harbour"})
		h.fault(err, "name")
		_, err = h.SaveTeam(ctx, ines, 0, TeamInput{Name: "Crew", Members: []int64{999}})
		h.fault(err, "members")
		if _, err := h.SaveTeam(ctx, ines, id, TeamInput{Name: "Dock", Members: []int64{ines.ID}}); err != nil {
			t.Fatal(err)
		}
		all, err := h.Teams(ctx, ines)
		if err != nil || len(all) != 1 || all[0].Name != "Dock" || len(all[0].Members) != 1 || all[0].Members[0].ID != ines.ID {
			t.Fatalf("%+v, %v", all, err)
		}
		h.file(false)
		ticket := h.ticket()
		h.write(func(ctx context.Context, tx *models.Tx) error {
			ticket.TeamID = &id
			return models.SaveTicket(ctx, tx, ticket)
		})
		h.kind(h.DeleteTeam(ctx, ines, id, 0), models.KindConflict)
		if h.ticket().TeamID == nil {
			t.Fatal("refused and done")
		}
		if err := h.DeleteTeam(ctx, ines, id, 1); err != nil {
			t.Fatal(err)
		}
		if h.ticket().TeamID != nil {
			t.Fatal("the ticket still has the team")
		}
		h.kind(h.DeleteTeam(ctx, ines, id, 1), models.KindNotFound)
		var data map[string]any
		if log := h.auditOf("team.deleted"); len(log) != 1 || json.Unmarshal([]byte(log[0].Data), &data) != nil || data["tickets"] != "1" {
			t.Fatalf("%+v", log)
		}
	})
}

// AG-7, A79: a link for a new password is mailed to agents alone, works once and for half an
// hour, ends every session, and asking answers alike for everybody.
func TestForgottenPassword(t *testing.T) {
	onEach(t, func(t *testing.T, h *house) {
		ctx := context.Background()
		grace := h.newAgent("Grace", models.RoleAgent)
		h.fault(h.ForgotPassword(ctx, "grace", "c"), "email")
		for _, who := range []string{"nobody@acme.example", "Grace@acme.example", "ada@acme.example"} { // Ada has no password yet
			if err := h.ForgotPassword(ctx, who, "c"); err != nil {
				t.Fatal(who, err)
			}
		}
		mails := h.letters()
		if len(mails) != 1 || mails[0].Address != "grace@acme.example" || mails[0].Template != MailPasswordReset {
			t.Fatalf("%+v", mails)
		}
		token := mails[0].Token
		if _, err := h.Invitation(ctx, token); models.KindOf(err) != models.KindNotFound {
			t.Fatal("a reset is an invitation", err)
		}
		hash := []byte(strings.Repeat("s", 32))
		session := &models.Session{Hash: hash, Kind: "agent", SubjectID: grace.ID, Data: "{}", CreatedAt: models.At(h.clock()), SeenAt: models.At(h.clock()), ExpiresAt: models.At(h.clock().Add(time.Hour))}
		if err := h.SaveSession(ctx, session); err != nil {
			t.Fatal(err)
		}
		h.fault(h.ResetPassword(ctx, token, "short"), "password")
		if err := h.ResetPassword(ctx, token, "another long password"); err != nil {
			t.Fatal(err)
		}
		h.kind(h.ResetPassword(ctx, token, "another long password"), models.KindNotFound)
		if _, err := h.LoadSession(ctx, "agent", hash); models.KindOf(err) != models.KindNotFound {
			t.Fatal("a session outlives the reset", err)
		}
		if _, err := h.SignIn(ctx, SignInInput{Email: "grace@acme.example", Password: testPassword, Client: "c"}); err == nil {
			t.Fatal("the old password works")
		}
		if _, err := h.SignIn(ctx, SignInInput{Email: "grace@acme.example", Password: "another long password", Client: "c"}); err != nil {
			t.Fatal(err)
		}
		if mails := h.letters(); len(mails) != 1 || mails[0].Template != MailPasswordChanged || mails[0].Token != "" {
			t.Fatalf("%+v", mails)
		}
		if len(h.auditOf("password.reset")) != 1 {
			t.Error("not in the audit log")
		}
		// Two more this hour, then none, without a word.
		for range 4 {
			if err := h.ForgotPassword(ctx, "grace@acme.example", "c"); err != nil {
				t.Fatal(err)
			}
		}
		mails = h.letters()
		if len(mails) != 2 {
			t.Fatalf("%d mails", len(mails))
		}
		h.later(31 * time.Minute)
		h.kind(h.ResetPassword(ctx, mails[0].Token, "another long password"), models.KindNotFound)
		h.later(time.Hour)
		if err := h.ForgotPassword(ctx, "grace@acme.example", "c"); err != nil {
			t.Fatal(err)
		}
		mails = h.letters()
		h.write(func(ctx context.Context, tx *models.Tx) error {
			return models.DisableAgent(ctx, tx, grace.ID, models.At(h.clock()))
		})
		h.kind(h.ResetPassword(ctx, mails[0].Token, "another long password"), models.KindNotFound)
	})
}

// SE-5: the second step of a sign-in. A code works once, the first step alone signs nobody in,
// and wrong codes close the same door as wrong passwords.
func TestSecondFactor(t *testing.T) {
	onEach(t, func(t *testing.T, h *house) {
		ctx := context.Background()
		grace := h.newAgent("Grace", models.RoleAgent)
		signIn := func() (string, error) {
			_, err := h.SignIn(ctx, SignInInput{Email: "grace@acme.example", Password: testPassword, Client: "c"})
			if need, ok := err.(*CodeNeeded); ok { //nolint:errorlint // never wrapped
				return need.Pending, nil
			}
			return "", err
		}
		if pending, err := signIn(); pending != "" || err != nil {
			t.Fatal("asks for a code that nobody set up", err)
		}
		if _, err := h.ConfirmFactor(ctx, grace, "000000", "c", nil); models.KindOf(err) != models.KindConflict {
			t.Fatal(err)
		}
		if err := h.BeginFactor(ctx, grace); err != nil {
			t.Fatal(err)
		}
		if pending, err := signIn(); pending != "" || err != nil {
			t.Fatal("asks for a code before it was confirmed", err)
		}
		page, err := h.Factor(ctx, grace)
		if err != nil || !page.State.Begun || page.Secret == "" {
			t.Fatalf("%+v, %v", page, err)
		}
		raw, err := totpSpelling.DecodeString(strings.ReplaceAll(page.Secret, " ", ""))
		if err != nil {
			t.Fatal(err)
		}
		if a := h.agent(grace.ID); strings.Contains(a.TOTPSecret, strings.ReplaceAll(page.Secret, " ", "")) || a.TOTPAt != 0 {
			t.Fatal("the secret lies open")
		}
		code := func() string { return totpCode(raw, h.clock().Unix()/totpPeriod) }
		_, err = h.ConfirmFactor(ctx, grace, "12345", "c", nil)
		h.fault(err, "code")
		codes, err := h.ConfirmFactor(ctx, grace, code()[:3]+" "+code()[3:], "c", nil)
		if err != nil || len(codes) != 10 {
			t.Fatal(codes, err)
		}
		if page, err = h.Factor(ctx, grace); err != nil || page.Secret != "" || page.URI != "" || page.State.CodesLeft != 10 {
			t.Fatalf("the secret is shown for ever: %+v, %v", page, err)
		}
		h.kind(h.BeginFactor(ctx, grace), models.KindConflict)

		pending, err := signIn()
		if pending == "" || err != nil {
			t.Fatal("no second step", err)
		}
		in := SignInCodeInput{Pending: pending, Client: "c"}
		in.Code = code() // the one that confirmed: used
		_, err = h.SignInCode(ctx, in)
		h.fault(err, "code")
		h.later(31 * time.Second)
		in.Code = code()
		var wg sync.WaitGroup
		var mu sync.Mutex
		in1, entered := in, 0
		for range 2 {
			wg.Go(func() {
				_, err := h.SignInCode(ctx, in1)
				mu.Lock()
				defer mu.Unlock()
				if err == nil {
					entered++
				}
			})
		}
		wg.Wait()
		if entered != 1 {
			t.Fatalf("one code let %d in", entered)
		}
		// A recovery code, once, however it is typed.
		in.Code = " " + strings.ToUpper(codes[3]) + " "
		if _, err := h.SignInCode(ctx, in); err != nil {
			t.Fatal(err)
		}
		_, err = h.SignInCode(ctx, in)
		h.fault(err, "code")
		if page, _ = h.Factor(ctx, grace); page.State.CodesLeft != 9 {
			t.Fatal(page.State.CodesLeft)
		}
		for _, bad := range []string{"", "nonsense", h.keys.Seal("another purpose", pending, h.clock().Add(time.Hour))} {
			if _, err := h.SignInCode(ctx, SignInCodeInput{Pending: bad, Code: codes[4], Client: "c"}); models.KindOf(err) != models.KindNotFound {
				t.Fatal(bad, err)
			}
		}
		// The right password between wrong codes does not open the door again.
		for i := 0; ; i++ {
			if i > 10 {
				t.Fatal("wrong codes are free")
			}
			if p, err := signIn(); err == nil {
				in.Pending = p
			} else {
				h.kind(err, models.KindTooMany)
				break
			}
			in.Code = "000000"
			if _, err := h.SignInCode(ctx, in); models.KindOf(err) == models.KindTooMany {
				break
			}
		}
		if len(h.auditOf("session.refused")) == 0 {
			t.Error("the closed door is not in the audit log")
		}
		h.later(2 * time.Hour)
		in.Code = codes[5]
		_, err = h.SignInCode(ctx, in)
		h.kind(err, models.KindNotFound) // ten minutes are over

		_, err = h.NewRecoveryCodes(ctx, grace, Confirm{Password: "wrong", Client: "c"})
		h.fault(err, "password")
		fresh, err := h.NewRecoveryCodes(ctx, grace, Confirm{Password: testPassword, Client: "c"})
		if err != nil || slices.Contains(fresh, codes[5]) {
			t.Fatal(err)
		}
		in.Pending, _ = signIn()
		in.Code = codes[5]
		_, err = h.SignInCode(ctx, in)
		h.fault(err, "code")
		h.fault(h.DropFactor(ctx, grace, Confirm{Password: "wrong", Client: "c"}), "password")
		if err := h.DropFactor(ctx, grace, Confirm{Password: testPassword, Client: "c"}); err != nil {
			t.Fatal(err)
		}
		if pending, err := signIn(); pending != "" || err != nil {
			t.Fatal("still asks", err)
		}
		in.Code = fresh[0]
		_, err = h.SignInCode(ctx, in)
		h.kind(err, models.KindNotFound)
	})
}

// SE-5: each value of require_two_factor asks exactly whom it names.
func TestRequireTwoFactor(t *testing.T) {
	h := newHouse(t, "")
	ctx := context.Background()
	ines, grace := h.newAgent("Ines", models.RoleAdmin), h.newAgent("Grace", models.RoleAgent)
	for _, rule := range []struct {
		value string
		want  [2]bool
	}{{models.FactorOff, [2]bool{false, false}}, {models.FactorAdmins, [2]bool{true, false}}, {models.FactorAll, [2]bool{true, true}}} {
		h.write(func(ctx context.Context, tx *models.Tx) error {
			cat, err := models.TxCatalog(ctx, tx)
			if err != nil {
				return err
			}
			w := cat.Workspace
			w.Settings.RequireTwoFactor = rule.value
			return models.UpdateWorkspace(ctx, tx, &w)
		})
		for i, who := range []Actor{ines, grace} {
			if a, err := h.Actor(ctx, who.ID); err != nil || a.MustSetUpFactor != rule.want[i] {
				t.Errorf("%s for %s: %v, %v", rule.value, who.Name, a.MustSetUpFactor, err)
			}
		}
	}
	if err := h.BeginFactor(ctx, grace); err != nil {
		t.Fatal(err)
	}
	if a, _ := h.Actor(ctx, grace.ID); !a.MustSetUpFactor {
		t.Error("begun is not set up")
	}
	h.write(func(ctx context.Context, tx *models.Tx) error {
		return models.SetFactor(ctx, tx, grace.ID, h.agent(grace.ID).TOTPSecret, 1, 1)
	})
	if a, _ := h.Actor(ctx, grace.ID); a.MustSetUpFactor {
		t.Error("is asked again")
	}
}

// AG-7, A82: changing a password asks for the present one, ends the other sessions, and is mailed.
func TestChangePassword(t *testing.T) {
	onEach(t, func(t *testing.T, h *house) {
		ctx := context.Background()
		grace := h.newAgent("Grace", models.RoleAgent)
		var hashes [][]byte
		for _, c := range "ab" {
			hash := []byte(strings.Repeat(string(c), 32))
			hashes = append(hashes, hash)
			if err := h.SaveSession(ctx, &models.Session{Hash: hash, Kind: "agent", SubjectID: grace.ID, Data: "{}", CreatedAt: models.At(h.clock()), SeenAt: models.At(h.clock()), ExpiresAt: models.At(h.clock().Add(time.Hour))}); err != nil {
				t.Fatal(err)
			}
		}
		in := PasswordInput{Confirm: Confirm{Password: "wrong", Client: "c"}, New: "another long password", Session: hashes[0]}
		h.fault(h.ChangePassword(ctx, grace, in), "present")
		in.Password, in.New = testPassword, "short"
		h.fault(h.ChangePassword(ctx, grace, in), "password")
		in.New = testPassword
		h.fault(h.ChangePassword(ctx, grace, in), "password")
		if len(h.letters()) != 0 {
			t.Fatal("a refusal is mailed")
		}
		in.New = "another long password"
		if err := h.ChangePassword(ctx, grace, in); err != nil {
			t.Fatal(err)
		}
		p, err := h.Profile(ctx, grace, hashes[0])
		if err != nil || len(p.Sessions) != 1 || !p.Sessions[0].This {
			t.Fatalf("%+v, %v", p.Sessions, err)
		}
		if mails := h.letters(); len(mails) != 1 || mails[0].Template != MailPasswordChanged {
			t.Fatalf("%+v", mails)
		}
		// Somebody else's session is not there.
		h.kind(h.RevokeSession(ctx, h.ada, p.Sessions[0].ID), models.KindNotFound)
		if err := h.RevokeSession(ctx, grace, p.Sessions[0].ID); err != nil {
			t.Fatal(err)
		}
		if _, err := h.LoadSession(ctx, "agent", hashes[0]); models.KindOf(err) != models.KindNotFound {
			t.Fatal(err)
		}
	})
}

// OP-6: the way back in from the machine's own console.
func TestAdminReset(t *testing.T) {
	onEach(t, func(t *testing.T, h *house) {
		ctx := context.Background()
		grace := h.newAgent("Grace", models.RoleAgent)
		_, err := h.AdminReset(ctx, AdminResetInput{Email: "nobody@acme.example"})
		h.kind(err, models.KindNotFound)
		h.write(func(ctx context.Context, tx *models.Tx) error {
			if err := models.SetFactor(ctx, tx, grace.ID, "sealed", 1, 1); err != nil {
				return err
			}
			return models.SetAgentProjects(ctx, tx, grace.ID, map[int64]models.Role{})
		})
		token, err := h.AdminReset(ctx, AdminResetInput{Email: "Grace@acme.example"})
		if err != nil {
			t.Fatal(err)
		}
		if a := h.agent(grace.ID); a.Role != models.RoleAgent || a.TOTPAt == 0 || a.Everywhere || a.PasswordHash != testHash() {
			t.Fatalf("more than a link: %+v", a)
		}
		h.write(func(ctx context.Context, tx *models.Tx) error { return models.DisableAgent(ctx, tx, grace.ID, 1) })
		_, err = h.AdminReset(ctx, AdminResetInput{Email: "grace@acme.example"})
		h.kind(err, models.KindConflict)
		second, err := h.AdminReset(ctx, AdminResetInput{Email: "grace@acme.example", MakeAdmin: true, DropFactor: true})
		if err != nil {
			t.Fatal(err)
		}
		if a := h.agent(grace.ID); a.Role != models.RoleAdmin || a.DisabledAt != 0 || !a.Everywhere || a.TOTPAt != 0 {
			t.Fatalf("%+v", a)
		}
		h.kind(h.ResetPassword(ctx, token, "another long password"), models.KindNotFound)
		if err := h.ResetPassword(ctx, second, "another long password"); err != nil {
			t.Fatal(err)
		}
		if _, err := h.SignIn(ctx, SignInInput{Email: "grace@acme.example", Password: "another long password", Client: "c"}); err != nil {
			t.Fatal(err)
		}
		if len(h.auditOf("admin.reset")) != 2 {
			t.Error("not in the audit log")
		}
		// The database holds no token.
		if _, err := models.TokenByHash(ctx, h.db, models.TokenReset, []byte(second)); err == nil || len(secret.Hash(second)) != 32 {
			t.Error("the token is stored as it is")
		}
	})
}

// SE-4: the audit log narrows by kind, agent and day, and pages without a gap.
func TestAuditLog(t *testing.T) {
	onEach(t, func(t *testing.T, h *house) {
		ctx := context.Background()
		ines := h.newAgent("Ines", models.RoleAdmin)
		h.write(func(ctx context.Context, tx *models.Tx) error {
			for i := range 120 {
				kind, who := "team.changed", ines
				if i%3 == 0 {
					kind, who = "person.changed", h.ada
				}
				if err := audit(ctx, tx, who, kind, "x", map[string]any{"name": [2]string{"a", "b"}, "count": 3}, h.clock().AddDate(0, 0, i-119)); err != nil {
					return err
				}
			}
			return nil
		})
		seen, pages := map[int64]bool{}, 0
		for ask := (AuditAsk{}); ; pages++ {
			page, err := h.AuditLog(ctx, ines, ask)
			if err != nil {
				t.Fatal(err)
			}
			for i, l := range page.Lines {
				if seen[l.ID] || (i > 0 && page.Lines[i-1].ID < l.ID) {
					t.Fatal("twice, or out of order")
				}
				seen[l.ID] = true
			}
			if !slices.Equal(page.Kinds, []string{"person.changed", "team.changed"}) {
				t.Fatal(page.Kinds)
			}
			if ask.Before = page.Next; ask.Before == "" {
				break
			}
		}
		if len(seen) != 120 || pages != 2 {
			t.Fatal(len(seen), pages)
		}
		for name, ask := range map[string]struct {
			AuditAsk
			want int
		}{
			"kind":       {AuditAsk{Kind: "person.changed"}, 40},
			"first word": {AuditAsk{Kind: "team"}, 80},
			"agent":      {AuditAsk{AgentID: h.ada.ID}, 40},
			"one day":    {AuditAsk{From: day(h.clock()), To: day(h.clock())}, 1},
			"two days":   {AuditAsk{From: day(h.clock()).AddDate(0, 0, -1)}, 2},
			"nothing":    {AuditAsk{Kind: "nonsense"}, 0},
		} {
			lines, err := h.AuditExport(ctx, ines, ask.AuditAsk)
			if err != nil || len(lines) != ask.want {
				t.Errorf("%s: %d, want %d, %v", name, len(lines), ask.want, err)
			}
		}
		page, err := h.AuditLog(ctx, ines, AuditAsk{})
		if err != nil || !slices.Equal(page.Lines[0].Changes, []AuditChange{{Name: "count", Is: "3"}, {Name: "name", Was: "a", Is: "b", Pair: true}}) {
			t.Fatalf("%+v, %v", page.Lines[0], err)
		}
	})
}

func day(t time.Time) time.Time { return t.Truncate(24 * time.Hour) }
