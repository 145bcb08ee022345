package jobs

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"lodge/desk"
	"lodge/mail"
	"lodge/models"
)

// NU-1, NU-2: one mail to the reporter about the new ticket, with their own links.
func TestCreatedIsAcknowledged(t *testing.T) {
	eachHouse(t, func(t *testing.T, h *house) {
		h.prove("ada@example.com")
		link := h.file(desk.SubmitInput{Email: "ada@example.com", Title: "Printer on fire", Description: "It burns brightly."})
		h.settle(h.running("w"))

		mails := h.post.mails()
		if len(mails) != 1 {
			t.Fatalf("%d mails, want 1", len(mails))
		}
		m := mails[0]
		if m.To.Addr != "ada@example.com" || m.From.Addr != "support@lodge.example" || m.From.Name != "Support" {
			t.Errorf("from %v to %v", m.From, m.To)
		}
		if !strings.Contains(m.Subject, "Printer on fire") || !strings.Contains(m.Text, "It burns brightly.") || !strings.Contains(m.HTML, "It burns brightly.") {
			t.Errorf("says %q\n%s", m.Subject, m.Text)
		}
		if !strings.Contains(m.Text, "https://help.lodge.example/ticket/thread/"+link.Token+"?p=") {
			t.Errorf("no thread link in\n%s", m.Text)
		}
		if m.Auto != mail.AutoReplied {
			t.Errorf("Auto-Submitted %q", m.Auto)
		}
		if d := h.deliveries(h.latest()); len(d) != 1 || d[0].State != models.DeliverySent || d[0].MailID != m.MessageID || d[0].Attempts != 1 {
			t.Errorf("delivery %+v", d[0])
		}
	})
}

// PT-1, A57: the link in the mail opens the thread and proves the address.
func TestMailedLinkProvesTheAddress(t *testing.T) {
	h := newHouse(t, models.Options{Dir: t.TempDir()})
	h.file(desk.SubmitInput{Email: "ada@example.com"})
	h.settle(h.running("w"))
	text := h.post.mails()[0].Text
	_, rest, _ := strings.Cut(text, "/ticket/thread/")
	rest = strings.Fields(rest)[0]
	token, proof, found := strings.Cut(rest, "?p=")
	if !found {
		t.Fatalf("link %q", rest)
	}
	if _, err := h.portal.Reply(t.Context(), desk.Link{Token: token, Proof: proof}, desk.ReplyInput{Body: "It is me."}); err != nil {
		t.Fatal(err)
	}
	c, err := models.ContactByKey(t.Context(), h.db, "ada@example.com")
	if err != nil || c.ProvenAt == 0 {
		t.Errorf("not proven: %v %v", c, err)
	}
}

// A3: the first mail to an address that nobody has proven repeats nothing that was typed.
func TestUnprovenAcknowledgementRepeatsNothing(t *testing.T) {
	h := newHouse(t, models.Options{Dir: t.TempDir()})
	h.file(desk.SubmitInput{Email: "victim@example.com", Name: "Police <b>evilname</b>", Title: "URGENT evilpay http://evil.example",
		Description: "Send money to evilaccount at http://evil.example/now"})
	h.settle(h.running("w"))
	mails := h.post.mails()
	if len(mails) != 1 {
		t.Fatalf("%d mails, want 1", len(mails))
	}
	for _, word := range []string{"evil", "URGENT", "Police", "money"} {
		if strings.Contains(whole(t, mails[0]), word) {
			t.Errorf("says %q", word)
		}
	}
}

// A1: at most UnprovenMails in 24 hours to an address that is not proven, however many
// tickets are opened in its name.
func TestUnprovenAddressGetsFewMails(t *testing.T) {
	h := newHouse(t, models.Options{Dir: t.TempDir()})
	r := h.running("w")
	for i := range 5 {
		// The same mailbox in other spellings.
		h.file(desk.SubmitInput{Email: []string{"victim@example.com", "VICTIM@example.com", "victim+tag@example.com"}[i%3]})
	}
	h.settle(r)
	if n := len(h.post.mails()); n != 3 {
		t.Errorf("%d mails, want 3", n)
	}
	suppressed := 0
	for n := int64(1); n <= h.latest(); n++ {
		for _, d := range h.deliveries(n) {
			if d.State == models.DeliverySuppressed {
				suppressed++
			}
		}
	}
	if suppressed != 2 {
		t.Errorf("%d suppressed, want 2", suppressed)
	}
	h.clock.forward(25 * time.Hour)
	h.file(desk.SubmitInput{Email: "victim@example.com"})
	h.settle(r)
	if n := len(h.post.mails()); n != 4 {
		t.Errorf("a day later: %d mails, want 4", n)
	}
}

