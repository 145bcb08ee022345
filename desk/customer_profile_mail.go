package desk

import (
	"context"
	"time"

	"lodge/models"
	"lodge/secret"
)

// JobProfileMail mails a customer about their account: profileMailArgs. A link is derived at
// delivery, so that no job holds a secret.
const JobProfileMail = "profile_mail"

// The mails to customers about their accounts, by the names of their templates.
const (
	MailAddressConfirm = "address_confirm"
	MailAccountChanged = "account_changed"
)

// What a mail about a change of an account tells.
const (
	ToldPassword  = "password"
	ToldFactorOn  = "factor_on"
	ToldFactorOff = "factor_off"
	ToldPasskey   = "passkey"
	ToldAddress   = "address"
	ToldMain      = "main"
)

// profileMailArgs are ids. Pending is the address that waits for its proof. Address is where a mail
// goes that tells the former main address; empty is the present one.
type profileMailArgs struct {
	Contact int64  `json:"contact"`
	Pending int64  `json:"pending,omitempty"`
	What    string `json:"what,omitempty"`
	Alias   int64  `json:"alias,omitempty"`
}

// ProfileLetter is all that such a mail says.
type ProfileLetter struct {
	Template, Address, Locale string
	// Name is whose account it is about.
	Name string
	// What is one of the Told constants.
	What string
	// Token ends the path of the link that proves an address.
	Token string
}

// tellCustomer has a customer told of a change that they should know of if it was not them.
func tellCustomer(ctx context.Context, tx *models.Tx, contactID int64, what string, now time.Time) error {
	return models.Enqueue(ctx, tx, JobProfileMail, "", profileMailArgs{Contact: contactID, What: what}, now)
}

// ProfileLetter reads a mail to a customer from its job; NotFound when there is nothing to send
// any more.
func (d *Desk) ProfileLetter(ctx context.Context, job models.Job) (*ProfileLetter, error) {
	var args profileMailArgs
	if err := job.Read(&args); err != nil {
		return nil, err
	}
	contact, err := models.ContactByID(ctx, d.db, args.Contact)
	if err != nil {
		return nil, err
	}
	if contact.ErasedAt != 0 || contact.MergedIntoID != nil || contact.Synthetic {
		return nil, models.NotFound()
	}
	l := &ProfileLetter{Template: MailAccountChanged, Name: contact.Name, Address: contact.Address, Locale: contact.Locale, What: args.What}
	switch {
	case args.Pending != 0:
		pending, err := models.PendingAddressByID(ctx, d.db, args.Pending)
		if err != nil {
			return nil, err
		}
		if pending.ContactID != contact.ID || pending.ExpiresAt <= models.At(d.Now()) {
			return nil, models.NotFound()
		}
		if l.Name == "" {
			l.Name = trim(contact.Address)
		}
		l.Template, l.Address, l.Token = MailAddressConfirm, pending.Address, d.addressToken(pending.ID)
	case args.Alias != 0:
		alias, err := models.ContactByID(ctx, d.db, args.Alias)
		if err != nil {
			return nil, err
		}
		if alias.MergedIntoID == nil || *alias.MergedIntoID != contact.ID || alias.ErasedAt != 0 || alias.Synthetic {
			return nil, models.NotFound()
		}
		l.Address = alias.Address
	}
	return l, nil
}

// addressToken is the secret of the link that proves an address.
func (d *Desk) addressToken(pendingID int64) string {
	return d.keys.Token(secretAddress, pendingID, 1)
}

// secretAddress is the kind of such links.
const secretAddress secret.Kind = "address"
