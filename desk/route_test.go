package desk

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"lodge/models"
)

// rule adds a rule behind those that there are; for new tickets unless it says something else.
func (h *house) rule(r models.RoutingRule) *models.RoutingRule {
	h.t.Helper()
	if !r.OnCreate && !r.OnChange {
		r.OnCreate = true
	}
	if r.CreatedAt = models.At(h.clock()); r.Name == "" {
		r.Name = "Rule"
	}
	h.write(func(ctx context.Context, tx *models.Tx) error {
		cat, err := models.TxCatalog(ctx, tx)
		if err != nil {
			return err
		}
		r.Position = int64(len(cat.Routing))
		return models.InsertRoutingRule(ctx, tx, &r)
	})
	return &r
}

func (h *house) team(name string, members ...Actor) int64 {
	h.t.Helper()
	var ids []int64
	for _, m := range members {
		ids = append(ids, m.ID)
	}
	id := int64(0)
	h.write(func(ctx context.Context, tx *models.Tx) (err error) {
		id, err = models.InsertTeam(ctx, tx, name, models.At(h.clock()), ids...)
		return err
	})
	return id
}

func when(on string, values ...string) models.RouteCondition {
	return models.RouteCondition{On: on, Values: values}
}

func only(conditions ...models.RouteCondition) []models.RouteCondition { return conditions }

// routedEvents are what the timeline of a ticket says of rules, oldest first.
func (h *house) routedEvents(ticketID int64) (all []map[string]any) {
	h.t.Helper()
	events, err := models.Timeline(context.Background(), h.db, ticketID, 0)
	if err != nil {
		h.t.Fatal(err)
	}
	for _, e := range events {
		if e.Kind != models.EventRouted {
			continue
		}
		if e.Public || e.AgentID != nil || e.ContactID != nil {
			h.t.Errorf("the event of a rule is public or somebody's: %+v", e)
		}
		data := map[string]any{}
		if err := json.Unmarshal([]byte(e.Data), &data); err != nil {
			h.t.Fatal(err)
		}
		all = append(all, data)
	}
	return all
}

func (h *house) gives(t *models.Ticket, team, agent int64) {
	h.t.Helper()
	id := func(p *int64) int64 {
		if p == nil {
			return 0
		}
		return *p
	}
	if id(t.TeamID) != team || id(t.AssigneeID) != agent {
		h.t.Errorf("ticket %q is with team %d and agent %d, want %d and %d", t.Title, id(t.TeamID), id(t.AssigneeID), team, agent)
	}
}

// ticketOn files a ticket with this title and text.
func (h *house) ticketOn(title, text string) *models.Ticket {
	h.t.Helper()
	_, t := h.fileAs(fmt.Sprintf("p%d@example.com", h.clock().UnixMilli()), title, text)
	return h.byNumber(t.Number)
}

