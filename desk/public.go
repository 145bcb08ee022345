package desk

import (
	"io"
	"slices"
	"time"
)

// The types in this file are all that public pages ever see. They have no field for a
// note, a number, a database id, an assignment, a tag or another person's address, so
// that no page can show one by mistake (PT-1, PT-2).

// PublicProject is a project whose portal is open.
type PublicProject struct {
	Slug, Name, Summary string
	// Locale is the project's own language.
	Locale string
	// Promise is what is told of how long things take, whatever their type.
	Promise PublicPromise
	// Suggestions: offer articles while the form is filled in.
	Suggestions bool
	// GuestDocs: articles may be read without an account.
	GuestDocs bool
	// PollSeconds is how often an open thread page asks for news.
	PollSeconds int
	Limits      Limits
}

// Limits of one request, in bytes, characters and files.
type Limits struct {
	File, Request, Text int64
	Files               int
	Title, Name         int
}

// Choice is an option of a list, named by its public slug.
type Choice struct{ Slug, Name string }

// FormField is one question of a template as a reporter may see it (PC-3).
type FormField struct {
	Slug, Label, Kind, Help string
	Options                 []string
	Required                bool
	// If is nil for a question that is always put.
	If *FieldCondition
}

// FieldCondition puts a question only when another one of the same form has one of these
// answers. Of a checkbox they are models.WhenTicked and models.WhenNotTicked.
type FieldCondition struct {
	Slug, Label string
	Checkbox    bool
	Values      []string
}

// Shown says whether the condition is met by the posted answers to its question. Whether that
// question is put itself is not asked here.
func (c *FieldCondition) Shown(given []string) bool {
	for _, value := range c.Values {
		if c.Checkbox && (value == "yes") == (len(given) > 0) || !c.Checkbox && slices.Contains(given, value) {
			return true
		}
	}
	return false
}

// CreateForm is what the public form shows.
type CreateForm struct {
	Project PublicProject
	// FormID is signed and hidden in the form; it makes a double submit one ticket and
	// keeps a refused submit's files. An expired one is replaced by a fresh one.
	FormID string
	Types  []Choice
	// DefaultType is the slug that is chosen first, or empty.
	DefaultType string
	Templates   []Choice
	// Promise is what is told of how long things of the chosen type take; PromiseByType: it is not
	// the same for every type. Hours say whether somebody is at work.
	Promise       PublicPromise
	PromiseByType bool
	Hours         PublicHours
	// Template is the chosen or enforced template; Locked says that it is enforced.
	Template       string
	Locked         bool
	Fields         []FormField
	InitialMessage bool
	// Customer is set by a valid intake link (PC-8); IntakeDead says that one was given
	// but no longer holds.
	Customer   *PublicCustomer
	IntakeDead bool
	// Challenge asks the browser for proof of work; nil where it is off.
	Challenge *Challenge
	Staged    []StagedFile
}

// PublicCustomer is the person an intake link was made for.
type PublicCustomer struct{ Name, Address string }

// Challenge is a proof of work: find a counter so that SHA-256 of text, ":" and counter
// begins with Bits zero bits.
type Challenge struct {
	Text string
	Bits int
}

// StagedFile is a file kept from a refused submit; PID names it in the form.
type StagedFile struct {
	PID, Name, Type string
	Size            int64
}

// Upload is a file that has been received to the end but not yet kept. It is kept by the
// verb it is handed to, or discarded.
type Upload struct {
	Name  string
	draft draft
}

// Size is the number of bytes received.
func (u Upload) Size() int64 { return u.draft.size() }

// SubmitInput is a filled-in public form.
type SubmitInput struct {
	Slug, FormID, CustomerToken     string
	Email, Name, Title, Description string
	Message, Type, Template         string
	// Fields holds the posted template answers by their posted names ("field.steps").
	Fields map[string][]string
	// Foreign names posted keys that a public form must not carry (cc, recipients …, PC-9).
	Foreign []string
	// Keep lists the PIDs of staged files to keep.
	Keep    []string
	Uploads []Upload
	// Honeypot is the field that people never see; Work the proof of work's counter.
	Honeypot, Work string
	// Confirmed: the sender has answered the once-more question of a suspect submit.
	Confirmed bool
	// Client is the sender's address prefix (/64 for IPv6) that limits are counted by.
	Client string
	// Locale is the language the form was shown in; notifications follow it.
	Locale string
}

// Submitted is a filed ticket as its reporter gets it.
type Submitted struct {
	// Token opens the thread. It carries no proof of address: only mailed links do.
	Token string
	// Repeated: this very form had already made this ticket.
	Repeated bool
	// Held: there is no ticket yet. The sender is asked by mail to confirm it first (PC-12).
	Held bool
}

// Link is what somebody holds: the token in the path and, in mailed links, the proof that
// the holder reads the address's mail.
type Link struct{ Token, Proof string }

// PublicStatus is a status in plain words.
type PublicStatus struct {
	Category string
	Label    string
}

// PublicValue is an answer to a template's question that may be shown.
type PublicValue struct {
	Label, Kind string
	Values      []string
}

