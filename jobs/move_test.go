package jobs

import (
	"testing"
	"time"

	"lodge/desk"
	"lodge/models"
)

// SE-2, SE-3: a status and a type with more tickets than one job moves are deleted by several, and nobody is mailed.
func TestTicketsFollowADeletion(t *testing.T) {
	was := moveBatches
	moveBatches = 1
	t.Cleanup(func() { moveBatches = was })
	eachHouse(t, func(t *testing.T, h *house) {
		ines := h.newAgent("Ines Moreau", "ines@lodge.example", models.RoleAdmin)
		h.file(desk.SubmitInput{Email: "ada@example.com"})
		const many = 1700
		h.copyFirst(many - 1)
		r := h.running("w")
		h.settle(r)
		mails := len(h.post.mails())
		project := func() *models.Project {
			cat, err := h.db.Catalog(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			return cat.ProjectBySlug("support")
		}
		p := project()
		from, to, kind := *p.InitialStatusID, *p.ReopenedStatusID, *p.DefaultTypeID
		if err := h.desk.RemoveStatus(t.Context(), ines, "support", from, to); err != nil {
			t.Fatal(err)
		}
		if err := h.desk.RemoveType(t.Context(), ines, "support", kind, desk.TypeNone); err != nil {
			t.Fatal(err)
		}
		h.settle(r)
		left, err := models.TicketsByStatus(t.Context(), h.db, p.ID, many+1)
		if err != nil {
			t.Fatal(err)
		}
		types, err := models.TicketsByType(t.Context(), h.db, p.ID, many+1)
		if err != nil {
			t.Fatal(err)
		}
		if left[from] != 0 || left[to] != many || types[kind] != 0 {
			t.Errorf("%d left, %d moved, %d of the type", left[from], left[to], types[kind])
		}
		if p := project(); len(p.Leaving()) != 0 || len(p.LeavingTypes()) != 0 || p.Status(from).GoneAt == 0 {
			t.Error("still going")
		}
		// What seemed done is looked at once more, a minute later.
		h.clock.forward(2 * time.Minute)
		h.settle(r)
		if n := len(h.post.mails()); n != mails {
			t.Errorf("%d mails about it", n-mails)
		}
		if failed, err := models.FailedJobs(t.Context(), h.db, 5); err != nil || len(failed) != 0 {
			t.Errorf("failed jobs %v, %v", failed, err)
		}
	})
}
