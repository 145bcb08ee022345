package handlers

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"lodge/desk"
	"lodge/models"
)

// CP-15: every page of the portal has the whole header and the support address; who is signed in
// is named where the page knows them, with a way out that carries their token.
func TestEveryPortalPageHasTheHeader(t *testing.T) {
	o := newOffice(t, nil).open()
	link, _ := o.file("Printer on fire")
	guest := o.browser()
	for path, want := range map[string]int{"/": 200, "/search?q=x": 200, "/doc/support": 200, "/ticket/support": 200, "/ticket/thread/" + link.Token: 200, "/ticket/thread/" + link.Token + "/people": 200,
		"/ticket/nobody": 404, "/nowhere": 404, "/ticket/lost-link": 200, "/ticket/unsubscribe/x": 404} {
		guest.get(path).must(t, want).has(t, `id="site-nav"`, `href="/doc`, `href="/ticket`, `href="/my-tickets"`, `href="/sign-in"`, `href="/sign-up"`, `name="lang"`).lacks(t, "/sign-out")
	}
	ada := o.signedIn(o.customer("ada@acme.example"), desk.ByPassword)
	for _, path := range []string{"/", "/search?q=x", "/doc/support", "/my-tickets/new/support"} {
		ada.get(path).must(t, http.StatusOK).has(t, "<span>Ada</span>", "ada@acme.example", `action="/sign-out"`, `href="/my-profile"`, `name="csrf" value="`).lacks(t, `href="/sign-in"`, `href="/sign-up"`)
	}
	// Pages behind a link alone read no session: whoever holds the link is a guest there.
	ada.get("/ticket/thread/"+link.Token).must(t, http.StatusOK).lacks(t, "ada@acme.example")
	if to := guest.get("/helpdesk").must(t, http.StatusSeeOther).header.Get("Location"); to != "/" {
		t.Errorf("/helpdesk leads to %q", to)
	}
	// A session that is over is a guest again, and breaks nothing.
	stale := o.browser()
	stale.cookies["lodge_customer"] = "nonsense"
	stale.get("/").must(t, http.StatusOK).has(t, `href="/sign-in"`)
}

// CP-12: what is closed to guests leads to the sign-in and back, and is open to customers; what
// is not there at all stays the identical page.
func TestGuestsAreLedToTheSignIn(t *testing.T) {
	o := newOffice(t, nil).open()
	link, number := o.file("Printer on fire")
	ticket, err := models.TicketByNumber(t.Context(), o.db, number)
	if err != nil {
		t.Fatal(err)
	}
	o.customize(func(p *models.Project) {
		p.Settings.AccessCreate, p.Settings.AccessTrack, p.Settings.AccessDocs = models.AccessOff, models.AccessOff, models.AccessOff
	})
	guest, ada := o.browser(), o.signedIn(o.customer("ada@acme.example"), desk.ByPassword)
	for path, want := range map[string]string{
		"/ticket/support":                           "/my-tickets/new/support",
		"/doc":                                      "/sign-in?next=%2Fdoc",
		"/doc/support":                              "/sign-in?next=%2Fdoc%2Fsupport",
		"/doc/support/search?q=a%20b":               "/sign-in?next=%2Fdoc%2Fsupport%2Fsearch%3Fq%3Da%2Bb",
		"/doc/support/nothing":                      "/sign-in?next=%2Fdoc%2Fsupport%2Fnothing",
		"/ticket/thread/" + link.Token:              "/sign-in?next=%2Fmy-tickets%2F" + ticket.Reference,
		"/ticket/thread/" + link.Token + "/people":  "/sign-in?next=%2Fmy-tickets%2F" + ticket.Reference,
		"/ticket/thread/" + link.Token + "/closure": "/sign-in?next=%2Fmy-tickets%2F" + ticket.Reference,
	} {
		if got := guest.get(path).must(t, http.StatusSeeOther).header.Get("Location"); got != want {
			t.Errorf("%s leads to %q, want %q", path, got, want)
		}
	}
	// Posts are refused where they are, and nothing is made or said.
	guest.send("/ticket/support", "email", "a@b.example", "title", "x", "description", "Kept text").must(t, http.StatusForbidden).has(t, "Kept text")
	guest.send("/ticket/support/suggestions", "title", "printer").lacks(t, "<li>")
	guest.send("/ticket/support/fields").must(t, http.StatusForbidden)
	guest.send("/ticket/thread/"+link.Token+"/replies", "body", "Hello").must(t, http.StatusForbidden)
	guest.send("/ticket/thread/"+link.Token+"/closure").must(t, http.StatusForbidden)
	if page := guest.get("/ticket/thread/"+link.Token+"/updates", "Accept", "text/html", "HX-Request", "true"); page.status == http.StatusOK || strings.Contains(page.body, "Printer on fire") {
		t.Errorf("the poll answers %d: %s", page.status, page.body)
	}
	// Unknown is unknown, whatever else is closed.
	unknown := guest.get("/ticket/nobody").must(t, http.StatusNotFound).body
	for _, path := range []string{"/ticket/thread/nonsense", "/doc/nobody"} {
		if path == "/doc/nobody" && guest.get(path).must(t, http.StatusNotFound).body != unknown {
			t.Errorf("%s is another page", path)
		}
		guest.get(path).must(t, http.StatusNotFound)
	}
	// Customers read, and open tickets, all the same.
	ada.get("/doc/support").must(t, http.StatusOK).has(t, "<span>Ada</span>")
	ada.get("/my-tickets/new/support").must(t, http.StatusOK)
	o.ownTicket(ada.newTicket(t, "support"))
	ada.get("/doc/support/search?q=x").must(t, http.StatusOK)
	// Unsubscribing still works for who has no account (NU-3).
	_, unsubscribe := o.desk.ParticipantLinks(participant(t, o, ticket.ID))
	guest.get("/ticket/unsubscribe/"+unsubscribe).must(t, http.StatusOK)
	guest.post("/ticket/unsubscribe/"+unsubscribe, nil).must(t, http.StatusOK).has(t, "Mails are off")
}

