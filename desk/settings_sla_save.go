package desk

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"lodge/models"
)

// SavePolicy adds a policy (id 0) or changes one, and gives its id. Where it becomes the default,
// the one that was is no longer. Saving over somebody else's change is a Conflict.
func (d *Desk) SavePolicy(ctx context.Context, actor Actor, id int64, in PolicyInput) (int64, error) {
	var saved int64
	err := d.changePolicies(ctx, actor, func(ctx context.Context, tx *models.Tx, cat *models.Catalog, now time.Time) (bool, error) {
		var was *models.Policy
		if id != 0 {
			if was = cat.Policy(id); was == nil {
				return false, models.NotFound()
			}
		}
		p, err := in.policy(ctx, tx, cat, was, now)
		if err != nil {
			return false, err
		}
		if was != nil && in.Version != was.Version {
			return false, models.Conflict("agent.settings.error.changed")
		}
		saved = id
		if was != nil && samePolicy(was, p) {
			return false, nil
		}
		before := was
		if before == nil {
			before = &models.Policy{}
		}
		changes, err := policyChanges(ctx, tx, cat, before, p)
		if err != nil {
			return false, err
		}
		if p.IsDefault {
			if err := dropDefault(ctx, tx, actor, cat, p.ID, now); err != nil {
				return false, err
			}
		}
		if was == nil {
			if err := models.InsertPolicy(ctx, tx, p); err != nil {
				return false, err
			}
			saved = p.ID
			return true, audit(ctx, tx, actor, "policy.added", p.Name, changes, now)
		}
		if err := models.UpdatePolicy(ctx, tx, p); err != nil {
			return false, err
		}
		return true, audit(ctx, tx, actor, "policy.changed", p.Name, changes, now)
	})
	return saved, err
}

// changePolicies is the frame of every change of policies. f says whether anything changed: then
// every open ticket is looked at again.
func (d *Desk) changePolicies(ctx context.Context, actor Actor, f func(ctx context.Context, tx *models.Tx, cat *models.Catalog, now time.Time) (bool, error)) error {
	if err := actor.mayAll(models.ActSettings); err != nil {
		return err
	}
	return d.onCatalog(ctx, func(ctx context.Context, tx *models.Tx, cat *models.Catalog, now time.Time) error {
		changed, err := f(ctx, tx, cat, now)
		if err != nil || !changed {
			return err
		}
		return models.QueueRecompute(ctx, tx, now)
	})
}

// dropDefault takes the default from whichever policy has it, besides one.
func dropDefault(ctx context.Context, tx *models.Tx, actor Actor, cat *models.Catalog, besides int64, now time.Time) error {
	for _, other := range cat.Policies {
		if !other.IsDefault || other.ID == besides {
			continue
		}
		first := *other
		first.IsDefault = false
		if err := models.UpdatePolicy(ctx, tx, &first); err != nil {
			return err
		}
		if err := audit(ctx, tx, actor, "policy.changed", first.Name, map[string]any{"policy_default": [2]string{yes(true), yes(false)}}, now); err != nil {
			return err
		}
	}
	return nil
}

// policyChanges tells what differs between two states of a policy, for the audit log.
func policyChanges(ctx context.Context, tx *models.Tx, cat *models.Catalog, was, is *models.Policy) (map[string]any, error) {
	teams, err := models.TeamNames(ctx, tx)
	if err != nil {
		return nil, err
	}
	companies, err := models.CompaniesNamed(ctx, tx, slices.Concat(was.Conditions.Companies, is.Conditions.Companies))
	if err != nil {
		return nil, err
	}
	words := func(p *models.Policy) map[string]string {
		projects, types, teamNames, companyNames, _ := conditionNames(cat, teams, companies, p.Conditions)
		w := map[string]string{"name": p.Name, "policy_default": yes(p.IsDefault), "policy_off": yes(p.DisabledAt != 0), "policy_targets": targetList(p.Targets), "pause_on_hold": yes(p.PauseOnHold), "warn_percent": itoa(p.WarnPercent),
			"projects": strings.Join(projects, ", "), "policy_types": strings.Join(types, ", "), "teams": strings.Join(teamNames, ", "), "policy_companies": strings.Join(companyNames, ", ")}
		if p.CalendarID != nil {
			w["policy_calendar"] = itoa(*p.CalendarID)
			if k := cat.Calendar(*p.CalendarID); k != nil {
				w["policy_calendar"] = k.Name
			}
		}
		return w
	}
	pairs, before := map[string][2]string{"policy_calendar": {}}, words(was)
	for name, value := range words(is) {
		pairs[name] = [2]string{before[name], value}
	}
	if pairs["policy_calendar"][1] == "" {
		pairs["policy_calendar"] = [2]string{before["policy_calendar"], ""}
	}
	return differences(pairs), nil
}

