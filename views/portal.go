package views

import (
	"html/template"
	"time"
)

// Names of the form fields of the public pages, shared by the templates and the handlers that read them.
// Template fields are posted as FieldPrefix + key.
const (
	FieldForm        = "form" // signed id of this showing of the form: idempotency and staged files
	FieldEmail       = "email"
	FieldName        = "name"
	FieldTitle       = "title"
	FieldDescription = "description"
	FieldType        = "type"
	FieldTemplate    = "template"
	FieldMessage     = "message" // optional initial message on create
	FieldBody        = "body"    // text of a reply
	FieldFiles       = "files"
	FieldKeep        = "keep"    // one value for each staged file to keep
	FieldPow         = "pow"     // counter of the proof of work
	FieldConfirm     = "confirm" // "1" from the once-more confirmation of a suspect submit
	FieldDo          = "_do"     // "template" asks only to swap the template's fields
	FieldHoneypot    = "homepage"
	FieldPrefix      = "field."
)

// Project is a portal as its visitors see it.
type Project struct {
	Name, Description string
	NewTicketURL      string
	DocsURL           string
}

// PortalHome is the input of portal/home, the workspace's front page.
type PortalHome struct {
	// LostURL is where lost links are mailed from; may be empty.
	LostURL string
	// SearchURL is the GET target of the search field (parameter q); empty leaves the field out.
	SearchURL string
	Projects  []Project
	Popular   []ArticleLink
}

// PortalProjects is the input of portal/projects: the open projects when there are several (PC-1).
type PortalProjects struct {
	Projects []Project
	// LostURL is where lost links are mailed from; may be empty.
	LostURL string
}

// Field is one field of a ticket template, public metadata only (PC-3).
type Field struct {
	// Name is the posted name (FieldPrefix + key), ID the element's id.
	Name, ID string
	// Kind is one of text, long_text, select, several, checkbox, date, number, url, email.
	Kind               string
	Label, Help, Error string
	// Value is the present value; a checkbox is on when it is not empty.
	Value    string
	Choices  []Choice
	Required bool
	// MaxLength limits text in characters; 0 means no limit of its own.
	MaxLength int
	// Min and Max bound numbers and dates; empty means unbounded.
	Min, Max string
	// ShowIf is the posted name of the field that this one depends on, empty for one that is always
	// asked; ShowValues its posted values that show this one, as a JSON list. Only says so in words,
	// for browsers without scripts, which show the field in any case. Unmet: not to be shown now.
	ShowIf, ShowValues, Only string
	Unmet                    bool
}

// Insist lets the browser itself ask for an answer: never for a field that may not be shown.
func (f Field) Insist() bool { return f.Required && f.ShowIf == "" }

// Fields is the input of portal/_fields, the part of the create form that a chosen template swaps.
type Fields struct {
	Fields []Field
	// Help is the chosen template's own explanation, may be empty.
	Help string
	// Promise comes along when the fields are swapped: the type may be another one.
	Promise *Promise
}

// StagedFile is a file kept from a refused submit (PC-4). Value is the signed handle posted as FieldKeep.
type StagedFile struct {
	Value, Name string
	Size        int64
	Type        string
	Keep        bool
}

// Upload is the file part of a form: limits in bytes and number, and what is already kept.
type Upload struct {
	MaxFile, MaxTotal int64
	MaxFiles          int
	Staged            []StagedFile
	Error             string
}

// Customer is the person an intake link names (PC-8): shown, locked.
type Customer struct {
	Name, Email string
	// NotYouURL is the plain form without the link.
	NotYouURL string
}

// Pow asks the browser for a proof of work: a counter such that sha256(Challenge + ":" + counter) starts with Bits zero bits.
type Pow struct {
	Challenge string
	Bits      int
}

