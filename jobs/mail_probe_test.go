package jobs

import (
	"bytes"
	"context"
	"crypto/tls"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"

	"lodge/desk"
	"lodge/internal/testmail"
	"lodge/locale"
	"lodge/mail"
	"lodge/models"
)

// provider is a mail server in this process: SMTP with a sign-in, and an IMAP mailbox that what it
// takes arrives in.
type provider struct {
	mu   sync.Mutex
	imap *testmail.IMAP
	port int
	// from, to and drop decide about each mail: refused by an error, or lost on the way.
	from, to func(addr string) error
	drop     func(addr string) bool
	// receiver is what it writes on a mail that it has checked; rewrite changes a mail on its way.
	receiver string
	rewrite  func(raw string) string
	took     []string
}

type providerSession struct {
	p        *provider
	signedIn bool
	to       string
}

func (s *providerSession) AuthMechanisms() []string { return []string{sasl.Plain} }
func (s *providerSession) Auth(string) (sasl.Server, error) {
	return sasl.NewPlainServer(func(_, user, password string) error {
		if user != testmail.User || password != testmail.Password {
			return &smtp.SMTPError{Code: 535, EnhancedCode: smtp.EnhancedCode{5, 7, 8}, Message: "Username and Password not accepted"}
		}
		s.signedIn = true
		return nil
	}), nil
}
func (s *providerSession) Mail(from string, _ *smtp.MailOptions) error {
	if !s.signedIn {
		return &smtp.SMTPError{Code: 530, Message: "sign in"}
	}
	if s.p.from != nil {
		return s.p.from(from)
	}
	return nil
}
func (s *providerSession) Rcpt(to string, _ *smtp.RcptOptions) error {
	s.to = to
	if s.p.to != nil {
		return s.p.to(to)
	}
	return nil
}
func (s *providerSession) Data(r io.Reader) error {
	raw, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	s.p.mu.Lock()
	s.p.took = append(s.p.took, s.to)
	s.p.mu.Unlock()
	if s.p.drop != nil && s.p.drop(s.to) {
		return nil
	}
	text := string(raw)
	if s.p.receiver != "" {
		text = "Authentication-Results: " + s.p.receiver + "; dkim=pass header.d=lodge.example\r\n" + text
	}
	if s.p.rewrite != nil {
		text = s.p.rewrite(text)
	}
	s.p.imap.Put(text, time.Now())
	return nil
}
func (*providerSession) Reset()        {}
func (*providerSession) Logout() error { return nil }

type noLog struct{}

func (noLog) Printf(string, ...any) {}
func (noLog) Println(...any)        {}

func newProvider(t *testing.T, settings *tls.Config) *provider {
	t.Helper()
	p := &provider{imap: testmail.StartIMAP(t, testmail.IMAPOptions{})}
	server := smtp.NewServer(smtp.BackendFunc(func(*smtp.Conn) (smtp.Session, error) { return &providerSession{p: p}, nil }))
	server.AllowInsecureAuth, server.ErrorLog, server.TLSConfig = true, noLog{}, settings
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p.port = l.Addr().(*net.TCPAddr).Port
	go server.Serve(l)
	t.Cleanup(func() { server.Close() })
	return p
}

// probing is a house whose project has its mailbox at a provider.
type probing struct {
	*house
	p   *provider
	r   *Runner
	dns map[string]string
}

func (h *house) probing(p *provider) *probing {
	b := &probing{house: h, p: p, dns: map[string]string{"lodge.example": "v=spf1 mx -all", "_dmarc.lodge.example": "v=DMARC1; p=reject"}}
	b.agent = h.newAgent("Ines", "ines@lodge.example", models.RoleAdmin)
	b.r = h.runner("probe")
	b.r.Mailboxes = MailboxOptions{Check: 20 * time.Millisecond, Poll: 50 * time.Millisecond, Pause: 20 * time.Millisecond}
	b.r.Probe = ProbeOptions{Patience: 40 * time.Second, Look: 20 * time.Millisecond, LookupTXT: func(_ context.Context, name string) ([]string, error) {
		if txt := b.dns[name]; txt != "" {
			return []string{txt}, nil
		}
		return nil, &net.DNSError{IsNotFound: true}
	}}
	b.save(nil)
	b.r.Start()
	h.t.Cleanup(func() { b.r.Stop(context.Background()) })
	return b
}

