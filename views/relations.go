package views

import (
	"strings"
	"time"
)

// MenuItem is a line of a menu.
type MenuItem struct {
	URL, Icon, Label string
	// Danger draws it as something that takes away.
	Danger bool
}

// Source is a link to where something came from.
type Source struct{ Label, URL string }

// Related is another ticket in short. How is one of the words of models.Related….
type Related struct {
	Number int64
	URL    string
	Title  string
	// Label says how it is related, in words.
	How, Label string
	Status     Status
	// Unlink takes a link away; nil where it is not a link or may not be.
	Unlink *Step
	// Below: what tells tickets apart in a search.
	Project, Reporter, Reference string
	UpdatedAt                    time.Time
	// Choose posts the choice of this ticket; empty makes it a link to URL.
	Choose *Step
}

// TaskHead stands above a page that does one thing to one ticket.
type TaskHead struct {
	BackURL, Ticket string
	Title, Lead     string
}

// FindTicket is the input of agent/find_ticket: a search for another ticket.
type FindTicket struct {
	TaskHead
	// Action is the GET target; Query what was searched for.
	Action, Query string
	// Likely: nothing was searched for, these are the reporter's own.
	Likely  bool
	Tickets []Related
	// Error is a whole sentence about a choice that was refused; may be empty.
	Error string
}

// ThreadLine is an entry of a thread in short. Value is posted when it is ticked.
type ThreadLine struct {
	Value, Author, Text string
	Note, Agent         bool
	Removed             bool
	At                  time.Time
	Files               []File
	Chosen              bool
	// URL leads to the page about it alone; FileURLs in the order of Files to those of its files.
	URL      string
	FileURLs []string
}

// Person is somebody in a list to choose from.
type Person struct {
	Value, Name, Address string
	Chosen               bool
}

// Merge is the input of agent/merge: the difference that a merge makes, before it is made.
type Merge struct {
	TaskHead
	Action, CSRF                       string
	Target                             Related
	SourceVersion, TargetVersion       string
	Movable, Both, Readers             []Person
	Messages                           []ThreadLine
	Files, TargetMessages, TargetFiles int
	// Public is the choice that is made now; Away: people of the target would newly read.
	Public bool
	// OtherURL leads back to the search.
	OtherURL string
	Error    string
}

// Split is the input of agent/split.
type Split struct {
	TaskHead
	Action, CSRF, Version, CancelURL string
	// TitleInput and ReporterInput are drawn by agent/_input.
	TitleInput, ReporterInput Input
	Messages                  []ThreadLine
	// MessagesError is a whole sentence; Error one about the whole; both may be empty.
	MessagesError, Error string
}

// Problems lists the errors in the order of the form.
func (s Split) Problems() []FieldError {
	var all []FieldError
	if s.Error != "" {
		all = append(all, FieldError{Text: s.Error})
	}
	for _, p := range []FieldError{{s.TitleInput.Name, s.TitleInput.Error}, {"messages", s.MessagesError}, {s.ReporterInput.Name, s.ReporterInput.Error}} {
		if p.Text != "" {
			all = append(all, p)
		}
	}
	return all
}

// Task is the input of agent/task: a page about one ticket that is one form.
type Task struct {
	TaskHead
	// Points say what will happen, one sentence each.
	Points []string
	// Quote is what it is about; nil where the sentences say enough.
	Quote *ThreadLine
	Form  Form
}

// Redact is the input of agent/redact: what can be taken out of a ticket for good.
type Redact struct {
	TaskHead
	Messages []ThreadLine
	Error    string
}

// NewTicket is the input of agent/new_ticket (AG-3).
type NewTicket struct {
	Title, Lead          string
	Action, CSRF, FormID string
	CancelURL            string
	Error                string
	Project              Input
	// Email is nil for a contact without a mailbox.
	Email       *Input
	ContactURL  string // GET, answers agent/_new_contact
	ContactsURL string // GET, answers agent/_contact_options
	Contact     NewContact
	// Inputs are the title and the description; Hands the type, the priority and who gets it.
	Inputs, Hands []Input
	// Template chooses the fields; nil where there is nothing to choose.
	Template *Input
	Fields   []Field
	// FieldsOf names the template whose fields these are, so that a default is given once.
	FieldsOf string
	Upload   Upload
	// Tell is nil where nobody can be told.
	Tell *Input
}

// Problems lists the errors in the order of the form.
func (n NewTicket) Problems() []FieldError {
	var all []FieldError
	if n.Error != "" {
		all = append(all, FieldError{Text: n.Error})
	}
	add := func(in *Input) {
		if in != nil && in.Error != "" {
			all = append(all, FieldError{ID: in.Name, Text: in.Error})
		}
	}
	add(&n.Project)
	add(n.Email)
	add(n.Contact.Name)
	add(n.Contact.Company)
	for i := range n.Inputs {
		add(&n.Inputs[i])
	}
	for i := range n.Hands {
		add(&n.Hands[i])
	}
	add(n.Template)
	for _, f := range n.Fields {
		if f.Error != "" {
			all = append(all, FieldError{ID: f.ID, Text: f.Error})
		}
	}
	if n.Upload.Error != "" {
		all = append(all, FieldError{ID: FieldFiles, Text: n.Upload.Error})
	}
	return all
}

// Asks says whether the form shows an error of a field beside it.
func (n NewTicket) Asks(field string) bool {
	for _, p := range n.Problems() {
		if p.ID == field || "field."+strings.TrimPrefix(p.ID, "field-") == field {
			return true
		}
	}
	return false
}

// NewContact is the input of agent/_new_contact: who a ticket is for.
type NewContact struct {
	// Known is the name of a contact that is there already; Marks say what to know of them.
	Known, Address string
	Marks          []string
	// ID is posted for a contact without a mailbox; CompanyFor names who Company was drawn for.
	ID, CompanyFor string
	// Name asks for the name of somebody new, Company for one of the contact's companies; nil
	// where there is nothing to ask.
	Name, Company *Input
}

// Blocks is the input of settings/blocks.
type Blocks struct {
	Title, Lead string
	Form        Form
	Blocks      []BlockRow
	OlderURL    string
}

// BlockRow is a sender who is turned away.
type BlockRow struct {
	Value, Reason, By string
	Domain            bool
	At                time.Time
	// Until is zero for a block without end.
	Until time.Time
	Lift  Step
}
