package views

import (
	"regexp"
	"strings"
	"testing"
)

// SE-4, A24, A49: a project's own words stand in a mail; what people typed is put in as it is, once, and is neither a
// template, nor a variable, nor a header, nor markup.
func TestMailWithOwnWords(t *testing.T) {
	v := open(t)
	m := sampleMail
	m.Name, m.Title = "{{.Secret}} {title} <b>", "{project} {{template \"x\"}} ${7*7}\r\nBcc: x@evil.example"
	m.Own = &MailOwn{Subject: "Thanks {name}: {title}", Body: "Dear {name},\nsecond line {unknown} {{.Link}}\n\n{message}\n\nYours, {project} ({workspace}, {reference})"}
	subject, text, html, err := v.Mail("en", MailCreated, m)
	if err != nil {
		t.Fatal(err)
	}
	if strings.ContainsAny(subject, "\r\n") || !strings.HasPrefix(subject, `Thanks {{.Secret}} {title} <b>: {project} {{template "x"}} ${7*7} Bcc: x@evil.example`) {
		t.Errorf("subject %q", subject)
	}
	for _, want := range []string{"Dear {{.Secret}} {title} <b>,\nsecond line {unknown} {{.Link}}", "Yours, " + m.Project + " (" + m.Workspace + ", " + m.Reference + ")", m.Link, m.UnsubscribeURL, "Please don’t forward it"} {
		if !strings.Contains(text, want) {
			t.Errorf("the text lacks %q:\n%s", want, text)
		}
	}
	for _, want := range []string{"Dear {{.Secret}} {title} &lt;b&gt;,", "{unknown} {{.Link}}", "Yours, ", "View ticket details", "Stop mails"} {
		if !strings.Contains(html, want) {
			t.Errorf("the HTML lacks %q", want)
		}
	}
	if strings.Contains(html, "<b>") || strings.Contains(html, "<evil") {
		t.Error("typed text is markup")
	}
	at := func(part string) int { return strings.Index(text, part) }
	if !(at("Dear") < at(m.Excerpt()[:20]) && at(m.Excerpt()[:20]) < at("Yours")) {
		t.Errorf("the message is not in its place:\n%s", text)
	}
}

// What a variable has no value for is left out with the space before it; without {message} the message stands at the end.
func TestMailOwnWordsWithGaps(t *testing.T) {
	v := open(t)
	m := sampleMail
	m.Name, m.Own = "", &MailOwn{Subject: "Hello {name}", Body: "Hello {name},\n\nbye"}
	subject, text, _, err := v.Mail("en", MailAgentReplied, m)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(subject, "Hello") || strings.Contains(subject, "{") || !strings.HasPrefix(text, "Hello,\n\nbye\n") {
		t.Errorf("%q\n%s", subject, text)
	}
	if strings.Index(text, "bye") > strings.Index(text, strings.Fields(m.Text)[0]) {
		t.Errorf("the message is not behind the words:\n%s", text)
	}
}

// A3: mails that are not for a project to word never take its words.
func TestFixedMailsKeepTheirWords(t *testing.T) {
	v := open(t)
	for _, kind := range []string{MailCreatedUnproven, MailPreferences, MailAgentNotice, MailAgentInvited, MailPasswordReset, MailPasswordChanged, MailAgentRefused, MailTest} {
		m := sampleMail
		m.Event, m.Own = "new", &MailOwn{Subject: "Buy now", Body: "Buy now"}
		subject, text, html, err := v.Mail("en", kind, m)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(subject+text+html, "Buy now") {
			t.Errorf("%s takes other words", kind)
		}
	}
}

var (
	tags    = regexp.MustCompile(`(?s)<(style|title)[^>]*>.*?</(style|title)>|<[^>]*>`)
	oneLine = func(s string) string { return strings.Join(strings.Fields(s), " ") }
)