// samePolicy says that nothing that is kept differs.
func samePolicy(a, b *models.Policy) bool {
	same := func(x, y []int64) bool {
		x, y = slices.Clone(x), slices.Clone(y)
		slices.Sort(x)
		slices.Sort(y)
		return slices.Equal(x, y)
	}
	calendar := func(p *models.Policy) int64 {
		if p.CalendarID == nil {
			return 0
		}
		return *p.CalendarID
	}
	return a.Name == b.Name && a.IsDefault == b.IsDefault && (a.DisabledAt == 0) == (b.DisabledAt == 0) && a.PauseOnHold == b.PauseOnHold && a.WarnPercent == b.WarnPercent &&
		calendar(a) == calendar(b) && targetList(a.Targets) == targetList(b.Targets) && same(a.Conditions.Projects, b.Conditions.Projects) && same(a.Conditions.Types, b.Conditions.Types) &&
		same(a.Conditions.Teams, b.Conditions.Teams) && same(a.Conditions.Companies, b.Conditions.Companies)
}

// targetList writes targets in a fixed order: "4 first 1h, 4 resolution 8h".
func targetList(t models.PolicyTargets) string {
	var parts []string
	for priority := int64(models.PriorityUrgent); priority >= models.PriorityLow; priority-- {
		for _, kind := range models.PromiseKinds {
			if minutes := t[priority][kind]; minutes > 0 {
				parts = append(parts, fmt.Sprintf("%d %s %s", priority, kind, models.TargetText(minutes)))
			}
		}
	}
	return strings.Join(parts, ", ")
}

// SwitchPolicy takes a policy into use (to is "1") or out of it ("0").
func (d *Desk) SwitchPolicy(ctx context.Context, actor Actor, id int64, to string) error {
	return d.changePolicies(ctx, actor, func(ctx context.Context, tx *models.Tx, cat *models.Catalog, now time.Time) (bool, error) {
		was := cat.Policy(id)
		if was == nil {
			return false, models.NotFound()
		}
		if to != "0" && to != "1" {
			return false, invalid("on", "agent.settings.error.choice")
		}
		on := to == "1"
		if on == (was.DisabledAt == 0) {
			return false, nil
		}
		p := *was
		p.DisabledAt = 0
		if !on {
			p.DisabledAt = models.At(now)
		}
		if err := models.UpdatePolicy(ctx, tx, &p); err != nil {
			return false, err
		}
		return true, audit(ctx, tx, actor, "policy.changed", p.Name, map[string]any{"policy_off": [2]string{yes(was.DisabledAt != 0), yes(!on)}}, now)
	})
}

// MovePolicy moves a policy by some places; up is negative. The first that names a ticket holds.
func (d *Desk) MovePolicy(ctx context.Context, actor Actor, id int64, by int) error {
	return d.changePolicies(ctx, actor, func(ctx context.Context, tx *models.Tx, cat *models.Catalog, now time.Time) (bool, error) {
		if err := checkMove(by); err != nil {
			return false, err
		}
		p := cat.Policy(id)
		if p == nil {
			return false, models.NotFound()
		}
		var ids []int64
		for _, other := range cat.Policies {
			ids = append(ids, other.ID)
		}
		was, is := shift(ids, id, by)
		if was == is {
			return false, nil
		}
		if err := models.SaveOrder(ctx, tx, models.OrderPolicies, ids); err != nil {
			return false, err
		}
		return true, audit(ctx, tx, actor, "policy.moved", p.Name, map[string]any{"position": [2]int{was + 1, is + 1}}, now)
	})
}

// DeletePolicy takes a policy away. tickets is how many open ones the person was told it holds:
// when there are more by now, they are asked again (Conflict).
func (d *Desk) DeletePolicy(ctx context.Context, actor Actor, id int64, tickets int) error {
	return d.changePolicies(ctx, actor, func(ctx context.Context, tx *models.Tx, cat *models.Catalog, now time.Time) (bool, error) {
		p := cat.Policy(id)
		if p == nil {
			return false, models.NotFound()
		}
		held, err := models.TicketsByPolicy(ctx, tx, policyTickets)
		if err != nil {
			return false, err
		}
		if held[id] > tickets {
			return false, models.Conflict("agent.sla.error.more")
		}
		if err := models.DeletePolicy(ctx, tx, id); err != nil {
			return false, err
		}
		var rest []int64
		for _, other := range cat.Policies {
			if other.ID != id {
				rest = append(rest, other.ID)
			}
		}
		if err := models.SaveOrder(ctx, tx, models.OrderPolicies, rest); err != nil {
			return false, err
		}
		return true, audit(ctx, tx, actor, "policy.deleted", p.Name, map[string]any{"tickets": itoa(int64(held[id])), "policy_targets": targetList(p.Targets)}, now)
	})
}

// withPolicy puts a policy into a copy of a list, as saving it would: a default takes the place
// of the one before, a new one stands at the end.
func withPolicy(all []*models.Policy, p *models.Policy) []*models.Policy {
	out := slices.Clone(all)
	found := false
	for i, other := range out {
		switch {
		case other.ID == p.ID:
			out[i], found = p, true
		case p.IsDefault && other.IsDefault:
			first := *other
			first.IsDefault = false
			out[i] = &first
		}
	}
	if !found {
		out = append(out, p)
	}
	return out
}
