package models

import "context"

// CalendarUse says what goes by a calendar.
type CalendarUse struct {
	Projects []*Project
	Teams    []*Team
	Policies []*Policy
}

// None says that nothing does.
func (u CalendarUse) None() bool { return len(u.Projects)+len(u.Teams)+len(u.Policies) == 0 }

// CalendarUse finds what goes by a calendar; teams are all teams.
func (c *Catalog) CalendarUse(id int64, teams []*Team) CalendarUse {
	var u CalendarUse
	for _, p := range c.Projects {
		if p.CalendarID != nil && *p.CalendarID == id {
			u.Projects = append(u.Projects, p)
		}
	}
	for _, t := range teams {
		if c.teamCalendars[t.ID] == id {
			u.Teams = append(u.Teams, t)
		}
	}
	for _, p := range c.Policies {
		if p.CalendarID != nil && *p.CalendarID == id {
			u.Policies = append(u.Policies, p)
		}
	}
	return u
}

// CalendarNameTaken says whether another calendar has this name, whatever its case.
func CalendarNameTaken(ctx context.Context, c Conn, name string, besides int64) (bool, error) {
	n := 0
	err := c.row(ctx, "SELECT COUNT(*) FROM calendars WHERE LOWER(name) = LOWER(?) AND id <> ?", name, besides).Scan(&n)
	return n > 0, err
}

// SetTeamCalendar gives a team working hours of its own; nil takes them away again.
func SetTeamCalendar(ctx context.Context, tx *Tx, teamID int64, calendarID *int64) error {
	if _, err := tx.exec(ctx, "UPDATE teams SET calendar_id = ? WHERE id = ?", calendarID, teamID); err != nil {
		return err
	}
	return touchCatalog(ctx, tx)
}

// DeleteCalendar takes a calendar away. What goes by it goes by another one, or by none for nil.
func DeleteCalendar(ctx context.Context, tx *Tx, id int64, instead *int64) error {
	for _, query := range []string{"UPDATE projects SET calendar_id = ? WHERE calendar_id = ?", "UPDATE teams SET calendar_id = ? WHERE calendar_id = ?",
		"UPDATE sla_policies SET calendar_id = ? WHERE calendar_id = ?"} {
		if _, err := tx.exec(ctx, query, instead, id); err != nil {
			return err
		}
	}
	if _, err := tx.exec(ctx, "DELETE FROM calendars WHERE id = ?", id); err != nil {
		return err
	}
	return touchCatalog(ctx, tx)
}
