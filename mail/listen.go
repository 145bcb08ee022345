package mail

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"github.com/emersion/go-smtp"
)

// Receiver is who takes the mail that comes in at a Listener.
type Receiver interface {
	// Knows says whether mail to an address is taken. An error is a fault of ours: the client is asked to
	// come again.
	Knows(ctx context.Context, address string) (bool, error)
	// Limit is how many bytes a mail may have.
	Limit(ctx context.Context) (int64, error)
	// Keep keeps a mail for its recipients and gives each one's result, in their order. A nil among them
	// is a promise: the mail survives whatever happens next.
	Keep(ctx context.Context, m Arrived) []error
}

// Arrived is a mail at a Listener.
type Arrived struct {
	LMTP bool
	// Client is who brought it; nil over a socket of this machine.
	Client net.IP
	Helo   string
	// From is the envelope's sender; empty is the null sender of bounces.
	From string
	To   []string
	Raw  *Spooled
}

// ListenOptions say how a Listener behaves. Zero values have usual answers.
type ListenOptions struct {
	Receiver Receiver
	// Name is what it greets with.
	Name string
	LMTP bool
	// TLS offers STARTTLS; nil does not.
	TLS *tls.Config
	// MaxRecipients bounds the recipients of one mail (100), Connections those at once (200) and from one
	// client (20): an address, or a /64 of IPv6.
	MaxRecipients, Connections, ClientConnections int
	// HourlyConnections and HourlyMails bound what one client may begin in an hour (1,000 each). They hold
	// for SMTP alone: what speaks LMTP is a mail server of our own.
	HourlyConnections, HourlyMails int
	// HourlyMB bounds the size of what one client may bring in an hour (1,000), SpoolMB that of all
	// mails under way (1,000): a disk must not be filled from outside.
	HourlyMB, SpoolMB int
	// Idle is how long a client may be silent (3 min), Session how long it may stay (30 min).
	Idle, Session time.Duration
	Log           *slog.Logger
}

const (
	// maxLine is the longest line that is taken, commands and mails alike. RFC 5321, 4.5.3.1.6 allows 1,000;
	// real mails have far longer ones.
	maxLine = 64 << 10
	// maxStrangers is how many unknown recipients a connection may try: nobody learns our addresses by
	// asking for many.
	maxStrangers = 20
	// keepWithin is how long checking and keeping a mail may take; RFC 5321, 4.5.3.2.6 lets a client wait
	// for ten minutes.
	keepWithin = 2 * time.Minute
)

// Listener takes mail by SMTP or LMTP: for our own addresses alone, without relaying and signing in.
// Who brings a mail hears that it was taken only once its Receiver has kept it.
type Listener struct {
	o ListenOptions
	l net.Listener

	mu      sync.Mutex
	guards  map[*guard]struct{}
	clients map[string]int
	closing bool

	connections, mails, megabytes *pace
	spooled                       atomic.Int64
	live                          sync.WaitGroup
}

