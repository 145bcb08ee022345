package handlers

import (
	"github.com/gofiber/fiber/v2"

	"lodge/desk"
	"lodge/models"
	"lodge/views"
)

// What mailed links open. The token in the path is the whole power of these pages: no cookie
// counts here.
const (
	agentForgotten  = "/agent/forgotten"
	agentReset      = "/agent/reset/"
	agentInvitation = "/agent/invitation/"
)

func (a *agents) askForgotten(c *fiber.Ctx) error {
	return a.showForgotten(c, fiber.StatusOK, views.Forgotten{Sent: c.Query("sent") != ""})
}

func (a *agents) showForgotten(c *fiber.Ctx, status int, form views.Forgotten) error {
	words := a.words(c, a.fallback(c))
	form.Action, form.BackURL = agentForgotten, agentSignIn
	title := words.T("agent.forgotten")
	if form.Sent {
		title = words.T("agent.forgotten.sent")
	}
	return a.page(c, status, "bare", views.Page{Title: title, Body: "people/forgotten", Data: form, Path: agentForgotten, Lang: words.Locale()})
}

// forgotten has a link mailed and answers alike for every address (A79).
func (a *agents) forgotten(c *fiber.Ctx) error {
	posted, err := a.readText(c)
	if err != nil {
		return err
	}
	form := views.Forgotten{Email: posted.first(views.FieldEmail)}
	err = a.desk.ForgotPassword(c.UserContext(), form.Email, a.client(c))
	if e, ok := refusal(err); ok {
		words := a.words(c, a.fallback(c))
		form.Error = say(words, models.Problem{Key: e.Message})
		if p, found := e.Fields["email"]; found {
			form.Error = say(words, p)
		}
		retryAfter(c, err)
		return a.showForgotten(c, statusOf(err), form)
	}
	if err != nil {
		return err
	}
	return leadTo(c, agentForgotten+"?sent=1")
}

func (a *agents) askReset(c *fiber.Ctx) error {
	who, err := a.desk.ResetOpen(c.UserContext(), c.Params("token"))
	if err != nil {
		return a.linkGone(c, err, false)
	}
	return a.showNewPassword(c, fiber.StatusOK, views.NewPassword{Address: who.Address}, nil)
}

func (a *agents) reset(c *fiber.Ctx) error {
	ctx, token := c.UserContext(), c.Params("token")
	who, err := a.desk.ResetOpen(ctx, token)
	if err != nil {
		return a.linkGone(c, err, false)
	}
	posted, err := a.readText(c)
	if err != nil {
		return err
	}
	err = a.desk.ResetPassword(ctx, token, posted.first(views.FieldPassword))
	if e, ok := refusal(err); ok {
		return a.showNewPassword(c, statusOf(e), views.NewPassword{Address: who.Address}, e)
	}
	if err != nil {
		return a.linkGone(c, err, false)
	}
	return leadTo(c, agentSignIn+"?changed=1")
}

func (a *agents) askJoin(c *fiber.Ctx) error {
	who, err := a.desk.Invitation(c.UserContext(), c.Params("token"))
	if err != nil {
		return a.linkGone(c, err, true)
	}
	return a.showNewPassword(c, fiber.StatusOK, views.NewPassword{Join: true, Address: who.Address, Name: who.Name}, nil)
}

func (a *agents) join(c *fiber.Ctx) error {
	ctx, token := c.UserContext(), c.Params("token")
	who, err := a.desk.Invitation(ctx, token)
	if err != nil {
		return a.linkGone(c, err, true)
	}
	posted, err := a.readText(c)
	if err != nil {
		return err
	}
	in := desk.JoinInput{Name: posted.first(views.FieldName), Password: posted.first(views.FieldPassword), Locale: a.words(c, a.fallback(c)).Locale()}
	err = a.desk.Join(ctx, token, in)
	if e, ok := refusal(err); ok {
		return a.showNewPassword(c, statusOf(e), views.NewPassword{Join: true, Address: who.Address, Name: in.Name}, e)
	}
	if err != nil {
		return a.linkGone(c, err, true)
	}
	return leadTo(c, agentSignIn+"?joined=1")
}

func (a *agents) showNewPassword(c *fiber.Ctx, status int, form views.NewPassword, e *models.Error) error {
	words := a.words(c, a.fallback(c))
	form.Action, form.MinPassword, form.Errors = c.Path(), desk.MinPassword, map[string]string{}
	if e != nil {
		form.Errors = fieldErrors(words, e)
	}
	title := words.T("agent.reset")
	if form.Join {
		title = words.T("agent.join")
	}
	return a.page(c, status, "bare", views.Page{Title: title, Body: "people/new_password", Data: form, Path: "/", Lang: words.Locale(), NoIndex: true})
}

// linkGone is the one answer for a link that was used, has expired, or never was.
func (a *agents) linkGone(c *fiber.Ctx, err error, join bool) error {
	if models.KindOf(err) != models.KindNotFound {
		return err
	}
	words := a.words(c, a.fallback(c))
	return a.page(c, fiber.StatusNotFound, "bare", views.Page{Title: words.T("agent.gone"), Body: "people/gone", Path: "/", Lang: words.Locale(), NoIndex: true,
		Data: views.LinkGone{Join: join, ForgottenURL: agentForgotten, SignInURL: agentSignIn}})
}
