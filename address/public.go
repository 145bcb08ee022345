package address

import "strings"

// publicDomains are mail domains where anybody gets an address: sharing one says nothing
// about belonging together. One list for every rule that goes by a domain.
var publicDomains = words(`
	gmail.com googlemail.com outlook.com hotmail.com hotmail.de hotmail.fr hotmail.co.uk live.com live.de msn.com outlook.de
	yahoo.com yahoo.de yahoo.fr yahoo.co.uk yahoo.co.jp ymail.com rocketmail.com aol.com aol.de aim.com icloud.com me.com mac.com
	proton.me protonmail.com protonmail.ch pm.me tutanota.com tutanota.de tuta.io tuta.com keemail.me fastmail.com fastmail.fm hey.com
	gmx.de gmx.net gmx.at gmx.ch gmx.com web.de t-online.de freenet.de arcor.de online.de mail.de posteo.de posteo.net mailbox.org 1und1.de vodafone.de kabelmail.de
	mail.com email.com usa.com zoho.com zohomail.com yandex.ru yandex.com ya.ru mail.ru bk.ru list.ru inbox.ru rambler.ru
	orange.fr wanadoo.fr free.fr sfr.fr laposte.net neuf.fr libero.it virgilio.it tiscali.it alice.it tin.it
	btinternet.com sky.com talktalk.net virginmedia.com ntlworld.com blueyonder.co.uk comcast.net verizon.net att.net sbcglobal.net bellsouth.net cox.net charter.net earthlink.net
	shaw.ca rogers.com sympatico.ca bigpond.com optusnet.com.au xtra.co.nz
	bluewin.ch hispeed.ch sunrise.ch chello.at aon.at ziggo.nl kpnmail.nl planet.nl hetnet.nl xs4all.nl telenet.be skynet.be seznam.cz centrum.cz wp.pl onet.pl o2.pl interia.pl
	telia.com comhem.se online.no hotmail.se jubii.dk ofir.dk luukku.com terra.com.br uol.com.br bol.com.br ig.com.br hotmail.es yahoo.es telefonica.net
	qq.com 163.com 126.com sina.com sohu.com foxmail.com naver.com hanmail.net daum.net rediffmail.com
	mailinator.com guerrillamail.com 10minutemail.com temp-mail.org yopmail.com trashmail.com discard.email sharklasers.com duck.com relay.firefox.com privaterelay.appleid.com`)

func words(list string) map[string]bool {
	all := map[string]bool{}
	for _, word := range strings.Fields(list) {
		all[word] = true
	}
	return all
}

// PublicDomain says whether anybody can get an address at a domain, as the big mail providers
// give them, or at one below it.
func PublicDomain(domain string) bool {
	domain = strings.ToLower(strings.TrimSuffix(domain, "."))
	for domain != "" {
		if publicDomains[domain] {
			return true
		}
		_, domain, _ = strings.Cut(domain, ".")
	}
	return false
}

// ParseDomain gives the spelling of a mail domain that addresses are compared by, or ErrInvalid.
// A leading "@" is no fault.
func ParseDomain(s string) (string, error) {
	canonical, err := Canonical("x@" + strings.TrimPrefix(strings.TrimSpace(s), "@"))
	if err != nil {
		return "", err
	}
	return strings.TrimPrefix(canonical, "x@"), nil
}
