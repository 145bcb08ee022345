package models

import (
	"context"
	"errors"
	"fmt"
)

// Verify looks for promises that were not kept by their rules, for sums and copies that are not those
// of their rows, for rows whose parents are missing and, on SQLite, for damage of the file.
func Verify(ctx context.Context, db *DB) error {
	if err := CheckPromises(ctx, db); err != nil {
		return err
	}
	if err := CheckBoughtTime(ctx, db); err != nil {
		return err
	}
	if err := CheckSeats(ctx, db); err != nil {
		return err
	}
	if db.dialect.postgres {
		return nil // it checks the rest itself
	}
	rows, err := db.query(ctx, "PRAGMA foreign_key_check")
	if err != nil {
		return err
	}
	orphans := rows.Next()
	if err := errors.Join(rows.Err(), rows.Close()); err != nil {
		return err
	}
	if orphans {
		return errors.New("there are rows without their parents")
	}
	var said string
	if err := db.row(ctx, "PRAGMA quick_check(1)").Scan(&said); err != nil {
		return err
	}
	if said != "ok" {
		return fmt.Errorf("the database file is damaged: %s", said)
	}
	return nil
}

// Optimize lets SQLite refresh the figures its planner chooses indexes by, where tables
// have grown; a bounded look at each index, so that it never takes long. PostgreSQL does
// this by itself.
func (db *DB) Optimize(ctx context.Context) error {
	if db.dialect.postgres {
		return nil
	}
	select {
	case db.turn <- struct{}{}:
	case <-ctx.Done():
		return ctx.Err()
	}
	defer func() { <-db.turn }()
	if _, err := db.writer.ExecContext(ctx, "PRAGMA analysis_limit = 400"); err != nil {
		return err
	}
	_, err := db.writer.ExecContext(ctx, "PRAGMA optimize")
	return err
}
