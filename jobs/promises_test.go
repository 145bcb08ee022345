package jobs

import (
	"context"
	"testing"
	"time"

	"lodge/desk"
	"lodge/models"
)

// promisePolicy is a policy for everything in working time of Berlin.
func promisePolicy(h *house) (*models.Policy, *models.Calendar) {
	h.t.Helper()
	c := &models.Calendar{Name: "Office", Zone: "Europe/Berlin", CreatedAt: models.At(h.clock.Now())}
	for i := range 7 {
		c.Hours[i] = []models.Span{{From: 9 * 60, To: 12 * 60}, {From: 13 * 60, To: 17 * 60}}
	}
	p := &models.Policy{Name: "Usual", IsDefault: true, WarnPercent: 75, Targets: models.PolicyTargets{}, CreatedAt: models.At(h.clock.Now())}
	for priority := int64(models.PriorityLow); priority <= models.PriorityUrgent; priority++ {
		p.Targets[priority] = map[string]int64{models.PromiseFirst: 240, models.PromiseNext: 480, models.PromiseResolution: 2400}
	}
	h.write(func(ctx context.Context, tx *models.Tx) error {
		if err := models.InsertCalendar(ctx, tx, c); err != nil {
			return err
		}
		p.CalendarID = &c.ID
		return models.InsertPolicy(ctx, tx, p)
	})
	return p, c
}

// AG-6: after a change of the working time every open ticket is worked out again, by several jobs,
// over the end of a process, and once more when the time changes again meanwhile. Nobody is told
// and no ticket moves.
func TestRecomputeGoesOverAllOpenTickets(t *testing.T) {
	batch, some := recomputeBatch, recomputeSome
	recomputeBatch, recomputeSome = 16, 2
	t.Cleanup(func() { recomputeBatch, recomputeSome = batch, some })
	eachHouse(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		policy, calendar := promisePolicy(h)
		h.file(desk.SubmitInput{Email: "ada@example.com"})
		const many = 150
		h.copyFirst(many - 1)
		tickets := func() (all []*models.Ticket) {
			t.Helper()
			for n := int64(1); n <= many; n++ {
				k, err := models.TicketByNumber(ctx, h.db, n)
				if err != nil {
					t.Fatal(err)
				}
				all = append(all, k)
			}
			return all
		}
		due := func(all []*models.Ticket) map[models.Stamp]int {
			times := map[models.Stamp]int{}
			for _, k := range all {
				times[k.PromiseAt]++
			}
			return times
		}
		before := tickets()
		change := func(spans ...models.Span) {
			t.Helper()
			for i := range 7 {
				calendar.Hours[i] = spans
			}
			h.write(func(ctx context.Context, tx *models.Tx) error {
				if err := models.UpdateCalendar(ctx, tx, calendar); err != nil {
					return err
				}
				return models.QueueRecompute(ctx, tx, h.clock.Now())
			})
		}
		// A first process does a part and dies.
		change(models.Span{From: 10 * 60, To: 11 * 60})
		claimed, err := models.ClaimJobs(ctx, h.db, "gone", h.clock.Now(), time.Minute, 50)
		if err != nil {
			t.Fatal(err)
		}
		gone := h.runner("gone")
		for _, j := range claimed {
			if j.Kind == models.JobRecompute {
				if err := gone.recompute(ctx, j); err != errFinished {
					t.Fatal(err)
				}
			}
		}
		if n := len(due(tickets())); n != 2 {
			t.Fatalf("%d deadlines after a part, want the old and the new", n)
		}
		// The working time changes again, while the rest of the first round waits.
		change(models.Span{From: 8 * 60, To: 9 * 60})
		h.clock.forward(2 * time.Minute) // the claims of the dead are over
		r := h.running("w")
		h.settle(r)
		after := tickets()
		if got := due(after); len(got) != 1 || got[before[0].PromiseAt] != 0 || got[0] != 0 {
			t.Fatalf("deadlines %v", got)
		}
		for i, k := range after {
			if k.Version != before[i].Version || k.UpdatedAt != before[i].UpdatedAt {
				t.Fatalf("ticket %d moved: %+v", k.Number, k)
			}
		}
		if err := models.CheckPromises(ctx, h.db); err != nil {
			t.Error(err)
		}
		// Without the policy nothing is owed any more.
		policy.DisabledAt = models.At(h.clock.Now())
		h.write(func(ctx context.Context, tx *models.Tx) error {
			if err := models.UpdatePolicy(ctx, tx, policy); err != nil {
				return err
			}
			return models.QueueRecompute(ctx, tx, h.clock.Now())
		})
		h.settle(r)
		if got := due(tickets()); got[0] != many {
			t.Errorf("deadlines %v without a policy", got)
		}
		if failed, err := models.FailedJobs(ctx, h.db, 5); err != nil || len(failed) != 0 {
			t.Errorf("failed jobs %v, %v", failed, err)
		}
	})
}

// AG-6: the minute tells of promises, and people outside hear nothing of it.
func TestMinuteTellsPromises(t *testing.T) {
	eachHouse(t, func(t *testing.T, h *house) {
		promisePolicy(h)
		h.file(desk.SubmitInput{Email: "ada@example.com"})
		r := h.running("w")
		h.settle(r)
		mails := len(h.post.to("ada@example.com"))
		h.clock.forward(30 * 24 * time.Hour)
		for range 2 {
			if err := r.Minute(t.Context()); err != nil {
				t.Fatal(err)
			}
			h.clock.forward(time.Minute)
		}
		h.settle(r)
		k, err := models.TicketByNumber(t.Context(), h.db, 1)
		if err != nil {
			t.Fatal(err)
		}
		events, err := models.Timeline(t.Context(), h.db, k.ID, 0)
		if err != nil {
			t.Fatal(err)
		}
		n := 0
		for _, e := range events {
			if e.Kind == models.EventPromiseBroken {
				n++
			}
		}
		if n != 2 {
			t.Errorf("%d promises are broken, want the first answer and the solution", n)
		}
		if after := len(h.post.to("ada@example.com")); after != mails {
			t.Errorf("the customer got %d mails about it", after-mails)
		}
		if failed, err := models.FailedJobs(t.Context(), h.db, 5); err != nil || len(failed) != 0 {
			t.Errorf("failed jobs %v, %v", failed, err)
		}
	})
}
