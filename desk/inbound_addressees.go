package desk

import (
	"context"
	"slices"
	"strings"

	"lodge/address"
	"lodge/models"
)

const (
	// joinAtOnce is how many people one mail may bring into a thread.
	joinAtOnce = 10
	// suggestAtOnce is how many addresses one suggestion holds (A21).
	suggestAtOnce = 40
)

// addressees looks at who else a mail was sent to. Those of a participant who is proven join with
// links of their own; those of anybody else are only suggested to the agents (EM-2, A21).
func (t *taking) addressees(ctx context.Context, ticketID, fromContact int64) error {
	others, err := t.others(ctx, ticketID)
	if err != nil || len(others) == 0 {
		return err
	}
	ticket, err := models.LockTicket(ctx, t.tx, ticketID)
	if err != nil {
		return err
	}
	if !t.in.Proven || ticket.SpamAt != 0 {
		return t.suggest(ctx, ticket, fromContact, others)
	}
	for _, a := range others[:min(len(others), joinAtOnce)] {
		if err := t.enrol(ctx, ticket, a, nil, &fromContact); err != nil {
			return err
		}
	}
	if len(others) > joinAtOnce {
		return t.suggest(ctx, ticket, fromContact, others[joinAtOnce:])
	}
	return nil
}

func (t *taking) suggest(ctx context.Context, ticket *models.Ticket, fromContact int64, others []InboundAddress) error {
	var list []string
	for _, a := range others[:min(len(others), suggestAtOnce)] {
		list = append(list, a.Addr)
	}
	return t.inside(ctx, ticket, &models.Event{Kind: models.EventMailCC, ContactID: &fromContact}, map[string]any{"addresses": list, "count": len(others)})
}

// others are the addressees of a mail who are people, new to the ticket: none of our own
// addresses, no agents', no machines'.
func (t *taking) others(ctx context.Context, ticketID int64) ([]InboundAddress, error) {
	var all []InboundAddress
	var keys []string
	for _, a := range append(append([]InboundAddress{}, t.in.To...), t.in.Cc...) {
		canonical, err := address.Canonical(a.Addr)
		if err != nil || contactKey(canonical) == contactKey(t.from) || machineAddress(canonical) || t.ours(canonical) || slices.Contains(keys, contactKey(canonical)) {
			continue
		}
		if key := keyIn(canonical); len(key) == mailKeyLength {
			continue // an address of ours, wherever a forwarder has put it
		}
		keys = append(keys, contactKey(canonical))
		all = append(all, InboundAddress{Name: shortened(line(a.Name), t.project.Settings.NameLength), Addr: canonical})
	}
	if len(all) == 0 {
		return nil, nil
	}
	agents, err := models.AgentAddresses(ctx, t.tx, keys)
	if err != nil {
		return nil, err
	}
	people, err := models.PeopleKeys(ctx, t.tx, ticketID, keys)
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(all, func(a InboundAddress) bool {
		return agents[contactKey(a.Addr)] || people[contactKey(a.Addr)]
	}), nil
}

// mailKeyLength is the length of a key in an address (package secret).
const mailKeyLength = 29

// enrol lets somebody take part, as an agent's AddParticipant does: with links of their own, by
// mail. by is the agent who did it, or mailed the participant whose mail named them.
func (t *taking) enrol(ctx context.Context, ticket *models.Ticket, a InboundAddress, by, mailed *int64) error {
	stamp := models.At(t.now)
	contact, err := models.EnsureContact(ctx, t.tx, models.Contact{Address: a.Addr, AddressKey: contactKey(a.Addr), Name: a.Name, Origin: models.OriginMail, CreatedAt: stamp})
	if err != nil {
		return err
	}
	seat, err := models.MailSeatOf(ctx, t.tx, ticket.ID, contact.ID)
	if err != nil || seat != nil {
		return err
	}
	p := &models.Participant{TicketID: ticket.ID, ContactID: contact.ID, JoinedAs: models.JoinedCC, CreatedAt: stamp}
	if err := models.InsertParticipant(ctx, t.tx, p); err != nil {
		return err
	}
	if _, err := t.d.keepLinks(ctx, t.tx, p, stamp); err != nil {
		return err
	}
	step(ticket, false, stamp)
	if err := models.SaveTicket(ctx, t.tx, ticket); err != nil {
		return err
	}
	var data map[string]any
	if mailed != nil {
		data = map[string]any{"mailed_by": *mailed}
	}
	return t.d.record(ctx, t.tx, ticket, &models.Event{Kind: models.EventPersonAdded, AgentID: by, ContactID: &contact.ID, CreatedAt: stamp}, data, true)
}

// machineAddress says of an address that no person reads there.
func machineAddress(addr string) bool {
	local, _, _ := strings.Cut(strings.ToLower(addr), "@")
	local, _, _ = strings.Cut(local, "+")
	flat := strings.NewReplacer("-", "", "_", "", ".", "").Replace(local)
	switch flat {
	case "noreply", "donotreply", "nepasrepondre", "mailerdaemon", "postmaster", "abuse", "listserv", "majordomo", "mailman", "bounce", "bounces", "autoreply", "autoresponder":
		return true
	}
	for _, end := range []string{"-request", "-bounces", "-owner", "-subscribe", "-unsubscribe", "-noreply", "-no-reply"} {
		if strings.HasSuffix(local, end) {
			return true
		}
	}
	return strings.HasPrefix(local, "owner-") || strings.HasPrefix(local, "noreply-") || strings.HasPrefix(local, "no-reply-") || strings.HasPrefix(local, "bounce-") || strings.HasPrefix(local, "bounces-")
}
