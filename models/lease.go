package models

import (
	"context"
	"database/sql"
	"errors"
	"time"
)

// leaseSkew is how far the clocks of processes on one database may differ.
const leaseSkew = 5 * time.Minute

// TakeLease makes holder the only one to do what name stands for until now+ttl, or keeps
// it so when it already is. False means that another holds it. A look at a lease in other
// hands takes no write lock, so that waiting processes cost nothing. A lease that lasts longer than
// any that could be taken now is of a clock that was wrong, and holds nobody off.
func TakeLease(ctx context.Context, db *DB, name, holder string, ttl time.Duration, now time.Time) (bool, error) {
	var present string
	longest := At(now.Add(ttl + leaseSkew))
	err := db.row(ctx, "SELECT holder FROM leases WHERE name = ? AND expires_at > ? AND expires_at <= ?", name, At(now), longest).Scan(&present)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return false, err
	}
	if err == nil && present != holder {
		return false, nil
	}
	taken := false
	err = db.Write(ctx, func(ctx context.Context, tx *Tx) error {
		var one int
		err := tx.row(ctx, `INSERT INTO leases (name, holder, expires_at) VALUES (?, ?, ?)
			ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, expires_at = excluded.expires_at
			WHERE leases.holder = excluded.holder OR leases.expires_at <= ? OR leases.expires_at > ? RETURNING 1`,
			name, holder, At(now.Add(ttl)), At(now), longest).Scan(&one)
		if errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		taken = err == nil
		return err
	})
	return taken && err == nil, err
}

// DropLease gives a lease back early; one in other hands is left alone.
func DropLease(ctx context.Context, c Conn, name, holder string) error {
	_, err := c.exec(ctx, "DELETE FROM leases WHERE name = ? AND holder = ?", name, holder)
	return err
}
