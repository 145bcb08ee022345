package mail

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
	"net/netip"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	gomail "github.com/wneessen/go-mail"
	"github.com/wneessen/go-mail/smtp"

	"lodge/address"
)

// SMTPOptions says through which server mail leaves.
type SMTPOptions struct {
	Host           string
	Port           int
	User, Password string         // both empty: no sign-in; PLAIN or LOGIN, whatever the server knows
	OAuth          *OAuth         // set: User signs in with an access token (XOAUTH2) instead
	TLS            string         // "none", "starttls" (required, never only tried) or "tls"
	RootCAs        *x509.CertPool // nil: the system's
	Timeout        time.Duration  // for one mail from dial to answer; 0: 60 s
}

type smtpTransport struct{ o SMTPOptions }

// NewSMTP returns a Transport with one connection a mail. A password is only
// sent over TLS, or to this machine.
func NewSMTP(o SMTPOptions) Transport {
	if o.Timeout <= 0 {
		o.Timeout = 60 * time.Second
	}
	return &smtpTransport{o}
}

// Send composes and delivers the mail. When the server has taken it, nothing
// that goes wrong afterwards is an error: it would be sent twice.
func (t *smtpTransport) Send(ctx context.Context, m Message) error {
	e, err := envelopeOf(m)
	if err != nil {
		return &PermError{Err: err}
	}
	raw, err := compose(m)
	if err != nil {
		return &PermError{Err: err}
	}
	if raw, err = m.signed(raw); err != nil {
		return &TempError{Err: err} // the key is broken, not the mail
	}
	ctx, cancel := context.WithTimeout(ctx, t.o.Timeout)
	defer cancel()

	conn, err := t.connect(ctx, e)
	if err != nil {
		return err
	}
	defer conn.Close()

	for i, step := range []func() error{
		func() error { return conn.Mail("<" + e.from + ">") },
		func() error { return conn.Rcpt("<" + e.to + ">") },
		func() error {
			w, err := conn.Data()
			if err != nil {
				return err
			}
			if _, err := w.Write(raw); err != nil {
				return err // no final dot: the server drops what it has
			}
			return w.Close()
		},
	} {
		if err := step(); err != nil {
			return classify(naming+stage(min(i, 1)), err, e)
		}
	}
	_ = conn.Quit()
	return nil
}

// connect dials and signs in. A refused access token is forgotten, so that the next try fetches another.
func (t *smtpTransport) connect(ctx context.Context, e envelope) (*smtp.Client, error) {
	client, err := t.client(ctx, e)
	if err != nil {
		return nil, classify(connecting, err, e)
	}
	conn, err := client.DialToSMTPClientWithContext(ctx)
	if err != nil {
		err = classify(connecting, err, e)
		if t.o.OAuth != nil && signInRefused(err) {
			t.o.OAuth.Forget()
		}
		return nil, err
	}
	return conn, nil
}

// client configures the library for one mail. Greeting with the sender's
// domain keeps the machine's own name out of the mail's trace (A30).
func (t *smtpTransport) client(ctx context.Context, e envelope) (*gomail.Client, error) {
	settings := &tls.Config{ServerName: t.o.Host, RootCAs: t.o.RootCAs, MinVersion: tls.VersionTLS12}
	policy := gomail.NoTLS
	if t.o.TLS != "none" && t.o.TLS != "tls" {
		policy = gomail.TLSMandatory
	}
	dial := func(dialCtx context.Context, network, _ string) (net.Conn, error) {
		var d interface {
			DialContext(context.Context, string, string) (net.Conn, error)
		} = &net.Dialer{}
		if t.o.TLS == "tls" {
			d = &tls.Dialer{Config: settings}
		}
		conn, err := d.DialContext(dialCtx, network, net.JoinHostPort(t.o.Host, strconv.Itoa(t.o.Port)))
		if err != nil {
			return nil, err
		}
		// The library watches a clock of its own from here on, not the context:
		// closing the connection ends every wait.
		context.AfterFunc(ctx, func() { _ = conn.Close() })
		return conn, nil
	}
	options := []gomail.Option{
		gomail.WithPort(t.o.Port), gomail.WithHELO(address.Domain(e.header)), gomail.WithTimeout(t.o.Timeout),
		gomail.WithTLSConfig(settings), gomail.WithTLSPolicy(policy), gomail.WithDialContextFunc(dial),
	}
	if ascii(e.from) && ascii(e.to) && ascii(e.header) {
		// The library asks for SMTPUTF8 wherever it is offered, and then the next server on the way
		// has to know it as well, or the mail comes back.
		options = append(options, gomail.WithoutSMTPUTF8())
	}
	switch {
	case t.o.OAuth != nil:
		if t.o.TLS == "none" && !thisMachine(t.o.Host) {
			return nil, errors.New("an access token is never sent without TLS")
		}
		token, err := t.o.OAuth.AccessToken(ctx)
		if err != nil {
			return nil, err
		}
		options = append(options, gomail.WithUsername(t.o.User), gomail.WithPassword(token), gomail.WithSMTPAuth(gomail.SMTPAuthXOAUTH2))
	case t.o.User != "":
		mechanisms := []gomail.SMTPAuthType{gomail.SMTPAuthPlain, gomail.SMTPAuthLogin}
		if t.o.TLS == "none" && thisMachine(t.o.Host) {
			mechanisms = []gomail.SMTPAuthType{gomail.SMTPAuthPlainNoEnc, gomail.SMTPAuthLoginNoEnc}
		}
		options = append(options, gomail.WithUsername(t.o.User), gomail.WithPassword(t.o.Password),
			gomail.WithOpportunisticSMTPAuth(mechanisms...))
	}
	return gomail.NewClient(t.o.Host, options...)
}

func ascii(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool { return r >= utf8.RuneSelf }) < 0
}

func thisMachine(host string) bool {
	ip, err := netip.ParseAddr(host)
	return strings.EqualFold(host, "localhost") || err == nil && ip.IsLoopback()
}
