package desk

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"lodge/models"
)

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
