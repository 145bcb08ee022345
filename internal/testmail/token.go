package testmail

import (
	"github.com/emersion/go-imap/v2/imapserver"
	"github.com/emersion/go-sasl"
)

// byToken is an account that is signed in to with an access token alone, as at Google and Microsoft.
type byToken struct {
	imapserver.Session
	token string
}

func (byToken) AuthenticateMechanisms() []string { return []string{"XOAUTH2"} }

func (b byToken) Authenticate(string) (sasl.Server, error) { return &tokenDialogue{byToken: b}, nil }

type tokenDialogue struct {
	byToken
	told bool
}

func (d *tokenDialogue) Next(response []byte) ([]byte, bool, error) {
	switch {
	case response == nil && !d.told:
		return []byte{}, false, nil
	case string(response) == "user="+User+"\x01auth=Bearer "+d.token+"\x01\x01":
		return nil, true, d.Session.Login(User, Password)
	case !d.told:
		d.told = true
		return []byte(`{"status":"400","schemes":"Bearer"}`), false, nil
	}
	return nil, true, imapserver.ErrAuthFailed
}
