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

// PreviewMoves says how the deadlines of open tickets would move if the catalog were changed. change
// is given a copy that it may change as it likes; nothing is written. Whoever may change settings
// may ask.
func (d *Desk) PreviewMoves(ctx context.Context, actor Actor, change func(cat *models.Catalog)) (MovePreview, error) {
	return MovePreview{}, actor.may(models.ActSettings)
}
