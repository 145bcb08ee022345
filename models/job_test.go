package models

import (
	"context"
	"strings"
	"sync"
	"testing"
	"time"
)

func enqueue(t testing.TB, db *DB, kind, key string, args any, runAt time.Time) {
	t.Helper()
	write(t, db, func(ctx context.Context, tx *Tx) error { return Enqueue(ctx, tx, kind, key, args, runAt) })
}

func claim(t testing.TB, db *DB, worker string, now time.Time, limit int) []Job {
	t.Helper()
	return must(ClaimJobs(t.Context(), db, worker, now, time.Minute, limit))(t)
}

func TestJobsAreClaimedWhenDueEarliestFirst(t *testing.T) {
	eachDB(t, func(t *testing.T, db *DB) {
		enqueue(t, db, "later", "", nil, noon.Add(time.Hour))
		enqueue(t, db, "second", "", map[string]int64{"ticket": 7}, noon)
		enqueue(t, db, "first", "", nil, noon.Add(-time.Minute))
		enqueue(t, db, "third", "", nil, noon)

		got := claim(t, db, "w", noon, 2)
		if len(got) != 2 || got[0].Kind != "first" || got[1].Kind != "second" {
			t.Fatalf("claimed %+v", got)
		}
		var args struct{ Ticket int64 }
		if err := got[1].Read(&args); err != nil || args.Ticket != 7 {
			t.Errorf("arguments %+v, %v", args, err)
		}
		if got := claim(t, db, "w", noon, 9); len(got) != 1 || got[0].Kind != "third" {
			t.Fatalf("the rest: %+v", got)
		}
		if got := claim(t, db, "w", noon, 9); len(got) != 0 {
			t.Fatalf("claimed twice: %+v", got)
		}
	})
}

func TestEnqueueMergesOnlyWithAWaitingJob(t *testing.T) {
	eachDB(t, func(t *testing.T, db *DB) {
		total := func() int64 { return count(t, db, "SELECT COUNT(*) FROM jobs") }
		enqueue(t, db, "notify", "ticket:7", nil, noon)
		enqueue(t, db, "notify", "ticket:7", nil, noon)
		enqueue(t, db, "notify", "ticket:8", nil, noon.Add(time.Hour))
		if total() != 2 {
			t.Fatalf("%d jobs, want one a key", total())
		}
		running := claim(t, db, "w", noon, 1)[0]
		// What changes while it runs may be unseen by it: another round must follow.
		enqueue(t, db, "notify", "ticket:7", nil, noon)
		enqueue(t, db, "notify", "ticket:7", nil, noon)
		if total() != 3 {
			t.Fatalf("%d jobs, want the running one and one that waits", total())
		}
		if err := FinishJob(t.Context(), db, running.ID); err != nil {
			t.Fatal(err)
		}
		next := claim(t, db, "w", noon, 1)
		if len(next) != 1 || next[0].Key != "ticket:7" {
			t.Fatalf("after the running one: %+v", next)
		}
		// One that failed for good does not block its key for ever.
		if err := FailJob(t.Context(), db, next[0].ID, 9, "gone", noon); err != nil {
			t.Fatal(err)
		}
		enqueue(t, db, "notify", "ticket:7", nil, noon)
		if got := claim(t, db, "w", noon, 9); len(got) != 1 {
			t.Fatalf("after a failed one: %+v", got)
		}
		// No key: never merged.
		before := total()
		enqueue(t, db, "sweep", "", nil, noon)
		enqueue(t, db, "sweep", "", nil, noon)
		if total() != before+2 {
			t.Error("jobs without a key were merged")
		}
	})
}

func TestClaimIsExclusiveAmongManyWorkers(t *testing.T) {
	eachDB(t, func(t *testing.T, db *DB) {
		write(t, db, func(ctx context.Context, tx *Tx) error {
			for range 60 {
				if err := Enqueue(ctx, tx, "work", "", nil, noon); err != nil {
					return err
				}
			}
			return nil
		})
		var mu sync.Mutex
		seen := map[int64]int{}
		together(12, func(int) {
			for {
				jobs, err := ClaimJobs(t.Context(), db, "w", noon, time.Minute, 4)
				if err != nil {
					t.Error(err)
					return
				}
				if len(jobs) == 0 {
					return
				}
				mu.Lock()
				for _, j := range jobs {
					seen[j.ID]++
				}
				mu.Unlock()
			}
		})
		// A worker may pass by rows that another is claiming; none is left after that.
		for _, j := range claim(t, db, "w", noon, 60) {
			seen[j.ID]++
		}
		if len(seen) != 60 {
			t.Errorf("%d jobs claimed, want 60", len(seen))
		}
		for id, n := range seen {
			if n != 1 {
				t.Errorf("job %d claimed %d times", id, n)
			}
		}
	})
}

