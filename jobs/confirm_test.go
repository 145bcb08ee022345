package jobs

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"lodge/desk"
	"lodge/mail"
	"lodge/models"
)

// held submits a form to a project whose tickets wait, and gives the mails to its address.
func (h *house) held(in desk.SubmitInput) {
	h.t.Helper()
	h.verify(models.VerifyFirstTime)
	form, err := h.portal.Form(h.t.Context(), "support", desk.FormAsk{})
	if err != nil {
		h.t.Fatal(err)
	}
	in.Slug, in.FormID = "support", form.FormID
	done, err := h.portal.Submit(h.t.Context(), in)
	if err != nil || !done.Held {
		h.t.Fatal(done, err)
	}
}

func (h *house) changeProject(change func(p *models.Project)) {
	h.t.Helper()
	h.write(func(ctx context.Context, tx *models.Tx) error {
		cat, err := models.TxCatalog(ctx, tx)
		if err != nil {
			return err
		}
		p := *cat.ProjectBySlug("support")
		change(&p)
		return models.UpdateProject(ctx, tx, &p)
	})
}

func (h *house) verify(rule string) {
	h.t.Helper()
	h.changeProject(func(p *models.Project) { p.Settings.VerifyAnonymous = rule })
}

// A3, PC-12: the mail that asks has a fixed subject and text and holds nothing that was typed; after
// the confirmation one acknowledgement of the ordinary kind follows.
func TestConfirmMailRepeatsNothing(t *testing.T) {
	eachHouse(t, func(t *testing.T, h *house) {
		typed := desk.SubmitInput{Email: "victim@example.com", Name: "Police <b>seedname</b>", Title: "URGENT pay http://evil.example/seedtitle", Description: "seedtext at https://evil.example", Client: "192.0.2.1", Locale: "de"}
		h.held(typed)
		typed.Email, typed.Name, typed.Title, typed.Description, typed.Client, typed.Locale = "other@example.com", "Quite Another", "Quiet words", "Nothing else", "192.0.2.2", "de"
		h.held(typed)
		r := h.running("w")
		h.settle(r)
		var asked []mail.Message
		for _, to := range []string{"victim@example.com", "other@example.com"} {
			mails := h.post.to(to)
			if len(mails) != 1 {
				t.Fatalf("%d mails to %s", len(mails), to)
			}
			asked = append(asked, mails[0])
		}
		m := asked[0]
		for _, part := range []string{m.Subject, m.Text, m.HTML, m.To.Name, m.From.Name} {
			for _, word := range []string{"seed", "evil", "URGENT", "Police", "urgent"} {
				if strings.Contains(part, word) {
					t.Errorf("holds %q: %s", word, part)
				}
			}
		}
		if m.Subject != asked[1].Subject || !strings.Contains(m.Text, "/ticket/confirm/") || m.Language != "de" || m.Auto != mail.AutoReplied {
			t.Errorf("%+v", m)
		}
		line := func(m mail.Message) string {
			for _, l := range strings.Split(m.Text, "\n") {
				if strings.Contains(l, "/ticket/confirm/") {
					return l
				}
			}
			return ""
		}
		// But for the link the two mails are one.
		if strings.ReplaceAll(m.Text, line(m), "") != strings.ReplaceAll(asked[1].Text, line(asked[1]), "") {
			t.Error("the text is not fixed")
		}
		token := line(m)[strings.LastIndex(line(m), "/")+1:]
		if _, err := h.portal.ConfirmHeld(t.Context(), token); err != nil {
			t.Fatal(err)
		}
		h.settle(r)
		mails := h.post.to("victim@example.com")
		if len(mails) != 2 || !strings.Contains(mails[1].Text, "seedtitle") {
			t.Fatalf("%d mails: %+v", len(mails), mails[len(mails)-1])
		}
	})
}

