package desk

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"

	"lodge/models"
)

const purposePasskeySignIn = "passkey sign-in"

// PasskeysOffered says whether customers can sign in with passkeys; otherwise NotFound.
func (p *Portal) PasskeysOffered(ctx context.Context) error {
	cat, err := p.d.db.Catalog(ctx)
	if err == nil && !cat.Workspace.Settings.SignInPasskey {
		err = models.NotFound()
	}
	return err
}

// passkeyDoor wears down clients whose passkeys do not fit.
func passkeyDoor(cat *models.Catalog, client string) []door {
	return []door{{name: allowance("sign-in-client", client), free: cat.Workspace.Settings.SignInTries * 10}}
}

// BeginPasskeySignIn asks whichever authenticator is there for a passkey of this site. It says
// nothing about who has one.
func (p *Portal) BeginPasskeySignIn(ctx context.Context, client string, site PasskeySite) (*PasskeyChallenge, error) {
	d, now := p.d, p.d.Now()
	cat, err := d.db.Catalog(ctx)
	if err != nil {
		return nil, err
	}
	if !cat.Workspace.Settings.SignInPasskey {
		return nil, models.NotFound()
	}
	if err := d.waited(ctx, passkeyDoor(cat, client), now); err != nil {
		return nil, err
	}
	party, err := relyingParty(cat, site)
	if err != nil {
		return nil, err
	}
	asked, session, err := party.BeginDiscoverableLogin(webauthn.WithUserVerification(protocol.VerificationRequired))
	if err != nil {
		return nil, models.Conflict("portal.passkey.error.host")
	}
	options, err := json.Marshal(asked)
	if err != nil {
		return nil, err
	}
	return &PasskeyChallenge{options, d.keys.Seal(purposePasskeySignIn, session, now.Add(challengeFor))}, nil
}

// PasskeySignIn says who has answered a challenge with their passkey. It counts as both factors:
// the authenticator has checked that it is its owner who holds it. Everything that does not fit is
// one answer, Invalid under "passkey".
func (p *Portal) PasskeySignIn(ctx context.Context, sealed, answer, client string, site PasskeySite) (Customer, error) {
	d, now := p.d, p.d.Now()
	cat, err := d.db.Catalog(ctx)
	if err != nil {
		return Customer{}, err
	}
	if !cat.Workspace.Settings.SignInPasskey {
		return Customer{}, models.NotFound()
	}
	doors := passkeyDoor(cat, client)
	if err := d.waited(ctx, doors, now); err != nil {
		return Customer{}, err
	}
	refused := func() (Customer, error) {
		return Customer{}, d.refuseSignIn(ctx, doors, nil, client, "passkey", "portal.passkey.error.sign_in", now)
	}
	var session webauthn.SessionData
	if d.keys.Unseal(purposePasskeySignIn, sealed, now, &session) != nil {
		return refused()
	}
	party, err := relyingParty(cat, site)
	if err != nil {
		return Customer{}, err
	}
	parsed, err := protocol.ParseCredentialRequestResponseBytes([]byte(answer))
	if err != nil {
		return refused()
	}
	var key *models.Passkey
	var contact *models.Contact
	var account *models.Customer
	var failed error
	_, credential, err := party.ValidatePasskeyLogin(func(rawID, handle []byte) (webauthn.User, error) {
		if key, failed = models.PasskeyByCredential(ctx, d.db, rawID); failed != nil {
			return nil, failed
		}
		if contact, account, failed = p.ownAccount(ctx, d.db, Customer{ID: key.ContactID}); failed != nil {
			return nil, failed
		}
		owner, err := d.keyOwner(contact, []*models.Passkey{key})
		if err != nil {
			failed = err
			return nil, err
		}
		if !bytes.Equal(owner.handle, handle) {
			return nil, errors.New("somebody else's passkey")
		}
		return owner, nil
	}, session, parsed)
	if failed != nil && models.KindOf(failed) != models.KindNotFound {
		return Customer{}, failed
	}
	// A counter that goes back is a copy of the authenticator.
	if err != nil || credential.Authenticator.CloneWarning {
		return refused()
	}
	raw, err := json.Marshal(credential)
	if err != nil {
		return Customer{}, err
	}
	fresh := false
	err = d.db.Write(ctx, func(ctx context.Context, tx *models.Tx) (err error) {
		if fresh, err = models.SpendChallenge(ctx, tx, challengeHash(session.Challenge), models.At(now.Add(challengeFor)), models.At(now)); err != nil || !fresh {
			return err
		}
		if err := models.UsePasskey(ctx, tx, key.ID, string(raw), models.At(now)); err != nil {
			return err
		}
		return models.SeeCustomer(ctx, tx, contact.ID, models.At(now))
	})
	if err != nil {
		return Customer{}, err
	}
	if !fresh {
		return refused()
	}
	me := customerOf(contact, account)
	me.Method = ByPasskey
	return me, nil
}
