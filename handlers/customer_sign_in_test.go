package handlers

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"lodge/desk"
	"lodge/models"
)

// letter gives the one mail about an account that has been asked for.
func (o *office) letter() *desk.CustomerLetter {
	o.t.Helper()
	jobs, err := models.ClaimJobs(o.t.Context(), o.db, "test", o.desk.Now().Add(365*24*time.Hour), time.Minute, 100)
	if err != nil {
		o.t.Fatal(err)
	}
	var found *desk.CustomerLetter
	for _, j := range jobs {
		if j.Kind == desk.JobCustomerMail {
			if found, err = o.desk.CustomerLetter(o.t.Context(), j); err != nil {
				o.t.Fatal(err)
			}
		}
		if err := models.FinishJob(o.t.Context(), o.db, j.ID); err != nil {
			o.t.Fatal(err)
		}
	}
	if found == nil {
		o.t.Fatal("no mail")
	}
	return found
}

// CP-1, CP-11, TestA77…, A86, A89, A93, A94: a reporter asks for an account, reads the mail, chooses
// a password, signs out and in again, all by plain forms.
func TestA77CustomerSession(t *testing.T) {
	o := staffed(t)
	b := o.browser()
	page := b.get("/sign-up?next=/my-profile").must(t, http.StatusOK).has(t, "Request new account", `name="homepage"`, "data-pow-challenge")
	o.forward(3 * time.Second)
	form := []string{"form_id", field(t, page.body, "form_id"), "name", "", "email", "ada@example.com", "next", "/my-profile"}
	b.send("/sign-up", form...).must(t, http.StatusUnprocessableEntity).has(t, "Enter your name.", `value="ada@example.com"`, `href="#name"`)
	form[3] = "Ada"
	b.send("/sign-up", form...).must(t, http.StatusSeeOther)
	b.get("/sign-up?mailed=1").must(t, http.StatusOK).has(t, "Check your mail")
	l := o.letter()
	// The mail is read in another browser.
	b = o.browser()
	link := "/sign-up/" + l.Token
	shown := b.get(link).must(t, http.StatusOK).has(t, "ada@example.com", `value="Ada"`)
	if shown.header.Get("Referrer-Policy") != "no-referrer" {
		t.Error("the link goes to other pages")
	}
	before := b.cookies["lodge_customer"]
	b.send(link, "name", "Ada", "password", "short").must(t, http.StatusUnprocessableEntity).lacks(t, `value="short"`)
	done := b.send(link, "name", "Ada", "password", customerPassword).must(t, http.StatusSeeOther)
	if done.header.Get("Location") != "/my-profile" {
		t.Error("leads to", done.header.Get("Location"))
	}
	cookie := done.header.Get("Set-Cookie")
	if !strings.Contains(cookie, "HttpOnly") || !strings.Contains(cookie, "SameSite=Lax") {
		t.Error(cookie)
	}
	after := b.cookies["lodge_customer"]
	if after == before || after == "" {
		t.Error("the session keeps its id over the sign-in")
	}
	b.get("/my-profile").must(t, http.StatusOK).has(t, "ada@example.com")
	// What an agent may see is nothing to a customer's session, and the other way round.
	b.get("/agent").must(t, http.StatusSeeOther)
	o.signIn("grace").get("/my-profile").must(t, http.StatusSeeOther)
	// A94: out is out, with the cookie kept, too.
	b.post("/sign-out", url.Values{}).must(t, http.StatusForbidden)
	b.get("/sign-out").must(t, http.StatusMethodNotAllowed)
	b.send("/sign-out").must(t, http.StatusSeeOther)
	b.cookies["lodge_customer"] = after
	b.get("/my-profile").must(t, http.StatusSeeOther)
	// A86: nobody is signed in from another page.
	b = o.browser()
	b.post("/sign-in", url.Values{"email": {"ada@example.com"}, "password": {customerPassword}}).must(t, http.StatusForbidden)
	b.get("/sign-in").must(t, http.StatusOK)
	b.send("/sign-in", "email", "ada@example.com", "password", "wrong").must(t, http.StatusUnprocessableEntity).has(t, "The address or the password is wrong.", `value="ada@example.com"`).lacks(t, `value="wrong"`)
	for next, want := range map[string]string{"//evil.example": "/my-tickets", `/\evil.example`: "/my-tickets", "https:evil.example": "/my-tickets", "%2f%2fevil.example": "/my-tickets", "/\t/evil.example": "/my-tickets",
		"/agent": "/my-tickets", "/my-tickets/../agent": "/my-tickets", "/my-tickets?state=open": "/my-tickets?state=open", "/doc/support": "/doc/support"} {
		b = o.browser()
		b.get("/sign-in?next="+url.QueryEscape(next)).must(t, http.StatusOK)
		if to := b.send("/sign-in", "email", "ada@example.com", "password", customerPassword, "next", next).must(t, http.StatusSeeOther).header.Get("Location"); to != want {
			t.Errorf("%q leads to %s", next, to)
		}
	}
}