// A retry does not use up the allowance again.
func TestRetriesAreChargedOnce(t *testing.T) {
	h := newHouse(t, models.Options{Dir: t.TempDir()})
	r := h.running("w")
	h.post.set(func(mail.Message) error { return away }, nil)
	h.file(desk.SubmitInput{Email: "victim@example.com"})
	for range 6 {
		h.settle(r)
		h.clock.forward(10 * time.Minute)
	}
	h.post.set(nil, nil)
	h.clock.forward(time.Hour)
	h.settle(r)
	if n := len(h.post.mails()); n != 1 {
		t.Errorf("%d mails, want 1", n)
	}
}

// NU-2, EM-4: an agent's answer comes with their files, threading and the way out.
func TestAgentReplyIsMailed(t *testing.T) {
	eachHouse(t, func(t *testing.T, h *house) {
		h.prove("ada@example.com")
		link := h.file(desk.SubmitInput{Email: "ada@example.com"})
		r := h.running("w")
		h.settle(r)
		upload, err := h.desk.Receive(t.Context(), "manual.txt", strings.NewReader("pull the plug"), 1<<20)
		if err != nil {
			t.Fatal(err)
		}
		h.answer(h.latest(), "Please pull the **plug**.", upload)
		if _, err := h.desk.Note(t.Context(), h.agent, h.latest(), desk.AgentReply{Body: "seededsecret note"}); err != nil {
			t.Fatal(err)
		}
		h.settle(r)

		mails := h.post.to("ada@example.com")
		if len(mails) != 2 || len(h.post.mails()) != 2 {
			t.Fatalf("%d mails to Ada of %d, want 2", len(mails), len(h.post.mails()))
		}
		first, m := mails[0], mails[1]
		if m.InReplyTo != first.MessageID || len(m.References) != 1 || m.References[0] != first.MessageID {
			t.Errorf("In-Reply-To %q, References %q, want %q", m.InReplyTo, m.References, first.MessageID)
		}
		if m.MessageID == first.MessageID {
			t.Error("two mails under one Message-ID")
		}
		if m.Auto != mail.AutoGenerated {
			t.Errorf("Auto-Submitted %q", m.Auto)
		}
		raw := whole(t, m)
		_, unsubscribe := h.links(link)
		for _, want := range []string{"List-Unsubscribe: <https://help.lodge.example/ticket/unsubscribe/" + unsubscribe + ">", "List-Unsubscribe-Post: List-Unsubscribe=One-Click",
			"Please pull the", "Grace Hopper", "manual.txt"} {
			if !strings.Contains(strings.ReplaceAll(raw, "\r\n ", " "), want) {
				t.Errorf("lacks %q", want)
			}
		}
		if len(m.Attachments) != 1 || m.Attachments[0].Name != "manual.txt" {
			t.Errorf("attachments %v", m.Attachments)
		}
		for _, mail := range h.post.mails() {
			if strings.Contains(whole(t, mail), "seededsecret") {
				t.Error("a note was mailed")
			}
		}
	})
}

func (h *house) links(l desk.Link) (thread, unsubscribe string) {
	h.t.Helper()
	t, err := models.TicketByNumber(h.t.Context(), h.db, h.latest())
	if err != nil {
		h.t.Fatal(err)
	}
	people, err := models.People(h.t.Context(), h.db, t.ID)
	if err != nil {
		h.t.Fatal(err)
	}
	got, unsubscribe := h.desk.ParticipantLinks(&people[0].Participant)
	if got.Token != l.Token {
		h.t.Errorf("link %q, want %q", got.Token, l.Token)
	}
	return got.Token, unsubscribe
}

