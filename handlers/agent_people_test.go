package handlers

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha1" //nolint:gosec // RFC 6238, as the app on the phone does it
	"encoding/base32"
	"encoding/binary"
	"encoding/csv"
	"fmt"
	"image/png"
	"net/http"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"lodge/desk"
	"lodge/models"
)

// letters are the waiting mails to agents about their accounts, as their job would write them.
func (o *office) letters() []*desk.AgentLetter {
	o.t.Helper()
	jobs, err := models.ClaimJobs(o.t.Context(), o.db, "test", o.desk.Now().Add(24*time.Hour), time.Minute, 100)
	if err != nil {
		o.t.Fatal(err)
	}
	var all []*desk.AgentLetter
	for _, j := range jobs {
		if j.Kind == desk.JobAgentMail {
			if l, err := o.desk.AgentLetter(o.t.Context(), j); err == nil {
				all = append(all, l)
			}
		}
		if err := models.FinishJob(o.t.Context(), o.db, j.ID); err != nil {
			o.t.Fatal(err)
		}
	}
	return all
}

func (o *office) settle(change func(*models.WorkspaceSettings)) {
	o.t.Helper()
	o.write(func(ctx context.Context, tx *models.Tx) error {
		cat, err := models.TxCatalog(ctx, tx)
		if err != nil {
			return err
		}
		w := cat.Workspace
		change(&w.Settings)
		return models.UpdateWorkspace(ctx, tx, &w)
	})
}

// phone is an authenticator app with a secret read off the page.
func (o *office) phone(secret string) string {
	o.t.Helper()
	raw, err := base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(strings.ReplaceAll(secret, " ", ""))
	if err != nil {
		o.t.Fatal(err)
	}
	mac := hmac.New(sha1.New, raw)
	_ = binary.Write(mac, binary.BigEndian, o.desk.Now().Unix()/30)
	sum := mac.Sum(nil)
	at := sum[19] & 0xf
	return fmt.Sprintf("%06d", (binary.BigEndian.Uint32(sum[at:])&0x7fffffff)%1_000_000)
}

var secretOnPage = regexp.MustCompile(`class="factor__secret"[^>]*>([A-Z2-7 ]+)<`)

