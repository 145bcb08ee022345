package handlers

import (
	"strings"

	"github.com/gofiber/fiber/v2"

	"lodge/desk"
	"lodge/locale"
	"lodge/models"
	"lodge/views"
)

const providersPage = settingsHome + "/providers"

// providerPresets fill in a new provider's form: the texts are "agent.providers.preset.<key>".
var providerPresets = []struct{ key, name, issuer string }{
	{"google", "Google", "https://accounts.google.com"},
	{"okta", "Okta", ""},
	{"other", "", ""},
}

// providerRoutes are the settings of who else may say who somebody is (CP-3).
func (a *agents) providerRoutes(r fiber.Router) {
	r.Get(providersPage, a.providers)
	r.Get(providersPage+"/new", a.newProvider)
	r.Post(providersPage, a.addProvider)
	r.Get(providersPage+"/:id", a.provider)
	r.Post(providersPage+"/:id", a.saveProvider)
	r.Post(providersPage+"/:id/state", a.switchProvider)
	r.Post(providersPage+"/:id/position", a.raiseProvider)
	r.Post(providersPage+"/:id/check", a.checkProvider)
}

func providerURL(id int64) string { return providersPage + "/" + decimal(id) }

func (a *agents) providers(c *fiber.Ctx) error {
	lines, err := a.desk.SignInProviders(c.UserContext(), actorOf(c))
	if err != nil {
		return err
	}
	data := views.ProvidersPage{AddURL: providersPage + "/new", CSRF: visitOf(c).token()}
	for i, l := range lines {
		row := views.ProviderRow{Name: l.Name, Issuer: l.Issuer, URL: providerURL(l.ID), Off: l.Off, Required: l.Required, SwitchURL: providerURL(l.ID) + "/state"}
		if i > 0 {
			row.RaiseURL = providerURL(l.ID) + "/position"
		}
		if !l.Off {
			row.TryURL = providerRoute + l.Slug
		}
		data.Rows = append(data.Rows, row)
	}
	return a.showSettings(c, fiber.StatusOK, views.Page{Title: a.language(c).T("agent.settings.providers"), Body: "settings/providers", Data: data, Flash: a.savedFlash(c)})
}

func (a *agents) newProvider(c *fiber.Ctx) error {
	// The right is asked before the form is shown, as for what it saves.
	if _, err := a.desk.SignInProviders(c.UserContext(), actorOf(c)); err != nil {
		return err
	}
	in := desk.ProviderInput{}
	for _, p := range providerPresets {
		if p.key == c.Query("preset") {
			in.Name, in.Issuer = p.name, p.issuer
		}
	}
	return a.showProvider(c, fiber.StatusOK, nil, in, nil, nil)
}

func (a *agents) addProvider(c *fiber.Ctx) error {
	in := postedProvider(c)
	id, err := a.desk.AddProvider(c.UserContext(), actorOf(c), in)
	if e, ok := refusal(err); ok {
		return a.showProvider(c, statusOf(e), nil, in, e, nil)
	}
	if err != nil {
		return err
	}
	return a.saved(c, providerURL(id))
}

func (a *agents) provider(c *fiber.Ctx) error {
	p, err := a.providerOf(c)
	if err != nil {
		return err
	}
	return a.showProvider(c, fiber.StatusOK, p, desk.ProviderInput{Name: p.Name, Issuer: p.Issuer, ClientID: p.ClientID}, nil, nil)
}

func (a *agents) providerOf(c *fiber.Ctx) (*desk.ProviderLine, error) {
	id, err := idOf(c, "id")
	if err != nil {
		return nil, err
	}
	return a.desk.SignInProvider(c.UserContext(), actorOf(c), id)
}

func (a *agents) saveProvider(c *fiber.Ctx) error {
	p, err := a.providerOf(c)
	if err != nil {
		return err
	}
	in := postedProvider(c)
	err = a.desk.ChangeProvider(c.UserContext(), actorOf(c), p.ID, in)
	if e, ok := refusal(err); ok {
		return a.showProvider(c, statusOf(e), p, in, e, nil)
	}
	if err != nil {
		return err
	}
	return a.saved(c, providerURL(p.ID))
}

func (a *agents) switchProvider(c *fiber.Ctx) error {
	id, err := idOf(c, "id")
	if err == nil {
		err = a.desk.SwitchProvider(c.UserContext(), actorOf(c), id, posted(c).first("state") == "on")
	}
	if err != nil {
		return err
	}
	return a.saved(c, providersPage)
}

func (a *agents) raiseProvider(c *fiber.Ctx) error {
	id, err := idOf(c, "id")
	if err == nil {
		err = a.desk.RaiseProvider(c.UserContext(), actorOf(c), id)
	}
	if err != nil {
		return err
	}
	return a.saved(c, providersPage)
}

// checkProvider asks the provider what it publishes and shows that. It changes nothing, and is a
// post because it makes this server ask somebody.
func (a *agents) checkProvider(c *fiber.Ctx) error {
	p, err := a.providerOf(c)
	if err != nil {
		return err
	}
	found, err := a.desk.CheckProvider(c.UserContext(), actorOf(c), p.ID)
	if err != nil {
		return err
	}
	return a.showProvider(c, fiber.StatusOK, p, desk.ProviderInput{Name: p.Name, Issuer: p.Issuer, ClientID: p.ClientID}, nil, &found)
}