// PublicThread is the thread page of one participant.
type PublicThread struct {
	// Workspace is for the frame around the page; it was read with the link.
	Workspace PublicWorkspace
	Project   PublicProject
	Title     string
	Type      string
	Status    PublicStatus
	// WaitingFor is the public name of the agent who has the ticket, or empty.
	WaitingFor string
	// Next says whose turn it is and when the next word is due.
	Next                 PublicNext
	CreatedAt, UpdatedAt time.Time
	Fields               []PublicValue
	Messages             []PublicMessage
	Me                   PublicMe
	CanClose             bool
	// ReplyReopens and ReplyFollowsUp say what a reply would do.
	ReplyReopens, ReplyFollowsUp bool
	// TypedEmail: who replies must type an address of the ticket (reply_identity).
	TypedEmail bool
	// TypedConfirm: that address is asked by mail before the reply is posted.
	TypedConfirm bool
	// Download: files may be opened here; otherwise they are listed by name (PT-11).
	Download bool
	// Cursor is the public version this page shows; polls ask for what is newer.
	Cursor int64
	// Rules is the state of the settings this page shows: a status may be called otherwise next.
	Rules int64
	// FormID is signed and hidden in the reply form.
	FormID string
	Staged []StagedFile
	// DraftKey names the draft in the reader's own browser; it reveals nothing.
	DraftKey string
	// TimeLeft is what is left of the support time that the reader's company bought, in minutes (below 0:
	// over); nil says nothing of it (CP-13).
	TimeLeft *int64
	// Signed is what only a signed-in customer is shown; nil for who came by a link.
	Signed *SignedThread
}

// PublicMe is the holder of the link.
type PublicMe struct {
	// Name may be empty; Address is whole, and empty for a synthetic one (PT-4).
	Name, Address string
	Reporter      bool
	Synthetic     bool
	Unsubscribed  bool
}

// PublicMessage is one entry of the conversation.
type PublicMessage struct {
	PID string
	// Own: written by the holder of the link. Agent: by our side.
	Own, Agent bool
	// Author is a name, or a trimmed address; Address is trimmed unless it is the holder's own.
	Author, Address string
	At              time.Time
	// HTML is clean: made by package markup from the stored text.
	HTML        string
	Unconfirmed bool
	// Event makes it a line about what happened: what the clock did (models.EventReminded,
	// EventAutoClosed) after Days of silence, or that the author joined (models.EventJoined). Reopens: an answer opens the ticket again.
	Event   string
	Days    int
	Reopens bool
	// Removed: taken out for good; nothing is left of it.
	Removed bool
	Files   []PublicFile
}

// PublicFile is an attachment.
type PublicFile struct {
	PID, Name, Type string
	Size            int64
	HasThumb        bool
	Width, Height   int
	// ContentID is set when the message's HTML shows the file in place.
	ContentID string
}

// ReplyInput is a reply from the thread page.
type ReplyInput struct {
	FormID, Body string
	// Email is read only where the project asks for a typed address.
	Email   string
	Keep    []string
	Uploads []Upload
	Client  string
}

// Replied says what a reply did.
type Replied struct {
	// PID anchors the new message.
	PID string
	// Reopened: the ticket had ended and is open again.
	Reopened bool
	// FollowUp is the token of the new linked ticket when the old one ended too long ago;
	// FollowUpReference names it to its signed-in reporter.
	FollowUp, FollowUpReference string
	Repeated                    bool
	// Held: it is posted once it was confirmed from the mail to the typed address.
	Held bool
}

// Content is a file being served.
type Content struct {
	Name, Type string
	Size       int64
	Body       io.ReadSeekCloser
	// Inline: an image that may be shown in the page; everything else is a download.
	Inline bool
}

// PublicSubscription is what the unsubscribe page shows.
type PublicSubscription struct {
	Project, Title, Address string
	Unsubscribed            bool
	Locale                  string
}

// PublicCollection groups articles.
type PublicCollection struct {
	Slug, Name, Summary string
	Articles            int
}

// PublicArticleCard is an article in a list.
type PublicArticleCard struct {
	Slug, Title, Summary       string
	CollectionSlug, Collection string
	UpdatedAt                  time.Time
	// Snippet is set in search results and suggestions: text with its matches.
	Snippet []Span
}

// Span is a piece of a snippet; Match says that it is what was searched for.
type Span struct {
	Text  string
	Match bool
}

// DocHome is a project's help centre.
type DocHome struct {
	Project     PublicProject
	Collections []PublicCollection
	Recent      []PublicArticleCard
}

// DocCollection is one collection with its articles.
type DocCollection struct {
	Project    PublicProject
	Collection PublicCollection
	Articles   []PublicArticleCard
}

// DocArticle is one article.
type DocArticle struct {
	// Moved is the present slug of an article that was asked for by an old one; then nothing else is set.
	Moved   string
	Project PublicProject
	Card    PublicArticleCard
	HTML    string
	TOC     []TOCEntry
	Related []PublicArticleCard
}

// TOCEntry is a line of an article's table of contents.
type TOCEntry struct {
	Level    int
	ID, Text string
}

// DocResults are the articles found for some words.
type DocResults struct {
	Project  PublicProject
	Query    string
	Articles []PublicArticleCard
	Total    int
	// Partial: the index is being made again, so only a simple search was done.
	Partial bool
}