// SE-4: invited by mail, joined by the link, once; refusals keep what was typed; a foreign
// agent's page, the secret link and other agents' addresses are nobody else's.
func TestInviteAndJoin(t *testing.T) {
	o := staffed(t)
	admin := o.signIn("ines")
	admin.get("/agent/settings/agents").must(t, http.StatusOK).has(t, "grace@lodge.example", "frida@lodge.example", "Other")
	admin.get("/agent/settings/agents/new").must(t, http.StatusOK)
	bad := admin.send("/agent/settings/agents", "name", "Otto", "email", "grace@lodge.example", "role", "agent", "where", "everywhere").must(t, http.StatusUnprocessableEntity)
	bad.has(t, `value="Otto"`, `id="email-error"`, `href="#email"`, "has an account already")
	admin.send("/agent/settings/agents", "name", "Otto", "email", "otto@lodge.example", "role", "agent", "where", "projects").must(t, http.StatusUnprocessableEntity).has(t, `id="where-error"`, `value="otto@lodge.example"`)
	// A role over one project never is an administrator's.
	project := "project-" + decimal(o.project("support"))
	admin.send("/agent/settings/agents", "name", "Otto", "email", "otto@lodge.example", "role", "viewer", "where", "projects", project, "admin").must(t, http.StatusUnprocessableEntity)
	if len(o.letters()) != 0 {
		t.Fatal("a refusal was mailed")
	}
	admin.send("/agent/settings/agents", "name", "Otto", "email", "otto@lodge.example", "role", "viewer", "where", "projects", project, "agent").must(t, http.StatusSeeOther)
	admin.get("/agent/settings/agents?invited=1").must(t, http.StatusOK).has(t, "otto@lodge.example", "Invited", "on its way")
	mails := o.letters()
	if len(mails) != 1 {
		t.Fatalf("%+v", mails)
	}
	link := agentInvitation + mails[0].Token
	b := o.browser()
	page := b.get(link).must(t, http.StatusOK).has(t, "otto@lodge.example", `value="Otto"`).lacks(t, "grace@")
	if page.header.Get("Referrer-Policy") != "no-referrer" || page.header.Get("Cache-Control") != "no-store" || page.header.Get("Set-Cookie") != "" {
		t.Error("the link's page leaks", page.header)
	}
	b.send(link, "name", "Otto L.", "password", "short").must(t, http.StatusUnprocessableEntity).has(t, `value="Otto L."`, `id="password-error"`).lacks(t, `value="short"`)
	b.do(http.MethodPost, link, "application/x-www-form-urlencoded", strings.NewReader("name=x&password="+agentPassword), "Origin", "https://evil.example", "Sec-Fetch-Site", "cross-site").must(t, http.StatusForbidden)
	b.send(link, "name", "Otto L.", "password", agentPassword).must(t, http.StatusSeeOther)
	b.get(link).must(t, http.StatusNotFound).has(t, "no longer works").lacks(t, "otto@")
	b.send(link, "name", "Thief", "password", agentPassword).must(t, http.StatusNotFound)
	b.get(agentReset+mails[0].Token).must(t, http.StatusNotFound)
	b.get("/agent/sign-in").must(t, http.StatusOK)
	b.send("/agent/sign-in", "email", "otto@lodge.example", "password", agentPassword).must(t, http.StatusSeeOther)
	b.get("/agent").must(t, http.StatusOK)
	b.get("/agent/settings/agents").must(t, http.StatusForbidden).lacks(t, "grace@")
}

func (o *office) project(slug string) int64 {
	o.t.Helper()
	cat, err := o.db.Catalog(o.t.Context())
	if err != nil {
		o.t.Fatal(err)
	}
	return cat.ProjectBySlug(slug).ID
}

// A95, SE-4: a button on an agent's page holds at the next request of theirs; the last
// administrator is refused by two posts at once.
func TestButtonsOnAnAgentsPage(t *testing.T) {
	o := staffed(t)
	admin, grace := o.signIn("ines"), o.signIn("grace")
	page := personURL(o.agents["grace"].ID)
	admin.get(page).must(t, http.StatusOK).has(t, page+"/sign-out-all", page+"/disable").lacks(t, page+"/enable", page+"/factor-off")
	admin.send(page+"/sign-out-all").must(t, http.StatusSeeOther)
	grace.get("/agent").must(t, http.StatusSeeOther)
	grace = o.signIn("grace")
	admin.send(page+"/disable").must(t, http.StatusSeeOther)
	grace.get("/agent").must(t, http.StatusSeeOther)
	admin.get(page).must(t, http.StatusOK).has(t, page+"/enable").lacks(t, page+"/disable")
	admin.send(page+"/enable").must(t, http.StatusSeeOther)
	grace = o.signIn("grace")
	// An agent raises nobody, themselves least of all.
	grace.send(page, "name", "Grace", "role", "admin", "where", "everywhere").must(t, http.StatusForbidden)
	grace.send(personURL(o.agents["ines"].ID)+"/disable").must(t, http.StatusForbidden)
	grace.get("/agent/settings").must(t, http.StatusOK).has(t, "/agent/settings/profile").lacks(t, "/agent/settings/agents", "/agent/settings/audit")

	self := personURL(o.agents["ines"].ID)
	admin.get(self).must(t, http.StatusOK).lacks(t, self+`/disable"`)
	admin.send(self, "name", "Ines", "role", "agent", "where", "everywhere").must(t, http.StatusUnprocessableEntity).has(t, `id="role-error"`, "last one")
	o.write(func(ctx context.Context, tx *models.Tx) error {
		return models.SetAgentRole(ctx, tx, o.agents["grace"].ID, "Grace", models.RoleAdmin)
	})
	var wg sync.WaitGroup
	var mu sync.Mutex
	got := map[int]int{}
	for _, act := range []struct {
		b    *browser
		page string
	}{{admin, page}, {grace, self}} {
		act.b.get("/agent/settings/agents").must(t, http.StatusOK)
		wg.Go(func() {
			status := act.b.send(act.page + "/disable").status
			mu.Lock()
			defer mu.Unlock()
			got[status]++
		})
	}
	wg.Wait()
	if n, err := models.ActiveAdmins(t.Context(), o.db, 0); n != 1 || got[http.StatusSeeOther] != 1 || err != nil {
		t.Fatalf("%d administrators, answers %v, %v", n, got, err)
	}
}

