package handlers

import (
	"context"
	"html"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"lodge/desk"
	"lodge/internal/testoidc"
	"lodge/models"
)

const deskURL = "https://help.example.com"

// withProvider is an office whose customers can sign in with a provider that the test runs.
func withProvider(t *testing.T) (*office, *testoidc.Provider) {
	t.Helper()
	o := newOffice(t, func(opt *Options) { opt.LinkURL = deskURL }).open()
	p := testoidc.Start(t)
	p.Now = o.desk.Now
	o.provider(p, "Harbour ID")
	return o, p
}

func (o *office) provider(p *testoidc.Provider, name string) int64 {
	o.t.Helper()
	id, err := o.desk.AddProvider(o.t.Context(), desk.Actor{ID: o.agents["grace"].ID, Name: "Grace", Role: models.RoleAdmin}, desk.ProviderInput{Name: name, Issuer: p.Issuer, ClientID: p.ClientID, ClientSecret: p.ClientSecret})
	if err != nil {
		o.t.Fatal(err)
	}
	return id
}

// leave starts to sign in and gives the address at the provider.
func (b *browser) leave(slug, next string) string {
	b.o.t.Helper()
	b.get(providerRoute+slug).must(b.o.t, http.StatusOK)
	r := b.send(providerRoute+slug, "next", next).must(b.o.t, http.StatusOK)
	address, found := strings.CutPrefix(r.header.Get("Refresh"), "0; url=")
	if !found {
		b.o.t.Fatalf("leads nowhere: %v", r.header)
	}
	if !strings.Contains(html.UnescapeString(r.body), `href="`+address+`"`) {
		b.o.t.Error("the page has no link to the provider")
	}
	return address
}

// atProvider signs in there and gives the path that it sends back to.
func (o *office) atProvider(address string) string {
	o.t.Helper()
	res, err := plainClient.Get(address)
	if err != nil {
		o.t.Fatal(err)
	}
	res.Body.Close()
	back, found := strings.CutPrefix(res.Header.Get("Location"), deskURL)
	if res.StatusCode != http.StatusFound || !found {
		o.t.Fatalf("the provider answers %d, %q", res.StatusCode, res.Header.Get("Location"))
	}
	return back
}

func (b *browser) signedInAs(t *testing.T) string {
	t.Helper()
	for name, value := range b.cookies {
		if strings.HasSuffix(name, "lodge_customer") {
			v, err := newSessionStore(b.o.desk, sessionCustomer, false).New(withCookie(t, name, value), name)
			if err != nil {
				t.Fatal(err)
			}
			if id, _ := v.Values[valueSubject].(int64); id != 0 {
				me, err := b.o.desk.Portal().Customer(t.Context(), id)
				if err != nil {
					return "nobody"
				}
				return me.Address + " by " + notesOf(v).Method
			}
		}
	}
	return "nobody"
}

func withCookie(t *testing.T, name, value string) *http.Request {
	r := mustRequest(t)
	r.AddCookie(&http.Cookie{Name: name, Value: value})
	return r
}

// CP-3: somebody signs in with a provider, is linked by issuer and subject, and comes back to where
// they wanted to go; from then on another address at the provider changes nothing.
func TestSignInWithProvider(t *testing.T) {
	o, p := withProvider(t)
	b := o.browser()
	back := o.atProvider(b.leave("harbour-id", "/my-tickets?queue=all"))
	r := b.get(back).must(t, http.StatusSeeOther)
	if to := r.header.Get("Location"); to != "/my-tickets?queue=all" {
		t.Errorf("leads to %q", to)
	}
	if got := b.signedInAs(t); got != "ada@example.com by provider:harbour-id" {
		t.Fatal(got)
	}
	// The provider's word about the address counts once; the same person stays the same contact.
	p.User.Email, p.User.Verified = "countess@example.com", false
	second := o.browser()
	second.get(o.atProvider(second.leave("harbour-id", ""))).must(t, http.StatusSeeOther)
	if got := second.signedInAs(t); got != "ada@example.com by provider:harbour-id" {
		t.Error(got)
	}
	// One contact is linked, and stays so.
	contact, err := models.ContactByKey(t.Context(), o.db, "ada@example.com")
	if err != nil {
		t.Fatal(err)
	}
	o.write(func(ctx context.Context, tx *models.Tx) error {
		who, err := models.IdentityOf(ctx, tx, p.Issuer, "ada-1")
		if err == nil && who.ContactID != contact.ID {
			t.Error("another contact is linked")
		}
		return err
	})
}

