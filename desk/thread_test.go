package desk

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"lodge/models"
	"lodge/secret"
)

// PT-1, A54, A55: a link opens its own ticket and nothing else; every dead one is the same answer.
func TestLinksOpenTheirOwnThreadOnly(t *testing.T) {
	onEach(t, func(t *testing.T, h *house) {
		ctx := context.Background()
		mine, other := h.file(true), h.file(false)
		if h.thread(mine).Title != h.thread(other).Title || mine.Token == other.Token {
			t.Fatal("set-up")
		}
		_, unsubscribe := h.ParticipantLinks(&h.person(mine).Participant)
		dead := map[string]string{"empty": "", "short": mine.Token[:20], "long": mine.Token + "x", "unknown": strings.Repeat("A", 32),
			"unsubscribe link": unsubscribe, "upper case": strings.ToUpper(mine.Token)}
		var first string
		for name, token := range dead {
			_, err := h.Portal().Thread(ctx, Link{Token: token}, "")
			h.kind(err, models.KindNotFound)
			if first == "" {
				first = err.Error()
			}
			if err.Error() != first {
				t.Fatalf("%s answers %q, another %q", name, err, first)
			}
			_, err = h.Portal().Reply(ctx, Link{Token: token}, ReplyInput{Body: "x"})
			h.kind(err, models.KindNotFound)
			h.kind(h.Portal().Close(ctx, Link{Token: token}), models.KindNotFound)
			_, err = h.Portal().Updates(ctx, Link{Token: token}, 0, 0)
			h.kind(err, models.KindNotFound)
		}
		if _, err := h.Portal().Subscription(ctx, mine.Token); models.KindOf(err) != models.KindNotFound {
			t.Fatal("a thread link unsubscribes")
		}
	})
}

func (h *house) person(link Link) *models.Person {
	h.t.Helper()
	a, _, err := h.db.AccessByHash(context.Background(), models.TokenThread, secret.Hash(link.Token))
	if err != nil {
		h.t.Fatal(err)
	}
	return &a.Person
}

// PT-2, A57, A69: nothing internal is in what a public page gets, seeded word by seeded word.
func TestPublicThreadHoldsNothingInternal(t *testing.T) {
	onEach(t, func(t *testing.T, h *house) {
		ctx := context.Background()
		link := h.file(false)
		ticket := h.ticketOf(link.Token)
		h.write(func(ctx context.Context, tx *models.Tx) error { // another participant
			c, err := models.EnsureContact(ctx, tx, models.Contact{Address: "otto.secret@example.com", AddressKey: "otto.secret@example.com", CreatedAt: 1})
			if err != nil {
				return err
			}
			p := &models.Participant{TicketID: ticket.ID, ContactID: c.ID, JoinedAs: models.JoinedCC, CreatedAt: 1}
			if err := models.InsertParticipant(ctx, tx, p); err != nil {
				return err
			}
			_, err = h.keepLinks(ctx, tx, p, 1)
			return err
		})
		people, _ := models.People(ctx, h.db, ticket.ID)
		otto, _ := h.ParticipantLinks(&people[1].Participant)
		h.reply(otto, "I have it too.")
		if _, err := h.Note(ctx, h.ada, ticket.Number, AgentReply{Body: "NOTEWORD about them", Uploads: []Upload{h.upload("NOTEFILE.txt", "x")}}); err != nil {
			t.Fatal(err)
		}
		if _, err := h.ReplyAsAgent(ctx, h.ada, ticket.Number, AgentReply{Body: "We look into it."}); err != nil {
			t.Fatal(err)
		}
		answered := h.clock()
		h.later(time.Hour)
		if _, err := h.Note(ctx, h.ada, ticket.Number, AgentReply{Body: "NOTEWORD again"}); err != nil {
			t.Fatal(err)
		}
		page := h.thread(link)
		if !page.UpdatedAt.Equal(answered) {
			t.Fatalf("the page says when colleagues wrote a note: %v", page.UpdatedAt)
		}
		shown := fmt.Sprintf("%+v", page)
		for _, secret := range []string{"NOTEWORD", "NOTEFILE", "otto.secret", "Ada Inner", "ada@acme", ticket.Reference, link.Token, otto.Token} {
			if strings.Contains(shown, secret) {
				t.Fatalf("%q is in the public thread: %s", secret, shown)
			}
		}
		if len(page.Messages) != 3 || page.Messages[1].Author != "o•••@example.com" || page.Messages[2].Author != "Ada" || !page.Messages[2].Agent {
			t.Fatalf("messages %+v", page.Messages)
		}
		if page.Me.Address != "rosa@example.com" {
			t.Fatalf("own address %q", page.Me.Address)
		}
	})
}

