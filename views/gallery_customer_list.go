package views

import "time"

// galleryCustomerList is the page My tickets.
func galleryCustomerList() []Sample {
	at := func(d time.Duration) time.Time { return galleryNow.Add(d) }
	link := func(label, count string, current bool) CustomerLink {
		return CustomerLink{Label: label, URL: "/my-tickets?queue=all", Count: count, Current: current}
	}
	rows := []CustomerRow{
		{Reference: "K7-3QX", URL: "/my-tickets/K7-3QX", Title: "Rear brake squeals after rain", Project: "City bikes", Team: "Workshop", Status: galleryStatuses["waiting"], Priority: "High", PriorityKind: "high",
			CreatedAt: at(-50 * time.Hour), ChangedAt: at(-2 * time.Hour), Unread: true, Yours: true, SayYours: true},
		{Reference: "B2-9ZZ", URL: "/my-tickets/B2-9ZZ", Title: "Order 88213: the wrong saddle arrived, and the invoice shows a third one that I never chose", Project: "Orders", Status: galleryStatuses["open"], Priority: "Normal", PriorityKind: "normal",
			CreatedAt: at(-90 * time.Hour), ChangedAt: at(-20 * time.Hour), ResponseBy: at(3 * time.Hour), ResolutionBy: at(70 * time.Hour), Reporter: "Jonas Petersen",
			Heading: []Span{{Text: "Order 88213: the wrong "}, {Text: "saddle", Match: true}, {Text: " arrived"}}, Snippet: []Span{{Text: "The "}, {Text: "saddle", Match: true}, {Text: " is brown."}}},
		{Reference: "C3-1AB", URL: "/my-tickets/C3-1AB", Title: "Where is my invoice?", Project: "Orders", Team: "Billing", Status: galleryStatuses["resolved"], Priority: "Low", PriorityKind: "low", CreatedAt: at(-900 * time.Hour), ChangedAt: at(-800 * time.Hour)},
	}
	list := CustomerList{Notices: []Notice{{Kind: "info", Text: "Your company has 6 h 30 min of support time left."}}, Away: &Away{Back: at(40 * time.Hour)},
		Queues: []CustomerLink{link("Pending", "2", false), link("Completed", "1", false), link("All", "3", true)}, Projects: []CustomerLink{link("All categories", "", true), link("City bikes", "1", false), link("Orders", "2", false)},
		States: []CustomerLink{link("Open", "1", false), link("Waiting for you", "1", true)}, Sorts: []CustomerLink{link("Last change", "", true), link("Newest", "", false)},
		Rows: rows, NewURL: "/my-tickets/new", ExportURL: "/my-tickets/export.csv", NextURL: "/my-tickets?after=x",
		Filter: CustomerListFilter{Selects: []FilterSelect{{Name: "priority", Label: "Priority", Choices: []Choice{{Label: "Any"}, {Value: "high", Label: "High"}}}}}}
	found := list
	found.Company, found.Search, found.FirstURL, found.ClearURL, found.Away = true, "saddle", "/my-tickets", "/my-tickets", &Away{}
	found.Lists = []CustomerLink{link("Mine", "", false), link("Nordwind GmbH", "", true)}
	found.SearchKeep = []Hidden{{"queue", "all"}}
	found.Filter.Keep, found.Filter.ResetURL, found.Filter.Unread, found.Filter.From = found.SearchKeep, "/my-tickets", true, "2026-11-01"
	found.Chips = []FilterChip{{"Priority", "High", "/my-tickets"}}
	samples := []Sample{
		{Name: "customer/list", Template: "customer/list", Layout: "portal", Title: "My tickets", Data: list},
		{Name: "customer/list, found in a company", Template: "customer/list", Layout: "portal", Title: "My tickets", Data: found},
	}
	for _, empty := range []string{"none", "queue", "filter", "search", "partial"} {
		bare := CustomerList{Empty: empty, NewURL: "/my-tickets/new", Queues: list.Queues, Projects: list.Projects}
		samples = append(samples, Sample{Name: "customer/list, empty: " + empty, Template: "customer/list", Layout: "portal", Title: "My tickets", Data: bare})
	}
	return samples
}
