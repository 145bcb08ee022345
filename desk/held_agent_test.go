package desk

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"lodge/models"
)

// PC-12: an agent accepts without a proof; the address keeps its mark, and the sender's own
// confirmation still proves it later. Of two agents one decides.
func TestHeldAcceptedByAgent(t *testing.T) {
	onEach(t, func(t *testing.T, h *house) {
		ctx := context.Background()
		h.verify(models.VerifyAlways)
		id, token := h.hold(nil)
		var wg sync.WaitGroup
		var mu sync.Mutex
		won, lost := 0, 0
		for range 4 {
			wg.Go(func() {
				_, err := h.AcceptHeld(ctx, h.ada, id, HeldAccept{})
				mu.Lock()
				defer mu.Unlock()
				switch {
				case err == nil:
					won++
				case models.KindOf(err) == models.KindConflict:
					lost++
				default:
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if won != 1 || lost != 3 || h.count(models.ViewAll) != 1 {
			t.Fatalf("%d won, %d lost, %d tickets", won, lost, h.count(models.ViewAll))
		}
		ticket := h.ticket()
		if !ticket.Unproven {
			t.Error("an agent's word has proven the address")
		}
		h.kind(h.RejectHeld(ctx, h.ada, id), models.KindConflict)
		events := ""
		page, err := h.Ticket(ctx, h.ada, ticket.Number, "")
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range page.Events {
			events += e.Kind + " " + e.Actor + ";"
		}
		if !strings.Contains(events, "held_accepted Ada Inner") {
			t.Error(events)
		}
		done, err := h.Portal().ConfirmHeld(ctx, token)
		if err != nil || h.count(models.ViewAll) != 1 {
			t.Fatal(err)
		}
		if h.thread(done.Link).Title != "Printer is on fire" {
			t.Error("leads elsewhere")
		}
		if c, err := models.ContactByKey(ctx, h.db, "rosa@example.com"); err != nil || c.ProvenAt == 0 {
			t.Error("the mailed link proves nothing", err)
		}
		h.auditLacks("rosa@")
	})
}

// EM-2, SE-4: who may only read decides nothing; other projects do not exist.
func TestHeldRights(t *testing.T) {
	onEach(t, func(t *testing.T, h *house) {
		ctx := context.Background()
		h.verify(models.VerifyAlways)
		id, _ := h.hold(nil)
		viewer := Actor{ID: h.ada.ID, Role: models.RoleViewer}
		foreign := Actor{ID: h.ada.ID, Role: models.RoleAgent, Projects: map[int64]models.Role{h.project.ID + 1000: models.RoleAgent}}
		for _, c := range []struct {
			actor Actor
			kind  models.Kind
		}{{viewer, models.KindForbidden}, {foreign, models.KindNotFound}, {Actor{}, models.KindForbidden}} {
			_, err := h.AcceptHeld(ctx, c.actor, id, HeldAccept{})
			h.kind(err, c.kind)
			h.kind(h.RejectHeld(ctx, c.actor, id), c.kind)
		}
		if _, err := h.Held(ctx, viewer, id); err != nil {
			t.Error("a viewer cannot read:", err)
		}
		_, err := h.Held(ctx, foreign, id)
		h.kind(err, models.KindNotFound)
		page, err := h.HeldList(ctx, foreign, HeldAsk{})
		if err != nil || len(page.Lines) != 0 {
			t.Error("a foreign list", err)
		}
		h.write(func(ctx context.Context, tx *models.Tx) error {
			other, err := NewProject(ctx, tx, ProjectPlan{Slug: "other", Name: "Other"}, h.clock())
			if err != nil {
				return err
			}
			return models.SetAgentProjects(ctx, tx, h.ada.ID, map[int64]models.Role{other.ID: models.RoleAgent})
		})
		if n := h.heldFor(h.ada); n != 0 {
			t.Error("a foreign count", n)
		}
		if n, err := h.RejectHeldAll(ctx, foreign, []int64{id}); err != nil || n != 0 {
			t.Error(n, err)
		}
		if n, err := h.RejectHeldAll(ctx, h.ada, []int64{id, id, 4711}); err != nil || n != 1 {
			t.Error(n, err)
		}
		_, err = h.RejectHeldAll(ctx, h.ada, nil)
		h.fault(err, "ids")
	})
}

// EM-2, CO-4: a held mail is taken up by reading it again under what was decided.
func TestHeldMailIsReadAgain(t *testing.T) {
	onEach(t, func(t *testing.T, h *house) {
		ctx := context.Background()
		h.file(false)
		ticket := h.ticket()
		mailID := int64(77)
		hold := func(ticketID *int64, ask bool) int64 {
			row := &models.Held{ProjectID: h.project.ID, Kind: models.HeldMail, TicketID: ticketID, MailID: &mailID, Address: "otto@example.com", Name: "Otto", Title: "Re: fire", Excerpt: "Mine too", Reason: "not_participant"}
			h.write(func(ctx context.Context, tx *models.Tx) error { return h.holdBack(ctx, tx, row, ask, h.clock()) })
			return row.ID
		}
		job := func() string {
			due, err := models.ClaimJobs(ctx, h.db, "test", h.clock(), time.Minute, 500)
			if err != nil {
				t.Fatal(err)
			}
			for _, j := range due {
				if j.Kind == JobIntake {
					return fmt.Sprint(j.Args)
				}
			}
			return ""
		}
		payload := func(id int64) (c heldChoice, state string) {
			row, err := models.HeldByID(ctx, h.db, id)
			if err != nil {
				t.Fatal(err)
			}
			if err := json.Unmarshal([]byte(row.Payload), &c); err != nil {
				t.Fatal(err)
			}
			return c, row.State
		}
		first := hold(&ticket.ID, false)
		for _, as := range []string{"", "nonsense"} {
			_, err := h.AcceptHeld(ctx, h.ada, first, HeldAccept{As: as})
			h.fault(err, "as")
		}
		if n, err := h.AcceptHeld(ctx, h.ada, first, HeldAccept{As: HeldAsReply}); err != nil || n != 0 {
			t.Fatal(n, err)
		}
		if c, state := payload(first); c.As != HeldAsReply || state != models.HeldAccepted {
			t.Errorf("%+v %s", c, state)
		}
		if got := job(); !strings.Contains(got, `"held":`+itoa(first)) || !strings.Contains(got, `"mail":77`) {
			t.Errorf("job %s", got)
		}
		_, err := h.AcceptHeld(ctx, h.ada, first, HeldAccept{As: HeldAsReply})
		h.kind(err, models.KindConflict)

		second := hold(nil, false)
		_, err = h.AcceptHeld(ctx, h.ada, second, HeldAccept{As: HeldAsReply})
		h.fault(err, "as")
		_, err = h.AcceptHeld(ctx, h.ada, second, HeldAccept{As: HeldAsTicket, Company: 4711})
		h.fault(err, "company")
		if _, err = h.AcceptHeld(ctx, h.ada, second, HeldAccept{As: HeldAsTicket}); err != nil {
			t.Fatal(err)
		}
		// Confirmed by its own sender: their address is proven, and it is read again.
		third := hold(nil, true)
		done, err := h.Portal().ConfirmHeld(ctx, h.ConfirmToken(third))
		if err != nil || !done.Later {
			t.Fatal(done, err)
		}
		if c, state := payload(third); c.As != HeldAsTicket || state != models.HeldConfirmed {
			t.Errorf("%+v %s", c, state)
		}
		if h.contactOf("otto@example.com").ProvenAt == 0 {
			t.Error("not proven")
		}
		if shown, err := h.Portal().Held(ctx, h.ConfirmToken(third)); err != nil || !shown.Later {
			t.Errorf("%+v, %v", shown, err)
		}
	})
}

// PC-12: the list is paged by a cursor and its counter is bounded.
func TestHeldListIsPaged(t *testing.T) {
	onEach(t, func(t *testing.T, h *house) {
		h.write(func(ctx context.Context, tx *models.Tx) error {
			for i := range 130 {
				row := &models.Held{ProjectID: h.project.ID, Kind: models.HeldTicket, Address: "a@example.com", Title: fmt.Sprint(i), Reason: models.HeldToVerify, Payload: "{}"}
				if err := h.holdBack(ctx, tx, row, false, h.clock()); err != nil {
					return err
				}
			}
			return nil
		})
		if n := h.heldFor(h.ada); n != 100 {
			t.Error(n)
		}
		seen := map[string]bool{}
		for before := int64(0); ; {
			page, err := h.HeldList(context.Background(), h.ada, HeldAsk{Before: before})
			if err != nil {
				t.Fatal(err)
			}
			for _, l := range page.Lines {
				seen[l.Title] = true
			}
			if before = page.Next; before == 0 {
				break
			}
		}
		if len(seen) != 130 {
			t.Errorf("%d seen", len(seen))
		}
		_, err := h.HeldList(context.Background(), h.ada, HeldAsk{Kind: "nonsense"})
		h.kind(err, models.KindNotFound)
	})
}
