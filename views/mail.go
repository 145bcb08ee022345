package views

import (
	"bytes"
	"embed"
	"errors"
	"fmt"
	"html/template"
	"io/fs"
	"path"
	"regexp"
	"strings"
	text "text/template"
	"time"
	"unicode"

	"lodge/locale"
)

// The kinds of mails; each has a subject, a text and an HTML template of that name.
const (
	MailCreated         = "created"          // acknowledgement to a proven address
	MailCreatedUnproven = "created_unproven" // acknowledgement that repeats nothing that was typed
	MailAgentReplied    = "agent_replied"    // an agent answered (PT-13)
	MailCustomerReplied = "customer_replied" // somebody else who takes part answered
	MailStatusChanged   = "status_changed"   // the public label of the status is another one
	MailClosed          = "closed"           // the ticket has ended
	MailReminder        = "reminder"         // the ticket waits for them, and when it closes by itself
	MailFeedback        = "feedback"         // how did it go, once the ticket is resolved (PT-15)
	MailDigest          = "digest"           // one mail a day about all tickets with news (NU-4)
	MailFollowedUp      = "followed_up"      // a reply came too late and became a ticket of its own
	MailPersonAdded     = "person_added"     // an agent let this person take part
	MailLinkReplaced    = "link_replaced"    // the earlier link is dead; here is the new one
	MailPreferences     = "preferences"      // a fresh unsubscribe link (NU-3)
	MailNewLink         = "new_link"         // asked for by somebody whose link no longer works (PT-14)
	MailLostLinks       = "lost_links"       // asked for by somebody who has lost their links (PT-14)
	MailConfirm         = "confirm"          // asks the sender of something held to confirm it (PC-12)
	MailAgentNotice     = "agent_notice"     // to agents (AG-7)
	MailAgentInvited    = "agent_invited"    // an invitation to the desk (SE-4)
	MailPasswordReset   = "password_reset"   // a link for a new password (AG-7)
	MailPasswordChanged = "password_changed" // tells the owner of an account
	MailAgentRefused    = "agent_refused"    // an agent's answer by mail was not sent on (A14)
	MailAccountActivate = "account_activate" // the link that makes an account (CP-1)
	MailAccountInvited  = "account_invited"  // the same, because an agent asks them to
	MailAccountKnown    = "account_known"    // an account was asked for, and there is one
	MailSignInLink      = "sign_in_link"     // signs a customer in once (CP-2)
	MailCustomerReset   = "customer_reset"   // a customer's new password
	MailAddressConfirm  = "address_confirm"  // asks whether a further address is its reader's
	MailAccountChanged  = "account_changed"  // tells a customer of a change of their account
	MailTest            = "test"             // from the first run, to see whether mail leaves
)

// Mail is the input of every mail; what a kind does not use is ignored.
type Mail struct {
	// Locale is filled in by Views.Mail.
	Locale             string
	Workspace, Project string
	// Reference such as K7-3QX; it ends the subject when SubjectReference is on and it is not empty.
	Reference        string
	SubjectReference bool
	// Title is the ticket's; Name the recipient's own, may be empty; Author who wrote.
	Title, Name, Author string
	// Text and HTML (cleaned) are the message this mail is about.
	Text string
	HTML template.HTML
	// Signature of the agent who wrote, in lines; it stands under an answer, once.
	Signature string
	// Link is the recipient's own thread link; for agents the ticket's page.
	Link           string
	UnsubscribeURL string
	// Code are digits to be typed instead of opening Link; only in MailSignInLink.
	Code string
	// NotMineURL is where its recipient says that the ticket is not theirs; may be empty.
	NotMineURL string
	// PreferencesURL leads to the recipient's own choice of mails; empty for agents.
	PreferencesURL string
	// Status is the public label of the ticket's status, where the mail tells of it; Over says
	// that the ticket has ended and that an answer opens it again, within ReopenDays where that is not 0.
	Status     string
	Over       bool
	ReopenDays int
	// SilentDays of nobody writing closed the ticket; 0: something else did.
	SilentDays int
	// ClosesOn is the day on which it will close by itself, at midnight of UTC; zero: it will not.
	ClosesOn time.Time
	// Choices are the answers that MailFeedback offers; each leads to the page with it chosen.
	Choices []MailChoice
	// Messages are set when one mail tells several answers; Text and HTML are those of the last.
	Messages []MailMessage
	// Ended: the link that was asked for has ended with its ticket; Link leads to a new one, or nowhere.
	Ended bool
	// Tickets are what MailLostLinks lists.
	Tickets []MailTicket
	// News are the tickets of a digest.
	News []MailNews
	// Clock is what the clock did, in mails to agents; its moment is told by the clock of Place.
	Clock *ClockEvent
	Place *time.Location
	// Files are attached to this mail, or linked where URL is set.
	Files []MailFile
	// ResponseTime is a whole sentence such as "We typically respond within 4 hours."; may be empty.
	ResponseTime string
	// ResolutionTime is such a sentence about the whole; may be empty.
	ResolutionTime string
	// Outside: the ticket was filed outside working hours and nobody is back; Back is when somebody
	// is, in the zone of the desk, or zero.
	Outside bool
	Back    time.Time
	// Event picks the words of MailAgentNotice: new, answered or reopened.
	Event string
	// Rule is the name of the rule that gave the ticket to an agent or team, in MailAgentNotice.
	Rule string
	// Number is the ticket's number, in mails to agents only.
	Number int64
	// Own are the project's own words in place of the built-in ones; nil for those.
	Own *MailOwn
	// CanReply says that an answer to the mail reaches the ticket.
	CanReply bool
}

