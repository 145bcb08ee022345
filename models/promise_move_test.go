package models

import (
	"context"
	"testing"
	"time"
)

// AG-6, SE-2: when an administrator gives a status another meaning, or takes it away, the clocks and
// promises of its tickets follow as if somebody had moved each of them; and so they do when a type,
// a team or a company that chose the policy goes.
func TestPromisesFollowMovesOfManyTickets(t *testing.T) {
	eachDB(t, func(t *testing.T, db *DB) {
		d, policy := promisedDesk(t, db)
		ctx := t.Context()
		state := func() (*Ticket, map[string]*Promise) {
			t.Helper()
			all := map[string]*Promise{}
			for _, p := range must(HistoryOf(ctx, db, d.ticket))(t).Promises {
				all[p.Kind] = p
			}
			if err := CheckPromises(ctx, db); err != nil {
				t.Error(err)
			}
			return must(TicketByID(ctx, db, d.ticket))(t), all
		}
		meaning := func(c Category, after time.Duration) {
			t.Helper()
			write(t, db, func(ctx context.Context, tx *Tx) error {
				_, _, err := FollowCategory(ctx, tx, &Status{ID: d.status, ProjectID: d.project, Category: c}, Cursor{}, 10, At(noon.Add(after)))
				return err
			})
		}
		meaning(CategoryWaiting, 10*time.Minute)
		if ticket, all := state(); ticket.Clock != ClockWaits || all[PromiseResolution].DueAt != 0 || all[PromiseFirst].DueAt != At(noon.Add(time.Hour)) {
			t.Errorf("waiting: %+v %+v", ticket, all)
		}
		meaning(CategoryOpen, 30*time.Minute)
		if _, all := state(); all[PromiseResolution].DueAt != At(noon.Add(24*time.Hour+20*time.Minute)) {
			t.Errorf("open again: %+v", all[PromiseResolution])
		}
		meaning(CategoryResolved, 40*time.Minute)
		if ticket, all := state(); ticket.PromiseAt != 0 || ticket.PromiseKind != "" || all[PromiseResolution].MetAt != At(noon.Add(40*time.Minute)) || all[PromiseFirst].EndedAt != At(noon.Add(40*time.Minute)) {
			t.Errorf("resolved: %+v %+v", ticket, all)
		}
		old := &Status{ID: d.status, ProjectID: d.project}
		next := &Status{ProjectID: d.project, Slug: "open", Name: "Open", Category: CategoryOpen}
		write(t, db, func(ctx context.Context, tx *Tx) error {
			if err := InsertStatus(ctx, tx, next); err != nil {
				return err
			}
			_, err := LeaveStatus(ctx, tx, old, next, nil, 10, At(noon.Add(50*time.Minute)))
			return err
		})
		if _, all := state(); !all[PromiseResolution].Pending() || !all[PromiseFirst].Pending() || all[PromiseFirst].DueAt != At(noon.Add(70*time.Minute)) {
			t.Errorf("opened by a deletion: %+v %+v", all[PromiseFirst], all[PromiseResolution])
		}
		// A policy for one company: with the company it goes.
		var own *Policy
		write(t, db, func(ctx context.Context, tx *Tx) error {
			k := &Company{Name: "Acme", CreatedAt: At(noon)}
			if err := InsertCompany(ctx, tx, k); err != nil {
				return err
			}
			own = &Policy{Name: "Acme", Conditions: PolicyConditions{Companies: []int64{k.ID}}, Targets: PolicyTargets{0: {PromiseResolution: 30}}, CreatedAt: At(noon)}
			if err := InsertPolicy(ctx, tx, own); err != nil {
				return err
			}
			ticket := must(LockTicket(ctx, tx, d.ticket))(t)
			ticket.CompanyID, ticket.ChangedAt = &k.ID, At(noon.Add(51*time.Minute))
			return SaveTicket(ctx, tx, ticket)
		})
		if _, all := state(); all[PromiseResolution].PolicyID != own.ID || all[PromiseFirst].EndedAt == 0 {
			t.Errorf("of the company: %+v %+v", all[PromiseFirst], all[PromiseResolution])
		}
		write(t, db, func(ctx context.Context, tx *Tx) error {
			if _, err := DeleteCompany(ctx, tx, own.Conditions.Companies[0], At(noon.Add(52*time.Minute))); err != nil {
				return err
			}
			_, _, err := RecomputePromises(ctx, tx, 0, 10, At(noon.Add(53*time.Minute)))
			return err
		})
		if _, all := state(); all[PromiseResolution].PolicyID != policy.ID || !all[PromiseFirst].Pending() {
			t.Errorf("without the company: %+v %+v", all[PromiseFirst], all[PromiseResolution])
		}
		if n := count(t, db, "SELECT COUNT(*) FROM jobs WHERE kind = ? AND job_key = ?", JobRecompute, JobRecompute); n != 1 {
			t.Errorf("%d jobs find deadlines again after a company has gone", n)
		}
	})
}
