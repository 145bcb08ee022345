package handlers

import (
	"errors"
	"time"

	"github.com/gofiber/fiber/v2"

	"lodge/desk"
	"lodge/locale"
	"lodge/models"
	"lodge/views"
)

const (
	customerCode      = customerSignIn + "/code"
	customerLink      = customerSignIn + "/link"
	customerLinkCode  = customerLink + "/code"
	customerForgotten = customerSignIn + "/forgotten"
	customerReset     = customerSignIn + "/password/"

	// cookieFactor holds who is between the two steps, cookieLink the browser's half of a mailed code.
	cookieFactor = "lodge_customer_code"
	cookieLink   = "lodge_link"
)

// accountRoutes are the doors into an account (CP-1, CP-2).
func (u *customers) accountRoutes(r fiber.Router) {
	r.Get(customerSignIn, u.askSignIn)
	r.Post(customerSignIn, u.signIn)
	r.Post("/sign-out", u.signedIn, u.signOut)
	r.Get(customerCode, u.askCode)
	r.Post(customerCode, u.signInCode)
	r.Get(customerForgotten, u.askForgotten)
	r.Post(customerForgotten, u.forgotten)
	r.Get(customerReset+":token", u.askReset)
	r.Post(customerReset+":token", u.reset)
	r.Get(customerLink, u.askLink)
	r.Post(customerLink, u.mailLink)
	r.Get(customerLinkCode, u.askLinkCode)
	r.Post(customerLinkCode, u.signInLinkCode)
	r.Get(customerLink+"/:token", u.openLink)
	r.Post(customerLink+"/:token", u.signInByLink)
	r.Get(customerSignUp, u.askSignUp)
	r.Post(customerSignUp, u.signUp)
	r.Get(customerSignUp+"/:token", u.askActivation)
	r.Post(customerSignUp+"/:token", u.activate)
}

// askSignIn shows the ways to sign in. Who is signed in already goes on.
func (u *customers) askSignIn(c *fiber.Ctx) error {
	v, err := u.sessions.open(c)
	if err != nil {
		return err
	}
	next := c.Query(views.FieldNext)
	if _, err := u.who(c, v); err == nil {
		if !customerPage(next) {
			next = customerHome
		}
		return c.Redirect(next, fiber.StatusSeeOther)
	}
	return u.showSignIn(c, fiber.StatusOK, "", next, "")
}

func (u *customers) showSignIn(c *fiber.Ctx, status int, email, next, problem string) error {
	ways, err := u.portal.SignInWays(c.UserContext())
	if err != nil {
		return err
	}
	words := u.words(c, u.fallback(c))
	if !customerPage(next) {
		next = ""
	}
	data := views.AccountPage{Heading: words.T("portal.account.sign_in"), Lead: words.T("portal.account.sign_in.lead"), Next: next}
	all, err := u.portal.Providers(c.UserContext())
	if err != nil {
		return err
	}
	for _, p := range all {
		data.Providers = append(data.Providers, views.Link{Label: words.Tf("portal.sso.button", "Name", p.Name), URL: providerRoute + p.Slug})
	}
	if ways.Password {
		data.Form = &views.Form{Action: customerSignIn, Submit: words.T("portal.account.sign_in.button"), Error: problem, Inputs: []views.Input{
			{Kind: "hidden", Name: views.FieldNext, Value: next}, emailInput(words, email),
			{Kind: "password", Name: views.FieldPassword, Label: words.T("portal.account.password"), Required: true, Autocomplete: "current-password"}}}
		data.Links = append(data.Links, views.Link{Label: words.T("portal.account.forgotten"), URL: customerForgotten})
	}
	if ways.Link {
		data.Also = append(data.Also, views.Link{Label: words.T("portal.account.link.offer"), URL: withNext(customerLink, next)})
	}
	if err := u.portal.PasskeysOffered(c.UserContext()); err == nil {
		button := passkeyButton(next)
		data.Passkey = &button
	}
	if data.Form == nil && data.Also == nil && data.Providers == nil {
		data.Lead = words.T("portal.account.none")
	}
	if ways.SignUp {
		data.Links = append(data.Links, views.Link{Label: words.T("portal.account.new") + " " + words.T("portal.account.request"), URL: withNext(customerSignUp, next)})
	}
	var flash *views.Flash
	for query, key := range map[string]string{"signed_out": "portal.account.signed_out", "changed": "portal.account.changed", "over": "portal.account.over"} {
		if c.Query(query) != "" && status == fiber.StatusOK {
			flash = &views.Flash{Kind: "info", Text: words.T(key)}
		}
	}
	return u.accountPage(c, status, words.T("portal.account.sign_in"), data, flash)
}

