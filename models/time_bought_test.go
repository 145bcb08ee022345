package models

import (
	"context"
	"math/rand/v2"
	"testing"
)

// CP-13: bought time as people write it; a bare number could be hours or minutes.
func TestParseBought(t *testing.T) {
	for text, want := range map[string]int64{
		"10h": 600, " 10 H ": 600, "90m": 90, "1h 30m": 90, "1h30m": 90, "2.5h": 150, "2,25 Std": 135, "-2h": -120, "−30 min": -30, "+1 h": 60, "10 hours": 600, "1 hour 5 minutes": 65, "10000h": 600_000,
		"": 0, "10": 0, "-": 0, "0h": 0, "h": 0, "a while": 0, "10001h": 0, "--2h": 0, "1.5h 20m": 0, "1e3h": 0, "10h 5": 0, "99999999h": 0,
	} {
		if got := ParseBought(text); got != want {
			t.Errorf("%q is %d minutes, want %d", text, got, want)
		}
	}
}

// CP-13: whatever happens to purchases, entries, tickets and companies, and in whatever order,
// the sums are those of the rows.
func TestBoughtTimeSumsStayRight(t *testing.T) {
	eachDB(t, func(t *testing.T, db *DB) {
		ctx, s := t.Context(), newSeats(t, db)
		r := rand.New(rand.NewPCG(13, 5))
		var companies, tickets []int64
		bought := map[int64]int64{} // the oracle: by company
		entries := map[int64]map[int64]int64{}
		of := map[int64]int64{} // ticket → company
		addCompany := func(name string) {
			write(t, db, func(ctx context.Context, tx *Tx) error {
				k := &Company{Name: name, CreatedAt: At(noon)}
				err := InsertCompany(ctx, tx, k)
				companies = append(companies, k.ID)
				return err
			})
		}
		for _, name := range []string{"A", "B", "C"} {
			addCompany(name)
		}
		for range 4 {
			write(t, db, func(ctx context.Context, tx *Tx) error {
				old, err := TicketByID(ctx, tx, s.ticket)
				if err != nil {
					return err
				}
				old.ID, old.Reference = 0, string(rune('a'+len(tickets)))
				if err := InsertTicket(ctx, tx, old); err != nil {
					return err
				}
				tickets, entries[old.ID] = append(tickets, old.ID), map[int64]int64{}
				return nil
			})
		}
		for step := range 400 {
			ticket, company := tickets[r.IntN(len(tickets))], companies[r.IntN(len(companies))]
			switch r.IntN(12) {
			case 0, 1:
				p := &TimePurchase{CompanyID: company, Minutes: int64(r.IntN(400) - 150), BoughtOn: "2026-11-21", CreatedAt: At(noon)}
				err := db.Write(ctx, func(ctx context.Context, tx *Tx) error { return InsertPurchase(ctx, tx, p) })
				if less := bought[company]+p.Minutes < 0; less != (err != nil) {
					t.Fatalf("%d minutes more than %d: %v", p.Minutes, bought[company], err)
				}
				if err == nil {
					bought[company] += p.Minutes
				}
			case 2, 3, 4, 5:
				e := &TimeEntry{TicketID: ticket, AgentID: s.agent, Minutes: int64(1 + r.IntN(90)), CreatedAt: At(noon)}
				write(t, db, func(ctx context.Context, tx *Tx) error {
					k, err := LockTicket(ctx, tx, ticket)
					if err != nil {
						return err
					}
					e.CompanyID = k.CompanyID
					return InsertTime(ctx, tx, e)
				})
				entries[ticket][e.ID] = e.Minutes
			case 6, 7:
				for id := range entries[ticket] {
					write(t, db, func(ctx context.Context, tx *Tx) error { _, err := DeleteTime(ctx, tx, ticket, id, 0); return err })
					delete(entries[ticket], id)
					break
				}
			case 8, 9, 10:
				write(t, db, func(ctx context.Context, tx *Tx) error {
					k, err := LockTicket(ctx, tx, ticket)
					if err != nil {
						return err
					}
					if k.CompanyID, of[ticket] = &company, company; r.IntN(4) == 0 {
						k.CompanyID, of[ticket] = nil, 0
					}
					k.Version++
					if err := SaveTicket(ctx, tx, k); err != nil {
						return err
					}
					return SaveTicket(ctx, tx, k) // saved twice it moves nothing twice
				})
			case 11:
				if step%5 != 0 {
					continue
				}
				write(t, db, func(ctx context.Context, tx *Tx) error {
					_, err := DeleteCompany(ctx, tx, company, At(noon))
					return err
				})
				delete(bought, company)
				for k, c := range of {
					if c == company {
						of[k] = 0
					}
				}
				for i, c := range companies {
					if c == company {
						companies = append(companies[:i], companies[i+1:]...)
						break
					}
				}
				addCompany("Next " + string(rune('A'+step%26)) + string(rune('a'+step/26)))
			}
			if err := CheckBoughtTime(ctx, db); err != nil {
				t.Fatalf("after %d steps: %v", step, err)
			}
		}
		for _, id := range companies {
			var used int64
			for ticket, company := range of {
				if company == id {
					for _, minutes := range entries[ticket] {
						used += minutes
					}
				}
			}
			k := must(CompanyByID(ctx, db, id))(t)
			if k.MinutesBought != bought[id] || k.MinutesUsed != used {
				t.Errorf("%s: %d bought, %d used; want %d and %d", k.Name, k.MinutesBought, k.MinutesUsed, bought[id], used)
			}
		}
		// The check itself finds what is wrong.
		write(t, db, func(ctx context.Context, tx *Tx) error {
			_, err := tx.exec(ctx, "UPDATE companies SET minutes_used = minutes_used + 1 WHERE id = ?", companies[0])
			return err
		})
		if Verify(ctx, db) == nil {
			t.Error("a wrong sum is not found")
		}
	})
}