// A93: on https the cookie is bound to this very host.
func TestA93CustomerCookie(t *testing.T) {
	o := newOffice(t, func(opt *Options) { opt.Secure = true }).open()
	cookie := o.browser().get("/sign-in").must(t, http.StatusOK).header.Get("Set-Cookie")
	if !strings.HasPrefix(cookie, "__Host-lodge_customer=") || !strings.Contains(cookie, "Secure") || !strings.Contains(cookie, "Path=/") || strings.Contains(cookie, "Domain") {
		t.Error(cookie)
	}
}

// CP-2: opening a mailed link signs nobody in; its button does, and its digits in the asking browser.
func TestSignInByMail(t *testing.T) {
	o := staffed(t)
	o.customer("ada@example.com")
	asking := o.browser()
	asking.get("/sign-in/link").must(t, http.StatusOK)
	asking.send("/sign-in/link", "email", "nonsense").must(t, http.StatusUnprocessableEntity).has(t, `value="nonsense"`)
	asking.send("/sign-in/link", "email", "ada@example.com").must(t, http.StatusSeeOther)
	l := o.letter()
	other := o.browser()
	other.get("/sign-in/link/"+l.Token).must(t, http.StatusOK).has(t, "ada@example.com")
	other.get("/my-profile").must(t, http.StatusSeeOther)
	asking.get("/sign-in/link/code").must(t, http.StatusOK)
	asking.send("/sign-in/link/code", "code", "000").must(t, http.StatusUnprocessableEntity).has(t, "This code is wrong")
	asking.send("/sign-in/link/code", "code", l.Code).must(t, http.StatusSeeOther)
	asking.get("/my-profile").must(t, http.StatusOK)
	other.send("/sign-in/link/"+l.Token).must(t, http.StatusNotFound)
	asking = o.browser()
	asking.get("/sign-in/link").must(t, http.StatusOK)
	asking.send("/sign-in/link", "email", "ada@example.com").must(t, http.StatusSeeOther)
	l = o.letter()
	other.get("/sign-in/link/"+l.Token).must(t, http.StatusOK)
	other.send("/sign-in/link/"+l.Token).must(t, http.StatusSeeOther)
	other.get("/my-profile").must(t, http.StatusOK)
	for _, dead := range []string{"null", "0", l.Token} {
		o.browser().get("/sign-in/link/"+dead).must(t, http.StatusNotFound).has(t, "This link does not work")
	}
}

// A81: a password of ten megabytes is refused before it is read.
func TestA81LongPassword(t *testing.T) {
	o := staffed(t)
	o.customer("ada@example.com")
	b := o.browser()
	b.get("/sign-in").must(t, http.StatusOK)
	b.send("/sign-in", "email", "ada@example.com", "password", strings.Repeat("x", 10<<20)).must(t, http.StatusRequestEntityTooLarge)
	b.send("/sign-in", "email", "ada@example.com", "password", strings.Repeat("x", 5000)).must(t, http.StatusUnprocessableEntity)
}
