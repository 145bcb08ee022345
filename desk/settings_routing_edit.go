package desk

import (
	"context"
	"slices"
	"time"

	"lodge/models"
)

// rulesMost is how many rules there can be.
const rulesMost = 200

// RuleSheet is a rule as its form shows it and sends it back.
type RuleSheet struct {
	ID   int64
	Name string
	// Project is a slug, empty for every project.
	Project                      string
	On, OnCreate, OnChange, Stop bool
	// Everything says that a rule without conditions is meant to be for every ticket.
	Everything bool
	// Conditions hold what was chosen or typed: of companies the names, of questions the answers.
	Conditions []models.RouteCondition
	Actions    models.RouteActions
	// Version is the state it was read from; saving over somebody else's change is a Conflict.
	Version int64
}

// NewRuleSheet is an empty form.
func NewRuleSheet() *RuleSheet { return &RuleSheet{On: true, OnCreate: true} }

// RuleSheet reads a rule for its form.
func (d *Desk) RuleSheet(ctx context.Context, actor Actor, id int64) (*RuleSheet, error) {
	if err := actor.may(models.ActSettings); err != nil {
		return nil, err
	}
	cat, err := d.db.Catalog(ctx)
	if err != nil {
		return nil, err
	}
	for _, r := range cat.Routing {
		if r.ID != id || !seesRule(actor, r) {
			continue
		}
		names, err := d.ruleNames(ctx, d.db, cat)
		if err != nil {
			return nil, err
		}
		s := &RuleSheet{ID: r.ID, Name: r.Name, On: r.DisabledAt == 0, OnCreate: r.OnCreate, OnChange: r.OnChange, Stop: r.Stop, Everything: len(r.Conditions) == 0 && !r.Broken, Actions: r.Actions, Version: r.Version}
		if r.ProjectID != nil {
			if p := cat.Project(*r.ProjectID); p != nil {
				s.Project = p.Slug
			}
		}
		for _, c := range r.Conditions {
			c.Values = slices.Clone(c.Values)
			if c.On == models.RouteCompany {
				c.Values = nil
				for _, id := range numbers(r.Conditions[len(s.Conditions)].Values) {
					if name := names.companies[id]; name != "" {
						c.Values = append(c.Values, name)
					}
				}
			}
			s.Conditions = append(s.Conditions, c)
		}
		return s, nil
	}
	return nil, models.NotFound()
}

// RuleChoices are what the form of a rule offers.
type RuleChoices struct {
	Projects []Choice
	// AllProjects: the actor may make rules for every project.
	AllProjects                            bool
	Types, Statuses, Teams, Agents, Skills []RuleChoice
	Tags                                   []string
	Fields                                 []RuleField
}

// RuleChoice is something with an id; Project is the slug of the project it belongs to, empty for none.
type RuleChoice struct {
	ID            int64
	Name, Project string
}

// RuleField is a question of a template.
type RuleField struct {
	Slug, Label, Kind string
	Options           []string
	Project           string
}

// RuleChoices gathers what the form of a rule offers to an actor.
func (d *Desk) RuleChoices(ctx context.Context, actor Actor) (*RuleChoices, error) {
	if err := actor.may(models.ActSettings); err != nil {
		return nil, err
	}
	cat, err := d.db.Catalog(ctx)
	if err != nil {
		return nil, err
	}
	ch := &RuleChoices{AllProjects: actor.Projects == nil}
	for _, p := range cat.Projects {
		if !actor.CanIn(models.ActSettings, p.ID) {
			continue
		}
		ch.Projects = append(ch.Projects, Choice{p.Slug, p.Name})
		for _, t := range p.Types {
			ch.Types = append(ch.Types, RuleChoice{t.ID, t.Name, p.Slug})
		}
		for _, s := range p.Statuses {
			ch.Statuses = append(ch.Statuses, RuleChoice{s.ID, s.Name, p.Slug})
		}
		for _, t := range p.Templates {
			for _, f := range t.Fields {
				if !slices.ContainsFunc(ch.Fields, func(has RuleField) bool { return has.Slug == f.Slug && has.Project == p.Slug }) {
					ch.Fields = append(ch.Fields, RuleField{f.Slug, f.Label, f.Kind, f.Options, p.Slug})
				}
			}
		}
	}
	teams, err := models.TeamNames(ctx, d.db)
	if err != nil {
		return nil, err
	}
	for _, t := range teams {
		ch.Teams = append(ch.Teams, RuleChoice{ID: t.ID, Name: t.Name})
	}
	agents, err := models.Agents(ctx, d.db)
	if err != nil {
		return nil, err
	}
	for _, a := range agents {
		ch.Agents = append(ch.Agents, RuleChoice{ID: a.ID, Name: a.Name})
	}
	skills, err := models.Skills(ctx, d.db)
	if err != nil {
		return nil, err
	}
	for _, s := range skills {
		ch.Skills = append(ch.Skills, RuleChoice{ID: s.ID, Name: s.Name})
	}
	tags, err := models.TagList(ctx, d.db, "", 200)
	for _, t := range tags {
		ch.Tags = append(ch.Tags, t.Name)
	}
	return ch, err
}

