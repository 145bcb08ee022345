package secret

import (
	"crypto/subtle"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"
)

// The two ways in which a sealed value is refused.
var (
	// ErrForged: not made by this key for this purpose, or damaged.
	ErrForged = errors.New("sealed value is not ours")
	// ErrExpired: ours, and too late.
	ErrExpired = errors.New("sealed value has expired")
)

// longestSealed bounds what Unseal looks at, in characters.
const longestSealed = 8 << 10

// Seal signs a small value for a trip through a form or a URL; the result is
// URL-safe. It is signed and not encrypted: the reader can see it. The purpose
// is part of the signature, so a value of one form is nothing to another; the
// algorithm is fixed and not named in the value. Seal panics when the payload
// cannot be written as JSON, which is a programming error.
func (k *Keys) Seal(purpose string, payload any, expires time.Time) string {
	body, err := json.Marshal(payload)
	if err != nil {
		panic(fmt.Sprintf("secret: payload for %s: %v", purpose, err))
	}
	signed := binary.BigEndian.AppendUint64(nil, uint64(expires.UnixMilli()))
	signed = append(signed, body...)
	mac := bind(k.seal, []byte(purpose), signed)
	return text.EncodeToString(signed) + "." + text.EncodeToString(mac)
}

// Unseal checks a sealed value and reads it into the target. It is good until
// the millisecond it expires. The errors are ErrForged and ErrExpired; the
// target is untouched by both.
func (k *Keys) Unseal(purpose, sealed string, now time.Time, into any) error {
	if len(sealed) > longestSealed {
		return ErrForged
	}
	left, right, _ := strings.Cut(sealed, ".")
	// DecodeString skips line breaks; a sealed value has one spelling only.
	if strings.ContainsAny(sealed, "\r\n") {
		return ErrForged
	}
	signed, err := text.DecodeString(left)
	if err != nil || len(signed) < 8 {
		return ErrForged
	}
	mac, err := text.DecodeString(right)
	if err != nil || subtle.ConstantTimeCompare(mac, bind(k.seal, []byte(purpose), signed)) != 1 {
		return ErrForged
	}
	if now.UnixMilli() >= int64(binary.BigEndian.Uint64(signed)) {
		return ErrExpired
	}
	if err := json.Unmarshal(signed[8:], into); err != nil {
		return ErrForged
	}
	return nil
}
