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
	held := galleryComposer()
	held.Body, held.Seen = "New pads are on their way.", 12
	held.Newer = []Entry{{ID: "newer-1", Kind: "contact", Author: "Ada Lovelace", Address: "ada@example.com", At: galleryNow, Body: "<p>It stopped by itself. Thank you!</p>"}}
	held.Errors = map[string]string{"": "Somebody wrote while you were writing. Read it, then send once more."}
	tools := galleryComposer()
	tools.ComposerTools = ComposerTools{Seen: 12, PreviewURL: "/agent/tickets/1042/preview", ArticlesURL: "/agent/tickets/1042/articles", HelpURL: "/doc/bikes", MacrosURL: "/agent/tickets/1042/macros", UndoSeconds: 30, Preview: galleryPreview()}
	tools.Recipients[0].Failed, tools.Recipients[2].LinkDead = "The address does not exist.", true

	ticket := galleryTicket()
	ticket.Header = galleryMore(ticket.Header)
	ticket.Composer = &reply
	ticket.Waiting, ticket.Here = galleryWaiting(), galleryHere(true)
	ticket.Earlier = EarlierLink{"/agent/tickets/1042?before=5", "/agent/tickets/1042/entries?before=5"}
	ticket.Entries[4].Mails = galleryMails("mails-entry-6")
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
		Changed: []Entry{{ID: "entry-88", Kind: "agent", Author: "Mia Chen", At: galleryNow, Removed: "Removed for good by Mia Chen, 21 Nov 2026, 14:05"}},
		Header:  ticket.Header, Sidebar: ticket.Sidebar, Poll: ticket.Poll, Recipients: reply.Recipients, NewCount: 1,
	}
	refusedChange := live
	refusedChange.Entries, refusedChange.Changed, refusedChange.NewCount = nil, nil, 0
	refusedChange.Sidebar.Error = "Somebody else changed this ticket a moment ago. Look at the present state and try again."

	people := TicketPeople{BackURL: "/agent/tickets/1042", Title: ticket.Header.Title, Number: 1042, CSRF: "token", Closed: true, People: []TicketPerson{
		{Name: "Ada Lovelace", Address: "ada@example.com", JoinedAs: "reporter", Proven: true, JoinedAt: galleryNow, ReplaceURL: "/1"},
		{Address: "c@example.com", JoinedAs: "cc", Unsubscribed: true, JoinedAt: galleryNow, LinkUntil: galleryNow, ReplaceURL: "/2", RemoveURL: "/3"},
		{Name: "otto#1234", Synthetic: true, JoinedAs: "joined", JoinedAt: galleryNow, LinkDead: true}},
		Form: &Form{Action: "/people", CSRF: "token", Submit: "Add", Inputs: []Input{{Kind: "email", Name: "email", Label: "E-mail address", Error: "This person takes part already."}}}}
	all := []Sample{
		{"agent/time", "agent/time", "agent", "Time", TicketTime{BackURL: "/agent/tickets/1042", Title: ticket.Header.Title, Number: 1042, Total: "1 h 20 min", CSRF: "token",
			Entries: []SpentTime{{Agent: "Mia Chen", Spent: "1 h 20 min", Note: "Looked at the brakes", At: galleryNow, RemoveURL: "/1"}}, Form: &Form{Action: "/time", Submit: "Add time", Inputs: []Input{{Kind: "text", Name: "spent", Label: "Time"}}}}},
		{"agent/time, nothing", "agent/time", "agent", "Time", TicketTime{BackURL: "/agent/tickets/1042", Title: ticket.Header.Title, Number: 1042}},
		{"agent/participants", "agent/participants", "agent", "People on this ticket", people},
		{"agent/sign_in", "agent/sign_in", "bare", "Sign in", SignIn{Action: "/agent/session", CSRF: "token"}},
		{"agent/sign_in, refused", "agent/sign_in", "bare", "Sign in", SignIn{Action: "/agent/session", CSRF: "token", Address: "mia@northwind.example", Next: "/agent/tickets/12", Error: "That address and password don’t match. Check both and try again."}},
		{"agent/ticket", "agent/ticket", "agent", ticket.Header.Title, ticket},
		{"agent/ticket, note", "agent/ticket", "agent", ticket.Header.Title, noting},
		{"agent/ticket, bare", "agent/ticket", "agent", "Hello", bare},
		{"agent/_composer, refused", "agent/_composer", "", "", refused},
		{"agent/_composer, ended", "agent/_composer", "", "", ended},
		{"agent/_composer, held", "agent/_composer", "", "", held},
		{"agent/_composer, all tools", "agent/_composer", "", "", tools},
		{"agent/_dialogs", "agent/_dialogs", "", "", tools},
		{"agent/_preview", "agent/_preview", "", "", *galleryPreview()},
		{"agent/_preview, note", "agent/_preview", "", "", Preview{Note: true, Body: "<p>Pads from batch 7.</p>"}},
		{"agent/_preview, tab", "agent/_preview", "", "", Preview{BubbleOnly: true, Body: "<p>New pads are <strong>on their way</strong>.</p>"}},
		{"agent/_preview, nobody", "agent/_preview", "", "", Preview{Closed: true, Body: "<p>Hello</p>"}},
		{"agent/_preview, nothing", "agent/_preview", "", "", Preview{Empty: true}},
		{"agent/_articles", "agent/_articles", "", "", ArticleList{Articles: []ArticleInsert{{"Bed in new brake pads", "Ten firm stops, and the noise is gone.", "Brakes", "[Bed in new brake pads](https://help.northwind.example/doc/bikes/bed-in)"}}}},
		{"agent/_articles, none found", "agent/_articles", "", "", ArticleList{Query: "saddle"}},
		{"agent/_articles, none", "agent/_articles", "", "", ArticleList{}},
		{"agent/_waiting", "agent/_waiting", "", "", galleryWaiting()},
		{"agent/_presence", "agent/_presence", "", "", galleryHere(false)},
		{"agent/_presence, writing", "agent/_presence", "", "", galleryHere(true)},
		{"agent/_mails", "agent/_mails", "", "", galleryMails("mails-1")},
		{"agent/_earlier_entries", "agent/_earlier_entries", "", "", EarlierEntries{EarlierLink{"/agent/tickets/1042?before=5", "/agent/tickets/1042/entries?before=5"}, ticket.Entries[:2]}},
		{"agent/_taken_back", "agent/_taken_back", "", "", TicketReplyAdded{reply, TicketUpdates{Header: ticket.Header, Sidebar: ticket.Sidebar, Poll: ticket.Poll}}},
		{"agent/_updates", "agent/_updates", "", "", live},
		{"agent/_updates, quiet", "agent/_updates", "", "", TicketUpdates{Quiet: true, Here: galleryHere(true), Mails: []MailLines{galleryMails("mails-2")}, Poll: ticket.Poll}},
		{"agent/_updates, refused change", "agent/_updates", "", "", refusedChange},
		{"agent/_reply_added", "agent/_reply_added", "", "", TicketReplyAdded{sent, TicketUpdates{Entries: live.Entries[:1], Header: ticket.Header, Sidebar: ticket.Sidebar, Poll: ticket.Poll}}},
	}
	all = append(all, galleryQueue()...)
	for _, kind := range []string{"created", "status_changed", "closed", "assigned", "follow_up", "unsubscribed", "resubscribed", "merged", "merged_from", "split", "split_from", "linked", "unlinked", "followed_up", "follow_up_of", "spam", "not_spam", "redacted", "other"} {
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
		Sample{"setup/done", "setup/done", "bare", "Set up Lodge", SetupDone{"/agent/sign-in", "/", "/ticket/bikes", "/agent/settings/projects/bikes/mailboxes", "https://help.northwind.example", "https://help.northwind.example/agent"}},
		Sample{"setup/gone", "setup/gone", "bare", "Set up Lodge", SetupGone{"/agent/sign-in"}},
		Sample{"dev/outbox", "dev/outbox", "portal", "Outbox", outbox},
		Sample{"dev/outbox, nothing", "dev/outbox", "portal", "Outbox", Outbox{}},
		Sample{"dev/mail", "dev/mail", "portal", mail.Subject, mail},
		Sample{"dev/gallery", "dev/gallery", "portal", "Gallery", GalleryPage{[]GalleryItem{{"portal/create", "en", "/dev/gallery/en/1"}}}},
	)
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
			CSRF: "token", Status: galleryStatuses["open"], Assignee: "Mia Chen", Priority: "High", Me: "1",
			Number: 1042, Reference: "K7-3QX", Project: "City bikes", Template: "Repair",
			Rows: galleryRowsOf(), Questions: galleryQuestions(), Facts: []Property{{ID: "title", Name: "title", Label: "Title", Kind: "long", Action: "/agent/tickets/1042/title", Value: "Rear brake squeals after rain", CSRF: "token"}},
			Snooze:  &SidebarSnooze{Action: "/agent/tickets/1042/snooze", CSRF: "token"},
			Tags:    SidebarTags{Action: "/agent/tickets/1042/tags", CSRF: "token", OptionsURL: "/agent/options/tags", Tags: []string{"brakes", "warranty", "batch 7"}},
			Notices: SidebarNotices{"/agent/tickets/1042/notices", "token"},
			Participants: []Participant{
				{Name: "Ada Lovelace", Address: "ada@example.com", JoinedAs: "reporter", Bounced: true}, {Name: "Charles Babbage", Address: "charles@example.com", JoinedAs: "cc", Unsubscribed: true, Proven: true, LinkUntil: galleryNow},
				{Address: "mary@example.com", JoinedAs: "joined", Proven: true}, {Name: "byron#1815", JoinedAs: "cc", Synthetic: true},
			},
			CreatedAt: day, UpdatedAt: galleryNow.Add(-20 * time.Minute), FollowsURL: "/agent/tickets/801", FollowsTitle: "Brake adjustment after delivery",
		},
		Poll: TicketPoll{URL: "/agent/tickets/1042/updates?after=9", StreamURL: "/agent/stream"},
	}
	MarkEntryDays(page.Entries, time.Time{})
	return page
}
