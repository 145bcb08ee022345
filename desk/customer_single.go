package desk

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"strings"
	"time"
	"unicode/utf8"

	"lodge/address"
	"lodge/identity"
	"lodge/models"
)

const (
	purposeTry   = "customer sign-in with a provider"
	hideProvider = "identity-provider/"
	providerTry  = 10 * time.Minute
	usedTry      = "provider-try "
)

// ErrTryOver: the attempt to sign in is too old, was used, or never was this browser's.
var ErrTryOver = models.Conflict("portal.sso.error.over")

// The ways in which a sign-in with a provider ends that somebody can do something about.
var (
	errProviderAway    = models.Conflict("portal.sso.error.away")
	errProviderUntrue  = models.Conflict("portal.sso.error.untrue")
	errProviderRefused = models.Conflict("portal.sso.error.refused")
	errNotVerified     = models.Conflict("portal.sso.error.not_verified")
	errCustomerOff     = models.Conflict("portal.sso.error.disabled")
)

// PublicProvider is a way to sign in, as its button names it.
type PublicProvider struct{ Slug, Name string }

// Providers lists what customers can sign in with, in the order of the buttons.
func (p *Portal) Providers(ctx context.Context) ([]PublicProvider, error) {
	all, err := models.Providers(ctx, p.d.db)
	var open []PublicProvider
	for _, one := range all {
		if one.DisabledAt == 0 {
			open = append(open, PublicProvider{one.Slug, one.Name})
		}
	}
	return open, err
}

// Provider reads one of them; NotFound for what is unknown or off.
func (p *Portal) Provider(ctx context.Context, slug string) (PublicProvider, error) {
	one, err := p.d.openProvider(ctx, slug)
	if err != nil {
		return PublicProvider{}, err
	}
	return PublicProvider{one.Slug, one.Name}, nil
}

func (d *Desk) openProvider(ctx context.Context, slug string) (*models.IdentityProvider, error) {
	one, err := models.ProviderBySlug(ctx, d.db, slug)
	if err == nil && one.DisabledAt != 0 {
		err = models.NotFound()
	}
	if err != nil {
		return nil, err
	}
	return one, nil
}

// providerTried is what the cookie of an attempt holds, readable by us alone.
type providerTried struct {
	identity.Try
	Slug    string `json:"p"`
	Next    string `json:"x"`
	Expires int64  `json:"e"`
}

// ProviderCallback is where a provider sends people back to; base is our own address.
func ProviderCallback(base, slug string) string {
	return strings.TrimRight(base, "/") + "/sign-in/with/" + slug + "/callback"
}

// BeginProvider starts to sign somebody in with a provider: the address there, and what their
// browser keeps until they are back, hidden. Nothing is written.
func (p *Portal) BeginProvider(ctx context.Context, slug, base, next string) (address, kept string, err error) {
	d, now := p.d, p.d.Now()
	one, err := d.openProvider(ctx, slug)
	if err != nil {
		return "", "", err
	}
	asked, err := d.asProvider(one, base)
	if err != nil {
		return "", "", err
	}
	try := providerTried{Try: identity.NewTry(), Slug: slug, Next: next, Expires: now.Add(providerTry).UnixMilli()}
	address, err = d.identity.Begin(ctx, asked, try.Try)
	if err != nil {
		d.log.Warn("sign-in with a provider", "provider", slug, "error", err)
		return "", "", errProviderAway
	}
	raw, err := json.Marshal(try)
	if err != nil {
		return "", "", err
	}
	return address, d.keys.Hide(purposeTry, raw), nil
}

func (d *Desk) asProvider(one *models.IdentityProvider, base string) (identity.Provider, error) {
	kept, err := d.keys.Reveal(hideProvider+one.Slug, one.ClientSecret)
	if err != nil {
		return identity.Provider{}, err
	}
	return identity.Provider{Issuer: one.Issuer, ClientID: one.ClientID, ClientSecret: string(kept), Redirect: ProviderCallback(base, one.Slug)}, nil
}

// ProviderAnswer is what a provider sends somebody back with, and what their browser kept.
type ProviderAnswer struct {
	Slug, Base, Kept          string
	State, Code, Issuer, Fail string
}

// ProviderDone says who has signed in and where they wanted to go.
type ProviderDone struct {
	Customer Customer
	Next     string
}

