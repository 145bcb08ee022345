package desk

import (
	"context"
	"slices"
	"strconv"

	"lodge/models"
)

// ruleNames are the names behind the ids of rules.
type ruleNames struct {
	cat                              *models.Catalog
	teams, agents, skills, companies map[int64]string
	tags                             map[string]string
}

// ruleNames reads them for all rules at once.
func (d *Desk) ruleNames(ctx context.Context, c models.Conn, cat *models.Catalog) (*ruleNames, error) {
	n := &ruleNames{cat: cat, teams: map[int64]string{}, agents: map[int64]string{}, skills: map[int64]string{}}
	teams, err := models.TeamNames(ctx, c)
	if err != nil {
		return nil, err
	}
	for _, t := range teams {
		n.teams[t.ID] = t.Name
	}
	agents, err := models.Agents(ctx, c)
	if err != nil {
		return nil, err
	}
	for _, a := range agents {
		n.agents[a.ID] = a.Name
	}
	skills, err := models.Skills(ctx, c)
	if err != nil {
		return nil, err
	}
	for _, s := range skills {
		n.skills[s.ID] = s.Name
	}
	var companies []int64
	var tags []string
	for _, r := range cat.Routing {
		tags = append(tags, r.Actions.Tags...)
		for _, w := range r.Conditions {
			if w.On == models.RouteCompany {
				companies = append(companies, numbers(w.Values)...)
			}
		}
	}
	slices.Sort(companies)
	if companies = slices.Compact(companies); len(companies) > 256 {
		companies = companies[:256]
	}
	if n.companies, err = models.CompanyNamesOf(ctx, c, companies); err != nil {
		return nil, err
	}
	n.tags, err = models.TagSpellings(ctx, c, tags)
	return n, err
}

// numbers reads ids; what is none is left out.
func numbers(values []string) (all []int64) {
	for _, v := range values {
		if id, err := strconv.ParseInt(v, 10, 64); err == nil {
			all = append(all, id)
		}
	}
	return all
}

// value is the name of one value of a condition; not ok when it is gone.
func (n *ruleNames) value(on string, project *int64, value string) (name string, ok bool) {
	id, _ := strconv.ParseInt(value, 10, 64)
	switch on {
	case models.RouteType, models.RouteStatus:
		for _, p := range n.cat.Projects {
			if project != nil && p.ID != *project {
				continue
			}
			if on == models.RouteType {
				if t := p.Type(id); t != nil && t.LeavingAt == 0 {
					return n.inProject(p, project, t.Name), true
				}
			} else if s := p.Status(id); s != nil && s.LeavingAt == 0 {
				return n.inProject(p, project, s.Name), true
			}
		}
		return "", false
	case models.RouteTeam:
		name, ok = n.teams[id]
		return name, ok
	case models.RouteCompany:
		name, ok = n.companies[id]
		return name, ok
	}
	return value, true
}

// inProject names the project too where there are several to choose from.
func (n *ruleNames) inProject(p *models.Project, only *int64, name string) string {
	if only != nil || len(n.cat.Projects) < 2 {
		return name
	}
	return name + " (" + p.Name + ")"
}

// field finds a question by its slug in the projects of a rule; not ok when nobody asks it.
func (n *ruleNames) field(project *int64, slug string) (*models.Field, bool) {
	for _, p := range n.cat.Projects {
		if project != nil && p.ID != *project {
			continue
		}
		for _, t := range p.Templates {
			for _, f := range t.Fields {
				if f.Slug == slug {
					return f, true
				}
			}
		}
	}
	return nil, false
}

// line writes a rule with names.
func (n *ruleNames) line(cat *models.Catalog, r *models.RoutingRule) RuleLine {
	l := RuleLine{ID: r.ID, Name: r.Name, On: r.DisabledAt == 0, OnCreate: r.OnCreate, OnChange: r.OnChange, Stop: r.Stop, Broken: r.Broken}
	fault := func(word string) {
		if !slices.Contains(l.Faults, word) {
			l.Faults = append(l.Faults, word)
		}
	}
	if r.ProjectID != nil {
		if p := cat.Project(*r.ProjectID); p != nil {
			l.Project = p.Name
		}
	}
	for _, c := range r.Conditions {
		w := RuleWhen{On: c.On, Not: c.Not}
		if c.On == models.RouteField {
			f, ok := n.field(r.ProjectID, c.Field)
			if w.Field = c.Field; ok {
				w.Field = f.Label
			} else {
				fault(models.RouteField)
			}
		}
		for _, v := range c.Values {
			name, ok := n.value(c.On, r.ProjectID, v)
			if !ok {
				fault("when_" + c.On)
				continue
			}
			w.Values = append(w.Values, name)
		}
		l.Conditions = append(l.Conditions, w)
	}
	do := r.Actions
	l.Does = RuleDoes{Team: n.teams[do.TeamID], Assign: do.Assign, Agent: n.agents[do.AgentID], Priority: int(do.Priority), Reassign: do.Reassign}
	if do.TeamID != 0 && l.Does.Team == "" {
		fault(RouteNoTeam)
	}
	if do.Assign == models.RouteAgent && l.Does.Agent == "" {
		fault(RouteNoAgent)
	}
	for _, id := range do.Skills {
		if n.skills[id] == "" {
			fault(RouteNoSkill)
		} else {
			l.Does.Skills = append(l.Does.Skills, n.skills[id])
		}
	}
	for _, name := range do.Tags {
		if known := n.tags[models.TagKey(name)]; known != "" {
			l.Does.Tags = append(l.Does.Tags, known)
		} else {
			fault(RouteNoTag)
		}
	}
	if do.StatusID != 0 {
		name, ok := n.value(models.RouteStatus, r.ProjectID, itoa(do.StatusID))
		if l.Does.Status = name; !ok {
			fault(RouteNoStatus)
		}
	}
	return l
}
