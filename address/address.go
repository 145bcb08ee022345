// Package address decides what one e-mail address is: its spelling for mail
// and the key under which limits and uniqueness count it.
package address

import (
	"errors"
	"net/netip"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/idna"
	"golang.org/x/text/unicode/norm"
)

// The limits of RFC 5321, 4.5.3.1, in bytes.
const (
	MaxLength = 254
	maxLocal  = 64
)

// ErrInvalid says that the text is not exactly one usable e-mail address.
var ErrInvalid = errors.New("not one valid e-mail address")

// domains turns internationalised domains into the form mail servers compare
// (UTS 46, for lookup), and refuses what could not be a host name.
var domains = idna.New(
	idna.MapForLookup(), idna.StrictDomainName(true), idna.VerifyDNSLength(true),
	idna.Transitional(false), idna.BidiRule(), idna.CheckHyphens(true), idna.CheckJoiners(true),
)

// Canonical returns the one address in s, ready for an envelope: white space
// around it trimmed, the domain in lower case and punycode, the local part as
// written, because only its own server may fold it.
//
// Nothing but a bare address is accepted: no display name, comment, quoting,
// group, list or source route (A27), no control or invisible character (A24),
// no leading hyphen that a program could read as an option (A25), no address
// literal, no domain without a dot. Everything refused gives ErrInvalid.
func Canonical(s string) (string, error) {
	if len(s) > 4*MaxLength { // before any work on it (A28)
		return "", ErrInvalid
	}
	s = strings.TrimFunc(s, unicode.IsSpace)
	at := strings.LastIndexByte(s, '@')
	if at < 1 || !utf8.ValidString(s) {
		return "", ErrInvalid
	}
	local := norm.NFC.String(s[:at])
	if !validLocal(local) {
		return "", ErrInvalid
	}
	domain, err := canonicalDomain(s[at+1:])
	if err != nil {
		return "", err
	}
	out := local + "@" + domain
	if len(out) > MaxLength {
		return "", ErrInvalid
	}
	return out, nil
}

// validLocal accepts a dot-atom (RFC 5322, 3.2.3), letters and digits of any
// script included (RFC 6531).
func validLocal(local string) bool {
	if len(local) > maxLocal || strings.HasPrefix(local, "-") ||
		strings.HasPrefix(local, ".") || strings.HasSuffix(local, ".") || strings.Contains(local, "..") {
		return false
	}
	for _, r := range local {
		switch {
		case r < utf8.RuneSelf:
			if !('a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9' ||
				strings.ContainsRune(".!#$%&'*+-/=?^_`{|}~", r)) {
				return false
			}
		case !unicode.IsLetter(r) && !unicode.IsMark(r) && !unicode.IsDigit(r):
			return false
		}
	}
	return true
}

func canonicalDomain(domain string) (string, error) {
	domain = strings.TrimSuffix(domain, ".")
	ascii, err := domains.ToASCII(domain)
	if err != nil {
		return "", ErrInvalid
	}
	ascii = strings.ToLower(ascii)
	if !strings.Contains(ascii, ".") || strings.HasSuffix(ascii, ".") {
		return "", ErrInvalid
	}
	if _, err := netip.ParseAddr(ascii); err == nil {
		return "", ErrInvalid
	}
	return ascii, nil
}

// tooLong is the one key of all texts that are far too long for an address:
// counting each apart would make every one a fresh start.
const tooLong = "@"

// Key is the spelling under which rate limits and uniqueness count an address,
// so that tricks with one mailbox count as one (A6): everything in lower case,
// a +tag dropped, a trailing dot dropped, look-alike forms of the same letters
// (full width, ligatures) folded, the domain in punycode. It is for comparing
// only: never send mail to it. Of what is no address it gives a folded text,
// so that a limit always has something to count.
func Key(addr string) string {
	if len(addr) > 4*MaxLength {
		return tooLong
	}
	key := strings.ToValidUTF8(addr, "�")
	// One folding can open the way for another (a removed invisible character
	// between a letter and its accent), so fold until nothing changes.
	for range 8 {
		folded := fold(key)
		if folded == key {
			break
		}
		key = folded
	}
	return key
}

func fold(s string) string {
	s = norm.NFKC.String(strings.ToLower(norm.NFKC.String(s)))
	s = strings.Map(func(r rune) rune {
		if unicode.In(r, unicode.Cf, unicode.Cc) {
			return -1
		}
		return r
	}, s)
	s = strings.TrimFunc(s, unicode.IsSpace)
	at := strings.LastIndexByte(s, '@')
	if at < 0 {
		return s
	}
	local, domain := s[:at], strings.TrimRight(s[at+1:], ".")
	if plus := strings.IndexByte(local, '+'); plus > 0 {
		local = local[:plus]
	}
	local = strings.TrimRight(local, ".")
	if ascii, err := canonicalDomain(domain); err == nil {
		domain = ascii
	}
	return local + "@" + domain
}

// Domain returns the part behind the last @ in the spelling Canonical gives,
// or nothing.
func Domain(addr string) string {
	canonical, err := Canonical(addr)
	if err != nil {
		return ""
	}
	return canonical[strings.LastIndexByte(canonical, '@')+1:]
}
