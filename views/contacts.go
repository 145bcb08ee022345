package views

import "time"

// Contacts is the input of agent/contacts: the list of people outside (AG-3). Its search form
// asks Action with FieldQuery and "company".
type Contacts struct {
	Action, Query string
	// Companies are the choices of the filter, "all" first; fewer than two leave it out.
	Companies []Choice
	// Narrowed says that a search or filter is on; ClearURL takes it off.
	Narrowed bool
	ClearURL string
	NewURL   string // empty for who may not
	Rows     []ContactRow
	// MoreURL is the next page, FirstURL the first one; empty where there is none.
	MoreURL, FirstURL string
}

// FieldQuery is the name of the field of what is searched for.
const FieldQuery = "q"

// ContactRow is a person in a list. Name and Address may each be empty, never both: then Name
// is a word that says so.
type ContactRow struct {
	URL, Name, Address  string
	NotProven, NoMail   bool
	Companies           []CompanyLink
	Open                int
	LastURL, LastTitle  string
	LastAt              time.Time
	Manager             bool
	ManagerURL, DropURL string // forms in a company's list; empty for who may not
	// SeesURL posts "sees", one of Sees; empty for managers and for who may not. SeesText says what
	// holds for this member alone; empty: as for the others.
	SeesURL, SeesText string
	Sees              []Choice
}

// CompanyLink names a company. The forms are those of a contact's page; empty for who may not.
type CompanyLink struct {
	Name, URL           string
	Manager             bool
	ManagerURL, DropURL string
}

// ContactPage is the input of agent/contact.
type ContactPage struct {
	CSRF, BackURL       string
	Name, Address       string
	NotProven, NoMail   bool
	Erased              time.Time // zero is not
	Aliases             []string
	Language, Origin    string
	ProvenAt, CreatedAt time.Time
	Notes               string
	Companies           []CompanyLink
	// Join adds a company; nil for who may not. Choices empty says that there is none to add.
	Join *CompanyJoin
	// The links of what can be done; empty where it cannot.
	CreateURL, EditURL, MergeURL, BlockURL, EraseURL, NewCompanyURL string
	// InviteURL has an invitation to the portal mailed.
	InviteURL string
	Tickets   HistoryList
	Failed    []FailedMailRow
}

// CompanyJoin is the form that adds a company to a contact: it posts "company" and "manager".
type CompanyJoin struct {
	Action  string
	Choices []Choice
	Error   string
}

// FailedMailRow is a mail that did not arrive.
type FailedMailRow struct {
	URL, Title, Error string
	At                time.Time
}

// HistoryList is the input of agent/_history: tickets of a contact or a company.
type HistoryList struct {
	Rows []HistoryRow
	// Empty are the words where there is none.
	EmptyTitle, EmptyText string
	// Of a company: who reported stands in a column of its own.
	Reporters         bool
	MoreURL, FirstURL string
}

// HistoryRow is a ticket in a history. Joined is how the contact came to it, in words.
type HistoryRow struct {
	Number                int64
	URL, Title, Project   string
	Status                Status
	Assignee, Joined      string
	Reporter, ReporterURL string
	UpdatedAt             time.Time
	Spam                  bool
}

// ContactMerge is the input of agent/contact_merge. Without Other it asks for the other one,
// with it for a last word.
type ContactMerge struct {
	CSRF, BackURL string
	AskURL        string // GET with "with"
	SuggestURL    string
	With, Error   string
	Keep          MergeCard
	Other         *MergeCard
	// Action posts "other"; SwapURL turns the two around.
	Action, OtherID, SwapURL string
}

// Problems lists what was refused.
func (m ContactMerge) Problems() []FieldError {
	if m.Error == "" {
		return nil
	}
	return []FieldError{{ID: "with", Text: m.Error}}
}

// MergeCard shows one of two contacts.
type MergeCard struct {
	Name, Address, Notes string
	NotProven            bool
	Companies            []string
	Tickets              int
	Many                 bool // Tickets and more
}

// Companies is the input of agent/companies.
type Companies struct {
	Action, Query     string
	ClearURL, NewURL  string
	Rows              []CompanyRow
	MoreURL, FirstURL string
}

// CompanyRow is a company in a list.
type CompanyRow struct {
	URL, Name string
	// Members and Open stop at 100, which reads as "99+".
	Members, Open int
	LastAt        time.Time
	// Left says that little is left of its bought time; empty where there is enough or none was bought.
	Left, LeftURL string
}

// CompanyHead is the input of agent/_company_head.
type CompanyHead struct {
	BackURL, Name      string
	EditURL, DeleteURL string
	Tabs               []AgentView
}

// CompanyPage is the input of agent/company.
type CompanyPage struct {
	Head       CompanyHead
	CSRF       string
	Sees       string // a sentence
	Notes      string
	CreatedAt  time.Time
	MayChange  bool
	Domains    []DomainRow
	DomainsURL string // POST "domain"
	JoinsURL   string // POST
	// Joinable counts who could join by domain at once; 100 reads as "99+".
	Joinable     int
	Domain       string // typed
	DomainError  string
	MembersURL   string // POST "address" and "manager"
	SuggestURL   string
	Address      string // typed
	AddressError string
	Manager      bool
	Members      []ContactRow
	MoreURL      string
	FirstURL     string
}

// Problems lists what was refused.
func (p CompanyPage) Problems() []FieldError {
	var all []FieldError
	if p.AddressError != "" {
		all = append(all, FieldError{ID: "address", Text: p.AddressError})
	}
	if p.DomainError != "" {
		all = append(all, FieldError{ID: "domain", Text: p.DomainError})
	}
	return all
}

// DomainRow is a domain whose people join by themselves; DropURL takes it away by POST of "domain".
type DomainRow struct{ Domain, DropURL string }

// CompanyTickets is the input of agent/company_tickets.
type CompanyTickets struct {
	Head   CompanyHead
	States []FilterLink
	List   HistoryList
}

// ContactOptions is the input of agent/_contact_options: what a field of an address suggests.
type ContactOptions struct{ Options []Choice }
