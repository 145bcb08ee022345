package handlers

import (
	"context"
	"strings"
	"testing"

	"lodge/desk"
	"lodge/models"
)

func mustHold(t *testing.T, text string, has []string, lacks []string) {
	t.Helper()
	for _, w := range has {
		if !strings.Contains(text, w) {
			t.Errorf("lacks %q", w)
		}
	}
	for _, w := range lacks {
		if strings.Contains(text, w) {
			t.Errorf("holds %q", w)
		}
	}
}

// EM-3: agents see how a message came and its original; nobody else does, and the original is text
// whatever it holds.
func TestOriginalOfAMessage(t *testing.T) {
	o := newOffice(t, func(opt *Options) {
		opt.ReadMail = func(raw []byte) string { return "ALLOFIT <b>bold</b> " + string(raw[:4]) }
	}).open()
	o.openToAll()
	number, pid := o.ticketByMail("MAILWORDS")
	b := o.signIn("grace")
	page := b.get(ticketURL(number))
	mustHold(t, page.body, []string{"MAILWORDS", "By mail, sender verified", originalURL(number, pid)}, []string{"X-Secret-Header"})
	page = b.get(originalURL(number, pid))
	mustHold(t, page.body, []string{"X-Secret-Header: &lt;script&gt;", "ALLOFIT &lt;b&gt;bold", "mia@example.com", ".eml"}, []string{"<script>alert(1)"})
	file := b.get(originalURL(number, pid) + ".eml")
	if file.status != 200 || !strings.HasPrefix(file.header.Get("Content-Disposition"), "attachment") || !strings.Contains(file.body, "> quoted words") {
		t.Errorf("the file: %d %v", file.status, file.header)
	}
	_, other := o.file("No mail")
	for _, path := range []string{originalURL(other, pid), originalURL(number, "nothing"), originalURL(other, o.entriesOf(other)[0].PID)} {
		if got := b.get(path); got.status != 404 {
			t.Errorf("%s: %d", path, got.status)
		}
	}
	// AG-8: what is taken out for good is gone with its mail.
	o.signIn("ines")
	if err := o.desk.Redact(context.Background(), o.actor("ines"), number, desk.RedactInput{Message: pid}); err != nil {
		t.Fatal(err)
	}
	if got := b.get(originalURL(number, pid)); got.status != 404 {
		t.Errorf("the original of a removed message: %d", got.status)
	}
}

// EM-5: the mail log says of every mail what became of it and why, by outcome; an ignored one can
// be read again, one that became something cannot.
func TestMailLog(t *testing.T) {
	o := staffed(t)
	number, _ := o.ticketByMail("LOGGED")
	ignored := o.ignoredMail()
	b := o.signIn("ines")
	page := b.get(mailLogHome)
	mustHold(t, page.body, []string{"By mail", "Mia Mail", "New ticket", "Out of office", "An automatic answer. It changes nothing.", `href="` + ticketURL(number) + `"`}, nil)
	mustHold(t, b.get(mailLogHome+"?outcome=ignored").body, []string{"Out of office"}, []string{"Mia Mail"})
	mustHold(t, b.get(mailLogHome+"?outcome=held").body, []string{"No such mail"}, []string{"Mia Mail", "Out of office"})
	for _, path := range []string{"?outcome=nonsense", "?before=x", "?before=-1"} {
		if got := b.get(mailLogHome + path); got.status != 404 {
			t.Errorf("%s: %d", path, got.status)
		}
	}
	if got := b.send(mailLogHome + "/" + decimal(ignored) + "/reading"); got.status != 303 {
		t.Errorf("reading again: %d", got.status)
	}
	row, err := models.MailInByID(context.Background(), o.db, ignored)
	if err != nil || row.Outcome != "" {
		t.Errorf("it is still %q", row.Outcome)
	}
	mustHold(t, b.get(mailLogHome).body, []string{"Being read"}, nil)
	if got := b.send(mailLogHome + "/" + decimal(ignored-1) + "/reading"); got.status != 409 {
		t.Errorf("reading a mail again that is a ticket: %d", got.status)
	}
	mustHold(t, b.get(settingsHome).body, []string{mailLogHome}, nil)
	mustHold(t, o.signIn("grace").get(settingsHome).body, nil, []string{`href="` + mailLogHome})
}

// EM-5: many mails are pages that miss none.
func TestMailLogPages(t *testing.T) {
	o := staffed(t)
	for range 60 {
		o.ignoredMail()
	}
	body := o.signIn("ines").get(mailLogHome).body
	mustHold(t, body, []string{"before="}, nil)
	seen, before := 0, int64(0)
	for {
		page, err := o.desk.MailLog(context.Background(), o.actor("ines"), desk.MailLogAsk{Before: before})
		if err != nil {
			t.Fatal(err)
		}
		seen += len(page.Lines)
		if before = page.Next; before == 0 {
			break
		}
	}
	if seen != 60 {
		t.Errorf("%d mails on the pages", seen)
	}
}

