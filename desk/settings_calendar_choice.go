package desk

import (
	"context"
	"time"

	"lodge/models"
)

// CalendarChoice is a calendar that a project or team can go by.
type CalendarChoice struct {
	ID         int64
	Name, Zone string
}

// calendarChoices are all calendars, by name.
func calendarChoices(cat *models.Catalog) (all []CalendarChoice) {
	for _, c := range cat.Calendars {
		all = append(all, CalendarChoice{c.ID, c.Name, c.Zone})
	}
	return all
}

// CalendarChoices are the calendars that whoever may change settings or people can choose from.
func (d *Desk) CalendarChoices(ctx context.Context, actor Actor) ([]CalendarChoice, error) {
	if err := actor.may(models.ActSettings); err != nil && actor.may(models.ActPeople) != nil {
		return nil, err
	}
	cat, err := d.db.Catalog(ctx)
	if err != nil {
		return nil, err
	}
	return calendarChoices(cat), nil
}

// chosenCalendar is the calendar of a choice, nil for 0. One that is not there is a fault of the
// field calendar.
func chosenCalendar(cat *models.Catalog, id int64, v *models.Invalid) *models.Calendar {
	if id == 0 {
		return nil
	}
	c := cat.Calendar(id)
	if c == nil {
		v.Add("calendar", "agent.settings.error.choice")
	}
	return c
}

// calendarID is the id of a calendar, nil for none; calendarName its name, empty for none.
func calendarID(c *models.Calendar) *int64 {
	if c == nil {
		return nil
	}
	return &c.ID
}

func calendarName(c *models.Calendar) string {
	if c == nil {
		return ""
	}
	return c.Name
}

// setProjectHours gives a project its working hours and notes that in changes, if they are others
// than before.
func setProjectHours(ctx context.Context, tx *models.Tx, cat *models.Catalog, p *models.Project, hours *models.Calendar, changes map[string]any, now time.Time) error {
	var was *models.Calendar
	if p.CalendarID != nil {
		was = cat.Calendar(*p.CalendarID)
	}
	if calendarName(was) == calendarName(hours) {
		return nil
	}
	changes["calendar"] = [2]string{calendarName(was), calendarName(hours)}
	p.CalendarID = calendarID(hours)
	return models.QueueRecompute(ctx, tx, now)
}

// setTeamHours gives a team working hours of its own, or takes them away for nil.
func setTeamHours(ctx context.Context, tx *models.Tx, cat *models.Catalog, teamID int64, hours *models.Calendar, changes map[string]any, now time.Time) error {
	was := cat.TeamCalendar(teamID)
	if calendarName(was) == calendarName(hours) {
		return nil
	}
	changes["calendar"] = [2]string{calendarName(was), calendarName(hours)}
	if err := models.SetTeamCalendar(ctx, tx, teamID, calendarID(hours)); err != nil {
		return err
	}
	return models.QueueRecompute(ctx, tx, now)
}
