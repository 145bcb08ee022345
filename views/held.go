package views

import "time"

// HeldPage is the input of portal/held, the page behind the link that confirms something held (PC-12).
type HeldPage struct {
	// State is empty for the question, "dropped" once its reader said that it is not theirs, and "later"
	// when a confirmed mail is still being read.
	State   string
	Project string
	// Reply: it joins a ticket, whose title Title is; otherwise it becomes one.
	Reply       bool
	Address     string
	Title, Text string
	Files       []string
	Action      string
	// DenyAction drops it.
	DenyAction string
	// NewTicketURL leads on from the other two states.
	NewTicketURL string
}

// HeldList is the input of agent/held: what waits for its sender or an agent.
type HeldList struct {
	Tabs []AgentView
	Rows []HeldRow
	// Action posts the ids of rows to be dropped; empty for who may only read.
	Action, CSRF string
	// Ticket narrows the list to what would join it; empty shows all.
	Ticket, TicketURL, AllURL string
	// Error is a whole sentence; may be empty.
	Error              string
	FirstURL, OlderURL string
}

// HeldRow is one line of it. Kind is ticket, reply or mail; Why a whole phrase.
type HeldRow struct {
	ID, URL, Kind, Icon string
	Who, Address        string
	Title, Excerpt, Why string
	Project             string
	Ticket, TicketURL   string // where it would go; empty for a new ticket
	At, Until           time.Time
	CanDecide           bool
}

// HeldItem is the input of agent/held_item.
type HeldItem struct {
	BackURL string
	HeldRow
	CSRF string
	// Over says in a sentence that it waits no longer; ResultURL leads to what it has become.
	Over, ResultURL, Result string
	// Error is a whole sentence; may be empty.
	Error string
	// KindLabel names what it is; Effect says what accepting does.
	KindLabel, Effect string
	Text, Type        string
	Fields            []PublicField
	Files             []StagedFile
	// Mark is a phrase about the sender's address, Warn that it is a doubtful one.
	Mark string
	Warn bool
	// Asked is a sentence on the mail that asks the sender; may be empty.
	Asked string
	// ContactURL and BlockURL are empty where there is no such page.
	ContactURL, BlockURL string
	Mail                 *HeldMail
	// AcceptAction and RejectAction are empty for who may not decide.
	AcceptAction, RejectAction string
	// Inputs are the choices of a mail.
	Inputs []Input
}

// HeldMail is what is known of a held mail. Checks is in the words of mail servers.
type HeldMail struct {
	From, Subject, ProvenBy, Checks string
	Size                            int64
	At                              time.Time
	OriginalURL                     string
}

// HeldNotice says on a ticket's page that something waits to join it; Count 0 shows nothing.
type HeldNotice struct {
	Count int
	URL   string
}
