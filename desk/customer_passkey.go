package desk

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"time"
	"unicode/utf8"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"

	"lodge/models"
	"lodge/secret"
)

// This file and customer_passkey_sign_in.go are the only ones that know go-webauthn (decision 18).

const (
	// challengeFor is how long a challenge to an authenticator can be answered.
	challengeFor = 5 * time.Minute
	// passkeysMost is how many passkeys a customer can have.
	passkeysMost = 20
	maxKeyName   = 60

	secretPasskey secret.Kind = "passkey"
)

// PasskeySite is the site that passkeys belong to: its host without a port, and its origin.
type PasskeySite struct{ Host, Origin string }

// CustomerPasskey is a passkey as its owner sees it. Used is zero before its first sign-in.
type CustomerPasskey struct {
	// ID names it on a page and opens nothing.
	ID, Name    string
	Added, Used time.Time
}

// PasskeyChallenge is what an authenticator is asked. Options is JSON for the script; Sealed goes
// back to FinishPasskey or PasskeySignIn with the answer, by a cookie that scripts cannot read.
type PasskeyChallenge struct {
	Options []byte
	Sealed  string
}

func (d *Desk) customerPasskeys(ctx context.Context, contactID int64) ([]CustomerPasskey, error) {
	keys, err := models.PasskeysOf(ctx, d.db, contactID)
	if err != nil {
		return nil, err
	}
	var all []CustomerPasskey
	for _, k := range keys {
		one := CustomerPasskey{ID: keyID(k), Name: k.Name, Added: k.CreatedAt.Time()}
		if k.UsedAt != 0 {
			one.Used = k.UsedAt.Time()
		}
		all = append(all, one)
	}
	return all, nil
}

// keyOwner is a customer as the library wants to see them.
type keyOwner struct {
	handle        []byte
	name, display string
	credentials   []webauthn.Credential
}

func (o *keyOwner) WebAuthnID() []byte                         { return o.handle }
func (o *keyOwner) WebAuthnName() string                       { return o.name }
func (o *keyOwner) WebAuthnDisplayName() string                { return o.display }
func (o *keyOwner) WebAuthnCredentials() []webauthn.Credential { return o.credentials }

// keyOwner puts a customer and some of their passkeys together. The handle that authenticators keep
// is derived: it says nothing about the row.
func (d *Desk) keyOwner(contact *models.Contact, keys []*models.Passkey) (*keyOwner, error) {
	o := &keyOwner{handle: []byte(d.keys.Token(secretPasskey, contact.ID, 1)), name: contact.Address, display: contact.Name}
	if o.display == "" {
		o.display = contact.Address
	}
	for _, k := range keys {
		var c webauthn.Credential
		if err := json.Unmarshal([]byte(k.Credential), &c); err != nil {
			return nil, err
		}
		o.credentials = append(o.credentials, c)
	}
	return o, nil
}

// relyingParty is this desk as authenticators know it. A host that cannot have passkeys, such as a
// bare number, is a Conflict.
func relyingParty(cat *models.Catalog, site PasskeySite) (*webauthn.WebAuthn, error) {
	required := true
	w, err := webauthn.New(&webauthn.Config{RPID: site.Host, RPDisplayName: cat.Workspace.Name, RPOrigins: []string{site.Origin}, AttestationPreference: protocol.PreferNoAttestation,
		AuthenticatorSelection: protocol.AuthenticatorSelection{RequireResidentKey: &required, ResidentKey: protocol.ResidentKeyRequirementRequired, UserVerification: protocol.VerificationRequired}})
	if err != nil {
		return nil, models.Conflict("portal.passkey.error.host")
	}
	return w, nil
}

func registrationPurpose(contactID int64) string {
	return "passkey registration of customer " + itoa(contactID)
}

// BeginPasskey asks an authenticator for a new passkey, after asking for the password where one is
// set: a borrowed browser must not leave a way in behind.
func (p *Portal) BeginPasskey(ctx context.Context, me Customer, in Confirm, site PasskeySite) (*PasskeyChallenge, error) {
	d, now := p.d, p.d.Now()
	contact, account, err := p.ownAccount(ctx, d.db, me)
	if err != nil {
		return nil, err
	}
	cat, err := d.db.Catalog(ctx)
	if err != nil {
		return nil, err
	}
	if !cat.Workspace.Settings.SignInPasskey {
		return nil, models.NotFound()
	}
	if err := p.confirmOwn(ctx, account, in, "passkey_password", now); err != nil {
		return nil, err
	}
	keys, err := models.PasskeysOf(ctx, d.db, me.ID)
	if err != nil {
		return nil, err
	}
	if len(keys) >= passkeysMost {
		return nil, models.Conflict("portal.passkey.error.many")
	}
	owner, err := d.keyOwner(contact, keys)
	if err != nil {
		return nil, err
	}
	party, err := relyingParty(cat, site)
	if err != nil {
		return nil, err
	}
	asked, session, err := party.BeginRegistration(owner, webauthn.WithExclusions(webauthn.Credentials(owner.credentials).CredentialDescriptors()))
	if err != nil {
		return nil, models.Conflict("portal.passkey.error.host")
	}
	options, err := json.Marshal(asked)
	if err != nil {
		return nil, err
	}
	return &PasskeyChallenge{options, d.keys.Seal(registrationPurpose(me.ID), session, now.Add(challengeFor))}, nil
}

