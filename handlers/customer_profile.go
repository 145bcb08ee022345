package handlers

import (
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"lodge/desk"
	"lodge/locale"
	"lodge/models"
	"lodge/views"
)

const (
	ownProfile   = "/my-profile"
	ownFactor    = ownProfile + "/two-factor"
	ownErasure   = ownProfile + "/erasure"
	addressRoute = "/my-address/"
	passkeyPath  = customerSignIn + "/passkey"
	erasedPath   = customerSignIn + "/erased"
)

// profileRoutes are a customer's own page and what leads from and to it (CP-1, CP-2).
func (u *customers) profileRoutes(r fiber.Router) {
	r.Get(ownProfile, u.profile)
	r.Post(ownProfile, u.saveProfile)
	r.Post(ownProfile+"/mails", u.saveWishes)
	r.Post(ownProfile+"/password", u.savePassword)
	r.Post(ownProfile+"/sessions/end", u.endSession)
	r.Post(ownProfile+"/sessions/end-others", u.endOtherSessions)
	r.Get(ownProfile+"/data.json", u.ownData)
	r.Post(ownProfile+"/addresses", u.addAddress)
	r.Post(ownProfile+"/addresses/main", u.mainAddress)
	r.Post(ownProfile+"/addresses/removal", u.removeAddress)
	r.Get(ownFactor, u.factor)
	r.Post(ownFactor, u.beginFactor)
	r.Get(ownFactor+"/picture", u.factorPicture)
	r.Post(ownFactor+"/confirmation", u.confirmFactor)
	r.Post(ownFactor+"/codes", u.newCodes)
	r.Post(ownFactor+"/off", u.factorOff)
	r.Post(ownProfile+"/passkeys", u.addPasskey)
	r.Post(ownProfile+"/passkeys/begin", u.beginPasskey)
	r.Post(ownProfile+"/passkeys/name", u.renamePasskey)
	r.Post(ownProfile+"/passkeys/removal", u.removePasskey)
	r.Get(ownErasure, u.askErasure)
	r.Post(ownErasure, u.erase)

	// For who is not signed in, or not yet.
	r.Get(addressRoute+":token", u.askAddress)
	r.Post(addressRoute+":token", u.confirmAddress)
	r.Get(passkeyPath, u.passkeySignIn)
	r.Post(passkeyPath, u.signInByPasskey)
	r.Post(passkeyPath+"/begin", u.beginPasskeySignIn)
	r.Get(erasedPath, u.erased)
}

// profileRefusal is what a refused form of the page shows again.
type profileRefusal struct {
	form    string // "", profile, mails, email, password, address or passkey
	err     *models.Error
	typed   *desk.CustomerProfileInput
	wishes  map[string]string
	address string
	keyName string
}

// profile shows the customer's own page.
func (u *customers) profile(c *fiber.Ctx) error {
	return u.showProfile(c, fiber.StatusOK, profileRefusal{})
}

// saveProfile keeps name, language and time zone. Whatever else is posted is not read (A95).
func (u *customers) saveProfile(c *fiber.Ctx) error {
	form := posted(c)
	in := desk.CustomerProfileInput{Name: form.first("name"), Locale: form.first("locale"), Zone: form.first("zone")}
	err := u.portal.ChangeProfile(c.UserContext(), customerOf(c), in)
	if err == nil {
		// The switch in the footer would win over the choice just made.
		c.Cookie(&fiber.Cookie{Name: cookieLang, Path: "/", MaxAge: -1, Expires: time.Unix(1, 0)})
	}
	return u.profileSaved(c, err, "1", profileRefusal{form: "profile", typed: &in})
}

// saveWishes keeps what they want to be mailed.
func (u *customers) saveWishes(c *fiber.Ctx) error {
	wishes := map[string]string{}
	for name, all := range posted(c) {
		if slug, ok := strings.CutPrefix(name, "wish-"); ok && len(all) > 0 {
			wishes[slug] = all[0]
		}
	}
	err := u.portal.ChangeWishes(c.UserContext(), customerOf(c), wishes)
	return u.profileSaved(c, err, "1", profileRefusal{form: "mails", wishes: wishes})
}

