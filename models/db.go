// Package models holds the nouns of Lodge: tables, states, pure decisions and the
// queries that read and write them. It is the only package that speaks SQL.
package models

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/uptrace/bun"
	"github.com/uptrace/bun/migrate"

	"lodge/models/migrations"
)

// DB is an open database: a pool of readers and exactly one writer on SQLite, one pool
// on PostgreSQL. Verbs read through DB and write inside Write.
type DB struct {
	dialect dialect
	reads   *sql.DB
	readBun *bun.DB
	stmts   statements

	// SQLite only: the one writing connection, its turn, and its prepared statements.
	writes    *sql.DB
	writer    *sql.Conn
	writerBun bun.Conn
	turn      chan struct{}
	written   statements

	// pulses remembers what polls ask for, on SQLite only.
	pulses *pulses

	queries  atomic.Int64
	catalog  atomic.Pointer[Catalog]
	epoch    string
	mu       sync.Mutex
	onCommit []func()
	log      *slog.Logger
}

// Conn is anything a query can run on: the DB itself (readers) or a transaction. Every
// query function takes one, so that a verb can hand in its transaction.
type Conn interface {
	query(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	row(ctx context.Context, query string, args ...any) *sql.Row
	exec(ctx context.Context, query string, args ...any) (sql.Result, error)
	orm() bun.IDB
	root() *DB
}

// Options says where the database is. Address empty means SQLite in Dir/lodge.db.
type Options struct {
	Dir     string
	Address string
	Log     *slog.Logger
}

// slowWrite is how long a transaction may hold the only writer before it is worth a line.
const slowWrite = 250 * time.Millisecond

// Open opens the database and brings its schema up to date.
func Open(ctx context.Context, opts Options) (*DB, error) {
	log := opts.Log
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	db := &DB{log: log}
	switch {
	case opts.Address == "":
		if err := db.openLite(ctx, opts.Dir); err != nil {
			return nil, err
		}
	case strings.HasPrefix(opts.Address, "postgres://"), strings.HasPrefix(opts.Address, "postgresql://"):
		db.dialect = postgresDialect
		db.reads = openPostgres(opts.Address)
		db.reads.SetMaxOpenConns(16)
		db.reads.SetMaxIdleConns(8)
		if err := db.reads.PingContext(ctx); err != nil {
			return nil, fmt.Errorf("reach PostgreSQL: %w", err)
		}
	default:
		return nil, unknownDatabase(opts.Address)
	}
	db.readBun = bun.NewDB(db.reads, db.dialect.bun())
	if err := db.migrate(ctx); err != nil {
		db.Close()
		return nil, fmt.Errorf("migrate: %w", err)
	}
	if err := db.begin(ctx); err != nil {
		db.Close()
		return nil, err
	}
	return db, nil
}

func (db *DB) openLite(ctx context.Context, dir string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fmt.Errorf("data folder: %w", err)
	}
	path := filepath.Join(dir, "lodge.db")
	var err error
	db.dialect = sqliteDialect
	if db.writes, err = openSQLite(path, true); err != nil {
		return err
	}
	db.writes.SetMaxOpenConns(1)
	if db.writer, err = db.writes.Conn(ctx); err != nil {
		return fmt.Errorf("open %s: %w", filepath.Base(path), err)
	}
	if db.reads, err = openSQLite(path, false); err != nil {
		return err
	}
	// Two readers serve two cores best; more only fight over the page cache.
	db.reads.SetMaxOpenConns(3)
	db.reads.SetMaxIdleConns(3)
	db.pulses = newPulses()
	db.turn = make(chan struct{}, 1)
	return nil
}

// migrate runs the missing SQL files. A file counts as applied only once it has succeeded.
func (db *DB) migrate(ctx context.Context) error {
	known := migrate.NewMigrations()
	if err := known.Discover(fs.FS(migrations.Files)); err != nil {
		return err
	}
	target := db.readBun
	if db.writer != nil {
		// The writer's only connection is lent for the migration: bun wants a pool.
		db.writer.Close()
		target = bun.NewDB(db.writes, db.dialect.bun())
	}
	m := migrate.NewMigrator(target, known, migrate.WithMarkAppliedOnSuccess(true), migrate.WithTemplateData(db.dialect.words))
	// bun's own lock is a row, which a killed process would leave behind for ever. On SQLite
	// a second process fails on the first table that is there already and can simply be
	// started again; on PostgreSQL the lock ends with its connection.
	unlock, err := db.dialect.lockMigrations(ctx, db.reads)
	if err != nil {
		return fmt.Errorf("wait for another process that migrates: %w", err)
	}
	if err = m.Init(ctx); err == nil {
		_, err = m.Migrate(ctx)
	}
	unlock()
	if err != nil {
		return err
	}
	if db.writes != nil {
		writerBun := bun.NewDB(db.writes, db.dialect.bun())
		if db.writerBun, err = writerBun.Conn(ctx); err != nil {
			return err
		}
		db.writer = db.writerBun.Conn
	}
	return nil
}

