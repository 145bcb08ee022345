package mail

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"io"
	"math/big"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"
)

// sink is a mail server in this process.
type sink struct {
	mu       sync.Mutex
	got      []delivery
	sessions int

	onMail, onRcpt, onData error
	mechanisms             []string
	token                  string // what XOAUTH2 takes
	utf8                   bool   // offers SMTPUTF8
	port                   int
	roots                  *x509.CertPool
}

type delivery struct {
	from string
	to   []string
	data []byte
	user string
	helo string
	tls  bool
	utf8 bool
}

type session struct {
	s    *sink
	c    *smtp.Conn
	d    delivery
	user string
}

func (s *session) Reset()        { s.d = delivery{} }
func (s *session) Logout() error { return nil }
func (s *session) Mail(from string, o *smtp.MailOptions) error {
	s.d.from, s.d.utf8 = from, o.UTF8
	return s.s.onMail
}
func (s *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	s.d.to = append(s.d.to, to)
	return s.s.onRcpt
}
func (s *session) Data(r io.Reader) error {
	data, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	_, secure := s.c.TLSConnectionState()
	s.s.mu.Lock()
	defer s.s.mu.Unlock()
	if s.s.onData == nil {
		s.d.data, s.d.user, s.d.helo, s.d.tls = data, s.user, s.c.Hostname(), secure
		s.s.got = append(s.s.got, s.d)
	}
	return s.s.onData
}

type authSession struct{ *session }

func (a authSession) AuthMechanisms() []string { return a.s.mechanisms }
func (a authSession) Auth(mech string) (sasl.Server, error) {
	check := func(user, password string) error {
		if user != "lodge" || password != "s3cret" {
			return smtp.ErrAuthFailed
		}
		a.user = user
		return nil
	}
	if mech == "XOAUTH2" {
		return &tokenServer{check: func(user, token string) error {
			if user != "lodge" || token != a.s.token {
				return smtp.ErrAuthFailed
			}
			a.user = user
			return nil
		}}, nil
	}
	if mech == "LOGIN" {
		return &loginServer{check: check}, nil
	}
	return sasl.NewPlainServer(func(_, user, password string) error { return check(user, password) }), nil
}

type loginServer struct {
	step  int
	user  string
	check func(user, password string) error
}

func (l *loginServer) Next(in []byte) ([]byte, bool, error) {
	l.step++
	switch l.step {
	case 1:
		return []byte("Username:"), false, nil
	case 2:
		l.user = string(in)
		return []byte("Password:"), false, nil
	}
	return nil, true, l.check(l.user, string(in))
}

// tokenServer is XOAUTH2: a refusal is a challenge first, and an error once that is answered.
type tokenServer struct {
	refused error
	check   func(user, token string) error
}

func (s *tokenServer) Next(in []byte) ([]byte, bool, error) {
	if s.refused != nil {
		return nil, false, s.refused
	}
	user, rest, _ := strings.Cut(strings.TrimPrefix(string(in), "user="), "\x01")
	token, ok := strings.CutSuffix(strings.TrimPrefix(rest, "auth=Bearer "), "\x01\x01")
	if !ok {
		return nil, false, smtp.ErrAuthFailed
	}
	if s.refused = s.check(user, token); s.refused != nil {
		return []byte(`{"status":"401"}`), false, nil
	}
	return nil, true, nil
}

// listen starts the server: mode "plain", "starttls" or "tls".
func listen(t *testing.T, mode string, s *sink) *sink {
	t.Helper()
	server := smtp.NewServer(smtp.BackendFunc(func(c *smtp.Conn) (smtp.Session, error) {
		s.mu.Lock()
		s.sessions++
		s.mu.Unlock()
		base := &session{s: s, c: c}
		if len(s.mechanisms) > 0 {
			return authSession{base}, nil
		}
		return base, nil
	}))
	server.AllowInsecureAuth, server.EnableSMTPUTF8 = true, s.utf8
	server.ErrorLog = silentLog{}
	server.ReadTimeout, server.WriteTimeout = 10*time.Second, 10*time.Second
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s.port = l.Addr().(*net.TCPAddr).Port
	if mode != "plain" {
		var settings *tls.Config
		settings, s.roots = certificate(t)
		if mode == "tls" {
			l = tls.NewListener(l, settings)
		} else {
			server.TLSConfig = settings
		}
	}
	go server.Serve(l)
	t.Cleanup(func() { server.Close() })
	return s
}