// Create is the input of portal/create (PC-1 to PC-5, PC-8, PC-10, PC-11, PC-13).
type Create struct {
	Project Project
	// Action receives the form, FieldsURL answers portal/_fields, SuggestURL answers portal/_suggestions (both POST);
	// an empty SuggestURL suggests nothing.
	Action, FieldsURL, SuggestURL string
	// FormID is the signed hidden id of this showing.
	FormID string
	// Promise is what is said of how long things take; it follows the chosen type. PromiseByType: it
	// differs between the types.
	Promise       Promise
	PromiseByType bool
	// Away is nil while somebody is at work.
	Away *Away
	// LostURL is where lost links are mailed from; may be empty.
	LostURL string
	Notices []Notice

	Customer                        *Customer
	Email, Name, Title, Description string
	// AskMessage shows the optional initial message, Message is its text.
	AskMessage bool
	Message    string
	// Types is shown as a select when there are two or more; a single one is posted silently.
	Types []Choice
	// Templates is shown as a select when not empty; TemplateLocked is the name of an enforced template instead.
	Templates      []Choice
	TemplateLocked string
	Fields         Fields
	Upload         Upload
	Pow            *Pow
	// Suggestions are the hits for what is already typed, for a form shown again.
	Suggestions Suggestions
	// Errors maps a field's posted name to a whole sentence; "" is the key of an error of the form as a whole.
	Errors map[string]string
	// DraftKey names the draft kept in the browser; it must not hold a secret.
	DraftKey string
}

// Problems lists the errors in the order of the form, for the summary that links to the fields (PC-4, WCAG 3.3.1).
func (c Create) Problems() []FieldError {
	problems := pick(c.Errors, FieldEmail, FieldName, FieldTitle, FieldDescription, FieldMessage, FieldType, FieldTemplate)
	for _, f := range c.Fields.Fields {
		if f.Error != "" {
			problems = append(problems, FieldError{f.ID, f.Error})
		}
	}
	if c.Upload.Error != "" {
		problems = append(problems, FieldError{FieldFiles, c.Upload.Error})
	}
	return problems
}

// pick turns the errors of the named fields into summary lines; a field's id is its name.
func pick(errors map[string]string, names ...string) []FieldError {
	var out []FieldError
	if text := errors[""]; text != "" {
		out = append(out, FieldError{"", text})
	}
	for _, name := range names {
		if text := errors[name]; text != "" {
			out = append(out, FieldError{name, text})
		}
	}
	return out
}

// Suggestion is one article offered while a ticket is being written. Snippet is escaped text with <mark> around the match.
type Suggestion struct {
	Title   string
	Snippet template.HTML
	URL     string
}

// Suggestions is the input of portal/_suggestions; no hits means an empty answer (PC-10).
type Suggestions struct {
	Hits []Suggestion
	// MoreURL is the search page of the docs for the same words; may be empty.
	MoreURL string
}

// Hidden is a posted value carried on unseen.
type Hidden struct{ Name, Value string }

// Confirm is the input of portal/confirm: a suspect submit is asked once more and never dropped (PC-13).
type Confirm struct {
	Action string
	// Values are all posted values, kept file handles included; FieldConfirm is added by the template.
	Values      []Hidden
	Title       string
	Description string
	Files       []StagedFile
}

// Refused is the input of portal/refused: a full-page refusal that loses nothing (PC-4, PC-7).
type Refused struct {
	// Status is 413, 429 or 400 and picks the words.
	Status int
	// Text replaces the words for the status when it is not empty.
	Text string
	// Minutes until another try makes sense; 0 leaves the sentence out.
	Minutes int
	// FormURL leads to the form, BackURL to where the person came from; an empty URL leaves its button out.
	FormURL, BackURL string
	// Hidden, when not empty, turns "Back to form" into a POST to FormURL which carries the typed text.
	Values []Hidden
	// Reference names the refusal in the log.
	Reference string
}

