package mail

import (
	"errors"
	"strings"

	"lodge/markup"
)

// What can be wrong with an IMAP mailbox, in one word each: pages and logs say the rest.
const (
	IMAPUnresolved  = "unresolved"  // no such host
	IMAPUnreachable = "unreachable" // nobody answers there
	IMAPNotIMAP     = "not_imap"    // what answers there speaks something else
	IMAPUnprotected = "unprotected" // without TLS a password goes to this machine only
	IMAPTLS         = "tls"         // no protected connection, or a certificate nobody vouches for
	IMAPToken       = "token"       // no access token was to be had
	IMAPSignIn      = "sign_in"     // the server refuses name or password
	IMAPFolder      = "folder"      // no such folder
	IMAPLost        = "lost"        // the connection broke, or the server fell silent
	IMAPRefused     = "refused"     // the server refuses something that worked before
)

// IMAPError says what is wrong with an IMAP mailbox. Its text holds no secret.
type IMAPError struct {
	Word string
	Err  error
}

func (e *IMAPError) Error() string { return e.Word + ": " + e.Err.Error() }

// Unwrap gives the cause.
func (e *IMAPError) Unwrap() error { return e.Err }

// IMAPWord is the word of an error of this package, "lost" for what has none.
func IMAPWord(err error) string {
	if known := (*IMAPError)(nil); errors.As(err, &known) {
		return known.Word
	}
	return IMAPLost
}

// fault makes an error that may be shown: whatever the server repeats of the account is taken out.
func (o *IMAPOptions) fault(word string, err error, secrets ...string) error {
	if known := (*IMAPError)(nil); errors.As(err, &known) {
		return err
	}
	text := err.Error()
	for _, s := range append(secrets, o.Password) {
		if len(s) > 2 {
			text = strings.ReplaceAll(text, s, "…")
		}
	}
	return &IMAPError{Word: word, Err: &answered{text: markup.Shorten(strings.Join(strings.Fields(text), " "), 300), cause: err}}
}
