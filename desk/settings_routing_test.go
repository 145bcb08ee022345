package desk

import (
	"context"
	"database/sql"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"lodge/models"
)

// savedRule saves a rule and gives its id.
func (h *house) savedRule(in RuleSheet) int64 {
	h.t.Helper()
	in.On = true
	id, err := h.SaveRule(context.Background(), h.admin(), in)
	if err != nil {
		h.t.Fatal(err)
	}
	return id
}

func (h *house) teamOf(name string, members ...int64) int64 {
	h.t.Helper()
	var id int64
	h.write(func(ctx context.Context, tx *models.Tx) (err error) {
		id, err = models.InsertTeam(ctx, tx, name, models.At(h.clock()), members...)
		return err
	})
	return id
}

// AG-4: a rule is added, read back as it was typed, changed, switched, moved and deleted; the log
// tells of each, and a stale page is told so.
func TestRoutingRuleSettings(t *testing.T) {
	onEach(t, func(t *testing.T, h *house) {
		ctx, ines := context.Background(), h.admin()
		team, company := h.teamOf("Night", h.ada.ID), h.company("Harbour")
		in := RuleSheet{Name: " Outages  at night ", Project: "acme", OnCreate: true, Conditions: []models.RouteCondition{
			{On: models.RouteWords, Values: []string{"outage", "down", "outage"}}, {On: models.RouteHours, Not: true, Values: []string{models.RouteInside}},
			{On: models.RouteCompany, Values: []string{"harbour"}}, {On: models.RouteDomain, Values: []string{"@Example.com"}}, {On: models.RoutePriority, Values: []string{"2"}}},
			Actions: models.RouteActions{TeamID: team, Assign: models.RouteRoundRobin, AgentID: h.ada.ID, Priority: models.PriorityUrgent, Tags: []string{"Fire", "fire", ""}}}
		first := h.savedRule(in)
		second := h.savedRule(RuleSheet{Name: "Rest", OnCreate: true, Everything: true, Actions: models.RouteActions{TeamID: team}})
		page, err := h.Rules(ctx, ines)
		if err != nil || len(page.Rules) != 2 || !page.MayOrder {
			t.Fatalf("%+v, %v", page, err)
		}
		got := page.Rules[0]
		if got.Name != "Outages at night" || got.Project != "Acme" || !got.On || got.Does.Team != "Night" || got.Does.Agent != "" || strings.Join(got.Does.Tags, ",") != "Fire" || len(got.Faults) != 0 ||
			fmt.Sprint(got.Conditions) != "[{words  false [outage down]} {hours  true [inside]} {company  false [Harbour]} {domain  false [example.com]} {priority  false [2]}]" {
			t.Errorf("%+v", got)
		}
		sheet, err := h.RuleSheet(ctx, ines, first)
		if err != nil || sheet.Conditions[2].Values[0] != "Harbour" || sheet.Version != 1 || sheet.Everything || sheet.Project != "acme" {
			t.Fatalf("%+v, %v", sheet, err)
		}
		// Saved as it is, nothing changes; saved from an old page it is refused.
		if _, err := h.SaveRule(ctx, ines, *sheet); err != nil {
			t.Fatal(err)
		}
		sheet.Stop = true
		if _, err := h.SaveRule(ctx, ines, *sheet); err != nil {
			t.Fatal(err)
		}
		_, err = h.SaveRule(ctx, ines, *sheet)
		h.kind(err, models.KindConflict)
		// Order and switch do not disturb who edits one.
		h.ok(h.OrderRules(ctx, ines, Order{Key: itoa(second), Step: -1}))
		if page, _ = h.Rules(ctx, ines); page.Rules[0].ID != second {
			t.Error("the order stays")
		}
		if now, _ := h.RuleSheet(ctx, ines, first); now.Version != 2 || !now.Stop {
			t.Errorf("%+v", now)
		}
		h.ok(h.SwitchRule(ctx, ines, second, false))
		h.ok(h.SwitchRule(ctx, ines, second, false))
		// What is gone is said.
		h.ok(h.DeleteTeam(ctx, ines, team, 0))
		h.ok(h.DeleteCompany(ctx, h.ada, company))
		page, _ = h.Rules(ctx, ines)
		if fmt.Sprint(page.Rules[1].Faults) != "[when_company team]" || page.Rules[0].On {
			t.Errorf("%+v", page.Rules)
		}
		h.ok(h.DeleteRule(ctx, ines, first))
		h.kind(h.DeleteRule(ctx, ines, first), models.KindNotFound)
		for kind, want := range map[string]int{"rule.added": 2, "rule.changed": 1, "rule.ordered": 1, "rule.switched_off": 1, "rule.deleted": 1} {
			if got := len(h.auditOf(kind)); got != want {
				t.Errorf("%s: %d entries, want %d", kind, got, want)
			}
		}
	})
}

