package jobs

import (
	"errors"
	"strings"
	"testing"
	"time"

	"lodge/desk"
	"lodge/mail"
	"lodge/models"
)

// NU-5: what agents read beside an answer is where the mail is that tells of it, its own or the
// one that carries it: waiting, together with others, in the digest, or failed with it.
func TestStatesOfSharedMails(t *testing.T) {
	eachHouse(t, func(t *testing.T, h *house) {
		s := h.stage()
		states := func(address string) string {
			t.Helper()
			page, err := h.desk.Ticket(t.Context(), h.agent, s.number, "")
			if err != nil {
				t.Fatal(err)
			}
			var all []string
			for _, e := range page.Entries {
				for _, m := range e.Mails {
					if m.Address == address {
						all = append(all, m.State)
						if m.State == models.DeliveryGathering && !m.Next.After(h.clock.Now()) {
							t.Error("nobody reads when it goes")
						}
					}
				}
			}
			return strings.Join(all, " ")
		}
		s.wish("", models.WishDigest)
		for range 3 {
			s.answer(s.number, "Hello.")
			h.settle(s.runner)
		}
		if got := states("ada@example.com"); got != "digest digest digest" {
			t.Errorf("Ada, before: %q", got)
		}
		waiting := states("otto@example.com")
		if waiting != "sent gathering gathering" {
			t.Errorf("Otto, before: %q", waiting)
		}
		h.post.set(func(m mail.Message) error {
			if m.To.Addr == "otto@example.com" {
				return &mail.PermError{Code: 550, Err: errors.New("no such user")}
			}
			return nil
		}, nil)
		h.clock.forward(time.Hour)
		h.settle(s.runner)
		if got := states("otto@example.com"); got != "sent failed failed" {
			t.Errorf("Otto, refused: %q", got)
		}
		h.clock.forward(25 * time.Hour)
		h.settle(s.runner)
		if got := states("ada@example.com"); got != strings.Repeat(desk.MailDigested+" ", 2)+desk.MailDigested {
			t.Errorf("Ada, afterwards: %q", got)
		}
		h.post.set(nil, nil)
		s.wish("", models.WishAll)
		for range 3 {
			s.answer(s.number, "Again.")
			h.settle(s.runner)
		}
		h.clock.forward(time.Hour)
		h.settle(s.runner)
		if got := states("ada@example.com"); !strings.HasSuffix(got, "sent together together") {
			t.Errorf("Ada, shared: %q", got)
		}
	})
}
