package desk

import (
	"context"
	"time"
	"unicode/utf8"

	"lodge/address"
	"lodge/models"
	"lodge/secret"
)

const (
	// activateFor is how long the link of a new account works.
	activateFor = 7 * 24 * time.Hour
	// signUpBits is the work that a browser does for a new account; who does not do it may ask for
	// fewer of them. signUpSeconds: sooner than this nobody fills the form in.
	signUpBits    = 16
	signUpSeconds = 2
)

// SignUpForm is what the page shows that asks for an account.
type SignUpForm struct {
	FormID    string
	Challenge Challenge
}

// SignUpForm gives the form; formID is a posted id when it is shown again. NotFound: nobody new
// can ask for an account.
func (p *Portal) SignUpForm(ctx context.Context, formID string) (*SignUpForm, error) {
	cat, err := p.d.db.Catalog(ctx)
	if err != nil {
		return nil, err
	}
	if cat.Workspace.Settings.Registration == models.RegistrationOff {
		return nil, models.NotFound()
	}
	id, shown := p.d.again(formID, "sign-up", p.d.Now())
	return &SignUpForm{FormID: id, Challenge: Challenge{Text: shown.Nonce, Bits: signUpBits}}, nil
}

// SignUpInput asks for an account.
type SignUpInput struct {
	Name, Email, Locale, Client, Next string
	FormID, Honeypot, Work            string
	// Confirmed: asked once more whether they are a person.
	Confirmed bool
}

// SignUp has a link mailed that makes an account. Whoever asks, the same is written and answered:
// only the mail says whether there is an account already (A79). ErrConfirm asks a suspect sender
// once more. It is the mail that proves the address; the work only says how often one client may ask.
func (p *Portal) SignUp(ctx context.Context, in SignUpInput) error {
	d, now := p.d, p.d.Now()
	cat, err := d.db.Catalog(ctx)
	if err != nil {
		return err
	}
	if cat.Workspace.Settings.Registration == models.RegistrationOff {
		return models.NotFound()
	}
	var v models.Invalid
	in.Name = line(in.Name)
	if in.Name == "" {
		v.Add("name", "portal.account.error.name")
	} else if utf8.RuneCountInString(in.Name) > 140 {
		v.Add("name", "portal.account.error.name_long")
	}
	email, err := address.Canonical(in.Email)
	if err != nil {
		v.Add("email", "portal.create.error.email")
	}
	if err := v.Err(); err != nil {
		return err
	}
	shown := d.readForm(in.FormID, "sign-up", now)
	if !in.Confirmed && (in.Honeypot != "" || shown.Nonce == "" || now.Sub(shown.issued()) < signUpSeconds*time.Second) {
		return ErrConfirm
	}
	tries := int64(5)
	if shown.Nonce != "" && solved(Challenge{Text: shown.Nonce, Bits: signUpBits}, in.Work) {
		tries = 30
	}
	return d.db.Write(ctx, func(ctx context.Context, tx *models.Tx) error {
		limit := charge{name: allowance("sign-up-client", in.Client), amount: 1, limit: tries, window: time.Hour, refusal: "errors.too_many"}
		if err := spend(ctx, tx, []charge{limit}, now); err != nil {
			return err
		}
		return d.askAccount(ctx, tx, email, in.Name, in.Locale, in.Next, customerMailArgs{Kind: MailAccountActivate}, now)
	})
}

// askAccount keeps an asked-for account and has its mail written, as far as the address has not
// had its share of such mails.
func (d *Desk) askAccount(ctx context.Context, tx *models.Tx, email, name, locale, next string, args customerMailArgs, now time.Time) error {
	ok, _, err := models.Charge(ctx, tx, allowance("sign-up-address", contactKey(email)), 1, mailsAnHour, time.Hour, now)
	if err != nil || !ok {
		return err
	}
	s := &models.SignUp{Name: name, Address: email, AddressKey: contactKey(email), Locale: locale, Next: next, ExpiresAt: models.At(now.Add(activateFor)), CreatedAt: models.At(now)}
	if err := models.InsertSignUp(ctx, tx, s); err != nil {
		return err
	}
	args.SignUp = s.ID
	return models.Enqueue(ctx, tx, JobCustomerMail, "", args, now)
}