// The built-in words, read as a project's own, make the same mail, also with everything that stands
// around them and to an address that has not proven itself (A3).
func TestBuiltInWordsAreTheirOwnTemplate(t *testing.T) {
	v := open(t)
	none := func(*Mail) {}
	cases := map[string]struct {
		kind string
		with func(m *Mail)
	}{
		"created": {MailCreated, none}, "agent_replied": {MailAgentReplied, none}, "followed_up": {MailFollowedUp, none}, "person_added": {MailPersonAdded, none}, "link_replaced": {MailLinkReplaced, none},
		"customer_replied": {MailCustomerReplied, func(m *Mail) { m.Files = nil }}, "status_changed": {MailStatusChanged, func(m *Mail) { m.Status = "Waiting for you" }},
		"closed":                {MailClosed, func(m *Mail) { m.Status, m.Over = "Resolved", true }},
		"closed by itself":      {MailClosed, func(m *Mail) { m.Status, m.Over, m.SilentDays = "Closed", true, 8 }},
		"reminder":              {MailReminder, func(m *Mail) { m.Files, m.CanReply, m.ClosesOn = nil, true, galleryNow }},
		"reminder alone":        {MailReminder, func(m *Mail) { m.Files = nil }},
		"reminder, unproven":    {MailReminder, func(m *Mail) { m.Files, m.Name, m.Title, m.ClosesOn = nil, "", "", galleryNow }},
		"closed, days":          {MailClosed, func(m *Mail) { m.Status, m.Over, m.ReopenDays = "Resolved", true, 14 }},
		"closed for good":       {MailClosed, func(m *Mail) { m.Status = "Rejected" }},
		"closed, to be replied": {MailClosed, func(m *Mail) { m.Status, m.Over, m.CanReply = "Resolved", true, true }},
		"closed, unproven":      {MailClosed, func(m *Mail) { m.Status, m.Over, m.Name, m.Title = "Resolved", true, "", "" }},
		"status, unproven":      {MailStatusChanged, func(m *Mail) { m.Status, m.Name, m.Title = "Waiting for you", "", "" }},
		"replied with a status": {MailAgentReplied, func(m *Mail) { m.Status, m.Over, m.ReopenDays, m.Signature = "Resolved", true, 14, "Mia\nNorthwind" }},
		"replied, unproven":     {MailAgentReplied, func(m *Mail) { m.Name, m.Title = "", "" }},
		"customer with status":  {MailCustomerReplied, func(m *Mail) { m.Files, m.Status, m.CanReply = nil, "Open", true }},
		"customer, unproven": {MailCustomerReplied, func(m *Mail) {
			m.Files, m.Name, m.Title, m.Author, m.Text, m.HTML = nil, "", "", "", "", ""
		}},
	}
	for _, lang := range []string{"en", "de"} {
		for name, c := range cases {
			m := sampleMail
			m.ResponseTime = ""
			c.with(&m)
			subject, text, html, err := v.Mail(lang, c.kind, m)
			if err != nil {
				t.Fatal(err)
			}
			own := MailBuiltIn(v.Words(lang), c.kind)
			m.Own = &own
			ownSubject, ownText, ownHTML, err := v.Mail(lang, c.kind, m)
			if err != nil {
				t.Fatal(err)
			}
			if subject != ownSubject || oneLine(text) != oneLine(ownText) {
				t.Errorf("%s %s:\n%s\n%s\n--- own\n%s\n%s", lang, name, subject, text, ownSubject, ownText)
			}
			if html, ownHTML = oneLine(tags.ReplaceAllString(html, " ")), oneLine(tags.ReplaceAllString(ownHTML, " ")); html != ownHTML {
				t.Errorf("%s %s:\n%s\n--- own\n%s", lang, name, html, ownHTML)
			}
		}
	}
}

// NU-1: a mail that tells several answers tells each of them once among own words, with its author.
func TestOwnWordsAroundSeveralAnswers(t *testing.T) {
	v := open(t)
	m := notifyMailCases()["agent_replied-batch"].mail
	m.Signature, m.Own = "Mia\nNorthwind", &MailOwn{Subject: "News: {title}", Body: "{agent} wrote:\n\n{message}\n\nYours, {project}"}
	subject, text, html, err := v.Mail("en", MailAgentReplied, m)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(subject, "News: "+m.Title) || !strings.HasPrefix(text, "Mia Chen and Tom Weber wrote:\n\nMia Chen, ") {
		t.Errorf("%s\n%s", subject, text)
	}
	for part, all := range map[string]string{"text": text, "HTML": oneLine(tags.ReplaceAllString(html, ""))} {
		for _, once := range []string{"Mia Chen, ", "New pads are on their way.", "Tom Weber, ", "They left our house at noon.", "Yours, City bikes", "The status is now “Resolved”.", "opens the ticket again", "return-label.pdf"} {
			if strings.Count(all, once) != 1 {
				t.Errorf("the %s holds %q %d times:\n%s", part, once, strings.Count(all, once), all)
			}
		}
		if strings.Contains(all, "2 new answers") || strings.Index(all, "Mia Chen, ") > strings.Index(all, "Tom Weber, ") || strings.Index(all, "at noon") > strings.Index(all, "Yours, ") {
			t.Errorf("the %s is not in order:\n%s", part, all)
		}
	}
}

// A3, A49: own words read well where a value is missing, and for somebody unproven.
func TestOwnWordsCloseAroundGaps(t *testing.T) {
	v := open(t)
	words := v.Words("en")
	for _, c := range []struct{ words, want string }{
		{"Hello {name},", "Hello,"},
		{"Hello {name}!", "Hello!"},
		{"{name}, your request is here.", "Your request is here."},
		{"{name}:\n{name} – über uns", "\nÜber uns"},
		{"For you ({name}) only", "For you only"},
		{"Dear “{name}”, hello", "Dear, hello"},
		{"Re: {title}", "Re: your request"},
		{"{title} is finished. {title} too", "Your request is finished. Your request too"},
		{"Your ticket “{title}” ended", "Your ticket “your request” ended"},
		{"{author} answered “{title}”", "Somebody answered “your request”"},
		{"News!\n{author} and {author}", "News!\nSomebody and somebody"},
		{"{status}: {title}", "Your request"},
		{"{project} {name} {unknown} {reference}", "{name} {title} {unknown} K7"},
		{"{name}", ""},
	} {
		m := Mail{Project: "{name} {title}", Reference: "K7"}
		if got := m.gaps(words).fill(c.words); got != c.want {
			t.Errorf("%q reads %q, want %q", c.words, got, c.want)
		}
	}
	// An answer that must not be told has no own words around nothing.
	m := notifyMailCases()["customer_replied-unproven"].mail
	m.Own = &MailOwn{Subject: "Own {title}", Body: "Own {author}"}
	subject, text, html, err := v.Mail("en", MailCustomerReplied, m)
	if err != nil {
		t.Fatal(err)
	}
	if all := subject + text + html; strings.Contains(all, "Own") || !strings.HasPrefix(subject, "Re: your request") {
		t.Errorf("%s\n%s", subject, text)
	}
}
