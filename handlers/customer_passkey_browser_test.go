package handlers

import (
	"fmt"
	"strings"
	"testing"

	"lodge/desk"
	chromium "lodge/internal/browser"
)

// CP-2: in a real browser a customer adds a passkey on their profile, signs out and in with it.
// Without scripts the forms of passkeys are not there, and the page says why.
func TestBrowserSignsInWithAPasskey(t *testing.T) {
	chromium.Require(t)
	o := newOffice(t, nil).open()
	ada := o.customer("ada@example.com")
	here := strings.Replace(o.base, "127.0.0.1", "localhost", 1)
	tab := chromium.New(t, chromium.Options{})
	tab.Authenticator()
	tab.Open(here + "/ticket")
	for name, value := range o.signedIn(ada, desk.ByPassword).cookies {
		chromium.Eval[string](tab, fmt.Sprintf(`document.cookie = %s`, chromium.Quote(name+"="+value+";path=/")))
	}
	tab.Open(here + "/my-profile")
	tab.WaitFor("form[data-passkey-add]:not([hidden])")
	tab.Fill("#passkey_name", "Test device")
	tab.Fill("#passkey_password", "not it at all")
	tab.Forgive("422")
	tab.Click("form[data-passkey-add] button")
	tab.WaitText("form[data-passkey-add] [data-passkey-error]", "That is not your present password.")
	tab.Fill("#passkey_password", customerPassword)
	tab.Click("form[data-passkey-add] button")
	tab.WaitText("#passkeys .profile__rows", "Test device")
	tab.CheckAxe("profile")

	chromium.Eval[string](tab, `document.cookie = "lodge_customer=;path=/;max-age=0"`)
	tab.Open(here + "/my-profile?x=1")
	tab.Forgive("404")
	tab.Open(here + "/sign-in/passkey?next=%2Fmy-profile")
	tab.CheckAxe("sign in")
	tab.Click("form[data-passkey-sign-in] button")
	tab.WaitText(".profile h1", "My profile")
	tab.WaitText("#passkeys .profile__rows", "last used")

	// The chosen time zone wins over the browser's.
	tab.Choose("#zone", "Asia/Tokyo")
	tab.Click("#form button")
	tab.WaitFor(`meta[name="time-zone"][content="Asia/Tokyo"]`)
	tab.Wait(`(e => e.textContent === new Intl.DateTimeFormat("en-GB", {day: "numeric", month: "short", year: "numeric", hour: "2-digit", minute: "2-digit", timeZone: "Asia/Tokyo"}).format(new Date(e.dateTime)))(document.querySelector("#sessions time"))`)

	plain := chromium.New(t, chromium.Options{NoScripts: true})
	plain.Open(here + "/sign-in/passkey")
	if !plain.Has("form[data-passkey-sign-in][hidden]") || !strings.Contains(plain.Text(".statement"), "Passkeys need a browser") {
		t.Errorf("without scripts: %s", plain.Text(".statement"))
	}
}