// AG-4: rules look at a new ticket in their order and leave one event each; a rule of another
// project, one that is off, and one for changes leave it alone.
func TestRulesRouteNewTickets(t *testing.T) {
	onEach(t, func(t *testing.T, h *house) {
		bo := h.newAgent("Bo", models.RoleAgent)
		billing, general := h.team("Billing", bo), h.team("General", h.ada)
		other, _ := h.other()
		h.write(func(ctx context.Context, tx *models.Tx) error {
			_, err := models.EnsureTags(ctx, tx, []string{"Money"}, 1)
			return err
		})
		tag := func(name string) models.RouteActions { return models.RouteActions{Tags: []string{name}} }
		h.rule(models.RoutingRule{Name: "Elsewhere", ProjectID: &other.ID, Stop: true, Actions: tag("Money")})
		h.rule(models.RoutingRule{Name: "Off", DisabledAt: 1, Stop: true, Actions: tag("Money")})
		h.rule(models.RoutingRule{Name: "Later", OnChange: true, Stop: true, Actions: tag("Money")})
		money := h.rule(models.RoutingRule{Name: "Money", Conditions: only(when(models.RouteWords, "Refund")),
			Actions: models.RouteActions{TeamID: billing, Assign: models.RouteRoundRobin, Priority: models.PriorityHigh, Tags: []string{"MONEY", "gone"}}})
		h.rule(models.RoutingRule{Name: "Urgent", Conditions: only(when(models.RoutePriority, "3")), Actions: models.RouteActions{StatusID: h.statusID("in-progress")}})
		h.rule(models.RoutingRule{Name: "Rest", Actions: models.RouteActions{TeamID: general}})

		got := h.ticketOn("I want a réfund", "now")
		h.gives(got, billing, bo.ID)
		if got.Priority != models.PriorityHigh || got.StatusID != h.statusID("in-progress") || got.Version != 1 || got.PublicVersion != 1 {
			t.Errorf("it is %+v", got)
		}
		events := h.routedEvents(got.ID)
		if len(events) != 2 || events[0]["rule"] != "Money" || events[0]["team"] != "Billing" || events[0]["agent"] != "Bo" || events[0]["priority"] != float64(3) ||
			fmt.Sprint(events[0]["tags"]) != "[Money]" || events[1]["rule"] != "Urgent" || events[1]["status"] == nil || events[1]["team"] != nil {
			t.Errorf("events %v", events)
		}
		tags, _ := models.TicketTags(context.Background(), h.db, got.ID)
		if len(tags) != 1 || tags[0].Name != "Money" {
			t.Errorf("tags %v", tags)
		}
		h.gives(h.ticketOn("Printer", "It is on fire"), general, 0)
		runs, err := models.RouteRuns(context.Background(), h.db)
		if err != nil || runs[money.ID].Runs != 1 || runs[money.ID].LastAt == 0 || len(runs) != 3 {
			t.Errorf("counted %v, %v", runs, err)
		}
		// What is not of this project is routed by its own rules only.
		elsewhere := h.ticketOf(h.filedBy("other", "kim@example.com", "refund").Token)
		if events := h.routedEvents(elsewhere.ID); len(events) != 1 || events[0]["rule"] != "Elsewhere" {
			t.Errorf("the other project's: %v", events)
		}
	})
}

// AG-4: the words of the first message by mail, the sender's domain and the channel; a ticket by
// chat and one that was held are routed too.
func TestRulesRouteEveryWayIn(t *testing.T) {
	onEachMail(t, func(t *testing.T, h *mailHouse) {
		ctx := context.Background()
		mail, chat, web := h.team("Mail"), h.team("Chat"), h.team("Web")
		h.rule(models.RoutingRule{Conditions: only(when(models.RouteChannel, models.OriginMail), when(models.RouteDomain, "nordwind.example"), when(models.RouteWords, "toner")), Actions: models.RouteActions{TeamID: mail}})
		h.rule(models.RoutingRule{Conditions: only(when(models.RouteChannel, models.OriginDiscord)), Actions: models.RouteActions{TeamID: chat}})
		h.rule(models.RoutingRule{Conditions: only(when(models.RouteChannel, models.OriginWeb)), Actions: models.RouteActions{TeamID: web}})
		for from, team := range map[string]int64{"kim@nordwind.example": mail, "kim@elsewhere.example": 0} {
			result := h.takes(h.letter(from, "Hello", "The toner is out."))
			h.gives(h.byNumber(result.Ticket), team, 0)
		}
		link, err := h.FromDiscord(ctx, ChatTicket{Slug: "acme", User: "77", Name: "otto", Title: "Hi", Description: "toner"})
		if err != nil {
			t.Fatal(err)
		}
		h.gives(h.ticketOf(link.Token), chat, 0)
		h.verify("always")
		id, _ := h.hold(func(in *SubmitInput) {})
		if waiting := h.waiting(HeldAsk{}); len(waiting) != 1 {
			t.Fatalf("%d wait", len(waiting))
		}
		h.write(func(ctx context.Context, tx *models.Tx) error {
			held, err := models.HeldByID(ctx, tx, id)
			if err != nil {
				return err
			}
			out, err := h.release(ctx, tx, held, true, nil, h.clock())
			if err == nil {
				h.gives(out.ticket, web, 0)
			}
			return err
		})
	})
}

