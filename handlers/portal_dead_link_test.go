package handlers

import (
	"context"
	"maps"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"lodge/desk"
	"lodge/models"
)

// faceless is an answer without what names the request: its id and the token that was sent.
func (r response) faceless(token string) string {
	head := maps.Clone(map[string][]string(r.header))
	for _, name := range []string{"X-Request-Id", "Date", "Content-Length"} {
		delete(head, name)
	}
	var b strings.Builder
	b.WriteString(itoa(r.status) + "\n")
	for _, name := range []string{"Content-Type", "Cache-Control", "Referrer-Policy", "X-Robots-Tag", "Content-Security-Policy", "Location", "Set-Cookie", "Vary", "Retry-After", "Etag"} {
		b.WriteString(name + ": " + strings.Join(head[name], ", ") + "\n")
		delete(head, name)
	}
	b.WriteString(itoa(len(head)) + " more\n" + strings.ReplaceAll(r.body, token, "TOKEN"))
	return b.String()
}

// PT-14, PT-1, PT-12, A54: every link that does not open a thread is one and the same page, with
// the same way out, byte for byte and header for header, whatever is asked below it; and the
// answer to that way out is the same for all of them, for a link that lives too.
func TestDeadLinksAreOnePage(t *testing.T) {
	a := newTestApp(t)
	thread, revoked := a.fileTicket(), a.fileTicket()
	_, unsubscribe := a.mailed(thread)
	if _, _, err := a.desk.MakeIntakeLink(context.Background(), "acme", "rosa@example.com", "Rosa", 7); err != nil {
		t.Fatal(err)
	}
	a.write(func(ctx context.Context, tx *models.Tx) error {
		return models.RevokeTokens(ctx, tx, models.TokenThread, a.person(revoked).ID, models.At(a.clock()))
	})
	dead := map[string]string{
		"unknown":    "/ticket/thread/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
		"malformed":  "/ticket/thread/nonsense",
		"truncated":  thread[:len(thread)-1],
		"longer":     thread + "A",
		"other kind": "/ticket/thread/" + strings.TrimPrefix(unsubscribe, unsubscribeRoute),
		"revoked":    revoked,
	}
	gets := []string{"", "/updates?after=0", "/closure", "/files/abc", "/files/abc/thumb", "/stream", "/people", "/link", "/not-mine", "/nothing"}
	posts := []string{"/replies", "/closure", "/link", "/not-mine"}
	want := a.get("/ticket/thread/AAAA").want(t, http.StatusNotFound, []string{"This link does not work", `action="/ticket/thread/AAAA/new-link"`, lostLinkRoute}).faceless("AAAA")
	same := func(name, path string) {
		t.Helper()
		token := strings.TrimPrefix(path, "/ticket/thread/")
		for _, part := range gets {
			if got := a.get(path+part).want(t, http.StatusNotFound, nil, "Printer"); got.faceless(token) != want {
				t.Errorf("%s%s differs: %s", name, part, short(got.faceless(token)))
			}
		}
		for _, part := range posts {
			if got := a.post(path+part, url.Values{"body": {"x"}}).want(t, http.StatusNotFound, nil); got.faceless(token) != want {
				t.Errorf("POST %s%s differs: %s", name, part, short(got.faceless(token)))
			}
		}
	}
	for name, path := range dead {
		same(name, path)
	}
	// Something foreign below a link that lives is as dead as a dead link (A66).
	if got := a.get(thread + "/files/abc"); got.faceless(strings.TrimPrefix(thread, "/ticket/thread/")) != want {
		t.Errorf("a foreign file differs: %s", short(got.body))
	}
	a.get(thread).want(t, http.StatusOK, []string{"Printer is on fire"})

	answer := a.post("/ticket/thread/AAAA/new-link", nil).want(t, http.StatusSeeOther, nil)
	if got := answer.header.Get("Location"); got != lostLinkRoute+"?done=link" {
		t.Errorf("leads to %q", got)
	}
	for name, path := range dead {
		a.later(time.Hour)
		if got := a.post(path+"/new-link", nil); got.faceless("") != answer.faceless("") {
			t.Errorf("the answer to %s differs: %s", name, got.faceless(""))
		}
	}
	a.later(time.Hour)
	if got := a.post(thread+"/new-link", nil); got.faceless("") != answer.faceless("") {
		t.Errorf("the answer to a link that lives differs: %s", got.faceless(""))
	}

	// PT-12: with the portal off there is nothing that a new link would open.
	a.settings(func(p *models.Project) { p.Portal = models.PortalNone })
	off := a.get("/ticket/acme").want(t, http.StatusNotFound, []string{"This page is not available"}, "new-link", lostLinkRoute)
	for name, path := range map[string]string{"portal off": thread, "unknown": "/ticket/thread/AAAA"} {
		for _, part := range gets[:9] {
			if got := a.get(path+part).want(t, http.StatusNotFound, nil, "Printer", "new-link"); got.body != off.body {
				t.Errorf("%s%s differs", name, part)
			}
		}
		a.post(path+"/new-link", nil).want(t, http.StatusNotFound, nil)
	}
	a.get(lostLinkRoute).want(t, http.StatusNotFound, []string{"This page is not available"})
	a.post(lostLinkRoute, url.Values{"email": {"rosa@example.com"}}).want(t, http.StatusNotFound, nil)
	a.settings(func(p *models.Project) { p.Portal = models.PortalPublic })
	a.get(thread).want(t, http.StatusOK, []string{"Printer is on fire"})

	a.post(thread+"/closure", nil).want(t, http.StatusSeeOther, nil)
	a.later(91 * 24 * time.Hour)
	same("expired", thread)
}

