package handlers

import (
	"strings"

	"github.com/gofiber/fiber/v2"
	"rsc.io/qr"

	"lodge/desk"
	"lodge/models"
	"lodge/views"
)

// beforeFactor says which pages somebody may use who must set up a second factor first.
func beforeFactor(path string) bool {
	return path == factorPath || strings.HasPrefix(path, factorPath+"/") || path == "/agent/sign-out"
}

// leadToFactor sends there whoever must set up a second factor and has not.
func (a *agents) leadToFactor(c *fiber.Ctx) error {
	if unsafeMethod(c.Method()) || (isHTMX(c) || c.Get(fiber.HeaderAccept) == "text/event-stream") {
		return fiber.ErrForbidden
	}
	return c.Redirect(factorPath, fiber.StatusSeeOther)
}

// factor shows how the agent's second factor stands.
func (a *agents) factor(c *fiber.Ctx) error {
	return a.showFactor(c, fiber.StatusOK, "", nil)
}

// factorPicture is the QR code of a second factor that waits for its first code. Once it is
// on there is no picture any more.
func (a *agents) factorPicture(c *fiber.Ctx) error {
	f, err := a.desk.Factor(c.UserContext(), actorOf(c))
	if err != nil {
		return err
	}
	if f.URI == "" {
		return models.NotFound()
	}
	code, err := qr.Encode(f.URI, qr.M)
	if err != nil {
		return err
	}
	code.Scale = 6
	c.Set(fiber.HeaderContentType, "image/png")
	return c.Send(code.PNG())
}

// beginFactor makes a secret that waits for its first code.
func (a *agents) beginFactor(c *fiber.Ctx) error {
	err := a.desk.BeginFactor(c.UserContext(), actorOf(c))
	if e, ok := refusal(err); ok {
		return a.showFactor(c, statusOf(e), "", e)
	}
	if err != nil {
		return err
	}
	return c.Redirect(factorPath, fiber.StatusSeeOther)
}

// confirmFactor turns it on and shows the recovery codes, this once.
func (a *agents) confirmFactor(c *fiber.Ctx) error {
	codes, err := a.desk.ConfirmFactor(c.UserContext(), actorOf(c), posted(c).first("code"), a.client(c), visitOf(c).hash())
	return a.codesOr(c, codes, err, "confirmation", true)
}

// newCodes replaces the recovery codes.
func (a *agents) newCodes(c *fiber.Ctx) error {
	codes, err := a.desk.NewRecoveryCodes(c.UserContext(), actorOf(c), desk.Confirm{Password: posted(c).first("codes_password"), Client: a.client(c)})
	return a.codesOr(c, codes, err, "codes", false)
}

// factorOff turns it off.
func (a *agents) factorOff(c *fiber.Ctx) error {
	err := a.desk.DropFactor(c.UserContext(), actorOf(c), desk.Confirm{Password: posted(c).first(views.FieldPassword), Client: a.client(c)})
	if e, ok := refusal(err); ok {
		retryAfter(c, err)
		return a.showFactor(c, statusOf(e), "off", e)
	}
	if err != nil {
		return err
	}
	return a.saved(c, profilePath)
}

func (a *agents) codesOr(c *fiber.Ctx, codes []string, err error, form string, first bool) error {
	if e, ok := refusal(err); ok {
		retryAfter(c, err)
		return a.showFactor(c, statusOf(e), form, e)
	}
	if err != nil {
		return err
	}
	words := a.language(c)
	return a.showSettings(c, fiber.StatusOK, views.Page{Title: words.T("agent.codes"), Body: "people/codes", Path: factorPath,
		Data: views.FactorCodes{Codes: codes, All: strings.Join(codes, "\n"), NextURL: profilePath, First: first}})
}

// showFactor shows the page; form names the one that was refused.
func (a *agents) showFactor(c *fiber.Ctx, status int, form string, refused *models.Error) error {
	f, err := a.desk.Factor(c.UserContext(), actorOf(c))
	if err != nil {
		return err
	}
	words, token := a.language(c), visitOf(c).token()
	data := views.FactorPage{CSRF: token, BackURL: profilePath, Led: actorOf(c).MustSetUpFactor, FactorCard: factorCard(f.State), BeginURL: factorPath, Begun: f.State.Begun,
		Secret: f.Secret, PictureURL: factorPath + "/picture"}
	data.Form = views.Form{Action: factorPath + "/confirmation", CSRF: token, Submit: words.T("agent.factor.confirm.button"), Inputs: []views.Input{
		{Kind: "code", Name: "code", Label: words.T("agent.factor.code"), MaxLength: 10, Required: true, Autocomplete: "one-time-code"}}}
	data.Codes = views.Form{ID: "codes-form", Action: factorPath + "/codes", CSRF: token, Submit: words.T("agent.factor.codes.new.button"), Inputs: []views.Input{
		{Kind: "password", Name: "codes_password", Label: words.T("agent.profile.password.present"), Required: true, Autocomplete: "current-password"}}}
	data.Off = views.Form{ID: "off-form", Action: factorPath + "/off", CSRF: token, Submit: words.T("agent.factor.off.button"), Danger: true, Inputs: []views.Input{
		{Kind: "password", Name: views.FieldPassword, Label: words.T("agent.profile.password.present"), Required: true, Autocomplete: "current-password"}}}
	if refused != nil {
		into := map[string]*views.Form{"confirmation": &data.Form, "codes": &data.Codes, "off": &data.Off}[form]
		switch {
		case refused.Kind == models.KindTooMany:
			data.Error = words.Tn("agent.sign_in.error.wait", minutes(refused))
		case into == nil || len(refused.Order) == 0:
			data.Error = firstProblem(words, refused)
		default:
			// The verbs say "password"; each form names its field apart.
			into.Inputs[0].Error = firstProblem(words, refused)
		}
	}
	p := views.Page{Title: words.T("agent.factor"), Body: "people/factor", Data: data}
	if status == fiber.StatusOK {
		p.Flash = a.savedFlash(c)
	}
	return a.showSettings(c, status, p)
}
