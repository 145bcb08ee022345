package views

// The examples of a ticket as its customers see it.

func gallerySigned() (Thread, ThreadHeader) {
	header := ThreadHeader{Title: "Rear brake squeals after rain", Status: Status{"open", "Open"}, Type: "Problem", CSRF: "token", CloseURL: "/my-tickets/K7-3QX/closure", CloseAction: "/my-tickets/K7-3QX/closure",
		CreatedAt: galleryNow, UpdatedAt: galleryNow, Turn: Turn{Ours: true}}
	header.Side = &TicketSide{Status: header.Status, Reference: "K7-3QX", Priority: 3, Team: "Workshop", Type: "Problem", Company: "Analytical Engines", CreatedAt: galleryNow,
		ResponseBy: galleryNow.AddDate(0, 0, 1), ResolutionBy: galleryNow.AddDate(0, 0, 4), DueAt: galleryNow.AddDate(0, 0, 9), Fields: []PublicField{{"Frame number", "NB-2291"}, {"Under warranty", "Yes"}}}
	reply := ReplyForm{Action: "/my-tickets/K7-3QX/replies", FormID: "sample", Address: "ada@example.com", CSRF: "token", DraftURL: "/my-tickets/K7-3QX/draft", DraftKey: "k", Body: "It began after",
		Upload: Upload{MaxFile: 10 << 20, MaxTotal: 25 << 20, MaxFiles: 10}}
	messages := galleryMessages()
	messages[len(messages)-1].SinceVisit = true
	messages = append(messages, Message{ID: "joined-9", Event: true, Line: "joined", Author: "Mary", At: galleryNow})
	thread := Thread{Header: header, Messages: messages, Reply: &reply, PeopleURL: "/my-tickets/K7-3QX/people",
		Poll:   Poll{URL: "/my-tickets/K7-3QX/updates?after=7", StreamURL: "/my-tickets/K7-3QX/stream", ThreadURL: "/my-tickets/K7-3QX", SeenURL: "/my-tickets/K7-3QX/seen", SeenVersion: 7},
		Signed: &SignedTicket{ListURL: "/my-tickets", PrintURL: "/my-tickets/K7-3QX/print", CSRF: "token", Company: "Analytical Engines", SeenAction: "/my-tickets/K7-3QX/seen", SeenVersion: 7, LeaveURL: "/my-tickets/K7-3QX/leave"}}
	return thread, header
}

func galleryDetail() []Sample {
	thread, header := gallerySigned()
	join, read, manager := thread, thread, thread
	join.Reply, read.Reply = nil, nil
	signed := func(change func(s *SignedTicket)) *SignedTicket {
		s := *thread.Signed
		s.LeaveURL, s.SeenAction = "", ""
		change(&s)
		return &s
	}
	join.Signed = signed(func(s *SignedTicket) { s.JoinAction = "/my-tickets/K7-3QX/part" })
	read.Signed = signed(func(s *SignedTicket) { s.ReadOnly = true })
	manager.Signed = signed(func(s *SignedTicket) { s.JoinsByReply = true })
	private := header
	side := *header.Side
	side.Private, side.Company, side.Priority = true, "", 4
	private.Side = &side
	people := SeersPage{Title: header.Title, BackURL: "/my-tickets/K7-3QX", Workspace: "Northwind Bikes", Company: "Analytical Engines", CSRF: "token", AddAction: "/my-tickets/K7-3QX/people",
		People:     []TicketSeer{{Name: "Ada", Address: "ada@example.com", How: "opened", Me: true}, {Name: "Mary", Address: "m…@example.com", How: "invited"}},
		Colleagues: []Choice{{Value: "k", Label: "Charles (c…@example.com)"}}}
	refused, alone := people, people
	refused.Error, alone.Colleagues, alone.AddAction, alone.LeaveURL = "Choose someone from the list.", nil, "/my-tickets/K7-3QX/people", "/my-tickets/K7-3QX/leave"
	return []Sample{
		{"customer/ticket", "portal/thread", "portal", header.Title, thread},
		{"customer/ticket, to join", "portal/thread", "portal", header.Title, join},
		{"customer/ticket, to read", "portal/thread", "portal", header.Title, read},
		{"customer/ticket, manager", "portal/thread", "portal", header.Title, manager},
		{"customer/_ticket_side, private", "customer/_ticket_side", "", "", side},
		{"portal/_updates, signed in", "portal/_updates", "", "", Updates{galleryMessages()[5:], galleryMessages()[1:2], private, thread.Poll, 1}},
		{"customer/people", "customer/people", "portal", "Who can see this ticket", people},
		{"customer/people, refused", "customer/people", "portal", "Who can see this ticket", refused},
		{"customer/people, all there", "customer/people", "portal", "Who can see this ticket", alone},
		{"customer/leave", "customer/leave", "portal", "Leave conversation", LeaveTicket{Title: header.Title, Company: "Analytical Engines", Action: "/my-tickets/K7-3QX/leave", BackURL: "/my-tickets/K7-3QX", CSRF: "token"}},
		{"customer/leave, no company", "customer/leave", "portal", "Leave conversation", LeaveTicket{Title: header.Title, Action: "/my-tickets/K7-3QX/leave", BackURL: "/my-tickets/K7-3QX", CSRF: "token"}},
		{"customer/print", "customer/print", "bare", header.Title, PrintedTicket{Header: header, Messages: galleryMessages(), BackURL: "/my-tickets/K7-3QX"}},
	}
}
