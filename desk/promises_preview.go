package desk

import (
	"context"
	"time"

	"lodge/models"
)

// MovePreview is what a change of the catalog would do to the promises of open tickets.
type MovePreview struct {
	// Looked is how many open tickets were looked at. AtLeast: time was up before all of them
	// had been, so every number is at least that many.
	Looked  int
	AtLeast bool
	// Moved get another deadline, or one at all, or none any more. Overdue are overdue by the new one
	// and were not; Relieved the other way round.
	Moved, Overdue, Relieved int
	// Examples are a few of those that move.
	Examples []MoveExample
}

// MoveExample is a ticket whose deadline moves; a time is zero without one, or while its clock is
// stopped.
type MoveExample struct {
	Number  int64
	Title   string
	Was, Is time.Time
}

// previewBatch is how many tickets are read at once.
const previewBatch = 256

// previewFor is how long PreviewMoves looks; previewExamples how many tickets it names.
var (
	previewFor      = 3 * time.Second
	previewExamples = 5
)

// PreviewMoves says how the deadlines of open tickets would move if the catalog were changed. change
// is given a copy whose calendars, policies and projects it may change as it likes, new ones with ids
// below zero; nothing is written. It tells of the projects whose settings the actor may
// change.
func (d *Desk) PreviewMoves(ctx context.Context, actor Actor, change func(cat *models.Catalog)) (MovePreview, error) {
	var out MovePreview
	if err := actor.may(models.ActSettings); err != nil {
		return out, err
	}
	cat, err := d.db.Catalog(ctx)
	if err != nil {
		return out, err
	}
	changed := cat.Clone()
	change(changed)
	if err := changed.Settle(cat); err != nil {
		return out, err
	}
	now, began := models.At(d.Now()), time.Now()
	late := func(due models.Stamp) bool { return due != 0 && due <= now }
	may := func(projectID int64) bool { return actor.CanIn(models.ActSettings, projectID) }
	for after := int64(0); ; {
		moves, looked, next, err := models.PromiseMoves(ctx, d.db, changed, may, after, previewBatch, now)
		if err != nil {
			return out, err
		}
		after, out.Looked, out.Moved = next, out.Looked+looked, out.Moved+len(moves)
		for _, m := range moves {
			switch {
			case late(m.Is) && !late(m.Was):
				out.Overdue++
			case late(m.Was) && !late(m.Is):
				out.Relieved++
			}
			if len(out.Examples) < previewExamples {
				out.Examples = append(out.Examples, MoveExample{Number: m.Number, Title: m.Title, Was: m.Was.Time(), Is: m.Is.Time()})
			}
		}
		if next == 0 || time.Since(began) > previewFor {
			out.AtLeast = next != 0
			return out, nil
		}
	}
}
