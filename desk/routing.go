package desk

import (
	"slices"

	"lodge/models"
)

// Rules are applied in their order (AG-4); each at most once for one thing that happened. As
// one rule may bring about what an earlier one looks for, they are gone through again while
// something changed, up to routePasses times.
//
// What is given is not taken away: a team or an agent is only filled in where there is none, also
// by a rule that stands before, unless the rule says Reassign. So the first rule that fits wins,
// and general rules stand behind special ones. Priority and status are set in any case, the status
// only along the graph. What a person chose in the same act (Kept) stays whatever rules say.
//
// When a ticket is made the rules for new tickets are asked. When it changes the rules for
// changes are, and one acts when the change made its conditions hold: who moves a ticket by hand
// would otherwise fight with the rule at every later edit. A rule that looks at nothing that
// changes, such as one without conditions, acts at every change.

// routePasses is how often the rules are gone through for one thing that happened.
const routePasses = 5

// RouteKept names what a person chose in the same act, which rules leave alone.
type RouteKept struct{ Team, Agent, Priority, Status, Tags bool }

// RouteStaff says what rules need to know of the desk's people, teams and tags.
type RouteStaff interface {
	// TeamName is a team's name, empty when there is no such team.
	TeamName(id int64) string
	// Members are those of a team who may be given tickets of the project.
	Members(team int64) []models.RouteCandidate
	// Agent is one agent who may be given tickets of the project, or nil.
	Agent(id int64) *models.RouteCandidate
	// TagName is the spelling of a tag, empty when there is no such tag.
	TagName(name string) string
}

// RouteAsk is a ticket that rules are asked about.
type RouteAsk struct {
	// Rules in their order; those that are switched off or for another happening are passed by.
	Rules   []*models.RoutingRule
	Project *models.Project
	// Created: the ticket was made just now; otherwise it has changed.
	Created bool
	Facts   models.RouteFacts
	// Before is what the facts were before the change; nil: whatever holds now came about now.
	Before *models.RouteFacts
	// AgentID is who has the ticket, 0 nobody; Tags are its tags.
	AgentID int64
	Tags    []string
	Kept    RouteKept
	Staff   RouteStaff
}

// The actions of a rule that could not be done, as words of RouteStep.Skipped and RouteFault.
const (
	RouteNoTeam   = "team"   // it is gone
	RouteNoAgent  = "agent"  // gone, switched off, or may not answer in the project
	RouteNoTag    = "tag"    // it is gone
	RouteNoStatus = "status" // gone, or not of the project
	RouteNoStep   = "step"   // the graph has no step there from the present status
	RouteNoSkill  = "skill"  // it is gone
)

// RouteStep is what one rule does to a ticket: zero values are no change.
type RouteStep struct {
	Rule     *models.RoutingRule
	TeamID   int64
	Team     string
	AgentID  int64
	Agent    string
	Priority int64
	StatusID int64
	Status   string
	// WasStatusID is the status that was left for StatusID.
	WasStatusID int64
	// Tags that the ticket did not have.
	Tags []string
	// Nobody: an agent was to be found, and nobody is free.
	Nobody bool
	// Skipped are the actions that could not be done (RouteNoTeam, …).
	Skipped []string
}

// Changes says that the rule does something to the ticket.
func (s *RouteStep) Changes() bool {
	return s.TeamID != 0 || s.AgentID != 0 || s.Priority != 0 || s.StatusID != 0 || len(s.Tags) > 0
}

// RoutePlan is what rules do to a ticket, in the order in which they do it. A rule that applies and
// finds everything as it wants it has a step without changes.
type RoutePlan struct {
	Steps []RouteStep
	// Halted: the rules still brought about one another when they had been gone through often enough.
	Halted bool
}

