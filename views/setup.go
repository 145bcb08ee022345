package views

import (
	"html/template"
	"regexp"
	"strings"
	"time"
)

// Names of the form fields of the first run, beside FieldName, FieldEmail and FieldPassword.
const (
	FieldWorkspace = "workspace"
	FieldProject   = "project"
)

// Setup is the input of setup/step (SE-5, layout "bare"): one step of the first run. The password
// is never shown again.
type Setup struct {
	Action string
	// Key names the step: its texts are "agent.setup.step.<key>" and "….lead".
	Heading, Lead string
	Steps         []SetupStep
	Inputs        []Input
	// BackURL leads to the step before; empty on the first.
	BackURL string
	Submit  string
	// Address is shown on the first step, Mail on the one about mail.
	Address *SetupAddress
	Mail    *SetupMail
	// Notice stands above the form; may be nil.
	Notice *Notice
	Error  string
}

// SetupStep is a step in the list of all; URL is empty for one that cannot be opened yet.
type SetupStep struct {
	Number        int
	Label, URL    string
	Done, Current bool
}

// SetupAddress compares the address that links in mails begin with and the one in the address bar.
type SetupAddress struct {
	Links, Here string
	// Differs: people would be led elsewhere than where this page was opened.
	Differs bool
}

// SetupMail says how mails leave: "smtp", "outbox" or "none".
type SetupMail struct {
	Kind, Server, From string
	// TestURL sends a test mail to To; empty where no mail can leave.
	TestURL, To string
	OutboxURL   string
}

// Problems lists the errors in the order of the form.
func (s Setup) Problems() []FieldError { return Form{Inputs: s.Inputs, Error: s.Error}.Problems() }

// SetupDone is the input of setup/done. TicketURL opens the first project's form, MailboxURL its mailboxes.
type SetupDone struct{ SignInURL, PortalURL, TicketURL, MailboxURL, Portal, Desk string }

// SetupGone is the input of setup/gone: the link was used, or never was.
type SetupGone struct{ SignInURL string }

// Outbox is the input of dev/outbox (OP-2): the mails that would have been sent, newest first.
type Outbox struct {
	Mails []OutboxMail
	// OlderURL is the next page by key, NewestURL the first one; empty where there is none.
	OlderURL, NewestURL string
}

// OutboxMail is one line of the outbox.
type OutboxMail struct {
	To, Subject, URL string
	At               time.Time
}

// OutboxPage is the input of dev/mail: one mail. Headers are those worth a look, in order.
type OutboxPage struct {
	BackURL           string
	From, To, Subject string
	At                time.Time
	Headers           []MailHeader
	// Text is the plain part; its addresses become links.
	Text string
	// HTMLURL shows the HTML part as a page of its own, under a policy that lets nothing run; empty when there is none.
	HTMLURL string
	Files   []File
}

// MailHeader is one header line of a mail.
type MailHeader struct{ Name, Value string }

var addressInText = regexp.MustCompile(`https?://[^\s<>"]+[^\s<>".,;:!?)]`)

// LinkedText is Text, escaped, with its addresses as links.
func (p OutboxPage) LinkedText() template.HTML {
	var b strings.Builder
	at := 0
	for _, m := range addressInText.FindAllStringIndex(p.Text, -1) {
		b.WriteString(template.HTMLEscapeString(p.Text[at:m[0]]))
		address := template.HTMLEscapeString(p.Text[m[0]:m[1]])
		b.WriteString(`<a href="` + address + `">` + address + `</a>`)
		at = m[1]
	}
	b.WriteString(template.HTMLEscapeString(p.Text[at:]))
	return template.HTML(b.String()) //nolint:gosec // every piece is escaped above
}

// GalleryPage is the input of dev/gallery: every sample with the address that shows it.
type GalleryPage struct{ Items []GalleryItem }

// GalleryItem is one sample; URL shows it in Language.
type GalleryItem struct{ Name, Language, URL string }
