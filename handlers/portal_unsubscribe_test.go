package handlers

import (
	"net/http"
	"net/url"
	"testing"

	"lodge/models"
)

// NU-3, A61: opening the link changes nothing; its button or script does, and undo takes it back.
func TestUnsubscribe(t *testing.T) {
	a := newTestApp(t)
	thread := a.fileTicket()
	mailed, link := a.mailed(thread)
	off := func() bool { return a.person(thread).UnsubscribedAt != 0 }
	for range 3 {
		a.get(link).want(t, http.StatusOK, []string{`hx-trigger="load, submit"`, `method="post"`})
		a.do(request{method: "HEAD", path: link})
		a.do(request{method: "OPTIONS", path: link})
	}
	if off() {
		t.Fatal("a GET unsubscribed")
	}
	a.do(request{method: "POST", path: link, htmx: true, form: url.Values{}}).want(t, http.StatusOK, []string{"Mails are off", "Printer is on fire", link + "/undo"}, "<html")
	if !off() {
		t.Fatal("not unsubscribed")
	}
	a.post(link, nil).want(t, http.StatusOK, []string{"Mails are off", "<html"}) // again is harmless
	a.get(link).want(t, http.StatusOK, []string{"Mails are off"})
	a.get(thread).want(t, http.StatusOK, []string{"Printer is on fire"})
	a.post(link+"/undo", nil).want(t, http.StatusOK, []string{"Mails are on again"})
	if off() {
		t.Error("undo did nothing")
	}
	// It works with the portal off.
	a.settings(func(p *models.Project) { p.Portal = models.PortalNone })
	a.post(link, nil).want(t, http.StatusOK, []string{"Mails are off"})
	a.get(mailed).want(t, http.StatusNotFound, nil)
}

// NU-3, A62: the one-click body of RFC 8058 works from anywhere; any other post must come from the page.
func TestOneClickUnsubscribe(t *testing.T) {
	a := newTestApp(t)
	thread := a.fileTicket()
	_, link := a.mailed(thread)
	away := map[string]string{"Origin": "https://mail.example", "Sec-Fetch-Site": "cross-site"}
	for name, form := range map[string]url.Values{"empty": {}, "other": {"List-Unsubscribe": {"Yes"}}, "more": {"List-Unsubscribe": {"One-Click"}, "x": {"y"}}} {
		a.do(request{method: "POST", path: link, form: form, header: away}).want(t, http.StatusForbidden, []string{`action="` + link + `"`})
		if a.person(thread).UnsubscribedAt != 0 {
			t.Fatalf("%s unsubscribed", name)
		}
	}
	a.do(request{method: "POST", path: link + "/undo", form: url.Values{"List-Unsubscribe": {"One-Click"}}, header: away}).want(t, http.StatusForbidden, nil)
	for range 2 {
		a.do(request{method: "POST", path: link, form: url.Values{"List-Unsubscribe": {"One-Click"}}, header: map[string]string{"Origin": ""}}).want(t, http.StatusOK, nil)
	}
	if a.person(thread).UnsubscribedAt == 0 {
		t.Error("one click did nothing")
	}
	second := a.join(thread, "otto@example.com")
	if a.person(second).UnsubscribedAt != 0 {
		t.Error("somebody else was unsubscribed")
	}
}

// NU-3: a dead link says so and offers a fresh one by mail; it answers alike for every token.
func TestDeadUnsubscribeLink(t *testing.T) {
	a := newTestApp(t)
	thread := a.fileTicket()
	_, link := a.mailed(thread)
	for _, path := range []string{unsubscribeRoute + "nonsense", link[:len(link)-1], unsubscribeRoute + thread[len("/ticket/thread/"):]} {
		a.get(path).want(t, http.StatusNotFound, []string{"This link no longer works", path + "/preferences"}, "Printer")
		a.post(path, nil).want(t, http.StatusNotFound, nil)
		a.post(path+"/undo", nil).want(t, http.StatusNotFound, nil)
	}
	want := a.post(unsubscribeRoute+"nonsense/preferences", nil).want(t, http.StatusOK, []string{"a fresh one is on its way"})
	if got := a.post(link+"/preferences", nil).want(t, http.StatusOK, nil); got.body != want.body {
		t.Error("a link that lives answers differently")
	}
}