// AG-4: what an agent chose stays, whatever a rule says; what they left open is filled in.
func TestRulesLeaveWhatAnAgentChose(t *testing.T) {
	onEach(t, func(t *testing.T, h *house) {
		ctx := context.Background()
		bo := h.newAgent("Bo", models.RoleAgent)
		billing, general := h.team("Billing", bo), h.team("General", h.ada)
		h.rule(models.RoutingRule{OnCreate: true, OnChange: true, Actions: models.RouteActions{TeamID: billing, Assign: models.RouteAgent, AgentID: bo.ID, Priority: models.PriorityLow, Reassign: true}})
		in := NewTicketInput{Project: "acme", Email: "kim@example.com", Title: "Called", Description: "By phone", Assignee: itoa(h.ada.ID), Team: itoa(general), Priority: "4"}
		number, err := h.CreateTicket(ctx, h.ada, in)
		if err != nil {
			t.Fatal(err)
		}
		got := h.byNumber(number)
		if h.gives(got, general, h.ada.ID); got.Priority != models.PriorityUrgent || len(h.routedEvents(got.ID)) != 0 {
			t.Errorf("routed %+v %v", got, h.routedEvents(got.ID))
		}
		in.Assignee, in.Title = "", "Called again"
		if number, err = h.CreateTicket(ctx, h.ada, in); err != nil {
			t.Fatal(err)
		}
		h.gives(h.byNumber(number), general, bo.ID)
		// By hand and in the same act: the team stays, what the act did not set is set.
		spare := h.team("Spare")
		h.ok(h.Assign(ctx, h.ada, number, h.ada.ID, 0))
		h.gives(h.byNumber(number), general, h.ada.ID)
		h.ok(h.SetTeam(ctx, h.ada, number, spare, 0))
		got = h.byNumber(number)
		if h.gives(got, spare, bo.ID); got.Priority != models.PriorityLow {
			t.Errorf("priority %d", got.Priority)
		}
	})
}

// AG-4: a rule for changes acts when the change makes it hold, and not at every edit after that.
func TestRulesFollowChanges(t *testing.T) {
	onEach(t, func(t *testing.T, h *house) {
		ctx := context.Background()
		bo := h.newAgent("Bo", models.RoleAgent)
		experts := h.team("Experts", bo)
		company := h.company("Nordwind")
		cat, _ := h.db.Catalog(ctx)
		kind := cat.ProjectBySlug("acme").Types[1]
		number := h.templated()
		id := h.byNumber(number).ID
		add := func(name string, c models.RouteCondition, do models.RouteActions) {
			h.rule(models.RoutingRule{Name: name, OnChange: true, Conditions: only(c), Actions: do})
		}
		add("type", when(models.RouteType, itoa(kind.ID)), models.RouteActions{TeamID: experts, Assign: models.RouteRoundRobin})
		add("field", models.RouteCondition{On: models.RouteField, Field: "model", Values: []string{"a"}}, models.RouteActions{Priority: models.PriorityUrgent})
		add("company", when(models.RouteCompany, itoa(company)), models.RouteActions{Assign: models.RouteAgent, AgentID: h.ada.ID, Reassign: true})
		add("status", when(models.RouteStatus, h.statusText("waiting")), models.RouteActions{Priority: models.PriorityLow})
		add("title", when(models.RouteWords, "flood"), models.RouteActions{Priority: models.PriorityHigh})
		names := func() string {
			var all []string
			for _, e := range h.routedEvents(id) {
				all = append(all, e["rule"].(string))
			}
			return strings.Join(all, " ")
		}
		h.ok(h.SetType(ctx, h.ada, number, kind.Slug, 0))
		h.gives(h.byNumber(number), experts, bo.ID)
		h.ok(h.SetField(ctx, h.ada, number, "model", []string{"A"}, 0))
		if got := h.byNumber(number); got.Priority != models.PriorityUrgent {
			t.Errorf("priority %d", got.Priority)
		}
		h.ok(h.SetCompany(ctx, h.ada, number, company, 0))
		h.gives(h.byNumber(number), experts, h.ada.ID)
		// Somebody takes it over by hand; later edits of other things leave it there.
		h.ok(h.Assign(ctx, h.ada, number, bo.ID, 0))
		h.ok(h.SetPriority(ctx, h.ada, number, models.PriorityNormal, 0))
		h.ok(h.SetTeam(ctx, h.ada, number, 0, 0))
		h.gives(h.byNumber(number), 0, bo.ID)
		before := h.byNumber(number)
		h.ok(h.ChangeStatus(ctx, h.ada, number, "in-progress", 0))
		h.ok(h.ChangeStatus(ctx, h.ada, number, "waiting", 0))
		h.ok(h.Retitle(ctx, h.ada, number, "A flood in the cellar", 0))
		after := h.byNumber(number)
		if after.Priority != models.PriorityHigh || names() != "type field company status title" {
			t.Errorf("priority %d, rules %q", after.Priority, names())
		}
		if after.Version != before.Version+5 || after.PublicVersion != before.PublicVersion+3 {
			t.Errorf("versions from %d, %d to %d, %d", before.Version, before.PublicVersion, after.Version, after.PublicVersion)
		}
		// Nothing that rules look at: nobody asks them.
		h.ok(h.SetTags(ctx, h.ada, number, []string{"x"}, 0))
		h.ok(h.Snooze(ctx, h.ada, number, h.clock().Add(time.Hour), 0))
		if names() != "type field company status title" {
			t.Errorf("rules %q", names())
		}
	})
}

