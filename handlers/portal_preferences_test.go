package handlers

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"lodge/models"
)

func (a *testApp) mailPerson(thread string) *models.Person {
	a.t.Helper()
	p, err := models.PersonByID(context.Background(), a.db, a.person(thread).ID)
	if err != nil {
		a.t.Fatal(err)
	}
	return p
}

func (a *testApp) preferences(thread string) string {
	a.t.Helper()
	_, unsubscribe := a.mailed(thread)
	return preferencesRoute + strings.TrimPrefix(unsubscribe, unsubscribeRoute)
}

func choice(ticket, all, locale string) url.Values {
	return url.Values{"ticket": {ticket}, "all": {all}, "locale": {locale}}
}

// NU-4: everybody chooses their mails for the ticket, for all tickets of the project, and their
// language, without an account; scripts off, and the portal too.
func TestMailChoice(t *testing.T) {
	a := newTestApp(t)
	thread := a.fileTicket()
	page := a.preferences(thread)
	a.get(page).want(t, http.StatusOK, []string{`method="post" action="` + page + `"`, "rosa@example.com", "Printer is on fire", `name="ticket" value="" checked`, `name="all" value="all" checked`}, "<script src=\"/assets/desk")
	for _, c := range []struct{ ticket, all, locale, want string }{
		{"closing", "all", "de", "closing"}, {"", "digest", "", "digest"}, {"all", "none", "en", "all"}, {"", "closing", "", "closing"}, {"none", "all", "", "none"}, {"digest", "all", "", "digest"},
	} {
		r := a.post(page, choice(c.ticket, c.all, c.locale)).want(t, http.StatusSeeOther, nil)
		if at := r.header.Get("Location"); at != page+"?saved=1" {
			t.Fatalf("led to %q", at)
		}
		p := a.mailPerson(thread)
		if p.MailWish() != c.want || p.Contact.Locale != c.locale || (p.UnsubscribedAt != 0) != (c.ticket == "none") {
			t.Errorf("%+v: wish %q, language %q", c, p.MailWish(), p.Contact.Locale)
		}
		a.get(page+"?saved=1").want(t, http.StatusOK, []string{`name="ticket" value="` + c.ticket + `" checked`, `name="all" value="` + c.all + `" checked`, `role="status"`})
	}
	// The ticket's page stays open, and its agents read who chose what.
	a.get(thread).want(t, http.StatusOK, []string{"Printer is on fire"})
	a.settings(func(p *models.Project) { p.Portal = models.PortalNone })
	a.get(page).want(t, http.StatusOK, []string{"Mail preferences"})
	a.post(page, choice("closing", "all", "")).want(t, http.StatusSeeOther, nil)
	if a.mailPerson(thread).MailWish() != models.WishClosing {
		t.Error("nothing was saved with the portal off")
	}
}

// NU-4, NU-3: stopping by one click and taking it back gives what was chosen before.
func TestUndoRestoresTheChoice(t *testing.T) {
	a := newTestApp(t)
	thread := a.fileTicket()
	_, unsubscribe := a.mailed(thread)
	page := a.preferences(thread)
	a.get(unsubscribe).want(t, http.StatusOK, []string{page})
	a.post(page, choice("digest", "all", "")).want(t, http.StatusSeeOther, nil)
	a.post(unsubscribe, nil).want(t, http.StatusOK, []string{page})
	a.get(page).want(t, http.StatusOK, []string{`name="ticket" value="none" checked`})
	a.post(unsubscribe+"/undo", nil).want(t, http.StatusOK, []string{page})
	if got := a.mailPerson(thread).MailWish(); got != models.WishDigest {
		t.Errorf("afterwards %q", got)
	}
}

