package main

import (
	"context"
	"html"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"lodge/config"
	"lodge/desk"
	"lodge/models"
)

// agentAt signs a fresh agent in and gives a client that keeps the session.
func agentAt(t *testing.T, app *App, signature string) (desk.Actor, *http.Client) {
	t.Helper()
	ctx := context.Background()
	hash, err := desk.HashPassword("correct horse battery")
	if err != nil {
		t.Fatal(err)
	}
	a := &models.Agent{Address: "grace@lodge.example", AddressKey: "grace@lodge.example", Name: "Grace Hopper", PublicName: "Grace", Role: models.RoleAgent, PasswordHash: hash, Signature: signature, CreatedAt: models.At(time.Now())}
	if err := app.db.Write(ctx, func(ctx context.Context, tx *models.Tx) error { return models.InsertAgent(ctx, tx, a) }); err != nil {
		t.Fatal(err)
	}
	jar, _ := cookiejar.New(nil)
	return desk.Actor{ID: a.ID, Name: a.Name, Role: a.Role}, &http.Client{Jar: jar, Timeout: 30 * time.Second}
}

var csrfField = regexp.MustCompile(`name="csrf" value="([^"]+)"`)

func page(t *testing.T, client *http.Client, address string) (body, csrf string) {
	t.Helper()
	res, err := client.Get(address)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	raw, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode != http.StatusOK {
		t.Fatalf("%s: %d %v", address, res.StatusCode, err)
	}
	if m := csrfField.FindSubmatch(raw); m != nil {
		csrf = string(m[1])
	}
	return string(raw), csrf
}

