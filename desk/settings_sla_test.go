package desk

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"

	"lodge/models"
)

func (h *house) policies() string {
	h.t.Helper()
	cat, err := h.db.Catalog(context.Background())
	if err != nil {
		h.t.Fatal(err)
	}
	var all []string
	for _, p := range cat.Policies {
		name := p.Name
		if p.IsDefault {
			name += "*"
		}
		all = append(all, name)
	}
	return strings.Join(all, " ")
}

func firstAnswer(text string) map[int64]map[string]string {
	return map[int64]map[string]string{2: {models.PromiseFirst: text}}
}

// AG-6: only who may change every project's settings may read or change policies, and a refusal changes nothing.
func TestPolicyRights(t *testing.T) {
	onEach(t, func(t *testing.T, h *house) {
		ctx, ines := context.Background(), h.admin()
		id, err := h.SavePolicy(ctx, ines, 0, PolicyInput{Name: "Standard", Default: true, On: true, Targets: firstAnswer("1h")})
		if err != nil {
			t.Fatal(err)
		}
		here := ines
		here.Projects = map[int64]models.Role{h.project.ID: models.RoleAdmin}
		for who, actor := range map[string]Actor{"agent": h.ada, "nobody": {}, "administrator of one project": here} {
			for what, try := range map[string]func() error{
				"list":    func() error { _, err := h.Policies(ctx, actor); return err },
				"read":    func() error { _, err := h.PolicySheet(ctx, actor, id, nil); return err },
				"save":    func() error { _, err := h.SavePolicy(ctx, actor, id, PolicyInput{}); return err },
				"preview": func() error { _, err := h.PreviewPolicy(ctx, actor, id, PolicyInput{}); return err },
				"gone":    func() error { _, err := h.PreviewPolicyGone(ctx, actor, id); return err },
				"add":     func() error { return h.AddCompany(ctx, actor, &PolicyInput{Company: "X"}) },
				"switch":  func() error { return h.SwitchPolicy(ctx, actor, id, "0") },
				"move":    func() error { return h.MovePolicy(ctx, actor, id, 1) },
				"delete":  func() error { return h.DeletePolicy(ctx, actor, id, 100) },
				"ask":     func() error { _, err := h.WhichPolicy(ctx, actor, WhichAsk{Number: 1}); return err },
				"sheet":   func() error { _, err := h.SimulatorSheet(ctx, actor); return err },
			} {
				if err := try(); err == nil || models.KindOf(err) != models.KindForbidden {
					t.Errorf("%s may %s: %v", who, what, err)
				}
			}
		}
		if got := h.policies(); got != "Standard*" {
			t.Error(got)
		}
	})
}

// AG-6: a saved policy promises, one that is not the default and has no condition is refused, stale
// versions and more tickets than were told are conflicts, and every change finds deadlines again.
func TestPoliciesKeepAndRefuse(t *testing.T) {
	onEach(t, func(t *testing.T, h *house) {
		ctx, ines := context.Background(), h.admin()
		save := func(id int64, in PolicyInput) (int64, error) {
			in.On = true
			return h.SavePolicy(ctx, ines, id, in)
		}
		_, err := save(0, PolicyInput{Name: "Blank", Targets: firstAnswer("1h")})
		h.fault(err, "holds")
		for field, in := range map[string]PolicyInput{
			"name":              {Name: " ", Default: true, Targets: firstAnswer("1h")},
			"targets":           {Name: "A", Default: true},
			"target-2-first":    {Name: "A", Default: true, Targets: firstAnswer("1d")},
			"target-2-solution": {Name: "A", Default: true, Targets: firstAnswer("3001h")},
			"warn":              {Name: "A", Default: true, Targets: firstAnswer("1h"), Warn: "0"},
			"calendar":          {Name: "A", Default: true, Targets: firstAnswer("1h"), Calendar: 99},
			"projects":          {Name: "A", Targets: firstAnswer("1h"), PolicyConditions: models.PolicyConditions{Projects: []int64{99}}},
			"types":             {Name: "A", Targets: firstAnswer("1h"), PolicyConditions: models.PolicyConditions{Types: []int64{99}}},
			"teams":             {Name: "A", Targets: firstAnswer("1h"), PolicyConditions: models.PolicyConditions{Teams: []int64{99}}},
			"company":           {Name: "A", Targets: firstAnswer("1h"), PolicyConditions: models.PolicyConditions{Companies: []int64{99}}},
		} {
			_, err := save(0, in)
			if field == "target-2-solution" {
				field = "target-2-first"
			}
			h.fault(err, field)
		}
		if h.policies() != "" {
			t.Fatal("a refused policy was kept")
		}
		first, err := save(0, PolicyInput{Name: "Standard", Default: true, Targets: firstAnswer("4h"), Warn: "75"})
		if err != nil {
			t.Fatal(err)
		}
		jobs := h.jobs(models.JobRecompute)
		if jobs == 0 {
			t.Error("nothing finds the deadlines of open tickets again")
		}
		_, err = save(0, PolicyInput{Name: "standard", Default: true, Targets: firstAnswer("4h")})
		h.fault(err, "name")

		// It promises from now on.
		ticket := h.ticketOf(h.file(false).Token)
		promises, err := h.TicketPromises(ctx, ines, ticket.Number)
		if err != nil || len(promises) != 1 || promises[0].Policy != "Standard" || promises[0].Minutes != 240 {
			t.Fatalf("promised %+v, %v", promises, err)
		}
		list, err := h.Policies(ctx, ines)
		if err != nil || list.Lines[0].Tickets != 1 {
			t.Fatalf("it holds %d tickets, %v", list.Lines[0].Tickets, err)
		}
		// A preview says what would move and writes nothing.
		moves, err := h.PreviewPolicy(ctx, ines, 0, PolicyInput{Name: "Acme", On: true, Targets: firstAnswer("1h"), PolicyConditions: models.PolicyConditions{Projects: []int64{h.project.ID}}})
		if err != nil || moves.Moved != 1 || len(moves.Examples) != 1 || moves.Examples[0].Number != ticket.Number {
			t.Errorf("a preview says %+v, %v", moves, err)
		}
		if gone, err := h.PreviewPolicyGone(ctx, ines, first); err != nil || gone.Moved != 1 {
			t.Errorf("a preview of the deletion says %+v, %v", gone, err)
		}
		if h.policies() != "Standard*" {
			t.Error(h.policies())
		}
		// Another default takes it from the first; over a version that has moved on is a conflict.
		second, err := save(0, PolicyInput{Name: "Second", Default: true, Targets: firstAnswer("2h")})
		if err != nil || h.policies() != "Standard Second*" {
			t.Fatal(h.policies(), err)
		}
		_, err = save(first, PolicyInput{Name: "Stale", Default: true, Targets: firstAnswer("2h"), Version: 1})
		h.kind(err, models.KindConflict)
		sheet, err := h.PolicySheet(ctx, ines, second, nil)
		if err != nil {
			t.Fatal(err)
		}
		// Saved as it was: nothing changes, nobody's deadline is looked at, no entry.
		same := sheet.PolicyInput
		entries := h.auditedOf("policy")
		if _, err := h.SavePolicy(ctx, ines, second, same); err != nil || h.auditedOf("policy") != entries {
			t.Error("saving nothing new was noted", err)
		}
		h.kind(h.MovePolicy(ctx, ines, 99, 1), models.KindNotFound)
		h.fault(h.MovePolicy(ctx, ines, second, 0), "by")
		if err := h.MovePolicy(ctx, ines, second, -9); err != nil || h.policies() != "Second* Standard" {
			t.Error(h.policies(), err)
		}
		// Told of no ticket, but there is one: asked again.
		h.kind(h.DeletePolicy(ctx, ines, first, 0), models.KindConflict)
		if err := h.DeletePolicy(ctx, ines, first, 1); err != nil || h.policies() != "Second*" {
			t.Error(h.policies(), err)
		}
	})
}