// NU-4, A61, A62: opening the page changes nothing; what comes from another site, or says
// nonsense, changes nothing either.
func TestMailChoiceRefusals(t *testing.T) {
	a := newTestApp(t)
	thread := a.fileTicket()
	second := a.join(thread, "otto@example.com")
	page := a.preferences(thread)
	a.post(page, choice("closing", "digest", "de")).want(t, http.StatusSeeOther, nil)
	same := func() {
		t.Helper()
		if p := a.mailPerson(thread); p.Wish != "closing" || p.ProjectWish != "digest" || p.Contact.Locale != "de" || p.UnsubscribedAt != 0 {
			t.Fatalf("changed to %+v", p)
		}
		if p := a.mailPerson(second); p.MailWish() != models.WishAll || p.Contact.Locale != "" {
			t.Fatalf("somebody else's changed to %+v", p)
		}
	}
	for _, path := range []string{page, page + "?ticket=none&all=none&locale=en", page + "?saved=1"} {
		a.get(path).want(t, http.StatusOK, nil)
		a.do(request{method: "HEAD", path: path})
		a.do(request{method: "OPTIONS", path: path})
	}
	a.get(page+"/all").want(t, http.StatusSeeOther, nil)
	same()
	away := map[string]string{"Origin": "https://mail.example", "Sec-Fetch-Site": "cross-site"}
	a.do(request{method: "POST", path: page, form: choice("none", "none", "en"), header: away}).want(t, http.StatusForbidden, nil)
	a.do(request{method: "POST", path: page, form: url.Values{"List-Unsubscribe": {"One-Click"}}, header: away}).want(t, http.StatusForbidden, nil)
	for name, form := range map[string]url.Values{"empty": {}, "other": {"List-Unsubscribe": {"Yes"}}, "more": {"List-Unsubscribe": {"One-Click"}, "x": {"y"}}} {
		if a.do(request{method: "POST", path: page + "/all", form: form, header: away}).status != http.StatusForbidden {
			t.Errorf("%s stopped mails", name)
		}
	}
	same()
	for field, form := range map[string]url.Values{"ticket": choice("everything", "all", ""), "all": choice("", "", ""), "locale": choice("", "all", "fr")} {
		a.post(page, form).want(t, http.StatusUnprocessableEntity, []string{`href="#` + field + `"`, `id="` + field + `-error"`})
	}
	same()
	// The links of others, of another kind, and dead ones lead to the page of dead links.
	for _, path := range []string{preferencesRoute + "nonsense", page[:len(page)-1], preferencesRoute + thread[len("/ticket/thread/"):]} {
		a.get(path).want(t, http.StatusNotFound, []string{"This link no longer works", "/preferences\""}, "Printer", "rosa@")
		a.post(path, choice("none", "none", "")).want(t, http.StatusNotFound, nil)
		a.do(request{method: "POST", path: path + "/all", form: url.Values{"List-Unsubscribe": {"One-Click"}}, header: away}).want(t, http.StatusNotFound, nil)
	}
	same()
	a.write(func(ctx context.Context, tx *models.Tx) error {
		_, err := models.RaiseGeneration(ctx, tx, a.person(thread).ID, models.At(a.clock()))
		return err
	})
	a.get(page).want(t, http.StatusNotFound, []string{"This link no longer works"}, "rosa@")
	a.post(page, choice("none", "none", "")).want(t, http.StatusNotFound, nil)
	a.later(time.Hour)
	if p := a.mailPerson(thread); p.MailWish() != models.WishClosing {
		t.Errorf("a dead link changed it to %q", p.MailWish())
	}
}

// NU-4: the one click of a digest stops the mails of all tickets, for this person alone, and
// leaves what was chosen for a single one.
func TestOneClickStopsTheDigest(t *testing.T) {
	a := newTestApp(t)
	thread := a.fileTicket()
	second := a.join(thread, "otto@example.com")
	page := a.preferences(thread)
	a.post(page, choice("", "digest", "")).want(t, http.StatusSeeOther, nil)
	a.do(request{method: "POST", path: page + "/all", form: url.Values{"List-Unsubscribe": {"One-Click"}}, header: map[string]string{"Origin": ""}}).want(t, http.StatusOK, []string{`name="all" value="none" checked`})
	if a.mailPerson(thread).MailWish() != models.WishNone || a.mailPerson(second).MailWish() != models.WishAll {
		t.Error("one click stopped the wrong mails")
	}
	a.post(page, choice("all", "digest", "")).want(t, http.StatusSeeOther, nil)
	a.do(request{method: "POST", path: page + "/all", form: url.Values{"List-Unsubscribe": {"One-Click"}}, header: map[string]string{"Origin": ""}}).want(t, http.StatusOK, nil)
	if p := a.mailPerson(thread); p.MailWish() != models.WishAll || p.ProjectWish != models.WishNone {
		t.Errorf("afterwards %q and %q", p.MailWish(), p.ProjectWish)
	}
}
