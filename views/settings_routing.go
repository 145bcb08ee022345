package views

import "time"

// RoutingRules is the input of settings/routing: the rules in their order.
type RoutingRules struct {
	CSRF             string
	NewURL, OrderURL string
	// TrialURL is empty where no rule is switched on.
	TrialURL string
	MayOrder bool
	Rules    []RoutingRule
}

// RoutingRule is one of them.
type RoutingRule struct {
	Key, Name, URL string
	// StateURL switches it by POST of "on".
	StateURL, DeleteURL string
	On, Stop            bool
	// Project is empty for every project.
	Project string
	// When says when it applies; Does what it does, each in words.
	When        string
	Does        []string
	Runs        int
	LastAt      time.Time
	First, Last bool
	// Broken: it cannot be read. Faults are whole sentences.
	Broken bool
	Faults []string
}

// RuleForm is the input of settings/routing_rule.
type RuleForm struct {
	Title, Action, CSRF string
	// RedrawURL shows the form again: POST with "add", "drop" or "try".
	RedrawURL   string
	ID, Version string
	Basic       []Input
	Rows        []RuleRow
	Add         Input
	// Everything is nil where there are conditions.
	Everything           *Input
	Actions, Last        []Input
	CancelURL, DeleteURL string
	Errors               []FieldError
	Trial                *RoutingTrial
}

// Problems lists what was refused.
func (f RuleForm) Problems() []FieldError { return f.Errors }

// RuleRow is one condition. On is what it looks at, as it is posted.
type RuleRow struct {
	Index, On, Title string
	Not, Values      Input
}

// RoutingTrialPage is the input of settings/routing_trial: a dry run of all rules.
type RoutingTrialPage struct {
	BackURL string
	Trial   RoutingTrial
}

// RoutingTrial is the input of settings/_routing_trial: what rules would do to recent tickets.
type RoutingTrial struct {
	Summary string
	Tickets int
	// Cut: there was no time for all of them.
	Cut    bool
	Counts []RoutingCount
	Lines  []RoutingTrialLine
}

// RoutingCount says how often a rule applied, and how often it would change something.
type RoutingCount struct {
	Name             string
	Applied, Changed int
}

// RoutingTrialLine is what one rule would change of one ticket.
type RoutingTrialLine struct {
	URL                  string
	Number               int64
	Title, Project, Rule string
	Changes              []string
}
