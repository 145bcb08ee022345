package models

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/uptrace/bun"
)

// RoutingRule gives tickets to teams and agents by what they are (AG-4). Rules are applied in
// their order, each at most once for one thing that happened.
type RoutingRule struct {
	bun.BaseModel `bun:"table:routing_rules"`
	ID            int64 `bun:",pk,autoincrement"`
	Name          string
	Position      int64
	ProjectID     *int64 // nil: every project
	OnCreate      bool
	OnChange      bool
	// Stop: rules behind it are not looked at once it was applied.
	Stop          bool
	RawConditions string `bun:"conditions"`
	RawActions    string `bun:"actions"`
	Version       int64
	DisabledAt    Stamp
	CreatedAt     Stamp

	Conditions []RouteCondition `bun:"-"`
	Actions    RouteActions     `bun:"-"`
	// Broken: what is stored cannot be read. Such a rule applies to nothing, and its page says so.
	Broken bool `bun:"-"`

	// ready are the Conditions that begin at readyOf, made for comparing.
	ready   []readyCondition
	readyOf *RouteCondition
}

// What a condition of a rule looks at.
const (
	RouteType     = "type"     // values: ids of types
	RoutePriority = "priority" // values: priorities
	RouteField    = "field"    // Field is a field's slug; values: what it may be answered with
	RouteWords    = "words"    // values: words, any of which stands in title or first message
	RouteCompany  = "company"  // values: ids of companies
	RouteChannel  = "channel"  // values: origins
	RouteLanguage = "language" // values: locales of the reporter
	RouteHours    = "hours"    // values: "inside" or "outside" of the ticket's working time
	RouteStatus   = "status"   // values: ids of statuses
	RouteTeam     = "team"     // values: ids of teams
	RouteDomain   = "domain"   // values: domains of the reporter's address
)

// RouteConditions are all of them in their order.
var RouteConditions = []string{RouteType, RoutePriority, RouteField, RouteWords, RouteCompany, RouteDomain, RouteChannel, RouteLanguage, RouteHours, RouteStatus, RouteTeam}

// RouteCondition is one condition: one of Values holds or, with Not, none does. A rule applies when
// all its conditions hold; one without conditions applies to every ticket, and says so on its page.
type RouteCondition struct {
	On     string   `json:"on"`
	Field  string   `json:"field,omitempty"`
	Not    bool     `json:"not,omitempty"`
	Values []string `json:"values"`
}

// How a rule finds an agent.
const (
	RouteNobody      = ""             // the assignee stays
	RouteAgent       = "agent"        // AgentID
	RouteRoundRobin  = "round_robin"  // of the team, whose turn is longest ago
	RouteLeastLoaded = "least_loaded" // of the team, who has the fewest open tickets
)

// RouteActions are what a rule does; zero values do nothing.
type RouteActions struct {
	TeamID  int64  `json:"team,omitempty"`
	Assign  string `json:"assign,omitempty"`
	AgentID int64  `json:"agent,omitempty"`
	// Skills narrows RouteRoundRobin and RouteLeastLoaded to agents who have all of them.
	Skills   []int64  `json:"skills,omitempty"`
	Priority int64    `json:"priority,omitempty"`
	Tags     []string `json:"tags,omitempty"`
	StatusID int64    `json:"status,omitempty"`
	// Reassign gives the ticket to another even when somebody has it already.
	Reassign bool `json:"reassign,omitempty"`
}

// Prepare decodes what is stored.
func (r *RoutingRule) Prepare() error {
	if err := json.Unmarshal([]byte(r.RawConditions), &r.Conditions); err != nil {
		return fmt.Errorf("conditions of rule %s: %w", r.Name, err)
	}
	if err := json.Unmarshal([]byte(r.RawActions), &r.Actions); err != nil {
		return fmt.Errorf("actions of rule %s: %w", r.Name, err)
	}
	if r.ready, r.readyOf = readyConditions(r.Conditions), nil; len(r.Conditions) > 0 {
		r.readyOf = &r.Conditions[0]
	}
	return nil
}

func (r *RoutingRule) write() error {
	list := r.Conditions
	if list == nil {
		list = []RouteCondition{}
	}
	conditions, err := json.Marshal(list)
	if err != nil {
		return err
	}
	actions, err := json.Marshal(r.Actions)
	r.RawConditions, r.RawActions = string(conditions), string(actions)
	return err
}

// InsertRoutingRule adds a rule and gives it its id.
func InsertRoutingRule(ctx context.Context, tx *Tx, r *RoutingRule) error {
	if err := r.write(); err != nil {
		return err
	}
	r.Version = max(r.Version, 1)
	if err := insert(ctx, tx, r); err != nil {
		return err
	}
	return touchCatalog(ctx, tx)
}

// UpdateRoutingRule writes a rule back and moves its version.
func UpdateRoutingRule(ctx context.Context, tx *Tx, r *RoutingRule) error {
	if err := r.write(); err != nil {
		return err
	}
	r.Version++
	if err := save(ctx, tx, r, "name", "position", "project_id", "on_create", "on_change", "stop", "conditions", "actions", "version", "disabled_at"); err != nil {
		return err
	}
	return touchCatalog(ctx, tx)
}

// DeleteRoutingRule takes a rule away; what it did stays in the history of its tickets.
func DeleteRoutingRule(ctx context.Context, tx *Tx, id int64) error {
	for _, query := range []string{"DELETE FROM routing_runs WHERE rule_id = ?", "DELETE FROM routing_rules WHERE id = ?"} {
		if _, err := tx.exec(ctx, query, id); err != nil {
			return err
		}
	}
	return touchCatalog(ctx, tx)
}
