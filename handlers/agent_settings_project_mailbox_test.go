package handlers

import (
	"context"
	"errors"
	"fmt"
	"html"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"lodge/desk"
	"lodge/models"
)

// tools stand in for the world of mail.
type tools struct {
	sent    []desk.MailPreview
	refuse  error
	records []desk.DNSRecord
	keys    int
	listens string
	asked   []byte
}

func (t *tools) NewDKIMKey() ([]byte, error) {
	t.keys++
	return fmt.Appendf(nil, "key %d", t.keys), nil
}
func (t *tools) DNS(_ context.Context, _ *models.Mailbox, key []byte) []desk.DNSRecord {
	t.asked = key
	return t.records
}
func (t *tools) Listener() string { return t.listens }
func (t *tools) Outbox() bool     { return false }
func (t *tools) SendPreview(_ context.Context, _ *models.Project, p desk.MailPreview) error {
	t.sent = append(t.sent, p)
	return t.refuse
}

const boxesPath = supportSettings + "/mailboxes"

// boxOf is a mailbox as it is kept.
func (o *office) boxOf(address string) *models.Mailbox {
	o.t.Helper()
	for _, m := range o.support().Mailboxes {
		if m.Address == address {
			return m
		}
	}
	o.t.Fatalf("no mailbox %s", address)
	return nil
}

// imapForm is a whole mailbox as the page posts it.
func imapForm(change ...string) []string {
	form := map[string]string{"address": "help@shop.example", "aliases": "hilfe@shop.example\ninfo@shop.example", "from_name": "{agent} · {project}", "receive": "imap", "plus": "1", "trusted_receiver": "MX.shop.example",
		"imap_host": "IMAP.shop.example", "imap_port": "993", "imap_tls": "tls", "imap_auth": "password", "imap_user": "help@shop.example", "imap_password": "hunter-two-lamps", "imap_folder": "", "imap_after": "seen",
		"send": "own", "smtp_host": "smtp.shop.example", "smtp_port": "587", "smtp_tls": "starttls", "smtp_auth": "xoauth2", "smtp_user": "help@shop.example", "smtp_token_url": "https://login.shop.example/token",
		"smtp_client_id": "lodge-client", "smtp_client_secret": "client-secret-lamps", "smtp_refresh_token": "refresh-token-lamps", "smtp_scope": "mail.all"}
	for i := 0; i+1 < len(change); i += 2 {
		form[change[i]] = change[i+1]
	}
	var all []string
	for name, value := range form {
		all = append(all, name, value)
	}
	return all
}

// saveBox posts imapForm with changes to the list, which adds a mailbox, or to a mailbox.
func (b *browser) saveBox(t *testing.T, path string, change ...string) answer {
	t.Helper()
	form := path
	if path == boxesPath {
		form += "/new"
	}
	page := b.get(form).must(t, http.StatusOK)
	return b.send(path, append(imapForm(change...), "version", field(t, page.body, "version"))...)
}

// between is what stands between two texts in a page.
func between(t *testing.T, body, before, after string) string {
	t.Helper()
	_, rest, found := strings.Cut(body, before)
	text, _, ended := strings.Cut(rest, after)
	if !found || !ended {
		t.Fatalf("nothing between %q and %q", before, after)
	}
	return html.UnescapeString(text)
}

