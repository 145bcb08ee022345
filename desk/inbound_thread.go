package desk

import (
	"context"
	"slices"
	"strings"

	"lodge/address"
	"lodge/models"
)

// answered is what a mail answers to: a delivery of ours and its ticket.
type answered struct {
	delivery *models.Delivery
	ticket   *models.Ticket
}

const (
	// keysTried is how many addresses of one mail are looked up as reply keys.
	keysTried = 40
	// idsTried is how many Message-IDs of one mail are looked up.
	idsTried = 50
)

// thread finds what a mail answers to (EM-1): by the secret reply address that it came by, else
// by our own Message-ID that it names. A number or a reference in a subject is for people and
// is never read (A16).
func (t *taking) thread(ctx context.Context) (*answered, error) {
	tried := map[string]bool{"": true}
	for _, addr := range t.to {
		key := keyIn(addr)
		if tried[key] || len(tried) > keysTried {
			continue
		}
		tried[key] = true
		found, err := t.d.openReplyKey(ctx, t.tx, key)
		if err == nil {
			return t.about(ctx, found)
		}
		if models.KindOf(err) != models.KindNotFound {
			return nil, err
		}
	}
	ids := slices.Clone(t.in.References)
	slices.Reverse(ids)
	ids = append(slices.Clone(t.in.InReplyTo), ids...)
	ids = ids[:min(len(ids), idsTried)]
	found, err := t.ourMails(ctx, ids)
	if err != nil {
		return nil, err
	}
	for _, id := range ids {
		if f := found[mailIDKey(id)]; f != nil {
			return t.about(ctx, f)
		}
	}
	return nil, nil
}

// about is what a delivery was about; what is gone is nothing.
func (t *taking) about(ctx context.Context, found *models.Delivery) (*answered, error) {
	ticket, err := models.TicketByID(ctx, t.tx, found.TicketID)
	if err != nil && models.KindOf(err) == models.KindNotFound {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return &answered{found, ticket}, nil
}

// ourMails finds our own mails that these ids name. An id counts only whole and with the part
// that nobody without our key can make (A12, A13).
func (t *taking) ourMails(ctx context.Context, ids []string) (map[string]*models.Delivery, error) {
	var asked []string
	for _, id := range ids {
		if id = mailIDKey(id); strings.HasPrefix(id, "<l.") && len(id) <= 320 && !slices.Contains(asked, id) {
			asked = append(asked, id)
		}
	}
	found, err := models.DeliveriesByMailIDs(ctx, t.tx, asked)
	for id, f := range found {
		if !t.d.keys.CheckMessageID(id, address.Domain(strings.Trim(id, "<>")), f.ID) {
			delete(found, id)
		}
	}
	return found, err
}

// mailIDKey is the one spelling of a Message-ID of ours: servers change case and brackets.
func mailIDKey(id string) string {
	id = strings.ToLower(strings.Trim(id, " \t\r\n<>"))
	if id == "" {
		return ""
	}
	return "<" + id + ">"
}

// mergedTarget follows a ticket to the one that it is part of now.
func (t *taking) mergedTarget(ctx context.Context, ticket *models.Ticket) (*models.Ticket, error) {
	for range 10 {
		if ticket.MergedIntoID == nil {
			break
		}
		next, err := models.TicketByID(ctx, t.tx, *ticket.MergedIntoID)
		if err != nil {
			return nil, err
		}
		ticket = next
	}
	return ticket, nil
}

// seat finds the place of a contact on the ticket that a mail answers to, or on the one that a
// merge has moved them to, as their links go (AG-8). It is nil for who takes no part.
func (t *taking) seat(ctx context.Context, ticket *models.Ticket, contactID int64) (*models.Person, error) {
	seat, err := models.MailSeatOf(ctx, t.tx, ticket.ID, contactID)
	if err != nil || seat == nil {
		return nil, err
	}
	id := seat.ID
	if seat.MovedToID != nil {
		id = *seat.MovedToID
	}
	person, err := models.PersonByID(ctx, t.tx, id)
	if err != nil {
		return nil, err
	}
	if person.ContactID != contactID {
		return nil, nil
	}
	return person, nil
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
