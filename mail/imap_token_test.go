package mail

import (
	"context"
	"strings"
	"testing"

	"github.com/emersion/go-imap/v2/imapserver"
	"github.com/emersion/go-sasl"

	"lodge/internal/testmail"
)

// byToken is an account that is signed in to with an access token alone, as at Google and Microsoft.
type byToken struct{ imapserver.Session }

func (byToken) AuthenticateMechanisms() []string { return []string{"XOAUTH2"} }

func (b byToken) Authenticate(string) (sasl.Server, error) {
	return &tokenSide{b.Session, false}, nil
}

type tokenSide struct {
	session imapserver.Session
	told    bool
}

func (s *tokenSide) Next(response []byte) ([]byte, bool, error) {
	switch {
	case response == nil && !s.told:
		return []byte{}, false, nil
	case string(response) == "user="+testmail.User+"\x01auth=Bearer good-token\x01\x01":
		return nil, true, s.session.Login(testmail.User, testmail.Password)
	case !s.told:
		s.told = true
		return []byte(`{"status":"400","schemes":"Bearer"}`), false, nil
	}
	return nil, true, imapserver.ErrAuthFailed
}

// EM-4: an access token signs in, is asked for anew at each sign-in, and a refused one is called by its name.
func TestIMAPSignsInWithATokenAlone(t *testing.T) {
	s := testmail.StartIMAP(t, testmail.IMAPOptions{Wrap: func(inner imapserver.Session) imapserver.Session { return byToken{inner} }})
	asked := 0
	o := imapOptions(s)
	o.Password = ""
	o.AccessToken = func(context.Context) (string, error) { asked++; return "good-token", nil }
	for range 2 {
		if err := TryIMAP(t.Context(), o); err != nil {
			t.Fatal(err)
		}
	}
	if asked != 2 {
		t.Errorf("asked for a token %d times", asked)
	}
	o.AccessToken = func(context.Context) (string, error) { return "bad-token", nil }
	err := TryIMAP(t.Context(), o)
	if IMAPWord(err) != IMAPSignIn || strings.Contains(err.Error(), "bad-token") || !strings.Contains(err.Error(), "400") {
		t.Error(err)
	}
}
