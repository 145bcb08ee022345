package models

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"io"
	"runtime"
	"sync"
	"time"
)

// Pulse is what an unchanged poll needs to know about the ticket of a living link.
type Pulse struct {
	ProjectID     int64
	TicketID      int64
	PublicVersion int64
	EndedAt       Stamp
}

// Each column costs as much as a step of the search, so dead links are left out here
// instead of being told about.
const (
	pulseQuery = `SELECT w.catalog_version, t.id, t.project_id, t.public_version, t.ended_at
	FROM tokens k JOIN participants p ON p.id = k.subject_id JOIN tickets t ON t.id = p.ticket_id JOIN workspaces w ON w.id = 1
	WHERE k.hash = ? AND k.kind = 'thread' AND k.revoked_at = 0 AND (k.expires_at = 0 OR k.expires_at > ?)`
	pulseColumns = 5
)

// PulseByHash is the poll's one query (PT-5). A link that is unknown, revoked or expired at
// now is NotFound. It sees every commit of this process that had ended before the call, and
// those of other processes after pulseWindow at the latest.
func (db *DB) PulseByHash(ctx context.Context, hash []byte, now Stamp) (p Pulse, cat *Catalog, err error) {
	found, err := db.pulses.read(hash, now, db.commits.Load())
	if errors.Is(err, errNoPulses) { // PostgreSQL, or a fault: the ordinary way
		err = db.row(db.brief(ctx), pulseQuery, hash, now).Scan(&found[0], &found[1], &found[2], &found[3], &found[4])
	}
	if err != nil {
		return p, nil, orNotFound(err)
	}
	cat, err = db.catalogAt(ctx, found[0])
	return Pulse{TicketID: found[1], ProjectID: found[2], PublicVersion: found[3], EndedAt: Stamp(found[4])}, cat, err
}

// pulseWindow is how long one look at the database serves polls.
const pulseWindow = 20 * time.Millisecond

// pulses reads for the polls, which are most of all requests, on SQLite connections of
// their own. The query itself is a handful of steps down four trees; beginning and ending
// a transaction around it (two locks on the file) and the way through database/sql cost as
// much again. So one prepared statement of the driver is used directly, and a transaction
// stays open for all polls of a short while, or until this process commits something.
type pulses []*pulseReader

// errNoPulses sends a poll the ordinary way.
var errNoPulses = errors.New("no connection for polls")

// openPulses opens a reader for each processor, up to four: with fewer they wait for each
// other, and waiting costs more than the read.
func openPulses(pool *sql.DB, address string) pulses {
	var all pulses
	for range min(runtime.GOMAXPROCS(0), 4) {
		conn, err := pool.Driver().Open(address)
		if err != nil {
			break // the pool will say what is wrong
		}
		p := &pulseReader{conn: conn}
		p.timer = time.AfterFunc(time.Hour, p.rest)
		all = append(all, p)
	}
	return all
}

// read gives the columns of one pulse, or sql.ErrNoRows.
func (all pulses) read(hash []byte, now Stamp, commits uint64) ([pulseColumns]int64, error) {
	for _, p := range all {
		if p.mu.TryLock() {
			defer p.mu.Unlock()
			return p.read(hash, now, commits)
		}
	}
	if len(all) == 0 {
		return [pulseColumns]int64{}, errNoPulses
	}
	p := all[int(now)%len(all)]
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.read(hash, now, commits)
}

// stop ends everything.
func (all pulses) stop() {
	for _, p := range all {
		p.mu.Lock()
		p.close()
		p.drop()
		p.mu.Unlock()
	}
}

type pulseReader struct {
	mu    sync.Mutex // held around every method but rest
	conn  driver.Conn
	ask   driver.StmtQueryContext
	begin driver.StmtExecContext
	end   driver.StmtExecContext
	timer *time.Timer
	open  bool
	seen  uint64 // how many commits there were when the transaction began
	args  [2]driver.NamedValue
	row   [pulseColumns]driver.Value
}

// prepare needs the schema, so it waits for the first poll.
func (p *pulseReader) prepare() bool {
	if p.conn == nil {
		return false
	}
	ask, err1 := p.conn.Prepare(pulseQuery)
	begin, err2 := p.conn.Prepare("BEGIN")
	end, err3 := p.conn.Prepare("COMMIT")
	if errors.Join(err1, err2, err3) == nil {
		p.ask, _ = ask.(driver.StmtQueryContext)
		p.begin, _ = begin.(driver.StmtExecContext)
		p.end, _ = end.(driver.StmtExecContext)
	}
	if p.ask == nil || p.begin == nil || p.end == nil {
		p.drop()
		return false
	}
	return true
}

func (p *pulseReader) read(hash []byte, now Stamp, commits uint64) (found [pulseColumns]int64, err error) {
	if p.ask == nil && !p.prepare() {
		return found, errNoPulses
	}
	if p.open && p.seen != commits {
		p.close()
	}
	ctx := context.Background()
	if !p.open {
		if _, err := p.begin.ExecContext(ctx, nil); err != nil {
			p.drop()
			return found, errNoPulses
		}
		p.open, p.seen = true, commits
		p.timer.Reset(pulseWindow)
	}
	p.args = [2]driver.NamedValue{{Ordinal: 1, Value: hash}, {Ordinal: 2, Value: int64(now)}}
	rows, err := p.ask.QueryContext(ctx, p.args[:])
	if err != nil {
		p.drop()
		return found, errNoPulses
	}
	err = rows.Next(p.row[:])
	if closed := rows.Close(); closed != nil {
		p.drop()
		return found, errNoPulses
	}
	if err == io.EOF {
		return found, sql.ErrNoRows
	}
	for i, v := range p.row {
		n, ok := v.(int64)
		if err != nil || !ok {
			p.drop()
			return found, errNoPulses
		}
		found[i] = n
	}
	return found, nil
}

// rest ends the transaction when its time is over.
func (p *pulseReader) rest() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.close()
}

func (p *pulseReader) close() {
	if !p.open {
		return
	}
	p.open = false
	if _, err := p.end.ExecContext(context.Background(), nil); err != nil {
		p.drop()
	}
}

// drop gives the connection up for good: whatever is wrong with it, the pool copes.
func (p *pulseReader) drop() {
	if p.conn != nil {
		p.timer.Stop()
		p.conn.Close()
	}
	p.conn, p.ask, p.open = nil, nil, false
}