// PlanRoute decides what rules do to a ticket and writes nothing; applying and the dry run are both
// made of it.
func PlanRoute(ask RouteAsk) RoutePlan {
	var plan RoutePlan
	facts, tags := ask.Facts, slices.Clone(ask.Tags)
	used := make([]bool, len(ask.Rules))
	for pass := 1; ; pass++ {
		changed := false
		for i, r := range ask.Rules {
			if used[i] || r.DisabledAt != 0 || (ask.Created && !r.OnCreate) || (!ask.Created && !r.OnChange) {
				continue
			}
			if ok, _ := r.Match(&facts); !ok {
				continue
			}
			if ask.Before != nil && r.MovesWith() {
				if before, _ := r.Match(ask.Before); before {
					continue
				}
			}
			if pass > routePasses {
				plan.Halted = true
				return plan
			}
			used[i] = true
			step := ask.step(r, &facts, &tags)
			plan.Steps = append(plan.Steps, step)
			changed = changed || step.Changes()
			if r.Stop {
				return plan
			}
		}
		if !changed {
			return plan
		}
	}
}

// step is what one rule does; facts, tags and ask.AgentID move with it.
func (ask *RouteAsk) step(r *models.RoutingRule, facts *models.RouteFacts, tags *[]string) RouteStep {
	s, do := RouteStep{Rule: r}, r.Actions
	if do.TeamID != 0 && !ask.Kept.Team && do.TeamID != facts.TeamID && (facts.TeamID == 0 || do.Reassign) {
		if name := ask.Staff.TeamName(do.TeamID); name != "" {
			s.TeamID, s.Team, facts.TeamID = do.TeamID, name, do.TeamID
		} else {
			s.Skipped = append(s.Skipped, RouteNoTeam)
		}
	}
	if do.Priority >= models.PriorityLow && do.Priority <= models.PriorityUrgent && !ask.Kept.Priority && do.Priority != facts.Priority {
		s.Priority, facts.Priority = do.Priority, do.Priority
	}
	for _, name := range do.Tags {
		if ask.Kept.Tags {
			break
		}
		known := ask.Staff.TagName(name)
		switch {
		case known == "":
			s.Skipped = append(s.Skipped, RouteNoTag)
		case len(*tags) < models.MaxTags && !slices.ContainsFunc(*tags, func(has string) bool { return models.TagKey(has) == models.TagKey(known) }):
			s.Tags, *tags = append(s.Tags, known), append(*tags, known)
		}
	}
	if do.StatusID != 0 && !ask.Kept.Status && do.StatusID != facts.StatusID {
		to := ask.Project.Status(do.StatusID)
		switch {
		case to == nil || to.LeavingAt != 0:
			s.Skipped = append(s.Skipped, RouteNoStatus)
		case !ask.Project.Graph.Allows(facts.StatusID, to.ID):
			s.Skipped = append(s.Skipped, RouteNoStep)
		default:
			s.WasStatusID, s.StatusID, s.Status, facts.StatusID = facts.StatusID, to.ID, to.Name, to.ID
		}
	}
	ask.give(&s, facts)
	return s
}

// give finds the agent that a rule gives the ticket to. One that has ended is given to nobody.
func (ask *RouteAsk) give(s *RouteStep, facts *models.RouteFacts) {
	do := s.Rule.Actions
	if do.Assign == models.RouteNobody || ask.Kept.Agent || (ask.AgentID != 0 && !do.Reassign) {
		return
	}
	if status := ask.Project.Status(facts.StatusID); status != nil && status.Category.Ended() {
		return
	}
	var found *models.RouteCandidate
	if do.Assign == models.RouteAgent {
		found = ask.Staff.Agent(do.AgentID)
		switch {
		case found == nil:
			s.Skipped = append(s.Skipped, RouteNoAgent)
			return
		case found.ID == ask.AgentID:
			return
		case !found.Free():
			found = nil
		}
	} else {
		if facts.TeamID == 0 {
			s.Nobody = true
			return
		}
		found = models.ChooseAgent(ask.Staff.Members(facts.TeamID), do.Assign, do.Skills, ask.AgentID)
	}
	if found == nil {
		s.Nobody = true
		return
	}
	s.AgentID, s.Agent, ask.AgentID = found.ID, found.Name, found.ID
}
