package desk

import (
	"context"
	"slices"
	"time"

	"lodge/models"
)

// The states of an agent's account.
const (
	PersonActive   = "active"
	PersonInvited  = "invited"
	PersonDisabled = "disabled"
)

// Person is an agent as the page of agents shows them.
type Person struct {
	ID            int64
	Name, Address string
	Role          models.Role
	State         string
	Self          bool
	// Everywhere: Role holds in every project; otherwise it counts in Projects only.
	Everywhere bool
	Projects   []PersonProject
	Teams      []Choice
	TwoFactor  bool
	// Joined: they have set a password at some time.
	Joined bool
	// SeenAt is zero for who was never here.
	SeenAt time.Time
	// InviteEnds is when an invitation stops working; zero when there is none that works.
	InviteEnds time.Time
	// OpenTickets are those that a disabled agent still has.
	OpenTickets int
	// Away now; AwayUntil is when they are back, zero when nobody knows.
	Away      bool
	AwayUntil time.Time
}

// PersonProject is a project with an agent's role in it, empty for none.
type PersonProject struct {
	ID   int64
	Name string
	Role models.Role
}

// People lists everybody of the desk.
func (d *Desk) People(ctx context.Context, actor Actor) ([]Person, error) {
	if err := actor.may(models.ActPeople); err != nil {
		return nil, err
	}
	cat, err := d.db.Catalog(ctx)
	if err != nil {
		return nil, err
	}
	agents, err := models.AllAgents(ctx, d.db)
	if err != nil {
		return nil, err
	}
	roles, err := models.ProjectRoles(ctx, d.db)
	if err != nil {
		return nil, err
	}
	teams, err := models.Teams(ctx, d.db)
	if err != nil {
		return nil, err
	}
	invites, err := models.LiveTokens(ctx, d.db, models.TokenInvite, models.At(d.Now()))
	if err != nil {
		return nil, err
	}
	var gone []int64
	for _, a := range agents {
		if a.DisabledAt != 0 {
			gone = append(gone, a.ID)
		}
	}
	open, err := models.CountOpen(ctx, d.db, gone)
	if err != nil {
		return nil, err
	}
	var all []Person
	for _, a := range agents {
		p := person(a, actor)
		if !p.Everywhere {
			p.Projects = personProjects(cat, roles[a.ID])
		}
		for _, t := range teams {
			if slices.Contains(t.Members, a.ID) {
				p.Teams = append(p.Teams, Choice{itoa(t.ID), t.Name})
			}
		}
		if a.PasswordHash == "" {
			p.InviteEnds = invites[a.ID].Time()
		}
		p.OpenTickets = open[a.ID]
		if p.Away = a.AwayAt(models.At(d.Now())); p.Away {
			p.AwayUntil = a.AwayUntil.Time()
		}
		all = append(all, p)
	}
	return all, nil
}

func person(a *models.Agent, actor Actor) Person {
	p := Person{ID: a.ID, Name: a.Name, Address: a.Address, Role: a.Role, State: PersonActive, Self: a.ID == actor.ID, TwoFactor: a.TOTPAt != 0, Joined: a.PasswordHash != "",
		Everywhere: a.Everywhere || a.Role == models.RoleAdmin, SeenAt: a.SeenAt.Time()}
	switch {
	case a.DisabledAt != 0:
		p.State = PersonDisabled
	case a.Invited():
		p.State = PersonInvited
	}
	return p
}

// personProjects are the projects where somebody has a role of their own, in the order of the catalog.
func personProjects(cat *models.Catalog, roles map[int64]models.Role) []PersonProject {
	var all []PersonProject
	for _, p := range cat.Projects {
		if role := roles[p.ID]; role != "" {
			all = append(all, PersonProject{p.ID, p.Name, role})
		}
	}
	return all
}

// PersonSheet is what the page of one agent shows.
type PersonSheet struct {
	Person
	// AllProjects lists every project with the agent's own role there; AllTeams every team,
	// Member those of the agent.
	AllProjects []PersonProject
	AllTeams    []TeamChoice
	Sessions    int
	// Tickets are open ones that the agent has, of OpenTickets in all; Heirs who could take them.
	Tickets []PersonTicket
	Heirs   []Choice
	// LastAdmin: nobody else could administer this desk.
	LastAdmin bool
}

// TeamChoice is a team and whether somebody is in it.
type TeamChoice struct {
	ID     int64
	Name   string
	Member bool
}

// PersonTicket is an open ticket of an agent.
type PersonTicket struct {
	Number         int64
	Title, Project string
}

// shownTickets is how many of somebody's tickets their page lists.
const shownTickets = 10

// Person reads the page of one agent; with id 0 that of a new one.
func (d *Desk) Person(ctx context.Context, actor Actor, id int64) (*PersonSheet, error) {
	if err := actor.may(models.ActPeople); err != nil {
		return nil, err
	}
	cat, err := d.db.Catalog(ctx)
	if err != nil {
		return nil, err
	}
	teams, err := models.Teams(ctx, d.db)
	if err != nil {
		return nil, err
	}
	s := &PersonSheet{}
	var roles map[int64]models.Role
	if id != 0 {
		if roles, err = d.personFacts(ctx, actor, cat, id, s); err != nil {
			return nil, err
		}
	}
	for _, p := range cat.Projects {
		s.AllProjects = append(s.AllProjects, PersonProject{p.ID, p.Name, roles[p.ID]})
	}
	for _, t := range teams {
		s.AllTeams = append(s.AllTeams, TeamChoice{t.ID, t.Name, id != 0 && slices.Contains(t.Members, id)})
	}
	return s, nil
}

func (d *Desk) personFacts(ctx context.Context, actor Actor, cat *models.Catalog, id int64, s *PersonSheet) (map[int64]models.Role, error) {
	a, err := models.AgentByID(ctx, d.db, id)
	if err != nil {
		return nil, err
	}
	now := d.Now()
	s.Person = person(a, actor)
	roles, err := models.AgentProjects(ctx, d.db, id)
	if err != nil {
		return nil, err
	}
	sessions, err := models.SessionsOf(ctx, d.db, sessionOfDesk, id, now)
	if err != nil {
		return nil, err
	}
	s.Sessions = len(sessions)
	if s.State == PersonInvited {
		invites, err := models.LiveTokens(ctx, d.db, models.TokenInvite, models.At(now))
		if err != nil {
			return nil, err
		}
		s.InviteEnds = invites[id].Time()
	}
	if a.Role == models.RoleAdmin && s.State == PersonActive {
		others, err := models.ActiveAdmins(ctx, d.db, id)
		if err != nil {
			return nil, err
		}
		s.LastAdmin = others == 0
	}
	open, err := models.CountOpen(ctx, d.db, []int64{id})
	if err != nil {
		return nil, err
	}
	if s.OpenTickets = open[id]; s.OpenTickets == 0 {
		return roles, nil
	}
	tickets, err := models.OpenTicketsOf(ctx, d.db, id, shownTickets)
	if err != nil {
		return nil, err
	}
	for _, t := range tickets {
		line := PersonTicket{Number: t.Number, Title: t.Title}
		if p := cat.Project(t.ProjectID); p != nil {
			line.Project = p.Name
		}
		s.Tickets = append(s.Tickets, line)
	}
	agents, err := models.Agents(ctx, d.db)
	if err != nil {
		return nil, err
	}
	for _, heir := range agents {
		if heir.ID != id && !heir.Invited() && heir.Role.Can(models.ActReply) {
			s.Heirs = append(s.Heirs, Choice{itoa(heir.ID), heir.Name})
		}
	}
	return roles, nil
}
