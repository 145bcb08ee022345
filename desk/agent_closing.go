package desk

import (
	"time"

	"lodge/models"
)

// SilentClock is what agents read about a ticket that closes by itself: days of the project's own
// calendar (DayIn), zero for none.
type SilentClock struct {
	// Reminds is when its customer will be reminded, Reminded when they have been, Closes when it
	// will close unless somebody writes.
	Reminds, Reminded, Closes time.Time
}

// silentClock tells what the clock will do to a ticket; nil for nothing.
func silentClock(cat *models.Catalog, p *models.Project, t *models.Ticket) *SilentClock {
	if !waitsSilently(p, t) {
		return nil
	}
	var c SilentClock
	zone := ZoneOf(cat, p)
	if at, remind := RemindsAt(p, t); remind {
		c.Reminds = DayIn(zone, at)
	}
	if reminded(t) {
		c.Reminded = DayIn(zone, t.RemindedAt.Time())
	}
	if at, closes := ClosesAt(p, t); closes {
		c.Closes = DayIn(zone, at)
	}
	if c == (SilentClock{}) {
		return nil
	}
	return &c
}
