package models

import (
	"strings"
	"testing"
)

// PC-12: the lists of what waits walk indexes that hold nothing else, however much was decided before.
func TestHeldListsUseIndexes(t *testing.T) {
	eachDB(t, func(t *testing.T, db *DB) {
		if db.Postgres() {
			t.Skip("SQLite tells its plan without data")
		}
		for _, q := range []HeldQuery{{}, {Kind: HeldMail}, {Projects: []int64{1, 2}}, {Ticket: 7}, {Number: 7}} {
			cond, _, _ := q.where()
			text := "SELECT h.id FROM held h LEFT JOIN tickets t ON t.id = h.ticket_id WHERE " + cond + " AND h.id < ? ORDER BY h.id DESC LIMIT ?"
			if plan := explain(t, db, text); !strings.Contains(plan, "held_newest") && !strings.Contains(plan, "held_waiting") && !strings.Contains(plan, "held_ticket") {
				t.Errorf("%+v: %s", q, plan)
			}
		}
		if plan := explain(t, db, "SELECT "+heldFor+" FROM agents WHERE id = ?"); !strings.Contains(plan, "COVERING INDEX held_newest") {
			t.Error(plan)
		}
		if plan := explain(t, db, "SELECT id FROM held WHERE state = 'waiting' AND expires_at <= ?"); !strings.Contains(plan, "held_due") {
			t.Error(plan)
		}
	})
}
