package desk

import (
	"context"
	"slices"

	"lodge/models"
)

// Actor is an agent doing something. It is an argument of each verb, never hidden in a context.
type Actor struct {
	ID     int64
	Name   string
	Role   models.Role
	Locale string
	// Projects, when not nil, are the only projects the agent has, with the role in each;
	// then Role counts for nothing.
	Projects map[int64]models.Role
	// Unread is how many notices wait for the agent, up to 100, when the actor was read.
	Unread int
	// Held is how much is held in the agent's projects, up to 100, at the same time.
	Held int
	// Zone is the agent's time zone as they set it; empty when they never did.
	Zone string
	// MustSetUpFactor: the workspace asks this agent for a second factor, and there is none yet.
	MustSetUpFactor bool
}

// actor reads with an agent what they may do where.
func (d *Desk) actor(ctx context.Context, a *models.Agent) (Actor, error) {
	cat, err := d.db.Catalog(ctx)
	if err != nil {
		return Actor{}, err
	}
	return d.actorIn(ctx, a, cat)
}

// actorIn is actor for who has read the catalog already.
func (d *Desk) actorIn(ctx context.Context, a *models.Agent, cat *models.Catalog) (Actor, error) {
	actor := Actor{ID: a.ID, Name: a.Name, Role: a.Role, Locale: a.Locale, Zone: NoticeSettingsOf(a).Zone, MustSetUpFactor: mustSetUpFactor(cat, a)}
	if a.Everywhere || a.Role == models.RoleAdmin {
		return actor, nil
	}
	var err error
	actor.Projects, err = models.AgentProjects(ctx, d.db, a.ID)
	return actor, err
}

// RoleIn is the actor's role in a project, empty where they have none.
func (a Actor) RoleIn(projectID int64) models.Role {
	if a.ID == 0 {
		return ""
	}
	if a.Projects != nil {
		return a.Projects[projectID]
	}
	return a.Role
}

// Can says whether the actor may do something somewhere.
func (a Actor) Can(action models.Action) bool {
	if a.ID == 0 {
		return false
	}
	if a.Projects == nil {
		return a.Role.Can(action)
	}
	for _, role := range a.Projects {
		if role.Can(action) {
			return true
		}
	}
	return false
}

// CanIn says whether the actor may do something in a project.
func (a Actor) CanIn(action models.Action, projectID int64) bool {
	return a.RoleIn(projectID).Can(action)
}

// may is the first line of verbs that are about no one project.
func (a Actor) may(action models.Action) error {
	if !a.Can(action) {
		return models.Forbidden()
	}
	return nil
}

// mayIn is the first line of verbs about something of a project. Who may not even read there
// gets the answer for what does not exist.
func (a Actor) mayIn(action models.Action, projectID int64) error {
	switch {
	case !a.Can(models.ActRead):
		return models.Forbidden()
	case !a.CanIn(models.ActRead, projectID):
		return models.NotFound()
	case !a.CanIn(action, projectID):
		return models.Forbidden()
	}
	return nil
}

// projectIDs are the projects that lists are narrowed to, in order; nil is all of them.
func (a Actor) projectIDs() []int64 {
	if a.Projects == nil {
		return nil
	}
	ids := []int64{}
	for id, role := range a.Projects {
		if role.Can(models.ActRead) {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	return ids
}