// statusText is the id of a status as conditions write it.
func (h *house) statusText(slug string) string { return itoa(h.statusID(slug)) }

// AG-4: a customer's new words set off a rule, each time that they stand in a new message; the words
// that the ticket began with do not.
func TestRulesReadReplies(t *testing.T) {
	onEach(t, func(t *testing.T, h *house) {
		lawyers := h.team("Lawyers", h.ada)
		h.rule(models.RoutingRule{Name: "Law", OnChange: true, Conditions: only(when(models.RouteWords, "lawyer")), Actions: models.RouteActions{TeamID: lawyers, Priority: models.PriorityUrgent, Reassign: true}})
		h.rule(models.RoutingRule{Name: "Old", OnChange: true, Conditions: only(when(models.RouteWords, "fire")), Actions: models.RouteActions{Priority: models.PriorityLow}})
		link := h.file(true)
		h.reply(link, "Any news?")
		if got := h.ticketOf(link.Token); len(h.routedEvents(got.ID)) != 0 {
			t.Fatalf("routed: %v", h.routedEvents(got.ID))
		}
		h.reply(link, "I will see my LAWYER.")
		got := h.ticketOf(link.Token)
		if h.gives(got, lawyers, 0); got.Priority != models.PriorityUrgent {
			t.Errorf("priority %d", got.Priority)
		}
		page := h.whole(link)
		h.must(page, []string{"LAWYER"}, []string{"Law\"", "Lawyers", "routed"})
		h.ok(h.SetPriority(context.Background(), h.ada, got.Number, models.PriorityLow, 0))
		h.reply(link, "Hello?")
		if got = h.ticketOf(link.Token); got.Priority != models.PriorityLow {
			t.Error("an old message was read again")
		}
		h.reply(link, "My lawyer asks, too.")
		if got = h.ticketOf(link.Token); got.Priority != models.PriorityUrgent || len(h.routedEvents(got.ID)) != 2 {
			t.Errorf("priority %d, %v", got.Priority, h.routedEvents(got.ID))
		}
	})
}

// AG-4: rules that undo each other come to an end, as do rules that bring about one another.
func TestRulesEnd(t *testing.T) {
	onEach(t, func(t *testing.T, h *house) {
		a, b := h.team("A"), h.team("B")
		h.rule(models.RoutingRule{Name: "to b", Conditions: only(when(models.RouteTeam, itoa(a))), Actions: models.RouteActions{TeamID: b, Reassign: true}})
		h.rule(models.RoutingRule{Name: "to a", Conditions: only(models.RouteCondition{On: models.RouteTeam, Not: true, Values: []string{itoa(a)}}), Actions: models.RouteActions{TeamID: a, Reassign: true}})
		got := h.ticketOn("Round", "and round")
		h.gives(got, b, 0)
		if events := h.routedEvents(got.ID); len(events) != 2 {
			t.Errorf("events %v", events)
		}
	})
	// Each looks for what the next one brings about.
	step := func(i int) string { return itoa(int64(i)) }
	var ask RouteAsk
	for i := 9; i > 0; i-- {
		ask.Rules = append(ask.Rules, &models.RoutingRule{OnCreate: true, Conditions: only(when(models.RouteTeam, step(i))), Actions: models.RouteActions{TeamID: int64(i + 1), Reassign: true}})
	}
	ask.Created, ask.Staff, ask.Project = true, anyStaff{}, &models.Project{}
	ask.Facts.TeamID = 1
	plan := PlanRoute(ask)
	if !plan.Halted || len(plan.Steps) != routePasses {
		t.Errorf("went on for %d steps, halted %v", len(plan.Steps), plan.Halted)
	}
	ask.Rules[len(ask.Rules)-1].Stop = true
	if plan = PlanRoute(ask); plan.Halted || len(plan.Steps) != 1 {
		t.Errorf("not stopped: %+v", plan)
	}
}