// FinishProvider ends a sign-in with a provider. An attempt belongs to the browser that began it
// and is good once, whatever comes of it. A first sign-in is linked by an address that the provider
// has verified; from then on issuer and subject alone say who it is.
func (p *Portal) FinishProvider(ctx context.Context, in ProviderAnswer) (ProviderDone, error) {
	d, now := p.d, p.d.Now()
	one, err := d.openProvider(ctx, in.Slug)
	if err != nil {
		return ProviderDone{}, err
	}
	var try providerTried
	raw, err := d.keys.Reveal(purposeTry, in.Kept)
	if err != nil || json.Unmarshal(raw, &try) != nil || try.Slug != in.Slug || try.State == "" || try.State != in.State || now.UnixMilli() >= try.Expires {
		return ProviderDone{}, ErrTryOver
	}
	done := ProviderDone{Next: try.Next}
	err = d.db.Write(ctx, func(ctx context.Context, tx *models.Tx) error {
		fresh, err := models.UseOnce(ctx, tx, usedHash(usedTry, try.State), models.Stamp(try.Expires), models.At(now))
		if err == nil && !fresh {
			err = ErrTryOver
		}
		return err
	})
	if err != nil {
		return done, err
	}
	switch {
	case in.Issuer != "" && in.Issuer != one.Issuer: // RFC 9207: an answer of another provider
		return done, errProviderUntrue
	case in.Fail != "" || in.Code == "":
		return done, errProviderRefused
	}
	asked, err := d.asProvider(one, in.Base)
	if err != nil {
		return done, err
	}
	who, err := d.identity.Finish(ctx, asked, try.Try, in.Code)
	if err != nil {
		d.log.Warn("sign-in with a provider", "provider", in.Slug, "error", err)
		switch {
		case errors.Is(err, identity.ErrUntrue):
			return done, errProviderUntrue
		case errors.Is(err, identity.ErrRefused):
			return done, errProviderRefused
		}
		return done, errProviderAway
	}
	err = d.db.Write(ctx, func(ctx context.Context, tx *models.Tx) error {
		contact, err := d.identify(ctx, tx, who, now)
		if err != nil {
			return err
		}
		done.Customer, err = d.enter(ctx, tx, contact, now)
		return err
	})
	done.Customer.Method = ByProvider + in.Slug
	return done, err
}

// identify finds the contact that somebody else has said who they are, or links one.
func (d *Desk) identify(ctx context.Context, tx *models.Tx, who identity.Person, now time.Time) (*models.Contact, error) {
	link := models.CustomerIdentity{Issuer: who.Issuer, Subject: who.Subject, Address: who.Address, CreatedAt: models.At(now), UsedAt: models.At(now)}
	known, err := models.IdentityOf(ctx, tx, who.Issuer, who.Subject)
	if err == nil {
		contact, err := models.ContactByID(ctx, tx, known.ContactID)
		if err == nil && contact.MergedIntoID != nil {
			contact, err = models.ContactByID(ctx, tx, *contact.MergedIntoID)
		}
		if err != nil {
			return nil, err
		}
		if contact.ErasedAt != 0 {
			return nil, errCustomerOff
		}
		return contact, models.SaveIdentity(ctx, tx, link)
	}
	if models.KindOf(err) != models.KindNotFound {
		return nil, err
	}
	if !who.Verified {
		return nil, errNotVerified
	}
	email, err := address.Canonical(who.Address)
	if err != nil {
		return nil, errNotVerified
	}
	contact, err := models.EnsureContact(ctx, tx, models.Contact{Address: email, AddressKey: contactKey(email), Name: personName(who.Name), Locale: knownLocale(who.Locale), Origin: models.OriginWeb, CreatedAt: models.At(now)})
	if err != nil {
		return nil, err
	}
	if contact.ErasedAt != 0 {
		return nil, errCustomerOff
	}
	if err := models.ProveContact(ctx, tx, contact.ID, models.At(now)); err != nil {
		return nil, err
	}
	link.ContactID, link.Address = contact.ID, email
	return contact, models.SaveIdentity(ctx, tx, link)
}

// enter gives a contact a sign-in if they have none, and notes that they are here.
func (d *Desk) enter(ctx context.Context, tx *models.Tx, contact *models.Contact, now time.Time) (Customer, error) {
	account, err := models.CustomerByContact(ctx, tx, contact.ID)
	if models.KindOf(err) == models.KindNotFound && err != nil {
		cat, failed := models.TxCatalog(ctx, tx)
		if failed != nil {
			return Customer{}, failed
		}
		if !mayRegister(&cat.Workspace.Settings, contact.AddressKey) {
			return Customer{}, errCustomerOff
		}
		account = &models.Customer{ContactID: contact.ID, CreatedAt: models.At(now)}
		err = models.InsertCustomer(ctx, tx, account)
	}
	if err != nil {
		return Customer{}, err
	}
	if account.DisabledAt != 0 {
		return Customer{}, errCustomerOff
	}
	return customerOf(contact, account), models.SeeCustomer(ctx, tx, contact.ID, models.At(now))
}

// usedHash names something that is good once.
func usedHash(purpose, text string) []byte {
	sum := sha256.Sum256([]byte(purpose + text))
	return sum[:]
}

func personName(name string) string {
	name = line(name)
	if utf8.RuneCountInString(name) > maxPersonName {
		name = string([]rune(name)[:maxPersonName])
	}
	return name
}

func knownLocale(tag string) string {
	switch tag, _, _ = strings.Cut(strings.ToLower(tag), "-"); tag {
	case "en", "de":
		return tag
	}
	return ""
}

// MayEnter says whether a customer may open what belongs to a project: anybody, or only who is
// signed in with the provider that the project asks for (CP-3).
func MayEnter(project *models.Project, me Customer) bool {
	wanted := project.Settings.RequiredProvider
	return wanted == "" || me.Method == ByProvider+wanted
}
