package desk

import (
	"context"
	"testing"

	"lodge/models"
)

// AG-4: every act that changes a ticket asks the rules once: an answer with a status, the customer's
// own closing, a macro; the tickets that come of others are routed as new ones.
func TestRulesFollowEveryAct(t *testing.T) {
	onEach(t, func(t *testing.T, h *house) {
		ctx := context.Background()
		bo := h.newAgent("Bo", models.RoleAgent)
		second, fresh := h.team("Second", bo), h.team("Fresh")
		h.write(func(ctx context.Context, tx *models.Tx) error {
			_, err := models.EnsureTags(ctx, tx, []string{"closed", "waits"}, 1)
			return err
		})
		cat, _ := h.db.Catalog(ctx)
		project := cat.ProjectBySlug("acme")
		tag := func(status string, name string) {
			h.rule(models.RoutingRule{Name: name, OnChange: true, Conditions: only(when(models.RouteStatus, itoa(project.StatusBySlug(status).ID))), Actions: models.RouteActions{Tags: []string{name}}})
		}
		tag("waiting", "waits")
		h.rule(models.RoutingRule{Name: "closed", OnChange: true, Conditions: only(when(models.RouteStatus, itoa(*project.SelfClosedStatusID))), Actions: models.RouteActions{Tags: []string{"closed"}, Assign: models.RouteAgent, AgentID: bo.ID}})
		h.rule(models.RoutingRule{Name: "urgent", OnChange: true, Conditions: only(when(models.RoutePriority, "4")), Actions: models.RouteActions{TeamID: second, Assign: models.RouteRoundRobin, Priority: models.PriorityLow, Reassign: true}})
		h.rule(models.RoutingRule{Name: "new", Actions: models.RouteActions{TeamID: fresh}})
		names := func(ticket *models.Ticket) (all []any) {
			for _, e := range h.routedEvents(ticket.ID) {
				all = append(all, e["rule"])
			}
			return all
		}

		link, number := h.file(true), int64(0)
		number = h.ticketOf(link.Token).Number
		if _, err := h.ReplyAsAgent(ctx, h.ada, number, AgentReply{Body: "Which model?", Status: "waiting"}); err != nil {
			t.Fatal(err)
		}
		h.ok(h.Portal().Close(ctx, link))
		got := h.byNumber(number)
		if said := names(got); len(said) != 3 || said[1] != "waits" || said[2] != "closed" {
			t.Errorf("rules %v", said)
		}
		// One that has ended is given to nobody, and the one who answered keeps it.
		h.gives(got, fresh, h.ada.ID)

		other := h.ticketOf(h.file(true).Token)
		id, err := h.SaveMacro(ctx, h.ada, 0, MacroSheet{Name: "Mine", Own: true, Body: "On it", MacroActions: models.MacroActions{Priority: models.PriorityUrgent, Take: true}})
		if err != nil {
			t.Fatal(err)
		}
		h.ok(h.ApplyMacro(ctx, h.ada, other.Number, id))
		// The act took it and set the priority; the rule may set what is left.
		got = h.byNumber(other.Number)
		if h.gives(got, second, h.ada.ID); got.Priority != models.PriorityUrgent || len(names(got)) != 2 {
			t.Errorf("priority %d, rules %v", got.Priority, names(got))
		}

		// A follow-up keeps the hands that its ticket was in.
		n, err := h.FollowUp(ctx, h.ada, other.Number, FollowUpInput{Title: "Again", Body: "More of it"})
		if err != nil {
			t.Fatal(err)
		}
		h.gives(h.byNumber(n), second, h.ada.ID)
		if said := names(h.byNumber(n)); len(said) != 0 {
			t.Errorf("rules %v", said)
		}
	})
}

// AG-4, PT-9: a follow-up by a customer is a new ticket for the rules, and its team hears of it.
func TestRulesRouteFollowUps(t *testing.T) {
	onEach(t, func(t *testing.T, h *house) {
		ctx := context.Background()
		team := h.team("Crew", h.ada)
		h.settings(func(p *models.Project) { p.Settings.ReopenDays = 1 })
		link := h.file(true)
		old := h.ticketOf(link.Token)
		h.ok(h.ChangeStatus(ctx, h.ada, old.Number, "resolved", 0))
		h.rule(models.RoutingRule{Name: "Again", Conditions: only(when(models.RouteWords, "broken again")), Actions: models.RouteActions{TeamID: team}})
		h.later(72 * 60 * 60 * 1e9)
		done := h.reply(link, "It is broken, again.")
		if done.FollowUp == "" {
			t.Fatal("no follow-up")
		}
		fresh := h.ticketOf(done.FollowUp)
		h.gives(fresh, team, 0)
		h.gives(h.byNumber(old.Number), 0, 0)
		if events := h.routedEvents(fresh.ID); len(events) != 1 || events[0]["team_id"] != float64(team) {
			t.Errorf("events %v", events)
		}
	})
}