// CP-3: an account with a password of its own is linked by a verified address, and by no other.
func TestProviderLinksAnAccount(t *testing.T) {
	o, p := withProvider(t)
	ada := o.customer("ada@example.com")
	p.User.Verified = false
	b := o.browser()
	b.get(o.atProvider(b.leave("harbour-id", ""))).must(t, http.StatusForbidden).has(t, "has not verified your e-mail address")
	if got := b.signedInAs(t); got != "nobody" {
		t.Fatalf("an unverified address signs in %s", got)
	}
	p.User.Verified = true
	b.get(o.atProvider(b.leave("harbour-id", ""))).must(t, http.StatusSeeOther)
	who, err := models.IdentityOf(t.Context(), o.db, p.Issuer, p.User.Subject)
	if err != nil || who.ContactID != ada.ID {
		t.Errorf("linked to %v, %v", who, err)
	}
	// Somebody else at the provider with Ada's address is nobody else than its owner, and needs it verified.
	p.User = testoidc.User{Subject: "mallory", Email: "ada@example.com"}
	m := o.browser()
	m.get(o.atProvider(m.leave("harbour-id", ""))).must(t, http.StatusForbidden)
	if got := m.signedInAs(t); got != "nobody" {
		t.Error(got)
	}
}

// CP-3: what a provider answers must prove who signed in; each lie signs in nobody.
func TestProviderAnswersThatProveNothing(t *testing.T) {
	for name, c := range map[string]struct {
		lie    func(o *office, p *testoidc.Provider)
		status int
	}{
		"another nonce":    {func(_ *office, p *testoidc.Provider) { p.Lie = func(c map[string]any) { c["nonce"] = "another" } }, 403},
		"no nonce":         {func(_ *office, p *testoidc.Provider) { p.Lie = func(c map[string]any) { delete(c, "nonce") } }, 403},
		"another audience": {func(_ *office, p *testoidc.Provider) { p.Lie = func(c map[string]any) { c["aud"] = "another" } }, 403},
		"another issuer": {func(_ *office, p *testoidc.Provider) {
			p.Lie = func(c map[string]any) { c["iss"] = "https://evil.example" }
		}, 403},
		"another party": {func(_ *office, p *testoidc.Provider) {
			p.Lie = func(c map[string]any) { c["aud"], c["azp"] = []string{"lodge", "other"}, "other" }
		}, 403},
		"expired": {func(o *office, p *testoidc.Provider) {
			p.Lie = func(c map[string]any) { c["exp"] = o.desk.Now().Add(-time.Minute).Unix() }
		}, 403},
		"no subject":      {func(_ *office, p *testoidc.Provider) { p.Lie = func(c map[string]any) { delete(c, "sub") } }, 403},
		"unsigned":        {func(_ *office, p *testoidc.Provider) { p.Unsigned = true }, 403},
		"a foreign key":   {func(_ *office, p *testoidc.Provider) { p.Foreign = true }, 403},
		"a wrong secret":  {func(_ *office, p *testoidc.Provider) { p.ClientSecret = "changed there" }, 403},
		"verified, a lie": {func(_ *office, p *testoidc.Provider) { p.Lie = func(c map[string]any) { c["email_verified"] = "no" } }, 403},
	} {
		t.Run(name, func(t *testing.T) {
			o, p := withProvider(t)
			b := o.browser()
			address := b.leave("harbour-id", "")
			c.lie(o, p)
			r := b.get(o.atProvider(address)).must(t, c.status)
			if got := b.signedInAs(t); got != "nobody" {
				t.Errorf("signs in %s", got)
			}
			r.has(t, `role="alert"`).lacks(t, p.ClientSecret, "nonce", "id_token")
		})
	}
}

// CP-3: an address that the tokens leave out is asked for; a new key of the provider is found.
func TestProviderUserInfoAndNewKeys(t *testing.T) {
	o, p := withProvider(t)
	p.ByUserInfo = true
	b := o.browser()
	b.get(o.atProvider(b.leave("harbour-id", ""))).must(t, http.StatusSeeOther)
	p.RotateKey()
	b = o.browser()
	b.get(o.atProvider(b.leave("harbour-id", ""))).must(t, http.StatusSeeOther)
	if got := b.signedInAs(t); !strings.HasPrefix(got, "ada@example.com") {
		t.Error(got)
	}
	if p.KeyReads != 2 {
		t.Errorf("the keys were read %d times", p.KeyReads)
	}
}

