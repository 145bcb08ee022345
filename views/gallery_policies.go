package views

import "time"

func galleryPolicies() []Sample {
	const here = "/agent/settings/sla"
	row := func(id, name string) PolicyRow {
		return PolicyRow{ID: "policy-" + id, Name: name, URL: here + "/" + id, SimulatorURL: here + "/simulator?policy=" + id, DeleteURL: here + "/" + id + "/deletion", SwitchURL: here + "/" + id + "/state", CSRF: "token",
			Move: MoveButtons{Action: here + "/" + id + "/position", CSRF: "token", Name: name}}
	}
	gold, night, rest := row("1", "Gold customers"), row("2", "Night shift"), row("3", "Standard")
	gold.Conditions, gold.Targets, gold.Details, gold.Tickets = "Company: Nordwind, Südstern", []string{"Urgent: first answer 1 h, solved 8 h", "Normal: first answer 4 h"}, []string{"Working hours “Berlin office”", "Warns at 75 %"}, 100
	night.Off, night.Conditions, night.Warning, night.Targets = true, "No ticket", "It has no condition and is not the default, so it holds for nothing.", []string{"Every priority: solved 24 h"}
	rest.Default, rest.Conditions, rest.Targets, rest.Tickets = true, "Every ticket that no other policy names", []string{"Every priority: first answer 8 h"}, 1
	gold.Move.First, rest.Move.Last = true, true
	which := WhichForm{Action: here, Projects: []Choice{{Value: "1", Label: "City bikes", Selected: true}}, Types: []ChoiceGroup{{"City bikes", []Choice{{Value: "2", Label: "Repair"}}}}, Priorities: []Choice{{Value: "2", Label: "Normal", Selected: true}}}
	answered := which
	answered.Answer = &WhichAnswer{Title: "#1042 Brakes squeal", URL: "/agent/tickets/1042", Facts: []string{"City bikes", "Normal"}, Name: "Standard", PolicyURL: here + "/3", Calendar: "Counted day and night.", Filed: "If it were filed now", SimulatorURL: here + "/simulator?policy=3",
		Deadlines: []WhichLine{{"First answer", "8 h", "Mon 23 Nov, 9:00 UTC"}}, Reasons: []WhichReason{{"Gold customers", here + "/1", "Does not match: company", false}, {"Standard", here + "/3", "Holds: the default, and no other names it", true}}}
	page := PolicyPage{Title: "Gold customers", BackURL: here, SimulatorURL: here + "/simulator?policy=1", DeleteURL: here + "/1/deletion", Action: here + "/1", CSRF: "token", Version: "3", Typed: true,
		Name: Input{Kind: "text", Name: "name", Label: "Name", Value: "Gold customers", Required: true}, On: Input{Kind: "checkbox", Name: "on", Label: "In use", Value: "1"},
		Holds:    Input{Kind: "radio", Name: "holds", Label: "It holds for", Error: "Set at least one condition, or make it the default.", Choices: []Choice{{Value: "conditions", Label: "Tickets that meet the conditions below", Selected: true}, {Value: "default", Label: "Every ticket that no other policy names"}}},
		Projects: Input{Kind: "checkboxes", Name: "projects", Label: "Projects", Optional: true, Choices: []Choice{{Value: "1", Label: "City bikes"}}}, Types: which.Types, Companies: []Choice{{Value: "7", Label: "Nordwind", Selected: true}},
		Company: Input{Name: "company", Value: "Nobody", Error: "There is no company with this name."}, Kinds: []string{"First answer", "Next answer", "Solved"},
		Rows:        []TargetRow{{"priority-4", "Urgent", []TargetCell{{"target-4-first", "First answer", "1d", "Write hours and minutes such as 30m or 4h."}, {"target-4-next", "Next answer", "", ""}, {"target-4-resolution", "Solved", "8h", ""}}}},
		PauseOnHold: Input{Kind: "checkbox", Name: "pause_on_hold", Label: "Time stands still while a ticket is on hold"}, Warn: Input{Kind: "number", Name: "warn", Label: "Warn at", Value: "75", Unit: "%"},
		Calendar: Input{Kind: "select", Name: "calendar", Label: "Working hours", Choices: []Choice{{Label: "Those of the ticket’s team, else of its project"}}},
		Preview:  &PolicyPreview{Lead: "The deadlines of 12 open tickets move. Nothing has changed yet.", Facts: []string{"2 tickets would be overdue that are not."}, Rows: []PreviewRow{{"#1042 Brakes squeal after rain", "/agent/tickets/1042", galleryNow, galleryNow.Add(-time.Hour), true}}}}
	hour := func(n int) time.Time { return galleryNow.Add(time.Duration(n) * time.Hour) }
	line := TimelineInput{From: galleryNow, To: hour(30), Zone: time.UTC, Open: []Stretch{{hour(0), hour(3), ""}, {hour(19), hour(27), ""}}, Clock: []Stretch{{hour(0), hour(2), "runs"}, {hour(2), hour(20), "waits"}, {hour(20), hour(30), "stopped"}},
		Happenings: []time.Time{hour(0), hour(2), hour(2), hour(20)}, Day: func(t time.Time) string { return t.Format("Mon 2") }, Hour: func(t time.Time) string { return t.Format("15:04") },
		Lanes: []LaneInput{{"First answer · 1 h", "Too late by 1 h", "bad", "due 15:05", hour(0), hour(2), hour(1), time.Time{}, hour(2), []Stretch{{hour(0), hour(1), ""}, {hour(1), hour(2), "over"}}, nil}, {"Solved · 8 h", "Kept, 5 h to spare", "good", "", hour(0), hour(20), time.Time{}, time.Time{}, hour(20), []Stretch{{hour(0), hour(2), ""}}, []Stretch{{hour(2), hour(20), ""}}}}}
	simulation := &Simulation{Title: "What comes of it", Line: DrawTimeline(line), Kinds: []string{"First answer", "Solved"}, Notes: []string{"Solved: due in a year, too far away to draw."},
		Promises:  []SimulatedLine{{"First answer", "Sat 21 Nov, 14:05 UTC", "1 h", "2 h", "Sat 21 Nov, 15:05 UTC", "due Sat 21 Nov, 15:05 UTC", "Sat 21 Nov, 16:05 UTC", "Too late by 1 h", "bad"}, {"Solved", "Sat 21 Nov, 14:05 UTC", "8 h", "3 h", "–", "", "Sun 22 Nov, 10:05 UTC", "Kept, 5 h to spare", "good"}},
		Stretches: []StretchLine{{From: "Sat 21 Nov, 14:05 UTC", What: "1 The ticket is filed", Why: "Within working time the clock runs.", Wall: "2 h", Working: "2 h", Counted: []string{"2 h", "2 h"}}, {From: "Sun 22 Nov, 10:05 UTC", What: "4 Resolved", Until: "Then, until Sun 22 Nov, 20:05 UTC", Why: "Ended: nothing counts.", Wall: "10 h", Working: "7 h", Counted: []string{"–", "–"}, Future: true}}}
	text := func(name, label string) Input {
		return Input{Kind: "text", Name: name, Label: label, Value: "4h"}
	}
	simulator := SimulatorPage{BackURL: here, Action: here + "/simulator", Policies: []Choice{{Label: "Targets that I type", Selected: true}}, Priorities: which.Priorities, Calendars: []Choice{{Value: "always", Label: "Day and night (UTC)"}}, Zone: "UTC",
		First: text("first", "First answer"), Next: text("next", "Next answer"), Resolution: text("resolution", "Solved"), Warn: Input{Kind: "number", Name: "warn", Label: "Warn at", Unit: "%"}, PauseOnHold: Input{Kind: "checkbox", Name: "hold", Label: "Time stands still while a ticket is on hold"},
		Rows: []HappeningRow{{"at-1", "1", "2026-11-21T14:05", "", []Choice{{Value: "filed", Label: "The ticket is filed"}}}}, Examples: []Link{{"Two days on hold", here + "/simulator?policy="}}, Result: simulation}
	refused := simulator
	refused.Result, refused.Errors = nil, []FieldError{{"at-1", "A ticket is filed once."}}
	refused.Rows = []HappeningRow{{"at-1", "1", "2026-11-21T14:05", "A ticket is filed once.", simulator.Rows[0].Choices}}
	return []Sample{
		{"settings/sla", "settings/sla", "agent", "Response times", PoliciesPage{NewURL: here + "/new", SimulatorURL: here + "/simulator", Rows: []PolicyRow{gold, night, rest}, Which: answered}},
		{"settings/sla, none", "settings/sla", "agent", "Response times", PoliciesPage{NewURL: here + "/new", SimulatorURL: here + "/simulator", Which: which}},
		{"settings/sla_policy, refused", "settings/sla_policy", "agent", "Gold customers", page},
		{"settings/sla_delete", "settings/sla_delete", "agent", "Delete", PolicyDelete{"Delete “Gold customers”?", "12 open tickets go by it.", here + "/1/deletion", here, "token", 12, "More tickets have come under this policy.", []string{"The deadlines of 12 open tickets move. Nothing has changed yet."}}},
		{"settings/sla_simulator", "settings/sla_simulator", "agent", "Simulator", simulator},
		{"settings/sla_simulator, refused", "settings/sla_simulator", "agent", "Simulator", refused},
	}
}
