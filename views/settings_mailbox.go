package views

import "time"

// MailboxesPage is the input of settings/mailboxes (EM-4).
type MailboxesPage struct {
	Head   ProjectHead
	Rows   []MailboxRow
	AddURL string
	CSRF   string
}

// MailboxRow is a mailbox in the list of its project.
type MailboxRow struct {
	Address, URL string
	// Aliases are its other addresses.
	Aliases []string
	// In and Out say in words how mail comes in and how it leaves.
	In, Out string
	Off     bool
	// Health says in words how it goes, before the times: HealthKind is "ok", "waiting", "error" or
	// "off".
	Health, HealthKind string
	Looked, Received   time.Time
	// Fault is what went wrong at the last look, in the server's words; Advice what to do.
	Fault, Advice string
	// Tested says how the last set-up test ended: "ok", "failed", "running" or empty.
	Tested                     string
	TestURL, DNSURL, SwitchURL string
	// First marks the one that the project's mails come from.
	First bool
}

// MailboxForm is the input of settings/mailbox: the form of a mailbox in parts, of which the
// chosen ones show.
type MailboxForm struct {
	Head         ProjectHead
	Title        string
	BackURL      string
	Tabs         []AgentView
	Notices      []Notice
	Presets      []AgentView
	Form         Form
	Parts        []MailboxPart
	DeleteURL    string
	Preview      *SenderPreview
	SwitchURL    string
	Off          bool
	ListenerHint []Hint
}

// MailboxPart is a section of the form; When are the choices that it belongs to.
type MailboxPart struct {
	Title, Lead, When string
	Groups            []MailboxGroup
	// Key marks the parts with something of their own: "sender" has the preview, "listener" the hints.
	Key string
}

// MailboxGroup are controls side by side (Row) or one below the other.
type MailboxGroup struct {
	When   string
	Row    bool
	Inputs []Input
}

// SenderPreview shows how a sender's name reads: filled in by the server, and while typing by a
// script.
type SenderPreview struct{ Name, Address, Agent, Project, Workspace string }

// Hint is a line to copy, with its explanation.
type Hint struct{ Label, Text, Help string }

// Problems lists the errors in the order of the form.
func (m MailboxForm) Problems() []FieldError {
	f := m.Form
	for _, part := range m.Parts {
		for _, g := range part.Groups {
			f.Inputs = append(f.Inputs, g.Inputs...)
		}
	}
	return f.Problems()
}

// MailboxDNS is the input of settings/mailbox_dns: signing, and what others ask about the domain.
type MailboxDNS struct {
	Head    ProjectHead
	Title   string
	BackURL string
	Tabs    []AgentView
	Notices []Notice
	Domain  string
	Records []DNSRow
	HereURL string
	// Selector names the key; empty is none.
	Selector              string
	MakeAction, CSRF      string
	ReplaceURL, RemoveURL string
}

// DNSRow is a record: State is "good", "missing", "wrong" or "unknown".
type DNSRow struct {
	Kind, Title, Text, State, StateText string
	Name, Type, Wanted, Found           string
}

// MailboxProbe is the input of settings/mailbox_probe: the set-up test (EM-6).
type MailboxProbe struct {
	Head    ProjectHead
	Title   string
	BackURL string
	Tabs    []AgentView
	Notices []Notice
	Action  string
	CSRF    string
	Run     ProbeRun
}

// ProbeRun is the input of settings/_probe: the steps of a set-up test, drawn anew while it runs.
type ProbeRun struct {
	OOB bool
	// State is "none", "running", "ok", "advice", "failed" or "cut".
	State, Heading, Text string
	Steps                []ProbeRow
	At                   time.Time
	PollURL, HereURL     string
	// TrustAction posts the receiver that could be trusted; empty offers none.
	TrustAction, Receiver, CSRF, DNSURL, OutboxURL string
}

// ProbeRow is a step: State is empty, "running", "ok", "advice", "failed" or "skipped".
type ProbeRow struct {
	State, Title, Text, Advice, Detail, StateText string
}

// MailTextsPage is the input of settings/mail_texts.
type MailTextsPage struct {
	Head ProjectHead
	Rows []MailTextRow
}

// MailTextRow is a mail with its languages.
type MailTextRow struct {
	Title, Text string
	Languages   []MailTextLanguage
}

// MailTextLanguage is a mail in one language; Own says that its words are the project's.
type MailTextLanguage struct {
	Label, URL string
	Own        bool
}

// MailTextPage is the input of settings/mail_text: the editor of a mail's words.
type MailTextPage struct {
	Head      ProjectHead
	Title     string
	BackURL   string
	Lead      string
	Languages []AgentView
	Form      Form
	Variables []Hint
	// Own says that the words are the project's; since Changed.
	Own                               bool
	Changed                           time.Time
	ResetAction, TestAction, CSRF, To string
	Preview                           MailTextPreview
}

// MailTextPreview is the input of settings/_mail_preview: the mail as it would leave.
type MailTextPreview struct {
	Subject, From, Text, FrameURL string
	Plain                         bool
	Shapes                        []AgentView
}