// PT-5: an unchanged thread answers nothing; a reply, a status and an edit move the cursor; a note does not.
func TestUpdatesFollowTheTicket(t *testing.T) {
	onEach(t, func(t *testing.T, h *house) {
		ctx := context.Background()
		link := h.file(false)
		number := h.ticketOf(link.Token).Number
		cursor := h.thread(link).Cursor
		quiet := func() {
			t.Helper()
			if page, err := h.Portal().Updates(ctx, link, cursor, 0); err != nil || page != nil {
				t.Fatalf("got %+v, %v", page, err)
			}
		}
		news := func(messages int) *PublicThread {
			t.Helper()
			page, err := h.Portal().Updates(ctx, link, cursor, 0)
			if err != nil || page == nil || len(page.Messages) != messages || page.Cursor <= cursor {
				t.Fatalf("got %+v, %v", page, err)
			}
			cursor = page.Cursor
			return page
		}
		quiet()
		if _, err := h.Note(ctx, h.ada, number, AgentReply{Body: "hm"}); err != nil {
			t.Fatal(err)
		}
		if err := h.Assign(ctx, h.ada, number, h.ada.ID, 0); err != nil {
			t.Fatal(err)
		}
		quiet()
		if _, err := h.ReplyAsAgent(ctx, h.ada, number, AgentReply{Body: "Hello"}); err != nil {
			t.Fatal(err)
		}
		if page := news(1); page.Status.Label != "In progress" || page.WaitingFor != "Ada" {
			t.Fatalf("status %+v", page.Status)
		}
		quiet()
		if err := h.ChangeStatus(ctx, h.ada, number, "waiting", 0); err != nil {
			t.Fatal(err)
		}
		if page := news(0); page.Status.Label != "Waiting for you" || page.Next.Turn == TurnOurs {
			t.Fatalf("status %+v", page.Status)
		}
	})
}

// PT-9: a reply to a resolved, closed or rejected ticket reopens it and tells the agent who has it.
func TestReplyReopens(t *testing.T) {
	for _, end := range []string{"resolved", "closed", "rejected"} {
		t.Run(end, func(t *testing.T) {
			onEach(t, func(t *testing.T, h *house) {
				ctx := context.Background()
				link := h.file(false)
				number := h.ticketOf(link.Token).Number
				if _, err := h.ReplyAsAgent(ctx, h.ada, number, AgentReply{Body: "Done.", Status: end}); err != nil {
					t.Fatal(err)
				}
				if !h.thread(link).ReplyReopens || h.count(models.ViewOpen) != 0 {
					t.Fatal("it has not ended")
				}
				if done := h.reply(link, "Not for me."); !done.Reopened {
					t.Fatalf("got %+v", done)
				}
				ticket := h.ticketOf(link.Token)
				if ticket.Category != models.CategoryOpen || ticket.EndedAt != 0 || ticket.ResolvedAt != 0 {
					t.Fatalf("ticket %+v", ticket)
				}
				told := Recipients(&models.Event{Kind: models.EventReplied}, h.project, nil, []*models.Agent{{ID: h.ada.ID}})
				if len(told) != 1 || told[0].Template != MailAgentNotice {
					t.Fatalf("told %+v", told)
				}
			})
		})
	}
}

