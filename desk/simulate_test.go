package desk

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"lodge/models"
)

// officeWeek is a calendar with the same spans from Monday to Friday.
func officeWeek(t *testing.T, zone string, days [7][]models.Span) *models.Calendar {
	t.Helper()
	c := &models.Calendar{ID: 1, Name: "Office", Zone: zone, Hours: days}
	if err := c.Prepare(); err != nil {
		t.Fatal(err)
	}
	return c
}

func workdays(from, to int) (days [7][]models.Span) {
	for i := range 5 {
		days[i] = []models.Span{{From: from, To: to}}
	}
	return days
}

// told writes what a simulation comes to, to compare with what was worked out by hand.
func told(out *Simulated, zone *time.Location) string {
	at := func(t time.Time) string {
		if t.IsZero() {
			return "-"
		}
		return t.In(zone).Format("Mon 15:04 MST")
	}
	var lines []string
	for _, p := range out.Promises {
		lines = append(lines, fmt.Sprintf("%s: used %v, due %s, met %s, %s, left %v", p.Kind, p.Used, at(p.Due), at(p.Met), p.Verdict, p.Left()))
	}
	return strings.Join(lines, "\n")
}

// AG-6: cases worked out by hand, in two zones and over both changes of the clocks.
func TestSimulateByHand(t *testing.T) {
	policy := func(first, next, resolution int64) models.Policy {
		return models.Policy{ID: 1, WarnPercent: 75, Targets: models.PolicyTargets{2: {models.PromiseFirst: first, models.PromiseNext: next, models.PromiseResolution: resolution}}}
	}
	night := [7][]models.Span{5: {{From: 22 * 60, To: 30 * 60}}} // Saturday 22:00 to Sunday 6:00
	sunday := [7][]models.Span{6: {{From: 0, To: 8 * 60}}}
	for _, c := range []struct {
		name, zone string
		hours      [7][]models.Span
		policy     models.Policy
		hold       bool
		happens    string
		want       string
	}{
		{"Friday evening, answered on Monday, two days of waiting", "Europe/Berlin", workdays(9*60, 18*60), policy(60, 120, 480), false,
			"2026-11-27 17:50 filed, 2026-11-30 09:10 answer, 2026-11-30 09:10 waiting, 2026-12-02 11:00 writes, 2026-12-02 13:30 answer, 2026-12-03 09:30 resolved",
			// First: 10 minutes on Friday and 10 on Monday. Next: from Wednesday 11:00, 2 h later is 13:00.
			// Solved: 20 minutes until the waiting, 7 h of Wednesday, 30 minutes of Thursday.
			"first: used 20m0s, due Mon 09:50 CET, met Mon 09:10 CET, kept, left 40m0s\n" +
				"next: used 2h30m0s, due Wed 13:00 CET, met Wed 13:30 CET, late, left -30m0s\n" +
				"resolution: used 7h50m0s, due Thu 09:40 CET, met Thu 09:30 CET, kept, left 10m0s"},
		{"the first answer waits for nobody", "Europe/Berlin", workdays(9*60, 17*60), policy(120, 0, 480), false,
			"2026-11-30 09:00 filed, 2026-11-30 09:30 waiting, 2026-11-30 12:00 work",
			"first: used 3h0m0s, due Mon 11:00 CET, met -, broken, left -1h0m0s\n" +
				"resolution: used 30m0s, due Tue 11:30 CET, met -, open, left 7h30m0s"},
		{"on hold goes on counting", "Europe/Berlin", workdays(9*60, 17*60), policy(0, 0, 480), false,
			"2026-11-30 09:00 filed, 2026-11-30 10:00 hold, 2026-11-30 14:00 work", "resolution: used 5h0m0s, due Mon 17:00 CET, met -, open, left 3h0m0s"},
		{"on hold pauses where the policy says so", "Europe/Berlin", workdays(9*60, 17*60), policy(0, 0, 480), true,
			"2026-11-30 09:00 filed, 2026-11-30 10:00 hold, 2026-11-30 14:00 work", "resolution: used 1h0m0s, due Tue 13:00 CET, met -, open, left 7h0m0s"},
		{"waiting has no deadline until it ends", "America/New_York", workdays(9*60, 17*60), policy(0, 0, 480), false,
			"2026-11-30 09:00 filed, 2026-11-30 10:00 waiting, 2026-12-01 14:00 answer", "resolution: used 1h0m0s, due -, met -, paused, left 7h0m0s"},
		{"solved without an answer, opened again", "America/New_York", workdays(9*60, 17*60), policy(60, 0, 240), false,
			"2026-11-30 09:00 filed, 2026-11-30 09:30 resolved, 2026-12-01 09:00 reopened, 2026-12-01 09:20 answer",
			// Both go on where they stood: half an hour was used, and the night in between is a pause.
			"first: used 50m0s, due Tue 09:30 EST, met Tue 09:20 EST, kept, left 10m0s\n" +
				"resolution: used 50m0s, due Tue 12:30 EST, met -, open, left 3h10m0s"},
		{"the night that lacks an hour", "America/New_York", night, policy(240, 0, 0), false,
			"2027-03-13 23:00 filed", "first: used 0s, due Sun 04:00 EDT, met -, open, left 4h0m0s"},
		{"the night that has an hour twice", "Europe/Berlin", sunday, policy(240, 0, 0), false,
			"2026-10-25 00:30 filed", "first: used 0s, due Sun 03:30 CET, met -, open, left 4h0m0s"},
		{"never: no working time at all", "Europe/Berlin", [7][]models.Span{}, policy(60, 0, 0), false,
			"2026-10-25 00:30 filed, 2026-10-26 00:30 answer", "first: used 0s, due -, met Mon 00:30 CET, kept, left 1h0m0s"},
	} {
		t.Run(c.name, func(t *testing.T) {
			calendar := officeWeek(t, c.zone, c.hours)
			c.policy.PauseOnHold = c.hold
			out := Simulate(Simulation{Policy: c.policy, Priority: 2, Calendar: calendar, Happenings: happenings(t, c.happens, calendar.Location())})
			if got := told(out, calendar.Location()); got != c.want {
				t.Errorf("comes to\n%s\nwant\n%s", got, c.want)
			}
			check(t, out)
		})
	}
}

