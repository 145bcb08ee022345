package jobs

import (
	"context"
	"strings"
	"testing"

	"lodge/desk"
	"lodge/models"
)

// subject_reference: mail subjects end in [K7-3QX] while it is on, and hold no reference when it is off.
func TestSubjectReference(t *testing.T) {
	for _, on := range []bool{true, false} {
		h := newHouse(t, models.Options{Dir: t.TempDir()})
		h.write(func(ctx context.Context, tx *models.Tx) error {
			cat, err := models.TxCatalog(ctx, tx)
			if err != nil {
				return err
			}
			p := *cat.Projects[0]
			p.Settings.SubjectReference = on
			return models.UpdateProject(ctx, tx, &p)
		})
		h.prove("ada@example.com")
		h.file(desk.SubmitInput{Email: "ada@example.com"})
		ticket, err := models.TicketByNumber(t.Context(), h.db, h.latest())
		if err != nil {
			t.Fatal(err)
		}
		h.settle(h.running("w"))
		subject := h.post.to("ada@example.com")[0].Subject
		if strings.HasSuffix(subject, "["+ticket.Reference+"]") != on || strings.Contains(subject, ticket.Reference) != on {
			t.Errorf("on %v: subject %q, reference %s", on, subject, ticket.Reference)
		}
	}
}
