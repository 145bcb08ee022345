package handlers

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	chromium "lodge/internal/browser"
	"lodge/internal/testoidc"
)

// CP-3: a real browser, held to our policy, comes through: by one click to the provider, back, and
// signed in.
func TestProviderInABrowser(t *testing.T) {
	var o *office
	// Our own address is known only once we listen; the provider leads here, and this leads on.
	front := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, o.base+r.URL.RequestURI(), http.StatusFound)
	}))
	t.Cleanup(front.Close)
	o = newOffice(t, func(opt *Options) { opt.LinkURL = front.URL }).open()
	p := testoidc.Start(t)
	p.Now = o.desk.Now
	o.provider(p, "Harbour ID")
	tab := chromium.New(t, chromium.Options{Width: 1440, Height: 900, Abroad: []string{strings.TrimPrefix(front.URL, "http://"), strings.TrimPrefix(p.Issuer, "http://")}})
	tab.Open(o.base + providerRoute + "harbour-id?next=/ticket")
	tab.Click("main form button")
	tab.Wait(`location.pathname.startsWith("/ticket")`)
	if !strings.HasPrefix(tab.URL(), o.base) || p.Exchanges != 1 {
		t.Errorf("at %s after %d exchanges", tab.URL(), p.Exchanges)
	}
}
