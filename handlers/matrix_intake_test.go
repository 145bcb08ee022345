package handlers

import (
	"context"
	"strconv"
	"strings"

	"lodge/desk"
	"lodge/models"
)

// Mail that came in. The original is that of a ticket in the project "support"; the mail that is
// to be read again is a fresh one.
var _ = matrixRows(map[string]access{
	"GET /agent/mail":                                       {303, 303, 403, 403, 403, 200},
	"POST /agent/mail/:id/reading":                          {403, 403, 403, 403, 403, 303},
	"GET /agent/tickets/:number/messages/:pid/original":     {303, 303, 200, 404, 200, 200},
	"GET /agent/tickets/:number/messages/:pid/original.eml": {303, 303, 200, 404, 200, 200},
})

func init() {
	matrixPaths = append(matrixPaths, func(o *office, pattern string) string {
		switch {
		case strings.Contains(pattern, "/messages/:pid/original"):
			number, pid := o.ticketByMail("MATRIXMAIL")
			return strings.NewReplacer(":number", decimal(number), ":pid", pid).Replace(pattern)
		case strings.HasPrefix(pattern, "/agent/mail/:id"):
			return strings.ReplaceAll(pattern, ":id", decimal(o.ignoredMail()))
		}
		return pattern
	})
}

var mailsMade int

// mail lets a mail come in as the intake reads it, and gives its id and what became of it.
func (o *office) mail(in desk.InboundMail, raw string) (int64, desk.MailResult) {
	o.t.Helper()
	ctx := context.Background()
	cat, err := o.db.Catalog(ctx)
	if err != nil {
		o.t.Fatal(err)
	}
	mailsMade++
	if in.MessageID == "" {
		in.MessageID = "<" + strconv.Itoa(mailsMade) + "@example.com>"
	}
	if in.Class == "" {
		in.Class = desk.ClassPerson
	}
	id, _, err := o.desk.KeepMail(ctx, desk.MailArrival{Source: models.MailFromReplay, ProjectID: &cat.ProjectBySlug("support").ID, Raw: strings.NewReader(raw)})
	if err != nil {
		o.t.Fatal(err)
	}
	got, err := o.desk.TakeMail(ctx, id, in)
	if err != nil {
		o.t.Fatal(err)
	}
	return id, got
}

// ticketByMail opens a ticket by mail and gives its number and the id of its first message.
func (o *office) ticketByMail(words string) (int64, string) {
	o.t.Helper()
	_, got := o.mail(desk.InboundMail{From: desk.InboundAddress{Name: "Mia Mail", Addr: "mia@example.com"}, Subject: "By mail", Text: words, Full: words + "\n> quoted words", Proven: true},
		"From: Mia Mail <mia@example.com>\r\nX-Secret-Header: <script>alert(1)</script>\r\nSubject: By mail\r\n\r\n"+words+"\r\n> quoted words\r\n")
	entries := o.entriesOf(got.Ticket)
	return got.Ticket, entries[0].PID
}

func (o *office) entriesOf(number int64) []*models.Entry {
	o.t.Helper()
	t, err := models.TicketByNumber(context.Background(), o.db, number)
	if err != nil {
		o.t.Fatal(err)
	}
	entries, err := models.Entries(context.Background(), o.db, t.ID, 0)
	if err != nil || len(entries) == 0 {
		o.t.Fatal(entries, err)
	}
	return entries
}

// ignoredMail is a mail that was ignored.
func (o *office) ignoredMail() int64 {
	id, _ := o.mail(desk.InboundMail{From: desk.InboundAddress{Addr: "auto@example.com"}, Class: desk.ClassAuto, Subject: "Out of office", Text: "away"}, "Subject: Out of office\r\n\r\naway")
	return id
}