// CP-3, A86: an attempt belongs to the browser that began it, to its state, and to ten minutes; it
// is good once.
func TestProviderAttemptIsBoundAndGoodOnce(t *testing.T) {
	o, p := withProvider(t)
	b, stranger := o.browser(), o.browser()
	back := o.atProvider(b.leave("harbour-id", ""))
	// Another browser, without the cookie: login by somebody else's code.
	stranger.get(back).must(t, http.StatusConflict)
	if p.Exchanges != 0 {
		t.Error("a stranger's code was exchanged")
	}
	kept := b.cookies[cookieTry]
	if kept == "" || strings.Contains(kept, "harbour-id") {
		t.Fatalf("the cookie is %q", kept)
	}
	// Another state.
	q, _ := url.Parse(back)
	values := q.Query()
	values.Set("state", "another")
	r := b.get(q.Path+"?"+values.Encode()).must(t, http.StatusConflict)
	if b.cookies[cookieTry] != "" || !strings.Contains(strings.Join(r.header.Values("Set-Cookie"), "\n"), cookieTry+"=; expires=Tue, 10 Nov 2009") {
		t.Errorf("a failed attempt keeps its cookie: %v", r.header.Values("Set-Cookie"))
	}
	// Used once: even whoever kept a copy of the cookie cannot use it again.
	b.cookies[cookieTry] = kept
	b.get(back).must(t, http.StatusSeeOther)
	if p.Exchanges != 1 {
		t.Fatalf("%d exchanges", p.Exchanges)
	}
	again := o.browser()
	again.cookies[cookieTry] = kept
	again.get(back).must(t, http.StatusConflict)
	if got := again.signedInAs(t); got != "nobody" || p.Exchanges != 1 {
		t.Errorf("a replay signs in %s, %d exchanges", got, p.Exchanges)
	}
	// An answer of another provider (RFC 9207).
	mixed := o.browser()
	q, _ = url.Parse(o.atProvider(mixed.leave("harbour-id", "")))
	values = q.Query()
	values.Set("iss", "https://evil.example")
	mixed.get(q.Path+"?"+values.Encode()).must(t, http.StatusForbidden)
	// Said no there.
	no := o.browser()
	q, _ = url.Parse(o.atProvider(no.leave("harbour-id", "")))
	no.get(q.Path+"?"+url.Values{"state": {q.Query().Get("state")}, "error": {"access_denied"}}.Encode()).must(t, http.StatusForbidden).has(t, "was not finished")
	if p.Exchanges != 1 {
		t.Errorf("%d exchanges", p.Exchanges)
	}
	// Too late.
	late := o.browser()
	back = o.atProvider(late.leave("harbour-id", ""))
	o.forward(10 * time.Minute)
	late.get(back).must(t, http.StatusConflict)
	if got := late.signedInAs(t); got != "nobody" {
		t.Error(got)
	}
}

// A85, A86, A89: only the visitor's own form begins, a GET begins nothing, and nobody is led off
// this host.
func TestProviderBeginsByTheVisitorsFormAlone(t *testing.T) {
	o, _ := withProvider(t)
	b := o.browser()
	b.get(providerRoute+"harbour-id").must(t, http.StatusOK).has(t, "Continue with Harbour ID")
	if b.cookies[cookieTry] != "" {
		t.Error("a GET begins")
	}
	own := b.last
	for name, token := range map[string]string{"none": "", "another visitor’s": func() string { x := o.browser(); x.get(providerRoute + "harbour-id"); return x.last }()} {
		r := b.post(providerRoute+"harbour-id", url.Values{"csrf": {token}}).must(t, http.StatusForbidden)
		if r.header.Get("Refresh") != "" || b.cookies[cookieTry] != "" {
			t.Errorf("begins with %s token", name)
		}
	}
	b.post(providerRoute+"harbour-id", url.Values{"csrf": {own}}, "Origin", "https://evil.example", "Sec-Fetch-Site", "cross-site").must(t, http.StatusForbidden)
	for _, next := range []string{"//evil.example", "/\\evil.example", "https:evil.example", "/%2f%2fevil.example", "/agent"} {
		x := o.browser()
		r := x.get(o.atProvider(x.leave("harbour-id", next))).must(t, http.StatusSeeOther)
		if to := r.header.Get("Location"); to != customerHome {
			t.Errorf("next=%s leads to %q", next, to)
		}
	}
}

