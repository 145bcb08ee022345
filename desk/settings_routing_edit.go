package desk

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"lodge/models"
)

// Bounds of one rule.
const (
	rulesMost          = 200
	ruleNameLength     = 100
	ruleConditionsMost = 12
	ruleValuesMost     = 50
	ruleValueLength    = 200
)

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
	now := d.Now()
	err = d.db.Write(ctx, func(ctx context.Context, tx *models.Tx) error {
		cat, err := models.TxCatalog(ctx, tx)
		if err != nil {
			return err
		}
		r, kind := &models.RoutingRule{CreatedAt: models.At(now), Position: int64(len(cat.Routing))}, "rule.added"
		if in.ID != 0 {
			if r, err = models.RoutingRuleByID(ctx, tx, in.ID); err != nil {
				return err
			}
			if kind = "rule.changed"; !seesRule(actor, r) {
				return models.NotFound()
			}
			if err := mayRule(actor, r.ProjectID); err != nil {
				return err
			}
		} else {
			for _, other := range cat.Routing {
				r.Position = max(r.Position, other.Position+1)
			}
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
		tags, err := models.EnsureTags(ctx, tx, next.Actions.Tags, models.At(now))
		if err != nil {
			return err
		}
		for i, name := range next.Actions.Tags {
			for _, t := range tags {
				if models.TagKey(name) == t.NameKey {
					next.Actions.Tags[i] = t.Name
				}
			}
		}
		changes := ruleChanges(cat, r, next)
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
		if in.ID == 0 {
			err = models.InsertRoutingRule(ctx, tx, r)
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

// ruleChanges tells the audit log what differs between two states of a rule.
func ruleChanges(cat *models.Catalog, was, is *models.RoutingRule) map[string]any {
	changes := map[string]any{}
	differ := func(name, a, b string) {
		if a != b {
			changes[name] = [2]string{a, b}
		}
	}
	project := func(id *int64) string {
		if id != nil {
			if p := cat.Project(*id); p != nil {
				return p.Name
			}
		}
		return ""
	}
	flag := func(on bool) string {
		if on {
			return "1"
		}
		return ""
	}
	differ("name", was.Name, is.Name)
	differ("project", project(was.ProjectID), project(is.ProjectID))
	differ("on_create", flag(was.OnCreate), flag(is.OnCreate))
	differ("on_change", flag(was.OnChange), flag(is.OnChange))
	differ("stop", flag(was.Stop), flag(is.Stop))
	differ("on", flag(was.ID != 0 && was.DisabledAt == 0), flag(is.DisabledAt == 0))
	if !slices.EqualFunc(was.Conditions, is.Conditions, func(a, b models.RouteCondition) bool {
		return a.On == b.On && a.Field == b.Field && a.Not == b.Not && slices.Equal(a.Values, b.Values)
	}) {
		changes["conditions"] = [2]string{conditionsText(was.Conditions), conditionsText(is.Conditions)}
	}
	if a, b := was.Actions, is.Actions; a.TeamID != b.TeamID || a.Assign != b.Assign || a.AgentID != b.AgentID || !slices.Equal(a.Skills, b.Skills) || a.Priority != b.Priority ||
		!slices.Equal(a.Tags, b.Tags) || a.StatusID != b.StatusID || a.Reassign != b.Reassign {
		changes["actions"] = true
	}
	return changes
}

func conditionsText(all []models.RouteCondition) string {
	var parts []string
	for _, c := range all {
		text := c.On
		if c.Field != "" {
			text += " " + c.Field
		}
		if c.Not {
			text += " not"
		}
		parts = append(parts, text+" "+strings.Join(c.Values, ", "))
	}
	return strings.Join(parts, "; ")
}

// checkRule reads a form into a rule. whole: it is to be saved; otherwise it is only tried, and what
// a trial has no use for is not asked.
func (d *Desk) checkRule(ctx context.Context, c models.Conn, cat *models.Catalog, actor Actor, in RuleSheet, whole bool, v *models.Invalid) (*models.RoutingRule, error) {
	r := &models.RoutingRule{ID: in.ID, Name: line(in.Name), OnCreate: in.OnCreate, OnChange: in.OnChange, Stop: in.Stop, Actions: in.Actions}
	if !in.On {
		r.DisabledAt = models.At(d.Now())
	}
	if n := utf8.RuneCountInString(r.Name); whole && (n == 0 || n > ruleNameLength) {
		v.Add("name", "agent.rule.error.name", "Max", ruleNameLength)
	}
	if in.Project != "" {
		p := cat.ProjectBySlug(in.Project)
		if p == nil || !actor.CanIn(models.ActSettings, p.ID) {
			v.Add("project", "agent.settings.error.choice")
			return r, nil
		}
		r.ProjectID = &p.ID
	} else if actor.Projects != nil {
		v.Add("project", "agent.rule.error.project")
	}
	if whole && !in.OnCreate && !in.OnChange {
		v.Add("when", "agent.rule.error.when")
	}
	names, err := d.ruleNames(ctx, c, cat)
	if err != nil {
		return nil, err
	}
	if len(in.Conditions) > ruleConditionsMost {
		v.Add("add", "agent.rule.error.conditions", "Max", ruleConditionsMost)
		return r, nil
	}
	for i, cond := range in.Conditions {
		read, err := checkCondition(ctx, c, names, r.ProjectID, cond, "value."+strconv.Itoa(i), v)
		if err != nil {
			return nil, err
		}
		r.Conditions = append(r.Conditions, read)
	}
	if whole && len(in.Conditions) == 0 && !in.Everything {
		v.Add("everything", "agent.rule.error.everything")
	}
	checkActions(names, r, v)
	return r, nil
}

// checkCondition reads one condition; its values must exist.
func checkCondition(ctx context.Context, c models.Conn, names *ruleNames, project *int64, in models.RouteCondition, field string, v *models.Invalid) (models.RouteCondition, error) {
	out := models.RouteCondition{On: in.On, Not: in.Not}
	if !slices.Contains(models.RouteConditions, in.On) {
		v.Add(field, "agent.settings.error.choice")
		return out, nil
	}
	if in.On == models.RouteField {
		if out.Field = in.Field; true {
			if _, ok := names.field(project, in.Field); !ok {
				v.Add(field, "agent.rule.error.field")
				return out, nil
			}
		}
	}
	for _, value := range in.Values {
		value = line(value)
		if value == "" {
			continue
		}
		ok := utf8.RuneCountInString(value) <= ruleValueLength
		switch in.On {
		case models.RouteCompany:
			k, err := models.CompanyByName(ctx, c, value)
			if err != nil && models.KindOf(err) != models.KindNotFound {
				return out, err
			}
			if err != nil {
				v.Add(field, "agent.rule.error.company", "Name", value)
				return out, nil
			}
			value = itoa(k.ID)
		case models.RouteType, models.RouteStatus, models.RouteTeam:
			var known bool
			_, known = names.value(in.On, project, value)
			ok = ok && known
		case models.RoutePriority:
			n, err := strconv.Atoi(value)
			ok = err == nil && n >= models.PriorityLow && n <= models.PriorityUrgent
		case models.RouteChannel:
			ok = slices.Contains([]string{models.OriginWeb, models.OriginMail, models.OriginDiscord, models.OriginAgent}, value)
		case models.RouteLanguage:
			ok = value == "en" || value == "de"
		case models.RouteHours:
			ok = value == models.RouteInside || value == models.RouteOutside
		case models.RouteDomain:
			value = strings.TrimPrefix(strings.ToLower(value), "@")
			ok = ok && strings.Contains(value, ".") && !strings.ContainsAny(value, " @/")
		}
		if !ok {
			key := "agent.settings.error.choice"
			if in.On == models.RouteDomain {
				key = "agent.company.domain.error"
			}
			v.Add(field, key)
			return out, nil
		}
		if !slices.Contains(out.Values, value) {
			out.Values = append(out.Values, value)
		}
	}
	switch {
	case len(out.Values) == 0:
		v.Add(field, "agent.rule.error.values")
	case len(out.Values) > ruleValuesMost:
		v.Add(field, "agent.rule.error.values_many", "Max", ruleValuesMost)
	}
	return out, nil
}

// checkActions sees that a rule does something, and that all of it is there.
func checkActions(names *ruleNames, r *models.RoutingRule, v *models.Invalid) {
	do := &r.Actions
	if do.TeamID != 0 && names.teams[do.TeamID] == "" {
		v.Add("team", "agent.property.error.team")
	}
	switch do.Assign {
	case models.RouteNobody:
		do.AgentID, do.Skills = 0, nil
	case models.RouteAgent:
		if do.Skills = nil; names.agents[do.AgentID] == "" {
			v.Add("agent", "agent.rule.error.agent")
		}
	case models.RouteRoundRobin, models.RouteLeastLoaded:
		do.AgentID = 0
		for _, id := range do.Skills {
			if names.skills[id] == "" {
				v.Add("skills", "agent.settings.error.choice")
			}
		}
	default:
		v.Add("assign", "agent.settings.error.choice")
	}
	if do.Priority != 0 && (do.Priority < models.PriorityLow || do.Priority > models.PriorityUrgent) {
		v.Add("priority", "agent.property.error.priority")
	}
	if do.StatusID != 0 {
		if _, ok := names.value(models.RouteStatus, r.ProjectID, itoa(do.StatusID)); !ok {
			v.Add("status", "agent.settings.error.choice")
		}
	}
	var tags []string
	for _, name := range do.Tags {
		if name = line(name); name == "" || slices.ContainsFunc(tags, func(has string) bool { return models.TagKey(has) == models.TagKey(name) }) {
			continue
		}
		if utf8.RuneCountInString(name) > models.MaxTagName {
			v.Add("tags", "agent.rule.error.tag", "Max", models.MaxTagName)
		}
		tags = append(tags, name)
	}
	if do.Tags = tags; len(tags) > models.MaxTags {
		v.Add("tags", "agent.rule.error.tags", "Max", models.MaxTags)
	}
	if do.TeamID == 0 && do.Assign == models.RouteNobody && do.Priority == 0 && do.StatusID == 0 && len(do.Tags) == 0 {
		v.Add("team", "agent.rule.error.actions")
		do.Reassign = false
	}
}
