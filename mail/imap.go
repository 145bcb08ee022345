package mail

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"
	"github.com/emersion/go-sasl"
)

// IMAPOptions say which folder of which account is read.
type IMAPOptions struct {
	Host string
	Port int
	TLS  string // "tls", "starttls" (required, never only tried) or "none": to this machine only
	User string
	// Password, or AccessToken for XOAUTH2: asked once for every sign-in.
	Password    string
	AccessToken func(ctx context.Context) (string, error)
	// Folder is INBOX when empty.
	Folder string
	// Change opens the folder so that mails can be marked or deleted; without it the server itself
	// keeps anything from changing.
	Change  bool
	RootCAs *x509.CertPool // nil: the system's
	// Patience is how long the server may be silent where an answer is due; 0: 60 s.
	Patience time.Duration
}

// IMAPMail is a mail in a folder, before it is fetched.
type IMAPMail struct {
	UID  uint32
	Size int64
	// Received is when the server got it; zero when it does not say.
	Received time.Time
	// Dated is the Date of its header, where it was asked for and can be read.
	Dated time.Time
}

// IMAPBox is an open folder. Errors are *IMAPError; after one with the word "lost" it is of no
// more use. Only one call at a time.
type IMAPBox interface {
	// Validity is the folder's UIDVALIDITY (RFC 9051, 2.3.1.1).
	Validity() uint32
	// Top is the highest UID given so far, 0 in a folder that never had a mail.
	Top(ctx context.Context) (uint32, error)
	// After lists the mails above a UID, lowest first.
	After(ctx context.Context, uid uint32, dated bool) ([]IMAPMail, error)
	// Fetch hands over the raw mail without marking it as read; found is false when the server sends none.
	// What take returns comes back as it is, unless the connection broke meanwhile.
	Fetch(ctx context.Context, uid uint32, take func(io.Reader) error) (found bool, err error)
	// Subject reads the raw subject of a mail that is not fetched.
	Subject(ctx context.Context, uid uint32) (string, error)
	// Seen marks a mail as read, Delete deletes it.
	Seen(ctx context.Context, uid uint32) error
	Delete(ctx context.Context, uid uint32) error
	// Wait returns when the server tells of something new, or after d where it tells nothing.
	Wait(ctx context.Context, d time.Duration) error
	// Close signs out.
	Close()
}

// TryIMAP connects, signs in and opens the folder, and leaves again: whether an account works
// is seen by nothing less.
func TryIMAP(ctx context.Context, o IMAPOptions) error {
	f, err := OpenIMAP(ctx, o)
	if err == nil {
		f.Close()
	}
	return err
}

// OpenIMAP connects, signs in and opens the folder.
func OpenIMAP(ctx context.Context, o IMAPOptions) (IMAPBox, error) {
	if o.Patience <= 0 {
		o.Patience = time.Minute
	}
	if o.Folder == "" {
		o.Folder = "INBOX"
	}
	f := &imapFolder{o: o, news: make(chan struct{}, 1)}
	conn, err := o.dial(ctx)
	if err != nil {
		return nil, err
	}
	f.conn = conn
	for _, step := range []func(context.Context) error{f.greet, f.signIn, f.open} {
		if err := f.within(ctx, 2*o.Patience, func() error { return step(ctx) }); err != nil {
			conn.Close()
			return nil, err
		}
	}
	return f, nil
}

// dial connects, with TLS where it comes first.
func (o *IMAPOptions) dial(ctx context.Context) (net.Conn, error) {
	if o.TLS == "none" && !thisMachine(o.Host) {
		return nil, o.fault(IMAPUnprotected, fmt.Errorf("a sign-in without TLS would travel readable to %q", o.Host))
	}
	ctx, cancel := context.WithTimeout(ctx, o.Patience)
	defer cancel()
	raw, err := new(net.Dialer).DialContext(ctx, "tcp", net.JoinHostPort(o.Host, strconv.Itoa(o.Port)))
	if err != nil {
		word := IMAPUnreachable
		if noName := (*net.DNSError)(nil); errors.As(err, &noName) {
			word = IMAPUnresolved
		}
		return nil, o.fault(word, err)
	}
	conn := net.Conn(&patientConn{Conn: raw, patience: o.Patience})
	if o.TLS != "tls" {
		return conn, nil
	}
	protected := tls.Client(conn, o.tls())
	if err := protected.HandshakeContext(ctx); err != nil {
		raw.Close()
		return nil, o.fault(IMAPTLS, err)
	}
	return protected, nil
}

func (o *IMAPOptions) tls() *tls.Config {
	return &tls.Config{ServerName: o.Host, RootCAs: o.RootCAs, MinVersion: tls.VersionTLS12}
}

// patientConn counts a deadline from the last byte that came, not from the beginning of an answer: a large
// mail over a slow line is no fault, silence is.
type patientConn struct {
	net.Conn
	patience time.Duration
	// due says that an answer has begun and must go on; waiting for news has no end.
	due atomic.Bool
}

// SetReadDeadline is the library's word for the beginning and the end of an answer.
func (c *patientConn) SetReadDeadline(t time.Time) error {
	c.due.Store(!t.IsZero())
	if t.IsZero() {
		return c.Conn.SetReadDeadline(t)
	}
	return c.Conn.SetReadDeadline(time.Now().Add(c.patience))
}

func (c *patientConn) Read(b []byte) (int, error) {
	n, err := c.Conn.Read(b)
	if n > 0 && c.due.Load() {
		_ = c.Conn.SetReadDeadline(time.Now().Add(c.patience))
	}
	return n, err
}

