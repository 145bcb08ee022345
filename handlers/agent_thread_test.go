package handlers

import (
	"bufio"
	"context"
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"lodge/markup"
	"lodge/models"
	"lodge/secret"
)

// long gives a ticket a long conversation without the verbs: every third entry is an agent's
// answer with a mail, every tenth a note.
func (o *office) long(number int64, entries int) {
	o.t.Helper()
	o.write(func(ctx context.Context, tx *models.Tx) error {
		t, err := models.TicketByNumber(ctx, tx, number)
		if err != nil {
			return err
		}
		agent := o.agents["grace"].ID
		for i := range entries {
			o.forward(time.Minute)
			at := models.At(o.desk.Now())
			body := fmt.Sprintf("Entry number %03d. %s", i, strings.Repeat("It still burns, and we have tried everything. ", 8))
			t.Version++
			m := &models.Message{PID: secret.PublicID(), TicketID: t.ID, Kind: models.MessagePublic, ContactID: &t.ReporterID, Body: body, HTML: markup.Reply(body),
				MarkupVersion: markup.Version, Origin: models.OriginWeb, Version: t.Version, PublishAt: at, CreatedAt: at}
			kind := models.EventReplied
			if i%3 == 0 {
				m.ContactID, m.AgentID, kind = nil, &agent, models.EventAgentReplied
			}
			if i%10 == 9 {
				m.ContactID, m.AgentID, m.Kind, kind = nil, &agent, models.MessageNote, models.EventNoted
			} else {
				t.PublicVersion++
				m.PublicVersion = t.PublicVersion
			}
			if err := models.InsertMessage(ctx, tx, m); err != nil {
				return err
			}
			e := &models.Event{TicketID: t.ID, Kind: kind, ContactID: m.ContactID, AgentID: m.AgentID, MessageID: &m.ID, Version: t.Version, CreatedAt: at}
			if err := models.InsertEvent(ctx, tx, e); err != nil {
				return err
			}
			if kind == models.EventAgentReplied {
				d := &models.Delivery{EventID: e.ID, TicketID: t.ID, ContactID: &t.ReporterID, Recipient: "contact:1", Template: "agent_replied", State: models.DeliverySent, Attempts: 1, CreatedAt: at, UpdatedAt: at}
				if _, err := models.InsertDelivery(ctx, tx, d); err != nil {
					return err
				}
			}
		}
		t.UpdatedAt = models.At(o.desk.Now())
		return models.SaveTicket(ctx, tx, t)
	})
}

var earlierURL = regexp.MustCompile(`class="earlier" id="earlier"><a class="[^"]*" href="([^"]+)"`)

// AG-2: a ticket with 500 messages opens in one page under 200 KB and at most 10 queries, and
// all of it can be read page by page, each entry once.
func TestLongThread(t *testing.T) {
	o := newOffice(t, nil).open()
	link, n := o.file("Printer on fire")
	o.long(n, 500)
	b := o.signIn("grace")
	address := fmt.Sprintf("/agent/tickets/%d", n)
	b.get(address)
	before := o.db.Queries()
	page := b.get(address).must(t, http.StatusOK)
	if queries := o.db.Queries() - before; queries > 12 {
		t.Errorf("%d queries", queries)
	}
	if size := len(page.body); size > 200_000 {
		t.Errorf("%d bytes", size)
	}
	page.has(t, "Entry number 499", "Show earlier", `id="composer"`).lacks(t, "Entry number 100")
	seen := map[string]int{}
	entry := regexp.MustCompile(`Entry number \d{3}`)
	count := func(a answer) {
		for _, name := range entry.FindAllString(a.body, -1) {
			seen[name]++
		}
	}
	count(page)
	for pages := 0; ; pages++ {
		m := earlierURL.FindStringSubmatch(page.body)
		if m == nil {
			break
		}
		if pages > 20 {
			t.Fatal("no end")
		}
		part := b.get(strings.Replace(m[1], "?before", "/entries?before", 1), "HX-Request", "true").must(t, http.StatusOK).lacks(t, "<html", `id="composer"`)
		page = b.get(m[1]).must(t, http.StatusOK).has(t, "These are earlier messages.", `href="`+address+`"`).lacks(t, `id="composer"`, `id="agent-poll"`)
		if len(page.body) > 200_000 {
			t.Errorf("%d bytes", len(page.body))
		}
		count(part)
	}
	if len(seen) != 500 {
		t.Errorf("%d entries in all", len(seen))
	}
	for name, times := range seen {
		if times != 1 {
			t.Errorf("%s stands there %d times", name, times)
		}
	}
	page.has(t, "It burns.") // the beginning
	for _, wrong := range []string{"x", "0", "-1", "999999"} {
		b.get(address+"?before="+wrong).must(t, http.StatusNotFound)
	}
	// A cursor of another ticket opens nothing.
	_, other := o.file("Another")
	first := earlierURL.FindStringSubmatch(b.get(address).body)[1]
	b.get(strings.Replace(first, address, fmt.Sprintf("/agent/tickets/%d", other), 1)).must(t, http.StatusNotFound)
	// PT-2: the long way outside has no note in it.
	o.browser().get("/ticket/thread/"+link.Token).must(t, http.StatusOK).lacks(t, "Entry number 009.", "Entry number 499.")
}

