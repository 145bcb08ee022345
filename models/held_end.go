package models

import (
	"context"
	"time"
)

// SettleHeld moves something held out of waiting and lets go of what was sent, which by then is
// a ticket or a message of its own. False when somebody else was first.
func SettleHeld(ctx context.Context, tx *Tx, id int64, state string, agentID, ticketID *int64, now Stamp) (bool, error) {
	n, err := affected(tx.exec(ctx, "UPDATE held SET state = ?, agent_id = ?, result_ticket_id = ?, decided_at = ?, payload = '{}' WHERE id = ? AND state = 'waiting'", state, agentID, ticketID, now, id))
	return n == 1, err
}

// AcceptHeldMail notes how a held mail is to be taken; payload says so to the reading of the mail.
// False when somebody else was first.
func AcceptHeldMail(ctx context.Context, tx *Tx, id int64, state string, agentID *int64, payload string, now Stamp) (bool, error) {
	n, err := affected(tx.exec(ctx, "UPDATE held SET state = ?, agent_id = ?, payload = ?, decided_at = ? WHERE id = ? AND state = 'waiting'", state, agentID, payload, now, id))
	return n == 1, err
}

// DropHeld ends something held that becomes nothing, and forgets who sent what. False when it
// waits no longer.
func DropHeld(ctx context.Context, tx *Tx, id int64, state string, agentID *int64, now Stamp) (bool, error) {
	n, err := affected(tx.exec(ctx, "UPDATE held SET state = ?, agent_id = ?, decided_at = ?, address = '', name = '', title = '', excerpt = '', payload = '{}' WHERE id = ? AND state = 'waiting'", state, agentID, now, id))
	return n == 1, err
}

// ExpireHeld ends what has waited to its end, and forgets who sent what. The files go with
// their own time, which is the same.
func ExpireHeld(ctx context.Context, db *DB, now Stamp) (int64, error) {
	var n int64
	err := db.Write(ctx, func(ctx context.Context, tx *Tx) (err error) {
		n, err = affected(tx.exec(ctx, "UPDATE held SET state = 'expired', decided_at = ?, address = '', name = '', title = '', excerpt = '', payload = '{}' WHERE state = 'waiting' AND expires_at <= ?", now, now))
		return err
	})
	return n, err
}

// PruneHeld forgets what was decided before a time, and its links.
func PruneHeld(ctx context.Context, db *DB, before time.Time) (int64, error) {
	var n int64
	err := db.Write(ctx, func(ctx context.Context, tx *Tx) (err error) {
		if _, err = tx.exec(ctx, "DELETE FROM tokens WHERE kind = 'confirm' AND subject_id IN (SELECT id FROM held WHERE state <> 'waiting' AND decided_at < ?)", At(before)); err != nil {
			return err
		}
		n, err = affected(tx.exec(ctx, "DELETE FROM held WHERE state <> 'waiting' AND decided_at < ?", At(before)))
		return err
	})
	return n, err
}

// MarkAsked notes that the mail which asks the sender is on its way; false when it was before.
func MarkAsked(ctx context.Context, tx *Tx, id int64, now Stamp) (bool, error) {
	n, err := affected(tx.exec(ctx, "UPDATE held SET asked_at = ? WHERE id = ? AND asked_at = 0", now, id))
	return n == 1, err
}
