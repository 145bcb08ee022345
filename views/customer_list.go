package views

import "time"

// CustomerLink leads to another list of a customer's tickets; Count is how many it has, as text,
// empty where nobody counts.
type CustomerLink struct {
	Label, URL, Count string
	Current           bool
}

// CustomerRow is a line of a customer's list (CP-6).
type CustomerRow struct {
	Reference, URL, Title, Project, Team string
	Status                               Status
	// Priority is its word as it is shown, PriorityKind one of low, normal, high, urgent.
	Priority, PriorityKind string
	CreatedAt, ChangedAt   time.Time
	// ResponseBy and ResolutionBy are in the zone of the working hours; zero shows nothing.
	ResponseBy, ResolutionBy time.Time
	// Unread: something is new. Yours: the customer is waited for.
	Unread, Yours bool
	// SayYours: the status does not say it already.
	SayYours bool
	// Reporter is shown in lists of a company.
	Reporter string
	// Heading and Snippet are what a search found.
	Heading, Snippet []Span
}

// CustomerListFilter is the panel that narrows a list; names of its fields are those of the address.
type CustomerListFilter struct {
	Keep     []Hidden
	Selects  []FilterSelect
	From, To string
	Unread   bool
	ResetURL string
}

// CustomerList is the input of customer/list, the page My tickets (CP-6, CP-7).
type CustomerList struct {
	// Lists are one's own and those of the companies; fewer than two are not shown.
	Lists   []CustomerLink
	Notices []Notice
	// Away is nil while somebody is at work.
	Away *Away

	Queues, Projects, States, Sorts []CustomerLink

	Search     string
	SearchKeep []Hidden
	ClearURL   string
	Filter     CustomerListFilter
	Chips      []FilterChip

	Rows []CustomerRow
	// Company: the rows say who opened them.
	Company bool
	// Empty says why there are no rows: none, queue, filter, search or partial.
	Empty string

	FirstURL, NextURL, ExportURL, NewURL string
}
