package views

// AccountPage is the input of customer/account: every step of asking for an account, signing in
// and choosing a password (CP-1, CP-2).
type AccountPage struct {
	Heading, Lead string
	// Form is nil where there is nothing to fill in.
	Form *Form
	// Trap adds the field that people never see.
	Trap bool
	// Pow asks the browser for work; nil where none is needed.
	Pow *Pow
	// Also are other ways to sign in, as buttons; Providers those that are posted to, with Next and CSRF.
	Also, Providers []Link
	Next, CSRF      string
	// Passkey offers to sign in with one; nil leaves it out.
	Passkey *PasskeySignIn
	// Links stand below.
	Links []Link
}

func galleryAccount() []Sample {
	form := &Form{Action: "/sign-in", CSRF: "token", Submit: "Sign in", Inputs: []Input{
		{Kind: "email", Name: "email", Label: "E-mail address", Value: "ada@example.com", Required: true},
		{Kind: "password", Name: "password", Label: "Password", Required: true, Error: "The address or the password is wrong."}}}
	return []Sample{
		{"customer/account, sign in", "customer/account", "portal", "Sign in", AccountPage{Heading: "Sign in", Lead: "See all your requests in one place.", Form: form,
			Also: []Link{{Label: "Mail me a link", URL: "/sign-in/link"}}, Providers: []Link{{Label: "Sign in with Okta", URL: "/sign-in/with/okta"}},
			Passkey: &PasskeySignIn{BeginURL: "/sign-in/passkey/begin", Action: "/sign-in/passkey"}, Links: []Link{{Label: "Request new account", URL: "/sign-up"}}}},
		{"customer/account, sign up", "customer/account", "portal", "Request new account", AccountPage{Heading: "Request new account", Trap: true, Pow: &Pow{Challenge: "sample", Bits: 8},
			Form: &Form{Action: "/sign-up", Submit: "Request account", Inputs: []Input{{Kind: "text", Name: "name", Label: "Your name"}}}}},
	}
}
