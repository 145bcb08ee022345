package handlers

import (
	"github.com/gofiber/fiber/v2"

	"lodge/desk"
	"lodge/models"
	"lodge/views"
)

// askErasure says what it means to be forgotten.
func (u *customers) askErasure(c *fiber.Ctx) error { return u.showErasure(c, fiber.StatusOK, "", nil) }

// erase anonymises the customer and signs them out.
func (u *customers) erase(c *fiber.Ctx) error {
	form := posted(c)
	// The word that stands in the person's place is read by others too: the workspace's language.
	in := desk.EraseInput{Confirm: desk.Confirm{Password: form.first(views.FieldPassword), Client: u.client(c)}, Address: form.first("address"),
		Name: u.Locale.For(u.fallback(c)).T("agent.contact.erased.name")}
	err := u.portal.EraseMe(c.UserContext(), customerOf(c), in)
	if e, ok := refusal(err); ok {
		retryAfter(c, err)
		return u.showErasure(c, statusOf(e), in.Address, e)
	}
	if err != nil {
		return err
	}
	if err := visitOf(c).end(c); err != nil {
		return err
	}
	return c.Redirect(erasedPath, fiber.StatusSeeOther)
}

func (u *customers) showErasure(c *fiber.Ctx, status int, typed string, refused *models.Error) error {
	hasPassword, err := u.portal.HasPassword(c.UserContext(), customerOf(c))
	if err != nil {
		return err
	}
	words := u.language(c)
	f := views.Form{Action: ownErasure, CSRF: visitOf(c).token(), Submit: words.T("portal.erase.button"), Danger: true, CancelURL: ownProfile}
	if hasPassword {
		f.Inputs = []views.Input{{Kind: "password", Name: views.FieldPassword, Label: words.T("agent.profile.password.present"), Required: true, Autocomplete: "current-password"}}
	} else {
		f.Inputs = []views.Input{{Kind: "email", Name: "address", Label: words.Tf("portal.erase.address", "Address", customerOf(c).Address), Value: typed, MaxLength: 254, Required: true, Autocomplete: "off"}}
	}
	if refused != nil {
		withErrors(words, &f, refused)
		if refused.Kind == models.KindTooMany {
			f.Error = words.Tn("agent.sign_in.error.wait", minutes(refused))
		}
	}
	return u.show(c, status, views.Page{Title: words.T("portal.erase"), Body: "customer/erase", Data: views.CustomerErase{BackURL: ownProfile, Form: f}, Path: ownErasure})
}

// erased is where it ends; it is the same page for everybody.
func (u *customers) erased(c *fiber.Ctx) error {
	return u.openPage(c, fiber.StatusOK, u.words(c, u.fallback(c)).T("portal.erased"), "customer/erased", views.CustomerErased{HomeURL: "/"})
}
