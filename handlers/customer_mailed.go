package handlers

import (
	"time"

	"github.com/gofiber/fiber/v2"

	"lodge/desk"
	"lodge/models"
	"lodge/views"
)

// askForgotten asks where to mail a link for a new password.
func (u *customers) askForgotten(c *fiber.Ctx) error {
	ways, err := u.portal.SignInWays(c.UserContext())
	if err != nil {
		return err
	}
	if !ways.Password {
		return models.NotFound()
	}
	if c.Query(queryMailed) != "" {
		return u.showMailed(c)
	}
	return u.showForgotten(c, fiber.StatusOK, "", nil)
}

func (u *customers) showForgotten(c *fiber.Ctx, status int, email string, refused *models.Error) error {
	words := u.words(c, u.fallback(c))
	form := &views.Form{Action: customerForgotten, Submit: words.T("portal.account.forgotten.button"), Inputs: []views.Input{emailInput(words, email)}}
	if refused != nil {
		withErrors(words, form, refused)
	}
	return u.accountPage(c, status, words.T("portal.account.forgotten.title"), views.AccountPage{Lead: words.T("portal.account.forgotten.lead"), Form: form,
		Links: []views.Link{{Label: words.T("portal.account.mail.back"), URL: customerSignIn}}}, nil)
}

func (u *customers) forgotten(c *fiber.Ctx) error {
	form, err := u.readText(c)
	if err != nil {
		return err
	}
	email := form.first(views.FieldEmail)
	err = u.portal.CustomerForgot(c.UserContext(), email, u.client(c))
	if e, ok := refusal(err); ok {
		retryAfter(c, err)
		return u.showForgotten(c, statusOf(err), email, e)
	}
	if err != nil {
		return err
	}
	return leadTo(c, customerForgotten+"?"+queryMailed+"=1")
}

func (u *customers) askReset(c *fiber.Ctx) error {
	who, err := u.portal.CustomerResetOpen(c.UserContext(), c.Params("token"))
	if err != nil {
		return u.linkGone(c, err)
	}
	return u.showReset(c, fiber.StatusOK, who, nil)
}

func (u *customers) showReset(c *fiber.Ctx, status int, who *desk.Newcomer, refused *models.Error) error {
	words := u.words(c, u.fallback(c))
	form := &views.Form{Action: c.Path(), Submit: words.T("portal.account.reset.button"), Inputs: []views.Input{u.newPassword(c)}}
	if refused != nil {
		withErrors(words, form, refused)
	}
	return u.accountPage(c, status, words.T("portal.account.reset"), views.AccountPage{Lead: words.Tf("portal.account.reset.lead", "Address", who.Address), Form: form}, nil)
}

// reset sets a new password; it signs nobody in.
func (u *customers) reset(c *fiber.Ctx) error {
	ctx, token := c.UserContext(), c.Params("token")
	who, err := u.portal.CustomerResetOpen(ctx, token)
	if err != nil {
		return u.linkGone(c, err)
	}
	form, err := u.readText(c)
	if err != nil {
		return err
	}
	err = u.portal.CustomerReset(ctx, token, form.first(views.FieldPassword))
	if e, ok := refusal(err); ok {
		return u.showReset(c, statusOf(e), who, e)
	}
	if err != nil {
		return u.linkGone(c, err)
	}
	return leadTo(c, customerSignIn+"?changed=1")
}

// askLink asks where to mail a way to sign in (CP-2).
func (u *customers) askLink(c *fiber.Ctx) error {
	ways, err := u.portal.SignInWays(c.UserContext())
	if err != nil {
		return err
	}
	if !ways.Link {
		return models.NotFound()
	}
	return u.showLink(c, fiber.StatusOK, "", c.Query(views.FieldNext), nil)
}

func (u *customers) showLink(c *fiber.Ctx, status int, email, next string, refused *models.Error) error {
	words := u.words(c, u.fallback(c))
	form := &views.Form{Action: customerLink, Submit: words.T("portal.account.link.button"), Inputs: []views.Input{{Kind: "hidden", Name: views.FieldNext, Value: next}, emailInput(words, email)}}
	if refused != nil {
		withErrors(words, form, refused)
	}
	return u.accountPage(c, status, words.T("portal.account.link"), views.AccountPage{Lead: words.T("portal.account.link.lead"), Form: form,
		Links: []views.Link{{Label: words.T("portal.account.mail.back"), URL: withNext(customerSignIn, next)}}}, nil)
}

