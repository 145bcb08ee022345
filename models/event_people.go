package models

// What people outside do to their own part in a ticket.
const (
	EventLeft     = "left"     // somebody ended their part
	EventDisowned = "disowned" // the reporter says that the ticket is not theirs
	EventJoined   = "joined"   // a member of the ticket's company joined the conversation
)
