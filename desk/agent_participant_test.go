package desk

import (
	"context"
	"testing"

	"lodge/models"
)

// AG-2, PT-1: an agent adds somebody, who then has a link of their own; replacing it kills the
// old one alone; removing ends it; nobody else's link is touched, and nobody outside sees any of it.
func TestParticipants(t *testing.T) {
	onEach(t, func(t *testing.T, h *house) {
		ctx := context.Background()
		link := h.file(false)
		before := h.ticketOf(link.Token)
		number := before.Number
		if err := h.AddParticipant(ctx, h.ada, number, " Mila@Vance.example ", "Mila Vance"); err != nil {
			t.Fatal(err)
		}
		h.fault(h.AddParticipant(ctx, h.ada, number, "mila@vance.example", ""), "email")
		h.fault(h.AddParticipant(ctx, h.ada, number, "no address", ""), "email")
		page, err := h.TicketPeople(ctx, h.ada, number)
		if err != nil || len(page.People) != 2 || page.People[1].Address != "Mila@vance.example" || page.People[1].Reporter {
			t.Fatalf("people %+v, %v", page, err)
		}
		mila, rosa := page.People[1], page.People[0]
		links := func(id int64) Link {
			t.Helper()
			p, err := models.PersonByID(ctx, h.db, id)
			if err != nil {
				t.Fatal(err)
			}
			thread, _ := h.ParticipantLinks(&p.Participant)
			return thread
		}
		opens := func(l Link) bool {
			_, err := h.Portal().Thread(ctx, l, "")
			return err == nil
		}
		first := links(mila.ID)
		if !opens(first) || !opens(link) {
			t.Fatal("a link does not open")
		}
		if err := h.ReplaceLink(ctx, h.ada, number, mila.ID); err != nil {
			t.Fatal(err)
		}
		second := links(mila.ID)
		if opens(first) || !opens(second) || !opens(link) || first.Token == second.Token {
			t.Fatal("replacing did not replace this link alone")
		}
		h.kind(h.RemoveParticipant(ctx, h.ada, number, rosa.ID), models.KindConflict)
		other := h.ticketOf(h.file(false).Token).Number
		h.kind(h.RemoveParticipant(ctx, h.ada, other, mila.ID), models.KindNotFound)
		h.kind(h.ReplaceLink(ctx, h.ada, other, mila.ID), models.KindNotFound)
		viewer := Actor{ID: 99, Role: models.RoleViewer}
		h.kind(h.AddParticipant(ctx, viewer, number, "x@y.example", ""), models.KindForbidden)
		h.kind(h.RemoveParticipant(ctx, viewer, number, mila.ID), models.KindForbidden)
		foreign := Actor{ID: h.ada.ID, Projects: map[int64]models.Role{h.project.ID + 100: models.RoleAgent}}
		h.kind(h.AddParticipant(ctx, foreign, number, "x@y.example", ""), models.KindNotFound)
		if err := h.RemoveParticipant(ctx, h.ada, number, mila.ID); err != nil {
			t.Fatal(err)
		}
		if opens(second) || !opens(link) {
			t.Fatal("removing did not end this link alone")
		}
		all := []*models.Person{{Participant: models.Participant{ContactID: 1, JoinedAs: models.JoinedReporter}}, {Participant: models.Participant{ContactID: 2}}}
		for kind, template := range map[string]string{models.EventPersonAdded: MailPersonAdded, models.EventLinkReplaced: MailLinkReplaced, models.EventPersonRemoved: ""} {
			who := int64(2)
			told := Recipients(&models.Event{Kind: kind, ContactID: &who}, h.project, all, nil)
			if template == "" && len(told) != 0 || template != "" && (len(told) != 1 || told[0].Person != all[1] || told[0].Template != template) {
				t.Errorf("%s tells %+v", kind, told)
			}
		}
		if after := h.ticketOf(link.Token); after.PublicVersion != before.PublicVersion || after.Version != before.Version+3 {
			t.Errorf("versions %d/%d before, %d/%d after", before.Version, before.PublicVersion, after.Version, after.PublicVersion)
		}
	})
}