// mailLink has the mail written and keeps this browser's half of its code.
func (u *customers) mailLink(c *fiber.Ctx) error {
	form, own, err := u.posting(c)
	if err != nil {
		return err
	}
	email, next := form.first(views.FieldEmail), form.first(views.FieldNext)
	if !own {
		return u.showLink(c, fiber.StatusForbidden, email, next, &models.Error{Kind: models.KindForbidden, Message: "portal.account.error.expired"})
	}
	if !customerPage(next) {
		next = ""
	}
	browser, err := u.portal.AskSignInLink(c.UserContext(), email, next, u.client(c))
	if e, ok := refusal(err); ok {
		retryAfter(c, err)
		return u.showLink(c, statusOf(err), email, next, e)
	}
	if err != nil {
		return err
	}
	u.setCookie(c, cookieLink, browser, 15*time.Minute)
	return leadTo(c, customerLinkCode)
}

func (u *customers) askLinkCode(c *fiber.Ctx) error {
	if c.Cookies(u.cookieName(cookieLink)) == "" {
		return leadTo(c, customerLink)
	}
	return u.showLinkCode(c, fiber.StatusOK, "")
}

func (u *customers) showLinkCode(c *fiber.Ctx, status int, problem string) error {
	words := u.words(c, u.fallback(c))
	return u.accountPage(c, status, words.T("portal.account.mail"), views.AccountPage{Lead: words.T("portal.account.mail.text") + " " + words.T("portal.account.link.code.lead"),
		Form:  &views.Form{Action: customerLinkCode, Submit: words.T("portal.account.link.code.button"), Inputs: []views.Input{{Kind: "code", Name: "code", Label: words.T("portal.account.link.code"), Required: true, MaxLength: 8, Autocomplete: "one-time-code", Error: problem}}},
		Links: []views.Link{{Label: words.T("portal.account.mail.back"), URL: customerSignIn}}}, nil)
}

func (u *customers) signInLinkCode(c *fiber.Ctx) error {
	form, own, err := u.posting(c)
	if err != nil {
		return err
	}
	if !own {
		return u.showLinkCode(c, fiber.StatusForbidden, u.words(c, u.fallback(c)).T("portal.account.error.expired"))
	}
	me, next, err := u.portal.SignInByCode(c.UserContext(), c.Cookies(u.cookieName(cookieLink)), form.first("code"), u.client(c))
	if models.KindOf(err) == models.KindNotFound && err != nil {
		u.setCookie(c, cookieLink, "", 0)
		return leadTo(c, customerSignIn+"?over=1")
	}
	if err == nil {
		u.setCookie(c, cookieLink, "", 0)
	}
	return u.entered(c, me, err, desk.ByLink, next, func(status int, problem string) error { return u.showLinkCode(c, status, problem) })
}

// openLink shows whom a mailed link signs in. Opening it signs nobody in: scanners open links, too.
func (u *customers) openLink(c *fiber.Ctx) error {
	who, err := u.portal.SignInLinkOpen(c.UserContext(), c.Params("token"))
	if err != nil {
		return u.linkGone(c, err)
	}
	words := u.words(c, u.fallback(c))
	return u.accountPage(c, fiber.StatusOK, words.T("portal.account.link.open"), views.AccountPage{Lead: words.Tf("portal.account.link.open.lead", "Address", who.Address),
		Form: &views.Form{Action: c.Path(), Submit: words.T("portal.account.link.open.button")}}, nil)
}

// signInByLink signs in by the mailed link. A form of our own page must have been seen in this
// browser, so that nobody is signed in to somebody else's account from another page (A86).
func (u *customers) signInByLink(c *fiber.Ctx) error {
	_, own, err := u.posting(c)
	if err != nil {
		return err
	}
	if !own {
		return fiber.ErrForbidden
	}
	me, next, err := u.portal.SignInByLink(c.UserContext(), c.Params("token"))
	if models.KindOf(err) == models.KindNotFound && err != nil {
		return u.linkGone(c, err)
	}
	return u.entered(c, me, err, desk.ByLink, next, func(int, string) error { return err })
}
