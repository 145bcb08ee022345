package main

import (
	"database/sql"
	"errors"
	"time"

	_ "modernc.org/sqlite"
)

// owe gives open tickets what the queue is sorted by when it goes by what is due next: six of ten
// are owed something, from a day ago until nine days ahead, and are warned of shortly before. Their
// rows alone are changed: what is measured reads no more.
func owe(path string) error {
	db, err := sql.Open("sqlite", path)
	if err != nil {
		return err
	}
	hour := time.Hour.Milliseconds()
	from := time.Now().UnixMilli() - 24*hour
	_, err = db.Exec(`UPDATE tickets SET promise_kind = CASE id % 3 WHEN 0 THEN 'first' WHEN 1 THEN 'next' ELSE 'resolution' END, clock = 'runs',
		promise_at = ? + (id * 7919 % 864000) * 1000, promise_warn_at = ? + (id * 7919 % 864000) * 1000 - (id % 5 + 1) * 2 * ?
		WHERE ended_at = 0 AND merged_into_id IS NULL AND promise_at = 0 AND id % 10 < 6`, from, from, hour)
	if err == nil {
		_, err = db.Exec("UPDATE tickets SET next_at = CASE WHEN due_at > 0 AND (promise_at = 0 OR due_at < promise_at) THEN due_at ELSE promise_at END WHERE ended_at = 0")
	}
	return errors.Join(err, db.Close())
}
