package address

import "testing"

// CO-6: whose domain everybody can use makes nobody a colleague.
func TestPublicDomain(t *testing.T) {
	for domain, want := range map[string]bool{"gmail.com": true, "GMail.com.": true, "eu.gmail.com": true, "notgmail.com": false, "gmail.com.acme.example": false, "acme.example": false, "com": false, "": false} {
		if PublicDomain(domain) != want {
			t.Errorf("%q: %v", domain, !want)
		}
	}
}

func TestParseDomain(t *testing.T) {
	for typed, want := range map[string]string{" @Acme.Example ": "acme.example", "bücher.example": "xn--bcher-kva.example", "acme": "", "a@b.example": "", "": "", "*.acme.example": "", "acme.example/x": ""} {
		got, err := ParseDomain(typed)
		if got != want || (err == nil) != (want != "") {
			t.Errorf("%q: %q, %v", typed, got, err)
		}
	}
}