// A few huge messages make a short page, not a heavy one.
func TestHeavyThread(t *testing.T) {
	o := newOffice(t, nil).open()
	_, n := o.file("Printer on fire")
	o.write(func(ctx context.Context, tx *models.Tx) error {
		ticket, err := models.TicketByNumber(ctx, tx, n)
		if err != nil {
			return err
		}
		for range 40 {
			m := &models.Message{PID: secret.PublicID(), TicketID: ticket.ID, Kind: models.MessagePublic, ContactID: &ticket.ReporterID, Body: "x", HTML: "<p>" + strings.Repeat("heavy ", 3000) + "</p>",
				MarkupVersion: markup.Version, Origin: models.OriginWeb, Version: 1, PublicVersion: 1, PublishAt: 1, CreatedAt: 1}
			if err := models.InsertMessage(ctx, tx, m); err != nil {
				return err
			}
		}
		return nil
	})
	page := o.signIn("grace").get(fmt.Sprintf("/agent/tickets/%d", n)).must(t, http.StatusOK).has(t, "Show earlier")
	if size := len(page.body); size > 200_000 {
		t.Errorf("%d bytes", size)
	}
}

// NU-5: each person's mail says where it is, in words; the page hears of a change without the
// ticket having changed.
func TestMailStatesInTheThread(t *testing.T) {
	o := newOffice(t, nil).open()
	_, n := o.file("Printer on fire")
	b := o.signIn("grace")
	address := fmt.Sprintf("/agent/tickets/%d", n)
	page := b.get(address)
	b.upload(address+"/replies", map[string]string{"csrf": b.last, "form": found(t, composerForm, page), "mode": "reply", "body": "Pull."}, nil).must(t, http.StatusSeeOther)
	ticket, err := models.TicketByNumber(t.Context(), o.db, n)
	if err != nil {
		t.Fatal(err)
	}
	events, err := models.Timeline(t.Context(), o.db, ticket.ID, 0)
	if err != nil {
		t.Fatal(err)
	}
	var event int64
	for _, e := range events {
		if e.Kind == models.EventAgentReplied {
			event = e.ID
		}
	}
	now := models.At(o.desk.Now())
	d := &models.Delivery{EventID: event, TicketID: ticket.ID, ContactID: &ticket.ReporterID, Recipient: "contact:1", Template: "agent_replied", CreatedAt: now, UpdatedAt: now}
	o.write(func(ctx context.Context, tx *models.Tx) error {
		_, err := models.InsertDelivery(ctx, tx, d)
		return err
	})
	pollURL := regexp.MustCompile(`hx-get="(/agent/tickets/\d+/updates[^"]+)"`)
	page = b.get(address).has(t, "On its way to Ada", "mail-line--queued")
	for _, step := range []struct {
		state, cause string
		tries        int
		words        []string
	}{
		{models.DeliveryDeferred, "421 try later", 1, []string{"Not delivered to Ada yet after 1 try."}},
		{models.DeliveryDeferred, "dial tcp: connection refused", 2, []string{"after 2 tries.", "could not be reached"}},
		{models.DeliveryFailed, "550 5.1.1 <ada@example.com>: no such user", 3, []string{"Not delivered to Ada.", "The address does not exist.", "550 5.1.1"}},
		{models.DeliverySuppressed, "unsubscribed", 3, []string{"No mail to Ada.", "have unsubscribed"}},
		{models.DeliverySent, "", 4, []string{"Sent to Ada"}},
	} {
		poll := strings.ReplaceAll(found(t, pollURL, page), "&amp;", "&")
		b.get(poll, "HX-Request", "true").must(t, http.StatusNoContent)
		o.write(func(ctx context.Context, tx *models.Tx) error {
			return models.SetDeliveryState(ctx, tx, d.ID, step.state, step.tries, step.cause, o.desk.Now())
		})
		news := b.get(poll, "HX-Request", "true").must(t, http.StatusOK).has(t, step.words...).has(t, `hx-swap-oob`, `id="mails-`).lacks(t, `id="sidebar"`, `id="ticket-header"`, `id="waiting"`)
		b.get(strings.ReplaceAll(found(t, pollURL, news), "&amp;", "&"), "HX-Request", "true").must(t, http.StatusNoContent)
		page = b.get(address).has(t, step.words...)
		if failed := strings.Contains(page.body, "recipient--failed"); failed != (step.state == models.DeliveryFailed) {
			t.Errorf("%s: marked beside “To:” is %v", step.state, failed)
		}
	}
	after, err := models.TicketByNumber(t.Context(), o.db, n)
	if err != nil || after.Version != ticket.Version {
		t.Errorf("the mails have changed the ticket: %d, %d, %v", ticket.Version, after.Version, err)
	}
}

