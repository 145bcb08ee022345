package desk

import (
	"time"

	"lodge/models"
)

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
}

// AgentStatus is a status with its inner name.
type AgentStatus struct{ Slug, Name, Category string }

// AgentParticipant is somebody outside who takes part.
type AgentParticipant struct {
	Name, Address, JoinedAs string
	Synthetic, Proven       bool
	Unsubscribed            bool
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
}

// AgentReply is what an agent writes: a reply to people outside or a note.
type AgentReply struct {
	FormID, Body string
	Keep         []string
	Uploads      []Upload
	// Status is the slug of a status to set with it, or empty.
	Status string
}
