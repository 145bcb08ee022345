package handlers

import (
	"context"
	"database/sql"
	"net/http"
	"path/filepath"
	"strings"
	"testing"

	"lodge/desk"
	"lodge/models"
)

// CP-6, CP-7, CP-11: a customer's own tickets, and no one else's, by page and by CSV.
func TestMyTicketsAreMine(t *testing.T) {
	o := newOffice(t, nil).open()
	rosa, otto := o.customer("rosa@example.com"), o.customer("otto@example.com")
	mine := o.listed(rosa, "=HYPERLINK(1) Rosa’s pump")
	theirs := o.listed(otto, "Otto’s hose")
	spam := o.listed(rosa, "Buy gold", func(k *models.Ticket) { k.SpamAt = 1 })
	b := o.signedIn(rosa, desk.ByPassword)
	b.get("/my-tickets").must(t, http.StatusOK).has(t, mine.Reference, "Rosa’s pump", `href="/my-tickets/`+mine.Reference+`"`, "is-unread").
		lacks(t, theirs.Reference, "Otto’s hose", "otto@", spam.Reference, "#"+decimal(mine.Number))
	b.get("/my-tickets?queue=completed").must(t, http.StatusOK).lacks(t, mine.Reference, theirs.Reference)
	b.get("/my-tickets?queue=all&project=nothing").must(t, http.StatusOK).has(t, "No ticket matches").lacks(t, mine.Reference)
	// A company that they are no member of is as one that is not there.
	b.get("/my-tickets?who=company&company=nord").must(t, http.StatusNotFound)
	b.get("/my-tickets/export.csv?who=company").must(t, http.StatusNotFound)
	b.get("/my-tickets/export.csv?queue=all").must(t, http.StatusOK).has(t, "\ufeff", mine.Reference, "'=HYPERLINK").lacks(t, theirs.Reference, "Otto", spam.Reference)
	if to := b.get("/my-tickets?queue=all&state=&q="); to.status != http.StatusSeeOther || to.header.Get("Location") != "/my-tickets?queue=all" {
		t.Errorf("empty fields: %d %s", to.status, to.header.Get("Location"))
	}
	// What has been read is no news; a portal that is off shows nothing, numbers neither.
	o.write(func(ctx context.Context, tx *models.Tx) error {
		p, err := models.People(ctx, tx, mine.ID)
		if err != nil {
			return err
		}
		return models.SeenByCustomer(ctx, tx, p[0].ID, mine.PublicVersion, 2)
	})
	b.get("/my-tickets").must(t, http.StatusOK).has(t, mine.Reference).lacks(t, "is-unread")
	b.get("/my-tickets?unread=1").must(t, http.StatusOK).lacks(t, mine.Reference)
}

// CP-11, CO-1: what a company shares is listed, private tickets and those of others never; who is
// taken out sees nothing at the next request (A71), and every number counts visible rows only (A72).
func TestMyTicketsOfACompany(t *testing.T) {
	o := newOffice(t, nil).open()
	rosa, otto := o.customer("rosa@example.com"), o.customer("otto@example.com")
	firm := o.company("Nord", rosa.ID)
	o.listed(rosa, "Rosa’s pump")
	shared := o.listed(otto, "Otto’s hose", func(k *models.Ticket) { k.CompanyID = &firm })
	private := o.listed(otto, "Otto’s secret valve", func(k *models.Ticket) { k.CompanyID, k.Private = &firm, true })
	b := o.signedIn(rosa, desk.ByPassword)
	const list = "/my-tickets?who=company&company=nord"
	b.get(list).must(t, http.StatusOK).has(t, shared.Reference, "Otto’s hose", `All <span class="my-list__count">1</span>`).lacks(t, private.Reference, "Rosa’s pump")
	b.get("/my-tickets?queue=all").must(t, http.StatusOK).has(t, "Nord", `All <span class="my-list__count">1</span>`).lacks(t, shared.Reference)
	b.get("/my-tickets/export.csv?who=company").must(t, http.StatusOK).has(t, shared.Reference).lacks(t, private.Reference, "secret valve")
	own := o.signedIn(otto, desk.ByPassword)
	own.get("/my-tickets").must(t, http.StatusOK).has(t, private.Reference, shared.Reference)
	own.get(list).must(t, http.StatusNotFound)
	o.exec("UPDATE company_members SET sees = 'own'")
	b.get(list).must(t, http.StatusNotFound)
	b.get("/my-tickets").must(t, http.StatusOK).lacks(t, "who=company")
	o.exec("UPDATE company_members SET manager = TRUE")
	b.get(list).must(t, http.StatusOK).has(t, shared.Reference)
	o.exec("DELETE FROM company_members")
	b.get(list).must(t, http.StatusNotFound)
}

// listed files a ticket for a contact by the verbs' own rows.
func (o *office) listed(who *models.Contact, title string, change ...func(*models.Ticket)) *models.Ticket {
	o.t.Helper()
	cat, err := o.db.Catalog(o.t.Context())
	if err != nil {
		o.t.Fatal(err)
	}
	p, now := cat.Projects[0], models.At(o.desk.Now())
	status := p.Status(*p.InitialStatusID)
	k := &models.Ticket{ProjectID: p.ID, Reference: "R" + strings.ToUpper(who.AddressKey[:2]) + "-" + decimal(int64(len(title))), Title: title, StatusID: status.ID, Category: status.Category, RawFields: "[]",
		Priority: models.PriorityNormal, ReporterID: who.ID, Version: 1, PublicVersion: 1, CreatedAt: now, UpdatedAt: now, PublicAt: now}
	for _, f := range change {
		f(k)
	}
	o.write(func(ctx context.Context, tx *models.Tx) error {
		if err := models.InsertTicket(ctx, tx, k); err != nil {
			return err
		}
		return models.InsertParticipant(ctx, tx, &models.Participant{TicketID: k.ID, ContactID: who.ID, JoinedAs: models.JoinedReporter, CreatedAt: now})
	})
	return k
}

// exec changes rows past the verbs of other pages.
func (o *office) exec(query string) {
	o.t.Helper()
	raw, err := sql.Open("sqlite", "file:"+filepath.Join(o.dir, "lodge.db")+"?_pragma=busy_timeout(5000)")
	if err != nil {
		o.t.Fatal(err)
	}
	defer raw.Close()
	if _, err := raw.Exec(query); err != nil {
		o.t.Fatal(err)
	}
}
