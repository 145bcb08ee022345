package desk

import (
	"context"
	"testing"
	"time"

	"lodge/models"
)

// TestA68StreamEndsWithTheMembership: A68. An open stream of a colleague ends by itself once they
// have left the company; that of who takes part stays.
func TestA68StreamEndsWithTheMembership(t *testing.T) {
	if readAgain > 5*time.Second {
		t.Fatal("a stream outlives a membership by more than five seconds")
	}
	onEach(t, func(t *testing.T, h *house) {
		h.file(true)
		ticket := h.ticket()
		h.workspace(func(s *models.WorkspaceSettings) { s.CompanyPortal = true })
		var rita, ada *models.Contact
		h.write(func(ctx context.Context, tx *models.Tx) (err error) {
			k := &models.Company{Name: "Harbour", NameKey: "harbour", Sees: models.SeesCompany, CreatedAt: 1}
			if err := models.InsertCompany(ctx, tx, k); err != nil {
				return err
			}
			if rita, err = models.EnsureContact(ctx, tx, models.Contact{Address: "rita@example.com", AddressKey: "rita@example.com", Origin: models.OriginWeb, ProvenAt: 1, CreatedAt: 1}); err != nil {
				return err
			}
			if _, err := models.SetMember(ctx, tx, k.ID, rita.ID, false, 1); err != nil {
				return err
			}
			if ada, err = models.ContactByID(ctx, tx, ticket.ReporterID); err != nil {
				return err
			}
			held, err := models.LockTicket(ctx, tx, ticket.ID)
			if err != nil {
				return err
			}
			held.CompanyID = &k.ID
			ticket = held
			return models.SaveTicket(ctx, tx, held)
		})
		p, ctx := h.Portal(), t.Context()
		watch := func(id int64) (<-chan struct{}, func()) {
			v := p.ByReference(Customer{ID: id}, ticket.Reference)
			v.every = time.Millisecond
			c, leave, err := v.Watch(ctx)
			if err != nil {
				t.Fatal(err)
			}
			return c, leave
		}
		hers, leaveHers := watch(rita.ID)
		defer leaveHers()
		own, leaveOwn := watch(ada.ID)
		defer leaveOwn()
		h.write(func(ctx context.Context, tx *models.Tx) error {
			_, err := models.DropMember(ctx, tx, *ticket.CompanyID, rita.ID)
			return err
		})
		for range hers { // ends when it is closed
		}
		select {
		case _, open := <-own:
			if !open {
				t.Error("the reporter's stream has ended, too")
			}
		default:
		}
		if _, _, err := p.ByReference(Customer{ID: rita.ID}, ticket.Reference).Watch(ctx); models.KindOf(err) != models.KindNotFound || err == nil {
			t.Errorf("a new stream: %v", err)
		}
		if _, err := p.ByReference(Customer{ID: rita.ID}, ticket.Reference).Updates(ctx, 0, 0); models.KindOf(err) != models.KindNotFound || err == nil {
			t.Errorf("a poll: %v", err)
		}
		// What the reporter sees of it has what a link has not (CP-9), on both databases.
		signed, err := p.ByReference(Customer{ID: ada.ID}, ticket.Reference).Thread(ctx, "")
		if err != nil || signed.Signed == nil || signed.Signed.Reference != ticket.Reference || !signed.Signed.Rights.Close {
			t.Errorf("%+v, %v", signed, err)
		}
		if _, err := p.ByReference(Customer{ID: ada.ID}, ticket.Reference).People(ctx); err != nil {
			t.Error(err)
		}
		if link := h.thread(h.link(ticket)); link.Signed != nil {
			t.Error("a link shows what only customers are shown")
		}
	})
}

// link is a link of a ticket's reporter.
func (h *house) link(t *models.Ticket) Link {
	people, err := models.People(h.t.Context(), h.db, t.ID)
	if err != nil {
		h.t.Fatal(err)
	}
	link, _ := h.ParticipantLinks(&people[0].Participant)
	return link
}
