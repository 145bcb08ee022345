package views

import "time"

// PortalHome is the input of portal/home, the front page (CP-5).
type PortalHome struct {
	// Name is whom the page greets; empty for guests.
	Name string
	// LostURL is where lost links are mailed from; may be empty.
	LostURL string
	// SearchURL is the GET target of the search field (parameter q); SignedIn finds tickets, too.
	SearchURL string
	SignedIn  bool
	Actions   []QuickAction
	// Projects are shown when there is a choice.
	Projects []Project
	Popular  []ArticleLink
	// Mine is nil for guests.
	Mine *HomeTickets
	// Companies are those whose tickets the customer may list (CO-5).
	Companies []CompanyCard
}

// QuickAction is one of the large links of the front page.
type QuickAction struct{ Icon, Label, Text, URL string }

// HomeTickets is what the front page says of a customer's own tickets.
type HomeTickets struct {
	// URL lists them all.
	URL    string
	Active int
	States []HomeState
	Recent []HomeTicket
}

// HomeState is how many of them have a status; URL lists those.
type HomeState struct {
	Status Status
	Count  int
	URL    string
}

// HomeTicket is one ticket in a short list.
type HomeTicket struct {
	Title, Reference, Project, URL string
	Status                         Status
	UpdatedAt                      time.Time
	// Unread: something new since the customer looked. Waiting: it is their turn.
	Unread, Waiting bool
}

// PortalSearch is the input of portal/search: tickets of the customer and articles (CP-5).
type PortalSearch struct {
	Action, Query string
	// SignedIn shows Tickets; TicketsURL lists all that match.
	SignedIn   bool
	SignInURL  string
	Tickets    []HomeTicket
	TicketsURL string
	Articles   []ArticleLink
	// More leads to the search of one project's articles.
	More []Link
	// Partial: the index is away, so something may be missing.
	Partial bool
}

// PortalDocs is the input of portal/docs: the projects whose articles can be read.
type PortalDocs struct {
	Projects     []Project
	NewTicketURL string
}
