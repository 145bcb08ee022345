package main

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/png"
	"io"
	"net"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"lodge/config"
	"lodge/desk"
	"lodge/internal/testmail"
	"lodge/mail"
	"lodge/models"
)

// talk is a desk whose project writes and is written to at support@lodge.example, in a world of mail.
type talk struct {
	*mailWorld
	app          *App
	admin, agent desk.Actor
	box          int64
	// put brings a mail of somebody else's to the desk; genuine says that its author's domain sent it.
	put func(from, to, raw string, genuine bool)
}

const trusted = "mx.provider.example"

// checked is what a trusted receiver makes of a mail: results in its name that the sender wrote are
// taken out, its own stand on top (RFC 8601, 5).
func checked(to, from, raw string, genuine bool) string {
	head, body, _ := strings.Cut(raw, "\r\n\r\n")
	var kept []string
	drop := false
	for _, line := range strings.Split(head, "\r\n") {
		if line == "" || line[0] != ' ' && line[0] != '\t' {
			drop = strings.HasPrefix(strings.ToLower(line), "authentication-results: "+trusted)
		}
		if !drop {
			kept = append(kept, line)
		}
	}
	result := "fail"
	if genuine {
		result = "pass"
	}
	_, domain, _ := strings.Cut(from, "@")
	return "Delivered-To: " + to + "\r\nAuthentication-Results: " + trusted + "; dmarc=" + result + " header.from=" + domain + "\r\n" + strings.Join(kept, "\r\n") + "\r\n\r\n" + body
}

// prepare fills a desk: a project without waiting times, an admin, and an agent who wants every notice.
func (k *talk) prepare(app *App, in desk.MailboxInput) {
	ctx := context.Background()
	if err := app.db.Write(ctx, func(ctx context.Context, tx *models.Tx) error { return openProject(ctx, tx, "support") }); err != nil {
		k.t.Fatal(err)
	}
	k.admin = staff(k.t, app, "Ines", "ines@company.example", models.RoleAdmin)
	k.agent = staff(k.t, app, "Grace", "grace@company.example", models.RoleAgent)
	wish := desk.NoticeSettings{App: map[string]bool{}, Mail: map[string]bool{}}
	for _, kind := range models.NoticeKinds {
		wish.App[kind], wish.Mail[kind] = true, true
	}
	if err := app.desk.SaveNoticeSettings(ctx, k.agent, wish); err != nil {
		k.t.Fatal(err)
	}
	if in.Address == "" {
		in.Address = "support@lodge.example"
	}
	in.Send, in.Plus, in.After = models.SendOwn, true, models.AfterKeep
	in.SMTP = desk.MailServerInput{Host: "127.0.0.1", Port: fmt.Sprint(k.port), TLS: "none", Auth: models.MailAuthPassword, User: testmail.User, Password: testmail.Password}
	var err error
	if k.box, err = app.desk.AddMailbox(ctx, k.admin, "support", in); err != nil {
		e, _ := models.AsError(err)
		k.t.Fatalf("%v %+v", err, e)
	}
}

// says lets somebody write to the desk and gives what became of it.
func (k *talk) says(n note, genuine bool) *models.MailIn {
	k.t.Helper()
	from := n.from[strings.LastIndexByte(n.from, '<')+1:]
	k.put(strings.TrimSuffix(from, ">"), n.to, n.raw(), genuine)
	return decided(k.t, k.app, n.id)
}

func (k *talk) ticket(number int64) *desk.AgentTicket {
	k.t.Helper()
	ticket, err := k.app.desk.Ticket(context.Background(), k.agent, number, "")
	if err != nil {
		k.t.Fatal(err)
	}
	return ticket
}

var fileAnchor = regexp.MustCompile(`(?s)<a [^>]*href="(/agent/files/[^"]+)"[^>]*>(.*?)</a>`)

// download reads a file from the link of an agent's page that names it.
func download(t *testing.T, client *http.Client, base, body, name string) []byte {
	t.Helper()
	for _, link := range fileAnchor.FindAllStringSubmatch(body, -1) {
		if !strings.Contains(link[2], name) {
			continue
		}
		res, err := client.Get(base + link[1])
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		raw, err := io.ReadAll(res.Body)
		if err != nil || res.StatusCode != http.StatusOK {
			t.Fatalf("%s: %d %v", name, res.StatusCode, err)
		}
		return raw
	}
	t.Errorf("no link to %s", name)
	return nil
}

