package desk

import (
	"encoding/json"
	"slices"

	"lodge/models"
)

// routedTo says whom the event of a rule is told to, and what other events leave to it.
type routedTo struct {
	// Agent and Team were given the ticket by the rule of this event.
	Agent int64 `json:"agent_id"`
	Team  int64 `json:"team_id"`
	// Given and Moved: rules that the event set off gave the ticket to this agent, or to another
	// team, who hear of it by that.
	Given int64 `json:"given"`
	Moved bool  `json:"moved"`
}

func routedToOf(event *models.Event) (to routedTo) {
	_ = json.Unmarshal([]byte(event.Data), &to)
	return to
}

// NoticeKindFor is NoticeKind for one agent: the event of a rule may be an assignment for one and a
// new ticket for the rest of the team.
func NoticeKindFor(event *models.Event, agentID int64) string {
	if to := routedToOf(event); event.Kind == models.EventRouted && to.Agent == agentID {
		return models.NoticeAssigned
	}
	return NoticeKind(event)
}

// routedNotice is NoticeKind for the event of a rule.
func routedNotice(event *models.Event) string {
	switch to := routedToOf(event); {
	case to.Team != 0:
		return models.NoticeNew
	case to.Agent != 0:
		return models.NoticeAssigned
	}
	return ""
}

// toldOfRule are those of the agents who are able that hear of the event of a rule.
func toldOfRule(event *models.Event, able []*models.Agent, team []int64) []*models.Agent {
	to := routedToOf(event)
	return slices.DeleteFunc(slices.Clone(able), func(a *models.Agent) bool {
		return !(a.ID == to.Agent || (to.Team != 0 && a.ID != to.Given && slices.Contains(team, a.ID)))
	})
}

// heardFromRule takes out those who hear of the same thing by the event of a rule. all: everybody does.
func heardFromRule(event *models.Event, t *models.Ticket, able []*models.Agent) (rest []*models.Agent, all bool) {
	to := routedToOf(event)
	switch {
	case to.Given == 0 && !to.Moved:
		return able, false
	case NoticeKind(event) == models.NoticeNew:
		return slices.DeleteFunc(able, func(a *models.Agent) bool { return a.ID == to.Given }), false
	case t.AssigneeID != nil:
		return able, *t.AssigneeID == to.Given
	}
	return able, to.Moved
}

// RuleOf is the name of the rule that made an event, empty for events of people and the clock.
func RuleOf(event *models.Event) string {
	var data struct{ Rule string }
	if event.Kind == models.EventRouted {
		_ = json.Unmarshal([]byte(event.Data), &data)
	}
	return data.Rule
}
