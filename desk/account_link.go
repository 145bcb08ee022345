package desk

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/binary"
	"fmt"
	"time"

	"lodge/address"
	"lodge/models"
	"lodge/secret"
)

const (
	// signInLinkFor is how long a mailed way to sign in works, codeTries how often its digits may be typed.
	signInLinkFor = 15 * time.Minute
	codeTries     = 5
)

// AskSignInLink has a way to sign in mailed, alike for every address (A79): the job finds out
// whether there is anybody. browser is to be kept by the asking browser alone; the digits in the
// mail work only with it. NotFound: mailed links are no way to sign in here.
func (p *Portal) AskSignInLink(ctx context.Context, email, next, client string) (browser string, err error) {
	d, now := p.d, p.d.Now()
	cat, err := d.db.Catalog(ctx)
	if err != nil {
		return "", err
	}
	if !cat.Workspace.Settings.SignInLink {
		return "", models.NotFound()
	}
	email, err = address.Canonical(email)
	if err != nil {
		var v models.Invalid
		v.Add("email", "portal.create.error.email")
		return "", v.Err()
	}
	browser = secret.RandomToken()
	return browser, d.askMail(ctx, "sign-in-link", email, client, customerMailArgs{Kind: MailSignInLink, Browser: secret.Hash(browser), Next: next}, now)
}

// CustomerForgot has a link for a new password mailed, alike for every address (A79).
func (p *Portal) CustomerForgot(ctx context.Context, email, client string) error {
	d, now := p.d, p.d.Now()
	cat, err := d.db.Catalog(ctx)
	if err != nil {
		return err
	}
	if !cat.Workspace.Settings.SignInPassword {
		return models.NotFound()
	}
	email, err = address.Canonical(email)
	if err != nil {
		var v models.Invalid
		v.Add("email", "portal.create.error.email")
		return v.Err()
	}
	return d.askMail(ctx, "customer-forgotten", email, client, customerMailArgs{Kind: MailCustomerReset, Asked: int64(models.At(now))}, now)
}

// askMail charges a client, and an address without telling, and has the mail written.
func (d *Desk) askMail(ctx context.Context, kind, email, client string, args customerMailArgs, now time.Time) error {
	key := contactKey(email)
	return d.db.Write(ctx, func(ctx context.Context, tx *models.Tx) error {
		limit := charge{name: allowance(kind+"-client", client), amount: 1, limit: 20, window: time.Hour, refusal: "errors.too_many"}
		if err := spend(ctx, tx, []charge{limit}, now); err != nil {
			return err
		}
		ok, _, err := models.Charge(ctx, tx, allowance(kind+"-address", key), 1, mailsAnHour, time.Hour, now)
		if err != nil || !ok {
			return err
		}
		contact, err := models.ContactByKey(ctx, tx, key)
		switch {
		case err != nil && models.KindOf(err) != models.KindNotFound:
			return err
		case err == nil && !contact.Synthetic && contact.ErasedAt == 0:
			args.Contact = contact.ID
		}
		return models.Enqueue(ctx, tx, JobCustomerMail, "", args, now)
	})
}

// signInCode gives the six digits that go with a mailed link.
func signInCode(token string) string {
	sum := sha256.Sum256([]byte("digits " + token))
	return fmt.Sprintf("%06d", binary.BigEndian.Uint64(sum[:8])%1_000_000)
}

func codeHash(linkID int64, code string) []byte {
	sum := sha256.Sum256([]byte("digits of " + itoa(linkID) + " " + code))
	return sum[:]
}

// SignInLinkOpen reads whom a mailed link signs in; NotFound when it is dead. Reading changes
// nothing: scanners open links, too (A64).
func (p *Portal) SignInLinkOpen(ctx context.Context, token string) (*Newcomer, error) {
	l, err := p.signInLink(ctx, token)
	if err != nil {
		return nil, err
	}
	contact, err := models.ContactByID(ctx, p.d.db, l.ContactID)
	if err != nil {
		return nil, err
	}
	return &Newcomer{Name: contact.Name, Address: contact.Address, Locale: contact.Locale}, nil
}

