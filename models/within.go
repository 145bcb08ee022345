package models

import (
	"context"
	"database/sql"
)

// within runs f in the caller's transaction, or in one of its own when c is the database.
func within(ctx context.Context, c Conn, f func(ctx context.Context, tx *Tx) error) error {
	if tx, ok := c.(*Tx); ok {
		return f(ctx, tx)
	}
	return c.root().Write(ctx, f)
}

// affected is how many rows a statement changed.
func affected(res sql.Result, err error) (int64, error) {
	if err != nil {
		return 0, err
	}
	return res.RowsAffected()
}

// idsAtOnce is how many ids one IN list may hold.
const idsAtOnce = 256

// idList gives the inside of an IN list and its arguments. The length is rounded up to a
// power of two by repeating the last id, so that lists of every length share a handful of
// prepared statements. At most idsAtOnce ids.
func idList(ids []int64) (string, []any) {
	n := 1
	for n < len(ids) {
		n *= 2
	}
	args := make([]any, n)
	for i := range args {
		switch {
		case i < len(ids):
			args[i] = ids[i]
		case len(ids) > 0:
			args[i] = ids[len(ids)-1]
		}
	}
	return places(n), args
}

// clip shortens a text for the operator to n bytes without cutting a letter in two.
func clip(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && s[n]&0xC0 == 0x80 {
		n--
	}
	return s[:n]
}
