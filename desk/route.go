package desk

import (
	"context"
	"slices"
	"time"

	"lodge/models"
)

// happening is what has happened to a ticket that rules are asked about.
type happening struct {
	// was is the ticket before the change, nil for one that was made just now or given back.
	was     *models.Ticket
	created bool
	// first is the text that the ticket began with and reporter who filed it; nil: they are read
	// where a rule looks at them.
	first    []string
	reporter *models.Contact
	// said is what a customer has just written.
	said string
	kept RouteKept
}

// routed is what rules did to a ticket, until it is recorded. nil is nothing.
type routed struct {
	happening
	ticket *models.Ticket
	steps  []RouteStep
	stamp  models.Stamp
	failed bool
}

// route applies the rules to a ticket inside the transaction of what has happened to it, after the
// ticket is written and before anybody is told: the first notice is for the right team. The ticket is
// saved when rules changed it. What goes wrong with rules is undone and written down, and never
// keeps the ticket from being filed.
func (d *Desk) route(ctx context.Context, tx *models.Tx, t *models.Ticket, h happening, now time.Time) (*routed, error) {
	if t.SpamAt != 0 || t.MergedIntoID != nil {
		return nil, nil
	}
	cat, err := models.TxCatalog(ctx, tx)
	if err != nil {
		return nil, err
	}
	rules := routeRules(cat, t.ProjectID, h.created)
	if len(rules) == 0 {
		return nil, nil
	}
	before, r := *t, &routed{happening: h, ticket: t, stamp: models.At(now)}
	failed, fatal := tx.Try(ctx, func(ctx context.Context) error { return d.applyRules(ctx, tx, cat, rules, r, now) })
	if fatal != nil {
		return nil, fatal
	}
	if failed != nil {
		d.log.Error("rules could not be applied", "ticket", t.Number, "error", failed)
		*t = before
		r.steps, r.failed = nil, true
	}
	return r, nil
}

// routeRules are the rules that may apply to tickets of a project.
func routeRules(cat *models.Catalog, projectID int64, created bool) []*models.RoutingRule {
	var rules []*models.RoutingRule
	for _, r := range cat.Routing {
		if r.DisabledAt == 0 && !r.Broken && (r.ProjectID == nil || *r.ProjectID == projectID) && ((created && r.OnCreate) || (!created && r.OnChange)) {
			rules = append(rules, r)
		}
	}
	return rules
}

func (d *Desk) applyRules(ctx context.Context, tx *models.Tx, cat *models.Catalog, rules []*models.RoutingRule, r *routed, now time.Time) error {
	ask, err := d.routeAsk(ctx, tx, cat, rules, r.ticket, r.happening, now)
	if err != nil {
		return err
	}
	book := newRouteBook(ctx, tx, r.ticket.ProjectID, rules, now)
	book.lock = func() error { return models.LockTurns(ctx, tx) }
	ask.Staff = book
	plan := PlanRoute(ask)
	if book.err != nil {
		return book.err
	}
	if plan.Halted {
		d.log.Warn("rules bring about one another without end", "ticket", r.ticket.Number, "passes", routePasses)
	}
	r.steps = slices.DeleteFunc(plan.Steps, func(s RouteStep) bool {
		// A rule that acts at every change would say at every change that nobody is free.
		return !s.Changes() && !(s.Nobody && (r.created || s.Rule.MovesWith()))
	})
	return r.apply(ctx, tx, ask.Project, now)
}

