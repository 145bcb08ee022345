package models

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/uptrace/bun"
)

// Tx is a write transaction. It lives only inside Write.
type Tx struct {
	db    *DB
	pg    *bun.Tx
	after []func()
	// changed are the tickets this transaction has noted a change of; everything says that
	// what was remembered of all of them may be wrong now.
	changed    []int64
	everything bool
}

// Write runs f in one transaction: everything or nothing. On SQLite the transactions
// wait their turn for the one writer, and the lock is taken at once. f must not touch the
// DB itself (it would wait for its own turn), nor disk, network or templates.
func (db *DB) Write(ctx context.Context, f func(ctx context.Context, tx *Tx) error) error {
	tx := &Tx{db: db}
	var err error
	if db.dialect.postgres {
		err = db.writePostgres(ctx, tx, f)
	} else {
		err = db.writeLite(ctx, tx, f)
	}
	if err != nil {
		return err
	}
	db.pulses.forget(tx.changed, tx.everything)
	for _, done := range tx.after {
		done()
	}
	db.mu.Lock()
	nudges := db.onCommit
	db.mu.Unlock()
	for _, nudge := range nudges {
		nudge()
	}
	return nil
}

func (db *DB) writeLite(ctx context.Context, tx *Tx, f func(ctx context.Context, tx *Tx) error) (err error) {
	select {
	case db.turn <- struct{}{}:
	case <-ctx.Done():
		return Unavailable(ctx.Err())
	}
	defer func() { <-db.turn }()
	// Once begun it runs to its end: a client that leaves must not leave a half-open
	// transaction on the only connection.
	ctx = context.WithoutCancel(ctx)
	start := time.Now()
	if _, err = db.writer.ExecContext(ctx, "BEGIN IMMEDIATE"); err != nil {
		return fmt.Errorf("begin: %w", err)
	}
	committed := false
	defer func() {
		if !committed {
			if _, undo := db.writer.ExecContext(ctx, "ROLLBACK"); undo != nil {
				db.log.Error("roll back", "error", undo)
			}
		}
	}()
	if err = f(ctx, tx); err != nil {
		return err
	}
	if _, err = db.writer.ExecContext(ctx, "COMMIT"); err != nil {
		return fmt.Errorf("commit: %w", err)
	}
	committed = true
	if took := time.Since(start); took > slowWrite {
		db.log.Warn("slow transaction", "ms", took.Milliseconds())
	}
	return nil
}

func (db *DB) writePostgres(ctx context.Context, tx *Tx, f func(ctx context.Context, tx *Tx) error) error {
	for try := 0; ; try++ {
		tx.after = nil
		err := db.readBun.RunInTx(ctx, nil, func(ctx context.Context, inner bun.Tx) error {
			tx.pg = &inner
			return f(ctx, tx)
		})
		// Two transactions that waited for each other: one is told to begin again.
		if err == nil || try >= 4 || !isRetryable(err) {
			return err
		}
		time.Sleep(time.Duration(try+1) * 10 * time.Millisecond)
	}
}

// AfterCommit runs f once the transaction has succeeded, for nudges inside the process.
func (tx *Tx) AfterCommit(f func()) { tx.after = append(tx.after, f) }

func (tx *Tx) query(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	if tx.pg != nil {
		return tx.pg.Tx.QueryContext(ctx, tx.db.dialect.placeholders(query), args...)
	}
	st, err := tx.db.written.get(ctx, tx.db.writer, query)
	if err != nil {
		return nil, err
	}
	return st.QueryContext(ctx, args...)
}

func (tx *Tx) row(ctx context.Context, query string, args ...any) *sql.Row {
	if tx.pg != nil {
		return tx.pg.Tx.QueryRowContext(ctx, tx.db.dialect.placeholders(query), args...)
	}
	st, err := tx.db.written.get(ctx, tx.db.writer, query)
	if err != nil {
		return tx.db.writer.QueryRowContext(ctx, query, args...)
	}
	return st.QueryRowContext(ctx, args...)
}

func (tx *Tx) exec(ctx context.Context, query string, args ...any) (sql.Result, error) {
	if tx.pg != nil {
		return tx.pg.Tx.ExecContext(ctx, tx.db.dialect.placeholders(query), args...)
	}
	st, err := tx.db.written.get(ctx, tx.db.writer, query)
	if err != nil {
		return nil, err
	}
	return st.ExecContext(ctx, args...)
}

func (tx *Tx) orm() bun.IDB {
	if tx.pg != nil {
		return tx.pg
	}
	return tx.db.writerBun
}

func (tx *Tx) root() *DB { return tx.db }

// insert writes the row and reads its new id back into the struct.
func insert(ctx context.Context, c Conn, row any) error {
	_, err := c.orm().NewInsert().Model(row).Exec(ctx)
	if err != nil && isDuplicate(err) {
		return &Error{Kind: KindConflict, Message: "errors.conflict", cause: err}
	}
	return err
}

// save writes the named columns of one row back, found by its primary key.
func save(ctx context.Context, c Conn, row any, columns ...string) error {
	_, err := c.orm().NewUpdate().Model(row).Column(columns...).WherePK().Exec(ctx)
	return err
}