type silentLog struct{}

func (silentLog) Printf(string, ...any) {}
func (silentLog) Println(...any)        {}

func certificate(t *testing.T) (*tls.Config, *x509.CertPool) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "test"}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	leaf, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AddCert(leaf)
	return &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}}, pool
}

func (s *sink) options(mode string) SMTPOptions {
	return SMTPOptions{Host: "127.0.0.1", Port: s.port, TLS: mode, RootCAs: s.roots, Timeout: 10 * time.Second}
}

// NU-2: what is composed is what arrives, byte for byte, dots included (A26).
func TestSend(t *testing.T) {
	s := listen(t, "plain", &sink{})
	m := sample()
	m.Text = ".\r\n.\n..\nMAIL FROM:<x@evil.example>\n.\rlast"
	if err := NewSMTP(s.options("none")).Send(context.Background(), m); err != nil {
		t.Fatal(err)
	}
	m.EnvelopeFrom = "bounce+1@example.com"
	if err := NewSMTP(s.options("none")).Send(context.Background(), m); err != nil {
		t.Fatal(err)
	}
	m.EnvelopeFrom = NullSender
	if err := NewSMTP(s.options("none")).Send(context.Background(), m); err != nil {
		t.Fatal(err)
	}
	if len(s.got) != 3 {
		t.Fatalf("%d mails arrived", len(s.got))
	}
	for i, from := range []string{"support@example.com", "bounce+1@example.com", ""} {
		d := s.got[i]
		if d.from != from || len(d.to) != 1 || d.to[0] != "joerg@kunde.example" || d.helo != "example.com" {
			t.Errorf("envelope %+v", d)
		}
		checkFormat(t, d.data)
		if !bytes.Contains(d.data, []byte("MAIL FROM:<x@evil.example>")) || !bytes.Contains(d.data, []byte("\r\nlast")) {
			t.Errorf("the body ended early:\n%s", d.data)
		}
	}
}

func TestSendOverTLS(t *testing.T) {
	for _, mode := range []string{"starttls", "tls"} {
		for _, mechanism := range []string{"PLAIN", "LOGIN"} {
			s := listen(t, mode, &sink{mechanisms: []string{mechanism}})
			o := s.options(mode)
			o.User, o.Password = "lodge", "s3cret"
			if err := NewSMTP(o).Send(context.Background(), sample()); err != nil {
				t.Fatalf("%s %s: %v", mode, mechanism, err)
			}
			if len(s.got) != 1 || !s.got[0].tls || s.got[0].user != "lodge" {
				t.Errorf("%s %s: %+v", mode, mechanism, s.got)
			}

			o.Password = "wrong"
			err := NewSMTP(o).Send(context.Background(), sample())
			var temp *TempError
			if !errors.As(err, &temp) || temp.Code != 535 || strings.Contains(err.Error(), "wrong") {
				t.Errorf("%s: a wrong password gives %v", mode, err)
			}

			o = s.options(mode)
			o.RootCAs = x509.NewCertPool()
			if err := NewSMTP(o).Send(context.Background(), sample()); !errors.As(err, &temp) {
				t.Errorf("%s: an unknown certificate gives %v", mode, err)
			}
			if len(s.got) != 1 {
				t.Errorf("%s: %d mails arrived", mode, len(s.got))
			}
		}
	}
}