func emailInput(words *locale.Strings, value string) views.Input {
	return views.Input{Kind: "email", Name: views.FieldEmail, Label: words.T("portal.account.email"), Value: value, Required: true, MaxLength: 254, Autocomplete: "username"}
}

// signIn begins a session by a password. Every wrong pair gets the same answer (A79), and too many
// of them have to wait (A82).
func (u *customers) signIn(c *fiber.Ctx) error {
	form, own, err := u.posting(c)
	if err != nil {
		return err
	}
	words := u.words(c, u.fallback(c))
	email, next := form.first(views.FieldEmail), form.first(views.FieldNext)
	if !own {
		return u.showSignIn(c, fiber.StatusForbidden, email, next, words.T("portal.account.error.expired"))
	}
	me, err := u.portal.CustomerSignIn(c.UserContext(), desk.SignInInput{Email: email, Password: form.first(views.FieldPassword), Client: u.client(c)})
	return u.entered(c, me, err, desk.ByPassword, next, func(status int, problem string) error { return u.showSignIn(c, status, email, next, problem) })
}

// entered ends a step of signing in: the session begins, the second factor is asked for, or the
// step is shown again by refuse. What is over begins again.
func (u *customers) entered(c *fiber.Ctx, me desk.Customer, err error, method, next string, refuse func(status int, problem string) error) error {
	words := u.words(c, u.fallback(c))
	if e, ok := refusal(err); ok {
		retryAfter(c, err)
		problem := firstProblem(words, e)
		if e.Kind == models.KindTooMany {
			problem = words.Tn("agent.sign_in.error.wait", minutes(err))
		}
		return refuse(statusOf(err), problem)
	}
	if need := (*desk.CodeNeeded)(nil); errors.As(err, &need) {
		u.setCookie(c, cookieFactor, need.Pending, 10*time.Minute)
		return leadTo(c, withNext(customerCode, next))
	}
	if err != nil {
		return err
	}
	return u.begin(c, me, or(me.Method, method), next)
}

// signOut ends the session for good, not only the cookie (A94).
func (u *customers) signOut(c *fiber.Ctx) error {
	if err := visitOf(c).end(c); err != nil {
		return err
	}
	return leadTo(c, customerSignIn+"?signed_out=1")
}

func (u *customers) askCode(c *fiber.Ctx) error {
	if err := u.portal.CustomerPending(c.UserContext(), c.Cookies(u.cookieName(cookieFactor))); err != nil {
		return u.beginAgain(c, err)
	}
	return u.showCode(c, fiber.StatusOK, c.Query(views.FieldNext), "")
}

// beginAgain leads to the first step when there is nothing to wait for any more.
func (u *customers) beginAgain(c *fiber.Ctx, err error) error {
	if models.KindOf(err) != models.KindNotFound {
		return err
	}
	u.setCookie(c, cookieFactor, "", 0)
	return leadTo(c, customerSignIn+"?over=1")
}

func (u *customers) showCode(c *fiber.Ctx, status int, next, problem string) error {
	words := u.words(c, u.fallback(c))
	return u.accountPage(c, status, words.T("portal.account.factor"), views.AccountPage{Lead: words.T("portal.account.factor.lead"), Form: &views.Form{Action: customerCode, Submit: words.T("portal.account.factor.button"),
		Inputs: []views.Input{{Kind: "hidden", Name: views.FieldNext, Value: next}, {Kind: "text", Name: "code", Label: words.T("portal.account.factor.code"), Required: true, MaxLength: 20, Autocomplete: "one-time-code", Error: problem}}}}, nil)
}

// signInCode ends a sign-in by the code of the second factor.
func (u *customers) signInCode(c *fiber.Ctx) error {
	form, own, err := u.posting(c)
	if err != nil {
		return err
	}
	pending, next := c.Cookies(u.cookieName(cookieFactor)), form.first(views.FieldNext)
	if err := u.portal.CustomerPending(c.UserContext(), pending); err != nil {
		return u.beginAgain(c, err)
	}
	if !own {
		return u.showCode(c, fiber.StatusForbidden, next, u.words(c, u.fallback(c)).T("portal.account.error.expired"))
	}
	me, err := u.portal.CustomerSignInCode(c.UserContext(), desk.SignInCodeInput{Pending: pending, Code: form.first("code"), Client: u.client(c)})
	if models.KindOf(err) == models.KindNotFound && err != nil {
		return u.beginAgain(c, err)
	}
	if err == nil {
		u.setCookie(c, cookieFactor, "", 0)
	}
	return u.entered(c, me, err, desk.ByPassword, next, func(status int, problem string) error { return u.showCode(c, status, next, problem) })
}
