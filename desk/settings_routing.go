package desk

import (
	"context"
	"strconv"
	"time"

	"lodge/models"
)

// RuleLine is a rule in the list, with everything by its name.
type RuleLine struct {
	ID   int64
	Name string
	// Project is its name, empty for every project.
	Project                      string
	On, OnCreate, OnChange, Stop bool
	Conditions                   []RuleWhen
	Does                         RuleDoes
	// Runs is how often it was applied, LastAt when last; zero is never.
	Runs   int64
	LastAt time.Time
	// Broken: what is stored of it cannot be read; it applies to nothing.
	Broken bool
	// Faults name what it looks at or sets and is gone: words of models.RouteConditions and the
	// actions' (RouteNoTeam, …).
	Faults []string
}

// RuleWhen is a condition with its values by their names.
type RuleWhen struct {
	On string
	// Field is a question's label.
	Field  string
	Not    bool
	Values []string
}

// RuleDoes is what a rule does, by names.
type RuleDoes struct {
	Team, Assign, Agent, Status string
	Priority                    int
	Skills, Tags                []string
	Reassign                    bool
}

// RulesPage is the list of rules. Agents with some projects see the rules of those and the ones for all.
type RulesPage struct {
	Rules []RuleLine
	// Choices of projects; MayOrder: the actor may put the rules in order.
	MayOrder bool
}

// routeRule finds a rule that the actor may see.
func seesRule(actor Actor, r *models.RoutingRule) bool {
	return r.ProjectID == nil || actor.CanIn(models.ActSettings, *r.ProjectID)
}

// mayRule says whether the actor may change a rule for a project; nil is every project.
func mayRule(actor Actor, project *int64) error {
	if project == nil {
		return actor.everywhere(models.ActSettings)
	}
	return actor.mayIn(models.ActSettings, *project)
}

// Rules lists the routing rules in the order in which they are applied (AG-4).
func (d *Desk) Rules(ctx context.Context, actor Actor) (*RulesPage, error) {
	if err := actor.may(models.ActSettings); err != nil {
		return nil, err
	}
	cat, err := d.db.Catalog(ctx)
	if err != nil {
		return nil, err
	}
	names, err := d.ruleNames(ctx, d.db, cat)
	if err != nil {
		return nil, err
	}
	runs, err := models.RouteRuns(ctx, d.db)
	if err != nil {
		return nil, err
	}
	page := &RulesPage{MayOrder: actor.Projects == nil}
	for _, r := range cat.Routing {
		if !seesRule(actor, r) {
			continue
		}
		line := names.line(cat, r)
		line.Runs = runs[r.ID].Runs
		if at := runs[r.ID].LastAt; at != 0 {
			line.LastAt = at.Time()
		}
		page.Rules = append(page.Rules, line)
	}
	return page, nil
}

// OrderRules moves rules: the first that fits gives the team and the agent.
func (d *Desk) OrderRules(ctx context.Context, actor Actor, order Order) error {
	if err := actor.everywhere(models.ActSettings); err != nil {
		return err
	}
	return d.onCatalog(ctx, func(ctx context.Context, tx *models.Tx, cat *models.Catalog, now time.Time) error {
		var keys []string
		names := map[string]string{}
		for _, r := range cat.Routing {
			keys = append(keys, itoa(r.ID))
			names[itoa(r.ID)] = r.Name
		}
		next, moved := order.apply(keys)
		if !moved {
			return nil
		}
		var ids []int64
		var told []string
		for _, key := range next {
			id, _ := strconv.ParseInt(key, 10, 64)
			ids, told = append(ids, id), append(told, names[key])
		}
		if err := models.SaveOrder(ctx, tx, models.OrderRules, ids); err != nil {
			return err
		}
		return audit(ctx, tx, actor, "rule.ordered", "", map[string]any{"order": joined(told)}, now)
	})
}

// onRule changes one rule in a transaction, for who may.
func (d *Desk) onRule(ctx context.Context, actor Actor, id int64, change func(ctx context.Context, tx *models.Tx, r *models.RoutingRule, now time.Time) error) error {
	if err := actor.may(models.ActSettings); err != nil {
		return err
	}
	now := d.Now()
	return d.db.Write(ctx, func(ctx context.Context, tx *models.Tx) error {
		r, err := models.RoutingRuleByID(ctx, tx, id)
		if err != nil {
			return err
		}
		if !seesRule(actor, r) {
			return models.NotFound()
		}
		if err := mayRule(actor, r.ProjectID); err != nil {
			return err
		}
		return change(ctx, tx, r, now)
	})
}

// SwitchRule switches a rule on or off. What it did stays.
func (d *Desk) SwitchRule(ctx context.Context, actor Actor, id int64, on bool) error {
	return d.onRule(ctx, actor, id, func(ctx context.Context, tx *models.Tx, r *models.RoutingRule, now time.Time) error {
		if on == (r.DisabledAt == 0) {
			return nil
		}
		kind := "rule.switched_on"
		if r.DisabledAt = 0; !on {
			r.DisabledAt, kind = models.At(now), "rule.switched_off"
		}
		if err := models.UpdateRoutingRule(ctx, tx, r); err != nil {
			return err
		}
		return audit(ctx, tx, actor, kind, r.Name, nil, now)
	})
}

// DeleteRule takes a rule away. What it did stays in the history of its tickets.
func (d *Desk) DeleteRule(ctx context.Context, actor Actor, id int64) error {
	return d.onRule(ctx, actor, id, func(ctx context.Context, tx *models.Tx, r *models.RoutingRule, now time.Time) error {
		if err := models.DeleteRoutingRule(ctx, tx, id); err != nil {
			return err
		}
		return audit(ctx, tx, actor, "rule.deleted", r.Name, nil, now)
	})
}
