package handlers

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"lodge/desk"
	"lodge/models"
)

// AG-3, EV-3: a contact is made, found, changed and kept over a stale page, all by plain forms;
// what is refused keeps everything that was typed.
func TestContactPages(t *testing.T) {
	o := staffed(t)
	b := o.signIn("grace")
	b.get("/agent/contacts").must(t, http.StatusOK).has(t, "No contacts yet", "/agent/contacts/new", `aria-current="page">Contacts`)
	b.get("/agent/contacts/new").must(t, http.StatusOK)
	b.send("/agent/contacts", "name", "Rosa <b>", "address", "not an address", "notes", "Half typed", "locale", "de").must(t, http.StatusUnprocessableEntity).
		has(t, "Rosa &lt;b&gt;", `value="not an address"`, "Half typed", `href="#address"`, `id="address-error"`)
	made := b.send("/agent/contacts", "name", "Rosa Calder", "address", "rosa@calder.example", "notes", "Prefers <i>calls</i>", "locale", "de").must(t, http.StatusSeeOther)
	page := strings.TrimSuffix(made.header.Get("Location"), "?saved=1")
	b.get(page+"?saved=1").must(t, http.StatusOK).has(t, "Saved.", "Rosa Calder", "rosa@calder.example", "address not proven", "Prefers &lt;i&gt;calls", "Deutsch", "Added by your team",
		"/agent/tickets/new?contact=", "/agent/settings/blocks?value=rosa%40calder.example", "No tickets").lacks(t, "/erasure")
	b.get("/agent/contacts?q=cald").must(t, http.StatusOK).has(t, page, "Rosa Calder")
	b.get("/agent/contacts?q=nobody").must(t, http.StatusOK).has(t, "Nobody found", `value="nobody"`).lacks(t, page)
	b.get("/agent/contacts?company=nonsense").must(t, http.StatusNotFound)
	b.get("/agent/contacts?after=nonsense").must(t, http.StatusNotFound)
	b.get("/agent/contacts/suggest?q=rosa", "HX-Request", "true").must(t, http.StatusOK).has(t, `<option value="rosa@calder.example">Rosa Calder</option>`).lacks(t, "<html")
	b.get("/agent/contacts/suggest?address=rosa", "HX-Request", "true").must(t, http.StatusOK).has(t, "rosa@calder.example")
	version := field(t, b.get(page+"/edit").must(t, http.StatusOK).body, "version")
	b.send(page, "version", version, "name", "Rosa C.", "address", "rosa@calder.example").must(t, http.StatusSeeOther)
	again := b.send(page, "version", version, "name", "Over it", "address", "rosa@calder.example").must(t, http.StatusConflict).has(t, "Over it", "Somebody else changed")
	b.send(page, "version", field(t, again.body, "version"), "name", "Over it", "address", "rosa@calder.example").must(t, http.StatusSeeOther)
	b.get(page).has(t, "Over it")
	// A viewer reads, and is offered nothing that they may not do.
	o.signIn("vera").get(page).must(t, http.StatusOK).has(t, "Over it").lacks(t, page+"/edit", page+"/merge", "/erasure", "tickets/new", "settings/blocks", "<select")
	o.signIn("frida").get(page).must(t, http.StatusNotFound)
}

