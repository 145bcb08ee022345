package handlers

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"lodge/desk"
	"lodge/models"
)

// newTicket fills in the form of a signed-in customer and gives the answer; more adds to it, or
// stands in place of what is filled in.
func (b *browser) newTicket(t testing.TB, slug string, more ...string) answer {
	t.Helper()
	page := b.get("/my-tickets/new/"+slug).must(t, http.StatusOK)
	fields := url.Values{"form": {field(t, page.body, "form")}, "csrf": {b.last}, "title": {"Lamp flickers"}, "description": {"Since this morning."}}
	for i := 0; i+1 < len(more); i += 2 {
		fields.Set(more[i], more[i+1])
	}
	return b.post("/my-tickets/new/"+slug, fields)
}

// ownTicket reads the ticket that an answer leads to.
func (o *office) ownTicket(a answer) *models.Ticket {
	o.t.Helper()
	reference, of := strings.CutPrefix(a.must(o.t, http.StatusSeeOther).header.Get("Location"), "/my-tickets/")
	if !of {
		o.t.Fatalf("leads to %q", a.header.Get("Location"))
	}
	reference, _, _ = strings.Cut(reference, "?")
	t, err := models.QueueTicketByReference(o.t.Context(), o.db, reference)
	if err != nil {
		o.t.Fatal(err)
	}
	return t
}

// member makes a contact a member of a company, which is made when there is none of that name.
func (o *office) member(contact *models.Contact, company string) int64 {
	o.t.Helper()
	var id int64
	o.write(func(ctx context.Context, tx *models.Tx) (err error) {
		if id, err = models.EnsureCompany(ctx, tx, company, models.At(o.desk.Now())); err != nil {
			return err
		}
		_, err = models.SetMember(ctx, tx, id, contact.ID, false, models.At(o.desk.Now()))
		return err
	})
	return id
}

