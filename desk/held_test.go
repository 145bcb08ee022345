package desk

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"lodge/models"
)

// waiting lists what waits for the agent.
func (h *house) waiting(ask HeldAsk) []HeldLine {
	h.t.Helper()
	page, err := h.HeldList(context.Background(), h.ada, ask)
	if err != nil {
		h.t.Fatal(err)
	}
	return page.Lines
}

// heldFor is the number beside "Held" on an agent's pages.
func (h *house) heldFor(a Actor) int {
	h.t.Helper()
	actor, err := h.Actor(context.Background(), a.ID)
	if err != nil {
		h.t.Fatal(err)
	}
	return actor.Held
}

// hold submits a form whose ticket waits, and gives the token of the mail about it.
func (h *house) hold(change func(in *SubmitInput)) (id int64, token string) {
	h.t.Helper()
	h.later(time.Hour)
	in := h.form()
	if change != nil {
		change(&in)
	}
	done, err := h.Portal().Submit(context.Background(), in)
	if err != nil {
		h.t.Fatal(err)
	}
	if !done.Held || done.Token != "" {
		h.t.Fatalf("not held: %+v", done)
	}
	id = h.waiting(HeldAsk{})[0].ID
	return id, h.ConfirmToken(id)
}

func (h *house) verify(rule string) {
	h.t.Helper()
	h.settings(func(p *models.Project) { p.Settings.VerifyAnonymous = rule })
}

// PC-12, A1: a ticket that waits is in no queue and no counter, makes no contact and no event,
// and asks for one mail; confirmed, it has everything that was sent, and the address is proven.
func TestHeldTicketWaitsAndIsConfirmed(t *testing.T) {
	onEach(t, func(t *testing.T, h *house) {
		ctx := context.Background()
		h.verify(models.VerifyFirstTime)
		h.settings(func(p *models.Project) { p.Settings.InitialMessage = true })
		id, token := h.hold(func(in *SubmitInput) {
			in.Type, in.Template, in.Message = "problem", "bug-report", "And it smells."
			in.Fields = map[string][]string{"field.steps": {"Press print"}}
			in.Uploads = []Upload{h.upload("log.txt", "it burns")}
		})
		if n := h.count(models.ViewAll); n != 0 {
			t.Fatalf("%d tickets in the queue", n)
		}
		if _, err := models.ContactByKey(ctx, h.db, "rosa@example.com"); models.KindOf(err) != models.KindNotFound {
			t.Fatal("a contact was made", err)
		}
		if n := h.heldFor(h.ada); n != 1 {
			t.Fatal(n)
		}
		item, err := h.Held(ctx, h.ada, id)
		if err != nil || item.Title != "Printer is on fire" || !strings.Contains(item.Text, "It began this morning.") || !strings.Contains(item.Text, "And it smells.") || item.Type != "Problem" ||
			len(item.Files) != 1 || len(item.Fields) == 0 || item.Reason != models.HeldToVerify {
			t.Fatalf("%+v, %v", item, err)
		}

		// A64: looking changes nothing, however often.
		for range 3 {
			shown, err := h.Portal().Held(ctx, token)
			if err != nil || shown.Title != "Printer is on fire" || shown.Address != "rosa@example.com" || len(shown.Files) != 1 || shown.Done != nil {
				t.Fatalf("%+v, %v", shown, err)
			}
		}
		if h.count(models.ViewAll) != 0 || len(h.waiting(HeldAsk{})) != 1 {
			t.Fatal("a look has released it")
		}

		h.later(13 * 24 * time.Hour) // its files wait as long as it does
		done, err := h.Portal().ConfirmHeld(ctx, token)
		if err != nil {
			t.Fatal(err)
		}
		page := h.thread(done.Link)
		if page.Title != "Printer is on fire" || page.Type != "Problem" || len(page.Messages) != 2 || len(page.Messages[0].Files) != 1 || page.Messages[0].Files[0].Name != "log.txt" {
			t.Fatalf("%+v", page)
		}
		ticket := h.ticket()
		if ticket.Unproven || !strings.Contains(fmt.Sprint(ticket.Fields()), "Press print") {
			t.Fatalf("%+v", ticket)
		}
		contact, err := models.ContactByKey(ctx, h.db, "rosa@example.com")
		if err != nil || contact.ProvenAt == 0 || contact.Name != "Rosa" {
			t.Fatalf("%+v, %v", contact, err)
		}
		content, err := h.AgentFile(ctx, h.ada, page.Messages[0].Files[0].PID, false)
		if err != nil || readAll(t, content) != "it burns" {
			t.Fatal("the file is gone", err)
		}

		// Twice is once, and the page leads on.
		again, err := h.Portal().ConfirmHeld(ctx, token)
		if err != nil || again.Link != done.Link || h.count(models.ViewAll) != 1 {
			t.Fatal(again, err)
		}
		if shown, err := h.Portal().Held(ctx, token); err != nil || shown.Done == nil || *shown.Done != done.Link || shown.Text != "" {
			t.Fatalf("%+v, %v", shown, err)
		}
		if len(h.waiting(HeldAsk{})) != 0 {
			t.Fatal("it still waits")
		}
		if _, err := h.Portal().DenyHeld(ctx, token); models.KindOf(err) != models.KindNotFound {
			t.Fatal("what was confirmed was dropped", err)
		}
		// Known now: not asked again.
		h.later(time.Hour)
		sent, err := h.Portal().Submit(ctx, h.form())
		if err != nil || sent.Held {
			t.Fatal("asked again", err)
		}
		if err := models.Verify(ctx, h.db); err != nil {
			t.Error(err)
		}
	})
}

