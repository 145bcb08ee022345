package views

import "time"

// galleryContacts are the samples of people outside and their companies.
func galleryContacts() []Sample {
	row := func(name, address string, open int) ContactRow {
		return ContactRow{URL: "/agent/contacts/7", Name: name, Address: address, Open: open, LastURL: "/agent/tickets/1042", LastTitle: "Brakes squeal after rain", LastAt: galleryNow.Add(-3 * time.Hour),
			Companies: []CompanyLink{{Name: "Harbour Couriers", URL: "/agent/companies/3"}}}
	}
	unproven := row("Charles Babbage", "charles@engine.example", 0)
	unproven.NotProven, unproven.LastURL, unproven.Companies = true, "", nil
	chat := row("grace#1906", "", 2)
	chat.NoMail = true
	long := row("a-very-long-mailbox-name-without-any-name@workshop-of-the-northern-quarter.example", "a-very-long-mailbox-name-without-any-name@workshop-of-the-northern-quarter.example", 120)
	rows := []ContactRow{row("Ada Byron", "ada@engine.example", 3), unproven, chat, long}
	list := Contacts{Action: "/agent/contacts", NewURL: "/agent/contacts/new", Rows: rows, MoreURL: "/agent/contacts?after=x",
		Companies: []Choice{{Label: "All companies"}, {Value: "3", Label: "Harbour Couriers"}}}
	found := Contacts{Action: "/agent/contacts", Query: "zzz", Narrowed: true, ClearURL: "/agent/contacts"}
	further := found
	further.MoreURL, further.FirstURL = "/agent/contacts?q=zzz&after=x", "/agent/contacts?q=zzz"

	history := HistoryList{Rows: []HistoryRow{
		{Number: 1042, URL: "/agent/tickets/1042", Title: "Brakes squeal after rain", Project: "City bikes", Status: galleryStatuses["open"], Assignee: "Mia Chen", UpdatedAt: galleryNow.Add(-time.Hour)},
		{Number: 977, URL: "/agent/tickets/977", Title: "Cheap watches", Project: "Rider app", Status: galleryStatuses["rejected"], Joined: "In copy", UpdatedAt: galleryNow.Add(-90 * 24 * time.Hour), Spam: true},
	}, MoreURL: "/agent/contacts/7?before=x"}
	person := ContactPage{CSRF: "token", BackURL: "/agent/contacts", Name: "Ada Byron", Address: "ada@engine.example", Language: "English", Origin: "On the portal", ProvenAt: galleryNow, CreatedAt: galleryNow,
		Aliases: []string{"ada.byron@work.example"}, Notes: "Prefers calls.\nNever on Fridays.", Tickets: history,
		Companies: []CompanyLink{{Name: "Harbour Couriers", URL: "/agent/companies/3", Manager: true, ManagerURL: "/agent/contacts/7/companies/3", DropURL: "/agent/contacts/7/companies/3/removal"}},
		Join:      &CompanyJoin{Action: "/agent/contacts/7/companies", Choices: []Choice{{Value: "4", Label: "Engine & Sons"}}, Error: "Choose a company."},
		CreateURL: "/agent/tickets/new?contact=7", EditURL: "/agent/contacts/7/edit", MergeURL: "/agent/contacts/7/merge", BlockURL: "/agent/settings/blocks?value=x", EraseURL: "/agent/contacts/7/erasure",
		NewCompanyURL: "/agent/companies/new", Failed: []FailedMailRow{{URL: "/agent/tickets/1042", Title: "Brakes squeal after rain", Error: "550 5.1.1 no such user", At: galleryNow}}}
	nobody := HistoryList{EmptyTitle: "No tickets", EmptyText: "Tickets that this person opens or takes part in appear here."}
	bare := ContactPage{BackURL: "/agent/contacts", Name: "Erased person", NoMail: true, Erased: galleryNow, Origin: "By mail", CreatedAt: galleryNow, Tickets: nobody}

	keep := MergeCard{Name: "Ada Byron", Address: "ada@engine.example", Notes: "Prefers calls.", Companies: []string{"Harbour Couriers"}, Tickets: 12}
	other := MergeCard{Name: "A. Byron", Address: "ada.byron@work.example", NotProven: true, Tickets: 2000, Many: true}
	head := CompanyHead{BackURL: "/agent/companies", Name: "Harbour Couriers", EditURL: "/agent/companies/3/edit", DeleteURL: "/agent/companies/3/deletion",
		Tabs: []AgentView{{Label: "Members", URL: "/agent/companies/3", Current: true}, {Label: "Tickets", URL: "/agent/companies/3/tickets"}}}
	manager := row("Ada Byron", "ada@engine.example", 3)
	manager.Manager, manager.ManagerURL, manager.DropURL = true, "/agent/companies/3/members/7", "/agent/companies/3/members/7/removal"
	company := CompanyPage{Head: head, CSRF: "token", Sees: "Members can read each other’s tickets.", Notes: "Net 30.", CreatedAt: galleryNow, MayChange: true, Joinable: 2,
		Domains: []DomainRow{{"harbour-couriers.example", "/agent/companies/3/domains/removal"}}, DomainsURL: "/agent/companies/3/domains", JoinsURL: "/agent/companies/3/domains/members",
		MembersURL: "/agent/companies/3/members", SuggestURL: "/agent/contacts/suggest", Members: []ContactRow{manager, unproven, chat}}
	refused := company
	refused.Members, refused.Domains, refused.Notes, refused.Joinable = nil, nil, "", 100
	refused.Address, refused.AddressError, refused.Domain, refused.DomainError = "ada@", "Enter a whole address.", "gmail.com", "Anybody can get an address at this domain."
	reported := history
	reported.Reporters = true
	reported.Rows = append([]HistoryRow(nil), history.Rows...)
	for i := range reported.Rows {
		reported.Rows[i].Reporter, reported.Rows[i].ReporterURL = "Ada Byron", "/agent/contacts/7"
	}
	page := func(name, template string, data any) Sample {
		return Sample{Name: name, Template: template, Layout: "agent", Title: "Contacts", Data: data}
	}
	return []Sample{
		page("agent/contacts", "agent/contacts", list), page("agent/contacts, nobody yet", "agent/contacts", Contacts{Action: "/agent/contacts"}),
		page("agent/contacts, nobody found", "agent/contacts", found), page("agent/contacts, nobody so far", "agent/contacts", further),
		page("agent/contact", "agent/contact", person), page("agent/contact, erased", "agent/contact", bare),
		page("agent/contact_merge", "agent/contact_merge", ContactMerge{CSRF: "token", BackURL: "/agent/contacts/7", Keep: keep, Other: &other, Action: "/agent/contacts/7/merge", OtherID: "9", SwapURL: "/agent/contacts/9/merge?with=7"}),
		page("agent/contact_merge, asking", "agent/contact_merge", ContactMerge{BackURL: "/agent/contacts/7", Keep: keep, AskURL: "/agent/contacts/7/merge", SuggestURL: "/agent/contacts/suggest", With: "nobody@", Error: "There is no contact with this address."}),
		page("agent/companies", "agent/companies", Companies{Action: "/agent/companies", NewURL: "/agent/companies/new", MoreURL: "/agent/companies?after=x",
			Rows: []CompanyRow{{URL: "/agent/companies/3", Name: "Harbour Couriers", Members: 3, Open: 100, LastAt: galleryNow}, {URL: "/agent/companies/4", Name: "Engine & Sons", Members: 100}}}),
		page("agent/companies, none", "agent/companies", Companies{Action: "/agent/companies"}),
		page("agent/companies, none found", "agent/companies", Companies{Action: "/agent/companies", Query: "zzz", ClearURL: "/agent/companies"}),
		page("agent/company", "agent/company", company), page("agent/company, refused", "agent/company", refused),
		page("agent/company_tickets", "agent/company_tickets", CompanyTickets{Head: head, States: []FilterLink{{"All", "/agent/companies/3/tickets", true}, {"Open", "/agent/companies/3/tickets?state=open", false}}, List: reported}),
		{Name: "agent/_contact_options", Template: "agent/_contact_options", Data: ContactOptions{Options: []Choice{{Value: "ada@engine.example", Label: "Ada Byron"}}}},
	}
}
