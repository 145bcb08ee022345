package views

import "time"

// galleryHeld are the samples of what waits for its sender or an agent.
func galleryHeld() []Sample {
	const text = "Since this morning nothing is backed up any more.\n\nThe log says: permission denied. I have changed nothing."
	question := HeldPage{Project: "City bikes", Address: "ada@lovelace.example", Title: "Rear brake squeals after rain", Text: text, Files: []string{"rear-brake.jpg", "ride.mp4"}, Action: "/ticket/confirm/sample", DenyAction: "/ticket/confirm/sample/rejection"}
	answer := question
	answer.Reply, answer.Files = true, nil
	row := func(kind, icon, why string) HeldRow {
		return HeldRow{ID: "7", URL: "/agent/held/7", Kind: kind, Icon: icon, Who: "Ada Lovelace", Address: "ada@lovelace.example", Title: "Rear brake squeals after rain", Excerpt: "Since this morning nothing is backed up any more. The log says: permission denied.",
			Why: why, Project: "City bikes", At: galleryNow.Add(-3 * time.Hour), Until: galleryNow.Add(14 * 24 * time.Hour), CanDecide: true}
	}
	ticket, reply, mail := row("ticket", "ticket", "Waits for its sender to confirm the address"), row("reply", "message-square", "Written under a typed address that nobody has confirmed yet"), row("mail", "mail", "The sender does not take part in this ticket")
	reply.Ticket, reply.TicketURL = "#1042 Rear brake squeals after rain", "/agent/tickets/1042"
	mail.Ticket, mail.TicketURL, mail.Who, mail.Title = reply.Ticket, reply.TicketURL, "", ""
	mail.Address = "a-very-long-mailbox-name-without-any-name@workshop-of-the-northern-quarter.example"
	tabs := []AgentView{{Label: "All", URL: "/agent/held", Current: true}, {Label: "Tickets", URL: "/agent/held?kind=ticket"}, {Label: "Replies", URL: "/agent/held?kind=reply"}, {Label: "Mails", URL: "/agent/held?kind=mail"}}
	list := HeldList{Tabs: tabs, Rows: []HeldRow{ticket, reply, mail}, Action: "/agent/held", CSRF: "token", OlderURL: "/agent/held?before=3", FirstURL: "/agent/held", Error: "Choose at least one.", Ticket: "#1042", TicketURL: "/agent/tickets/1042", AllURL: "/agent/held"}
	viewer := HeldList{Tabs: tabs, Rows: []HeldRow{ticket}}

	item := HeldItem{BackURL: "/agent/held", HeldRow: ticket, CSRF: "token", KindLabel: "Ticket from the form", Effect: "Accepting makes it a ticket.", Text: text, Type: "Problem", Fields: []PublicField{{"Frame number", "NW-40217"}},
		Files: []StagedFile{{"s1", "rear-brake.jpg", 2_340_112, "image/jpeg", false}}, Mark: "Address not proven", Warn: true, Asked: "They were asked by mail to confirm it.", BlockURL: "/agent/settings/blocks", AcceptAction: "/agent/held/7/acceptance", RejectAction: "/agent/held/7/rejection"}
	letter := item
	letter.HeldRow, letter.KindLabel, letter.Fields, letter.Type, letter.Files, letter.Effect, letter.Asked = mail, "Mail", nil, "", nil, "", ""
	letter.Mail = &HeldMail{From: "Ada Lovelace <ada@lovelace.example>", Subject: "Re: Rear brake", Checks: "dkim=none; spf=fail", Size: 41_000, At: galleryNow, OriginalURL: "/agent/mail/3"}
	letter.Inputs = []Input{
		{Kind: "radio", Name: "as", Label: "When you accept it", Choices: []Choice{{Value: "reply", Label: "Add it to #1042 as a reply", Help: "The sender takes part from then on.", Selected: true}, {Value: "ticket", Label: "Open a new ticket"}}},
		{Kind: "select", Name: "company", Label: "Company of the new ticket", Choices: []Choice{{Label: "No company"}, {Value: "3", Label: "Harbour Couriers", Selected: true}}}}
	proven := letter
	proven.Mail = &HeldMail{From: "ada@lovelace.example", ProvenBy: "lovelace.example", At: galleryNow}
	proven.ContactURL, proven.Text, proven.Error = "/agent/contacts/7", "", "Choose what is to become of the mail."
	over := item
	over.Over, over.Result, over.ResultURL = "This was accepted already.", "#1043", "/agent/tickets/1043"
	read := item
	read.AcceptAction = ""
	page := func(name, template string, data any) Sample {
		return Sample{Name: name, Template: template, Layout: "agent", Title: "Held", Data: data}
	}
	return []Sample{
		{"portal/held", "portal/held", "portal", "Send this ticket?", question}, {"portal/held, reply", "portal/held", "portal", "Post this reply?", answer},
		{"portal/held, dropped", "portal/held", "portal", "Deleted", HeldPage{State: "dropped"}}, {"portal/held, later", "portal/held", "portal", "Thank you", HeldPage{State: "later", NewTicketURL: "/ticket/bikes"}},
		page("agent/held", "agent/held", list), page("agent/held, reading only", "agent/held", viewer), page("agent/held, nothing", "agent/held", HeldList{Tabs: tabs}),
		page("agent/held_item", "agent/held_item", item), page("agent/held_item, mail", "agent/held_item", letter), page("agent/held_item, proven mail", "agent/held_item", proven),
		page("agent/held_item, decided", "agent/held_item", over), page("agent/held_item, reading only", "agent/held_item", read),
		{"agent/_held_notice", "agent/_held_notice", "", "", HeldNotice{Count: 1, URL: "/agent/held?ticket=1042"}}, {"agent/_held_notice, none", "agent/_held_notice", "", "", HeldNotice{}},
	}
}
