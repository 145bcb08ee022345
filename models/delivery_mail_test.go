package models

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"
)

func TestThreadMailIDs(t *testing.T) {
	eachDB(t, func(t *testing.T, db *DB) {
		ctx, d := t.Context(), newDesk(t, db)
		other, agent := d.contact+1, int64(3)
		for i, row := range []struct {
			contact, agent *int64
			state, mail    string
		}{
			{&d.contact, nil, DeliverySent, "<1@x>"}, {&d.contact, nil, DeliverySent, "<2@x>"}, {&other, nil, DeliverySent, "<not mine@x>"},
			{&d.contact, nil, DeliveryFailed, "<failed@x>"}, {&d.contact, nil, DeliverySent, ""}, {nil, &agent, DeliverySent, "<agent@x>"}, {&d.contact, nil, DeliverySent, "<4@x>"},
		} {
			deliver(t, db, &Delivery{EventID: d.event, TicketID: d.ticket, ContactID: row.contact, AgentID: row.agent, Recipient: fmt.Sprint(i), State: row.state, MailID: row.mail})
		}
		// They wrote by mail as well, and so did somebody whom no row names.
		write(t, db, func(ctx context.Context, tx *Tx) error {
			for i, contact := range []*int64{&d.contact, nil} {
				in := &MailIn{Source: MailFromSMTP, Blob: fmt.Sprint("b", i), SHA256: []byte{1}, MailID: fmt.Sprintf("<own%d@y>", i), ReceivedAt: At(noon)}
				if _, err := InsertMailIn(ctx, tx, in); err != nil {
					return err
				}
				m := &Message{PID: fmt.Sprint("pid", i), TicketID: d.ticket, Kind: MessagePublic, ContactID: contact, Body: "x", CreatedAt: At(noon.Add(time.Minute))}
				if err := InsertMessage(ctx, tx, m); err != nil {
					return err
				}
				if _, err := tx.exec(ctx, "UPDATE messages SET mail_id = ? WHERE id = ?", in.ID, m.ID); err != nil {
					return err
				}
			}
			return nil
		})
		for _, row := range []struct {
			own   bool
			limit int
			want  string
		}{
			{false, 9, "[<1@x> <2@x> <4@x>]"}, {true, 9, "[<1@x> <2@x> <4@x> <own0@y>]"},
			{true, 2, "[<1@x> <own0@y>]"}, {false, 2, "[<1@x> <4@x>]"}, {false, 3, "[<1@x> <2@x> <4@x>]"},
		} {
			if got := fmt.Sprint(must(ThreadMailIDs(ctx, db, d.ticket, &d.contact, nil, row.own, row.limit))(t)); got != row.want {
				t.Errorf("own %v, limit %d: %s, want %s", row.own, row.limit, got, row.want)
			}
		}
		if got := fmt.Sprint(must(ThreadMailIDs(ctx, db, d.ticket, nil, &agent, true, 9))(t)); got != "[<agent@x>]" {
			t.Errorf("of an agent: %s", got)
		}
		if got := must(ThreadMailIDs(ctx, db, d.ticket+1, &d.contact, nil, true, 9))(t); len(got) != 0 {
			t.Errorf("of another ticket: %v", got)
		}
	})
}

func TestBouncedAddress(t *testing.T) {
	eachDB(t, func(t *testing.T, db *DB) {
		d := newDesk(t, db)
		set := func(at Stamp) {
			write(t, db, func(ctx context.Context, tx *Tx) error { return SetContactBounced(ctx, tx, d.contact, at, "5.1.1") })
		}
		for _, want := range []bool{false, true, false} {
			if want {
				set(At(noon))
			} else {
				set(0)
			}
			if got := must(ContactBounced(t.Context(), db, d.contact))(t); got != want {
				t.Errorf("bounced %v, want %v", got, want)
			}
		}
		if _, err := ContactBounced(t.Context(), db, 999); KindOf(err) != KindNotFound {
			t.Errorf("unknown: %v", err)
		}
	})
}

func TestDeliveryMailStatementsUseIndexes(t *testing.T) {
	db := openLiteDB(t)
	ctx, one := t.Context(), int64(1)
	must(ThreadMailIDs(ctx, db, 1, &one, nil, true, 9))(t)
	must(ThreadMailIDs(ctx, db, 1, nil, &one, false, 9))(t)
	_, _ = ContactBounced(ctx, db, 1)
	if _, err := SeatOf(ctx, db, 1); KindOf(err) != KindNotFound {
		t.Error(err)
	}
	assertIndexed(t, db, ") x ORDER BY")
	for _, query := range []string{"SELECT mail_id, created_at AS at, id FROM deliveries WHERE ticket_id = ? AND contact_id = ? AND state = 'sent' AND mail_id <> ''",
		"SELECT i.mail_id, m.created_at, i.id FROM messages m JOIN mails i ON i.id = m.mail_id WHERE m.ticket_id = ? AND m.contact_id = ? AND i.mail_id <> ''"} {
		if plan := explain(t, db, query); strings.Contains(plan, "SCAN") {
			t.Errorf("%s in %s", plan, query)
		}
	}
}
