package address

import (
	"slices"
	"strings"
)

// publicDomains are mail services that anybody can have an address at. They are no
// organisation: blocking one turns away strangers by the million, and belonging to one says
// nothing about whom somebody works for.
var publicDomains = []string{"163.com", "126.com", "aol.com", "arcor.de", "bluewin.ch", "btinternet.com", "comcast.net", "fastmail.com", "fastmail.fm", "free.fr", "freenet.de",
	"gmail.com", "gmx.at", "gmx.ch", "gmx.com", "gmx.de", "gmx.net", "googlemail.com", "hey.com", "hotmail.co.uk", "hotmail.com", "hotmail.de", "hotmail.fr", "hotmail.it", "icloud.com",
	"inbox.lv", "laposte.net", "libero.it", "live.com", "live.de", "mac.com", "mail.com", "mail.de", "mail.ru", "mailbox.org", "me.com", "msn.com", "naver.com", "o2.pl", "orange.fr",
	"outlook.com", "outlook.de", "pm.me", "posteo.de", "posteo.net", "proton.me", "protonmail.com", "qq.com", "rocketmail.com", "seznam.cz", "sfr.fr", "t-online.de", "tuta.com", "tutanota.com",
	"verizon.net", "vodafone.de", "wanadoo.fr", "web.de", "wp.pl", "yahoo.co.jp", "yahoo.co.uk", "yahoo.com", "yahoo.de", "yahoo.es", "yahoo.fr", "yahoo.it", "yandex.com", "yandex.ru", "ymail.com", "zoho.com"}

// PublicDomain says whether anybody can have an address at a domain.
func PublicDomain(domain string) bool {
	_, found := slices.BinarySearch(sortedDomains, strings.ToLower(domain))
	return found
}

var sortedDomains = slices.Sorted(slices.Values(publicDomains))

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