// savePassword sets a password; other sessions end (A84).
func (u *customers) savePassword(c *fiber.Ctx) error {
	form := posted(c)
	err := u.portal.SetPassword(c.UserContext(), customerOf(c), desk.PasswordInput{Confirm: desk.Confirm{Password: form.first("present"), Client: u.client(c)},
		New: form.first(views.FieldPassword), Session: visitOf(c).hash()})
	return u.profileSaved(c, err, "password", profileRefusal{form: "password"})
}

// endSession signs the customer out in another browser.
func (u *customers) endSession(c *fiber.Ctx) error {
	return u.profileSaved(c, u.portal.EndSession(c.UserContext(), customerOf(c), posted(c).first("session")), "1", profileRefusal{})
}

func (u *customers) endOtherSessions(c *fiber.Ctx) error {
	return u.profileSaved(c, u.portal.EndOtherSessions(c.UserContext(), customerOf(c), visitOf(c).hash()), "1", profileRefusal{})
}

// profileSaved answers a post to the page: back to it, or the page with what was refused.
func (u *customers) profileSaved(c *fiber.Ctx, err error, word string, refused profileRefusal) error {
	if e, ok := refusal(err); ok {
		retryAfter(c, err)
		refused.err = e
		return u.showProfile(c, statusOf(e), refused)
	}
	if err != nil {
		return err
	}
	return c.Redirect(ownProfile+"?saved="+word, fiber.StatusSeeOther)
}

func (u *customers) showProfile(c *fiber.Ctx, status int, refused profileRefusal) error {
	p, err := u.portal.Profile(c.UserContext(), customerOf(c), visitOf(c).hash())
	if err != nil {
		return err
	}
	words, token := u.language(c), visitOf(c).token()
	data := views.CustomerProfile{CSRF: token, MainURL: ownProfile + "/addresses/main", RemoveURL: ownProfile + "/addresses/removal", ResendURL: ownProfile + "/addresses",
		RevokeURL: ownProfile + "/sessions/end", DataURL: ownProfile + "/data.json", EraseURL: ownErasure}
	typed := refused.typed
	if typed == nil {
		typed = &desk.CustomerProfileInput{Name: p.Name, Locale: p.Locale, Zone: p.Zone}
	}
	data.Form = u.profileForm(words, token, typed)
	data.Mails = wishForm(words, token, p.Wishes, refused.wishes)
	for _, a := range p.Addresses {
		data.Addresses = append(data.Addresses, views.CustomerAddress{Address: a.Address, Main: a.Main, Proven: a.Proven, Waits: a.Pending && !a.Proven})
	}
	data.Add = views.Form{ID: "address-form", Action: ownProfile + "/addresses", CSRF: token, Submit: words.T("portal.profile.address.add.button"), Inputs: []views.Input{
		{Kind: "email", Name: views.FieldEmail, Label: words.T("portal.profile.address.add"), Help: words.T("portal.profile.address.add.help"), Value: refused.address, MaxLength: 254, Required: true, Autocomplete: "email"}}}
	u.profilePassword(words, token, p, &data)
	if p.Factor.On || p.Factor.Offered {
		data.Factor = &views.FactorCard{URL: ownFactor, On: p.Factor.On, Since: p.Factor.Since, CodesLeft: p.Factor.CodesLeft, Required: p.Factor.Required}
	}
	if p.PasskeysOn {
		data.Passkeys = passkeyPart(words, token, p, refused.keyName)
	}
	for _, s := range p.Sessions {
		data.Sessions = append(data.Sessions, views.SessionRow{ID: s.ID, Device: s.Device, Began: s.Began, SeenAt: s.SeenAt, This: s.This})
	}
	if len(p.Sessions) > 1 {
		data.RevokeOthersURL = ownProfile + "/sessions/end-others"
	}
	if refused.err != nil {
		profileErrors(words, &data, refused)
	}
	page := views.Page{Title: words.T("portal.profile"), Body: "customer/profile", Data: data, Path: ownProfile}
	if key := c.Query("saved"); key != "" && status == fiber.StatusOK {
		text := words.T("portal.profile.saved")
		if key == "password" || key == "address" || key == "passkey" {
			text = words.T("portal.profile.saved." + key)
		}
		page.Flash = &views.Flash{Kind: "success", Text: text}
	}
	return u.show(c, status, page)
}

