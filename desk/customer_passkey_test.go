package desk

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"testing"
	"time"

	"lodge/models"
)

var testSite = PasskeySite{Host: "help.example.com", Origin: "https://help.example.com"}

// authenticator is a device with one passkey, as small as the format allows.
type authenticator struct {
	key     *ecdsa.PrivateKey
	id      []byte
	handle  []byte
	counter uint32
	// origin and verified are what it claims; a test bends them.
	origin   string
	verified bool
}

func newAuthenticator(t *testing.T) *authenticator {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	a := &authenticator{key: key, id: make([]byte, 24), origin: testSite.Origin, verified: true}
	rand.Read(a.id)
	return a
}

type asked struct {
	PublicKey struct {
		Challenge        string
		UserVerification string
		User             struct{ ID string }
		RP               struct{ ID string }
		RPID             string
	}
}

func readAsked(t *testing.T, c *PasskeyChallenge) asked {
	t.Helper()
	var a asked
	if err := json.Unmarshal(c.Options, &a); err != nil || a.PublicKey.Challenge == "" {
		t.Fatalf("%s: %v", c.Options, err)
	}
	return a
}

func b64(raw []byte) string { return base64.RawURLEncoding.EncodeToString(raw) }

func (a *authenticator) client(kind, challenge string) []byte {
	raw, _ := json.Marshal(map[string]any{"type": kind, "challenge": challenge, "origin": a.origin, "crossOrigin": false})
	return raw
}

func (a *authenticator) data(host string, attested []byte) []byte {
	sum := sha256.Sum256([]byte(host))
	flags := byte(1) // present
	if a.verified {
		flags |= 4
	}
	if attested != nil {
		flags |= 0x40
	}
	out := append(sum[:], flags)
	return append(binary.BigEndian.AppendUint32(out, a.counter), attested...)
}

// create answers a registration with attestation "none".
func (a *authenticator) create(t *testing.T, c *PasskeyChallenge) string {
	t.Helper()
	q := readAsked(t, c)
	a.handle, _ = base64.RawURLEncoding.DecodeString(q.PublicKey.User.ID)
	point, err := a.key.PublicKey.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	// COSE: {1: 2, 3: -7, -1: 1, -2: x, -3: y}
	cose := append([]byte{0xa5, 1, 2, 3, 0x26, 0x20, 1, 0x21, 0x58, 32}, point[1:33]...)
	cose = append(append(cose, 0x22, 0x58, 32), point[33:]...)
	attested := append(make([]byte, 16), 0, byte(len(a.id)))
	attested = append(append(attested, a.id...), cose...)
	data := a.data(q.PublicKey.RP.ID, attested)
	var b bytes.Buffer
	b.WriteString("\xa3\x63fmt\x64none\x67attStmt\xa0\x68authData\x58")
	b.WriteByte(byte(len(data)))
	b.Write(data)
	return a.answer(map[string]string{"clientDataJSON": b64(a.client("webauthn.create", q.PublicKey.Challenge)), "attestationObject": b64(b.Bytes())})
}

// get answers a sign-in.
func (a *authenticator) get(t *testing.T, c *PasskeyChallenge) string {
	t.Helper()
	q := readAsked(t, c)
	a.counter++
	data, client := a.data(q.PublicKey.RPID, nil), a.client("webauthn.get", q.PublicKey.Challenge)
	sum := sha256.Sum256(client)
	digest := sha256.Sum256(append(bytes.Clone(data), sum[:]...))
	signature, err := ecdsa.SignASN1(rand.Reader, a.key, digest[:])
	if err != nil {
		t.Fatal(err)
	}
	return a.answer(map[string]string{"clientDataJSON": b64(client), "authenticatorData": b64(data), "signature": b64(signature), "userHandle": b64(a.handle)})
}

func (a *authenticator) answer(response map[string]string) string {
	raw, _ := json.Marshal(map[string]any{"id": b64(a.id), "rawId": b64(a.id), "type": "public-key", "response": response, "clientExtensionResults": map[string]any{}})
	return string(raw)
}

func (h *house) register(a *authenticator, me Customer) {
	h.t.Helper()
	c, err := h.Portal().BeginPasskey(context.Background(), me, Confirm{Password: ownersPassword, Client: "c"}, testSite)
	if err != nil {
		h.t.Fatal(err)
	}
	if err := h.Portal().FinishPasskey(context.Background(), me, c.Sealed, a.create(h.t, c), "  My\nphone ", testSite); err != nil {
		h.t.Fatal(err)
	}
}