// begin makes the workspace row on a new database and learns the epoch.
func (db *DB) begin(ctx context.Context) error {
	err := db.row(ctx, "SELECT epoch FROM workspaces WHERE id = 1").Scan(&db.epoch)
	if !errors.Is(err, sql.ErrNoRows) {
		return err
	}
	return db.Write(ctx, func(ctx context.Context, tx *Tx) error {
		now := At(time.Now())
		if _, err := tx.exec(ctx, "INSERT INTO workspaces (id, name, epoch, created_at) VALUES (1, 'Lodge', ?, ?) ON CONFLICT (id) DO NOTHING", rand.Text(), now); err != nil {
			return err
		}
		return tx.row(ctx, "SELECT epoch FROM workspaces WHERE id = 1").Scan(&db.epoch)
	})
}

// Epoch names this database for ever. A search index keeps it, to notice that it was
// made from another one.
func (db *DB) Epoch() string { return db.epoch }

// Postgres says whether this is PostgreSQL; for tests and for the operator's log line.
func (db *DB) Postgres() bool { return db.dialect.postgres }

// Ping proves that the database answers; for /readyz.
func (db *DB) Ping(ctx context.Context) error {
	var one int
	return db.row(ctx, "SELECT 1").Scan(&one)
}

// OnCommit registers f to be called after each commit of this process. f must return at
// once: it is a nudge, the truth is in the rows.
func (db *DB) OnCommit(f func()) {
	db.mu.Lock()
	defer db.mu.Unlock()
	db.onCommit = append(db.onCommit, f)
}

// Close ends all statements and connections.
func (db *DB) Close() error {
	db.stmts.close()
	db.written.close()
	var errs []error
	if db.reads != nil {
		errs = append(errs, db.reads.Close())
	}
	if db.writer != nil {
		db.writer.Close()
		errs = append(errs, db.writes.Close())
	}
	return errors.Join(errs...)
}

// Queries is how many statements have been read with since the start: what a page costs, for
// the tests that bound it.
func (db *DB) Queries() int64 { return db.queries.Load() }

func (db *DB) query(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	db.queries.Add(1)
	if db.dialect.postgres {
		return db.reads.QueryContext(ctx, db.dialect.placeholders(query), args...)
	}
	st, err := db.stmts.get(ctx, db.reads, query)
	if err != nil {
		return nil, err
	}
	return st.QueryContext(ctx, args...)
}

func (db *DB) row(ctx context.Context, query string, args ...any) *sql.Row {
	db.queries.Add(1)
	if db.dialect.postgres {
		return db.reads.QueryRowContext(ctx, db.dialect.placeholders(query), args...)
	}
	st, err := db.stmts.get(ctx, db.reads, query)
	if err != nil {
		// Let database/sql carry the fault: the text fails there the same way.
		return db.reads.QueryRowContext(ctx, query, args...)
	}
	return st.QueryRowContext(ctx, args...)
}

// exec on the DB is a transaction of one statement.
func (db *DB) exec(ctx context.Context, query string, args ...any) (res sql.Result, err error) {
	err = db.Write(ctx, func(ctx context.Context, tx *Tx) error {
		res, err = tx.exec(ctx, query, args...)
		return err
	})
	return res, err
}

// brief is for reads of a few rows by their key, the hot ones. On SQLite a context that
// can end costs a statement more than such a read itself: the driver and database/sql both
// start a goroutine to wait for that end. What takes a few microseconds need not be
// interrupted. A server on the network may hang, so there the context stays as it is.
func (db *DB) brief(ctx context.Context) context.Context {
	if db.dialect.postgres {
		return ctx
	}
	return context.WithoutCancel(ctx)
}

func (db *DB) orm() bun.IDB { return db.readBun }
func (db *DB) root() *DB    { return db }

// preparer is a pool or a connection that statements are prepared on.
type preparer interface {
	PrepareContext(ctx context.Context, query string) (*sql.Stmt, error)
}

// statements keeps prepared statements by their text. The texts are constants of this
// package, so the map is bounded by the source code.
type statements struct{ byText sync.Map }

func (s *statements) get(ctx context.Context, on preparer, query string) (*sql.Stmt, error) {
	if st, ok := s.byText.Load(query); ok {
		return st.(*sql.Stmt), nil
	}
	st, err := on.PrepareContext(context.WithoutCancel(ctx), query)
	if err != nil {
		return nil, err
	}
	if first, taken := s.byText.LoadOrStore(query, st); taken {
		st.Close()
		return first.(*sql.Stmt), nil
	}
	return st, nil
}

func (s *statements) close() {
	s.byText.Range(func(key, st any) bool {
		st.(*sql.Stmt).Close()
		s.byText.Delete(key)
		return true
	})
}
