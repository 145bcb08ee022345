package desk

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"lodge/models"
)

// AG-8: what is redacted is gone everywhere: both threads, the rows, the disk, unsent mail; the
// audit log does not say what it was.
func TestRedact(t *testing.T) {
	onEach(t, func(t *testing.T, h *house) {
		ctx := context.Background()
		ines := Actor{ID: h.ada.ID, Role: models.RoleAdmin}
		rosa, src := h.fileAs("rosa@example.com", "one", "CARDNUMBER", h.upload("cardfile.txt", "CARDBYTES"))
		_, dst := h.fileAs("rosa@example.com", "two", "OTHERWORDS", h.upload("keepfile.txt", "KEEPBYTES"))
		h.mergeNow(src, dst, true)
		plan, err := h.PlanRedact(ctx, ines, dst.Number)
		if err != nil {
			t.Fatal(err)
		}
		pid := map[string]string{}
		for _, m := range plan.Messages {
			pid[m.Text] = m.PID
		}
		h.kind(h.Redact(ctx, h.ada, dst.Number, RedactInput{Message: pid["CARDNUMBER"]}), models.KindForbidden)
		ask, err := h.AskRedact(ctx, ines, dst.Number, RedactInput{Message: pid["CARDNUMBER"]})
		if err != nil || ask.Copies != 1 || len(ask.Message.Files) != 1 {
			t.Fatalf("%+v, %v", ask, err)
		}
		entries, _ := models.Entries(ctx, h.db, src.ID, 0)
		blob := entries[0].Files[0].Blob
		change, err := models.LatestPosition(ctx, h.db)
		if err != nil {
			t.Fatal(err)
		}
		var delivery int64
		h.write(func(ctx context.Context, tx *models.Tx) error {
			ev := &models.Event{TicketID: src.ID, Kind: models.EventAgentReplied, MessageID: &entries[0].ID, CreatedAt: 1}
			if err := models.InsertEvent(ctx, tx, ev); err != nil {
				return err
			}
			d := &models.Delivery{EventID: ev.ID, TicketID: src.ID, ContactID: &src.ReporterID, Recipient: "contact:1", Template: MailAgentReplied, MailID: "<x@y>", State: models.DeliveryDeferred}
			if _, err := models.InsertDelivery(ctx, tx, d); err != nil {
				return err
			}
			delivery = d.ID
			for _, id := range []string{"<x@y>", "<z@y>"} {
				if err := models.InsertOutboxMail(ctx, tx, &models.OutboxMail{Recipient: "a", Text: "CARDNUMBER", Headers: map[string]string{"Message-ID": id, "References": "<x@y>"}}); err != nil {
					return err
				}
			}
			return nil
		})
		if err := h.Redact(ctx, ines, dst.Number, RedactInput{Message: pid["CARDNUMBER"]}); err != nil {
			t.Fatal(err)
		}
		for _, ticket := range []*models.Ticket{src, dst} {
			all, err := models.Entries(ctx, h.db, ticket.ID, 0)
			if err != nil {
				t.Fatal(err)
			}
			h.must(fmt.Sprintf("%+v", all[0]), nil, []string{"CARD"})
			for _, e := range all {
				h.must(e.Body+e.HTML, nil, []string{"CARDNUMBER"})
				for _, f := range e.Files {
					h.must(f.Name, nil, []string{"cardfile"})
				}
			}
		}
		page := h.thread(rosa)
		removed := 0
		for _, m := range page.Messages {
			if m.Removed {
				removed++
			}
		}
		if removed != 1 || len(page.Messages) != 2 {
			t.Errorf("the thread shows %+v", page.Messages)
		}
		if _, err := h.files.Open(ctx, blob); err == nil {
			t.Error("the bytes are still on disk")
		}
		if d, err := models.DeliveryByID(ctx, h.db, delivery); err != nil || d.State != models.DeliverySuppressed {
			t.Errorf("the queued mail is %+v, %v", d, err)
		}
		if mails, _ := models.OutboxMails(ctx, h.db, 10); len(mails) != 1 || mails[0].Headers["Message-ID"] != "<z@y>" {
			t.Errorf("the outbox keeps %+v", mails)
		}
		changes, err := models.Changes(ctx, h.db, change, 10)
		if err != nil || len(changes) < 2 {
			t.Errorf("the index hears of %v, %v", changes, err)
		}
		log, err := models.Audit(ctx, h.db, models.AuditQuery{Kind: "ticket.redacted", Limit: 10})
		if err != nil || len(log) != 1 || strings.Contains(log[0].Data+log[0].Subject, "CARD") || strings.Contains(log[0].Data, "card") {
			t.Errorf("the audit log holds %+v, %v", log, err)
		}
		h.fault(h.Redact(ctx, ines, dst.Number, RedactInput{Message: pid["CARDNUMBER"]}), "message")
		// A file alone: the words stay.
		var keep string
		for _, m := range plan.Messages {
			if m.Text == "OTHERWORDS" {
				keep = m.Files[0].PID
			}
		}
		if err := h.Redact(ctx, ines, dst.Number, RedactInput{File: keep}); err != nil {
			t.Fatal(err)
		}
		h.must(h.whole(rosa), []string{"OTHERWORDS"}, []string{"keepfile"})
		// A file of another ticket is not this one's to remove.
		_, third := h.fileAs("tom@example.com", "three", "x", h.upload("a.txt", "b"))
		all, _ := models.Entries(ctx, h.db, third.ID, 0)
		h.fault(h.Redact(ctx, ines, dst.Number, RedactInput{File: all[0].Files[0].PID}), "message")
	})
}
