package desk

import (
	"context"
	"strings"
	"testing"
	"time"

	"lodge/models"
)

// PT-4: a ticket from Discord carries the Discord name; its synthetic address is on no
// public page and in nobody's mail; the same person is one contact.
func TestFromDiscord(t *testing.T) {
	onEach(t, func(t *testing.T, h *house) {
		ctx, portal := t.Context(), h.Portal()
		in := ChatTicket{Slug: "acme", User: "204255221017214977", Name: "otto#1234", Title: "Sync stops", Description: "It stops at **half**.", Locale: "en"}
		link, err := h.FromDiscord(ctx, in)
		if err != nil {
			t.Fatal(err)
		}
		page, err := portal.Thread(ctx, link, "")
		if err != nil {
			t.Fatal(err)
		}
		if !page.Me.Synthetic || page.Me.Address != "" || page.Me.Name != "otto#1234" || len(page.Messages) != 1 || !page.Messages[0].Own || page.Messages[0].Author != "otto#1234" {
			t.Errorf("page: %+v", page)
		}
		if _, err := h.ReplyAsAgent(ctx, h.ada, 1, AgentReply{Body: "Try the new version."}); err != nil {
			t.Fatal(err)
		}
		people, err := models.People(ctx, h.db, 1)
		if err != nil || len(people) != 1 || people[0].Contact.Origin != models.OriginDiscord {
			t.Fatalf("people: %+v, %v", people, err)
		}
		for _, kind := range []string{models.EventCreated, models.EventAgentReplied} {
			if told := Recipients(&models.Event{Kind: kind}, h.project, people, nil); len(told) != 0 {
				t.Errorf("%s is mailed to %s", kind, people[0].Contact.Address)
			}
		}
		if !strings.HasSuffix(people[0].Contact.Address, ".invalid") {
			t.Errorf("address %s could be delivered to", people[0].Contact.Address)
		}
		h.later(time.Minute)
		if _, err := portal.Reply(ctx, link, ReplyInput{Body: "That helped."}); err != nil {
			t.Fatal(err)
		}
		in.Title, in.Name = "Again", "otto"
		if _, err := h.FromDiscord(ctx, in); err != nil {
			t.Fatal(err)
		}
		again, err := models.People(ctx, h.db, 2)
		if err != nil || again[0].ContactID != people[0].ContactID {
			t.Errorf("the same person became two contacts: %v", err)
		}
	})
}

func TestFromDiscordRefuses(t *testing.T) {
	h := newHouse(t, "")
	good := ChatTicket{Slug: "acme", User: "1", Name: "otto", Title: "T", Description: "D"}
	for name, spoil := range map[string]func(*ChatTicket){
		"project": func(c *ChatTicket) { c.Slug = "nowhere" }, "user": func(c *ChatTicket) { c.User = "1@example.com" }, "no user": func(c *ChatTicket) { c.User = "" },
		"name": func(c *ChatTicket) { c.Name = " " }, "title": func(c *ChatTicket) { c.Title = "" }, "description": func(c *ChatTicket) { c.Description = "\n" },
	} {
		in := good
		spoil(&in)
		if _, err := h.FromDiscord(context.Background(), in); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}