// save gives the mailbox its settings, by the verb that the page uses.
func (b *probing) save(change func(in *desk.MailboxInput)) {
	b.t.Helper()
	in := desk.MailboxInput{Address: "support@lodge.example", Receive: models.ReceiveIMAP, Plus: true, After: models.AfterKeep, Send: models.SendOwn,
		IMAP: desk.MailServerInput{Host: "127.0.0.1", Port: fmt.Sprint(b.p.imap.Port()), TLS: "none", Auth: models.MailAuthPassword, User: testmail.User, Password: testmail.Password},
		SMTP: desk.MailServerInput{Host: "127.0.0.1", Port: fmt.Sprint(b.p.port), TLS: "none", Auth: models.MailAuthPassword, User: testmail.User, Password: testmail.Password}}
	if change != nil {
		change(&in)
	}
	if err := b.desk.ChangeMailbox(b.t.Context(), b.agent, "support", b.box().ID, in); err != nil {
		e, _ := models.AsError(err)
		b.t.Fatalf("%v %+v", err, e)
	}
}

func (b *probing) box() *models.Mailbox {
	b.t.Helper()
	cat, err := b.db.Catalog(b.t.Context())
	if err != nil {
		b.t.Fatal(err)
	}
	return cat.ProjectBySlug("support").Mailboxes[0]
}

// test runs the set-up test to its end.
func (b *probing) test() *desk.MailProbe {
	b.t.Helper()
	b.clock.forward(time.Second)
	if err := b.desk.StartMailProbe(b.t.Context(), b.agent, "support", b.box().ID); err != nil {
		b.t.Fatal(err)
	}
	for end := time.Now().Add(time.Minute); time.Now().Before(end); time.Sleep(10 * time.Millisecond) {
		state, err := models.MailboxStateOf(b.t.Context(), b.db, b.box().ID)
		if err != nil {
			b.t.Fatal(err)
		}
		if p := desk.ReadMailProbe(state, b.desk.Now()); p != nil && !p.Running() {
			return p
		}
	}
	b.t.Fatal("the test does not end")
	return nil
}

// results are the steps of a test as "key:state:word".
func results(p *desk.MailProbe) string {
	var all []string
	for _, s := range p.Steps {
		all = append(all, strings.TrimSuffix(s.Key+":"+s.State+":"+s.Word, ":"))
	}
	return strings.Join(all, " ")
}

// spoken checks that each step of a test has words in every language, and no secret.
func spoken(t *testing.T, p *desk.MailProbe) {
	t.Helper()
	catalogue, err := locale.Load()
	if err != nil {
		t.Fatal(err)
	}
	for _, lang := range catalogue.Locales() {
		words := catalogue.For(lang)
		for _, s := range p.Steps {
			key := "agent.probe." + s.Key + "." + s.State
			if !words.Has(key) && !words.Has(key+"."+s.Word) {
				t.Errorf("%s: no words for %s %s", lang, key, s.Word)
			}
			if s.State == desk.ProbeFailed && !words.Has("agent.probe.why."+s.Word) {
				t.Errorf("%s: nothing to do about %s", lang, s.Word)
			}
		}
	}
	if raw, _ := json.Marshal(p); bytes.Contains(raw, []byte(testmail.Password)) {
		t.Errorf("a password: %s", raw)
	}
}

// EM-6: with a mailbox that works, every step is green, and nothing becomes a ticket.
func TestMailProbeIsGreen(t *testing.T) {
	h := newHouse(t, models.Options{Dir: t.TempDir()})
	p := newProvider(t, nil)
	p.receiver = "mx.lodge.example"
	b := h.probing(p)
	b.save(func(in *desk.MailboxInput) { in.TrustedReceiver = "mx.lodge.example" })
	got := b.test()
	if want := "sign_in:ok send:ok read:ok arrive:ok reply:ok match:ok sender:ok dns:ok"; results(got) != want || !got.Green() {
		t.Errorf("got  %s\nwant %s\n%+v", results(got), want, got)
	}
	spoken(t, got)
	reply := got.Step(desk.ProbeReply).Values["Address"]
	if !strings.HasPrefix(reply, "support+") || len(p.took) != 2 || p.took[1] != reply {
		t.Errorf("sent to %v, answered at %s", p.took, reply)
	}
	if tickets, err := h.desk.Queue(t.Context(), b.agent, desk.QueueAsk{View: models.ViewAll}); err != nil || len(tickets.Tickets) != 0 {
		t.Errorf("%+v, %v", tickets, err)
	}
	// The key of a test opens nothing.
	if _, err := h.desk.OpenReplyKey(t.Context(), strings.TrimSuffix(strings.TrimPrefix(reply, "support+"), "@lodge.example")); models.KindOf(err) != models.KindNotFound {
		t.Errorf("opens: %v", err)
	}
	// Each further test is one of its own.
	if again := b.test(); results(again) != results(got) || again.Step(desk.ProbeReply).Values["Address"] == reply {
		t.Errorf("again %s", results(again))
	}
}

