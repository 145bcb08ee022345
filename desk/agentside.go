package desk

import (
	"time"

	"lodge/models"
)

// QueueAsk asks for one page of the queue.
type QueueAsk struct {
	// View is one of models.ViewMine …; Project a slug or empty for all; Before a cursor of an earlier page.
	View, Project, Before string
}

// QueueTicket is a line of the queue.
type QueueTicket struct {
	Number               int64
	Reference, Title     string
	Project, ProjectSlug string
	Status               PublicStatus
	Priority             int
	Type                 string
	Assignee             string
	AssigneeID           int64
	Reporter             string
	CreatedAt, UpdatedAt time.Time
}

// ViewCount is a view with its size; More says that it holds at least that many.
type ViewCount struct {
	View  string
	Count int
	More  bool
}

// QueuePage is one page of the queue. Next is the cursor of the page after, empty at the end.
type QueuePage struct {
	View, Project string
	Tickets       []QueueTicket
	Counts        []ViewCount
	Projects      []Choice
	Next          string
	// Seen is the cursor for QueueNews: what changed after it is not on this page.
	Seen string
}

// AgentTicket is a ticket as agents see it: everything.
type AgentTicket struct {
	Number           int64
	Reference, Title string
	Project          Choice
	Type             string
	Status           AgentStatus
	// Next are the statuses the graph allows from here; Resolve is the first of them that
	// resolves, or empty.
	Next                 []AgentStatus
	Resolve              string
	Priority             int
	AssigneeID           int64
	Assignee             string
	CreatedAt, UpdatedAt time.Time
	Version              int64
	Ended                bool
	Unproven             bool
	Fields               []models.FieldValue
	Participants         []AgentParticipant
	Entries              []AgentEntry
	Events               []AgentEvent
	Deliveries           int
	FormID               string
	Staged               []StagedFile
	Limits               Limits
	CanReply, CanNote    bool
	CanStatus, CanAssign bool
	Colleagues           []Choice
	Relations            Relations
	Properties           *TicketProperties
}

// AgentStatus is a status with its inner name.
type AgentStatus struct{ Slug, Name, Category string }

// AgentParticipant is somebody outside who takes part.
type AgentParticipant struct {
	Name, Address, JoinedAs string
	Synthetic, Proven       bool
	Unsubscribed            bool
	// Bounced: the last mail about this ticket was refused for good.
	Bounced bool
}

// AgentEntry is one entry of the thread.
type AgentEntry struct {
	PID, Kind             string
	Agent, Own            bool
	Author, Address       string
	At                    time.Time
	HTML                  string
	Unproven, Unconfirmed bool
	Files                 []PublicFile
	Version               int64
	// CopiedFrom is the number of the ticket it was written on, 0 for this one. RemovedBy took
	// it out for good at RemovedAt.
	CopiedFrom int64
	RemovedBy  string
	RemovedAt  time.Time
}

// AgentEvent is a line of the timeline. From and To are the names of statuses or people.
type AgentEvent struct {
	ID      int64
	Kind    string
	Actor   string
	From    string
	To      string
	At      time.Time
	Version int64
	// Other is the number of a linked ticket.
	Other int64
	// Change is set on events about a property.
	Change *PropertyChange
}

// AgentReply is what an agent writes: a reply to people outside or a note.
type AgentReply struct {
	FormID, Body string
	Keep         []string
	Uploads      []Upload
	// Status is the slug of a status to set with it, or empty.
	Status string
}
