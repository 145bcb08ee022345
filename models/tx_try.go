package models

import (
	"context"
	"fmt"
)

// Try runs f as a part of the transaction that may fail without it: what f wrote is undone then,
// failed is why, and the transaction goes on. fatal ends the whole transaction: what was written
// could not be undone, or PostgreSQL wants all of it begun again. Trials do not stand in each other.
func (tx *Tx) Try(ctx context.Context, f func(ctx context.Context) error) (failed, fatal error) {
	if _, err := tx.exec(ctx, "SAVEPOINT trial"); err != nil {
		return nil, err
	}
	failed = caught(ctx, f)
	if failed != nil && isRetryable(failed) {
		return nil, failed
	}
	if failed != nil {
		if _, err := tx.exec(ctx, "ROLLBACK TO SAVEPOINT trial"); err != nil {
			return nil, err
		}
	}
	_, err := tx.exec(ctx, "RELEASE SAVEPOINT trial")
	return failed, err
}

// caught turns a panic into an error.
func caught(ctx context.Context, f func(ctx context.Context) error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v", p)
		}
	}()
	return f(ctx)
}
