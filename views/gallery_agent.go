package views

import (
	"html/template"
	"time"
)

// galleryNav is the header of the agents' pages in the samples.
var galleryNav = &AgentNav{
	Name: "Mia Chen", QueueURL: "/agent", SignOutURL: "/agent/session/end",
	Views: []AgentView{
		{Label: "My tickets", URL: "/agent?view=mine", Count: 4, Current: true},
		{Label: "Unassigned", URL: "/agent?view=unassigned", Count: 7},
		{Label: "All open", URL: "/agent?view=open", Count: 38},
		{Label: "Ended", URL: "/agent?view=ended", Count: 100},
		{Label: "All tickets", URL: "/agent?view=all", Count: 100},
	},
}

var galleryStatuses = map[string]Status{
	"new": {"new", "New"}, "open": {"open", "In progress"}, "waiting": {"waiting", "Waiting for customer"},
	"on_hold": {"on_hold", "Waiting for parts"}, "resolved": {"resolved", "Resolved"}, "closed": {"closed", "Closed"}, "rejected": {"rejected", "Rejected"},
}

func galleryAgent() []Sample {
	poll := QueuePoll{URL: "/agent/changes?view=mine&after=77", StreamURL: "/agent/stream"}
	rows := func(view string, list []QueueRow) QueueRows { return QueueRows{View: view, Rows: list, Poll: poll} }
	full := rows("mine", galleryRows())
	full.OlderURL = "/agent?view=mine&before=41"
	projects := []FilterLink{{"All projects", "/agent?view=mine", true}, {"City bikes", "/agent?view=mine&project=bikes", false}, {"Rider app", "/agent?view=mine&project=app", false}}
	second := rows("open", galleryRows()[:3])
	second.NewestURL = "/agent?view=open"

	reply := galleryComposer()
	note := galleryComposer()
	note.Mode, note.Body = ModeNote, "Ask the workshop whether the pads are from batch 7."
	refused := galleryComposer()
	refused.Errors = map[string]string{FieldBody: "Write something first."}
	refused.Upload.Staged = []StagedFile{{Value: "s1", Name: "invoice.pdf", Size: 88_000, Type: "application/pdf", Keep: true}}
	refused.Upload.Error = "“video.mov” is larger than 50 MB."
	viewer := galleryComposer()
	viewer.CanReply = false
	ended := galleryComposer()
	ended.Ended = true
	ended.Recipients = nil
	sent := galleryComposer()
	sent.ClearDraft = true

	ticket := galleryTicket()
	ticket.Composer = &reply
	noting := galleryTicket()
	noting.Composer = &note
	bare := TicketPage{
		BackURL: "/agent", Header: TicketHeader{Number: 3, Title: "Hello", Status: galleryStatuses["closed"], Project: "City bikes", Reporter: "j@example.com"},
		Entries:  []Entry{{ID: "entry-1", Kind: "contact", Address: "j@example.com", At: galleryNow, Body: "<p>Hello?</p>", NewDay: true}},
		Composer: &viewer,
		Sidebar:  Sidebar{Status: galleryStatuses["closed"], Number: 3, Project: "City bikes", CreatedAt: galleryNow, UpdatedAt: galleryNow, EndedAt: galleryNow},
		Poll:     TicketPoll{URL: "/agent/tickets/3/updates?after=1"},
	}
	live := TicketUpdates{
		Entries: []Entry{
			{ID: "entry-91", Kind: "contact", Author: "Ada Lovelace", Address: "ada@example.com", At: galleryNow, Body: "<p>The new pads arrived. Thank you!</p>", Unconfirmed: true},
			{ID: "event-92", Kind: "event", At: galleryNow, Event: EventLine{Kind: "reopened", Who: "Ada Lovelace"}},
		},
		Header: ticket.Header, Sidebar: ticket.Sidebar, Poll: ticket.Poll, Recipients: reply.Recipients, NewCount: 1,
	}
	refusedChange := live
	refusedChange.Entries, refusedChange.NewCount = nil, 0
	refusedChange.Sidebar.Error = "Somebody else changed this ticket a moment ago. Look at the present state and try again."

	all := []Sample{
		{"agent/sign_in", "agent/sign_in", "bare", "Sign in", SignIn{Action: "/agent/session", CSRF: "token"}},
		{"agent/sign_in, refused", "agent/sign_in", "bare", "Sign in", SignIn{Action: "/agent/session", CSRF: "token", Address: "mia@northwind.example", Next: "/agent/tickets/12", Error: "That address and password don’t match. Check both and try again."}},
		{"agent/queue", "agent/queue", "agent", "My tickets", Queue{Heading: "My tickets", Projects: projects, View: "mine", List: full}},
		{"agent/queue, one project, second page", "agent/queue", "agent", "All open", Queue{Heading: "All open", Project: "City bikes", View: "open", List: second}},
		{"agent/_rows", "agent/_rows", "", "", full},
		{"agent/_news", "agent/_news", "", "", QueueNews{Count: 3, RowsURL: "/agent?view=mine", PageURL: "/agent?view=mine"}},
		{"agent/_news, many", "agent/_news", "", "", QueueNews{Count: 100, RowsURL: "/agent?view=mine", PageURL: "/agent?view=mine"}},
		{"agent/ticket", "agent/ticket", "agent", ticket.Header.Title, ticket},
		{"agent/ticket, note", "agent/ticket", "agent", ticket.Header.Title, noting},
		{"agent/ticket, bare", "agent/ticket", "agent", "Hello", bare},
		{"agent/_composer, refused", "agent/_composer", "", "", refused},
		{"agent/_composer, ended", "agent/_composer", "", "", ended},
		{"agent/_updates", "agent/_updates", "", "", live},
		{"agent/_updates, refused change", "agent/_updates", "", "", refusedChange},
		{"agent/_reply_added", "agent/_reply_added", "", "", TicketReplyAdded{sent, TicketUpdates{Entries: live.Entries[:1], Header: ticket.Header, Sidebar: ticket.Sidebar, Poll: ticket.Poll}}},
	}
	for _, view := range []string{"mine", "unassigned", "open", "ended"} {
		all = append(all, Sample{"agent/queue, nothing in " + view, "agent/queue", "agent", "Tickets", Queue{Heading: "Tickets", View: view, List: rows(view, nil)}})
	}
	for _, kind := range []string{"created", "status_changed", "closed", "assigned", "follow_up", "unsubscribed", "resubscribed", "other"} {
		all = append(all, Sample{"agent/_event, " + kind, "agent/_event", "", "", EventLine{Kind: kind, Who: "Mia Chen", To: "K7-3QX", URL: "/agent/tickets/13"}})
	}
	steps := []SetupStep{{1, "Organisation", "/setup/sample", true, false}, {2, "Project", "/setup/sample/project", true, false}, {3, "You", "/setup/sample/you", false, true}, {4, "Mail", "", false, false}, {5, "Articles", "", false, false}}
	setup := Setup{Action: "/setup/sample", Heading: "Your organisation", Lead: "Two minutes, once.", Steps: steps, Submit: "Continue", Inputs: []Input{{Kind: "text", Name: "workspace", Label: "Name of your organisation", Value: "Northwind Bikes", Required: true}},
		Address: &SetupAddress{Links: "http://localhost:8080", Here: "https://help.northwind.example", Differs: true}}
	typed := Setup{
		Action: "/setup/sample/you", Heading: "You", Lead: "The first administrator.", Steps: steps, BackURL: "/setup/sample/project", Submit: "Continue", Inputs: []Input{
			{Kind: "text", Name: "name", Label: "Your name", Value: "Mia Chen", Required: true}, {Kind: "email", Name: "email", Label: "Your e-mail address", Value: "mia@northwind", Error: "Enter a whole e-mail address, such as ada@example.com.", Required: true},
			{Kind: "password", Name: "password", Label: "Password", Error: "Choose a longer password.", Autocomplete: "new-password", Required: true}},
	}
	mailing := Setup{Action: "/setup/sample/mail", Heading: "Mail", Lead: "How mails leave.", Steps: steps, BackURL: "/setup/sample/you", Submit: "Continue",
		Mail: &SetupMail{Kind: "smtp", Server: "smtp.northwind.example:587", From: "help@northwind.example", TestURL: "/setup/sample/mail/test", To: "mia@northwind.example"}}
	noMail := mailing
	noMail.Mail = &SetupMail{Kind: "none"}
	mail := OutboxPage{
		BackURL: "/dev/outbox", From: "City bikes <help@northwind.example>", To: "Ada Lovelace <ada@example.com>", Subject: "Re: Rear brake squeals after rain [K7-3QX]", At: galleryNow,
		Headers: []MailHeader{{"Message-ID", "<a1@northwind.example>"}, {"Auto-Submitted", "auto-generated"}, {"List-Unsubscribe", "<https://help.northwind.example/ticket/unsubscribe/sample>"}},
		Text:    "Mia Chen from City bikes answered your ticket:\n\nNew pads are on their way.\n\nView ticket details: https://help.northwind.example/ticket/thread/sample\n", HTMLURL: "/dev/outbox/1/html",
		Files: []File{{Name: "return-label.pdf", Size: 41_000, Type: "application/pdf"}},
	}
	outbox := Outbox{OlderURL: "/dev/outbox?before=1", Mails: []OutboxMail{
		{"ada@example.com", mail.Subject, "/dev/outbox/2", galleryNow},
		{"jonas.petersen@example.org", "We received your request: The map stays grey in the tunnel", "/dev/outbox/1", galleryNow.Add(-2 * time.Hour)},
	}}
	return append(all,
		Sample{"setup/step", "setup/step", "bare", "Set up Lodge", setup},
		Sample{"setup/step, refused", "setup/step", "bare", "Set up Lodge", typed},
		Sample{"setup/step, mail", "setup/step", "bare", "Set up Lodge", mailing},
		Sample{"setup/step, no mail", "setup/step", "bare", "Set up Lodge", noMail},
		Sample{"setup/done", "setup/done", "bare", "Set up Lodge", SetupDone{"/agent/sign-in", "/", "/ticket/bikes", "https://help.northwind.example", "https://help.northwind.example/agent"}},
		Sample{"setup/gone", "setup/gone", "bare", "Set up Lodge", SetupGone{"/agent/sign-in"}},
		Sample{"dev/outbox", "dev/outbox", "portal", "Outbox", outbox},
		Sample{"dev/outbox, nothing", "dev/outbox", "portal", "Outbox", Outbox{}},
		Sample{"dev/mail", "dev/mail", "portal", mail.Subject, mail},
		Sample{"dev/gallery", "dev/gallery", "portal", "Gallery", GalleryPage{[]GalleryItem{{"portal/create", "en", "/dev/gallery/en/1"}}}},
	)
}