// customize changes the settings of the project "support".
func (o *office) customize(change func(p *models.Project)) {
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

// CP-8: a signed-in customer's ticket is theirs, proven and never held; the form is shown with
// who they are, and asks no address.
func TestCustomersOpenTickets(t *testing.T) {
	o := newOffice(t, nil).open()
	o.customize(func(p *models.Project) { p.Settings.VerifyAnonymous = models.VerifyAlways })
	ada := o.customer("ada@acme.example")
	b := o.signedIn(ada, desk.ByPassword)
	b.get("/my-tickets/new").must(t, http.StatusSeeOther)
	b.get("/my-tickets/new/support").must(t, http.StatusOK).has(t, "ada@acme.example", `action="/my-tickets/new/support"`).
		lacks(t, `name="email"`, `name="homepage"`, "data-pow", `name="priority"`, `name="due"`, `name="company"`, `name="private"`)
	ticket := o.ownTicket(b.newTicket(t, "support"))
	if ticket.ReporterID != ada.ID || ticket.Unproven || ticket.Private || ticket.CompanyID != nil || ticket.Priority != models.PriorityNormal {
		t.Errorf("filed as %+v", ticket)
	}
	// PC-13: the same form twice is one ticket.
	page := b.get("/my-tickets/new/support")
	fields := url.Values{"form": {field(t, page.body, "form")}, "csrf": {b.last}, "title": {"Twice"}, "description": {"Sent twice."}}
	first, again := b.post("/my-tickets/new/support", fields), b.post("/my-tickets/new/support", fields)
	if a, b := o.ownTicket(first), o.ownTicket(again); a.ID != b.ID {
		t.Errorf("two tickets: %d and %d", a.ID, b.ID)
	}
	// Somebody else's form is nobody's: it makes a ticket of their own.
	bob := o.signedIn(o.customer("bob@acme.example"), desk.ByPassword)
	bob.get("/my-tickets/new/support")
	fields.Set("csrf", bob.last)
	if other := o.ownTicket(bob.post("/my-tickets/new/support", fields)); other.ReporterID == ada.ID {
		t.Error("a foreign form led to its ticket")
	}
}

// PC-4: what is refused comes back with everything that was typed, and nothing is made.
func TestCustomersFormIsRefusedWhole(t *testing.T) {
	o := newOffice(t, nil).open()
	b := o.signedIn(o.customer("ada@acme.example"), desk.ByPassword)
	b.newTicket(t, "support", "title", "").must(t, http.StatusUnprocessableEntity).has(t, "Since this morning.", `id="title-error"`, `href="#title"`)
	page := b.get("/my-tickets/new/support")
	b.upload("/my-tickets/new/support", map[string]string{"form": field(t, page.body, "form"), "csrf": b.last, "title": "", "description": "With a picture."}, map[string]string{"lamp.txt": "flicker"}).
		must(t, http.StatusUnprocessableEntity).has(t, "lamp.txt", "With a picture.")
	// Over the limit it waits, with its text (PC-7); guests of the same network are counted apart.
	for range 5 {
		o.ownTicket(b.newTicket(t, "support"))
	}
	b.newTicket(t, "support", "description", "One too many").must(t, http.StatusTooManyRequests).has(t, "One too many")
	o.browser().get("/ticket/support").must(t, http.StatusOK)
	b.get("/my-tickets/new/nobody").must(t, http.StatusNotFound)
	b.newTicketTo(t, "/my-tickets/new/nobody").must(t, http.StatusNotFound)
}

// newTicketTo posts a whole form to an address whose page may not exist.
func (b *browser) newTicketTo(t testing.TB, path string) answer {
	t.Helper()
	return b.send(path, "title", "x", "description", "y")
}

// A73, A95: fields that the form does not have change nothing; a company of others, a wrong
// token, and nobody at all get nowhere.
func TestA73CustomersCreateWithForeignFields(t *testing.T) {
	o := newOffice(t, nil).open()
	ada, bob := o.customer("ada@acme.example"), o.customer("bob@other.example")
	acme := o.member(ada, "Acme")
	o.member(bob, "Other")
	b := o.signedIn(ada, desk.ByPassword)
	ticket := o.ownTicket(b.newTicket(t, "support", "assignee", "1", "assignee_id", "1", "team", "1", "status", "closed", "sla", "1", "parent", "1", "merge_into", "1", "links", "1",
		"priority", "urgent", "due", "2099-01-01", "private", "1", "email", "bob@other.example", "reporter_id", decimal(bob.ID), "company_id", "2", "tags", "vip"))
	if ticket.AssigneeID != nil || ticket.TeamID != nil || ticket.Priority != models.PriorityNormal || ticket.DueAt != 0 || ticket.Private || ticket.ReporterID != ada.ID || ticket.EndedAt != 0 ||
		ticket.CompanyID == nil || *ticket.CompanyID != acme {
		t.Errorf("filed as %+v", ticket)
	}
	b.newTicket(t, "support", "company", "c:Other").must(t, http.StatusUnprocessableEntity).has(t, `id="company-error"`)
	b.newTicket(t, "support", "cc", "boss@acme.example").must(t, http.StatusUnprocessableEntity)
	b.get("/my-tickets/new/support")
	b.post("/my-tickets/new/support", url.Values{"csrf": {"wrong"}, "title": {"x"}, "description": {"y"}}).must(t, http.StatusForbidden)
	theirs := o.signedIn(bob, desk.ByPassword)
	theirs.get("/my-tickets/new/support")
	b.post("/my-tickets/new/support", url.Values{"csrf": {theirs.last}, "title": {"x"}, "description": {"y"}}).must(t, http.StatusForbidden)
	o.browser().post("/my-tickets/new/support", url.Values{"title": {"x"}, "description": {"y"}}).must(t, http.StatusForbidden)
	if to := o.browser().get("/my-tickets/new/support").must(t, http.StatusSeeOther).header.Get("Location"); to != "/sign-in?next=%2Fmy-tickets%2Fnew%2Fsupport" {
		t.Errorf("a stranger is led to %q", to)
	}
}

// CO-4: exactly one company stands there and can be cleared; of several the customer says which.
func TestCustomersSayForWhom(t *testing.T) {
	o := newOffice(t, nil).open()
	ada := o.customer("ada@acme.example")
	acme := o.member(ada, "Acme")
	b := o.signedIn(ada, desk.ByPassword)
	b.get("/my-tickets/new/support").has(t, `<option value="c:Acme" selected>`)
	if ticket := o.ownTicket(b.newTicket(t, "support", "company", "c:Acme")); ticket.CompanyID == nil || *ticket.CompanyID != acme {
		t.Error("not the company's")
	}
	if ticket := o.ownTicket(b.newTicket(t, "support", "company", "-")); ticket.CompanyID != nil {
		t.Error("the company was not cleared")
	}
	zeta := o.member(ada, "Zeta")
	b.newTicket(t, "support").must(t, http.StatusUnprocessableEntity).has(t, `id="company-error"`)
	if ticket := o.ownTicket(b.newTicket(t, "support", "company", "c:Zeta")); ticket.CompanyID == nil || *ticket.CompanyID != zeta {
		t.Error("not the chosen company's")
	}
}

// CP-8: what is written is kept, for every browser of the customer, until it is sent; nobody else sees it.
func TestNewTicketDrafts(t *testing.T) {
	o := newOffice(t, nil).open()
	ada := o.customer("ada@acme.example")
	b := o.signedIn(ada, desk.ByPassword)
	b.newTicket(t, "support", "_do", "draft", "title", "Half a thought").must(t, http.StatusSeeOther)
	b.get("/my-tickets/new/support?saved=1").must(t, http.StatusOK).has(t, "Half a thought", "Your draft is saved")
	phone := o.signedIn(ada, desk.ByPassword)
	phone.get("/my-tickets/new/support").has(t, "Half a thought", "last time")
	o.signedIn(o.customer("bob@acme.example"), desk.ByPassword).get("/my-tickets/new/support").lacks(t, "Half a thought")
	phone.send("/my-tickets/new/support/draft", "title", "A whole thought", "description", "Nearly done").must(t, http.StatusSeeOther)
	b.get("/my-tickets/new/support").has(t, "A whole thought", "Nearly done")
	o.ownTicket(b.newTicket(t, "support", "title", "A whole thought"))
	b.get("/my-tickets/new/support").lacks(t, "A whole thought")
	// A script that keeps the form at the very moment it is sent brings nothing back.
	page := b.get("/my-tickets/new/support")
	form := field(t, page.body, "form")
	o.ownTicket(b.send("/my-tickets/new/support", "form", form, "title", "Sent", "description", "Sent."))
	b.send("/my-tickets/new/support/draft", "form", form, "title", "Sent", "description", "Sent.").must(t, http.StatusSeeOther)
	b.get("/my-tickets/new/support").lacks(t, `value="Sent"`)
	b.send("/my-tickets/new/support/draft", "title", "Away with it").must(t, http.StatusSeeOther)
	b.newTicket(t, "support", "_do", "discard").must(t, http.StatusSeeOther)
	b.get("/my-tickets/new/support").lacks(t, "Away with it")
}

// CP-8: by when is the end of a day by the customer's clock, today at the earliest.
func TestCustomersSayByWhen(t *testing.T) {
	o := newOffice(t, nil).open()
	o.now.Store(time.Date(2026, 11, 25, 9, 0, 0, 0, time.UTC).UnixMilli())
	o.customize(func(p *models.Project) { p.Settings.CustomerDue = true })
	b := o.signedIn(o.customer("ada@acme.example"), desk.ByPassword)
	if due := o.ownTicket(b.newTicket(t, "support", "due", "2026-11-30")).DueAt.Time(); !due.Equal(time.Date(2026, 11, 30, 23, 59, 0, 0, time.UTC)) {
		t.Errorf("due %v", due)
	}
	for _, day := range []string{"2026-11-24", "soon", "9999-01-01", "2026-02-30"} {
		b.newTicket(t, "support", "due", day).must(t, http.StatusUnprocessableEntity).has(t, `id="due-error"`)
	}
}
