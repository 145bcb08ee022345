package handlers

import (
	"errors"

	"github.com/gofiber/fiber/v2"

	"lodge/desk"
	"lodge/models"
	"lodge/views"
)

const queryMailed = "mailed"

// askSignUp is the form that asks for an account (CP-1).
func (u *customers) askSignUp(c *fiber.Ctx) error {
	if c.Query(queryMailed) != "" {
		return u.showMailed(c)
	}
	return u.showSignUp(c, fiber.StatusOK, values{views.FieldNext: {c.Query(views.FieldNext)}}, nil, false)
}

// showMailed is the one answer to everybody who was or was not mailed something (A79).
func (u *customers) showMailed(c *fiber.Ctx) error {
	words := u.words(c, u.fallback(c))
	return u.accountPage(c, fiber.StatusOK, words.T("portal.account.mail"), views.AccountPage{Lead: words.T("portal.account.mail.text"), Links: []views.Link{{Label: words.T("portal.account.mail.back"), URL: customerSignIn}}}, nil)
}

func (u *customers) showSignUp(c *fiber.Ctx, status int, typed values, refused *models.Error, ask bool) error {
	shown, err := u.portal.SignUpForm(c.UserContext(), typed.first("form_id"))
	if err != nil {
		return err
	}
	words := u.words(c, u.fallback(c))
	form := &views.Form{Action: customerSignUp, Submit: words.T("portal.account.sign_up.button"), Inputs: []views.Input{
		{Kind: "hidden", Name: "form_id", Value: shown.FormID}, {Kind: "hidden", Name: views.FieldPow}, {Kind: "hidden", Name: views.FieldNext, Value: typed.first(views.FieldNext)},
		{Kind: "text", Name: views.FieldName, Label: words.T("portal.account.name"), Value: typed.first(views.FieldName), Required: true, MaxLength: 140, Autocomplete: "name"},
		emailInput(words, typed.first(views.FieldEmail))}}
	if ask {
		form.Submit, form.Error = words.T("portal.account.sign_up.confirm.button"), words.T("portal.account.sign_up.confirm")
		form.Inputs = append(form.Inputs, views.Input{Kind: "hidden", Name: views.FieldConfirm, Value: "1"})
	}
	if refused != nil {
		withErrors(words, form, refused)
	}
	return u.accountPage(c, status, words.T("portal.account.sign_up"), views.AccountPage{Lead: words.T("portal.account.sign_up.lead"), Form: form, Trap: !ask,
		Pow:   &views.Pow{Challenge: shown.Challenge.Text, Bits: shown.Challenge.Bits},
		Links: []views.Link{{Label: words.T("portal.account.sign_up.have") + " " + words.T("portal.account.sign_in"), URL: withNext(customerSignIn, typed.first(views.FieldNext))}}}, nil)
}

// signUp has the mail written that makes an account.
func (u *customers) signUp(c *fiber.Ctx) error {
	form, own, err := u.posting(c)
	if err != nil {
		return err
	}
	words := u.words(c, u.fallback(c))
	if !own {
		return u.showSignUp(c, fiber.StatusForbidden, form, &models.Error{Kind: models.KindForbidden, Message: "portal.account.error.expired"}, false)
	}
	next := form.first(views.FieldNext)
	if !customerPage(next) {
		next = ""
	}
	err = u.portal.SignUp(c.UserContext(), desk.SignUpInput{Name: form.first(views.FieldName), Email: form.first(views.FieldEmail), Locale: words.Locale(), Client: u.client(c), Next: next,
		FormID: form.first("form_id"), Honeypot: form.first(views.FieldHoneypot), Work: form.first(views.FieldPow), Confirmed: form.first(views.FieldConfirm) == "1"})
	if errors.Is(err, desk.ErrConfirm) {
		return u.showSignUp(c, fiber.StatusConflict, form, nil, true)
	}
	if e, ok := refusal(err); ok {
		retryAfter(c, err)
		return u.showSignUp(c, statusOf(err), form, e, false)
	}
	if err != nil {
		return err
	}
	return leadTo(c, customerSignUp+"?"+queryMailed+"=1")
}

func (u *customers) askActivation(c *fiber.Ctx) error {
	who, err := u.portal.ActivationOpen(c.UserContext(), c.Params("token"))
	if err != nil {
		return u.linkGone(c, err)
	}
	return u.showActivation(c, fiber.StatusOK, who, who.Name, nil)
}

func (u *customers) showActivation(c *fiber.Ctx, status int, who *desk.Newcomer, name string, refused *models.Error) error {
	words := u.words(c, u.fallback(c))
	form := &views.Form{Action: c.Path(), Submit: words.T("portal.account.activate.button"), Inputs: []views.Input{
		{Kind: "text", Name: views.FieldName, Label: words.T("portal.account.name"), Value: name, Required: true, MaxLength: 140, Autocomplete: "name"}, u.newPassword(c)}}
	if refused != nil {
		withErrors(words, form, refused)
	}
	return u.accountPage(c, status, words.T("portal.account.activate"), views.AccountPage{Lead: words.Tf("portal.account.activate.lead", "Address", who.Address), Form: form}, nil)
}

func (u *customers) newPassword(c *fiber.Ctx) views.Input {
	words := u.words(c, u.fallback(c))
	return views.Input{Kind: "password", Name: views.FieldPassword, Label: words.T("portal.account.new_password"), Help: words.Tn("agent.setup.password.help", desk.MinPassword), Required: true, Autocomplete: "new-password"}
}

// activate makes the account and signs its owner in. The token in the path is the whole power of
// this page; the session begins under a new id.
func (u *customers) activate(c *fiber.Ctx) error {
	ctx, token := c.UserContext(), c.Params("token")
	who, err := u.portal.ActivationOpen(ctx, token)
	if err != nil {
		return u.linkGone(c, err)
	}
	form, err := u.readText(c)
	if err != nil {
		return err
	}
	in := desk.JoinInput{Name: form.first(views.FieldName), Password: form.first(views.FieldPassword), Locale: u.words(c, u.fallback(c)).Locale()}
	me, next, err := u.portal.Activate(ctx, token, in)
	if e, ok := refusal(err); ok {
		return u.showActivation(c, statusOf(e), who, in.Name, e)
	}
	if err != nil {
		return u.linkGone(c, err)
	}
	return u.begin(c, me, desk.ByPassword, next)
}

// linkGone is the one answer for a link that was used, has expired, or never was.
func (u *customers) linkGone(c *fiber.Ctx, err error) error {
	if models.KindOf(err) != models.KindNotFound {
		return err
	}
	words := u.words(c, u.fallback(c))
	return u.accountPage(c, fiber.StatusNotFound, words.T("portal.account.gone"), views.AccountPage{Lead: words.T("portal.account.gone.text"), Also: nil,
		Links: []views.Link{{Label: words.T("portal.account.gone.button"), URL: customerSignIn}}}, nil)
}
