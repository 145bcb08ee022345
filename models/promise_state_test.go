package models

import (
	"cmp"
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"
)

// shot is a ticket at a moment, with the rules of that moment.
type shot struct {
	at              Stamp
	clock           Clock
	answered, asked Stamp
	solved          bool
	policy          int64 // 0: none
	targets         map[string]int64
	calendar        *Calendar
	onHold          bool
	percent         int
}

// owes says since when the ticket owes a kind of promise at that moment, 0 when it does not.
func (s *shot) owes(kind string, created Stamp) Stamp {
	if s.clock == ClockStopped || s.targets[kind] == 0 {
		return 0
	}
	switch {
	case kind == PromiseFirst && s.answered == 0, kind == PromiseResolution:
		return created
	case kind == PromiseNext && s.answered != 0:
		return s.asked
	}
	return 0
}

// replay works out from all moments of a ticket, and nothing else, what it was promised.
func replay(shots []shot, created Stamp, horizon time.Time) []Promise {
	var clock []Segment
	upTo := make([]int, len(shots)) // how many segments there were at each shot
	for i, s := range shots {
		if len(clock) == 0 || clock[len(clock)-1].State != s.clock {
			clock = append(clock, Segment{State: s.clock, From: s.at.Time()})
		}
		upTo[i] = len(clock)
	}
	var all []Promise
	for _, kind := range PromiseKinds {
		last := map[Stamp]int{} // the last moment at which each was owed
		for i := range shots {
			if from := shots[i].owes(kind, created); from != 0 {
				last[from] = i
			}
		}
		for from, i := range last {
			s := shots[i]
			p := Promise{Kind: kind, StartedAt: from, PolicyID: s.policy, Minutes: s.targets[kind], PauseOnHold: s.onHold, WarnPercent: int64(s.percent)}
			if s.calendar != nil {
				p.CalendarID = &s.calendar.ID
			}
			l := &lived{kind: kind, target: int(p.Minutes), calendar: s.calendar, onHold: s.onHold, start: from.Time(), clock: clock[:upTo[i]]}
			p.DueAt, p.WarnAt = At(l.deadline(l.target, horizon)), At(l.deadline(l.target*s.percent/100, horizon))
			if i+1 < len(shots) {
				switch then := shots[i+1]; {
				case kind == PromiseFirst && then.answered != 0:
					p.MetAt = then.answered
				case kind == PromiseNext && then.asked != from, kind == PromiseResolution && then.clock == ClockStopped && then.solved:
					p.MetAt = then.at
				default:
					p.EndedAt = then.at
				}
			}
			all = append(all, p)
		}
	}
	return all
}

func sortPromises(all []Promise) {
	slices.SortFunc(all, func(a, b Promise) int {
		return cmp.Or(cmp.Compare(a.StartedAt, b.StartedAt), cmp.Compare(slices.Index(PromiseKinds, a.Kind), slices.Index(PromiseKinds, b.Kind)))
	})
}

func promiseText(p Promise) string {
	calendar := int64(0)
	if p.CalendarID != nil {
		calendar = *p.CalendarID
	}
	short := func(s Stamp) string {
		if s == 0 {
			return "-"
		}
		return s.Time().Format("02T15:04")
	}
	return fmt.Sprintf("%s %s policy %d %dmin calendar %d hold %t %d%% warn %s due %s met %s ended %s", p.Kind, short(p.StartedAt), p.PolicyID, p.Minutes, calendar, p.PauseOnHold, p.WarnPercent,
		short(p.WarnAt), short(p.DueAt), short(p.MetAt), short(p.EndedAt))
}

