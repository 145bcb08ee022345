package desk

import (
	"context"
	"strings"

	"lodge/address"
	"lodge/models"
	"lodge/secret"
)

// ReplyKey is what stands behind the plus of the address that answers to a mail of ours.
// generation is the participant's, 0 for agents: replacing a link ends the address too (EM-1).
func (d *Desk) ReplyKey(deliveryID, generation int64) string {
	return d.keys.MailKey(secret.Reply, deliveryID, int(generation))
}

// BounceKey is what stands behind the plus of the address that a mail's bounce goes to. It opens
// nothing, so it never ends.
func (d *Desk) BounceKey(deliveryID int64) string {
	return d.keys.MailKey(secret.Bounce, deliveryID, 0)
}

// OpenReplyKey finds the delivery that a reply answers to. TicketID and ContactID are those of
// today: a participant whom a merge has moved answers on the ticket they were moved to. Anything
// else is NotFound: what is no key of ours, one whose link was replaced, whose person takes part
// no more. That the key is known proves nothing about who wrote (A11).
func (d *Desk) OpenReplyKey(ctx context.Context, key string) (*models.Delivery, error) {
	return d.openReplyKey(ctx, d.db, key)
}

func (d *Desk) openReplyKey(ctx context.Context, c models.Conn, key string) (*models.Delivery, error) {
	delivery, err := d.keyed(ctx, c, secret.Reply, key)
	if err != nil {
		return nil, err
	}
	generation := int64(0)
	if delivery.AgentID == nil {
		seat, err := models.PlaceOf(ctx, c, delivery.ID)
		if err != nil {
			return nil, err
		}
		generation = seat.Generation
		delivery.TicketID, delivery.ContactID = seat.TicketID, &seat.ContactID
	}
	if !d.keys.CheckMailKey(secret.Reply, delivery.ID, int(generation), key) {
		return nil, models.NotFound()
	}
	return delivery, nil
}

// OpenBounceKey finds the delivery that came back, or NotFound. Only who had the mail can know
// the key, so a bounce under it is about this delivery and nobody else (A23).
func (d *Desk) OpenBounceKey(ctx context.Context, key string) (*models.Delivery, error) {
	return d.openBounceKey(ctx, d.db, key)
}

func (d *Desk) openBounceKey(ctx context.Context, c models.Conn, key string) (*models.Delivery, error) {
	delivery, err := d.keyed(ctx, c, secret.Bounce, key)
	if err != nil {
		return nil, err
	}
	if !d.keys.CheckMailKey(secret.Bounce, delivery.ID, 0, key) {
		return nil, models.NotFound()
	}
	return delivery, nil
}

// keyed reads the delivery that a key claims to be about.
func (d *Desk) keyed(ctx context.Context, c models.Conn, kind secret.Kind, key string) (*models.Delivery, error) {
	id, ok := d.keys.MailKeyDelivery(kind, key)
	if !ok {
		return nil, models.NotFound()
	}
	return models.DeliveryByID(ctx, c, id)
}

// KeyAddress is an address whose mail arrives in the mailbox with a key in it: local, ReplyLocal
// or BounceLocal, where Lodge is the domain's own server, else the mailbox's local part. Empty
// when the mailbox receives nothing or its server knows no plus.
func KeyAddress(m *models.Mailbox, local, key string) string {
	at := strings.LastIndexByte(m.Address, '@')
	switch {
	case at < 0:
		return ""
	case m.Receive == models.ReceiveListener:
	case m.Receive == models.ReceiveIMAP && m.Plus:
		local, _, _ = strings.Cut(m.Address[:at], "+")
	default:
		return ""
	}
	// A local part that is too long with the key (RFC 5321, 4.5.3.1) gets none.
	out, err := address.Canonical(local + "+" + key + m.Address[at:])
	if err != nil {
		return ""
	}
	return out
}

// Answerable says whether a reply to the mailbox's mails reaches us.
func Answerable(m *models.Mailbox) bool {
	return m != nil && m.Live() && (m.Receive == models.ReceiveListener || m.Receive == models.ReceiveIMAP)
}
