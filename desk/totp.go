package desk

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha1" //nolint:gosec // RFC 6238 as every authenticator app does it; HMAC-SHA-1 is sound
	"crypto/subtle"
	"encoding/base32"
	"encoding/binary"
	"fmt"
	"net/url"
	"strings"
	"time"
)

const (
	// totpPeriod is how long a code of the second factor is shown.
	totpPeriod = 30
	// totpDrift is how many steps a clock may be off, to either side.
	totpDrift = 1
	// totpBytes is the length of a secret: 160 bits (RFC 4226, 4).
	totpBytes = 20
)

var totpSpelling = base32.StdEncoding.WithPadding(base32.NoPadding)

func newTOTPSecret() []byte {
	secret := make([]byte, totpBytes)
	rand.Read(secret)
	return secret
}

// totpCode gives the six digits of a time step (RFC 6238).
func totpCode(secret []byte, step int64) string {
	mac := hmac.New(sha1.New, secret)
	_ = binary.Write(mac, binary.BigEndian, step)
	sum := mac.Sum(nil)
	at := sum[len(sum)-1] & 0xf
	return fmt.Sprintf("%06d", (binary.BigEndian.Uint32(sum[at:at+4])&0x7fffffff)%1_000_000)
}

// totpStep finds the time step that a code belongs to, now or one step off; false when it is
// the code of none, or of one at or before after, which was used already.
func totpStep(secret []byte, code string, now time.Time, after int64) (int64, bool) {
	present, found := now.Unix()/totpPeriod, int64(0)
	for step := present - totpDrift; step <= present+totpDrift; step++ {
		if subtle.ConstantTimeCompare([]byte(totpCode(secret, step)), []byte(code)) == 1 && step > after && found == 0 {
			found = step
		}
	}
	return found, found != 0
}

// totpURI is what a QR code tells an authenticator app.
func totpURI(issuer, account string, secret []byte) string {
	issuer = strings.ReplaceAll(issuer, ":", " ")
	return "otpauth://totp/" + url.PathEscape(issuer+":"+account) + "?" + strings.ReplaceAll(url.Values{
		"secret": {totpSpelling.EncodeToString(secret)}, "issuer": {issuer}, "algorithm": {"SHA1"}, "digits": {"6"}, "period": {"30"},
	}.Encode(), "+", "%20")
}

// grouped writes a secret or code in groups of four, for reading it off a screen.
func grouped(text string, size int, between string) string {
	var parts []string
	for len(text) > size {
		parts, text = append(parts, text[:size]), text[size:]
	}
	return strings.Join(append(parts, text), between)
}

// bareCode takes out what people type between the characters of a code.
func bareCode(text string) string {
	return strings.ToLower(strings.Map(func(r rune) rune {
		if r == ' ' || r == '-' || r == '\u00a0' {
			return -1
		}
		return r
	}, strings.TrimSpace(text)))
}
