package desk

import (
	"context"
	"slices"
	"strings"
	"testing"

	"lodge/models"
)

func (h *house) company(name string) int64 {
	h.t.Helper()
	id, err := h.CreateCompany(context.Background(), h.ada, CompanySheet{Name: name, Sees: models.SeesCompanyAndReply})
	if err != nil {
		h.t.Fatal(err)
	}
	return id
}

// CO-4: a ticket takes the company of its reporter when there is exactly one.
func TestTicketTakesItsCompany(t *testing.T) {
	onEach(t, func(t *testing.T, h *house) {
		ctx := context.Background()
		a, b := h.company("A"), h.company("B")
		for _, m := range []struct {
			company int64
			email   string
		}{{a, "one@example.com"}, {a, "two@example.com"}, {b, "two@example.com"}} {
			if err := h.AddMember(ctx, h.ada, m.company, m.email, false); err != nil {
				t.Fatal(err)
			}
		}
		for email, want := range map[string]int64{"one@example.com": a, "two@example.com": 0, "none@example.com": 0} {
			h.filedBy("acme", email, "By "+email)
			got := h.ticketByTitle("By " + email).CompanyID
			if (got == nil) != (want == 0) || got != nil && *got != want {
				t.Errorf("%s: %v, want %d", email, got, want)
			}
		}
		// Its page lists it, and forgets nothing but the company when that is deleted.
		tickets, err := h.CompanyTickets(ctx, h.ada, a, models.ViewOpen, "")
		if err != nil || len(tickets.Tickets) != 1 || tickets.Tickets[0].Reporter.Address != "one@example.com" {
			t.Errorf("%+v, %v", tickets, err)
		}
		if ended, err := h.CompanyTickets(ctx, h.ada, a, models.ViewEnded, ""); err != nil || len(ended.Tickets) != 0 {
			t.Errorf("%+v, %v", ended, err)
		}
		_, err = h.CompanyTickets(ctx, h.ada, a, "nonsense", "")
		h.kind(err, models.KindNotFound)
		if err := h.DeleteCompany(ctx, h.ada, a); err != nil {
			t.Fatal(err)
		}
		if got := h.ticketByTitle("By one@example.com"); got.CompanyID != nil {
			t.Error("the ticket keeps a company that is gone")
		}
		if page, err := h.Contact(ctx, h.ada, h.contactOf("one@example.com").ID, ""); err != nil || len(page.Companies) != 0 {
			t.Errorf("%+v, %v", page, err)
		}
		_, err = h.Company(ctx, h.ada, a, "")
		h.kind(err, models.KindNotFound)
	})
}

// AG-3: companies have one name each, whatever its spelling; a change over another's is noticed.
func TestCompanies(t *testing.T) {
	onEach(t, func(t *testing.T, h *house) {
		ctx := context.Background()
		id := h.company(" Calder  Print ")
		h.company("100% Zeta")
		for name, field := range map[string]string{"calder print": "name", "": "name", strings.Repeat("x", 141): "name"} {
			_, err := h.CreateCompany(ctx, h.ada, CompanySheet{Name: name, Sees: models.SeesOwn})
			h.fault(err, field)
		}
		_, err := h.CreateCompany(ctx, h.ada, CompanySheet{Name: "New", Sees: "everything"})
		h.fault(err, "sees")
		sheet, err := h.CompanySheet(ctx, h.ada, id)
		if err != nil || sheet.Name != "Calder Print" {
			t.Fatalf("%+v, %v", sheet, err)
		}
		stale := *sheet
		sheet.Name, sheet.Sees, sheet.Notes = "Calder PRINT", models.SeesOwn, "Net 30."
		if err := h.ChangeCompany(ctx, h.ada, id, *sheet); err != nil {
			t.Fatal(err)
		}
		h.kind(h.ChangeCompany(ctx, h.ada, id, stale), models.KindConflict)
		h.fault(h.ChangeCompany(ctx, h.ada, id, CompanySheet{Name: "100% zeta", Sees: models.SeesOwn}), "name")
		page, err := h.Company(ctx, h.ada, id, "")
		if err != nil || page.Name != "Calder PRINT" || page.Sees != models.SeesOwn || page.Notes != "Net 30." {
			t.Errorf("%+v, %v", page, err)
		}
		for text, want := range map[string]int{"": 2, "print": 1, "PRI": 1, "%": 1, "_": 0, "nothing": 0} {
			if list, err := h.Companies(ctx, h.ada, text, ""); err != nil || len(list.Companies) != want {
				t.Errorf("%q: %+v, %v", text, list, err)
			}
		}
		log, err := models.Audit(ctx, h.db, models.AuditQuery{Kind: "company.changed", Limit: 9})
		if err != nil || len(log) != 1 || !strings.Contains(log[0].Data, "own") || strings.Contains(log[0].Data, "Net 30") {
			t.Errorf("%+v, %v", log, err)
		}
	})
}