func (u *customers) profileForm(words *locale.Strings, token string, typed *desk.CustomerProfileInput) views.Form {
	languages := []views.Choice{{Label: words.T("portal.profile.browser"), Selected: typed.Locale == ""}}
	for _, code := range u.Locale.Locales() {
		languages = append(languages, views.Choice{Value: code, Label: u.Locale.For(code).T("locale.name"), Selected: code == typed.Locale})
	}
	clocks := zoneChoices(typed.Zone)
	clocks[0].Label = words.T("portal.profile.browser")
	return views.Form{Action: ownProfile, CSRF: token, Submit: words.T("agent.save"), Inputs: []views.Input{
		{Kind: "text", Name: "name", Label: words.T("agent.people.name"), Value: typed.Name, MaxLength: 140, Required: true, Autocomplete: "name"},
		{Kind: "select", Name: "locale", Label: words.T("agent.settings.locale"), Help: words.T("portal.profile.locale.help"), Choices: languages},
		{Kind: "select", Name: "zone", Label: words.T("portal.profile.zone"), Help: words.T("portal.profile.zone.help"), Choices: clocks},
	}}
}

// wishForm has a choice for each project; typed is what was refused.
func wishForm(words *locale.Strings, token string, wishes []desk.CustomerWish, typed map[string]string) *views.Form {
	if len(wishes) == 0 {
		return nil
	}
	f := &views.Form{ID: "mails-form", Action: ownProfile + "/mails", CSRF: token, Submit: words.T("agent.save")}
	for _, w := range wishes {
		if again, ok := typed[w.Slug]; ok {
			w.Wish = again
		}
		in := views.Input{Kind: "select", Name: "wish-" + w.Slug, Label: w.Project}
		for _, wish := range models.Wishes {
			in.Choices = append(in.Choices, views.Choice{Value: wish, Label: words.T("portal.preferences." + wish), Selected: wish == w.Wish})
		}
		f.Inputs = append(f.Inputs, in)
	}
	return f
}

func (u *customers) profilePassword(words *locale.Strings, token string, p *desk.CustomerProfile, data *views.CustomerProfile) {
	if !p.HasPassword && !p.MaySet {
		data.PasswordNote, data.ForgottenURL = words.T("portal.profile.password.by_link"), customerSignIn
		return
	}
	f := &views.Form{ID: "password-form", Action: ownProfile + "/password", CSRF: token, Submit: words.T("portal.profile.password.set")}
	if p.HasPassword {
		f.Submit = words.T("agent.profile.password.button")
		f.Inputs = append(f.Inputs, views.Input{Kind: "password", Name: "present", Label: words.T("agent.profile.password.present"), Required: true, Autocomplete: "current-password"})
	}
	f.Inputs = append(f.Inputs, views.Input{Kind: "password", Name: views.FieldPassword, Label: words.T("agent.profile.password.new"), Help: words.Tn("agent.setup.password.help", desk.MinPassword), Required: true, Autocomplete: "new-password"})
	data.Password = f
}

// profileErrors puts what was refused where it belongs.
func profileErrors(words *locale.Strings, data *views.CustomerProfile, refused profileRefusal) {
	e, text := refused.err, firstProblem(words, refused.err)
	if e.Kind == models.KindTooMany {
		text = words.Tn("agent.sign_in.error.wait", minutes(e))
		if e.Message == "portal.profile.error.mails" {
			text = whole(words, e)
		}
	}
	into := map[string]*views.Form{"profile": &data.Form, "mails": data.Mails, "email": &data.Add, "password": data.Password}[refused.form]
	switch {
	case refused.form == "passkey" && data.Passkeys != nil:
		if in := data.Passkeys.Password; in != nil && len(e.Order) > 0 && e.Order[0] == in.Name {
			in.Error = text
		} else {
			data.Passkeys.Error = text
		}
	case into == nil:
		data.AddressError = text
	case e.Kind == models.KindInvalid:
		withErrors(words, into, e)
	default:
		into.Error = text
	}
}

// ownData is everything about the customer as a file. It changes nothing (A69).
func (u *customers) ownData(c *fiber.Ctx) error {
	data, err := u.portal.OwnData(c.UserContext(), customerOf(c))
	if err != nil {
		return err
	}
	c.Set(fiber.HeaderContentDisposition, `attachment; filename="my-data.json"`)
	c.Set(fiber.HeaderCacheControl, "no-store")
	return c.JSON(data)
}