// PC-13: a form sent twice, or twice at once, waits once.
func TestHeldFormSentTwice(t *testing.T) {
	onEach(t, func(t *testing.T, h *house) {
		h.verify(models.VerifyAlways)
		h.settings(func(p *models.Project) { p.Settings.AddressCreates = 100 })
		in := h.form()
		var wg sync.WaitGroup
		for range 6 {
			wg.Go(func() {
				if done, err := h.Portal().Submit(context.Background(), in); err != nil || !done.Held || done.Token != "" {
					t.Error(done, err)
				}
			})
		}
		wg.Wait()
		if n := len(h.waiting(HeldAsk{})); n != 1 {
			t.Fatalf("%d wait", n)
		}
		// Also after it was confirmed: the one who typed learns no link.
		if _, err := h.Portal().ConfirmHeld(context.Background(), h.ConfirmToken(h.waiting(HeldAsk{})[0].ID)); err != nil {
			t.Fatal(err)
		}
		done, err := h.Portal().Submit(context.Background(), in)
		if err != nil || !done.Held || done.Token != "" {
			t.Fatalf("%+v, %v", done, err)
		}
	})
}

// PC-8: a prefilled link names its customer and proves nothing.
func TestHeldIntakeLinkProvesNothing(t *testing.T) {
	onEach(t, func(t *testing.T, h *house) {
		h.verify(models.VerifyFirstTime)
		token, _, err := h.MakeIntakeLink(context.Background(), "acme", "otto@example.com", "Otto", 7)
		if err != nil {
			t.Fatal(err)
		}
		id, _ := h.hold(func(in *SubmitInput) { in.CustomerToken, in.Email = token, "" })
		if item, err := h.Held(context.Background(), h.ada, id); err != nil || item.Address != "otto@example.com" || item.Known == 0 {
			t.Fatalf("%+v, %v", item, err)
		}
	})
}

// PC-7, A2: what waits is charged like what arrives.
func TestHeldIsCharged(t *testing.T) {
	onEach(t, func(t *testing.T, h *house) {
		h.verify(models.VerifyAlways)
		for i := range 6 {
			in := h.form()
			in.Email = fmt.Sprintf("victim%d@example.com", i)
			_, err := h.Portal().Submit(context.Background(), in)
			if i < 5 && err != nil {
				t.Fatal(err)
			}
			if i == 5 {
				h.kind(err, models.KindTooMany)
			}
		}
		if n := len(h.waiting(HeldAsk{})); n != 5 {
			t.Fatalf("%d wait", n)
		}
	})
}