// MailMessage is one of several answers in a mail.
type MailMessage struct {
	Author, Text string
	HTML         template.HTML
	At           time.Time
}

// MailChoice is one answer to a question, as a link.
type MailChoice struct{ Label, URL string }

// MailTicket is a ticket in a list of links. Title is empty for an address that is not proven.
type MailTicket struct {
	Title, Project string
	OpenedAt       time.Time
	Link           string
}

// MailNews is a ticket with news in a digest. Title is empty for an address that is not proven.
type MailNews struct {
	Title, Link, Status string
	// Answers and Replies are how many messages of agents and of others who take part are new.
	Answers, Replies int
	Opened           time.Time
}

// MailFile is a file that goes with a mail. URL is set for one too large to be attached (NU-2).
type MailFile struct {
	Name string
	Size int64
	URL  string
}

// excerptLength is how much of a description an acknowledgement repeats, in characters.
const excerptLength = 600

// Excerpt is the beginning of Text, cut at a word.
func (m Mail) Excerpt() string {
	runes := []rune(strings.TrimSpace(m.Text))
	if len(runes) <= excerptLength {
		return string(runes)
	}
	cut := excerptLength
	for i := cut; i > excerptLength-40; i-- {
		if unicode.IsSpace(runes[i]) {
			cut = i
			break
		}
	}
	return strings.TrimSpace(string(runes[:cut])) + " …"
}

// The subjects and plain texts must not be escaped for HTML, so they are no part of the pages' engine.
//
//go:embed mail/*.subject mail/*.txt
var embeddedMails embed.FS

// loadMails parses the subjects and plain texts once for each language. A missing word stops the start.
func loadMails(files fs.FS, catalogue *locale.Catalogue) (map[string]*text.Template, error) {
	var names []string
	for _, pattern := range []string{"mail/*.subject", "mail/*.txt"} {
		found, err := fs.Glob(files, pattern)
		if err != nil {
			return nil, err
		}
		names = append(names, found...)
	}
	sets := map[string]*text.Template{}
	var problems []error
	for _, code := range catalogue.Locales() {
		words := catalogue.For(code)
		set := text.New("mails").Funcs(text.FuncMap(functions(words))).Option("missingkey=error")
		for _, name := range names {
			source, err := fs.ReadFile(files, name)
			if err != nil {
				return nil, err
			}
			for _, m := range wordInAction.FindAllSubmatch(bytes.Join(action.FindAll(source, -1), []byte(" ")), -1) {
				if !words.Has(string(m[2])) {
					problems = append(problems, fmt.Errorf("views: %s: no word %q in %q", name, m[2], code))
				}
			}
			if _, err := set.New(path.Base(name)).Parse(string(source)); err != nil {
				return nil, fmt.Errorf("views: %w", err)
			}
		}
		sets[code] = set
	}
	return sets, errors.Join(problems...)
}

var emptyLines = regexp.MustCompile(`\n{3,}`)

// Mail renders one mail of a kind: its subject on a single line, its plain text with lines ended by \n, and its HTML,
// a whole document. The subject ends in the reference, such as [K7-3QX], where Mail asks for it; a mail to an unproven
// address, one that asks to confirm, and a mail about preferences never do.
func (v *Views) Mail(lang, kind string, m Mail) (subject, plain, html string, err error) {
	words := v.options.Catalogue.For(lang)
	if kind == MailCreatedUnproven || kind == MailPreferences || kind == MailConfirm {
		// Whoever typed this address may want to send their own words to somebody else's mailbox: leave them no room.
		m = Mail{Workspace: m.Workspace, Project: m.Project, Link: m.Link, UnsubscribeURL: m.UnsubscribeURL, PreferencesURL: m.PreferencesURL, NotMineURL: m.NotMineURL}
	}
	m.Locale = words.Locale()
	set := v.mails[m.Locale]
	var b strings.Builder
	var own OwnMail
	ours := !m.takesOwn(words, kind)
	if !ours {
		own, subject = m.withOwn(words, kind)
		b.WriteString(subject)
	}
	if m.Title == "" {
		m.Title = words.T("mail.untitled") // the title was typed by somebody unproven
	}
	var data any = m
	if !ours {
		data, kind = own, mailOwn
	} else if err := set.ExecuteTemplate(&b, kind+".subject", m); err != nil {
		return "", "", "", fmt.Errorf("views: mail: %w", err)
	}
	subject = singleLine(b.String())
	if m.SubjectReference && m.Reference != "" {
		subject += " [" + m.Reference + "]"
	}
	b.Reset()
	if err := set.ExecuteTemplate(&b, kind+".txt", data); err != nil {
		return "", "", "", fmt.Errorf("views: mail: %w", err)
	}
	plain = strings.Trim(emptyLines.ReplaceAllString(strings.ReplaceAll(b.String(), "\r\n", "\n"), "\n\n"), "\n") + "\n"
	b.Reset()
	if err := v.render(&b, m.Locale, "mail/"+kind, data); err != nil {
		return "", "", "", err
	}
	return subject, plain, b.String(), nil
}

// singleLine makes one line of a text: a line break in a title must not become a header of its own.
func singleLine(s string) string {
	return strings.Join(strings.FieldsFunc(s, func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) }), " ")
}

// HasLinks says whether a digest leads to its tickets: not where the portal is off.
func (m Mail) HasLinks() bool {
	for _, t := range m.News {
		if t.Link != "" {
			return true
		}
	}
	return false
}
