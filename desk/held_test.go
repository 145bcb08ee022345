package desk

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"lodge/models"
)

// waiting lists what waits for the agent.
func (h *house) waiting(ask HeldAsk) []HeldLine {
	h.t.Helper()
	page, err := h.HeldList(context.Background(), h.ada, ask)
	if err != nil {
		h.t.Fatal(err)
	}
	return page.Lines
}

// heldFor is the number beside "Held" on an agent's pages.
func (h *house) heldFor(a Actor) int {
	h.t.Helper()
	actor, err := h.Actor(context.Background(), a.ID)
	if err != nil {
		h.t.Fatal(err)
	}
	return actor.Held
}

// hold submits a form whose ticket waits, and gives the token of the mail about it.
func (h *house) hold(change func(in *SubmitInput)) (id int64, token string) {
	h.t.Helper()
	h.later(time.Hour)
	in := h.form()
	if change != nil {
		change(&in)
	}
	done, err := h.Portal().Submit(context.Background(), in)
	if err != nil {
		h.t.Fatal(err)
	}
	if !done.Held || done.Token != "" {
		h.t.Fatalf("not held: %+v", done)
	}
	id = h.waiting(HeldAsk{})[0].ID
	return id, h.ConfirmToken(id)
}

func (h *house) verify(rule string) {
	h.t.Helper()
	h.settings(func(p *models.Project) { p.Settings.VerifyAnonymous = rule })
}

// PC-12, A1: a ticket that waits is in no queue and no counter, makes no contact and no event,
// and asks for one mail; confirmed, it has everything that was sent, and the address is proven.
func TestHeldTicketWaitsAndIsConfirmed(t *testing.T) {
	onEach(t, func(t *testing.T, h *house) {
		ctx := context.Background()
		h.verify(models.VerifyFirstTime)
		h.settings(func(p *models.Project) { p.Settings.InitialMessage = true })
		id, token := h.hold(func(in *SubmitInput) {
			in.Type, in.Template, in.Message = "problem", "bug-report", "And it smells."
			in.Fields = map[string][]string{"field.steps": {"Press print"}}
			in.Uploads = []Upload{h.upload("log.txt", "it burns")}
		})
		if n := h.count(models.ViewAll); n != 0 {
			t.Fatalf("%d tickets in the queue", n)
		}
		if _, err := models.ContactByKey(ctx, h.db, "rosa@example.com"); models.KindOf(err) != models.KindNotFound {
			t.Fatal("a contact was made", err)
		}
		if n := h.heldFor(h.ada); n != 1 {
			t.Fatal(n)
		}
		item, err := h.Held(ctx, h.ada, id)
		if err != nil || item.Title != "Printer is on fire" || !strings.Contains(item.Text, "It began this morning.") || !strings.Contains(item.Text, "And it smells.") || item.Type != "Problem" ||
			len(item.Files) != 1 || len(item.Fields) == 0 || item.Reason != models.HeldToVerify {
			t.Fatalf("%+v, %v", item, err)
		}

		// A64: looking changes nothing, however often.
		for range 3 {
			shown, err := h.Portal().Held(ctx, token)
			if err != nil || shown.Title != "Printer is on fire" || shown.Address != "rosa@example.com" || len(shown.Files) != 1 || shown.Done != nil {
				t.Fatalf("%+v, %v", shown, err)
			}
		}
		if h.count(models.ViewAll) != 0 || len(h.waiting(HeldAsk{})) != 1 {
			t.Fatal("a look has released it")
		}

		h.later(13 * 24 * time.Hour) // its files wait as long as it does
		done, err := h.Portal().ConfirmHeld(ctx, token)
		if err != nil {
			t.Fatal(err)
		}
		page := h.thread(done.Link)
		if page.Title != "Printer is on fire" || page.Type != "Problem" || len(page.Messages) != 2 || len(page.Messages[0].Files) != 1 || page.Messages[0].Files[0].Name != "log.txt" {
			t.Fatalf("%+v", page)
		}
		ticket := h.ticket()
		if ticket.Unproven || !strings.Contains(fmt.Sprint(ticket.Fields()), "Press print") {
			t.Fatalf("%+v", ticket)
		}
		contact, err := models.ContactByKey(ctx, h.db, "rosa@example.com")
		if err != nil || contact.ProvenAt == 0 || contact.Name != "Rosa" {
			t.Fatalf("%+v, %v", contact, err)
		}
		content, err := h.AgentFile(ctx, h.ada, page.Messages[0].Files[0].PID, false)
		if err != nil || readAll(t, content) != "it burns" {
			t.Fatal("the file is gone", err)
		}

		// Twice is once, and the page leads on.
		again, err := h.Portal().ConfirmHeld(ctx, token)
		if err != nil || again.Link != done.Link || h.count(models.ViewAll) != 1 {
			t.Fatal(again, err)
		}
		if shown, err := h.Portal().Held(ctx, token); err != nil || shown.Done == nil || *shown.Done != done.Link || shown.Text != "" {
			t.Fatalf("%+v, %v", shown, err)
		}
		if len(h.waiting(HeldAsk{})) != 0 {
			t.Fatal("it still waits")
		}
		if _, err := h.Portal().DenyHeld(ctx, token); models.KindOf(err) != models.KindNotFound {
			t.Fatal("what was confirmed was dropped", err)
		}
		// Known now: not asked again.
		h.later(time.Hour)
		sent, err := h.Portal().Submit(ctx, h.form())
		if err != nil || sent.Held {
			t.Fatal("asked again", err)
		}
		if err := models.Verify(ctx, h.db); err != nil {
			t.Error(err)
		}
	})
}

