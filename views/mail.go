package views

import "html/template"

// The kinds of mails; each has a subject, a text and an HTML template of that name.
const (
	MailCreated         = "created"          // acknowledgement to a proven address
	MailCreatedUnproven = "created_unproven" // acknowledgement that repeats nothing that was typed
	MailAgentReplied    = "agent_replied"    // an agent answered (PT-13)
	MailFollowedUp      = "followed_up"      // a reply came too late and became a ticket of its own
	MailPreferences     = "preferences"      // a fresh unsubscribe link (NU-3)
	MailAgentNotice     = "agent_notice"     // to agents (AG-7)
)

// Mail is the input of every mail; what a kind does not use is ignored.
type Mail struct {
	Workspace, Project string
	// Reference such as K7-3QX; it ends the subject when SubjectReference is on and it is not empty.
	Reference        string
	SubjectReference bool
	// Title is the ticket's; Name the recipient's own, may be empty; Author who wrote.
	Title, Name, Author string
	// Text and HTML (cleaned) are the message this mail is about.
	Text string
	HTML template.HTML
	// Link is the recipient's own thread link; for agents the ticket's page.
	Link           string
	UnsubscribeURL string
	// Files are attached to this mail, or linked where URL is set.
	Files []MailFile
	// ResponseTime is a whole sentence such as "We typically respond within 4 hours."; may be empty.
	ResponseTime string
	// Event picks the words of MailAgentNotice: new, answered or reopened.
	Event string
	// Number is the ticket's number, in mails to agents only.
	Number int64
}

// MailFile is a file that goes with a mail. URL is set for one too large to be attached (NU-2).
type MailFile struct {
	Name string
	Size int64
	URL  string
}
