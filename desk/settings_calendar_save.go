package desk

import (
	"context"
	"strings"
	"time"

	"lodge/models"
)

// SaveCalendar adds working hours (id 0) or changes some, and gives their id. Where the change
// moves working time, the promises of all open tickets are found again in the background.
func (d *Desk) SaveCalendar(ctx context.Context, actor Actor, id int64, in CalendarInput) (int64, error) {
	if err := actor.mayAll(models.ActSettings); err != nil {
		return 0, err
	}
	made := id
	err := d.onCatalog(ctx, func(ctx context.Context, tx *models.Tx, cat *models.Catalog, now time.Time) error {
		c, err := checkedCalendar(ctx, tx, id, in)
		if err != nil {
			return err
		}
		if id == 0 {
			c.CreatedAt = models.At(now)
			if err := models.InsertCalendar(ctx, tx, c); err != nil {
				return err
			}
			made = c.ID
			return audit(ctx, tx, actor, "calendar.added", c.Name, map[string]any{"zone": c.Zone}, now)
		}
		was := cat.Calendar(id)
		switch {
		case was == nil:
			return models.NotFound()
		case in.Version != 0 && in.Version != was.Version:
			return models.Conflict("agent.settings.error.changed")
		}
		changes, moves := calendarChanges(was, c)
		if len(changes) == 0 {
			return nil
		}
		c.ID, c.Version, c.CreatedAt = id, was.Version, was.CreatedAt
		if err := models.UpdateCalendar(ctx, tx, c); err != nil {
			return err
		}
		if moves {
			if err := models.QueueRecompute(ctx, tx, now); err != nil {
				return err
			}
		}
		return audit(ctx, tx, actor, "calendar.changed", c.Name, changes, now)
	})
	return made, err
}

// checkedCalendar reads what was typed and refuses what is wrong with it.
func checkedCalendar(ctx context.Context, c models.Conn, id int64, in CalendarInput) (*models.Calendar, error) {
	taken, err := models.CalendarNameTaken(ctx, c, line(in.Name), id)
	if err != nil {
		return nil, err
	}
	var v models.Invalid
	made := readCalendar(in, &v, taken)
	return made, v.Err()
}

// calendarChanges says what differs between two states of a calendar, and whether that moves
// working time.
func calendarChanges(was, is *models.Calendar) (changes map[string]any, moves bool) {
	word := func(on bool) string {
		if on {
			return "always"
		}
		return "hours"
	}
	changes = differences(map[string][2]string{"name": {was.Name, is.Name}, "zone": {was.Zone, is.Zone}, "open": {word(was.Always), word(is.Always)}})
	days := [7]string{"monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"}
	for i, day := range days {
		if a, b := models.FormatSpans(was.Hours[i], ", "), models.FormatSpans(is.Hours[i], ", "); a != b {
			changes[day] = [2]string{a, b}
		}
	}
	if gone, came := holidayWords(was.Holidays, is.Holidays), holidayWords(is.Holidays, was.Holidays); gone+came != "" {
		changes["holidays"] = [2]string{gone, came}
	}
	_, renamed := changes["name"]
	return changes, len(changes) > 1 || len(changes) == 1 && !renamed
}

// holidayWords are the days that differ for the audit log: those that the other calendar does not have.
func holidayWords(all, besides []models.Holiday) string {
	known := map[string]bool{}
	for _, h := range besides {
		known[holidayWord(h)] = true
	}
	var words []string
	for _, h := range all {
		if word := holidayWord(h); !known[word] {
			words = append(words, word)
		}
	}
	return strings.Join(words, "; ")
}

func holidayWord(h models.Holiday) string {
	return strings.TrimSpace(h.Date + " " + h.Name + " " + models.FormatSpans(h.Spans, ", "))
}

// CalendarPreview is what a calendar that was typed would be: the days to come, and what it would
// do to promises of open tickets.
type CalendarPreview struct {
	Calendar *models.Calendar
	Now      time.Time
	Moves    MovePreview
	// Asked: the moves were looked for; not for a calendar that nothing can go by yet.
	Asked bool
}

// PreviewCalendar says what SaveCalendar would do, and saves nothing.
func (d *Desk) PreviewCalendar(ctx context.Context, actor Actor, id int64, in CalendarInput) (*CalendarPreview, error) {
	if err := actor.mayAll(models.ActSettings); err != nil {
		return nil, err
	}
	p := &CalendarPreview{Now: d.Now()}
	var err error
	if p.Calendar, err = checkedCalendar(ctx, d.db, id, in); err != nil {
		return nil, err
	}
	if err := p.Calendar.Prepare(); err != nil {
		return nil, err
	}
	if id == 0 {
		return p, nil
	}
	cat, err := d.db.Catalog(ctx)
	if err != nil {
		return nil, err
	}
	was := cat.Calendar(id)
	if was == nil {
		return nil, models.NotFound()
	}
	p.Asked = true
	p.Calendar.ID, p.Calendar.Version, p.Calendar.CreatedAt = id, was.Version+1, was.CreatedAt
	p.Moves, err = d.PreviewMoves(ctx, actor, func(changed *models.Catalog) {
		for i, c := range changed.Calendars {
			if c.ID == id {
				changed.Calendars[i] = p.Calendar
			}
		}
	})
	return p, err
}

// DeleteCalendar takes working hours away. instead is a calendar that what goes by them goes by
// then, 0 for none; nil refuses (Conflict) while anything does.
func (d *Desk) DeleteCalendar(ctx context.Context, actor Actor, id int64, instead *int64) error {
	if err := actor.mayAll(models.ActSettings); err != nil {
		return err
	}
	return d.onCatalog(ctx, func(ctx context.Context, tx *models.Tx, cat *models.Catalog, now time.Time) error {
		c := cat.Calendar(id)
		if c == nil {
			return models.NotFound()
		}
		teams, err := models.Teams(ctx, tx)
		if err != nil {
			return err
		}
		used := !cat.CalendarUse(id, teams).None()
		data := map[string]any{}
		var by *int64
		if used && instead == nil {
			return models.Conflict("agent.hours.error.used")
		}
		if used && *instead != 0 {
			other := cat.Calendar(*instead)
			if other == nil || other.ID == id {
				return invalid("instead", "agent.settings.error.choice")
			}
			by, data["replacement"] = &other.ID, other.Name
		}
		if err := models.DeleteCalendar(ctx, tx, id, by); err != nil {
			return err
		}
		if used {
			if err := models.QueueRecompute(ctx, tx, now); err != nil {
				return err
			}
		}
		return audit(ctx, tx, actor, "calendar.deleted", c.Name, data, now)
	})
}