// routeAsk gathers what rules look at of a ticket; the staff is for the caller.
func (d *Desk) routeAsk(ctx context.Context, c models.Conn, cat *models.Catalog, rules []*models.RoutingRule, t *models.Ticket, h happening, now time.Time) (RouteAsk, error) {
	ask := RouteAsk{Rules: rules, Project: cat.Project(t.ProjectID), Created: h.created, Kept: h.kept}
	if t.AssigneeID != nil {
		ask.AgentID = *t.AssigneeID
	}
	needs := routeNeeds(rules)
	if needs.tags && !h.created {
		have, err := models.TicketTags(ctx, c, t.ID)
		if err != nil {
			return ask, err
		}
		for _, g := range have {
			ask.Tags = append(ask.Tags, g.Name)
		}
	}
	if needs.words && h.first == nil {
		body, err := models.FirstWords(ctx, c, t.ID)
		if err != nil {
			return ask, err
		}
		h.first = []string{body}
	}
	if needs.reporter && h.reporter == nil {
		var err error
		if h.reporter, err = models.ContactByID(ctx, c, t.ReporterID); err != nil {
			return ask, err
		}
	}
	ask.Facts = routeFacts(cat, t, h, now)
	if h.said != "" {
		ask.Facts.Texts = append(ask.Facts.Texts, h.said)
	}
	if h.was != nil {
		before := routeFacts(cat, h.was, h, now)
		ask.Before = &before
	}
	return ask, nil
}

func routeFacts(cat *models.Catalog, t *models.Ticket, h happening, now time.Time) models.RouteFacts {
	f := models.FactsOf(t)
	f.Texts = append([]string{t.Title}, h.first...)
	f.Outside = !cat.CalendarFor(t).Open(now)
	if h.reporter != nil {
		f.SetReporter(h.reporter, cat.Language(cat.Project(t.ProjectID)))
	}
	return f
}

// routeNeeds says what of a ticket has to be read for these rules beside its row.
func routeNeeds(rules []*models.RoutingRule) (needs struct{ words, reporter, tags bool }) {
	for _, r := range rules {
		needs.tags = needs.tags || len(r.Actions.Tags) > 0
		for _, c := range r.Conditions {
			switch c.On {
			case models.RouteWords:
				needs.words = true
			case models.RouteDomain, models.RouteLanguage:
				needs.reporter = true
			}
		}
	}
	return needs
}

// apply writes what the steps change.
func (r *routed) apply(ctx context.Context, tx *models.Tx, project *models.Project, now time.Time) error {
	t := r.ticket
	var runs []int64
	var tags []string
	given, moved, changed := int64(0), false, false
	for i := range r.steps {
		s := &r.steps[i]
		runs, tags = append(runs, s.Rule.ID), append(tags, s.Tags...)
		changed = changed || s.Changes()
		if s.TeamID != 0 {
			t.TeamID = &s.TeamID
		}
		if s.Priority != 0 {
			t.Priority = s.Priority
		}
		if s.StatusID != 0 {
			t.SetStatus(project.Status(s.StatusID), now)
			moved = true
		}
		if s.AgentID != 0 {
			t.AssigneeID, given = &s.AgentID, s.AgentID
		}
	}
	if err := models.CountRuns(ctx, tx, runs, r.stamp); err != nil || !changed {
		return err
	}
	if given != 0 {
		if err := models.TakeTurn(ctx, tx, given, r.stamp); err != nil {
			return err
		}
	}
	if len(tags) > 0 {
		if err := models.AddTicketTags(ctx, tx, t.ID, tags); err != nil {
			return err
		}
	}
	if !r.created { // nobody has seen a new ticket yet
		step(t, moved, r.stamp)
	}
	return models.SaveTicket(ctx, tx, t)
}

// given is the agent whom rules gave the ticket to, and inTeam whether they moved it to another team.
func (r *routed) given() (agentID int64, inTeam bool) {
	if r == nil {
		return 0, false
	}
	for i := range r.steps {
		if r.steps[i].AgentID != 0 {
			agentID = r.steps[i].AgentID
		}
		inTeam = inTeam || r.steps[i].TeamID != 0
	}
	return agentID, inTeam
}

// beside adds to the data of the event that rules were asked about who is told of the ticket by what
// the rules did, so that nobody hears of one thing twice: "given" is an agent; "moved" says that the
// whole team is told.
func (r *routed) beside(data map[string]any) map[string]any {
	agent, inTeam := r.given()
	if data == nil && (agent != 0 || inTeam) {
		data = map[string]any{}
	}
	if agent != 0 {
		data["given"] = agent
	}
	if inTeam && !r.created {
		data["moved"] = true
	}
	return data
}

