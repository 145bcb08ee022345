package handlers

import (
	"context"
	"html"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"lodge/desk"
	"lodge/models"
)

var bubbles = regexp.MustCompile(`(?s)<li class="(bubble[^"]*)".*?</li>`)

// A32: who belongs to the team is said by a mark of ours, whatever somebody calls themselves: the
// role's own word, an agent's public name, or one that only looks like it.
func TestRoleMarksAreOurs(t *testing.T) {
	o := staffed(t)
	o.write(func(ctx context.Context, tx *models.Tx) error {
		a := *o.agents["grace"]
		a.PublicName = "Grace of Support"
		return models.SetAgentProfile(ctx, tx, &a)
	})
	for i, name := range []string{"Support Team", "Support team", "\u0410gent", "Grace of Support"} {
		from := "rosa" + decimal(int64(i)) + "@example.com"
		_, got := o.mail(desk.InboundMail{From: desk.InboundAddress{Name: name, Addr: from}, To: []desk.InboundAddress{{Addr: "tom@example.net"}}, Subject: "Names", Text: "OPENINGWORDS " + from, Proven: true}, "mail "+from)
		number := got.Ticket
		links := map[string]desk.Link{}
		ticket, err := models.TicketByNumber(t.Context(), o.db, number)
		if err != nil {
			t.Fatal(err)
		}
		people, err := models.People(t.Context(), o.db, ticket.ID)
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range people {
			links[p.Contact.Address], _ = o.desk.ParticipantLinks(&p.Participant)
			if p.Contact.Address == from && p.Contact.Name != name {
				t.Fatalf("%q is called %q", name, p.Contact.Name)
			}
		}
		if _, err := o.desk.Portal().Reply(t.Context(), links[from], desk.ReplyInput{Body: "CUSTOMERWORDS"}); err != nil {
			t.Fatal(err)
		}
		if _, err := o.desk.ReplyAsAgent(t.Context(), o.actor("grace"), number, desk.AgentReply{Body: "AGENTWORDS"}); err != nil {
			t.Fatal(err)
		}
		page := o.browser().get("/ticket/thread/"+links["tom@example.net"].Token).must(t, http.StatusOK)
		theirs, ours := 0, 0
		for _, m := range bubbles.FindAllStringSubmatch(page.body, -1) {
			team := strings.Contains(m[1], "bubble--agent")
			if strings.Contains(m[0], "avatar--agent") != team || strings.Contains(m[0], "</span><span>Support team</span>") != team {
				t.Errorf("%s: a message has half of the mark: %s", name, m[0])
			}
			if strings.Contains(m[0], "AGENTWORDS") {
				ours++
				if !team || !strings.Contains(m[0], `bubble__author">Grace of Support</span><span>Support team</span>`) {
					t.Errorf("%s: an agent's message lacks the mark: %s", name, m[0])
				}
			} else {
				theirs++
				if team || !strings.Contains(m[0], `bubble__author">`+html.EscapeString(name)+`</span><span>r•••@example.com</span>`) {
					t.Errorf("%s: a customer's message is marked as %s", name, m[0])
				}
			}
		}
		if ours != 1 || theirs != 2 {
			t.Errorf("%s: %d messages of agents, %d of customers", name, ours, theirs)
		}
	}
}
