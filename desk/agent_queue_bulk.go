package desk

import (
	"context"
	"slices"
	"strconv"
	"time"

	"lodge/models"
)

// BulkAction is something that can be done to several tickets at once.
type BulkAction struct {
	// Name is its word in the form; the texts are "agent.bulk.<name>" and "agent.bulk.<name>.do".
	Name string
	Need models.Action
	// Value says what the form asks for: one of the Bulk… constants.
	Value string
	// Do does it to one ticket by the verb of that. value is what was posted; version what the list showed.
	Do func(ctx context.Context, d *Desk, actor Actor, number int64, value string, version int64) error
}

// What a bulk action asks for.
const (
	BulkStatus   = "status"   // the slug of a status
	BulkAgent    = "agent"    // an agent's id, or "" for nobody
	BulkTeam     = "team"     // a team's id, or "" for none
	BulkPriority = "priority" // a word of QueuePriorities
	BulkText     = "text"     // a short text, such as a tag
	BulkTime     = "time"     // a local time, as a datetime-local control posts it
	BulkNothing  = "nothing"
)

// BulkActions are all of them in the order of the form: one line each.
var BulkActions = []BulkAction{
	{"assign", models.ActAssign, BulkAgent, bulkAssign},
	{"status", models.ActStatus, BulkStatus, func(ctx context.Context, d *Desk, actor Actor, number int64, value string, version int64) error {
		return d.ChangeStatus(ctx, actor, number, value, version)
	}},
	{"priority", models.ActEdit, BulkPriority, func(ctx context.Context, d *Desk, actor Actor, number int64, value string, version int64) error {
		return d.SetPriority(ctx, actor, number, slices.Index(QueuePriorities, value)+1, version)
	}},
	{"team", models.ActEdit, BulkTeam, func(ctx context.Context, d *Desk, actor Actor, number int64, value string, version int64) error {
		id, err := bulkID(value, "team", "agent.property.error.team")
		if err != nil {
			return err
		}
		return d.SetTeam(ctx, actor, number, id, version)
	}},
	{"tag", models.ActEdit, BulkText, func(ctx context.Context, d *Desk, actor Actor, number int64, value string, version int64) error {
		return d.ChangeTags(ctx, actor, number, []string{value}, nil)
	}},
	{"snooze", models.ActEdit, BulkTime, func(ctx context.Context, d *Desk, actor Actor, number int64, value string, version int64) error {
		until, err := time.ParseInLocation("2006-01-02T15:04", value, actor.Clock(""))
		if err != nil {
			return invalid("until", "agent.property.error.date")
		}
		return d.Snooze(ctx, actor, number, until, version)
	}},
	{"spam", models.ActSpam, BulkNothing, func(ctx context.Context, d *Desk, actor Actor, number int64, value string, version int64) error {
		return d.MarkSpam(ctx, actor, number, version)
	}},
}

// bulkID reads a posted id; "" is 0, which means none.
func bulkID(value, field, refusal string) (int64, error) {
	if value == "" {
		return 0, nil
	}
	id, err := strconv.ParseInt(value, 10, 64)
	if err != nil || id < 1 {
		return 0, invalid(field, refusal)
	}
	return id, nil
}

func bulkAssign(ctx context.Context, d *Desk, actor Actor, number int64, value string, version int64) error {
	id, err := bulkID(value, "assignee", "agent.assign.error")
	if err != nil {
		return err
	}
	return d.Assign(ctx, actor, number, id, version)
}

// BulkTicket is a ticket that was chosen in the list, with the version the list showed.
type BulkTicket struct{ Number, Version int64 }

// What became of a ticket in a bulk action.
const (
	BulkChanged = "changed"
	BulkSame    = "same"    // it was so already
	BulkRefused = "refused" // Why says why
)

// BulkResult is what became of one ticket. Title is empty for one that the actor may not see.
type BulkResult struct {
	Number  int64
	Title   string
	Outcome string
	Why     *models.Error
}

// mostBulk is how many tickets one bulk action takes: two pages of the list.
const mostBulk = 2 * queuePage

// Bulk does one thing to several tickets, each by its own verb in its own transaction: what
// one is refused does not keep the others. Every ticket has a result, in the order asked for.
func (d *Desk) Bulk(ctx context.Context, actor Actor, name, value string, tickets []BulkTicket) ([]BulkResult, error) {
	if err := actor.may(models.ActRead); err != nil {
		return nil, err
	}
	i := slices.IndexFunc(BulkActions, func(a BulkAction) bool { return a.Name == name })
	var v models.Invalid
	switch {
	case i < 0:
		return nil, models.NotFound()
	case !actor.Can(BulkActions[i].Need):
		return nil, models.Forbidden()
	case len(tickets) == 0:
		v.Add("ticket", "agent.bulk.error.none")
	case len(tickets) > mostBulk:
		v.Add("ticket", "agent.bulk.error.many")
	}
	if err := v.Err(); err != nil {
		return nil, err
	}
	before, err := d.bulkRows(ctx, tickets)
	if err != nil {
		return nil, err
	}
	var all []BulkResult
	seen := map[int64]bool{}
	for _, t := range tickets {
		if seen[t.Number] {
			continue
		}
		seen[t.Number] = true
		r := BulkResult{Number: t.Number, Outcome: BulkChanged}
		if row := before[t.Number]; row != nil && actor.CanIn(models.ActRead, row.ProjectID) {
			r.Title = row.Title
		}
		if err := BulkActions[i].Do(ctx, d, actor, t.Number, value, t.Version); err != nil {
			why, ours := models.AsError(err)
			if !ours || why.Kind == models.KindInternal || why.Kind == models.KindUnavailable {
				return all, err
			}
			r.Outcome, r.Why = BulkRefused, why
		}
		all = append(all, r)
	}
	after, err := d.bulkRows(ctx, tickets)
	if err != nil {
		return all, err
	}
	for i, r := range all {
		if old, now := before[r.Number], after[r.Number]; r.Outcome == BulkChanged && old != nil && now != nil && old.Version == now.Version {
			all[i].Outcome = BulkSame
		}
	}
	return all, nil
}

// bulkRows reads the tickets as they are now, by number.
func (d *Desk) bulkRows(ctx context.Context, tickets []BulkTicket) (map[int64]*models.QueueRow, error) {
	numbers := make([]int64, len(tickets))
	for i, t := range tickets {
		numbers[i] = t.Number
	}
	ids, err := models.QueueIDsByNumber(ctx, d.db, numbers)
	if err != nil {
		return nil, err
	}
	rows, err := models.QueueRows(ctx, d.db, ids)
	if err != nil {
		return nil, err
	}
	byNumber := map[int64]*models.QueueRow{}
	for _, r := range rows {
		byNumber[r.Number] = r
	}
	return byNumber, nil
}
