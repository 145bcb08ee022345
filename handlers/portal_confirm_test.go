package handlers

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"lodge/desk"
	"lodge/models"
)

// rules changes the settings of the project "support".
func (o *office) rules(change func(p *models.Project)) {
	o.t.Helper()
	o.write(func(ctx context.Context, tx *models.Tx) error {
		cat, err := models.TxCatalog(ctx, tx)
		if err != nil {
			return err
		}
		p := *cat.ProjectBySlug("support")
		change(&p)
		return models.UpdateProject(ctx, tx, &p)
	})
}

// submitHeld posts the form of a visitor and gives the token of the mail that asks them.
func (o *office) submitHeld(b *browser, email, title string) (token string) {
	o.t.Helper()
	form := formFields(o.t, b.get("/ticket/support").must(o.t, http.StatusOK).body, "create")
	fields := map[string]string{"form": form.Get("form"), "email": email, "title": title, "description": "Words of " + title}
	to := b.upload("/ticket/support", fields, map[string]string{"log.txt": "it burns"}).must(o.t, http.StatusSeeOther).header.Get("Location")
	if to != "/ticket/support/check-mail" {
		o.t.Fatalf("leads to %s", to)
	}
	list, err := o.desk.HeldList(o.t.Context(), o.actor("grace"), desk.HeldAsk{})
	if err != nil || len(list.Lines) == 0 || list.Lines[0].Title != title {
		o.t.Fatal(list, err)
	}
	return o.desk.ConfirmToken(list.Lines[0].ID)
}

// PC-12, A64: from the form to the ticket, by the pages a browser without scripts sees.
func TestTicketIsConfirmedByMail(t *testing.T) {
	o := newOffice(t, nil).open()
	o.rules(func(p *models.Project) { p.Settings.VerifyAnonymous = models.VerifyFirstTime })
	b := o.browser()
	token := o.submitHeld(b, "rosa@example.com", "The printer smokes")

	// The page is the same for everybody and knows nothing.
	shown := b.get("/ticket/support/check-mail").must(t, http.StatusOK).has(t, "Check your mail", "noindex").lacks(t, "rosa@", "printer smokes", token)
	if other := o.browser().get("/ticket/support/check-mail").must(t, http.StatusOK); other.body != shown.body {
		t.Error("another visitor sees another page")
	}
	page := "/ticket/confirm/" + token
	reader := o.browser()
	for range 3 {
		reader.get(page).must(t, http.StatusOK).has(t, "Send this ticket?", "The printer smokes", "Words of The printer smokes", "log.txt", "rosa@example.com", `action="`+page+`"`, "noindex")
	}
	grace := o.signIn("grace")
	grace.get("/agent?view=all").lacks(t, "The printer smokes")
	grace.get("/agent/held").must(t, http.StatusOK).has(t, "The printer smokes", "Waits for its sender to confirm the address")

	to := reader.post(page, url.Values{}).must(t, http.StatusSeeOther).header.Get("Location")
	if !strings.HasPrefix(to, "/ticket/thread/") || !strings.Contains(to, "?p=") {
		t.Fatalf("leads to %s", to)
	}
	reader.get(to).must(t, http.StatusOK).has(t, "The printer smokes", "log.txt")
	for range 2 {
		if again := reader.post(page, url.Values{}).must(t, http.StatusSeeOther).header.Get("Location"); again != to {
			t.Errorf("leads to %s the second time", again)
		}
	}
	if on := reader.get(page).must(t, http.StatusSeeOther).header.Get("Location"); on != to {
		t.Errorf("the link leads to %s", on)
	}
	reader.post(page+"/rejection", url.Values{}).must(t, http.StatusNotFound)
	grace.get("/agent?view=all").has(t, "The printer smokes")
	grace.get("/agent/held").lacks(t, "The printer smokes").has(t, "Nothing is held")
}