// A1: an address that is not proven gets so many mails in a day and no more, whatever asks for them;
// what is over that waits for an agent. A proven one is asked each time.
func TestConfirmMailsAreLimited(t *testing.T) {
	eachHouse(t, func(t *testing.T, h *house) {
		for i, email := range []string{"victim@example.com", "VICTIM@example.com", "victim+1@example.com", "victim@example.com", "victim@example.com"} {
			h.held(desk.SubmitInput{Email: email, Title: fmt.Sprint("Bomb ", i), Description: "x", Client: fmt.Sprint(i)})
		}
		h.verify(models.VerifyOff)
		h.file(desk.SubmitInput{Email: "victim@example.com"})
		r := h.running("w")
		h.settle(r)
		if n := len(h.post.mails()); n != 3 {
			t.Fatalf("%d mails", n)
		}
		list, err := h.desk.HeldList(t.Context(), h.agent, desk.HeldAsk{})
		if err != nil || len(list.Lines) != 5 {
			t.Fatal(len(list.Lines), err)
		}
		asked := 0
		for _, line := range list.Lines {
			item, err := h.desk.Held(t.Context(), h.agent, line.ID)
			if err != nil {
				t.Fatal(err)
			}
			if item.Asked {
				asked++
			}
		}
		if asked > 3 {
			t.Errorf("%d were asked", asked)
		}
		h.clock.forward(25 * time.Hour)
		h.prove("victim@example.com")
		h.verify(models.VerifyAlways)
		before := len(h.post.mails())
		for i := range 5 {
			form, err := h.portal.Form(t.Context(), "support", desk.FormAsk{})
			if err != nil {
				t.Fatal(err)
			}
			if _, err := h.portal.Submit(t.Context(), desk.SubmitInput{Slug: "support", FormID: form.FormID, Email: "victim@example.com", Title: "Mine", Description: "x", Client: fmt.Sprint("b", i)}); err != nil {
				t.Fatal(err)
			}
		}
		h.settle(r)
		if n := len(h.post.mails()) - before; n != 5 {
			t.Errorf("%d mails to a proven address", n)
		}
	})
}

// F9, NU-5: a mail server that is away costs the address none of its mails, and the mail keeps its
// Message-ID; what was decided meanwhile, and a portal that is off, asks nobody.
func TestConfirmMailIsTriedAgain(t *testing.T) {
	eachHouse(t, func(t *testing.T, h *house) {
		var ids []string
		h.post.set(func(m mail.Message) error { ids = append(ids, m.MessageID); return away }, nil)
		h.held(desk.SubmitInput{Email: "rosa@example.com", Title: "One", Description: "x", Client: "1"})
		r := h.running("w")
		for range 6 {
			h.settle(r)
			h.clock.forward(time.Hour)
		}
		if len(ids) < 4 {
			t.Fatalf("%d tries", len(ids))
		}
		h.post.set(nil, nil)
		h.settle(r)
		if mails := h.post.to("rosa@example.com"); len(mails) != 1 || mails[0].MessageID != ids[0] {
			t.Fatalf("%d mails", len(mails))
		}

		h.held(desk.SubmitInput{Email: "otto@example.com", Title: "Two", Description: "x", Client: "2"})
		h.changeProject(func(p *models.Project) { p.Portal = models.PortalNone })
		h.settle(r)
		if n := len(h.post.to("otto@example.com")); n > 1 {
			t.Errorf("%d mails with the portal off", n)
		}
	})
}

// PC-12: what has waited fourteen days goes, with everything that was sent.
func TestHeldIsSwept(t *testing.T) {
	eachHouse(t, func(t *testing.T, h *house) {
		h.held(desk.SubmitInput{Email: "rosa@example.com", Title: "One", Description: "Private words", Client: "1"})
		r := h.running("w")
		h.settle(r)
		list, err := h.desk.HeldList(t.Context(), h.agent, desk.HeldAsk{})
		if err != nil || len(list.Lines) != 1 {
			t.Fatal(err)
		}
		id := list.Lines[0].ID
		h.clock.forward(13 * 24 * time.Hour)
		if err := r.Sweep(t.Context()); err != nil {
			t.Fatal(err)
		}
		row, err := models.HeldByID(t.Context(), h.db, id)
		if err != nil || row.State != models.HeldWaiting || !strings.Contains(row.Payload, "Private words") {
			t.Fatalf("too early: %+v, %v", row, err)
		}
		h.clock.forward(25 * time.Hour)
		if err := r.Sweep(t.Context()); err != nil {
			t.Fatal(err)
		}
		if row, err = models.HeldByID(t.Context(), h.db, id); err != nil || row.State != models.HeldExpired || row.Payload != "{}" || row.Address != "" {
			t.Fatalf("%+v, %v", row, err)
		}
		h.clock.forward(31 * 24 * time.Hour)
		if err := r.Sweep(t.Context()); err != nil {
			t.Fatal(err)
		}
		if _, err = models.HeldByID(t.Context(), h.db, id); models.KindOf(err) != models.KindNotFound {
			t.Error("never forgotten", err)
		}
	})
}
