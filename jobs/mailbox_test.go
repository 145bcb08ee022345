package jobs

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	netmail "net/mail"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/emersion/go-msgauth/dkim"

	"lodge/desk"
	"lodge/mail"
	"lodge/models"
)

// mailbox changes the project's mailbox.
func (h *house) mailbox(change func(m *models.Mailbox)) {
	h.t.Helper()
	cat, err := h.db.Catalog(h.t.Context())
	if err != nil {
		h.t.Fatal(err)
	}
	m := *cat.ProjectBySlug("support").Mailbox()
	change(&m)
	h.write(func(ctx context.Context, tx *models.Tx) error { return models.UpdateMailbox(ctx, tx, &m) })
}

// last is the newest mail to an address.
func (h *house) last(addr string) mail.Message {
	h.t.Helper()
	mails := h.post.to(addr)
	if len(mails) == 0 {
		h.t.Fatalf("no mail to %s", addr)
	}
	return mails[len(mails)-1]
}

// keyOf is what stands behind the plus.
func keyOf(t *testing.T, addr, local string) string {
	t.Helper()
	key, ok := strings.CutPrefix(addr, local+"+")
	key, domain, _ := strings.Cut(key, "@")
	if !ok || domain != "lodge.example" || len(key) != 29 {
		t.Fatalf("address %q", addr)
	}
	return key
}