// PT-12: one portal of several is off: its links that live say no more than that, and offer nothing.
func TestLinkOfAClosedPortalOffersNoNewOne(t *testing.T) {
	a := newTestApp(t)
	thread := a.fileTicket()
	a.write(func(ctx context.Context, tx *models.Tx) error {
		_, err := desk.NewProject(ctx, tx, desk.ProjectPlan{Slug: "other", Name: "Other"}, a.clock())
		return err
	})
	a.settings(func(p *models.Project) { p.Portal = models.PortalNone })
	for _, part := range []string{"", "/people", "/updates?after=0"} {
		a.get(thread+part).want(t, http.StatusNotFound, []string{"This page is not available"}, "new-link")
	}
	a.get("/ticket/thread/AAAA").want(t, http.StatusNotFound, []string{"/ticket/thread/AAAA/new-link"})
}

// PT-14: a client asks ten times an hour, whatever the tokens and addresses; a token is never
// part of the page unescaped (A90).
func TestNewLinksAreLimited(t *testing.T) {
	a := newTestApp(t)
	for range 10 {
		a.post("/ticket/thread/AAAA/new-link", nil).want(t, http.StatusSeeOther, nil)
	}
	refused := a.post("/ticket/thread/AAAA/new-link", nil).want(t, http.StatusTooManyRequests, nil)
	if refused.header.Get("Retry-After") == "" {
		t.Error("it does not say when to come back")
	}
	a.later(time.Hour)
	a.post("/ticket/thread/AAAA/new-link", nil).want(t, http.StatusSeeOther, nil)
	for range 10 {
		a.post(lostLinkRoute, url.Values{"email": {"nobody@example.com"}}).want(t, http.StatusSeeOther, nil)
	}
	a.post(lostLinkRoute, url.Values{"email": {"kept@example.com"}}).want(t, http.StatusTooManyRequests, []string{`value="kept@example.com"`, "notice--error"})
	probe := a.get("/ticket/thread/" + url.PathEscape(`"><script>probe</script>`))
	if probe.status != http.StatusNotFound || strings.Contains(probe.body, "<script>probe") {
		t.Error(short(probe.body))
	}
	// Another site cannot ask, or replace a link (A85).
	away := map[string]string{"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"}
	for _, path := range []string{"/ticket/thread/AAAA/new-link", lostLinkRoute, "/ticket/thread/AAAA/link", "/ticket/thread/AAAA/not-mine"} {
		a.do(request{method: "POST", path: path, form: url.Values{"email": {"rosa@example.com"}}, header: away}).want(t, http.StatusForbidden, nil)
	}
}

// PT-14: the page for lost links answers alike for every address, keeps what was typed when it
// is none, and asks once more when something a person never sees is filled in.
func TestLostLinkPage(t *testing.T) {
	a := newTestApp(t)
	a.fileTicket()
	for _, from := range []string{"/", "/ticket/acme", "/ticket/thread/AAAA"} {
		if got := a.get(from); !strings.Contains(got.body, `href="`+lostLinkRoute+`"`) {
			t.Errorf("%s does not lead there", from)
		}
	}
	a.get(lostLinkRoute).want(t, http.StatusOK, []string{`name="email"`, `method="post"`, `name="homepage"`})
	known := a.post(lostLinkRoute, url.Values{"email": {"rosa@example.com"}}).want(t, http.StatusSeeOther, nil)
	for _, email := range []string{"nobody@example.com", "ROSA@example.com", "rosa+tag@example.com"} {
		if got := a.post(lostLinkRoute, url.Values{"email": {email}}); got.faceless("") != known.faceless("") {
			t.Errorf("%s is answered differently: %s", email, got.faceless(""))
		}
	}
	a.get(known.header.Get("Location")).want(t, http.StatusOK, []string{"If there are open tickets under this address"}, "rosa")
	a.get(lostLinkRoute+"?done=nonsense").want(t, http.StatusOK, []string{`name="email"`})
	for _, bad := range []string{"", "rosa", "rosa@@example.com", "Rosa <rosa@example.com>"} {
		r := a.post(lostLinkRoute, url.Values{"email": {bad}}).want(t, http.StatusUnprocessableEntity, []string{`aria-describedby="email-error"`})
		if bad != "" {
			r.want(t, http.StatusUnprocessableEntity, []string{`value="` + bad + `"`})
		}
	}
	trapped := url.Values{"email": {"rosa@example.com"}, "homepage": {"https://spam.example"}}
	a.post(lostLinkRoute, trapped).want(t, http.StatusConflict, []string{`name="confirm" value="1"`, `value="rosa@example.com"`}, "spam.example")
	trapped.Set("confirm", "1")
	a.post(lostLinkRoute, trapped).want(t, http.StatusSeeOther, nil)
}
