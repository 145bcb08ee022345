package views

import (
	"strings"
	"testing"
)

// CP-1: the mails about a customer's account say what happened and lead there, in both languages,
// and take nobody else's words.
func TestMailsAboutCustomersAccounts(t *testing.T) {
	v := open(t)
	for _, lang := range []string{"en", "de"} {
		said := map[string]bool{}
		for _, what := range []string{"password", "factor_on", "factor_off", "passkey", "address", "main"} {
			m := Mail{Workspace: "Northwind <Bikes>", Name: "Ada", Event: "mail.account_changed.what." + what, Link: "https://help.northwind.example/my-profile", Own: &MailOwn{Subject: "Buy now", Body: "Buy now"}}
			subject, text, html, err := v.Mail(lang, MailAccountChanged, m)
			if err != nil {
				t.Fatal(err)
			}
			if subject == "" || !strings.Contains(text, m.Link) || !strings.Contains(html, m.Link) || strings.Contains(html, "<Bikes>") || strings.Contains(subject+text+html, "Buy now") || said[text] {
				t.Errorf("%s %s: %s\n%s\n%s", lang, what, subject, text, html)
			}
			said[text] = true
		}
		m := Mail{Workspace: "Northwind", Author: "Ada <i>Lovelace</i>", Link: "https://help.northwind.example/my-address/token"}
		subject, text, html, err := v.Mail(lang, MailAddressConfirm, m)
		if err != nil || strings.Contains(subject, "Ada") || !strings.Contains(text, m.Link) || !strings.Contains(html, m.Link) || strings.Contains(html, "<i>") || !strings.Contains(text, "24") {
			t.Errorf("%s: %s\n%s\n%s %v", lang, subject, text, html, err)
		}
	}
}
