package models

import (
	"context"

	"github.com/uptrace/bun"
)

// ResponseStat is how long answers or solutions took lately: three of four of Tickets took no
// longer than Minutes of working time. TypeID 0 is all types together.
type ResponseStat struct {
	bun.BaseModel `bun:"table:response_stats"`
	ProjectID     int64  `bun:",pk"`
	TypeID        int64  `bun:",pk"`
	Metric        string `bun:",pk"` // PromiseFirst or PromiseResolution
	Minutes       int64
	Tickets       int64
	ComputedAt    Stamp
}

type statKey struct {
	project, kind int64
	metric        string
}

// Calendar finds a calendar by its id, or nil.
func (c *Catalog) Calendar(id int64) *Calendar {
	for _, k := range c.Calendars {
		if k.ID == id {
			return k
		}
	}
	return nil
}

// TeamCalendar is the calendar that a team has of its own, or nil.
func (c *Catalog) TeamCalendar(teamID int64) *Calendar { return c.Calendar(c.teamCalendars[teamID]) }

// Policy finds a policy by its id, or nil.
func (c *Catalog) Policy(id int64) *Policy {
	for _, p := range c.Policies {
		if p.ID == id {
			return p
		}
	}
	return nil
}

// ResponseStat finds how long something took lately, or nil.
func (c *Catalog) ResponseStat(projectID, typeID int64, metric string) *ResponseStat {
	return c.stats[statKey{projectID, typeID, metric}]
}

// loadPromises reads calendars, policies, routing rules and what answers took.
func loadPromises(ctx context.Context, orm bun.IDB, cat *Catalog) error {
	if err := orm.NewSelect().Model(&cat.Calendars).Order("name", "id").Scan(ctx); err != nil {
		return err
	}
	for _, c := range cat.Calendars {
		if err := c.Prepare(); err != nil {
			return err
		}
	}
	if err := orm.NewSelect().Model(&cat.Policies).Order("position", "id").Scan(ctx); err != nil {
		return err
	}
	for _, p := range cat.Policies {
		if err := p.Prepare(); err != nil {
			return err
		}
	}
	if err := orm.NewSelect().Model(&cat.Routing).Order("position", "id").Scan(ctx); err != nil {
		return err
	}
	for _, r := range cat.Routing {
		// A rule that cannot be read must not take the desk down with it.
		r.Broken = r.Prepare() != nil
	}
	var teams []struct {
		ID         int64
		CalendarID int64
	}
	if err := orm.NewSelect().Table("teams").Column("id", "calendar_id").Where("calendar_id IS NOT NULL").Scan(ctx, &teams); err != nil {
		return err
	}
	cat.teamCalendars = map[int64]int64{}
	for _, t := range teams {
		cat.teamCalendars[t.ID] = t.CalendarID
	}
	var stats []*ResponseStat
	if err := orm.NewSelect().Model(&stats).Scan(ctx); err != nil {
		return err
	}
	cat.stats = map[statKey]*ResponseStat{}
	for _, s := range stats {
		cat.stats[statKey{s.ProjectID, s.TypeID, s.Metric}] = s
	}
	return nil
}