// EM-4, SE-4: a mailbox is made, changed, switched off and on, and deleted by pages alone. Its secrets are used and
// never shown or logged.
func TestMailboxPages(t *testing.T) {
	o := newOffice(t, func(op *Options) { op.MailTools = &tools{} }).open()
	o.openToAll()
	ines := o.signIn("ines")
	ines.get(boxesPath).must(t, http.StatusOK).has(t, "No mailbox yet", boxesPath+"/new")
	made := ines.saveBox(t, boxesPath).must(t, http.StatusSeeOther)
	m := o.boxOf("help@shop.example")
	here := boxesPath + "/" + decimal(m.ID)
	if at := made.header.Get("Location"); at != here+"/test?saved=1" {
		t.Errorf("leads to %s", at)
	}
	if !slices.Equal(m.Aliases, []string{"hilfe@shop.example", "info@shop.example"}) || m.FromName != "{agent} · {project}" || m.Receive != models.ReceiveIMAP || !m.Plus || m.TrustedReceiver != "mx.shop.example" ||
		m.IMAPHost != "imap.shop.example" || m.IMAPPort != 993 || m.IMAPTLS != "tls" || m.IMAPFolder != "INBOX" || m.IMAPAfter != models.AfterSeen || m.IMAPUser != "help@shop.example" ||
		m.Send != models.SendOwn || m.SMTPHost != "smtp.shop.example" || m.SMTPTLS != "starttls" || m.SMTPAuth != models.MailAuthXOAUTH2 {
		t.Errorf("kept %+v", m)
	}
	imap, err := o.desk.IMAPAccount(m)
	if err != nil || imap.Password != "hunter-two-lamps" {
		t.Errorf("signs in with %+v, %v", imap, err)
	}
	smtp, err := o.desk.SMTPAccount(m)
	if err != nil || smtp != (desk.MailAccount{TokenURL: "https://login.shop.example/token", ClientID: "lodge-client", ClientSecret: "client-secret-lamps", RefreshToken: "refresh-token-lamps", Scope: "mail.all"}) {
		t.Errorf("signs in with %+v, %v", smtp, err)
	}
	secrets := []string{"hunter-two-lamps", "client-secret-lamps", "refresh-token-lamps", m.IMAPSecret, m.SMTPSecret}
	page := ines.get(here).must(t, http.StatusOK).has(t, `value="imap.shop.example"`, `value="lodge-client"`, `value="https://login.shop.example/token"`, "Kept, and not shown", "Ines · Support", "hilfe@shop.example\ninfo@shop.example").lacks(t, secrets...)
	// An empty secret keeps the old one; another one takes its place.
	ines.saveBox(t, here, "imap_password", "", "smtp_client_secret", "", "smtp_refresh_token", "", "imap_after", "delete").must(t, http.StatusSeeOther)
	if m = o.boxOf("help@shop.example"); m.IMAPAfter != models.AfterDelete {
		t.Error("not changed")
	}
	if imap, _ := o.desk.IMAPAccount(m); imap.Password != "hunter-two-lamps" {
		t.Error("the password is gone")
	}
	if again, _ := o.desk.SMTPAccount(m); again != smtp {
		t.Errorf("the account is %+v", again)
	}
	ines.saveBox(t, here, "imap_password", "other-lamps-three").must(t, http.StatusSeeOther)
	if imap, _ := o.desk.IMAPAccount(o.boxOf("help@shop.example")); imap.Password != "other-lamps-three" {
		t.Error("the password has not changed")
	}
	// Somebody else saved meanwhile.
	ines.send(here, append(imapForm("from_name", "Mine"), "version", field(t, page.body, "version"))...).must(t, http.StatusConflict).has(t, `value="Mine"`, "Somebody else saved").lacks(t, secrets...)
	// The log says what changed, and of secrets only that.
	log := ines.get("/agent/settings/audit").must(t, http.StatusOK).has(t, "A mailbox was added to “support”", "A mailbox of “support” was changed", "IMAP secret", "help@shop.example")
	log.lacks(t, append(secrets, "other-lamps-three")...)
	if csv := ines.get("/agent/settings/audit.csv"); strings.Contains(csv.body, "lamps") {
		t.Error("a secret is in the export")
	}
	// Off and on.
	ines.send(here+"/state", "state", "off").must(t, http.StatusSeeOther)
	ines.get(boxesPath).has(t, "Switched off", "neither receives nor sends", "Switch on")
	if o.support().Mailbox() != nil {
		t.Error("still in use")
	}
	ines.send(here+"/state", "state", "on").must(t, http.StatusSeeOther)
	if o.support().Mailbox() == nil {
		t.Error("not in use again")
	}
	// Deleting asks.
	ines.get(here+"/deletion").must(t, http.StatusOK).has(t, "Delete help@shop.example?")
	ines.send(here+"/deletion").must(t, http.StatusUnprocessableEntity)
	o.boxOf("help@shop.example")
	ines.send(here+"/deletion", "confirm", "1").must(t, http.StatusSeeOther)
	ines.get(here).must(t, http.StatusNotFound)
	ines.get(boxesPath).has(t, "No mailbox yet")
}