// PT-9: past reopen_days the text opens a linked ticket and is not lost.
func TestReplyFollowsUpPastReopenDays(t *testing.T) {
	onEach(t, func(t *testing.T, h *house) {
		ctx := context.Background()
		h.settings(func(p *models.Project) { p.Settings.ReopenDays = 14 })
		link := h.file(false)
		old := h.ticketOf(link.Token)
		if err := h.ChangeStatus(ctx, h.ada, old.Number, "resolved", 0); err != nil {
			t.Fatal(err)
		}
		h.later(13 * 24 * time.Hour)
		if h.thread(link).ReplyFollowsUp {
			t.Fatal("too early")
		}
		h.later(2 * 24 * time.Hour)
		done := h.reply(link, "It is back.")
		if done.FollowUp == "" {
			t.Fatalf("got %+v", done)
		}
		next := h.thread(Link{Token: done.FollowUp})
		if len(next.Messages) != 1 || !strings.Contains(next.Messages[0].HTML, "It is back.") {
			t.Fatalf("follow-up %+v", next.Messages)
		}
		fresh := h.ticketOf(done.FollowUp)
		if fresh.FollowsID == nil || *fresh.FollowsID != old.ID || h.ticketOf(link.Token).EndedAt == 0 {
			t.Fatal("not linked, or the old one moved")
		}
	})
}

// PT-3, PT-13: an empty reply is refused; the same form sent twice is one message.
func TestReplyRefusedAndRepeated(t *testing.T) {
	onEach(t, func(t *testing.T, h *house) {
		ctx := context.Background()
		link := h.file(false)
		form := h.thread(link).FormID
		_, err := h.Portal().Reply(ctx, link, ReplyInput{FormID: form, Body: " \n", Uploads: []Upload{h.upload("a.txt", "a")}})
		h.fault(err, "body")
		page, err := h.Portal().Thread(ctx, link, form)
		if err != nil || len(page.Staged) != 1 {
			t.Fatalf("staged %+v, %v", page, err)
		}
		in := ReplyInput{FormID: form, Body: "Again", Keep: []string{page.Staged[0].PID}}
		first, err := h.Portal().Reply(ctx, link, in)
		if err != nil {
			t.Fatal(err)
		}
		second, err := h.Portal().Reply(ctx, link, in)
		if err != nil || second.PID != first.PID || !second.Repeated {
			t.Fatalf("second %+v, %v", second, err)
		}
		if m := h.thread(link).Messages; len(m) != 2 || len(m[1].Files) != 1 {
			t.Fatalf("messages %+v", m)
		}
	})
}

// PT-3: reply_identity typed_email accepts any participant's address whatever its case and
// refuses others in words that reveal none; guesses are counted.
func TestTypedEmailIdentity(t *testing.T) {
	onEach(t, func(t *testing.T, h *house) {
		ctx := context.Background()
		link := h.file(false)
		h.settings(func(p *models.Project) { p.Settings.ReplyIdentity = models.ReplyByTypedEmail })
		if !h.thread(link).TypedEmail {
			t.Fatal("the page does not ask")
		}
		if _, err := h.Portal().Reply(ctx, link, ReplyInput{Body: "x", Email: " ROSA@example.com "}); err != nil {
			t.Fatal(err)
		}
		for i := 0; ; i++ {
			_, err := h.Portal().Reply(ctx, link, ReplyInput{Body: "x", Email: fmt.Sprintf("guess%d@example.com", i)})
			if models.KindOf(err) == models.KindTooMany {
				break
			}
			h.fault(err, "email")
			if strings.Contains(err.Error(), "rosa") || i > 20 {
				t.Fatalf("guess %d: %v", i, err)
			}
		}
		h.settings(func(p *models.Project) { p.Settings.ReplyIdentity = models.ReplyByLink })
		h.later(time.Hour)
		if _, err := h.Portal().Reply(ctx, link, ReplyInput{Body: "x", Email: "ignored@example.com"}); err != nil {
			t.Fatalf("by link the address is not read: %v", err)
		}
	})
}

