package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/base64"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/cookiejar"
	netsmtp "net/smtp"
	"net/textproto"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"
	"golang.org/x/net/dns/dnsmessage"

	"lodge/config"
	"lodge/desk"
	"lodge/internal/testmail"
	"lodge/mail"
	"lodge/models"
)

// mailWorld is the part of the net around a desk: a provider that sends for its account and carries
// each mail to where its domain receives, and everybody else's mailboxes.
type mailWorld struct {
	t    *testing.T
	port int
	// routes are where domains receive; all others are mailboxes of this world.
	routes map[string]func(from, to, raw string)

	mu    sync.Mutex
	boxes map[string][]string
}

func newMailWorld(t *testing.T) *mailWorld {
	w := &mailWorld{t: t, routes: map[string]func(from, to, raw string){}, boxes: map[string][]string{}}
	server := smtp.NewServer(smtp.BackendFunc(func(*smtp.Conn) (smtp.Session, error) { return &submission{w: w}, nil }))
	server.AllowInsecureAuth, server.ErrorLog = true, quietSMTP{}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	w.port = l.Addr().(*net.TCPAddr).Port
	go server.Serve(l)
	t.Cleanup(func() { server.Close() })
	return w
}

// carry brings a mail to one recipient.
func (w *mailWorld) carry(from, to, raw string) {
	_, domain, _ := strings.Cut(to, "@")
	if route := w.routes[domain]; route != nil {
		route(from, to, raw)
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.boxes[to] = append(w.boxes[to], raw)
}

// mails are all that came for an address, oldest first, as a mail program reads them.
func (w *mailWorld) mails(to string) (all []gotMail) {
	w.t.Helper()
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, raw := range w.boxes[to] {
		parsed, err := mail.Parse(strings.NewReader(raw), mail.ParseOptions{})
		if err != nil {
			w.t.Fatalf("a mail that nobody can read: %v\n%s", err, raw)
		}
		head, err := textproto.NewReader(bufio.NewReader(strings.NewReader(raw))).ReadMIMEHeader()
		if err != nil {
			w.t.Fatal(err)
		}
		all = append(all, gotMail{parsed, head, raw})
	}
	return all
}

// sent is everything that came for anybody.
func (w *mailWorld) sent() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	var all strings.Builder
	for _, box := range w.boxes {
		for _, raw := range box {
			all.WriteString(raw)
			if parsed, err := mail.Parse(strings.NewReader(raw), mail.ParseOptions{}); err == nil {
				all.WriteString(parsed.Subject + parsed.Full)
			}
		}
	}
	return all.String()
}

type gotMail struct {
	*mail.Parsed
	head textproto.MIMEHeader
	raw  string
}

// replyTo is where an answer goes.
func (m gotMail) replyTo() string {
	to := m.head.Get("Reply-To")
	if to == "" {
		to = m.head.Get("From")
	}
	to = to[strings.LastIndexByte(to, '<')+1:]
	return strings.TrimSuffix(to, ">")
}

var mailedLink = regexp.MustCompile(`/ticket/thread/[^\s"<>]+`)

func (m gotMail) link() string { return mailedLink.FindString(m.Full) }

type quietSMTP struct{}

func (quietSMTP) Printf(string, ...any) {}
func (quietSMTP) Println(...any)        {}

// submission is the provider's server for those who have an account.
type submission struct {
	w        *mailWorld
	signedIn bool
	from     string
	to       []string
}

func (s *submission) AuthMechanisms() []string { return []string{sasl.Plain} }
func (s *submission) Auth(string) (sasl.Server, error) {
	return sasl.NewPlainServer(func(_, user, password string) error {
		if user != testmail.User || password != testmail.Password {
			return &smtp.SMTPError{Code: 535, EnhancedCode: smtp.EnhancedCode{5, 7, 8}, Message: "Username and Password not accepted"}
		}
		s.signedIn = true
		return nil
	}), nil
}
func (s *submission) Mail(from string, _ *smtp.MailOptions) error {
	if !s.signedIn {
		return &smtp.SMTPError{Code: 530, Message: "sign in"}
	}
	s.from, s.to = from, nil
	return nil
}
func (s *submission) Rcpt(to string, _ *smtp.RcptOptions) error {
	s.to = append(s.to, to)
	return nil
}
func (s *submission) Data(r io.Reader) error {
	raw, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	for _, to := range s.to {
		s.w.carry(s.from, to, string(raw))
	}
	return nil
}
func (*submission) Reset()        {}
func (*submission) Logout() error { return nil }

// note is a mail that somebody writes.
type note struct {
	from, to, cc, subject, id, answers, text string
	// html and picture: the picture is shown in the HTML by its Content-ID.
	html    string
	picture []byte
	file    string // its name; its bytes are fileBytes of it
}

