package handlers

import (
	"net/url"

	"github.com/gofiber/fiber/v2"

	"lodge/desk"
	"lodge/locale"
	"lodge/models"
	"lodge/views"
)

// challengeCookie holds the challenge that an authenticator was asked, sealed.
func (u *customers) challengeCookie() string {
	if u.Secure {
		return "__Host-lodge_passkey"
	}
	return "lodge_passkey"
}

func (u *customers) keepChallenge(c *fiber.Ctx, sealed string, age int) {
	c.Cookie(&fiber.Cookie{Name: u.challengeCookie(), Value: sealed, Path: "/", MaxAge: age, HTTPOnly: true, Secure: u.Secure, SameSite: fiber.CookieSameSiteStrictMode})
}

// passkeySite is where passkeys belong: the configured address or, without one, the host that was
// asked, which the browser checks in its own way.
func (u *customers) passkeySite(c *fiber.Ctx) desk.PasskeySite {
	origin := u.origin
	if origin == "" {
		origin = originOf(c.Protocol() + "://" + string(c.Request().Header.Host()))
	}
	if at, err := url.Parse(origin); err == nil {
		return desk.PasskeySite{Host: at.Hostname(), Origin: origin}
	}
	return desk.PasskeySite{}
}

func passkeyPart(words *locale.Strings, token string, p *desk.CustomerProfile, name string) *views.CustomerPasskeys {
	part := &views.CustomerPasskeys{CSRF: token, BeginURL: ownProfile + "/passkeys/begin", Action: ownProfile + "/passkeys", RenameURL: ownProfile + "/passkeys/name", RemoveURL: ownProfile + "/passkeys/removal"}
	for _, k := range p.Passkeys {
		part.Keys = append(part.Keys, views.CustomerPasskey{ID: k.ID, Name: k.Name, Added: k.Added, Used: k.Used})
	}
	part.NameInput = &views.Input{Kind: "text", Name: "passkey_name", Label: words.T("portal.passkey.name"), Help: words.T("portal.passkey.name.help"), Value: name, MaxLength: 60, Optional: true}
	if p.HasPassword {
		part.Password = &views.Input{Kind: "password", Name: "passkey_password", Label: words.T("agent.profile.password.present"), Required: true, Autocomplete: "current-password"}
	}
	return part
}

// beginPasskey tells the script what to ask the authenticator for.
func (u *customers) beginPasskey(c *fiber.Ctx) error {
	challenge, err := u.portal.BeginPasskey(c.UserContext(), customerOf(c), desk.Confirm{Password: posted(c).first("passkey_password"), Client: u.client(c)}, u.passkeySite(c))
	return u.challenge(c, u.language(c), challenge, err)
}

// challenge answers a script with what to ask, or with a sentence for people.
func (u *customers) challenge(c *fiber.Ctx, words *locale.Strings, challenge *desk.PasskeyChallenge, err error) error {
	if e, ok := refusal(err); ok {
		retryAfter(c, err)
		text := firstProblem(words, e)
		if e.Kind == models.KindTooMany {
			text = words.Tn("agent.sign_in.error.wait", minutes(e))
		}
		return c.Status(statusOf(e)).JSON(fiber.Map{"error": text})
	}
	if err != nil {
		return err
	}
	u.keepChallenge(c, challenge.Sealed, 300)
	c.Set(fiber.HeaderContentType, fiber.MIMEApplicationJSON)
	c.Set(fiber.HeaderCacheControl, "no-store")
	return c.Send(challenge.Options)
}

// addPasskey keeps the passkey that an authenticator has made.
func (u *customers) addPasskey(c *fiber.Ctx) error {
	form := posted(c)
	err := u.portal.FinishPasskey(c.UserContext(), customerOf(c), c.Cookies(u.challengeCookie()), form.first("credential"), form.first("passkey_name"), u.passkeySite(c))
	u.keepChallenge(c, "", -1)
	return u.profileSaved(c, err, "passkey", profileRefusal{form: "passkey", keyName: form.first("passkey_name")})
}

func (u *customers) renamePasskey(c *fiber.Ctx) error {
	form := posted(c)
	return u.profileSaved(c, u.portal.RenamePasskey(c.UserContext(), customerOf(c), form.first("passkey"), form.first("name")), "1", profileRefusal{})
}

func (u *customers) removePasskey(c *fiber.Ctx) error {
	return u.profileSaved(c, u.portal.RemovePasskey(c.UserContext(), customerOf(c), posted(c).first("passkey")), "1", profileRefusal{})
}

// passkeySignIn is the page of the sign-in by passkey alone; the sign-in page has the same button.
func (u *customers) passkeySignIn(c *fiber.Ctx) error {
	if err := u.portal.PasskeysOffered(c.UserContext()); err != nil {
		return err
	}
	return u.showPasskeySignIn(c, fiber.StatusOK, c.Query(views.FieldNext), "")
}

func (u *customers) showPasskeySignIn(c *fiber.Ctx, status int, next, problem string) error {
	words := u.words(c, u.fallback(c))
	data := passkeyButton(next)
	data.Error, data.BackURL = problem, customerSignIn
	if data.Next != "" {
		data.BackURL += "?" + views.FieldNext + "=" + queryEscape(data.Next)
	}
	return u.openPage(c, status, words.T("portal.passkey.sign_in"), "customer/passkey", data)
}

// passkeyButton is the input of customer/_passkey, for every page that offers to sign in.
func passkeyButton(next string) views.PasskeySignIn {
	if !customerPage(next) {
		next = ""
	}
	return views.PasskeySignIn{BeginURL: passkeyPath + "/begin", Action: passkeyPath, Next: next}
}

// beginPasskeySignIn tells the script what to ask the authenticator.
func (u *customers) beginPasskeySignIn(c *fiber.Ctx) error {
	challenge, err := u.portal.BeginPasskeySignIn(c.UserContext(), u.client(c), u.passkeySite(c))
	return u.challenge(c, u.words(c, u.fallback(c)), challenge, err)
}

// signInByPasskey begins a session under a new id (A77). The origin was checked before; without
// the challenge's cookie, which only this browser has, an answer is worth nothing.
func (u *customers) signInByPasskey(c *fiber.Ctx) error {
	form, err := u.readText(c)
	if err != nil {
		return err
	}
	next := form.first(views.FieldNext)
	me, err := u.portal.PasskeySignIn(c.UserContext(), c.Cookies(u.challengeCookie()), form.first("credential"), u.client(c), u.passkeySite(c))
	u.keepChallenge(c, "", -1)
	if e, ok := refusal(err); ok {
		retryAfter(c, err)
		words := u.words(c, u.fallback(c))
		text := firstProblem(words, e)
		if e.Kind == models.KindTooMany {
			text = words.Tn("agent.sign_in.error.wait", minutes(e))
		}
		return u.showPasskeySignIn(c, statusOf(e), next, text)
	}
	if err != nil {
		return err
	}
	v, err := u.sessions.open(c)
	if err != nil {
		return err
	}
	if err := v.signInBy(c, me.ID, me.Method); err != nil {
		return err
	}
	if !customerPage(next) {
		next = customerHome
	}
	return c.Redirect(next, fiber.StatusSeeOther)
}
