package desk

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"lodge/models"
	"lodge/secret"
)

const goodPassword = "seven herons over the ferry"

// customerLetters are the mails about accounts that have been asked for so far, and what else was
// told to customers.
func (h *house) customerLetters() (all []*CustomerLetter) {
	h.t.Helper()
	ctx := context.Background()
	jobs, err := models.ClaimJobs(ctx, h.db, "test", h.clock().Add(time.Hour*24*365), time.Minute, 100)
	if err != nil {
		h.t.Fatal(err)
	}
	for _, j := range jobs {
		if j.Kind == JobCustomerMail {
			l, err := h.CustomerLetter(ctx, j)
			if err == nil {
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

// onlyLetter gives the one mail that has been asked for.
func (h *house) onlyLetter(template string) *CustomerLetter {
	h.t.Helper()
	all := h.customerLetters()
	if len(all) != 1 || all[0].Template != template {
		h.t.Fatalf("mails %+v, want one %s", all, template)
	}
	return all[0]
}

// signUp asks for an account as a browser does that takes its time.
func (h *house) signUp(name, email string) error {
	h.t.Helper()
	form, err := h.Portal().SignUpForm(context.Background(), "")
	if err != nil {
		return err
	}
	h.later(3 * time.Second)
	return h.Portal().SignUp(context.Background(), SignUpInput{Name: name, Email: email, Client: form.FormID, Locale: "en", FormID: form.FormID, Next: "/my-tickets/new"})
}

// newCustomer makes an account by its mail, with goodPassword.
func (h *house) newCustomer(name, email string) Customer {
	h.t.Helper()
	if err := h.signUp(name, email); err != nil {
		h.t.Fatal(err)
	}
	me, _, err := h.Portal().Activate(context.Background(), h.onlyLetter(MailAccountActivate).Token, JoinInput{Name: name, Password: goodPassword, Locale: "en"})
	if err != nil {
		h.t.Fatal(err)
	}
	return me
}

func (h *house) workspace(change func(*models.WorkspaceSettings)) {
	h.t.Helper()
	h.write(func(ctx context.Context, tx *models.Tx) error {
		cat, err := models.TxCatalog(ctx, tx)
		if err != nil {
			return err
		}
		w := cat.Workspace
		change(&w.Settings)
		return models.UpdateWorkspace(ctx, tx, &w)
	})
}

// CP-1, CP-11, TestA53…: an account is made by the mailed link alone, once and within a week, and
// the ticket filed before from the same address is its own.
func TestA53AccountByMail(t *testing.T) {
	onEach(t, func(t *testing.T, h *house) {
		ctx := context.Background()
		h.file(false)
		if err := h.signUp("Ada Lovelace", "ROSA@Example.com"); err != nil {
			t.Fatal(err)
		}
		if _, err := models.CustomerByContact(ctx, h.db, h.ticket().ReporterID); models.KindOf(err) != models.KindNotFound {
			t.Fatal("an account before its mail was read", err)
		}
		l := h.onlyLetter(MailAccountActivate)
		for _, dead := range []string{"", "null", "0", strings.ToUpper(l.Token), l.Token + "x"} {
			if _, err := h.Portal().ActivationOpen(ctx, dead); models.KindOf(err) != models.KindNotFound {
				t.Errorf("%q opens: %v", dead, err)
			}
		}
		who, err := h.Portal().ActivationOpen(ctx, l.Token)
		if err != nil || who.Name != "Ada Lovelace" || who.Address != l.Address {
			t.Fatalf("%+v, %v", who, err)
		}
		for password, key := range map[string]string{"short": "agent.setup.error.password_short", "password1234!": "portal.account.error.common", "Lovelace1234": "portal.account.error.common",
			"aaaaaaaaaaaaaaa": "portal.account.error.common", "qwertzuiopasdf": "portal.account.error.common", "123456789012": "portal.account.error.common", "Summer2026!!!": "portal.account.error.common"} {
			_, _, err := h.Portal().Activate(ctx, l.Token, JoinInput{Name: "Ada", Password: password})
			if e, ok := models.AsError(err); !ok || e.Fields["password"].Key != key {
				t.Errorf("%s: %v", password, err)
			}
		}
		me, next, err := h.Portal().Activate(ctx, l.Token, JoinInput{Name: "Ada", Password: goodPassword, Locale: "en"})
		if err != nil || next != "/my-tickets/new" {
			t.Fatal(next, err)
		}
		if me.ID != h.ticket().ReporterID {
			t.Error("the ticket of this address is somebody else's")
		}
		contact, err := models.ContactByID(ctx, h.db, me.ID)
		if err != nil || contact.ProvenAt == 0 {
			t.Error("the address is not proven", err)
		}
		if _, _, err := h.Portal().Activate(ctx, l.Token, JoinInput{Name: "Ada", Password: goodPassword}); models.KindOf(err) != models.KindNotFound {
			t.Error("twice", err)
		}
		// A week later a link is over.
		if err := h.signUp("Otto", "otto@example.com"); err != nil {
			t.Fatal(err)
		}
		late := h.onlyLetter(MailAccountActivate)
		h.later(7*24*time.Hour + time.Second)
		if _, _, err := h.Portal().Activate(ctx, late.Token, JoinInput{Name: "Otto", Password: goodPassword}); models.KindOf(err) != models.KindNotFound {
			t.Error("late", err)
		}
		if n, err := models.PruneSignUps(ctx, h.db, models.At(h.clock())); err != nil || n != 2 {
			t.Errorf("%d asked-for accounts swept, %v", n, err)
		}
		if n, err := models.PruneSignInLinks(ctx, h.db, models.At(h.clock())); err != nil || n != 0 {
			t.Errorf("%d links swept, %v", n, err)
		}
	})
}

// CP-1, A79: asking for an account writes and answers alike for every address; only the mail says
// that there is one already, and there are three of them an hour at most.
func TestA79SignUpTellsNobody(t *testing.T) {
	onEach(t, func(t *testing.T, h *house) {
		h.newCustomer("Ada", "ada@example.com")
		if err := h.signUp("Mallory", "ada@example.com"); err != nil {
			t.Fatal(err)
		}
		l := h.onlyLetter(MailAccountKnown)
		if l.Token != "" || l.Name != "Ada" {
			t.Errorf("%+v", l)
		}
		for range 4 {
			if err := h.signUp("Mallory", "ada@example.com"); err != nil {
				t.Fatal(err)
			}
		}
		if n := len(h.customerLetters()); n != 1 {
			t.Errorf("%d more mails in an hour", n)
		}
	})
}

// CP-1: a suspect form is asked once more, and one client asks for so many accounts an hour.
func TestSignUpBotCheck(t *testing.T) {
	onEach(t, func(t *testing.T, h *house) {
		ctx := context.Background()
		form, err := h.Portal().SignUpForm(ctx, "")
		if err != nil {
			t.Fatal(err)
		}
		in := SignUpInput{Name: "Bot", Email: "bot@example.com", Client: "c", FormID: form.FormID}
		if err := h.Portal().SignUp(ctx, in); !errors.Is(err, ErrConfirm) {
			t.Error("quicker than anybody types", err)
		}
		h.later(time.Minute)
		in.Honeypot = "x"
		if err := h.Portal().SignUp(ctx, in); !errors.Is(err, ErrConfirm) {
			t.Error("the field that nobody sees", err)
		}
		in.Confirmed = true
		for range 5 {
			if err := h.Portal().SignUp(ctx, in); err != nil {
				t.Fatal(err)
			}
		}
		h.kind(h.Portal().SignUp(ctx, in), models.KindTooMany)
		for i := 0; ; i++ { // the work allows more
			if in.Work = itoa(int64(i)); solved(form.Challenge, in.Work) {
				break
			}
		}
		if err := h.Portal().SignUp(ctx, in); err != nil {
			t.Error(err)
		}
	})
}

// CP-3: who may have an account: everybody, who is named or invited, nobody new.
func TestRegistration(t *testing.T) {
	onEach(t, func(t *testing.T, h *house) {
		ctx := context.Background()
		h.newCustomer("Ada", "ada@example.com")
		h.workspace(func(s *models.WorkspaceSettings) {
			s.Registration, s.RegistrationAllow = models.RegistrationInvite, "calder.example, rosa@example.org"
		})
		for email, mails := range map[string]int{"otto@example.com": 0, "me@calder.example": 1, "me@sub.calder.example": 0, "rosa@example.org": 1, "x@example.org": 0} {
			if err := h.signUp("Somebody", email); err != nil {
				t.Fatal(err)
			}
			if n := len(h.customerLetters()); n != mails {
				t.Errorf("%s: %d mails", email, n)
			}
		}
		if _, err := h.Portal().EnsureCustomer(ctx, NewCustomer{Address: "otto@example.com"}); models.KindOf(err) != models.KindForbidden {
			t.Error("a proven address that is not named", err)
		}
		h.workspace(func(s *models.WorkspaceSettings) { s.Registration = models.RegistrationOff })
		h.kind(h.signUp("Otto", "otto@example.com"), models.KindNotFound)
		if _, err := h.Portal().EnsureCustomer(ctx, NewCustomer{Address: "ada@example.com"}); err != nil {
			t.Error("who has one loses it", err)
		}
		// An agent's invitation holds whatever the rule.
		h.file(false)
		if err := h.InviteCustomer(ctx, h.ada, h.ticket().ReporterID); err != nil {
			t.Fatal(err)
		}
		if all := h.customerLetters(); len(all) != 1 {
			t.Errorf("%+v", all)
		}
	})
}

// CP-1, A79, A82: a wrong password, an unknown address, a contact without an account and a disabled
// one are one answer; the tries wear down the account and the client, and the mailed link still works.
func TestA82CustomerSignIn(t *testing.T) {
	onEach(t, func(t *testing.T, h *house) {
		ctx := context.Background()
		me := h.newCustomer("Ada", "ada@example.com")
		in := SignInInput{Email: "Ada@Example.com", Password: goodPassword, Client: "c"}
		got, err := h.Portal().CustomerSignIn(ctx, in)
		if err != nil || got.ID != me.ID || got.Method != ByPassword {
			t.Fatal(got, err)
		}
		refused := func(email, password, client string) string {
			t.Helper()
			_, err := h.Portal().CustomerSignIn(ctx, SignInInput{Email: email, Password: password, Client: client})
			e, ok := models.AsError(err)
			if !ok {
				t.Fatal(err)
			}
			return e.Fields["password"].Key + e.Message
		}
		wrong := refused("ada@example.com", "wrong", "c1")
		for _, email := range []string{"nobody@example.com", "not an address", ""} {
			if answer := refused(email, goodPassword, "c2"); answer != wrong {
				t.Errorf("%s: %s, want %s", email, answer, wrong)
			}
		}
		for range 5 {
			_, _ = h.Portal().CustomerSignIn(ctx, SignInInput{Email: "ada@example.com", Password: "wrong", Client: "c3"})
		}
		if _, err := h.Portal().CustomerSignIn(ctx, in); models.KindOf(err) != models.KindTooMany {
			t.Error("a closed door opens", err)
		}
		browser, err := h.Portal().AskSignInLink(ctx, "ada@example.com", "", "c")
		if err != nil || browser == "" {
			t.Fatal(err)
		}
		if _, _, err := h.Portal().SignInByLink(ctx, h.onlyLetter(MailSignInLink).Token); err != nil {
			t.Error("locked out by a stranger", err)
		}
		h.write(func(ctx context.Context, tx *models.Tx) error { return models.DisableCustomer(ctx, tx, me.ID, 1) })
		h.later(2 * time.Hour)
		if answer := refused("ada@example.com", goodPassword, "c4"); answer != wrong {
			t.Error("a disabled account answers otherwise", answer)
		}
		if _, err := h.Portal().Customer(ctx, me.ID); models.KindOf(err) != models.KindNotFound {
			t.Error("a disabled account is still in", err)
		}
	})
}

// CP-2: a mailed link signs in once and for 15 minutes; its digits work in the browser that asked
// alone, five times at most; nobody unknown is mailed.
func TestSignInLink(t *testing.T) {
	onEach(t, func(t *testing.T, h *house) {
		ctx := context.Background()
		me := h.newCustomer("Ada", "ada@example.com")
		if _, err := h.Portal().AskSignInLink(ctx, "nobody@example.com", "", "c"); err != nil || len(h.customerLetters()) != 0 {
			t.Error("somebody unknown is mailed", err)
		}
		ask := func() (string, *CustomerLetter) {
			t.Helper()
			browser, err := h.Portal().AskSignInLink(ctx, "ada@example.com", "/my-profile", "c")
			if err != nil {
				t.Fatal(err)
			}
			return browser, h.onlyLetter(MailSignInLink)
		}
		browser, l := ask()
		if who, err := h.Portal().SignInLinkOpen(ctx, l.Token); err != nil || who.Address != "ada@example.com" {
			t.Fatal(err)
		}
		got, next, err := h.Portal().SignInByLink(ctx, l.Token)
		if err != nil || got.ID != me.ID || got.Method != ByLink || next != "/my-profile" {
			t.Fatal(got, next, err)
		}
		if _, _, err := h.Portal().SignInByLink(ctx, l.Token); models.KindOf(err) != models.KindNotFound {
			t.Error("twice", err)
		}
		if _, _, err := h.Portal().SignInByCode(ctx, browser, l.Code, "c"); models.KindOf(err) != models.KindNotFound {
			t.Error("the digits of a used link", err)
		}
		browser, l = ask()
		other := secret.RandomToken()
		if _, _, err := h.Portal().SignInByCode(ctx, other, l.Code, "d"); err == nil {
			t.Error("another browser")
		}
		if got, _, err := h.Portal().SignInByCode(ctx, browser, l.Code[:3]+" "+l.Code[3:], "c"); err != nil || got.ID != me.ID {
			t.Error(err)
		}
		browser, l = ask()
		for range codeTries {
			if _, _, err := h.Portal().SignInByCode(ctx, browser, "12345", "e"); models.KindOf(err) != models.KindInvalid {
				t.Fatal(err)
			}
		}
		h.later(time.Minute) // the wait after so many wrong ones
		if _, _, err := h.Portal().SignInByCode(ctx, browser, l.Code, "f"); models.KindOf(err) != models.KindNotFound {
			t.Error("guessing goes on", err)
		}
		h.later(time.Hour)
		_, l = ask()
		h.later(15 * time.Minute)
		if _, _, err := h.Portal().SignInByLink(ctx, l.Token); models.KindOf(err) != models.KindNotFound {
			t.Error("late", err)
		}
		// A reporter without an account gets one by the link, as far as they may.
		h.file(false)
		h.later(time.Hour)
		h.workspace(func(s *models.WorkspaceSettings) { s.SignInLink = false })
		if _, err := h.Portal().AskSignInLink(ctx, "ada@example.com", "", "c"); models.KindOf(err) != models.KindNotFound {
			t.Error("switched off", err)
		}
	})
}

// CP-1, A84: a new password by mail works once, for half an hour, and ends every session; A54: the
// tokens of one kind open nothing of another.
func TestA84CustomerReset(t *testing.T) {
	onEach(t, func(t *testing.T, h *house) {
		ctx := context.Background()
		me := h.newCustomer("Ada", "ada@example.com")
		hash := []byte(strings.Repeat("s", 32))
		if err := h.SaveSession(ctx, &models.Session{Hash: hash, Kind: models.SessionCustomer, SubjectID: me.ID, Data: "{}", CreatedAt: models.At(h.clock()), SeenAt: models.At(h.clock()), ExpiresAt: models.At(h.clock().Add(time.Hour))}); err != nil {
			t.Fatal(err)
		}
		for _, email := range []string{"nobody@example.com", "ada@example.com"} {
			if err := h.Portal().CustomerForgot(ctx, email, "c"); err != nil {
				t.Fatal(err)
			}
		}
		token := h.onlyLetter(MailCustomerReset).Token
		for name, err := range map[string]error{
			"activation": func() error { _, err := h.Portal().ActivationOpen(ctx, token); return err }(),
			"link":       func() error { _, err := h.Portal().SignInLinkOpen(ctx, token); return err }(),
			"agent":      func() error { _, err := h.ResetOpen(ctx, token); return err }(),
			"thread":     func() error { _, err := h.Portal().Thread(ctx, Link{Token: token}, ""); return err }(),
		} {
			if models.KindOf(err) != models.KindNotFound {
				t.Errorf("a reset token as %s: %v", name, err)
			}
		}
		h.fault(h.Portal().CustomerReset(ctx, token, "short"), "password")
		if err := h.Portal().CustomerReset(ctx, token, "eight herons over the ferry"); err != nil {
			t.Fatal(err)
		}
		h.kind(h.Portal().CustomerReset(ctx, token, "nine herons over the ferry"), models.KindNotFound)
		if _, err := h.LoadSession(ctx, models.SessionCustomer, hash); models.KindOf(err) != models.KindNotFound {
			t.Error("a session outlives the reset", err)
		}
		if _, err := h.Portal().CustomerSignIn(ctx, SignInInput{Email: "ada@example.com", Password: "eight herons over the ferry", Client: "c"}); err != nil {
			t.Error(err)
		}
		h.later(2 * time.Hour)
		if err := h.Portal().CustomerForgot(ctx, "ada@example.com", "c"); err != nil {
			t.Fatal(err)
		}
		late := h.onlyLetter(MailCustomerReset).Token
		h.later(31 * time.Minute)
		h.kind(h.Portal().CustomerReset(ctx, late, goodPassword), models.KindNotFound)
	})
}
