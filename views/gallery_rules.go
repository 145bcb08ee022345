package views

import "time"

// galleryRules are the samples of bought time and of routing rules.
func galleryRules() []Sample {
	head := CompanyHead{BackURL: "/agent/companies", Name: "Harbour Couriers", EditURL: "/agent/companies/3/edit",
		Tabs: []AgentView{{Label: "Members", URL: "/agent/companies/3"}, {Label: "Tickets", URL: "/agent/companies/3/tickets"}, {Label: "Available time", URL: "/agent/companies/3/time", Current: true}}}
	bought := CompanyTime{Head: head, CSRF: "token", Buys: true, Left: "3 h 20 min left", Bought: "10 h", Used: "6 h 40 min", Share: 66, FileURL: "/agent/companies/3/time.csv", MoreURL: "/agent/companies/3/time?before=x",
		Form: &Form{Action: "/agent/companies/3/time", CSRF: "token", Submit: "Add bought time", Inputs: []Input{{Kind: "text", Name: "minutes", Label: "Time", Required: true}, {Kind: "date", Name: "day", Label: "Bought on", Value: "2026-11-20"}}},
		Rows: []TimeMoveRow{
			{Change: "−1 h 20 min", Title: "Brakes squeal after rain", Number: 1042, URL: "/agent/tickets/1042", Who: "Mia Chen", Note: "On the phone", At: galleryNow.Add(-time.Hour)},
			{Change: "−20 min", Title: "A ticket of a project that you don’t see", At: galleryNow.Add(-2 * time.Hour)},
			{Purchase: true, Change: "+10 h", Title: "Bought", Day: "20 Nov 2026", Who: "Ines", Note: "Invoice 2026-117", At: galleryNow.Add(-24 * time.Hour), TakeBackURL: "/agent/companies/3/time/2/removal"},
			{Purchase: true, Change: "+100 h", Title: "Bought", Day: "19 Nov 2026", Who: "Ines", At: galleryNow.Add(-25 * time.Hour), TakenBack: true},
		}}
	low, over, none := bought, bought, CompanyTime{Head: head}
	low.Left, low.Low, low.Share = "40 min left", true, 93
	over.Left, over.Over, over.Share, over.Form = "2 h over", true, 100, nil

	rule := RoutingRule{Key: "1", Name: "Outages at night", URL: "/agent/settings/routing/1", StateURL: "/agent/settings/routing/1/state", DeleteURL: "/agent/settings/routing/1/deletion", On: true, Stop: true, Project: "City bikes",
		When: "When type is Outage and outside working hours, when it comes in", Does: []string{"team Night", "in turn", "priority Urgent"}, Runs: 12, LastAt: galleryNow.Add(-3 * time.Hour), First: true}
	off := RoutingRule{Key: "2", Name: "Everything else", URL: "/agent/settings/routing/2", StateURL: "/agent/settings/routing/2/state", DeleteURL: "/agent/settings/routing/2/deletion",
		When: "For every ticket, when it comes in", Does: []string{"team Support"}, Faults: []string{"One of its tags is gone."}}
	broken := RoutingRule{Key: "3", Name: "Old", URL: "/agent/settings/routing/3", StateURL: "/agent/settings/routing/3/state", DeleteURL: "/agent/settings/routing/3/deletion", On: true, Broken: true, Last: true}
	trial := RoutingTrial{Summary: "2 of 200 tickets would be different.", Tickets: 200, Counts: []RoutingCount{{"Outages at night", 12, 2}, {"", 200, 0}},
		Lines: []RoutingTrialLine{{URL: "/agent/tickets/1042", Number: 1042, Title: "Brakes squeal after rain", Project: "City bikes", Rule: "Outages at night", Changes: []string{"Team: none → Night", "Priority: Normal → Urgent"}}}}
	form := RuleForm{Title: "Edit rule", Action: "/agent/settings/routing/1", RedrawURL: "/agent/settings/routing/form", CSRF: "token", ID: "1", Version: "2", CancelURL: "/agent/settings/routing", DeleteURL: "/agent/settings/routing/1/deletion",
		Basic: []Input{{Kind: "text", Name: "name", Label: "Name", Value: "Outages at night", Required: true}},
		Rows: []RuleRow{{Index: "0", On: "type", Title: "Type", Not: Input{Kind: "select", Name: "not.0", Label: "Holds when it", Choices: []Choice{{Label: "is one of these", Selected: true}, {Value: "1", Label: "is none of these"}}},
			Values: Input{Kind: "checkboxes", Name: "value.0", Label: "Any of", Choices: []Choice{{Value: "3", Label: "Outage", Selected: true}, {Value: "4", Label: "Question"}}, Error: "Choose or write at least one."}}},
		Add:     Input{Kind: "select", Name: "add", Label: "Another condition", Choices: []Choice{{Value: "words", Label: "Words"}}},
		Actions: []Input{{Kind: "select", Name: "team", Label: "Team", Choices: []Choice{{Label: "Leave as it is"}}}}, Last: []Input{{Kind: "checkbox", Name: "stop", Label: "Look at no further rules"}},
		Errors: []FieldError{{ID: "value.0", Text: "Choose or write at least one."}}}
	empty := RuleForm{Title: "New rule", Action: "/agent/settings/routing", RedrawURL: "/agent/settings/routing/form", CSRF: "token", ID: "0", Version: "0", CancelURL: "/agent/settings/routing", Add: form.Add, Basic: form.Basic,
		Everything: &Input{Kind: "checkbox", Name: "everything", Label: "For every ticket"}, Trial: &trial}

	page := func(name, body string, data any) Sample {
		return Sample{Name: name, Template: body, Layout: "agent", Title: "Settings", Data: data}
	}
	return []Sample{
		page("agent/company_time", "agent/company_time", bought), page("agent/company_time, low", "agent/company_time", low), page("agent/company_time, over", "agent/company_time", over), page("agent/company_time, none", "agent/company_time", none),
		page("settings/routing", "settings/routing", RoutingRules{CSRF: "token", NewURL: "/agent/settings/routing/new", OrderURL: "/agent/settings/routing/order", TrialURL: "/agent/settings/routing/trial", MayOrder: true, Rules: []RoutingRule{rule, off, broken}}),
		page("settings/routing, none", "settings/routing", RoutingRules{NewURL: "/agent/settings/routing/new"}),
		page("settings/routing_rule", "settings/routing_rule", form), page("settings/routing_rule, new", "settings/routing_rule", empty),
		page("settings/routing_trial", "settings/routing_trial", RoutingTrialPage{BackURL: "/agent/settings/routing", Trial: trial}),
		page("settings/routing_trial, nothing", "settings/routing_trial", RoutingTrialPage{BackURL: "/agent/settings/routing", Trial: RoutingTrial{Cut: true}}),
	}
}