// AG-3: history, companies, merging and erasing by their pages.
func TestContactDeeds(t *testing.T) {
	o := staffed(t)
	o.file("The pump hums")
	b := o.signIn("ines")
	b.get("/agent/contacts").must(t, http.StatusOK).has(t, "ada@example.com", "The pump hums", `title="address not proven"`)
	b.get("/agent/contacts/1").must(t, http.StatusOK).has(t, "The pump hums", "chip--new", "/agent/contacts/1/erasure", "Make a company to add them to")
	b.send("/agent/companies", "name", "Pump Ltd", "sees", "company", "notes", "Net 30").must(t, http.StatusSeeOther)
	b.get("/agent/contacts/1").has(t, `<option value="1">Pump Ltd`)
	b.send("/agent/contacts/1/companies", "company", "").must(t, http.StatusUnprocessableEntity).has(t, "Choose a company.")
	b.send("/agent/contacts/1/companies", "company", "1").must(t, http.StatusSeeOther)
	b.send("/agent/contacts/1/companies/1", "manager", "1").must(t, http.StatusSeeOther)
	b.get("/agent/contacts/1").has(t, "Pump Ltd", "No longer manager").lacks(t, `<option value="1">Pump Ltd`)
	b.get("/agent/contacts?company=1").must(t, http.StatusOK).has(t, "ada@example.com", `value="1" selected`)
	b.send("/agent/contacts", "address", "ada.work@example.com", "name", "Ada at work").must(t, http.StatusSeeOther)
	b.get("/agent/contacts/1/merge").must(t, http.StatusOK).has(t, `name="with"`)
	b.get("/agent/contacts/1/merge?with=nobody@example.com").must(t, http.StatusUnprocessableEntity).has(t, "There is no contact with this address.", `value="nobody@example.com"`)
	b.get("/agent/contacts/1/merge?with=ada@example.com").must(t, http.StatusUnprocessableEntity).has(t, "This is the same contact.")
	b.get("/agent/contacts/1/merge?with=ada.work@example.com").must(t, http.StatusOK).has(t, "Ada at work", "Pump Ltd", `name="other" value="2"`, "/agent/contacts/2/merge?with=1")
	b.send("/agent/contacts/1/merge", "other", "2").must(t, http.StatusSeeOther)
	b.get("/agent/contacts/2").must(t, http.StatusSeeOther)
	b.get("/agent/contacts/1").has(t, "ada.work@example.com", "Also known as")
	b.get("/agent/contacts/1/erasure").must(t, http.StatusOK).has(t, "Anonymise Ada")
	b.send("/agent/contacts/1/erasure").must(t, http.StatusUnprocessableEntity).has(t, "Tick the box to confirm.")
	b.get("/agent/contacts/1").has(t, "ada@example.com")
	b.send("/agent/contacts/1/erasure", "confirm", "1").must(t, http.StatusSeeOther)
	b.get("/agent/contacts/1").must(t, http.StatusOK).has(t, "Erased person", "Anonymised", "The pump hums").lacks(t, "ada@example.com", "ada.work", "@erased.invalid", "/edit", "tickets/new")
	b.get("/agent/contacts/1/erasure").must(t, http.StatusNotFound)
	b.get("/agent/contacts").lacks(t, "ada@", "Erased person")
}

// CO-4, CO-6: a company's page: members, domains, tickets, and its end.
func TestCompanyPages(t *testing.T) {
	o := staffed(t)
	b := o.signIn("grace")
	b.get("/agent/companies").must(t, http.StatusOK).has(t, "No companies yet")
	b.send("/agent/companies", "name", "", "sees", "own", "notes", "Kept").must(t, http.StatusUnprocessableEntity).has(t, "Give the company a name.", "Kept", `value="own" checked`)
	b.send("/agent/companies", "name", "Pump & Co", "sees", "own").must(t, http.StatusSeeOther)
	b.send("/agent/companies", "name", "PUMP & co", "sees", "own").must(t, http.StatusUnprocessableEntity).has(t, "already a company of this name")
	page := "/agent/companies/1"
	b.get(page).must(t, http.StatusOK).has(t, "Pump &amp; Co", "No members yet", "only tickets they opened")
	b.send(page+"/members", "address", "nonsense", "manager", "1").must(t, http.StatusUnprocessableEntity).has(t, `value="nonsense"`, `id="address-error"`, `value="1" checked`)
	b.send(page+"/members", "address", "ada@example.com").must(t, http.StatusSeeOther)
	b.send(page+"/domains", "domain", "gmail.com").must(t, http.StatusUnprocessableEntity).has(t, `value="gmail.com"`, "Anybody can get an address")
	b.send(page+"/domains", "domain", "pump.example").must(t, http.StatusSeeOther)
	_, number := o.file("The pump hums")
	b.get(page).has(t, "ada@example.com", "@pump.example", ticketURL(number), "Last activity")
	b.get(page+"/tickets").must(t, http.StatusOK).has(t, "The pump hums", "/agent/contacts/1")
	b.get(page+"/tickets?state=ended").must(t, http.StatusOK).lacks(t, "The pump hums")
	b.get(page+"/tickets?state=x").must(t, http.StatusNotFound)
	b.get(page+"/tickets?before=x").must(t, http.StatusNotFound)
	b.get("/agent/companies?q=pump").must(t, http.StatusOK).has(t, page)
	b.get("/agent/companies?q=zzz").must(t, http.StatusOK).has(t, "No company found")
	b.send(page+"/members/1", "manager", "1").must(t, http.StatusSeeOther)
	b.get(page).has(t, "No longer manager")
	version := field(t, b.get(page+"/edit").must(t, http.StatusOK).body, "version")
	b.send(page, "version", version, "name", "Pumps", "sees", "company").must(t, http.StatusSeeOther)
	b.send(page, "version", version, "name", "Stale", "sees", "company").must(t, http.StatusConflict).has(t, "Stale", "Somebody else changed this company")
	b.send(page+"/members/1/removal").must(t, http.StatusSeeOther)
	b.send(page+"/members/1/removal").must(t, http.StatusNotFound)
	b.send(page+"/domains/removal", "domain", "pump.example").must(t, http.StatusSeeOther)
	b.send(page+"/deletion").must(t, http.StatusUnprocessableEntity)
	b.send(page+"/deletion", "confirm", "1").must(t, http.StatusSeeOther)
	b.get(page).must(t, http.StatusNotFound)
	b.get(ticketURL(number)).must(t, http.StatusOK)
}

