package handlers

import (
	"strings"

	"github.com/gofiber/fiber/v2"

	"lodge/desk"
	"lodge/locale"
	"lodge/models"
	"lodge/views"
)

// customers holds what the pages of signed-in customers share: the portal and their own sessions.
// They have no way to the rest of the desk.
type customers struct {
	*Handlers
	sessions *sessionStore
}

const (
	customerHome   = "/my-tickets"
	customerSignIn = "/sign-in"

	localCustomer = "customer"
)

// customerParts begin every address that only a signed-in customer opens.
var customerParts = []string{customerHome, "/my-profile", "/my-company"}

// customerRoutes is the table of contents of the customers' pages (CP).
func (h *Handlers) customerRoutes(r fiber.Router) {
	u := &customers{Handlers: h, sessions: h.customerSessions}
	for _, part := range customerParts {
		r.Use(part, u.signedIn)
	}
	u.listRoutes(r)
	u.createRoutes(r)
	u.feedbackRoutes(r)
	u.detailRoutes(r)
	u.profileRoutes(r)
	u.accountRoutes(r)
	u.companyRoutes(r)
	u.ssoRoutes(r)
}

// signedIn lets only customers pass, read anew at each request (A95). What is posted must carry
// the session's token; forms with files bring it in their text, which readUpload checks before any
// file is read.
func (u *customers) signedIn(c *fiber.Ctx) error {
	v, err := u.sessions.open(c)
	if err != nil {
		return err
	}
	me, err := u.who(c, v)
	if models.KindOf(err) == models.KindNotFound && err != nil {
		return u.stranger(c)
	}
	if err != nil {
		return err
	}
	if answered, err := u.leadToOwnFactor(c, me); answered {
		return err
	}
	if unsafeMethod(c.Method()) && !u.takesUpload(c.Method(), c.Path()) {
		posted, err := u.readText(c)
		if err != nil {
			return err
		}
		if !v.checked(c, posted) {
			return fiber.ErrForbidden
		}
		c.Locals(localForm, posted)
	}
	if err := v.keep(c); err != nil {
		return err
	}
	c.Locals(localVisit, v)
	c.Locals(localCustomer, me)
	return c.Next()
}

// who reads the customer of a visit; NotFound when nobody is signed in.
func (u *customers) who(c *fiber.Ctx, v *visit) (desk.Customer, error) {
	if v.subject() == 0 {
		return desk.Customer{}, models.NotFound()
	}
	me, err := u.portal.Customer(c.UserContext(), v.subject())
	me.Method = v.method()
	if me.Method == desk.ByPasskey {
		me.FactorMissing = false // a passkey is both factors
	}
	return me, err
}

// stranger sends whoever asks for a page to the sign-in and back. Posts and parts of pages are
// refused where they are: what was typed stays in the browser.
func (u *customers) stranger(c *fiber.Ctx) error {
	if unsafeMethod(c.Method()) || isHTMX(c) || c.Get(fiber.HeaderAccept) == "text/event-stream" {
		return fiber.ErrForbidden
	}
	address := customerSignIn
	if here := string(c.Request().URI().RequestURI()); here != customerHome {
		address += "?" + views.FieldNext + "=" + queryEscape(here)
	}
	return c.Redirect(address, fiber.StatusSeeOther)
}

func customerOf(c *fiber.Ctx) desk.Customer { return c.Locals(localCustomer).(desk.Customer) }

// language is what the customer chose in the footer, else on their account, else what the browser
// asks for.
func (u *customers) language(c *fiber.Ctx) *locale.Strings {
	if me, ok := c.Locals(localCustomer).(desk.Customer); ok && me.Locale != "" && c.Cookies(cookieLang) == "" {
		return u.Locale.For(me.Locale)
	}
	return u.words(c, u.fallback(c))
}

// show answers with a page of a signed-in customer.
func (u *customers) show(c *fiber.Ctx, status int, p views.Page) error {
	if p.Lang == "" {
		p.Lang = u.language(c).Locale()
	}
	p.CSRF = visitOf(c).token()
	if p.Path == "" {
		p.Path = string(c.Request().URI().RequestURI())
	}
	p.Zone = customerOf(c).Zone
	if p.Nav.Current == "" && strings.HasPrefix(c.Path(), customerHome) {
		p.Nav.Current = "mine"
	}
	p.Nav.Customer = &views.CustomerNav{Name: customerOf(c).Name, Address: customerOf(c).Address}
	return u.page(c, status, "portal", p)
}

// part answers with a part of a page of a signed-in customer.
func (u *customers) part(c *fiber.Ctx, status int, name string, data any) error {
	return u.fragment(c, status, u.language(c).Locale(), name, data)
}

// customerPage says whether an address leads to a page of this portal that somebody who has just
// signed in may be sent to, and nowhere else (A89).
func customerPage(address string) bool {
	if strings.ContainsAny(address, "\\\r\n\t") || !strings.HasPrefix(address, "/") || strings.HasPrefix(address, "//") {
		return false
	}
	path, _, _ := strings.Cut(address, "?")
	if strings.Contains(path, "//") || strings.Contains(path, "..") || strings.Contains(path, "%") {
		return false
	}
	for _, part := range []string{customerHome, "/my-profile", "/my-company", "/ticket", "/doc", "/search"} {
		if path == part || strings.HasPrefix(path, part+"/") {
			return true
		}
	}
	return path == "/"
}
