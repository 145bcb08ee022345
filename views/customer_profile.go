package views

import "time"

// CustomerProfile is the input of customer/profile: a customer's own page (CP-1, CP-2). An empty
// URL, and a form that is nil, leaves its part out.
type CustomerProfile struct {
	CSRF string
	Form Form
	// Mails has one choice for each project they have tickets in; nil without any.
	Mails *Form
	// Addresses are theirs; Add adds another.
	Addresses          []CustomerAddress
	MainURL, RemoveURL string
	ResendURL          string
	Add                Form
	// AddressError says why something about an address was refused.
	AddressError string
	// Password is nil where none can be set here; PasswordNote says why, ForgottenURL leads on.
	Password     *Form
	PasswordNote string
	ForgottenURL string
	// Factor is nil where the workspace offers none and none is on.
	Factor   *FactorCard
	Passkeys *CustomerPasskeys
	// Sessions are the browsers in which they are signed in.
	Sessions                   []SessionRow
	RevokeURL, RevokeOthersURL string
	DataURL, EraseURL          string
}

// CustomerAddress is one of a customer's addresses. Waits: a link was mailed and not opened yet.
type CustomerAddress struct {
	Address             string
	Main, Proven, Waits bool
}

// CustomerPasskeys is the part about passkeys. BeginURL gives the script what to ask the
// authenticator; Action takes its answer.
type CustomerPasskeys struct {
	CSRF                 string
	Keys                 []CustomerPasskey
	BeginURL, Action     string
	RenameURL, RemoveURL string
	NameInput, Password  *Input
	Error                string
}

// CustomerPasskey is one of them. Used is zero before its first sign-in.
type CustomerPasskey struct {
	ID, Name    string
	Added, Used time.Time
}

// PasskeySignIn is the input of customer/passkey and of the part customer/_passkey, which offers
// to sign in with a passkey where scripts and the browser can.
type PasskeySignIn struct {
	BeginURL, Action string
	// Next is where to go afterwards; may be empty.
	Next  string
	Error string
	// BackURL leads to the other ways.
	BackURL string
}

// AddressProof is the input of customer/address: the step before an address is confirmed. Done: it
// is; Error says why it was not.
type AddressProof struct {
	Address, Name, Account string
	Action                 string
	Done                   bool
	Error                  string
	HomeURL                string
}

// CustomerErase is the input of customer/erase: the step before somebody is forgotten.
type CustomerErase struct {
	BackURL string
	Form    Form
}

// CustomerErased is the input of customer/erased.
type CustomerErased struct{ HomeURL string }