// SE-5: setting a second factor up, signing in with it, turning it off. The picture is there
// while it is being set up, for its owner alone, and never afterwards.
func TestTwoFactorPages(t *testing.T) {
	o := staffed(t)
	b := o.signIn("grace")
	elsewhere := o.signIn("grace")
	b.get(factorPath).must(t, http.StatusOK).lacks(t, "factor__secret")
	b.get(factorPath+"/picture").must(t, http.StatusNotFound)
	b.send(factorPath).must(t, http.StatusSeeOther)
	page := b.get(factorPath).must(t, http.StatusOK)
	secret := secretOnPage.FindStringSubmatch(page.body)
	if secret == nil {
		t.Fatal("no secret on the page")
	}
	picture := b.get(factorPath+"/picture").must(t, http.StatusOK)
	if img, err := png.Decode(bytes.NewReader([]byte(picture.body))); err != nil || img.Bounds().Dx() < 100 || picture.header.Get("Cache-Control") != "no-store" {
		t.Fatal("the picture is none, or is cached", err, picture.header)
	}
	o.signIn("alan").get(factorPath+"/picture").must(t, http.StatusNotFound)
	o.browser().get(factorPath+"/picture").must(t, http.StatusSeeOther)
	b.send(factorPath+"/confirmation", "code", "000000").must(t, http.StatusUnprocessableEntity).has(t, `id="code-error"`)
	done := b.send(factorPath+"/confirmation", "code", o.phone(secret[1])).must(t, http.StatusOK)
	codes := regexp.MustCompile(`<li>([0-9a-z]{5}-[0-9a-z]{5})</li>`).FindAllStringSubmatch(done.body, -1)
	if len(codes) != 10 {
		t.Fatalf("%d recovery codes", len(codes))
	}
	b.get(factorPath).must(t, http.StatusOK).lacks(t, secret[1], codes[0][1])
	b.get(factorPath+"/picture").must(t, http.StatusNotFound)
	elsewhere.get("/agent").must(t, http.StatusSeeOther)
	var row string
	a, err := models.AgentByID(t.Context(), o.db, o.agents["grace"].ID)
	if row = a.TOTPSecret; err != nil || strings.Contains(row, strings.ReplaceAll(secret[1], " ", "")) {
		t.Error("the secret lies open in the database", err)
	}

	// The first step signs nobody in.
	c := o.browser()
	c.get("/agent/sign-in").must(t, http.StatusOK)
	first := c.send("/agent/sign-in", "email", "grace@lodge.example", "password", agentPassword, "next", "/agent/tickets/1").must(t, http.StatusSeeOther)
	if first.header.Get("Location") != "/agent/sign-in/code?next=%2Fagent%2Ftickets%2F1" {
		t.Fatal(first.header.Get("Location"))
	}
	c.get("/agent").must(t, http.StatusSeeOther)
	for _, line := range first.header.Values("Set-Cookie") {
		if strings.HasPrefix(line, "lodge_code=") && (!strings.Contains(strings.ToLower(line), "httponly") || strings.Contains(line, "grace")) {
			t.Error(line)
		}
	}
	c.get(first.header.Get("Location")).must(t, http.StatusOK).has(t, `autocomplete="one-time-code"`, `value="/agent/tickets/1"`)
	c.send(agentSignInCode, "code", o.phone(secret[1])).must(t, http.StatusUnprocessableEntity) // used when it was set up
	o.forward(31 * time.Second)
	c.post(agentSignInCode, map[string][]string{"code": {o.phone(secret[1])}}).must(t, http.StatusForbidden) // without the form's token
	c.get(agentSignInCode).must(t, http.StatusOK)
	in := c.send(agentSignInCode, "code", o.phone(secret[1]), "next", "https://evil.example/").must(t, http.StatusSeeOther)
	if in.header.Get("Location") != "/agent" || c.cookies["lodge_code"] != "" {
		t.Error("leads away, or keeps the pending cookie", in.header)
	}
	c.get("/agent").must(t, http.StatusOK)
	// The pending cookie of somebody else's browser, a made-up one, and an old one.
	d := o.browser()
	d.cookies["lodge_code"] = "nonsense"
	if got := d.get(agentSignInCode).must(t, http.StatusSeeOther).header.Get("Location"); got != "/agent/sign-in?over=1" {
		t.Error(got)
	}
	d.get("/agent/sign-in?over=1").must(t, http.StatusOK).has(t, "once more")

	c.send(factorPath+"/codes", "codes_password", "wrong").must(t, http.StatusUnprocessableEntity).has(t, `id="codes_password-error"`)
	c.get(factorPath)
	c.send(factorPath+"/codes", "codes_password", agentPassword).must(t, http.StatusOK).lacks(t, codes[0][1])
	c.get(factorPath)
	c.send(factorPath+"/off", "password", "wrong").must(t, http.StatusUnprocessableEntity).has(t, `id="password-error"`)
	c.get(factorPath)
	c.send(factorPath+"/off", "password", agentPassword).must(t, http.StatusSeeOther)
	o.signIn("grace")
}