// TLS is never given up silently, and a password never sent without it.
func TestSendRefusesToFallBack(t *testing.T) {
	s := listen(t, "plain", &sink{mechanisms: []string{"PLAIN", "LOGIN"}})
	for _, mode := range []string{"starttls", "tls", "", "nonsense"} {
		o := s.options(mode)
		o.User, o.Password = "lodge", "s3cret"
		var temp *TempError
		if err := NewSMTP(o).Send(context.Background(), sample()); !errors.As(err, &temp) {
			t.Errorf("%q: %v", mode, err)
		}
	}
	if len(s.got) != 0 {
		t.Errorf("%d mails went in the clear", len(s.got))
	}
	o := s.options("none") // this machine: allowed
	o.User, o.Password = "lodge", "s3cret"
	if err := NewSMTP(o).Send(context.Background(), sample()); err != nil || s.got[0].user != "lodge" {
		t.Errorf("loopback: %v", err)
	}
}

func TestSendClassifies(t *testing.T) {
	answer := func(code int) error {
		return &smtp.SMTPError{Code: code, EnhancedCode: smtp.EnhancedCode{code / 100, 1, 1}, Message: "no <joerg@kunde.example> here"}
	}
	for name, row := range map[string]struct {
		s    *sink
		code int
		perm bool
	}{
		"unknown mailbox": {&sink{onRcpt: answer(550)}, 550, true},
		"greylisted":      {&sink{onRcpt: answer(451)}, 451, false},
		"sender refused":  {&sink{onMail: answer(553)}, 553, true},
		"busy":            {&sink{onMail: answer(421)}, 421, false},
		"spam":            {&sink{onData: answer(554)}, 554, true},
		"disk full":       {&sink{onData: answer(452)}, 452, false},
		"sign in first":   {&sink{onMail: answer(530)}, 530, false},
	} {
		s := listen(t, "plain", row.s)
		err := NewSMTP(s.options("none")).Send(context.Background(), sample())
		var temp *TempError
		var perm *PermError
		switch {
		case row.perm && (!errors.As(err, &perm) || perm.Code != row.code), !row.perm && (!errors.As(err, &temp) || temp.Code != row.code):
			t.Errorf("%s: %T %v", name, err, err)
		case strings.Contains(err.Error(), "joerg@") || !strings.Contains(err.Error(), "j•••@kunde.example"):
			t.Errorf("%s: the error shows the address: %v", name, err)
		}
	}
	var perm *PermError
	m := sample()
	m.To.Addr = "nobody"
	if err := NewSMTP(SMTPOptions{Host: "127.0.0.1", Port: 1, TLS: "none"}).Send(context.Background(), m); !errors.As(err, &perm) {
		t.Errorf("a bad address gives %v", err)
	}
	var temp *TempError
	l, _ := net.Listen("tcp", "127.0.0.1:0")
	port := l.Addr().(*net.TCPAddr).Port
	l.Close()
	if err := NewSMTP(SMTPOptions{Host: "127.0.0.1", Port: port, TLS: "none"}).Send(context.Background(), sample()); !errors.As(err, &temp) || temp.Code != 0 {
		t.Errorf("a closed port gives %v", err)
	}
}

// A server that says nothing must not hold a worker: the context ends it.
func TestSendEndsWithItsContext(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	accepted := make(chan net.Conn, 1)
	go func() {
		if c, err := l.Accept(); err == nil {
			accepted <- c // and never a word
		}
	}()
	ctx, cancel := context.WithCancel(context.Background())
	result := make(chan error, 1)
	go func() {
		result <- NewSMTP(SMTPOptions{Host: "127.0.0.1", Port: l.Addr().(*net.TCPAddr).Port, TLS: "none"}).Send(ctx, sample())
	}()
	conn := <-accepted
	defer conn.Close()
	cancel()
	var temp *TempError
	if err := <-result; !errors.As(err, &temp) {
		t.Errorf("got %v", err)
	}
}

