package handlers

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"lodge/desk"
	"lodge/models"
)

// mailPosted are the ways in which providers post a mail to a web address.
func mailPosted() map[string]string {
	raw := "From: Rosa <rosa@example.com>\r\nTo: support@lodge.example\r\nSubject: POSTEDMAIL\r\nMessage-ID: <posted@example.com>\r\n\r\nPOSTEDMAIL\r\n"
	form := url.Values{"from": {"rosa@example.com"}, "sender": {"rosa@example.com"}, "recipient": {"support@lodge.example"}, "to": {"support@lodge.example"}, "subject": {"POSTEDMAIL"},
		"email": {raw}, "body-plain": {"POSTEDMAIL"}, "body-mime": {raw}, "text": {"POSTEDMAIL"}, "timestamp": {"1795000000"}, "token": {"t"}, "signature": {"s"}}
	return map[string]string{
		"message/rfc822":                    raw,
		"application/x-www-form-urlencoded": form.Encode(),
		"application/json":                  fmt.Sprintf(`{"From":"rosa@example.com","To":"support@lodge.example","Subject":"POSTEDMAIL","TextBody":"POSTEDMAIL","RawEmail":%q}`, raw),
	}
}

// A31: mail comes in by a mail server or a mailbox, never by a web address: what providers post to
// is no address of ours, and at those that are ours a posted mail is none.
func TestNoWebAddressTakesMail(t *testing.T) {
	o := newOffice(t, nil).open()
	o.openToAll()
	link, number := o.file("A ticket that stays")
	taken := func() string {
		t.Helper()
		ctx := context.Background()
		log, err := o.desk.MailLog(ctx, o.actor("ines"), desk.MailLogAsk{})
		if err != nil {
			t.Fatal(err)
		}
		page, err := o.desk.Queue(ctx, o.actor("ines"), desk.QueueAsk{View: models.ViewAll})
		if err != nil {
			t.Fatal(err)
		}
		held, err := models.HeldWaitingCount(ctx, o.db, models.HeldQuery{Limit: 1000, Now: models.At(o.desk.Now())})
		if err != nil {
			t.Fatal(err)
		}
		last, top := int64(0), int64(0) // the lists are paged
		if len(log.Lines) > 0 {
			last = log.Lines[0].ID
		}
		for _, t := range page.Tickets {
			top = max(top, t.Number)
		}
		return fmt.Sprintf("last mail %d, last ticket %d, %d held, %d messages", last, top, held, len(o.entriesOf(number)))
	}
	before := taken()
	post := func(path, kind, body string) answer {
		return o.browser().do(http.MethodPost, path, kind, strings.NewReader(body), "Origin", "", "Sec-Fetch-Site", "")
	}
	for _, path := range []string{"/intake", "/intake/email", "/intake/mail", "/inbound", "/inbound/email", "/inbound-parse", "/incoming", "/email", "/mail", "/mail/inbound", "/webhook", "/webhooks", "/webhooks/mailgun",
		"/webhooks/sendgrid", "/webhooks/postmark", "/webhooks/ses", "/hooks/mail", "/api/mail", "/api/email", "/api/inbound", "/api/v1/inbound_email", "/rails/action_mailbox/relay/inbound_emails", "/ticket/mail", "/ticket/support/mail"} {
		for kind, body := range mailPosted() {
			if a := post(path, kind, body); a.status != http.StatusNotFound {
				t.Errorf("POST %s with %s answers %d", path, kind, a.status)
			}
		}
	}
	if after := taken(); after != before {
		t.Errorf("%s before, %s after", before, after)
	}
	// And none of the addresses that there are.
	var tried []string
	for _, stack := range o.app.Stack() {
		for _, r := range stack {
			if r.Method != http.MethodPost || slices.Contains(tried, r.Path) {
				continue
			}
			tried = append(tried, r.Path)
			path := o.matrixPath(r.Path, "reporter", link, number)
			before := taken()
			for kind, body := range mailPosted() {
				post(path, kind, body)
			}
			if after := taken(); after != before {
				t.Errorf("POST %s: %s before, %s after", r.Path, before, after)
			}
		}
	}
	if len(tried) < 50 {
		t.Fatalf("only %d addresses were tried", len(tried))
	}
}