// EM-4, EV-3: what is wrong is said beside its field, with everything that was typed; parts that are not chosen are not
// looked at.
func TestMailboxRefusals(t *testing.T) {
	o := newOffice(t, func(op *Options) { op.MailTools = &tools{} }).open()
	o.openToAll()
	ines := o.signIn("ines")
	o.mailbox("taken@shop.example")
	for _, row := range []struct {
		name   string
		change []string
		want   []string
	}{
		{"address", []string{"address", "Help <help@shop.example>"}, []string{`href="#address"`, "Enter one mail address"}},
		{"taken", []string{"address", "TAKEN+x@shop.example"}, []string{`href="#address"`, "already arrives in a mailbox of “Support”"}},
		{"alias", []string{"aliases", "a@shop.example nonsense"}, []string{`href="#aliases"`, "“nonsense” is not a mail address"}},
		{"alias taken", []string{"aliases", "taken@shop.example"}, []string{`href="#aliases"`, "already arrives"}},
		{"variable", []string{"from_name", "{agent} {secret}"}, []string{`href="#from_name"`, "{secret} is not known here"}},
		{"brace", []string{"from_name", "{agent"}, []string{`href="#from_name"`, "A brace is left over"}},
		{"go template", []string{"from_name", "{{.Secret}}"}, []string{`href="#from_name"`}},
		{"host", []string{"imap_host", "imap shop/example"}, []string{`href="#imap_host"`}},
		{"no host", []string{"smtp_host", ""}, []string{`href="#smtp_host"`}},
		{"digits for a host", []string{"smtp_host", "1.2.3"}, []string{`href="#smtp_host"`}},
		{"port", []string{"imap_port", "70000"}, []string{`href="#imap_port"`}},
		{"clear text", []string{"imap_tls", "none"}, []string{`href="#imap_tls"`, "never sent without encryption"}},
		{"clear text", []string{"smtp_tls", "none"}, []string{`href="#smtp_tls"`}},
		{"unknown encryption", []string{"smtp_tls", "sometimes"}, []string{`href="#smtp_tls"`}},
		{"user", []string{"imap_user", " "}, []string{`href="#imap_user"`}},
		{"password", []string{"imap_password", ""}, []string{`href="#imap_password"`, "needed to sign in"}},
		{"token in clear", []string{"smtp_token_url", "http://login.shop.example/"}, []string{`href="#smtp_token_url"`}},
		{"client", []string{"smtp_client_id", ""}, []string{`href="#smtp_client_id"`}},
		{"token", []string{"smtp_refresh_token", ""}, []string{`href="#smtp_refresh_token"`}},
		{"receiver", []string{"trusted_receiver", "a b; pass"}, []string{`href="#trusted_receiver"`}},
		{"choices", []string{"receive", "pop3", "send", "pigeon"}, []string{`href="#receive"`, `href="#send"`}},
		{"after", []string{"imap_after", "burn"}, []string{`href="#imap_after"`}},
	} {
		got := ines.saveBox(t, boxesPath, row.change...).must(t, http.StatusUnprocessableEntity)
		got.has(t, row.want...)
		got.lacks(t, "hunter-two-lamps", "refresh-token-lamps", "client-secret-lamps")
		if row.name == "password" {
			got.has(t, `value="imap.shop.example"`[:7], "lodge-client", "hilfe@shop.example")
		}
	}
	if n := len(o.support().Mailboxes); n != 1 {
		t.Errorf("%d mailboxes", n)
	}
	// What is not chosen may hold anything, and is not kept.
	ines.saveBox(t, boxesPath, "receive", "none", "send", "workspace", "imap_port", "x", "smtp_tls", "x", "imap_password", "").must(t, http.StatusSeeOther)
	m := o.boxOf("help@shop.example")
	if m.IMAPHost != "" || m.IMAPSecret != "" || m.SMTPHost != "" || m.SMTPSecret != "" || m.IMAPPort != 993 {
		t.Errorf("kept %+v", m)
	}
	// To this machine, and without a sign-in, mail may go as it is.
	here := boxesPath + "/" + decimal(m.ID)
	ines.saveBox(t, here, "imap_host", "127.0.0.1", "imap_tls", "none", "smtp_auth", "none", "smtp_tls", "none", "smtp_host", "relay").must(t, http.StatusSeeOther)
	if m = o.boxOf("help@shop.example"); m.SMTPUser != "" || m.SMTPSecret != "" || m.IMAPTLS != "none" {
		t.Errorf("kept %+v", m)
	}
	// A kept secret never goes to a server it was not typed for (whoever changes the name would get it).
	ines.saveBox(t, here, "imap_host", "imap.evil.example", "imap_password", "").must(t, http.StatusUnprocessableEntity).has(t, `href="#imap_password"`, "The server is another one now")
	if m = o.boxOf("help@shop.example"); m.IMAPHost != "127.0.0.1" {
		t.Error("changed all the same")
	}
	ines.saveBox(t, here).must(t, http.StatusSeeOther)
	ines.saveBox(t, here, "imap_password", "", "smtp_refresh_token", "", "smtp_client_secret", "", "smtp_token_url", "https://evil.example/").must(t, http.StatusUnprocessableEntity).has(t, `href="#smtp_refresh_token"`, `href="#smtp_client_secret"`)
	// A mailbox of another project is not there.
	ines.get("/agent/settings/projects/other/mailboxes/"+decimal(m.ID)).must(t, http.StatusNotFound)
}

