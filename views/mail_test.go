package views

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"
)

var update = flag.Bool("update", false, "write the golden files anew")

var sampleMail = Mail{
	Workspace: "Northwind Bikes", Project: "City bikes", Reference: "K7-3QX", SubjectReference: true,
	Title: "Rear brake squeals & shakes <after rain>", Name: "Ada Lovelace", Author: "Mia Chen",
	Text: "New pads are on their way.\n\nUntil then: ten firm stops.", HTML: "<p>New pads are on their way.</p><p>Until then: <strong>ten</strong> firm stops.</p>",
	Link: "https://help.northwind.example/ticket/thread/own-token", UnsubscribeURL: "https://help.northwind.example/ticket/unsubscribe/own-token",
	NotMineURL:     "https://help.northwind.example/ticket/thread/own-token/not-mine",
	PreferencesURL: "https://help.northwind.example/ticket/preferences/own-token",
	Files:          []MailFile{{Name: "return-label.pdf", Size: 41_000}, {Name: "video.mp4", Size: 31_000_000, URL: "https://help.northwind.example/ticket/thread/own-token/files/f1"}},
	ResponseTime:   "We typically respond within 4 hours.", Number: 1042,
}

// mailCases are the showings of every kind; the name is the golden file's.
func mailCases() map[string]struct {
	kind string
	mail Mail
} {
	type showing = struct {
		kind string
		mail Mail
	}
	plain := sampleMail
	plain.HTML, plain.Files, plain.Name, plain.ResponseTime, plain.SubjectReference = "", nil, "", "", false
	cases := map[string]showing{"created-plain": {MailCreated, plain}, "agent_replied-plain": {MailAgentReplied, plain}}
	for _, kind := range []string{MailCreated, MailCreatedUnproven, MailAgentReplied, MailFollowedUp, MailPersonAdded, MailLinkReplaced, MailPreferences, MailConfirm} {
		cases[kind] = showing{kind, sampleMail}
	}
	account := Mail{Workspace: "Northwind Bikes", Name: "Ada", Author: "Grace", Link: "https://help.northwind.example/sign-up/secret", Code: "042137"}
	for _, kind := range []string{MailAccountActivate, MailAccountInvited, MailAccountKnown, MailSignInLink, MailCustomerReset} {
		cases[kind] = showing{kind, account}
	}
	unknown, ended, lost := sampleMail, sampleMail, Mail{Workspace: "Northwind Bikes"}
	unknown.Title, ended.Ended, ended.Link = "", true, "https://help.northwind.example/ticket/bikes"
	lost.Tickets = []MailTicket{{Title: sampleMail.Title, Project: "City bikes", OpenedAt: galleryNow, Link: sampleMail.Link}, {Project: "Rider app", OpenedAt: galleryNow.AddDate(0, 0, -9), Link: sampleMail.Link + "-2"}}
	for name, m := range map[string]Mail{"new_link": sampleMail, "new_link-unproven": unknown, "new_link-ended": ended} {
		cases[name] = showing{MailNewLink, m}
	}
	cases["lost_links"] = showing{MailLostLinks, lost}
	for _, kind := range []string{MailAgentInvited, MailPasswordReset, MailPasswordChanged, MailAgentRefused, MailTest} {
		cases[kind] = showing{kind, Mail{Workspace: "Northwind Bikes", Name: "Ada Lovelace", Author: "Mia Chen", Link: "https://help.northwind.example/agent/own-token"}}
	}
	for _, event := range []string{"new", "answered", "reopened", "assigned", "mentioned", "team", "due"} {
		m := sampleMail
		m.Event, m.Author, m.Link, m.UnsubscribeURL, m.PreferencesURL = event, "Ada Lovelace", "https://help.northwind.example/agent/tickets/1042", "", ""
		cases["agent_notice-"+event] = showing{MailAgentNotice, m}
	}
	for event, clock := range map[string]ClockEvent{"warned": {Event: "promise_warned", Kind: "next", Policy: "Standard", Minutes: 240, Due: galleryNow},
		"broken":   {Event: "promise_broken", Kind: "first", Policy: "Standard", Calendar: "Berlin", Minutes: 270, Paused: 35, Due: galleryNow},
		"time_low": {Event: "time_low", Company: "Calder Print", Left: 90}} {
		m := sampleMail
		m.Event, m.Clock, m.Place, m.Author, m.Text, m.HTML, m.Files, m.Link, m.UnsubscribeURL, m.PreferencesURL = event, &clock, time.FixedZone("Europe/Berlin", 3600), "", "", "", nil, "https://help.northwind.example/agent/tickets/1042", "", ""
		cases["agent_notice-"+event] = showing{MailAgentNotice, m}
	}
	answerable := sampleMail
	answerable.CanReply = true
	for _, kind := range []string{MailCreated, MailAgentReplied, MailFollowedUp} {
		cases[kind+"-answerable"] = showing{kind, answerable}
	}
	byMail := answerable
	byMail.Link = "" // the portal is off, and mail is the only way
	cases["agent_replied-by_mail"] = showing{MailAgentReplied, byMail}
	notice := cases["agent_notice-answered"]
	notice.mail.CanReply = true
	cases["agent_notice-answerable"] = notice
	for name, c := range closingMailCases() {
		cases[name] = showing(c)
	}
	for name, kind := range notifyMailCases() {
		cases[name] = showing{kind.kind, kind.mail}
	}
	for name, m := range promiseMailCases() {
		cases[name] = showing{MailCreated, m}
	}
	return cases
}

