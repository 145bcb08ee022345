package models

import (
	"context"
	"sync/atomic"
	"testing"
	"time"
)

func charge(t testing.TB, db *DB, name string, amount, limit int64, now time.Time) (bool, time.Duration) {
	t.Helper()
	ok, resetsAt, err := Charge(t.Context(), db, name, amount, limit, time.Hour, now)
	if err != nil {
		t.Fatal(err)
	}
	return ok, resetsAt.Sub(noon)
}

// PC-7, PT-10, A104: of 200 charges at once exactly as many fit as the limit holds.
func TestParallelChargesNeverPassTheLimit(t *testing.T) {
	eachDB(t, func(t *testing.T, db *DB) {
		var ok, refused atomic.Int64
		together(200, func(int) {
			fits, resetsAt, err := Charge(t.Context(), db, "create:client", 1, 5, time.Hour, noon)
			switch {
			case err != nil:
				t.Error(err)
			case !resetsAt.Equal(noon.Add(time.Hour)):
				t.Errorf("resets at %v", resetsAt)
			case fits:
				ok.Add(1)
			default:
				refused.Add(1)
			}
		})
		if ok.Load() != 5 || refused.Load() != 195 {
			t.Errorf("%d fit and %d were refused, want 5 and 195", ok.Load(), refused.Load())
		}
	})
}

// PT-10, A103: 50 uploads of 5 MiB at once never take more than the quota of 20 MiB.
func TestParallelBytesNeverPassTheQuota(t *testing.T) {
	eachDB(t, func(t *testing.T, db *DB) {
		var bytes atomic.Int64
		together(50, func(int) {
			err := db.Write(t.Context(), func(ctx context.Context, tx *Tx) error {
				refused, _, err := ChargeAll(ctx, tx, noon, Allowance{"replies", 1, 1000, time.Hour}, Allowance{"bytes", 5 << 20, 20 << 20, time.Hour})
				if err == nil && refused == nil {
					bytes.Add(5 << 20)
				}
				return err
			})
			if err != nil {
				t.Error(err)
			}
		})
		if bytes.Load() != 20<<20 {
			t.Errorf("%d bytes were accepted", bytes.Load())
		}
		if n := count(t, db, "SELECT used FROM allowances WHERE name = 'replies'"); n != 4 {
			t.Errorf("%d replies were charged, want those 4 whose bytes fit", n)
		}
	})
}

func TestARefusedChargeTakesNothing(t *testing.T) {
	eachDB(t, func(t *testing.T, db *DB) {
		if ok, _ := charge(t, db, "bytes", 7, 10, noon); !ok {
			t.Fatal("7 of 10 did not fit")
		}
		if ok, _ := charge(t, db, "bytes", 4, 10, noon); ok {
			t.Error("11 of 10 fit")
		}
		if ok, _ := charge(t, db, "bytes", 3, 10, noon); !ok {
			t.Error("the refused charge took something: 10 of 10 did not fit")
		}
		if ok, _ := charge(t, db, "bytes", 1, 10, noon); ok {
			t.Error("11 of 10 fit")
		}
		if ok, _ := charge(t, db, "other", 1, 10, noon); !ok {
			t.Error("another name shares the window")
		}
		if ok, _ := charge(t, db, "large", 11, 10, noon); ok {
			t.Error("more than the limit fit into a new window")
		}
		if ok, _ := charge(t, db, "shut", 1, 0, noon); ok {
			t.Error("a limit of 0 lets one through")
		}
		for _, wrong := range []func() (bool, time.Time, error){
			func() (bool, time.Time, error) { return Charge(t.Context(), db, "x", -1, 5, time.Hour, noon) },
			func() (bool, time.Time, error) { return Charge(t.Context(), db, "x", 1, 5, 0, noon) },
		} {
			if ok, _, err := wrong(); ok || err == nil {
				t.Errorf("a senseless charge: %v, %v", ok, err)
			}
		}
	})
}

func TestAWindowBeginsWithItsFirstChargeAndIsFixed(t *testing.T) {
	eachDB(t, func(t *testing.T, db *DB) {
		charge(t, db, "a", 1, 2, noon)
		if ok, resets := charge(t, db, "a", 1, 2, noon.Add(59*time.Minute)); !ok || resets != time.Hour {
			t.Errorf("second charge %v, resets after %v: want the first one's end", ok, resets)
		}
		if ok, resets := charge(t, db, "a", 1, 2, noon.Add(time.Hour-time.Millisecond)); ok || resets != time.Hour {
			t.Errorf("third charge %v, resets after %v", ok, resets)
		}
		if ok, resets := charge(t, db, "a", 1, 2, noon.Add(time.Hour)); !ok || resets != 2*time.Hour {
			t.Errorf("in the next window %v, resets after %v", ok, resets)
		}
		if ok, _ := charge(t, db, "a", 1, 2, noon.Add(time.Hour)); !ok {
			t.Error("the new window begins with what the old one had used")
		}
	})
}