// EM-4: links to providers fill the form in and save nothing.
func TestMailboxPresets(t *testing.T) {
	o := newOffice(t, func(op *Options) { op.MailTools = &tools{listens: ":25"} }).open()
	o.openToAll()
	ines := o.signIn("ines")
	for preset, want := range map[string][]string{
		"google":    {`value="imap.gmail.com"`, `value="smtp.gmail.com"`, `value="mx.google.com"`, "app password"},
		"microsoft": {`value="outlook.office365.com"`, `value="smtp.office365.com"`, "login.microsoftonline.com", `value="xoauth2" checked`},
		"fastmail":  {`value="imap.fastmail.com"`, `value="465"`},
		"other":     {`value="587"`, `value="imap" checked`},
	} {
		ines.get(boxesPath+"/new?preset="+preset).must(t, http.StatusOK).has(t, want...)
	}
	m := o.mailbox("kept@shop.example")
	page := ines.get(boxesPath+"/"+decimal(m.ID)+"?preset=google").must(t, http.StatusOK)
	page.has(t, `value="kept@shop.example"`, `value="imap.gmail.com"`, "--smtp-listen", "is on: :25", "MX 10")
	if o.boxOf("kept@shop.example").IMAPHost != "" {
		t.Error("a link has saved something")
	}
}

// EM-4: the list says in plain words how each mailbox goes.
func TestMailboxHealth(t *testing.T) {
	mail := &tools{}
	o := newOffice(t, func(op *Options) { op.MailTools = mail }).open()
	o.openToAll()
	ines := o.signIn("ines")
	m := o.mailbox("help@shop.example")
	set := func(receive string) {
		box := *o.boxOf("help@shop.example")
		box.Receive, box.IMAPHost = receive, "imap.shop.example"
		o.write(func(ctx context.Context, tx *models.Tx) error { return models.UpdateMailbox(ctx, tx, &box) })
	}
	now := o.desk.Now()
	check := func(want ...string) {
		t.Helper()
		ines.get(boxesPath).must(t, http.StatusOK).has(t, want...)
	}
	check("Receives nothing", "Only sends.")
	set(models.ReceiveListener)
	check("own server for mail is off", "--smtp-listen")
	mail.listens = ":25"
	check("Works; no mail has come yet.")
	set(models.ReceiveIMAP)
	check("Fetched from imap.shop.example", "Not looked at yet.")
	if err := models.NoteMailboxError(t.Context(), o.db, m.ID, "sign_in: NO invalid credentials", now); err != nil {
		t.Fatal(err)
	}
	check("The last look for mail failed.", "NO invalid credentials", "The user name or the password is wrong")
	if err := models.NoteMailKept(t.Context(), o.db, m.ID, now); err != nil {
		t.Fatal(err)
	}
	if err := models.NoteMailboxLook(t.Context(), o.db, m.ID, now.Add(time.Minute), now); err != nil {
		t.Fatal(err)
	}
	check("Works.", "Looked for mail", "Last mail")
}