// fileBytes are bytes that no encoding leaves alone.
func fileBytes(name string) []byte {
	return append([]byte("%PDF-1.4\n"+name+"\n\x00\xff\r\n.\r\n"), bytes.Repeat([]byte{0xe2, 0x9c, 0x93, '\n'}, 300)...)
}

func (n note) raw() string {
	var b strings.Builder
	line := func(format string, args ...any) {
		fmt.Fprintf(&b, strings.ReplaceAll(format, "\n", "\r\n")+"\r\n", args...)
	}
	line("From: %s\nTo: %s", n.from, n.to)
	if n.cc != "" {
		line("Cc: %s", n.cc)
	}
	line("Subject: %s\nMessage-ID: %s\nDate: %s\nMIME-Version: 1.0", n.subject, n.id, time.Now().UTC().Format(time.RFC1123Z))
	if n.answers != "" {
		line("In-Reply-To: %s\nReferences: <earlier@elsewhere.example> %s", n.answers, n.answers)
	}
	plain := "Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n" + n.text
	wrapped := func(b []byte) string {
		s := base64.StdEncoding.EncodeToString(b)
		for i := 76; i < len(s); i += 78 {
			s = s[:i] + "\r\n" + s[i:]
		}
		return s
	}
	if n.file == "" && n.html == "" {
		line("%s", strings.ReplaceAll(plain, "\n", "\r\n"))
		return b.String()
	}
	line("Content-Type: multipart/mixed; boundary=MIX\n\n--MIX")
	if n.html == "" {
		line("%s", strings.ReplaceAll(plain, "\n", "\r\n"))
	} else {
		line("Content-Type: multipart/related; boundary=REL\n\n--REL\nContent-Type: multipart/alternative; boundary=ALT\n\n--ALT")
		line("%s", strings.ReplaceAll(plain, "\n", "\r\n"))
		line("--ALT\nContent-Type: text/html; charset=utf-8\n\n%s\n--ALT--", n.html)
		line("--REL\nContent-Type: image/png; name=screen.png\nContent-ID: <screen@client>\nContent-Disposition: inline; filename=screen.png\nContent-Transfer-Encoding: base64\n\n%s\n--REL--", wrapped(n.picture))
	}
	if n.file != "" {
		line("--MIX\nContent-Type: application/pdf; name=\"%s\"\nContent-Disposition: attachment; filename=\"%s\"\nContent-Transfer-Encoding: base64\n\n%s", n.file, n.file, wrapped(fileBytes(n.file)))
	}
	line("--MIX--")
	return b.String()
}

// nameServer answers the questions of this process about DNS until the test ends: TXT and MX as told,
// nothing else exists.
type nameServer struct {
	mu  sync.Mutex
	txt map[string][]string
	mx  map[string]string
}

func startNameServer(t *testing.T) *nameServer {
	t.Helper()
	s := &nameServer{txt: map[string][]string{}, mx: map[string]string{}}
	conn, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	go func() {
		buffer := make([]byte, 4096)
		for {
			n, from, err := conn.ReadFrom(buffer)
			if err != nil {
				return
			}
			if answer, err := s.answer(buffer[:n]); err == nil {
				conn.WriteTo(answer, from)
			}
		}
	}()
	usual := net.DefaultResolver
	net.DefaultResolver = &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, "udp", conn.LocalAddr().String())
	}}
	t.Cleanup(func() { net.DefaultResolver = usual; conn.Close() })
	return s
}

func (s *nameServer) answer(question []byte) ([]byte, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	var p dnsmessage.Parser
	head, err := p.Start(question)
	if err != nil {
		return nil, err
	}
	q, err := p.Question()
	if err != nil {
		return nil, err
	}
	name := strings.ToLower(strings.TrimSuffix(q.Name.String(), "."))
	txt, mx := s.txt[name], s.mx[name]
	out := dnsmessage.Message{Header: dnsmessage.Header{ID: head.ID, Response: true, Authoritative: true, RecursionAvailable: true}, Questions: []dnsmessage.Question{q}}
	answer := func(body dnsmessage.ResourceBody) {
		out.Answers = append(out.Answers, dnsmessage.Resource{Header: dnsmessage.ResourceHeader{Name: q.Name, Class: dnsmessage.ClassINET, TTL: 60}, Body: body})
	}
	switch {
	case len(txt) == 0 && mx == "":
		out.RCode = dnsmessage.RCodeNameError
	case q.Type == dnsmessage.TypeTXT:
		for _, record := range txt {
			body := &dnsmessage.TXTResource{}
			for len(record) > 250 {
				body.TXT, record = append(body.TXT, record[:250]), record[250:]
			}
			body.TXT = append(body.TXT, record)
			answer(body)
		}
	case q.Type == dnsmessage.TypeMX && mx != "":
		answer(&dnsmessage.MXResource{Pref: 10, MX: dnsmessage.MustNewName(mx + ".")})
	}
	return out.Pack()
}

