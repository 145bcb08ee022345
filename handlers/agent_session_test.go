package handlers

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"lodge/models"
)

// A77: signing in begins a session under a new id; what was known before is worth nothing.
func TestSessionFixation(t *testing.T) {
	o := newOffice(t, nil).open()
	mallory := o.browser()
	mallory.get("/agent/sign-in").must(t, http.StatusOK)
	planted := mallory.cookies["lodge_agent"]
	if planted == "" {
		t.Fatal("no cookie")
	}
	victim := o.browser()
	victim.cookies["lodge_agent"] = planted
	victim.get("/agent/sign-in").must(t, http.StatusOK)
	victim.send("/agent/sign-in", "email", "grace@lodge.example", "password", agentPassword).must(t, http.StatusSeeOther)
	if victim.cookies["lodge_agent"] == planted {
		t.Fatal("the planted id was adopted")
	}
	mallory.get("/agent").must(t, http.StatusSeeOther)
	victim.get("/agent").must(t, http.StatusOK)

	// Signing in again replaces the session that was.
	first := victim.cookies["lodge_agent"]
	victim.get("/agent").must(t, http.StatusOK)
	victim.send("/agent/sign-in", "email", "alan@lodge.example", "password", agentPassword).must(t, http.StatusSeeOther)
	old := o.browser()
	old.cookies["lodge_agent"] = first
	old.get("/agent").must(t, http.StatusSeeOther)

	// A made-up or damaged cookie is a visitor without one.
	for _, value := range []string{"1", "admin", planted[:len(planted)-2] + "AA", strings.Repeat("x", 5000)} {
		b := o.browser()
		b.cookies["lodge_agent"] = value
		b.get("/agent").must(t, http.StatusSeeOther)
	}
}

// A93: the cookie is kept from scripts, other sites and, on https, other hosts.
func TestSessionCookie(t *testing.T) {
	for _, secure := range []bool{false, true} {
		o := newOffice(t, func(op *Options) { op.Secure = secure }).open()
		line := o.browser().get("/agent/sign-in").must(t, http.StatusOK).header.Get("Set-Cookie")
		name := "lodge_agent="
		if secure {
			name = "__Host-lodge_agent="
		}
		if !strings.HasPrefix(line, name) || !strings.Contains(line, "HttpOnly") || !strings.Contains(line, "SameSite=Lax") || !strings.Contains(line, "Path=/") ||
			strings.Contains(line, "Domain") || strings.Contains(line, "Secure") != secure {
			t.Errorf("secure %v: %s", secure, line)
		}
	}
}

// A94, A95: a session ends on our side: by signing out, by idleness, by age, by disabling.
func TestSessionEnds(t *testing.T) {
	o := newOffice(t, nil).open()
	b := o.signIn("grace")
	kept := b.cookies["lodge_agent"]
	again := func() int {
		c := o.browser()
		c.cookies["lodge_agent"] = kept
		return c.get("/agent").status
	}
	b.send("/agent/sign-out").must(t, http.StatusSeeOther)
	if b.cookies["lodge_agent"] != "" {
		t.Error("the cookie is still there")
	}
	if again() != http.StatusSeeOther {
		t.Error("the session lives on after signing out")
	}
	b.get("/agent/sign-in?signed_out=1").must(t, http.StatusOK).has(t, "You are signed out.")

	b = o.signIn("grace")
	kept = b.cookies["lodge_agent"]
	o.forward(11 * time.Hour)
	if again() != http.StatusOK {
		t.Error("ended before its time")
	}
	o.forward(11 * time.Hour)
	if again() != http.StatusOK {
		t.Error("use does not keep it")
	}
	o.forward(12*time.Hour + time.Minute)
	if again() != http.StatusSeeOther {
		t.Error("idleness does not end it")
	}

	b = o.signIn("grace")
	kept = b.cookies["lodge_agent"]
	for range 34 {
		o.forward(10 * time.Hour)
		if again() != http.StatusOK && o.now.Load() != 0 {
			break
		}
	}
	if again() != http.StatusSeeOther {
		t.Error("lives longer than fourteen days")
	}

	b = o.signIn("grace")
	o.write(func(ctx context.Context, tx *models.Tx) error {
		return models.DeleteSessionsOf(ctx, tx, sessionAgent, o.agents["grace"].ID, nil)
	})
	b.get("/agent").must(t, http.StatusSeeOther)
}

