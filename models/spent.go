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

// ForgetAllowance gives back all that was used under a name.
func ForgetAllowance(ctx context.Context, c Conn, name string) error {
	_, err := c.exec(ctx, "DELETE FROM allowances WHERE name = ?", name)
	return err
}
