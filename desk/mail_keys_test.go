package desk

import (
	"context"
	"strings"
	"testing"

	"lodge/models"
)

// deliveredTo makes the row of a mail about a ticket.
func (h *house) deliveredTo(ticketID int64, contactID, agentID *int64) *models.Delivery {
	h.t.Helper()
	d := &models.Delivery{EventID: 1, TicketID: ticketID, ContactID: contactID, AgentID: agentID, Recipient: "x" + itoa(ticketID), Template: MailAgentReplied, State: models.DeliverySent, CreatedAt: models.At(h.clock())}
	if contactID != nil {
		d.Recipient += "/" + itoa(*contactID)
	}
	h.write(func(ctx context.Context, tx *models.Tx) error {
		_, err := models.InsertDelivery(ctx, tx, d)
		return err
	})
	if d.ID == 0 {
		h.t.Fatal("no delivery")
	}
	return d
}

// EM-1, A10, A13: a reply key opens its delivery, whatever happens to its letters; a replaced link kills it.
func TestReplyKey(t *testing.T) {
	onEach(t, func(t *testing.T, h *house) {
		ctx := context.Background()
		_, ticket := h.fileAs("rosa@example.com", "ONE", "OPENING")
		_, eve := h.join(ticket, "eve@example.net")
		person := h.personOn(ticket.ID, eve)
		d := h.deliveredTo(ticket.ID, &eve, nil)
		key := h.ReplyKey(d.ID, person.Generation)
		for _, spelling := range []string{key, strings.ToUpper(key), strings.ToUpper(key[:9]) + key[9:]} {
			if got, err := h.OpenReplyKey(ctx, spelling); err != nil || got.ID != d.ID || got.TicketID != ticket.ID || *got.ContactID != eve {
				t.Errorf("%s opens %+v, %v", spelling, got, err)
			}
		}
		// EM-7: agents have no links whose generation could change.
		agent := h.deliveredTo(ticket.ID, nil, &h.ada.ID)
		if got, err := h.OpenReplyKey(ctx, h.ReplyKey(agent.ID, 0)); err != nil || got.ID != agent.ID {
			t.Errorf("an agent's opens %+v, %v", got, err)
		}
		bounce := h.BounceKey(d.ID)
		if got, err := h.OpenBounceKey(ctx, strings.ToUpper(bounce)); err != nil || got.ID != d.ID {
			t.Errorf("the bounce key opens %+v, %v", got, err)
		}

		tampered := "a" + key[1:]
		if key[0] == 'a' {
			tampered = "b" + key[1:]
		}
		for name, bad := range map[string]string{"tampered": tampered, "short": key[:28], "long": key + "a", "empty": "", "a bounce key": bounce, "another generation": h.ReplyKey(d.ID, person.Generation+1),
			"an agent's for a person": h.ReplyKey(d.ID, 0), "a person's for an agent": h.ReplyKey(agent.ID, person.Generation), "of no delivery": h.ReplyKey(999_999, 1), "a number": itoa(d.ID)} {
			_, err := h.OpenReplyKey(ctx, bad)
			h.kind(err, models.KindNotFound)
			if name == "a bounce key" {
				continue
			}
			if _, err := h.OpenBounceKey(ctx, bad); models.KindOf(err) != models.KindNotFound {
				t.Errorf("%s opens as a bounce: %v", name, err)
			}
		}

		if err := h.ReplaceLink(ctx, h.ada, ticket.Number, person.ID); err != nil {
			t.Fatal(err)
		}
		_, err := h.OpenReplyKey(ctx, key)
		h.kind(err, models.KindNotFound)
		if _, err := h.OpenReplyKey(ctx, h.ReplyKey(d.ID, h.personOn(ticket.ID, eve).Generation)); err != nil {
			t.Errorf("under the new link: %v", err)
		}
		if _, err := h.OpenBounceKey(ctx, bounce); err != nil {
			t.Errorf("a bounce of an old mail is still about it: %v", err)
		}
		// Who takes part no more answers nothing.
		h.write(func(ctx context.Context, tx *models.Tx) error {
			return models.DeleteParticipant(ctx, tx, h.personOn(ticket.ID, eve).ID)
		})
		_, err = h.OpenReplyKey(ctx, h.ReplyKey(d.ID, person.Generation+1))
		h.kind(err, models.KindNotFound)
	})
}

// AG-2: who was moved by a merge answers where they were moved to; who was not, on the old ticket.
func TestReplyKeyFollowsAMerge(t *testing.T) {
	onEach(t, func(t *testing.T, h *house) {
		ctx := context.Background()
		_, src := h.fileAs("rosa@example.com", "SRC", "OPENING")
		_, eve := h.join(src, "eve@example.net")
		_, mallory := h.join(src, "mallory@example.org")
		_, dst := h.fileAs("tom@example.com", "DST", "OPENING")
		stays, moves := h.deliveredTo(src.ID, &eve, nil), h.deliveredTo(src.ID, &mallory, nil)
		staysKey, movesKey := h.ReplyKey(stays.ID, h.personOn(src.ID, eve).Generation), h.ReplyKey(moves.ID, h.personOn(src.ID, mallory).Generation)
		h.mergeNow(src, dst, true, mallory)
		if got, err := h.OpenReplyKey(ctx, staysKey); err != nil || got.TicketID != src.ID || *got.ContactID != eve {
			t.Errorf("not moved: %+v, %v", got, err)
		}
		if got, err := h.OpenReplyKey(ctx, movesKey); err != nil || got.TicketID != dst.ID || *got.ContactID != mallory {
			t.Errorf("moved: %+v, %v", got, err)
		}
		if err := h.ReplaceLink(ctx, h.ada, dst.Number, h.personOn(dst.ID, mallory).ID); err != nil {
			t.Fatal(err)
		}
		_, err := h.OpenReplyKey(ctx, movesKey)
		h.kind(err, models.KindNotFound)
	})
}

func TestKeyAddress(t *testing.T) {
	const key = "abcdefghijklmnopqrstuvwxyz234"
	for _, row := range []struct{ receive, address, plus, want string }{
		{models.ReceiveListener, "help@desk.example", "", "reply+" + key + "@desk.example"},
		{models.ReceiveIMAP, "help@desk.example", "plus", "help+" + key + "@desk.example"},
		{models.ReceiveIMAP, "me+help@desk.example", "plus", "me+" + key + "@desk.example"},
		{models.ReceiveIMAP, "help@desk.example", "", ""},
		{models.ReceiveNone, "help@desk.example", "plus", ""},
		{models.ReceiveIMAP, strings.Repeat("a", 60) + "@desk.example", "plus", ""},
		{models.ReceiveIMAP, "", "plus", ""},
	} {
		if got := KeyAddress(&models.Mailbox{Receive: row.receive, Address: row.address, Plus: row.plus != ""}, ReplyLocal, key); got != row.want {
			t.Errorf("%+v: %q", row, got)
		}
	}
}