// EM-4: a key is made, replaced and taken away; its records are shown to copy, the key never.
func TestMailboxSignature(t *testing.T) {
	mail := &tools{records: []desk.DNSRecord{{Kind: desk.DNSSPF, Name: "shop.example", Type: "TXT", Wanted: "v=spf1 mx ~all", State: desk.DNSMissing},
		{Kind: desk.DNSDMARC, Name: "_dmarc.shop.example", Type: "TXT", Found: "v=DMARC1; p=none", State: desk.DNSGood, Advice: "watch_only"}, {Kind: desk.DNSMX, Name: "shop.example", Type: "MX", State: desk.DNSUnknown}}}
	o := newOffice(t, func(op *Options) { op.MailTools = mail }).open()
	o.openToAll()
	ines := o.signIn("ines")
	m := o.mailbox("help@shop.example")
	here := boxesPath + "/" + decimal(m.ID)
	ines.get(here+"/dns").must(t, http.StatusOK).has(t, "Make a key", "DNS records of shop.example", `data-copy="v=spf1 mx ~all"`, "Missing", "may land in spam", "In order", "it only watches", "No answer")
	ines.send(here+"/signature").must(t, http.StatusSeeOther)
	first := o.boxOf("help@shop.example")
	if key, err := o.desk.DKIMKeys(first); err != nil || string(key) != "key 1" || first.DKIMSelector == "" || strings.Contains(first.DKIMSecret, "key") {
		t.Errorf("%q %v %q", key, err, first.DKIMSelector)
	}
	page := ines.get(here+"/dns").must(t, http.StatusOK).has(t, first.DKIMSelector, "Replace key", "Stop signing").lacks(t, "key 1", first.DKIMSecret)
	if string(mail.asked) != "key 1" || strings.Contains(page.body, "Make a key") {
		t.Error("the records are not those of the key")
	}
	// A second press of an old page makes no second key.
	ines.send(here+"/signature").must(t, http.StatusSeeOther)
	if o.boxOf("help@shop.example").DKIMSecret != first.DKIMSecret {
		t.Error("replaced without a question")
	}
	o.now.Add(2000)
	ines.send(here+"/signature/replacement").must(t, http.StatusUnprocessableEntity)
	ines.send(here+"/signature/replacement", "confirm", "1").must(t, http.StatusSeeOther)
	second := o.boxOf("help@shop.example")
	if key, _ := o.desk.DKIMKeys(second); string(key) != "key 2" || second.DKIMSelector == first.DKIMSelector {
		t.Errorf("%q under %q", key, second.DKIMSelector)
	}
	ines.get("/agent/settings/audit").has(t, "The signing key of a mailbox of “support” was changed", second.DKIMSelector).lacks(t, "key 2", second.DKIMSecret)
	ines.send(here+"/signature/deletion", "confirm", "1").must(t, http.StatusSeeOther)
	if gone := o.boxOf("help@shop.example"); gone.DKIMSecret != "" || gone.DKIMSelector != "" {
		t.Error("still signs")
	}
}

// EM-6: the page of a set-up test shows each step in words, follows it, and offers what it has found.
func TestMailboxTestPage(t *testing.T) {
	o := newOffice(t, func(op *Options) { op.MailTools = &tools{} }).open()
	o.openToAll()
	ines := o.signIn("ines")
	m := o.mailbox("help@shop.example")
	here := boxesPath + "/" + decimal(m.ID) + "/test"
	ines.get(here).must(t, http.StatusOK).has(t, "Test this mailbox", "Sign in to send", "The answer is recognised").lacks(t, "data-poll=")
	ines.send(here).must(t, http.StatusSeeOther)
	ines.get(here).has(t, "The test is running", `data-poll="2"`, "Show how far it is")
	if part := ines.get(here+"/updates", "HX-Request", "true").must(t, http.StatusOK).has(t, `hx-swap-oob="true"`, "data-poll"); strings.Contains(part.body, "<html") {
		t.Error("a whole page")
	}
	state, err := models.MailboxStateOf(t.Context(), o.db, m.ID)
	if err != nil {
		t.Fatal(err)
	}
	first := desk.ReadMailProbe(state, o.desk.Now())
	// A second press does not begin a second test.
	o.now.Add(5000)
	ines.send(here).must(t, http.StatusSeeOther)
	state, _ = models.MailboxStateOf(t.Context(), o.db, m.ID)
	if again := desk.ReadMailProbe(state, o.desk.Now()); again.Started != first.Started {
		t.Error("begun twice")
	}
	keep := func(change func(p *desk.MailProbe)) {
		t.Helper()
		p := *first
		p.Steps = slices.Clone(first.Steps)
		change(&p)
		if err := o.desk.KeepMailProbe(t.Context(), &desk.MailProbeRun{Mailbox: m, Probe: &p}); err != nil {
			t.Fatal(err)
		}
	}
	// What the other side says is text.
	keep(func(p *desk.MailProbe) {
		p.Ended = p.Started + 1
		*p.Step(desk.ProbeSignIn) = desk.ProbeStep{Key: desk.ProbeSignIn, State: desk.ProbeFailed, Word: "auth", Values: map[string]string{"Server": "smtp.shop.example:587"}, Detail: "535 <b>no</b>"}
	})
	ines.get(here).has(t, "Something does not work yet", "Could not sign in to smtp.shop.example:587.", "The user name or the password is wrong", "535 &lt;b&gt;no", "Test again").lacks(t, "data-poll=", "<b>no")
	keep(func(p *desk.MailProbe) {
		p.Ended, p.Receiver = p.Started+1, "mx.shop.example"
		for i, key := range desk.ProbeSteps {
			p.Steps[i] = desk.ProbeStep{Key: key, State: desk.ProbeOK}
		}
		*p.Step(desk.ProbeSender) = desk.ProbeStep{Key: desk.ProbeSender, State: desk.ProbeAdvice, Word: "offer", Values: map[string]string{"Receiver": "mx.shop.example"}}
	})
	ines.get(here).has(t, "Mail works, with advice", "Trust mx.shop.example")
	ines.get(boxesPath).has(t, "Test passed")
	ines.send(boxesPath+"/"+decimal(m.ID)+"/receiver", "receiver", "mx.shop.example").must(t, http.StatusSeeOther)
	if o.boxOf("help@shop.example").TrustedReceiver != "mx.shop.example" {
		t.Error("not trusted")
	}
	ines.get(here).lacks(t, "Trust mx.shop.example")
	// One without an end was cut off, and can be run again.
	keep(func(p *desk.MailProbe) { p.Steps[0].State = desk.ProbeRuns })
	o.now.Add(int64(desk.ProbeLimit/time.Millisecond) + 1)
	ines.get(here).has(t, "The test was cut off", "Test again").lacks(t, "data-poll=")
	ines.send(here).must(t, http.StatusSeeOther)
	ines.get(here).has(t, "The test is running")
}

