package views

import (
	"html/template"
	"regexp"
	"strings"

	"lodge/locale"
)

// MailOwn are a project's own words of a mail. They may hold variables between braces, such as
// {title}; {message} in Body marks the place of what the mail is about.
type MailOwn struct{ Subject, Body string }

// mailOwn is the template of all mails with words of a project's own.
const mailOwn = "own"

// ownVariable finds a variable, with the space before it: a name that is missing takes it along.
var ownVariable = regexp.MustCompile(` ?\{([a-z]+)\}`)

// ownMessage is the place of what the mail is about.
const ownMessage = "{message}"

// MailBuiltIn gives the built-in words of a mail in the form in which they are changed: the same
// words of the catalogue with variables in place of values. It knows the mails that a project may
// change; of others it gives nothing.
func MailBuiltIn(words *locale.Strings, kind string) MailOwn {
	var parts []string
	switch kind {
	case MailCreated:
		parts = []string{words.Tf("mail.created.hello", "Name", "{name}"), words.Tf("mail.created.intro", "Project", "{project}"), ownMessage, words.T("mail.created.next")}
	case MailAgentReplied:
		parts = []string{words.Tf("mail.agent_replied.intro", "Author", "{agent}", "Project", "{project}"), ownMessage}
	case MailFollowedUp:
		parts = []string{words.Tf("mail.followed_up.intro", "Title", "{title}"), words.T("mail.followed_up.next")}
	case MailPersonAdded:
		parts = []string{words.Tf("mail.person_added.intro", "Title", "{title}", "Project", "{project}"), words.T("mail.person_added.next")}
	case MailLinkReplaced:
		parts = []string{words.Tf("mail.link_replaced.intro", "Title", "{title}", "Project", "{project}"), words.T("mail.link_replaced.next")}
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
	// About is what stands between: "request", "answer" or empty.
	About string
}

// withOwn puts a mail together from a project's own words. What is put in for a variable is not
// read again, whatever it holds (A49).
func (m Mail) withOwn(kind string) OwnMail {
	o := OwnMail{Mail: m}
	switch kind {
	case MailCreated:
		o.About = "request"
	case MailAgentReplied:
		o.About = "answer"
	}
	before, after, _ := strings.Cut(strings.ReplaceAll(m.Own.Body, "\r\n", "\n"), ownMessage)
	o.Before, o.After = m.paragraphs(before), m.paragraphs(after)
	return o
}

// paragraphs are the parts of a text between empty lines, with their variables filled in.
func (m Mail) paragraphs(body string) []string {
	var all []string
	for _, p := range strings.Split(body, "\n\n") {
		if p = strings.TrimSpace(m.fill(p)); p != "" {
			all = append(all, p)
		}
	}
	return all
}

func (m Mail) fill(words string) string {
	values := map[string]string{"name": m.Name, "agent": m.Author, "title": m.Title, "reference": m.Reference, "project": m.Project, "workspace": m.Workspace}
	return ownVariable.ReplaceAllStringFunc(words, func(found string) string {
		value, known := values[ownVariable.FindStringSubmatch(found)[1]]
		switch value = singleLine(value); {
		case !known:
			return found
		case value == "":
			return ""
		case found[0] == ' ':
			return " " + value
		}
		return value
	})
}

// SampleMail is a believable mail for previews, in the language of its words.
func SampleMail(words *locale.Strings, workspace, project string) Mail {
	text := words.T("agent.mailtext.sample.text")
	return Mail{Workspace: workspace, Project: project, Reference: "K7-3QX", Title: words.T("agent.mailtext.sample.title"), Name: words.T("agent.mailtext.sample.name"), Author: words.T("agent.mailtext.sample.agent"),
		Text: text, HTML: template.HTML("<p>" + template.HTMLEscapeString(text) + "</p>"), //nolint:gosec // escaped here
		Link: "https://help.example.com/ticket/thread/sample", UnsubscribeURL: "https://help.example.com/ticket/unsubscribe/sample"}
}

// Words are the words of a language.
func (v *Views) Words(lang string) *locale.Strings { return v.options.Catalogue.For(lang) }
