package models

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"sync"

	"github.com/uptrace/bun/dialect/pgdialect"
	"github.com/uptrace/bun/dialect/sqlitedialect"
	"github.com/uptrace/bun/driver/pgdriver"
	"github.com/uptrace/bun/schema"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// dialect is everything in which SQLite and PostgreSQL differ. It stands in this one
// file; all other SQL is written once, with ? for its arguments.
type dialect struct {
	name    string
	bun     func() schema.Dialect
	words   migrationWords
	settled string // condition under which no earlier change can still become visible
	// beyond finds the changes after a position by index; SQLite's planner sees no range
	// in a row comparison that ends in the primary key.
	beyond string
	// skipLocked lets claimers pass by rows that another transaction is claiming.
	skipLocked string
	like       string // LIKE that does not mind upper and lower case
	postgres   bool
}

// migrationWords fills the double-braced words of the migration files.
type migrationWords struct{ ID, Int, Bytes, ByKey, TxID string }

var sqliteDialect = dialect{
	name:  "sqlite",
	bun:   func() schema.Dialect { return sqlitedialect.New() },
	words: migrationWords{ID: "INTEGER PRIMARY KEY AUTOINCREMENT", Int: "INTEGER", Bytes: "BLOB", ByKey: "WITHOUT ROWID", TxID: "0"},
	// One writer: a change is visible in the order it was written.
	settled: "1 = 1",
	beyond:  "txid = ? AND seq > ?",
	like:    "LIKE",
}

var postgresDialect = dialect{
	name:  "postgres",
	bun:   func() schema.Dialect { return pgdialect.New() },
	words: migrationWords{ID: "BIGSERIAL PRIMARY KEY", Int: "BIGINT", Bytes: "BYTEA", ByKey: "", TxID: "(pg_current_xact_id()::text::bigint)"},
	// Commits become visible out of order: read only below the oldest running transaction.
	settled:    "txid < pg_snapshot_xmin(pg_current_snapshot())::text::bigint",
	beyond:     "(txid, seq) > (?, ?)",
	skipLocked: " FOR UPDATE SKIP LOCKED",
	like:       "ILIKE",
	postgres:   true,
}

// openSQLite opens one handle on the file. Writers lock at BEGIN, so that two of them
// queue instead of failing in the middle; readers can write nothing at all.
func openSQLite(path string, writer bool) (*sql.DB, error) {
	if writer {
		return sql.Open("sqlite", sqliteAddress(path, true, 16000))
	}
	return sql.Open("sqlite", sqliteAddress(path, false, 8000))
}

// sqliteAddress holds the settings of a connection; cache is in KiB.
func sqliteAddress(path string, writer bool, cache int) string {
	q := url.Values{}
	for _, pragma := range []string{"busy_timeout(5000)", "journal_mode(WAL)", "synchronous(FULL)", "foreign_keys(1)", "temp_store(memory)"} {
		q.Add("_pragma", pragma)
	}
	q.Add("_pragma", "cache_size(-"+strconv.Itoa(cache)+")")
	if writer {
		q.Set("_txlock", "immediate")
	} else {
		q.Add("_pragma", "query_only(1)")
	}
	return "file:" + (&url.URL{Path: path}).EscapedPath() + "?" + q.Encode()
}

func openPostgres(address string) *sql.DB {
	return sql.OpenDB(pgdriver.NewConnector(pgdriver.WithDSN(address)))
}

// indexed names the index that SQLite is to use: without statistics it cannot tell two
// partial indexes apart. PostgreSQL decides by its own.
func (d dialect) indexed(name string) string {
	if d.postgres || name == "" {
		return ""
	}
	return " INDEXED BY " + name
}

// isDuplicate recognises a violated unique rule on either database.
func isDuplicate(err error) bool {
	var lite *sqlite.Error
	if errors.As(err, &lite) {
		return lite.Code() == sqlite3.SQLITE_CONSTRAINT_UNIQUE || lite.Code() == sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY
	}
	var pg pgdriver.Error
	return errors.As(err, &pg) && pg.Field('C') == "23505"
}

// migrationLock is any number that nobody else locks.
const migrationLock = 0x10d6e

// lockMigrations lets one process at a time change a PostgreSQL schema. The lock belongs to
// its connection, so a killed process leaves none behind.
func (d dialect) lockMigrations(ctx context.Context, pool *sql.DB) (unlock func(), err error) {
	if !d.postgres {
		return func() {}, nil
	}
	conn, err := pool.Conn(ctx)
	if err != nil {
		return nil, err
	}
	if _, err := conn.ExecContext(ctx, "SELECT pg_advisory_lock($1)", migrationLock); err != nil {
		conn.Close()
		return nil, err
	}
	return func() {
		_, _ = conn.ExecContext(context.WithoutCancel(ctx), "SELECT pg_advisory_unlock($1)", migrationLock)
		conn.Close()
	}, nil
}

// turnsLock is any number that nobody else locks.
const turnsLock = 0x10d6f

// lockTurns holds a lock to the end of the transaction.
func (d dialect) lockTurns(ctx context.Context, tx *Tx) error {
	if !d.postgres {
		return nil
	}
	_, err := tx.exec(ctx, "SELECT pg_advisory_xact_lock(?)", turnsLock)
	return err
}

// isRetryable recognises PostgreSQL's "begin again": a deadlock or a failed serialisation.
func isRetryable(err error) bool {
	var pg pgdriver.Error
	return errors.As(err, &pg) && (pg.Field('C') == "40001" || pg.Field('C') == "40P01")
}

var numbered sync.Map // SQL with ? to SQL with $1

// placeholders writes the ? of a statement as $1, $2 … for PostgreSQL.
func (d dialect) placeholders(query string) string {
	if !d.postgres {
		return query
	}
	if done, ok := numbered.Load(query); ok {
		return done.(string)
	}
	var b strings.Builder
	n := 0
	for _, r := range query {
		if r == '?' {
			n++
			b.WriteByte('$')
			b.WriteString(strconv.Itoa(n))
			continue
		}
		b.WriteRune(r)
	}
	numbered.Store(query, b.String())
	return b.String()
}

// places writes n question marks for an IN list.
func places(n int) string {
	if n <= 0 {
		return "NULL"
	}
	return strings.Repeat("?, ", n-1) + "?"
}

func unknownDatabase(address string) error {
	scheme, _, _ := strings.Cut(address, ":")
	return fmt.Errorf("database address begins with %q; only postgres:// is understood (leave it empty for SQLite)", scheme)
}