// PC-12: what its reader disowns is gone; dead links of every sort are the same page.
func TestConfirmLinkDead(t *testing.T) {
	o := newOffice(t, nil).open()
	o.rules(func(p *models.Project) { p.Settings.VerifyAnonymous = models.VerifyAlways })
	b := o.browser()
	first, second := o.submitHeld(b, "rosa@example.com", "One"), o.submitHeld(b, "rosa@example.com", "Two")
	nothing := b.get("/ticket/confirm/"+strings.Repeat("x", 32)).must(t, http.StatusNotFound).body
	dead := func(name, token string) {
		t.Helper()
		page := "/ticket/confirm/" + token
		if got := b.get(page).must(t, http.StatusNotFound); got.body != nothing {
			t.Errorf("%s: another page: %s", name, got.body)
		}
		b.post(page, url.Values{}).must(t, http.StatusNotFound)
	}
	dead("short", "x")
	// Another site's page can make nobody confirm (A85).
	b.post("/ticket/confirm/"+first, url.Values{}, "Sec-Fetch-Site", "cross-site", "Origin", "https://evil.example").must(t, http.StatusForbidden)

	for range 2 {
		b.post("/ticket/confirm/"+first+"/rejection", url.Values{}).must(t, http.StatusOK).has(t, "Nothing was sent in your name").lacks(t, "Words of One")
	}
	dead("disowned", first)

	o.rules(func(p *models.Project) { p.Portal = models.PortalNone })
	dead("portal off", second)
	b.get("/ticket/support/check-mail").must(t, http.StatusNotFound)
	o.rules(func(p *models.Project) { p.Portal = models.PortalPublic })
	b.get("/ticket/confirm/"+second).must(t, http.StatusOK)
	o.forward(14*24*time.Hour + time.Second)
	dead("expired", second)
	o.signIn("grace").get("/agent?view=all").lacks(t, "Words of", "One", "Two")
}

// PC-7, A2: a limit refuses before anything waits, and the text is kept.
func TestHeldOverTheLimit(t *testing.T) {
	o := newOffice(t, nil).open()
	o.rules(func(p *models.Project) { p.Settings.VerifyAnonymous = models.VerifyAlways })
	b := o.browser()
	for i := range 5 {
		o.submitHeld(b, fmt.Sprintf("victim%d@example.com", i), fmt.Sprintf("Bomb %d", i))
	}
	form := formFields(t, b.get("/ticket/support").must(t, http.StatusOK).body, "create")
	over := b.post("/ticket/support", url.Values{"form": {form.Get("form")}, "email": {"victim5@example.com"}, "title": {"Bomb 5"}, "description": {"One too many"}})
	over.must(t, http.StatusTooManyRequests).has(t, "One too many")
	if over.header.Get("Retry-After") == "" {
		t.Error("does not say when")
	}
}

// PT-3: a reply under a typed address says that it waits, reveals no address, and is posted from
// the mail; for scripts and for plain forms.
func TestTypedReplyIsConfirmedByMail(t *testing.T) {
	o := newOffice(t, nil).open()
	link, number := o.file("Typed")
	if err := o.desk.AddParticipant(t.Context(), o.actor("grace"), number, "otto@example.com", "Otto"); err != nil {
		t.Fatal(err)
	}
	o.rules(func(p *models.Project) { p.Settings.ReplyIdentity = models.ReplyByTypedEmail })
	page := "/ticket/thread/" + link.Token
	b := o.browser()
	b.get(page).must(t, http.StatusOK).has(t, "We may first ask this address by mail whether the reply is yours.")
	for i, htmx := range []bool{false, true} {
		form := formFields(t, b.get(page).body, "reply-form")
		fields := url.Values{"form": {form.Get("form")}, "email": {"otto@example.com"}, "body": {fmt.Sprintf("Under his name %d", i)}}
		var shown answer
		if htmx {
			shown = b.post(page+"/replies", fields, "HX-Request", "true").must(t, http.StatusOK).has(t, "data-draft-clear")
		} else {
			to := b.post(page+"/replies", fields).must(t, http.StatusSeeOther).header.Get("Location")
			shown = b.get(strings.Split(to, "#")[0]).must(t, http.StatusOK)
		}
		shown.has(t, "Your reply is posted once it is confirmed from the mail we sent to that address.").lacks(t, "Under his name", "otto@example.com")
	}
	wrong := b.post(page+"/replies", url.Values{"email": {"guess@example.com"}, "body": {"A guess"}}).must(t, http.StatusUnprocessableEntity)
	wrong.has(t, "A guess").lacks(t, "otto@example.com")

	list, err := o.desk.HeldList(t.Context(), o.actor("grace"), desk.HeldAsk{Ticket: number})
	if err != nil || len(list.Lines) != 2 {
		t.Fatal(list, err)
	}
	otto := o.browser()
	confirm := "/ticket/confirm/" + o.desk.ConfirmToken(list.Lines[1].ID)
	otto.get(confirm).must(t, http.StatusOK).has(t, "Post this reply?", "Under his name 0")
	to := otto.post(confirm, url.Values{}).must(t, http.StatusSeeOther).header.Get("Location")
	otto.get(strings.Split(to, "#")[0]).must(t, http.StatusOK).has(t, "Under his name 0", "Your reply was sent.").lacks(t, "Under his name 1")
	b.get(page).has(t, "Under his name 0").lacks(t, "otto@example.com")
}