// anyStaff knows every team and nobody.
type anyStaff struct{}

func (anyStaff) TeamName(int64) string                 { return "Team" }
func (anyStaff) Members(int64) []models.RouteCandidate { return nil }
func (anyStaff) Agent(int64) *models.RouteCandidate    { return nil }
func (anyStaff) TagName(name string) string            { return name }

// AG-4: what is gone is passed by, and the rest of the rule is done.
func TestRulesPassByWhatIsGone(t *testing.T) {
	onEach(t, func(t *testing.T, h *house) {
		bo := h.newAgent("Bo", models.RoleAgent)
		cat, _ := h.db.Catalog(context.Background())
		closed := cat.ProjectBySlug("acme").StatusBySlug("closed")
		h.rule(models.RoutingRule{Actions: models.RouteActions{TeamID: 4711, Assign: models.RouteAgent, AgentID: bo.ID, StatusID: 4712, Tags: []string{"gone"}, Priority: models.PriorityHigh}})
		h.rule(models.RoutingRule{Actions: models.RouteActions{StatusID: closed.ID}})
		h.write(func(ctx context.Context, tx *models.Tx) error { return models.DisableAgent(ctx, tx, bo.ID, 1) })
		got := h.ticketOn("Gone", "all of it")
		h.gives(got, 0, 0)
		if got.Priority != models.PriorityHigh || len(h.routedEvents(got.ID)) < 1 {
			t.Errorf("the rest was not done: %+v", got)
		}
		if project := cat.ProjectBySlug("acme"); !project.Graph.Allows(*project.InitialStatusID, closed.ID) && got.StatusID == closed.ID {
			t.Error("against the graph")
		}
	})
}

// AG-4: rules that fail are written down and keep no ticket from being filed; one that cannot be read
// stops nothing.
func TestRulesNeverLoseATicket(t *testing.T) {
	onEach(t, func(t *testing.T, h *house) {
		team := h.team("Team", h.ada)
		h.rule(models.RoutingRule{Name: "Whole", Actions: models.RouteActions{TeamID: team, Assign: models.RouteRoundRobin, Priority: models.PriorityHigh}})
		h.gives(h.ticketOn("One", "x"), team, h.ada.ID)
		// More tags than SQLite can be asked for, and a turn that PostgreSQL cannot count on from.
		absurd := make([]string, 40_000)
		for i := range absurd {
			absurd[i] = fmt.Sprint("tag ", i)
		}
		h.write(func(ctx context.Context, tx *models.Tx) error {
			return models.TakeTurn(ctx, tx, h.ada.ID, math.MaxInt64)
		})
		runs, _ := models.RouteRuns(context.Background(), h.db)
		h.rule(models.RoutingRule{Name: "Absurd", Actions: models.RouteActions{Tags: absurd}})
		got := h.ticketOn("Two", "x")
		h.gives(got, 0, 0)
		events := h.routedEvents(got.ID)
		if got.Priority != models.PriorityNormal || len(events) != 1 || events[0]["failed"] != true {
			t.Errorf("half a rule: %+v %v", got, events)
		}
		if after, _ := models.RouteRuns(context.Background(), h.db); !maps.Equal(runs, after) {
			t.Errorf("counted %v, then %v", runs, after)
		}
		h.ok(h.SetPriority(context.Background(), h.ada, got.Number, models.PriorityHigh, 0))
	})
}