// PT-11, A50: a picture of a mail stands in its text for agents; outside its name stands there
// unless the project lets people view files.
func TestInlinePictures(t *testing.T) {
	o := staffed(t)
	_, got := o.mail(desk.InboundMail{From: desk.InboundAddress{Addr: "mia@example.com"}, Subject: "Picture", Text: "See", Proven: true,
		HTML:  `<p>See <img data-cid="shot@mail" alt="The shot"> and <img data-cid="gone@mail" alt="lost"></p>`,
		Files: []desk.InboundFile{{Name: "shot<1>.png", ContentID: "shot@mail", Bytes: []byte("\x89PNG\r\n\x1a\n")}, {Name: "other.txt", Bytes: []byte("other")}}}, "raw")
	entry := o.entriesOf(got.Ticket)[0]
	o.write(func(ctx context.Context, tx *models.Tx) error {
		return models.SetThumb(ctx, tx, entry.Files[0].ID, entry.Files[0].Blob, 10, 10)
	})
	pid := entry.Files[0].PID
	agents := o.signIn("grace").get(ticketURL(got.Ticket)).body
	mustHold(t, agents, []string{`<img src="/agent/files/` + pid + `/thumb" alt="The shot"`, "and lost", "other.txt"}, []string{"data-cid", "cid:"})
	people, err := models.People(context.Background(), o.db, entry.TicketID)
	if err != nil {
		t.Fatal(err)
	}
	link, _ := o.desk.ParticipantLinks(&people[0].Participant)
	thread := o.browser().get("/ticket/thread/" + link.Token).body
	mustHold(t, thread, []string{`<span class="inline-file">shot`, "and lost"}, []string{"data-cid", "<1>", "By mail", "original"})
	o.write(func(ctx context.Context, tx *models.Tx) error {
		cat, err := models.TxCatalog(ctx, tx)
		if err != nil {
			return err
		}
		p := *cat.ProjectBySlug("support")
		p.Settings.ThreadAttachments = models.ThreadFilesDownload
		return models.UpdateProject(ctx, tx, &p)
	})
	thread = o.browser().get("/ticket/thread/" + link.Token).body
	mustHold(t, thread, []string{`<img src="/ticket/thread/` + link.Token + "/files/" + pid + `/thumb" alt="The shot"`}, []string{"data-cid"})
}

// EM-2, EM-5, A19: what mails make of a ticket's timeline, in words, with the way to add whom a
// mail named.
func TestMailEventsInWords(t *testing.T) {
	o := staffed(t)
	_, got := o.mail(desk.InboundMail{From: desk.InboundAddress{Name: "Mia", Addr: "mia@example.com"}, Subject: "Hello", Text: "Hello", Cc: []desk.InboundAddress{{Addr: "carl@example.com"}}}, "raw")
	page := o.signIn("grace").get(ticketURL(got.Ticket)).body
	mustHold(t, page, []string{"Mia also wrote to people who do not take part. Add them:", participantsURL(got.Ticket) + "?email=carl%40example.com", "By mail"}, []string{"sender verified"})
	mustHold(t, o.signIn("grace").get(participantsURL(got.Ticket)+"?email=carl%40example.com").body, []string{`value="carl@example.com"`}, nil)
	ticket, err := models.TicketByNumber(context.Background(), o.db, got.Ticket)
	if err != nil {
		t.Fatal(err)
	}
	o.write(func(ctx context.Context, tx *models.Tx) error {
		for i, e := range []models.Event{
			{Kind: models.EventMailBounced, ContactID: &ticket.ReporterID},
			{Kind: models.EventMailLoop, ContactID: &ticket.ReporterID},
			{Kind: models.EventMailFiles, ContactID: &ticket.ReporterID, Data: `{"names":["big.zip"],"count":1}`},
			{Kind: models.EventPersonAdded, ContactID: &ticket.ReporterID, Data: `{"mailed_by":1}`},
		} {
			e.TicketID, e.Version, e.CreatedAt = ticket.ID, ticket.Version, ticket.CreatedAt+models.Stamp(i+1)
			if err := models.InsertEvent(ctx, tx, &e); err != nil {
				return err
			}
		}
		return nil
	})
	page = o.signIn("grace").get(ticketURL(got.Ticket)).body
	mustHold(t, page, []string{"A mail to Mia came back", "answer ours within seconds", "1 file of a mail was too large to keep: big.zip", "Mia joined: a mail to the ticket went to them too"}, nil)
}
