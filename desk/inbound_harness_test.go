package desk

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"lodge/address"
	"lodge/models"
)

// mailHouse is a house whose project has a mailbox, help@acme.example.
type mailHouse struct {
	*house
	mails int
}

func onEachMail(t *testing.T, f func(t *testing.T, h *mailHouse)) {
	onEach(t, func(t *testing.T, h *house) {
		m := &mailHouse{house: h}
		m.mailbox(h.project.ID, "help@acme.example")
		f(t, m)
	})
}

func (h *mailHouse) mailbox(projectID int64, addr string) *models.Mailbox {
	h.t.Helper()
	box := models.NewMailbox(projectID, addr, address.Key(addr), models.At(h.clock()))
	box.Receive = models.ReceiveListener
	h.write(func(ctx context.Context, tx *models.Tx) error { return models.InsertMailbox(ctx, tx, box) })
	return box
}

// letter is a person's mail to the mailbox; the sender is proven.
func (h *mailHouse) letter(from, subject, body string) InboundMail {
	h.mails++
	return InboundMail{MessageID: fmt.Sprintf("<%d@mail.example>", h.mails), From: InboundAddress{Addr: from}, To: []InboundAddress{{Addr: "help@acme.example"}},
		Subject: subject, Class: ClassPerson, Text: body, Full: body, Proven: true}
}

// keepRaw keeps a mail as a door would.
func (h *mailHouse) keepRaw(a MailArrival) int64 {
	h.t.Helper()
	if a.Source == "" {
		a.Source = models.MailFromSMTP
	}
	a.Raw = strings.NewReader("raw mail")
	id, _, err := h.KeepMail(context.Background(), a)
	if err != nil {
		h.t.Fatal(err)
	}
	return id
}

// takes lets a mail come in and says what became of it.
func (h *mailHouse) takes(in InboundMail) MailResult {
	h.t.Helper()
	_, result := h.takesRow(in)
	return result
}

func (h *mailHouse) takesRow(in InboundMail) (*models.MailIn, MailResult) {
	h.t.Helper()
	ctx := context.Background()
	id := h.keepRaw(MailArrival{EnvelopeFrom: in.From.Addr})
	result, err := h.TakeMail(ctx, id, in)
	if err != nil {
		h.t.Fatal(err)
	}
	row, err := models.MailInByID(ctx, h.db, id)
	if err != nil {
		h.t.Fatal(err)
	}
	if row.Outcome == "" || row.Outcome != result.Outcome || row.Reason != result.Reason || row.DecidedAt == 0 {
		h.t.Errorf("the row says %q %q, the verb %+v", row.Outcome, row.Reason, result)
	}
	return row, result
}

// want fails unless a mail ended so; reason may be empty.
func (h *mailHouse) want(got MailResult, outcome, reason string) {
	h.t.Helper()
	if got.Outcome != outcome || got.Reason != reason {
		h.t.Errorf("the mail ended as %s %q, want %s %q", got.Outcome, got.Reason, outcome, reason)
	}
}

// sent makes the delivery of a mail of ours to one person, as if a server had taken it; it gives
// the delivery and the address that answers to it.
func (h *mailHouse) sent(t *models.Ticket, contact, agent *int64) (*models.Delivery, string) {
	h.t.Helper()
	ctx := context.Background()
	events, err := models.Timeline(ctx, h.db, t.ID, 0)
	if err != nil {
		h.t.Fatal(err)
	}
	h.mails++
	d := &models.Delivery{EventID: events[len(events)-1].ID, TicketID: t.ID, ContactID: contact, AgentID: agent, Recipient: fmt.Sprint("test:", h.mails), Template: MailAgentReplied,
		State: models.DeliverySent, CreatedAt: models.At(h.clock()), UpdatedAt: models.At(h.clock())}
	generation := int64(0)
	if contact != nil {
		generation = h.personOn(t.ID, *contact).Generation
	}
	h.write(func(ctx context.Context, tx *models.Tx) error {
		if _, err := models.InsertDelivery(ctx, tx, d); err != nil {
			return err
		}
		d.MailID = h.MailID("acme.example", d.ID)
		return models.SetDeliveryMailID(ctx, tx, d.ID, d.MailID)
	})
	h.later(2 * loopSoon)
	return d, "help+" + h.ReplyKey(d.ID, generation) + "@acme.example"
}

// rosas is a ticket of Rosa's, who got a mail about it.
func (h *mailHouse) rosas() (*models.Ticket, Link, *models.Delivery, string) {
	h.t.Helper()
	link, t := h.fileAs("rosa@example.com", "Printer is on fire", "It began this morning.")
	d, reply := h.sent(t, &t.ReporterID, nil)
	return t, link, d, reply
}

// state is everything that a mail which changes nothing must leave alone.
func (h *mailHouse) state(t *models.Ticket) string {
	h.t.Helper()
	ctx := context.Background()
	now := h.ticketByNumber(t.Number)
	entries, err := models.Entries(ctx, h.db, t.ID, 0)
	if err != nil {
		h.t.Fatal(err)
	}
	people, err := models.People(ctx, h.db, t.ID)
	if err != nil {
		h.t.Fatal(err)
	}
	events, err := models.Timeline(ctx, h.db, t.ID, 0)
	if err != nil {
		h.t.Fatal(err)
	}
	last, err := models.Queue(ctx, h.db, models.QueueQuery{View: models.ViewAll, Limit: 100})
	if err != nil {
		h.t.Fatal(err)
	}
	s := fmt.Sprintf("v%d p%d status %d reporter %d entries %d people %d events %d tickets %d", now.Version, now.PublicVersion, now.StatusID, now.ReporterID, len(entries), len(people), len(events), len(last))
	for _, p := range people {
		s += fmt.Sprintf(" %s/%d/%d", p.Contact.Address, p.Contact.ProvenAt, p.UnsubscribedAt)
	}
	return s
}

// changesNothing runs f and fails when the ticket, or the list of tickets, is another after it.
func (h *mailHouse) changesNothing(t *models.Ticket, f func()) {
	h.t.Helper()
	before := h.state(t)
	f()
	if after := h.state(t); after != before {
		h.t.Errorf("it changed\n%s\n%s", before, after)
	}
}

func (h *mailHouse) entries(t *models.Ticket) []*models.Entry {
	h.t.Helper()
	all, err := models.Entries(context.Background(), h.db, t.ID, 0)
	if err != nil {
		h.t.Fatal(err)
	}
	return all
}

func (h *mailHouse) lastEvent(t *models.Ticket) *models.TimelineEvent {
	h.t.Helper()
	all, err := models.Timeline(context.Background(), h.db, t.ID, 0)
	if err != nil || len(all) == 0 {
		h.t.Fatal("no event", err)
	}
	return all[len(all)-1]
}

// heldRow finds what is held of a mail.
func (h *mailHouse) heldRow(mailID int64) *models.Held {
	h.t.Helper()
	for id := int64(1); id < 200; id++ {
		held, err := models.HeldByID(context.Background(), h.db, id)
		if err == nil && held.MailID != nil && *held.MailID == mailID {
			return held
		}
	}
	h.t.Fatalf("nothing is held of mail %d", mailID)
	return nil
}
