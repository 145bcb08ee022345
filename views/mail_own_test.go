package views

import (
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

// The built-in words, read as a project's own, make the same mail.
func TestBuiltInWordsAreTheirOwnTemplate(t *testing.T) {
	v := open(t)
	for _, lang := range []string{"en", "de"} {
		for _, kind := range []string{MailCreated, MailAgentReplied, MailFollowedUp, MailPersonAdded, MailLinkReplaced} {
			m := sampleMail
			m.ResponseTime = ""
			subject, text, _, err := v.Mail(lang, kind, m)
			if err != nil {
				t.Fatal(err)
			}
			own := MailBuiltIn(v.Words(lang), kind)
			m.Own = &own
			ownSubject, ownText, _, err := v.Mail(lang, kind, m)
			if err != nil {
				t.Fatal(err)
			}
			if subject != ownSubject || strings.Join(strings.Fields(text), " ") != strings.Join(strings.Fields(ownText), " ") {
				t.Errorf("%s %s:\n%s\n%s\n--- own\n%s\n%s", lang, kind, subject, text, ownSubject, ownText)
			}
		}
	}
}
