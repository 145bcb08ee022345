package desk

import (
	"context"
	"time"

	"lodge/models"
)

// JobMove moves the tickets of a deleted or changed status or type: Move is its argument.
const JobMove = "move"

// Move says whose tickets follow a change of the settings.
type Move struct {
	Kind    string `json:"kind"`
	Project int64  `json:"project"`
	ID      int64  `json:"id"`    // of the status or type
	Agent   int64  `json:"agent"` // who deleted it
	// After is where the next batch begins.
	After models.Cursor `json:"after"`
}

const (
	moveStatus   = "status"
	moveType     = "type"
	moveCategory = "category"

	// stragglers is when what seems done is looked at once more: a request that read the
	// settings before the change has come to its end by then.
	stragglers = time.Minute
)

// moveBatch is how many tickets move in one transaction: some milliseconds, so that a reply
// waits for none of it. Tests make it small.
var moveBatch = 500

// later leaves the rest of a move, of which n tickets have been moved so far, to a job.
func later(ctx context.Context, tx *models.Tx, m Move, n int, now time.Time) error {
	if n < moveBatch {
		now = now.Add(stragglers)
	}
	return models.Enqueue(ctx, tx, JobMove, JobMove+":"+m.Kind+":"+itoa(m.ID), m, now)
}

// MoveTickets moves one more batch and says what is left to do, or that nothing is. Run twice
// it moves nothing twice.
func (d *Desk) MoveTickets(ctx context.Context, m Move) (next Move, done bool, err error) {
	now := models.At(d.Now())
	next = m
	err = d.db.Write(ctx, func(ctx context.Context, tx *models.Tx) error {
		cat, err := models.TxCatalog(ctx, tx)
		if err != nil {
			return err
		}
		p := cat.Project(m.Project)
		if p == nil {
			done = true
			return nil
		}
		var n int
		switch m.Kind {
		case moveStatus:
			n, err = d.leaveStatus(ctx, tx, p, m, now)
		case moveType:
			n, err = d.leaveType(ctx, tx, p, m, now)
		case moveCategory:
			// A deleted status has its own move, which brings the category along.
			if s := p.LiveStatus(m.ID); s != nil {
				n, next.After, err = models.FollowCategory(ctx, tx, s, m.After, moveBatch, now)
			}
		}
		done = n < moveBatch
		return err
	})
	return next, done, err
}

func (d *Desk) leaveStatus(ctx context.Context, tx *models.Tx, p *models.Project, m Move, now models.Stamp) (int, error) {
	old := p.Status(m.ID)
	if old == nil || old.LeavingAt == 0 || old.GoneAt != 0 || old.ReplacedByID == nil {
		return 0, nil
	}
	to := p.LiveStatus(*old.ReplacedByID)
	if to == nil {
		return 0, nil
	}
	n, err := models.LeaveStatus(ctx, tx, old, to, &m.Agent, moveBatch, now)
	if err != nil || n == moveBatch {
		return n, err
	}
	gone := *old
	gone.GoneAt = now
	return n, models.UpdateStatus(ctx, tx, &gone)
}

func (d *Desk) leaveType(ctx context.Context, tx *models.Tx, p *models.Project, m Move, now models.Stamp) (int, error) {
	old := p.Type(m.ID)
	if old == nil || old.LeavingAt == 0 || old.GoneAt != 0 {
		return 0, nil
	}
	n, err := models.LeaveType(ctx, tx, old.ID, old.ReplacedByID, moveBatch, now)
	if err != nil || n == moveBatch {
		return n, err
	}
	gone := *old
	gone.GoneAt = now
	return n, models.UpdateType(ctx, tx, &gone)
}
