package jobs

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	"lodge/desk"
	"lodge/files"
	"lodge/models"
)

// seatedFiles notes how many seats were taken whenever the bytes of a mail were read.
type seatedFiles struct {
	files.Store
	mu    sync.Mutex
	seats []int
}

func (s *seatedFiles) Open(ctx context.Context, key string) (*files.Reader, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.seats = append(s.seats, len(largeSeats))
	return s.Store.Open(ctx, key)
}

// At most two large mails are in hand at once, so that memory stays bounded; small ones pass by
// while they wait.
func TestLargeMailsTakeTurns(t *testing.T) {
	h := newHouse(t, models.Options{Dir: t.TempDir()})
	store := &seatedFiles{Store: h.files}
	intake := Intake{DB: h.db, Desk: h.desk, Files: store}
	filler := strings.Repeat(strings.Repeat("x", 70)+"\n", largeMail/71+1)
	var large []int64
	for i := range 4 {
		large = append(large, h.comesIn("example.com", "support@lodge.example", letterOf(fmt.Sprintf("rosa%d@example.com", i), "Large", fmt.Sprint("large", i), filler)))
	}
	small := h.comesIn("example.com", "support@lodge.example", letterOf("otto@example.com", "Small", "small", "words"))

	// With both seats taken a large mail waits as long as its job may, and a small one does not.
	for range cap(largeSeats) {
		largeSeats <- struct{}{}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := seatFor(ctx, largeMail); !errors.Is(err, context.Canceled) {
		t.Errorf("a third seat: %v", err)
	}
	if got, _, err := intake.Take(t.Context(), desk.IntakeArgs{Mail: small}); err != nil || got.Outcome != models.MailBecameTicket {
		t.Errorf("the small mail became %+v, %v", got, err)
	}
	store.seats = nil
	<-largeSeats
	<-largeSeats

	var all sync.WaitGroup
	for _, id := range large {
		all.Go(func() {
			got, _, err := intake.Take(context.Background(), desk.IntakeArgs{Mail: id})
			if err != nil || got.Outcome != models.MailBecameTicket {
				t.Errorf("a large mail became %+v, %v", got, err)
			}
		})
	}
	all.Wait()
	if len(store.seats) != len(large) || len(largeSeats) != 0 {
		t.Errorf("%d were read, %d seats are still taken", len(store.seats), len(largeSeats))
	}
	for _, n := range store.seats {
		if n < 1 || n > cap(largeSeats) {
			t.Errorf("a large mail is read with %d seats taken", n)
		}
	}
}