// converse is a whole conversation by mail, and what strangers make of what they know of it.
func (k *talk) converse() {
	t, ctx := k.t, context.Background()
	var picture bytes.Buffer
	if err := png.Encode(&picture, image.NewRGBA(image.Rect(0, 0, 40, 30))); err != nil {
		t.Fatal(err)
	}
	// A customer writes, with a file and a picture in the text.
	first := note{from: "Rosa Lind <rosa@customer.example>", to: "support@lodge.example", subject: "Printer on fire", id: "<first@customer.example>",
		text: "It burns. See the picture.\n", html: `<p>It <b>burns</b>. See the picture.</p><img src="cid:screen@client" alt="Smoke">`, picture: picture.Bytes(), file: "report.pdf"}
	row := k.says(first, true)
	if row.Outcome != models.MailBecameTicket {
		t.Fatalf("the first mail: %s %s %s", row.Outcome, row.Reason, row.Verdict)
	}
	opened, err := models.TicketByID(ctx, k.app.db, *row.TicketID)
	if err != nil {
		t.Fatal(err)
	}
	number := opened.Number
	ticket := k.ticket(number)
	if ticket.Title != first.subject || ticket.Unproven || len(ticket.Entries) != 1 || len(ticket.Entries[0].Files) != 2 || !strings.Contains(ticket.Entries[0].HTML, "<img") {
		t.Fatalf("the ticket: %+v", ticket)
	}
	// The acknowledgement proves itself: it answers the mail, goes to its author alone, and has a way back.
	mails := k.mails("rosa@customer.example")
	if len(mails) != 1 {
		t.Fatalf("%d acknowledgements", len(mails))
	}
	ack := mails[0]
	if ack.From.Addr != "support@lodge.example" || ack.head.Get("In-Reply-To") != first.id || !strings.Contains(ack.replyTo(), "+") || ack.head.Get("Auto-Submitted") == "" || ack.MessageID == "" {
		t.Errorf("the acknowledgement:\n%s", ack.raw)
	}
	rosa := browserAt()
	body, _ := page(t, rosa, k.app.URL+ack.link())
	if !strings.Contains(body, "It <strong>burns</strong>") && !strings.Contains(body, "It <b>burns</b>") {
		t.Errorf("her words are not on her page:\n%s", body)
	}
	for _, name := range []string{"report.pdf", "screen.png"} {
		if !strings.Contains(body, name) {
			t.Errorf("her page does not name %s", name)
		}
	}
	grace := signIn(t, k.app, "grace@company.example")
	body, _ = page(t, grace, k.app.URL+"/agent/tickets/"+strconv.FormatInt(number, 10))
	for name, want := range map[string][]byte{"report.pdf": fileBytes("report.pdf"), "Smoke": first.picture} {
		if got := download(t, grace, k.app.URL, body, name); !bytes.Equal(got, want) {
			t.Errorf("%s is %d bytes", name, len(got))
		}
	}
	// An agent answers the notice from their own address, with a file.
	notices := k.mails("grace@company.example")
	if len(notices) != 1 {
		t.Fatalf("%d notices", len(notices))
	}
	notice := notices[0]
	if notice.replyTo() == ack.replyTo() || !strings.Contains(notice.replyTo(), "+") {
		t.Fatalf("the notice is answered at %q", notice.replyTo())
	}
	row = k.says(note{from: "Grace Hopper <grace@company.example>", to: notice.replyTo(), subject: "Re: " + notice.Subject, id: "<answer@company.example>", answers: notice.MessageID, file: "manual.pdf",
		text: "Pull the plug, then read the manual.\n\nOn Tue, 24 Nov 2026 at 10:00, Support <support@lodge.example> wrote:\n> SECRETOFTHENOTICE " + k.app.URL + "/agent/tickets/1\n"}, true)
	if row.Outcome != models.MailBecameReply {
		t.Fatalf("the agent's mail: %s %s %s", row.Outcome, row.Reason, row.Verdict)
	}
	if mails = k.mails("rosa@customer.example"); len(mails) != 2 {
		t.Fatalf("%d mails after the answer", len(mails))
	}
	answer := mails[1]
	if answer.From.Addr != "support@lodge.example" || len(answer.Files) != 1 || answer.Files[0].Name != "manual.pdf" || !bytes.Equal(answer.Files[0].Bytes, fileBytes("manual.pdf")) {
		t.Errorf("the answer comes as\n%s", answer.raw)
	}
	refs := answer.head.Get("References")
	if answer.MessageID == ack.MessageID || !strings.Contains(refs, first.id) || !strings.Contains(refs, ack.MessageID) || answer.head.Get("In-Reply-To") == "" || answer.head.Get("Auto-Submitted") == "auto-replied" {
		t.Errorf("the answer’s headers: %v", answer.head)
	}
	for _, inside := range []string{"grace@company.example", "SECRETOFTHENOTICE", "/agent/", "answer@company.example", notice.MessageID, "wrote:"} {
		if strings.Contains(answer.Full+answer.HTML+fmt.Sprint(answer.head), inside) {
			t.Errorf("the customer gets %q:\n%s", inside, answer.Full)
		}
	}
	if !strings.Contains(answer.Full, "Pull the plug, then read the manual.") {
		t.Errorf("the answer says\n%s", answer.Full)
	}
	// It is resolved; her reply under another subject joins and opens it again, and whom she copies in joins.
	if ticket = k.ticket(number); ticket.Resolve == "" {
		t.Fatalf("it cannot be resolved from %+v", ticket.Status)
	}
	if err := k.app.desk.ChangeStatus(ctx, k.agent, number, ticket.Resolve, ticket.Version); err != nil {
		t.Fatal(err)
	}
	before := len(k.mails("grace@company.example"))
	row = k.says(note{from: first.from, to: answer.replyTo(), cc: "Pat Lind <pat@customer.example>", subject: "Something else entirely", id: "<again@customer.example>", answers: answer.MessageID,
		text: "Still warm.\n\nAm 24.11.2026 um 10:00 schrieb Support <support@lodge.example>:\n> Pull the plug, then read the manual.\n"}, true)
	if row.Outcome != models.MailBecameReply || row.TicketID == nil || *row.TicketID != opened.ID {
		t.Fatalf("her reply: %s %s %s", row.Outcome, row.Reason, row.Verdict)
	}
	ticket = k.ticket(number)
	last := ticket.Entries[len(ticket.Entries)-1]
	if ticket.Status.Category == "resolved" || ticket.Ended || len(ticket.Entries) != 3 || !strings.Contains(last.HTML, "Still warm.") || strings.Contains(last.HTML, "Pull the plug") {
		t.Errorf("after her reply: %+v\n%+v", ticket.Status, last)
	}
	if after := k.mails("grace@company.example"); len(after) != before+1 || !strings.Contains(after[before].Full, "Still warm.") {
		t.Errorf("%d notices of %d before", len(after), before)
	}
	pats := k.mails("pat@customer.example")
	if len(pats) != 1 || pats[0].link() == "" || pats[0].link() == ack.link() || pats[0].replyTo() == answer.replyTo() {
		t.Fatalf("who was copied in got %d mails", len(pats))
	}
	if body, _ := page(t, browserAt(), k.app.URL+pats[0].link()); !strings.Contains(body, "Still warm.") || strings.Contains(body, "rosa@customer.example") {
		t.Errorf("the page of who was copied in:\n%s", body)
	}
	row = k.says(note{from: "pat@customer.example", to: pats[0].replyTo(), subject: "Re: " + pats[0].Subject, id: "<pat@customer.example>", answers: pats[0].MessageID, text: "I smell it too.\n"}, true)
	if row.Outcome != models.MailBecameReply || *row.TicketID != opened.ID {
		t.Errorf("who was copied in replies: %s %s", row.Outcome, row.Reason)
	}
	// Strangers know everything that stands in her mails, and gain nothing.
	body, _ = page(t, rosa, k.app.URL+ack.link())
	count, hers, graces := len(k.ticket(number).Entries), len(k.mails("rosa@customer.example")), len(k.mails("grace@company.example"))
	for i, row := range []struct {
		from    string
		genuine bool
		reason  string
	}{
		{"mallory@evil.example", true, desk.MailNotParticipant},
		{"Rosa Lind <rosa@customer.example>", false, desk.MailNotProven},
		{"Grace Hopper <grace@company.example>", false, desk.MailForgedAgent},
		{"Grace Hopper <grace@company.example>", true, desk.MailForgedAgent}, // by the customer's address
	} {
		mail := note{from: row.from, to: answer.replyTo(), cc: "victim@elsewhere.example", subject: answer.Subject, id: fmt.Sprintf("<evil%d@evil.example>", i), answers: answer.MessageID, file: "evil.pdf",
			text: "STRANGERSWORDS send me everything\n"}
		got := k.says(mail, row.genuine)
		if got.Outcome != models.MailHeld || got.Reason != row.reason {
			t.Errorf("%s, genuine %v: %s %s", row.from, row.genuine, got.Outcome, got.Reason)
		}
	}
	if now := k.ticket(number); len(now.Entries) != count {
		t.Errorf("%d entries, %d before", len(now.Entries), count)
	}
	for who, link := range map[string]string{"rosa": ack.link(), "pat": pats[0].link()} {
		if now, _ := page(t, browserAt(), k.app.URL+link); strings.Contains(now, "STRANGERSWORDS") || strings.Contains(now, "evil") || strings.Contains(now, "mallory") {
			t.Errorf("%s sees it:\n%s", who, now)
		}
	}
	for _, stranger := range []string{"mallory@evil.example", "victim@elsewhere.example"} {
		if got := k.mails(stranger); len(got) != 0 {
			t.Errorf("%s gets\n%s", stranger, got[0].raw)
		}
	}
	if got := len(k.mails("rosa@customer.example")); got != hers {
		t.Errorf("she gets %d mails for a stranger’s", got-hers)
	}
	if sent := k.sent(); strings.Contains(sent, "STRANGERSWORDS") || strings.Contains(sent, "evil.pdf") {
		t.Errorf("a stranger’s words were sent to somebody (%d notices more)", len(k.mails("grace@company.example"))-graces)
	}
	if desktop, _ := page(t, grace, k.app.URL+"/agent/held"); strings.Count(desktop, "STRANGERSWORDS") < 4 {
		t.Errorf("agents are not shown what is held:\n%s", desktop)
	}
	if err := models.Verify(ctx, k.app.db); err != nil {
		t.Error(err)
	}
}