// NU-2: what does not fit is linked, for this recipient alone.
func TestLargeFilesAreLinked(t *testing.T) {
	h := newHouse(t, models.Options{Dir: t.TempDir()})
	h.prove("ada@example.com")
	link := h.file(desk.SubmitInput{Email: "ada@example.com"})
	r := h.running("w")
	var uploads []desk.Upload
	for i, size := range []int{6 << 20, 5 << 20, 3 << 20} {
		u, err := h.desk.Receive(t.Context(), fmt.Sprintf("part%d.bin", i), strings.NewReader(strings.Repeat("x", size)), 50<<20)
		if err != nil {
			t.Fatal(err)
		}
		uploads = append(uploads, u)
	}
	h.answer(h.latest(), "Three files.", uploads...)
	h.settle(r)
	mails := h.post.to("ada@example.com")
	m := mails[len(mails)-1]
	if len(m.Attachments) != 2 || m.Attachments[0].Name != "part0.bin" || m.Attachments[1].Name != "part2.bin" {
		t.Errorf("attached %v, want the first and the third", m.Attachments)
	}
	if !strings.Contains(m.Text, "part1.bin") || !strings.Contains(m.Text, "/ticket/thread/"+link.Token+"/files/") {
		t.Errorf("no link to the second in\n%s", m.Text)
	}
}

// NU-3: who has unsubscribed gets nothing, also when that happened after the event.
func TestUnsubscribedGetNothing(t *testing.T) {
	h := newHouse(t, models.Options{Dir: t.TempDir()})
	h.prove("ada@example.com")
	link := h.file(desk.SubmitInput{Email: "ada@example.com"})
	r := h.running("w")
	h.settle(r)
	h.post.set(func(mail.Message) error { return away }, nil)
	h.answer(h.latest(), "Hello.")
	h.settle(r)
	_, unsubscribe := h.links(link)
	if err := h.portal.Unsubscribe(t.Context(), unsubscribe); err != nil {
		t.Fatal(err)
	}
	h.post.set(nil, nil)
	h.clock.forward(time.Hour)
	h.settle(r)
	h.answer(h.latest(), "Hello again.")
	h.settle(r)
	if n := len(h.post.mails()); n != 1 {
		t.Errorf("%d mails, want the acknowledgement alone", n)
	}
	d := h.deliveries(h.latest())
	if len(d) != 2 || d[1].State != models.DeliverySuppressed {
		t.Errorf("deliveries %+v", d)
	}
}

