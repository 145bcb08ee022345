package handlers

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"lodge/desk"
	"lodge/models"
)

// profileLetters are the waiting mails to customers about their accounts.
func (o *office) profileLetters() []*desk.ProfileLetter {
	o.t.Helper()
	jobs, err := models.ClaimJobs(o.t.Context(), o.db, "test", o.desk.Now().Add(24*time.Hour), time.Minute, 100)
	if err != nil {
		o.t.Fatal(err)
	}
	var all []*desk.ProfileLetter
	for _, j := range jobs {
		if j.Kind == desk.JobProfileMail {
			if l, err := o.desk.ProfileLetter(o.t.Context(), j); err == nil {
				all = append(all, l)
			}
		}
		if err := models.FinishJob(o.t.Context(), o.db, j.ID); err != nil {
			o.t.Fatal(err)
		}
	}
	return all
}

func (o *office) contact(id int64) *models.Contact {
	o.t.Helper()
	c, err := models.ContactByID(o.t.Context(), o.db, id)
	if err != nil {
		o.t.Fatal(err)
	}
	return c
}

// TestA95ProfileTakesItsOwnFieldsOnly: CP-1. Name, language and time zone are saved; whatever else
// is posted is not read. What is refused is shown again as it was typed.
func TestA95ProfileTakesItsOwnFieldsOnly(t *testing.T) {
	o := newOffice(t, nil).open()
	ada, jean := o.customer("ada@example.com"), o.customer("jean@example.com")
	before, other := *o.contact(ada.ID), *o.contact(jean.ID)
	b := o.signedIn(ada, desk.ByPassword)
	b.get("/my-profile").must(t, http.StatusOK).has(t, "ada@example.com", "My profile").lacks(t, "jean@")
	b.send("/my-profile", "name", " Ada  Lovelace ", "locale", "de", "zone", "Europe/Berlin", "role", "admin", "company", "1", "verified", "1", "proven_at", "1", "contact_id", decimal(jean.ID),
		"id", decimal(jean.ID), "address", "grace@lodge.example", "email", "grace@lodge.example", "password_hash", "x", "sees", "all", "notes", "x", "disabled_at", "1").must(t, http.StatusSeeOther)
	want := before
	want.Name, want.Locale = "Ada Lovelace", "de"
	if now := *o.contact(ada.ID); now != want {
		t.Errorf("%+v, want %+v", now, want)
	}
	if now := *o.contact(jean.ID); now != other {
		t.Errorf("somebody else is %+v now", now)
	}
	account, err := models.CustomerByContact(t.Context(), o.db, ada.ID)
	if err != nil || account.Zone != "Europe/Berlin" || account.DisabledAt != 0 || account.PasswordHash == "x" {
		t.Errorf("%+v %v", account, err)
	}
	b.get("/agent").must(t, http.StatusSeeOther)
	b.get("/my-profile?saved=1").must(t, http.StatusOK).has(t, "Gespeichert.", `<meta name="time-zone" content="Europe/Berlin">`)

	b.send("/my-profile", "name", " ", "locale", "fr", "zone", "Mars/Base").must(t, http.StatusUnprocessableEntity).has(t, `href="#name"`, `href="#locale"`, `href="#zone"`, "Mars/Base")
	b.send("/my-profile", "name", strings.Repeat("x", 141), "locale", "en").must(t, http.StatusUnprocessableEntity).has(t, strings.Repeat("x", 141))
	// Forms of nobody's session, and of somebody else's.
	foreign := o.signedIn(jean, desk.ByPassword)
	foreign.get("/my-profile").must(t, http.StatusOK)
	for _, token := range []string{"", foreign.last} {
		b.post("/my-profile", url.Values{"csrf": {token}, "name": {"Evil"}}).must(t, http.StatusForbidden)
	}
	if o.contact(ada.ID).Name != "Ada Lovelace" {
		t.Error("renamed by a stranger")
	}
}

// NU-4: mails are chosen by project on the profile.
func TestProfileChoosesMails(t *testing.T) {
	o := newOffice(t, nil).open()
	o.file("Mine")
	b := o.signedIn(o.customer("ada@example.com"), desk.ByPassword)
	b.get("/my-profile").must(t, http.StatusOK).has(t, `name="wish-support"`)
	b.send("/my-profile/mails", "wish-support", "digest").must(t, http.StatusSeeOther)
	b.get("/my-profile").must(t, http.StatusOK).has(t, `value="digest" selected`)
	b.send("/my-profile/mails", "wish-support", "loud").must(t, http.StatusUnprocessableEntity)
	c := o.signedIn(o.customer("jean@example.com"), desk.ByPassword)
	c.get("/my-profile").must(t, http.StatusOK).lacks(t, "wish-support")
}