// PC-13: a form sent twice, or twice at once, waits once.
func TestHeldFormSentTwice(t *testing.T) {
	onEach(t, func(t *testing.T, h *house) {
		h.verify(models.VerifyAlways)
		h.settings(func(p *models.Project) { p.Settings.AddressCreates = 100 })
		in := h.form()
		var wg sync.WaitGroup
		for range 6 {
			wg.Go(func() {
				if done, err := h.Portal().Submit(context.Background(), in); err != nil || !done.Held || done.Token != "" {
					t.Error(done, err)
				}
			})
		}
		wg.Wait()
		if n := len(h.waiting(HeldAsk{})); n != 1 {
			t.Fatalf("%d wait", n)
		}
		// Also after it was confirmed: the one who typed learns no link.
		if _, err := h.Portal().ConfirmHeld(context.Background(), h.ConfirmToken(h.waiting(HeldAsk{})[0].ID)); err != nil {
			t.Fatal(err)
		}
		done, err := h.Portal().Submit(context.Background(), in)
		if err != nil || !done.Held || done.Token != "" {
			t.Fatalf("%+v, %v", done, err)
		}
	})
}

// PC-8: a prefilled link names its customer and proves nothing.
func TestHeldIntakeLinkProvesNothing(t *testing.T) {
	onEach(t, func(t *testing.T, h *house) {
		h.verify(models.VerifyFirstTime)
		token, _, err := h.MakeIntakeLink(context.Background(), "acme", "otto@example.com", "Otto", 7)
		if err != nil {
			t.Fatal(err)
		}
		id, _ := h.hold(func(in *SubmitInput) { in.CustomerToken, in.Email = token, "" })
		if item, err := h.Held(context.Background(), h.ada, id); err != nil || item.Address != "otto@example.com" || item.Known == 0 {
			t.Fatalf("%+v, %v", item, err)
		}
	})
}

// PC-7, A2: what waits is charged like what arrives.
func TestHeldIsCharged(t *testing.T) {
	onEach(t, func(t *testing.T, h *house) {
		h.verify(models.VerifyAlways)
		for i := range 6 {
			in := h.form()
			in.Email = fmt.Sprintf("victim%d@example.com", i)
			_, err := h.Portal().Submit(context.Background(), in)
			if i < 5 && err != nil {
				t.Fatal(err)
			}
			if i == 5 {
				h.kind(err, models.KindTooMany)
			}
		}
		if n := len(h.waiting(HeldAsk{})); n != 5 {
			t.Fatalf("%d wait", n)
		}
	})
}

