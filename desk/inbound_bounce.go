package desk

import (
	"context"
	"strings"

	"lodge/address"
	"lodge/models"
)

// bounce notes that a mail of ours came back. Only a report that names the mail by something that
// nobody else can make, the address it was sent from or its Message-ID, is believed, and it marks
// nobody but that mail's own recipient (A23).
func (t *taking) bounce(ctx context.Context) error {
	found, err := t.bounced(ctx)
	if err != nil {
		return err
	}
	if found == nil {
		return t.ignore(MailUnknownBounce)
	}
	ticket, err := models.LockTicket(ctx, t.tx, found.TicketID)
	if err != nil {
		return err
	}
	t.project = t.cat.Project(ticket.ProjectID)
	t.row.TicketID, t.result.Ticket = &ticket.ID, ticket.Number
	t.end(models.MailWasBounce, "")
	told, err := t.toldOf(ctx, found)
	if err != nil || told == nil {
		return err
	}
	said := strings.TrimSpace(told.Status + " " + line(told.Detail))
	if said == "" {
		said = "returned"
	}
	said = shortened(said, 500)
	if !told.Hard {
		if found.State == models.DeliverySent {
			err = models.SetDeliveryState(ctx, t.tx, found.ID, found.State, found.Attempts, said, t.now)
		}
		if err != nil {
			return err
		}
		return models.NoteChange(ctx, t.tx, ChangedMails, ticket.ID, t.now)
	}
	if found.State == models.DeliveryBounced {
		return nil // another copy of the report
	}
	if err := models.SetDeliveryState(ctx, t.tx, found.ID, models.DeliveryBounced, found.Attempts, said, t.now); err != nil {
		return err
	}
	if found.ContactID != nil {
		if _, err := models.MarkBounced(ctx, t.tx, *found.ContactID, models.At(t.now), said); err != nil {
			return err
		}
	}
	if err := models.NoteChange(ctx, t.tx, ChangedMails, ticket.ID, t.now); err != nil {
		return err
	}
	return t.inside(ctx, ticket, &models.Event{Kind: models.EventMailBounced, ContactID: found.ContactID, AgentID: found.AgentID}, nil)
}

// bounced finds the delivery that a report is about, or nil.
func (t *taking) bounced(ctx context.Context) (*models.Delivery, error) {
	tried := map[string]bool{"": true}
	for _, addr := range t.to {
		key := keyIn(addr)
		if tried[key] || len(tried) > keysTried {
			continue
		}
		tried[key] = true
		found, err := t.d.openBounceKey(ctx, t.tx, key)
		if err == nil || models.KindOf(err) != models.KindNotFound {
			return found, err
		}
	}
	if t.in.Bounce == nil || t.in.Bounce.MailID == "" {
		return nil, nil
	}
	found, err := t.ourMails(ctx, []string{t.in.Bounce.MailID})
	return found[mailIDKey(t.in.Bounce.MailID)], err
}

// toldOf is what a report says of a delivery's recipient; nil when it says nothing of them. A
// report about one recipient is about ours, by whatever address they are reached in the end.
func (t *taking) toldOf(ctx context.Context, found *models.Delivery) (*InboundBounced, error) {
	if t.in.Bounce == nil {
		return &InboundBounced{}, nil
	}
	all := t.in.Bounce.Recipients
	to := ""
	switch {
	case found.ContactID != nil:
		contact, err := models.ContactByID(ctx, t.tx, *found.ContactID)
		if err != nil {
			return nil, err
		}
		to = contact.Address
	case found.AgentID != nil:
		agent, err := models.AgentByID(ctx, t.tx, *found.AgentID)
		if err != nil {
			return nil, err
		}
		to = agent.Address
	}
	for i := range all {
		if address.Key(all[i].Address) == address.Key(to) {
			return &all[i], nil
		}
	}
	if len(all) == 1 {
		return &all[0], nil
	}
	if len(all) == 0 {
		return &InboundBounced{}, nil
	}
	return nil, nil
}
