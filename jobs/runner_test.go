package jobs

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"lodge/models"
)

// counted makes a kind of job that counts its runs.
type counted struct {
	mu   sync.Mutex
	runs map[int64]int
}

func (c *counted) kind(f func(models.Job) error) kind {
	return kind{limit: time.Minute, tries: 5, run: func(ctx context.Context, j models.Job) error {
		c.mu.Lock()
		c.runs[j.ID]++
		c.mu.Unlock()
		return f(j)
	}}
}

func (h *house) enqueue(name string, n int) {
	h.t.Helper()
	h.write(func(ctx context.Context, tx *models.Tx) error {
		for range n {
			if err := models.Enqueue(ctx, tx, name, "", nil, h.clock.Now()); err != nil {
				return err
			}
		}
		return nil
	})
}

// Two processes on one database never do a job twice.
func TestTwoWorkersDoEachJobOnce(t *testing.T) {
	eachHouse(t, func(t *testing.T, h *house) {
		done := &counted{runs: map[int64]int{}}
		h.enqueue("work", 120)
		for _, name := range []string{"one", "two"} {
			r := h.runner(name)
			r.kinds["work"] = done.kind(func(models.Job) error { return nil })
			r.Start()
			defer r.Stop(context.Background())
			defer h.settle(r)
		}
		deadline := time.Now().Add(time.Minute)
		for {
			done.mu.Lock()
			n := len(done.runs)
			done.mu.Unlock()
			if n == 120 || time.Now().After(deadline) {
				break
			}
			time.Sleep(5 * time.Millisecond)
		}
		done.mu.Lock()
		defer done.mu.Unlock()
		if len(done.runs) != 120 {
			t.Errorf("%d jobs were done, want 120", len(done.runs))
		}
		for id, n := range done.runs {
			if n != 1 {
				t.Errorf("job %d was done %d times", id, n)
			}
		}
	})
}

// A panic is a failure, and what fails each time is given up and kept for the operator.
func TestPoisonIsGivenUp(t *testing.T) {
	h := newHouse(t, models.Options{Dir: t.TempDir()})
	done := &counted{runs: map[int64]int{}}
	gaveUp := ""
	r := h.runner("w")
	k := done.kind(func(models.Job) error { panic("poison") })
	k.gaveUp = func(_ context.Context, _ models.Job, cause string) error { gaveUp = cause; return nil }
	r.kinds["poison"] = k
	r.kinds["good"] = done.kind(func(models.Job) error { return nil })
	h.enqueue("poison", 1)
	h.enqueue("good", 1)
	r.Start()
	defer r.Stop(context.Background())
	for range 10 {
		h.settle(r)
		h.clock.forward(12 * time.Minute)
	}
	failed, err := models.FailedJobs(t.Context(), h.db, 9)
	if err != nil || len(failed) != 1 || failed[0].Kind != "poison" || failed[0].Attempts != 5 || !strings.Contains(failed[0].LastError, "poison") {
		t.Fatalf("failed jobs %+v %v", failed, err)
	}
	if n := done.runs[failed[0].ID]; n != 5 {
		t.Errorf("tried %d times, want 5", n)
	}
	if !strings.Contains(gaveUp, "poison") {
		t.Errorf("given up because of %q", gaveUp)
	}
	if len(done.runs) != 2 {
		t.Error("the good job was not done")
	}
}

// A job whose worker dies each time is counted out by the next one.
func TestKillerIsCountedOut(t *testing.T) {
	h := newHouse(t, models.Options{Dir: t.TempDir()})
	h.enqueue("killer", 1)
	for range 6 {
		if _, err := models.ClaimJobs(t.Context(), h.db, "dies", h.clock.Now(), lease, 1); err != nil {
			t.Fatal(err)
		}
		h.clock.forward(lease)
	}
	r := h.runner("w")
	done := &counted{runs: map[int64]int{}}
	r.kinds["killer"] = done.kind(func(models.Job) error { return nil })
	r.Start()
	defer r.Stop(context.Background())
	h.settle(r)
	failed, err := models.FailedJobs(t.Context(), h.db, 9)
	if err != nil || len(failed) != 1 || len(done.runs) != 0 {
		t.Errorf("failed %+v %v, runs %v", failed, err, done.runs)
	}
}