func galleryRows() []QueueRow {
	ago := func(d time.Duration) time.Time { return galleryNow.Add(-d) }
	s := galleryStatuses
	return []QueueRow{
		{1042, "/agent/tickets/1042", "Rear brake squeals after rain", "Ada Lovelace", "City bikes", s["open"], "Mia Chen", ago(4 * time.Minute), false, true},
		{1041, "/agent/tickets/1041", "The map stays grey in the tunnel", "Jonas Petersen", "Rider app", s["new"], "", ago(22 * time.Minute), true, true},
		{1038, "/agent/tickets/1038", "Order 88213: the wrong saddle arrived, and the invoice shows a third one that I never chose", "Consuela Fernández-Villalobos", "City bikes", s["waiting"], "Mia Chen", ago(2 * time.Hour), false, false},
		{1036, "/agent/tickets/1036", "Change of address before delivery", "Yusuf Demir", "City bikes", s["new"], "", ago(3 * time.Hour), false, true},
		{1029, "/agent/tickets/1029", "Cannot sign in after the update", "k.o.brien@averylongdomainname.example", "Rider app", s["open"], "Tomás Ruiz", ago(26 * time.Hour), true, false},
		{1021, "/agent/tickets/1021", "Front light flickers", "Hanna Virtanen", "City bikes", s["on_hold"], "Mia Chen", ago(50 * time.Hour), false, false},
		{1017, "/agent/tickets/1017", "Route export to GPX", "Lin Zhao", "Rider app", s["resolved"], "Tomás Ruiz", ago(90 * time.Hour), false, false},
		{1009, "/agent/tickets/1009", "Refund for the second charge", "Priya Nair", "Rider app", s["closed"], "Mia Chen", ago(200 * time.Hour), false, false},
		{1002, "/agent/tickets/1002", "Sponsor our race?", "info@race.example", "City bikes", s["rejected"], "Tomás Ruiz", ago(400 * time.Hour), true, false},
	}
}

