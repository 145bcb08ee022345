package views

import "time"

// TicketPeople is the input of agent/participants: who takes part in a ticket and by which link.
type TicketPeople struct {
	BackURL, Title, CSRF string
	Number               int64
	People               []TicketPerson
	// Closed: the portal is off, no link opens anything.
	Closed bool
	// Form adds a person; nil for who may not.
	Form *Form
}

// TicketPerson is one line; an empty URL leaves its button out.
type TicketPerson struct {
	Name, Address, JoinedAs string
	Synthetic, Proven       bool
	Unsubscribed            bool
	// Left: has said that the ticket is not theirs.
	Left bool
	// Wish is closing or digest where they get fewer mails than all.
	Wish     string
	JoinedAt time.Time
	// LinkUntil is zero while the ticket is open.
	LinkUntil             time.Time
	LinkDead              bool
	ReplaceURL, RemoveURL string
}
