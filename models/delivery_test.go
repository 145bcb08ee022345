package models

import (
	"context"
	"fmt"
	"sync/atomic"
	"testing"
	"time"
)

func deliver(t testing.TB, db *DB, d *Delivery) (made bool) {
	t.Helper()
	d.Template, d.CreatedAt, d.UpdatedAt = "replied", At(noon), At(noon)
	write(t, db, func(ctx context.Context, tx *Tx) (err error) {
		made, err = InsertDelivery(ctx, tx, d)
		return err
	})
	return made
}

func TestOneEventReachesAPersonOnce(t *testing.T) {
	eachDB(t, func(t *testing.T, db *DB) {
		d := newDesk(t, db)
		first := &Delivery{EventID: d.event, TicketID: d.ticket, ContactID: &d.contact, Recipient: "contact:1"}
		if !deliver(t, db, first) || first.ID == 0 {
			t.Fatal("not made")
		}
		if deliver(t, db, &Delivery{EventID: d.event, TicketID: d.ticket, ContactID: &d.contact, Recipient: "contact:1"}) {
			t.Error("made twice")
		}
		agent := int64(3)
		if !deliver(t, db, &Delivery{EventID: d.event, TicketID: d.ticket, AgentID: &agent, Recipient: "agent:3"}) {
			t.Error("another person has none")
		}
		got := must(DeliveryByID(t.Context(), db, first.ID))(t)
		if got.State != DeliveryQueued || got.ContactID == nil || *got.ContactID != d.contact || got.AgentID != nil || got.Recipient != "contact:1" || got.Template != "replied" || got.CreatedAt != At(noon) {
			t.Errorf("read back %+v", got)
		}
		if list := must(DeliveriesOfTicket(t.Context(), db, d.ticket))(t); len(list) != 2 || list[0].ID != first.ID || list[1].AgentID == nil {
			t.Errorf("of the ticket: %d", len(list))
		}
		if list := must(DeliveriesOfTicket(t.Context(), db, d.ticket+1))(t); len(list) != 0 {
			t.Errorf("of another ticket: %d", len(list))
		}
		if _, err := DeliveryByID(t.Context(), db, 999); KindOf(err) != KindNotFound {
			t.Errorf("unknown: %v", err)
		}
	})
}

func TestParallelDeliveriesAreMadeOnce(t *testing.T) {
	eachDB(t, func(t *testing.T, db *DB) {
		d := newDesk(t, db)
		var made atomic.Int64
		together(20, func(int) {
			err := db.Write(t.Context(), func(ctx context.Context, tx *Tx) error {
				ok, err := InsertDelivery(ctx, tx, &Delivery{EventID: d.event, TicketID: d.ticket, Recipient: "contact:1", CreatedAt: At(noon)})
				if ok {
					made.Add(1)
				}
				return err
			})
			if err != nil {
				t.Error(err)
			}
		})
		if made.Load() != 1 {
			t.Errorf("made %d times", made.Load())
		}
	})
}

func TestDeliveryIsFoundByItsMail(t *testing.T) {
	eachDB(t, func(t *testing.T, db *DB) {
		ctx, d := t.Context(), newDesk(t, db)
		row := &Delivery{EventID: d.event, TicketID: d.ticket, Recipient: "contact:1"}
		deliver(t, db, row)
		if _, err := DeliveryByMailID(ctx, db, ""); KindOf(err) != KindNotFound {
			t.Errorf("an empty Message-ID finds a mail that was never sent: %v", err)
		}
		if err := SetDeliveryMailID(ctx, db, row.ID, "<a@desk.example>"); err != nil {
			t.Fatal(err)
		}
		later := noon.Add(time.Minute)
		if err := SetDeliveryState(ctx, db, row.ID, DeliveryDeferred, 2, "421 busy", later); err != nil {
			t.Fatal(err)
		}
		got := must(DeliveryByMailID(ctx, db, "<a@desk.example>"))(t)
		if got.ID != row.ID || got.State != DeliveryDeferred || got.Attempts != 2 || got.LastError != "421 busy" || got.UpdatedAt != At(later) || got.CreatedAt != At(noon) {
			t.Errorf("found %+v", got)
		}
		if _, err := DeliveryByMailID(ctx, db, "<b@desk.example>"); KindOf(err) != KindNotFound {
			t.Errorf("unknown: %v", err)
		}
	})
}

func TestReferencesAreThoseSentToThisContact(t *testing.T) {
	eachDB(t, func(t *testing.T, db *DB) {
		ctx, d := t.Context(), newDesk(t, db)
		other := d.contact + 1
		for i, row := range []struct {
			contact *int64
			state   string
			mail    string
		}{
			{&d.contact, DeliverySent, "<1@x>"}, {&d.contact, DeliverySent, "<2@x>"}, {&other, DeliverySent, "<not mine@x>"},
			{&d.contact, DeliveryFailed, "<failed@x>"}, {&d.contact, DeliverySent, ""}, {nil, DeliverySent, "<agent@x>"}, {&d.contact, DeliverySent, "<3@x>"},
		} {
			deliver(t, db, &Delivery{EventID: d.event, TicketID: d.ticket, ContactID: row.contact, Recipient: fmt.Sprint(i), State: row.state, MailID: row.mail})
		}
		if got := fmt.Sprint(must(LastMailIDs(ctx, db, d.ticket, d.contact, 9))(t)); got != "[<1@x> <2@x> <3@x>]" {
			t.Errorf("all: %s", got)
		}
		if got := fmt.Sprint(must(LastMailIDs(ctx, db, d.ticket, d.contact, 2))(t)); got != "[<2@x> <3@x>]" {
			t.Errorf("the last two: %s", got)
		}
		if got := must(LastMailIDs(ctx, db, d.ticket+1, d.contact, 2))(t); len(got) != 0 {
			t.Errorf("of another ticket: %v", got)
		}
	})
}

func TestDeliveryStatementsUseIndexes(t *testing.T) {
	db := openLiteDB(t)
	ctx := t.Context()
	_, _ = DeliveryByID(ctx, db, 1)
	_, _ = DeliveryByMailID(ctx, db, "<a@x>")
	must(DeliveriesOfTicket(ctx, db, 1))(t)
	must(LastMailIDs(ctx, db, 1, 1, 9))(t)
	if err := SetDeliveryState(ctx, db, 1, DeliverySent, 1, "", noon); err != nil {
		t.Fatal(err)
	}
	assertIndexed(t, db)
	// "The latest of this Message-ID" must be a search, not a walk from the end.
	plan := explain(t, db, "SELECT "+deliveryColumns+" FROM deliveries WHERE mail_id = ? AND mail_id <> '' ORDER BY id DESC LIMIT 1")
	if plan != "SEARCH deliveries USING INDEX deliveries_mail (mail_id=?)\n" {
		t.Errorf("by mail: %s", plan)
	}
}
