package views

import (
	"html/template"
	"time"
)

// Names of the form fields of the agents' pages, beside the public ones (FieldBody, FieldFiles, FieldKeep, FieldForm, FieldEmail).
const (
	FieldCSRF     = "csrf"
	FieldPassword = "password"
	FieldNext     = "next"     // the address to go to after signing in
	FieldMode     = "mode"     // ModeReply or ModeNote; anything else must be refused, never sent
	FieldStatus   = "status"   // value of one of Sidebar.Next
	FieldAssignee = "assignee" // value of one of Sidebar.Agents; "" takes the ticket from everybody
)

// The two modes of the composer. A reply is public, a note stays inside.
const (
	ModeReply = "reply"
	ModeNote  = "note"
)

// SignIn is the input of agent/sign_in (layout "bare"). It posts FieldEmail, FieldPassword and FieldNext.
type SignIn struct {
	Action, CSRF string
	Address      string
	// Error is a whole sentence and the same for every wrong pair; may be empty.
	Error string
	Next  string
	// ForgottenURL leads to a new password; empty leaves it out.
	ForgottenURL string
}

// Queue is the input of agent/queue (AG-1). The views themselves stand in Page.Agent, drawn by the layout; their counts
// stop at 100, which reads as "99+".
type Queue struct {
	// Heading is the label of the present view; Project narrows it, empty for all.
	Heading, Project string
	// Projects are the links of the filter, "all projects" first; left out when there are fewer than three.
	Projects []FilterLink
	// View is one of mine, unassigned, open, ended, all and picks the words of an empty list.
	View string
	List QueueRows
}

// FilterLink is one choice of a filter made of links.
type FilterLink struct {
	Label, URL string
	Current    bool
}

// QueueRows is the input of agent/_rows: the list, the pager and the element that keeps it fresh.
type QueueRows struct {
	// View as in Queue.
	View string
	Rows []QueueRow
	// OlderURL is the next page by key, NewestURL the first one; empty where there is none.
	OlderURL, NewestURL string
	Poll                QueuePoll
}

// QueueRow is one ticket in the list.
type QueueRow struct {
	Number          int64
	URL             string
	Title           string
	Reporter        string
	Project         string
	Status          Status
	Assignee        string // name; empty when nobody has it
	UpdatedAt       time.Time
	NotProven       bool // the reporter's address is not proven
	CustomerWaiting bool // the last public word is the customer's; drawn strong
}

// QueuePoll keeps a list fresh: URL answers 204 or agent/_news and holds the list's filter and cursor. The list itself is
// never changed under the reader's hand. Seconds 0 means 60.
type QueuePoll struct {
	URL, StreamURL string
	Seconds        int
}

// QueueNews is the input of agent/_news: how many tickets of the list changed since it was drawn, at most 100, and the
// addresses that draw it anew: RowsURL answers agent/_rows, PageURL is the whole page.
type QueueNews struct {
	Count            int
	RowsURL, PageURL string
}

// TicketPage is the input of agent/ticket (AG-2).
type TicketPage struct {
	// BackURL is the list the agent came from.
	BackURL string
	Header  TicketHeader
	Entries []Entry
	// Composer is nil for a role that may neither answer nor note.
	Composer *Composer
	Sidebar  Sidebar
	Poll     TicketPoll
}

// TicketHeader is the input of agent/_header.
type TicketHeader struct {
	Number   int64
	Title    string
	Status   Status
	Project  string
	Reporter string
	// NotProven says that the reporter's address is not proven.
	NotProven bool
	// Resolve is the step offered as a button: Value is posted as FieldStatus to Sidebar.StatusAction; nil leaves it out.
	Resolve *Step
	OOB     bool // set by the templates, not by handlers
}

// Step is a change of status offered as one button.
type Step struct{ Action, CSRF, Value, Label string }

// Entry is the input of agent/_entry: one contribution or one line of the timeline.
type Entry struct {
	// ID is the element's id, unique in the page, such as "entry-4711" or "event-12".
	ID string
	// Kind is contact, agent, note or event.
	Kind string
	// Author is the internal name; Address the whole address of a contact.
	Author, Address string
	// Own is true for what the agent who looks wrote.
	Own bool
	At  time.Time
	// Body is cleaned HTML; unused for an event.
	Body  template.HTML
	Files []File
	// NotProven marks a message whose sender's address is not proven; Unconfirmed one whose author has not confirmed it.
	NotProven, Unconfirmed bool
	Event                  EventLine
	// NewDay puts a day separator above; see MarkEntryDays. Fresh lets an entry that arrived live slide in once.
	NewDay, Fresh bool
}

// EventLine is a line of the timeline; the template makes the sentence. Kind is one of the kinds of models.Event that
// the timeline shows: created, status_changed, reopened, closed, assigned, follow_up, unsubscribed, resubscribed. The
// contributions themselves (replied, agent_replied, noted) are entries and never lines.
type EventLine struct {
	Kind string
	// Who did it; empty for the system.
	Who string
	// To is the new status (status_changed, reopened, closed), the new assignee (assigned; empty: nobody) or the
	// reference of the other ticket (follow_up).
	To string
	// URL makes a link of a follow-up.
	URL string
}