// AG-4: a thousand tickets at one moment go round fairly.
func TestRoundRobinIsFair(t *testing.T) {
	h := newHouse(t, "")
	crew := []Actor{h.ada, h.newAgent("Bo", models.RoleAgent), h.newAgent("Cy", models.RoleAgent), h.newAgent("Di", models.RoleAgent)}
	team := h.team("Crew", crew...)
	h.rule(models.RoutingRule{Actions: models.RouteActions{TeamID: team, Assign: models.RouteRoundRobin}})
	got := map[int64]int{}
	for i := range 1000 {
		for agent := range h.made(1) {
			got[agent]++
		}
		if low, high := slices.Min(values(got)), slices.Max(values(got)); len(got) == 4 && high-low > 1 {
			t.Fatalf("after %d: %v", i+1, got)
		}
	}
	if len(got) != 4 || got[h.ada.ID] != 250 {
		t.Fatalf("given %v", got)
	}
}

func values(m map[int64]int) (all []int) {
	for _, n := range m {
		all = append(all, n)
	}
	return all
}

// made makes tickets without a form and counts by agent who has got them.
func (h *house) made(n int) map[int64]int {
	h.t.Helper()
	got, project := map[int64]int{}, h.now()
	for range n {
		err := h.db.Write(context.Background(), func(ctx context.Context, tx *models.Tx) error {
			t, _, _, err := h.create(ctx, tx, &newTicket{project: project, title: "Made", description: "text", origin: models.OriginWeb,
				contact: models.Contact{Address: "kim@example.com", AddressKey: "kim@example.com", CreatedAt: 1}}, h.clock())
			if err == nil && t.AssigneeID != nil {
				got[*t.AssigneeID]++
			} else if err == nil {
				got[0]++
			}
			return err
		})
		if err != nil {
			h.t.Fatal(err)
		}
	}
	return got
}

// AG-4: the one with the fewest open tickets gets the next; what has ended does not count.
func TestLeastLoaded(t *testing.T) {
	onEach(t, func(t *testing.T, h *house) {
		bo := h.newAgent("Bo", models.RoleAgent)
		h.write(func(ctx context.Context, tx *models.Tx) error { return models.SetCapacity(ctx, tx, bo.ID, 4) })
		team := h.team("Crew", h.ada, bo)
		r := h.rule(models.RoutingRule{Actions: models.RouteActions{TeamID: team, Assign: models.RouteAgent, AgentID: h.ada.ID}})
		h.made(3)
		r.Actions.Assign = models.RouteLeastLoaded
		h.write(func(ctx context.Context, tx *models.Tx) error { return models.UpdateRoutingRule(ctx, tx, r) })
		if got := h.made(3); got[bo.ID] != 3 {
			t.Errorf("given %v", got)
		}
		if got := h.made(2); got[bo.ID] != 1 || got[h.ada.ID] != 1 {
			t.Errorf("evenly %v", got)
		}
		if got := h.made(3); got[h.ada.ID] != 3 {
			t.Errorf("Bo has room for four: %v", got)
		}
		h.ok(h.ChangeStatus(context.Background(), h.ada, h.first(bo.ID).Number, "resolved", 0))
		if got := h.made(2); got[bo.ID] != 1 {
			t.Errorf("room again: %v", got)
		}
	})
}

// first is some open ticket of an agent.
func (h *house) first(agent int64) models.OpenTicket {
	h.t.Helper()
	all, err := models.OpenTicketsOf(context.Background(), h.db, agent, 1)
	if err != nil || len(all) == 0 {
		h.t.Fatal("none", err)
	}
	return all[0]
}