func galleryProfile() []Sample {
	ago := func(d time.Duration) time.Time { return galleryNow.Add(-d) }
	zone := Input{Kind: "select", Name: "zone", Label: "Time zone", Help: "Times on these pages are shown in it.", Choices: []Choice{{Label: "As the browser says", Selected: true}, {Value: "Europe/Berlin", Label: "Europe/Berlin"}}}
	page := CustomerProfile{CSRF: "token",
		Form: Form{Action: "/my-profile", CSRF: "token", Submit: "Save", Inputs: []Input{{Kind: "text", Name: "name", Label: "Name", Value: "Ada Lovelace", Required: true, Autocomplete: "name"},
			{Kind: "select", Name: "locale", Label: "Language", Choices: []Choice{{Label: "As the browser says"}, {Value: "en", Label: "English", Selected: true}}}, zone}},
		Mails: &Form{ID: "mails-form", Action: "/my-profile/mails", CSRF: "token", Submit: "Save", Inputs: []Input{{Kind: "select", Name: "wish-bikes", Label: "City bikes", Choices: []Choice{{Value: "all", Label: "Everything", Selected: true}, {Value: "none", Label: "Nothing"}}}}},
		Addresses: []CustomerAddress{{Address: "ada@lovelace.example", Main: true, Proven: true}, {Address: "ada.lovelace@a-company-with-a-rather-long-name.example", Proven: true},
			{Address: "countess@lovelace.example", Waits: true}, {Address: "old@lovelace.example"}},
		MainURL: "/my-profile/addresses/main", RemoveURL: "/my-profile/addresses/removal", ResendURL: "/my-profile/addresses",
		Add:      Form{ID: "address-form", Action: "/my-profile/addresses", CSRF: "token", Submit: "Send the link", Inputs: []Input{{Kind: "email", Name: "email", Label: "Another address", Required: true}}},
		Password: &Form{ID: "password-form", Action: "/my-profile/password", CSRF: "token", Submit: "Change password", Inputs: []Input{{Kind: "password", Name: "present", Label: "Present password", Required: true}, {Kind: "password", Name: "password", Label: "New password", Required: true, Error: "Please take at least 12 characters."}}},
		Factor:   &FactorCard{URL: "/my-profile/two-factor", On: true, Since: ago(900 * time.Hour), CodesLeft: 8},
		Passkeys: &CustomerPasskeys{CSRF: "token", Keys: []CustomerPasskey{{"k1", "Phone", ago(900 * time.Hour), ago(time.Hour)}, {"k2", "", ago(time.Hour), time.Time{}}}, BeginURL: "/my-profile/passkeys/begin", Action: "/my-profile/passkeys",
			RenameURL: "/my-profile/passkeys/name", RemoveURL: "/my-profile/passkeys/removal", NameInput: &Input{Kind: "text", Name: "passkey_name", Label: "Name", Optional: true}, Password: &Input{Kind: "password", Name: "passkey_password", Label: "Present password", Required: true}},
		Sessions:  []SessionRow{{"a", "Firefox, Linux", ago(30 * time.Hour), ago(time.Minute), true}, {"b", "", ago(300 * time.Hour), ago(20 * time.Hour), false}},
		RevokeURL: "/my-profile/sessions/end", RevokeOthersURL: "/my-profile/sessions/end-others", DataURL: "/my-profile/data.json", EraseURL: "/my-profile/erasure"}
	bare := page
	bare.Mails, bare.Password, bare.Factor, bare.RevokeOthersURL = nil, nil, &FactorCard{URL: "/my-profile/two-factor"}, ""
	bare.PasswordNote, bare.ForgottenURL, bare.AddressError = "To set a password, sign in with a mailed link first.", "/sign-in", "That is your main address."
	bare.Passkeys = &CustomerPasskeys{CSRF: "token", BeginURL: "/my-profile/passkeys/begin", Action: "/my-profile/passkeys", NameInput: page.Passkeys.NameInput, Error: "That did not work."}
	bare.Sessions = page.Sessions[:1]
	code := Form{Action: "/my-profile/two-factor/confirmation", CSRF: "token", Submit: "Turn it on", Inputs: []Input{{Kind: "code", Name: "code", Label: "Code", Required: true}}}
	ask := Form{ID: "off-form", Action: "/my-profile/two-factor/off", CSRF: "token", Submit: "Turn off", Danger: true, Inputs: []Input{{Kind: "password", Name: "password", Label: "Present password", Required: true}}}
	return []Sample{
		{"customer/profile", "customer/profile", "portal", "My profile", page},
		{"customer/profile, bare", "customer/profile", "portal", "My profile", bare},
		{"customer/factor, led", "customer/factor", "portal", "Two-factor sign-in", FactorPage{CSRF: "token", Led: true, BeginURL: "/my-profile/two-factor"}},
		{"customer/factor, begun", "customer/factor", "portal", "Two-factor sign-in", FactorPage{CSRF: "token", BackURL: "/my-profile", Begun: true, Secret: "JBSW Y3DP EHPK 3PXP", PictureURL: "/my-profile/two-factor/picture", Form: code}},
		{"customer/factor, on", "customer/factor", "portal", "Two-factor sign-in", FactorPage{CSRF: "token", BackURL: "/my-profile", FactorCard: *page.Factor, Codes: Form{ID: "codes-form", Action: "/my-profile/two-factor/codes", CSRF: "token", Submit: "New codes", Inputs: []Input{{Kind: "password", Name: "codes_password", Label: "Present password", Required: true}}}, Off: ask, Error: "Try again."}},
		{"customer/codes", "customer/codes", "portal", "Recovery codes", FactorCodes{Codes: []string{"7k2mq-9d4wx", "a1b2c-d3e4f"}, All: "7k2mq-9d4wx\na1b2c-d3e4f", NextURL: "/my-profile", First: true}},
		{"customer/passkey", "customer/passkey", "portal", "Sign in with a passkey", PasskeySignIn{BeginURL: "/sign-in/passkey/begin", Action: "/sign-in/passkey", Next: "/my-tickets", Error: "That passkey does not open anything here.", BackURL: "/sign-in"}},
		{"customer/address", "customer/address", "portal", "Confirm an address", AddressProof{Address: "countess@lovelace.example", Name: "Ada Lovelace", Account: "a•••@lovelace.example", Action: "/my-address/token"}},
		{"customer/address, refused", "customer/address", "portal", "Confirm an address", AddressProof{Address: "countess@lovelace.example", Error: "This address has a sign-in of its own.", HomeURL: "/"}},
		{"customer/address, done", "customer/address", "portal", "Address confirmed", AddressProof{Address: "countess@lovelace.example", Done: true, HomeURL: "/my-profile"}},
		{"customer/erase", "customer/erase", "portal", "Erase my data", CustomerErase{BackURL: "/my-profile", Form: ask}},
		{"customer/erased", "customer/erased", "portal", "Your data was erased", CustomerErased{HomeURL: "/"}},
	}
}
