package models

import (
	"context"
	"fmt"
	"strings"
	"testing"
)

// Closing by itself, by the minute: both questions are answered from the front of an index of their
// own, so that many who were reminded and never close cost nothing.
func TestSilentTicketsAreTheFrontOfAnIndex(t *testing.T) {
	db := openLiteDB(t)
	if _, err := SilentUnreminded(t.Context(), db, 1, 5, 30); err != nil {
		t.Fatal(err)
	}
	if _, err := SilentUnreminded(t.Context(), db, 1, 5, 30, 1, 2); err != nil {
		t.Fatal(err)
	}
	if _, err := SilentReminded(t.Context(), db, 1, 5, 30, 1, 2); err != nil {
		t.Fatal(err)
	}
	if _, err := ReminderOnItsWay(t.Context(), db, 1, 5); err != nil {
		t.Fatal(err)
	}
	if _, err := PublicLines(t.Context(), db, 1, 0); err != nil {
		t.Fatal(err)
	}
	assertIndexed(t, db)
	looked := 0
	db.stmts.byText.Range(func(key, _ any) bool {
		text := key.(string)
		if !strings.Contains(text, "ORDER BY talked_at") && !strings.Contains(text, "ORDER BY reminded_at") {
			return true
		}
		looked++
		index := "tickets_unreminded (project_id=? AND talked_at"
		if strings.Contains(text, "ORDER BY reminded_at") {
			index = "tickets_reminded (project_id=? AND reminded_at"
		}
		if plan := explain(t, db, text); !strings.Contains(plan, index) || strings.Contains(plan, "TEMP B-TREE") {
			t.Errorf("%s\n%s", text, plan)
		}
		return true
	})
	if looked != 3 {
		t.Errorf("%d questions", looked)
	}
}

// Which tickets each question finds, on both databases: a reminder counts while it is not before the
// last public message, and only once its mail has left.
func TestSilentTickets(t *testing.T) {
	eachDB(t, func(t *testing.T, db *DB) {
		project, contact := int64(0), int64(0)
		tickets := map[string]int64{}
		write(t, db, func(ctx context.Context, tx *Tx) error {
			p := &Project{Slug: "a", Name: "A", Portal: PortalPublic, Settings: DefaultProjectSettings(), CreatedAt: 1}
			if err := InsertProject(ctx, tx, p); err != nil {
				return err
			}
			s := &Status{ProjectID: p.ID, Slug: "waiting", Name: "Waiting", Category: CategoryWaiting}
			if err := InsertStatus(ctx, tx, s); err != nil {
				return err
			}
			c, err := EnsureContact(ctx, tx, Contact{Address: "ada@example.com", AddressKey: "ada@example.com", CreatedAt: 1})
			if err != nil {
				return err
			}
			project, contact = p.ID, c.ID
			for i, like := range []struct {
				name   string
				change func(t *Ticket)
			}{
				{"silent", func(t *Ticket) { t.TalkedAt = 200 }},
				{"longer", func(t *Ticket) { t.TalkedAt = 100 }},
				{"talked", func(t *Ticket) { t.TalkedAt = 900 }},
				{"reminded", func(t *Ticket) { t.TalkedAt, t.RemindedAt = 100, 300 }},
				{"reminded at once", func(t *Ticket) { t.TalkedAt, t.RemindedAt = 250, 250 }},
				{"answered since", func(t *Ticket) { t.TalkedAt, t.RemindedAt = 400, 300 }},
				{"not out", func(t *Ticket) { t.TalkedAt, t.RemindedAt = 100, 301 }},
				{"out too late", func(t *Ticket) { t.TalkedAt, t.RemindedAt = 100, 302 }},
				{"open", func(t *Ticket) { t.TalkedAt, t.Category = 100, CategoryOpen }},
				{"spam", func(t *Ticket) { t.TalkedAt, t.SpamAt = 100, 1 }},
				{"snoozed", func(t *Ticket) { t.TalkedAt, t.SnoozedUntil = 100, 1 }},
				{"old row", func(t *Ticket) { t.TalkedAt = 0 }},
			} {
				tk := &Ticket{ProjectID: project, Reference: fmt.Sprint("R", i), Title: like.name, StatusID: s.ID, Category: CategoryWaiting, Priority: PriorityNormal, ReporterID: contact, Origin: OriginWeb, RawFields: "[]", CreatedAt: 1, UpdatedAt: 1}
				like.change(tk)
				if err := InsertTicket(ctx, tx, tk); err != nil {
					return err
				}
				tickets[like.name] = tk.ID
				e := &Event{TicketID: tk.ID, Kind: EventReminded, Public: true, CreatedAt: tk.RemindedAt}
				if err := InsertEvent(ctx, tx, e); err != nil {
					return err
				}
				state := map[string]string{"not out": DeliveryDeferred, "out too late": DeliverySent, "reminded": DeliverySent}[like.name]
				if state == "" {
					continue
				}
				d := &Delivery{EventID: e.ID, TicketID: tk.ID, ContactID: &contact, Recipient: "contact:1", Template: "reminder", State: state, CreatedAt: 300, UpdatedAt: 310}
				if like.name == "out too late" {
					d.UpdatedAt = 600
				}
				if _, err := InsertDelivery(ctx, tx, d); err != nil {
					return err
				}
			}
			return nil
		})
		names := func(found []int64, err error) string {
			t.Helper()
			if err != nil {
				t.Fatal(err)
			}
			var all []string
			for _, id := range found {
				for name, of := range tickets {
					if of == id {
						all = append(all, name)
					}
				}
			}
			return strings.Join(all, ", ")
		}
		if got := names(SilentUnreminded(t.Context(), db, project, 500, 30)); got != "longer, silent, answered since" {
			t.Errorf("to remind: %s", got)
		}
		if got := names(SilentUnreminded(t.Context(), db, project, 500, 1)); got != "longer" {
			t.Errorf("the first to remind: %s", got)
		}
		if got := names(SilentUnreminded(t.Context(), db, project, 500, 30, 999)) + names(SilentReminded(t.Context(), db, project, 500, 30, 999)) + names(SilentUnreminded(t.Context(), db, project+1, 500, 30)); got != "" {
			t.Errorf("of another status or project: %s", got)
		}
		if got := names(SilentReminded(t.Context(), db, project, 500, 30)); got != "reminded at once, reminded" {
			t.Errorf("to close: %s", got)
		}
		for name, want := range map[string]bool{"reminded": false, "not out": true, "out too late": true, "silent": false} {
			if on, err := ReminderOnItsWay(t.Context(), db, tickets[name], 500); err != nil || on != want {
				t.Errorf("%s: on its way %v, %v", name, on, err)
			}
		}
	})
}
