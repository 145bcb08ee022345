package desk

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"time"

	"lodge/address"
	"lodge/models"
)

// customerDoors are the account's and the client's. An address that has no account has a door of
// its own, so that both wear down alike (A79, A82).
func customerDoors(cat *models.Catalog, account, client string) []door {
	return []door{
		{name: account, free: cat.Workspace.Settings.SignInTries},
		{name: allowance("customer-client", client), free: cat.Workspace.Settings.SignInTries * 10},
	}
}

// CustomerSignIn checks a customer's password (CP-1). Every failure is the same answer; too many of
// them must wait. With a second factor the error is a *CodeNeeded. NotFound: passwords are no way
// to sign in here.
func (p *Portal) CustomerSignIn(ctx context.Context, in SignInInput) (Customer, error) {
	d, now := p.d, p.d.Now()
	cat, err := d.db.Catalog(ctx)
	if err != nil {
		return Customer{}, err
	}
	if !cat.Workspace.Settings.SignInPassword {
		return Customer{}, models.NotFound()
	}
	key := contactKey(in.Email)
	if email, err := address.Canonical(in.Email); err == nil {
		key = contactKey(email)
	}
	contact, account, err := accountByKey(ctx, d.db, key)
	if err != nil && models.KindOf(err) != models.KindNotFound {
		return Customer{}, err
	}
	name, hash := allowance("customer-address", key), stranger
	if account != nil {
		name = customerDoor(contact.ID)
		if account.PasswordHash != "" && account.DisabledAt == 0 {
			hash = account.PasswordHash
		}
	}
	doors := customerDoors(cat, name, in.Client)
	if err := d.waited(ctx, doors, now); err != nil {
		return Customer{}, err
	}
	ok, err := passwordFits(in.Password, hash)
	if err != nil {
		return Customer{}, err
	}
	if !ok || hash == stranger {
		return Customer{}, d.refuseCustomer(ctx, doors, "password", "portal.account.error.wrong", now)
	}
	return p.second(ctx, contact, account, ByPassword, now)
}

// accountByKey reads a contact that has an account, by an address's key.
func accountByKey(ctx context.Context, c models.Conn, key string) (*models.Contact, *models.Customer, error) {
	contact, err := models.ContactByKey(ctx, c, key)
	if err != nil {
		return nil, nil, err
	}
	account, err := models.CustomerByContact(ctx, c, contact.ID)
	return contact, account, err
}

// refuseCustomer counts a wrong try and gives the refusal. Customers' tries are in no audit log.
func (d *Desk) refuseCustomer(ctx context.Context, doors []door, field, key string, now time.Time) error {
	for _, door := range doors {
		if _, err := door.failed(ctx, d.db, now); err != nil {
			return err
		}
	}
	var v models.Invalid
	v.Add(field, key)
	return v.Err()
}

// second ends a sign-in, or asks for the second factor of who has one.
func (p *Portal) second(ctx context.Context, contact *models.Contact, account *models.Customer, method string, now time.Time) (Customer, error) {
	if account.DisabledAt != 0 {
		return Customer{}, models.NotFound()
	}
	if account.TOTPAt != 0 {
		return Customer{}, &CodeNeeded{Pending: p.d.keys.Seal(purposeCustomerPending, customerPending{Contact: contact.ID, Mark: customerMark(account), Method: method}, now.Add(pendingFor))}
	}
	me := customerOf(contact, account)
	me.Method = method
	return me, p.WelcomeCustomer(ctx, me)
}

const purposeCustomerPending = "customer sign-in, second step"

// customerPending is what is known after the first step. Mark dies with the password and the factor.
type customerPending struct {
	Contact int64  `json:"c"`
	Mark    string `json:"m"`
	Method  string `json:"w"`
}

func customerMark(u *models.Customer) string {
	sum := sha256.Sum256([]byte(u.PasswordHash + " " + u.TOTPSecret))
	return hex.EncodeToString(sum[:8])
}

// pendingCustomer finds who is between the two steps; NotFound when that is over.
func (p *Portal) pendingCustomer(ctx context.Context, sealed string, now time.Time) (*models.Contact, *models.Customer, *models.Catalog, string, error) {
	var step customerPending
	if p.d.keys.Unseal(purposeCustomerPending, sealed, now, &step) != nil {
		return nil, nil, nil, "", models.NotFound()
	}
	contact, account, cat, err := p.d.db.SignedInCustomer(ctx, step.Contact)
	if err != nil {
		return nil, nil, nil, "", err
	}
	if account.DisabledAt != 0 || account.TOTPAt == 0 || step.Mark != customerMark(account) {
		return nil, nil, nil, "", models.NotFound()
	}
	return contact, account, cat, step.Method, nil
}

// CustomerPending says whether a sign-in waits for its second step; otherwise NotFound.
func (p *Portal) CustomerPending(ctx context.Context, sealed string) error {
	_, _, _, _, err := p.pendingCustomer(ctx, sealed, p.d.Now())
	return err
}

// CustomerSignInCode ends a sign-in with a code of the app or a recovery code. NotFound: begin again.
func (p *Portal) CustomerSignInCode(ctx context.Context, in SignInCodeInput) (Customer, error) {
	d, now := p.d, p.d.Now()
	contact, account, cat, method, err := p.pendingCustomer(ctx, in.Pending, now)
	if err != nil {
		return Customer{}, err
	}
	doors := customerDoors(cat, customerDoor(contact.ID), in.Client)
	if err := d.waited(ctx, doors, now); err != nil {
		return Customer{}, err
	}
	taken, err := p.takeOwnCode(ctx, account, in.Code, now)
	if err != nil {
		return Customer{}, err
	}
	if !taken {
		return Customer{}, d.refuseCustomer(ctx, doors, "code", "portal.account.error.code", now)
	}
	me := customerOf(contact, account)
	me.Method = method
	return me, p.WelcomeCustomer(ctx, me)
}
