package desk

import (
	"context"
	"crypto/sha256"
	"time"

	"lodge/models"
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
	// FactorMissing: the workspace requires a second factor, and none is set up yet. A session by
	// passkey has both.
	FactorMissing bool
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
	contact, account, cat, err := p.d.db.SignedInCustomer(ctx, contactID)
	if err != nil {
		return Customer{}, err
	}
	if account.DisabledAt != 0 {
		return Customer{}, models.NotFound()
	}
	me := customerOf(contact, account)
	me.FactorMissing = account.TOTPAt == 0 && cat.Workspace.Settings.CustomerTwoFactor == models.CustomerFactorRequired
	return me, nil
}

func customerOf(contact *models.Contact, account *models.Customer) Customer {
	return Customer{ID: contact.ID, Name: contact.Name, Address: contact.Address, Locale: contact.Locale, Zone: account.Zone}
}

// place is a ticket as whoever came in may act on it.
type place struct {
	*holder
	rights models.Rights
	// signed: by signing in. What follows is empty for who came by a link.
	signed        bool
	company, team string
	// shared: they see the company's other tickets, too.
	shared bool
	// seen is the public version that they have read.
	seen int64
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
	if !CompanyPortalOn(cat) || found.Person.Contact.ProvenAt == 0 {
		found.Standing, found.Company = found.Standing.Alone(), ""
	}
	rights := found.Standing.Rights()
	if !rights.Read || project == nil || !project.Open() || !within(ctx, project) || found.Ticket.SpamAt != 0 || !MayEnter(project, me) {
		return nil, models.NotFound()
	}
	if found.Person.MovedToID != nil {
		to, err := models.MovedReference(ctx, p.d.db, found.Person.ID)
		if err != nil {
			return nil, err
		}
		if to != "" && to != reference {
			there, err := p.place(ctx, me, to, now)
			if err == nil {
				there.given = found.Person.Participant
			}
			return there, err
		}
	}
	// There is no token, so what limits and drafts are counted by is made of who and what it is.
	sum := sha256.Sum256([]byte("customer " + itoa(me.ID) + " " + found.Ticket.Reference))
	found.Token.Hash = sum[:]
	return &place{holder: &holder{Access: &found.Access, catalog: cat, project: project, given: found.Person.Participant, proven: true}, rights: rights,
		signed: true, shared: found.Standing.Member && found.Standing.Sees() != models.SeesOwn, company: found.Company, team: found.Team, seen: found.Seen}, nil
}
