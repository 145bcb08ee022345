package browser

import "github.com/chromedp/cdproto/webauthn"

// Authenticator gives the visitor's device a lock that opens by itself, for passkeys. The page
// must be reached as localhost: a bare number cannot have passkeys.
func (tab *Tab) Authenticator() {
	tab.t.Helper()
	tab.must("switch passkeys on", call(tab, webauthn.Enable, webauthn.EnableParams{}))
	tab.must("add an authenticator", call(tab, webauthn.AddVirtualAuthenticator, webauthn.AddVirtualAuthenticatorParams{Options: &webauthn.VirtualAuthenticatorOptions{
		Protocol: webauthn.AuthenticatorProtocolCtap2, Transport: webauthn.AuthenticatorTransportInternal,
		HasResidentKey: true, HasUserVerification: true, IsUserVerified: true, AutomaticPresenceSimulation: true}}))
}
