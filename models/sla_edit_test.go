package models

import (
	"context"
	"math/rand/v2"
	"slices"
	"testing"
)

// AG-6: lengths of working time are hours and minutes; a day, which is as long as a calendar says, is refused.
func TestParseTarget(t *testing.T) {
	for text, want := range map[string]int64{"30m": 30, "4h": 240, "1h 30m": 90, "1h30": 0, " 2 H 5 Min ": 125, "3 std 10 min": 190, "3000h": MaxTarget, "90m": 90,
		"": 0, "0m": 0, "0h": 0, "4": 0, "1d": 0, "1d 4h": 0, "1h 2h": 0, "5m 1h": 0, "3001h": 0, "-1h": 0, "1.5h": 0, "99999999999999999999h": 0, "h": 0, "1w": 0} {
		got, ok := ParseTarget(text)
		if got := map[bool]int64{true: got}[ok]; got != want {
			t.Errorf("%q is %d, want %d", text, got, want)
		}
	}
	for _, minutes := range []int64{1, 30, 60, 90, 1439, 1440, MaxTarget} {
		if got, ok := ParseTarget(TargetText(minutes)); !ok || got != minutes {
			t.Errorf("%d is written %q and read as %d", minutes, TargetText(minutes), got)
		}
	}
}

// AG-6: over random policies and tickets exactly the policy that holds is said to hold, what is said
// to be missing is missing, and an empty condition holds for nothing.
func TestExplainPolicy(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	some := func() (ids []int64) {
		for id := int64(1); id <= 3; id++ {
			if r.IntN(4) == 0 {
				ids = append(ids, id)
			}
		}
		return ids
	}
	maybe := func() *int64 {
		if id := r.Int64N(4); id > 0 {
			return &id
		}
		return nil
	}
	whys := map[string]int{}
	for range 3000 {
		cat := &Catalog{}
		for id := range int64(r.IntN(5)) {
			p := &Policy{ID: id + 1, Conditions: PolicyConditions{some(), some(), some(), some()}, DisabledAt: Stamp(r.IntN(5) / 4)}
			if p.IsDefault = r.IntN(4) == 0 && !slices.ContainsFunc(cat.Policies, func(p *Policy) bool { return p.IsDefault }); p.IsDefault {
				p.Conditions = PolicyConditions{}
			}
			cat.Policies = append(cat.Policies, p)
		}
		ticket := &Ticket{ProjectID: 1 + r.Int64N(3), TypeID: maybe(), TeamID: maybe(), CompanyID: maybe()}
		chosen := cat.PolicyFor(ticket)
		reasons := cat.ExplainPolicy(ticket)
		if len(reasons) != len(cat.Policies) {
			t.Fatalf("%d reasons for %d policies", len(reasons), len(cat.Policies))
		}
		for _, reason := range reasons {
			whys[reason.Why]++
			holds := reason.Why == ReasonChosen || reason.Why == ReasonDefault
			if holds != (reason.Policy == chosen) {
				t.Fatalf("policy %d is said to be %q, but %v holds", reason.Policy.ID, reason.Why, chosen)
			}
			if holds && !reason.Policy.IsDefault && reason.Policy.Conditions.Empty() {
				t.Fatal("a blank condition catches all")
			}
			if (reason.Why == ReasonMismatch) != (len(reason.Misses) > 0) {
				t.Fatalf("%q with the misses %v", reason.Why, reason.Misses)
			}
		}
	}
	for _, why := range []string{ReasonChosen, ReasonDefault, ReasonLater, ReasonOff, ReasonNothing, ReasonMismatch} {
		if whys[why] == 0 {
			t.Errorf("%q never came up", why)
		}
	}
}

// AG-6: open promises are counted by ticket and not further than asked; a policy goes and its row with it.
func TestTicketsByPolicy(t *testing.T) {
	eachDB(t, func(t *testing.T, db *DB) {
		first, second := &Policy{Name: "First", CreatedAt: 1}, &Policy{Name: "Second", CreatedAt: 1}
		write(t, db, func(ctx context.Context, tx *Tx) error {
			for _, p := range []*Policy{first, second} {
				if err := InsertPolicy(ctx, tx, p); err != nil {
					return err
				}
			}
			project := &Project{Slug: "p", Name: "P", CreatedAt: 1}
			if err := InsertProject(ctx, tx, project); err != nil {
				return err
			}
			status := &Status{ProjectID: project.ID, Slug: "new", Name: "New", Category: CategoryNew}
			if err := InsertStatus(ctx, tx, status); err != nil {
				return err
			}
			contact, err := EnsureContact(ctx, tx, Contact{Address: "a@example.com", AddressKey: "a@example.com", CreatedAt: 1})
			if err != nil {
				return err
			}
			for i := range 4 {
				ticket := &Ticket{ProjectID: project.ID, StatusID: status.ID, Category: CategoryNew, Priority: 2, ReporterID: contact.ID, Reference: string(rune('A' + i)), RawFields: "[]", Origin: OriginWeb, CreatedAt: 1}
				if err := InsertTicket(ctx, tx, ticket); err != nil {
					return err
				}
				for _, kind := range []string{PromiseFirst, PromiseResolution} {
					p := &Promise{TicketID: ticket.ID, Kind: kind, PolicyID: first.ID, Minutes: 60, StartedAt: 1, DueAt: 2}
					if i == 3 {
						p.MetAt = 2
					}
					if err := insert(ctx, tx, p); err != nil {
						return err
					}
				}
			}
			return nil
		})
		for most, want := range map[int]int{100: 3, 2: 2} {
			got, err := TicketsByPolicy(t.Context(), db, most)
			if err != nil || got[first.ID] != want || got[second.ID] != 0 {
				t.Errorf("up to %d: %v, %v", most, got, err)
			}
		}
		write(t, db, func(ctx context.Context, tx *Tx) error { return DeletePolicy(ctx, tx, second.ID) })
		cat, err := db.Catalog(t.Context())
		if err != nil || cat.Policy(second.ID) != nil || cat.Policy(first.ID) == nil {
			t.Errorf("after a deletion: %v, %v", cat.Policies, err)
		}
		err = db.Write(t.Context(), func(ctx context.Context, tx *Tx) error { return DeletePolicy(ctx, tx, second.ID) })
		if err == nil || KindOf(err) != KindNotFound {
			t.Errorf("a policy was deleted twice: %v", err)
		}
	})
}

// The spans of working time add up to the working time, and lie inside what was asked for.
func TestCalendarSpans(t *testing.T) {
	c := &Calendar{Zone: "Europe/Berlin"}
	for i := range 5 {
		c.Hours[i] = []Span{{9 * 60, 13 * 60}, {13 * 60, 17 * 60}}
	}
	if err := c.Prepare(); err != nil {
		t.Fatal(err)
	}
	from, to := noon.AddDate(0, -2, 0), noon.AddDate(0, 0, 3)
	spans, sum := c.Spans(from, to), int64(0)
	for i, s := range spans {
		sum += int64(s[1].Sub(s[0]))
		if s[0].Before(from) || s[1].After(to) || i > 0 && !s[0].After(spans[i-1][1]) {
			t.Errorf("a span from %v to %v", s[0], s[1])
		}
	}
	if sum == 0 || sum != int64(c.Between(from, to)) {
		t.Errorf("the spans add up to %d, working time is %d", sum, c.Between(from, to))
	}
	if len((*Calendar)(nil).Spans(from, to)) != 1 || c.Spans(to, from) != nil {
		t.Error("day and night is one span, and nothing is none")
	}
}