// EM-6: each way in which a set-up goes wrong is named, with what to do about it.
func TestMailProbeNamesWhatIsWrong(t *testing.T) {
	plus := func(addr string) bool { return strings.Contains(addr, "+") }
	denied := func(code int, text string) func(string) error {
		return func(string) error { return &smtp.SMTPError{Code: code, Message: text} }
	}
	for name, row := range map[string]struct {
		provider func(p *provider)
		mailbox  func(in *desk.MailboxInput)
		want     string
	}{
		"password of SMTP": {nil, func(in *desk.MailboxInput) { in.SMTP.Password = "wrong" }, "sign_in:failed:auth send:skipped read:ok arrive:skipped reply:skipped match:skipped sender:skipped dns:ok"},
		"name of SMTP":     {nil, func(in *desk.MailboxInput) { in.SMTP.Host, in.SMTP.TLS = "nowhere.invalid", "tls" }, "sign_in:failed:resolve send:skipped read:ok arrive:skipped reply:skipped match:skipped sender:skipped dns:ok"},
		"port of SMTP":     {nil, func(in *desk.MailboxInput) { in.SMTP.Port = "1" }, "sign_in:failed:refused send:skipped read:ok arrive:skipped reply:skipped match:skipped sender:skipped dns:ok"},
		"TLS of SMTP":      {nil, func(in *desk.MailboxInput) { in.SMTP.TLS = "tls" }, "sign_in:failed:encryption send:skipped read:ok arrive:skipped reply:skipped match:skipped sender:skipped dns:ok"},
		"no STARTTLS":      {nil, func(in *desk.MailboxInput) { in.SMTP.TLS = "starttls" }, "sign_in:failed:encryption send:skipped read:ok arrive:skipped reply:skipped match:skipped sender:skipped dns:ok"},
		"relay":            {func(p *provider) { p.to = denied(554, "Relay access denied") }, nil, "sign_in:ok send:failed:relay read:ok arrive:skipped reply:skipped match:skipped sender:skipped dns:ok"},
		"sender":           {func(p *provider) { p.from = denied(553, "Sender address rejected: not owned by user") }, nil, "sign_in:ok send:failed:relay read:ok arrive:skipped reply:skipped match:skipped sender:skipped dns:ok"},
		"password of IMAP": {nil, func(in *desk.MailboxInput) { in.IMAP.Password = "wrong" }, "sign_in:ok send:ok read:failed:auth arrive:skipped reply:skipped match:skipped sender:skipped dns:ok"},
		"folder":           {nil, func(in *desk.MailboxInput) { in.Folder = "Nowhere" }, "sign_in:ok send:ok read:failed:folder arrive:skipped reply:skipped match:skipped sender:skipped dns:ok"},
		"port of IMAP":     {nil, func(in *desk.MailboxInput) { in.IMAP.Port = "1" }, "sign_in:ok send:ok read:failed:refused arrive:skipped reply:skipped match:skipped sender:skipped dns:ok"},
		"lost":             {func(p *provider) { p.drop = func(string) bool { return true } }, nil, "sign_in:ok send:ok read:ok arrive:failed:late reply:skipped match:skipped sender:skipped dns:ok"},
		"plus is refused": {func(p *provider) {
			p.to = func(addr string) error {
				if plus(addr) {
					return &smtp.SMTPError{Code: 550, EnhancedCode: smtp.EnhancedCode{5, 1, 1}, Message: "User unknown"}
				}
				return nil
			}
		}, nil, "sign_in:ok send:ok read:ok arrive:ok reply:failed:recipient match:skipped sender:advice:none dns:ok"},
		"plus is lost":     {func(p *provider) { p.drop = plus }, nil, "sign_in:ok send:ok read:ok arrive:ok reply:failed:plus match:skipped sender:advice:none dns:ok"},
		"without plus":     {nil, func(in *desk.MailboxInput) { in.Plus = false }, "sign_in:ok send:ok read:ok arrive:ok reply:ok match:ok:known sender:advice:none dns:ok"},
		"trust":            {func(p *provider) { p.receiver = "MX.lodge.example" }, nil, "sign_in:ok send:ok read:ok arrive:ok reply:ok match:ok sender:advice:offer dns:ok"},
		"receives nothing": {nil, func(in *desk.MailboxInput) { in.Receive = models.ReceiveNone }, "sign_in:ok send:ok read:skipped arrive:skipped:none reply:skipped match:skipped sender:skipped dns:ok"},
		"no listener":      {nil, func(in *desk.MailboxInput) { in.Receive = models.ReceiveListener }, "sign_in:ok send:ok read:failed:listener arrive:skipped reply:skipped match:skipped sender:skipped dns:advice"},
		"stripped": {func(p *provider) {
			p.rewrite = func(raw string) string {
				for _, name := range []string{"In-Reply-To", "References"} {
					raw = strings.Replace(raw, "\r\n"+name+":", "\r\nX-Was:", 1)
				}
				return raw
			}
		}, func(in *desk.MailboxInput) { in.Plus = false }, "sign_in:ok send:ok read:ok arrive:ok reply:ok match:failed:stripped sender:advice:none dns:ok"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel() // some of them wait for a mail that never comes
			h := newHouse(t, models.Options{Dir: t.TempDir()})
			p := newProvider(t, nil)
			if row.provider != nil {
				row.provider(p)
			}
			b := h.probing(p)
			if p.drop != nil {
				b.r.Probe.Patience = 15 * time.Second
			}
			b.r.Probe.LookupMX = func(context.Context, string) ([]*net.MX, error) {
				return []*net.MX{{Host: "mx.elsewhere.example."}}, nil
			}
			if row.mailbox != nil {
				b.save(row.mailbox)
			}
			got := b.test()
			if results(got) != row.want {
				t.Errorf("got  %s\nwant %s", results(got), row.want)
				for _, s := range got.Steps {
					t.Logf("%s %s: %s", s.Key, s.Word, s.Detail)
				}
			}
			spoken(t, got)
			if name == "trust" && got.Receiver != "mx.lodge.example" {
				t.Errorf("offers %q", got.Receiver)
			}
		})
	}
}

