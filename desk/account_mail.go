package desk

import (
	"context"

	"lodge/models"
	"lodge/secret"
)

// JobCustomerMail mails somebody the way into their account: customerMailArgs. Links are derived
// at delivery, so that no job holds a secret.
const JobCustomerMail = "customer_mail"

// The mails about accounts that were asked for at public pages, by the names of their templates.
const (
	MailAccountActivate = "account_activate"
	MailAccountInvited  = "account_invited"
	MailAccountKnown    = "account_known"
	MailSignInLink      = "sign_in_link"
	MailCustomerReset   = "customer_reset"
)

// customerMailArgs are ids and hashes. Contact 0 is nobody: the mail is none.
type customerMailArgs struct {
	Kind    string `json:"kind"`
	SignUp  int64  `json:"sign_up,omitempty"`
	Contact int64  `json:"contact,omitempty"`
	By      int64  `json:"by,omitempty"`
	Asked   int64  `json:"asked,omitempty"`
	Browser []byte `json:"browser,omitempty"`
	Next    string `json:"next,omitempty"`
}

// CustomerLetter is all that such a mail says.
type CustomerLetter struct {
	Template, Name, Address, Locale string
	// By is the agent who invited.
	By string
	// Token ends the link's path; empty where the mail has no secret link. Code are the digits.
	Token, Code string
}

// CustomerLetter reads such a mail from its job; NotFound when there is nothing to send: nobody
// was found, may have an account or has one still.
func (d *Desk) CustomerLetter(ctx context.Context, job models.Job) (*CustomerLetter, error) {
	var args customerMailArgs
	if err := job.Read(&args); err != nil {
		return nil, err
	}
	switch args.Kind {
	case MailAccountActivate:
		return d.activationLetter(ctx, args)
	case MailSignInLink:
		return d.signInLetter(ctx, job, args)
	}
	contact, account, err := d.accountOf(ctx, args.Contact)
	if err != nil {
		return nil, err
	}
	l := &CustomerLetter{Template: args.Kind, Name: contact.Name, Address: contact.Address, Locale: contact.Locale, Token: d.keys.Token(secret.NewPassword, account.ContactID, int(job.ID))}
	return l, d.keepAccountLink(ctx, models.TokenCustomerReset, l.Token, account.ContactID, models.Stamp(args.Asked).Add(resetFor))
}

// accountOf reads a contact with an account that works.
func (d *Desk) accountOf(ctx context.Context, contactID int64) (*models.Contact, *models.Customer, error) {
	contact, account, _, err := d.db.SignedInCustomer(ctx, contactID)
	if err == nil && account.DisabledAt != 0 {
		err = models.NotFound()
	}
	return contact, account, err
}

func (d *Desk) activationLetter(ctx context.Context, args customerMailArgs) (*CustomerLetter, error) {
	s, err := models.SignUpByID(ctx, d.db, args.SignUp)
	if err != nil {
		return nil, err
	}
	l := &CustomerLetter{Template: MailAccountActivate, Name: s.Name, Address: s.Address, Locale: s.Locale}
	if args.By != 0 {
		l.Template = MailAccountInvited
		if by, err := models.AgentByID(ctx, d.db, args.By); err == nil {
			l.By = by.Name
		}
	}
	contact, account, err := accountByKey(ctx, d.db, s.AddressKey)
	switch {
	case err != nil && models.KindOf(err) != models.KindNotFound:
		return nil, err
	case err == nil && (account.DisabledAt != 0 || contact.ErasedAt != 0):
		return nil, models.NotFound()
	case err == nil && (account.PasswordHash != "" || account.TOTPAt != 0):
		// Whoever typed the name need not be who has the account.
		l.Template, l.Name, l.Locale = MailAccountKnown, contact.Name, contact.Locale
		return l, nil
	}
	cat, err := d.db.Catalog(ctx)
	if err != nil {
		return nil, err
	}
	if args.By == 0 && account == nil && !mayRegister(&cat.Workspace.Settings, s.AddressKey) {
		return nil, models.NotFound()
	}
	l.Token = d.keys.Token(secret.Activation, s.ID, 1)
	return l, d.keepAccountLink(ctx, models.TokenActivation, l.Token, s.ID, s.ExpiresAt)
}

func (d *Desk) signInLetter(ctx context.Context, job models.Job, args customerMailArgs) (*CustomerLetter, error) {
	if args.Contact == 0 {
		return nil, models.NotFound()
	}
	contact, err := models.ContactByID(ctx, d.db, args.Contact)
	if err != nil {
		return nil, err
	}
	cat, err := d.db.Catalog(ctx)
	if err != nil {
		return nil, err
	}
	account, err := models.CustomerByContact(ctx, d.db, contact.ID)
	if err != nil && models.KindOf(err) != models.KindNotFound {
		return nil, err
	}
	may := err == nil && account.DisabledAt == 0 || err != nil && mayRegister(&cat.Workspace.Settings, contact.AddressKey)
	if !may || !cat.Workspace.Settings.SignInLink {
		return nil, models.NotFound()
	}
	now := d.Now()
	row := &models.SignInLink{ContactID: contact.ID, Browser: args.Browser, CodeHash: []byte{}, Next: args.Next, ExpiresAt: models.At(now.Add(signInLinkFor)), CreatedAt: models.At(now)}
	l := &CustomerLetter{Template: MailSignInLink, Name: contact.Name, Address: contact.Address, Locale: contact.Locale}
	return l, d.db.Write(ctx, func(ctx context.Context, tx *models.Tx) error {
		row.ID = 0 // this may be run again
		if err := models.InsertSignInLink(ctx, tx, row); err != nil {
			return err
		}
		l.Token = d.keys.Token(secret.SignIn, row.ID, 1)
		l.Code = signInCode(l.Token)
		if err := models.SetSignInCode(ctx, tx, row.ID, codeHash(row.ID, l.Code)); err != nil {
			return err
		}
		return models.InsertToken(ctx, tx, &models.Token{Hash: secret.Hash(l.Token), Kind: models.TokenSignIn, SubjectID: row.ID, Generation: 1, ExpiresAt: row.ExpiresAt, CreatedAt: models.At(now)})
	})
}

// keepAccountLink stores the hash of a link and says whether it lives: a retried mail of a link
// that was used meanwhile is none.
func (d *Desk) keepAccountLink(ctx context.Context, kind, token string, subject int64, expires models.Stamp) error {
	err := d.db.Write(ctx, func(ctx context.Context, tx *models.Tx) error {
		return models.InsertToken(ctx, tx, &models.Token{Hash: secret.Hash(token), Kind: kind, SubjectID: subject, Generation: 1, ExpiresAt: expires, CreatedAt: models.At(d.Now())})
	})
	if err != nil {
		return err
	}
	return d.agentLinkLives(ctx, kind, token)
}