// EM-1, EM-7: where answers and bounces go, for people and for agents, by how the mailbox
// gets its mail.
func TestAnswersComeBack(t *testing.T) {
	h := newHouse(t, models.Options{Dir: t.TempDir()})
	h.prove("ada@example.com")
	r := h.running("w")
	for _, row := range []struct {
		name          string
		receive       string
		plus          bool
		reply, bounce string // local parts; empty is none
		hint          bool
	}{
		{"nothing", models.ReceiveNone, true, "", "", false},
		{"listener", models.ReceiveListener, false, "reply", "bounce", true},
		{"imap with plus", models.ReceiveIMAP, true, "support", "support", true},
		{"imap without plus", models.ReceiveIMAP, false, "", "", true},
	} {
		h.mailbox(func(m *models.Mailbox) { m.Receive, m.Plus = row.receive, row.plus })
		link := h.file(desk.SubmitInput{Email: "ada@example.com"})
		h.settle(r)
		if _, err := h.portal.Reply(t.Context(), link, desk.ReplyInput{Body: "Anybody there?"}); err != nil {
			t.Fatal(err)
		}
		h.settle(r)
		h.answer(h.latest(), "Here.")
		h.settle(r)
		people, agents := h.last("ada@example.com"), h.last("grace@lodge.example")
		for who, m := range map[string]mail.Message{"people": people, "agents": agents} {
			if row.hint != strings.Contains(strings.ToLower(m.Text), "this mail") {
				t.Errorf("%s, %s: says\n%s", row.name, who, m.Text)
			}
			if row.reply == "" {
				if m.ReplyTo != (mail.Address{}) || m.EnvelopeFrom != "" {
					t.Errorf("%s, %s: %q %q", row.name, who, m.ReplyTo, m.EnvelopeFrom)
				}
				continue
			}
			reply, bounce := keyOf(t, m.ReplyTo.Addr, row.reply), keyOf(t, m.EnvelopeFrom, row.bounce)
			if reply == bounce {
				t.Errorf("%s, %s: one key for two purposes", row.name, who)
			}
			d, err := h.desk.OpenReplyKey(t.Context(), strings.ToUpper(reply))
			if err != nil || d.MailID != m.MessageID || (d.AgentID != nil) != (who == "agents") {
				t.Errorf("%s, %s: the reply key opens %+v, %v", row.name, who, d, err)
			}
			if d, err := h.desk.OpenBounceKey(t.Context(), bounce); err != nil || d.MailID != m.MessageID {
				t.Errorf("%s, %s: the bounce key opens %+v, %v", row.name, who, d, err)
			}
			for _, wrong := range []string{bounce, reply[:28], reply + "a", "", strings.Repeat("a", 29)} {
				if _, err := h.desk.OpenReplyKey(t.Context(), wrong); models.KindOf(err) != models.KindNotFound {
					t.Errorf("%s: %q opens: %v", row.name, wrong, err)
				}
			}
			cat, err := h.db.Catalog(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			for _, addr := range []string{m.ReplyTo.Addr, m.EnvelopeFrom} {
				if box, key := desk.MailboxOf(cat, addr); box == nil || key != reply && key != bounce {
					t.Errorf("%s: %s does not arrive: %q", row.name, addr, key)
				}
			}
		}
		if people.ReplyTo.Addr != "" && people.ReplyTo.Addr == agents.ReplyTo.Addr {
			t.Error("two people with one address")
		}
	}
}

// The name in From, and what must never be in it.
func TestSenderName(t *testing.T) {
	for _, row := range []struct{ template, agent, want string }{
		{"", "Grace", "Support"},
		{"{project}", "Grace", "Support"},
		{"{agent} · {project}", "Grace", "Grace · Support"},
		{"{agent} · {project}", "", "Support"},
		{"{agent} via {workspace}", "", "Support"},
		{"{workspace} Support", "", "Northwind Support"},
		{"{agent}{secret}", "Grace", "Grace"},
		{"{secret} | {project}", "", "Support"},
		{"{{agent}} {.Key} {}", "Grace", "Grace"},
		{"{agent", "Grace", "agent"},
		{"{unknown}", "Grace", "Support"},
		{"{agent}", "{workspace}", "{workspace}"},
		{"  a \r\n Bcc: x  {project} ", "", "a Bcc: x Support"},
	} {
		if got := senderName(row.template, row.agent, "Support", "Northwind"); got != row.want {
			t.Errorf("%q with %q: %q, want %q", row.template, row.agent, got, row.want)
		}
	}
}

// EM-4: the agent's public name is in From where the mailbox wants it, and in answers only.
func TestSenderNameOfAnAnswer(t *testing.T) {
	h := newHouse(t, models.Options{Dir: t.TempDir()})
	h.prove("ada@example.com")
	h.mailbox(func(m *models.Mailbox) { m.FromName = "{agent} at {project}" })
	r := h.running("w")
	h.file(desk.SubmitInput{Email: "ada@example.com"})
	h.settle(r)
	if got := h.last("ada@example.com").From; got != (mail.Address{Name: "Support", Addr: "support@lodge.example"}) {
		t.Errorf("acknowledgement from %v", got)
	}
	h.answer(h.latest(), "Here.")
	h.settle(r)
	if got := h.last("ada@example.com").From; got != (mail.Address{Name: "Grace Hopper at Support", Addr: "support@lodge.example"}) {
		t.Errorf("answer from %v", got)
	}
}

// ownServer sets the project's mailbox to a server of its own.
func (h *house) ownServer(account desk.MailAccount, change func(m *models.Mailbox)) {
	h.t.Helper()
	raw, err := json.Marshal(account)
	if err != nil {
		h.t.Fatal(err)
	}
	h.mailbox(func(m *models.Mailbox) {
		m.Send, m.SMTPHost, m.SMTPPort, m.SMTPUser, m.SMTPSecret = models.SendOwn, "smtp.own.example", 587, "support", h.keys.Hide("mailbox/smtp", raw)
		if change != nil {
			change(m)
		}
	})
}

// EM-4: a project's own server takes its mails, signed; the workspace's takes all others.
func TestOwnServer(t *testing.T) {
	h := newHouse(t, models.Options{Dir: t.TempDir()})
	h.prove("ada@example.com")
	own, made := &post{}, []mail.SMTPOptions{}
	r := h.runner("w")
	r.Server = func(o mail.SMTPOptions) mail.Transport { made = append(made, o); return own }
	r.Start()
	t.Cleanup(func() { r.Stop(context.Background()) })
	keys, err := mail.NewDKIMKeys()
	if err != nil {
		t.Fatal(err)
	}
	h.ownServer(desk.MailAccount{Password: "geheim"}, func(m *models.Mailbox) { m.DKIMSelector, m.DKIMSecret = "s1", h.keys.Hide("mailbox/dkim", keys) })
	for range 3 {
		h.file(desk.SubmitInput{Email: "ada@example.com"})
	}
	h.settle(r)
	// An own server holds two hands at most: the third mail may have to wait for its turn.
	h.clock.forward(2 * turnWait)
	h.settle(r)
	if len(own.mails()) != 3 || len(h.post.mails()) != 0 {
		t.Fatalf("%d by the own server, %d by the workspace's", len(own.mails()), len(h.post.mails()))
	}
	if len(made) != 1 {
		t.Errorf("the server was set up %d times for one state of the settings", len(made))
	}
	if o := made[0]; o.Host != "smtp.own.example" || o.Port != 587 || o.TLS != "starttls" || o.User != "support" || o.Password != "geheim" || o.OAuth != nil {
		t.Errorf("asked with %+v", o)
	}
	raw, err := mail.Compose(own.mails()[0])
	if err != nil {
		t.Fatal(err)
	}
	records := map[string]string{}
	for _, record := range mail.DKIMRecords("s1", "lodge.example", keys) {
		records[record.Name] = record.Value
	}
	found, err := dkim.VerifyWithOptions(strings.NewReader(string(raw)), &dkim.VerifyOptions{LookupTXT: func(name string) ([]string, error) { return []string{records[name]}, nil }})
	if err != nil || len(found) != 2 || found[0].Err != nil || found[1].Err != nil {
		t.Errorf("signatures %+v, %v", found, err)
	}

	h.ownServer(desk.MailAccount{TokenURL: "https://tokens.example/t", ClientID: "c", ClientSecret: "s", RefreshToken: "r", Scope: "x"}, func(m *models.Mailbox) { m.SMTPAuth = models.MailAuthXOAUTH2 })
	h.file(desk.SubmitInput{Email: "ada@example.com"})
	h.settle(r)
	if len(made) != 2 || made[1].OAuth == nil || made[1].OAuth.RefreshToken != "r" || made[1].OAuth.Scope != "x" || made[1].OAuth.ClientSecret != "s" {
		t.Errorf("after a change: %d set-ups", len(made))
	}
	h.mailbox(func(m *models.Mailbox) { m.Send = models.SendWorkspace })
	h.file(desk.SubmitInput{Email: "ada@example.com"})
	h.settle(r)
	if len(own.mails()) != 4 || len(h.post.mails()) != 1 {
		t.Errorf("back at the workspace's: %d and %d", len(own.mails()), len(h.post.mails()))
	}

	// A secret that cannot be read stops this project's mails, and loses none.
	h.ownServer(desk.MailAccount{Password: "geheim"}, func(m *models.Mailbox) { m.SMTPSecret = "broken" })
	h.file(desk.SubmitInput{Email: "ada@example.com"})
	h.settle(r)
	if d := h.deliveries(h.latest()); len(d) != 1 || d[0].State != models.DeliveryQueued {
		t.Errorf("delivery %+v", d[0])
	}
}

// OP-2: a demo never mails anybody, whatever stands in its settings.
func TestOutboxIsUsedForOwnServersToo(t *testing.T) {
	h := newHouse(t, models.Options{Dir: t.TempDir()})
	h.prove("ada@example.com")
	h.ownServer(desk.MailAccount{Password: "geheim"}, nil)
	r := h.runner("w")
	r.Transport = Outbox{DB: h.db, Now: h.clock.Now}
	r.Server = func(mail.SMTPOptions) mail.Transport { t.Error("a server was set up"); return h.post }
	r.Start()
	t.Cleanup(func() { r.Stop(context.Background()) })
	h.file(desk.SubmitInput{Email: "ada@example.com"})
	h.settle(r)
	if kept, err := models.OutboxMails(t.Context(), h.db, 9); err != nil || len(kept) != 1 {
		t.Errorf("kept %d, %v", len(kept), err)
	}
}

// Some providers let an account send as itself only: the bounce key is given up, not the mail.
func TestServerThatTakesNoKeyInTheSender(t *testing.T) {
	h := newHouse(t, models.Options{Dir: t.TempDir()})
	h.prove("ada@example.com")
	h.mailbox(func(m *models.Mailbox) { m.Receive = models.ReceiveIMAP })
	refused := 0
	h.post.set(func(m mail.Message) error {
		if m.EnvelopeFrom != "" {
			refused++
			return &mail.PermError{Code: 554, Sender: true, Err: errors.New("5.2.252 SendAsDenied")}
		}
		return nil
	}, nil)
	r := h.running("w")
	for range 2 {
		h.file(desk.SubmitInput{Email: "ada@example.com"})
		h.settle(r)
	}
	if mails := h.post.mails(); len(mails) != 2 || mails[0].EnvelopeFrom != "" || mails[0].ReplyTo.Addr == "" || refused != 1 {
		t.Errorf("%d mails after %d refusals", len(mails), refused)
	}
}

// Mail to an address that came back for good is not sent again, and agents see why.
func TestBouncedGetNothing(t *testing.T) {
	eachHouse(t, func(t *testing.T, h *house) {
		h.prove("ada@example.com")
		r := h.running("w")
		h.file(desk.SubmitInput{Email: "ada@example.com"})
		h.settle(r)
		c, err := models.ContactByKey(t.Context(), h.db, "ada@example.com")
		if err != nil {
			t.Fatal(err)
		}
		h.write(func(ctx context.Context, tx *models.Tx) error {
			return models.SetContactBounced(ctx, tx, c.ID, models.At(h.clock.Now()), "550 5.1.1")
		})
		h.answer(h.latest(), "Hello?")
		h.settle(r)
		d := h.deliveries(h.latest())
		if len(h.post.mails()) != 1 || len(d) != 2 || d[1].State != models.DeliverySuppressed || d[1].LastError != whyBounced || whyBounced != desk.WhyBounced {
			t.Errorf("%d mails, deliveries %+v", len(h.post.mails()), d)
		}
		thread, err := h.desk.Ticket(t.Context(), h.agent, h.latest(), "")
		if err != nil {
			t.Fatal(err)
		}
		if got := fmt.Sprintf("%+v", thread); !strings.Contains(got, "Why:bounced") {
			t.Errorf("agents do not see it in %s", got)
		}
	})
}

// F8: a project's own server that hangs holds two hands and no more: the mails of others leave,
// and its own wait uncounted. After no answer it is left alone for a minute.
func TestOwnServerThatHangs(t *testing.T) {
	h := newHouse(t, models.Options{Dir: t.TempDir()})
	h.prove("ada@example.com")
	h.prove("bob@example.com")
	h.write(func(ctx context.Context, tx *models.Tx) error {
		_, err := desk.NewProject(ctx, tx, desk.ProjectPlan{Slug: "other", Name: "Other", Locale: "en",
			Settings: func(s *models.ProjectSettings) { s.MinimumFillSeconds, s.AddressCreates, s.UndoSeconds = 0, 1000, 0 }}, h.clock.Now())
		return err
	})
	h.ownServer(desk.MailAccount{Password: "geheim"}, nil)
	own := &hanging{begun: make(chan struct{}, 99), end: make(chan error)}
	r := h.runner("w")
	r.Server = func(mail.SMTPOptions) mail.Transport { return own }
	r.Start()
	t.Cleanup(func() { r.Stop(context.Background()) })
	for range 5 {
		h.file(desk.SubmitInput{Email: "ada@example.com"})
	}
	<-own.begun
	<-own.begun
	for range 3 {
		h.file(desk.SubmitInput{Slug: "other", Email: "bob@example.com"})
	}
	eventually(t, "the mails of the other project", func() bool { return len(h.post.to("bob@example.com")) == 3 })
	if n := len(own.begun); n != 0 {
		t.Errorf("%d more hands are held", n)
	}
	for range 2 {
		own.end <- away
	}
	h.settle(r)
	for range 4 {
		h.clock.forward(turnWait + time.Second)
		h.settle(r)
	}
	if n := len(own.begun); n != 0 {
		t.Errorf("asked %d times again within the minute", n)
	}
	states := map[string]int{}
	for n := int64(1); n <= 5; n++ {
		for _, d := range h.deliveries(n) {
			states[fmt.Sprint(d.State, d.Attempts)]++
		}
	}
	if states["deferred1"] != 5 {
		t.Errorf("states %v", states)
	}
	close(own.end) // it answers again, and takes everything
	for range 20 {
		h.clock.forward(3 * time.Minute)
		h.settle(r)
	}
	if n := own.taken.Load(); n != 5 {
		t.Errorf("%d mails were taken", n)
	}
}

// hanging is a server that keeps everybody waiting until it is told to answer.
type hanging struct {
	begun chan struct{}
	end   chan error
	taken atomic.Int64
}

func (s *hanging) Send(ctx context.Context, _ mail.Message) error {
	s.begun <- struct{}{}
	select {
	case err, told := <-s.end:
		if !told {
			s.taken.Add(1)
		}
		return err
	case <-ctx.Done():
		return ctx.Err()
	}
}

func eventually(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for deadline := time.Now().Add(time.Minute); !ok(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("waited in vain for %s", what)
		}
	}
}

