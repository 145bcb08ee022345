package handlers

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"

	"lodge/models"
)

func setupForm(i int) url.Values {
	return url.Values{"workspace": {"Northwind Bikes"}, "project": {"City bikes"}, "name": {fmt.Sprintf("Admin %d", i)}, "email": {fmt.Sprintf("admin%d@lodge.example", i)}, "password": {agentPassword}}
}

// walkSetup takes all steps of the first run but the last.
func walkSetup(t testing.TB, b *browser, path string, form url.Values) {
	t.Helper()
	for i, step := range []string{"", "/project", "/you", "/mail"} {
		got := b.post(path+step, form).must(t, http.StatusSeeOther)
		if want := path + []string{"/project", "/you", "/mail", "/articles"}[i]; got.header.Get("Location") != want {
			t.Fatalf("after %q comes %s", step, got.header.Get("Location"))
		}
	}
}

// SE-5, A75: two first runs at once make one administrator; afterwards there is nothing.
func TestSetupMakesOneAdmin(t *testing.T) {
	o := newOffice(t, nil)
	token, err := o.desk.SetupToken(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	path := "/setup/" + token
	gone := o.browser().get("/setup/"+strings.Repeat("x", len(token))).must(t, http.StatusNotFound)
	b := o.browser()
	b.get(path).must(t, http.StatusOK).has(t, `name="workspace"`)
	// Nobody skips a step.
	for _, step := range []string{"/project", "/you", "/mail", "/articles"} {
		if got := b.get(path+step).must(t, http.StatusSeeOther).header.Get("Location"); got != path {
			t.Errorf("%s leads to %s", step, got)
		}
		b.post(path+step, setupForm(1)).must(t, http.StatusSeeOther)
	}
	b.get(path+"/nonsense").must(t, http.StatusNotFound)

	var mu sync.Mutex
	made := 0
	var all sync.WaitGroup
	var walkers []*browser
	for i := range 8 {
		walkers = append(walkers, o.browser())
		walkSetup(t, walkers[i], path, setupForm(i))
	}
	if agents, err := models.Agents(t.Context(), o.db); err != nil || len(agents) != 0 {
		t.Error("an account before the last step", err)
	}
	for _, walker := range walkers {
		all.Go(func() {
			got := walker.post(path+"/articles", url.Values{"articles": {"1"}})
			mu.Lock()
			defer mu.Unlock()
			switch got.status {
			case http.StatusOK:
				made++
				got.has(t, "/agent/sign-in", "/ticket/city-bikes")
			case http.StatusNotFound:
			default:
				t.Errorf("answers %d: %s", got.status, got.body)
			}
		})
	}
	all.Wait()
	agents, err := models.Agents(t.Context(), o.db)
	if err != nil || len(agents) != 1 || made != 1 || agents[0].Role != models.RoleAdmin {
		t.Fatalf("%d agents, %d answers of success, %v", len(agents), made, err)
	}

	used := o.browser().get(path).must(t, http.StatusNotFound)
	if used.body != gone.body && strings.ReplaceAll(used.body, "Northwind Bikes", "Lodge") != gone.body {
		t.Error("a used link and an unknown one are told apart")
	}
	b.post(path, setupForm(9)).must(t, http.StatusNotFound)
	fresh, err := o.desk.SetupToken(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	b.get("/setup/"+fresh).must(t, http.StatusNotFound)
	for _, step := range []string{"", "/project", "/you", "/mail", "/articles", "/mail/test"} {
		b.post("/setup/"+fresh+step, setupForm(9)).must(t, http.StatusNotFound)
	}

	// And the administrator can sign in.
	b.get("/agent/sign-in").must(t, http.StatusOK)
	b.send("/agent/sign-in", "email", agents[0].Address, "password", agentPassword).must(t, http.StatusSeeOther)
	b.get("/agent").must(t, http.StatusOK)
	b.get("/doc/city-bikes").must(t, http.StatusOK).has(t, "First steps")
}

// SE-5, EV-3: what was typed is kept over refusals and on the way back, but for the password;
// nothing is written before the last step, and without the tick there are no articles.
func TestSetupKeepsWhatWasTyped(t *testing.T) {
	o := newOffice(t, func(op *Options) { op.LinkURL = "http://help.example.com" })
	token, err := o.desk.SetupToken(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	path, b := "/setup/"+token, o.browser()
	b.get(path).must(t, http.StatusOK).has(t, "http://help.example.com", "--base-url http://"+o.host)
	b.post(path, url.Values{"workspace": {" "}}).must(t, http.StatusUnprocessableEntity).has(t, `id="workspace-error"`, `href="#workspace"`)
	b.post(path, url.Values{"workspace": {strings.Repeat("w", 141)}}).must(t, http.StatusUnprocessableEntity).has(t, strings.Repeat("w", 141))
	b.post(path, setupForm(1)).must(t, http.StatusSeeOther)
	b.post(path+"/project", setupForm(1)).must(t, http.StatusSeeOther)
	wrong := setupForm(1)
	wrong.Set("password", "short")
	wrong.Set("email", "nobody")
	b.post(path+"/you", wrong).must(t, http.StatusUnprocessableEntity).has(t, "Admin 1", "nobody", `id="password-error"`, `id="email-error"`).lacks(t, `"short"`, "setup.error")
	b.get(path+"/mail").must(t, http.StatusSeeOther) // still not done
	b.post(path+"/you", setupForm(1)).must(t, http.StatusSeeOther)
	b.get(path).must(t, http.StatusOK).has(t, `value="Northwind Bikes"`)
	b.get(path+"/project").must(t, http.StatusOK).has(t, `value="City bikes"`)
	b.get(path+"/you").must(t, http.StatusOK).has(t, `value="Admin 1"`, `value="admin1@lodge.example"`).lacks(t, agentPassword)
	// On the way back the password may stay empty.
	kept := setupForm(1)
	kept.Set("password", "")
	kept.Set("name", "Ines")
	b.post(path+"/you", kept).must(t, http.StatusSeeOther)
	for _, value := range b.cookies {
		if strings.Contains(value, "Northwind") || strings.Contains(value, "argon2id") {
			t.Error("the cookie can be read")
		}
	}
	// Somebody else's cookie, or one for another link, is none.
	fresh, err := o.desk.SetupToken(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	b.get(path).must(t, http.StatusNotFound)
	b.get("/setup/"+fresh).must(t, http.StatusOK).lacks(t, "Northwind Bikes")
	if agents, _ := models.Agents(t.Context(), o.db); len(agents) != 0 {
		t.Fatal("something was made")
	}
	walkSetup(t, b, "/setup/"+fresh, setupForm(2))
	b.post("/setup/"+fresh+"/articles", url.Values{}).must(t, http.StatusOK).has(t, "http://help.example.com/agent")
	if articles := b.get("/doc/city-bikes").must(t, http.StatusOK); strings.Contains(articles.body, "First steps") {
		t.Error("articles that nobody asked for")
	}
}

// SE-5: the page about mail says how mails leave, and a test mail's fate is told.
func TestSetupMail(t *testing.T) {
	var sent []string
	fault := error(nil)
	o := newOffice(t, func(op *Options) {
		op.Mail = MailState{Kind: "smtp", Server: "smtp.example.com:587", From: "help@example.com", Test: func(_ context.Context, lang, to string) error {
			sent = append(sent, lang+" "+to)
			return fault
		}}
	})
	token, err := o.desk.SetupToken(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	path, b := "/setup/"+token, o.browser()
	b.post(path+"/mail/test", url.Values{}).must(t, http.StatusSeeOther) // to nobody yet
	walkSetup(t, b, path, setupForm(1))
	b.get(path+"/mail").must(t, http.StatusOK).has(t, "smtp.example.com:587", "help@example.com", "admin1@lodge.example")
	b.post(path+"/mail/test", url.Values{"email": {"victim@example.com"}}).must(t, http.StatusOK).has(t, "notice--success")
	fault = errors.New("535 wrong <b>password</b>")
	b.post(path+"/mail/test", url.Values{}).must(t, http.StatusUnprocessableEntity).has(t, "535 wrong &lt;b&gt;")
	for range 8 {
		b.post(path+"/mail/test", url.Values{})
	}
	b.post(path+"/mail/test", url.Values{}).must(t, http.StatusTooManyRequests)
	if len(sent) != 10 || sent[0] != "en admin1@lodge.example" {
		t.Error(sent)
	}
	bare := newOffice(t, nil)
	token, _ = bare.desk.SetupToken(t.Context())
	b = bare.browser()
	walkSetup(t, b, "/setup/"+token, setupForm(1))
	b.get("/setup/"+token+"/mail").must(t, http.StatusOK).has(t, "--smtp-host").lacks(t, "mail/test")
}

// A85: the first run is not for other sites' pages.
func TestSetupIsSameOrigin(t *testing.T) {
	o := newOffice(t, nil)
	token, err := o.desk.SetupToken(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	o.browser().post("/setup/"+token, setupForm(1), "Sec-Fetch-Site", "cross-site", "Origin", "https://evil.example").must(t, http.StatusForbidden)
	if agents, _ := models.Agents(t.Context(), o.db); len(agents) != 0 {
		t.Error("an administrator was made")
	}
}
