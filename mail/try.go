package mail

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
	"os"
	"strconv"
	"strings"
	"syscall"
)

// Trier is a Transport whose server can be asked whether it lets us in, without sending anything.
type Trier interface {
	// Try connects and signs in. from is the address that mails would come from.
	Try(ctx context.Context, from string) error
	// Where names the server, and says whether it is signed in to.
	Where() (server string, signsIn bool)
}

// Try connects and signs in, and leaves again.
func (t *smtpTransport) Try(ctx context.Context, from string) error {
	ctx, cancel := context.WithTimeout(ctx, t.o.Timeout)
	defer cancel()
	conn, err := t.connect(ctx, envelope{from: from, header: from})
	if err != nil {
		return err
	}
	defer conn.Close()
	_ = conn.Quit()
	return nil
}

// Where names the server.
func (t *smtpTransport) Where() (string, bool) {
	return net.JoinHostPort(t.o.Host, strconv.Itoa(t.o.Port)), t.o.User != ""
}

// What can be wrong with sending, in one word each: pages say the rest.
const (
	SMTPResolve     = "resolve"     // no such host
	SMTPRefused     = "refused"     // nobody answers there
	SMTPTimeout     = "timeout"     // no answer in time
	SMTPCertificate = "certificate" // a certificate nobody vouches for
	SMTPEncryption  = "encryption"  // the wrong kind of TLS, or none
	SMTPSignIn      = "auth"        // name or password
	SMTPToken       = "token"       // no access token was to be had
	SMTPRelay       = "relay"       // may not send from this address
	SMTPRecipient   = "recipient"   // no such address
	SMTPOther       = "other"
)

// SMTPWord says in a word why a mail did not leave.
func SMTPWord(err error) string {
	var (
		dns       *net.DNSError
		temp      *TempError
		perm      *PermError
		record    tls.RecordHeaderError
		authority x509.UnknownAuthorityError
		host      x509.HostnameError
		invalid   x509.CertificateInvalidError
		verify    *tls.CertificateVerificationError
		slow      net.Error
	)
	text := strings.ToLower(err.Error())
	has := func(words ...string) bool {
		for _, w := range words {
			if strings.Contains(text, w) {
				return true
			}
		}
		return false
	}
	switch {
	case has("no access token", "access token is never sent"):
		return SMTPToken
	case errors.As(err, &dns), has("no such host"):
		return SMTPResolve
	case errors.As(err, &authority), errors.As(err, &host), errors.As(err, &invalid), errors.As(err, &verify), has("x509:", "certificate"):
		return SMTPCertificate
	case errors.As(err, &record), has("first record does not look like a tls handshake", "starttls", "must issue a starttls", "encryption required"):
		return SMTPEncryption
	case errors.As(err, &temp) && signInCode(temp.Code), has("authentication", "no supported auth"):
		return SMTPSignIn
	case errors.Is(err, syscall.ECONNREFUSED), errors.Is(err, syscall.EHOSTUNREACH), errors.Is(err, syscall.ENETUNREACH), has("connection refused"):
		return SMTPRefused
	case errors.As(err, &perm):
		if perm.Sender || has("relay", "not permitted", "not allowed", "sendas") {
			return SMTPRelay
		}
		if has("5.1.1", "5.1.10", "user unknown", "no such user", "unknown user", "does not exist", "mailbox unavailable", "recipient address rejected", "no such recipient") {
			return SMTPRecipient
		}
		return SMTPOther
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, os.ErrDeadlineExceeded), errors.As(err, &slow) && slow.Timeout(), has("timeout", "use of closed network connection"):
		return SMTPTimeout
	}
	return SMTPOther
}