// SE-5: whom the workspace asks for a second factor is led to it before anything else, and goes on afterwards.
func TestTwoFactorIsEnforced(t *testing.T) {
	o := staffed(t)
	o.settle(func(w *models.WorkspaceSettings) { w.RequireTwoFactor = models.FactorAdmins })
	grace := o.signIn("grace")
	grace.get("/agent").must(t, http.StatusOK)
	o.settle(func(w *models.WorkspaceSettings) { w.RequireTwoFactor = models.FactorAll })
	for _, path := range []string{"/agent", "/agent/settings/profile", "/agent/tickets/1"} {
		if got := grace.get(path).must(t, http.StatusSeeOther).header.Get("Location"); got != factorPath {
			t.Errorf("%s leads to %q", path, got)
		}
	}
	grace.get("/agent/stream", "Accept", "text/event-stream").must(t, http.StatusForbidden)
	grace.send("/agent/settings/profile", "name", "x").must(t, http.StatusForbidden)
	grace.get(factorPath).must(t, http.StatusOK).has(t, "asks for a second factor")
	grace.send(factorPath).must(t, http.StatusSeeOther)
	secret := secretOnPage.FindStringSubmatch(grace.get(factorPath).must(t, http.StatusOK).body)
	grace.send(factorPath+"/confirmation", "code", o.phone(secret[1])).must(t, http.StatusOK)
	grace.get("/agent").must(t, http.StatusOK)
	alan := o.browser()
	alan.get("/agent/sign-in")
	alan.send("/agent/sign-in", "email", "alan@lodge.example", "password", agentPassword).must(t, http.StatusSeeOther)
	alan.get("/agent").must(t, http.StatusSeeOther)
	alan.get(factorPath).must(t, http.StatusOK)
	alan.send("/agent/sign-out").must(t, http.StatusSeeOther)
}

