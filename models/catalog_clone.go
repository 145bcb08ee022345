package models

import "slices"

// Clone gives a copy whose calendars, policies and projects may be changed, and who chooses them,
// to find out what a change would do. Types, statuses, templates and routing rules stay shared.
func (c *Catalog) Clone() *Catalog {
	out := *c
	out.Projects, out.byID, out.bySlug = nil, map[int64]*Project{}, map[string]*Project{}
	for _, p := range c.Projects {
		own := *p
		out.Projects = append(out.Projects, &own)
		out.byID[p.ID], out.bySlug[p.Slug] = &own, &own
	}
	out.Calendars = nil
	for _, k := range c.Calendars {
		own := *k
		for i := range own.Hours {
			own.Hours[i] = slices.Clone(own.Hours[i])
		}
		own.Holidays = slices.Clone(own.Holidays)
		for i := range own.Holidays {
			own.Holidays[i].Spans = slices.Clone(own.Holidays[i].Spans)
		}
		out.Calendars = append(out.Calendars, &own)
	}
	out.Policies = nil
	for _, p := range c.Policies {
		own := *p
		own.Targets = PolicyTargets{}
		for priority, kinds := range p.Targets {
			own.Targets[priority] = map[string]int64{}
			for kind, minutes := range kinds {
				own.Targets[priority][kind] = minutes
			}
		}
		out.Policies = append(out.Policies, &own)
	}
	out.teamCalendars = map[int64]int64{}
	for team, calendar := range c.teamCalendars {
		out.teamCalendars[team] = calendar
	}
	return &out
}

// SetTeamCalendar gives a team of a Clone a calendar of its own; 0 takes it away.
func (c *Catalog) SetTeamCalendar(teamID, calendarID int64) { c.teamCalendars[teamID] = calendarID }