// EM-6: a certificate that nobody vouches for.
func TestMailProbeCertificate(t *testing.T) {
	settings, _ := testmail.TLS(t)
	h := newHouse(t, models.Options{Dir: t.TempDir()})
	b := h.probing(newProvider(t, settings))
	b.save(func(in *desk.MailboxInput) { in.SMTP.TLS = "starttls" })
	if got := b.test(); got.Step(desk.ProbeSignIn).Word != "certificate" {
		t.Errorf("%s: %s", results(got), got.Step(desk.ProbeSignIn).Detail)
	}
}

// EM-6: where mails are kept for reading, the test says so and tests what it can; records that are
// missing are named.
func TestMailProbeOfADemo(t *testing.T) {
	h := newHouse(t, models.Options{Dir: t.TempDir()})
	b := &probing{house: h, p: newProvider(t, nil)}
	b.agent = h.newAgent("Ines", "ines@lodge.example", models.RoleAdmin)
	b.r = h.runner("probe")
	b.r.Transport = Outbox{DB: h.db}
	b.r.Probe = ProbeOptions{LookupTXT: func(context.Context, string) ([]string, error) { return nil, &net.DNSError{IsNotFound: true} }}
	b.r.Start()
	t.Cleanup(func() { b.r.Stop(context.Background()) })
	b.save(nil)
	got := b.test()
	if want := "sign_in:skipped send:ok:outbox read:ok arrive:skipped:outbox reply:skipped match:skipped sender:skipped dns:advice"; results(got) != want {
		t.Errorf("got  %s\nwant %s", results(got), want)
	}
	spoken(t, got)
	if len(b.p.took) != 0 {
		t.Errorf("sent to %v", b.p.took)
	}
	if records := got.Step(desk.ProbeDNS).Values["Records"]; records != "SPF, DMARC" {
		t.Errorf("names %q", records)
	}
}

// EM-6: a mailbox that is switched off is named as such.
func TestMailProbeSwitchedOff(t *testing.T) {
	h := newHouse(t, models.Options{Dir: t.TempDir()})
	b := h.probing(newProvider(t, nil))
	if err := h.desk.SwitchMailbox(t.Context(), b.agent, "support", b.box().ID, false); err != nil {
		t.Fatal(err)
	}
	got := b.test()
	if got.Step(desk.ProbeRead).Word != "off" || got.Step(desk.ProbeArrive).State != desk.ProbeSkipped {
		t.Error(results(got))
	}
	spoken(t, got)
}

