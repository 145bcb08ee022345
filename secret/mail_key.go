package secret

import (
	"crypto/subtle"
	"encoding/binary"
	"strings"
)

const (
	mailTagBytes = 10
	mailKeyBytes = mailTagBytes + 8
)

// MailKey derives what stands behind the plus of an address that answers to one delivery: kind
// Reply in Reply-To, Bounce in the envelope's sender. 29 characters of a–z 2–7, 80 bits that
// cannot be guessed; the delivery's number is inside and nobody without the key can read it.
// generation is that of the recipient's links, so that replacing a link ends the address too.
func (k *Keys) MailKey(kind Kind, deliveryID int64, generation int) string {
	tag := bind(k.mail, []byte(kind), number(deliveryID), number(int64(generation)))[:mailTagBytes]
	return lower.EncodeToString(append(append([]byte{}, tag...), k.masked(kind, tag, uint64(deliveryID))...))
}

// masked hides a number behind a tag, or shows it again.
func (k *Keys) masked(kind Kind, tag []byte, n uint64) []byte {
	mask := binary.BigEndian.Uint64(bind(k.mail, []byte("mask"), []byte(kind), tag))
	return binary.BigEndian.AppendUint64(nil, n^mask)
}

// MailKeyDelivery tells which delivery a key claims to answer to; false for what cannot be a
// key. The claim holds only once CheckMailKey has agreed. Case does not matter: mail systems
// change it.
func (k *Keys) MailKeyDelivery(kind Kind, key string) (int64, bool) {
	raw, err := lower.DecodeString(strings.ToLower(key))
	if err != nil || len(raw) != mailKeyBytes {
		return 0, false
	}
	id := int64(binary.BigEndian.Uint64(k.masked(kind, raw[:mailTagBytes], binary.BigEndian.Uint64(raw[mailTagBytes:]))))
	return id, id > 0
}

// CheckMailKey tells in constant time whether the key was made for this delivery and generation.
func (k *Keys) CheckMailKey(kind Kind, deliveryID int64, generation int, key string) bool {
	return subtle.ConstantTimeCompare([]byte(k.MailKey(kind, deliveryID, generation)), []byte(strings.ToLower(key))) == 1
}
