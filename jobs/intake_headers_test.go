package jobs

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"lodge/desk"
	"lodge/models"
)

// commands are headers by which mails give orders to one desk or another, and those by which they
// say how urgent they are.
const commands = `X-Lodge-Status: closed
X-Lodge-Priority: urgent
X-Lodge-Assignee: grace@lodge.example
X-Lodge-Tags: vip
X-Lodge-Project: other
X-Lodge-Internal: true
X-Lodge-Ticket: 1
X-Priority: 1 (Highest)
X-MSMail-Priority: High
Importance: high
Priority: urgent
X-Zammad-Ticket-Priority: 3 high
X-Zammad-Ticket-State: closed
X-Zammad-Ticket-Owner: grace@lodge.example
X-Zammad-Article-Internal: true
X-Zammad-Ignore: true
X-Zammad-Customer-Email: eve@evil.example
X-Ticket-Status: closed
X-Ticket-Id: 1
X-Ticket-Tags: vip
X-OTRS-Priority: 5 very high
X-OTRS-State: closed successful
X-OTRS-Queue: other
X-RT-Command: status: resolved
X-FreeScout-Customer: eve@evil.example
X-Spam-Flag: YES
Keywords: vip, urgent
Sensitivity: Company-Confidential
`

// made is all that a mail decides about its ticket.
func (h *house) made(id int64) string {
	h.t.Helper()
	ctx := h.t.Context()
	row := h.became(id)
	if row.TicketID == nil {
		h.t.Fatalf("the mail became %+v", row)
	}
	t, err := models.TicketByID(ctx, h.db, *row.TicketID)
	if err != nil {
		h.t.Fatal(err)
	}
	tags, err := models.TicketTags(ctx, h.db, t.ID)
	if err != nil {
		h.t.Fatal(err)
	}
	number := func(n *int64) int64 {
		if n == nil {
			return 0
		}
		return *n
	}
	people, err := models.People(ctx, h.db, t.ID)
	if err != nil {
		h.t.Fatal(err)
	}
	s := fmt.Sprintf("%s %s: project %d status %d priority %v assignee %d team %d type %d tags %d spam %d unproven %t title %q by", row.Outcome, row.Reason, t.ProjectID, t.StatusID, t.Priority, number(t.AssigneeID),
		number(t.TeamID), number(t.TypeID), len(tags), t.SpamAt, t.Unproven, t.Title)
	for _, p := range people {
		s += " " + p.Contact.Address
	}
	entries, err := models.Entries(ctx, h.db, t.ID, 0)
	if err != nil {
		h.t.Fatal(err)
	}
	for _, e := range entries {
		s += fmt.Sprintf("; %s %q", e.Kind, e.Body)
	}
	return s
}

// A17: headers that give orders change nothing, on a new ticket and on an answer: all comes out as
// with the same mail without them.
func TestHeadersGiveNoOrders(t *testing.T) {
	eachHouse(t, func(t *testing.T, h *house) {
		h.write(func(ctx context.Context, tx *models.Tx) error {
			_, err := desk.NewProject(ctx, tx, desk.ProjectPlan{Slug: "other", Name: "Other"}, h.clock.Now())
			return err
		})
		r := h.running("one")
		var fresh, answered [2]string
		for i, head := range []string{"", commands} {
			// The same person's mail to the same place; only its id and its words tell the two apart.
			id := h.comesIn("example.com", "support@lodge.example", head+letterOf("Rosa <rosa@example.com>", "Printer on fire", fmt.Sprint("first", i), fmt.Sprint("It burns. ", i)))
			h.settle(r)
			fresh[i] = strings.ReplaceAll(h.made(id), fmt.Sprint("burns. ", i), "burns.")
			number := h.latest()
			h.answer(number, "Where is it?")
			h.settle(r)
			all := h.deliveries(number)
			key := h.desk.ReplyKey(all[len(all)-1].ID, 1)
			h.clock.forward(2 * 60 * 1e9)
			id = h.comesIn("example.com", "support+"+key+"@lodge.example", head+letterOf("rosa@example.com", "Re: Printer on fire", fmt.Sprint("second", i), fmt.Sprint("In the hall. ", i)))
			h.settle(r)
			answered[i] = strings.NewReplacer(fmt.Sprint("burns. ", i), "burns.", fmt.Sprint("hall. ", i), "hall.").Replace(h.made(id))
		}
		if fresh[0] != fresh[1] || !strings.HasPrefix(fresh[0], models.MailBecameTicket) || !strings.Contains(fresh[0], `"It burns."`) {
			t.Errorf("a new ticket without and with the headers:\n%s\n%s", fresh[0], fresh[1])
		}
		if answered[0] != answered[1] || !strings.HasPrefix(answered[0], models.MailBecameReply) || !strings.Contains(answered[0], `"In the hall."`) {
			t.Errorf("an answer without and with the headers:\n%s\n%s", answered[0], answered[1])
		}
	})
}
