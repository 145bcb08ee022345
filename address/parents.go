package address

import "strings"

// ParentDomains are a domain and what stands above it, down to two labels:
// "mail.shop.example" gives itself and "shop.example".
func ParentDomains(domain string) []string {
	var all []string
	for strings.Contains(domain, ".") {
		all = append(all, domain)
		_, domain, _ = strings.Cut(domain, ".")
	}
	return all
}