// AG-7, A79: asking for a new password answers alike for everybody; the mailed link works once.
func TestForgottenPages(t *testing.T) {
	o := staffed(t)
	grace := o.signIn("grace")
	var answers []answer
	for _, who := range []string{"grace@lodge.example", "nobody@lodge.example"} {
		b := o.browser()
		b.get(agentForgotten).must(t, http.StatusOK)
		got := b.send(agentForgotten, "email", who).must(t, http.StatusSeeOther)
		answers = append(answers, got, b.get(got.header.Get("Location")).must(t, http.StatusOK).lacks(t, who))
	}
	if answers[0].header.Get("Location") != answers[2].header.Get("Location") || answers[1].body != answers[3].body {
		t.Error("known and unknown addresses are told apart")
	}
	o.browser().send(agentForgotten, "email", "grace").must(t, http.StatusUnprocessableEntity).has(t, `value="grace"`)
	mails := o.letters()
	if len(mails) != 1 || mails[0].Address != "grace@lodge.example" {
		t.Fatalf("%+v", mails)
	}
	link, b := agentReset+mails[0].Token, o.browser()
	if page := b.get(link).must(t, http.StatusOK).has(t, "grace@lodge.example"); page.header.Get("Referrer-Policy") != "no-referrer" {
		t.Error("the link leaves the page")
	}
	b.send(link, "password", "short").must(t, http.StatusUnprocessableEntity)
	b.send(link, "password", "another long password").must(t, http.StatusSeeOther)
	grace.get("/agent").must(t, http.StatusSeeOther)
	b.get(link).must(t, http.StatusNotFound)
	b.send(link, "password", "another long password").must(t, http.StatusNotFound)
	b.get("/agent/sign-in?changed=1").must(t, http.StatusOK).has(t, "new password")
	b.send("/agent/sign-in", "email", "grace@lodge.example", "password", "another long password").must(t, http.StatusSeeOther)
	// One network asks for only so many.
	last := 0
	for range 25 {
		last = b.send(agentForgotten, "email", "nobody@lodge.example").status
	}
	if last != http.StatusTooManyRequests {
		t.Error("no end to it", last)
	}
}

// AG-7: the agent's own page keeps, refuses and shows; other people's sessions are not theirs to end.
func TestProfilePages(t *testing.T) {
	o := staffed(t)
	b, other := o.signIn("grace"), o.signIn("grace")
	alan := o.signIn("alan")
	b.get(profilePath).must(t, http.StatusOK).has(t, `value="Grace"`, "This browser")
	b.send(profilePath, "name", "", "public_name", "G. from support", "locale", "de", "signature", "Kind regards").must(t, http.StatusUnprocessableEntity).has(t, `id="name-error"`, "G. from support", "Kind regards")
	b.send(profilePath, "name", "Grace Hopper", "public_name", "G. from support", "locale", "de", "signature", "Kind regards\r\nGrace").must(t, http.StatusSeeOther)
	b.get(profilePath).must(t, http.StatusOK).has(t, `lang="de"`, `value="Grace Hopper"`, "Kind regards")
	if a, _ := models.AgentByID(t.Context(), o.db, o.agents["grace"].ID); a.PublicName != "G. from support" || a.Signature != "Kind regards\nGrace" || a.Role != models.RoleAgent {
		t.Errorf("%+v", a)
	}
	session := regexp.MustCompile(`name="session" value="([0-9a-f]+)"`).FindStringSubmatch(b.get(profilePath).body)
	if session == nil {
		t.Fatal("the other session is not listed")
	}
	alan.get(profilePath)
	alan.send(profilePath+"/sessions/end", "session", session[1]).must(t, http.StatusNotFound)
	other.get("/agent").must(t, http.StatusOK)
	b.send(profilePath+"/sessions/end", "session", session[1]).must(t, http.StatusSeeOther)
	other.get("/agent").must(t, http.StatusSeeOther)
	b.send(profilePath+"/password", "present", "wrong", "password", "short").must(t, http.StatusUnprocessableEntity).has(t, `id="present-error"`, `id="password-error"`).lacks(t, `value="wrong"`, `value="short"`)
	other = o.signIn("grace")
	b.send(profilePath+"/password", "present", agentPassword, "password", "another long password").must(t, http.StatusSeeOther)
	b.get(profilePath).must(t, http.StatusOK)
	other.get("/agent").must(t, http.StatusSeeOther)
}

