package handlers

import (
	"strings"

	"github.com/gofiber/fiber/v2"
	"rsc.io/qr"

	"lodge/desk"
	"lodge/models"
	"lodge/views"
)

// leadToOwnFactor lets somebody who must set up a second factor first do that and nothing else.
// It says whether the request has been answered.
func (u *customers) leadToOwnFactor(c *fiber.Ctx, me desk.Customer) (bool, error) {
	if !me.FactorMissing || c.Path() == ownFactor || strings.HasPrefix(c.Path(), ownFactor+"/") {
		return false, nil
	}
	if unsafeMethod(c.Method()) || isHTMX(c) || c.Get(fiber.HeaderAccept) == "text/event-stream" {
		return true, fiber.ErrForbidden
	}
	return true, c.Redirect(ownFactor, fiber.StatusSeeOther)
}

// factor shows how the customer's second factor stands.
func (u *customers) factor(c *fiber.Ctx) error { return u.showFactor(c, fiber.StatusOK, "", nil) }

// factorPicture is the QR code of a second factor that waits for its first code. Once it is on
// there is no picture any more.
func (u *customers) factorPicture(c *fiber.Ctx) error {
	f, _, err := u.portal.Factor(c.UserContext(), customerOf(c))
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
	c.Set(fiber.HeaderCacheControl, "no-store")
	return c.Send(code.PNG())
}

// beginFactor makes a secret that waits for its first code.
func (u *customers) beginFactor(c *fiber.Ctx) error {
	err := u.portal.BeginFactor(c.UserContext(), customerOf(c))
	if e, ok := refusal(err); ok {
		return u.showFactor(c, statusOf(e), "", e)
	}
	if err != nil {
		return err
	}
	return c.Redirect(ownFactor, fiber.StatusSeeOther)
}

// confirmFactor turns it on and shows the recovery codes, this once.
func (u *customers) confirmFactor(c *fiber.Ctx) error {
	codes, err := u.portal.ConfirmFactor(c.UserContext(), customerOf(c), posted(c).first("code"), u.client(c), visitOf(c).hash())
	return u.codesOr(c, codes, err, "confirmation", true)
}

// newCodes replaces the recovery codes.
func (u *customers) newCodes(c *fiber.Ctx) error {
	codes, err := u.portal.NewRecoveryCodes(c.UserContext(), customerOf(c), desk.Confirm{Password: posted(c).first("codes_password"), Client: u.client(c)})
	return u.codesOr(c, codes, err, "codes", false)
}

// factorOff turns it off.
func (u *customers) factorOff(c *fiber.Ctx) error {
	err := u.portal.DropFactor(c.UserContext(), customerOf(c), desk.Confirm{Password: posted(c).first(views.FieldPassword), Client: u.client(c)})
	if e, ok := refusal(err); ok {
		retryAfter(c, err)
		return u.showFactor(c, statusOf(e), "off", e)
	}
	if err != nil {
		return err
	}
	return c.Redirect(ownProfile+"?saved=1", fiber.StatusSeeOther)
}

func (u *customers) codesOr(c *fiber.Ctx, codes []string, err error, form string, first bool) error {
	if e, ok := refusal(err); ok {
		retryAfter(c, err)
		return u.showFactor(c, statusOf(e), form, e)
	}
	if err != nil {
		return err
	}
	words := u.language(c)
	return u.show(c, fiber.StatusOK, views.Page{Title: words.T("agent.codes"), Body: "customer/codes", Path: ownFactor,
		Data: views.FactorCodes{Codes: codes, All: strings.Join(codes, "\n"), NextURL: ownProfile, First: first}})
}

// showFactor shows the page; form names the one that was refused.
func (u *customers) showFactor(c *fiber.Ctx, status int, form string, refused *models.Error) error {
	f, hasPassword, err := u.portal.Factor(c.UserContext(), customerOf(c))
	if err != nil {
		return err
	}
	if !f.On && !f.Offered {
		return models.NotFound()
	}
	words, token := u.language(c), visitOf(c).token()
	data := views.FactorPage{CSRF: token, BackURL: ownProfile, Led: customerOf(c).FactorMissing, FactorCard: views.FactorCard{URL: ownFactor, On: f.On, Since: f.Since, CodesLeft: f.CodesLeft, Required: f.Required},
		BeginURL: ownFactor, Begun: f.Begun, Secret: f.Secret, PictureURL: ownFactor + "/picture"}
	data.Form = views.Form{Action: ownFactor + "/confirmation", CSRF: token, Submit: words.T("agent.factor.confirm.button"), Inputs: []views.Input{
		{Kind: "code", Name: "code", Label: words.T("agent.factor.code"), MaxLength: 10, Required: true, Autocomplete: "one-time-code"}}}
	// Who has no password proves themselves by a code.
	ask := views.Input{Kind: "password", Label: words.T("agent.profile.password.present"), Required: true, Autocomplete: "current-password"}
	if !hasPassword {
		ask = views.Input{Kind: "text", Label: words.T("portal.factor.confirm_code"), MaxLength: 20, Required: true, Autocomplete: "one-time-code"}
	}
	codes, off := ask, ask
	codes.Name, off.Name = "codes_password", views.FieldPassword
	data.Codes = views.Form{ID: "codes-form", Action: ownFactor + "/codes", CSRF: token, Submit: words.T("agent.factor.codes.new.button"), Inputs: []views.Input{codes}}
	data.Off = views.Form{ID: "off-form", Action: ownFactor + "/off", CSRF: token, Submit: words.T("agent.factor.off.button"), Danger: true, Inputs: []views.Input{off}}
	if refused != nil {
		into := map[string]*views.Form{"confirmation": &data.Form, "codes": &data.Codes, "off": &data.Off}[form]
		switch {
		case refused.Kind == models.KindTooMany:
			data.Error = words.Tn("agent.sign_in.error.wait", minutes(refused))
		case into == nil || len(refused.Order) == 0:
			data.Error = firstProblem(words, refused)
		default:
			into.Inputs[0].Error = firstProblem(words, refused)
		}
	}
	return u.show(c, status, views.Page{Title: words.T("portal.factor"), Body: "customer/factor", Data: data, Path: ownFactor})
}
