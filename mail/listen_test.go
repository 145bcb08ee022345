package mail

import (
	"bufio"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"lodge/internal/testmail"
)

// desklet takes mail for everything at lodge.example.
type desklet struct {
	mu    sync.Mutex
	limit int64
	kept  []Arrived
	raws  []string
	fault func(to string) error
	wait  chan struct{}
}

func (d *desklet) Knows(_ context.Context, address string) (bool, error) {
	if address == "away@lodge.example" {
		return false, errors.New("the database is away")
	}
	return strings.HasSuffix(strings.ToLower(address), "@lodge.example"), nil
}

func (d *desklet) Limit(context.Context) (int64, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.limit, nil
}

func (d *desklet) Keep(_ context.Context, m Arrived) []error {
	raw, _ := io.ReadAll(m.Raw.Reader())
	if d.wait != nil {
		<-d.wait
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	results := make([]error, len(m.To))
	for i, to := range m.To {
		if d.fault != nil {
			results[i] = d.fault(to)
		}
	}
	d.kept, d.raws = append(d.kept, m), append(d.raws, string(raw))
	return results
}

func (d *desklet) mails() []string {
	d.mu.Lock()
	defer d.mu.Unlock()
	return append([]string(nil), d.raws...)
}

func startDoor(t *testing.T, d *desklet, o ListenOptions) *Listener {
	t.Helper()
	if d.limit == 0 {
		d.limit = 1 << 20
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	o.Receiver, o.Name = d, "mail.lodge.example"
	s := NewListener(l, o)
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		s.Stop(ctx)
	})
	return s
}

// caller speaks SMTP with bare hands.
type caller struct {
	t    *testing.T
	conn net.Conn
	r    *bufio.Reader
}

