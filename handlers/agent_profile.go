package handlers

import (
	"strconv"
	"time"

	"github.com/gofiber/fiber/v2"

	"lodge/desk"
	"lodge/models"
	"lodge/views"
)

// hash names the session of a visit as its row does.
func (v *visit) hash() []byte {
	if v.session.ID == "" {
		return nil
	}
	return hashID(v.session.ID)
}

// profile shows the agent's own page.
func (a *agents) profile(c *fiber.Ctx) error {
	return a.showProfile(c, fiber.StatusOK, nil, nil, nil)
}

// saveProfile keeps name, public name, language and signature.
func (a *agents) saveProfile(c *fiber.Ctx) error {
	form := posted(c)
	in := desk.ProfileInput{Name: form.first("name"), PublicName: form.first("public_name"), Locale: form.first("locale"), Signature: form.first("signature")}
	err := a.desk.ChangeProfile(c.UserContext(), actorOf(c), in)
	if e, ok := refusal(err); ok {
		return a.showProfile(c, statusOf(e), &in, e, nil)
	}
	if err != nil {
		return err
	}
	// The switch in the portal's footer would win over the choice just made.
	c.Cookie(&fiber.Cookie{Name: cookieLang, Path: "/", MaxAge: -1, Expires: time.Unix(1, 0)})
	return a.saved(c, profilePath)
}

// changePassword asks for the present password and sets a new one; other sessions end.
func (a *agents) changePassword(c *fiber.Ctx) error {
	form := posted(c)
	err := a.desk.ChangePassword(c.UserContext(), actorOf(c), desk.PasswordInput{Confirm: desk.Confirm{Password: form.first("present"), Client: a.client(c)},
		New: form.first(views.FieldPassword), Session: visitOf(c).hash()})
	if e, ok := refusal(err); ok {
		retryAfter(c, err)
		return a.showProfile(c, statusOf(e), nil, nil, e)
	}
	if err != nil {
		return err
	}
	return c.Redirect(profilePath+"?password=1", fiber.StatusSeeOther)
}

// endSession signs the agent out in another browser.
func (a *agents) endSession(c *fiber.Ctx) error {
	if err := a.desk.RevokeSession(c.UserContext(), actorOf(c), posted(c).first("session")); err != nil {
		return err
	}
	return a.saved(c, profilePath)
}

func (a *agents) endOtherSessions(c *fiber.Ctx) error {
	if err := a.desk.RevokeOtherSessions(c.UserContext(), actorOf(c), visitOf(c).hash()); err != nil {
		return err
	}
	return a.saved(c, profilePath)
}

func (a *agents) showProfile(c *fiber.Ctx, status int, typed *desk.ProfileInput, refused, password *models.Error) error {
	p, err := a.desk.Profile(c.UserContext(), actorOf(c), visitOf(c).hash())
	if err != nil {
		return err
	}
	words, token := a.language(c), visitOf(c).token()
	if typed == nil {
		typed = &desk.ProfileInput{Name: p.Name, PublicName: p.PublicName, Locale: p.Locale, Signature: p.Signature}
	}
	data := views.ProfilePage{CSRF: token, Address: p.Address, Role: words.T("agent.role." + string(p.Role)), Where: words.T("agent.people.everywhere"), RevokeURL: profilePath + "/sessions/end",
		Factor: factorCard(p.Factor)}
	if !p.Everywhere {
		data.Where = whereWords(words, p.Projects, p.Role)
	}
	languages := append([]views.Choice{{Label: words.T("agent.profile.locale.browser"), Selected: typed.Locale == ""}}, a.languages(typed.Locale)...)
	data.Form = views.Form{Action: profilePath, CSRF: token, Submit: words.T("agent.save"), Inputs: []views.Input{
		{Kind: "text", Name: "name", Label: words.T("agent.people.name"), Value: typed.Name, MaxLength: 140, Required: true, Autocomplete: "name"},
		{Kind: "text", Name: "public_name", Label: words.T("agent.profile.public_name"), Help: words.T("agent.profile.public_name.help"), Value: typed.PublicName, MaxLength: 140, Optional: true, Autocomplete: "nickname"},
		{Kind: "select", Name: "locale", Label: words.T("agent.settings.locale"), Help: words.T("agent.profile.locale.help"), Choices: languages},
		{Kind: "textarea", Name: "signature", Label: words.T("agent.profile.signature"), Help: words.T("agent.profile.signature.help"), Value: typed.Signature, MaxLength: 2000, Rows: 4, Optional: true},
	}}
	data.Password = views.Form{ID: "password-form", Action: profilePath + "/password", CSRF: token, Submit: words.T("agent.profile.password.button"), Inputs: []views.Input{
		{Kind: "password", Name: "present", Label: words.T("agent.profile.password.present"), Required: true, Autocomplete: "current-password"},
		{Kind: "password", Name: views.FieldPassword, Label: words.T("agent.profile.password.new"), Help: words.Tn("agent.setup.password.help", desk.MinPassword), Required: true, Autocomplete: "new-password"},
	}}
	if refused != nil {
		withErrors(words, &data.Form, refused)
	}
	if password != nil {
		withErrors(words, &data.Password, password)
		if password.Kind == models.KindTooMany {
			data.Password.Error = words.Tn("agent.sign_in.error.wait", minutes(password))
		}
	}
	if err := a.profileAway(c, &data); err != nil {
		return err
	}
	for _, s := range p.Sessions {
		data.Sessions = append(data.Sessions, views.SessionRow{ID: s.ID, Device: s.Device, Began: s.Began, SeenAt: s.SeenAt, This: s.This})
	}
	if len(p.Sessions) > 1 {
		data.RevokeOthersURL = profilePath + "/sessions/end-others"
	}
	page := views.Page{Title: words.T("agent.settings.profile"), Body: "people/profile", Data: data}
	if status == fiber.StatusOK {
		page.Flash = a.savedFlash(c)
		if n, err := strconv.Atoi(c.Query("given")); err == nil && n > 0 {
			page.Flash = &views.Flash{Kind: "success", Text: words.Tn("agent.away.given", n)}
		}
		if c.Query("password") == "1" {
			page.Flash = &views.Flash{Kind: "success", Text: words.T("agent.profile.password.saved")}
		}
	}
	return a.showSettings(c, status, page)
}

func factorCard(f desk.FactorState) views.FactorCard {
	return views.FactorCard{URL: factorPath, On: f.On, Since: f.Since, CodesLeft: f.CodesLeft, Required: f.Required}
}