// PC-12, A54: dead, foreign and malformed links are one answer; what its reader disowns is gone.
func TestHeldDeadLinks(t *testing.T) {
	onEach(t, func(t *testing.T, h *house) {
		ctx := context.Background()
		h.verify(models.VerifyAlways)
		id, token := h.hold(func(in *SubmitInput) { in.Uploads = []Upload{h.upload("log.txt", "it burns")} })
		dead := func(name, token string) {
			t.Helper()
			if _, err := h.Portal().Held(ctx, token); models.KindOf(err) != models.KindNotFound {
				t.Errorf("%s: shown, %v", name, err)
			}
			if _, err := h.Portal().ConfirmHeld(ctx, token); models.KindOf(err) != models.KindNotFound {
				t.Errorf("%s: confirmed, %v", name, err)
			}
		}
		dead("of nothing", h.ConfirmToken(id+1))
		dead("malformed", "x")
		thread, _ := h.ParticipantLinks(&models.Participant{ID: id, Generation: 1})
		dead("of another kind", thread.Token)
		h.settings(func(p *models.Project) { p.Portal = models.PortalNone })
		dead("portal off", token)
		if _, err := h.Portal().DenyHeld(ctx, token); models.KindOf(err) != models.KindNotFound {
			t.Error("portal off: dropped", err)
		}
		h.settings(func(p *models.Project) { p.Portal = models.PortalPublic })
		if _, err := h.Portal().Held(ctx, token); err != nil {
			t.Fatal("portal on again:", err)
		}

		for range 2 {
			if _, err := h.Portal().DenyHeld(ctx, token); err != nil {
				t.Fatal(err)
			}
		}
		dead("disowned", token)
		row, err := models.HeldByID(ctx, h.db, id)
		if err != nil || row.State != models.HeldRejected || row.Payload != "{}" || row.Address+row.Name+row.Title+row.Excerpt != "" {
			t.Fatalf("%+v, %v", row, err)
		}
		if files, err := models.StagedFiles(ctx, h.db, heldKey(id), 1); err != nil || len(files) != 0 {
			t.Fatal("its files stay", err)
		}

		id, token = h.hold(nil)
		h.later(15 * 24 * time.Hour)
		dead("expired", token)
		if len(h.waiting(HeldAsk{})) != 0 {
			t.Error("expired and still listed")
		}
		if _, err := h.AcceptHeld(ctx, h.ada, id, HeldAccept{}); models.KindOf(err) != models.KindConflict {
			t.Error("expired and accepted", err)
		}
		if n, err := models.ExpireHeld(ctx, h.db, models.At(h.clock())); err != nil || n != 1 {
			t.Fatal(n, err)
		}
		row, err = models.HeldByID(ctx, h.db, id)
		if err != nil || row.State != models.HeldExpired || row.Payload != "{}" || row.Address+row.Name+row.Title+row.Excerpt != "" {
			t.Fatalf("%+v, %v", row, err)
		}
		if n, err := models.PruneHeld(ctx, h.db, h.clock().Add(time.Second)); err != nil || n != 2 {
			t.Fatal(n, err)
		}
		if h.count(models.ViewAll) != 0 {
			t.Error("a ticket was made")
		}
	})
}