// AG-3, CO-4: what agents keep of a contact and a company is on no public page, and in no answer
// that a reporter's browser gets.
func TestContactsStayInside(t *testing.T) {
	o := staffed(t)
	ctx, ines := t.Context(), o.actor("ines")
	k, err := o.desk.CreateCompany(ctx, ines, desk.CompanySheet{Name: "Zebrafish Holding", Notes: "quagga clause", Sees: models.SeesCompanyAndReply})
	if err != nil {
		t.Fatal(err)
	}
	if err := o.desk.AddMember(ctx, ines, k, "ada@example.com", true); err != nil {
		t.Fatal(err)
	}
	if err := o.desk.AddDomain(ctx, ines, k, "wombat.example"); err != nil {
		t.Fatal(err)
	}
	link, _ := o.file("The pump hums")
	if err := o.desk.ChangeContact(ctx, ines, 1, desk.ContactSheet{Name: "Ada", Address: "ada@example.com", Notes: "okapi warning"}); err != nil {
		t.Fatal(err)
	}
	alias, err := o.desk.CreateContact(ctx, ines, desk.ContactSheet{Address: "numbat.private@example.com", Name: "Numbat"})
	if err != nil {
		t.Fatal(err)
	}
	if err := o.desk.MergeContacts(ctx, ines, 1, alias); err != nil {
		t.Fatal(err)
	}
	o.signIn("grace").get("/agent/companies/1").has(t, "Zebrafish", "quagga", "wombat") // the words are there to be leaked
	reporter := o.browser()
	thread := "/ticket/thread/" + link.Token
	secret := []string{"Zebrafish", "zebrafish", "quagga", "okapi", "wombat", "numbat", "Numbat"}
	for _, path := range []string{thread, thread + "/updates?after=0", "/ticket/support", "/ticket", "/", "/doc/support", thread + "/close", "/ticket/unsubscribe/" + link.Token} {
		a := reporter.get(path).lacks(t, secret...)
		for name, values := range a.header {
			for _, word := range secret {
				if strings.Contains(strings.Join(values, " "), word) {
					t.Errorf("%s: the header %s holds %s", path, name, word)
				}
			}
		}
	}
	reporter.get(thread).must(t, http.StatusOK).has(t, "The pump hums")
	reporter.get("/agent/contacts/1").must(t, http.StatusSeeOther).lacks(t, secret...)
	reporter.post("/agent/contacts/1/erasure", url.Values{"confirm": {"1"}}).must(t, http.StatusForbidden)
}
