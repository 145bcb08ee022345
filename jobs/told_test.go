package jobs

import (
	"context"
	"strings"
	"testing"

	"lodge/desk"
	"lodge/models"
)

// PT-9: without an assigned agent the ticket's team is told, and nobody outside it.
func TestTeamIsTold(t *testing.T) {
	eachHouse(t, func(t *testing.T, h *house) {
		alan := h.newAgent("Alan Turing", "alan@lodge.example", models.RoleAgent)
		vera := h.newAgent("Vera Viewer", "vera@lodge.example", models.RoleViewer)
		link := h.file(desk.SubmitInput{Email: "ada@example.com"})
		h.write(func(ctx context.Context, tx *models.Tx) error {
			team, err := models.InsertTeam(ctx, tx, "Printers", 1, alan.ID, vera.ID)
			if err != nil {
				return err
			}
			ticket, err := models.TicketByNumber(ctx, tx, h.latest())
			if err != nil {
				return err
			}
			ticket.TeamID = &team
			return models.SaveTicket(ctx, tx, ticket)
		})
		if _, err := h.portal.Reply(t.Context(), link, desk.ReplyInput{Body: "Anybody there?"}); err != nil {
			t.Fatal(err)
		}
		h.settle(h.running("w"))
		for addr, want := range map[string]int{"alan@lodge.example": 1, "grace@lodge.example": 0, "vera@lodge.example": 0} {
			if got := len(h.post.to(addr)); got != want {
				t.Errorf("%s: %d mails, want %d", addr, got, want)
			}
		}
	})
}

// PT-12, NU-1: with the portal off a mail carries the answer and no link that leads nowhere;
// unsubscribing still works and stays.
func TestPortalOffMailsCarryNoThreadLink(t *testing.T) {
	h := newHouse(t, models.Options{Dir: t.TempDir()})
	h.file(desk.SubmitInput{Email: "ada@example.com"})
	h.write(func(ctx context.Context, tx *models.Tx) error {
		cat, err := models.TxCatalog(ctx, tx)
		if err != nil {
			return err
		}
		p := *cat.Projects[0]
		p.Portal = models.PortalNone
		return models.UpdateProject(ctx, tx, &p)
	})
	h.answer(h.latest(), "We look into it.")
	h.settle(h.running("w"))
	mails := h.post.to("ada@example.com")
	if len(mails) == 0 {
		t.Fatal("nobody was told")
	}
	for _, m := range mails {
		if all := whole(t, m); strings.Contains(all, "/ticket/thread/") || !strings.Contains(all, "/ticket/unsubscribe/") {
			t.Errorf("mail says\n%s", m.Text)
		}
	}
}