func send(t *testing.T, client *http.Client, base, path string, fields url.Values, headers ...string) string {
	t.Helper()
	r, err := http.NewRequest(http.MethodPost, base+path, strings.NewReader(fields.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Origin", base)
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	res, err := client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	raw, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode != http.StatusOK {
		t.Fatalf("%s: %d %v\n%s", path, res.StatusCode, err, raw)
	}
	return string(raw)
}

func fileAs(t *testing.T, app *App, slug, email string) (link desk.Link, number int64) {
	t.Helper()
	ctx := context.Background()
	form, err := app.desk.Portal().Form(ctx, slug, desk.FormAsk{})
	if err != nil {
		t.Fatal(err)
	}
	done, err := app.desk.Portal().Submit(ctx, desk.SubmitInput{Slug: slug, FormID: form.FormID, Email: email, Name: "Ada", Title: "Printer on fire", Description: "It burns.", Client: email})
	if err != nil {
		t.Fatal(err)
	}
	rows, err := models.Queue(ctx, app.db, models.QueueQuery{View: models.ViewAll, Limit: 1})
	if err != nil || len(rows) == 0 {
		t.Fatal(err)
	}
	return desk.Link{Token: done.Token}, rows[0].Number
}

func (a *App) undoSeconds(t *testing.T, slug string, seconds int) {
	t.Helper()
	err := a.db.Write(context.Background(), func(ctx context.Context, tx *models.Tx) error {
		cat, err := models.TxCatalog(ctx, tx)
		if err != nil {
			return err
		}
		p := *cat.ProjectBySlug(slug)
		p.Settings.UndoSeconds, p.Settings.BatchMinutes = seconds, 0
		if p.Mailbox() == nil {
			if err := models.InsertMailbox(ctx, tx, models.NewMailbox(p.ID, "help@lodge.example", "help@lodge.example", 1)); err != nil {
				return err
			}
		}
		return models.UpdateProject(ctx, tx, &p)
	})
	if err != nil {
		t.Fatal(err)
	}
}

func mailsTo(t *testing.T, app *App, address, subject string) []*models.OutboxMail {
	t.Helper()
	all, err := app.desk.Outbox(context.Background(), 1000)
	if err != nil {
		t.Fatal(err)
	}
	var some []*models.OutboxMail
	for _, m := range all {
		if m.Recipient == address && strings.HasPrefix(m.Subject, subject) {
			some = append(some, m)
		}
	}
	return some
}

// NU-5: the program dies while a reply waits; after the next start it is published and mailed
// once, and once only after one more.
func TestWaitingReplyOutlivesACrash(t *testing.T) {
	ctx := context.Background()
	c := config.Default()
	c.Data, c.Addr, c.LogLevel, c.Demo = t.TempDir(), "127.0.0.1:0", "error", true
	prepareCrashDesk(t, &c)
	// A process that never comes to do its jobs.
	dead, err := NewApp(&c, newLog(&c, io.Discard))
	if err != nil {
		t.Fatal(err)
	}
	dead.undoSeconds(t, "crash", 1)
	link, number := fileAs(t, dead, "crash", "ada@example.com")
	actor, _ := agentAt(t, dead, "")
	if _, err := dead.desk.ReplyAsAgent(ctx, actor, number, desk.AgentReply{Body: "Pull the plug.", Status: "waiting"}); err != nil {
		t.Fatal(err)
	}
	if err := dead.Stop(ctx); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		app := startApp(t, c)
		var thread *desk.PublicThread
		for deadline := time.Now().Add(30 * time.Second); ; time.Sleep(20 * time.Millisecond) {
			if thread, err = app.desk.Portal().Thread(ctx, link, ""); err != nil || time.Now().After(deadline) {
				t.Fatalf("not published: %v", err)
			}
			if len(thread.Messages) > 1 && len(mailsTo(t, app, "ada@example.com", "Re:")) > 0 {
				break
			}
		}
		settling, cancel := context.WithTimeout(ctx, 30*time.Second)
		err := app.runner.Settle(settling)
		cancel()
		if err != nil {
			t.Fatal(err)
		}
		if n := len(mailsTo(t, app, "ada@example.com", "Re:")); n != 1 || len(thread.Messages) != 2 || thread.Status.Category != "waiting" {
			t.Fatalf("%d mails, thread %+v", n, thread)
		}
		if err := models.Verify(ctx, app.db); err != nil {
			t.Fatal(err)
		}
		if err := app.Stop(ctx); err != nil {
			t.Fatal(err)
		}
	}
}

// AG-2: what the preview shows is the mail that is sent, to the letter, but for the secrets in
// its links; the signature stands in it once.
func TestPreviewIsTheMail(t *testing.T) {
	ctx := context.Background()
	c := config.Default()
	c.Data, c.Addr, c.LogLevel, c.Demo = t.TempDir(), "127.0.0.1:0", "error", true
	prepareCrashDesk(t, &c)
	app := startApp(t, c)
	app.undoSeconds(t, "crash", 0)
	link, number := fileAs(t, app, "crash", "ada@example.com")
	actor, client := agentAt(t, app, "-- \nGrace Hopper\nLodge & Sons")
	_, csrf := page(t, client, app.URL+"/agent/sign-in")
	send(t, client, app.URL, "/agent/sign-in", url.Values{"csrf": {csrf}, "email": {"grace@lodge.example"}, "password": {"correct horse battery"}})
	ticket := "/agent/tickets/" + strconv.FormatInt(number, 10)
	_, csrf = page(t, client, app.URL+ticket)
	body := "Hello **Ada**,\n\n1. pull the [plug](https://lodge.example/plug)\n2. wait\n\n<script>alert(1)</script>"
	fields := url.Values{"csrf": {csrf}, "mode": {"reply"}, "body": {body}}
	// The acknowledgement and the notices to agents leave first.
	settling, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	if err := app.runner.Settle(settling); err != nil {
		t.Fatal(err)
	}
	before, _ := app.desk.Outbox(ctx, 1000)
	shown := send(t, client, app.URL, ticket+"/preview", fields, "HX-Request", "true")
	whole := send(t, client, app.URL, ticket+"/preview/mail", fields)
	if after, _ := app.desk.Outbox(ctx, 1000); len(after) != len(before) {
		t.Fatal("a preview has sent something")
	}
	if thread, err := app.desk.Portal().Thread(ctx, link, ""); err != nil || len(thread.Messages) != 1 {
		t.Fatalf("a preview has written something: %v", err)
	}
	for _, proven := range []bool{false, true} {
		if proven {
			err := app.db.Write(ctx, func(ctx context.Context, tx *models.Tx) error {
				contact, err := models.EnsureContact(ctx, tx, models.Contact{Address: "ada@example.com", AddressKey: "ada@example.com", Name: "Ada", Origin: "web", CreatedAt: 1})
				if err != nil {
					return err
				}
				return models.ProveContact(ctx, tx, contact.ID, models.At(time.Now()))
			})
			if err != nil {
				t.Fatal(err)
			}
			shown = send(t, client, app.URL, ticket+"/preview", fields, "HX-Request", "true")
			whole = send(t, client, app.URL, ticket+"/preview/mail", fields)
		}
		if strings.Contains(shown+whole, link.Token) {
			t.Fatal("an agent is shown a participant’s secret")
		}
		count := len(mailsTo(t, app, "ada@example.com", "Re:"))
		if _, err := app.desk.ReplyAsAgent(ctx, actor, number, desk.AgentReply{Body: body}); err != nil {
			t.Fatal(err)
		}
		var mails []*models.OutboxMail
		for deadline := time.Now().Add(30 * time.Second); len(mails) <= count; time.Sleep(20 * time.Millisecond) {
			if mails = mailsTo(t, app, "ada@example.com", "Re:"); time.Now().After(deadline) {
				t.Fatal("no mail")
			}
		}
		sent := mails[len(mails)-1]
		secrets := regexp.MustCompile(`/ticket/(thread|unsubscribe|preferences)/[^\s"<]+`)
		hide := func(s string) string { return secrets.ReplaceAllString(s, "/ticket/$1/•••") }
		pre := regexp.MustCompile(`(?s)<pre class="preview__text"[^>]*>(.*?)</pre>`).FindStringSubmatch(shown)
		if pre == nil || html.UnescapeString(pre[1]) != hide(sent.Text) {
			t.Errorf("proven %v: the text is\n%s\nnot\n%s", proven, hide(sent.Text), html.UnescapeString(strings.Join(pre, "")))
		}
		if got := hide(html.UnescapeString(sent.HTML)); got != hide(html.UnescapeString(whole)) {
			t.Errorf("proven %v: the mail is\n%s\nnot\n%s", proven, got, html.UnescapeString(whole))
		}
		if !strings.Contains(html.UnescapeString(shown), "<strong>"+sent.Subject+"</strong>") {
			t.Errorf("the subject is %q: %s", sent.Subject, shown)
		}
		if n := strings.Count(sent.Text, "Lodge & Sons"); n != 1 || strings.Count(sent.Text, "\n-- \n") != 1 || strings.Count(sent.HTML, "Lodge &amp; Sons") != 1 {
			t.Errorf("the signature stands there %d times:\n%s\n%s", n, sent.Text, sent.HTML)
		}
		for _, want := range []string{"Hello Ada,", "1. pull the plug <https://lodge.example/plug>", "2. wait", "<script>alert(1)</script>"} {
			if !strings.Contains(sent.Text, want) {
				t.Errorf("the text lacks %q:\n%s", want, sent.Text)
			}
		}
		if strings.Contains(sent.HTML, "<script") || !strings.Contains(sent.HTML, "<strong>Ada</strong>") {
			t.Errorf("HTML %s", sent.HTML)
		}
	}
	if thread, err := app.desk.Portal().Thread(ctx, link, ""); err != nil || strings.Contains(thread.Messages[1].HTML, "Lodge &amp; Sons") {
		t.Errorf("the signature stands on the page as well: %v", err)
	}
}

// AG-2, SE-4, NU-1: the preview is the mail also in a project's own words, with a status that goes along, where the
// mailbox names the agent and answers reach it, and in the reader's language.
func TestPreviewIsTheMailInOwnWords(t *testing.T) {
	ctx := context.Background()
	c := config.Default()
	c.Data, c.Addr, c.LogLevel, c.Demo = t.TempDir(), "127.0.0.1:0", "error", true
	prepareCrashDesk(t, &c)
	app := startApp(t, c)
	app.undoSeconds(t, "crash", 0)
	own := desk.OwnWords{Subject: "Own: {title}", Body: "Moin {name},\n\n{agent} ({reference}) says:\n\n{message}\n\nYours, {project}"}
	err := app.db.Write(ctx, func(ctx context.Context, tx *models.Tx) error {
		cat, err := models.TxCatalog(ctx, tx)
		if err != nil {
			return err
		}
		p := cat.ProjectBySlug("crash")
		box := *p.Mailbox()
		box.FromName, box.Receive = "{agent} at {project}", models.ReceiveListener
		if err := models.UpdateMailbox(ctx, tx, &box); err != nil {
			return err
		}
		return models.SaveMailTemplate(ctx, tx, &models.MailTemplate{ProjectID: p.ID, Template: desk.MailAgentReplied, Locale: cat.Language(p), Subject: own.Subject, Body: own.Body, UpdatedAt: 1})
	})
	if err != nil {
		t.Fatal(err)
	}
	_, number := fileAs(t, app, "crash", "ada@example.com")
	actor, client := agentAt(t, app, "Grace")
	_, csrf := page(t, client, app.URL+"/agent/sign-in")
	send(t, client, app.URL, "/agent/sign-in", url.Values{"csrf": {csrf}, "email": {"grace@lodge.example"}, "password": {"correct horse battery"}})
	ticket := "/agent/tickets/" + strconv.FormatInt(number, 10)
	_, csrf = page(t, client, app.URL+ticket)
	for i, status := range []string{"", "waiting", "resolved"} {
		fields := url.Values{"csrf": {csrf}, "mode": {"reply"}, "body": {"Answer **" + strconv.Itoa(i) + "**"}, "status": {status}}
		shown := send(t, client, app.URL, ticket+"/preview", fields, "HX-Request", "true")
		whole := send(t, client, app.URL, ticket+"/preview/mail", fields)
		if _, err := app.desk.ReplyAsAgent(ctx, actor, number, desk.AgentReply{Body: fields.Get("body"), Status: status}); err != nil {
			t.Fatal(err)
		}
		var mails []*models.OutboxMail
		for deadline := time.Now().Add(30 * time.Second); len(mails) <= i; time.Sleep(20 * time.Millisecond) {
			if mails = mailsTo(t, app, "ada@example.com", "Own: your request"); time.Now().After(deadline) {
				t.Fatal("no mail")
			}
		}
		sent := mails[0]
		for _, m := range mails {
			if strings.Contains(m.Text, "Answer "+strconv.Itoa(i)) {
				sent = m
			}
		}
		secrets := regexp.MustCompile(`/ticket/(thread|unsubscribe|preferences)/[^\s"<]+`)
		hide := func(s string) string { return secrets.ReplaceAllString(s, "/ticket/$1/•••") }
		pre := regexp.MustCompile(`(?s)<pre class="preview__text"[^>]*>(.*?)</pre>`).FindStringSubmatch(shown)
		if pre == nil || html.UnescapeString(pre[1]) != hide(sent.Text) {
			t.Errorf("%q: the text is\n%s\nnot\n%s", status, hide(sent.Text), html.UnescapeString(strings.Join(pre, "")))
		}
		if got := hide(html.UnescapeString(sent.HTML)); got != hide(html.UnescapeString(whole)) {
			t.Errorf("%q: the mail is\n%s\nnot\n%s", status, got, html.UnescapeString(whole))
		}
		if !strings.Contains(html.UnescapeString(shown), "<strong>"+sent.Subject+"</strong>") || !strings.Contains(shown, "Grace at ") {
			t.Errorf("subject %q, sender: %s", sent.Subject, shown)
		}
		if !strings.HasPrefix(sent.Text, "Moin,\n\nGrace (") || !strings.Contains(sent.Text, "You can answer by replying") || strings.Count(sent.Text, "The status is now") != min(i, 1) || strings.Contains(sent.Text, "opens the ticket again") != (status == "resolved") {
			t.Errorf("%q: the mail is\n%s", status, sent.Text)
		}
	}
}
