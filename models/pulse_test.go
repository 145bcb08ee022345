package models

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

// PT-5, A57: a poll sees what was committed before it began, though a look at the database
// serves many of them; a revoked link is dead for the very next one.
func TestPollsSeeEveryCommit(t *testing.T) {
	eachDB(t, func(t *testing.T, db *DB) {
		ctx, s := t.Context(), newSeats(t, db)
		for want := int64(0); want < 50; want++ {
			p, _, err := db.PulseByHash(ctx, hashOf(TokenThread), At(noon))
			if err != nil || p.PublicVersion != want || p.TicketID != s.ticket || p.ProjectID != s.project {
				t.Fatalf("pulse %+v, %v; want version %d", p, err, want)
			}
			write(t, db, func(ctx context.Context, tx *Tx) error {
				_, err := tx.exec(ctx, "UPDATE tickets SET public_version = public_version + 1 WHERE id = ?", s.ticket)
				return err
			})
		}
		if _, _, err := db.PulseByHash(ctx, hashOf(TokenUnsubscribe), At(noon)); KindOf(err) != KindNotFound || err == nil {
			t.Errorf("a link of another kind: %v", err)
		}
		write(t, db, func(ctx context.Context, tx *Tx) error {
			_, err := tx.exec(ctx, "UPDATE tokens SET expires_at = ? WHERE hash = ?", At(noon.Add(time.Hour)), hashOf(TokenThread))
			return err
		})
		for at, dead := range map[time.Duration]bool{0: false, time.Hour: true, 2 * time.Hour: true} {
			if _, _, err := db.PulseByHash(ctx, hashOf(TokenThread), At(noon.Add(at))); (err != nil) != dead {
				t.Errorf("after %v: %v", at, err)
			}
		}
		write(t, db, func(ctx context.Context, tx *Tx) error {
			_, err := RaiseGeneration(ctx, tx, s.participant, At(noon))
			return err
		})
		if _, _, err := db.PulseByHash(ctx, hashOf(TokenThread), At(noon)); KindOf(err) != KindNotFound || err == nil {
			t.Errorf("a revoked link: %v", err)
		}
	})
}

// Many polls at once, commits between them, and an end of the readers under them: every
// answer is right.
func TestConcurrentPolls(t *testing.T) {
	db := openLiteDB(t)
	ctx, s := t.Context(), newSeats(t, db)
	stop := make(chan struct{})
	var polls sync.WaitGroup
	for range 8 {
		polls.Go(func() {
			last := int64(0)
			for {
				select {
				case <-stop:
					return
				default:
				}
				p, _, err := db.PulseByHash(ctx, hashOf(TokenThread), At(noon))
				if err != nil || p.PublicVersion < last {
					t.Errorf("pulse %+v after %d, %v", p, last, err)
					return
				}
				last = p.PublicVersion
			}
		})
	}
	for i := range 100 {
		write(t, db, func(ctx context.Context, tx *Tx) error {
			_, err := tx.exec(ctx, "UPDATE tickets SET public_version = public_version + 1 WHERE id = ?", s.ticket)
			return err
		})
		if i == 70 {
			db.glances.stop() // as after a fault: polls go on the ordinary way
		}
	}
	close(stop)
	polls.Wait()
}

// However many polls there are, the write-ahead log begins anew: none of them looks at an
// old state for as long as it takes to starve it.
func TestConcurrentPollsLetTheLogBeginAnew(t *testing.T) {
	dir := t.TempDir()
	db, err := Open(t.Context(), Options{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	s := newSeats(t, db)
	stop := make(chan struct{})
	var polls sync.WaitGroup
	for range 4 {
		polls.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
				}
				if _, _, err := db.PulseByHash(context.Background(), hashOf(TokenThread), At(noon)); err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	for i := range 300 { // some 60 MB in all
		write(t, db, func(ctx context.Context, tx *Tx) error {
			_, err := tx.exec(ctx, "UPDATE tickets SET fields = ? WHERE id = ?", strings.Repeat(string(rune('a'+i%26)), 200_000), s.ticket)
			return err
		})
	}
	close(stop)
	polls.Wait()
	log, err := os.Stat(filepath.Join(dir, "lodge.db-wal"))
	if err != nil || log.Size() > 20<<20 {
		t.Errorf("the log has %d bytes, %v", log.Size(), err)
	}
}