func call(t *testing.T, s *Listener) *caller {
	t.Helper()
	conn, err := net.Dial(s.Addr().Network(), s.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	_ = conn.SetDeadline(time.Now().Add(20 * time.Second))
	return &caller{t, conn, bufio.NewReader(conn)}
}

func (c *caller) write(text string) {
	c.t.Helper()
	if _, err := io.WriteString(c.conn, text); err != nil {
		c.t.Fatal(err)
	}
}

// answer reads one answer, all of its lines.
func (c *caller) answer() string {
	var all strings.Builder
	for {
		line, err := c.r.ReadString('\n')
		all.WriteString(line)
		if err != nil || len(line) < 4 || line[3] != '-' {
			return all.String()
		}
	}
}

// say sends a line and wants an answer that begins so.
func (c *caller) say(line, want string) string {
	c.t.Helper()
	if line != "" {
		c.write(line + "\r\n")
	}
	got := c.answer()
	if !strings.HasPrefix(got, want) {
		c.t.Fatalf("%q answers %q, want %s", line, got, want)
	}
	return got
}

func (c *caller) greet() *caller {
	c.t.Helper()
	c.say("", "220 mail.lodge.example")
	c.say("EHLO client.example", "250-")
	return c
}

// envelope begins a mail up to its data.
func (c *caller) envelope(to ...string) *caller {
	c.t.Helper()
	c.say("MAIL FROM:<ada@customer.example>", "250 ")
	for _, a := range to {
		c.say("RCPT TO:<"+a+">", "250 ")
	}
	c.say("DATA", "354 ")
	return c
}

// EM-4: a mail for us is taken with its envelope; nobody relays, signs in or learns addresses here.
func TestTheDoorTakesOurMailOnly(t *testing.T) {
	d := &desklet{}
	s := startDoor(t, d, ListenOptions{})
	c := call(t, s)
	c.say("", "220 mail.lodge.example ESMTP")
	caps := c.say("EHLO client.example", "250-")
	if !strings.Contains(caps, "SIZE 1048576") || strings.Contains(caps, "AUTH") || strings.Contains(caps, "STARTTLS") || strings.Contains(caps, "VRFY") {
		t.Errorf("it says it can %q", caps)
	}
	c.say("AUTH PLAIN AHUAcA==", "523 ")
	c.say("RCPT TO:<support@lodge.example>", "502 ")
	c.say("MAIL FROM:<ada@customer.example> SIZE=100", "250 ")
	c.say("RCPT TO:<somebody@elsewhere.example>", "550 5.1.1")
	c.say("RCPT TO:<support%elsewhere.example@lodge.invalid>", "550 ")
	c.say("RCPT TO:<away@lodge.example>", "451 4.3.0")
	c.say("DATA", "502 ")
	c.say("RCPT TO:<support@lodge.example>", "250 ")
	c.say("RCPT TO:<Sales+x@Lodge.Example>", "250 ")
	c.say("DATA", "354 ")
	c.write("Subject: one\r\n\r\n..dotted\r\n.\r\n")
	c.say("", "250 ")
	// The next mail of the same connection knows nothing of the last; the null sender is a bounce's.
	c.say("MAIL FROM:<>", "250 ")
	c.say("RCPT TO:<support@lodge.example>", "250 ")
	c.say("DATA", "354 ")
	c.write("Subject: bounce\r\n\r\n.\r\n")
	c.say("", "250 ")
	c.say("VRFY support", "252 ")
	c.say("EXPN support", "502 ")
	c.say("QUIT", "221 ")
	if got := d.mails(); len(got) != 2 || got[0] != "Subject: one\r\n\r\n.dotted\r\n" || got[1] != "Subject: bounce\r\n\r\n" {
		t.Fatalf("%q", got)
	}
	one, two := d.kept[0], d.kept[1]
	if one.From != "ada@customer.example" || strings.Join(one.To, " ") != "support@lodge.example Sales+x@Lodge.Example" || one.Helo != "client.example" || !one.Client.IsLoopback() || one.LMTP {
		t.Errorf("%+v", one)
	}
	if two.From != "" || len(two.To) != 1 {
		t.Errorf("%+v", two)
	}
}

// A26: only CRLF.CRLF ends a mail; whatever else looks like an end is text of the same mail.
func TestA26NoMailIsSmuggled(t *testing.T) {
	for name, end := range map[string]string{"LF.LF": "\n.\n", "CR.CR": "\r.\r", "LF.CRLF": "\n.\r\n", "CRLF.LF": "\r\n.\n", "CRLF.CR": "\r\n.\r", "CR.CRLF": "\r.\r\n", "NUL": "\r\n\x00.\r\n", "CRCRLF": "\r\r\n.\r\n"} {
		t.Run(name, func(t *testing.T) {
			d := &desklet{}
			c := call(t, startDoor(t, d, ListenOptions{})).greet().envelope("support@lodge.example")
			c.write("Subject: outer\r\n\r\nfirst" + end + "MAIL FROM:<evil@customer.example>\r\nRCPT TO:<support@lodge.example>\r\nDATA\r\nSubject: inner\r\n\r\nsmuggled\r\n.\r\n")
			c.say("", "250 ")
			c.say("NOOP", "250 ") // nothing of the mail was taken for a command
			c.say("QUIT", "221 ")
			got := d.mails()
			if len(got) != 1 || !strings.HasPrefix(got[0], "Subject: outer") || !strings.Contains(got[0], "smuggled") || d.kept[0].From != "ada@customer.example" {
				t.Errorf("%d mails: %q", len(got), got)
			}
		})
	}
}

// A mail of a size that is too much is refused before and after it was sent, whatever its sender says of it,
// and what is allowed may change while the door is open.
func TestTheDoorKeepsToItsSize(t *testing.T) {
	d := &desklet{limit: 10_000}
	s := startDoor(t, d, ListenOptions{})
	c := call(t, s).greet()
	c.say("MAIL FROM:<a@customer.example> SIZE=10001", "552 ")
	c.envelope("support@lodge.example")
	c.write(strings.Repeat("0123456789\r\n", 2_000) + ".\r\n")
	c.say("", "552 ")
	c.envelope("support@lodge.example")
	c.write("small\r\n.\r\n")
	c.say("", "250 ")
	// The other way to send a mail, in pieces.
	c.say("MAIL FROM:<a@customer.example>", "250 ")
	c.say("RCPT TO:<support@lodge.example>", "250 ")
	c.write("BDAT 7\r\nin two " + "BDAT 8 LAST\r\npieces\r\n")
	c.say("", "250 ")
	c.say("", "250 ")
	c.say("MAIL FROM:<a@customer.example>", "250 ")
	c.say("RCPT TO:<support@lodge.example>", "250 ")
	c.write("BDAT 9000\r\n" + strings.Repeat("x", 9000))
	c.say("", "250 ")
	c.write("BDAT 9000 LAST\r\n" + strings.Repeat("x", 9000))
	c.say("", "552 ")
	c.envelope("support@lodge.example")
	c.write(strings.Repeat("x", maxLine+10) + "\r\n.\r\n")
	c.say("", "5")
	if got := d.mails(); len(got) != 2 || got[0] != "small\r\n" || got[1] != "in two pieces\r\n" {
		t.Errorf("%q", got)
	}
	d.mu.Lock()
	d.limit = 20_000
	d.mu.Unlock()
	c = call(t, s)
	c.say("", "220 ")
	if caps := c.say("EHLO x.example", "250-"); !strings.Contains(caps, "SIZE 20000") {
		t.Errorf("announced: %q", caps)
	}
}

// A fault of ours is temporary: nobody hears 250 for a mail that is not kept.
func TestAFaultOfOursIsTemporary(t *testing.T) {
	d := &desklet{fault: func(to string) error {
		if strings.HasPrefix(to, "sales") {
			return errors.New("disk full at /var/lib/lodge")
		}
		return nil
	}}
	c := call(t, startDoor(t, d, ListenOptions{})).greet().envelope("support@lodge.example", "sales@lodge.example")
	c.write("x\r\n.\r\n")
	if got := c.say("", "451 4.3.0"); strings.Contains(got, "/var") {
		t.Errorf("the answer tells of our insides: %q", got)
	}
	// LMTP answers for each.
	c = call(t, startDoor(t, d, ListenOptions{LMTP: true}))
	c.say("", "220 ")
	c.say("EHLO x.example", "500 ")
	c.say("LHLO x.example", "250-")
	c.envelope("support@lodge.example", "sales@lodge.example", "support@lodge.example")
	c.write("x\r\n.\r\n")
	c.say("", "250 ")
	c.say("", "451 ")
	c.say("", "250 ")
	if last := d.kept[len(d.kept)-1]; !last.LMTP {
		t.Errorf("%+v", last)
	}
	// A client that goes away in the middle leaves nothing.
	before := len(d.mails())
	c.envelope("support@lodge.example")
	c.write("half a mail")
	c.conn.Close()
	time.Sleep(100 * time.Millisecond)
	if len(d.mails()) != before {
		t.Error("half a mail was kept")
	}
}

// Slow and silent clients are let go, and everybody else is served meanwhile.
func TestSlowClientsAreLetGo(t *testing.T) {
	d := &desklet{}
	s := startDoor(t, d, ListenOptions{Idle: 300 * time.Millisecond, Session: 1500 * time.Millisecond})
	silent := call(t, s).greet()
	began := time.Now()
	silent.say("", "421 ")
	if took := time.Since(began); took > 5*time.Second {
		t.Errorf("silence was borne for %v", took)
	}
	slow := call(t, s).greet().envelope("support@lodge.example")
	began = time.Now()
	for time.Since(began) < 10*time.Second {
		if _, err := io.WriteString(slow.conn, "x"); err != nil {
			break
		}
		time.Sleep(100 * time.Millisecond)
	}
	if took := time.Since(began); took > 8*time.Second {
		t.Errorf("a drip was borne for %v", took)
	}
	if len(d.mails()) != 0 {
		t.Error("a drip was kept")
	}
}

// A storm waits outside: too many at once, too many an hour, too many recipients, too many guesses.
func TestTooManyAreToldToWait(t *testing.T) {
	d := &desklet{}
	s := startDoor(t, d, ListenOptions{ClientConnections: 2, MaxRecipients: 3, HourlyMails: 4, HourlyConnections: 5})
	one, _ := call(t, s).greet(), call(t, s).greet()
	call(t, s).say("", "421 4.7.0")
	one.say("MAIL FROM:<a@customer.example>", "250 ")
	for range 3 {
		one.say("RCPT TO:<support@lodge.example>", "250 ")
	}
	one.say("RCPT TO:<support@lodge.example>", "452 ")
	for range 3 {
		one.say("RSET", "250 ")
		one.say("MAIL FROM:<a@customer.example>", "250 ")
	}
	one.say("RSET", "250 ")
	one.say("MAIL FROM:<a@customer.example>", "450 4.7.1")
	one.say("QUIT", "221 ")
	refused := false
	for range 6 {
		c := call(t, s)
		got := c.answer()
		refused = refused || strings.HasPrefix(got, "421 4.7.0") && strings.Contains(got, "from you")
		c.conn.Close()
		time.Sleep(20 * time.Millisecond)
	}
	if !refused {
		t.Error("connections without end")
	}
	// Large mails: a client brings so much an hour, all of them so much at once. Small ones go through.
	big := strings.Repeat(strings.Repeat("x", 98)+"\r\n", 12_000)
	d.limit = 2 << 20
	c := call(t, startDoor(t, d, ListenOptions{HourlyMB: 1})).greet().envelope("support@lodge.example")
	c.write(big + ".\r\n")
	c.say("", "250 ")
	c.envelope("support@lodge.example")
	c.write("one more\r\n.\r\n")
	c.say("", "452 4.7.1")
	c = call(t, startDoor(t, d, ListenOptions{SpoolMB: 1})).greet().envelope("support@lodge.example")
	c.write(big + ".\r\n")
	c.say("", "452 4.3.1")
	c.envelope("support@lodge.example")
	c.write("small\r\n.\r\n")
	c.say("", "250 ")
	guesser := call(t, startDoor(t, d, ListenOptions{})).greet()
	guesser.say("MAIL FROM:<a@customer.example>", "250 ")
	for i := range maxStrangers {
		guesser.say(fmt.Sprintf("RCPT TO:<guess%d@elsewhere.example>", i), "550 ")
	}
	guesser.say("RCPT TO:<one-more@elsewhere.example>", "421 ")
	for {
		if _, err := guesser.r.ReadString('\n'); err != nil {
			break
		}
	}
}

// A5, A6: a client is an address or a /64, and comes back at its own pace.
func TestPace(t *testing.T) {
	now := time.Now()
	p := newPace(60)
	p.now = func() time.Time { return now }
	for range 60 {
		if !p.take("a", 1) {
			t.Fatal("refused too early")
		}
	}
	if p.take("a", 1) || !p.take("b", 1) {
		t.Error("the 61st goes through, or another client pays for it")
	}
	now = now.Add(time.Minute)
	if !p.take("a", 1) || p.take("a", 1) {
		t.Error("a minute gives back one")
	}
	for in, want := range map[string]string{"203.0.113.9": "203.0.113.9", "::ffff:203.0.113.9": "203.0.113.9", "2001:db8:1:2:3:4:5:6": "2001:db8:1:2::/64", "2001:db8:1:2::9": "2001:db8:1:2::/64"} {
		if got := clientKey(&net.TCPAddr{IP: net.ParseIP(in)}); got != want {
			t.Errorf("%s counts as %s", in, got)
		}
	}
}

// STARTTLS works, and nothing that was said before it counts after it.
func TestTheDoorOffersTLS(t *testing.T) {
	settings, roots := testmail.TLS(t)
	d := &desklet{}
	c := call(t, startDoor(t, d, ListenOptions{TLS: settings}))
	c.say("", "220 ")
	if caps := c.say("EHLO client.example", "250-"); !strings.Contains(caps, "STARTTLS") {
		t.Fatalf("%q", caps)
	}
	c.say("MAIL FROM:<plain@customer.example>", "250 ")
	c.write("STARTTLS\r\nRCPT TO:<support@lodge.example>\r\n") // a command slipped in front of the handshake
	c.say("", "220 ")
	protected := tls.Client(c.conn, &tls.Config{RootCAs: roots, ServerName: "localhost"})
	if err := protected.Handshake(); err != nil {
		t.Fatal(err)
	}
	c.conn, c.r = protected, bufio.NewReader(protected)
	c.say("RCPT TO:<support@lodge.example>", "502 ")
	c.say("EHLO client.example", "250-")
	c.envelope("support@lodge.example")
	c.write("x\r\n.\r\n")
	c.say("", "250 ")
	if d.kept[0].From != "ada@customer.example" {
		t.Errorf("%+v", d.kept[0])
	}
}

// Stopping lets a mail that is being taken come to its end, and waits for nobody who only stands there.
func TestTheDoorDrains(t *testing.T) {
	d := &desklet{wait: make(chan struct{})}
	s := startDoor(t, d, ListenOptions{})
	call(t, s).greet()
	busy := call(t, s).greet().envelope("support@lodge.example")
	busy.write("x\r\n.\r\n")
	time.Sleep(100 * time.Millisecond)
	stopped := make(chan error, 1)
	go func() { stopped <- s.Stop(context.Background()) }()
	time.Sleep(100 * time.Millisecond)
	if conn, err := net.Dial("tcp", s.Addr().String()); err == nil {
		conn.Close()
		t.Error("the door is still open")
	}
	close(d.wait)
	busy.say("", "250 ")
	select {
	case err := <-stopped:
		if err != nil {
			t.Error(err)
		}
	case <-time.After(time.Minute):
		t.Fatal("it does not stop")
	}
}

// A socket that a killed process left behind is taken over; a living one is not.
func TestSocketsAreTakenOver(t *testing.T) {
	path := filepath.Join(t.TempDir(), "lmtp.sock")
	l, err := ListenSocket(path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := ListenSocket(path); err == nil {
		t.Fatal("a living socket was taken over")
	}
	l.(*net.UnixListener).SetUnlinkOnClose(false)
	l.Close()
	if l, err = ListenSocket(path); err != nil {
		t.Fatal(err)
	}
	d := &desklet{limit: 1000}
	s := NewListener(l, ListenOptions{Receiver: d, Name: "mail.lodge.example", LMTP: true})
	defer s.Stop(context.Background())
	c := call(t, s)
	c.say("", "220 ")
	c.say("LHLO mta.example", "250-")
	c.envelope("support@lodge.example")
	c.write("x\r\n.\r\n")
	c.say("", "250 ")
	if len(d.kept) != 1 || d.kept[0].Client != nil {
		t.Errorf("%+v", d.kept)
	}
	c.say("QUIT", "221 ")
}

// A mail larger than memory is meant to hold is read back whole, as often as it is wanted.
func TestSpool(t *testing.T) {
	for _, n := range []int{0, 1, inMemory - 1, inMemory, inMemory + 1, 3 * inMemory} {
		text := strings.Repeat("abcdefg", n/7+1)[:n]
		s, err := Spool(strings.NewReader(text), int64(n))
		if err != nil || s.Size() != int64(n) {
			t.Fatalf("%d: %v", n, err)
		}
		for range 2 {
			if got, err := io.ReadAll(s.Reader()); err != nil || string(got) != text {
				t.Errorf("%d bytes come back as %d: %v", n, len(got), err)
			}
		}
		s.Close()
		if _, err := Spool(strings.NewReader(text+"x"), int64(n)); !errors.Is(err, ErrTooLarge) {
			t.Errorf("%d+1: %v", n, err)
		}
	}
}
