package desk

import (
	"context"
	"testing"

	"lodge/models"
)

// AG-2: time is noted and taken back by whoever may; nobody outside sees or hears of it.
func TestTimeOnTickets(t *testing.T) {
	onEach(t, func(t *testing.T, h *house) {
		ctx := context.Background()
		link := h.file(false)
		before := h.ticketOf(link.Token)
		number := before.Number
		for spent, note := range map[string]string{"1h 20m": "Looked at the log", "10": ""} {
			if err := h.SpendTime(ctx, h.ada, number, spent, note); err != nil {
				t.Fatal(err)
			}
		}
		h.fault(h.SpendTime(ctx, h.ada, number, "a while", ""), "spent")
		h.kind(h.SpendTime(ctx, Actor{ID: 99, Role: models.RoleViewer}, number, "5", ""), models.KindForbidden)
		foreign := Actor{ID: h.ada.ID, Projects: map[int64]models.Role{h.project.ID + 100: models.RoleAgent}}
		h.kind(h.SpendTime(ctx, foreign, number, "5", ""), models.KindNotFound)
		page, err := h.Time(ctx, h.ada, number)
		if err != nil || page.Minutes != 90 || len(page.Entries) != 2 || !page.Entries[0].Mine {
			t.Fatalf("%+v, %v", page, err)
		}
		if shown, err := h.Ticket(ctx, h.ada, number, ""); err != nil || shown.Properties.Minutes != 90 {
			t.Fatalf("the sidebar shows %+v, %v", shown.Properties, err)
		}
		after := h.ticketOf(link.Token)
		if after.PublicVersion != before.PublicVersion || after.UpdatedAt != before.UpdatedAt || after.Version != before.Version+2 {
			t.Errorf("versions %+v, then %+v", before, after)
		}
		other := h.ticketOf(h.file(false).Token).Number
		h.kind(h.TakeTime(ctx, h.ada, other, page.Entries[0].ID), models.KindNotFound)
		colleague := Actor{ID: h.ada.ID + 50, Role: models.RoleAgent}
		h.kind(h.TakeTime(ctx, colleague, number, page.Entries[0].ID), models.KindNotFound)
		for i, who := range []Actor{h.ada, h.admin()} {
			if err := h.TakeTime(ctx, who, number, page.Entries[i].ID); err != nil {
				t.Fatal(err)
			}
		}
		if page, err = h.Time(ctx, h.ada, number); err != nil || page.Minutes != 0 || len(page.Entries) != 0 {
			t.Fatalf("%+v, %v", page, err)
		}
	})
}
