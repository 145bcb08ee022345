package handlers

import (
	"github.com/gofiber/fiber/v2"

	"lodge/desk"
	"lodge/views"
)

// begin ends a sign-in: the session begins under an id that nobody has known before (A77), and the
// customer goes where they wanted to.
func (u *customers) begin(c *fiber.Ctx, me desk.Customer, method, next string) error {
	v, err := u.sessions.open(c)
	if err != nil {
		return err
	}
	if err := v.signInBy(c, me.ID, method); err != nil {
		return err
	}
	if !customerPage(next) {
		next = customerHome
	}
	return leadTo(c, next)
}

// withNext carries the page that somebody wanted to see.
func withNext(address, next string) string {
	if !customerPage(next) {
		return address
	}
	return address + "?" + views.FieldNext + "=" + queryEscape(next)
}

// accountPage draws one step of signing in, asking for an account or choosing a password. The
// forms carry a token of the visitor's own, so that nobody can be signed in to somebody else's
// account from another page (A86).
func (u *customers) accountPage(c *fiber.Ctx, status int, title string, data views.AccountPage, flash *views.Flash) error {
	v, err := u.sessions.open(c)
	if err != nil {
		return err
	}
	if err := v.keep(c); err != nil {
		return err
	}
	data.CSRF = v.token()
	if data.Form != nil {
		data.Form.CSRF = data.CSRF
	}
	if data.Heading == "" {
		data.Heading = title
	}
	words, path := u.words(c, u.fallback(c)), c.Path()
	secret := secretPath(path)
	if secret {
		path = customerSignIn
	}
	return u.page(c, status, "portal", views.Page{Title: title, Body: "customer/account", Data: data, Nav: nav(nil, false, "sign_in"), Path: path, Lang: words.Locale(), NoIndex: secret, Flash: flash})
}

// posting reads a form of a visitor and checks that it is their own.
func (u *customers) posting(c *fiber.Ctx) (form values, own bool, err error) {
	v, err := u.sessions.open(c)
	if err != nil {
		return nil, false, err
	}
	form, err = u.readText(c)
	return form, err == nil && v.checked(c, form), err
}