// Stop lets what runs come to its end, and begins nothing new.
func TestStopFinishesWhatRuns(t *testing.T) {
	h := newHouse(t, models.Options{Dir: t.TempDir()})
	r := h.runner("w")
	began, release := make(chan struct{}, 99), make(chan struct{})
	done := &counted{runs: map[int64]int{}}
	r.kinds["slow"] = done.kind(func(models.Job) error { began <- struct{}{}; <-release; return nil })
	h.enqueue("slow", hands+3)
	r.Start()
	for range hands {
		<-began
	}
	stopped := make(chan error)
	go func() { stopped <- r.Stop(context.Background()) }()
	select {
	case <-stopped:
		t.Fatal("stopped while work was under way")
	case <-time.After(50 * time.Millisecond):
	}
	close(release)
	if err := <-stopped; err != nil {
		t.Fatal(err)
	}
	if len(done.runs) != hands {
		t.Errorf("%d jobs were done, want the %d that ran", len(done.runs), hands)
	}
	// The rest is there for the next start, at once.
	left, err := models.ClaimJobs(t.Context(), h.db, "next", h.clock.Now(), lease, 99)
	if err != nil || len(left) != 3 {
		t.Errorf("%d left %v", len(left), err)
	}
}

// When the time for stopping is over, running jobs are cut off and laid back uncounted.
func TestStopLaysBackWhatItCutsOff(t *testing.T) {
	h := newHouse(t, models.Options{Dir: t.TempDir()})
	r := h.runner("w")
	began := make(chan struct{}, 1)
	r.kinds["endless"] = kind{limit: time.Minute, tries: 5, run: func(ctx context.Context, j models.Job) error {
		began <- struct{}{}
		<-ctx.Done()
		return ctx.Err()
	}}
	h.enqueue("endless", 1)
	r.Start()
	<-began
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := r.Stop(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("stop: %v", err)
	}
	left, err := models.ClaimJobs(t.Context(), h.db, "next", h.clock.Now(), lease, 9)
	if err != nil || len(left) != 1 || left[0].Attempts != 0 {
		t.Errorf("left %+v %v", left, err)
	}
}

// F7, F9: the pauses grow, are spread, and stay within bounds.
func TestBackoff(t *testing.T) {
	for _, c := range []struct {
		tries int
		age   time.Duration
		mid   time.Duration
	}{
		{0, 0, time.Minute}, {1, time.Minute, 2 * time.Minute}, {2, 3 * time.Minute, 4 * time.Minute}, {3, 7 * time.Minute, 8 * time.Minute},
		{9, time.Hour, 8 * time.Minute}, {20, 8 * time.Hour, time.Hour}, {60, 90 * time.Hour, 6 * time.Hour}, {1000, -time.Hour, 8 * time.Minute},
	} {
		seen := map[time.Duration]bool{}
		for range 50 {
			got := backoff(c.tries, c.age)
			if got < c.mid*5/6 || got > c.mid*7/6 {
				t.Errorf("after %d tries at %v: %v, want about %v", c.tries, c.age, got, c.mid)
			}
			seen[got] = true
		}
		if len(seen) < 10 {
			t.Errorf("after %d tries: not spread", c.tries)
		}
	}
	for at, tries := time.Duration(0), 0; at < time.Hour; tries++ {
		if at += backoff(tries, at); tries > 12 {
			t.Fatal("more than twelve tries in an hour")
		}
	}
}

func TestLogHoldsNoAddresses(t *testing.T) {
	got := withoutAddresses(`550 5.1.1 <ada.l+x@example.com>: unknown (bob@example.org)`)
	if strings.Contains(got, "example") || !strings.Contains(got, "550 5.1.1") {
		t.Error(got)
	}
}

// PC-5: an image gets its small picture.
func TestThumbnail(t *testing.T) {
	h := newHouse(t, models.Options{Dir: t.TempDir()})
	h.file(deskInput("ada@example.com"))
	upload, err := h.desk.Receive(t.Context(), "shot.png", strings.NewReader(string(picture(t, 900, 600))), 1<<20)
	if err != nil {
		t.Fatal(err)
	}
	broken, err := h.desk.Receive(t.Context(), "broken.png", strings.NewReader(string(picture(t, 90, 60)[:60])), 1<<20)
	if err != nil {
		t.Fatal(err)
	}
	h.answer(h.latest(), "Like this.", upload, broken)
	h.settle(h.running("w"))
	page, err := h.desk.Ticket(t.Context(), h.agent, h.latest(), "")
	if err != nil {
		t.Fatal(err)
	}
	files := page.Entries[len(page.Entries)-1].Files
	if len(files) != 2 || !files[0].HasThumb || files[0].Width != 480 || files[0].Height != 320 || files[1].HasThumb {
		t.Errorf("files %+v", files)
	}
	if failed, _ := models.FailedJobs(t.Context(), h.db, 9); len(failed) != 0 {
		t.Errorf("failed %+v", failed)
	}
	content, err := h.desk.AgentFile(t.Context(), h.agent, files[0].PID, true)
	if err != nil {
		t.Fatal(err)
	}
	content.Body.Close()
}
