// Package testmail lends tests mail servers: an IMAP server inside the process, and a Dovecot of its
// own where it is installed.
package testmail

import (
	"bytes"
	"crypto/tls"
	"io"
	"log"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"
	"github.com/emersion/go-imap/v2/imapserver"
	"github.com/emersion/go-imap/v2/imapserver/imapmemserver"
)

// The account of every server here.
const (
	User     = "support@lodge.example"
	Password = "lantern-87-harbour"
)

// IMAP is an IMAP server in this process with one account and one folder, INBOX. It can go away, come
// back, and number its mails anew.
type IMAP struct {
	t    testing.TB
	o    IMAPOptions
	addr string

	mu     sync.Mutex
	user   *imapmemserver.User
	server *imapserver.Server
	// commands are the lines that clients have sent, without their tags.
	commands bytes.Buffer
	idling   int // sessions that wait in IDLE
}

// IMAPOptions say how the server behaves.
type IMAPOptions struct {
	// TLS is the certificate for STARTTLS, or for TLS from the start when Wrapped.
	TLS     *tls.Config
	Wrapped bool
	// WithoutIdle hides IDLE; Mute offers it and then never tells of anything.
	WithoutIdle, Mute bool
	// Token, if set, is the only way to sign in: by XOAUTH2.
	Token string
	// Wrap, if set, stands between the account and its clients.
	Wrap func(imapserver.Session) imapserver.Session
}

// StartIMAP starts the server; it ends with the test.
func StartIMAP(t testing.TB, o IMAPOptions) *IMAP {
	t.Helper()
	s := &IMAP{t: t, o: o, user: imapmemserver.NewUser(User, Password)}
	if err := s.user.Create("INBOX", nil); err != nil {
		t.Fatal(err)
	}
	s.Start()
	t.Cleanup(s.Stop)
	return s
}

// Addr is where it listens, the same over every Stop and Start.
func (s *IMAP) Addr() string { return s.addr }

// Port is the port of Addr.
func (s *IMAP) Port() int {
	a, err := net.ResolveTCPAddr("tcp", s.addr)
	if err != nil {
		s.t.Fatal(err)
	}
	return a.Port
}

// Start lets it answer again.
func (s *IMAP) Start() {
	s.t.Helper()
	if s.addr == "" {
		s.addr = "127.0.0.1:0"
	}
	var l net.Listener
	var err error
	for range 50 { // the port may still be closing
		if l, err = net.Listen("tcp", s.addr); err == nil {
			break
		}
		time.Sleep(20 * time.Millisecond)
	}
	if err != nil {
		s.t.Fatal(err)
	}
	s.addr = l.Addr().String()
	if s.o.WithoutIdle {
		l = hiding{l}
	}
	options := &imapserver.Options{InsecureAuth: true, Logger: log.New(io.Discard, "", 0), TLSConfig: s.o.TLS, DebugWriter: locked{s},
		Caps: imap.CapSet{imap.CapIMAP4rev1: {}, imap.CapUIDPlus: {}},
		NewSession: func(*imapserver.Conn) (imapserver.Session, *imapserver.GreetingData, error) {
			return s.session(), nil, nil
		}}
	if s.o.Wrapped {
		l = tls.NewListener(l, s.o.TLS)
		options.TLSConfig = nil
	}
	server := imapserver.New(options)
	s.mu.Lock()
	s.server = server
	s.mu.Unlock()
	go server.Serve(l)
}

func (s *IMAP) session() imapserver.Session {
	s.mu.Lock()
	defer s.mu.Unlock()
	memory := imapmemserver.New()
	memory.AddUser(s.user)
	var session imapserver.Session = attentive{memory.NewSession(), s}
	if s.o.Mute {
		session = mute{session}
	}
	if s.o.Token != "" {
		session = byToken{session, s.o.Token}
	}
	if s.o.Wrap != nil {
		session = s.o.Wrap(session)
	}
	return session
}

// Stop cuts every connection and answers no more; the mails stay.
func (s *IMAP) Stop() {
	s.mu.Lock()
	server := s.server
	s.server = nil
	s.mu.Unlock()
	if server != nil {
		server.Close()
	}
}

