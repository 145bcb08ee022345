package views

import "time"

func galleryQueue() []Sample {
	poll := QueuePoll{URL: "/agent/news?view=mine&seen=77", StreamURL: "/agent/stream"}
	bulk := &BulkForm{Action: "/agent/bulk", CSRF: "token", Back: "view=mine", AllURL: "/agent?pick=all&view=mine", Actions: []BulkControl{
		{Name: "assign", Label: "Assignee", Button: "Assign", Kind: "select", Choices: []Choice{{Value: "1", Label: "Mia Chen"}, {Value: "2", Label: "Tomás Ruiz"}}},
		{Name: "status", Label: "Status", Button: "Set status", Kind: "select", Choices: []Choice{{Value: "open", Label: "In progress"}, {Value: "resolved", Label: "Resolved"}}},
		{Name: "tag", Label: "Tag", Button: "Add", Kind: "text"}, {Name: "snooze", Label: "Until", Button: "Snooze", Kind: "time"}, {Name: "spam", Button: "Spam", Kind: "none", Danger: true},
	}}
	rows := func(view string, list []QueueRow) QueueRows {
		return QueueRows{View: view, Rows: list, Poll: poll, Bulk: bulk}
	}
	filter := QueueFilter{Keep: []Hidden{{"view", "mine"}}, Selects: []FilterSelect{
		{Name: "project", Label: "Project", Choices: []Choice{{Label: "Any"}, {Value: "bikes", Label: "City bikes", Selected: true}, {Value: "app", Label: "Rider app"}}},
		{Name: "tag", Label: "Tag", Value: "VIP", Typed: true, Choices: []Choice{{Value: "VIP"}, {Value: "warranty"}}},
	}}
	sorts := []FilterLink{{"Last change", "/agent?view=mine", true}, {"Newest", "/agent?sort=created&view=mine", false}, {"Due date", "/agent?sort=due&view=mine", false}}
	full := rows("mine", galleryRows())
	full.OlderURL = "/agent?view=mine&before=41"
	second := rows("open", galleryRows()[:3])
	second.NewestURL, second.Cut, second.OlderURL, second.Narrowed = "/agent?view=open", true, "/agent?view=open&before=3", true
	done := rows("mine", galleryRows()[:4])
	done.Report = &BulkReport{Summary: "3 changed. 1 refused.", Refused: []BulkRefusal{{Number: 1041, URL: "/agent/tickets/1041", Title: "The map stays grey in the tunnel", Why: "This step is not allowed from the present status."}, {Number: 7, Why: "This is not there."}}}
	found := rows("all", galleryRows()[:2])
	found.Rows[0].Heading = []Span{{"Rear ", false}, {"brake", true}, {" squeals after rain", false}}
	found.Rows[0].Snippet, found.Rows[0].InNote = []Span{{"Ask the workshop about the ", false}, {"brake", true}, {" pads of batch 7.", false}}, true
	found.Searched = true
	nothing := rows("all", nil)
	nothing.Searched, nothing.ResetURL, nothing.Bulk = true, "/agent?view=all", nil
	narrow := rows("open", nil)
	narrow.Narrowed, narrow.ResetURL, narrow.Bulk = true, "/agent?view=open", nil
	chips := []FilterChip{{"Project", "City bikes", "/agent?view=mine"}, {"Tag", "VIP", "/agent?view=mine"}}
	all := []Sample{
		{"agent/queue", "agent/queue", "agent", "My tickets", Queue{Heading: "My tickets", Filter: filter, Sorts: sorts, SaveURL: "/agent/views/new?query=view%3Dmine", List: full}},
		{"agent/queue, narrowed, second page", "agent/queue", "agent", "All open", Queue{Heading: "All open", Filter: filter, Chips: chips, ResetURL: "/agent?view=open", Sorts: sorts, EditURL: "/agent/views/3", List: second}},
		{"agent/queue, searched", "agent/queue", "agent", "All tickets", Queue{Heading: "All tickets", Search: "brake", Partial: true, Filter: filter, Sorts: sorts, List: found}},
		{"agent/queue, nothing found", "agent/queue", "agent", "All tickets", Queue{Heading: "All tickets", Search: "xylophone", Filter: filter, List: nothing}},
		{"agent/queue, nothing left", "agent/queue", "agent", "All open", Queue{Heading: "All open", Filter: filter, Chips: chips, List: narrow}},
		{"agent/queue, changed", "agent/queue", "agent", "My tickets", Queue{Heading: "My tickets", Filter: filter, Sorts: sorts, List: done}},
		{"agent/_rows", "agent/_rows", "", "", full},
		{"agent/_news", "agent/_news", "", "", QueueNews{Count: 3, RowsURL: "/agent?view=mine", PageURL: "/agent?view=mine"}},
		{"agent/_news, many", "agent/_news", "", "", QueueNews{Count: 100, RowsURL: "/agent?view=mine", PageURL: "/agent?view=mine"}},
		{"agent/_found", "agent/_found", "", "", Found{Query: "brake", AllURL: "/agent?q=brake&view=all", Groups: []FoundGroup{
			{ID: "found-views", Heading: "Lists", Items: []FoundItem{{ID: "found-1", URL: "/agent?view=mine", Icon: "inbox", Label: "My tickets"}}},
			{ID: "found-tickets", Heading: "Tickets", Items: []FoundItem{{ID: "found-2", URL: "/agent/tickets/1042", Icon: "ticket", Label: "Rear brake squeals after rain", Note: "#1042", Status: &Status{"open", "In progress"}}}}}}},
		{"agent/_found, nothing", "agent/_found", "", "", Found{Query: "xylophone", AllURL: "/agent?q=xylophone&view=all"}},
	}
	form := Form{Action: "/agent/views/3", CSRF: "token", Submit: "Save view", CancelURL: "/agent?view=mine", Inputs: []Input{{Kind: "text", Name: "name", Label: "Name", Value: "Brakes", Required: true},
		{Kind: "radio", Name: "whose", Label: "Who sees it", Choices: []Choice{{Value: "me", Label: "Only me", Selected: true}, {Value: "all", Label: "Everyone"}}}}}
	refused := form
	refused.Inputs = []Input{{Kind: "text", Name: "name", Label: "Name", Required: true, Error: "Give the view a name of at most 60 characters."}}
	all = append(all, Sample{"agent/saved_view", "agent/saved_view", "agent", "Saved view", SavedView{"Saved view", "Rename this view, or delete it.", form, "/agent/views/3/deletion"}},
		Sample{"agent/saved_view, refused", "agent/saved_view", "agent", "Save this view", SavedView{"Save this view", "The list gets a name.", refused, ""}})
	for _, view := range []string{"mine", "team", "unassigned", "open", "snoozed", "ended", "spam", "all"} {
		list := rows(view, nil)
		list.Bulk = nil
		all = append(all, Sample{"agent/queue, nothing in " + view, "agent/queue", "agent", "Tickets", Queue{Heading: "Tickets", List: list}})
	}
	return all
}