// NewListener takes mail from a net.Listener until Stop.
func NewListener(l net.Listener, o ListenOptions) *Listener {
	usual := func(v *int, otherwise int) {
		if *v <= 0 {
			*v = otherwise
		}
	}
	usual(&o.MaxRecipients, 100)
	usual(&o.Connections, 200)
	usual(&o.ClientConnections, 20)
	usual(&o.HourlyConnections, 1000)
	usual(&o.HourlyMails, 1000)
	usual(&o.HourlyMB, 1000)
	usual(&o.SpoolMB, 1000)
	if o.Idle <= 0 {
		o.Idle = 3 * time.Minute
	}
	if o.Session <= 0 {
		o.Session = 30 * time.Minute
	}
	if o.Name == "" {
		o.Name = "localhost"
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	s := &Listener{o: o, l: l, guards: map[*guard]struct{}{}, clients: map[string]int{}, connections: newPace(o.HourlyConnections),
		mails: newPace(o.HourlyMails), megabytes: newPace(o.HourlyMB)}
	s.live.Go(s.accept)
	return s
}

// Addr is where it listens.
func (s *Listener) Addr() net.Addr { return s.l.Addr() }

// Stop takes no new mail and returns when what was being taken is kept and answered, or ctx ends;
// then every connection is cut, and what had no answer yet is sent again by its client.
func (s *Listener) Stop(ctx context.Context) error {
	s.mu.Lock()
	s.closing = true
	for g := range s.guards {
		g.drain()
	}
	s.mu.Unlock()
	s.l.Close()
	gone := make(chan struct{})
	go func() { s.live.Wait(); close(gone) }()
	select {
	case <-gone:
		return nil
	case <-ctx.Done():
	}
	s.mu.Lock()
	for g := range s.guards {
		g.Conn.Close()
	}
	s.mu.Unlock()
	<-gone
	return ctx.Err()
}

func (s *Listener) accept() {
	pause := time.Duration(0)
	for {
		conn, err := s.l.Accept()
		switch {
		case err == nil:
			pause = 0
			s.live.Go(func() { s.serve(conn) })
			continue
		case errors.Is(err, net.ErrClosed):
			return
		}
		// Out of file handles, mostly: it passes.
		pause = min(max(2*pause, 5*time.Millisecond), time.Second)
		s.o.Log.Warn("mail door", "error", err)
		time.Sleep(pause)
	}
}

// serve speaks with one client to its end.
func (s *Listener) serve(conn net.Conn) {
	g := &guard{Conn: conn, listener: s, client: clientKey(conn.RemoteAddr()), end: time.Now().Add(s.o.Session)}
	if why := s.admit(g); why != "" {
		// Turned away before anything is read. 421 asks to come again.
		_ = conn.SetDeadline(time.Now().Add(5 * time.Second))
		_, _ = fmt.Fprintf(conn, "421 4.7.0 %s %s\r\n", s.o.Name, why)
		conn.Close()
		return
	}
	defer s.leave(g)
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	limit, err := s.o.Receiver.Limit(ctx)
	cancel()
	if err != nil {
		s.o.Log.Error("mail door", "error", err)
		_ = conn.SetDeadline(time.Now().Add(5 * time.Second))
		_, _ = fmt.Fprintf(conn, "421 4.3.0 %s is not ready\r\n", s.o.Name)
		conn.Close()
		return
	}
	// A server of its own for each connection: the size it announces is the one of this moment.
	server := smtp.NewServer(smtp.BackendFunc(func(c *smtp.Conn) (smtp.Session, error) {
		return &visit{listener: s, guard: g, conn: c, limit: limit}, nil
	}))
	server.Domain, server.LMTP, server.TLSConfig = s.o.Name, s.o.LMTP, s.o.TLS
	server.MaxMessageBytes, server.MaxRecipients, server.MaxLineLength = limit, s.o.MaxRecipients, maxLine
	server.WriteTimeout = s.o.Idle
	server.ErrorLog = libraryLog{s.o.Log}
	_ = server.Serve(&single{conn: g})
	_ = server.Shutdown(context.Background()) // waits for this one connection
}

// admit counts a client in, or says why not.
func (s *Listener) admit(g *guard) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.closing:
		return "is about to stop"
	case len(s.guards) >= s.o.Connections, g.client != "" && !s.o.LMTP && s.clients[g.client] >= s.o.ClientConnections:
		return "has too many connections, try again later"
	case !s.o.LMTP && !s.connections.take(g.client, 1):
		return "has seen too many connections from you, try again later"
	}
	s.guards[g] = struct{}{}
	s.clients[g.client]++
	return ""
}

func (s *Listener) leave(g *guard) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.guards, g)
	if s.clients[g.client]--; s.clients[g.client] <= 0 {
		delete(s.clients, g.client)
	}
}

// visit is one client's dialogue, as the library has it.
type visit struct {
	listener *Listener
	guard    *guard
	conn     *smtp.Conn
	limit    int64

	mu        sync.Mutex // the library reads a mail in pieces (BDAT) beside its commands
	from      string
	to        []string
	strangers int
}

func refuse(code int, enhanced smtp.EnhancedCode, text string) error {
	return &smtp.SMTPError{Code: code, EnhancedCode: enhanced, Message: text}
}

var errNotReady = refuse(451, smtp.EnhancedCode{4, 3, 0}, "A fault on our side, please try again later")