// MarkEntryDays sets NewDay on the first entry of each UTC day. previous is the time of the entry before the first one,
// zero when there is none.
func MarkEntryDays(entries []Entry, previous time.Time) {
	for i := range entries {
		day := entries[i].At.UTC().Truncate(24 * time.Hour)
		entries[i].NewDay = !day.Equal(previous.UTC().Truncate(24 * time.Hour))
		previous = entries[i].At
	}
}

// Composer is the input of agent/_composer: one form with two modes. It posts FieldMode, FieldBody, FieldFiles,
// FieldKeep and FieldForm to Action.
type Composer struct {
	Action, CSRF string
	// FormID is the signed hidden id of this showing.
	FormID string
	// Mode is ModeReply (also when empty) or ModeNote.
	Mode string
	// CanReply is false for a role that may only note.
	CanReply   bool
	Body       string
	Recipients []Recipient
	// Ended says that the ticket has ended; a reply then reaches people who think it is settled.
	Ended  bool
	Upload Upload
	// Errors maps FieldBody, FieldMode or "" to a whole sentence; a file error stands in Upload.
	Errors map[string]string
	// DraftKey names the draft in the browser; ClearDraft makes it forget after a successful post.
	DraftKey   string
	ClearDraft bool
}

// Problems lists the errors in the order of the form.
func (c Composer) Problems() []FieldError {
	problems := pick(c.Errors, FieldMode, FieldBody)
	if c.Upload.Error != "" {
		problems = append(problems, FieldError{FieldFiles, c.Upload.Error})
	}
	return problems
}

// Note says whether the note mode is chosen.
func (c Composer) Note() bool { return c.Mode == ModeNote || !c.CanReply }

// Recipient is somebody a reply is sent to, or would be.
type Recipient struct {
	Name, Address string
	// Unsubscribed gets no mail but can read; Synthetic has no mailbox.
	Unsubscribed, Synthetic bool
}

// Sidebar is the input of agent/_sidebar. Each of its forms is answered with agent/_updates, refused ones too.
type Sidebar struct {
	CSRF string
	// Error is a whole sentence about a refused change; may be empty.
	Error string

	StatusAction string
	Status       Status
	// Next are the statuses the graph allows now; empty leaves the form out.
	Next []Choice

	AssignAction string
	Assignee     string // name; empty when nobody has it
	// Me is the value of the agent who looks; TakeIt offers the ticket as one button.
	Me     string
	TakeIt bool
	// Agents are the choices, nobody not among them; empty leaves the form out.
	Agents []Choice

	Number          int64
	Reference       string
	Project, Type   string
	Template        string
	Fields          []AgentField
	Participants    []Participant
	CreatedAt       time.Time
	UpdatedAt       time.Time
	EndedAt         time.Time // zero while the ticket lives
	FollowsURL      string    // the ticket this one follows up; empty when none
	FollowsTitle    string
	FollowedByURL   string
	FollowedByTitle string

	OOB bool // set by the templates, not by handlers
}

// AgentField is an answer to a template's field; agents see hidden ones too.
type AgentField struct {
	Label, Value string
	// Internal marks a field that people outside never see.
	Internal bool
}

// Participant is a person of the ticket as agents see it. JoinedAs is reporter, cc or joined.
type Participant struct {
	Name, Address, JoinedAs string
	Unsubscribed, Proven    bool
	Synthetic               bool
}

// TicketPoll is the input of agent/_poll: URL answers 204 or agent/_updates and holds the version last seen. Seconds 0
// means 60.
type TicketPoll struct {
	URL, StreamURL string
	Seconds        int
	OOB            bool // set by the templates, not by handlers
}

// TicketUpdates is the input of agent/_updates: the answer to a poll that found something and to every form of the
// sidebar and the header. All of it is swapped out of band.
type TicketUpdates struct {
	Entries []Entry
	Header  TicketHeader
	Sidebar Sidebar
	Poll    TicketPoll
	// Recipients of the composer, which may have changed; nil leaves the line alone.
	Recipients []Recipient
	// NewCount is how many entries others wrote; announced politely when above 0.
	NewCount int
}

// TicketReplyAdded is the input of agent/_reply_added, the htmx answer to a sent composer: a fresh composer and the updates.
type TicketReplyAdded struct {
	Composer Composer
	Updates  TicketUpdates
}

// Swapped is the same header, marked for an out-of-band swap. So are the two below.
func (h TicketHeader) Swapped() TicketHeader { h.OOB = true; return h }

// Swapped marks the sidebar for an out-of-band swap.
func (s Sidebar) Swapped() Sidebar { s.OOB = true; return s }

// Swapped marks the poll element for an out-of-band swap.
func (p TicketPoll) Swapped() TicketPoll { p.OOB = true; return p }

// Arrived are the entries that slide in once.
func (u TicketUpdates) Arrived() []Entry {
	entries := append([]Entry(nil), u.Entries...)
	for i := range entries {
		entries[i].Fresh = true
	}
	return entries
}