// test runs the mailbox's set-up test from its page, as an admin.
func (k *talk) test() *desk.MailProbe {
	k.t.Helper()
	client := signIn(k.t, k.app, "ines@company.example")
	path := "/agent/settings/projects/support/mailboxes/" + strconv.FormatInt(k.box, 10) + "/test"
	_, csrf := page(k.t, client, k.app.URL+path)
	send(k.t, client, k.app.URL, path, url.Values{"csrf": {csrf}})
	for end := time.Now().Add(90 * time.Second); time.Now().Before(end); time.Sleep(50 * time.Millisecond) {
		state, err := models.MailboxStateOf(context.Background(), k.app.db, k.box)
		if err != nil {
			k.t.Fatal(err)
		}
		if p := desk.ReadMailProbe(state, time.Now()); p != nil && !p.Running() {
			if shown, _ := page(k.t, client, k.app.URL+path); !strings.Contains(shown, "support@lodge.example") {
				k.t.Error("the page of the test does not name its mailbox")
			}
			return p
		}
	}
	k.t.Fatal("the test does not end")
	return nil
}

// green checks that every step of a test went well.
func green(t *testing.T, p *desk.MailProbe) {
	t.Helper()
	if !p.Green() {
		t.Error("the test is not green")
	}
	for _, s := range p.Steps {
		if s.State != desk.ProbeOK {
			t.Errorf("%s: %s %s %v %s", s.Key, s.State, s.Word, s.Values, s.Detail)
		}
	}
}

