package models

import (
	"context"
	"fmt"
	"slices"
)

// seatCopies are the columns of participants that repeat what a ticket says, for the customers'
// lists, beside what each of them is of a ticket t.
var seatCopies = []struct{ column, of string }{
	{"hidden", "(t.spam_at > 0 OR t.merged_into_id IS NOT NULL)"},
	{"project_id", "t.project_id"},
	{"status_id", "t.status_id"},
	{"category", "t.category"},
	{"type_id", "COALESCE(t.type_id, 0)"},
	{"priority", "t.priority"},
	{"opened_at", "t.created_at"},
	{"public_at", "t.public_at"},
	{"public_version", "t.public_version"},
	{"promise_at", "t.promise_at"},
}

var copySeats, staleSeats = func() (set, stale string) {
	for i, c := range seatCopies {
		if i > 0 {
			set, stale = set+", ", stale+" OR "
		}
		set, stale = set+c.column+" = "+c.of, stale+"participants."+c.column+" <> "+c.of
	}
	return "UPDATE participants SET " + set + " FROM tickets t WHERE t.id = participants.ticket_id", "(" + stale + ")"
}()

// keepSeats brings the copies on the seats of some tickets to what the tickets say. Seats that say
// it already are not touched: most changes of a ticket are none that people outside see.
func keepSeats(ctx context.Context, tx *Tx, tickets ...int64) error {
	for some := range slices.Chunk(tickets, idsAtOnce) {
		list, args := idList(some)
		if _, err := tx.exec(ctx, copySeats+" AND participants.ticket_id IN ("+list+") AND "+staleSeats, args...); err != nil {
			return err
		}
	}
	return nil
}

// CheckSeats looks for seats whose copies are not what their tickets say.
func CheckSeats(ctx context.Context, db *DB) error {
	var n int
	err := db.row(ctx, "SELECT COUNT(*) FROM participants JOIN tickets t ON t.id = participants.ticket_id WHERE "+staleSeats).Scan(&n)
	if err != nil {
		return err
	}
	if n > 0 {
		return fmt.Errorf("%d seats do not say what their tickets say", n)
	}
	return nil
}

// seatRows fills the copies of loaded seats.
func seatRows(ctx context.Context, tx *Tx, seats []Participant) error {
	if len(seats) == 0 {
		return nil
	}
	first, last := seats[0].ID, seats[0].ID
	for _, p := range seats {
		first, last = min(first, p.ID), max(last, p.ID)
	}
	_, err := tx.exec(ctx, copySeats+" AND participants.id BETWEEN ? AND ?", first, last)
	return err
}