// AG-3: members are added by address, known or not, made managers and taken out again.
func TestCompanyMembers(t *testing.T) {
	onEach(t, func(t *testing.T, h *house) {
		ctx := context.Background()
		id := h.company("Calder")
		h.filedBy("acme", "rosa@example.com", "Hers")
		rosa := h.contactOf("rosa@example.com")
		for _, email := range []string{"Rosa@example.com", "new@example.com"} {
			if err := h.AddMember(ctx, h.ada, id, email, false); err != nil {
				t.Fatal(err)
			}
		}
		if err := h.SetMember(ctx, h.ada, id, rosa.ID, true); err != nil {
			t.Fatal(err)
		}
		page, err := h.Company(ctx, h.ada, id, "")
		if err != nil || len(page.Members) != 2 || page.Members[1].Address != "rosa@example.com" || !page.Members[1].Manager || page.Members[0].Manager || page.Members[1].Last.Title != "Hers" || page.Members[0].Proven {
			t.Errorf("%+v, %v", page, err)
		}
		if list, err := h.Contacts(ctx, h.ada, ContactAsk{Company: id, Text: "rosa"}); err != nil || shown(list) != "rosa@example.com" {
			t.Errorf("%+v, %v", list, err)
		}
		if list, err := h.Companies(ctx, h.ada, "", ""); err != nil || list.Companies[0].Members != 2 || list.Companies[0].Open != 0 {
			t.Errorf("%+v, %v", list, err)
		}
		for email, field := range map[string]string{"": "address", "nonsense": "address"} {
			h.fault(h.AddMember(ctx, h.ada, id, email, false), field)
		}
		h.kind(h.AddMember(ctx, h.ada, 4711, "rosa@example.com", false), models.KindNotFound)
		h.kind(h.SetMember(ctx, h.ada, id, 4711, false), models.KindNotFound)
		if err := h.DropMember(ctx, h.ada, id, rosa.ID); err != nil {
			t.Fatal(err)
		}
		h.kind(h.DropMember(ctx, h.ada, id, rosa.ID), models.KindNotFound)
		if got, err := models.CompaniesOfContact(ctx, h.db, rosa.ID); err != nil || len(got) != 0 {
			t.Errorf("%v, %v", got, err)
		}
		h.auditLacks("rosa@")
	})
}