// EM-1: a mail refers to the ones before it, the first of all included.
func TestReferences(t *testing.T) {
	h := newHouse(t, models.Options{Dir: t.TempDir()})
	h.prove("ada@example.com")
	h.file(desk.SubmitInput{Email: "ada@example.com"})
	r := h.running("w")
	h.settle(r)
	ticket, err := models.TicketByNumber(t.Context(), h.db, h.latest())
	if err != nil {
		t.Fatal(err)
	}
	var ids []string
	for i := range 25 {
		ids = append(ids, h.last("ada@example.com").MessageID)
		h.answer(ticket.Number, fmt.Sprint("Answer ", i))
		h.settle(r)
		h.clock.forward(time.Hour) // so that each answer is a mail of its own
	}
	m := h.last("ada@example.com")
	raw := strings.ReplaceAll(whole(t, m), "\r\n ", " ")
	if len(m.References) != references || m.References[0] != ids[0] || m.InReplyTo != ids[len(ids)-1] || m.References[references-1] != m.InReplyTo {
		t.Errorf("%d references from %s to %s, answers %s", len(m.References), m.References[0], m.References[len(m.References)-1], m.InReplyTo)
	}
	if !strings.Contains(raw, "In-Reply-To: "+m.InReplyTo) || !strings.Contains(raw, "References: "+strings.Join(m.References, " ")) {
		t.Error("the header says something else")
	}
}