func TestAnExpiredClaimIsTakenOverAndCounted(t *testing.T) {
	eachDB(t, func(t *testing.T, db *DB) {
		enqueue(t, db, "work", "", nil, noon)
		if got := claim(t, db, "dies", noon, 1); len(got) != 1 || got[0].Attempts != 0 {
			t.Fatalf("first claim %+v", got)
		}
		if got := claim(t, db, "w", noon.Add(time.Minute-time.Millisecond), 1); len(got) != 0 {
			t.Fatal("taken over while the lease holds")
		}
		got := claim(t, db, "w", noon.Add(time.Minute), 1)
		if len(got) != 1 || got[0].Attempts != 1 {
			t.Fatalf("take-over %+v, want one attempt counted", got)
		}
	})
}

func TestRetryFailAndFinish(t *testing.T) {
	eachDB(t, func(t *testing.T, db *DB) {
		ctx := t.Context()
		enqueue(t, db, "work", "k", nil, noon)
		job := claim(t, db, "w", noon, 1)[0]
		if err := RetryJob(ctx, db, job.ID, 1, noon.Add(time.Hour), "host is away"); err != nil {
			t.Fatal(err)
		}
		if got := claim(t, db, "w", noon.Add(time.Minute), 1); len(got) != 0 {
			t.Fatal("runs before its time")
		}
		job = claim(t, db, "w", noon.Add(time.Hour), 1)[0]
		if job.Attempts != 1 || job.LastError != "host is away" || job.Key != "k" {
			t.Errorf("retried %+v", job)
		}
		if err := FailJob(ctx, db, job.ID, 2, strings.Repeat("ü", 5000), noon); err != nil {
			t.Fatal(err)
		}
		if got := claim(t, db, "w", noon.Add(24*time.Hour), 1); len(got) != 0 {
			t.Fatal("a failed job runs")
		}
		failed := must(FailedJobs(ctx, db, 10))(t)
		if len(failed) != 1 || failed[0].FailedAt != At(noon) || failed[0].Attempts != 2 || failed[0].LastError != strings.Repeat("ü", 1000) {
			t.Fatalf("failed jobs %d", len(failed))
		}
		// The operator tries it again.
		if err := RetryJob(ctx, db, job.ID, 0, noon, ""); err != nil {
			t.Fatal(err)
		}
		again := claim(t, db, "w", noon, 1)
		if len(again) != 1 {
			t.Fatal("does not run again")
		}
		if err := FinishJob(ctx, db, again[0].ID); err != nil {
			t.Fatal(err)
		}
		if n := count(t, db, "SELECT COUNT(*) FROM jobs"); n != 0 {
			t.Errorf("%d jobs are left", n)
		}
	})
}

func TestNextJobAt(t *testing.T) {
	eachDB(t, func(t *testing.T, db *DB) {
		next := func() string {
			at, ok, err := NextJobAt(t.Context(), db)
			if err != nil {
				t.Fatal(err)
			}
			if !ok {
				return "never"
			}
			return at.Sub(noon).String()
		}
		if got := next(); got != "never" {
			t.Errorf("empty queue: %s", got)
		}
		enqueue(t, db, "a", "", nil, noon)
		enqueue(t, db, "b", "", nil, noon.Add(time.Hour))
		if got := next(); got != "0s" {
			t.Errorf("due now: %s", got)
		}
		job := claim(t, db, "w", noon, 1)[0]
		if got := next(); got != "1m0s" {
			t.Errorf("while one runs: %s, want the end of its lease", got)
		}
		if err := FailJob(t.Context(), db, job.ID, 1, "", noon); err != nil {
			t.Fatal(err)
		}
		if got := next(); got != "1h0m0s" {
			t.Errorf("with a failed one: %s", got)
		}
	})
}

func TestAnIdleQueueTakesNoWriteLock(t *testing.T) {
	db := openLiteDB(t)
	enqueue(t, db, "later", "", nil, noon.Add(time.Hour))
	writeLockHeld(t, db, func() {
		if got, err := ClaimJobs(t.Context(), db, "w", noon, time.Minute, 1); err != nil || len(got) != 0 {
			t.Errorf("claimed %v, %v", got, err)
		}
	})
}

func TestJobStatementsUseIndexes(t *testing.T) {
	db := openLiteDB(t)
	enqueue(t, db, "a", "k", nil, noon)
	job := claim(t, db, "w", noon, 1)[0]
	if err := RetryJob(t.Context(), db, job.ID, 1, noon, ""); err != nil {
		t.Fatal(err)
	}
	if _, _, err := NextJobAt(t.Context(), db); err != nil {
		t.Fatal(err)
	}
	if err := FinishJob(t.Context(), db, job.ID); err != nil {
		t.Fatal(err)
	}
	assertIndexed(t, db)
}
