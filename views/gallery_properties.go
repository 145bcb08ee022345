package views

import "time"

// galleryRowsOf are the properties of the sample ticket.
func galleryRowsOf() []Property {
	row := func(id, label, kind, value string, choices ...Choice) Property {
		return Property{ID: id, Name: id, Label: label, Kind: kind, Action: "/agent/tickets/1042/" + id, Value: value, None: "None", Choices: choices, CSRF: "token"}
	}
	status := row("status", "Status", "select", "In progress", Choice{Value: "open", Label: "In progress", Selected: true}, Choice{Value: "waiting", Label: "Waiting for customer"}, Choice{Value: "resolved", Label: "Resolved"})
	status.Mark = "open"
	assignee := row("assignee", "Assignee", "select", "Mia Chen", Choice{Value: "", Label: "Nobody yet"}, Choice{Value: "1", Label: "Mia Chen", Selected: true}, Choice{Value: "2", Label: "Tomás Ruiz"})
	assignee.Key = "a"
	priority := row("priority", "Priority", "select", "High", Choice{Value: "4", Label: "Urgent"}, Choice{Value: "3", Label: "High", Selected: true}, Choice{Value: "2", Label: "Normal"})
	priority.Saved = true
	due := row("due", "Due", "date", "2026-11-20")
	due.Strong = "overdue"
	return []Property{status, assignee, row("team", "Team", "select", "Workshop", Choice{Value: "", Label: "None"}, Choice{Value: "1", Label: "Workshop", Selected: true}), priority,
		row("company", "Company", "company", "", Choice{Value: "Lovelace & Co", Label: "Lovelace & Co"}), due}
}

// galleryQuestions are the template's fields of the sample ticket.
func galleryQuestions() []Property {
	row := func(id, label, kind, value string, choices ...Choice) Property {
		return Property{ID: "field-" + id, Name: "value", Label: label, Kind: kind, Action: "/agent/tickets/1042/fields/" + id, Value: value, None: "None", Choices: choices, CSRF: "token"}
	}
	url := row("shop", "Where you bought it", "url", "shop.example")
	url.Error = "Please give “Where you bought it” as a web address that begins with https:// or http://."
	cost := row("cost", "Cost centre", "text", "4410 Warranty")
	cost.Internal = true
	return []Property{row("frame", "Frame number", "text", "NW-40217"), row("model", "Model", "select", "Fjord 5", Choice{Value: "", Label: "None"}, Choice{Value: "Fjord 5", Label: "Fjord 5", Selected: true}),
		row("parts", "Which parts?", "several", "", Choice{Value: "brakes", Label: "Brakes", Selected: true}, Choice{Value: "wheels", Label: "Wheels"}), row("rides", "It still rides", "checkbox", "yes"),
		row("since", "Since", "date", ""), url, cost, {ID: "field-old", Label: "Asked earlier", Kind: "read", Value: "A field that the template no longer has"}}
}

