package desk

import (
	"context"
	"strings"
	"testing"
	"time"

	"lodge/models"
	"lodge/secret"
)

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
