package handlers

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"lodge/desk"
	"lodge/models"
)

// CP-4: what the switch and its waived items change is proven by tests of this file.
var _ = proves(map[string]proof{
	"company_portal":        {where: "handlers"},
	"company_portal_waived": {where: "handlers"},
})

// companyPortalTests names the proof of each setting.
var companyPortalTests = map[string][]func(*testing.T){
	"company_portal": {TestCompanyPortalOff}, "company_portal_waived": {TestCompanyPortalChecklist},
}

func TestCompanyPortalSettingsAreProven(t *testing.T) {
	for _, s := range models.SettingsIn(models.WorkspaceSettingList, models.CompanyPortalGroup) {
		if len(companyPortalTests[s.Name]) == 0 {
			t.Errorf("nothing proves %s", s.Name)
		}
	}
}

// atNord is an office where Rosa belongs to Nord, whose one ticket is Otto's.
func atNord(t *testing.T) (o *office, rosa *models.Contact, b *browser, ticket *models.Ticket) {
	o = newOffice(t, nil).open()
	rosa = o.customer("rosa@example.com")
	firm := o.company("Nord", rosa.ID)
	ticket = o.listed(o.customer("otto@example.com"), "Otto’s hose", func(k *models.Ticket) { k.CompanyID = &firm })
	return o, rosa, o.signedIn(rosa, desk.ByPassword), ticket
}

// CO-3: the company view needs a membership that sees more than one's own, and a ticket; without
// them it is not there, whoever asks.
func TestCompanyGate(t *testing.T) {
	o, rosa, b, ticket := atNord(t)
	if to := b.get("/my-company"); to.status != http.StatusSeeOther || to.header.Get("Location") != "/my-tickets?who=company&company=nord" {
		t.Fatalf("%d %s", to.status, to.header.Get("Location"))
	}
	b.get("/my-company/nord").must(t, http.StatusOK).has(t, "Nord", "Rosa", "rosa@example.com", "join their conversations")
	b.get("/my-company/other").must(t, http.StatusNotFound)
	stranger := o.signedIn(o.customer("eve@example.com"), desk.ByPassword)
	for name, change := range map[string]string{
		"sees own":           "UPDATE company_members SET sees = 'own'",
		"the company own":    "UPDATE companies SET sees = 'own'",
		"only private":       "UPDATE tickets SET private = TRUE",
		"only spam":          "UPDATE tickets SET spam_at = 1",
		"another's ticket":   "UPDATE tickets SET company_id = NULL",
		"nobody's address":   "UPDATE contacts SET proven_at = 0 WHERE address_key = 'rosa@example.com'",
		"no mailbox":         "UPDATE contacts SET synthetic = TRUE WHERE address_key = 'rosa@example.com'",
		"the portal is off":  "UPDATE projects SET portal = 'none'",
		"somebody else's is": "UPDATE company_members SET contact_id = (SELECT id FROM contacts WHERE address_key = 'otto@example.com')",
	} {
		t.Run(name, func(t *testing.T) {
			o, rosa, b, _ := atNord(t)
			o.exec(change)
			o.settle(func(s *models.WorkspaceSettings) { s.TimeLowMinutes++ }) // the catalog is read anew
			b.get("/my-company").must(t, http.StatusNotFound)
			b.get("/my-company/nord").must(t, http.StatusNotFound)
			if doors, err := o.desk.Portal().CompanyGate(t.Context(), desk.Customer{ID: rosa.ID}); err != nil || len(doors) != 0 {
				t.Errorf("%v %v", doors, err)
			}
		})
	}
	stranger.get("/my-company").must(t, http.StatusNotFound)
	stranger.get("/my-company/nord").must(t, http.StatusNotFound).lacks(t, "Rosa", ticket.Reference)
	// Several are offered; a colleague's address is whole for managers alone.
	second := o.company("Süd & Söhne/West", rosa.ID)
	o.listed(o.customer("uwe@example.com"), "Uwe’s bolt", func(k *models.Ticket) { k.CompanyID = &second })
	b.get("/my-company").must(t, http.StatusOK).has(t, "Nord", "Süd &amp; Söhne/West")
	b.get("/my-company/s%C3%BCd%20&%20s%C3%B6hne%2Fwest").must(t, http.StatusOK)
	o.exec("INSERT INTO company_members (company_id, contact_id, created_at) SELECT k.id, c.id, 1 FROM companies k, contacts c WHERE k.name_key = 'nord' AND c.address_key = 'otto@example.com'")
	b.get("/my-company/nord").must(t, http.StatusOK).has(t, "Otto", "o•••@example.com").lacks(t, "otto@example.com")
	o.exec("UPDATE company_members SET manager = TRUE WHERE contact_id = " + decimal(rosa.ID))
	b.get("/my-company/nord").must(t, http.StatusOK).has(t, "otto@example.com", "You manage this company")
}

