package views

import (
	"strings"
	"testing"
	"time"
)

type notifyShowing struct {
	kind string
	mail Mail
}

// notifyMailCases are the mails about a status, about others' answers, about several answers at
// once, and the digest (NU-1, NU-4).
func notifyMailCases() map[string]notifyShowing {
	at := time.Date(2026, 11, 24, 9, 5, 0, 0, time.UTC)
	status, closed, customer, batch, digest := sampleMail, sampleMail, sampleMail, sampleMail, sampleMail
	status.Text, status.HTML, status.Files, status.Status = "", "", nil, "Waiting for you"
	closed.Text, closed.HTML, closed.Files, closed.Status, closed.Over, closed.ReopenDays = "", "", nil, "Resolved", true, 14
	customer.Author, customer.Files = "Charles Babbage", nil
	unproven := customer
	unproven.Title, unproven.Name, unproven.Author, unproven.Text, unproven.HTML = "", "", "", "", ""
	batch.Status, batch.Over = "Resolved", true
	batch.Messages = []MailMessage{{Author: "Mia Chen", Text: "New pads are on their way.", HTML: "<p>New pads are on their way.</p>", At: at},
		{Author: "Tom Weber", Text: "They left our house at noon.", HTML: "<p>They left our house at <strong>noon</strong>.</p>", At: at.Add(3 * time.Minute)}}
	digest.UnsubscribeURL = "https://help.northwind.example/ticket/preferences/own-token/all"
	digest.Reference = ""
	digest.News = []MailNews{{Title: sampleMail.Title, Link: sampleMail.Link, Status: "Waiting for you", Answers: 2, Replies: 1, Opened: at},
		{Link: "https://help.northwind.example/ticket/thread/other-token", Status: "Resolved", Opened: at}}
	return map[string]notifyShowing{"status_changed": {MailStatusChanged, status}, "closed": {MailClosed, closed}, "customer_replied": {MailCustomerReplied, customer},
		"customer_replied-unproven": {MailCustomerReplied, unproven}, "agent_replied-batch": {MailAgentReplied, batch}, "digest": {MailDigest, digest}}
}

// NU-4: every mail to somebody outside leads to their own choice of mails; none to agents does.
func TestMailsLeadToPreferences(t *testing.T) {
	v := open(t)
	for name, c := range mailCases() {
		// Whoever has nothing but a held message has no choice to make yet.
		outside := c.mail.PreferencesURL != "" && c.kind != MailConfirm
		_, plain, page, err := v.Mail("en", c.kind, c.mail)
		if err != nil {
			t.Fatal(err)
		}
		for part, text := range map[string]string{"text": plain, "HTML": page} {
			if strings.Contains(text, "/ticket/preferences/own-token") != outside {
				t.Errorf("%s, %s: preferences %v", name, part, !outside)
			}
		}
	}
}
