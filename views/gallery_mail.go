package views

import "time"

// galleryMail are the mail log and the original behind a message.
func galleryMail() []Sample {
	ago := func(d time.Duration) time.Time { return galleryNow.Add(-d) }
	log := MailLog{CSRF: "token", OlderURL: "/agent/mail?before=9", Tabs: []MailLogTab{{Label: "All", URL: "/agent/mail", Current: true}, {Label: "Held", URL: "/agent/mail?outcome=held"}},
		Lines: []MailLogLine{
			{ID: 12, Outcome: "ticket", Label: "New ticket", Project: "City bikes", From: "ada@example.com", Name: "Ada Lovelace", Subject: "Rear brake squeals after rain", At: ago(time.Hour), Size: 48_000, Ticket: "#1042 Rear brake squeals after rain", TicketURL: "/agent/tickets/1042"},
			{ID: 11, Outcome: "held", Label: "Held", Why: "The sender does not take part in the ticket.", Project: "City bikes", From: "no-reply@a-very-long-name-of-a-service.example", Subject: "Your code", At: ago(2 * time.Hour), Size: 3_000, HeldURL: "/agent/held/4"},
			{ID: 10, Outcome: "ignored", Label: "Ignored", Why: "It could not be read. Its text is kept.", At: ago(3 * time.Hour), Size: 1_200, AgainURL: "/agent/mail/10/reading"},
			{ID: 9, Label: "Being read", From: "otto@example.com", At: ago(4 * time.Hour), Size: 900},
		}}
	original := MailOriginal{BackURL: "/agent/tickets/1042#entry-1", Number: 1042, Title: "Rear brake squeals after rain", Subject: "Rear brake squeals after rain", From: "ada@example.com", At: ago(time.Hour), Size: 48_000,
		Headers: "Received: from mail.example.com\nFrom: Ada Lovelace <ada@example.com>\nSubject: Rear brake squeals after rain", Text: "Hello,\n\nthe brake squeals.\n\n> Thank you for your order", Cut: true, FileURL: "/agent/tickets/1042/messages/1/original.eml"}
	bare := original
	bare.Subject, bare.Text, bare.Cut = "", "", false
	return []Sample{
		{"settings/mail_log", "settings/mail_log", "agent", "Mail log", log},
		{"settings/mail_log, empty", "settings/mail_log", "agent", "Mail log", MailLog{CSRF: "token", Filtered: true}},
		{"agent/original", "agent/original", "agent", "Original mail", original},
		{"agent/original, headers alone", "agent/original", "agent", "Original mail", bare},
	}
}