// A mail server's word that an address does not exist is as good as a bounce; any other refusal
// is not. A corrected address is mailed again.
func TestAddressThatDoesNotExist(t *testing.T) {
	h := newHouse(t, models.Options{Dir: t.TempDir()})
	h.prove("ada@example.com")
	r := h.running("w")
	h.file(desk.SubmitInput{Email: "ada@example.com"})
	h.settle(r)
	bounced := func() bool {
		t.Helper()
		c, err := models.ContactByKey(t.Context(), h.db, "ada@example.com")
		if err != nil {
			t.Fatal(err)
		}
		is, err := models.ContactBounced(t.Context(), h.db, c.ID)
		if err != nil {
			t.Fatal(err)
		}
		return is
	}
	for _, row := range []struct {
		said string
		want bool
	}{{"554 5.7.1 spam, see 15.1.12", false}, {"550 no", false}, {"550 5.1.1 no such user", true}} {
		h.post.set(func(mail.Message) error { return &mail.PermError{Code: 550, Err: errors.New(row.said)} }, nil)
		h.answer(h.latest(), "Hello.")
		h.settle(r)
		if bounced() != row.want {
			t.Errorf("after %q: %v", row.said, !row.want)
		}
	}
	h.post.set(nil, nil)
	h.answer(h.latest(), "Hello?")
	h.settle(r)
	if n := len(h.post.mails()); n != 1 {
		t.Errorf("%d mails", n)
	}
	h.write(func(ctx context.Context, tx *models.Tx) error {
		c, err := models.ContactByKey(ctx, tx, "ada@example.com")
		if err != nil {
			return err
		}
		_, err = models.RenewSeats(ctx, tx, c.ID, models.At(h.clock.Now()))
		return err
	})
	h.answer(h.latest(), "Hello!")
	h.settle(r)
	if n := len(h.post.mails()); n != 2 {
		t.Errorf("after a correction: %d mails", n)
	}
}