// Mail implements smtp.Session.
func (s *visit) Mail(from string, _ *smtp.MailOptions) error {
	if !s.listener.o.LMTP && !s.listener.mails.take(s.guard.client, 1) {
		return refuse(450, smtp.EnhancedCode{4, 7, 1}, "Too many mails from you, please try again later")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.from, s.to = from, nil
	return nil
}

// Rcpt implements smtp.Session: our own addresses and no others.
func (s *visit) Rcpt(to string, _ *smtp.RcptOptions) error {
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	ours, err := s.listener.o.Receiver.Knows(ctx, to)
	if err != nil {
		s.listener.o.Log.Error("mail door: recipient", "error", err)
		return errNotReady
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if ours {
		s.to = append(s.to, to)
		return nil
	}
	if s.strangers++; s.strangers > maxStrangers {
		s.guard.drain() // after this answer the connection ends
		return refuse(421, smtp.EnhancedCode{4, 7, 0}, "Too many unknown recipients")
	}
	return refuse(550, smtp.EnhancedCode{5, 1, 1}, "No such address here")
}

// Data implements smtp.Session.
func (s *visit) Data(r io.Reader) error {
	for _, err := range s.take(r) {
		// One answer for all recipients: a mail that is not kept for each of them comes again, and
		// whoever has it already knows it by its Message-ID.
		if err != nil {
			return err
		}
	}
	return nil
}

// LMTPData implements smtp.LMTPSession: an answer for each recipient.
func (s *visit) LMTPData(r io.Reader, status smtp.StatusCollector) error {
	s.mu.Lock()
	to := s.to
	s.mu.Unlock()
	for i, err := range s.take(r) {
		status.SetStatus(to[i], err)
	}
	return nil
}

// take reads a mail to its end and has it kept, with a result for each recipient.
func (s *visit) take(r io.Reader) []error {
	s.guard.busy(true)
	defer s.guard.busy(false)
	s.mu.Lock()
	m := Arrived{LMTP: s.listener.o.LMTP, Client: clientIP(s.guard.RemoteAddr()), Helo: s.conn.Hostname(), From: s.from, To: s.to}
	s.mu.Unlock()
	results := make([]error, len(m.To))
	all := func(err error) []error {
		for i := range results {
			results[i] = err
		}
		return results
	}
	under := &underWay{r: r, all: &s.listener.spooled, limit: int64(s.listener.o.SpoolMB) << 20}
	defer under.done()
	raw, err := Spool(under, s.limit)
	switch {
	case errors.Is(err, errCrowded):
		return all(refuse(452, smtp.EnhancedCode{4, 3, 1}, "Too many large mails at once, please try again later"))
	case errors.Is(err, ErrTooLarge), errors.Is(err, smtp.ErrDataTooLarge):
		return all(refuse(552, smtp.EnhancedCode{5, 3, 4}, "The mail is too large"))
	case errors.Is(err, smtp.ErrTooLongLine):
		return all(refuse(554, smtp.EnhancedCode{5, 6, 0}, "A line of the mail is too long"))
	case err != nil:
		// The client has gone, or our disk is full; nobody hears the answer of the former.
		s.listener.o.Log.Info("mail not read to its end", "error", err)
		return all(errNotReady)
	}
	defer raw.Close()
	if !m.LMTP && !s.listener.megabytes.take(s.guard.client, float64(raw.Size())/(1<<20)) {
		return all(refuse(452, smtp.EnhancedCode{4, 7, 1}, "Too much mail from you, please try again later"))
	}
	m.Raw = raw
	ctx, cancel := context.WithTimeout(context.Background(), keepWithin)
	defer cancel()
	for i, err := range s.listener.o.Receiver.Keep(ctx, m) {
		if results[i] = err; err == nil {
			continue
		}
		if errors.Is(err, ErrTooLarge) {
			results[i] = refuse(552, smtp.EnhancedCode{5, 3, 4}, "The mail is too large")
			continue
		}
		s.listener.o.Log.Error("mail not kept", "error", err)
		results[i] = errNotReady
	}
	return results
}

// Reset implements smtp.Session.
func (s *visit) Reset() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.from, s.to = "", nil
}

// Logout implements smtp.Session.
func (s *visit) Logout() error { return nil }

// ListenSocket opens a socket of this machine for LMTP. One that a killed process has left behind is
// taken over, a living one is not.
func ListenSocket(path string) (net.Listener, error) {
	l, err := net.Listen("unix", path)
	if err != nil {
		if conn, derr := net.DialTimeout("unix", path, time.Second); derr == nil {
			conn.Close()
			return nil, err
		}
		if info, serr := os.Lstat(path); serr != nil || info.Mode()&os.ModeSocket == 0 {
			return nil, err
		}
		if os.Remove(path) != nil {
			return nil, err
		}
		if l, err = net.Listen("unix", path); err != nil {
			return nil, err
		}
	}
	// Mail servers run as users of their own; who may reach the socket its folder says.
	return l, os.Chmod(path, 0o666)
}