func (s *nameServer) set(name string, records ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.txt[name] = records
}

// bySMTP hands a mail over to a server that asks for no sign-in.
func bySMTP(t *testing.T, server, from, to, raw string) {
	client, err := netsmtp.Dial(server)
	if err != nil {
		t.Error(err)
		return
	}
	defer client.Close()
	w := io.WriteCloser(nil)
	for _, step := range []func() error{
		func() error { return client.Hello("mx.elsewhere.example") },
		func() error { return client.Mail(from) },
		func() error { return client.Rcpt(to) },
		func() (err error) { w, err = client.Data(); return err },
		func() error { _, err := io.WriteString(w, raw); return err },
		func() error { return w.Close() },
	} {
		if err := step(); err != nil {
			t.Errorf("mail from %s to %s: %v", from, to, err)
			return
		}
	}
}

// overLMTP hands a mail over as a mail server of the house does.
func overLMTP(t *testing.T, server, from, to, raw string) {
	conn, err := net.Dial("tcp", server)
	if err != nil {
		t.Error(err)
		return
	}
	client := smtp.NewClientLMTP(conn)
	defer client.Close()
	if err := client.Mail(from, nil); err != nil {
		t.Error(err)
		return
	}
	if err := client.Rcpt(to, nil); err != nil {
		t.Error(err)
		return
	}
	w, err := client.Data()
	if err != nil {
		t.Error(err)
		return
	}
	if _, err := io.WriteString(w, raw); err != nil {
		t.Error(err)
	}
	if err := w.Close(); err != nil {
		t.Error(err)
	}
}

// browserAt is somebody's browser, with cookies of its own.
func browserAt() *http.Client {
	jar, _ := cookiejar.New(nil)
	return &http.Client{Jar: jar, Timeout: 30 * time.Second}
}

// staff makes an agent of a desk.
func staff(t *testing.T, app *App, name, addr string, role models.Role) desk.Actor {
	t.Helper()
	hash, err := desk.HashPassword("correct horse battery")
	if err != nil {
		t.Fatal(err)
	}
	a := &models.Agent{Address: addr, AddressKey: addr, Name: name, PublicName: name, Role: role, PasswordHash: hash, CreatedAt: models.At(time.Now())}
	if err := app.db.Write(context.Background(), func(ctx context.Context, tx *models.Tx) error { return models.InsertAgent(ctx, tx, a) }); err != nil {
		t.Fatal(err)
	}
	return desk.Actor{ID: a.ID, Name: a.Name, Role: a.Role}
}

// signIn signs an agent in.
func signIn(t *testing.T, app *App, addr string) *http.Client {
	t.Helper()
	client := browserAt()
	_, csrf := page(t, client, app.URL+"/agent/sign-in")
	send(t, client, app.URL, "/agent/sign-in", url.Values{"csrf": {csrf}, "email": {addr}, "password": {"correct horse battery"}})
	return client
}

// decided waits until a desk has decided about the mail with a Message-ID, and until all that
// follows from it is done.
func decided(t *testing.T, app *App, id string) *models.MailIn {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	for n := int64(1); ; {
		m, err := models.MailInByID(ctx, app.db, n)
		switch {
		case err == nil && m.Outcome != "" && m.MailID != id:
			n++
			continue
		case err == nil && m.Outcome != "":
			settled(ctx, t, app)
			return m
		case err != nil && models.KindOf(err) != models.KindNotFound:
			t.Fatalf("waiting for %s: %v", id, err)
		}
		time.Sleep(10 * time.Millisecond)
	}
}

// settled waits until nothing is to be done, now or in a moment: a mail asks again for its turn at a
// server that takes two at once.
func settled(ctx context.Context, t *testing.T, app *App) {
	t.Helper()
	for {
		if err := app.runner.Settle(ctx); err != nil {
			t.Fatal(err)
		}
		at, any, err := models.NextJobAt(ctx, app.db)
		if err != nil {
			t.Fatal(err)
		}
		if !any || time.Until(at) > 5*time.Second {
			return
		}
		time.Sleep(max(time.Until(at), 10*time.Millisecond))
	}
}

// startPrepared starts the program on a folder that prepare has filled.
func startPrepared(t *testing.T, c config.Config, prepare func(app *App)) *App {
	t.Helper()
	app, err := NewApp(&c, newLog(&c, io.Discard))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
		defer cancel()
		if err := app.Stop(ctx); err != nil {
			t.Errorf("stop: %v", err)
		}
	})
	prepare(app)
	if err := app.Start(context.Background()); err != nil {
		t.Fatal(err)
	}
	return app
}
