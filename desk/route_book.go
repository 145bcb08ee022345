package desk

import (
	"context"
	"time"

	"lodge/models"
)

// routeBook looks up for rules what they need of people, teams and tags, each thing once. What goes
// wrong stands in err, and nothing is found any more.
type routeBook struct {
	ctx     context.Context
	c       models.Conn
	project int64
	rules   []*models.RoutingRule
	now     models.Stamp
	// lock, when set, is called before the first look at who is free.
	lock    func() error
	err     error
	teams   map[int64]string
	tags    map[string]string
	members map[int64][]models.RouteCandidate
	agents  map[int64]*models.RouteCandidate
}

func newRouteBook(ctx context.Context, c models.Conn, projectID int64, rules []*models.RoutingRule, now time.Time) *routeBook {
	return &routeBook{ctx: ctx, c: c, project: projectID, rules: rules, now: models.At(now), members: map[int64][]models.RouteCandidate{}, agents: map[int64]*models.RouteCandidate{}}
}

// TeamName is part of RouteStaff.
func (b *routeBook) TeamName(id int64) string {
	if b.teams == nil && b.err == nil {
		b.teams = map[int64]string{}
		var all []models.NameOption
		all, b.err = models.TeamNames(b.ctx, b.c)
		for _, t := range all {
			b.teams[t.ID] = t.Name
		}
	}
	return b.teams[id]
}

// TagName is part of RouteStaff.
func (b *routeBook) TagName(name string) string {
	if b.tags == nil && b.err == nil {
		var names []string
		for _, r := range b.rules {
			names = append(names, r.Actions.Tags...)
		}
		b.tags, b.err = models.TagSpellings(b.ctx, b.c, names)
	}
	return b.tags[models.TagKey(name)]
}

// Members is part of RouteStaff.
func (b *routeBook) Members(team int64) []models.RouteCandidate {
	all, known := b.members[team]
	if !known && b.free() {
		all, b.err = models.RouteMembers(b.ctx, b.c, b.project, team, b.now)
		b.members[team] = all
	}
	return all
}

// Agent is part of RouteStaff.
func (b *routeBook) Agent(id int64) *models.RouteCandidate {
	a, known := b.agents[id]
	if !known && b.free() {
		a, b.err = models.RouteCandidateByID(b.ctx, b.c, b.project, id, b.now)
		b.agents[id] = a
	}
	return a
}

// free takes the lock, and says whether anything may still be asked.
func (b *routeBook) free() bool {
	if b.err == nil && b.lock != nil {
		b.err, b.lock = b.lock(), nil
	}
	return b.err == nil
}
