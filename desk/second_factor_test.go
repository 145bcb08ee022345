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