// AG-4, EV-3: what is refused is said by its field.
func TestRoutingRuleRefusals(t *testing.T) {
	h := newHouse(t, "")
	ctx, ines := context.Background(), h.admin()
	h.other()
	cat, err := h.db.Catalog(ctx)
	h.ok(err)
	other := cat.ProjectBySlug("other")
	foreign := itoa(other.Types[0].ID)
	status := other.Statuses[0].ID
	many := make([]models.RouteCondition, ruleConditionsMost+1)
	for field, change := range map[string]func(s *RuleSheet){
		"name":       func(s *RuleSheet) { s.Name = " " },
		"project":    func(s *RuleSheet) { s.Project = "nowhere" },
		"when":       func(s *RuleSheet) { s.OnCreate = false },
		"everything": func(s *RuleSheet) { s.Everything = false },
		"team":       func(s *RuleSheet) { s.Actions = models.RouteActions{} },
		"agent":      func(s *RuleSheet) { s.Actions.Assign = models.RouteAgent },
		"assign":     func(s *RuleSheet) { s.Actions.Assign = "dice" },
		"skills":     func(s *RuleSheet) { s.Actions.Assign, s.Actions.Skills = models.RouteRoundRobin, []int64{77} },
		"priority":   func(s *RuleSheet) { s.Actions.Priority = 9 },
		"tags":       func(s *RuleSheet) { s.Actions.Tags = []string{strings.Repeat("x", 41)} },
		"status":     func(s *RuleSheet) { s.Project, s.Actions.StatusID = "acme", status },
		"add":        func(s *RuleSheet) { s.Conditions = many },
		"value.0": func(s *RuleSheet) {
			s.Project, s.Conditions = "acme", []models.RouteCondition{{On: models.RouteType, Values: []string{foreign}}}
		},
		"value.1": func(s *RuleSheet) {
			s.Conditions = []models.RouteCondition{{On: models.RouteLanguage, Values: []string{"de"}}, {On: models.RouteWords, Values: []string{" "}}}
		},
	} {
		in := RuleSheet{Name: "Fine", OnCreate: true, On: true, Everything: true, Actions: models.RouteActions{Priority: models.PriorityHigh}}
		change(&in)
		_, err := h.SaveRule(ctx, ines, in)
		if err == nil {
			t.Errorf("%s: saved", field)
			continue
		}
		h.fault(err, field)
	}
	for _, c := range []models.RouteCondition{{On: "moon", Values: []string{"full"}}, {On: models.RouteCompany, Values: []string{"Nobody Ltd"}}, {On: models.RouteDomain, Values: []string{"not a domain"}}, {On: models.RouteField, Field: "gone", Values: []string{"x"}},
		{On: models.RouteHours, Values: []string{"tea"}}, {On: models.RouteChannel, Values: []string{"pigeon"}}, {On: models.RoutePriority, Values: []string{"0"}}, {On: models.RouteTeam, Values: []string{"99"}}} {
		_, err := h.SaveRule(ctx, ines, RuleSheet{Name: "Fine", OnCreate: true, Conditions: []models.RouteCondition{c}, Actions: models.RouteActions{Priority: models.PriorityHigh}})
		h.fault(err, "value.0")
	}
	// Who has no settings changes and reads nothing.
	for _, actor := range []Actor{h.ada, {ID: h.ada.ID, Role: models.RoleViewer}, {}} {
		_, err := h.Rules(ctx, actor)
		h.kind(err, models.KindForbidden)
		_, err = h.TryRules(ctx, actor)
		h.kind(err, models.KindForbidden)
		_, err = h.SaveRule(ctx, actor, RuleSheet{Name: "Fine"})
		h.kind(err, models.KindForbidden)
	}
	// Who has those of one project changes that one's rules, and sees no other's.
	all := h.savedRule(RuleSheet{Name: "For all", OnCreate: true, Everything: true, Actions: models.RouteActions{Priority: models.PriorityHigh}})
	acme := h.savedRule(RuleSheet{Name: "SECRETRULE", Project: "acme", OnCreate: true, Everything: true, Actions: models.RouteActions{Priority: models.PriorityHigh}})
	one := Actor{ID: ines.ID, Projects: map[int64]models.Role{other.ID: models.RoleAdmin}}
	page, err := h.Rules(ctx, one)
	if err != nil || len(page.Rules) != 1 || page.Rules[0].ID != all || page.MayOrder {
		t.Errorf("%+v, %v", page, err)
	}
	h.kind(h.SwitchRule(ctx, one, all, false), models.KindForbidden)
	h.kind(h.DeleteRule(ctx, one, acme), models.KindNotFound)
	h.kind(h.OrderRules(ctx, one, Order{Key: itoa(all), Step: 1}), models.KindForbidden)
	_, err = h.RuleSheet(ctx, one, acme)
	h.kind(err, models.KindNotFound)
	_, err = h.SaveRule(ctx, one, RuleSheet{Name: "Mine", OnCreate: true, Everything: true, Actions: models.RouteActions{Priority: models.PriorityHigh}})
	h.fault(err, "project")
	if _, err = h.SaveRule(ctx, one, RuleSheet{Name: "Mine", Project: "other", OnCreate: true, Everything: true, Actions: models.RouteActions{Priority: models.PriorityHigh}}); err != nil {
		t.Error(err)
	}
}