func participant(t *testing.T, o *office, ticketID int64) *models.Participant {
	t.Helper()
	people, err := models.People(t.Context(), o.db, ticketID)
	if err != nil || len(people) == 0 {
		t.Fatal(people, err)
	}
	return &people[0].Participant
}

// PC-1, CP-12: of the portal that is off, everything is the same page as what never was, whatever
// guests may do elsewhere.
func TestClosedPortalsAskNobodyToSignIn(t *testing.T) {
	o := newOffice(t, nil).open()
	link, _ := o.file("Printer on fire")
	o.customize(func(p *models.Project) {
		p.Portal, p.Settings.AccessCreate, p.Settings.AccessTrack, p.Settings.AccessDocs = models.PortalNone, models.AccessOff, models.AccessOff, models.AccessOff
	})
	unknown := o.browser().get("/ticket/nobody").must(t, http.StatusNotFound).body
	for _, path := range []string{"/ticket/support", "/doc/support"} {
		if o.browser().get(path).must(t, http.StatusNotFound).body != unknown {
			t.Errorf("%s is another page", path)
		}
	}
	o.browser().get("/ticket/thread/"+link.Token).must(t, http.StatusNotFound)
	ada := o.signedIn(o.customer("ada@acme.example"), desk.ByPassword)
	for _, path := range []string{"/my-tickets/new/support", "/doc/support"} {
		ada.get(path).must(t, http.StatusNotFound)
	}
}

// CP-5, KB-3: the front page and its search name articles of open projects that the visitor may
// read, and no other.
func TestSearchEverywhere(t *testing.T) {
	o := newOffice(t, nil).open()
	o.article("How to reset a lamp", "public")
	o.article("Secret lamp wiring", "internal")
	guest := o.browser()
	guest.get("/search?q=lamp").must(t, http.StatusOK).has(t, "How to reset a lamp", "sign-in?next=%2Fmy-tickets%3Fq%3Dlamp").lacks(t, "Secret lamp wiring")
	guest.get("/").must(t, http.StatusOK).has(t, "How to reset a lamp", `action="/search"`, `href="/ticket/support"`, `href="/doc/support"`).lacks(t, "Secret lamp wiring")
	guest.get("/search").must(t, http.StatusOK)
	guest.get("/search?q=%3Cscript%3E").must(t, http.StatusOK).lacks(t, "<script>alert", "q=<script>")
	o.customize(func(p *models.Project) { p.Settings.AccessDocs = models.AccessOff })
	guest.get("/search?q=lamp").must(t, http.StatusOK).lacks(t, "How to reset a lamp")
	guest.get("/").must(t, http.StatusOK).lacks(t, "How to reset a lamp")
	o.signedIn(o.customer("ada@acme.example"), desk.ByPassword).get("/search?q=lamp").must(t, http.StatusOK).has(t, "How to reset a lamp")
}

// article writes one of the project "support".
func (o *office) article(title, visibility string) {
	o.t.Helper()
	o.write(func(ctx context.Context, tx *models.Tx) error {
		cat, err := models.TxCatalog(ctx, tx)
		if err != nil {
			return err
		}
		now := models.At(o.desk.Now())
		return models.InsertArticle(ctx, tx, &models.Article{ProjectID: cat.ProjectBySlug("support").ID, Slug: strings.ReplaceAll(strings.ToLower(title), " ", "-"), Title: title, Body: "x", HTML: "<p>x</p>", Plain: "words",
			TOC: "[]", Visibility: visibility, Locale: "en", PublishedAt: now, CreatedAt: now, UpdatedAt: now})
	})
}

// CP-5: signed in, the front page names the customer's own tickets and leads to them; the search
// finds them beside the articles. Nobody else sees them.
func TestHomeOfACustomer(t *testing.T) {
	o := newOffice(t, nil).open()
	ada := o.customer("ada@acme.example")
	b := o.signedIn(ada, desk.ByPassword)
	b.get("/").must(t, http.StatusOK).has(t, "Hello, Ada", "You have no tickets yet")
	ticket := o.ownTicket(b.newTicket(t, "support", "title", "Lamp <b>flickers</b>"))
	b.get("/").must(t, http.StatusOK).has(t, "1 active", "Lamp &lt;b&gt;flickers", `href="/my-tickets/`+ticket.Reference+`"`, `href="/my-tickets?queue=all&amp;state=new"`, `href="/my-tickets/new/support"`).
		lacks(t, "You have no tickets yet")
	for _, other := range []*browser{o.browser(), o.signedIn(o.customer("bob@acme.example"), desk.ByPassword)} {
		other.get("/").must(t, http.StatusOK).lacks(t, ticket.Reference, "flickers")
		other.get("/search?q=lamp").must(t, http.StatusOK).lacks(t, ticket.Reference, "flickers")
	}
}