// NU-1, NU-2, PT-13: every mail in both languages, as it was agreed on.
func TestMailsAreAsAgreed(t *testing.T) {
	v := open(t)
	for _, lang := range []string{"en", "de"} {
		for name, c := range mailCases() {
			t.Run(lang+" "+name, func(t *testing.T) {
				subject, plain, page, err := v.Mail(lang, c.kind, c.mail)
				if err != nil {
					t.Fatal(err)
				}
				got := "Subject: " + subject + "\n\n" + plain + "\n=== HTML ===\n" + page
				file := filepath.Join("testdata", "mail", name+"."+lang+".golden")
				if *update {
					if err := os.WriteFile(file, []byte(got), 0o600); err != nil {
						t.Fatal(err)
					}
				}
				want, err := os.ReadFile(file)
				if err != nil {
					t.Fatal(err)
				}
				if got != string(want) {
					t.Errorf("differs from %s; look at it and run with -update if it is right:\n%s", file, got)
				}
				for _, bad := range []string{"⟦", "<no value>", "%!", "ZgotmplZ", "{{", "<img"} {
					if strings.Contains(got, bad) {
						t.Errorf("holds %q", bad)
					}
				}
				if strings.Contains(plain, "&amp;") || strings.Contains(plain, "&lt;") || strings.Contains(subject, "&amp;") {
					t.Error("the plain text is escaped for HTML")
				}
				if !strings.Contains(page, `<html lang="`+lang+`">`) {
					t.Error("does not name its language")
				}
			})
		}
	}
}

// verify_anonymous: the acknowledgement to an unproven address repeats nothing that was typed, and neither does the mail
// about preferences, so that nobody can send their own words to somebody else's mailbox.
func TestMailToUnprovenAddressRepeatsNothing(t *testing.T) {
	v := open(t)
	typed := sampleMail
	typed.Title, typed.Name, typed.Text, typed.HTML, typed.Author = "seeded-title", "seeded-name", "seeded-text", "<p>seeded-html</p>", "seeded-author"
	typed.Reference, typed.Files, typed.ResponseTime = "SEEDED-REF", []MailFile{{Name: "seeded-file.pdf"}}, "seeded-promise"
	for _, lang := range []string{"en", "de"} {
		for _, kind := range []string{MailCreatedUnproven, MailPreferences, MailConfirm} {
			subject, plain, page, err := v.Mail(lang, kind, typed)
			if err != nil {
				t.Fatal(err)
			}
			if found := strings.ToLower(subject + plain + page); strings.Contains(found, "seeded") || strings.Contains(found, "1042") {
				t.Errorf("%s in %q repeats what was typed:\n%s\n%s", kind, lang, subject, plain)
			}
			own := typed.Link
			if kind == MailPreferences {
				own = typed.UnsubscribeURL
			}
			if !strings.Contains(plain, own) || !strings.Contains(page, own) {
				t.Errorf("%s in %q lacks its link", kind, lang)
			}
		}
		// The test can fail: the other mails do repeat it.
		if _, plain, _, _ := v.Mail(lang, MailCreated, typed); !strings.Contains(plain, "seeded-title") {
			t.Error("the proven acknowledgement lacks the title")
		}
	}
}

// PT-13: a replying mail names the way to the ticket and warns that the link is a key. NU-3: it can be stopped.
func TestReplyMailCarriesLinkWarningAndWayOut(t *testing.T) {
	v := open(t)
	subject, plain, page, err := v.Mail("en", MailAgentReplied, sampleMail)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasSuffix(subject, " [K7-3QX]") {
		t.Errorf("subject %q", subject)
	}
	for _, part := range []string{plain, page} {
		for _, want := range []string{"View ticket details", sampleMail.Link, "Anyone who has this link", sampleMail.UnsubscribeURL, "return-label.pdf", sampleMail.Files[1].URL, "Mia Chen"} {
			if !strings.Contains(part, want) {
				t.Errorf("lacks %q in\n%s", want, part)
			}
		}
		if strings.Contains(part, "1042") {
			t.Error("holds the ticket's number")
		}
	}
	doc, err := html.Parse(strings.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	own := 0
	walk(doc, func(n *html.Node) {
		if n.Data == "a" && attr(n, "href") == sampleMail.Link {
			own++
		}
	})
	if own != 1 {
		t.Errorf("%d links to the ticket, want the one that matters", own)
	}
}

// A line break in a title must not begin a header of its own.
func TestMailSubjectIsOneLine(t *testing.T) {
	v := open(t)
	m := sampleMail
	m.Title = "Hello\r\nBcc: everyone@example.com\x00\u2028x"
	subject, _, _, err := v.Mail("en", MailAgentReplied, m)
	if err != nil {
		t.Fatal(err)
	}
	if strings.ContainsAny(subject, "\r\n\x00\u2028") || subject != "Re: Hello Bcc: everyone@example.com x [K7-3QX]" {
		t.Errorf("%q", subject)
	}
}

func TestMailExcerptIsCutAtAWord(t *testing.T) {
	long := Mail{Text: strings.Repeat("Wörter ", 200)}.Excerpt()
	if n := len([]rune(long)); n > excerptLength+2 || !strings.HasSuffix(long, "Wörter …") {
		t.Errorf("%d characters, ends in %q", n, long[len(long)-20:])
	}
	if got := (Mail{Text: " short "}).Excerpt(); got != "short" {
		t.Errorf("%q", got)
	}
	if n := len([]rune(Mail{Text: strings.Repeat("x", 5000)}.Excerpt())); n != excerptLength+2 {
		t.Errorf("%d characters", n)
	}
}

func TestUnknownMailIsAnError(t *testing.T) {
	if _, _, _, err := open(t).Mail("en", "no_such", sampleMail); err == nil {
		t.Error("rendered")
	}
}