// AG-4: a dry run says what would be different, only of tickets that may be seen, and writes
// nothing at all.
func TestRoutingTrial(t *testing.T) {
	h := newHouse(t, "")
	ctx, ines := context.Background(), h.admin()
	other, _ := h.other()
	team := h.teamOf("Night", h.ada.ID)
	for i, title := range []string{"Outage in the north", "A question", "Outage in the south"} {
		h.filedBy("acme", fmt.Sprintf("p%d@example.com", i), title)
	}
	h.filedBy("other", "o@example.com", "Outage SECRETTITLE")
	have := h.ticketByTitle("Outage in the south")
	h.ok(h.SetTeam(ctx, h.ada, have.Number, team, 0))
	rule := RuleSheet{Name: "Outages", OnCreate: true, Conditions: []models.RouteCondition{{On: models.RouteWords, Values: []string{"outage"}}},
		Actions: models.RouteActions{TeamID: team, Assign: models.RouteRoundRobin, Priority: models.PriorityUrgent, Tags: []string{"brand-new-tag"}}}
	before := h.everyCount()
	trial, err := h.TryRule(ctx, ines, rule)
	if err != nil || trial.Tickets != 4 || trial.Changed != 3 || len(trial.Lines) != 3 || trial.Cut {
		t.Fatalf("%+v, %v", trial, err)
	}
	for _, l := range trial.Lines {
		s := l.Step
		if l.Number == have.Number && (s.TeamID != 0 || l.WasTeam != "Night") || l.Number != have.Number && s.TeamID != team || s.Priority != models.PriorityUrgent || len(s.Tags) != 1 {
			t.Errorf("%+v", l)
		}
	}
	if trial.Counts[0].Applied != 3 || trial.Counts[0].Moved != 3 {
		t.Errorf("%+v", trial.Counts)
	}
	// Of one project alone, and by who sees one alone.
	rule.Project = "acme"
	if trial, err = h.TryRule(ctx, ines, rule); err != nil || trial.Tickets != 3 || trial.Changed != 2 {
		t.Errorf("%+v, %v", trial, err)
	}
	if after := h.everyCount(); after != before {
		t.Errorf("a dry run wrote:\n%s\nbefore\n%s", after, before)
	}
	rule.Project = ""
	h.savedRule(rule)
	off := rule
	off.Name, off.Actions.Priority = "Off", models.PriorityLow
	id := h.savedRule(off)
	h.ok(h.SwitchRule(ctx, ines, id, false))
	before = h.everyCount()
	one := Actor{ID: ines.ID, Projects: map[int64]models.Role{other.ID: models.RoleAdmin}}
	trial, err = h.TryRules(ctx, one)
	if err != nil || trial.Tickets != 1 || len(trial.Counts) != 1 || trial.Lines[0].Title != "Outage SECRETTITLE" {
		t.Errorf("%+v, %v", trial, err)
	}
	one.Projects = map[int64]models.Role{h.project.ID: models.RoleAdmin}
	if trial, err = h.TryRules(ctx, one); err != nil || strings.Contains(fmt.Sprintf("%+v", trial), "SECRETTITLE") || trial.Tickets != 3 {
		t.Errorf("%+v, %v", trial, err)
	}
	if after := h.everyCount(); after != before {
		t.Errorf("a dry run wrote:\n%s\nbefore\n%s", after, before)
	}
	// A form that says nonsense is refused; a name is not needed yet.
	rule.Name = ""
	if _, err := h.TryRule(ctx, ines, rule); err != nil {
		t.Error(err)
	}
	rule.Conditions[0].Values = nil
	_, err = h.TryRule(ctx, ines, rule)
	h.fault(err, "value.0")
}

// everyCount is how many rows each table has, and the newest of its versions and counters.
func (h *house) everyCount() string {
	h.t.Helper()
	var all []string
	raw, err := sql.Open("sqlite", "file:"+filepath.Join(h.dir, "lodge.db")+"?mode=ro&_pragma=busy_timeout(5000)")
	if err != nil {
		h.t.Fatal(err)
	}
	defer raw.Close()
	rows, err := raw.Query("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
	if err != nil {
		h.t.Fatal(err)
	}
	var names []string
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			h.t.Fatal(err)
		}
		names = append(names, name)
	}
	rows.Close()
	for _, name := range names {
		var n int
		if err := raw.QueryRow("SELECT COUNT(*) FROM " + name).Scan(&n); err != nil {
			h.t.Fatal(err)
		}
		all = append(all, fmt.Sprint(name, " ", n))
	}
	var versions int64
	if err := raw.QueryRow("SELECT (SELECT SUM(version) FROM tickets) + (SELECT catalog_version FROM workspaces) + COALESCE((SELECT SUM(given_at) FROM routing_turns), 0) + COALESCE((SELECT SUM(runs) FROM routing_runs), 0)").Scan(&versions); err != nil {
		h.t.Fatal(err)
	}
	return strings.Join(append(all, fmt.Sprint("versions ", versions)), "\n")
}
