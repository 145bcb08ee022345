package models

import (
	"context"
	"fmt"
)

// Check asks the database whether its pages and its references are whole. PostgreSQL
// guards both by itself.
func (db *DB) Check(ctx context.Context) error {
	if db.dialect.postgres {
		return nil
	}
	var verdict string
	if err := db.reads.QueryRowContext(ctx, "PRAGMA integrity_check(1)").Scan(&verdict); err != nil {
		return err
	}
	if verdict != "ok" {
		return fmt.Errorf("integrity: %s", verdict)
	}
	rows, err := db.reads.QueryContext(ctx, "PRAGMA foreign_key_check")
	if err != nil {
		return err
	}
	defer rows.Close()
	if rows.Next() {
		return fmt.Errorf("a row refers to one that is not there")
	}
	return rows.Err()
}