// The mail is taken and the server hangs up at once: sending it again would
// send it twice.
func TestSendIsDoneOnceTaken(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	go func() {
		c, err := l.Accept()
		if err != nil {
			return
		}
		defer c.Close()
		buf := make([]byte, 64<<10)
		say := func(s string) { io.WriteString(c, s+"\r\n") }
		say("220 hello")
		for {
			n, err := c.Read(buf)
			if err != nil {
				return
			}
			switch got := string(buf[:n]); {
			case strings.HasPrefix(got, "EHLO"):
				say("250 example")
			case strings.HasPrefix(got, "DATA"):
				say("354 go on")
				for !strings.HasSuffix(got, "\r\n.\r\n") {
					if n, err = c.Read(buf); err != nil {
						return
					}
					got += string(buf[:n])
				}
				say("250 taken")
				return
			default:
				say("250 ok")
			}
		}
	}()
	if err := NewSMTP(SMTPOptions{Host: "127.0.0.1", Port: l.Addr().(*net.TCPAddr).Port, TLS: "none"}).Send(context.Background(), sample()); err != nil {
		t.Errorf("got %v", err)
	}
}

// A25: the envelope is the parsed address and nothing else; what a shell or a program's options
// could take for more is no address.
func TestA25OddAddresses(t *testing.T) {
	s := listen(t, "plain", &sink{})
	for _, addr := range []string{"danger-$(id)@e.example", "-oQ/tmp@e.example", `"a b"@e.example`, "a@e.example,b@e.example", "a@e.example>\r\nRCPT TO:<b@e.example", "a@e.example\r\nDATA", "<a@e.example>"} {
		m := sample()
		m.To.Addr = addr
		var perm *PermError
		if err := NewSMTP(s.options("none")).Send(t.Context(), m); !errors.As(err, &perm) {
			t.Errorf("%q gives %v", addr, err)
		}
		m = sample()
		m.EnvelopeFrom = addr
		if err := NewSMTP(s.options("none")).Send(t.Context(), m); !errors.As(err, &perm) {
			t.Errorf("%q as the envelope's sender gives %v", addr, err)
		}
	}
	m := sample()
	m.To = Address{`x" <victim@e.example>`, "o'neil+a/b=c@e.example"}
	if err := NewSMTP(s.options("none")).Send(t.Context(), m); err != nil {
		t.Fatal(err)
	}
	if len(s.got) != 1 || len(s.got[0].to) != 1 || s.got[0].to[0] != "o'neil+a/b=c@e.example" {
		t.Errorf("got %+v", s.got)
	}
}

// A26: whatever a text holds, one mail leaves and the server sees no other end of it.
func TestA26OutgoingIsOneMail(t *testing.T) {
	for _, end := range []string{"\n.\n", "\r.\r", "\n.\r\n", "\r\n.\r\n", "\r\n.\n", "\r\n.\r", "\n\n.\r\r\n"} {
		s := listen(t, "plain", &sink{})
		m := sample()
		m.Text = "first" + end + "MAIL FROM:<eve@evil.example>" + end + "RCPT TO:<victim@e.example>" + end + "last"
		m.HTML = ""
		if err := NewSMTP(s.options("none")).Send(t.Context(), m); err != nil {
			t.Fatal(err)
		}
		if len(s.got) != 1 || len(s.got[0].to) != 1 || !bytes.Contains(s.got[0].data, []byte("\r\nlast")) {
			t.Errorf("%q: %+v", end, s.got)
			continue
		}
		checkFormat(t, s.got[0].data)
	}
}

// SMTPUTF8 binds every server on the way, so it is asked for only where an address needs it.
func TestSMTPUTF8OnlyWhereNeeded(t *testing.T) {
	s := listen(t, "plain", &sink{utf8: true})
	m := sample()
	if err := NewSMTP(s.options("none")).Send(t.Context(), m); err != nil {
		t.Fatal(err)
	}
	m.To.Addr = "jörg@kunde.example"
	if err := NewSMTP(s.options("none")).Send(t.Context(), m); err != nil {
		t.Fatal(err)
	}
	if len(s.got) != 2 || s.got[0].utf8 || !s.got[1].utf8 {
		t.Errorf("got %+v", s.got)
	}
}
