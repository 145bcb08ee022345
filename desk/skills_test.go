package desk

import (
	"context"
	"strings"
	"testing"
	"time"

	"lodge/models"
)

// AG-4: a lead keeps a list of skills and who has each; rules that ask for one are named.
func TestSkills(t *testing.T) {
	onEach(t, func(t *testing.T, h *house) {
		ctx, admin := context.Background(), h.admin()
		bo := h.newAgent("Bo", models.RoleAgent)
		h.ok(h.SaveSkill(ctx, admin, 0, "  Linux ", []int64{bo.ID}))
		h.ok(h.SaveSkill(ctx, admin, 0, "French", nil))
		h.fault(h.SaveSkill(ctx, admin, 0, "LINUX", nil), "name")
		h.fault(h.SaveSkill(ctx, admin, 0, " ", nil), "name")
		h.fault(h.SaveSkill(ctx, admin, 0, strings.Repeat("x", models.MaxSkillName+1), nil), "name")
		h.fault(h.SaveSkill(ctx, admin, 0, "Dutch", []int64{4711}), "members")
		all, err := h.Skills(ctx, admin)
		if err != nil || len(all) != 2 || all[1].Name != "Linux" || len(all[1].Members) != 1 || all[1].Members[0].Name != "Bo" || len(all[0].Members) != 0 {
			t.Fatalf("skills %+v, %v", all, err)
		}
		linux := all[1].ID
		h.rule(models.RoutingRule{Name: "Servers", Actions: models.RouteActions{Skills: []int64{linux}}})
		h.ok(h.SaveSkill(ctx, admin, linux, "Unix", []int64{bo.ID, h.ada.ID, bo.ID}))
		one, err := h.Skill(ctx, admin, linux)
		if err != nil || one.Name != "Unix" || len(one.Rules) != 1 || one.Rules[0] != "Servers" {
			t.Fatalf("skill %+v, %v", one, err)
		}
		if log := h.audited("skill.changed"); !strings.Contains(log, "Unix") || !strings.Contains(log, "Bo") {
			t.Errorf("audit %s", log)
		}
		for _, actor := range []Actor{h.ada, {ID: 9, Role: models.RoleViewer}, {}} {
			if _, err := h.Skills(ctx, actor); models.KindOf(err) != models.KindForbidden {
				t.Errorf("%+v reads: %v", actor, err)
			}
			if _, err := h.Skill(ctx, actor, linux); models.KindOf(err) != models.KindForbidden {
				t.Errorf("%+v reads one: %v", actor, err)
			}
			h.kind(h.SaveSkill(ctx, actor, linux, "x", nil), models.KindForbidden)
			h.kind(h.DeleteSkill(ctx, actor, linux), models.KindForbidden)
		}
		h.kind(h.SaveSkill(ctx, admin, 4711, "x", nil), models.KindNotFound)
		h.ok(h.DeleteSkill(ctx, admin, linux))
		h.kind(h.DeleteSkill(ctx, admin, linux), models.KindNotFound)
		if all, _ = h.Skills(ctx, admin); len(all) != 1 {
			t.Errorf("left %+v", all)
		}
	})
}

// AG-4: an admin says how much an agent may be given, what they know and that they are away; the
// audit log keeps it.
func TestWorkload(t *testing.T) {
	onEach(t, func(t *testing.T, h *house) {
		ctx, admin := context.Background(), h.admin()
		h.ok(h.SaveSkill(ctx, admin, 0, "Linux", nil))
		all, _ := h.Skills(ctx, admin)
		back := h.clock().Add(48 * time.Hour)
		in := WorkloadInput{Capacity: 7, Away: true, Until: back, Skills: []int64{all[0].ID}, NewSkills: "French, linux ,, french"}
		h.ok(h.SetWorkload(ctx, admin, h.ada.ID, in))
		w, err := h.Workload(ctx, admin, h.ada.ID)
		if err != nil || w.Capacity != 7 || !w.Away || !w.Until.Equal(back) || len(w.Skills) != 2 || !w.Skills[0].Has || !w.Skills[1].Has {
			t.Fatalf("workload %+v, %v", w, err)
		}
		log := h.audited("person.work_changed")
		for _, word := range []string{"French", "capacity", "away_until", "2026-11-23"} {
			if !strings.Contains(log, word) {
				t.Errorf("audit lacks %q: %s", word, log)
			}
		}
		h.ok(h.SetWorkload(ctx, admin, h.ada.ID, in)) // nothing new
		if n := len(h.auditOf("person.work_changed")); n != 1 {
			t.Errorf("%d entries", n)
		}
		for field, bad := range map[string]WorkloadInput{"capacity": {Capacity: -1}, "skills": {Skills: []int64{4711}}, "new_skills": {NewSkills: strings.Repeat("x", 61)},
			"away_until": {Away: true, Until: h.clock()}} {
			h.fault(h.SetWorkload(ctx, admin, h.ada.ID, bad), field)
		}
		h.fault(h.SetWorkload(ctx, admin, h.ada.ID, WorkloadInput{Away: true, Until: h.clock().AddDate(3, 0, 0)}), "away_until")
		h.kind(h.SetWorkload(ctx, h.ada, h.ada.ID, in), models.KindForbidden)
		h.kind(h.SetWorkload(ctx, admin, 4711, in), models.KindNotFound)
		// Away ends by the clock, and colleagues see it meanwhile.
		number := h.ticketOf(h.file(false).Token).Number
		page, err := h.Ticket(ctx, h.ada, number, "")
		if until, away := page.Absent[itoa(h.ada.ID)]; err != nil || !away || !until.Equal(back) {
			t.Errorf("not seen to be away: %v, %v", page.Absent, err)
		}
		h.later(49 * time.Hour)
		if page, err = h.Ticket(ctx, h.ada, number, ""); err != nil || len(page.Absent) != 0 {
			t.Errorf("still away: %v, %v", page.Absent, err)
		}
		h.ok(h.SetWorkload(ctx, admin, h.ada.ID, WorkloadInput{}))
		if w, _ = h.Workload(ctx, admin, h.ada.ID); w.Capacity != 0 || w.Away || w.Skills[0].Has {
			t.Errorf("left %+v", w)
		}
	})
}

