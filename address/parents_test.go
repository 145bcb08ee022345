package address

import (
	"slices"
	"testing"
)

// AG-8: a block of a domain holds below it, never beside it, and no last label is a domain.
func TestParentDomains(t *testing.T) {
	for domain, want := range map[string][]string{"": nil, "example": nil, "shop.example": {"shop.example"}, "a.mail.shop.example": {"a.mail.shop.example", "mail.shop.example", "shop.example"}} {
		if got := ParentDomains(domain); !slices.Equal(got, want) {
			t.Errorf("%q gives %v", domain, got)
		}
	}
}