// happenings reads "2026-11-27 17:50 filed, …".
func happenings(t *testing.T, text string, zone *time.Location) (all []Happening) {
	t.Helper()
	for part := range strings.SplitSeq(text, ", ") {
		at, err := time.ParseInLocation("2006-01-02 15:04", part[:16], zone)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, Happening{At: at, What: part[17:]})
	}
	return all
}

// check holds the parts of a simulation against each other: what is drawn adds up to what is said.
func check(t *testing.T, out *Simulated) {
	t.Helper()
	last := out.Happenings[len(out.Happenings)-1].At
	for i, p := range out.Promises {
		until := p.End()
		if until.IsZero() {
			until = last
		}
		var drawn, counted time.Duration
		for _, piece := range p.Pieces {
			drawn += max(soonerOf(piece.To, until).Sub(piece.From), 0)
			for _, pause := range p.Pauses {
				if piece.From.Before(pause.To) && pause.From.Before(piece.To) {
					t.Errorf("%s counts and pauses at once", p.Kind)
				}
			}
		}
		for _, s := range out.Stretches {
			if !s.Future {
				counted += s.Counted[i]
			}
			if s.Working > s.To.Sub(s.From) || s.Counted[i] > s.Working {
				t.Errorf("%s counts %v of %v of working time", p.Kind, s.Counted[i], s.Working)
			}
		}
		if drawn != p.Used || counted != p.Used {
			t.Errorf("%s: %v is drawn and %v in the table, of %v used", p.Kind, drawn, counted, p.Used)
		}
	}
	for i, s := range out.Stretches {
		if i > 0 && !s.From.Equal(out.Stretches[i-1].To) {
			t.Error("a gap between stretches")
		}
	}
}

