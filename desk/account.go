package desk

import (
	"context"
	"strings"
	"time"

	"lodge/address"
	"lodge/models"
)

// SignInWays says how customers may sign in and whether accounts can be asked for.
type SignInWays struct {
	Password, Link bool
	// SignUp: accounts can be asked for.
	SignUp bool
}

func signInWays(cat *models.Catalog) SignInWays {
	s := &cat.Workspace.Settings
	return SignInWays{Password: s.SignInPassword, Link: s.SignInLink, SignUp: s.Registration != models.RegistrationOff}
}

// SignInWays reads how customers may sign in (CP-3).
func (p *Portal) SignInWays(ctx context.Context) (SignInWays, error) {
	cat, err := p.d.db.Catalog(ctx)
	if err != nil {
		return SignInWays{}, err
	}
	return signInWays(cat), nil
}

// CustomerSession is how long a customer's session lasts unused, and at most (CP-1).
func (d *Desk) CustomerSession(ctx context.Context) (idle, life time.Duration, err error) {
	cat, err := d.db.Catalog(ctx)
	if err != nil {
		return 0, 0, err
	}
	s := &cat.Workspace.Settings
	return time.Duration(s.CustomerIdleMinutes) * time.Minute, time.Duration(s.CustomerSessionDays) * 24 * time.Hour, nil
}

// mayRegister says whether somebody with a proven address may have a new account. key is the
// address's key. An invitation of an agent does not ask this.
func mayRegister(s *models.WorkspaceSettings, key string) bool {
	switch s.Registration {
	case models.RegistrationOpen:
		return true
	case models.RegistrationInvite:
		for entry := range strings.FieldsFuncSeq(s.RegistrationAllow, func(r rune) bool { return r == ',' || r == ';' || r == ' ' || r == '\n' }) {
			entry = strings.ToLower(strings.TrimPrefix(entry, "@"))
			if strings.Contains(entry, "@") && contactKey(entry) == key || entry == address.Domain(key) {
				return true
			}
		}
	}
	return false
}

// NewCustomer is somebody whose address has been proven to whoever asks for the account.
type NewCustomer struct{ Address, Name, Locale string }

// EnsureCustomer finds the account of a proven address or makes it. Forbidden: the account is
// disabled, or there is none and the workspace lets nobody like this have one.
func (p *Portal) EnsureCustomer(ctx context.Context, in NewCustomer) (Customer, error) {
	email, err := address.Canonical(in.Address)
	if err != nil {
		return Customer{}, models.Forbidden()
	}
	var me Customer
	now := p.d.Now()
	return me, p.d.db.Write(ctx, func(ctx context.Context, tx *models.Tx) error {
		cat, err := models.TxCatalog(ctx, tx)
		if err != nil {
			return err
		}
		contact, account, err := ensureCustomer(ctx, tx, NewCustomer{Address: email, Name: line(in.Name), Locale: in.Locale}, mayRegister(&cat.Workspace.Settings, contactKey(email)), now)
		if err == nil {
			me = customerOf(contact, account)
		}
		return err
	})
}

// ensureCustomer is EnsureCustomer inside a transaction; fresh says whether a new account may be made.
func ensureCustomer(ctx context.Context, tx *models.Tx, in NewCustomer, fresh bool, now time.Time) (*models.Contact, *models.Customer, error) {
	contact, err := models.ContactByKey(ctx, tx, contactKey(in.Address))
	if err != nil && models.KindOf(err) != models.KindNotFound {
		return nil, nil, err
	}
	if err == nil && contact.ErasedAt != 0 {
		return nil, nil, models.Forbidden()
	}
	var account *models.Customer
	if err == nil {
		account, err = models.CustomerByContact(ctx, tx, contact.ID)
	}
	switch {
	case err != nil && models.KindOf(err) != models.KindNotFound:
		return nil, nil, err
	case err == nil && account.DisabledAt != 0, err != nil && !fresh:
		return nil, nil, models.Forbidden()
	case err == nil:
		return contact, account, models.ProveContact(ctx, tx, contact.ID, models.At(now))
	}
	contact, err = models.EnsureContact(ctx, tx, models.Contact{Address: in.Address, AddressKey: contactKey(in.Address), Name: in.Name, Locale: in.Locale, Origin: models.OriginWeb, CreatedAt: models.At(now)})
	if err != nil {
		return nil, nil, err
	}
	if contact.Name == "" && in.Name != "" {
		contact.Name = in.Name
		if err := models.SaveContact(ctx, tx, contact); err != nil {
			return nil, nil, err
		}
	}
	if err := models.ProveContact(ctx, tx, contact.ID, models.At(now)); err != nil {
		return nil, nil, err
	}
	account = &models.Customer{ContactID: contact.ID, CreatedAt: models.At(now)}
	return contact, account, models.InsertCustomer(ctx, tx, account)
}

// WelcomeCustomer notes that a customer has signed in and forgets the wrong tries of their account.
func (p *Portal) WelcomeCustomer(ctx context.Context, me Customer) error {
	now := p.d.Now()
	if err := models.ForgetAllowance(ctx, p.d.db, customerDoor(me.ID)); err != nil {
		return err
	}
	return p.d.db.Write(ctx, func(ctx context.Context, tx *models.Tx) error {
		return models.SeeCustomer(ctx, tx, me.ID, models.At(now))
	})
}

// customerDoor names what counts the wrong passwords and codes of one account.
func customerDoor(contactID int64) string { return allowance("customer-account", itoa(contactID)) }