// A83, A87: neither the request's host nor headers of a proxy say where a provider answers to, or
// who somebody is.
func TestA87HeadersNameNobody(t *testing.T) {
	o, _ := withProvider(t)
	b := o.browser()
	for _, header := range []string{"X-Remote-User", "X-Forwarded-User", "Remote-User", "X-Auth-Request-Email"} {
		if r := b.get("/my-tickets", header, "ada@example.com"); r.status != http.StatusSeeOther || b.signedInAs(t) != "nobody" {
			t.Errorf("%s: %d, %s", header, r.status, b.signedInAs(t))
		}
	}
	b.get(providerRoute+"harbour-id", "X-Forwarded-Host", "evil.example")
	r := b.post(providerRoute+"harbour-id", url.Values{"csrf": {b.last}}, "X-Forwarded-Host", "evil.example").must(t, http.StatusOK)
	if to := r.header.Get("Refresh"); !strings.Contains(to, url.QueryEscape(deskURL+"/sign-in/with/harbour-id/callback")) || strings.Contains(to, "evil") {
		t.Errorf("leads to %q", to)
	}
}

// CP-3, SE: the settings' pages: the secret is never shown, a provider that is off signs in nobody,
// what was changed is in the audit log.
func TestProviderSettings(t *testing.T) {
	o, p := withProvider(t)
	o.openToAll()
	ines := o.signIn("ines")
	ines.get("/agent/settings/providers").must(t, http.StatusOK).has(t, "Harbour ID", p.Issuer)
	ines.get("/agent/settings/providers/1").must(t, http.StatusOK).has(t, deskURL+"/sign-in/with/harbour-id/callback", `value="lodge"`).lacks(t, p.ClientSecret)
	ines.send("/agent/settings/providers/1/check").must(t, http.StatusOK).has(t, p.Issuer+"/authorize", "RS256").lacks(t, p.ClientSecret)
	// An empty secret stays; it never goes to another provider than it was typed for.
	ines.send("/agent/settings/providers/1", "name", "Harbour", "issuer", p.Issuer, "client_id", "lodge", "client_secret", "").must(t, http.StatusSeeOther)
	b := o.browser()
	b.get(o.atProvider(b.leave("harbour-id", ""))).must(t, http.StatusSeeOther)
	ines.get("/agent/settings/providers/1")
	ines.send("/agent/settings/providers/1", "name", "Harbour", "issuer", "https://evil.example", "client_id", "lodge", "client_secret", "").must(t, http.StatusUnprocessableEntity).has(t, `value="https://evil.example"`)
	for _, issuer := range []string{"http://id.example.com", "ftp://x", "https://id.example.com/?a=b", "https://u:p@id.example.com", ""} {
		ines.send("/agent/settings/providers", "name", "New", "issuer", issuer, "client_id", "x", "client_secret", "y").must(t, http.StatusUnprocessableEntity)
	}
	ines.send("/agent/settings/providers", "name", "Okta", "issuer", "acme.okta.com", "client_id", "x", "client_secret", "y").must(t, http.StatusSeeOther)
	ines.get("/agent/settings/providers").must(t, http.StatusOK).has(t, "https://acme.okta.com")
	ines.send("/agent/settings/providers/2/position").must(t, http.StatusSeeOther)
	if all, err := o.desk.Portal().Providers(t.Context()); err != nil || len(all) != 2 || all[0].Slug != "okta" {
		t.Errorf("%v, %v", all, err)
	}
	ines.send("/agent/settings/providers/1/state", "state", "off").must(t, http.StatusSeeOther)
	o.browser().get(providerRoute+"harbour-id").must(t, http.StatusNotFound)
	ines.get("/agent/settings/audit").must(t, http.StatusOK).has(t, "The sign-in provider “Harbour” was switched off").lacks(t, p.ClientSecret)
	kept, err := models.ProviderBySlug(t.Context(), o.db, "harbour-id")
	if err != nil || strings.Contains(kept.ClientSecret, p.ClientSecret) {
		t.Errorf("the secret is kept in the clear: %v", err)
	}
	// A provider that does not answer is said so.
	ines.get("/agent/settings/providers")
	ines.send("/agent/settings/providers/1/state", "state", "on").must(t, http.StatusSeeOther)
	p.Close()
	o.forward(2 * time.Hour)
	x := o.browser()
	x.get(providerRoute + "harbour-id")
	x.send(providerRoute+"harbour-id").must(t, http.StatusBadGateway).has(t, "does not answer just now")
}
