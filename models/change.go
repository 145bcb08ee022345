package models

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Change says that something became different: what the search index and the live pages
// follow. It names the row; the reader looks up what is true now.
type Change struct {
	Position Position
	Noun     string // such as "article" or "ticket"
	NounID   int64
	At       Stamp
}

// Position is a place in the log of changes. They are ordered by transaction, then by
// number: on PostgreSQL a lower number can become visible after a higher one. The zero
// Position stands before everything.
type Position struct{ Tx, Seq int64 }

// String writes the position for keeping; ParsePosition reads it.
func (p Position) String() string {
	return strconv.FormatInt(p.Tx, 10) + "." + strconv.FormatInt(p.Seq, 10)
}

// Before says whether p stands before q.
func (p Position) Before(q Position) bool {
	return p.Tx < q.Tx || (p.Tx == q.Tx && p.Seq < q.Seq)
}

// ParsePosition reads what String wrote.
func ParsePosition(s string) (Position, error) {
	a, b, found := strings.Cut(s, ".")
	tx, errTx := strconv.ParseInt(a, 10, 64)
	seq, errSeq := strconv.ParseInt(b, 10, 64)
	if !found || errTx != nil || errSeq != nil || tx < 0 || seq < 0 {
		return Position{}, fmt.Errorf("%q is no position", s)
	}
	return Position{Tx: tx, Seq: seq}, nil
}

// NoteChange adds to the log, in the transaction that makes the change.
func NoteChange(ctx context.Context, tx *Tx, noun string, id int64, now time.Time) error {
	_, err := tx.exec(ctx, "INSERT INTO changes (noun, noun_id, created_at) VALUES (?, ?, ?)", noun, id, At(now))
	return err
}

// Changes reads on after a position, in order. Only settled changes are shown: those
// before which nothing can still become visible. A reader that keeps the last position it
// was given therefore misses none. On PostgreSQL the oldest writing transaction of the
// whole server holds back everything after it.
func Changes(ctx context.Context, c Conn, after Position, limit int) ([]Change, error) {
	d := &c.root().dialect
	rows, err := c.query(ctx, "SELECT txid, seq, noun, noun_id, created_at FROM changes WHERE "+d.beyond+" AND "+d.settled+" ORDER BY txid, seq LIMIT ?", after.Tx, after.Seq, limit)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var changes []Change
	for rows.Next() {
		var ch Change
		if err := rows.Scan(&ch.Position.Tx, &ch.Position.Seq, &ch.Noun, &ch.NounID, &ch.At); err != nil {
			return nil, err
		}
		changes = append(changes, ch)
	}
	return changes, rows.Err()
}

// LatestPosition is where a reader stands that has just read everything: take it first,
// read the rows themselves, then follow Changes from it.
func LatestPosition(ctx context.Context, c Conn) (Position, error) {
	return position(c.row(ctx, "SELECT txid, seq FROM changes WHERE "+c.root().dialect.settled+" ORDER BY txid DESC, seq DESC LIMIT 1"))
}

// OldestPosition is the first change that is still kept. A reader that stands before it
// may have missed some and must read everything again.
func OldestPosition(ctx context.Context, c Conn) (Position, error) {
	return position(c.row(ctx, "SELECT txid, seq FROM changes ORDER BY txid, seq LIMIT 1"))
}

func position(row *sql.Row) (p Position, err error) {
	if err = row.Scan(&p.Tx, &p.Seq); errors.Is(err, sql.ErrNoRows) {
		err = nil
	}
	return p, err
}

// PruneChanges forgets changes from before a time and says how many. The last of those
// stays: a reader that has seen it stands not before OldestPosition and has missed nothing.
func PruneChanges(ctx context.Context, c Conn, before time.Time) (int64, error) {
	return affected(c.exec(ctx, `DELETE FROM changes WHERE (txid, seq) < (SELECT txid, seq FROM changes WHERE created_at < ? AND `+
		c.root().dialect.settled+` ORDER BY txid DESC, seq DESC LIMIT 1)`, At(before)))
}
