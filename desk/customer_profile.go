package desk

import (
	"context"
	"encoding/json"
	"slices"
	"time"
	"unicode/utf8"

	"lodge/models"
)

// CustomerProfile is what a signed-in customer sees of themselves (CP-1, CP-2).
type CustomerProfile struct {
	Name, Address, Locale, Zone string
	// HasPassword: a password was set. MaySet: none was, and this session came by a mailed link, so
	// that one can be set without another.
	HasPassword, MaySet bool
	Addresses           []CustomerAddress
	// Wishes is what they want to be mailed, by project.
	Wishes   []CustomerWish
	Sessions []AgentSession
	Factor   CustomerFactor
	Passkeys []CustomerPasskey
	// PasskeysOn: the workspace lets customers sign in with passkeys.
	PasskeysOn bool
}

// CustomerWish is what a customer wants to be mailed about all tickets of a project; Wish is one
// of models.Wishes.
type CustomerWish struct{ Slug, Project, Wish string }

// Profile reads a customer's own page. session is the hash of the present session.
func (p *Portal) Profile(ctx context.Context, me Customer, session []byte) (*CustomerProfile, error) {
	d := p.d
	contact, account, cat, err := d.db.SignedInCustomer(ctx, me.ID)
	if err != nil {
		return nil, err
	}
	now := d.Now()
	out := &CustomerProfile{Name: contact.Name, Address: contact.Address, Locale: contact.Locale, Zone: account.Zone, HasPassword: account.PasswordHash != "",
		MaySet: account.PasswordHash == "" && me.Method == ByLink, PasskeysOn: cat.Workspace.Settings.SignInPasskey}
	if out.Addresses, err = d.customerAddresses(ctx, contact, now); err != nil {
		return nil, err
	}
	if out.Wishes, err = d.customerWishes(ctx, cat, me.ID); err != nil {
		return nil, err
	}
	if out.Factor, err = d.customerFactor(ctx, account, cat); err != nil {
		return nil, err
	}
	if out.Passkeys, err = d.customerPasskeys(ctx, me.ID); err != nil {
		return nil, err
	}
	out.Sessions, err = d.customerSessions(ctx, me.ID, session, now)
	return out, err
}

func (d *Desk) customerWishes(ctx context.Context, cat *models.Catalog, contactID int64) ([]CustomerWish, error) {
	projects, err := models.ContactProjects(ctx, d.db, contactID)
	if err != nil {
		return nil, err
	}
	var all []CustomerWish
	for _, p := range projects {
		if project := cat.Project(p.ID); project != nil {
			all = append(all, CustomerWish{project.Slug, project.Name, p.Wish})
		}
	}
	return all, nil
}

// customerSessions lists the browsers in which a customer is signed in, the last used first.
func (d *Desk) customerSessions(ctx context.Context, contactID int64, session []byte, now time.Time) ([]AgentSession, error) {
	sessions, err := models.SessionsOf(ctx, d.db, models.SessionCustomer, contactID, now)
	if err != nil {
		return nil, err
	}
	var all []AgentSession
	for _, s := range sessions {
		var data struct{ Device string }
		_ = json.Unmarshal([]byte(s.Data), &data)
		all = append(all, AgentSession{Device: data.Device, ID: sessionID(s.Hash), Began: s.CreatedAt.Time(), SeenAt: s.SeenAt.Time(), This: len(session) > 0 && string(s.Hash) == string(session)})
	}
	return all, nil
}

// CustomerProfileInput is what customers change about themselves, and nothing else (A95). Locale
// and Zone empty follow the browser. Wishes are by the slug of the project.
type CustomerProfileInput struct {
	Name, Locale, Zone string
	Wishes             map[string]string
}

// ChangeProfile saves a customer's own name, language and time zone.
func (p *Portal) ChangeProfile(ctx context.Context, me Customer, in CustomerProfileInput) error {
	var v models.Invalid
	in.Name = line(in.Name)
	switch n := utf8.RuneCountInString(in.Name); {
	case n == 0:
		v.Add("name", "portal.profile.error.name")
	case n > maxPersonName:
		v.Add("name", "portal.profile.error.name_long", "Count", maxPersonName)
	}
	if in.Locale != "" && in.Locale != "en" && in.Locale != "de" {
		v.Add("locale", "portal.preferences.error.choice")
	}
	if _, err := time.LoadLocation(in.Zone); err != nil || in.Zone == "Local" || len(in.Zone) > 64 {
		v.Add("zone", "portal.profile.error.zone")
	}
	if err := v.Err(); err != nil {
		return err
	}
	return p.d.db.Write(ctx, func(ctx context.Context, tx *models.Tx) error {
		contact, _, err := p.ownAccount(ctx, tx, me)
		if err != nil {
			return err
		}
		if contact.Name != in.Name || contact.Locale != in.Locale {
			contact.Name, contact.Locale = in.Name, in.Locale
			if err := models.SaveContact(ctx, tx, contact); err != nil {
				return err
			}
		}
		return models.SetCustomerZone(ctx, tx, me.ID, in.Zone)
	})
}

// ChangeWishes saves what a customer wants to be mailed about the projects they have tickets in
// (NU-4). What was chosen for single tickets stays; other projects are left alone.
func (p *Portal) ChangeWishes(ctx context.Context, me Customer, wishes map[string]string) error {
	now := models.At(p.d.Now())
	return p.d.db.Write(ctx, func(ctx context.Context, tx *models.Tx) error {
		if _, _, err := p.ownAccount(ctx, tx, me); err != nil {
			return err
		}
		cat, err := models.TxCatalog(ctx, tx)
		if err != nil {
			return err
		}
		projects, err := models.ContactProjects(ctx, tx, me.ID)
		if err != nil {
			return err
		}
		var v models.Invalid
		for _, one := range projects {
			project := cat.Project(one.ID)
			if project == nil {
				continue
			}
			wish, posted := wishes[project.Slug]
			switch {
			case !posted || wish == one.Wish:
				continue
			case !slices.Contains(models.Wishes, wish):
				v.Add("wish-"+project.Slug, "portal.preferences.error.choice")
				continue
			}
			if err := models.SetProjectWish(ctx, tx, me.ID, one.ID, wish, now); err != nil {
				return err
			}
		}
		return v.Err()
	})
}

// ownAccount reads the customer inside a transaction; NotFound when they are gone by now.
func (p *Portal) ownAccount(ctx context.Context, c models.Conn, me Customer) (*models.Contact, *models.Customer, error) {
	contact, err := models.ContactByID(ctx, c, me.ID)
	if err != nil {
		return nil, nil, err
	}
	account, err := models.CustomerByContact(ctx, c, me.ID)
	if err != nil {
		return nil, nil, err
	}
	if contact.ErasedAt != 0 || contact.MergedIntoID != nil || account.DisabledAt != 0 {
		return nil, nil, models.NotFound()
	}
	return contact, account, nil
}
