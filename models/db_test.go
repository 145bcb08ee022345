package models

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

func TestReopeningKeepsWhatWasThere(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	db, err := Open(t.Context(), Options{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	epoch := db.Epoch()
	enqueue(t, db, "work", "", nil, noon)
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	again := openDB(t, Options{Dir: dir})
	if epoch == "" || again.Epoch() != epoch {
		t.Errorf("epoch %q, then %q", epoch, again.Epoch())
	}
	if got := claim(t, again, "w", noon, 9); len(got) != 1 {
		t.Errorf("%d jobs are left", len(got))
	}
	if other := openLiteDB(t); other.Epoch() == epoch {
		t.Error("two databases have one epoch")
	}
	if info, err := os.Stat(dir); err != nil || info.Mode().Perm() != 0o700 {
		t.Errorf("the data folder is open to others: %v, %v", info.Mode(), err)
	}
}

func TestAnUnknownAddressIsRefusedWithoutItsSecret(t *testing.T) {
	_, err := Open(t.Context(), Options{Address: "mysql://root:secret@host/db"})
	if err == nil || !strings.Contains(err.Error(), "mysql") || strings.Contains(err.Error(), "secret") {
		t.Errorf("%v", err)
	}
}

func TestAFailedTransactionLeavesNothing(t *testing.T) {
	eachDB(t, func(t *testing.T, db *DB) {
		broken := errors.New("broken")
		after, nudged := false, 0
		db.OnCommit(func() { nudged++ })
		err := db.Write(t.Context(), func(ctx context.Context, tx *Tx) error {
			tx.AfterCommit(func() { after = true })
			if err := Enqueue(ctx, tx, "work", "", nil, noon); err != nil {
				t.Fatal(err)
			}
			return broken
		})
		if !errors.Is(err, broken) || after || nudged != 0 {
			t.Errorf("error %v, after commit %v, nudged %d", err, after, nudged)
		}
		if n := count(t, db, "SELECT COUNT(*) FROM jobs"); n != 0 {
			t.Errorf("%d jobs", n)
		}
		write(t, db, func(ctx context.Context, tx *Tx) error {
			tx.AfterCommit(func() { after = true })
			if after {
				t.Error("ran before the commit")
			}
			return Enqueue(ctx, tx, "work", "", nil, noon)
		})
		if !after || nudged != 1 {
			t.Errorf("after commit %v, nudged %d", after, nudged)
		}
	})
}

// A panic in a verb must not keep the only writer for ever.
func TestAPanicGivesTheWriterBack(t *testing.T) {
	eachDB(t, func(t *testing.T, db *DB) {
		func() {
			defer func() {
				if recover() == nil {
					t.Error("the panic was swallowed")
				}
			}()
			_ = db.Write(t.Context(), func(ctx context.Context, tx *Tx) error {
				_ = Enqueue(ctx, tx, "work", "", nil, noon)
				panic("broken verb")
			})
		}()
		enqueue(t, db, "other", "", nil, noon)
		if got := claim(t, db, "w", noon, 9); len(got) != 1 || got[0].Kind != "other" {
			t.Errorf("jobs %+v", got)
		}
	})
}

func TestParallelTransactionsLoseNothing(t *testing.T) {
	eachDB(t, func(t *testing.T, db *DB) {
		together(40, func(int) {
			err := db.Write(t.Context(), func(ctx context.Context, tx *Tx) error {
				_, err := NextNumber(ctx, tx, "tickets")
				return err
			})
			if err != nil {
				t.Error(err)
			}
		})
		if n := count(t, db, "SELECT value FROM counters WHERE name = 'tickets'"); n != 40 {
			t.Errorf("counter %d after 40 transactions", n)
		}
	})
}

func TestAWaitingWriterStopsWithItsRequest(t *testing.T) {
	db := openLiteDB(t)
	write(t, db, func(context.Context, *Tx) error {
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		err := db.Write(ctx, func(context.Context, *Tx) error {
			t.Error("ran beside another writer")
			return nil
		})
		if KindOf(err) != KindUnavailable || !errors.Is(err, context.Canceled) {
			t.Errorf("%v", err)
		}
		return nil
	})
}

func TestAClientThatLeavesDoesNotHalveATransaction(t *testing.T) {
	db := openLiteDB(t)
	ctx, cancel := context.WithCancel(t.Context())
	err := db.Write(ctx, func(ctx context.Context, tx *Tx) error {
		cancel()
		return Enqueue(ctx, tx, "work", "", nil, noon)
	})
	if err != nil {
		t.Fatal(err)
	}
	if got := claim(t, db, "w", noon, 9); len(got) != 1 {
		t.Errorf("%d jobs", len(got))
	}
}

func TestReadersCannotWriteAndDoNotWaitForTheWriter(t *testing.T) {
	db := openLiteDB(t)
	if _, err := db.reads.ExecContext(t.Context(), "DELETE FROM workspaces"); err == nil {
		t.Error("a reader can write")
	}
	writeLockHeld(t, db, func() {
		if err := db.Ping(t.Context()); err != nil {
			t.Error(err)
		}
	})
}

// PostgreSQL tells one of two transactions that wait for each other to begin again.
func TestADeadlockIsTriedAgain(t *testing.T) {
	eachDB(t, func(t *testing.T, db *DB) {
		if !db.Postgres() {
			t.Skip("one writer: nothing to wait for crosswise")
		}
		for _, name := range []string{"a", "b"} {
			charge(t, db, name, 0, 99, noon)
		}
		var tries atomic.Int64
		met := make(chan struct{}, 2)
		together(2, func(i int) {
			first, second := "a", "b"
			if i == 1 {
				first, second = second, first
			}
			begun := false
			err := db.Write(t.Context(), func(ctx context.Context, tx *Tx) error {
				tries.Add(1)
				if _, _, err := Charge(ctx, tx, first, 1, 99, time.Hour, noon); err != nil {
					return err
				}
				if !begun {
					begun = true
					met <- struct{}{}
					for len(met) < 2 {
						time.Sleep(time.Millisecond)
					}
				}
				_, _, err := Charge(ctx, tx, second, 1, 99, time.Hour, noon)
				return err
			})
			if err != nil {
				t.Error(err)
			}
		})
		if n := count(t, db, "SELECT SUM(used) FROM allowances"); n != 4 {
			t.Errorf("used %d, want 4", n)
		}
		if tries.Load() != 3 {
			t.Errorf("%d tries, want one more than two", tries.Load())
		}
	})
}

func TestTextSurvivesBothDatabases(t *testing.T) {
	eachDB(t, func(t *testing.T, db *DB) {
		for _, text := range []string{"", "it's", `back\slash`, "a ? and $1 and {{x}}", "emoji 🎫 and ü", "-- comment", "'; DROP TABLE jobs; --", "line\r\nbreak\ttab"} {
			m := &OutboxMail{Subject: text, Text: text + text}
			if err := InsertOutboxMail(t.Context(), db, m); err != nil {
				t.Fatal(err)
			}
			if got := must(OutboxMailByID(t.Context(), db, m.ID))(t); got.Subject != text || got.Text != text+text {
				t.Errorf("%q came back as %q", text, got.Subject)
			}
		}
	})
}

func TestListsOfEveryLengthShareStatements(t *testing.T) {
	texts := map[string]bool{}
	for n := range idsAtOnce + 1 {
		ids := make([]int64, n)
		for i := range ids {
			ids[i] = int64(i + 1)
		}
		in, args := idList(ids)
		texts[in] = true
		if strings.Count(in, "?") != len(args) || len(args) < n {
			t.Fatalf("%d ids: %d places, %d arguments", n, strings.Count(in, "?"), len(args))
		}
		for i, arg := range args {
			if n > 0 && arg != ids[min(i, n-1)] {
				t.Fatalf("%d ids: argument %d is %v", n, i, arg)
			}
		}
	}
	if len(texts) != 9 {
		t.Errorf("%d different lists", len(texts))
	}
}

func TestStampsAreMillisecondsInUTC(t *testing.T) {
	berlin := time.FixedZone("", 3600)
	s := At(time.Date(2026, 1, 2, 3, 4, 5, 678_999_999, berlin))
	if got := s.Time().Format(time.RFC3339Nano); got != "2026-01-02T02:04:05.678Z" {
		t.Error(got)
	}
	if At(time.Time{}) != 0 || !Stamp(0).Time().IsZero() || !Stamp(0).IsZero() {
		t.Error("never is not 0")
	}
	if got := s.Add(time.Minute).Time().Sub(s.Time()); got != time.Minute {
		t.Error(got)
	}
}

func TestInvalidKeepsTheFirstFaultInOrder(t *testing.T) {
	var v Invalid
	if v.Err() != nil {
		t.Error("no faults are an error")
	}
	v.Add("title", "required")
	v.Add("name", "too_long", "Max", 5)
	v.Add("title", "too_long")
	e, ok := AsError(fmt.Errorf("wrapped: %w", v.Err()))
	if !ok || e.Kind != KindInvalid || fmt.Sprint(e.Order) != "[title name]" || e.Fields["title"].Key != "required" {
		t.Errorf("%+v", e)
	}
	if KindOf(errors.New("other")) != KindInternal {
		t.Error("a foreign error is not internal")
	}
}