// TestA84PasswordChangeEndsOtherSessions: the present password is asked for, the new one checked,
// and all other browsers are out at once. None set: only who came by a mailed link sets one.
func TestA84PasswordChangeEndsOtherSessions(t *testing.T) {
	o := newOffice(t, nil).open()
	ada, jean := o.customer("ada@example.com"), o.customer("jean@example.com")
	b, second, third, foreign := o.signedIn(ada, desk.ByPassword), o.signedIn(ada, desk.ByLink), o.signedIn(ada, desk.ByPasskey), o.signedIn(jean, desk.ByPassword)
	b.get("/my-profile").must(t, http.StatusOK)
	const fresh = "another harbour at dawn"
	b.send("/my-profile/password", "password", fresh).must(t, http.StatusUnprocessableEntity).has(t, `href="#present"`)
	b.send("/my-profile/password", "present", "wrong", "password", fresh).must(t, http.StatusUnprocessableEntity).has(t, "not your present password")
	b.send("/my-profile/password", "present", customerPassword, "password", "short").must(t, http.StatusUnprocessableEntity).has(t, `href="#password"`)
	b.send("/my-profile/password", "present", customerPassword, "password", customerPassword).must(t, http.StatusUnprocessableEntity).has(t, `href="#password"`)
	second.get("/my-profile").must(t, http.StatusOK)
	b.send("/my-profile/password", "present", customerPassword, "password", fresh).must(t, http.StatusSeeOther)
	b.get("/my-profile").must(t, http.StatusOK)
	foreign.get("/my-profile").must(t, http.StatusOK)
	for _, out := range []*browser{second, third} {
		out.get("/my-profile").must(t, http.StatusSeeOther)
	}
	if letters := o.profileLetters(); len(letters) != 1 || letters[0].What != desk.ToldPassword || letters[0].Address != "ada@example.com" {
		t.Errorf("%+v", letters)
	}
	b.send("/my-profile/password", "present", customerPassword, "password", "a third harbour at noon").must(t, http.StatusUnprocessableEntity)

	// Tries wear the door down.
	last := answer{}
	for range 12 {
		if last = b.send("/my-profile/password", "present", "wrong", "password", fresh+"!"); last.status == http.StatusTooManyRequests {
			break
		}
	}
	last.must(t, http.StatusTooManyRequests)
	if last.header.Get("Retry-After") == "" {
		t.Error("nobody says how long to wait")
	}

	o.write(func(ctx context.Context, tx *models.Tx) error {
		return models.SetCustomerPassword(ctx, tx, jean.ID, "")
	})
	foreign.get("/my-profile").must(t, http.StatusOK).has(t, "sign in with a mailed link first").lacks(t, `id="password-form"`)
	foreign.send("/my-profile/password", "password", fresh).must(t, http.StatusConflict)
	linked := o.signedIn(jean, desk.ByLink)
	linked.get("/my-profile").must(t, http.StatusOK).has(t, "Set password").lacks(t, `name="present"`)
	linked.send("/my-profile/password", "password", fresh).must(t, http.StatusSeeOther)
	foreign.get("/my-profile").must(t, http.StatusSeeOther)
}

var sessionOnPage = regexp.MustCompile(`name="session" value="([^"]+)"`)

// TestA94EndedSessionsOpenNothing: CP-1. One's own sessions are listed and ended by name; nobody
// else's. What was ended opens nothing, whatever the browser still holds.
func TestA94EndedSessionsOpenNothing(t *testing.T) {
	o := newOffice(t, nil).open()
	ada, jean := o.customer("ada@example.com"), o.customer("jean@example.com")
	b, second, third, foreign := o.signedIn(ada, desk.ByPassword), o.signedIn(ada, desk.ByPassword), o.signedIn(ada, desk.ByPassword), o.signedIn(jean, desk.ByPassword)
	foreign.get("/my-profile").must(t, http.StatusOK).lacks(t, `name="session"`)
	page := b.get("/my-profile").must(t, http.StatusOK)
	ids := sessionOnPage.FindAllStringSubmatch(page.body, -1)
	if len(ids) != 2 {
		t.Fatalf("%d other sessions", len(ids))
	}
	foreign.send("/my-profile/sessions/end", "session", ids[0][1]).must(t, http.StatusNotFound)
	b.send("/my-profile/sessions/end", "session", ids[0][1]).must(t, http.StatusSeeOther)
	a, c := second.get("/my-profile").status, third.get("/my-profile").status
	if a == c || a+c != http.StatusOK+http.StatusSeeOther {
		t.Errorf("%d and %d", a, c)
	}
	b.send("/my-profile/sessions/end-others").must(t, http.StatusSeeOther)
	second.get("/my-profile").must(t, http.StatusSeeOther)
	third.get("/my-profile").must(t, http.StatusSeeOther)
	b.get("/my-profile").must(t, http.StatusOK)
	foreign.get("/my-profile").must(t, http.StatusOK)
}

