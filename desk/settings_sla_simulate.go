package desk

import (
	"context"

	"lodge/models"
)

// SimulatorSheet is what the page of the simulator chooses from.
type SimulatorSheet struct {
	// Policies and Calendars must not be changed.
	Policies  []*models.Policy
	Calendars []*models.Calendar
	// Usual is the working time to begin with where a policy has none of its own: that of the first
	// project that has any; nil for day and night.
	Usual *models.Calendar
}

// SimulatorSheet reads what a simulation can be made of.
func (d *Desk) SimulatorSheet(ctx context.Context, actor Actor) (*SimulatorSheet, error) {
	if err := actor.mayAll(models.ActSettings); err != nil {
		return nil, err
	}
	cat, err := d.db.Catalog(ctx)
	if err != nil {
		return nil, err
	}
	sheet := &SimulatorSheet{Policies: cat.Policies, Calendars: cat.Calendars}
	for _, p := range cat.Projects {
		if p.CalendarID != nil && sheet.Usual == nil {
			sheet.Usual = cat.Calendar(*p.CalendarID)
		}
	}
	if sheet.Usual == nil && len(cat.Calendars) > 0 {
		sheet.Usual = cat.Calendars[0]
	}
	return sheet, nil
}