// PC-12: an agent accepts without a proof; the address keeps its mark, and the sender's own
// confirmation still proves it later. Of two agents one decides.
func TestHeldAcceptedByAgent(t *testing.T) {
	onEach(t, func(t *testing.T, h *house) {
		ctx := context.Background()
		h.verify(models.VerifyAlways)
		id, token := h.hold(nil)
		var wg sync.WaitGroup
		var mu sync.Mutex
		won, lost := 0, 0
		for range 4 {
			wg.Go(func() {
				_, err := h.AcceptHeld(ctx, h.ada, id, HeldAccept{})
				mu.Lock()
				defer mu.Unlock()
				switch {
				case err == nil:
					won++
				case models.KindOf(err) == models.KindConflict:
					lost++
				default:
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if won != 1 || lost != 3 || h.count(models.ViewAll) != 1 {
			t.Fatalf("%d won, %d lost, %d tickets", won, lost, h.count(models.ViewAll))
		}
		ticket := h.ticket()
		if !ticket.Unproven {
			t.Error("an agent's word has proven the address")
		}
		h.kind(h.RejectHeld(ctx, h.ada, id), models.KindConflict)
		events := ""
		page, err := h.Ticket(ctx, h.ada, ticket.Number, "")
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range page.Events {
			events += e.Kind + " " + e.Actor + ";"
		}
		if !strings.Contains(events, "held_accepted Ada Inner") {
			t.Error(events)
		}
		done, err := h.Portal().ConfirmHeld(ctx, token)
		if err != nil || h.count(models.ViewAll) != 1 {
			t.Fatal(err)
		}
		if h.thread(done.Link).Title != "Printer is on fire" {
			t.Error("leads elsewhere")
		}
		if c, err := models.ContactByKey(ctx, h.db, "rosa@example.com"); err != nil || c.ProvenAt == 0 {
			t.Error("the mailed link proves nothing", err)
		}
		h.auditLacks("rosa@")
	})
}

// EM-2, SE-4: who may only read decides nothing; other projects do not exist.
func TestHeldRights(t *testing.T) {
	onEach(t, func(t *testing.T, h *house) {
		ctx := context.Background()
		h.verify(models.VerifyAlways)
		id, _ := h.hold(nil)
		viewer := Actor{ID: h.ada.ID, Role: models.RoleViewer}
		foreign := Actor{ID: h.ada.ID, Role: models.RoleAgent, Projects: map[int64]models.Role{h.project.ID + 1000: models.RoleAgent}}
		for _, c := range []struct {
			actor Actor
			kind  models.Kind
		}{{viewer, models.KindForbidden}, {foreign, models.KindNotFound}, {Actor{}, models.KindForbidden}} {
			_, err := h.AcceptHeld(ctx, c.actor, id, HeldAccept{})
			h.kind(err, c.kind)
			h.kind(h.RejectHeld(ctx, c.actor, id), c.kind)
		}
		if _, err := h.Held(ctx, viewer, id); err != nil {
			t.Error("a viewer cannot read:", err)
		}
		_, err := h.Held(ctx, foreign, id)
		h.kind(err, models.KindNotFound)
		page, err := h.HeldList(ctx, foreign, HeldAsk{})
		if err != nil || len(page.Lines) != 0 {
			t.Error("a foreign list", err)
		}
		h.write(func(ctx context.Context, tx *models.Tx) error {
			other, err := NewProject(ctx, tx, ProjectPlan{Slug: "other", Name: "Other"}, h.clock())
			if err != nil {
				return err
			}
			return models.SetAgentProjects(ctx, tx, h.ada.ID, map[int64]models.Role{other.ID: models.RoleAgent})
		})
		if n := h.heldFor(h.ada); n != 0 {
			t.Error("a foreign count", n)
		}
		if n, err := h.RejectHeldAll(ctx, foreign, []int64{id}); err != nil || n != 0 {
			t.Error(n, err)
		}
		if n, err := h.RejectHeldAll(ctx, h.ada, []int64{id, id, 4711}); err != nil || n != 1 {
			t.Error(n, err)
		}
		_, err = h.RejectHeldAll(ctx, h.ada, nil)
		h.fault(err, "ids")
	})
}

// PT-3: with typed_confirm a reply under a typed address waits for its holder; proven already, it
// does not. Nothing else of the thread changes, and a wrong address is refused as ever.
func TestTypedReplyWaits(t *testing.T) {
	onEach(t, func(t *testing.T, h *house) {
		ctx := context.Background()
		link := h.file(false)
		if err := h.AddParticipant(ctx, h.ada, h.ticket().Number, "otto@example.com", "Otto"); err != nil {
			t.Fatal(err)
		}
		h.settings(func(p *models.Project) { p.Settings.ReplyIdentity = models.ReplyByTypedEmail })
		version := h.ticket().Version
		in := ReplyInput{FormID: h.thread(link).FormID, Body: "From Otto, he says", Email: "OTTO@example.com", Uploads: []Upload{h.upload("note.txt", "hello")}}
		for range 2 { // twice is once
			done, err := h.Portal().Reply(ctx, link, in)
			if err != nil || !done.Held || done.PID != "" {
				t.Fatalf("%+v, %v", done, err)
			}
			in.Uploads = nil
		}
		if page := h.thread(link); len(page.Messages) != 1 || h.ticket().Version != version {
			t.Fatalf("it shows: %+v", page.Messages)
		}
		lines := h.waiting(HeldAsk{Ticket: h.ticket().Number})
		if len(lines) != 1 || lines[0].Address != "otto@example.com" || lines[0].Ticket != h.ticket().Number || lines[0].Reason != models.HeldTyped {
			t.Fatalf("%+v", lines)
		}
		actor, err := h.Actor(ctx, h.ada.ID)
		if err != nil {
			t.Fatal(err)
		}
		if n, err := h.HeldOnTicket(ctx, actor, h.ticket().Number); err != nil || n != 1 {
			t.Fatal(n, err)
		}
		_, err = h.Portal().Reply(ctx, link, ReplyInput{Body: "x", Email: "guess@example.com"})
		h.fault(err, "email")

		token := h.ConfirmToken(lines[0].ID)
		shown, err := h.Portal().Held(ctx, token)
		if err != nil || !shown.Reply || shown.Text != "From Otto, he says" || len(shown.Files) != 1 {
			t.Fatalf("%+v, %v", shown, err)
		}
		done, err := h.Portal().ConfirmHeld(ctx, token)
		if err != nil {
			t.Fatal(err)
		}
		page := h.thread(done.Link)
		if len(page.Messages) != 2 || !page.Messages[1].Own || page.Messages[1].Unconfirmed || len(page.Messages[1].Files) != 1 || page.Me.Address != "otto@example.com" || page.Messages[1].PID != done.PID {
			t.Fatalf("%+v", page)
		}
		if c := h.contactOf("otto@example.com"); c.ProvenAt == 0 {
			t.Error("not proven")
		}
		if c := h.contactOf("rosa@example.com"); c.ProvenAt != 0 {
			t.Error("somebody else is proven")
		}
		if again, err := h.Portal().ConfirmHeld(ctx, token); err != nil || again.Link != done.Link || len(h.thread(link).Messages) != 2 {
			t.Error("twice", err)
		}
		// Otto's mailed link and Otto's address: nothing is left to ask.
		sent, err := h.Portal().Reply(ctx, done.Link, ReplyInput{Body: "Me again", Email: "otto@example.com"})
		if err != nil || sent.Held {
			t.Errorf("%+v, %v", sent, err)
		}
		// His link and somebody else's address still is a claim.
		if sent, err = h.Portal().Reply(ctx, done.Link, ReplyInput{Body: "As Rosa", Email: "rosa@example.com"}); err != nil || !sent.Held {
			t.Errorf("%+v, %v", sent, err)
		}
		// Off: as before, with its mark.
		h.settings(func(p *models.Project) { p.Settings.TypedConfirm = false })
		if sent, err = h.Portal().Reply(ctx, done.Link, ReplyInput{Body: "As Rosa, unasked", Email: "rosa@example.com"}); err != nil || sent.Held {
			t.Fatal(err)
		}
		if m := h.thread(link).Messages; !m[len(m)-1].Unconfirmed {
			t.Error("no mark")
		}
		if err := models.Verify(ctx, h.db); err != nil {
			t.Error(err)
		}
	})
}

// PT-3, PT-12: an agent may post it with its mark; who was removed meanwhile, and what was marked
// as spam, gets nothing any more.
func TestTypedReplyAcceptedOrTooLate(t *testing.T) {
	onEach(t, func(t *testing.T, h *house) {
		ctx := context.Background()
		link := h.file(false)
		number := h.ticket().Number
		if err := h.AddParticipant(ctx, h.ada, number, "otto@example.com", "Otto"); err != nil {
			t.Fatal(err)
		}
		h.settings(func(p *models.Project) { p.Settings.ReplyIdentity = models.ReplyByTypedEmail })
		hold := func(body, email string) int64 {
			t.Helper()
			if done, err := h.Portal().Reply(ctx, link, ReplyInput{Body: body, Email: email}); err != nil || !done.Held {
				t.Fatal(done, err)
			}
			return h.waiting(HeldAsk{Kind: models.HeldReply})[0].ID
		}
		first := hold("Accepted by Ada", "otto@example.com")
		if n, err := h.AcceptHeld(ctx, h.ada, first, HeldAccept{}); err != nil || n != number {
			t.Fatal(n, err)
		}
		if m := h.thread(link).Messages; len(m) != 2 || !m[1].Unconfirmed {
			t.Fatalf("%+v", m)
		}
		if h.contactOf("otto@example.com").ProvenAt != 0 {
			t.Error("an agent's word has proven the address")
		}

		second := hold("Otto is gone", "otto@example.com")
		page, err := h.Ticket(ctx, h.ada, number, "")
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range page.Participants {
			if p.Address == "otto@example.com" {
				if err := h.RemoveParticipant(ctx, h.ada, number, p.ID); err != nil {
					t.Fatal(err)
				}
			}
		}
		if _, err := h.Portal().Held(ctx, h.ConfirmToken(second)); models.KindOf(err) != models.KindNotFound {
			t.Error("shown to who was removed", err)
		}
		if _, err := h.Portal().ConfirmHeld(ctx, h.ConfirmToken(second)); models.KindOf(err) != models.KindNotFound {
			t.Error("posted for who was removed", err)
		}
		_, err = h.AcceptHeld(ctx, h.ada, second, HeldAccept{})
		h.kind(err, models.KindConflict)
		if err := h.RejectHeld(ctx, h.ada, second); err != nil {
			t.Fatal(err)
		}

		third := hold("On spam", "rosa@example.com")
		if err := h.MarkSpam(ctx, h.ada, number, 0); err != nil {
			t.Fatal(err)
		}
		if _, err := h.Portal().ConfirmHeld(ctx, h.ConfirmToken(third)); models.KindOf(err) != models.KindNotFound {
			t.Error("posted on spam", err)
		}
	})
}

// AG-8: after a merge the confirmed reply stands where its author is now.
func TestTypedReplyFollowsMerge(t *testing.T) {
	onEach(t, func(t *testing.T, h *house) {
		ctx := context.Background()
		link := h.file(false)
		from := h.ticket()
		h.settings(func(p *models.Project) { p.Settings.ReplyIdentity = models.ReplyByTypedEmail })
		if _, err := h.Portal().Reply(ctx, link, ReplyInput{Body: "Written before the merge", Email: "rosa@example.com"}); err != nil {
			t.Fatal(err)
		}
		held := h.waiting(HeldAsk{})[0].ID
		h.filedBy("acme", "otto@example.com", "The other one")
		into := h.ticketByTitle("The other one")
		if _, err := h.Merge(ctx, h.ada, from.Number, MergeInput{Target: itoa(into.Number), Move: []int64{from.ReporterID}, Public: true, SourceVersion: from.Version, TargetVersion: into.Version}); err != nil {
			t.Fatal(err)
		}
		done, err := h.Portal().ConfirmHeld(ctx, h.ConfirmToken(held))
		if err != nil {
			t.Fatal(err)
		}
		if page := h.thread(done.Link); page.Title != "The other one" || !strings.Contains(fmt.Sprint(page.Messages), "Written before the merge") {
			t.Errorf("%+v", page)
		}
	})
}

// EM-2, CO-4: a held mail is taken up by reading it again under what was decided.
func TestHeldMailIsReadAgain(t *testing.T) {
	onEach(t, func(t *testing.T, h *house) {
		ctx := context.Background()
		h.file(false)
		ticket := h.ticket()
		mailID := int64(77)
		hold := func(ticketID *int64, ask bool) int64 {
			row := &models.Held{ProjectID: h.project.ID, Kind: models.HeldMail, TicketID: ticketID, MailID: &mailID, Address: "otto@example.com", Name: "Otto", Title: "Re: fire", Excerpt: "Mine too", Reason: "not_participant"}
			h.write(func(ctx context.Context, tx *models.Tx) error { return h.holdBack(ctx, tx, row, ask, h.clock()) })
			return row.ID
		}
		job := func() string {
			due, err := models.ClaimJobs(ctx, h.db, "test", h.clock(), time.Minute, 500)
			if err != nil {
				t.Fatal(err)
			}
			for _, j := range due {
				if j.Kind == JobIntake {
					return fmt.Sprint(j.Args)
				}
			}
			return ""
		}
		payload := func(id int64) (c heldChoice, state string) {
			row, err := models.HeldByID(ctx, h.db, id)
			if err != nil {
				t.Fatal(err)
			}
			if err := json.Unmarshal([]byte(row.Payload), &c); err != nil {
				t.Fatal(err)
			}
			return c, row.State
		}
		first := hold(&ticket.ID, false)
		for _, as := range []string{"", "nonsense"} {
			_, err := h.AcceptHeld(ctx, h.ada, first, HeldAccept{As: as})
			h.fault(err, "as")
		}
		if n, err := h.AcceptHeld(ctx, h.ada, first, HeldAccept{As: HeldAsReply}); err != nil || n != 0 {
			t.Fatal(n, err)
		}
		if c, state := payload(first); c.As != HeldAsReply || state != models.HeldAccepted {
			t.Errorf("%+v %s", c, state)
		}
		if got := job(); !strings.Contains(got, `"held":`+itoa(first)) || !strings.Contains(got, `"mail":77`) {
			t.Errorf("job %s", got)
		}
		_, err := h.AcceptHeld(ctx, h.ada, first, HeldAccept{As: HeldAsReply})
		h.kind(err, models.KindConflict)

		second := hold(nil, false)
		_, err = h.AcceptHeld(ctx, h.ada, second, HeldAccept{As: HeldAsReply})
		h.fault(err, "as")
		_, err = h.AcceptHeld(ctx, h.ada, second, HeldAccept{As: HeldAsTicket, Company: 4711})
		h.fault(err, "company")
		if _, err = h.AcceptHeld(ctx, h.ada, second, HeldAccept{As: HeldAsTicket}); err != nil {
			t.Fatal(err)
		}
		// Confirmed by its own sender: their address is proven, and it is read again.
		third := hold(nil, true)
		done, err := h.Portal().ConfirmHeld(ctx, h.ConfirmToken(third))
		if err != nil || !done.Later {
			t.Fatal(done, err)
		}
		if c, state := payload(third); c.As != HeldAsTicket || state != models.HeldConfirmed {
			t.Errorf("%+v %s", c, state)
		}
		if h.contactOf("otto@example.com").ProvenAt == 0 {
			t.Error("not proven")
		}
		if shown, err := h.Portal().Held(ctx, h.ConfirmToken(third)); err != nil || !shown.Later {
			t.Errorf("%+v, %v", shown, err)
		}
	})
}

// PC-12: the list is paged by a cursor and its counter is bounded.
func TestHeldListIsPaged(t *testing.T) {
	onEach(t, func(t *testing.T, h *house) {
		h.write(func(ctx context.Context, tx *models.Tx) error {
			for i := range 130 {
				row := &models.Held{ProjectID: h.project.ID, Kind: models.HeldTicket, Address: "a@example.com", Title: fmt.Sprint(i), Reason: models.HeldToVerify, Payload: "{}"}
				if err := h.holdBack(ctx, tx, row, false, h.clock()); err != nil {
					return err
				}
			}
			return nil
		})
		if n := h.heldFor(h.ada); n != 100 {
			t.Error(n)
		}
		seen := map[string]bool{}
		for before := int64(0); ; {
			page, err := h.HeldList(context.Background(), h.ada, HeldAsk{Before: before})
			if err != nil {
				t.Fatal(err)
			}
			for _, l := range page.Lines {
				seen[l.Title] = true
			}
			if before = page.Next; before == 0 {
				break
			}
		}
		if len(seen) != 130 {
			t.Errorf("%d seen", len(seen))
		}
		_, err := h.HeldList(context.Background(), h.ada, HeldAsk{Kind: "nonsense"})
		h.kind(err, models.KindNotFound)
	})
}

// AG-3: who is erased leaves nothing behind among what is held.
func TestHeldIsErasedWithItsContact(t *testing.T) {
	onEach(t, func(t *testing.T, h *house) {
		ctx := context.Background()
		h.verify(models.VerifyAlways)
		_, token := h.hold(nil) // confirmed: makes the contact
		if _, err := h.Portal().ConfirmHeld(ctx, token); err != nil {
			t.Fatal(err)
		}
		id, token := h.hold(func(in *SubmitInput) { in.Uploads = []Upload{h.upload("log.txt", "it burns")} })
		other, _ := h.hold(func(in *SubmitInput) { in.Email = "otto@example.com" })
		if err := h.EraseContact(ctx, h.admin(), h.contactOf("rosa@example.com").ID, "Somebody"); err != nil {
			t.Fatal(err)
		}
		for _, of := range []int64{id - 1, id} {
			row, err := models.HeldByID(ctx, h.db, of)
			if err != nil || row.Address+row.Name+row.Title+row.Excerpt != "" || row.Payload != "{}" || row.State == models.HeldWaiting {
				t.Errorf("%+v, %v", row, err)
			}
		}
		if files, err := models.StagedFiles(ctx, h.db, heldKey(id), 1); err != nil || len(files) != 0 {
			t.Error("its files stay", err)
		}
		if _, err := h.Portal().ConfirmHeld(ctx, token); models.KindOf(err) != models.KindNotFound {
			t.Error("still confirmed", err)
		}
		if lines := h.waiting(HeldAsk{}); len(lines) != 1 || lines[0].ID != other {
			t.Errorf("%+v", lines)
		}
	})
}