// CheckMail is the input of portal/check_mail, the page after a submit that waits for a proof of address (PC-12). It is
// the same for everybody: it holds no secret and no address.
type CheckMail struct {
	// NewTicketURL and DocsURL lead on.
	NewTicketURL, DocsURL string
}

// NotAvailable is the input of portal/not_available: one and the same page for everything unknown, disabled or dead (PC-1, PT-12).
type NotAvailable struct{ HomeURL string }

// PublicField is a template field a reporter may see.
type PublicField struct{ Label, Value string }

// ThreadHeader is the input of portal/_thread_header.
type ThreadHeader struct {
	Title  string
	Status Status
	// Agent is the public name of the agent whose answer is awaited; may be empty.
	Agent string
	// Promise is one or two whole sentences on time; shown while the team's answer is awaited.
	Promise   string
	Turn      Turn
	Type      string
	CreatedAt time.Time
	// UpdatedAt is the time of the last public change.
	UpdatedAt time.Time
	Fields    []PublicField
	// CloseURL is the confirm page; empty when the reporter may not close (PT-8).
	CloseURL string
	// CloseAction receives the confirmed closure; used by the confirmation inside the page.
	CloseAction string
	// CSRF is the session's token for that; empty for who came by a link.
	CSRF string
	// Side is what a signed-in customer's page shows at its side; nil elsewhere.
	Side *TicketSide
	// OOB marks the header for an out-of-band swap; set by the templates' funcs, not by handlers.
	OOB bool
}

// File is an attachment as shown in a thread. URL is empty where files are listed by name only (PT-11).
type File struct {
	Name string
	Size int64
	// Type is the sniffed media type, used for the icon alone.
	Type string
	URL  string
	// ThumbURL is a small picture; empty when there is none.
	ThumbURL string
	// ContentID is set when the message's text shows the file in place (see Pictures).
	ContentID string
}

// Message is the input of portal/_message: one contribution to the thread, or a line about a public event.
type Message struct {
	// ID is the element's id, unique in the page and not derived from a database id.
	ID string
	// Event makes this a single line in the conversation; Text is then the whole sentence and Body is unused.
	Event bool
	Text  string
	// SinceVisit draws a line above: from here on the reader has seen nothing yet.
	SinceVisit bool
	// Line names the sentence in place of Text: reminded or auto_closed, after Days of silence, or joined
	// by Author. Reopens adds that an answer opens the ticket again.
	Line    string
	Days    int
	Reopens bool
	// Own is true for the person who holds this link, Agent for the team.
	Own, Agent bool
	// Author is the public name; Address the trimmed address of an outside author (whole for their own); both may be empty.
	Author, Address string
	At              time.Time
	// Body is cleaned HTML.
	Body  template.HTML
	Files []File
	// Removed: taken out for good; Body is empty.
	Removed bool
	// Edited marks a message changed after it was sent.
	Edited bool
	// Unconfirmed marks a message whose author has not confirmed the address yet.
	Unconfirmed bool
	// NewDay puts a day separator above; see MarkDays.
	NewDay bool
	// Fresh lets a message slide in once; OOB marks it for an out-of-band swap. Both are set by the templates' funcs.
	Fresh, OOB bool
}

// MarkDays sets NewDay on the first message of each UTC day. previous is the time of the message before the first
// one, zero when there is none.
func MarkDays(messages []Message, previous time.Time) {
	for i := range messages {
		day := messages[i].At.UTC().Truncate(24 * time.Hour)
		messages[i].NewDay = !day.Equal(previous.UTC().Truncate(24 * time.Hour))
		previous = messages[i].At
	}
}

