package desk

import (
	"context"
	"testing"

	"lodge/models"
)

// guests sets guest_create.
func (h *mailHouse) guests(may bool) {
	h.t.Helper()
	h.write(func(ctx context.Context, tx *models.Tx) error {
		cat, err := models.TxCatalog(ctx, tx)
		if err != nil {
			return err
		}
		w := cat.Workspace
		w.Settings.GuestCreate = may
		return models.UpdateWorkspace(ctx, tx, &w)
	})
}

// SE-1, EM-2: with guest_create off nobody outside opens a ticket by mail, known and proven or
// not, and nobody is asked to confirm; an agent may still let the mail in, and replies go on.
func TestGuestsOpenNoTicketByMail(t *testing.T) {
	onEachMail(t, func(t *testing.T, h *mailHouse) {
		ctx := context.Background()
		ticket, link, _, reply := h.rosas()
		h.settings(func(p *models.Project) { p.Settings.VerifyAnonymous = models.VerifyAlways })
		h.guests(false)
		var last *models.Held
		h.changesNothing(ticket, func() {
			for from, proven := range map[string]bool{"rosa@example.com": true, "nina@example.com": false, "otto@example.com": true} {
				in := h.letter(from, "Another thing", "NEWWORDS of "+from)
				in.Proven = proven
				row, got := h.takesRow(in)
				h.want(got, models.MailHeld, MailNoAccount)
				held := h.heldRow(row.ID)
				if held.Kind != models.HeldMail || held.Reason != "no_account" || held.TicketID != nil || held.State != models.HeldWaiting || held.Address != from || held.ProjectID != h.project.ID {
					t.Errorf("held as %+v", held)
				}
				if _, err := h.Portal().Held(ctx, h.ConfirmToken(held.ID)); models.KindOf(err) != models.KindNotFound {
					t.Errorf("%s could confirm it: %v", from, err)
				}
				if from == "otto@example.com" {
					last = held
				}
			}
		})
		due, err := models.ClaimJobs(ctx, h.db, "test", h.clock(), 1e9, 500)
		if err != nil {
			t.Fatal(err)
		}
		for _, j := range due {
			if j.Kind == JobConfirm {
				t.Errorf("somebody is asked: %s", j.Args)
			}
		}
		// An answer to what is there already is no new ticket.
		in := h.letter("rosa@example.com", "Re: Printer", "ANSWERWORDS")
		in.To = []InboundAddress{{Addr: reply}}
		h.want(h.takes(in), models.MailBecameReply, "")
		h.must(h.whole(link), []string{"ANSWERWORDS"}, []string{"NEWWORDS"})
		// An agent lets one in.
		if _, err := h.AcceptHeld(ctx, h.ada, last.ID, HeldAccept{As: HeldAsTicket}); err != nil {
			t.Fatal(err)
		}
		in = h.letter("otto@example.com", "Another thing", "NEWWORDS of otto@example.com")
		in.Held = last.ID
		got, err := h.TakeMail(ctx, *last.MailID, in)
		if err != nil || got.Outcome != models.MailBecameTicket || got.Ticket == ticket.Number {
			t.Errorf("let in, it became %+v, %v", got, err)
		}
		// Switched on again, mail opens tickets.
		h.settings(func(p *models.Project) { p.Settings.VerifyAnonymous = models.VerifyOff })
		h.guests(true)
		h.want(h.takes(h.letter("paul@example.com", "Hello", "words")), models.MailBecameTicket, "")
	})
}

// With guest_create off an agent's own mail is still held as an agent's, not as a guest's.
func TestAgentsAreNoGuests(t *testing.T) {
	onEachMail(t, func(t *testing.T, h *mailHouse) {
		h.guests(false)
		h.newAgent("Otto", models.RoleAgent)
		h.want(h.takes(h.letter("otto@acme.example", "Hello", "words")), models.MailHeld, MailFromAgent)
	})
}