// PT-10, A103, A104: replies and bytes of one link are charged together and exactly.
func TestThreadLimitsHoldInParallel(t *testing.T) {
	onEach(t, func(t *testing.T, h *house) {
		ctx := context.Background()
		h.settings(func(p *models.Project) { p.Settings.ThreadReplies, p.Settings.ThreadUploadMB = 100, 1 })
		link := h.file(false)
		var wg sync.WaitGroup
		var mu sync.Mutex
		accepted := 0
		for range 20 {
			in := ReplyInput{FormID: h.thread(link).FormID, Body: "more", Uploads: []Upload{h.upload("x.bin", strings.Repeat("x", 200<<10))}}
			wg.Go(func() {
				_, err := h.Portal().Reply(ctx, link, in)
				mu.Lock()
				defer mu.Unlock()
				switch {
				case err == nil:
					accepted++
				case models.KindOf(err) != models.KindTooMany:
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if accepted != 5 { // 5 × 200 KiB fit into 1 MiB, a sixth does not
			t.Fatalf("%d accepted", accepted)
		}
		h.later(25 * time.Hour)
		h.settings(func(p *models.Project) { p.Settings.ThreadReplies = 3 })
		for i := range 4 {
			_, err := h.Portal().Reply(ctx, link, ReplyInput{FormID: h.thread(link).FormID, Body: "and more"})
			if (i < 3) != (err == nil) {
				t.Fatalf("reply %d: %v", i, err)
			}
		}
		h.settings(func(p *models.Project) { p.Settings.ThreadReplies, p.Settings.ThreadUploadMB = 1000, 0 })
		if _, err := h.Portal().MayReply(ctx, link); models.KindOf(err) != models.KindTooMany {
			t.Fatalf("without room for files: %v", err)
		}
	})
}

// PT-8: closing per customer_close, along the graph, by the reporter; the event names them.
func TestCustomerClose(t *testing.T) {
	onEach(t, func(t *testing.T, h *house) {
		ctx := context.Background()
		set := func(value string) {
			h.settings(func(p *models.Project) { p.Settings.CustomerClose = value })
		}
		link := h.file(false)
		number := h.ticketOf(link.Token).Number
		set(models.CustomerCloseOff)
		if h.thread(link).CanClose {
			t.Fatal("off shows a button")
		}
		h.kind(h.Portal().Close(ctx, link), models.KindConflict)
		set(models.CustomerCloseWhenResolved)
		if h.thread(link).CanClose {
			t.Fatal("when_resolved shows a button on an open ticket")
		}
		if err := h.ChangeStatus(ctx, h.ada, number, "resolved", 0); err != nil {
			t.Fatal(err)
		}
		if !h.thread(link).CanClose {
			t.Fatal("when_resolved shows none on a resolved ticket")
		}
		set(models.CustomerCloseAlways)
		if err := h.Portal().Close(ctx, link); err != nil {
			t.Fatal(err)
		}
		if err := h.Portal().Close(ctx, link); err != nil {
			t.Fatalf("closing again: %v", err)
		}
		page, err := h.Ticket(ctx, h.ada, number, "")
		if err != nil {
			t.Fatal(err)
		}
		last := page.Events[len(page.Events)-1]
		if last.Kind != models.EventClosed || last.Actor != "Rosa" || last.To != "Closed" {
			t.Fatalf("event %+v", last)
		}
		second := h.file(false)
		h.settings(func(p *models.Project) { p.SelfClosedStatusID = nil })
		if h.thread(second).CanClose {
			t.Fatal("a button without a self-closed status")
		}
		h.kind(h.Portal().Close(ctx, second), models.KindConflict)
	})
}

// PT-12: portal off and on again; PT-1: a link lives link_days past the end.
func TestLinksFollowPortalAndTime(t *testing.T) {
	onEach(t, func(t *testing.T, h *house) {
		ctx := context.Background()
		link := h.file(false)
		h.settings(func(p *models.Project) { p.Portal = models.PortalNone })
		_, err := h.Portal().Thread(ctx, link, "")
		h.kind(err, models.KindNotFound)
		_, err = h.Portal().Updates(ctx, link, 0, 0)
		h.kind(err, models.KindNotFound)
		h.settings(func(p *models.Project) { p.Portal = models.PortalPublic })
		if err := h.ChangeStatus(ctx, h.ada, h.ticketOf(link.Token).Number, "closed", 0); err != nil {
			t.Fatal(err)
		}
		h.later(89 * 24 * time.Hour)
		h.thread(link)
		h.later(2 * 24 * time.Hour)
		_, err = h.Portal().Thread(ctx, link, "")
		h.kind(err, models.KindNotFound)
	})
}

// PT-11, A66: files are names only by default; with download they open for this ticket's
// people, and a note's file never does.
func TestThreadAttachments(t *testing.T) {
	onEach(t, func(t *testing.T, h *house) {
		ctx := context.Background()
		link, stranger := h.file(false), h.file(false)
		number := h.ticketOf(link.Token).Number
		if _, err := h.Note(ctx, h.ada, number, AgentReply{Body: "n", Uploads: []Upload{h.upload("note.txt", "internal")}}); err != nil {
			t.Fatal(err)
		}
		if _, err := h.ReplyAsAgent(ctx, h.ada, number, AgentReply{Body: "see", Uploads: []Upload{h.upload("manual.txt", "read me")}}); err != nil {
			t.Fatal(err)
		}
		agentPage, _ := h.Ticket(ctx, h.ada, number, "")
		var note, manual string
		for _, e := range agentPage.Entries {
			for _, f := range e.Files {
				if f.Name == "note.txt" {
					note = f.PID
				} else {
					manual = f.PID
				}
			}
		}
		_, err := h.Portal().File(ctx, link, manual, false)
		h.kind(err, models.KindNotFound)
		mailed, _ := h.ParticipantLinks(&h.person(link).Participant)
		if c, err := h.Portal().File(ctx, mailed, manual, false); err != nil || readAll(t, c) != "read me" { // NU-2
			t.Fatalf("by the mailed link: %v", err)
		}
		h.settings(func(p *models.Project) { p.Settings.ThreadAttachments = models.ThreadFilesDownload })
		c, err := h.Portal().File(ctx, link, manual, false)
		if err != nil || readAll(t, c) != "read me" || c.Inline {
			t.Fatalf("%+v, %v", c, err)
		}
		for name, try := range map[string]struct {
			link Link
			pid  string
		}{"note's file": {link, note}, "another ticket's link": {stranger, manual}, "unknown": {link, "aaaaaaaaaaaaaaaa"}} {
			if _, err := h.Portal().File(ctx, try.link, try.pid, false); models.KindOf(err) != models.KindNotFound || err == nil {
				t.Fatalf("%s: %v", name, err)
			}
		}
	})
}

// PT-1, PC-12: only a mailed link proves the address; acting from it takes the mark off.
func TestProofComesFromMailedLinks(t *testing.T) {
	onEach(t, func(t *testing.T, h *house) {
		link := h.file(true)
		h.reply(Link{Token: link.Token}, "from the page after submit")
		if h.person(link).Contact.ProvenAt != 0 || !h.ticketOf(link.Token).Unproven {
			t.Fatal("proven without a mail")
		}
		h.reply(Link{Token: link.Token, Proof: "forged"}, "forged")
		if h.person(link).Contact.ProvenAt != 0 {
			t.Fatal("a forged proof counts")
		}
		h.reply(link, "from the mail")
		if h.person(link).Contact.ProvenAt == 0 || h.ticketOf(link.Token).Unproven {
			t.Fatal("not proven by the mailed link")
		}
		page, err := h.Ticket(context.Background(), h.ada, h.ticketOf(link.Token).Number, "")
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range page.Entries {
			if e.Unproven {
				t.Fatalf("still marked: %+v", e)
			}
		}
	})
}

// NU-3: unsubscribing is idempotent, keeps access, works with the portal off, can be undone;
// a dead link acts only for an address it was once bound to.
func TestUnsubscribe(t *testing.T) {
	onEach(t, func(t *testing.T, h *house) {
		ctx := context.Background()
		link := h.file(false)
		_, token := h.ParticipantLinks(&h.person(link).Participant)
		h.settings(func(p *models.Project) { p.Portal = models.PortalNone })
		if s, err := h.Portal().Subscription(ctx, token); err != nil || s.Unsubscribed {
			t.Fatalf("%+v, %v", s, err)
		}
		for range 2 {
			if err := h.Portal().Unsubscribe(ctx, token); err != nil {
				t.Fatal(err)
			}
		}
		person := h.person(link)
		if person.UnsubscribedAt == 0 || len(Recipients(&models.Event{Kind: models.EventAgentReplied}, h.project, []*models.Person{person}, nil)) != 0 {
			t.Fatal("still told")
		}
		h.settings(func(p *models.Project) { p.Portal = models.PortalPublic })
		h.thread(link)
		if err := h.Portal().Resubscribe(ctx, token); err != nil || h.person(link).UnsubscribedAt != 0 {
			t.Fatal("undo", err)
		}
		h.write(func(ctx context.Context, tx *models.Tx) error {
			_, err := models.RaiseGeneration(ctx, tx, person.ID, models.At(h.clock()))
			return err
		})
		h.kind(h.Portal().Unsubscribe(ctx, token), models.KindNotFound)
		for name, tried := range map[string]string{"once lived": token, "never lived": strings.Repeat("B", 32)} {
			before := h.jobs(JobPreferences)
			if err := h.Portal().MailPreferences(ctx, tried, "192.0.2.9"); err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			if got := h.jobs(JobPreferences) - before; (got == 1) != (name == "once lived") {
				t.Fatalf("%s: %d mails", name, got)
			}
		}
	})
}

// jobs counts waiting jobs of a kind by claiming them.
func (h *house) jobs(kind string) int {
	h.t.Helper()
	jobs, err := models.ClaimJobs(context.Background(), h.db, "test", h.clock(), time.Nanosecond, 1000)
	if err != nil {
		h.t.Fatal(err)
	}
	h.later(time.Millisecond)
	n := 0
	for _, j := range jobs {
		if j.Kind == kind {
			n++
		}
	}
	return n
}

// PT-4: a synthetic address is never shown and never mailed.
func TestSyntheticAddressStaysHidden(t *testing.T) {
	onEach(t, func(t *testing.T, h *house) {
		link := h.file(false)
		h.write(func(ctx context.Context, tx *models.Tx) error {
			c, err := models.EnsureContact(ctx, tx, models.Contact{Address: "discord-42@discord.invalid", AddressKey: "discord-42@discord.invalid", Synthetic: true, Name: "otto#1234", CreatedAt: 1})
			if err != nil {
				return err
			}
			p := &models.Participant{TicketID: h.ticketOf(link.Token).ID, ContactID: c.ID, JoinedAs: models.JoinedSelf, CreatedAt: 1}
			if err := models.InsertParticipant(ctx, tx, p); err != nil {
				return err
			}
			link, err = h.keepLinks(ctx, tx, p, 1)
			return err
		})
		h.settings(func(p *models.Project) { p.Settings.ReplyIdentity = models.ReplyByTypedEmail })
		page := h.thread(link)
		if page.Me.Name != "otto#1234" || page.TypedEmail || strings.Contains(fmt.Sprintf("%+v", page), "discord.invalid") {
			t.Fatalf("page %+v", page)
		}
		if len(Recipients(&models.Event{Kind: models.EventAgentReplied}, h.project, []*models.Person{h.person(link)}, nil)) != 0 {
			t.Fatal("a synthetic address would be mailed")
		}
	})
}