// ReplyForm is the input of portal/_reply_form (PT-3, PT-4, PT-9, PT-10).
type ReplyForm struct {
	Action string
	// FormID is the signed hidden id of this showing.
	FormID string
	// Address is the own address, whole; Name the Discord name shown in its place when not empty (PT-4).
	Address, Name string
	// TypedEmail makes the address an editable field (reply_identity: typed_email).
	TypedEmail bool
	// TypedConfirm says that the address is asked by mail first.
	TypedConfirm bool
	Body         string
	// Reopens says that the ticket is settled and a reply opens it again.
	Reopens bool
	Upload  Upload
	// Errors maps FieldBody, FieldEmail, FieldFiles or "" to a whole sentence.
	Errors   map[string]string
	Notices  []Notice
	DraftKey string
	// ClearDraft is true after a successful post: the browser forgets the draft.
	ClearDraft bool
	// CSRF is the session's token; empty for who came by a link. DraftURL keeps the draft on the
	// server for the writer's other devices; empty where they are nobody it could be kept for.
	CSRF, DraftURL string
}

// Problems lists the errors in the order of the form.
func (f ReplyForm) Problems() []FieldError {
	problems := pick(f.Errors, FieldEmail, FieldBody)
	if f.Upload.Error != "" {
		problems = append(problems, FieldError{FieldFiles, f.Upload.Error})
	}
	return problems
}

// Poll is the input of portal/_poll: the element that keeps a thread fresh (PT-5).
type Poll struct {
	// URL answers portal/_updates or 204; it holds the cursor.
	URL string
	// StreamURL is an event stream that sends "changed"; empty where there is none.
	StreamURL string
	// Seconds between polls; 0 means 60.
	Seconds int
	// ThreadURL is the page itself, for the link without scripts.
	ThreadURL string
	// SeenURL is told how far the reader has come, SeenVersion; empty where nobody keeps that.
	SeenURL     string
	SeenVersion int64
	// OOB is set by the templates' funcs, not by handlers.
	OOB bool
}

// Thread is the input of portal/thread (PT-2 to PT-13).
type Thread struct {
	Header   ThreadHeader
	Messages []Message
	// Reply is nil when nobody may reply.
	Reply *ReplyForm
	Poll  Poll
	// NewTicketURL is the create page of the project (PT-7).
	NewTicketURL string
	// PeopleURL says who can see the ticket (PT-14).
	PeopleURL string
	// FilesByMail shows the hint that files are in the mail (PT-11, names only).
	FilesByMail bool
	Notices     []Notice
	// Signed is what only a signed-in customer's page has; nil for who came by a link.
	Signed *SignedTicket
}

// ReplyAdded is the input of portal/_reply_added, the htmx answer to a successful reply.
type ReplyAdded struct {
	Messages []Message
	Header   ThreadHeader
	Form     ReplyForm
	Poll     Poll
}

// Updates is the input of portal/_updates, the answer to a poll that found something.
type Updates struct {
	// Messages are new, Changed replaces messages already on the page.
	Messages, Changed []Message
	Header            ThreadHeader
	Poll              Poll
	// NewCount is how many of Messages are not the visitor's own; announced politely when above 0.
	NewCount int
}

// Close is the input of portal/close, the confirm step (PT-8).
type Close struct {
	Title           string
	Action, BackURL string
	// CSRF is the session's token; empty for who came by a link.
	CSRF string
}

// Unsubscribe is the input of portal/unsubscribe (NU-3). Dead shows the page for a token that no longer lives.
type Unsubscribe struct {
	Action string
	Dead   bool
	// LinkAction receives a request for a preferences link by mail; empty leaves the form out.
	LinkAction string
	// Result is shown at once when the page is the answer to a plain POST.
	Result *UnsubscribeResult
	// PreferencesURL leads to a finer choice; may be empty.
	PreferencesURL string
}

// UnsubscribeResult is the input of portal/_unsubscribe_result. State is "done", "undone" or "failed".
type UnsubscribeResult struct {
	State string
	// Action unsubscribes (retry, or again after undo); UndoAction takes it back.
	Action, UndoAction string
	// Title is the ticket's title.
	Title string
	// ThreadURL leads back to the ticket, PreferencesURL to a finer choice; both may be empty.
	ThreadURL, PreferencesURL string
}