// CP-1, A54, A64, A71: the way of a further address over the pages: nothing before the button,
// signed out too, and once.
func TestAddressIsProvenByItsLink(t *testing.T) {
	o := newOffice(t, nil).open()
	link, _ := o.file("Of ada")
	rosa := o.customer("rosa@example.com")
	b, visitor := o.signedIn(rosa, desk.ByPassword), o.browser()
	b.get("/my-profile")
	b.send("/my-profile/addresses", "email", "nobody").must(t, http.StatusUnprocessableEntity).has(t, `value="nobody"`, `href="#email"`)
	b.send("/my-profile/addresses", "email", "rosa@example.com").must(t, http.StatusUnprocessableEntity)
	b.send("/my-profile/addresses", "email", "ada@example.com").must(t, http.StatusSeeOther)
	letters := o.profileLetters()
	if len(letters) != 1 || letters[0].Address != "ada@example.com" {
		t.Fatalf("%+v", letters)
	}
	b.get("/my-profile").must(t, http.StatusOK).has(t, "Not confirmed yet").lacks(t, letters[0].Token)
	path := "/my-address/" + letters[0].Token
	for range 2 {
		visitor.get(path).must(t, http.StatusOK).has(t, "ada@example.com", "Rosa").lacks(t, "rosa@example.com")
	}
	if o.contact(rosa.ID).Address != "rosa@example.com" {
		t.Error("opening a link changes something")
	}
	for _, elsewhere := range []string{"/ticket/thread/", "/ticket/unsubscribe/", "/agent/reset/", "/agent/invitation/"} {
		if r := visitor.get(elsewhere + letters[0].Token); r.status == http.StatusOK && strings.Contains(r.body, "ada@example.com") {
			t.Errorf("opens %s", elsewhere)
		}
	}
	for _, token := range []string{link.Token, "x", strings.Repeat("a", 32)} {
		visitor.get("/my-address/"+token).must(t, http.StatusNotFound)
		visitor.post("/my-address/"+token, url.Values{}).must(t, http.StatusNotFound)
	}
	visitor.post(path, url.Values{}, "Origin", "https://evil.example", "Sec-Fetch-Site", "cross-site").must(t, http.StatusForbidden)
	visitor.post(path, url.Values{}).must(t, http.StatusOK).has(t, "ada@example.com", "confirmed")
	visitor.get(path).must(t, http.StatusNotFound)
	visitor.post(path, url.Values{}).must(t, http.StatusNotFound)
	b.get("/my-profile").must(t, http.StatusOK).has(t, "Make main", `name="wish-support"`)
	b.send("/my-profile/addresses/main", "email", "ada@example.com").must(t, http.StatusSeeOther)
	b.send("/my-profile/addresses/removal", "email", "ada@example.com").must(t, http.StatusConflict).has(t, "main address")
	b.send("/my-profile/addresses/removal", "email", "rosa@example.com").must(t, http.StatusSeeOther)
	b.get("/my-profile").must(t, http.StatusOK).lacks(t, "rosa@example.com")

	// Somebody with a sign-in of their own is told so, and stays.
	jean := o.customer("jean@example.com")
	for range 3 {
		b.send("/my-profile/addresses", "email", "jean@example.com").must(t, http.StatusSeeOther)
	}
	b.send("/my-profile/addresses", "email", "jean@example.com").must(t, http.StatusTooManyRequests).has(t, "enough mails")
	letters = o.profileLetters()
	token := letters[len(letters)-1].Token
	visitor.post("/my-address/"+token, url.Values{}).must(t, http.StatusConflict).has(t, "belongs to another account")
	o.signedIn(jean, desk.ByPassword).get("/my-profile").must(t, http.StatusOK)
}

var ownSecretOnPage = regexp.MustCompile(`class="profile__secret"[^>]*>([A-Z2-7 ]+)<`)

