package views

// gallerySSO are the samples of signing in with a provider, and of its settings.
func gallerySSO() []Sample {
	button := ProviderButton{Label: "Continue with Google", Action: "/sign-in/with/google", CSRF: "token", Next: "/my-tickets"}
	page := ProviderPage{Title: "Sign in with Google", Lead: "You go to Google to sign in, and come back here signed in.", Buttons: []ProviderButton{button}, OtherURL: "/sign-in"}
	refused := page
	refused.Error = "The sign-in with Google was not finished. Please start again."
	form := Form{Action: "/agent/settings/providers/1", CSRF: "token", Submit: "Save", Inputs: []Input{{Kind: "text", Name: "name", Label: "Name", Value: "Okta", Required: true}, {Kind: "password", Name: "client_secret", Label: "Client secret", Optional: true}}}
	edit := ProviderForm{Title: "Okta", BackURL: "/agent/settings/providers", CSRF: "token", Form: form, CheckURL: "/agent/settings/providers/1/check",
		Hints: []Hint{{Label: "Redirect address", Text: "https://help.example.com/sign-in/with/okta/callback", Help: "Enter it at the provider, exactly as it is."}}}
	checked, away, fresh := edit, edit, edit
	checked.CheckNotice, checked.Check = &Notice{Kind: "success", Text: "The provider answers."}, []Hint{{Label: "Signs with", Text: "RS256"}}
	away.CheckNotice = &Notice{Kind: "error", Text: "The provider does not answer."}
	fresh.CheckURL, fresh.Hints, fresh.Presets = "", nil, []AgentView{{Label: "Google", URL: "/agent/settings/providers/new?preset=google", Current: true}, {Label: "Okta", URL: "/agent/settings/providers/new?preset=okta"}}
	customer := func(name, body string, data any) Sample {
		return Sample{Name: name, Template: body, Layout: "portal", Title: "Sign in", Data: data}
	}
	agent := func(name, body string, data any) Sample {
		return Sample{Name: name, Template: body, Layout: "agent", Title: "Settings", Data: data}
	}
	return []Sample{
		customer("customer/provider", "customer/provider", page), customer("customer/provider, refused", "customer/provider", refused),
		customer("customer/provider_leave", "customer/provider_leave", ProviderLeave{Title: "On to Google", Label: "Go on to Google", URL: "https://accounts.google.com/o/oauth2/auth?client_id=x"}),
		agent("settings/providers", "settings/providers", ProvidersPage{CSRF: "token", AddURL: "/agent/settings/providers/new", Rows: []ProviderRow{
			{Name: "Okta", Issuer: "https://acme.okta.com", URL: "/agent/settings/providers/1", Required: []string{"City bikes", "Harbour"}, SwitchURL: "/agent/settings/providers/1/state", TryURL: "/sign-in/with/okta"},
			{Name: "Google", Issuer: "https://accounts.google.com", URL: "/agent/settings/providers/2", Off: true, SwitchURL: "/agent/settings/providers/2/state", RaiseURL: "/agent/settings/providers/2/position"}}}),
		agent("settings/providers, none", "settings/providers", ProvidersPage{AddURL: "/agent/settings/providers/new"}),
		agent("settings/provider", "settings/provider", edit), agent("settings/provider, checked", "settings/provider", checked), agent("settings/provider, away", "settings/provider", away), agent("settings/provider, new", "settings/provider", fresh),
	}
}