// EV-1: every page of mailboxes and mail texts has all its words, in each language and for each result.
func TestMailboxPagesHaveTheirWords(t *testing.T) {
	mail := &tools{}
	for _, kind := range []string{desk.DNSSPF, desk.DNSDKIM, desk.DNSDKIMTwo, desk.DNSDMARC, desk.DNSMX} {
		for _, state := range []string{desk.DNSGood, desk.DNSMissing, desk.DNSWrong, desk.DNSUnknown} {
			mail.records = append(mail.records, desk.DNSRecord{Kind: kind, State: state, Name: "n", Type: "TXT"})
		}
	}
	o := newOffice(t, func(op *Options) { op.MailTools = mail }).open()
	o.openToAll()
	ines := o.signIn("ines")
	m := o.mailbox("help@shop.example")
	here := boxesPath + "/" + decimal(m.ID)
	pages := []string{boxesPath, boxesPath + "/new", here, here + "?preset=google", here + "?preset=microsoft", here + "?preset=fastmail", here + "?preset=other", here + "/deletion", here + "/test", here + "/dns",
		here + "/signature/replacement", here + "/signature/deletion", supportSettings + "/mails"}
	for _, k := range desk.MailKinds {
		pages = append(pages, supportSettings+"/mails/"+k.Template+"/en", supportSettings+"/mails/"+k.Template+"/de", supportSettings+"/mails/"+k.Template+"/en?as=text")
	}
	for _, lang := range []string{"en", "de"} {
		ines.cookies["lang"] = lang
		for _, page := range pages {
			ines.get(page).must(t, http.StatusOK).lacks(t, "⟦", "agent.mail", "agent.probe", "agent.dns", "agent.project.", "<no value>", "%!")
		}
	}
	ines.cookies["lang"] = "en"
}

