package jobs

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"lodge/desk"
	"lodge/models"
)

// comesIn keeps a raw mail as our own listener would; domain is what it has proven of the sender.
func (h *house) comesIn(domain, to, raw string) int64 {
	h.t.Helper()
	verdict := ""
	if domain != "" {
		verdict = fmt.Sprintf(`{"domain":%q,"by":"dkim"}`, domain)
	}
	id, fresh, err := h.desk.KeepMail(h.t.Context(), desk.MailArrival{Source: models.MailFromSMTP, EnvelopeFrom: "bounces@example.com", EnvelopeTo: []string{to}, Verdict: verdict,
		Raw: strings.NewReader(strings.ReplaceAll(raw, "\n", "\r\n"))})
	if err != nil || !fresh {
		h.t.Fatal(fresh, err)
	}
	return id
}

func (h *house) became(id int64) *models.MailIn {
	h.t.Helper()
	row, err := models.MailInByID(h.t.Context(), h.db, id)
	if err != nil {
		h.t.Fatal(err)
	}
	return row
}

func letterOf(from, subject, id, body string) string {
	return "From: " + from + "\nTo: support@lodge.example\nSubject: " + subject + "\nMessage-ID: <" + id + "@example.com>\nDate: Tue, 24 Nov 2026 10:00:00 +0000\nMIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n\n" + body + "\n"
}

// EM-1, EM-2, EM-7: a whole conversation by mail: it opens a ticket, which is acknowledged; the
// agent answers; the answer to that joins; the agent's own mail reaches the customer.
func TestConversationByMail(t *testing.T) {
	eachHouse(t, func(t *testing.T, h *house) {
		h.write(func(ctx context.Context, tx *models.Tx) error { return models.SetPassword(ctx, tx, h.agent.ID, "hash") })
		r := h.running("one")
		first := h.comesIn("example.com", "support@lodge.example", letterOf("Rosa <rosa@example.com>", "Printer on fire", "1", "OPENINGWORDS"))
		h.settle(r)
		row := h.became(first)
		if row.Outcome != models.MailBecameTicket || row.FromAddress != "rosa@example.com" || row.Subject != "Printer on fire" || row.MailID != "<1@example.com>" {
			t.Fatalf("the first mail became %+v", row)
		}
		number := h.latest()
		if got := h.post.to("rosa@example.com"); len(got) != 1 || !strings.Contains(got[0].Text, "/ticket/thread/") {
			t.Fatalf("acknowledged by %d mails", len(got))
		}
		h.answer(number, "AGENTSWORDS")
		h.settle(r)
		all := h.deliveries(number)
		theirs := all[len(all)-1]
		if theirs.ContactID == nil {
			t.Fatalf("the last delivery is %+v", theirs)
		}
		agents := &models.Delivery{EventID: theirs.EventID, TicketID: theirs.TicketID, AgentID: &h.agent.ID, Recipient: "agent:test", Template: desk.MailAgentNotice, State: models.DeliverySent,
			CreatedAt: models.At(h.clock.Now()), UpdatedAt: models.At(h.clock.Now())}
		h.write(func(ctx context.Context, tx *models.Tx) error {
			_, err := models.InsertDelivery(ctx, tx, agents)
			return err
		})
		h.clock.forward(time.Hour)
		answer := h.comesIn("example.com", "support+"+strings.ToUpper(h.desk.ReplyKey(theirs.ID, 1))+"@lodge.example", letterOf("rosa@example.com", "Other subject", "2", "ANSWERWORDS"))
		agent := h.comesIn("lodge.example", "support+"+h.desk.ReplyKey(agents.ID, 0)+"@lodge.example", letterOf("grace@lodge.example", "Re: New ticket", "3", "BYMAILWORDS"))
		forged := h.comesIn("", "support+"+h.desk.ReplyKey(agents.ID, 0)+"@lodge.example", letterOf("grace@lodge.example", "Re: New ticket", "4", "FORGEDWORDS"))
		h.settle(r)
		if row := h.became(answer); row.Outcome != models.MailBecameReply || row.MessageID == nil {
			t.Errorf("the answer became %+v", row)
		}
		if row := h.became(agent); row.Outcome != models.MailBecameReply {
			t.Errorf("the agent's mail became %+v", row)
		}
		if row := h.became(forged); row.Outcome != models.MailHeld || row.Reason != desk.MailForgedAgent {
			t.Errorf("the forged mail became %+v", row)
		}
		told := ""
		for _, m := range h.post.to("rosa@example.com") {
			told += whole(t, m)
		}
		if !strings.Contains(told, "BYMAILWORDS") || strings.Contains(told, "FORGEDWORDS") {
			t.Error("the customer did not get exactly the agent's own words")
		}
	})
}

// EM-5, F10: a worker that dies after its work leaves the job behind: the mail is read again and
// makes nothing twice.
func TestMailIsReadTwice(t *testing.T) {
	eachHouse(t, func(t *testing.T, h *house) {
		id := h.comesIn("example.com", "support@lodge.example", letterOf("rosa@example.com", "Once", "1", "words"))
		intake := Intake{DB: h.db, Desk: h.desk, Files: h.files}
		first, _, err := intake.Take(t.Context(), desk.IntakeArgs{Mail: id})
		if err != nil || first.Outcome != models.MailBecameTicket {
			t.Fatal(first, err)
		}
		h.settle(h.running("one"))
		page, err := h.desk.Queue(t.Context(), h.agent, desk.QueueAsk{View: models.ViewAll})
		if err != nil || len(page.Tickets) != 1 {
			t.Errorf("%d tickets, %v", len(page.Tickets), err)
		}
	})
}

// A mail that cannot be read ends as broken, for agents to see; the thousand around it go their
// way, each to its end.
func TestPoisonAmongAThousandMails(t *testing.T) {
	h := newHouse(t, models.Options{Dir: t.TempDir()})
	h.write(func(ctx context.Context, tx *models.Tx) error {
		cat, err := models.TxCatalog(ctx, tx)
		if err != nil {
			return err
		}
		p := *cat.ProjectBySlug("support")
		p.Settings.NotifyCreatedReporter = false
		return models.UpdateProject(ctx, tx, &p)
	})
	const mails = 1000
	poison := map[int]int64{}
	ids := make([]int64, mails)
	for i := range mails {
		ids[i] = h.comesIn("example.com", "support@lodge.example", letterOf(fmt.Sprintf("rosa%d@example.com", i), fmt.Sprint("Mail ", i), fmt.Sprint(i), fmt.Sprint("words ", i)))
		if i%333 == 100 {
			poison[i] = ids[i]
			if err := h.files.Remove(t.Context(), h.became(ids[i]).Blob); err != nil {
				t.Fatal(err)
			}
		}
	}
	h.settle(h.running("one"))
	for i, id := range ids {
		row := h.became(id)
		want, reason := models.MailBecameTicket, ""
		if poison[i] != 0 {
			want, reason = models.MailIgnored, desk.MailBroken
		}
		if row.Outcome != want || row.Reason != reason {
			t.Fatalf("mail %d became %s %s", i, row.Outcome, row.Reason)
		}
	}
	failed, err := models.FailedJobs(t.Context(), h.db, 10)
	if err != nil || len(failed) != 0 {
		t.Errorf("jobs were given up: %+v %v", failed, err)
	}
}