func galleryRows() []QueueRow {
	ago := func(d time.Duration) time.Time { return galleryNow.Add(-d) }
	s := galleryStatuses
	row := func(number int64, title, reporter, project string, status Status, assignee string, at time.Time) QueueRow {
		return QueueRow{Number: number, URL: "/agent/tickets/1042", Title: title, Reporter: reporter, Project: project, Status: status, Assignee: assignee, UpdatedAt: at, Pick: "1042.3"}
	}
	all := []QueueRow{
		row(1042, "Rear brake squeals after rain", "Ada Lovelace", "City bikes", s["open"], "Mia Chen", ago(4*time.Minute)),
		row(1041, "The map stays grey in the tunnel", "Jonas Petersen", "Rider app", s["new"], "", ago(22*time.Minute)),
		row(1038, "Order 88213: the wrong saddle arrived, and the invoice shows a third one that I never chose", "Consuela Fernández-Villalobos", "City bikes", s["waiting"], "Mia Chen", ago(2*time.Hour)),
		row(1036, "Change of address before delivery", "Yusuf Demir", "City bikes", s["new"], "", ago(3*time.Hour)),
		row(1029, "Cannot sign in after the update", "k.o.brien@averylongdomainname.example", "Rider app", s["open"], "Tomás Ruiz", ago(26*time.Hour)),
		row(1021, "Front light flickers", "Hanna Virtanen", "City bikes", s["on_hold"], "Mia Chen", ago(50*time.Hour)),
		row(1017, "Route export to GPX", "Lin Zhao", "Rider app", s["resolved"], "Tomás Ruiz", ago(90*time.Hour)),
		row(1009, "Refund for the second charge", "Priya Nair", "Rider app", s["closed"], "Mia Chen", ago(200*time.Hour)),
		row(1002, "Sponsor our race?", "info@race.example", "City bikes", s["rejected"], "Tomás Ruiz", ago(400*time.Hour)),
	}
	all[0].CustomerWaiting, all[1].CustomerWaiting, all[3].CustomerWaiting = true, true, true
	all[1].NotProven, all[4].NotProven = true, true
	all[0].Company, all[0].Team, all[0].Tags, all[0].Priority, all[0].Due = "Analytical Engines", "Workshop", []string{"VIP", "warranty"}, "urgent", galleryDue("soon", "first", "Answer in 1 h 20 m")
	all[2].Priority, all[2].Due = "high", galleryDue("late", "date", "Overdue since Tue 14:00")
	all[1].Due, all[3].Due, all[4].Due = galleryDue("calm", "next", "Next answer by Fri 14:00"), galleryDue("late", "resolution", "Solution overdue 3 d"), DueChip{State: "paused", Text: "Paused", Title: "Waiting for the customer"}
	all[5].SnoozedUntil = ago(-70 * time.Hour)
	all[7].Merged, all[8].Spam, all[2].Picked = true, true, true
	return all
}
