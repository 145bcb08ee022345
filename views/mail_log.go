package views

import "time"

// MailLog is the input of settings/mail_log: the mails that came in.
type MailLog struct {
	CSRF                string
	Tabs                []MailLogTab
	Filtered            bool
	Lines               []MailLogLine
	OlderURL, NewestURL string
}

// MailLogTab chooses one outcome.
type MailLogTab struct {
	Label, URL string
	Current    bool
}

// MailLogLine is one mail. Label is its outcome in a word, Why the reason in a sentence.
type MailLogLine struct {
	ID                           int64
	Outcome, Label, Why          string
	Project, From, Name, Subject string
	At                           time.Time
	Size                         int64
	Ticket, TicketURL            string
	HeldURL                      string
	AgainURL                     string // reads it again; empty where that is no use
}

// MailOriginal is the input of agent/original: the mail behind a message. Text is all of what it
// says, empty when only the headers are shown.
type MailOriginal struct {
	BackURL       string
	Number        int64
	Title         string
	Subject, From string
	At            time.Time
	Size          int64
	Headers, Text string
	Cut           bool
	FileURL       string
}