// SE-4: the audit log in words, in both languages, with kinds that nobody has words for; the
// export runs no formula.
func TestAuditPages(t *testing.T) {
	o := staffed(t)
	b := o.signIn("ines")
	b.get(teamsPath+"/new").must(t, http.StatusOK)
	b.send(teamsPath, "name", "=Harbour", "members", decimal(o.agents["grace"].ID)).must(t, http.StatusSeeOther)
	b.send(teamsPath, "name", "=harbour").must(t, http.StatusUnprocessableEntity).has(t, `id="name-error"`)
	o.write(func(ctx context.Context, tx *models.Tx) error {
		return models.InsertAudit(ctx, tx, &models.AuditEntry{Kind: "future.thing_done", Subject: "<b>x</b>", Data: `{"odd_name":["a",null],"n":{"x":1}}`, CreatedAt: models.At(o.desk.Now())})
	})
	page := b.get(auditPath).must(t, http.StatusOK).has(t, "The team “=Harbour” was added", "future thing done: &lt;b&gt;x&lt;/b&gt;", "odd name", "ines@lodge.example signed in", "Nobody signed in").lacks(t, "<b>x", "agent.audit.")
	if strings.Count(page.body, `id="entry-`) != 3 {
		t.Error("not three entries")
	}
	b.get(auditPath+"?kind=team").must(t, http.StatusOK).has(t, "=Harbour").lacks(t, "&lt;b&gt;x")
	b.get(auditPath+"?agent="+decimal(o.agents["grace"].ID)).must(t, http.StatusOK).has(t, "Nothing fits")
	today := o.desk.Now().Format(time.DateOnly)
	b.get(auditPath+"?from="+today+"&to="+today).must(t, http.StatusOK).has(t, "=Harbour")
	b.get(auditPath+"?to=2020-01-01").must(t, http.StatusOK).has(t, "Nothing fits")
	b.get(auditPath+"?from=yesterday").must(t, http.StatusUnprocessableEntity).has(t, "year-month-day")
	sheet := b.get(auditPath+".csv?kind=team").must(t, http.StatusOK)
	rows, err := csv.NewReader(strings.NewReader(sheet.body)).ReadAll()
	if err != nil || len(rows) != 2 || rows[1][3] != "'=Harbour" || !strings.HasPrefix(sheet.header.Get("Content-Disposition"), "attachment") {
		t.Fatalf("%q, %v", rows, err)
	}
	b.get(auditPath, "Cookie", "lang=de; lodge_agent="+b.cookies["lodge_agent"]).must(t, http.StatusOK).has(t, "Team „=Harbour“ angelegt")

	team := regexp.MustCompile(teamsPath + `/(\d+)`).FindStringSubmatch(b.get(teamsPath).must(t, http.StatusOK).has(t, "=Harbour", "Grace").body)
	b.get(team[0]+"/deletion").must(t, http.StatusOK).has(t, "No ticket has this team")
	b.send(team[0]+"/deletion", "tickets", "0").must(t, http.StatusSeeOther)
	b.get(team[0]).must(t, http.StatusNotFound)
	b.get(teamsPath).must(t, http.StatusOK).has(t, "No teams yet")
	b.get(settingsHome+"/roles").must(t, http.StatusOK).has(t, "Frida", "Redact", "Administrator")
}
