package views

import "time"

// TicketTime is the input of agent/time: the time spent on a ticket.
type TicketTime struct {
	BackURL, Title, CSRF string
	Number               int64
	// Total is the sum, as words.
	Total   string
	Entries []SpentTime
	// Left is what is left of the time that the company bought, in words; empty where none was. LeftLow
	// marks it.
	Left, LeftURL string
	LeftLow       bool
	// Form adds an entry; nil for who may not.
	Form *Form
}

// SpentTime is one entry; an empty RemoveURL leaves the button out.
type SpentTime struct {
	Agent, Spent, Note string
	At                 time.Time
	RemoveURL          string
}