// recordRouted writes one event for each rule that was applied. quiet: the team hears of the ticket by
// another event, of its beginning.
func (d *Desk) recordRouted(ctx context.Context, tx *models.Tx, r *routed, quiet bool) error {
	if r == nil {
		return nil
	}
	if r.failed {
		return d.record(ctx, tx, r.ticket, &models.Event{Kind: models.EventRouted, CreatedAt: r.stamp}, map[string]any{"failed": true}, false)
	}
	agent, _ := r.given()
	lastTeam, lastAgent := -1, -1
	for i := range r.steps {
		if r.steps[i].TeamID != 0 {
			lastTeam = i
		}
		if r.steps[i].AgentID != 0 {
			lastAgent = i
		}
	}
	for i := range r.steps {
		s := &r.steps[i]
		data, tell := s.data(), false
		// Of what a later rule changed again nobody is told.
		if i == lastAgent {
			data["agent_id"], tell = s.AgentID, true
		}
		if i == lastTeam && !quiet {
			data["team_id"], tell = s.TeamID, true
			if agent != 0 {
				data["given"] = agent
			}
		}
		if s.StatusID != 0 && !r.created {
			// As for any other change of status the people outside are told.
			data["from"], data["to"], tell = s.WasStatusID, s.StatusID, true
		}
		if err := d.record(ctx, tx, r.ticket, &models.Event{Kind: models.EventRouted, CreatedAt: r.stamp}, data, tell); err != nil {
			return err
		}
	}
	return nil
}

// data is what the event of a step says: the rule and what it changed, by names, so that the
// timeline stays true.
func (s *RouteStep) data() map[string]any {
	data := map[string]any{"rule": s.Rule.Name}
	if s.TeamID != 0 {
		data["team"] = s.Team
	}
	if s.AgentID != 0 {
		data["agent"] = s.Agent
	}
	if s.Priority != 0 {
		data["priority"] = s.Priority
	}
	if s.StatusID != 0 {
		data["status"] = s.Status
	}
	if len(s.Tags) > 0 {
		data["tags"] = s.Tags
	}
	if s.Nobody {
		data["nobody"] = true
	}
	return data
}

// routeChange applies the rules for changes to a ticket that was like was before, and records what
// they did. said is what a customer has just written. What the change itself set stays.
func (d *Desk) routeChange(ctx context.Context, tx *models.Tx, was, t *models.Ticket, now time.Time) error {
	if !routeMoved(was, t) {
		return nil
	}
	r, err := d.route(ctx, tx, t, happening{was: was, kept: keptBy(was, t)}, now)
	if err != nil {
		return err
	}
	return d.recordRouted(ctx, tx, r, false)
}

// routeMoved says whether something changed that rules look at.
func routeMoved(was, t *models.Ticket) bool {
	return was.Title != t.Title || !same(was.TypeID, t.TypeID) || was.Priority != t.Priority || was.StatusID != t.StatusID ||
		!same(was.TeamID, t.TeamID) || !same(was.CompanyID, t.CompanyID) || was.RawFields != t.RawFields
}

// keptBy is what a person chose in an act that made one ticket of the other.
func keptBy(was, t *models.Ticket) RouteKept {
	return RouteKept{Team: !same(was.TeamID, t.TeamID), Agent: !same(was.AssigneeID, t.AssigneeID), Priority: was.Priority != t.Priority, Status: was.StatusID != t.StatusID}
}

// happening is the making of a ticket, as rules look at it.
func (n *newTicket) happening(first *models.Message, reporter *models.Contact) happening {
	h := happening{created: true, reporter: reporter, first: []string{n.description, n.message}}
	if len(n.entries) > 0 {
		h.first = nil
		if first != nil && first.Kind != models.MessageNote {
			h.first = []string{first.Body}
		}
	}
	if n.by != nil {
		h.kept = RouteKept{Team: n.teamID != nil, Agent: n.assigneeID != nil, Priority: n.priority != 0 && n.priority != models.PriorityNormal}
	}
	return h
}
