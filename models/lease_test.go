package models

import (
	"fmt"
	"sync/atomic"
	"testing"
	"time"
)

func TestALeaseHasOneHolderUntilItEnds(t *testing.T) {
	eachDB(t, func(t *testing.T, db *DB) {
		take := func(name, holder string, now time.Time) bool {
			return must(TakeLease(t.Context(), db, name, holder, time.Minute, now))(t)
		}
		drop := func(holder string) {
			if err := DropLease(t.Context(), db, "timers", holder); err != nil {
				t.Fatal(err)
			}
		}
		if !take("timers", "a", noon) {
			t.Fatal("a free lease is refused")
		}
		if take("timers", "b", noon.Add(59*time.Second)) {
			t.Error("two holders")
		}
		if !take("mailbox", "b", noon) {
			t.Error("another name is held too")
		}
		if !take("timers", "a", noon.Add(30*time.Second)) {
			t.Error("its holder cannot keep it")
		}
		if take("timers", "b", noon.Add(61*time.Second)) {
			t.Error("keeping it did not move its end")
		}
		drop("b")
		if take("timers", "b", noon.Add(61*time.Second)) {
			t.Error("somebody else dropped it")
		}
		if !take("timers", "b", noon.Add(90*time.Second)) {
			t.Error("an ended lease is refused")
		}
		if take("timers", "a", noon.Add(90*time.Second)) {
			t.Error("the old holder still has it")
		}
		drop("b")
		if !take("timers", "a", noon.Add(91*time.Second)) {
			t.Error("a dropped lease is refused")
		}
		// F6: a clock that was ten years ahead, and is right again.
		if !take("timers", "a", noon.AddDate(10, 0, 0)) || !take("timers", "b", noon) {
			t.Error("a lease of a wrong clock holds everybody off")
		}
		if take("timers", "c", noon.Add(-leaseSkew)) {
			t.Error("clocks that differ a little make two holders")
		}
	})
}

func TestOnlyOneOfManyTakesALease(t *testing.T) {
	eachDB(t, func(t *testing.T, db *DB) {
		var holders atomic.Int64
		together(20, func(i int) {
			ok, err := TakeLease(t.Context(), db, "timers", fmt.Sprint("process ", i), time.Minute, noon)
			if err != nil {
				t.Error(err)
			}
			if ok {
				holders.Add(1)
			}
		})
		if holders.Load() != 1 {
			t.Errorf("%d holders", holders.Load())
		}
	})
}

func TestALeaseInOtherHandsTakesNoWriteLock(t *testing.T) {
	db := openLiteDB(t)
	must(TakeLease(t.Context(), db, "timers", "a", time.Minute, noon))(t)
	writeLockHeld(t, db, func() {
		if ok, err := TakeLease(t.Context(), db, "timers", "b", time.Minute, noon); ok || err != nil {
			t.Errorf("%v, %v", ok, err)
		}
	})
	assertIndexed(t, db)
}
