package models

import (
	"context"
	"sync"
	"testing"
	"time"
)

// PT-5, PT-12: what polls remember is never older than the last change: a reply, an end of
// the link, an expiry and a closed portal show at the very next poll, on both databases.
func TestPulseFollowsEveryChange(t *testing.T) {
	eachDB(t, func(t *testing.T, db *DB) {
		ctx := t.Context()
		s := newSeats(t, db)
		hash := hashOf(TokenThread)
		pulse := func(now time.Time) (Pulse, error) {
			p, _, err := db.PulseByHash(ctx, hash, At(now))
			return p, err
		}
		for range 2 { // read, then remembered
			if p, err := pulse(noon); err != nil || p.TicketID != s.ticket {
				t.Fatalf("%+v, %v", p, err)
			}
		}
		change := func(f func(ctx context.Context, tx *Tx) error) {
			t.Helper()
			if err := db.Write(ctx, f); err != nil {
				t.Fatal(err)
			}
		}
		before, _ := pulse(noon)
		change(func(ctx context.Context, tx *Tx) error {
			ticket, err := LockTicket(ctx, tx, s.ticket)
			if err != nil {
				return err
			}
			ticket.PublicVersion++
			return SaveTicket(ctx, tx, ticket)
		})
		if p, err := pulse(noon); err != nil || p.PublicVersion != before.PublicVersion+1 {
			t.Fatalf("after a reply %+v, %v", p, err)
		}
		change(func(ctx context.Context, tx *Tx) error {
			cat, err := TxCatalog(ctx, tx)
			if err != nil {
				return err
			}
			p := *cat.Project(before.ProjectID)
			p.Portal = PortalNone
			return UpdateProject(ctx, tx, &p)
		})
		if p, cat, err := db.PulseByHash(ctx, hash, At(noon)); err != nil || cat.Project(p.ProjectID).Open() {
			t.Fatalf("the portal is off, but %v", err)
		}
		change(func(ctx context.Context, tx *Tx) error {
			_, err := tx.exec(ctx, "UPDATE tokens SET expires_at = ? WHERE hash = ?", At(noon.Add(time.Hour)), hash)
			tx.everything = true
			return err
		})
		if _, err := pulse(noon); err != nil {
			t.Fatal(err)
		}
		if _, err := pulse(noon.Add(2 * time.Hour)); KindOf(err) != KindNotFound {
			t.Fatalf("an expired link: %v", err)
		}
		var participant int64
		if err := db.row(ctx, "SELECT subject_id FROM tokens WHERE hash = ?", hash).Scan(&participant); err != nil {
			t.Fatal(err)
		}
		change(func(ctx context.Context, tx *Tx) error {
			_, err := RaiseGeneration(ctx, tx, participant, At(noon))
			return err
		})
		if _, err := pulse(noon); KindOf(err) != KindNotFound {
			t.Fatalf("a replaced link: %v", err)
		}
	})
}

// PT-5: polls beside commits never see a version older than one that was acknowledged before they began.
func TestPulseBesideCommits(t *testing.T) {
	eachDB(t, func(t *testing.T, db *DB) {
		ctx := t.Context()
		s := newSeats(t, db)
		hash := hashOf(TokenThread)
		var mu sync.Mutex
		acknowledged := int64(0)
		stop := make(chan struct{})
		var readers sync.WaitGroup
		for range 4 {
			readers.Go(func() {
				for {
					select {
					case <-stop:
						return
					default:
					}
					mu.Lock()
					least := acknowledged
					mu.Unlock()
					p, _, err := db.PulseByHash(ctx, hash, At(noon))
					if err != nil || p.PublicVersion < least {
						t.Errorf("version %d after %d was acknowledged, %v", p.PublicVersion, least, err)
						return
					}
				}
			})
		}
		for range 50 {
			var version int64
			err := db.Write(ctx, func(ctx context.Context, tx *Tx) error {
				ticket, err := LockTicket(ctx, tx, s.ticket)
				if err != nil {
					return err
				}
				ticket.PublicVersion++
				version = ticket.PublicVersion
				return SaveTicket(ctx, tx, ticket)
			})
			if err != nil {
				t.Fatal(err)
			}
			mu.Lock()
			acknowledged = version
			mu.Unlock()
		}
		close(stop)
		readers.Wait()
	})
}

// The memory of pulses has a bound.
func TestPulsesAreBounded(t *testing.T) {
	m := newPulses()
	cat := &Catalog{}
	for i := range maxPulses + 10 {
		m.put(hashOf(string(rune(i))), Pulse{TicketID: int64(i % 100)}, cat, 0)
	}
	if n := len(m.byHash); n > maxPulses || n == 0 {
		t.Errorf("%d pulses are remembered", n)
	}
}
