package views

import (
	"html/template"
	"time"
)

// Names of the composer's further fields.
const (
	FieldSeen  = "seen"  // the version of the ticket its writer has read
	FieldMacro = "macro" // the id of a macro whose actions run with the message
	FieldTo    = "to"    // whose mail a preview shows: Recipient.Value
)

// ComposerTools are the composer's helpers beside the text itself. An empty address leaves
// its button out.
type ComposerTools struct {
	// Seen is the version of the ticket that was shown with the form.
	Seen int64
	// Newer are the entries that held a reply back; they stand above the form.
	Newer []Entry
	// PreviewURL answers agent/_preview to a posted text.
	PreviewURL string
	// ArticlesURL answers agent/_articles; HelpURL is the help centre, for browsers without scripts.
	ArticlesURL, HelpURL string
	// MacrosURL answers the list of macros.
	MacrosURL string
	// UndoSeconds is how long a reply can be taken back; 0 sends at once.
	UndoSeconds int
	// Preview is shown above the form where no script can show it in place.
	Preview *Preview
}

// MailLines is the input of agent/_mails. ID is the element's.
type MailLines struct {
	ID    string
	Lines []MailLine
	OOB   bool // set by the templates, not by handlers
}

// Swapped marks the lines for an out-of-band swap.
func (m MailLines) Swapped() MailLines { m.OOB = true; return m }

// MailLine is one mail, or several in the same good state. State is queued, sent, deferred,
// failed or suppressed; gathering waits for further answers, together was sent with others; digest
// waits for the daily digest, digested was in it.
type MailLine struct {
	Who, State string
	// Why is a whole sentence; Detail what the other mail server said.
	Why, Detail string
	Tries       int
	At, Next    time.Time
}

// WaitingReplies is the input of agent/_waiting.
type WaitingReplies struct {
	Items []WaitingReply
	OOB   bool // set by the templates, not by handlers
}

// Swapped marks the list for an out-of-band swap.
func (w WaitingReplies) Swapped() WaitingReplies { w.OOB = true; return w }

// WaitingReply is a reply that can still be taken back, by its own author alone.
type WaitingReply struct {
	CSRF  string
	Entry Entry
	// PublishAt is when people outside see it; Then the name of the status that goes with it.
	PublishAt time.Time
	Then      string
	// UndoAction and SendAction are empty for everybody but the author.
	UndoAction, SendAction string
}

// Presence is the input of agent/_presence: the colleagues who have the ticket open. BeatURL
// takes the page's own signs of life and answers the same element.
type Presence struct {
	BeatURL string
	People  []PersonHere
	OOB     bool // set by the templates, not by handlers
}

// PersonHere is one of them.
type PersonHere struct {
	Name   string
	Typing bool
}

// Writing are the names of those who write a reply.
func (p Presence) Writing() []string {
	var all []string
	for _, who := range p.People {
		if who.Typing {
			all = append(all, who.Name)
		}
	}
	return all
}

// Swapped marks the element for an out-of-band swap.
func (p Presence) Swapped() Presence { p.OOB = true; return p }

// EarlierLink is the input of agent/_earlier: URL is a page of its own, PartURL answers
// agent/_earlier_entries.
type EarlierLink struct{ URL, PartURL string }

// EarlierEntries is the input of agent/_earlier_entries: what takes the place of the link.
type EarlierEntries struct {
	Earlier EarlierLink
	Entries []Entry
}

// Preview is the input of agent/_preview: what a text will look like to the people who get it.
type Preview struct {
	// Note: only the bubble inside is shown.
	Note bool
	// Empty: nothing has been written yet.
	Empty bool
	// Body is the very HTML that would be stored.
	Body template.HTML
	// Message is the bubble on the public page. Closed: the portal is off, nobody sees that page.
	Message Message
	Closed  bool
	// To are the people who would get a mail; Mail is that of the chosen one, nil when nobody gets one.
	To   []Choice
	Mail *PreviewMail
	// MailURL shows the HTML part of that mail as a page of its own.
	MailURL string
	// BubbleOnly shows nothing but Body, for the composer's own tab.
	BubbleOnly bool
}

// PreviewMail is the mail of one recipient.
type PreviewMail struct {
	From, To, Subject, Text string
	// Files are attached or linked.
	Files []MailFile
}

// ArticleList is the input of agent/_articles: public articles to put into a reply.
type ArticleList struct {
	Query    string
	Articles []ArticleInsert
}

// ArticleInsert is one of them; Text is what is inserted.
type ArticleInsert struct{ Title, Summary, Collection, Text string }
