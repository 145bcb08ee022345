package mail

import (
	"context"
	"strings"
	"testing"

	"lodge/internal/testmail"
)

// EM-4: an access token signs in, is asked for anew at each sign-in, and a refused one is called by its name.
func TestIMAPSignsInWithATokenAlone(t *testing.T) {
	s := testmail.StartIMAP(t, testmail.IMAPOptions{Token: "good-token"})
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