func galleryProperties() []Sample {
	promised := galleryTicket().Sidebar
	promised.Promises = galleryPromises()
	snoozed := galleryTicket().Sidebar
	snoozed.Snooze = &SidebarSnooze{Action: "/agent/tickets/1042/snooze", CSRF: "token", Until: galleryNow.Add(20 * time.Hour)}
	refused := galleryTicket().Sidebar
	refused.Error = "A colleague has changed this ticket meanwhile."
	refused.Snooze = &SidebarSnooze{Action: "/agent/tickets/1042/snooze", CSRF: "token", Open: true, Date: "2020-01-01", Error: "Choose a time that is still to come."}
	refused.Tags.Error, refused.Tags.Typed = "Use at most 40 characters for a tag.", "a very long tag"
	viewer := Sidebar{Status: galleryStatuses["closed"], Number: 3, Project: "City bikes", CreatedAt: galleryNow, UpdatedAt: galleryNow, Tags: SidebarTags{Tags: []string{"brakes"}},
		Rows: []Property{{ID: "status", Label: "Status", Kind: "read", Mark: "closed", Value: "Closed"}, {ID: "assignee", Label: "Assignee", Kind: "read", None: "Nobody yet"}}}
	macros := []MacroGroup{
		{"City bikes", []MacroItem{{1, "/agent/tickets/1042/macros/1", "New pads are on their way", false, "sets status Waiting for customer · adds brakes"}}},
		{"For everyone", []MacroItem{{2, "/agent/tickets/1042/macros/2", "Ask for a picture", false, ""}, {3, "", "Escalate to the workshop", true, "sets priority Urgent"}}},
	}
	form := Form{Action: "/agent/settings/macros/1", CSRF: "token", Submit: "Save changes", Inputs: []Input{{Kind: "text", Name: "name", Label: "Name", Value: "Ask for a picture"}}}
	merge := Form{ID: "merge", Action: "/agent/settings/tags/1/merge", CSRF: "token", Submit: "Merge", Inputs: []Input{{Kind: "text", Name: "into", Label: "The tag to keep"}}}
	away := Form{ID: "delete", Action: "/agent/settings/macros/1/deletion", CSRF: "token", Submit: "Delete macro", Danger: true}
	notices := NoticeList{Action: "/agent/notices", CSRF: "token", SettingsURL: "/agent/settings/notifications", Unread: 2, NextURL: "/agent/notices?before=3", Notices: []NoticeItem{
		{9, "at-sign", "/agent/tickets/1042", "Rear brake squeals after rain", 1042, "Tomás Ruiz mentioned you in a note", galleryNow.Add(-4 * time.Minute), true, "token", "/agent/notices"},
		{8, "message-square", "/agent/tickets/1009", "Refund for the second charge", 1009, "Priya Nair answered", galleryNow.Add(-2 * time.Hour), true, "token", "/agent/notices"},
		{7, "user", "/agent/tickets/1021", "Front light flickers", 1021, "Mia Chen gave you the ticket", galleryNow.Add(-26 * time.Hour), false, "token", "/agent/notices"},
	}}
	var lines []Entry
	for i, line := range []EventLine{{Kind: "promise_broken", Before: "The first answer was due ", Moment: galleryNow, After: " (4 h of working time, policy Standard, hours Berlin)"}, {Kind: "routed", Before: "Rule “VIP” gave it to team Network and Ada, priority high"}} {
		lines = append(lines, Entry{ID: "event-clock-" + string(rune('a'+i)), Kind: "event", At: galleryNow, Event: line})
	}
	for i, line := range []EventLine{
		{Kind: "retitled", To: "Squealing brake"}, {Kind: "type_set", To: "Problem"}, {Kind: "type_set"}, {Kind: "priority_set", From: "Normal", To: "High"}, {Kind: "team_set", To: "Workshop"}, {Kind: "team_set"},
		{Kind: "company_set", To: "Lovelace & Co"}, {Kind: "company_set"}, {Kind: "due_set", To: "30 November 2026"}, {Kind: "due_set"}, {Kind: "tagged", From: "a", To: "b"}, {Kind: "tagged", To: "b"}, {Kind: "tagged", From: "a"},
		{Kind: "field_set", What: "Model", To: "Fjord 5"}, {Kind: "field_set", What: "Model"}, {Kind: "snoozed", To: "tomorrow"}, {Kind: "woken"}, {Kind: "due_soon", To: "30 November 2026"},
	} {
		if line.Property = true; i < 16 {
			line.Who = "Mia Chen"
		}
		lines = append(lines, Entry{ID: "event-" + string(rune('a'+i)), Kind: "event", At: galleryNow, Event: line})
	}
	return []Sample{
		{"agent/_promises", "agent/_promises", "", "", galleryPromises()},
		{"agent/_promises, all kept", "agent/_promises", "", "", SidebarPromises{Past: galleryPromises().Past}},
		{"agent/_sidebar, promises", "agent/_sidebar", "", "", promised},
		{"agent/_due, paused", "agent/_due", "", "", DueChip{State: "paused", Text: "Paused", Title: "Its clock rests."}},
		{"agent/_due, a day", "agent/_due", "", "", galleryDue("calm", "date", "Due Fri")},
		{"agent/_sidebar, snoozed", "agent/_sidebar", "", "", snoozed},
		{"agent/_sidebar, refused", "agent/_sidebar", "", "", refused},
		{"agent/_sidebar, viewer", "agent/_sidebar", "", "", viewer},
		{"agent/_entries, properties", "agent/_entries", "", "", lines},
		{"agent/notices", "agent/notices", "agent", "Notices", notices},
		{"agent/notices, none", "agent/notices", "agent", "Notices", NoticeList{SettingsURL: "/agent/settings/notifications"}},
		{"agent/_bell", "agent/_bell", "", "", Bell{"/agent/notices", "/agent/notices/bell", 3, true, &HeldCount{Count: 2, OOB: true}}},
		{"agent/_macros", "agent/_macros", "", "", MacroList{SearchURL: "/agent/tickets/1042/macros", Groups: macros, SettingsURL: "/agent/settings/macros"}},
		{"agent/_macros, none", "agent/_macros", "", "", MacroList{SearchURL: "/agent/tickets/1042/macros", Typed: "zebra"}},
		{"agent/_macro", "agent/_macro", "", "", MacroText{ID: 1, Name: "Ask for a picture", Text: "Hello [[reporter.first_name]],", Does: "adds brakes", Missing: []string{"reporter.first_name"}, Refusal: "This macro sets a status that cannot follow the present one."}},
		{"settings/tags", "settings/tags", "agent", "Tags", TagsPage{Tags: []TagRow{{"/agent/settings/tags/1", "brakes", 12}, {"/agent/settings/tags/2", "warranty", 3}}, NextURL: "/agent/settings/tags?after=warranty"}},
		{"settings/tags, none", "settings/tags", "agent", "Tags", TagsPage{}},
		{"settings/tag", "settings/tag", "agent", "brakes", TagPage{"/agent/settings/tags", "brakes", 12, form, merge, away}},
		{"settings/macros", "settings/macros", "agent", "Macros", MacrosPage{"/agent/settings/macros/new", macros}},
		{"settings/macros, none", "settings/macros", "agent", "Macros", MacrosPage{NewURL: "/agent/settings/macros/new"}},
		{"settings/macro", "settings/macro", "agent", "Change macro", MacroPage{"Change macro", "/agent/settings/macros", form, []MacroVariable{{"[[ticket.title]]", "The ticket’s title"}}, &away}},
	}
}