// AG-6: on random cases the simulator says what the desk has kept for a real ticket to which the same
// happened by the verbs of its pages.
func TestSimulatorAgreesWithTheDesk(t *testing.T) {
	onEach(t, func(t *testing.T, h *house) {
		ctx, seed := context.Background(), rand.New(rand.NewPCG(6, 5))
		berlin, err := time.LoadLocation("Europe/Berlin")
		if err != nil {
			t.Fatal(err)
		}
		calendar := &models.Calendar{Name: "Office", Zone: "Europe/Berlin", Hours: workdays(9*60, 17*60), CreatedAt: 1}
		if err := calendar.Prepare(); err != nil {
			t.Fatal(err)
		}
		h.write(func(ctx context.Context, tx *models.Tx) error { return models.InsertCalendar(ctx, tx, calendar) })
		h.settings(func(p *models.Project) { p.CalendarID, p.Settings.ReopenDays = &calendar.ID, 0 })
		h.openGraph()
		policy := &models.Policy{Name: "Standard", IsDefault: true, WarnPercent: 75, CreatedAt: 1, Targets: models.PolicyTargets{2: {models.PromiseFirst: 120, models.PromiseNext: 90, models.PromiseResolution: 600}}}
		h.write(func(ctx context.Context, tx *models.Tx) error { return models.InsertPolicy(ctx, tx, policy) })
		cases, seen := 12, map[string]int{}
		for n := range cases {
			policy.PauseOnHold = n%2 == 1
			h.write(func(ctx context.Context, tx *models.Tx) error { return models.UpdatePolicy(ctx, tx, policy) })
			// Around the change of the clocks in October, and over weekends.
			h.setClock(time.Date(2026, 10, 20+n*2/3, 6+seed.IntN(14), seed.IntN(60), 0, 0, berlin))
			happened := []Happening{}
			note := func(what string) {
				happened = append(happened, Happening{At: h.clock().Truncate(time.Millisecond), What: what})
			}
			link := h.file(true)
			ticket := h.ticketOf(link.Token)
			note(HappensFiled)
			happened[0].At = ticket.CreatedAt.Time()
			for range 7 {
				h.later(time.Duration(1+seed.IntN(40*60)) * time.Minute)
				switch what := AllHappenings[1+seed.IntN(len(AllHappenings)-1)]; what {
				case HappensAnswer:
					if _, err := h.ReplyAsAgent(ctx, h.ada, ticket.Number, AgentReply{Body: "We look into it."}); err != nil {
						t.Fatal(err)
					}
					note(what)
				case HappensWrites:
					h.reply(link, "Still there.")
					note(what)
				default:
					slug := map[string]string{HappensWaiting: "waiting", HappensHold: "on-hold", HappensWork: "open", HappensReopened: "open", HappensResolved: "resolved"}[what]
					if h.ChangeStatus(ctx, h.ada, ticket.Number, slug, 0) == nil {
						note(what)
					}
				}
			}
			for _, one := range happened {
				seen[one.What]++
			}
			out := Simulate(Simulation{Policy: *policy, Priority: ticket.Priority, Calendar: calendar, Happenings: happened})
			check(t, out)
			kept, err := h.TicketPromises(ctx, h.ada, ticket.Number)
			if err != nil {
				t.Fatal(err)
			}
			want := map[string]string{}
			for _, p := range kept {
				want[p.Kind+p.Started.Format(time.StampMilli)] = fmt.Sprintf("due %d met %d ended %v", p.Due.UnixMilli(), max(p.MetAt.UnixMilli(), 0), p.Ended)
			}
			for _, p := range out.Promises {
				key := p.Kind + p.Start.UTC().Format(time.StampMilli)
				if got := fmt.Sprintf("due %d met %d ended %v", p.Due.UnixMilli(), max(p.Met.UnixMilli(), 0), !p.Ended.IsZero()); got != want[key] {
					t.Errorf("case %d: %s: the simulator says %q, the desk %q, after %v", n, key, got, want[key], happened)
				}
				delete(want, key)
			}
			if len(want) > 0 || len(out.Promises) < 2 {
				t.Errorf("case %d: the simulator lacks %v, has %d", n, want, len(out.Promises))
			}
		}
		for _, what := range AllHappenings {
			if seen[what] < 2 {
				t.Errorf("%q happened %d times: the cases say too little", what, seen[what])
			}
		}
	})
}

// openGraph adds a status on hold and allows every step.
func (h *house) openGraph() {
	h.t.Helper()
	h.write(func(ctx context.Context, tx *models.Tx) error {
		hold := &models.Status{ProjectID: h.project.ID, Slug: "on-hold", Name: "On hold", Category: models.CategoryOnHold, Position: 9}
		if err := models.InsertStatus(ctx, tx, hold); err != nil {
			return err
		}
		cat, err := models.TxCatalog(ctx, tx)
		if err != nil {
			return err
		}
		p := cat.ProjectBySlug("acme")
		for _, from := range p.Statuses {
			for _, to := range p.Statuses {
				if from.ID == to.ID || p.Graph.Allows(from.ID, to.ID) {
					continue
				}
				if err := models.InsertTransition(ctx, tx, &models.Transition{ProjectID: p.ID, FromID: from.ID, ToID: to.ID}); err != nil {
					return err
				}
			}
		}
		return nil
	})
}

// setClock sets the clock.
func (h *house) setClock(t time.Time) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.time = t.UTC()
}