// imapFolder is an IMAPBox by the library.
type imapFolder struct {
	o        IMAPOptions
	conn     net.Conn
	client   *imapclient.Client
	idle     bool
	validity uint32
	next     uint32
	news     chan struct{}
}

// within runs one exchange with the server. When it takes longer, or the context ends, the connection
// is cut, which ends every wait in the library.
func (f *imapFolder) within(ctx context.Context, d time.Duration, do func() error) error {
	if err := ctx.Err(); err != nil {
		return f.o.fault(IMAPLost, err)
	}
	limit := time.AfterFunc(d, func() { f.conn.Close() })
	defer limit.Stop()
	stop := context.AfterFunc(ctx, func() { f.conn.Close() })
	defer stop()
	return do()
}

// say runs a command whose failure is the server's answer or the end of the connection.
func (f *imapFolder) say(ctx context.Context, do func() error) error {
	err := f.within(ctx, 2*f.o.Patience, do)
	if err == nil {
		return nil
	}
	return f.o.fault(wordOf(err, IMAPRefused), err)
}

// wordOf tells an answer of the server, which leaves the connection usable, from its end.
func wordOf(err error, answer string) string {
	if said := (*imap.Error)(nil); errors.As(err, &said) && said.Type != imap.StatusResponseTypeBye {
		return answer
	}
	return IMAPLost
}

func (f *imapFolder) greet(context.Context) error {
	options := &imapclient.Options{TLSConfig: f.o.tls(), UnilateralDataHandler: &imapclient.UnilateralDataHandler{
		Mailbox: func(d *imapclient.UnilateralDataMailbox) {
			if d.NumMessages == nil {
				return
			}
			select {
			case f.news <- struct{}{}:
			default:
			}
		},
	}}
	if f.o.TLS == "starttls" {
		client, err := imapclient.NewStartTLS(f.conn, options)
		if err != nil {
			return f.o.fault(IMAPTLS, err)
		}
		f.client = client
		return nil
	}
	f.client = imapclient.New(f.conn, options)
	if err := f.client.WaitGreeting(); err != nil {
		word, text := wordOf(err, IMAPRefused), err.Error()
		broke := strings.Contains(text, "read ") && strings.Contains(text, "->") || strings.Contains(text, "EOF") // of the connection, not of its words
		if word == IMAPLost && strings.Contains(text, "greeting: in response") && !broke {
			word = IMAPNotIMAP // the port of a web or SMTP server, mostly
		}
		return f.o.fault(word, err)
	}
	if f.client.Caps() == nil {
		return f.o.fault(IMAPNotIMAP, errors.New("it does not say what it can do"))
	}
	return nil
}

func (f *imapFolder) signIn(ctx context.Context) error {
	if f.client.State() == imap.ConnStateAuthenticated {
		return nil
	}
	caps := f.client.Caps()
	var err error
	switch {
	case f.o.AccessToken != nil:
		token, terr := f.o.AccessToken(ctx)
		if terr != nil {
			return f.o.fault(IMAPToken, terr)
		}
		if err = f.client.Authenticate(&xoauth2{user: f.o.User, token: token}); err != nil {
			return f.o.fault(signInWord(err), err, token)
		}
	case caps.Has(imap.AuthCap(sasl.Plain)):
		err = f.client.Authenticate(sasl.NewPlainClient("", f.o.User, f.o.Password))
	case caps.Has(imap.CapLoginDisabled):
		err = errors.New("the server offers no way to sign in with a password")
		return f.o.fault(IMAPSignIn, err)
	default:
		err = f.client.Login(f.o.User, f.o.Password).Wait()
	}
	if err != nil {
		return f.o.fault(signInWord(err), err)
	}
	return nil
}

// signInWord: servers that are busy say so with a code; everything else they answer is a refusal.
func signInWord(err error) string {
	if said := (*imap.Error)(nil); errors.As(err, &said) && said.Code == imap.ResponseCodeUnavailable {
		return IMAPRefused
	}
	if errors.Is(err, errXOAUTH2) {
		return IMAPSignIn
	}
	return wordOf(err, IMAPSignIn)
}

var errXOAUTH2 = errors.New("the server does not accept the access token")

// xoauth2 signs in with an access token as Google and Microsoft want it.
type xoauth2 struct{ user, token string }

func (x *xoauth2) Start() (string, []byte, error) {
	return "XOAUTH2", []byte("user=" + x.user + "\x01auth=Bearer " + x.token + "\x01\x01"), nil
}

// Next is asked only when the token was refused; the challenge says why.
func (x *xoauth2) Next(challenge []byte) ([]byte, error) {
	return nil, fmt.Errorf("%w: %s", errXOAUTH2, challenge)
}

func (f *imapFolder) open(context.Context) error {
	f.idle = f.client.Caps().Has(imap.CapIdle) || f.client.Caps().Has(imap.CapIMAP4rev2)
	data, err := f.client.Select(f.o.Folder, &imap.SelectOptions{ReadOnly: !f.o.Change}).Wait()
	if err != nil {
		return f.o.fault(wordOf(err, IMAPFolder), err)
	}
	if data.UIDValidity == 0 {
		return f.o.fault(IMAPFolder, errors.New("the server gives its mails no lasting numbers (UIDVALIDITY)"))
	}
	f.validity, f.next = data.UIDValidity, uint32(data.UIDNext)
	return nil
}
