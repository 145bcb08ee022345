package desk

import (
	"time"

	"lodge/models"
)

// AgentTicket is a ticket as agents see it: everything.
type AgentTicket struct {
	// Silent is what closing by itself will do; nil for nothing.
	Silent           *SilentClock
	Number           int64
	Reference, Title string
	Project          Choice
	Type             string
	Status           AgentStatus
	// Due is what it owes first. CanPolicies: who looks may see the policies.
	Due         DueMark
	CanPolicies bool
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
	// Waiting are replies that can still be taken back; they are not among Entries.
	Waiting []AgentEntry
	// Earlier is the cursor of the page before this one, 0 when this one begins the thread;
	// Before is the cursor that this page was asked for, 0 for the newest.
	Earlier, Before int64
	// Absent are those of the Colleagues who are away.
	Absent Absent
	// Here are the colleagues who have the ticket open.
	Here []Here
	// Seen names the state this page shows, for asking what is newer.
	Seen Seen
	// Quiet: of the ticket itself nothing is newer, only its mails or who is here.
	Quiet bool
	// Workspace is for the frame around the page; it was read with the ticket.
	Workspace PublicWorkspace
	// UndoSeconds is how long a reply can be taken back; Docs: the project's articles are public.
	UndoSeconds int
	Docs        bool
	// lastMails are by contact.
	lastMails            map[int64]AgentMail
	FormID               string
	Staged               []StagedFile
	Limits               Limits
	CanReply, CanNote    bool
	CanStatus, CanAssign bool
	Colleagues           []Choice
	Relations            Relations
	Properties           *TicketProperties
	// Feedback is what was said of it, the latest first; AsksFeedback: its project asks at all;
	// FeedbackWaived: but nobody is to be asked about this one.
	Feedback                     []AgentFeedback
	AsksFeedback, FeedbackWaived bool
}

// AgentStatus is a status with its inner name.
type AgentStatus struct{ Slug, Name, Category string }

// AgentParticipant is somebody outside who takes part.
type AgentParticipant struct {
	Name, Address, JoinedAs string
	Synthetic, Proven       bool
	Unsubscribed            bool
	// Wish is what they want to be mailed (models.Wishes), for this ticket or its project, or
	// WishOff where the project mails them no answers.
	Wish string
	// Bounced: the last mail about this ticket was refused for good.
	Bounced bool
	// ID names the participant to the agent's own forms, ContactID the person on their page.
	ID, ContactID int64
	// LastMail is where the latest mail to them is, nil when there was none; LinkDead: the
	// ticket ended so long ago that their link opens it no more.
	LastMail *AgentMail
	LinkDead bool
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
	// ByMail: it came by mail; Original: that mail is kept, for MailOriginal.
	ByMail, Original bool
	// CopiedFrom is the number of the ticket it was written on, 0 for this one. RemovedBy took
	// it out for good at RemovedAt.
	CopiedFrom int64
	RemovedBy  string
	RemovedAt  time.Time
	// Mails are where the mails about an agent's answer are, one a person.
	Mails []AgentMail
	// PublishAt is when a waiting reply goes out; ThenStatus the name of the status that goes with it.
	PublishAt  time.Time
	ThenStatus string
}

// AgentMail is where one mail to one person is on its way.
type AgentMail struct {
	Name, Address string
	// State is one of models.DeliveryQueued …, MailTogether or MailDigested; Why a word for the reason of a failure or a
	// suppression (see mailReason), Detail what the other mail server said.
	State, Why, Detail string
	Tries              int
	// At is the last change; Next, for a deferred one, when it is tried again.
	At, Next time.Time
}

// Here is a colleague who has the ticket open.
type Here struct {
	Name   string
	Typing bool
}

// Seen is the state of a ticket that an agent's page shows.
type Seen struct {
	Version int64
	// Mails and Here are marks of where its mails are and who is there, Promises of what its deadlines
	// were worked out from; empty matches any.
	Mails, Here, Promises string
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
	// Clock is set on events of the clock and of rules.
	Clock *ClockEvent
	// Names are addresses or files that an event about a mail lists; Count is how many there were.
	Names []string
	Count int
}

// AgentReply is what an agent writes: a reply to people outside or a note.
type AgentReply struct {
	FormID, Body string
	Keep         []string
	Uploads      []Upload
	// Status is the slug of a status to set with it, or empty.
	Status string
	// Macro is the id of the macro that the text came from: what else it does is done with the
	// sending. 0 is none.
	Macro int64
	// Seen, when above 0, is the version its writer had read: a public reply is held once when
	// others have written since (ErrNewer).
	Seen int64
}