// AG-6: two administrators who make their policy the default at once leave one default.
func TestOneDefaultPolicy(t *testing.T) {
	onEach(t, func(t *testing.T, h *house) {
		ctx, ines := context.Background(), h.admin()
		var wait sync.WaitGroup
		for i := range 6 {
			wait.Go(func() {
				if _, err := h.SavePolicy(ctx, ines, 0, PolicyInput{Name: fmt.Sprintf("P%d", i), Default: true, On: true, Targets: firstAnswer("1h")}); err != nil {
					t.Error(err)
				}
			})
		}
		wait.Wait()
		if got := h.policies(); strings.Count(got, "*") != 1 || strings.Count(got, "P") != 6 {
			t.Error(got)
		}
	})
}

// AG-6: what a condition names though it was deleted stays until it is taken off: leaving it out by
// itself would make the policy hold for more.
func TestPolicyConditionGone(t *testing.T) {
	onEach(t, func(t *testing.T, h *house) {
		ctx, ines := context.Background(), h.admin()
		team, err := h.SaveTeam(ctx, ines, 0, TeamInput{Name: "Night"})
		if err != nil {
			t.Fatal(err)
		}
		in := PolicyInput{Name: "Night", On: true, Targets: firstAnswer("1h"), PolicyConditions: models.PolicyConditions{Projects: []int64{h.project.ID}, Teams: []int64{team}}}
		id, err := h.SavePolicy(ctx, ines, 0, in)
		if err != nil {
			t.Fatal(err)
		}
		if err := h.DeleteTeam(ctx, ines, team, 0); err != nil {
			t.Fatal(err)
		}
		list, err := h.Policies(ctx, ines)
		if err != nil || list.Lines[0].Gone != 1 {
			t.Fatalf("%+v, %v", list.Lines, err)
		}
		sheet, err := h.PolicySheet(ctx, ines, id, nil)
		if err != nil {
			t.Fatal(err)
		}
		again := sheet.PolicyInput
		again.Name = "Late"
		if _, err := h.SavePolicy(ctx, ines, id, again); err != nil {
			t.Error("what was there cannot stay", err)
		}
		which, err := h.WhichPolicy(ctx, ines, WhichAsk{Project: h.project.ID, Priority: 2})
		if err != nil || which.Policy != nil || which.Reasons[0].Why != models.ReasonMismatch || which.Reasons[0].Misses[0] != models.ConditionTeam {
			t.Errorf("a ticket without a team gets %+v, %v", which, err)
		}
	})
}

// auditedOf counts entries of the audit log by the first word of their kind.
func (h *house) auditedOf(kind string) int {
	h.t.Helper()
	log, err := models.Audit(context.Background(), h.db, models.AuditQuery{Kind: kind, Limit: 100})
	if err != nil {
		h.t.Fatal(err)
	}
	return len(log)
}
