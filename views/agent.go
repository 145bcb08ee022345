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
	// Waiting are replies that can still be taken back; they stand below the entries.
	Waiting WaitingReplies
	// Here is who else has the ticket open.
	Here Presence
	// Earlier leads to the entries before the first one; empty when there are none.
	Earlier EarlierLink
	// NewestURL is set on a page of earlier entries and leads back; there is no composer then.
	NewestURL string
	// Held is what waits to join the ticket.
	Held HeldNotice
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
	// Due is what the ticket owes first.
	Due DueChip
	// More are further things to do, each on a page of its own; Related what stands beside it.
	More    []MenuItem
	Related []Related
	// Over says in a sentence that the ticket is merged or spam; empty for all others.
	Over string
	OOB  bool // set by the templates, not by handlers
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
	// From names the ticket that it was copied from; nil for its own. Removed says who took it
	// out for good.
	From    *Source
	Removed string
	// NotProven marks a message whose sender's address is not proven; Unconfirmed one whose author has not confirmed it.
	NotProven, Unconfirmed bool
	// ByMail: it came by mail. OriginalURL shows that mail, empty when it is not kept.
	ByMail      bool
	OriginalURL string
	Event       EventLine
	// NewDay puts a day separator above; see MarkEntryDays. Fresh lets an entry that arrived live slide in once.
	NewDay, Fresh bool
	// Mails says where the mails about an agent's answer are; empty for everything else.
	Mails MailLines
	OOB   bool // set by the templates, not by handlers
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
	// Property is a change of a property: What names it where the kind does not, From is what it was.
	Property   bool
	What, From string
	// Links are what an event about a mail lists, Count how many there were.
	Links []EventLink
	Count int
	// Before, Moment and After are the sentence about what the clock or a rule did; Moment is zero where it names none.
	Before, After string
	Moment        time.Time
}

// EventLink is an address or a file in a line of the timeline; URL may be empty.
type EventLink struct{ Text, URL string }

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
	ComposerTools
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
	// Wish is closing, digest or off where they get fewer mails than all.
	Wish string
	// Failed is a whole sentence when the last mail to them did not arrive; LinkDead: their
	// link has expired.
	Failed   string
	LinkDead bool
	// Value names them in the list of previews.
	Value string
}

// Sidebar is the input of agent/_sidebar. Each of its forms is answered with agent/_updates, refused ones too.
type Sidebar struct {
	CSRF string
	// Closing stands under the status.
	Closing SidebarClosing
	// Feedback is what its reporter said of how it went (PT-15).
	Feedback SidebarFeedback
	// Error is a whole sentence about a refused change; may be empty.
	Error string

	Status Status
	// Assignee is the name; empty when nobody has it.
	Assignee string
	// Priority is its word.
	Priority string
	// Rows are the properties, Questions the template's fields, Facts what stands under “About”.
	Rows, Questions, Facts []Property
	Snooze                 *SidebarSnooze
	Tags                   SidebarTags
	Promises               SidebarPromises
	Notices                SidebarNotices
	// TakeIt offers the ticket as one button that posts Me.
	AssignAction string
	Me           string
	TakeIt       bool

	Number       int64
	Reference    string
	Project      string
	Template     string
	Participants []Participant
	// PeopleURL is the page of the participants and their links.
	PeopleURL string
	// TimeURL is the page of the time spent; Time its sum as words, empty for none.
	TimeURL, Time   string
	CreatedAt       time.Time
	UpdatedAt       time.Time
	EndedAt         time.Time // zero while the ticket lives
	FollowsURL      string    // the ticket this one follows up; empty when none
	FollowsTitle    string
	FollowedByURL   string
	FollowedByTitle string

	OOB bool // set by the templates, not by handlers
}

// Participant is a person of the ticket as agents see it. JoinedAs is reporter, cc or joined.
type Participant struct {
	Name, Address, JoinedAs string
	Unsubscribed, Proven    bool
	// Wish is closing or digest where they get fewer mails than all.
	Wish      string
	Synthetic bool
	// Bounced: the last mail was refused for good. LinkUntil is when the link stops working,
	// zero while the ticket lives; LinkOver says that it has.
	Bounced   bool
	LinkUntil time.Time
	LinkOver  bool
	// URL is the page of the person, empty where there is none.
	URL string
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
	// Entries are new, Changed replaces entries already on the page.
	Entries, Changed []Entry
	Header           TicketHeader
	Sidebar          Sidebar
	Poll             TicketPoll
	// Recipients of the composer, which may have changed; nil leaves the line alone.
	Recipients []Recipient
	// NewCount is how many entries others wrote; announced politely when above 0.
	NewCount int
	// Waiting and Here as in TicketPage.
	Waiting WaitingReplies
	Here    Presence
	// Mails are the lines about mails of entries that the page shows already.
	Mails []MailLines
	// Quiet leaves everything of the ticket itself alone.
	Quiet bool
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

// Replaced are the changed entries, marked for an out-of-band swap each.
func (u TicketUpdates) Replaced() []Entry {
	entries := append([]Entry(nil), u.Changed...)
	for i := range entries {
		entries[i].OOB = true
	}
	return entries
}

// Arrived are the entries that slide in once.
func (u TicketUpdates) Arrived() []Entry {
	entries := append([]Entry(nil), u.Entries...)
	for i := range entries {
		entries[i].Fresh = true
	}
	return entries
}
