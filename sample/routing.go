package sample

import (
	"context"
	"fmt"
	"strings"
	"time"

	"lodge/desk"
	"lodge/models"
)

// outages are the words of the rule about them.
var outages = []string{"outage", "down for everybody", "data loss", "Ausfall"}

// routing says what agents know, and where tickets go by themselves.
func (f *filler) routing(ctx context.Context) error {
	boss := f.actors[Cast.Ines.Address]
	for _, w := range []struct {
		who Agent
		in  desk.WorkloadInput
	}{
		{Cast.Ines, desk.WorkloadInput{Capacity: 10, NewSkills: "Servers, Deutsch"}},
		{Cast.Ada, desk.WorkloadInput{Capacity: 25, NewSkills: "Restoring, Deutsch"}},
	} {
		skills, err := models.Skills(ctx, f.DB)
		if err != nil {
			return err
		}
		// What somebody knows already is chosen and not typed.
		var fresh []string
		for name := range strings.SplitSeq(w.in.NewSkills, ", ") {
			known := false
			for _, s := range skills {
				if s.Name == name {
					w.in.Skills, known = append(w.in.Skills, s.ID), true
				}
			}
			if !known {
				fresh = append(fresh, name)
			}
		}
		w.in.NewSkills = strings.Join(fresh, ", ")
		if err := f.Desk.SetWorkload(ctx, boss, f.actors[w.who.Address].ID, w.in); err != nil {
			return fmt.Errorf("what %s knows: %w", w.who.Name, err)
		}
	}
	for _, rule := range []desk.RuleSheet{
		{Name: "Outages go to engineering", OnCreate: true, Stop: true,
			Conditions: []models.RouteCondition{{On: models.RouteWords, Values: outages}},
			Actions:    models.RouteActions{TeamID: f.teams["Engineering"], Assign: models.RouteLeastLoaded, Priority: models.PriorityUrgent, Tags: []string{"outage"}}},
		{Name: "Servers outside hours: next of the night desk", Project: "server", OnCreate: true,
			Conditions: []models.RouteCondition{{On: models.RouteHours, Values: []string{models.RouteOutside}}},
			Actions:    models.RouteActions{TeamID: f.teams["Night desk"], Assign: models.RouteRoundRobin}},
	} {
		rule.On = true
		if _, err := f.Desk.SaveRule(ctx, boss, rule); err != nil {
			return fmt.Errorf("%s: %w", rule.Name, err)
		}
	}
	return nil
}

// leave lets Ben be away for the days to come.
func (f *filler) leave(ctx context.Context) error {
	return f.Desk.SetWorkload(ctx, f.actors[Cast.Ines.Address], f.actors[Cast.Ben.Address].ID, desk.WorkloadInput{Away: true, Until: f.Now.Add(3 * 24 * time.Hour)})
}
