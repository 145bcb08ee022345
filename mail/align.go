package mail

import (
	"strings"

	"golang.org/x/net/idna"
	"golang.org/x/net/publicsuffix"
)

// plainDomain is a domain in lower case and punycode, or empty when it is none.
func plainDomain(s string) string {
	s, err := idna.Lookup.ToASCII(strings.TrimSuffix(strings.TrimSpace(s), "."))
	if err != nil || strings.ContainsAny(s, " \t;@/\\") {
		return ""
	}
	return strings.ToLower(s)
}

// organisation is the domain that somebody registered (RFC 7489, 3.2), by the public suffix list;
// empty for a public suffix itself.
func organisation(domain string) string {
	org, err := publicsuffix.EffectiveTLDPlusOne(domain)
	if err != nil {
		return ""
	}
	return org
}

// aligned says whether two domains belong to one organisation (relaxed alignment, RFC 7489, 3.1):
// mail.example.org and example.org do; a.github.io and b.github.io, or two companies under
// co.uk, do not.
func aligned(a, b string) bool {
	a, b = plainDomain(a), plainDomain(b)
	if a == "" || b == "" {
		return false
	}
	if a == b {
		return true
	}
	org := organisation(a)
	return org != "" && org == organisation(b)
}
