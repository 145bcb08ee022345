package mail

import (
	"errors"
	"fmt"
	"net/textproto"
	"regexp"
	"strings"

	"lodge/markup"
)

// TempError: the mail was not taken and may be sent again later. Code is the
// server's (4xx, or 5xx while connecting, which says nothing about this mail),
// 0 when there was no answer.
type TempError struct {
	Code int
	Err  error
}

// PermError: the mail will never be taken as it is. Code is the server's (5xx),
// 0 when the mail could not even be composed.
type PermError struct {
	Code int
	Err  error
	// Sender says that it is the envelope's sender that was not taken.
	Sender bool
}

func (e *TempError) Error() string { return describe("mail not sent yet", e.Code, e.Err) }
func (e *PermError) Error() string { return describe("mail refused", e.Code, e.Err) }

// Unwrap gives the cause.
func (e *TempError) Unwrap() error { return e.Err }

// Unwrap gives the cause.
func (e *PermError) Unwrap() error { return e.Err }

func describe(what string, code int, err error) string {
	if code != 0 {
		return fmt.Sprintf("%s (%d): %v", what, code, err)
	}
	return fmt.Sprintf("%s: %v", what, err)
}

// stage is how far the dialogue with the server had come.
type stage int

const (
	connecting stage = iota // until signed in: about the server, not the mail
	naming                  // the envelope's sender
	sending                 // recipient, content: about the mail
)

// sendAs are what servers say after all of a mail when the sender is not the account's own.
var sendAs = regexp.MustCompile(`(?i)SendAsDenied|5\.2\.252|5\.7\.60|sender address rejected: not owned`)

// classify turns what the client returned into one of the two errors. Servers
// repeat addresses in their answers; they are trimmed, because errors are
// logged.
func classify(at stage, err error, e envelope) error {
	code := 0
	var answer *textproto.Error
	if errors.As(err, &answer) {
		code = answer.Code
	}
	text := err.Error()
	for _, a := range []string{e.to, e.from, e.header} {
		if a != "" {
			text = strings.ReplaceAll(text, a, markup.TrimAddress(a))
		}
	}
	err = &answered{text: markup.Shorten(text, 400), cause: err}
	// 530, 534, 535, 538: sign-in wanted or failed. The administrator mends
	// that, and the queue must still be there then.
	if at != connecting && 500 <= code && code < 600 && !signInCode(code) {
		return &PermError{Code: code, Err: err, Sender: at == naming || sendAs.MatchString(text)}
	}
	return &TempError{Code: code, Err: err}
}

func signInCode(code int) bool { return code == 530 || code == 534 || code == 535 || code == 538 }

// signInRefused says that a server would not let us in.
func signInRefused(err error) bool {
	var temp *TempError
	return errors.As(err, &temp) && signInCode(temp.Code)
}

// answered is an error with an edited text.
type answered struct {
	text  string
	cause error
}

func (a *answered) Error() string { return a.text }
func (a *answered) Unwrap() error { return a.cause }
