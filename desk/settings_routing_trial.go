package desk

import (
	"context"
	"errors"
	"slices"
	"time"

	"lodge/models"
)

// Bounds of a dry run.
const (
	trialTickets = 200
	trialTime    = 5 * time.Second
)

// RuleTrial is what rules would do to recent tickets, as these are now. Nothing of it is done.
type RuleTrial struct {
	// Tickets is how many were tried, Changed how many would be otherwise than they are.
	Tickets, Changed int
	// Counts has a line for each rule that was tried.
	Counts []TrialCount
	Lines  []TrialLine
	// Cut: there was no time for the rest of them.
	Cut bool
}

// TrialCount says how often a rule applied, and how often that would change something.
type TrialCount struct {
	ID             int64
	Name           string
	Applied, Moved int
}

// TrialLine is what one rule would do to one ticket.
type TrialLine struct {
	Number               int64
	Title, Project, Rule string
	// RuleID is 0 for a rule that is not saved yet.
	RuleID int64
	// WasTeam, WasAgent and WasPriority are what the ticket has before this rule.
	WasTeam, WasAgent string
	WasPriority       int
	Step              RouteStep
}

// TryRules tries all rules that are switched on at recent tickets that the actor may see (AG-4).
func (d *Desk) TryRules(ctx context.Context, actor Actor) (*RuleTrial, error) {
	if err := actor.may(models.ActSettings); err != nil {
		return nil, err
	}
	cat, err := d.db.Catalog(ctx)
	if err != nil {
		return nil, err
	}
	var rules []*models.RoutingRule
	for _, r := range cat.Routing {
		if r.DisabledAt == 0 && !r.Broken && seesRule(actor, r) {
			rules = append(rules, r)
		}
	}
	return d.tryRules(ctx, actor, cat, rules)
}

// TryRule tries one rule as it was typed, alone and whether or not it is switched on.
func (d *Desk) TryRule(ctx context.Context, actor Actor, in RuleSheet) (*RuleTrial, error) {
	if err := actor.may(models.ActSettings); err != nil {
		return nil, err
	}
	cat, err := d.db.Catalog(ctx)
	if err != nil {
		return nil, err
	}
	var v models.Invalid
	r, err := d.checkRule(ctx, d.db, cat, actor, in, false, &v)
	if err != nil {
		return nil, err
	}
	if err := v.Err(); err != nil {
		return nil, err
	}
	r.DisabledAt = 0
	return d.tryRules(ctx, actor, cat, []*models.RoutingRule{r})
}

// tryRules asks the rules about each ticket as though it had just come about as it is: both rules for
// new tickets and those for changes are asked, and the hours are those of when it was filed.
func (d *Desk) tryRules(ctx context.Context, actor Actor, cat *models.Catalog, rules []*models.RoutingRule) (*RuleTrial, error) {
	trial := &RuleTrial{}
	asked := make([]*models.RoutingRule, 0, len(rules))
	for _, r := range rules {
		copied := *r
		copied.OnCreate = true
		asked = append(asked, &copied)
		trial.Counts = append(trial.Counts, TrialCount{ID: r.ID, Name: r.Name})
	}
	if len(asked) == 0 {
		return trial, nil
	}
	now := d.Now()
	ctx, done := context.WithTimeout(ctx, trialTime)
	defer done()
	tickets, err := d.trialTickets(ctx, actor, asked)
	if err != nil && errors.Is(ctx.Err(), context.DeadlineExceeded) {
		trial.Cut = true
		return trial, nil
	}
	if err != nil {
		return nil, err
	}
	books := map[int64]*routeBook{}
	for _, t := range tickets {
		project := cat.Project(t.ProjectID)
		if project == nil || !actor.CanIn(models.ActRead, project.ID) {
			continue
		}
		book := books[project.ID]
		if book == nil {
			book = newRouteBook(ctx, d.db, project.ID, asked, now)
			book.tags = tagsOf(asked)
			books[project.ID] = book
		}
		ask := RouteAsk{Rules: asked, Project: project, Created: true, Tags: t.Tags, Staff: book,
			Facts: routeFacts(cat, t.Ticket, happening{created: true, first: []string{t.First}, reporter: &t.Reporter}, t.CreatedAt.Time())}
		if t.AssigneeID != nil {
			ask.AgentID = *t.AssigneeID
		}
		plan := PlanRoute(ask)
		if book.err != nil {
			if errors.Is(ctx.Err(), context.DeadlineExceeded) {
				trial.Cut = true
				return trial, nil
			}
			return nil, book.err
		}
		trial.add(t, project, plan, asked)
		for _, s := range plan.Steps {
			book.took(s.AgentID)
		}
	}
	return trial, nil
}

// trialTickets reads the latest tickets that the rules may be about.
func (d *Desk) trialTickets(ctx context.Context, actor Actor, rules []*models.RoutingRule) ([]*models.TrialTicket, error) {
	q := models.QueueQuery{View: models.ViewAll, AgentID: actor.ID, Projects: actor.projectIDs(), Limit: trialTickets}
	if only := rules[0].ProjectID; only != nil && !slices.ContainsFunc(rules, func(r *models.RoutingRule) bool { return r.ProjectID == nil || *r.ProjectID != *only }) {
		q.ProjectID = *only
	}
	rows, err := models.Queue(ctx, d.db, q)
	if err != nil {
		return nil, err
	}
	ids := make([]int64, 0, len(rows))
	for _, r := range rows {
		if !r.Merged && r.SpamAt == 0 {
			ids = append(ids, r.ID)
		}
	}
	return models.TrialTickets(ctx, d.db, ids)
}

// tagsOf lets a trial set tags that are made only when a rule is saved.
func tagsOf(rules []*models.RoutingRule) map[string]string {
	tags := map[string]string{}
	for _, r := range rules {
		for _, name := range r.Actions.Tags {
			tags[models.TagKey(name)] = name
		}
	}
	return tags
}

// took lets the next ticket of a trial find the agent with one ticket more and last in line.
func (b *routeBook) took(agentID int64) {
	if agentID == 0 {
		return
	}
	last := b.now
	for _, all := range b.members {
		for _, k := range all {
			last = max(last, k.TurnAt)
		}
	}
	for _, all := range b.members {
		for i := range all {
			if all[i].ID == agentID {
				all[i].Open, all[i].TurnAt = all[i].Open+1, last+1
			}
		}
	}
}

// add counts what rules would do to a ticket.
func (trial *RuleTrial) add(t *models.TrialTicket, project *models.Project, plan RoutePlan, rules []*models.RoutingRule) {
	trial.Tickets++
	changed, team, agent, priority := false, t.Team, t.Agent, int(t.Priority)
	for _, s := range plan.Steps {
		i := slices.Index(rules, s.Rule)
		trial.Counts[i].Applied++
		if !s.Changes() && !s.Nobody {
			continue
		}
		if s.Changes() {
			trial.Counts[i].Moved++
			changed = true
		}
		trial.Lines = append(trial.Lines, TrialLine{Number: t.Number, Title: t.Title, Project: project.Name, Rule: s.Rule.Name, RuleID: s.Rule.ID, WasTeam: team, WasAgent: agent, WasPriority: priority, Step: s})
		if s.TeamID != 0 {
			team = s.Team
		}
		if s.AgentID != 0 {
			agent = s.Agent
		}
		if s.Priority != 0 {
			priority = int(s.Priority)
		}
	}
	if changed {
		trial.Changed++
	}
}