func (p *Portal) signInLink(ctx context.Context, token string) (*models.SignInLink, error) {
	t, err := models.TokenByHash(ctx, p.d.db, models.TokenSignIn, secret.Hash(token))
	if err != nil {
		return nil, err
	}
	if !t.Live(models.At(p.d.Now())) {
		return nil, models.NotFound()
	}
	l, err := models.SignInLinkByID(ctx, p.d.db, t.SubjectID)
	if err != nil {
		return nil, err
	}
	return l, p.linkLives(ctx, l)
}

func (p *Portal) linkLives(ctx context.Context, l *models.SignInLink) error {
	cat, err := p.d.db.Catalog(ctx)
	if err != nil {
		return err
	}
	if l.UsedAt != 0 || l.ExpiresAt <= models.At(p.d.Now()) || !cat.Workspace.Settings.SignInLink {
		return models.NotFound()
	}
	return nil
}

// SignInByLink signs in by the mailed link, once (CP-2). Who has no account yet gets one, as far
// as the workspace lets them. With a second factor the error is a *CodeNeeded.
func (p *Portal) SignInByLink(ctx context.Context, token string) (me Customer, next string, err error) {
	l, err := p.signInLink(ctx, token)
	if err != nil {
		return me, "", err
	}
	me, err = p.useSignInLink(ctx, l)
	return me, l.Next, err
}

// SignInByCode signs in by the digits of the mail, in the browser that asked. Wrong ones are
// Invalid under "code"; after five the link is all that works. NotFound: begin again.
func (p *Portal) SignInByCode(ctx context.Context, browser, code, client string) (me Customer, next string, err error) {
	now := p.d.Now()
	cat, err := p.d.db.Catalog(ctx)
	if err != nil {
		return me, "", err
	}
	// A browser without a link wears its client's door down as one with a link does.
	doors := customerDoors(cat, allowance("sign-in-browser", browser), client)
	if err := p.d.waited(ctx, doors, now); err != nil {
		return me, "", err
	}
	l, err := models.SignInLinkByBrowser(ctx, p.d.db, secret.Hash(browser))
	if models.KindOf(err) == models.KindNotFound && err != nil {
		// There is no link when nobody has the address: that looks like wrong digits.
		return me, "", p.d.refuseCustomer(ctx, doors, "code", "portal.account.error.code", now)
	}
	if err != nil {
		return me, "", err
	}
	if err := p.linkLives(ctx, l); err != nil {
		return me, "", err
	}
	err = p.d.db.Write(ctx, func(ctx context.Context, tx *models.Tx) error {
		left, err := models.TrySignInCode(ctx, tx, l.ID, codeTries)
		if err == nil && !left {
			err = models.NotFound()
		}
		return err
	})
	if err != nil {
		return me, "", err
	}
	if len(l.CodeHash) == 0 || subtle.ConstantTimeCompare(codeHash(l.ID, bareCode(code)), l.CodeHash) != 1 {
		return me, "", p.d.refuseCustomer(ctx, doors, "code", "portal.account.error.code", now)
	}
	me, err = p.useSignInLink(ctx, l)
	return me, l.Next, err
}

func (p *Portal) useSignInLink(ctx context.Context, l *models.SignInLink) (Customer, error) {
	now := p.d.Now()
	var contact *models.Contact
	var account *models.Customer
	err := p.d.db.Write(ctx, func(ctx context.Context, tx *models.Tx) error {
		used, err := models.UseSignInLink(ctx, tx, l.ID, models.At(now))
		if err != nil {
			return err
		}
		if !used {
			return models.NotFound()
		}
		cat, err := models.TxCatalog(ctx, tx)
		if err != nil {
			return err
		}
		c, err := models.ContactByID(ctx, tx, l.ContactID)
		if err != nil {
			return err
		}
		contact, account, err = ensureCustomer(ctx, tx, NewCustomer{Address: c.Address, Name: c.Name, Locale: c.Locale}, mayRegister(&cat.Workspace.Settings, c.AddressKey), now)
		if models.KindOf(err) == models.KindForbidden && err != nil {
			return models.NotFound()
		}
		return err
	})
	if err != nil {
		return Customer{}, err
	}
	return p.second(ctx, contact, account, ByLink, now)
}