// The issue's “done when”, EM-1 to EM-7: with an IMAP mailbox and an SMTP account a whole conversation
// runs by mail only, and the set-up test turns green.
func TestConversationByIMAP(t *testing.T) {
	names := startNameServer(t)
	names.set("lodge.example", "v=spf1 mx -all")
	names.set("_dmarc.lodge.example", "v=DMARC1; p=reject")
	k := &talk{mailWorld: newMailWorld(t)}
	imap := testmail.StartIMAP(t, testmail.IMAPOptions{})
	k.put = func(from, to, raw string, genuine bool) {
		imap.Put(checked(to, from, raw, genuine), time.Now())
	}
	k.routes["lodge.example"] = func(from, to, raw string) { k.put(from, to, raw, true) }
	c := config.Default()
	c.Addr, c.Data, c.LogLevel = "127.0.0.1:0", t.TempDir(), "error"
	k.app = startPrepared(t, c, func(app *App) {
		k.prepare(app, desk.MailboxInput{Receive: models.ReceiveIMAP, TrustedReceiver: trusted,
			IMAP: desk.MailServerInput{Host: "127.0.0.1", Port: fmt.Sprint(imap.Port()), TLS: "none", Auth: models.MailAuthPassword, User: testmail.User, Password: testmail.Password}})
		keys, err := mail.NewDKIMKeys()
		if err != nil {
			t.Fatal(err)
		}
		k.sign(app, names, keys)
	})
	green(t, k.test())
	k.converse()
}