// CP-13: entries and purchases at once, from many sides, are all counted.
func TestBoughtTimeAtOnce(t *testing.T) {
	eachDB(t, func(t *testing.T, db *DB) {
		ctx, s := t.Context(), newSeats(t, db)
		var k, other Company
		k.Name, other.Name = "A", "B"
		write(t, db, func(ctx context.Context, tx *Tx) error {
			if err := InsertCompany(ctx, tx, &k); err != nil {
				return err
			}
			return InsertCompany(ctx, tx, &other)
		})
		together(12, func(i int) {
			err := db.Write(ctx, func(ctx context.Context, tx *Tx) error {
				if i%3 == 0 {
					return InsertPurchase(ctx, tx, &TimePurchase{CompanyID: k.ID, Minutes: 60, BoughtOn: "2026-11-21", CreatedAt: At(noon)})
				}
				ticket, err := LockTicket(ctx, tx, s.ticket)
				if err != nil {
					return err
				}
				if i%3 == 1 {
					ticket.CompanyID = []*int64{&k.ID, &other.ID}[i/3%2]
					return SaveTicket(ctx, tx, ticket)
				}
				return InsertTime(ctx, tx, &TimeEntry{TicketID: ticket.ID, AgentID: s.agent, CompanyID: ticket.CompanyID, Minutes: 10, CreatedAt: At(noon)})
			})
			if err != nil {
				t.Error(err)
			}
		})
		if err := CheckBoughtTime(ctx, db); err != nil {
			t.Error(err)
		}
		if got := must(CompanyByID(ctx, db, k.ID))(t); got.MinutesBought != 240 {
			t.Errorf("%d minutes bought", got.MinutesBought)
		}
	})
}

// CP-13: the history and what the sums are kept by are found by an index, however many rows there are.
func TestBoughtTimeUsesIndexes(t *testing.T) {
	db := openLiteDB(t)
	ctx, s := t.Context(), newSeats(t, db)
	must(PurchasesOf(ctx, db, 1, 0, 9))(t)
	must(TimeOfCompany(ctx, db, 1, 0, 9))(t)
	write(t, db, func(ctx context.Context, tx *Tx) error {
		ticket, err := LockTicket(ctx, tx, s.ticket)
		if err != nil {
			return err
		}
		if err := InsertTime(ctx, tx, &TimeEntry{TicketID: s.ticket, AgentID: s.agent, Minutes: 5, CreatedAt: At(noon)}); err != nil {
			return err
		}
		k := Company{Name: "A"}
		if err := InsertCompany(ctx, tx, &k); err != nil {
			return err
		}
		ticket.CompanyID = &k.ID
		return SaveTicket(ctx, tx, ticket)
	})
	assertIndexed(t, db, "INSERT INTO")
}
