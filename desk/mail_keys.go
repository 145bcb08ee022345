package desk

import (
	"context"
	"strings"

	"lodge/models"
	"lodge/secret"
)

// ReplyKey is what stands behind the plus of the address that answers to one delivery (EM-1).
// generation is that of the recipient's links for somebody outside, 0 for an agent.
func (d *Desk) ReplyKey(deliveryID, generation int64) string {
	return d.keys.MailKey(secret.Reply, deliveryID, int(generation))
}

// BounceKey is the same for the address that a delivery's bounce goes to.
func (d *Desk) BounceKey(deliveryID int64) string {
	return d.keys.MailKey(secret.Bounce, deliveryID, 0)
}

// OpenReplyKey finds the delivery that a reply address answers to. Whatever is no key of ours,
// or of links that have been replaced since, is NotFound.
func (d *Desk) OpenReplyKey(ctx context.Context, key string) (*models.Delivery, error) {
	return d.openReplyKey(ctx, d.db, key)
}

// OpenBounceKey finds the delivery whose bounce a mail is, or NotFound.
func (d *Desk) OpenBounceKey(ctx context.Context, key string) (*models.Delivery, error) {
	return d.openBounceKey(ctx, d.db, key)
}

func (d *Desk) openReplyKey(ctx context.Context, c models.Conn, key string) (*models.Delivery, error) {
	id, ok := d.keys.MailKeyDelivery(secret.Reply, key)
	if !ok {
		return nil, models.NotFound()
	}
	found, err := models.DeliveryByID(ctx, c, id)
	if err != nil {
		return nil, err
	}
	generation := 0
	if found.ContactID != nil {
		seat, err := models.MailSeatOf(ctx, c, found.TicketID, *found.ContactID)
		if err != nil {
			return nil, err
		}
		if seat == nil {
			return nil, models.NotFound()
		}
		generation = int(seat.Generation)
	}
	if !d.keys.CheckMailKey(secret.Reply, id, generation, key) {
		return nil, models.NotFound()
	}
	return found, nil
}

func (d *Desk) openBounceKey(ctx context.Context, c models.Conn, key string) (*models.Delivery, error) {
	id, ok := d.keys.MailKeyDelivery(secret.Bounce, key)
	if !ok || !d.keys.CheckMailKey(secret.Bounce, id, 0, key) {
		return nil, models.NotFound()
	}
	return models.DeliveryByID(ctx, c, id)
}

// keyIn is what stands behind the plus of an address, for looking a key up; empty for none. The
// domain does not matter: a key is ours or nobody's, wherever a forwarder has sent it.
func keyIn(addr string) string {
	at := strings.LastIndexByte(addr, '@')
	if at < 0 {
		return ""
	}
	local := strings.Trim(strings.TrimSpace(addr[:at]), `"<`)
	if plus := strings.LastIndexByte(local, '+'); plus >= 0 {
		return strings.ToLower(local[plus+1:])
	}
	return ""
}
