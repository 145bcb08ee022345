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
	ruleNameLength     = 100
	ruleConditionsMost = 12
	ruleValuesMost     = 50
	ruleValueLength    = 200
)

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
		out.Field = in.Field
		if _, ok := names.field(project, in.Field); !ok {
			v.Add(field, "agent.rule.error.field")
			return out, nil
		}
	}
	for _, typed := range in.Values {
		value, ok := line(typed), true
		if value == "" {
			continue
		}
		if in.On == models.RouteCompany {
			k, err := models.CompanyByName(ctx, c, value)
			if err != nil && models.KindOf(err) != models.KindNotFound {
				return out, err
			}
			if err != nil {
				v.Add(field, "agent.rule.error.company", "Name", value)
				return out, nil
			}
			value = itoa(k.ID)
		} else if value, ok = names.checkValue(in.On, project, value); !ok {
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

// checkValue reads one value of a condition, besides companies; not ok when it cannot be one.
func (n *ruleNames) checkValue(on string, project *int64, value string) (read string, ok bool) {
	if utf8.RuneCountInString(value) > ruleValueLength {
		return value, false
	}
	switch on {
	case models.RouteType, models.RouteStatus, models.RouteTeam:
		_, ok = n.value(on, project, value)
		return value, ok
	case models.RoutePriority:
		p, err := strconv.Atoi(value)
		return value, err == nil && p >= models.PriorityLow && p <= models.PriorityUrgent
	case models.RouteChannel:
		return value, slices.Contains([]string{models.OriginWeb, models.OriginMail, models.OriginDiscord, models.OriginAgent}, value)
	case models.RouteLanguage:
		return value, value == "en" || value == "de"
	case models.RouteHours:
		return value, value == models.RouteInside || value == models.RouteOutside
	case models.RouteDomain:
		value = strings.TrimPrefix(strings.ToLower(value), "@")
		return value, strings.Contains(value, ".") && !strings.ContainsAny(value, " @/")
	}
	return value, true
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