// Put lays a mail into the folder, as if it had come at a time; zero is now.
func (s *IMAP) Put(raw string, at time.Time) {
	s.t.Helper()
	raw = strings.ReplaceAll(strings.ReplaceAll(raw, "\r\n", "\n"), "\n", "\r\n")
	s.mu.Lock()
	user := s.user
	s.mu.Unlock()
	if _, err := user.Append("INBOX", literal{bytes.NewReader([]byte(raw))}, &imap.AppendOptions{Time: at}); err != nil {
		s.t.Fatal(err)
	}
}

// Renumber makes the folder anew, with another UIDVALIDITY and every UID from 1, while it is away; what
// fill puts is in it when it answers again.
func (s *IMAP) Renumber(fill func()) {
	s.t.Helper()
	s.Stop()
	if err := s.user.Delete("INBOX"); err != nil {
		s.t.Fatal(err)
	}
	if err := s.user.Create("INBOX", nil); err != nil {
		s.t.Fatal(err)
	}
	fill()
	s.Start()
}

// Flags are the flags of each mail in the folder, in order.
func (s *IMAP) Flags() (all [][]imap.Flag) {
	s.t.Helper()
	memory := imapmemserver.New()
	memory.AddUser(s.user)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		s.t.Fatal(err)
	}
	aside := imapserver.New(&imapserver.Options{InsecureAuth: true, Logger: log.New(io.Discard, "", 0),
		NewSession: func(*imapserver.Conn) (imapserver.Session, *imapserver.GreetingData, error) {
			return memory.NewSession(), nil, nil
		}})
	go aside.Serve(l)
	defer aside.Close()
	client, err := imapclient.DialInsecure(l.Addr().String(), nil)
	if err != nil {
		s.t.Fatal(err)
	}
	defer client.Close()
	if err := client.Login(User, Password).Wait(); err != nil {
		s.t.Fatal(err)
	}
	data, err := client.Select("INBOX", &imap.SelectOptions{ReadOnly: true}).Wait()
	if err != nil {
		s.t.Fatal(err)
	}
	if data.NumMessages == 0 {
		return nil
	}
	mails, err := client.Fetch(imap.UIDSet{{Start: 1}}, &imap.FetchOptions{Flags: true}).Collect()
	if err != nil {
		s.t.Fatal(err)
	}
	for _, m := range mails {
		all = append(all, m.Flags)
	}
	return all
}

// Idling says whether a client waits in IDLE just now.
func (s *IMAP) Idling() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.idling > 0
}

// Said is the whole dialogue so far, both sides.
func (s *IMAP) Said() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.commands.String()
}

type locked struct{ s *IMAP }

func (l locked) Write(b []byte) (int, error) {
	l.s.mu.Lock()
	defer l.s.mu.Unlock()
	return l.s.commands.Write(b)
}

type literal struct{ *bytes.Reader }

// attentive tells in IDLE of what came before it too, as servers do: the library's own tells only of
// what comes while it waits, so a mail between two commands would lie there until the next poll.
type attentive struct {
	imapserver.Session
	s *IMAP
}

func (a attentive) Idle(w *imapserver.UpdateWriter, stop <-chan struct{}) error {
	a.count(1)
	defer a.count(-1)
	look := time.NewTicker(5 * time.Millisecond)
	defer look.Stop()
	for {
		if err := a.Poll(w, true); err != nil {
			return err
		}
		select {
		case <-stop:
			return nil
		case <-look.C:
		}
	}
}

func (a attentive) count(n int) {
	a.s.mu.Lock()
	defer a.s.mu.Unlock()
	a.s.idling += n
}

// mute never tells of anything by itself.
type mute struct{ imapserver.Session }

func (mute) Idle(_ *imapserver.UpdateWriter, stop <-chan struct{}) error {
	<-stop
	return nil
}

// hiding takes IDLE out of what the server says it can do.
type hiding struct{ net.Listener }

func (h hiding) Accept() (net.Conn, error) {
	c, err := h.Listener.Accept()
	if err != nil {
		return nil, err
	}
	return hidingConn{c}, nil
}

type hidingConn struct{ net.Conn }

func (h hidingConn) Write(b []byte) (int, error) {
	return h.Conn.Write(bytes.ReplaceAll(b, []byte(" IDLE"), []byte(" NOPE")))
}