// A10: who goes away can give open tickets back: rules for changes find somebody else, the rest
// waits with its team; what has ended stays, and so does what the actor may not assign.
func TestGivingBackWhenAway(t *testing.T) {
	onEach(t, func(t *testing.T, h *house) {
		ctx := context.Background()
		bo := h.newAgent("Bo", models.RoleAgent)
		team, lost := h.team("Crew", h.ada, bo), h.team("Lost")
		tickets := map[string]*models.Ticket{}
		for _, title := range []string{"routed", "waits", "over"} {
			tickets[title] = h.ticketOn(title, "text")
			h.ok(h.Assign(ctx, bo, tickets[title].Number, h.ada.ID, 0))
		}
		h.ok(h.SetTeam(ctx, bo, tickets["routed"].Number, team, 0))
		h.ok(h.SetTeam(ctx, bo, tickets["waits"].Number, lost, 0))
		h.ok(h.ChangeStatus(ctx, bo, tickets["over"].Number, "resolved", 0))
		h.rule(models.RoutingRule{Name: "Crew", OnChange: true, Conditions: only(when(models.RouteTeam, itoa(team))), Actions: models.RouteActions{Assign: models.RouteRoundRobin, Priority: models.PriorityUrgent}})

		h.fault(second(h.SetAway(ctx, h.ada, true, h.clock().Add(-time.Hour), true)), "away_until")
		h.gives(h.byNumber(tickets["routed"].Number), team, h.ada.ID)
		n, err := h.SetAway(ctx, h.ada, true, h.clock().Add(24*time.Hour), true)
		if err != nil || n != 2 {
			t.Fatalf("gave %d back, %v", n, err)
		}
		if got := h.byNumber(tickets["routed"].Number); got.Priority != models.PriorityNormal {
			t.Errorf("priority %d: only somebody was to be found", got.Priority)
		}
		h.gives(h.byNumber(tickets["routed"].Number), team, bo.ID)
		h.gives(h.byNumber(tickets["waits"].Number), lost, 0)
		h.gives(h.byNumber(tickets["over"].Number), 0, h.ada.ID)
		if away, until, open, err := h.Away(ctx, h.ada); !away || until.IsZero() || open != 0 || err != nil {
			t.Errorf("away %v until %v with %d, %v", away, until, open, err)
		}
		n, err = h.SetAway(ctx, h.ada, false, time.Time{}, true)
		if away, _, _, _ := h.Away(ctx, h.ada); n != 0 || err != nil || away {
			t.Errorf("back: %d, %v, %v", n, err, away)
		}
		// A viewer of the project gives nothing back: they may not assign.
		h.ok(h.Assign(ctx, bo, tickets["waits"].Number, h.ada.ID, 0))
		viewer := Actor{ID: h.ada.ID, Role: models.RoleViewer}
		if n, err = h.SetAway(ctx, viewer, true, time.Time{}, true); n != 0 || err != nil {
			t.Errorf("gave %d, %v", n, err)
		}
		if _, err := h.SetAway(ctx, Actor{}, true, time.Time{}, false); models.KindOf(err) != models.KindForbidden {
			t.Errorf("nobody: %v", err)
		}
	})
}

func second(_ int, err error) error { return err }

// AG-4: deleting the team or the skill that a rule names leaves the rule, which then does the rest.
func TestRulesOutliveWhatTheyName(t *testing.T) {
	onEach(t, func(t *testing.T, h *house) {
		ctx, admin := context.Background(), h.admin()
		team := h.team("Crew", h.ada)
		h.rule(models.RoutingRule{Actions: models.RouteActions{TeamID: team, Assign: models.RouteRoundRobin, Priority: models.PriorityHigh}})
		h.ok(h.DeleteTeam(ctx, admin, team, 0))
		got := h.ticketOn("After", "the team")
		if h.gives(got, 0, 0); got.Priority != models.PriorityHigh {
			t.Errorf("priority %d", got.Priority)
		}
	})
}