// AG-6: whatever happens to tickets and policies in whatever order, the rows kept by each change
// are those that somebody finds who looks at the whole story afterwards.
func TestPromisesFollowTheTicket(t *testing.T) {
	eachDB(t, func(t *testing.T, db *DB) {
		d := newDesk(t, db)
		ctx := t.Context()
		r := rand.New(rand.NewPCG(66, 1))
		work := &Calendar{Name: "Work", Zone: "Europe/Berlin", CreatedAt: At(noon)}
		for i := range 5 {
			work.Hours[i] = []Span{{540, 720}, {780, 1020}}
		}
		night := &Calendar{Name: "Night", Zone: "America/New_York", CreatedAt: At(noon)}
		for i := range 7 {
			night.Hours[i] = []Span{{1320, 1800}}
		}
		named := &Policy{Name: "Named", Position: 1, PauseOnHold: true, WarnPercent: 50, Conditions: PolicyConditions{Companies: []int64{1}}, CreatedAt: At(noon)}
		usual := &Policy{Name: "Usual", Position: 2, IsDefault: true, WarnPercent: 80, CreatedAt: At(noon)}
		draw := func(p *Policy) {
			p.Targets = PolicyTargets{}
			for priority := int64(PriorityLow); priority <= PriorityUrgent; priority++ {
				p.Targets[priority] = map[string]int64{}
				for _, kind := range PromiseKinds {
					if r.IntN(5) > 0 {
						p.Targets[priority][kind] = 100 * int64(1+r.IntN(12))
					}
				}
			}
		}
		write(t, db, func(ctx context.Context, tx *Tx) error {
			for _, c := range []*Calendar{work, night} {
				if err := InsertCalendar(ctx, tx, c); err != nil {
					return err
				}
			}
			named.CalendarID = &night.ID
			for _, p := range []*Policy{named, usual} {
				draw(p)
				if err := InsertPolicy(ctx, tx, p); err != nil {
					return err
				}
			}
			k := &Company{Name: "Acme", CreatedAt: At(noon)}
			if err := InsertCompany(ctx, tx, k); err != nil {
				return err
			}
			p := *must(TxCatalog(ctx, tx))(t).Project(d.project)
			p.CalendarID = &work.ID
			if k.ID != 1 {
				t.Fatalf("company %d", k.ID)
			}
			return UpdateProject(ctx, tx, &p)
		})
		company, other := int64(1), d.ticket
		for n := range 50 {
			now := noon.Add(time.Duration(r.IntN(4*24*60)) * time.Minute)
			ticket := &Ticket{ProjectID: d.project, Reference: fmt.Sprintf("K%d-ABC", n), Title: "Broken", StatusID: d.status, Category: CategoryNew, RawFields: "[]", ReporterID: d.contact,
				Priority: int64(1 + r.IntN(4)), CreatedAt: At(now), UpdatedAt: At(now)}
			ticket.Asked(At(now))
			var shots []shot
			shoot := func() {
				s := shot{at: At(now), clock: ClockOf(ticket), answered: ticket.AnsweredAt, asked: ticket.AskedAt, calendar: work,
					solved: (ticket.Category == CategoryResolved || ticket.Category == CategoryClosed) && ticket.SpamAt == 0 && ticket.MergedIntoID == nil}
				p := usual
				if ticket.CompanyID != nil && named.DisabledAt == 0 {
					p, s.calendar = named, night
				}
				if p.DisabledAt == 0 {
					s.policy, s.targets, s.onHold, s.percent = p.ID, p.Targets[ticket.Priority], p.PauseOnHold, int(p.WarnPercent)
					s.targets = map[string]int64{}
					for kind, m := range p.Targets[ticket.Priority] {
						s.targets[kind] = m
					}
				}
				shots = append(shots, s)
			}
			shoot()
			write(t, db, func(ctx context.Context, tx *Tx) error { return InsertTicket(ctx, tx, ticket) })
			story := ""
			for range 4 + r.IntN(22) {
				if r.IntN(5) > 0 {
					now = now.Add(time.Duration(r.IntN(900)) * time.Minute)
				}
				what := r.IntN(11)
				story += fmt.Sprintf(" %s:%d", now.Format("02T15:04"), what)
				set := func(c Category) {
					ticket.SetStatus(&Status{ID: d.status, Category: c}, now)
				}
				switch what {
				case 0, 1:
					ticket.Asked(At(now))
					if ticket.Category.Ended() || ticket.Category == CategoryWaiting {
						set(CategoryOpen)
					}
				case 2, 3:
					ticket.Answered(At(now))
					set([]Category{CategoryWaiting, CategoryOpen, CategoryOnHold, CategoryResolved}[r.IntN(4)])
				case 4, 5:
					set([]Category{CategoryNew, CategoryOpen, CategoryWaiting, CategoryOnHold, CategoryResolved, CategoryClosed, CategoryRejected}[r.IntN(7)])
				case 6:
					ticket.Priority = int64(1 + r.IntN(4))
				case 7:
					if ticket.CompanyID = &company; r.IntN(2) == 0 {
						ticket.CompanyID = nil
					}
				case 8:
					if ticket.SpamAt == 0 && r.IntN(3) == 0 {
						ticket.SpamAt = At(now)
						set(CategoryRejected)
					} else if ticket.SpamAt != 0 {
						ticket.SpamAt = 0
						set(CategoryOpen)
					}
				case 9, 10:
					// The rules change, and a job goes through the open tickets.
					p := []*Policy{named, usual}[r.IntN(2)]
					switch r.IntN(3) {
					case 0:
						p.DisabledAt = At(now) - p.DisabledAt
						if p.DisabledAt != At(now) {
							p.DisabledAt = 0
						}
					default:
						draw(p)
					}
					write(t, db, func(ctx context.Context, tx *Tx) error {
						if err := UpdatePolicy(ctx, tx, p); err != nil {
							return err
						}
						if r.IntN(2) == 0 {
							_, _, err := RecomputePromises(ctx, tx, ticket.ID-1, 5, At(now))
							return err
						}
						ticket.UpdatedAt = At(now)
						return SaveTicket(ctx, tx, ticket)
					})
					shoot()
					ticket = must(TicketByID(ctx, db, ticket.ID))(t)
					continue
				}
				if r.IntN(40) == 0 {
					ticket.MergedIntoID = &other
				}
				ticket.UpdatedAt = At(now)
				write(t, db, func(ctx context.Context, tx *Tx) error { return SaveTicket(ctx, tx, ticket) })
				shoot()
			}
			h := must(HistoryOf(ctx, db, ticket.ID))(t)
			var got []Promise
			for _, p := range h.Promises {
				got = append(got, *p)
			}
			want := replay(shots, ticket.CreatedAt, now.AddDate(0, 0, 40))
			sortPromises(got)
			sortPromises(want)
			for i := range max(len(got), len(want)) {
				a, b := "nothing", "nothing"
				if i < len(got) {
					a = promiseText(got[i])
				}
				if i < len(want) {
					b = promiseText(want[i])
				}
				if a != b {
					t.Errorf("ticket %d:%s\n got %s\nwant %s", n, story, a, b)
				}
			}
			nearest := Stamp(0)
			for _, p := range want {
				if p.MetAt == 0 && p.EndedAt == 0 && p.DueAt != 0 && (nearest == 0 || p.DueAt < nearest) {
					nearest = p.DueAt
				}
			}
			if kept := must(TicketByID(ctx, db, ticket.ID))(t); kept.PromiseAt != nearest || kept.NextAt != nearest {
				t.Errorf("ticket %d: promise at %d and next at %d, want %d", n, kept.PromiseAt, kept.NextAt, nearest)
			}
		}
		if err := CheckPromises(ctx, db); err != nil {
			t.Error(err)
		}
	})
}