// CO-6, A71: a domain makes members of those who prove an address there; public mail domains
// and domains of another company are refused.
func TestCompanyDomains(t *testing.T) {
	onEach(t, func(t *testing.T, h *house) {
		ctx := context.Background()
		id, other := h.company("Calder"), h.company("Other")
		early := h.filedBy("acme", "early@calder.example", "Before the rule")
		h.reply(early, "Proven.")
		for typed, want := range map[string]string{"gmail.com": "public", "@GMX.de": "public", "eu.gmail.com": "public", "calder": "error", "a@b.example": "error", "": "error"} {
			err := h.AddDomain(ctx, h.ada, id, typed)
			h.fault(err, "domain")
			if e, _ := models.AsError(err); !strings.HasSuffix(e.Fields["domain"].Key, want) {
				t.Errorf("%q: %s", typed, e.Fields["domain"].Key)
			}
		}
		if err := h.AddDomain(ctx, h.ada, id, "@Calder.example"); err != nil {
			t.Fatal(err)
		}
		h.fault(h.AddDomain(ctx, h.ada, other, "calder.example"), "domain")
		late := h.filedBy("acme", "late@calder.example", "After it")
		claimed := h.contactOf("late@calder.example")
		if of, _ := models.CompaniesOfContact(ctx, h.db, claimed.ID); len(of) != 0 {
			t.Error("joined by claiming an address")
		}
		h.reply(late, "Proven.")
		if of, _ := models.CompaniesOfContact(ctx, h.db, claimed.ID); !slices.Equal(models.CompanyIDs(of), []int64{id}) {
			t.Errorf("%v", of)
		}
		page, err := h.Company(ctx, h.ada, id, "")
		if err != nil || page.Joinable != 1 || len(page.Members) != 1 || !slices.Equal(page.Domains, []string{"calder.example"}) {
			t.Errorf("%+v, %v", page, err)
		}
		if err := h.JoinByDomain(ctx, h.ada, id); err != nil {
			t.Fatal(err)
		}
		if page, _ := h.Company(ctx, h.ada, id, ""); page.Joinable != 0 || len(page.Members) != 2 {
			t.Errorf("%+v", page)
		}
		h.kind(h.DropDomain(ctx, h.ada, other, "calder.example"), models.KindNotFound)
		if err := h.DropDomain(ctx, h.ada, id, "calder.example"); err != nil {
			t.Fatal(err)
		}
		if page, _ := h.Company(ctx, h.ada, id, ""); len(page.Domains) != 0 || len(page.Members) != 2 {
			t.Errorf("%+v", page)
		}
	})
}

// A67: an agent of one project sees of companies only what reaches into it, and changes none.
func TestCompanyScope(t *testing.T) {
	onEach(t, func(t *testing.T, h *house) {
		ctx := context.Background()
		_, frida := h.other()
		hidden, mixed := h.company("Hidden Ltd"), h.company("Mixed Ltd")
		for email, id := range map[string]int64{"rosa@example.com": hidden, "in@example.com": mixed, "out@example.com": mixed} {
			if err := h.AddMember(ctx, h.ada, id, email, false); err != nil {
				t.Fatal(err)
			}
		}
		h.filedBy("acme", "rosa@example.com", "Hidden ticket")
		h.filedBy("acme", "in@example.com", "Acme ticket")
		h.filedBy("acme", "out@example.com", "Acme ticket of the other")
		h.filedBy("other", "in@example.com", "Other ticket")
		list, err := h.Companies(ctx, frida, "", "")
		if err != nil || len(list.Companies) != 1 || list.Companies[0].Name != "Mixed Ltd" || list.Companies[0].Members != 1 || list.Companies[0].Open != 1 || list.MayChange {
			t.Errorf("%+v, %v", list, err)
		}
		page, err := h.Company(ctx, frida, mixed, "")
		if err != nil || len(page.Members) != 1 || page.Members[0].Address != "in@example.com" {
			t.Errorf("%+v, %v", page, err)
		}
		tickets, err := h.CompanyTickets(ctx, frida, mixed, "", "")
		if err != nil || len(tickets.Tickets) != 1 || tickets.Tickets[0].Title != "Other ticket" {
			t.Errorf("%+v, %v", tickets, err)
		}
		contacts, err := h.Contacts(ctx, frida, ContactAsk{})
		if err != nil || len(contacts.Companies) != 1 {
			t.Errorf("%+v, %v", contacts, err)
		}
		_, err1 := h.Company(ctx, frida, hidden, "")
		_, err2 := h.CompanyTickets(ctx, frida, hidden, "", "")
		_, err3 := h.Contacts(ctx, frida, ContactAsk{Company: hidden})
		for _, err := range []error{err1, err2, err3} {
			h.kind(err, models.KindNotFound)
		}
		for what, err := range map[string]error{"changes": h.ChangeCompany(ctx, frida, mixed, CompanySheet{Name: "X", Sees: models.SeesOwn}), "deletes": h.DeleteCompany(ctx, frida, mixed),
			"adds": h.AddMember(ctx, frida, mixed, "x@example.com", true), "domain": h.AddDomain(ctx, frida, mixed, "x.example")} {
			if models.KindOf(err) != models.KindForbidden {
				t.Errorf("%s: %v", what, err)
			}
		}
	})
}