// CP-2: a second factor is set up with a code, gives recovery codes once, ends other sessions, and
// goes only with the password; where it is required nothing else opens before it is there.
func TestCustomersSecondFactor(t *testing.T) {
	o := newOffice(t, nil).open()
	o.settle(func(s *models.WorkspaceSettings) { s.CustomerTwoFactor = models.CustomerFactorRequired })
	ada := o.customer("ada@example.com")
	b, second := o.signedIn(ada, desk.ByPassword), o.signedIn(ada, desk.ByPassword)
	o.signedIn(ada, desk.ByPasskey).get("/my-profile").must(t, http.StatusOK)
	if r := b.get("/my-profile").must(t, http.StatusSeeOther); r.header.Get("Location") != "/my-profile/two-factor" {
		t.Error(r.header.Get("Location"))
	}
	b.get("/my-tickets").must(t, http.StatusSeeOther)
	b.get("/my-profile/two-factor").must(t, http.StatusOK).has(t, "is required here")
	b.send("/my-profile", "name", "Evil").must(t, http.StatusForbidden)
	b.get("/my-profile/two-factor/picture").must(t, http.StatusNotFound)
	b.send("/my-profile/two-factor").must(t, http.StatusSeeOther)
	page := b.get("/my-profile/two-factor").must(t, http.StatusOK)
	if r := b.get("/my-profile/two-factor/picture").must(t, http.StatusOK); r.header.Get("Content-Type") != "image/png" {
		t.Error(r.header)
	}
	key := ownSecretOnPage.FindStringSubmatch(page.body)[1]
	b.get("/my-profile").must(t, http.StatusSeeOther)
	b.send("/my-profile/two-factor/confirmation", "code", "000000").must(t, http.StatusUnprocessableEntity)
	codes := b.send("/my-profile/two-factor/confirmation", "code", o.phone(key)).must(t, http.StatusOK)
	if n := len(regexp.MustCompile(`<li>[0-9a-z]{5}-[0-9a-z]{5}</li>`).FindAllString(codes.body, -1)); n != 10 {
		t.Errorf("%d recovery codes", n)
	}
	second.get("/my-profile/two-factor").must(t, http.StatusSeeOther).lacks(t, key)
	b.get("/my-profile").must(t, http.StatusOK).has(t, "On since")
	b.get("/my-profile/two-factor").must(t, http.StatusOK).lacks(t, key)
	b.get("/my-profile/two-factor/picture").must(t, http.StatusNotFound)
	b.send("/my-profile/two-factor").must(t, http.StatusConflict)
	account, _ := models.CustomerByContact(t.Context(), o.db, ada.ID)
	if strings.Contains(account.TOTPSecret, strings.ReplaceAll(key, " ", "")) || account.TOTPAt == 0 {
		t.Errorf("%+v", account)
	}
	b.send("/my-profile/two-factor/codes", "codes_password", "wrong").must(t, http.StatusUnprocessableEntity)
	b.send("/my-profile/two-factor/codes", "codes_password", customerPassword).must(t, http.StatusOK)
	b.send("/my-profile/two-factor/off", "password", "wrong").must(t, http.StatusUnprocessableEntity)
	b.send("/my-profile/two-factor/off", "password", customerPassword).must(t, http.StatusSeeOther)
	b.get("/my-profile").must(t, http.StatusSeeOther)

	// Without a password a code is asked for, and each works once.
	o.settle(func(s *models.WorkspaceSettings) { s.CustomerTwoFactor = models.CustomerFactorOptional })
	o.write(func(ctx context.Context, tx *models.Tx) error { return models.SetCustomerPassword(ctx, tx, ada.ID, "") })
	o.forward(time.Minute)
	b.send("/my-profile/two-factor").must(t, http.StatusSeeOther)
	key = ownSecretOnPage.FindStringSubmatch(b.get("/my-profile/two-factor").body)[1]
	used := o.phone(key)
	codes = b.send("/my-profile/two-factor/confirmation", "code", used).must(t, http.StatusOK)
	recovery := regexp.MustCompile(`<li>([0-9a-z]{5}-[0-9a-z]{5})</li>`).FindStringSubmatch(codes.body)[1]
	for _, wrong := range []string{"", customerPassword, used} {
		b.send("/my-profile/two-factor/off", "password", wrong).must(t, http.StatusUnprocessableEntity)
	}
	b.send("/my-profile/two-factor/codes", "codes_password", recovery).must(t, http.StatusOK)
	b.send("/my-profile/two-factor/off", "password", recovery).must(t, http.StatusUnprocessableEntity)
	o.forward(time.Minute)
	b.send("/my-profile/two-factor/off", "password", o.phone(key)).must(t, http.StatusSeeOther)
	o.settle(func(s *models.WorkspaceSettings) { s.CustomerTwoFactor = models.CustomerFactorOff })
	b.get("/my-profile/two-factor").must(t, http.StatusNotFound)
	b.send("/my-profile/two-factor").must(t, http.StatusNotFound)
}