// PT-4: nothing is ever mailed to a synthetic address.
func TestSyntheticAddressGetsNothing(t *testing.T) {
	h := newHouse(t, models.Options{Dir: t.TempDir()})
	h.prove("ada@example.com")
	h.file(desk.SubmitInput{Email: "ada@example.com"})
	// It becomes synthetic with its mail under way.
	c, err := models.ContactByKey(t.Context(), h.db, "ada@example.com")
	if err != nil {
		t.Fatal(err)
	}
	person := &models.Person{Contact: *c}
	person.Contact.Synthetic = true
	project, err := h.db.Catalog(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	event := &models.Event{Kind: models.EventCreated}
	person.JoinedAs = models.JoinedReporter
	if got := desk.Recipients(event, project.ProjectBySlug("support"), []*models.Person{person}, nil); len(got) != 0 {
		t.Errorf("told %+v", got)
	}
}

// PT-9: the agent who has the ticket is told about an answer, nobody else.
func TestAssignedAgentIsTold(t *testing.T) {
	h := newHouse(t, models.Options{Dir: t.TempDir()})
	h.newAgent("Alan Turing", "alan@lodge.example", models.RoleAgent)
	h.newAgent("Vera Viewer", "vera@lodge.example", models.RoleViewer)
	link := h.file(desk.SubmitInput{Email: "ada@example.com", Title: "Printer on fire"})
	r := h.running("w")
	reply := func(body string) {
		if _, err := h.portal.Reply(t.Context(), link, desk.ReplyInput{Body: body}); err != nil {
			t.Fatal(err)
		}
		h.settle(r)
	}
	reply("Anybody there?")
	if len(h.post.to("grace@lodge.example")) != 1 || len(h.post.to("alan@lodge.example")) != 1 || len(h.post.to("vera@lodge.example")) != 0 {
		t.Fatalf("without an assignee: %d mails", len(h.post.mails()))
	}
	h.answer(h.latest(), "Here.") // and so Grace has it
	reply("Thanks, but it burns again.")
	if len(h.post.to("grace@lodge.example")) != 2 || len(h.post.to("alan@lodge.example")) != 1 {
		t.Errorf("with an assignee: Grace %d, Alan %d", len(h.post.to("grace@lodge.example")), len(h.post.to("alan@lodge.example")))
	}
	m := h.post.to("grace@lodge.example")[1]
	if want := fmt.Sprintf("https://help.lodge.example/agent/tickets/%d", h.latest()); !strings.Contains(m.Text, want) {
		t.Errorf("no %s in\n%s", want, m.Text)
	}
}

// F7: while the server is away mails wait, and afterwards each goes out once.
func TestServerAway(t *testing.T) {
	eachHouse(t, func(t *testing.T, h *house) {
		r := h.running("w")
		h.post.set(func(mail.Message) error { return away }, nil)
		for i := range 10 {
			h.file(desk.SubmitInput{Email: fmt.Sprintf("ada%d@example.com", i)})
		}
		h.settle(r)
		for n := int64(1); n <= h.latest(); n++ {
			if d := h.deliveries(n); len(d) != 1 || d[0].State != models.DeliveryDeferred || d[0].Attempts != 1 || d[0].LastError == "" {
				t.Fatalf("delivery %+v", d)
			}
		}
		h.clock.forward(15 * time.Minute)
		h.post.set(nil, nil)
		h.settle(r)
		ids := map[string]bool{}
		for _, m := range h.post.mails() {
			ids[m.MessageID] = true
		}
		if len(ids) != 10 || len(h.post.mails()) != 10 {
			t.Errorf("%d mails under %d ids, want 10", len(h.post.mails()), len(ids))
		}
	})
}

// F9: a refusal for good stops at once and stands on the delivery; trying ends after 48 hours.
func TestRefusedMails(t *testing.T) {
	h := newHouse(t, models.Options{Dir: t.TempDir()})
	r := h.running("w")
	h.post.set(func(mail.Message) error { return &mail.PermError{Code: 550, Err: errors.New("no such user")} }, nil)
	h.file(desk.SubmitInput{Email: "gone@example.com"})
	h.settle(r)
	if d := h.deliveries(1)[0]; d.State != models.DeliveryFailed || !strings.Contains(d.LastError, "no such user") {
		t.Errorf("delivery %+v", d)
	}
	tries := 0
	h.post.set(func(mail.Message) error { tries++; return away }, nil)
	h.file(desk.SubmitInput{Email: "slow@example.com"})
	for range 200 {
		h.settle(r)
		if h.deliveries(2)[0].State == models.DeliveryFailed {
			break
		}
		h.clock.forward(30 * time.Minute)
	}
	if d := h.deliveries(2)[0]; d.State != models.DeliveryFailed {
		t.Errorf("delivery %+v after %d tries", d, tries)
	}
	if tries < 10 || tries > 60 {
		t.Errorf("%d tries in two days", tries)
	}
}

// F10, A57: killed between the server's yes and our commit: at most one duplicate, under
// the same Message-ID, and no second delivery.
func TestKilledAfterSending(t *testing.T) {
	eachHouse(t, func(t *testing.T, h *house) {
		r := h.runner("dies")
		h.file(desk.SubmitInput{Email: "ada@example.com"})
		h.work(r) // notify
		// The process ends with the answer of the server in its hands.
		h.post.set(nil, func(mail.Message) error { r.cancel(); return context.Canceled })
		jobs, err := models.ClaimJobs(t.Context(), h.db, "dies", h.clock.Now(), lease, 1)
		if err != nil || len(jobs) != 1 {
			t.Fatalf("claimed %v %v", jobs, err)
		}
		_ = r.try(jobs[0])

		h.post.set(nil, nil)
		next := h.running("lives")
		h.settle(next)
		if n := len(h.post.mails()); n != 1 {
			t.Fatalf("%d mails while the claim holds", n)
		}
		h.clock.forward(lease + time.Second)
		h.settle(next)
		h.clock.forward(72 * time.Hour)
		h.settle(next)
		mails := h.post.mails()
		if len(mails) != 2 || mails[0].MessageID != mails[1].MessageID {
			t.Errorf("%d mails: %v", len(mails), mails)
		}
		if d := h.deliveries(1); len(d) != 1 || d[0].State != models.DeliverySent {
			t.Errorf("deliveries %+v", d)
		}
	})
}

// work does what is due now, in the test's own goroutine.
func (h *house) work(r *Runner) {
	h.t.Helper()
	jobs, err := models.ClaimJobs(h.t.Context(), h.db, r.Worker, h.clock.Now(), lease, hands)
	if err != nil {
		h.t.Fatal(err)
	}
	for _, j := range jobs {
		r.end(j, r.try(j))
	}
}

// NU-2: one event tells one person once, also when its job runs again.
func TestNotifyTwiceTellsOnce(t *testing.T) {
	eachHouse(t, func(t *testing.T, h *house) {
		h.file(desk.SubmitInput{Email: "ada@example.com"})
		r := h.runner("w")
		jobs, err := models.ClaimJobs(t.Context(), h.db, "w", h.clock.Now(), lease, 9)
		if err != nil || len(jobs) != 1 || jobs[0].Kind != desk.JobNotify {
			t.Fatalf("jobs %+v %v", jobs, err)
		}
		for range 3 {
			if err := r.notify(t.Context(), jobs[0]); !errors.Is(err, errFinished) {
				t.Fatal(err)
			}
		}
		h.settle(h.running("other"))
		if n := len(h.post.mails()); n != 1 || len(h.deliveries(1)) != 1 {
			t.Errorf("%d mails, %d deliveries, want 1", n, len(h.deliveries(1)))
		}
	})
}

// NU-3: a dead unsubscribe link is answered by mail with a living one.
func TestPreferencesMail(t *testing.T) {
	h := newHouse(t, models.Options{Dir: t.TempDir()})
	link := h.file(desk.SubmitInput{Email: "ada@example.com", Title: "evil title"})
	r := h.running("w")
	h.settle(r)
	_, unsubscribe := h.links(link)
	if err := h.portal.MailPreferences(t.Context(), unsubscribe, "c"); err != nil {
		t.Fatal(err)
	}
	if err := h.portal.MailPreferences(t.Context(), strings.Repeat("x", len(unsubscribe)), "c"); err != nil {
		t.Fatal(err)
	}
	h.settle(r)
	mails := h.post.mails()
	if len(mails) != 2 {
		t.Fatalf("%d mails, want 2", len(mails))
	}
	m := mails[1]
	if !strings.Contains(m.Text, "/ticket/unsubscribe/"+unsubscribe) || strings.Contains(whole(t, m), "evil") || m.MessageID == mails[0].MessageID {
		t.Errorf("says %s\n%s", m.Subject, m.Text)
	}
}

// OP-2: the outbox keeps the mail as it would have left.
func TestOutbox(t *testing.T) {
	h := newHouse(t, models.Options{Dir: t.TempDir()})
	r := h.runner("w")
	r.Transport = Outbox{DB: h.db, Now: h.clock.Now}
	r.Start()
	t.Cleanup(func() { r.Stop(context.Background()) })
	h.prove("ada@example.com")
	h.file(desk.SubmitInput{Email: "ada@example.com", Title: "Drucker brännt"})
	h.settle(r)
	kept, err := models.OutboxMails(t.Context(), h.db, 9)
	if err != nil || len(kept) != 1 {
		t.Fatalf("kept %v %v", kept, err)
	}
	m := kept[0]
	if m.Recipient != "ada@example.com" || !strings.Contains(m.Subject, "Drucker brännt") || m.Text == "" || m.HTML == "" {
		t.Errorf("kept %+v", m)
	}
	for _, name := range []string{"Message-ID", "From", "To", "Date", "List-Unsubscribe", "List-Unsubscribe-Post", "Auto-Submitted"} {
		if m.Headers[name] == "" {
			t.Errorf("no header %s in %v", name, m.Headers)
		}
	}
}