// Words a project chooses for its mails: SE-4, A24, A49.
func TestMailTextPages(t *testing.T) {
	mail := &tools{}
	o := newOffice(t, func(op *Options) { op.MailTools = mail }).open()
	o.openToAll()
	ines := o.signIn("ines")
	texts := supportSettings + "/mails"
	ines.get(texts).must(t, http.StatusOK).has(t, "We received your request", texts+"/created/de", "always have the built-in words").lacks(t, ">Yours<", "unproven")
	here := texts + "/created/en"
	ines.get(here).must(t, http.StatusOK).has(t, "We received your request: {title}", "Hello {name},", "{message}", "{reference}", `src="`+here+`/frame"`).lacks(t, "Back to the built-in words")
	// Mails about safety and to the unproven cannot be changed.
	for _, fixed := range []string{"created_unproven", "password_reset", "agent_notice", "nonsense"} {
		ines.get(texts+"/"+fixed+"/en").must(t, http.StatusNotFound)
		ines.send(texts+"/"+fixed+"/en", "subject", "a", "body", "b").must(t, http.StatusNotFound)
	}
	ines.get(texts+"/created/xx").must(t, http.StatusNotFound)
	// Refused with the place named, everything kept.
	bad := ines.send(here, "subject", "Thank you {titel}", "body", "Hello\n\nthis is {{.Secret}} and {agent}").must(t, http.StatusUnprocessableEntity)
	bad.has(t, "Line 1: {titel} is not a variable of this mail.", "Line 3: {.Secret} is not a variable", "Thank you {titel}", "{{.Secret}} and {agent}")
	ines.send(here, "subject", "a {message}", "body", "{message} {message}").must(t, http.StatusUnprocessableEntity).has(t, "{message} is not a variable", "once")
	ines.send(here, "subject", "", "body", "{").must(t, http.StatusUnprocessableEntity).has(t, "Write some words", "a brace is left over")
	// A preview of what is typed saves nothing.
	shown := ines.send(here, "do", "preview", "subject", "Thanks, {name}", "body", "Moin {name} <b>\n\n{message}\n\nBye from {project}").must(t, http.StatusOK).has(t, "Thanks, Rosa")
	frame := between(t, shown.body, `<iframe src="`, `"`)
	framed := ines.get(frame).must(t, http.StatusOK).has(t, "Moin Rosa &lt;b&gt;", "Bye from Support", "View ticket details", "Please don’t forward it", "Stop mails about this ticket")
	if policy := framed.header.Get("Content-Security-Policy"); !strings.Contains(policy, "sandbox") || !strings.Contains(policy, "frame-ancestors 'self'") {
		t.Errorf("policy %q", policy)
	}
	ines.get(here).lacks(t, "Moin")
	ines.send(here, "subject", "Thanks, {name}\r\nBcc: x@evil.example", "body", "Moin {name},\n\n{message}\n\nBye from {project}").must(t, http.StatusSeeOther)
	ines.get(here+"?as=text").has(t, "These are your words", "Moin Rosa,", "Bye from Support", "View ticket details: https://")
	ines.get(here+"/frame").has(t, "Moin Rosa,")
	ines.get(texts).has(t, ">Yours<")
	ines.get(texts+"/created/de").lacks(t, "Moin")
	all, err := o.desk.MailTexts(t.Context(), o.actor("ines"), "support")
	if err != nil {
		t.Fatal(err)
	}
	if own, _ := all.Find("created", "en"); strings.ContainsAny(own.Own.Subject, "\r\n") {
		t.Errorf("subject %q", own.Own.Subject)
	}
	// A test goes to whoever asks for it, and nobody else.
	ines.send(here+"/test", "to", "victim@example.com").must(t, http.StatusSeeOther)
	if len(mail.sent) != 1 || mail.sent[0].To != "ines@lodge.example" || mail.sent[0].Own.Body != "Moin {name},\n\n{message}\n\nBye from {project}" {
		t.Errorf("sent %+v", mail.sent)
	}
	mail.refuse = errors.New("away")
	if at := ines.send(here + "/test").header.Get("Location"); at != here+"?sent=0" {
		t.Errorf("leads to %s", at)
	}
	ines.get(here+"?sent=0").has(t, "could not be sent")
	ines.get("/agent/settings/audit").has(t, "The words of a mail of “support” were changed")
	ines.send(here+"/reset").must(t, http.StatusSeeOther)
	ines.get(here).has(t, "We received your request: {title}").lacks(t, "Moin", "Back to the built-in words")
	// Saving the built-in words keeps none.
	page := ines.get(here)
	ines.send(here, "subject", "We received your request: {title}", "body", between(t, page.body, `id="body" name="body" rows="12" maxlength="4000" required aria-describedby="body-help">`, "</textarea>")).must(t, http.StatusSeeOther)
	if all, _ = o.desk.MailTexts(t.Context(), o.actor("ines"), "support"); len(all.Texts) != 0 {
		t.Errorf("kept %+v", all.Texts)
	}
}
