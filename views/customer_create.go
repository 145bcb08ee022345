package views

// OwnTicket is what a signed-in customer is asked on the form for a new ticket besides what guests
// are; a nil input is not asked.
type OwnTicket struct {
	CSRF string
	// DraftURL receives what is typed, now and then; Draft: there is something kept.
	DraftURL string
	Draft    bool
	// Category is the project; CategoryURL leads to the others, empty when there is one only.
	Category, CategoryURL string
	Company, Private      *Input
	// Alone: no colleague sees the ticket, whatever the company shares.
	Alone         bool
	Priority, Due *Input
}

// NewCategory is the input of customer/new_category: which project a new ticket is for.
type NewCategory struct{ Projects []Project }