// SaveRule adds a rule (ID 0), behind all others, or changes one.
func (d *Desk) SaveRule(ctx context.Context, actor Actor, in RuleSheet) (id int64, err error) {
	if err := actor.may(models.ActSettings); err != nil {
		return 0, err
	}
	err = d.onCatalog(ctx, func(ctx context.Context, tx *models.Tx, cat *models.Catalog, now time.Time) error {
		r, err := ruleToSave(ctx, tx, cat, actor, in.ID, now)
		if err != nil {
			return err
		}
		var v models.Invalid
		if in.ID == 0 && len(cat.Routing) >= rulesMost {
			v.Add("name", "agent.rule.error.many", "Max", rulesMost)
		}
		next, err := d.checkRule(ctx, tx, cat, actor, in, true, &v)
		if err != nil {
			return err
		}
		if err := v.Err(); err != nil {
			return err
		}
		if in.ID != 0 && in.Version != r.Version {
			return models.Conflict("agent.settings.error.changed")
		}
		if err := spellTags(ctx, tx, next.Actions.Tags, now); err != nil {
			return err
		}
		names, err := d.ruleNames(ctx, tx, cat, r, next)
		if err != nil {
			return err
		}
		changes := names.changes(r, next)
		if in.ID != 0 && len(changes) == 0 {
			id = r.ID
			return nil
		}
		r.Name, r.ProjectID, r.OnCreate, r.OnChange, r.Stop, r.Conditions, r.Actions = next.Name, next.ProjectID, next.OnCreate, next.OnChange, next.Stop, next.Conditions, next.Actions
		switch {
		case in.On:
			r.DisabledAt = 0
		case r.DisabledAt == 0:
			r.DisabledAt = models.At(now)
		}
		kind := "rule.changed"
		if in.ID == 0 {
			kind, err = "rule.added", models.InsertRoutingRule(ctx, tx, r)
		} else {
			err = models.UpdateRoutingRule(ctx, tx, r)
		}
		if id = r.ID; err != nil {
			return err
		}
		return audit(ctx, tx, actor, kind, r.Name, changes, now)
	})
	return id, err
}

// ruleToSave is the rule with an id, if the actor may change it; without one a new rule behind all
// others.
func ruleToSave(ctx context.Context, tx *models.Tx, cat *models.Catalog, actor Actor, id int64, now time.Time) (*models.RoutingRule, error) {
	if id == 0 {
		r := &models.RoutingRule{CreatedAt: models.At(now)}
		for _, other := range cat.Routing {
			r.Position = max(r.Position, other.Position+1)
		}
		return r, nil
	}
	r, err := models.RoutingRuleByID(ctx, tx, id)
	if err != nil {
		return nil, err
	}
	if !seesRule(actor, r) {
		return nil, models.NotFound()
	}
	return r, mayRule(actor, r.ProjectID)
}

// spellTags makes tags of names and writes each name as its tag is written.
func spellTags(ctx context.Context, tx *models.Tx, names []string, now time.Time) error {
	tags, err := models.EnsureTags(ctx, tx, names, models.At(now))
	if err != nil {
		return err
	}
	for i, name := range names {
		for _, t := range tags {
			if models.TagKey(name) == t.NameKey {
				names[i] = t.Name
			}
		}
	}
	return nil
}