// sign gives the mailbox a key, known to the world.
func (k *talk) sign(app *App, names *nameServer, keys []byte) {
	if err := app.desk.SetDKIMKey(context.Background(), k.admin, "support", k.box, keys); err != nil {
		k.t.Fatal(err)
	}
	cat, err := app.db.Catalog(context.Background())
	if err != nil {
		k.t.Fatal(err)
	}
	for _, r := range mail.DKIMRecords(cat.Mailbox(k.box).DKIMSelector, "lodge.example", keys) {
		names.set(r.Name, r.Value)
	}
}

// The same through our own listener, where nobody's word counts but the signatures of the mails.
func TestConversationByOurOwnListener(t *testing.T) {
	names := startNameServer(t)
	names.set("lodge.example", "v=spf1 mx -all")
	names.set("_dmarc.lodge.example", "v=DMARC1; p=reject")
	names.mx["lodge.example"] = "mail.lodge.example"
	signers := map[string]*mail.Signer{}
	for _, domain := range []string{"customer.example", "company.example", "evil.example"} {
		keys, err := mail.NewDKIMKeys()
		if err != nil {
			t.Fatal(err)
		}
		if signers[domain], err = mail.NewSigner(domain, "s1", keys); err != nil {
			t.Fatal(err)
		}
		for _, r := range mail.DKIMRecords("s1", domain, keys) {
			names.set(r.Name, r.Value)
		}
	}
	k := &talk{mailWorld: newMailWorld(t)}
	k.routes["lodge.example"] = func(from, to, raw string) { bySMTP(t, k.app.SMTPAddrs[0], from, to, raw) }
	k.put = func(from, to, raw string, genuine bool) {
		_, domain, _ := strings.Cut(from, "@")
		signer := signers[domain]
		if !genuine {
			signer = signers["evil.example"]
		}
		signed, err := signer.Sign([]byte(raw))
		if err != nil {
			t.Fatal(err)
		}
		// Whatever a client writes of its own checks counts for nothing here.
		bySMTP(t, k.app.SMTPAddrs[0], from, to, "Authentication-Results: "+trusted+"; dmarc=pass header.from="+domain+"\r\n"+string(signed))
	}
	c := config.Default()
	c.Addr, c.Data, c.LogLevel = "127.0.0.1:0", t.TempDir(), "error"
	c.SMTPIn.Listen, c.SMTPIn.Name = []string{"127.0.0.1:0"}, "mail.lodge.example"
	k.app = startPrepared(t, c, func(app *App) {
		k.prepare(app, desk.MailboxInput{Receive: models.ReceiveListener})
		keys, err := mail.NewDKIMKeys()
		if err != nil {
			t.Fatal(err)
		}
		k.sign(app, names, keys)
	})
	if _, err := net.Dial("tcp", k.app.SMTPAddrs[0]); err != nil {
		t.Fatal(err)
	}
	green(t, k.test())
	k.converse()
}
