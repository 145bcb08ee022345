package models

import (
	"context"
	"database/sql"
	"errors"
	"time"
)

// Spent says how much of an allowance is used in its present window and when that window
// ends, without charging anything.
func Spent(ctx context.Context, c Conn, name string, now time.Time) (used int64, resetsAt time.Time, err error) {
	var resets Stamp
	err = c.row(ctx, "SELECT used, resets_at FROM allowances WHERE name = ?", name).Scan(&used, &resets)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return 0, now, nil
	case err != nil:
		return 0, now, err
	case resets <= At(now):
		return 0, now, nil
	}
	return used, resets.Time(), nil
}

// usedUp is more than any limit.
const usedUp = 1 << 40

// FillAllowance uses an allowance up until a moment, whatever its limit.
func FillAllowance(ctx context.Context, c Conn, name string, until time.Time) error {
	_, err := c.exec(ctx, `INSERT INTO allowances (name, used, resets_at) VALUES (?, ?, ?)
		ON CONFLICT (name) DO UPDATE SET used = excluded.used, resets_at = excluded.resets_at`, name, int64(usedUp), At(until))
	return err
}

// ForgetAllowance gives back all that was used under a name.
func ForgetAllowance(ctx context.Context, c Conn, name string) error {
	_, err := c.exec(ctx, "DELETE FROM allowances WHERE name = ?", name)
	return err
}
