package desk

// Where a mail is, beyond the states of a delivery: it was sent, and not by itself.
const (
	MailTogether = "together" // with others in one mail
	MailDigested = "digested" // in the daily digest
)
