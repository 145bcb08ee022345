package models

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"runtime"
	"sync"
	"time"
)

// glanceWindow is how long one look at the database serves.
const glanceWindow = 20 * time.Millisecond

// glances do the few reads that nearly every request of the portal makes, on SQLite
// connections of their own. Such a read is a handful of steps down a few trees; beginning
// and ending a transaction around it (two locks on the file) and the way through
// database/sql cost as much again. So the driver's prepared statements are used directly,
// and a transaction stays open for all reads of a short while, or until this process
// commits something.
//
// The commit itself waits until none of them is open. Otherwise there might always be one
// that still looks at what was before, and the write-ahead log, which can only be begun
// anew when nobody does, would grow for ever.
type glances []*glance

// openGlances opens a connection for each processor, up to four.
func openGlances(pool *sql.DB, address string) glances {
	var all glances
	for range min(runtime.GOMAXPROCS(0), 4) {
		conn, err := pool.Driver().Open(address)
		if err != nil {
			break // the pool will say what is wrong
		}
		g := &glance{conn: conn, known: map[string]driver.StmtQueryContext{}}
		g.timer = time.AfterFunc(time.Hour, g.rest)
		all = append(all, g)
	}
	return all
}

// pause ends all looks for a commit, until resume. Reads meanwhile go the ordinary way.
func (all glances) pause() (resume func()) {
	for _, g := range all {
		g.mu.Lock()
		g.close()
	}
	return func() {
		for _, g := range all {
			g.mu.Unlock()
		}
	}
}

// stop ends everything; reads then go the ordinary way.
func (all glances) stop() {
	for _, g := range all {
		g.mu.Lock()
		g.close()
		g.drop()
		g.mu.Unlock()
	}
}

// glimpse runs a query that is a constant of this package and hands each row to see, whose
// values are only borrowed. It sees every commit of this process that had ended before the
// call, and those of other processes after glanceWindow at the latest. When no connection
// is free, and on PostgreSQL, it is an ordinary query. It gives sql.ErrNoRows for no row.
func (db *DB) glimpse(ctx context.Context, query string, columns int, see func(row glimpsed), args ...any) error {
	for _, g := range db.glances {
		if !g.mu.TryLock() {
			continue
		}
		n, err := g.read(query, columns, see, args)
		g.mu.Unlock()
		// What has handed out rows already cannot be done over.
		if !errors.Is(err, errNoGlance) || n > 0 {
			return err
		}
	}
	rows, err := db.query(db.brief(ctx), query, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	row, targets := make(glimpsed, columns), make([]any, columns)
	for i := range row {
		targets[i] = (*any)(&row[i])
	}
	found := false
	for rows.Next() {
		if err := rows.Scan(targets...); err != nil {
			return err
		}
		found = true
		see(row)
	}
	if err := rows.Err(); err != nil || found {
		return err
	}
	return sql.ErrNoRows
}

// errNoGlance sends a read the ordinary way.
var errNoGlance = errors.New("no connection for a glance")

type glance struct {
	mu    sync.Mutex // held around every method but rest
	conn  driver.Conn
	begin driver.StmtExecContext
	end   driver.StmtExecContext
	known map[string]driver.StmtQueryContext
	timer *time.Timer
	open  bool
	args  []driver.NamedValue
	row   glimpsed
}

// read says how many rows it has handed out.
func (g *glance) read(query string, columns int, see func(glimpsed), args []any) (n int, err error) {
	ask := g.prepared(query)
	if ask == nil || !g.look() {
		return 0, errNoGlance
	}
	g.args = g.args[:0]
	for i, a := range args {
		if at, ok := a.(Stamp); ok {
			a = int64(at)
		}
		g.args = append(g.args, driver.NamedValue{Ordinal: i + 1, Value: a})
	}
	if cap(g.row) < columns {
		g.row = make(glimpsed, columns)
	}
	g.row = g.row[:columns]
	rows, err := ask.QueryContext(context.Background(), g.args)
	if err != nil {
		g.drop()
		return 0, errNoGlance
	}
	for {
		if err = rows.Next(g.row); err != nil {
			break
		}
		n++
		see(g.row)
	}
	clear(g.row)
	clear(g.args)
	if closed := rows.Close(); err != io.EOF || closed != nil {
		g.drop()
		return n, fmt.Errorf("%w: %w", errNoGlance, errors.Join(err, closed))
	}
	if n == 0 {
		return 0, sql.ErrNoRows
	}
	return n, nil
}

// prepared waits for a statement's first use, because it needs the schema.
func (g *glance) prepared(query string) driver.StmtQueryContext {
	if st, ok := g.known[query]; ok || g.conn == nil {
		return st
	}
	prepare := func(query string) driver.Stmt {
		st, err := g.conn.Prepare(query)
		if err != nil {
			return nil
		}
		return st
	}
	if g.begin == nil {
		g.begin, _ = prepare("BEGIN").(driver.StmtExecContext)
		g.end, _ = prepare("COMMIT").(driver.StmtExecContext)
	}
	st, _ := prepare(query).(driver.StmtQueryContext)
	if g.begin == nil || g.end == nil || st == nil {
		g.drop()
		return nil
	}
	g.known[query] = st
	return st
}

// look makes sure that a transaction is open.
func (g *glance) look() bool {
	if g.open || g.conn == nil {
		return g.open
	}
	if _, err := g.begin.ExecContext(context.Background(), nil); err != nil {
		g.drop()
		return false
	}
	g.open = true
	g.timer.Reset(glanceWindow)
	return true
}

// rest ends the transaction when its time is over.
func (g *glance) rest() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.close()
}

func (g *glance) close() {
	if !g.open {
		return
	}
	g.open = false
	if _, err := g.end.ExecContext(context.Background(), nil); err != nil {
		g.drop()
	}
}

// drop gives the connection up for good: whatever is wrong with it, the pool copes.
func (g *glance) drop() {
	if g.conn != nil {
		g.timer.Stop()
		g.conn.Close()
	}
	g.conn, g.open = nil, false
	clear(g.known)
}

// glimpsed is a row as the driver gives it; only its texts outlive the next row.
type glimpsed []driver.Value

// cells takes the columns of a row one after the other, in the order of the query. Where a
// column does not hold what is asked for, NULL included, the answer is the zero value.
type cells struct {
	row glimpsed
	at  int
}

func (c *cells) next() driver.Value {
	v := c.row[c.at]
	c.at++
	return v
}

func (c *cells) int() int64 { n, _ := c.next().(int64); return n }

func (c *cells) stamp() Stamp { return Stamp(c.int()) }

// id is a number that may be NULL.
func (c *cells) id() *int64 {
	if n, ok := c.next().(int64); ok {
		return &n
	}
	return nil
}

func (c *cells) text() string { return c.nullable().String }

func (c *cells) nullable() sql.NullString {
	switch s := c.next().(type) {
	case string:
		return sql.NullString{String: s, Valid: true}
	case []byte:
		return sql.NullString{String: string(s), Valid: true}
	}
	return sql.NullString{}
}

func (c *cells) bool() bool { return c.maybe().Bool }

// maybe reads both databases' ways of saying so.
func (c *cells) maybe() sql.NullBool {
	switch b := c.next().(type) {
	case bool:
		return sql.NullBool{Bool: b, Valid: true}
	case int64:
		return sql.NullBool{Bool: b != 0, Valid: true}
	}
	return sql.NullBool{}
}
