package handlers

import (
	"strings"

	"github.com/gofiber/fiber/v2"

	"lodge/models"
	"lodge/views"
)

// addAddress has a link mailed to a further address.
func (u *customers) addAddress(c *fiber.Ctx) error {
	typed := posted(c).first(views.FieldEmail)
	err := u.portal.AddAddress(c.UserContext(), customerOf(c), typed, u.client(c))
	return u.profileSaved(c, err, "address", profileRefusal{form: "email", address: typed})
}

// mainAddress makes another address the main one.
func (u *customers) mainAddress(c *fiber.Ctx) error {
	err := u.portal.MakeMain(c.UserContext(), customerOf(c), strings.TrimSpace(posted(c).first(views.FieldEmail)))
	return u.profileSaved(c, err, "1", profileRefusal{form: "address"})
}

// removeAddress takes a further address away.
func (u *customers) removeAddress(c *fiber.Ctx) error {
	err := u.portal.RemoveAddress(c.UserContext(), customerOf(c), strings.TrimSpace(posted(c).first(views.FieldEmail)))
	return u.profileSaved(c, err, "1", profileRefusal{form: "address"})
}

// askAddress is the step before an address is confirmed. Opening it changes nothing: scanners open
// links, too (A64).
func (u *customers) askAddress(c *fiber.Ctx) error {
	p, err := u.portal.AddressOpen(c.UserContext(), c.Params("token"))
	if gone(err) {
		return u.notAvailable(c)
	}
	if err != nil {
		return err
	}
	words := u.words(c, u.fallback(c))
	return u.addressPage(c, fiber.StatusOK, words.T("portal.address"), views.AddressProof{Address: p.Address, Name: p.Name, Account: p.Account, Action: addressRoute + c.Params("token")})
}

// confirmAddress adds the address to the account.
func (u *customers) confirmAddress(c *fiber.Ctx) error {
	token := c.Params("token")
	p, err := u.portal.AddressOpen(c.UserContext(), token)
	if err == nil {
		err = u.portal.ConfirmAddress(c.UserContext(), token)
	}
	if gone(err) {
		return u.notAvailable(c)
	}
	words := u.words(c, u.fallback(c))
	if e, ok := refusal(err); ok {
		return u.addressPage(c, statusOf(e), words.T("portal.address.refused"), views.AddressProof{Address: p.Address, Error: whole(words, e), HomeURL: "/"})
	}
	if err != nil {
		return err
	}
	// The link is used up: there is no page to lead to that could say more than this one.
	return u.addressPage(c, fiber.StatusOK, words.T("portal.address.done"), views.AddressProof{Address: p.Address, Done: true, HomeURL: ownProfile})
}

func gone(err error) bool { return err != nil && models.KindOf(err) == models.KindNotFound }

func (u *customers) addressPage(c *fiber.Ctx, status int, title string, data views.AddressProof) error {
	return u.openPage(c, status, title, "customer/address", data)
}

// openPage is a page around the account for who need not be signed in.
func (u *customers) openPage(c *fiber.Ctx, status int, title, body string, data any) error {
	return u.page(c, status, "portal", views.Page{Title: title, Body: body, Data: data, Nav: nav(nil, false, ""), Path: "/", Lang: u.words(c, u.fallback(c)).Locale(), NoIndex: true})
}
