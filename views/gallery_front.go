package views

import "time"

func galleryHome(signedIn bool) PortalHome {
	page := PortalHome{SearchURL: "/search", Popular: galleryArticles()[:3], Actions: []QuickAction{
		{"plus", "Create ticket", "Tell us what you need.", "/ticket"}, {"ticket", "My tickets", "See where things stand.", "/my-tickets"},
		{"book-open", "Knowledge base", "Read how things work.", "/doc"}, {"search", "Search", "Find an answer at once.", "/search"}}}
	if !signedIn {
		page.Projects, page.LostURL = []Project{galleryProject, galleryApp}, "/ticket/lost-link"
		return page
	}
	page.Name, page.SignedIn = "Ada Brandt", true
	page.Mine = &HomeTickets{URL: "/my-tickets", Active: 3, Recent: galleryHomeTickets(), States: []HomeState{
		{Status: Status{Category: "waiting", Label: "Waiting for you"}, Count: 1, URL: "/my-tickets"}, {Status: Status{Category: "open", Label: "In progress"}, Count: 2, URL: "/my-tickets"}}}
	return page
}

func galleryHomeTickets() []HomeTicket {
	at := time.Date(2026, 9, 14, 9, 30, 0, 0, time.UTC)
	return []HomeTicket{
		{Title: "Rear brake squeals after rain", Reference: "K7-3QX", Project: "Workshop", URL: "/my-tickets/K7-3QX", Status: Status{Category: "waiting", Label: "Waiting for you"}, UpdatedAt: at, Unread: true, Waiting: true},
		{Title: "Invoice for the second lock", Reference: "M2-9PD", Project: "Shop", URL: "/my-tickets/M2-9PD", Status: Status{Category: "open", Label: "In progress"}, UpdatedAt: at},
	}
}

// frontSamples are the pages around a customer's way in (CP-5, CP-8, CP-15).
func frontSamples() []Sample {
	var all []Sample
	add := func(name, template, title string, data any) {
		all = append(all, Sample{name, template, "portal", title, data})
	}
	add("portal/home, signed in", "portal/home", "", galleryHome(true))
	add("portal/home, signed in, nothing yet", "portal/home", "", PortalHome{Name: "Ada", SignedIn: true, SearchURL: "/search", Mine: &HomeTickets{URL: "/my-tickets"}})
	add("portal/search", "portal/search", "Search", PortalSearch{Action: "/search", Query: "brake", SignedIn: true, Tickets: galleryHomeTickets(), TicketsURL: "/my-tickets?q=brake", Articles: galleryArticles()[:3],
		More: []Link{{Label: "More in Workshop", URL: "/doc/workshop/search?q=brake"}}})
	add("portal/search, nothing", "portal/search", "Search", PortalSearch{Action: "/search", Query: "brake", SignInURL: "/sign-in", Partial: true})
	add("portal/search, empty", "portal/search", "Search", PortalSearch{Action: "/search"})
	add("portal/docs", "portal/docs", "Knowledge bases", PortalDocs{Projects: []Project{galleryProject, galleryApp}, NewTicketURL: "/ticket"})
	add("portal/docs, empty", "portal/docs", "Knowledge bases", PortalDocs{NewTicketURL: "/ticket"})
	add("customer/new_category", "customer/new_category", "New ticket", NewCategory{Projects: []Project{galleryProject, galleryApp}})
	add("customer/new_category, empty", "customer/new_category", "New ticket", NewCategory{})
	add("portal/create, signed in", "portal/create", "New ticket", Create{Project: galleryProject, Action: "/my-tickets/new/bikes", FieldsURL: "/my-tickets/new/bikes/fields", FormID: "sample", Upload: galleryUpload,
		Customer: &Customer{Name: "Ada Brandt", Email: "ada@brandt.example"}, Title: "Rear brake squeals after rain", Errors: map[string]string{"company": "Choose whom the ticket is for.", "due": "Choose a day from today on."},
		Own: &OwnTicket{CSRF: "token", DraftURL: "/my-tickets/new/bikes/draft", Draft: true, Category: "City bikes", CategoryURL: "/my-tickets/new",
			Company:  &Input{Kind: "select", Name: "company", Label: "For", Help: "Colleagues may see tickets of the company, as it shares them.", Error: "Choose whom the ticket is for.", Required: true, Choices: []Choice{{Label: "Please choose"}, {Value: "c:Acme", Label: "Acme"}, {Value: "-", Label: "Only for myself"}}},
			Private:  &Input{Kind: "radio", Name: "private", Label: "Who can see it", Choices: []Choice{{Label: "My company, as it shares tickets", Selected: true}, {Value: "1", Label: "Only me"}}},
			Priority: &Input{Kind: "select", Name: "priority", Label: "Priority", Choices: []Choice{{Value: "normal", Label: "Normal", Selected: true}, {Value: "high", Label: "High"}}},
			Due:      &Input{Kind: "date", Name: "due", Label: "Needed by", Min: "2026-09-14", Error: "Choose a day from today on."}}})
	all = append(all, Sample{"settings/project_domain", "settings/project_domain", "agent", "Own address", ProjectDomain{Head: ProjectHead{Title: "Own address", Name: "City bikes", ListURL: "#"}, BackURL: "#",
		Form: Form{Action: "#", Submit: "Save changes", Inputs: []Input{{Kind: "text", Name: "domain", Label: "Host name", Value: "help.bikes.example", Optional: true, Mono: true}}}, Record: "help.bikes.example. CNAME desk.example."}})
	return all
}
