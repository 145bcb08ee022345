package models

import (
	"context"
	"testing"
	"time"
)

// PT-14: a place is followed through merges to the one that stays, given back by who says that it
// is not theirs, and found again by its contact while its ticket is open and its link lives; all
// of it by indexes.
func TestSeats(t *testing.T) {
	eachDB(t, func(t *testing.T, db *DB) {
		now := At(noon)
		var project int64
		seats := make([]*Participant, 4)
		var rosa *Contact
		write(t, db, func(ctx context.Context, tx *Tx) (err error) {
			p := &Project{Slug: "acme", Name: "Acme", Portal: PortalPublic, CreatedAt: now}
			if err := InsertProject(ctx, tx, p); err != nil {
				return err
			}
			s := &Status{ProjectID: p.ID, Slug: "new", Name: "New", Category: CategoryNew}
			if err := InsertStatus(ctx, tx, s); err != nil {
				return err
			}
			project = p.ID
			if rosa, err = EnsureContact(ctx, tx, Contact{Address: "rosa@example.com", AddressKey: "rosa@example.com", CreatedAt: now}); err != nil {
				return err
			}
			for i := range seats {
				ticket := &Ticket{ProjectID: p.ID, Title: "Ticket", Reference: string(rune('A' + i)), StatusID: s.ID, Category: CategoryNew, ReporterID: rosa.ID, Version: 1, PublicVersion: 1, CreatedAt: now, UpdatedAt: now}
				if err := InsertTicket(ctx, tx, ticket); err != nil {
					return err
				}
				seats[i] = &Participant{TicketID: ticket.ID, ContactID: rosa.ID, JoinedAs: JoinedReporter, CreatedAt: now}
				if err := InsertParticipant(ctx, tx, seats[i]); err != nil {
					return err
				}
				if err := InsertToken(ctx, tx, &Token{Hash: []byte{byte(i)}, Kind: TokenThread, SubjectID: seats[i].ID, Generation: 1, CreatedAt: now}); err != nil {
					return err
				}
			}
			if err := MoveParticipant(ctx, tx, seats[0], seats[1]); err != nil {
				return err
			}
			// Links replaced between two merges leave a chain of two.
			if seats[1].Generation, err = RaiseGeneration(ctx, tx, seats[1].ID, now); err != nil {
				return err
			}
			return MoveParticipant(ctx, tx, seats[1], seats[2])
		})
		for i, want := range []int{2, 2, 2, 3} {
			p, err := SeatNow(t.Context(), db, seats[i].ID)
			if err != nil || p.ID != seats[want].ID || p.Contact.Address != "rosa@example.com" {
				t.Errorf("seat %d is now %+v, %v", i, p, err)
			}
		}
		if _, err := SeatNow(t.Context(), db, 0); KindOf(err) != KindNotFound {
			t.Error(err)
		}
		open := func(projects ...int64) []int64 {
			t.Helper()
			found, err := OpenSeats(t.Context(), db, rosa.ID, projects, now, 20)
			if err != nil {
				t.Fatal(err)
			}
			var ids []int64
			for _, s := range found {
				ids = append(ids, s.ID)
			}
			return ids
		}
		if got := open(project); len(got) != 2 || got[0] != seats[3].ID || got[1] != seats[2].ID {
			t.Errorf("open %v", got)
		}
		if got := open(); len(got) != 0 {
			t.Errorf("without projects %v", got)
		}
		if got := open(project + 1); len(got) != 0 {
			t.Errorf("of another project %v", got)
		}
		if got, err := OpenSeats(t.Context(), db, rosa.ID, []int64{project}, now, 1); err != nil || len(got) != 1 || got[0].Title != "Ticket" {
			t.Errorf("%v, %v", got, err)
		}
		write(t, db, func(ctx context.Context, tx *Tx) error { return LeaveSeat(ctx, tx, seats[2].ID, now) })
		if got := open(project); len(got) != 1 || got[0] != seats[3].ID {
			t.Errorf("open %v", got)
		}
		for _, i := range []int{0, 1, 2} {
			if p, err := SeatNow(t.Context(), db, seats[i].ID); KindOf(err) != KindNotFound {
				t.Errorf("seat %d: %+v, %v", i, p, err)
			}
		}
		left, err := LeftSeats(t.Context(), db, seats[2].TicketID)
		if err != nil || len(left) != 1 || !left[seats[2].ID] {
			t.Errorf("%v, %v", left, err)
		}
		for i, want := range map[int]int{1: 0, 2: 0, 3: 1} { // moved away, left, there
			if who, err := Seats(t.Context(), db, seats[i].TicketID); err != nil || len(who) != want {
				t.Errorf("ticket %d is seen by %d, %v", i, len(who), err)
			}
		}
		if !db.dialect.postgres {
			// The chain of merges is a table of its own, of a few rows.
			assertIndexed(t, db, "WITH RECURSIVE seat", "INSERT")
		}
	})
}

// A1: an allowance that is used up refuses whatever the limit, until the moment given.
func TestFilledAllowance(t *testing.T) {
	eachDB(t, func(t *testing.T, db *DB) {
		charge(t, db, "unproven:x", 1, 5, noon)
		for range 2 {
			if err := FillAllowance(t.Context(), db, "unproven:x", noon.Add(time.Hour)); err != nil {
				t.Fatal(err)
			}
		}
		if ok, _ := charge(t, db, "unproven:x", 1, 1_000_000, noon.Add(time.Minute)); ok {
			t.Error("charged")
		}
		if ok, _ := charge(t, db, "unproven:y", 1, 5, noon); !ok {
			t.Error("another one is used up, too")
		}
		if ok, _ := charge(t, db, "unproven:x", 1, 5, noon.Add(time.Hour)); !ok {
			t.Error("still used up afterwards")
		}
	})
}
