package jobs

import (
	"strings"
	"testing"
	"time"

	"lodge/desk"
	"lodge/models"
)

// AG-8: what waits to be mailed about spam, or about a message that was removed, is not sent.
func TestSpamAndRemovedWordsAreNotMailed(t *testing.T) {
	eachHouse(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		ines := h.newAgent("Ines", "ines@lodge.example", models.RoleAdmin)
		h.prove("ada@example.com")
		h.file(desk.SubmitInput{Email: "ada@example.com", Title: "One"})
		first := h.latest()
		work(t, h, "w")
		before := len(h.post.to("ada@example.com"))
		h.answer(first, "SECRETWORDS")
		page, err := h.desk.Ticket(ctx, ines, first, "")
		if err != nil {
			t.Fatal(err)
		}
		if err := h.desk.Redact(ctx, ines, first, desk.RedactInput{Message: page.Entries[len(page.Entries)-1].PID}); err != nil {
			t.Fatal(err)
		}
		work(t, h, "w2")
		if got := h.post.to("ada@example.com"); len(got) != before {
			t.Errorf("%d mails more about a removed message", len(got)-before)
		}
		h.answer(first, "Other words")
		if err := h.desk.MarkSpam(ctx, ines, first, 0); err != nil {
			t.Fatal(err)
		}
		work(t, h, "w3")
		if got := h.post.to("ada@example.com"); len(got) != before {
			t.Errorf("%d mails more about spam", len(got)-before)
		}
	})
}

// AG-3: the contact is told of a ticket that an agent opens for them only when the agent says
// so; somebody who has not shown that the address is theirs gets nothing that was typed.
func TestTicketsForSomebodyTellThem(t *testing.T) {
	eachHouse(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		ines := h.newAgent("Ines", "ines@lodge.example", models.RoleAdmin)
		open := func(email string, tell bool) {
			if _, err := h.desk.CreateTicket(ctx, ines, desk.NewTicketInput{Email: email, Title: "TITLEWORDS", Description: "BODYWORDS", Tell: tell}); err != nil {
				t.Fatal(err)
			}
		}
		h.prove("ada@example.com")
		open("ada@example.com", false)
		open("new@example.com", true)
		work(t, h, "w")
		if got := h.post.to("ada@example.com"); len(got) != 0 {
			t.Errorf("who was not to be told got %d mails", len(got))
		}
		got := h.post.to("new@example.com")
		if len(got) != 1 {
			t.Fatalf("somebody new got %d mails", len(got))
		}
		if text := got[0].Subject + got[0].Text + got[0].HTML; strings.Contains(text, "WORDS") || !strings.Contains(text, "/ticket/thread/") {
			t.Errorf("the mail to an unproven address says %s", text)
		}
		open("ada@example.com", true)
		work(t, h, "w2")
		if got := h.post.to("ada@example.com"); len(got) != 1 || !strings.Contains(got[0].Text, "BODYWORDS") {
			t.Errorf("who was to be told got %v", got)
		}
	})
}

// work does what waits, and no more than that.
func work(t *testing.T, h *house, name string) {
	t.Helper()
	r := h.running(name)
	// A job that has just been claimed is neither due nor running for a moment.
	for range 3 {
		h.settle(r)
		time.Sleep(50 * time.Millisecond)
	}
	if err := r.Stop(t.Context()); err != nil {
		t.Fatal(err)
	}
}