func (h *house) challenge() *PasskeyChallenge {
	h.t.Helper()
	c, err := h.Portal().BeginPasskeySignIn(context.Background(), "c", testSite)
	if err != nil {
		h.t.Fatal(err)
	}
	return c
}

func (h *house) byPasskey(c *PasskeyChallenge, answer string) (Customer, error) {
	return h.Portal().PasskeySignIn(context.Background(), c.Sealed, answer, "c", testSite)
}

// CP-2: a passkey is added after the password, listed, named, signs in again and again, and is
// removed; then it opens nothing.
func TestPasskeySignsIn(t *testing.T) {
	onEach(t, func(t *testing.T, h *house) {
		ctx, p := context.Background(), h.Portal()
		me, jean := h.owner("rosa@example.com", ByPassword), h.owner("jean@example.com", ByPassword)
		_, err := p.BeginPasskey(ctx, me, Confirm{Password: "wrong", Client: "c"}, testSite)
		h.fault(err, "passkey_password")
		a := newAuthenticator(t)
		h.register(a, me)
		if letters := h.profileLetters(); len(letters) != 1 || letters[0].What != ToldPasskey || letters[0].Address != "rosa@example.com" {
			t.Errorf("%+v", letters)
		}
		for range 2 {
			c := h.challenge()
			if q := readAsked(t, c); q.PublicKey.UserVerification != "required" || bytes.Contains(c.Options, []byte("rosa")) {
				t.Errorf("%s", c.Options)
			}
			got, err := h.byPasskey(c, a.get(t, c))
			if err != nil || got.ID != me.ID || got.Method != ByPasskey {
				t.Fatalf("%+v %v", got, err)
			}
		}
		profile, err := p.Profile(ctx, me, nil)
		if err != nil || len(profile.Passkeys) != 1 || profile.Passkeys[0].Name != "My phone" || profile.Passkeys[0].Used.IsZero() {
			t.Fatalf("%+v %v", profile.Passkeys, err)
		}
		id := profile.Passkeys[0].ID
		h.kind(p.RenamePasskey(ctx, jean, id, "Mine now"), models.KindNotFound)
		h.kind(p.RemovePasskey(ctx, jean, id), models.KindNotFound)
		if err := p.RenamePasskey(ctx, me, id, "Laptop"); err != nil {
			t.Fatal(err)
		}
		if profile, _ = p.Profile(ctx, me, nil); profile.Passkeys[0].Name != "Laptop" {
			t.Errorf("%+v", profile.Passkeys)
		}
		if err := p.RemovePasskey(ctx, me, id); err != nil {
			t.Fatal(err)
		}
		c := h.challenge()
		_, err = h.byPasskey(c, a.get(t, c))
		h.fault(err, "passkey")
	})
}

// CP-2: an answer counts for the challenge it was given to, once, in time, from this site, with its
// owner verified; a copied authenticator and a disabled customer are refused like everything else.
func TestPasskeyAnswersThatOpenNothing(t *testing.T) {
	onEach(t, func(t *testing.T, h *house) {
		ctx := context.Background()
		h.write(func(ctx context.Context, tx *models.Tx) error { // many tries are not what this is about
			cat, err := models.TxCatalog(ctx, tx)
			if err != nil {
				return err
			}
			w := cat.Workspace
			w.Settings.SignInTries = 100
			return models.UpdateWorkspace(ctx, tx, &w)
		})
		me, jean := h.owner("rosa@example.com", ByPassword), h.owner("jean@example.com", ByPassword)
		a, b := newAuthenticator(t), newAuthenticator(t)
		h.register(a, me)
		h.register(b, jean)
		refused := func(what string, c *PasskeyChallenge, answer string) {
			t.Helper()
			if got, err := h.byPasskey(c, answer); err == nil || models.KindOf(err) != models.KindInvalid || got.ID != 0 {
				t.Errorf("%s: %+v %v", what, got, err)
			}
		}
		c, other := h.challenge(), h.challenge()
		answer := a.get(t, c)
		refused("the answer to another challenge", other, answer)
		if _, err := h.byPasskey(c, answer); err != nil {
			t.Fatal(err)
		}
		refused("the same answer again", c, answer)
		c = h.challenge()
		answer = a.get(t, c)
		h.later(challengeFor)
		refused("too late", c, answer)
		c = h.challenge()
		refused("no answer", c, "")
		refused("no challenge", &PasskeyChallenge{}, a.get(t, c))
		a.origin = "https://evil.example"
		refused("another site", c, a.get(t, c))
		a.origin, a.verified = testSite.Origin, false
		refused("nobody verified", c, a.get(t, c))
		a.verified = true
		mine := a.handle
		a.handle = b.handle
		refused("somebody else's handle", c, a.get(t, c))
		a.handle = mine
		rosaID := a.id
		a.id, a.handle = b.id, b.handle
		refused("somebody else's passkey, signed by another", c, a.get(t, c))
		a.id, a.handle = rosaID, mine
		before := a.counter
		a.counter = 0
		refused("a counter that goes back", c, a.get(t, c))
		a.counter = before

		// What was asked at a registration is nothing at a sign-in.
		reg, err := h.Portal().BeginPasskey(ctx, me, Confirm{Password: ownersPassword, Client: "c"}, testSite)
		if err != nil {
			t.Fatal(err)
		}
		refused("the challenge of a registration", reg, a.get(t, reg))
		c = h.challenge()
		// The same key is worth nothing in the hands of somebody who was disabled.
		h.write(func(ctx context.Context, tx *models.Tx) error {
			keys, err := models.PasskeysOf(ctx, tx, me.ID)
			if err != nil {
				return err
			}
			if _, err := models.DeletePasskey(ctx, tx, me.ID, keys[0].ID); err != nil {
				return err
			}
			dora, err := models.EnsureContact(ctx, tx, models.Contact{Address: "dora@example.com", AddressKey: "dora@example.com", Origin: models.OriginWeb, CreatedAt: 1})
			if err != nil {
				return err
			}
			if err := models.InsertCustomer(ctx, tx, &models.Customer{ContactID: dora.ID, CreatedAt: 1, DisabledAt: 1}); err != nil {
				return err
			}
			a.handle = []byte(h.keys.Token(secretPasskey, dora.ID, 1))
			keys[0].ID, keys[0].ContactID = 0, dora.ID
			return models.InsertPasskey(ctx, tx, keys[0])
		})
		refused("disabled", c, a.get(t, c))
		if _, err := h.byPasskey(c, b.get(t, c)); err != nil {
			t.Errorf("refusals are in the way of others: %v", err)
		}
	})
}