// Reading pages writes no session until it has been used for a while.
func TestSessionIsRarelyWritten(t *testing.T) {
	o := newOffice(t, nil).open()
	b := o.signIn("grace")
	commits := 0
	o.db.OnCommit(func() { commits++ })
	for range 5 {
		if got := b.get("/agent").must(t, http.StatusOK).header.Get("Set-Cookie"); got != "" {
			t.Errorf("a cookie for nothing: %s", got)
		}
	}
	o.browser().get("/agent/sign-in").must(t, http.StatusOK)
	if commits != 0 {
		t.Errorf("%d commits for reading", commits)
	}
	o.forward(6 * time.Minute)
	b.get("/agent").must(t, http.StatusOK)
	b.get("/agent").must(t, http.StatusOK)
	if commits != 1 {
		t.Errorf("%d commits after six minutes, want 1", commits)
	}
}

// A78: the database holds no cookie.
func TestSessionRowsHoldHashes(t *testing.T) {
	o := newOffice(t, nil).open()
	b := o.signIn("grace")
	v := newSessionStore(o.desk, sessionAgent, false)
	var id string
	if err := v.codec.Decode(v.cookie, b.cookies[v.cookie], &id); err != nil {
		t.Fatal(err)
	}
	if _, err := o.desk.LoadSession(t.Context(), sessionAgent, []byte(id)); err == nil {
		t.Error("found by the id itself")
	}
	if _, err := o.desk.LoadSession(t.Context(), sessionAgent, hashID(id)); err != nil {
		t.Error(err)
	}
	// An agent's session is nothing to customers' pages.
	if _, err := o.desk.LoadSession(t.Context(), sessionCustomer, hashID(id)); err == nil {
		t.Error("found as a customer's")
	}
}

// A85, A86: every form of the agents' desk needs its session's token and our own page.
func TestForgery(t *testing.T) {
	o := newOffice(t, nil).open()
	_, n := o.file("Printer on fire")
	other := o.signIn("alan")
	b := o.signIn("grace")
	page := b.get(fmt.Sprintf("/agent/tickets/%d", n)).must(t, http.StatusOK)
	token := b.last
	version := func() int64 {
		t.Helper()
		got, err := o.desk.Ticket(t.Context(), o.actor("grace"), n, "")
		if err != nil {
			t.Fatal(err)
		}
		return got.Version
	}
	before := version()
	forms := map[string]url.Values{
		fmt.Sprintf("/agent/tickets/%d/status", n):     {"status": {"resolved"}},
		fmt.Sprintf("/agent/tickets/%d/assignment", n): {"assignee": {fmt.Sprint(o.agents["grace"].ID)}},
		fmt.Sprintf("/agent/tickets/%d/replies", n):    {"mode": {"reply"}, "body": {"forged"}},
		"/agent/sign-out": {},
		"/agent/sign-in":  {"email": {"grace@lodge.example"}, "password": {agentPassword}},
	}
	with := func(v url.Values, token string) url.Values {
		out := url.Values{"csrf": {token}}
		for name, values := range v {
			out[name] = values
		}
		return out
	}
	for path, fields := range forms {
		for name, refused := range map[string]answer{
			"no token":            b.post(path, fields),
			"empty token":         b.post(path, with(fields, "")),
			"another session's":   b.post(path, with(fields, other.last)),
			"damaged":             b.post(path, with(fields, token[:len(token)-4]+"AAAA")),
			"HX-Request alone":    b.post(path, fields, "HX-Request", "true"),
			"cross-site":          b.post(path, with(fields, token), "Sec-Fetch-Site", "cross-site", "Origin", "https://evil.example"),
			"same site":           b.post(path, with(fields, token), "Sec-Fetch-Site", "same-site", "Origin", "https://evil.lodge.example"),
			"foreign origin":      b.post(path, with(fields, token), "Sec-Fetch-Site", "", "Origin", "https://evil.example"),
			"Origin null":         b.post(path, with(fields, token), "Sec-Fetch-Site", "", "Origin", "null"),
			"cookie but no where": b.post(path, with(fields, token), "Sec-Fetch-Site", "", "Origin", ""),
		} {
			if refused.status != http.StatusForbidden {
				t.Errorf("%s, %s: %d", path, name, refused.status)
			}
		}
		if got := b.do(http.MethodPost, path, "text/plain", strings.NewReader(with(fields, token).Encode())); got.status < 400 {
			t.Errorf("%s as text/plain: %d", path, got.status)
		}
		for _, method := range []string{http.MethodGet, http.MethodPut} {
			got := b.do(method, path+"?"+with(fields, token).Encode()+"&_method=POST", "", nil, "X-HTTP-Method-Override", "POST")
			if path != "/agent/sign-in" && got.status < 400 {
				t.Errorf("%s by %s: %d", path, method, got.status)
			}
		}
	}
	if version() != before {
		t.Error("a forged form had an effect")
	}
	b.get("/agent").must(t, http.StatusOK)
	page.has(t, `hx-headers=`, "X-CSRF-Token")
	// The token in a header, as htmx sends it, is as good as in the form.
	if got := b.post(fmt.Sprintf("/agent/tickets/%d/status", n), url.Values{"status": {"resolved"}}, "X-CSRF-Token", b.last, "HX-Request", "true"); got.status != http.StatusOK {
		t.Errorf("by header: %d %s", got.status, got.body)
	}
}

