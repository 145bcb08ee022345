package jobs

import (
	"context"
	"regexp"
	"strings"
	"testing"
	"time"

	"lodge/desk"
	"lodge/mail"
	"lodge/models"
)

// linkIn finds the link of a thread in a mail.
func linkIn(t *testing.T, text string) desk.Link {
	t.Helper()
	m := regexp.MustCompile(`/ticket/thread/([\w-]+)\?p=([\w-]+)`).FindStringSubmatch(text)
	if m == nil {
		t.Fatalf("no link in %s", text)
	}
	return desk.Link{Token: m[1], Proof: m[2]}
}

// PT-14: the mail with a new link goes to the participant of the dead one alone; its link works,
// nothing typed stands in it, no job holds it, and while the mail server is away it is counted
// once.
func TestNewLinkMail(t *testing.T) {
	eachHouse(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		link := h.file(desk.SubmitInput{Email: "ada@example.com", Name: "Typed Name", Title: "TYPED-TITLE"})
		r := h.running("w")
		h.settle(r)
		first := h.post.to("ada@example.com")
		if len(first) != 1 {
			t.Fatalf("%d mails", len(first))
		}
		mailed := linkIn(t, first[0].Text)
		if mailed.Token != link.Token {
			t.Fatal("another token")
		}
		if err := h.portal.ReplaceLink(ctx, mailed); err != nil {
			t.Fatal(err)
		}
		h.settle(r)
		replaced := h.post.to("ada@example.com")
		if len(replaced) != 2 || !strings.Contains(replaced[1].Text, "was replaced") {
			t.Fatalf("%d mails", len(replaced))
		}
		present := linkIn(t, replaced[1].Text)
		if _, err := h.portal.Thread(ctx, mailed, ""); models.KindOf(err) != models.KindNotFound {
			t.Fatalf("the old link opens: %v", err)
		}
		// The mail server is away: tried again and again, counted once.
		h.post.set(func(mail.Message) error { return away }, nil)
		if err := h.portal.NewLink(ctx, mailed.Token, "c"); err != nil {
			t.Fatal(err)
		}
		h.settle(r)
		for range 4 {
			h.clock.forward(20 * time.Minute)
			h.settle(r)
		}
		h.post.set(nil, nil)
		h.clock.forward(time.Hour)
		h.settle(r)
		all := h.post.to("ada@example.com")
		if len(all) != 3 {
			t.Fatalf("%d mails", len(all))
		}
		m := all[2]
		if got := linkIn(t, m.Text); got != present || !strings.Contains(m.HTML, got.Token) || m.UnsubscribeURL == "" || m.To.Name != "" {
			t.Errorf("%+v", m)
		}
		if _, err := h.portal.Thread(ctx, linkIn(t, m.Text), ""); err != nil {
			t.Error(err)
		}
		if err := h.portal.NewLink(ctx, "never-lived", "c"); err != nil {
			t.Fatal(err)
		}
		h.settle(r)
		if got := h.post.to("ada@example.com"); len(got) != 3 {
			t.Errorf("%d mails", len(got))
		}

		// Mails are off; a way back in is asked for all the same.
		person := h.participant()
		h.write(func(ctx context.Context, tx *models.Tx) error {
			_, err := models.SetSubscription(ctx, tx, person, models.At(h.clock.Now()))
			return err
		})
		if err := h.portal.ReplaceLink(ctx, present); err != nil {
			t.Fatal(err)
		}
		h.settle(r)
		got := h.post.to("ada@example.com")
		if len(got) != 4 || linkIn(t, got[3].Text).Token == present.Token {
			t.Fatalf("%d mails", len(got))
		}
	})
}

// participant is the reporter of the newest ticket.
func (h *house) participant() int64 {
	h.t.Helper()
	ticket, err := models.TicketByNumber(h.t.Context(), h.db, h.latest())
	if err != nil {
		h.t.Fatal(err)
	}
	people, err := models.People(h.t.Context(), h.db, ticket.ID)
	if err != nil || len(people) == 0 {
		h.t.Fatal("nobody", err)
	}
	return people[0].ID
}

