package desk

import (
	"time"

	"lodge/models"
)

// silentDay is a day of silence: 24 hours, whatever the clocks of a zone do.
const silentDay = 24 * time.Hour

// waitsSilently says whether the clock that reminds and closes runs for a ticket: it waits for its
// customer, in a project that is in use. It stands while the ticket is snoozed: an agent has said
// when they want to see it again, and until then nothing happens to it.
func waitsSilently(p *models.Project, t *models.Ticket) bool {
	return p.DisabledAt == 0 && t.Category == models.CategoryWaiting && t.EndedAt == 0 && t.SpamAt == 0 && t.MergedIntoID == nil && t.SnoozedUntil == 0 && t.TalkedAt != 0
}

// reminded says whether the customer has been reminded since the last public message.
func reminded(t *models.Ticket) bool { return t.RemindedAt != 0 && t.RemindedAt >= t.TalkedAt }

// RemindsAt is when the customer of a ticket is reminded that it waits for them: RemindDays after
// the last public message, whatever else was changed since. It is false when nobody will be: the
// project does not remind, the ticket does not wait for them or is snoozed, or they have been
// reminded. A moment that is past means within the next minutes.
func RemindsAt(p *models.Project, t *models.Ticket) (time.Time, bool) {
	if p.Settings.RemindDays <= 0 || !waitsSilently(p, t) || reminded(t) {
		return time.Time{}, false
	}
	return t.TalkedAt.Time().Add(time.Duration(p.Settings.RemindDays) * silentDay), true
}

// ClosesAt is when a ticket closes by itself unless somebody writes: CloseDays after the reminder,
// the one that is still to come too, or after the last public message where nobody is reminded. It
// is false when it will not: the project does not close, the graph has no step to where it would
// (models.Project.AutoClose), or the ticket does not wait for its customer or is snoozed.
func ClosesAt(p *models.Project, t *models.Ticket) (time.Time, bool) {
	if p.Settings.CloseDays <= 0 || !waitsSilently(p, t) || p.AutoClose(t) == nil {
		return time.Time{}, false
	}
	from := t.TalkedAt.Time()
	if at, later := RemindsAt(p, t); later {
		from = at
	} else if reminded(t) {
		from = t.RemindedAt.Time() // they were told this date; it holds without reminding too
	}
	return from.Add(time.Duration(p.Settings.CloseDays) * silentDay), true
}
