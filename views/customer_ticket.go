package views

import "time"

// SignedTicket is what the page of a ticket has for a signed-in customer and for nobody else (CP-9).
type SignedTicket struct {
	// ListURL leads back to the customer's tickets, PrintURL to the page for paper.
	ListURL, PrintURL string
	CSRF              string
	// Company shares the ticket with its members; empty when the reader is none.
	Company string
	// Shared leads back to the tickets that the company shares; nil when it shares none with the reader.
	Shared *CompanyCard
	// JoinAction is set when one must join before one may reply, LeaveURL for who may leave again.
	// JoinsByReply: replying joins. ReadOnly: neither.
	JoinAction, LeaveURL   string
	JoinsByReply, ReadOnly bool
	// SeenAction marks everything up to SeenVersion as read, for browsers without scripts; empty
	// when everything is.
	SeenAction  string
	SeenVersion int64
}

// TicketSide is the input of customer/_ticket_side: what is known about a ticket at a glance. What
// is empty or zero is left out.
type TicketSide struct {
	Status    Status
	Reference string
	// Priority is 1 (low) to 4 (urgent).
	Priority                        int
	Team, Type, Company             string
	Private                         bool
	CreatedAt                       time.Time
	ResponseBy, ResolutionBy, DueAt time.Time
	Fields                          []PublicField
	// OOB is set by the templates' funcs, not by handlers.
	OOB bool
}

// LeaveTicket is the input of customer/leave, the step before one's part in a ticket ends.
type LeaveTicket struct {
	Title, Company        string
	Action, BackURL, CSRF string
}

// PrintedTicket is the input of customer/print, a ticket for paper.
type PrintedTicket struct {
	Header   ThreadHeader
	Messages []Message
	BackURL  string
}

// SeersPage is the input of customer/people: who can see a ticket.
type SeersPage struct {
	Title, BackURL string
	Notices        []Notice
	Workspace      string
	People         []TicketSeer
	// Company's members can see it, too, unless Private; may be empty.
	Company string
	Private bool
	// LeaveURL is set for who may leave. AddAction takes one of Colleagues; empty for who may add nobody.
	LeaveURL, AddAction, CSRF string
	Colleagues                []Choice
	Error                     string
}
