// Package secret keeps the one key that lives outside the database and derives
// from it every link, proof, form id and Message-ID.
//
// The database holds hashes only: a link can be made again when a mail is
// rendered, because it follows from the key, the kind, the row and its
// generation, while a stolen database opens nothing (A52). Raising a row's
// generation kills its old links.
//
// The key is part of every backup and shared by all replicas. Losing it kills
// every link and session, and loses nothing else.
package secret

import (
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"fmt"
)

// KeySize is the length of the key in bytes.
const KeySize = 32

// Keys derives and checks secrets. It is immutable and safe for concurrent use.
type Keys struct {
	token, proof, seal, messageID, hide, mail []byte
	sessionHash, sessionBlock                 []byte
	fresh                                     bool
}

// FromBytes builds Keys from exactly KeySize bytes.
func FromBytes(key []byte) (*Keys, error) {
	if len(key) != KeySize {
		return nil, fmt.Errorf("the secret key has %d bytes and needs %d", len(key), KeySize)
	}
	k := &Keys{}
	// One derived key a purpose: what is learned about one says nothing about
	// another, and a token can never be read as a proof.
	for _, d := range []struct {
		into  *[]byte
		label string
		size  int
	}{
		{&k.token, "lodge/v1/token", 32},
		{&k.proof, "lodge/v1/proof", 32},
		{&k.seal, "lodge/v1/seal", 32},
		{&k.messageID, "lodge/v1/message-id", 32},
		{&k.hide, "lodge/v1/hide", 32},
		{&k.mail, "lodge/v1/mail", 32},
		{&k.sessionHash, "lodge/v1/session-hash", 64},
		{&k.sessionBlock, "lodge/v1/session-block", 32},
	} {
		derived, err := hkdf.Key(sha256.New, key, nil, d.label, d.size)
		if err != nil {
			return nil, err
		}
		*d.into = derived
	}
	return k, nil
}

// Fresh tells that Load has just made this key. On a folder that already holds
// a database it means that the old key was lost and every link with it.
func (k *Keys) Fresh() bool { return k.fresh }

// SessionKeys returns the keys for signing (64 bytes) and encrypting (32 bytes,
// AES-256) session cookies.
func (k *Keys) SessionKeys() (hash, block []byte) {
	return append([]byte(nil), k.sessionHash...), append([]byte(nil), k.sessionBlock...)
}

// bind authenticates the parts under a key. Each part is preceded by its
// length, so that no two lists of parts give the same bytes.
func bind(key []byte, parts ...[]byte) []byte {
	mac := hmac.New(sha256.New, key)
	var size [8]byte
	for _, part := range parts {
		binary.BigEndian.PutUint64(size[:], uint64(len(part)))
		mac.Write(size[:])
		mac.Write(part)
	}
	return mac.Sum(nil)
}

func number(n int64) []byte {
	return binary.BigEndian.AppendUint64(nil, uint64(n))
}

// text is the spelling of secrets in URLs: RFC 4648, 5, without padding, and
// strict, so that one secret has one spelling.
var text = base64.RawURLEncoding.Strict()
