package views

import (
	"html/template"
	"strings"

	"lodge/locale"
)

// MailOwn are a project's own words of a mail. They may hold variables between braces, such as
// {title}; {message} in Body marks the place of what the mail is about.
type MailOwn struct{ Subject, Body string }

// mailOwn is the template of all mails with words of a project's own.
const mailOwn = "own"

// ownMessage is the place of what the mail is about.
const ownMessage = "{message}"

// MailBuiltIn gives the built-in words of a mail in the form in which they are changed: the same
// words of the catalogue with variables in place of values. It knows the mails that a project may
// change; of others it gives nothing.
func MailBuiltIn(words *locale.Strings, kind string) MailOwn {
	var parts []string
	switch kind {
	case MailCreated:
		parts = []string{words.Tf("mail.created.hello", "Name", "{name}"), words.Tf("mail.created.intro", "Project", "{project}"), ownMessage, words.T("mail.created.next") + " {response} {resolution}", "{hours}"}
	case MailAgentReplied:
		parts = []string{words.Tf("mail.agent_replied.intro", "Author", "{agent}", "Project", "{project}"), ownMessage}
	case MailReminder:
		parts = []string{words.Tf("mail.reminder.intro", "Title", "{title}", "Project", "{project}"), ownMessage}
	case MailFollowedUp:
		parts = []string{words.Tf("mail.followed_up.intro", "Title", "{title}"), words.T("mail.followed_up.next")}
	case MailPersonAdded:
		parts = []string{words.Tf("mail.person_added.intro", "Title", "{title}", "Project", "{project}"), words.T("mail.person_added.next")}
	case MailLinkReplaced:
		parts = []string{words.Tf("mail.link_replaced.intro", "Title", "{title}", "Project", "{project}"), words.T("mail.link_replaced.next")}
	case MailStatusChanged, MailClosed:
		parts = []string{words.Tf("mail."+kind+".intro", "Title", "{title}", "Project", "{project}"), words.Tf("mail.status.now", "Status", "{status}")}
		return MailOwn{Subject: words.Tf("mail.status_changed.subject", "Title", "{title}", "Status", "{status}"), Body: strings.Join(parts, "\n\n")}
	case MailCustomerReplied:
		return MailOwn{Subject: words.Tf("mail.agent_replied.subject", "Title", "{title}"), Body: words.Tf("mail.customer_replied.intro", "Author", "{author}", "Title", "{title}", "Project", "{project}")}
	default:
		return MailOwn{}
	}
	return MailOwn{Subject: words.Tf("mail."+kind+".subject", "Title", "{title}"), Body: strings.Join(parts, "\n\n")}
}

// OwnMail is the input of the templates mail/own.*: a mail whose words are a project's.
type OwnMail struct {
	Mail
	// Before and After are what stands around the message, in paragraphs.
	Before, After []string
	// Times are sentences about time that the words do not place themselves.
	Times []string
	// About is what stands between: "request", "answer" or empty.
	About string
}

// takesOwn says whether a mail of a kind is written with a project's own words. An answer that must
// not be told, because its reader has not proven their address, has the built-in words: there is
// nothing for the others to stand around.
func (m Mail) takesOwn(words *locale.Strings, kind string) bool {
	return m.Own != nil && MailBuiltIn(words, kind) != (MailOwn{}) && (kind != MailCustomerReplied || m.Text != "")
}

// withOwn puts a mail together from a project's own words, and gives its subject. What is put in
// for a variable is not read again, whatever it holds (A49).
func (m Mail) withOwn(words *locale.Strings, kind string) (OwnMail, string) {
	gaps := m.gaps(words)
	if m.Title == "" {
		m.Title = words.T("mail.untitled")
	}
	o := OwnMail{Mail: m}
	switch kind {
	case MailCreated:
		o.About, o.Status, o.Over = "request", "", false
		for _, name := range []string{"response", "resolution", "hours"} {
			if value := gaps.values[name]; value != "" && !strings.Contains(m.Own.Body, "{"+name+"}") {
				o.Times = append(o.Times, value)
			}
		}
	case MailAgentReplied:
		o.About = "answer"
	case MailCustomerReplied:
		o.About, o.Files, o.Signature = "answer", nil, ""
	case MailReminder:
		o.About, o.Status, o.Over = "closing", "", false
	case MailStatusChanged, MailClosed:
		// The status stands among the words; why it closed by itself and how to open it again stay ours.
		o.Status, o.CanReply = "", false
	default:
		o.Status, o.Over = "", false
	}
	before, after, _ := strings.Cut(strings.ReplaceAll(m.Own.Body, "\r\n", "\n"), ownMessage)
	o.Before, o.After = gaps.paragraphs(before), gaps.paragraphs(after)
	return o, gaps.fill(m.Own.Subject)
}

// SampleMail is a believable mail of a kind for previews, in the language of its words.
func SampleMail(words *locale.Strings, kind, workspace, project string) Mail {
	text := words.T("agent.mailtext.sample.text")
	m := Mail{Workspace: workspace, Project: project, Reference: "K7-3QX", Title: words.T("agent.mailtext.sample.title"), Name: words.T("agent.mailtext.sample.name"), Author: words.T("agent.mailtext.sample.agent"),
		Text: text, HTML: template.HTML("<p>" + template.HTMLEscapeString(text) + "</p>"), //nolint:gosec // escaped here
		Link: "https://help.example.com/ticket/thread/sample", UnsubscribeURL: "https://help.example.com/ticket/unsubscribe/sample"}
	switch kind {
	case MailCustomerReplied:
		m.Author = words.T("agent.mailtext.sample.author")
	case MailStatusChanged:
		m.Status = words.T("agent.mailtext.sample.status")
	case MailClosed:
		m.Status, m.Over = words.T("agent.mailtext.sample.status.ended"), true
	}
	return m
}

// Words are the words of a language.
func (v *Views) Words(lang string) *locale.Strings { return v.options.Catalogue.For(lang) }
