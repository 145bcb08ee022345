package jobs

import (
	"context"
	"strings"
	"testing"

	"lodge/desk"
	"lodge/mail"
	"lodge/models"
)

// A14: an agent who has lost the rights and answers an old notification gets one mail that says
// so, as an answer to their own; it repeats nothing of the ticket or of what they wrote.
func TestRefusedAgentIsToldByMail(t *testing.T) {
	eachHouse(t, func(t *testing.T, h *house) {
		h.write(func(ctx context.Context, tx *models.Tx) error { return models.SetPassword(ctx, tx, h.agent.ID, "hash") })
		h.file(desk.SubmitInput{Email: "rosa@example.com", Title: "SECRETTITLE"})
		r := h.running("one")
		h.settle(r)
		number := h.latest()
		first := h.deliveries(number)[0]
		notice := &models.Delivery{EventID: first.EventID, TicketID: first.TicketID, AgentID: &h.agent.ID, Recipient: "agent:test", Template: desk.MailAgentNotice, State: models.DeliverySent,
			CreatedAt: models.At(h.clock.Now()), UpdatedAt: models.At(h.clock.Now())}
		h.write(func(ctx context.Context, tx *models.Tx) error {
			_, err := models.InsertDelivery(ctx, tx, notice)
			return err
		})
		h.write(func(ctx context.Context, tx *models.Tx) error {
			return models.DisableAgent(ctx, tx, h.agent.ID, models.At(h.clock.Now()))
		})
		before := len(h.post.mails())
		id := h.comesIn("lodge.example", "support+"+h.desk.ReplyKey(notice.ID, 0)+"@lodge.example", letterOf("grace@lodge.example", "Re: SECRETTITLE", "3", "LOSTWORDS"))
		h.settle(r)
		if row := h.became(id); row.Outcome != models.MailIgnored || row.Reason != desk.MailNoRights {
			t.Fatalf("it became %+v", row)
		}
		mails := h.post.mails()[before:]
		if len(mails) != 1 || mails[0].To.Addr != "grace@lodge.example" || mails[0].Auto != mail.AutoReplied || mails[0].InReplyTo != "<3@example.com>" {
			t.Fatalf("%d mails: %+v", len(mails), mails)
		}
		all := whole(t, mails[0])
		if !strings.Contains(all, "Your mail was not sent") || strings.Contains(all, "LOSTWORDS") || strings.Contains(all, "SECRETTITLE") || strings.Contains(all, "/agent/") {
			t.Errorf("it says %s", all)
		}
	})
}
