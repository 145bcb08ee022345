package views

import "time"

// galleryRelations are the pages about what happens between tickets and to them.
func galleryRelations() []Sample {
	head := func(title, lead string) TaskHead {
		return TaskHead{BackURL: "/agent/tickets/1042", Ticket: "#1042 Rear brake squeals after rain", Title: title, Lead: lead}
	}
	ago := func(d time.Duration) time.Time { return galleryNow.Add(-d) }
	others := []Related{
		{Number: 1038, URL: "/agent/tickets/1042/merge?target=1038", Title: "Order 88213: the wrong saddle arrived, and the invoice shows a third one that I never chose", Status: galleryStatuses["waiting"], Project: "City bikes", Reporter: "Ada Lovelace", UpdatedAt: ago(2 * time.Hour)},
		{Number: 801, URL: "/agent/tickets/1042/merge?target=801", Title: "Brake adjustment after delivery", Status: galleryStatuses["closed"], Project: "City bikes", Reporter: "Ada Lovelace", UpdatedAt: ago(900 * time.Hour)},
	}
	links := append([]Related(nil), others...)
	for i := range links {
		links[i].Choose = &Step{"/agent/tickets/1042/links", "token", "1038", "Link"}
	}
	lines := []ThreadLine{
		{Value: "m1", Author: "Ada Lovelace", Text: "Since the rain on Tuesday the rear brake squeals so loudly that people turn around. I attached a recording and a photo of the pads.", At: ago(50 * time.Hour), Chosen: true,
			Files: []File{{Name: "brake.m4a", Size: 420_000, Type: "audio/mp4"}, {Name: "pads.jpg", Size: 1_900_000, Type: "image/jpeg"}}, URL: "/agent/tickets/1042/redaction?message=m1",
			FileURLs: []string{"/agent/tickets/1042/redaction?file=f1", "/agent/tickets/1042/redaction?file=f2"}},
		{Value: "m2", Author: "Mia Chen", Text: "Ask the workshop whether the pads are from batch 7.", Note: true, Agent: true, At: ago(40 * time.Hour), URL: "/agent/tickets/1042/redaction?message=m2"},
		{Value: "m3", Author: "Ada Lovelace", Removed: true, At: ago(30 * time.Hour)},
	}
	ada, jonas := Person{"1", "Ada Lovelace", "ada@example.com", false}, Person{"2", "Jonas Petersen", "jonas.petersen@example.org", true}
	merge := Merge{TaskHead: head("Merge into a ticket", "This is what changes. Nothing has happened yet."), Action: "/agent/tickets/1042/merge", CSRF: "token", Target: others[0],
		SourceVersion: "4", TargetVersion: "9", Movable: []Person{jonas, {"3", "k.o.brien@averylongdomainname.example", "", false}}, Both: []Person{ada}, Readers: []Person{{"4", "Priya Nair", "priya@example.com", false}},
		Messages: lines, Files: 2, TargetMessages: 7, TargetFiles: 1, OtherURL: "/agent/tickets/1042/merge"}
	plain := merge
	plain.Movable, plain.Readers, plain.Public, plain.Error = nil, nil, true, "One of the tickets has changed since this was shown. Look once more, then merge."
	split := Split{TaskHead: head("Split into a new ticket", "Choose the messages that belong elsewhere."), Action: "/agent/tickets/1042/split", CSRF: "token", Version: "4", CancelURL: "/agent/tickets/1042", Messages: lines,
		TitleInput:    Input{Kind: "text", Name: FieldTitle, Label: "Title of the new ticket", Error: "Please give it a title.", Required: true},
		ReporterInput: Input{Kind: "select", Name: "reporter", Label: "Reporter", Choices: []Choice{{Label: "Whoever wrote the first chosen message", Selected: true}}},
		MessagesError: "Choose at least one message."}
	form := Form{Action: "/agent/tickets/1042/redaction", CSRF: "token", Submit: "Remove message", Danger: true, CancelURL: "/agent/tickets/1042", Inputs: []Input{{Kind: "checkbox", Name: "sure", Label: "I understand that this cannot be undone"}}}
	fresh := NewTicket{Title: "New ticket", Lead: "For somebody who called.", Action: "/agent/tickets?project=bikes", CSRF: "token", FormID: "sample-form", FieldsOf: "bug", CancelURL: "/agent", Project: Input{Kind: "select", Name: "project", Label: "Project", Choices: []Choice{{Value: "bikes", Label: "City bikes"}, {Value: "app", Label: "Rider app"}}},
		Email: &Input{Name: FieldEmail, Label: "Contact", Help: "Their e-mail address.", Value: "ada@example.com"}, ContactURL: "/agent/tickets/new/contact", ContactsURL: "/agent/contacts/suggest",
		Contact:  NewContact{Known: "Ada Lovelace", Address: "ada@example.com", Marks: []string{"address not proven"}, CompanyFor: "1", Company: &Input{Kind: "select", Name: "company", Label: "Company", Choices: []Choice{{Label: "No company"}, {Value: "1", Label: "Analytical Engines", Selected: true}}}},
		Inputs:   []Input{{Kind: "text", Name: FieldTitle, Label: "Title", Required: true, Error: "Please give it a title."}, {Kind: "textarea", Name: FieldDescription, Label: "Description", Rows: 7}},
		Hands:    []Input{{Kind: "select", Name: "priority", Label: "Priority", Choices: []Choice{{Value: "2", Label: "Normal"}}}},
		Template: &Input{Kind: "select", Name: FieldTemplate, Label: "Kind of request", Choices: []Choice{{Value: "bug", Label: "Bug report"}}}, Fields: galleryFields.Fields, Upload: galleryUpload,
		Tell: &Input{Kind: "checkbox", Name: "tell", Label: "Tell the contact by mail", Value: "1"}}
	nobody := fresh
	nobody.Email, nobody.Contact, nobody.Template, nobody.Tell, nobody.Fields = nil, NewContact{Known: "no mailbox", ID: "7"}, nil, nil, nil
	nobody.Project = Input{Kind: "hidden", Name: "project", Value: "bikes"}
	somebody := NewContact{Name: &Input{Kind: "text", Name: FieldName, Label: "Name", Optional: true}}
	return []Sample{
		{"agent/find_ticket", "agent/find_ticket", "agent", "Merge", FindTicket{TaskHead: head("Merge into a ticket", "Choose the ticket that stays."), Action: "/agent/tickets/1042/merge", Likely: true, Tickets: others}},
		{"agent/find_ticket, link", "agent/find_ticket", "agent", "Link", FindTicket{TaskHead: head("Link to a ticket", ""), Action: "/agent/tickets/1042/links", Query: "brake", Tickets: links}},
		{"agent/find_ticket, nothing", "agent/find_ticket", "agent", "Link", FindTicket{TaskHead: head("Link to a ticket", ""), Action: "/agent/tickets/1042/links", Query: "brake", Error: "There is no such ticket."}},
		{"agent/merge", "agent/merge", "agent", "Merge", merge},
		{"agent/merge, nobody new", "agent/merge", "agent", "Merge", plain},
		{"agent/split", "agent/split", "agent", "Split", split},
		{"agent/task", "agent/task", "agent", "Remove", Task{TaskHead: head("Remove this message for good?", "It cannot be undone."), Points: []string{"It goes everywhere."}, Quote: &lines[0], Form: form}},
		{"agent/redact", "agent/redact", "agent", "Remove", Redact{TaskHead: head("Remove for good", "For what must not be kept."), Messages: lines}},
		{"agent/new_ticket", "agent/new_ticket", "agent", "New ticket", fresh},
		{"agent/new_ticket, no mailbox", "agent/new_ticket", "agent", "New ticket", nobody},
		{"agent/_new_contact", "agent/_new_contact", "", "", somebody},
		{"settings/blocks", "settings/blocks", "agent", "Blocked senders", Blocks{Title: "Blocked senders", Lead: "Addresses and domains.", Form: Form{Action: "/agent/settings/blocks", Submit: "Block"}, OlderURL: "/agent/settings/blocks?before=3", Blocks: []BlockRow{
			{Value: "spam@shop.example", Reason: "Offers, #12", By: "Mia Chen", At: galleryNow, Until: galleryNow.Add(24 * time.Hour), Lift: Step{"/agent/settings/blocks/4/removal", "token", "", "Lift"}},
			{Value: "casino.example", By: "Mia Chen", Domain: true, At: galleryNow, Lift: Step{"/agent/settings/blocks/3/removal", "token", "", "Lift"}}}}},
		{"settings/blocks, nobody", "settings/blocks", "agent", "Blocked senders", Blocks{Title: "Blocked senders", Form: Form{Action: "/agent/settings/blocks", Submit: "Block"}}},
	}
}

// galleryMore are a ticket's header with everything that can stand in it.
func galleryMore(h TicketHeader) TicketHeader {
	h.More = []MenuItem{{"/agent/tickets/1042/merge", "merge", "Merge into a ticket", false}, {"/agent/tickets/1042/redaction", "eraser", "Remove for good", true}}
	h.Over = "Merged. The conversation goes on in the other ticket."
	h.Related = []Related{{Number: 801, URL: "/agent/tickets/801", Title: "Brake adjustment after delivery", How: "link", Label: "Linked", Status: galleryStatuses["closed"], Unlink: &Step{"/agent/tickets/1042/links/removal", "token", "801", "Remove link to #801"}}}
	return h
}
