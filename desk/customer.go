package desk

import (
	"context"
	"time"

	"lodge/models"
	"lodge/secret"
)

// Customer is a signed-in contact doing something on the portal. It is an argument of each verb;
// only signing in and Portal.Customer make one.
type Customer struct {
	// ID is the contact's. No page shows it.
	ID            int64
	Name, Address string
	// Locale and Zone are their own choice, empty without one.
	Locale, Zone string
	// Method is how this session was signed in: password, link, passkey, verified, or provider:<slug>.
	// It comes from the session; empty where none is involved.
	Method string
}

// The ways of signing in, as Customer.Method names them; a provider's is ByProvider and its slug.
const (
	ByPassword = "password"
	ByLink     = "link"
	ByPasskey  = "passkey"
	ByVerified = "verified"
	ByProvider = "provider:"
)

// Customer reads who is signed in, at each request: who was disabled or erased is out at once
// (A95), with NotFound.
func (p *Portal) Customer(ctx context.Context, contactID int64) (Customer, error) {
	contact, account, _, err := p.d.db.SignedInCustomer(ctx, contactID)
	if err != nil {
		return Customer{}, err
	}
	if account.DisabledAt != 0 {
		return Customer{}, models.NotFound()
	}
	return customerOf(contact, account), nil
}

func customerOf(contact *models.Contact, account *models.Customer) Customer {
	return Customer{ID: contact.ID, Name: contact.Name, Address: contact.Address, Locale: contact.Locale, Zone: account.Zone}
}

// place is a ticket as a signed-in customer may act on it: what open is for a link.
type place struct {
	*holder
	rights  models.Rights
	company string
}

// place finds a ticket by its reference for a customer. Unknown, foreign, spam and of a portal
// that is off are one NotFound (A67). A ticket that became part of another one leads there as far
// as the customer takes part in that.
func (p *Portal) place(ctx context.Context, me Customer, reference string, now time.Time) (*place, error) {
	found, cat, err := p.d.db.PlaceByReference(ctx, me.ID, reference)
	if err != nil {
		return nil, err
	}
	project := cat.Project(found.Ticket.ProjectID)
	rights := found.Standing.Rights()
	if !rights.Read || project == nil || !project.Open() || found.Ticket.SpamAt != 0 || !MayEnter(project, me) {
		return nil, models.NotFound()
	}
	found.Token.Hash = secret.Hash("customer " + itoa(me.ID) + " " + found.Ticket.Reference)
	return &place{holder: &holder{Access: &found.Access, catalog: cat, project: project, given: found.Person.Participant, proven: true}, rights: rights, company: found.Company}, nil
}
