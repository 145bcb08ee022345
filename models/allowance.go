package models

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"time"
)

// Allowance is something there is only so much of in a window of time: tickets of a
// client, replies on a link, bytes uploaded. Name holds its scope and key in one text; a
// secret or an address stands in it only as a hash.
type Allowance struct {
	Name   string
	Amount int64 // what is taken now
	Limit  int64 // what one window holds
	Window time.Duration
}

// Charge takes amount from an allowance if it still fits, in one atomic statement: of any
// number of charges at once exactly as many succeed as the limit holds (PC-7, PT-10). A
// window begins with its first charge and is fixed. Refused means that nothing was taken.
// resetsAt is the end of the present window; refused callers may come back then. A clock
// set back shortens a window that would now end later than a whole window from here.
//
// Refusals on the database itself take no write lock, so that a flood costs reads only.
func Charge(ctx context.Context, c Conn, name string, amount, limit int64, window time.Duration, now time.Time) (ok bool, resetsAt time.Time, err error) {
	a := Allowance{Name: name, Amount: amount, Limit: limit, Window: window}
	if amount < 0 || window < time.Millisecond {
		return false, time.Time{}, fmt.Errorf("charge %s: amount %d, window %v", name, amount, window)
	}
	if db, whole := c.(*DB); whole {
		full, resetsAt, err := a.full(ctx, db, now)
		if err != nil || full {
			return false, resetsAt, err
		}
	}
	err = within(ctx, c, func(ctx context.Context, tx *Tx) error {
		ok, resetsAt, err = a.charge(ctx, tx, now)
		return err
	})
	if err != nil {
		return false, time.Time{}, err
	}
	return ok, resetsAt, nil
}

// full reads whether the charge is certain to be refused and nothing is to be corrected.
func (a Allowance) full(ctx context.Context, c Conn, now time.Time) (bool, time.Time, error) {
	var used int64
	var resetsAt Stamp
	err := c.row(ctx, "SELECT used, resets_at FROM allowances WHERE name = ?", a.Name).Scan(&used, &resetsAt)
	if err != nil {
		if errors.Is(err, sql.ErrNoRows) {
			err = nil
		}
		return false, time.Time{}, err
	}
	present := resetsAt > At(now) && resetsAt <= At(now.Add(a.Window))
	return present && used > a.Limit-a.Amount, resetsAt.Time(), nil
}

func (a Allowance) charge(ctx context.Context, tx *Tx, now time.Time) (bool, time.Time, error) {
	end := At(now.Add(a.Window))
	var resetsAt Stamp
	if a.Amount <= a.Limit {
		err := tx.row(ctx, `INSERT INTO allowances (name, used, resets_at) VALUES (?, ?, ?)
			ON CONFLICT (name) DO UPDATE SET
				used = CASE WHEN allowances.resets_at <= ? THEN excluded.used ELSE allowances.used + excluded.used END,
				resets_at = CASE WHEN allowances.resets_at <= ? OR allowances.resets_at > excluded.resets_at THEN excluded.resets_at ELSE allowances.resets_at END
			WHERE allowances.resets_at <= ? OR allowances.used <= ?
			RETURNING resets_at`,
			a.Name, a.Amount, end, At(now), At(now), At(now), a.Limit-a.Amount).Scan(&resetsAt)
		if err == nil {
			return true, resetsAt.Time(), nil
		}
		if !errors.Is(err, sql.ErrNoRows) {
			return false, time.Time{}, fmt.Errorf("charge: %w", err)
		}
	}
	err := tx.row(ctx, "SELECT resets_at FROM allowances WHERE name = ?", a.Name).Scan(&resetsAt)
	switch {
	case errors.Is(err, sql.ErrNoRows) || (err == nil && resetsAt <= At(now)):
		// More than the limit holds at all: no window stands in its way.
		return false, end.Time(), nil
	case err != nil:
		return false, time.Time{}, fmt.Errorf("charge: %w", err)
	case resetsAt > end:
		if _, err := tx.exec(ctx, "UPDATE allowances SET resets_at = ? WHERE name = ? AND resets_at > ?", end, a.Name, end); err != nil {
			return false, time.Time{}, fmt.Errorf("charge: %w", err)
		}
		resetsAt = end
	}
	return false, resetsAt.Time(), nil
}

// ChargeAll takes all of the charges or none of them, in the given transaction. refused is
// the first that did not fit, nil when all were taken.
func ChargeAll(ctx context.Context, tx *Tx, now time.Time, charges ...Allowance) (refused *Allowance, resetsAt time.Time, err error) {
	// One order for everybody, so that two transactions never wait for each other.
	order := make([]int, len(charges))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(i, j int) int {
		if charges[i].Name < charges[j].Name {
			return -1
		}
		if charges[i].Name > charges[j].Name {
			return 1
		}
		return i - j
	})
	first := len(charges)
	ends := make([]time.Time, len(charges))
	taken := make([]bool, len(charges))
	for _, i := range order {
		a := charges[i]
		taken[i], ends[i], err = Charge(ctx, tx, a.Name, a.Amount, a.Limit, a.Window, now)
		if err != nil {
			return nil, time.Time{}, err
		}
		if !taken[i] {
			first = min(first, i)
		}
	}
	if first == len(charges) {
		return nil, time.Time{}, nil
	}
	for i, a := range charges {
		if taken[i] {
			if err := Refund(ctx, tx, a.Name, a.Amount, ends[i]); err != nil {
				return nil, time.Time{}, err
			}
		}
	}
	return &charges[first], ends[first], nil
}

// Refund gives back what was charged in the window that ends at resetsAt, as Charge
// returned it. When that window is over there is nothing to give back.
func Refund(ctx context.Context, c Conn, name string, amount int64, resetsAt time.Time) error {
	if amount < 0 {
		return fmt.Errorf("refund %s: amount %d", name, amount)
	}
	_, err := c.exec(ctx, "UPDATE allowances SET used = CASE WHEN used > ? THEN used - ? ELSE 0 END WHERE name = ? AND resets_at = ?", amount, amount, name, At(resetsAt))
	return err
}

// PruneAllowances deletes the rows whose window is over and says how many there were.
func PruneAllowances(ctx context.Context, c Conn, now time.Time) (int64, error) {
	return affected(c.exec(ctx, "DELETE FROM allowances WHERE resets_at <= ?", At(now)))
}