// A71: sharing needs a confirmed address at exactly the company's domain or an agent's hand; a
// domain below it and a public one join nobody, and who is removed is out at the next request.
func TestA71CompanySharingMisused(t *testing.T) {
	o := newOffice(t, nil).open()
	o.exec("INSERT INTO companies (name, name_key, created_at) VALUES ('Nord', 'nord', 1)")
	o.exec("INSERT INTO company_domains (domain, company_id, created_at) SELECT 'nord.example', id, 1 FROM companies")
	ada := o.customer("ada@nord.example")
	at := func(k *models.Ticket) {
		o.write(func(ctx context.Context, tx *models.Tx) error {
			found, err := models.CompanyByName(ctx, tx, "Nord")
			if err == nil {
				k.CompanyID = &found.ID
			}
			return err
		})
	}
	ticket := o.listed(o.customer("otto@example.com"), "Otto’s hose", at)
	opens := func(b *browser, want int) {
		t.Helper()
		b.get("/my-tickets/"+ticket.Reference).must(t, want)
		b.get("/my-company/nord").must(t, want)
		b.get("/my-tickets?who=company&company=nord").must(t, want)
	}
	joined := o.signedIn(ada, desk.ByPassword)
	opens(joined, http.StatusOK)
	for _, address := range []string{"eve@sub.nord.example", "eve@notnord.example", "eve@nord.example.evil.example", "eve@gmail.com"} {
		opens(o.signedIn(o.customer(address), desk.ByPassword), http.StatusNotFound)
	}
	// Only claimed: whoever cannot read the mailbox joins by nothing, not even by an agent's hand.
	mallory := o.customer("mallory@example.com")
	o.exec("UPDATE contacts SET proven_at = 0 WHERE id = " + decimal(mallory.ID))
	o.exec("INSERT INTO company_members (company_id, contact_id, created_at) SELECT id, " + decimal(mallory.ID) + ", 1 FROM companies")
	opens(o.signedIn(mallory, desk.ByPassword), http.StatusNotFound)
	o.exec("DELETE FROM company_members WHERE contact_id = " + decimal(ada.ID))
	opens(joined, http.StatusNotFound)
}

// CP-4, CO-1: while the company portal is off, nothing is shared: not the view, not the list, not
// one ticket, not a manager's rights; one's own part stays.
func TestCompanyPortalOff(t *testing.T) {
	o, _, b, ticket := atNord(t)
	o.exec("UPDATE company_members SET manager = TRUE")
	b.get("/my-tickets/"+ticket.Reference).must(t, http.StatusOK)
	o.settle(func(s *models.WorkspaceSettings) { s.CompanyPortal = false })
	for _, path := range []string{"/my-company", "/my-company/nord", "/my-tickets?who=company&company=nord", "/my-tickets/export.csv?who=company", "/my-tickets/" + ticket.Reference} {
		b.get(path).must(t, http.StatusNotFound).lacks(t, "Otto’s hose")
	}
	b.get("/my-tickets").must(t, http.StatusOK).lacks(t, "who=company")
	o.signedIn(o.customerOf("otto@example.com"), desk.ByPassword).get("/my-tickets/"+ticket.Reference).must(t, http.StatusOK)
}