// InviteCustomer mails a contact the link to an account of their own, whoever may ask for one
// otherwise. Who has an account is mailed where to sign in.
func (d *Desk) InviteCustomer(ctx context.Context, actor Actor, contactID int64) error {
	contact, err := d.contact(ctx, d.db, actor, models.ActContacts, contactID)
	if err != nil {
		return err
	}
	if contact.Synthetic || contact.ErasedAt != 0 {
		return models.Conflict("agent.contact.invite.no_mail")
	}
	now := d.Now()
	return d.db.Write(ctx, func(ctx context.Context, tx *models.Tx) error {
		limit := charge{name: allowance("invite-contact", itoa(contactID)), amount: 1, limit: mailsAnHour, window: time.Hour, refusal: "agent.contact.invite.wait"}
		if err := spend(ctx, tx, []charge{limit}, now); err != nil {
			return err
		}
		return d.askAccount(ctx, tx, contact.Address, contact.Name, contact.Locale, "", customerMailArgs{Kind: MailAccountActivate, By: actor.ID}, now)
	})
}

// signUpOfLink finds the asked-for account of a living link.
func (p *Portal) signUpOfLink(ctx context.Context, token string) (*models.SignUp, error) {
	t, err := models.TokenByHash(ctx, p.d.db, models.TokenActivation, secret.Hash(token))
	if err != nil {
		return nil, err
	}
	if !t.Live(models.At(p.d.Now())) {
		return nil, models.NotFound()
	}
	s, err := models.SignUpByID(ctx, p.d.db, t.SubjectID)
	if err != nil {
		return nil, err
	}
	if s.UsedAt != 0 || s.ExpiresAt <= models.At(p.d.Now()) {
		return nil, models.NotFound()
	}
	return s, nil
}

// ActivationOpen reads whose account a link makes; NotFound when it is dead.
func (p *Portal) ActivationOpen(ctx context.Context, token string) (*Newcomer, error) {
	s, err := p.signUpOfLink(ctx, token)
	if err != nil {
		return nil, err
	}
	return &Newcomer{Name: s.Name, Address: s.Address, Locale: s.Locale}, nil
}

// Activate makes the account by the mailed link, once: the contact, its proven address and its
// password. From then on the tickets of that address are theirs (CP-11). next is where to go.
func (p *Portal) Activate(ctx context.Context, token string, in JoinInput) (me Customer, next string, err error) {
	s, err := p.signUpOfLink(ctx, token)
	if err != nil {
		return me, "", err
	}
	cat, err := p.d.db.Catalog(ctx)
	if err != nil {
		return me, "", err
	}
	var v models.Invalid
	in.Name = line(in.Name)
	if in.Name == "" {
		v.Add("name", "portal.account.error.name")
	} else if utf8.RuneCountInString(in.Name) > 140 {
		v.Add("name", "portal.account.error.name_long")
	}
	CheckCustomerPassword(in.Password, &v, s.Address, s.Name, in.Name, cat.Workspace.Name)
	if err := v.Err(); err != nil {
		return me, "", err
	}
	hash, err := HashPassword(in.Password)
	if err != nil {
		return me, "", err
	}
	now := p.d.Now()
	return me, s.Next, p.d.db.Write(ctx, func(ctx context.Context, tx *models.Tx) error {
		used, err := models.UseToken(ctx, tx, secret.Hash(token), models.At(now))
		if err != nil {
			return err
		}
		if !used {
			return models.NotFound()
		}
		contact, account, err := ensureCustomer(ctx, tx, NewCustomer{Address: s.Address, Name: in.Name, Locale: in.Locale}, true, now)
		if models.KindOf(err) == models.KindForbidden && err != nil {
			return models.NotFound()
		}
		if err != nil {
			return err
		}
		if account.PasswordHash != "" || account.TOTPAt != 0 {
			// Somebody has one since: it is changed on its own pages only.
			return models.NotFound()
		}
		if err := models.SetCustomerPassword(ctx, tx, contact.ID, hash); err != nil {
			return err
		}
		me = customerOf(contact, account)
		me.Method = ByPassword
		return models.UseSignUps(ctx, tx, s.AddressKey, models.At(now))
	})
}