// CP-2: nobody adds a passkey to another account, twice, late or where they are off.
func TestPasskeyRegistrationsThatAreRefused(t *testing.T) {
	onEach(t, func(t *testing.T, h *house) {
		ctx, p := context.Background(), h.Portal()
		me, jean := h.owner("rosa@example.com", ByPassword), h.owner("jean@example.com", ByPassword)
		begin := func(who Customer) *PasskeyChallenge {
			t.Helper()
			c, err := p.BeginPasskey(ctx, who, Confirm{Password: ownersPassword, Client: "c"}, testSite)
			if err != nil {
				t.Fatal(err)
			}
			return c
		}
		a := newAuthenticator(t)
		c := begin(me)
		answer := a.create(t, c)
		h.fault(p.FinishPasskey(ctx, jean, c.Sealed, answer, "", testSite), "passkey")
		h.fault(p.FinishPasskey(ctx, me, begin(me).Sealed, answer, "", testSite), "passkey")
		if err := p.FinishPasskey(ctx, me, c.Sealed, answer, "", testSite); err != nil {
			t.Fatal(err)
		}
		h.fault(p.FinishPasskey(ctx, me, c.Sealed, answer, "", testSite), "passkey")
		// The same device for another account is another passkey; the same credential is none.
		c = begin(jean)
		h.fault(p.FinishPasskey(ctx, jean, c.Sealed, a.create(t, c), "", testSite), "passkey")
		b := newAuthenticator(t)
		b.verified = false
		c = begin(jean)
		h.fault(p.FinishPasskey(ctx, jean, c.Sealed, b.create(t, c), "", testSite), "passkey")
		b.verified = true
		c = begin(jean)
		answer = b.create(t, c)
		h.later(challengeFor + time.Second)
		h.fault(p.FinishPasskey(ctx, jean, c.Sealed, answer, "", testSite), "passkey")
		_, err := p.BeginPasskey(ctx, me, Confirm{Password: ownersPassword, Client: "c"}, PasskeySite{Host: "192.0.2.7", Origin: "http://192.0.2.7"})
		h.kind(err, models.KindConflict)
		h.write(func(ctx context.Context, tx *models.Tx) error {
			cat, err := models.TxCatalog(ctx, tx)
			if err != nil {
				return err
			}
			w := cat.Workspace
			w.Settings.SignInPasskey = false
			return models.UpdateWorkspace(ctx, tx, &w)
		})
		_, err = p.BeginPasskey(ctx, me, Confirm{Password: ownersPassword, Client: "c"}, testSite)
		h.kind(err, models.KindNotFound)
		_, err = p.BeginPasskeySignIn(ctx, "c", testSite)
		h.kind(err, models.KindNotFound)
	})
}
