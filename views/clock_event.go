package views

import (
	"strings"
	"time"

	"lodge/locale"
)

// ClockEvent is what the clock or a rule did to a ticket, for its timeline, the notices about it and their mails. Which
// fields are set depends on Event.
type ClockEvent struct {
	// Event is promise_warned, promise_broken, routed, reminded, auto_closed or time_low.
	Event string
	// Of a promise: Kind is first, next or resolution; Minutes of working time were its target, by Calendar (empty: day and
	// night); its clock rested for Paused minutes.
	Kind, Policy, Calendar string
	Minutes, Paused        int64
	Due, Started           time.Time
	// Of a rule: its name and what it set, empty or 0 where it set nothing. Nobody: it found no agent who was free; Failed:
	// rules could not be applied.
	Rule, Team, Agent, Status string
	Priority                  int
	Tags                      []string
	Nobody, Failed            bool
	// Days without a word of the customer.
	Days int
	// Of bought time: Left is in minutes, below 0 when more was used.
	Company string
	Left    int64
}

// dueHere stands for the moment in a sentence.
const dueHere = "{at}"

// Words is the sentence about it, with the moment by the clock of a place.
func (e ClockEvent) Words(words *locale.Strings, place *time.Location) string {
	return strings.Replace(e.sentence(words), dueHere, LongMoment(words, e.Due, place), 1)
}

// Around is the sentence before and after the moment; all of it before where there is none.
func (e ClockEvent) Around(words *locale.Strings) (before, after string) {
	before, after, _ = strings.Cut(e.sentence(words), dueHere)
	return before, after
}

func (e ClockEvent) sentence(words *locale.Strings) string {
	switch e.Event {
	case "promise_warned", "promise_broken":
		return e.promise(words)
	case "routed":
		return e.rule(words)
	case "reminded", "auto_closed":
		return words.Tn("agent.clock."+e.Event, e.Days)
	case "time_low":
		if e.Left <= 0 {
			return words.Tf("agent.clock.time_over", "Company", e.Company, "Over", WorkSpan(words, -e.Left))
		}
		return words.Tf("agent.clock.time_low", "Company", e.Company, "Left", WorkSpan(words, e.Left))
	}
	return ""
}

func (e ClockEvent) promise(words *locale.Strings) string {
	kind := e.Kind
	if kind != "first" && kind != "next" {
		kind = "resolution"
	}
	what := "agent.clock.warned."
	switch {
	case e.Event == "promise_broken":
		what = "agent.clock.broken."
	case e.Due.IsZero():
		what = "agent.clock.near."
	}
	return words.Tf(what+kind, "At", dueHere) + " (" + e.why(words) + ")"
}

// why is what a promise was worked out from.
func (e ClockEvent) why(words *locale.Strings) string {
	key := "agent.clock.work"
	if e.Calendar == "" {
		key = "agent.clock.always"
	}
	facts := []string{words.Tf(key, "Time", WorkSpan(words, e.Minutes))}
	if e.Policy != "" {
		facts = append(facts, words.Tf("agent.clock.policy", "Policy", e.Policy))
	}
	if e.Calendar != "" {
		facts = append(facts, words.Tf("agent.clock.calendar", "Calendar", e.Calendar))
	}
	if e.Paused > 0 {
		facts = append(facts, words.Tf("agent.clock.paused", "Time", WorkSpan(words, e.Paused)))
	}
	return strings.Join(facts, ", ")
}

func (e ClockEvent) rule(words *locale.Strings) string {
	if e.Failed {
		return words.T("agent.clock.failed")
	}
	to := ""
	switch {
	case e.Team != "" && e.Agent != "":
		to = words.Tf("agent.clock.team_agent", "Team", e.Team, "Agent", e.Agent)
	case e.Team != "":
		to = words.Tf("agent.clock.team", "Team", e.Team)
	case e.Agent != "":
		to = e.Agent
	}
	var facts []string
	if e.Nobody {
		facts = append(facts, words.T("agent.clock.nobody"))
	}
	if e.Priority > 0 && e.Priority <= len(priorityWords) {
		facts = append(facts, words.Tf("agent.clock.priority", "Priority", strings.ToLower(words.T("agent.queue.priority."+priorityWords[e.Priority-1]))))
	}
	if e.Status != "" {
		facts = append(facts, words.Tf("agent.clock.status", "Status", e.Status))
	}
	if len(e.Tags) > 0 {
		facts = append(facts, words.Tf("agent.clock.tags", "Tags", strings.Join(e.Tags, ", ")))
	}
	rest := strings.Join(facts, ", ")
	switch {
	case to == "" && rest == "":
		return words.Tf("agent.clock.rule", "Rule", e.Rule)
	case to == "":
		return words.Tf("agent.clock.rule_set", "Rule", e.Rule, "What", rest)
	case rest == "":
		return words.Tf("agent.clock.rule_gave", "Rule", e.Rule, "To", to)
	}
	return words.Tf("agent.clock.rule_gave", "Rule", e.Rule, "To", to) + ", " + rest
}

// priorityWords name the priorities in keys, the lowest first.
var priorityWords = []string{"low", "normal", "high", "urgent"}