// A24, A30, A57: the raw mails of one answer to two people have exactly the expected headers, and
// neither knows anything of the other.
func TestA57MailsKnowNothingOfEachOther(t *testing.T) {
	h := newHouse(t, models.Options{Dir: t.TempDir()})
	h.prove("ada@example.com")
	h.mailbox(func(m *models.Mailbox) { m.Receive, m.FromName = models.ReceiveListener, "{agent} · {project}" })
	h.file(desk.SubmitInput{Email: "ada@example.com", Title: "Printer\r\nBcc: victim@example.org\u2028X-Evil: 1"})
	ticket, err := models.TicketByNumber(t.Context(), h.db, h.latest())
	if err != nil {
		t.Fatal(err)
	}
	h.prove("bob@example.net")
	h.write(func(ctx context.Context, tx *models.Tx) error {
		c, err := models.ContactByKey(ctx, tx, "bob@example.net")
		if err != nil {
			return err
		}
		return models.InsertParticipant(ctx, tx, &models.Participant{TicketID: ticket.ID, ContactID: c.ID, JoinedAs: models.JoinedCC, CreatedAt: models.At(h.clock.Now())})
	})
	r := h.running("w")
	h.settle(r)
	h.answer(ticket.Number, "Both of you, look here.")
	h.settle(r)
	secrets := map[string][]string{}
	people, err := models.People(t.Context(), h.db, ticket.ID)
	if err != nil || len(people) != 2 {
		t.Fatal(len(people), err)
	}
	raws := map[string]string{}
	for _, p := range people {
		m := h.last(p.Contact.Address)
		thread, unsubscribe := h.desk.ParticipantLinks(&p.Participant)
		secrets[p.Contact.Address] = []string{p.Contact.Address, thread.Token, thread.Proof, unsubscribe, m.ReplyTo.Addr, m.EnvelopeFrom, m.MessageID}
		raw, err := mail.Compose(m)
		if err != nil {
			t.Fatal(err)
		}
		parsed, err := netmail.ReadMessage(strings.NewReader(string(raw)))
		if err != nil {
			t.Fatal(err)
		}
		var names []string
		for name, values := range parsed.Header {
			for range values {
				names = append(names, name)
			}
		}
		slices.Sort(names)
		want := "Auto-Submitted Content-Language Content-Type Date From List-Unsubscribe List-Unsubscribe-Post Message-Id Mime-Version Reply-To Subject To X-Auto-Response-Suppress X-Lodge-Loop"
		if p.Reporter() { // who had an earlier mail
			want = strings.Replace(want, "List-Unsubscribe ", "In-Reply-To List-Unsubscribe ", 1)
			want = strings.Replace(want, "Reply-To Subject", "References Reply-To Subject", 1)
		}
		if got := strings.Join(names, " "); got != want {
			t.Errorf("headers\n %s\nwant\n %s", got, want)
		}
		if got := parsed.Header.Get("Auto-Submitted"); got != "auto-generated" {
			t.Errorf("Auto-Submitted %q", got)
		}
		raws[p.Contact.Address] = whole(t, m)
	}
	for who, raw := range raws {
		for whose, list := range secrets {
			for _, secret := range list {
				if who != whose && strings.Contains(raw, secret) {
					t.Errorf("the mail to %s knows %s of %s", who, secret, whose)
				}
			}
		}
		if strings.Contains(raw, "victim@example.org\n") || strings.Contains(raw, "\nBcc:") || strings.Contains(raw, "\nX-Evil") {
			t.Errorf("the title made a header:\n%s", raw)
		}
	}
}
