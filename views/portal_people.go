package views

// TicketSeer is one line of who can see a ticket. How is one of opened, added, copied, joined and
// carried; Name and Address may both be empty for somebody who has no mailbox.
type TicketSeer struct {
	Name, Address, How string
	Me                 bool
}

// PortalPeople is the input of portal/people: who can see a ticket, and what the holder of the
// link may do about it (PT-14). An empty URL leaves its line out.
type PortalPeople struct {
	Title, BackURL string
	Notices        []Notice
	People         []TicketSeer
	// Workspace names the team that sees it, too.
	Workspace string
	// LinkURL, NotMineURL and MailsURL are the pages that ask before anything is done.
	LinkURL, NotMineURL, MailsURL string
	// Leave: the holder was let in and would leave; otherwise the ticket is not theirs.
	Leave bool
	// Chat: the holder has no mailbox.
	Chat bool
}

// PortalLink is the input of portal/people_link, the step before one's link is replaced.
type PortalLink struct {
	Title, Address  string
	Action, BackURL string
}

// PortalNotMine is the input of portal/not_mine, the step before somebody's part in a ticket ends.
// Title is empty where the ticket was opened in somebody else's name.
type PortalNotMine struct {
	Title, Address  string
	Leave           bool
	Action, BackURL string
}

// DeadLink is the input of portal/dead_link: one and the same page for every link that opens
// nothing, whatever the reason.
type DeadLink struct{ Action, LostURL string }

// LostLink is the input of portal/lost_link. Done, when not empty, shows what was done instead of
// the form: address, link, replaced, left or disowned.
type LostLink struct {
	Done, Action string
	Email, Error string
	// Again asks once more, because the form looked like a machine's; Notice is a refusal as a whole.
	Again  bool
	Notice *Notice
	// HomeURL leads on.
	HomeURL string
}

func galleryPeople() []Sample {
	people := []TicketSeer{
		{Name: "Ada Lovelace", Address: "ada@lovelace.example", How: "opened", Me: true},
		{Name: "Jean Bartik", Address: "j•••@lovelace.example", How: "added"},
		{Address: "m•••@a-company-with-a-rather-long-name.example", How: "copied"},
		{How: "joined"},
		{Name: "Grace Hopper", Address: "g•••@hopper.example", How: "carried"},
	}
	page := PortalPeople{Title: "Rear brake squeals after rain", BackURL: "/t", People: people, Workspace: "Northwind Bikes", LinkURL: "/t/link", NotMineURL: "/t/not-mine", MailsURL: "/t/mails"}
	leave := page
	leave.Leave, leave.MailsURL = true, ""
	leave.Notices = []Notice{{"error", "Your link was replaced several times in a short while, so we left it as it is."}}
	chat := PortalPeople{Title: page.Title, BackURL: "/t", People: people[3:4], Workspace: "Northwind Bikes", Chat: true}
	return []Sample{
		{"portal/people", "portal/people", "portal", "Who can see this ticket", page},
		{"portal/people, let in", "portal/people", "portal", "Who can see this ticket", leave},
		{"portal/people, chat", "portal/people", "portal", "Who can see this ticket", chat},
		{"portal/people_link", "portal/people_link", "portal", "Replace your link?", PortalLink{page.Title, "ada@lovelace.example", "/t/link", "/t/people"}},
		{"portal/not_mine", "portal/not_mine", "portal", "Is this ticket not yours?", PortalNotMine{"", "ada@lovelace.example", false, "/t/not-mine", "/t"}},
		{"portal/not_mine, leave", "portal/not_mine", "portal", "Leave this ticket?", PortalNotMine{page.Title, "ada@lovelace.example", true, "/t/not-mine", "/t/people"}},
		{"portal/dead_link", "portal/dead_link", "portal", "This link does not work", DeadLink{"/t/new-link", "/ticket/lost-link"}},
		{"portal/lost_link", "portal/lost_link", "portal", "Lost the link?", LostLink{Action: "/ticket/lost-link"}},
		{"portal/lost_link, refused", "portal/lost_link", "portal", "Lost the link?", LostLink{Action: "/ticket/lost-link", Email: "ada@lovelace", Error: "Please enter a complete e-mail such as ada@example.com.", Again: true, Notice: &Notice{"warning", "Please send it once more."}}},
		{"portal/lost_link, done", "portal/lost_link", "portal", "Look in your mailbox", LostLink{Done: "address", HomeURL: "/"}},
		{"portal/lost_link, mailed", "portal/lost_link", "portal", "Look in your mailbox", LostLink{Done: "link", HomeURL: "/"}},
		{"portal/lost_link, replaced", "portal/lost_link", "portal", "Your link is replaced", LostLink{Done: "replaced", HomeURL: "/"}},
		{"portal/lost_link, left", "portal/lost_link", "portal", "You have left", LostLink{Done: "left", HomeURL: "/"}},
		{"portal/lost_link, disowned", "portal/lost_link", "portal", "Thank you", LostLink{Done: "disowned", HomeURL: "/"}},
	}
}