func (o *office) customerOf(address string) (found *models.Contact) {
	o.t.Helper()
	o.write(func(ctx context.Context, tx *models.Tx) (err error) {
		found, err = models.ContactByKey(ctx, tx, address)
		return err
	})
	return found
}

// CP-4: switching the company portal on needs each item done or knowingly waived; what is waived is
// in the audit log. A refusal keeps what was ticked and changes nothing.
func TestCompanyPortalChecklist(t *testing.T) {
	o := staffed(t)
	o.settle(func(s *models.WorkspaceSettings) { s.CompanyPortal = false })
	b := o.signIn("ines")
	on := func() bool {
		cat, err := o.db.Catalog(t.Context())
		return err == nil && desk.CompanyPortalOn(cat)
	}
	b.get(companyPortalPage).must(t, http.StatusOK).has(t, o.base+"/my-company", "Not done yet.", "0 customers").lacks(t, "Done.")
	b.send(companyPortalPage, "company_portal", "1", "waive_domain", "1", "waive_cookie", "1").must(t, http.StatusUnprocessableEntity).has(t, "Do this first", `id="waive_key-error"`)
	if on() {
		t.Fatal("on with an open item")
	}
	b.send(companyPortalPage, "company_portal", "1", "waive_domain", "1", "waive_cookie", "1", "waive_key", "1", "version", "1").must(t, http.StatusConflict)
	b.send(companyPortalPage, "company_portal", "1", "waive_domain", "1", "waive_cookie", "1", "waive_key", "1").must(t, http.StatusSeeOther)
	if !on() {
		t.Fatal("still off")
	}
	if page := b.get("/agent/settings/audit").must(t, http.StatusOK); !strings.Contains(page.body, "domain,cookie,key") {
		t.Error("nothing in the audit log")
	}
	// Saving the general page leaves the switch as it is.
	(&watched{office: o, ines: b}).set(map[string]string{"guest_docs": ""})
	if !on() {
		t.Error("another page switched it off")
	}
	// What is done needs no waiver.
	o.exec("INSERT INTO verification_keys (key_id, algorithm, material, created_at) VALUES ('k1', 'HS256', '', 1)")
	o.exec("UPDATE projects SET domain = 'help.example.com' WHERE slug = 'support'")
	b.send(companyPortalPage, "company_portal", "1", "waive_cookie", "1").must(t, http.StatusSeeOther)
	b.get(companyPortalPage).must(t, http.StatusOK).has(t, "Done.")
}

// CO-1: an agent says what one member sees instead of what the company says, from the next request on.
func TestWhatOneMemberSees(t *testing.T) {
	o := staffed(t)
	rosa := o.customer("rosa@example.com")
	firm := o.company("Nord", rosa.ID)
	ticket := o.listed(o.customer("otto@example.com"), "Otto’s hose", func(k *models.Ticket) { k.CompanyID = &firm })
	b, ines := o.signedIn(rosa, desk.ByPassword), o.signIn("ines")
	page, at := companyURL(firm), "/my-tickets/"+ticket.Reference
	sees := func(value string, want int) {
		t.Helper()
		ines.send(page+"/members/"+decimal(rosa.ID)+"/sees", "sees", value).must(t, want)
	}
	b.get(at).must(t, http.StatusOK).has(t, "Join conversation")
	sees("own", http.StatusSeeOther)
	b.get(at).must(t, http.StatusNotFound)
	b.get("/my-company/nord").must(t, http.StatusNotFound)
	ines.get(page).must(t, http.StatusOK).has(t, "Sees something else", `<option value="own" selected>`)
	sees("everything", http.StatusUnprocessableEntity)
	b.get(at).must(t, http.StatusNotFound)
	sees("company", http.StatusSeeOther)
	b.get(at).must(t, http.StatusOK).lacks(t, "Join conversation")
	sees("", http.StatusSeeOther)
	b.get(at).must(t, http.StatusOK).has(t, "Join conversation")
	ines.send(page+"/members/4711/sees", "sees", "own").must(t, http.StatusNotFound)
	o.signIn("vera").send(page+"/members/"+decimal(rosa.ID)+"/sees", "sees", "own").must(t, http.StatusForbidden)
}