// A69: the file of one's own data is that, and nobody else's.
func TestOwnDataIsAFile(t *testing.T) {
	o := newOffice(t, nil).open()
	_, number := o.file("Of ada")
	if _, err := o.desk.Note(t.Context(), o.actor("grace"), number, desk.AgentReply{Body: "SECRET note"}); err != nil {
		t.Fatal(err)
	}
	ada, jean := o.customer("ada@example.com"), o.customer("jean@example.com")
	for _, who := range []*models.Contact{ada, jean} {
		o.raw("INSERT INTO feedback (ticket_id, event_id, contact_id, project_id, score, comment, given_at) SELECT ticket_id, MIN(id), ?, 1, 4, ?, 1000 FROM events GROUP BY ticket_id", who.ID, "SAID by "+who.Name)
		o.raw("INSERT INTO customer_identities (contact_id, issuer, subject, address, created_at) VALUES (?, ?, ?, ?, 1000)", who.ID, "https://login.example", "SUBJECT-"+who.Name, "at-login-"+who.Address)
	}
	r := o.signedIn(ada, desk.ByPassword).get("/my-profile/data.json").must(t, http.StatusOK).has(t, "Of ada", "ada@example.com", "SAID by Ada", "https://login.example", "at-login-ada@example.com").
		lacks(t, "SECRET", "grace", "Jean", "jean@", "SUBJECT-")
	if !strings.HasPrefix(r.header.Get("Content-Disposition"), "attachment") || r.header.Get("Content-Type") != "application/json" || !json.Valid([]byte(r.body)) {
		t.Error(r.header)
	}
	o.signedIn(jean, desk.ByPassword).get("/my-profile/data.json").must(t, http.StatusOK).lacks(t, "Of ada", "ada@example.com")
}

// CP-1: being forgotten is asked for, confirmed, done; the browser is out, the ticket stays.
func TestCustomerErasesThemselves(t *testing.T) {
	o := newOffice(t, nil).open()
	_, number := o.file("Of ada")
	ada := o.customer("ada@example.com")
	b, second := o.signedIn(ada, desk.ByPassword), o.signedIn(ada, desk.ByPassword)
	b.get("/my-profile/erasure").must(t, http.StatusOK).has(t, "Your tickets stay", "Nobody can undo it")
	b.send("/my-profile/erasure", "address", "ada@example.com").must(t, http.StatusUnprocessableEntity)
	b.send("/my-profile/erasure", "password", "wrong").must(t, http.StatusUnprocessableEntity).has(t, `href="#password"`)
	second.get("/my-profile").must(t, http.StatusOK)
	if r := b.send("/my-profile/erasure", "password", customerPassword).must(t, http.StatusSeeOther); r.header.Get("Location") != "/sign-in/erased" {
		t.Error(r.header.Get("Location"))
	}
	b.get("/sign-in/erased").must(t, http.StatusOK)
	b.get("/my-profile").must(t, http.StatusSeeOther)
	second.get("/my-profile").must(t, http.StatusSeeOther)
	o.signedIn(ada, desk.ByPassword).get("/my-profile").must(t, http.StatusSeeOther)
	o.signIn("grace").get(ticketURL(number)).must(t, http.StatusOK).has(t, "Of ada", "Erased person").lacks(t, "ada@example.com")
}

// A89: a sign-in by passkey leads to pages of customers only.
func TestA89PasskeySignInLeadsNowhereElse(t *testing.T) {
	o := newOffice(t, nil).open()
	o.browser().get("/sign-in/passkey?next=%2Fmy-tickets%2FK7-3QX").must(t, http.StatusOK).has(t, `name="next" value="/my-tickets/K7-3QX"`)
	for _, next := range []string{"https://evil.example/", "//evil.example", "/\\evil.example", "/agent", "javascript:alert(1)"} {
		o.browser().get("/sign-in/passkey?next="+url.QueryEscape(next)).must(t, http.StatusOK).lacks(t, `name="next"`)
	}
}