func postedProvider(c *fiber.Ctx) desk.ProviderInput {
	f := posted(c)
	return desk.ProviderInput{Name: f.first("name"), Issuer: f.first("issuer"), ClientID: f.first("client_id"), ClientSecret: f.first("client_secret")}
}

// showProvider shows the form of a provider; p is nil for one that is not there yet. The secret is
// never shown again.
func (a *agents) showProvider(c *fiber.Ctx, status int, p *desk.ProviderLine, in desk.ProviderInput, refused *models.Error, found *desk.ProviderCheck) error {
	words := a.language(c)
	data := views.ProviderForm{Title: words.T("agent.providers.add"), BackURL: providersPage, CSRF: visitOf(c).token()}
	f := views.Form{Action: providersPage, CSRF: data.CSRF, Submit: words.T("agent.save"), CancelURL: providersPage, Inputs: []views.Input{
		{Kind: "text", Name: "name", Label: words.T("agent.providers.name"), Help: words.T("agent.providers.name.help"), Value: in.Name, MaxLength: 60, Required: true, Autocomplete: "off"},
		{Kind: "text", Name: "issuer", Label: words.T("agent.providers.issuer"), Help: words.T("agent.providers.issuer.help"), Value: in.Issuer, MaxLength: 500, Required: true, Mono: true, Placeholder: "https://example.okta.com", Autocomplete: "off"},
		{Kind: "text", Name: "client_id", Label: words.T("agent.providers.client_id"), Value: in.ClientID, MaxLength: 500, Required: true, Mono: true, Autocomplete: "off"},
		{Kind: "password", Name: "client_secret", Label: words.T("agent.providers.client_secret"), MaxLength: 1000, Required: p == nil, Optional: p != nil, Autocomplete: "new-password"},
	}}
	if p == nil {
		for _, preset := range providerPresets {
			data.Presets = append(data.Presets, views.AgentView{Label: words.T("agent.providers.preset." + preset.key), URL: providersPage + "/new?preset=" + preset.key, Current: preset.key == c.Query("preset")})
		}
	} else {
		data.Title, f.Action, data.CheckURL = p.Name, providerURL(p.ID), providerURL(p.ID)+"/check"
		f.Inputs[3].Help = words.T("agent.providers.client_secret.kept")
		data.Hints = []views.Hint{{Label: words.T("agent.providers.redirect"), Text: desk.ProviderCallback(a.LinkURL, p.Slug), Help: words.T("agent.providers.redirect.help")},
			{Label: words.T("agent.providers.address"), Text: strings.TrimRight(a.LinkURL, "/") + providerRoute + p.Slug, Help: words.T("agent.providers.address.help")}}
	}
	if found != nil {
		data.CheckNotice, data.Check = providerCheck(words, found)
	}
	if refused != nil {
		withErrors(words, &f, refused)
	}
	data.Form = f
	return a.showSettings(c, status, views.Page{Title: data.Title, Body: "settings/provider", Data: data, Flash: a.savedFlash(c)})
}

func providerCheck(words *locale.Strings, found *desk.ProviderCheck) (*views.Notice, []views.Hint) {
	if found.Fault != "" {
		return &views.Notice{Kind: "error", Text: words.T("agent.providers.check." + found.Fault)}, detail(words, found.Detail)
	}
	return &views.Notice{Kind: "success", Text: words.T("agent.providers.check.good")}, []views.Hint{
		{Label: words.T("agent.providers.check.authorize"), Text: found.Authorize}, {Label: words.T("agent.providers.check.token"), Text: found.Token},
		{Label: words.T("agent.providers.check.algorithms"), Text: strings.Join(found.Algorithms, ", ")}}
}

func detail(words *locale.Strings, text string) []views.Hint {
	if text == "" {
		return nil
	}
	return []views.Hint{{Label: words.T("agent.providers.check.said"), Text: text}}
}

// withProviders draws the wish for a provider as a choice of those that there are.
func (a *agents) withProviders(c *fiber.Ctx, inputs []views.Input) error {
	for i := range inputs {
		in := &inputs[i]
		if in.Name != "required_provider" {
			continue
		}
		all, err := a.desk.Portal().Providers(c.UserContext())
		if err != nil {
			return err
		}
		in.Kind, in.Choices = "select", []views.Choice{{Label: a.language(c).T("agent.setting.required_provider.any"), Selected: in.Value == ""}}
		known := in.Value == ""
		for _, p := range all {
			known = known || p.Slug == in.Value
			in.Choices = append(in.Choices, views.Choice{Value: p.Slug, Label: p.Name, Selected: p.Slug == in.Value})
		}
		if !known { // switched off since; shown, so that saving the page changes nothing unseen
			in.Choices = append(in.Choices, views.Choice{Value: in.Value, Label: in.Value, Selected: true})
		}
	}
	return nil
}