func TestAClockSetBackNeitherBlocksLongerNorGivesMore(t *testing.T) {
	eachDB(t, func(t *testing.T, db *DB) {
		past := noon.Add(-24 * time.Hour)
		charge(t, db, "full", 2, 2, noon)
		if ok, resets := charge(t, db, "full", 1, 2, past); ok || resets != -23*time.Hour {
			t.Errorf("full: %v, resets after %v; want refused, one window from the new time", ok, resets)
		}
		if ok, resets := charge(t, db, "full", 1, 2, past.Add(time.Minute)); ok || resets != -23*time.Hour {
			t.Errorf("the corrected end moves on: %v, %v", ok, resets)
		}
		if ok, _ := charge(t, db, "full", 1, 2, past.Add(time.Hour)); !ok {
			t.Error("still blocked after a whole window")
		}
		charge(t, db, "half", 1, 2, noon)
		if ok, resets := charge(t, db, "half", 1, 2, past); !ok || resets != -23*time.Hour {
			t.Errorf("half: %v, resets after %v", ok, resets)
		}
		// A second server whose clock is a little behind must not open the window again.
		if ok, _ := charge(t, db, "half", 1, 2, past.Add(-time.Second)); ok {
			t.Error("a clock a second behind gives a fresh window")
		}
	})
}

func TestChargeAllTakesAllOrNothing(t *testing.T) {
	eachDB(t, func(t *testing.T, db *DB) {
		used := func(name string) int64 {
			return count(t, db, "SELECT COALESCE(SUM(used), 0) FROM allowances WHERE name = ?", name)
		}
		all := func(charges ...Allowance) (name string, resets time.Duration) {
			write(t, db, func(ctx context.Context, tx *Tx) error {
				refused, resetsAt, err := ChargeAll(ctx, tx, noon, charges...)
				name = ""
				if refused != nil {
					name, resets = refused.Name, resetsAt.Sub(noon)
				}
				return err
			})
			return name, resets
		}
		z, a, m := Allowance{"z", 1, 3, time.Minute}, Allowance{"a", 1, 1, time.Hour}, Allowance{"m", 5, 9, time.Hour}
		if name, _ := all(z, a, m); name != "" || used("z") != 1 || used("a") != 1 || used("m") != 5 {
			t.Fatalf("all fit: refused %q", name)
		}
		if name, resets := all(z, m, a); name != "m" || resets != time.Hour {
			t.Errorf("refused %q, want the first in the given order; resets after %v", name, resets)
		}
		if used("z") != 1 || used("a") != 1 || used("m") != 5 {
			t.Errorf("something was taken: z %d a %d m %d", used("z"), used("a"), used("m"))
		}
		if name, _ := all(); name != "" {
			t.Errorf("no charges: %q", name)
		}
	})
}

func TestRefundGivesBackOnlyToItsOwnWindow(t *testing.T) {
	eachDB(t, func(t *testing.T, db *DB) {
		ctx := t.Context()
		_, resetsAt, err := Charge(ctx, db, "a", 3, 3, time.Hour, noon)
		if err != nil {
			t.Fatal(err)
		}
		if err := Refund(ctx, db, "a", 1, resetsAt); err != nil {
			t.Fatal(err)
		}
		if ok, _ := charge(t, db, "a", 1, 3, noon); !ok {
			t.Error("what was given back cannot be taken")
		}
		if ok, _ := charge(t, db, "a", 3, 3, noon.Add(time.Hour)); !ok {
			t.Fatal("next window")
		}
		if err := Refund(ctx, db, "a", 3, resetsAt); err != nil {
			t.Fatal(err)
		}
		if ok, _ := charge(t, db, "a", 1, 3, noon.Add(time.Hour)); ok {
			t.Error("an old window's refund opened the new one")
		}
		if err := Refund(ctx, db, "a", 99, noon.Add(2*time.Hour)); err != nil {
			t.Fatal(err)
		}
		if n := count(t, db, "SELECT used FROM allowances WHERE name = 'a'"); n != 0 {
			t.Errorf("used %d after giving back too much", n)
		}
	})
}

func TestPruneAllowancesKeepsPresentWindows(t *testing.T) {
	eachDB(t, func(t *testing.T, db *DB) {
		charge(t, db, "old", 1, 1, noon.Add(-time.Hour))
		charge(t, db, "present", 1, 1, noon)
		if n := must(PruneAllowances(t.Context(), db, noon))(t); n != 1 {
			t.Errorf("%d deleted", n)
		}
		if ok, _ := charge(t, db, "present", 1, 1, noon); ok {
			t.Error("a present window was forgotten")
		}
	})
}

func TestAFloodOfRefusedChargesTakesNoWriteLock(t *testing.T) {
	db := openLiteDB(t)
	charge(t, db, "a", 5, 5, noon)
	writeLockHeld(t, db, func() {
		if ok, resetsAt, err := Charge(t.Context(), db, "a", 1, 5, time.Hour, noon); ok || err != nil || !resetsAt.Equal(noon.Add(time.Hour)) {
			t.Errorf("%v, %v, %v", ok, resetsAt, err)
		}
	})
	if _, err := PruneAllowances(t.Context(), db, noon); err != nil {
		t.Fatal(err)
	}
	assertIndexed(t, db)
}
