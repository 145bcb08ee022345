package views

import (
	"strings"
	"testing"
	"time"
)

// closingMailCases are the reminder that a ticket closes by itself, with and without a day, and the
// mail about the closing (NU-1).
func closingMailCases() map[string]notifyShowing {
	reminder := sampleMail
	reminder.Text, reminder.HTML, reminder.Files, reminder.CanReply = "", "", nil, true
	reminder.ClosesOn = time.Date(2026, 11, 28, 0, 0, 0, 0, time.UTC)
	alone, unproven, closed := reminder, reminder, reminder
	alone.ClosesOn, alone.CanReply = time.Time{}, false
	unproven.Title, unproven.Name = "", ""
	closed.ClosesOn, closed.CanReply = time.Time{}, false
	closed.Status, closed.Over, closed.SilentDays = "Closed", true, 8
	return map[string]notifyShowing{"reminder": {MailReminder, reminder}, "reminder-open": {MailReminder, alone}, "reminder-unproven": {MailReminder, unproven}, "closed-silent": {MailClosed, closed}}
}

// Closing by itself: the reminder says on which day it closes and that an answer keeps it open, also
// among a project's own words that forgot the place for it; so does the closing with its reason.
func TestOwnWordsKeepWhyATicketCloses(t *testing.T) {
	v := open(t)
	cases := closingMailCases()
	for name, must := range map[string][]string{
		"reminder":      {"Own words", "closes by itself on Saturday, 28 November 2026", "Any answer keeps it open"},
		"reminder-open": {"Own words", "A short answer is enough"},
		"closed-silent": {"Own words", "We closed it because we did not hear from you for 8 days.", "opens the ticket again"},
	} {
		c := cases[name]
		c.mail.Own = &MailOwn{Subject: "Own {title}", Body: "Own words"}
		subject, text, html, err := v.Mail("en", c.kind, c.mail)
		if err != nil {
			t.Fatal(err)
		}
		for _, want := range must {
			for part, all := range map[string]string{"text": oneLine(text), "HTML": oneLine(tags.ReplaceAllString(html, " "))} {
				if strings.Count(all, want) != 1 {
					t.Errorf("%s: the %s holds %q %d times:\n%s", name, part, want, strings.Count(all, want), all)
				}
			}
		}
		if !strings.HasPrefix(subject, "Own ") {
			t.Errorf("%s: the subject is %q", name, subject)
		}
	}
}

// Closing by itself never asks how the help was: no mail of it holds a question about that.
func TestClosingMailsAskForNoRating(t *testing.T) {
	v := open(t)
	for name, c := range closingMailCases() {
		for _, lang := range []string{"en", "de"} {
			subject, text, html, err := v.Mail(lang, c.kind, c.mail)
			if err != nil {
				t.Fatal(err)
			}
			for _, word := range []string{"feedback", "rating", "rate ", "satisf", "survey", "bewert", "zufrieden", "umfrage"} {
				if strings.Contains(strings.ToLower(subject+text+html), word) {
					t.Errorf("%s, %s: asks for a rating: %q", name, lang, word)
				}
			}
		}
	}
}
