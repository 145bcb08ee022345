package sample

import (
	"context"
	"testing"

	"lodge/models"
)

// promise gives a desk a policy for everything, with the same number of minutes for each kind.
func (w *world) promise(t testing.TB, minutes, percent int64) {
	t.Helper()
	p := &models.Policy{Name: "Usual", IsDefault: true, WarnPercent: percent, Targets: models.PolicyTargets{}, CreatedAt: models.At(noon)}
	for priority := int64(models.PriorityLow); priority <= models.PriorityUrgent; priority++ {
		p.Targets[priority] = map[string]int64{}
		for i, kind := range models.PromiseKinds {
			p.Targets[priority][kind] = minutes * int64(i+1)
		}
	}
	c := &models.Calendar{Name: "Office", Zone: "Europe/Berlin", CreatedAt: models.At(noon)}
	for i := range 5 {
		c.Hours[i] = []models.Span{{From: 9 * 60, To: 17 * 60}}
	}
	err := w.db.Write(t.Context(), func(ctx context.Context, tx *models.Tx) error {
		if err := models.InsertCalendar(ctx, tx, c); err != nil {
			return err
		}
		p.CalendarID = &c.ID
		return models.InsertPolicy(ctx, tx, p)
	})
	if err != nil {
		t.Fatal(err)
	}
}

// AG-6, OP-2: a bulk desk with a policy has the promises, and the events of them, that years of
// verbs and minutes would have left: nothing is wrong with them, and nothing is left to tell.
func TestBulkKeepsPromises(t *testing.T) {
	eachDB(t, func(t *testing.T, db *models.DB) {
		w := newWorld(t, db)
		w.promise(t, 300, 75)
		w.bulk(t, 300, 0)
		ctx := t.Context()
		if err := models.Verify(ctx, db); err != nil {
			t.Fatal(err)
		}
		told, err := w.desk.TellPromises(ctx)
		if err != nil || told != 0 {
			t.Errorf("%d stages were left to tell, %v", told, err)
		}
		states, met, late, broken, pending, events := map[models.Clock]int{}, 0, 0, 0, 0, 0
		for number := int64(1); number <= 300; number++ {
			ticket, err := models.TicketByNumber(ctx, db, number)
			if err != nil {
				t.Fatal(err)
			}
			h, err := models.HistoryOf(ctx, db, ticket.ID)
			if err != nil {
				t.Fatal(err)
			}
			for _, s := range h.Segments {
				states[s.State]++
			}
			stages := 0
			for _, p := range h.Promises {
				switch {
				case p.Pending():
					pending++
				case p.Late():
					late++
				case p.MetAt != 0:
					met++
				}
				if p.BrokenAt != 0 {
					broken++
					stages++
				}
				if p.WarnedAt != 0 {
					stages++
				}
				if late := p.Late(); late && p.BrokenAt == 0 {
					t.Errorf("ticket %d: late and not broken: %+v", number, p)
				}
			}
			all, err := models.Timeline(ctx, db, ticket.ID, 0)
			if err != nil {
				t.Fatal(err)
			}
			version := int64(0)
			for _, e := range all {
				if e.Version < version {
					t.Errorf("ticket %d: version %d after %d", number, e.Version, version)
				}
				version = e.Version
				if e.Kind == models.EventPromiseWarned || e.Kind == models.EventPromiseBroken {
					stages--
					events++
				}
			}
			if stages != 0 {
				t.Errorf("ticket %d: %d stages without an event", number, stages)
			}
		}
		if met < 50 || late < 20 || broken < 20 || pending < 10 || events < 50 || states[models.ClockWaits] == 0 || states[models.ClockStopped] < 200 {
			t.Errorf("%d met, %d late, %d broken, %d pending, %d events, clocks %v", met, late, broken, pending, events, states)
		}
	})
}
