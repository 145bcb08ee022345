package jobs

import (
	"context"
	"testing"
	"time"

	"lodge/desk"
	"lodge/models"
	"lodge/search"
)

// AG-1, AG-8: the agents' index follows every change of a ticket, and what is taken out of a
// ticket is found no more.
func TestTicketsAreIndexedAsTheyChange(t *testing.T) {
	eachHouse(t, func(t *testing.T, h *house) {
		tickets, err := search.OpenTickets(t.TempDir(), h.db.Epoch(), nil)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { tickets.Close() })
		f := NewTicketFollower(h.db, tickets, nil)
		h.file(deskInput("ada@example.com"))
		number := h.latest()
		f.Start()
		t.Cleanup(f.Stop)
		find := func(text string, want int) {
			t.Helper()
			var got []int64
			for end := time.Now().Add(time.Minute); time.Now().Before(end); time.Sleep(10 * time.Millisecond) {
				if !f.caughtUp(t.Context()) {
					continue
				}
				var err error
				if got, err = tickets.Find(t.Context(), search.TicketQuery{Text: text, Internal: true}); err == nil && len(got) == want {
					return
				}
			}
			t.Fatalf("%q finds %v, want %d", text, got, want)
		}
		find("ada@example.com", 1) // from the rebuild
		if _, err := h.desk.Note(t.Context(), h.agent, number, desk.AgentReply{Body: "Ask about the giraffes."}); err != nil {
			t.Fatal(err)
		}
		find("giraffes", 1)
		h.answer(number, "The zebras are fed.")
		find("zebras", 1)
		if got, err := tickets.Find(t.Context(), search.TicketQuery{Text: "giraffes"}); err != nil || len(got) != 0 {
			t.Errorf("a note is found among what is public: %v %v", got, err)
		}
		const title = "printer on fire"
		find(title, 1)
		before, err := models.TicketByNumber(t.Context(), h.db, number)
		if err != nil {
			t.Fatal(err)
		}
		h.write(func(ctx context.Context, tx *models.Tx) error {
			k, err := models.LockTicket(ctx, tx, before.ID)
			if err != nil {
				return err
			}
			k.Title = "Walruses"
			if err := models.SaveTicket(ctx, tx, k); err != nil {
				return err
			}
			return models.NoteChange(ctx, tx, "ticket", k.ID, h.desk.Now())
		})
		find("walruses", 1)
		find(title, 0)
		find("ada@example.com", 1)
	})
}