// FinishPasskey keeps a new passkey when the answer belongs to a challenge that was put to this
// very customer and has not been answered; anything else is Invalid under "passkey".
func (p *Portal) FinishPasskey(ctx context.Context, me Customer, sealed, answer, name string, site PasskeySite) error {
	d, now := p.d, p.d.Now()
	var v models.Invalid
	v.Add("passkey", "portal.passkey.error.failed")
	contact, _, err := p.ownAccount(ctx, d.db, me)
	if err != nil {
		return err
	}
	cat, err := d.db.Catalog(ctx)
	if err != nil {
		return err
	}
	if !cat.Workspace.Settings.SignInPasskey {
		return models.NotFound()
	}
	var session webauthn.SessionData
	if d.keys.Unseal(registrationPurpose(me.ID), sealed, now, &session) != nil {
		return v.Err()
	}
	party, err := relyingParty(cat, site)
	if err != nil {
		return err
	}
	owner, err := d.keyOwner(contact, nil)
	if err != nil {
		return err
	}
	parsed, err := protocol.ParseCredentialCreationResponseBytes([]byte(answer))
	if err != nil {
		return v.Err()
	}
	credential, err := party.CreateCredential(owner, session, parsed)
	if err != nil {
		return v.Err()
	}
	raw, err := json.Marshal(credential)
	if err != nil {
		return err
	}
	name = keyName(name)
	return d.db.Write(ctx, func(ctx context.Context, tx *models.Tx) error {
		if _, _, err := p.ownAccount(ctx, tx, me); err != nil {
			return err
		}
		fresh, err := models.SpendChallenge(ctx, tx, challengeHash(session.Challenge), models.At(now.Add(challengeFor)), models.At(now))
		if err != nil {
			return err
		}
		if !fresh {
			return v.Err()
		}
		err = models.InsertPasskey(ctx, tx, &models.Passkey{ContactID: me.ID, CredentialID: credential.ID, Credential: string(raw), Name: name, CreatedAt: models.At(now)})
		if models.KindOf(err) == models.KindConflict && err != nil {
			return v.Err()
		}
		if err != nil {
			return err
		}
		return tellCustomer(ctx, tx, me.ID, ToldPasskey, now)
	})
}

// challengeHash is what is kept of a challenge that was answered.
func challengeHash(challenge string) []byte {
	sum := sha256.Sum256([]byte("passkey challenge " + challenge))
	return sum[:]
}

// keyName is a passkey's name on one line, cut where it would be too long.
func keyName(name string) string {
	name = line(name)
	if utf8.RuneCountInString(name) > maxKeyName {
		name = string([]rune(name)[:maxKeyName])
	}
	return name
}

// keyID names a passkey on a page.
func keyID(k *models.Passkey) string {
	sum := sha256.Sum256(k.CredentialID)
	return sessionID(sum[:])
}

// RenamePasskey names one of the customer's own passkeys; anybody else's is NotFound.
func (p *Portal) RenamePasskey(ctx context.Context, me Customer, id, name string) error {
	return p.ownPasskey(ctx, me, id, func(ctx context.Context, tx *models.Tx, row int64) (bool, error) {
		return models.RenamePasskey(ctx, tx, me.ID, row, keyName(name))
	})
}

// RemovePasskey takes one of the customer's own passkeys away; anybody else's is NotFound.
func (p *Portal) RemovePasskey(ctx context.Context, me Customer, id string) error {
	return p.ownPasskey(ctx, me, id, func(ctx context.Context, tx *models.Tx, row int64) (bool, error) {
		return models.DeletePasskey(ctx, tx, me.ID, row)
	})
}

func (p *Portal) ownPasskey(ctx context.Context, me Customer, id string, change func(context.Context, *models.Tx, int64) (bool, error)) error {
	return p.d.db.Write(ctx, func(ctx context.Context, tx *models.Tx) error {
		keys, err := models.PasskeysOf(ctx, tx, me.ID)
		if err != nil {
			return err
		}
		for _, k := range keys {
			if keyID(k) != id {
				continue
			}
			if ok, err := change(ctx, tx, k.ID); err != nil || ok {
				return err
			}
		}
		return models.NotFound()
	})
}