// A79: wrong address and wrong password are told alike. A82: too many have to wait.
func TestSignInRefusals(t *testing.T) {
	o := newOffice(t, nil).open()
	b := o.browser()
	b.get("/agent/sign-in").must(t, http.StatusOK)
	known := b.send("/agent/sign-in", "email", "grace@lodge.example", "password", "wrong password!").must(t, http.StatusUnprocessableEntity)
	unknown := b.send("/agent/sign-in", "email", "nobody@lodge.example", "password", "wrong password!").must(t, http.StatusUnprocessableEntity)
	same := func(a answer) string {
		a.body = tokenField.ReplaceAllString(a.body, "")
		return strings.ReplaceAll(strings.ReplaceAll(a.body, "grace@", "x@"), "nobody@", "x@")
	}
	if same(known) != same(unknown) {
		t.Errorf("told apart:\n%s\n%s", known.body, unknown.body)
	}
	known.has(t, "grace@lodge.example").lacks(t, "wrong password!")
	var last answer
	for range 12 {
		if last = b.send("/agent/sign-in", "email", "grace@lodge.example", "password", "wrong password!"); last.status == http.StatusTooManyRequests {
			break
		}
	}
	if last.must(t, http.StatusTooManyRequests); last.header.Get("Retry-After") == "" {
		t.Error("does not say when to come back")
	}
	b.send("/agent/sign-in", "email", "grace@lodge.example", "password", agentPassword).must(t, http.StatusTooManyRequests)
	o.forward(2 * time.Hour)
	b.send("/agent/sign-in", "email", "grace@lodge.example", "password", agentPassword).must(t, http.StatusSeeOther)
}

// A81: a huge password is refused and costs nothing.
func TestHugePassword(t *testing.T) {
	o := newOffice(t, nil).open()
	b := o.browser()
	b.get("/agent/sign-in").must(t, http.StatusOK)
	if got := b.send("/agent/sign-in", "email", "grace@lodge.example", "password", strings.Repeat("x", 800<<10)); got.status != http.StatusUnprocessableEntity && got.status != http.StatusRequestEntityTooLarge {
		t.Errorf("answers %d", got.status)
	}
}

// A88: signing in leads to a page of ours and nowhere else.
func TestSignInLeadsBack(t *testing.T) {
	o := newOffice(t, nil).open()
	_, n := o.file("Printer on fire")
	asked := fmt.Sprintf("/agent/tickets/%d?from=x", n)
	b := o.browser()
	to := b.get(asked).must(t, http.StatusSeeOther).header.Get("Location")
	b.get(to).must(t, http.StatusOK)
	next := b.send("/agent/sign-in", "email", "grace@lodge.example", "password", agentPassword, "next", asked).must(t, http.StatusSeeOther).header.Get("Location")
	if next != asked {
		t.Errorf("leads to %q", next)
	}
	for _, evil := range []string{"https://evil.example", "//evil.example", "/agent/../\\evil.example", "/\\evil.example", "/agent\r\nX: y", "/agentevil", "javascript:alert(1)", "/agent/sign-in"} {
		c := o.browser()
		c.get("/agent/sign-in?next="+url.QueryEscape(evil)).must(t, http.StatusOK)
		if got := c.send("/agent/sign-in", "email", "grace@lodge.example", "password", agentPassword, "next", evil).must(t, http.StatusSeeOther).header.Get("Location"); got != "/agent" {
			t.Errorf("%q leads to %q", evil, got)
		}
	}
}

// OP-6: on plain HTTP browsers tell nothing but the Origin, which the page must let them.
func TestSignInOnPlainHTTP(t *testing.T) {
	o := newOffice(t, nil).open()
	b := o.browser()
	page := b.get("/agent/sign-in").must(t, http.StatusOK)
	if got := page.header.Get("Referrer-Policy"); got != "same-origin" {
		t.Errorf("Referrer-Policy %q: browsers would send Origin: null", got)
	}
	fields := url.Values{"csrf": {b.last}, "email": {"grace@lodge.example"}, "password": {agentPassword}}
	if got := b.post("/agent/sign-in", fields, "Sec-Fetch-Site", ""); got.status != http.StatusSeeOther {
		t.Errorf("answers %d", got.status)
	}
}