// AG-2: the page of one ticket is woken by its own changes alone, for whoever may read it.
func TestTicketStream(t *testing.T) {
	o := newOffice(t, nil).open()
	o.openToAll()
	_, n := o.file("Printer on fire")
	_, other := o.file("Another")
	b := o.signIn("grace")
	o.signIn("frida").get(fmt.Sprintf("/agent/stream?ticket=%d", n)).must(t, http.StatusNotFound)
	b.get("/agent/stream?ticket=x").must(t, http.StatusNotFound)
	ctx, cancel := context.WithTimeout(t.Context(), 15*time.Second)
	defer cancel()
	r, _ := http.NewRequestWithContext(ctx, http.MethodGet, fmt.Sprintf("%s/agent/stream?ticket=%d", o.base, n), nil)
	r.AddCookie(&http.Cookie{Name: "lodge_agent", Value: b.cookies["lodge_agent"]})
	res, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	lines := make(chan string, 100)
	go func() {
		scan := bufio.NewScanner(res.Body)
		for scan.Scan() {
			lines <- scan.Text()
		}
		close(lines)
	}()
	<-lines // the greeting has arrived: somebody listens
	c := o.signIn("alan")
	c.get(fmt.Sprintf("/agent/tickets/%d", other))
	c.send(fmt.Sprintf("/agent/tickets/%d/presence", other), "typing", "1").must(t, http.StatusOK)
	c.send(fmt.Sprintf("/agent/tickets/%d/status", other), "status", "resolved").must(t, http.StatusSeeOther)
	select {
	case line := <-lines:
		if line == "event: changed" {
			t.Fatal("woken by another ticket")
		}
	case <-time.After(200 * time.Millisecond):
	}
	c.get(fmt.Sprintf("/agent/tickets/%d", n))
	c.send(fmt.Sprintf("/agent/tickets/%d/presence", n), "typing", "1").must(t, http.StatusOK).lacks(t, "Alan")
	for line := range lines {
		if line == "event: changed" {
			b.get(fmt.Sprintf("/agent/tickets/%d", n)).has(t, "Alan", "is writing…")
			return
		}
	}
	t.Fatal("not woken")
}