func galleryComposer() Composer {
	return Composer{
		Action: "/agent/tickets/1042/messages", CSRF: "token", FormID: "sample-form", CanReply: true, DraftKey: "agent-1042", Upload: galleryUpload,
		Recipients: []Recipient{
			{Name: "Ada Lovelace", Address: "ada@example.com"}, {Name: "Charles Babbage", Address: "charles@example.com", Unsubscribed: true},
			{Address: "mary@example.com"}, {Name: "byron#1815", Synthetic: true},
		},
	}
}

func galleryTicket() TicketPage {
	day := galleryNow.Add(-26 * time.Hour)
	file := func(name, kind string, size int64) File {
		return File{Name: name, Size: size, Type: kind, URL: "/agent/files/sample"}
	}
	photo := file("rear-brake.jpg", "image/jpeg", 1_900_000)
	photo.ThumbURL = "/agent/files/sample/thumb"
	entry := func(id, kind, author, address string, at time.Time, body template.HTML, files ...File) Entry {
		return Entry{ID: id, Kind: kind, Author: author, Address: address, At: at, Body: body, Files: files}
	}
	first := entry("entry-1", "contact", "Ada Lovelace", "ada@example.com", day, `<p>Since it rained last week, the rear brake of my Fjord 5 squeals so loudly that people turn around. It still stops well.</p><p>I cleaned the disc with a dry cloth. Photo and a recording attached.</p>`,
		photo, file("squeal-recording-2026-11-18.m4a", "audio/mp4", 640_000))
	first.NotProven = true
	own := entry("entry-6", "agent", "Mia Chen", "", galleryNow.Add(-3*time.Hour), `<p>Hello Ada, that noise comes from pads that took up road oil. New pads are on their way to you, free of charge.</p><p>Until then: ten firm stops from walking speed usually calm it down.</p>`, file("return-label.pdf", "application/pdf", 41_000))
	own.Own = true
	late := entry("entry-8", "contact", "", "mary@example.com", galleryNow.Add(-20*time.Minute), `<p>The link is https://rides.example.com/shared/9f8e7d6c5b4a39281706f5e4d3c2b1a09f8e7d6c5b4a39281706f5e4d3c2b1a0, you can hear it there too.</p>`)
	late.Unconfirmed = true
	page := TicketPage{
		BackURL: "/agent?view=mine",
		Header: TicketHeader{
			Number: 1042, Title: "Rear brake squeals after rain", Status: galleryStatuses["open"], Project: "City bikes", Reporter: "Ada Lovelace", NotProven: true,
			Resolve: &Step{"/agent/tickets/1042/status", "token", "resolved", "Resolve"},
		},
		Entries: []Entry{
			first,
			{ID: "event-2", Kind: "event", At: day.Add(2 * time.Hour), Event: EventLine{Kind: "assigned", Who: "Mia Chen", To: "Mia Chen"}},
			entry("entry-3", "note", "Tomás Ruiz", "", day.Add(3*time.Hour), `<p>Third one this month with pads from batch 7. I would just send new ones.</p>`),
			{ID: "event-4", Kind: "event", At: day.Add(4 * time.Hour), Event: EventLine{Kind: "status_changed", Who: "Mia Chen", To: "In progress"}},
			own, late,
		},
		Sidebar: Sidebar{
			CSRF: "token", StatusAction: "/agent/tickets/1042/status", Status: galleryStatuses["open"],
			Next:         []Choice{{Value: "waiting", Label: "Waiting for customer"}, {Value: "resolved", Label: "Resolved"}, {Value: "rejected", Label: "Rejected"}},
			AssignAction: "/agent/tickets/1042/assignee", Assignee: "Mia Chen", Me: "1",
			Agents: []Choice{{Value: "1", Label: "Mia Chen", Selected: true}, {Value: "2", Label: "Tomás Ruiz"}},
			Number: 1042, Reference: "K7-3QX", Project: "City bikes", Type: "Problem", Template: "Repair",
			Fields: []AgentField{{Label: "Frame number", Value: "NW-40217"}, {Label: "Model", Value: "Fjord 5"}, {Label: "Warranty ends", Value: "", Internal: true}, {Label: "Cost centre", Value: "4410 Warranty", Internal: true}},
			Participants: []Participant{
				{Name: "Ada Lovelace", Address: "ada@example.com", JoinedAs: "reporter"}, {Name: "Charles Babbage", Address: "charles@example.com", JoinedAs: "cc", Unsubscribed: true, Proven: true},
				{Address: "mary@example.com", JoinedAs: "joined", Proven: true}, {Name: "byron#1815", JoinedAs: "cc", Synthetic: true},
			},
			CreatedAt: day, UpdatedAt: galleryNow.Add(-20 * time.Minute), FollowsURL: "/agent/tickets/801", FollowsTitle: "Brake adjustment after delivery",
		},
		Poll: TicketPoll{URL: "/agent/tickets/1042/updates?after=9", StreamURL: "/agent/stream"},
	}
	MarkEntryDays(page.Entries, time.Time{})
	return page
}
