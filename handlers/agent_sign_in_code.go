package handlers

import (
	"time"

	"github.com/gofiber/fiber/v2"

	"lodge/desk"
	"lodge/models"
	"lodge/views"
)

const agentSignInCode = agentSignIn + "/code"

// strangerRoutes are the agents' doors that nobody need be signed in for: the second step of
// the sign-in, and what mailed links open.
func (a *agents) strangerRoutes(r fiber.Router) {
	r.Get(agentSignInCode, a.askCode)
	r.Post(agentSignInCode, a.signInCode)
	r.Get(agentForgotten, a.askForgotten)
	r.Post(agentForgotten, a.forgotten)
	r.Get(agentReset+":token", a.askReset)
	r.Post(agentReset+":token", a.reset)
	r.Get(agentInvitation+":token", a.askJoin)
	r.Post(agentInvitation+":token", a.join)
}

// keepPending remembers in the browser whose code is asked for. It is signed, dies in ten
// minutes, and is no session.
func (a *agents) keepPending(c *fiber.Ctx, pending string) {
	a.setCookie(c, "lodge_code", pending, 10*time.Minute)
}

func (a *agents) pending(c *fiber.Ctx) string { return c.Cookies(a.cookieName("lodge_code")) }

// cookieName is the name by the scheme that people use: on https it is bound to this very host.
func (h *Handlers) cookieName(name string) string {
	if h.Secure {
		return "__Host-" + name
	}
	return name
}

// setCookie keeps a value of ours from scripts and other sites; a life of 0 takes it back.
func (h *Handlers) setCookie(c *fiber.Ctx, name, value string, life time.Duration) {
	cookie := &fiber.Cookie{Name: h.cookieName(name), Value: value, Path: "/", HTTPOnly: true, Secure: h.Secure, SameSite: fiber.CookieSameSiteLaxMode, MaxAge: int(life / time.Second)}
	if life <= 0 {
		cookie.Value, cookie.MaxAge, cookie.Expires = "", -1, time.Unix(1, 0)
	}
	c.Cookie(cookie)
}

func (a *agents) askCode(c *fiber.Ctx) error {
	if err := a.desk.SignInPending(c.UserContext(), a.pending(c)); err != nil {
		return a.signInOver(c, err)
	}
	v, err := a.sessions.open(c)
	if err != nil {
		return err
	}
	return a.showCode(c, v, fiber.StatusOK, views.SignInCode{Next: c.Query(views.FieldNext)})
}

func (a *agents) showCode(c *fiber.Ctx, v *visit, status int, form views.SignInCode) error {
	if err := v.keep(c); err != nil {
		return err
	}
	words := a.words(c, a.fallback(c))
	form.Action, form.CSRF, form.BackURL = agentSignInCode, v.token(), agentSignIn
	if !local(form.Next) {
		form.Next = ""
	}
	return a.page(c, status, "bare", views.Page{Title: words.T("agent.code.heading"), Body: "people/code", Data: form, Path: agentSignIn, Lang: words.Locale()})
}

// signInOver begins again with the password when there is nothing to wait for any more.
func (a *agents) signInOver(c *fiber.Ctx, err error) error {
	if models.KindOf(err) != models.KindNotFound {
		return err
	}
	a.setCookie(c, "lodge_code", "", 0)
	return leadTo(c, agentSignIn+"?over=1")
}

// signInCode ends the sign-in by the code of the second factor.
func (a *agents) signInCode(c *fiber.Ctx) error {
	v, err := a.sessions.open(c)
	if err != nil {
		return err
	}
	posted, err := a.readText(c)
	if err != nil {
		return err
	}
	pending, words := a.pending(c), a.words(c, a.fallback(c))
	if err := a.desk.SignInPending(c.UserContext(), pending); err != nil {
		return a.signInOver(c, err)
	}
	form := views.SignInCode{Next: posted.first(views.FieldNext)}
	if !v.checked(c, posted) {
		form.Error = words.T("agent.sign_in.error.expired")
		return a.showCode(c, v, fiber.StatusForbidden, form)
	}
	actor, err := a.desk.SignInCode(c.UserContext(), desk.SignInCodeInput{Pending: pending, Code: posted.first("code"), Client: a.client(c)})
	if e, ok := refusal(err); ok {
		form.Error = words.T("agent.code.error")
		if e.Kind == models.KindTooMany {
			retryAfter(c, err)
			form.Error = words.Tn("agent.sign_in.error.wait", minutes(err))
		}
		return a.showCode(c, v, statusOf(err), form)
	}
	if err != nil {
		return a.signInOver(c, err)
	}
	a.setCookie(c, "lodge_code", "", 0)
	if err := v.signIn(c, actor.ID); err != nil {
		return err
	}
	return leadTo(c, next(form.Next))
}