// AG-4: who is away, full, without the skill, not of the team, a viewer, or not of the project gets
// nothing; with nobody left the event says so and the team has it.
func TestWhoMayBeGivenTickets(t *testing.T) {
	onEach(t, func(t *testing.T, h *house) {
		_, frida := h.other()
		away, viewer := h.newAgent("Ari", models.RoleAgent), h.newAgent("Vera", models.RoleViewer)
		h.newAgent("Oz", models.RoleAgent) // not of the team
		bo := h.newAgent("Bo", models.RoleAgent)
		team := h.team("Crew", away, viewer, frida, bo)
		var skills int64
		h.write(func(ctx context.Context, tx *models.Tx) (err error) {
			if skills, err = models.EnsureSkill(ctx, tx, "Linux", 1); err != nil {
				return err
			}
			if err := models.SetAway(ctx, tx, away.ID, true, models.At(h.clock().Add(48*time.Hour))); err != nil {
				return err
			}
			if err := models.SetCapacity(ctx, tx, bo.ID, 1); err != nil {
				return err
			}
			return models.SetAgentSkills(ctx, tx, bo.ID, []int64{skills})
		})
		r := h.rule(models.RoutingRule{Name: "Crew", Actions: models.RouteActions{TeamID: team, Assign: models.RouteRoundRobin, Skills: []int64{skills}}})
		got := h.ticketOn("One", "x")
		h.gives(got, team, bo.ID)
		got = h.ticketOn("Two", "x") // full
		h.gives(got, team, 0)
		if events := h.routedEvents(got.ID); len(events) != 1 || events[0]["nobody"] != true || events[0]["agent"] != nil || events[0]["team"] != "Crew" {
			t.Errorf("events %v", events)
		}
		h.later(49 * time.Hour) // Ari is back by the clock, but does not know Linux
		got = h.ticketOn("Three", "x")
		h.gives(got, team, 0)
		r.Actions.Skills = nil
		h.write(func(ctx context.Context, tx *models.Tx) error { return models.UpdateRoutingRule(ctx, tx, r) })
		h.gives(h.ticketOn("Four", "x"), team, away.ID)
		h.write(func(ctx context.Context, tx *models.Tx) error { return models.SetAway(ctx, tx, away.ID, true, 0) })
		h.gives(h.ticketOn("Five", "x"), team, 0)
	})
}

// AG-4: tickets that come at once never fill an agent beyond what they can take.
func TestCapacityHoldsForTicketsAtOnce(t *testing.T) {
	onEach(t, func(t *testing.T, h *house) {
		bo := h.newAgent("Bo", models.RoleAgent)
		team := h.team("Crew", bo, h.ada)
		h.write(func(ctx context.Context, tx *models.Tx) error {
			if err := models.SetCapacity(ctx, tx, h.ada.ID, 2); err != nil {
				return err
			}
			return models.SetCapacity(ctx, tx, bo.ID, 1)
		})
		waiting := h.made(6)[0]
		h.rule(models.RoutingRule{OnChange: true, Conditions: only(when(models.RouteTeam, itoa(team))), Actions: models.RouteActions{Assign: models.RouteRoundRobin}})
		rows, err := models.Queue(context.Background(), h.db, models.QueueQuery{View: models.ViewAll, Limit: 10})
		if err != nil || waiting != 6 || len(rows) != 6 {
			t.Fatal(waiting, len(rows), err)
		}
		var all sync.WaitGroup
		for _, row := range rows {
			all.Go(func() {
				if err := h.SetTeam(context.Background(), h.ada, row.Number, team, 0); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		open, err := models.CountOpen(context.Background(), h.db, []int64{h.ada.ID, bo.ID})
		if err != nil || open[h.ada.ID] != 2 || open[bo.ID] != 1 {
			t.Errorf("given %v, %v", open, err)
		}
	})
}

// AG-4: rules never touch spam and what was merged, and act once for an act of several changes.
func TestRulesLeaveSpamAlone(t *testing.T) {
	onEach(t, func(t *testing.T, h *house) {
		ctx := context.Background()
		h.rule(models.RoutingRule{OnChange: true, Actions: models.RouteActions{Priority: models.PriorityUrgent}})
		got := h.ticketOn("Spam", "buy")
		h.ok(h.MarkSpam(ctx, h.admin(), got.Number, 0))
		h.ok(h.Retitle(ctx, h.ada, got.Number, "Spam, really", 0))
		if got = h.byNumber(got.Number); got.Priority != models.PriorityNormal || len(h.routedEvents(got.ID)) != 0 {
			t.Errorf("routed %v", h.routedEvents(got.ID))
		}
	})
}
