package desk

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"lodge/models"
)

// silentBatch is how many reminders, and how many closings, leave a project in one call of
// CloseSilent, which is a minute: after an import or the first switching on, thousands may be
// silent for long, and neither a mail server nor the only writer is to drown in them. Ten thousand
// take five and a half hours.
const silentBatch = 30

// ReasonSilence is why the clock closed a ticket, as its event says it in "reason": nobody whom it
// waited for wrote. Whoever asks people how they were helped does not ask after that.
const ReasonSilence = "silence"

// CloseSilent reminds customers whom tickets wait for and closes those that nobody wrote to, a
// bounded number of each in every project, and says how many it did. It is for the clock.
//
// The stages are two rows of the ticket's own time: a reminder is its reminded_at, which counts
// while it is not before talked_at, the last public message; a closing is its status. Both are
// decided again in the ticket's own transaction, under its lock, so that each happens once however
// often and by however many processes this is called. Where the clock jumps ahead, a reminder still
// has its days: it begins to count when it is written, and its mail when it has left.
func (d *Desk) CloseSilent(ctx context.Context) (reminded, closed int, err error) {
	now := d.Now()
	cat, err := d.db.Catalog(ctx)
	if err != nil {
		return 0, 0, err
	}
	var problems []error
	for _, p := range cat.Projects {
		if p.DisabledAt != 0 {
			continue
		}
		n, err := d.remindSilent(ctx, p, now)
		reminded += n
		problems = append(problems, err)
		n, err = d.closeSilent(ctx, p, now)
		closed += n
		problems = append(problems, err)
	}
	return reminded, closed, errors.Join(problems...)
}

// daysAgo is the moment so many days of silence before now.
func daysAgo(now time.Time, days int) models.Stamp {
	return models.At(now.Add(-time.Duration(days) * silentDay))
}

func (d *Desk) remindSilent(ctx context.Context, p *models.Project, now time.Time) (int, error) {
	if p.Settings.RemindDays <= 0 {
		return 0, nil
	}
	due, err := models.SilentUnreminded(ctx, d.db, p.ID, daysAgo(now, p.Settings.RemindDays), silentBatch)
	if err != nil {
		return 0, err
	}
	return d.eachSilent(ctx, due, now, func(ctx context.Context, e *edit) (bool, error) {
		if at, due := RemindsAt(e.project, e.ticket); !due || at.After(now) {
			return false, nil // somebody was faster
		}
		e.ticket.RemindedAt = models.At(now)
		return true, e.done(ctx, models.EventReminded, true, e.silence(nil), true)
	})
}

func (d *Desk) closeSilent(ctx context.Context, p *models.Project, now time.Time) (int, error) {
	if p.Settings.CloseDays <= 0 {
		return 0, nil
	}
	// A ticket that cannot close would be in front for ever.
	var from []int64
	without := map[int64]bool{}
	for _, s := range p.NoAutoClose() {
		without[s.ID] = true
	}
	for _, s := range p.Statuses {
		if s.Category == models.CategoryWaiting && !without[s.ID] {
			from = append(from, s.ID)
		}
	}
	if len(from) == 0 {
		return 0, nil
	}
	until := daysAgo(now, p.Settings.CloseDays)
	due, err := models.SilentReminded(ctx, d.db, p.ID, until, silentBatch, from...)
	if err != nil {
		return 0, err
	}
	if rest := silentBatch - len(due); p.Settings.RemindDays <= 0 && rest > 0 {
		more, err := models.SilentUnreminded(ctx, d.db, p.ID, until, rest, from...)
		if err != nil {
			return 0, err
		}
		due = append(due, more...)
	}
	return d.eachSilent(ctx, due, now, closeOne)
}

// closeOne closes a ticket whose time has come, and says whether it did.
func closeOne(ctx context.Context, e *edit) (bool, error) {
	at, due := ClosesAt(e.project, e.ticket)
	if _, first := RemindsAt(e.project, e.ticket); !due || first || at.After(e.now) {
		return false, nil
	}
	if reminded(e.ticket) {
		if on, err := models.ReminderOnItsWay(ctx, e.tx, e.ticket.ID, daysAgo(e.now, e.project.Settings.CloseDays)); err != nil || on {
			return false, err
		}
	}
	was, next := *e.ticket, e.project.AutoClose(e.ticket)
	e.ticket.SetStatus(next, e.now)
	if err := e.done(ctx, models.EventAutoClosed, true, e.silence(map[string]any{"from": was.StatusID, "to": next.ID, "reason": ReasonSilence}), true); err != nil {
		return false, err
	}
	return true, e.d.routeChange(ctx, e.tx, &was, e.ticket, e.now)
}

// silence is the data of what the clock does: the days of silence before it, and the public version
// that the ticket has after it, by which open pages find it.
func (e *edit) silence(data map[string]any) map[string]any {
	if data == nil {
		data = map[string]any{}
	}
	data["days"] = max(int(e.now.Sub(e.ticket.TalkedAt.Time())/silentDay), 0)
	data["public"] = e.ticket.PublicVersion + 1
	return data
}

// eachSilent changes tickets by the clock, one transaction each, by the rules of that very moment.
// One that cannot be changed keeps none of the others waiting. It counts those that f has changed.
func (d *Desk) eachSilent(ctx context.Context, tickets []int64, now time.Time, f func(ctx context.Context, e *edit) (bool, error)) (int, error) {
	n := 0
	var problems []error
	for _, id := range tickets {
		did := false
		err := d.db.Write(ctx, func(ctx context.Context, tx *models.Tx) error {
			t, err := models.LockTicket(ctx, tx, id)
			if err != nil {
				return err
			}
			cat, err := models.TxCatalog(ctx, tx)
			if err != nil {
				return err
			}
			p := cat.Project(t.ProjectID)
			if p == nil {
				return models.NotFound()
			}
			did, err = f(ctx, &edit{d: d, tx: tx, project: p, ticket: t, now: now})
			return err
		})
		switch {
		case err == nil && did:
			n++
		case ctx.Err() != nil:
			return n, errors.Join(append(problems, err)...)
		case err != nil && models.KindOf(err) != models.KindNotFound:
			problems = append(problems, err)
		}
	}
	return n, errors.Join(problems...)
}

// urgent says of a mail that it asks for something in its time: it is not kept for a digest.
func urgent(template string) bool { return template == MailReminder || template == MailFeedback }

// StillReminds says whether what a reminder's event says is still so: the ticket waits for its
// customer, and nobody wrote since.
func StillReminds(event *models.Event, t *models.Ticket) bool {
	return t.Category == models.CategoryWaiting && t.MergedIntoID == nil && reminded(t) && t.RemindedAt <= event.CreatedAt
}

// SilentDays is after how many days without a word the clock closed a ticket by an event; 0 for
// events of another kind.
func SilentDays(event *models.Event) int {
	var data struct{ Days int }
	if event.Kind == models.EventAutoClosed {
		_ = json.Unmarshal([]byte(event.Data), &data)
	}
	return data.Days
}

// ZoneOf is where the days of a project begin: the zone of its calendar, UTC without one.
func ZoneOf(cat *models.Catalog, p *models.Project) *time.Location {
	if p.CalendarID == nil {
		return time.UTC
	}
	return cat.Calendar(*p.CalendarID).Location()
}

// DayIn is the day of a moment in a zone, as midnight of UTC: in that form words of a day are written.
func DayIn(zone *time.Location, at time.Time) time.Time {
	y, m, d := at.In(zone).Date()
	return time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
}
