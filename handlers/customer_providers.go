package handlers

import (
	"errors"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/valyala/fasthttp"

	"lodge/desk"
	"lodge/views"
)

const (
	providerRoute = customerSignIn + "/with/"
	// cookieTry holds an attempt to sign in with a provider until the browser is back (CP-3).
	cookieTry = "lodge_sso"
	tryLife   = 10 * time.Minute
)

// ssoRoutes are the ways to sign in with somebody else's word (CP-3).
func (u *customers) ssoRoutes(r fiber.Router) {
	r.Get(providerRoute+":provider", u.askProvider)
	r.Post(providerRoute+":provider", u.beginProvider)
	r.Get(providerRoute+":provider/callback", u.finishProvider)
}

// providerButtons are the providers that a visitor can sign in with, each with the visitor's own
// token; only is one alone, empty are all.
func (u *customers) providerButtons(c *fiber.Ctx, v *visit, next, only string) ([]views.ProviderButton, error) {
	all, err := u.portal.Providers(c.UserContext())
	var buttons []views.ProviderButton
	for _, p := range all {
		if only == "" || only == p.Slug {
			buttons = append(buttons, views.ProviderButton{Label: u.language(c).Tf("portal.sso.button", "Name", p.Name), Action: providerRoute + p.Slug, CSRF: v.token(), Next: next})
		}
	}
	return buttons, err
}

// askProvider shows the button: a link from elsewhere changes nothing by itself.
func (u *customers) askProvider(c *fiber.Ctx) error {
	v, err := u.sessions.open(c)
	if err != nil {
		return err
	}
	return u.showProvider(c, v, fiber.StatusOK, c.Query(views.FieldNext), "")
}

func (u *customers) showProvider(c *fiber.Ctx, v *visit, status int, next, fault string) error {
	p, err := u.portal.Provider(c.UserContext(), c.Params("provider"))
	if err != nil {
		return err
	}
	if err := v.keep(c); err != nil {
		return err
	}
	if !customerPage(next) {
		next = ""
	}
	words := u.language(c)
	page := views.ProviderPage{Title: words.Tf("portal.sso.title", "Name", p.Name), Lead: words.Tf("portal.sso.lead", "Name", p.Name), OtherURL: customerSignIn}
	if fault != "" {
		page.Error = words.Tf(fault, "Name", p.Name)
	}
	if page.Buttons, err = u.providerButtons(c, v, next, p.Slug); err != nil {
		return err
	}
	return u.page(c, status, "portal", views.Page{Title: page.Title, Body: "customer/provider", Data: page, Nav: nav(nil, false, ""), Lang: words.Locale(), Path: providerRoute + p.Slug, NoIndex: true})
}

// beginProvider leads to the provider. The policy of our pages lets no form lead elsewhere, and
// browsers hold its redirects to that: so the answer is a page that goes on by itself, with a link
// for where it does not. Only a form of this visitor's begins: nobody is signed in to somebody
// else's account from another page (A86).
func (u *customers) beginProvider(c *fiber.Ctx) error {
	v, err := u.sessions.open(c)
	if err != nil {
		return err
	}
	posted, err := u.readText(c)
	if err != nil {
		return err
	}
	next, slug := posted.first(views.FieldNext), c.Params("provider")
	if !v.checked(c, posted) {
		return u.showProvider(c, v, fiber.StatusForbidden, next, "portal.sso.error.over")
	}
	if !customerPage(next) {
		next = ""
	}
	address, kept, err := u.portal.BeginProvider(c.UserContext(), slug, u.LinkURL, next)
	if e, ok := refusal(err); ok {
		return u.showProvider(c, v, fiber.StatusBadGateway, next, e.Message)
	}
	if err != nil {
		return err
	}
	u.keepTry(c, kept, tryLife)
	words := u.language(c)
	p, err := u.portal.Provider(c.UserContext(), slug)
	if err != nil {
		return err
	}
	c.Set("Refresh", "0; url="+address)
	page := views.ProviderLeave{Title: words.Tf("portal.sso.leave", "Name", p.Name), Label: words.Tf("portal.sso.leave.button", "Name", p.Name), URL: address}
	return u.page(c, fiber.StatusOK, "portal", views.Page{Title: page.Title, Body: "customer/provider_leave", Data: page, Nav: nav(nil, false, ""), Lang: words.Locale(), Path: providerRoute + p.Slug, NoIndex: true})
}

// finishProvider is where the provider sends people back to. What proves that this browser began is
// the attempt that it kept: it is taken back whatever comes of it. Headers that a proxy might set
// name nobody here (A87).
func (u *customers) finishProvider(c *fiber.Ctx) error {
	v, err := u.sessions.open(c)
	if err != nil {
		return err
	}
	kept := c.Cookies(u.tryCookie())
	u.keepTry(c, "", 0)
	done, err := u.portal.FinishProvider(c.UserContext(), desk.ProviderAnswer{Slug: c.Params("provider"), Base: u.LinkURL, Kept: kept,
		State: c.Query("state"), Code: c.Query("code"), Issuer: c.Query("iss"), Fail: c.Query("error")})
	if e, ok := refusal(err); ok {
		status := fiber.StatusForbidden
		if errors.Is(err, desk.ErrTryOver) {
			status = fiber.StatusConflict
		}
		return u.showProvider(c, v, status, done.Next, e.Message)
	}
	if err != nil {
		return err
	}
	if err := v.signInBy(c, done.Customer.ID, done.Customer.Method); err != nil {
		return err
	}
	if !customerPage(done.Next) {
		done.Next = customerHome
	}
	return c.Redirect(done.Next, fiber.StatusSeeOther)
}

func (u *customers) tryCookie() string {
	if u.Secure {
		return "__Host-" + cookieTry
	}
	return cookieTry
}

// keepTry writes the cookie of an attempt. Lax, so that it comes along from the provider's page.
func (u *customers) keepTry(c *fiber.Ctx, kept string, life time.Duration) {
	expires := u.Desk.Now().Add(life)
	if kept == "" {
		expires = fasthttp.CookieExpireDelete
	}
	c.Cookie(&fiber.Cookie{Name: u.tryCookie(), Value: kept, Path: "/", HTTPOnly: true, Secure: u.Secure, SameSite: fiber.CookieSameSiteLaxMode, Expires: expires})
}