// EM-6: a test that was cut off says so, sends nothing more by itself, and can be run again.
func TestMailProbeCutOff(t *testing.T) {
	eachHouse(t, func(t *testing.T, h *house) {
		ines := h.newAgent("Ines", "ines@lodge.example", models.RoleAdmin)
		cat, err := h.db.Catalog(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		id := cat.ProjectBySlug("support").Mailboxes[0].ID
		if err := h.desk.StartMailProbe(t.Context(), h.agent, "support", id); models.KindOf(err) != models.KindForbidden {
			t.Errorf("an agent may: %v", err)
		}
		if err := h.desk.StartMailProbe(t.Context(), ines, "support", id); err != nil {
			t.Fatal(err)
		}
		state := func() *desk.MailProbe {
			s, err := models.MailboxStateOf(t.Context(), h.db, id)
			if err != nil {
				t.Fatal(err)
			}
			return desk.ReadMailProbe(s, h.desk.Now())
		}
		begun := state()
		begun.Steps[0].State, begun.Steps[1].State = desk.ProbeOK, desk.ProbeRuns
		if err := h.desk.KeepMailProbe(t.Context(), &desk.MailProbeRun{Mailbox: cat.Mailbox(id), Probe: begun}); err != nil {
			t.Fatal(err)
		}
		r := h.running("after the restart")
		h.settle(r)
		if got := state(); !got.Cut || got.Running() || len(h.post.mails()) != 0 {
			t.Errorf("%+v, %d mails", got, len(h.post.mails()))
		}
		h.clock.forward(time.Second)
		if err := h.desk.StartMailProbe(t.Context(), ines, "support", id); err != nil {
			t.Fatal(err)
		}
		h.settle(r)
		got := state()
		if got.Cut || got.Ended == 0 || got.Step(desk.ProbeSignIn).Word != "none_server" {
			t.Errorf("again: %s", results(got))
		}
		// What an older test still says is not kept over a newer one.
		if err := h.desk.KeepMailProbe(t.Context(), &desk.MailProbeRun{Mailbox: cat.Mailbox(id), Probe: begun}); models.KindOf(err) != models.KindNotFound {
			t.Errorf("kept: %v", err)
		}
	})
}

// A test that waits for its mail does not keep the program from stopping, and is not counted as failed.
func TestStopDoesNotWaitForAMailProbe(t *testing.T) {
	h := newHouse(t, models.Options{Dir: t.TempDir()})
	p := newProvider(t, nil)
	p.drop = func(string) bool { return true }
	b := h.probing(p)
	b.r.Probe.Patience = time.Hour
	if err := b.desk.StartMailProbe(t.Context(), b.agent, "support", b.box().ID); err != nil {
		t.Fatal(err)
	}
	until(t, "it waits for its mail", func() bool {
		state, err := models.MailboxStateOf(t.Context(), b.db, b.box().ID)
		if err != nil {
			t.Fatal(err)
		}
		p := desk.ReadMailProbe(state, b.desk.Now())
		return p != nil && p.Step(desk.ProbeArrive).State == desk.ProbeRuns
	})
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	if err := b.r.Stop(ctx); err != nil {
		t.Fatalf("stop: %v", err)
	}
	left, err := models.ClaimJobs(t.Context(), b.db, "next", b.desk.Now(), lease, 9)
	if err != nil || len(left) != 1 || left[0].Attempts != 0 || left[0].LastError != "" {
		t.Errorf("left: %+v %v", left, err)
	}
}

// What servers say is sorted into words.
func TestSMTPWord(t *testing.T) {
	for want, err := range map[string]error{
		mail.SMTPTimeout:   &mail.TempError{Err: context.DeadlineExceeded},
		mail.SMTPRelay:     &mail.PermError{Code: 550, Err: fmt.Errorf("5.7.1 relaying denied")},
		mail.SMTPRecipient: &mail.PermError{Code: 550, Err: fmt.Errorf("5.1.1 no such user")},
		mail.SMTPToken:     &mail.TempError{Err: fmt.Errorf("mail: no access token: invalid_grant")},
		mail.SMTPOther:     &mail.PermError{Code: 552, Err: fmt.Errorf("too large")},
		mail.SMTPSignIn:    &mail.TempError{Code: 535, Err: os.ErrPermission},
	} {
		if got := mail.SMTPWord(err); got != want {
			t.Errorf("%v: %s, want %s", err, got, want)
		}
	}
}

// SE-4: a test of a mail's words leaves by the project's own way, to the one address it is asked for.
func TestPreviewIsSent(t *testing.T) {
	h := newHouse(t, models.Options{Dir: t.TempDir()})
	r := h.runner("w")
	cat, err := h.db.Catalog(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	p := cat.ProjectBySlug("support")
	for _, lang := range []string{"en", "de"} {
		for _, k := range desk.MailKinds {
			err := r.MailTools().SendPreview(t.Context(), p, desk.MailPreview{Template: k.Template, Locale: lang, To: "ines@lodge.example", Own: desk.OwnWords{Subject: "Moin {title}", Body: "Tach {project}"}})
			if err != nil {
				t.Fatal(err)
			}
			m := h.last("ines@lodge.example")
			if m.From.Addr != "support@lodge.example" || !strings.HasPrefix(m.Subject, "Moin ") || strings.Contains(m.Subject, "{") || !strings.HasPrefix(m.Text, "Tach Support\n") || m.Language != lang || m.ReplyTo.Addr != "" {
				t.Errorf("%s %s: %+v", lang, k.Template, m)
			}
		}
	}
}

// EM-4: what DNS should hold depends on the server that mail leaves by.
func TestDNSAdvice(t *testing.T) {
	h := newHouse(t, models.Options{Dir: t.TempDir()})
	r := h.runner("w")
	dns := map[string][]string{}
	r.Probe.LookupTXT = func(_ context.Context, name string) ([]string, error) {
		if found := dns[name]; found != nil {
			return found, nil
		}
		return nil, &net.DNSError{IsNotFound: true}
	}
	m := models.NewMailbox(1, "help@shop.example", "help@shop.example", 0)
	m.Send, m.SMTPHost = models.SendOwn, "smtp.gmail.com"
	record := func(kind string) desk.DNSRecord {
		t.Helper()
		for _, one := range r.MailTools().DNS(t.Context(), m, nil) {
			if one.Kind == kind {
				return one
			}
		}
		t.Fatalf("no %s", kind)
		return desk.DNSRecord{}
	}
	if one := record(desk.DNSSPF); one.State != desk.DNSMissing || one.Wanted != "v=spf1 include:_spf.google.com ~all" {
		t.Errorf("%+v", one)
	}
	dns["shop.example"] = []string{"v=spf1 ip4:192.0.2.1 -all"}
	if one := record(desk.DNSSPF); one.State != desk.DNSWrong || one.Wanted != "v=spf1 include:_spf.google.com ip4:192.0.2.1 -all" {
		t.Errorf("%+v", one)
	}
	dns["shop.example"] = []string{"v=spf1 include:_spf.google.com -all"}
	if one := record(desk.DNSSPF); one.State != desk.DNSGood || one.Wanted != "" {
		t.Errorf("%+v", one)
	}
	dns["shop.example"] = []string{"v=spf1 +all"}
	if one := record(desk.DNSSPF); one.State != desk.DNSWrong {
		t.Errorf("%+v", one)
	}
	m.SMTPHost = "mail.shop.example"
	delete(dns, "shop.example")
	if one := record(desk.DNSSPF); one.Wanted != "v=spf1 a:mail.shop.example ~all" {
		t.Errorf("%+v", one)
	}
	// Where our own server takes the mail, MX must lead to it.
	m.Receive, r.Probe.Host = models.ReceiveListener, "help.shop.example"
	for host, want := range map[string]string{"help.shop.example.": desk.DNSGood, "mx.other.example.": desk.DNSWrong} {
		r.Probe.LookupMX = func(context.Context, string) ([]*net.MX, error) { return []*net.MX{{Host: host}}, nil }
		if one := record(desk.DNSMX); one.State != want {
			t.Errorf("%s: %+v", host, one)
		}
	}
	r.Probe.LookupMX = func(context.Context, string) ([]*net.MX, error) { return nil, &net.DNSError{IsTimeout: true} }
	if one := record(desk.DNSMX); one.State != desk.DNSUnknown {
		t.Errorf("%+v", one)
	}
	m.Receive = models.ReceiveNone
	for _, one := range r.MailTools().DNS(t.Context(), m, nil) {
		if one.Kind == desk.DNSMX {
			t.Error("MX of a mailbox that receives nothing")
		}
	}
}