// PC-12, A54: dead, foreign and malformed links are one answer; what its reader disowns is gone.
func TestHeldDeadLinks(t *testing.T) {
	onEach(t, func(t *testing.T, h *house) {
		ctx := context.Background()
		h.verify(models.VerifyAlways)
		id, token := h.hold(func(in *SubmitInput) { in.Uploads = []Upload{h.upload("log.txt", "it burns")} })
		dead := func(name, token string) {
			t.Helper()
			if _, err := h.Portal().Held(ctx, token); models.KindOf(err) != models.KindNotFound {
				t.Errorf("%s: shown, %v", name, err)
			}
			if _, err := h.Portal().ConfirmHeld(ctx, token); models.KindOf(err) != models.KindNotFound {
				t.Errorf("%s: confirmed, %v", name, err)
			}
		}
		dead("of nothing", h.ConfirmToken(id+1))
		dead("malformed", "x")
		thread, _ := h.ParticipantLinks(&models.Participant{ID: id, Generation: 1})
		dead("of another kind", thread.Token)
		h.settings(func(p *models.Project) { p.Portal = models.PortalNone })
		dead("portal off", token)
		if _, err := h.Portal().DenyHeld(ctx, token); models.KindOf(err) != models.KindNotFound {
			t.Error("portal off: dropped", err)
		}
		h.settings(func(p *models.Project) { p.Portal = models.PortalPublic })
		if _, err := h.Portal().Held(ctx, token); err != nil {
			t.Fatal("portal on again:", err)
		}

		for range 2 {
			if _, err := h.Portal().DenyHeld(ctx, token); err != nil {
				t.Fatal(err)
			}
		}
		dead("disowned", token)
		row, err := models.HeldByID(ctx, h.db, id)
		if err != nil || row.State != models.HeldRejected || row.Payload != "{}" || row.Address+row.Name+row.Title+row.Excerpt != "" {
			t.Fatalf("%+v, %v", row, err)
		}
		if files, err := models.StagedFiles(ctx, h.db, heldKey(id), 1); err != nil || len(files) != 0 {
			t.Fatal("its files stay", err)
		}

		id, token = h.hold(nil)
		h.later(15 * 24 * time.Hour)
		dead("expired", token)
		if len(h.waiting(HeldAsk{})) != 0 {
			t.Error("expired and still listed")
		}
		if _, err := h.AcceptHeld(ctx, h.ada, id, HeldAccept{}); models.KindOf(err) != models.KindConflict {
			t.Error("expired and accepted", err)
		}
		if n, err := models.ExpireHeld(ctx, h.db, models.At(h.clock())); err != nil || n != 1 {
			t.Fatal(n, err)
		}
		row, err = models.HeldByID(ctx, h.db, id)
		if err != nil || row.State != models.HeldExpired || row.Payload != "{}" || row.Address+row.Name+row.Title+row.Excerpt != "" {
			t.Fatalf("%+v, %v", row, err)
		}
		if n, err := models.PruneHeld(ctx, h.db, h.clock().Add(time.Second)); err != nil || n != 2 {
			t.Fatal(n, err)
		}
		if h.count(models.ViewAll) != 0 {
			t.Error("a ticket was made")
		}
	})
}

// AG-3: who is erased leaves nothing behind among what is held.
func TestHeldIsErasedWithItsContact(t *testing.T) {
	onEach(t, func(t *testing.T, h *house) {
		ctx := context.Background()
		h.verify(models.VerifyAlways)
		_, token := h.hold(nil) // confirmed: makes the contact
		if _, err := h.Portal().ConfirmHeld(ctx, token); err != nil {
			t.Fatal(err)
		}
		id, token := h.hold(func(in *SubmitInput) { in.Uploads = []Upload{h.upload("log.txt", "it burns")} })
		other, _ := h.hold(func(in *SubmitInput) { in.Email = "otto@example.com" })
		if err := h.EraseContact(ctx, h.admin(), h.contactOf("rosa@example.com").ID, "Somebody"); err != nil {
			t.Fatal(err)
		}
		for _, of := range []int64{id - 1, id} {
			row, err := models.HeldByID(ctx, h.db, of)
			if err != nil || row.Address+row.Name+row.Title+row.Excerpt != "" || row.Payload != "{}" || row.State == models.HeldWaiting {
				t.Errorf("%+v, %v", row, err)
			}
		}
		if files, err := models.StagedFiles(ctx, h.db, heldKey(id), 1); err != nil || len(files) != 0 {
			t.Error("its files stay", err)
		}
		if _, err := h.Portal().ConfirmHeld(ctx, token); models.KindOf(err) != models.KindNotFound {
			t.Error("still confirmed", err)
		}
		if lines := h.waiting(HeldAsk{}); len(lines) != 1 || lines[0].ID != other {
			t.Errorf("%+v", lines)
		}
	})
}
