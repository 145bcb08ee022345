package handlers

import (
	"errors"
	"net/url"

	"github.com/gofiber/fiber/v2"

	"lodge/desk"
	"lodge/models"
	"lodge/views"
)

func queryEscape(s string) string { return url.QueryEscape(s) }

// askSignIn shows the sign-in. Who is signed in already goes on.
func (a *agents) askSignIn(c *fiber.Ctx) error {
	v, err := a.sessions.open(c)
	if err != nil {
		return err
	}
	if v.subject() != 0 {
		if _, err := a.desk.Actor(c.UserContext(), v.subject()); err == nil {
			return c.Redirect(next(c.Query(views.FieldNext)), fiber.StatusSeeOther)
		}
	}
	return a.showSignIn(c, v, fiber.StatusOK, views.SignIn{Next: c.Query(views.FieldNext)})
}

func (a *agents) showSignIn(c *fiber.Ctx, v *visit, status int, form views.SignIn) error {
	if err := v.keep(c); err != nil {
		return err
	}
	words := a.words(c, a.fallback(c))
	form.Action, form.CSRF = agentSignIn, v.token()
	if !local(form.Next) {
		form.Next = ""
	}
	form.ForgottenURL = agentForgotten
	p := views.Page{Title: words.T("agent.sign_in.title"), Body: "agent/sign_in", Data: form, Path: agentSignIn, Lang: words.Locale()}
	for query, key := range map[string]string{"signed_out": "agent.sign_in.signed_out", "changed": "agent.sign_in.changed", "joined": "agent.sign_in.joined"} {
		if c.Query(query) != "" && status == fiber.StatusOK {
			p.Flash = &views.Flash{Kind: "success", Text: words.T(key)}
		}
	}
	if c.Query("over") != "" && status == fiber.StatusOK {
		p.Flash = &views.Flash{Kind: "warning", Text: words.T("agent.code.over")}
	}
	return a.page(c, status, "bare", p)
}

// signIn begins a session. Every wrong pair gets the same answer (A79), and too many of
// them have to wait (A82). The form carries a token of the visitor's own, so that nobody
// can be signed in to somebody else's account from another page (A86).
func (a *agents) signIn(c *fiber.Ctx) error {
	v, err := a.sessions.open(c)
	if err != nil {
		return err
	}
	posted, err := a.readText(c)
	if err != nil {
		return err
	}
	words := a.words(c, a.fallback(c))
	form := views.SignIn{Address: posted.first(views.FieldEmail), Next: posted.first(views.FieldNext)}
	if !v.checked(c, posted) {
		form.Error = words.T("agent.sign_in.error.expired")
		return a.showSignIn(c, v, fiber.StatusForbidden, form)
	}
	actor, err := a.desk.SignIn(c.UserContext(), desk.SignInInput{Email: form.Address, Password: posted.first(views.FieldPassword), Client: a.client(c)})
	if e, ok := refusal(err); ok {
		form.Error = words.T("agent.sign_in.error.wrong")
		if e.Kind == models.KindTooMany {
			retryAfter(c, err)
			form.Error = words.Tn("agent.sign_in.error.wait", minutes(err))
		}
		return a.showSignIn(c, v, statusOf(err), form)
	}
	if need := (*desk.CodeNeeded)(nil); errors.As(err, &need) {
		// Nobody is signed in yet: the session that is comes only with the code.
		a.keepPending(c, need.Pending)
		address := agentSignInCode
		if local(form.Next) {
			address += "?" + views.FieldNext + "=" + queryEscape(form.Next)
		}
		return leadTo(c, address)
	}
	if err != nil {
		return err
	}
	if err := v.signIn(c, actor.ID); err != nil {
		return err
	}
	return leadTo(c, next(form.Next))
}

// next is where to go after signing in: a page of ours, never another site (A88).
func next(address string) string {
	if local(address) {
		return address
	}
	return agentHome
}

// signOut ends the session for good, not only the cookie (A94).
func (a *agents) signOut(c *fiber.Ctx) error {
	if err := visitOf(c).end(c); err != nil {
		return err
	}
	return leadTo(c, agentSignIn+"?signed_out=1")
}
