package secret

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
)

// Hide encrypts a small value that must be read again, such as the secret of a second factor
// (AES-256-GCM). The purpose is part of it: what was hidden for one row or use opens for no
// other. Hiding the same twice gives two different texts, URL-safe.
func (k *Keys) Hide(purpose string, plain []byte) string {
	gcm := k.gcm()
	nonce := make([]byte, gcm.NonceSize())
	rand.Read(nonce)
	return text.EncodeToString(gcm.Seal(nonce, nonce, plain, []byte(purpose)))
}

// Reveal reads what Hide has made for the same purpose; anything else is ErrForged.
func (k *Keys) Reveal(purpose, hidden string) ([]byte, error) {
	if len(hidden) > longestSealed {
		return nil, ErrForged
	}
	gcm := k.gcm()
	raw, err := text.DecodeString(hidden)
	if err != nil || len(raw) < gcm.NonceSize() {
		return nil, ErrForged
	}
	plain, err := gcm.Open(nil, raw[:gcm.NonceSize()], raw[gcm.NonceSize():], []byte(purpose))
	if err != nil {
		return nil, ErrForged
	}
	return plain, nil
}

// gcm cannot fail: the key's length is fixed.
func (k *Keys) gcm() cipher.AEAD {
	block, err := aes.NewCipher(k.hide)
	if err != nil {
		panic("secret: " + err.Error())
	}
	gcm, err := cipher.NewGCM(block)
	if err != nil {
		panic("secret: " + err.Error())
	}
	return gcm
}
