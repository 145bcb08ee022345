package jobs

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"lodge/desk"
	"lodge/mail"
	"lodge/models"
)

// SE-4, AG-7: mails to agents about their accounts. The link in the mail is the one that
// works; no job and no row holds it; a retry sends the same mail; what is over is not sent.
func TestMailsAboutAccounts(t *testing.T) {
	eachHouse(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		admin := h.newAgent("Ines", "ines@lodge.example", models.RoleAdmin)
		r := h.running("one")
		id, err := h.desk.Invite(ctx, admin, desk.PersonInput{Name: "Otto", Email: "otto@lodge.example", Role: models.RoleAgent, Everywhere: true})
		if err != nil {
			t.Fatal(err)
		}
		// The mail server was away at first.
		h.post.set(func(mail.Message) error { return away }, nil)
		h.settle(r)
		if len(h.post.mails()) != 0 {
			t.Fatal("sent without a server")
		}
		h.post.set(nil, nil)
		h.clock.forward(time.Hour)
		h.settle(r)
		mails := h.post.to("otto@lodge.example")
		if len(mails) != 1 {
			t.Fatalf("%d mails", len(mails))
		}
		m := mails[0]
		_, link, found := strings.Cut(m.Text, "/agent/invitation/")
		token, _, _ := strings.Cut(link, "\n")
		if !found || !strings.Contains(m.Text, "Ines invites you") || !strings.Contains(m.HTML, token) || m.UnsubscribeURL != "" || m.From.Addr == "" {
			t.Fatalf("%+v", m)
		}
		if err := h.desk.Join(ctx, token, desk.JoinInput{Name: "Otto", Password: "a long enough password"}); err != nil {
			t.Fatal(err)
		}
		h.settle(r)

		taken := errors.New("cut off")
		h.post.set(nil, func(mail.Message) error { return &mail.TempError{Err: taken} })
		if err := h.desk.ForgotPassword(ctx, "otto@lodge.example", "c"); err != nil {
			t.Fatal(err)
		}
		if err := h.desk.ForgotPassword(ctx, "nobody@lodge.example", "c"); err != nil {
			t.Fatal(err)
		}
		h.settle(r)
		h.post.set(nil, nil)
		h.clock.forward(10 * time.Minute)
		h.settle(r)
		mails = h.post.to("otto@lodge.example")[1:]
		if len(mails) != 2 || mails[0].MessageID != mails[1].MessageID || mails[0].Text != mails[1].Text || len(h.post.to("nobody@lodge.example")) != 0 {
			t.Fatalf("the retry is another mail: %d", len(mails))
		}
		_, link, _ = strings.Cut(mails[1].Text, "/agent/reset/")
		token, _, _ = strings.Cut(link, "\n")
		if err := h.desk.ResetPassword(ctx, token, "another long password"); err != nil {
			t.Fatal(err)
		}
		h.settle(r)
		mails = h.post.to("otto@lodge.example")
		if last := mails[len(mails)-1]; !strings.Contains(last.Text, "was changed") || strings.Contains(last.Text, token) {
			t.Fatal(last.Text)
		}

		// Asked for, and then the server was away for longer than the link would have lived.
		h.post.set(func(mail.Message) error { return away }, nil)
		if err := h.desk.ForgotPassword(ctx, "otto@lodge.example", "c"); err != nil {
			t.Fatal(err)
		}
		h.settle(r)
		h.post.set(nil, nil)
		h.clock.forward(time.Hour)
		before := len(h.post.mails())
		h.settle(r)
		if len(h.post.mails()) != before {
			t.Error("a dead link was mailed")
		}
		if err := h.desk.DisablePerson(ctx, admin, id); err != nil {
			t.Fatal(err)
		}
		if jobs, err := models.FailedJobs(context.Background(), h.db, 10); err != nil || len(jobs) != 0 {
			t.Error("jobs were given up", jobs, err)
		}
	})
}