// A1, PT-14: a flood of tickets in somebody's name ends when they say so by the link in the
// first mail; what waits is not sent, and nothing typed was ever sent.
func TestNotMineEndsAMailBomb(t *testing.T) {
	eachHouse(t, func(t *testing.T, h *house) {
		h.file(desk.SubmitInput{Email: "victim@example.com", Title: "URGENT http://evil.example", Name: "Police", Description: "pay at http://evil.example"})
		r := h.running("w")
		h.settle(r)
		mails := h.post.to("victim@example.com")
		if len(mails) != 1 {
			t.Fatalf("%d mails", len(mails))
		}
		if all := whole(t, mails[0]); strings.Contains(all, "evil") || strings.Contains(all, "URGENT") || strings.Contains(all, "Police") {
			t.Error(all)
		}
		m := regexp.MustCompile(`https://help\.lodge\.example/ticket/thread/([\w-]+)/not-mine\?p=([\w-]+)`).FindStringSubmatch(mails[0].Text)
		if m == nil || !strings.Contains(mails[0].HTML, "/not-mine?p=") {
			t.Fatalf("no way to say so in %s", mails[0].Text)
		}
		done, err := h.portal.NotMine(t.Context(), desk.Link{Token: m[1], Proof: m[2]})
		if err != nil || done != desk.PublicDisown {
			t.Fatal(done, err)
		}
		for range 5 {
			h.file(desk.SubmitInput{Email: "Victim+1@example.com", Title: "again"})
			h.file(desk.SubmitInput{Email: "victim@example.com", Title: "again"})
		}
		h.answer(h.latest()-10, "We look into it.")
		h.settle(r)
		if n := len(h.post.to("victim@example.com")) + len(h.post.to("Victim+1@example.com")); n != 1 {
			t.Errorf("%d mails, want the first alone", n)
		}
		h.clock.forward(25 * time.Hour)
		h.file(desk.SubmitInput{Email: "victim@example.com", Title: "a day later"})
		h.settle(r)
		if n := len(h.post.to("victim@example.com")); n != 2 {
			t.Errorf("%d mails after a day, want 2", n)
		}
	})
}

// PT-14: one mail lists the open tickets of an address, with titles only where it is proven.
func TestLostLinksMail(t *testing.T) {
	eachHouse(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		for range 22 {
			h.file(desk.SubmitInput{Email: "ada@example.com", Title: "TYPED-TITLE"})
		}
		r := h.running("w")
		h.settle(r)
		before := len(h.post.to("ada@example.com"))
		ask := func() []mail.Message {
			t.Helper()
			if err := h.portal.LostLinks(ctx, desk.LostLinkInput{Email: "ADA@example.com", Client: "c"}); err != nil {
				t.Fatal(err)
			}
			h.settle(r)
			return h.post.to("ada@example.com")[before:]
		}
		if got := ask(); len(got) != 0 {
			t.Fatalf("%d mails over the share of an unproven address", len(got))
		}
		h.clock.forward(25 * time.Hour)
		got := ask()
		if len(got) != 1 || strings.Contains(whole(t, got[0]), "TYPED") || strings.Count(got[0].Text, "/ticket/thread/") != 20 || !strings.Contains(got[0].Text, "Support, opened on ") {
			t.Fatalf("%d mails: %+v", len(got), got)
		}
		if _, err := h.portal.Thread(ctx, linkIn(t, got[0].Text), ""); err != nil {
			t.Error(err)
		}
		h.prove("ada@example.com")
		if got = ask(); len(got) != 2 || strings.Count(got[1].Text, "TYPED-TITLE") != 20 {
			t.Fatalf("%d mails", len(got))
		}
	})
}
