package views

// ProviderButton is a way to sign in with somebody else: a form of one button.
type ProviderButton struct{ Label, Action, CSRF, Next string }

// ProviderButtons is the input of customer/_providers, for pages that offer them.
type ProviderButtons struct{ Buttons []ProviderButton }

// ProviderPage is the input of customer/provider: to sign in with one provider.
type ProviderPage struct {
	Title, Lead string
	// Error is a whole sentence about the last try; may be empty.
	Error   string
	Buttons []ProviderButton
	// OtherURL leads to the other ways to sign in.
	OtherURL string
}

// ProviderLeave is the input of customer/provider_leave: the way to the provider, which the page
// takes by itself.
type ProviderLeave struct{ Title, Label, URL string }

// ProvidersPage is the input of settings/providers.
type ProvidersPage struct {
	CSRF   string
	AddURL string
	Rows   []ProviderRow
}

// ProviderRow is a provider in the list of the settings.
type ProviderRow struct {
	Name, Issuer, URL string
	Off               bool
	// Required are the projects that ask for it.
	Required                    []string
	SwitchURL, RaiseURL, TryURL string
}

// ProviderForm is the input of settings/provider.
type ProviderForm struct {
	Title, BackURL string
	Presets        []AgentView
	Form           Form
	// Hints are what the provider has to know of us.
	Hints []Hint
	// CheckURL asks the provider; Check is what came of it.
	CheckURL, CSRF string
	Check          []Hint
	CheckNotice    *Notice
}
