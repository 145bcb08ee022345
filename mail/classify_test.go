package mail

import (
	"strings"
	"testing"
)

// EM-5, A18: what a mail is by itself.
func TestClassify_A18(t *testing.T) {
	for _, row := range []struct{ head, want string }{
		{"", FromPerson},
		{"Auto-Submitted: no", FromPerson},
		{"Auto-Submitted: auto-replied", FromAuto},
		{"Auto-Submitted: Auto-Generated; owner-email=x", FromAuto},
		{"Auto-Submitted: auto-notified", FromAuto},
		{"Precedence: bulk", FromAuto},
		{"Precedence: JUNK", FromAuto},
		{"Precedence: auto_reply", FromAuto},
		{"X-Precedence: bulk", FromAuto},
		{"Precedence: first-class", FromPerson},
		{"X-Autoreply: yes", FromAuto},
		{"X-Autoreply: no", FromPerson},
		{"X-Autorespond: vacation", FromAuto},
		{"X-Autoresponder: x", FromAuto},
		{"X-Loop: autoreply", FromAuto},
		{"X-MS-Exchange-Generated-Message-Source: Mailbox Rules Agent", FromAuto},
		{"Return-Path: <>", FromAuto},
		{"Return-Path: <ada@kunde.example>", FromPerson},
		{"X-Auto-Response-Suppress: All", FromPerson}, // every helpdesk sends that
		{"X-Auto-Response-Suppress: OOF\nSubject: Out of office: Crane", FromAuto},
		{"X-Auto-Response-Suppress: DR, OOF, AutoReply\nIn-Reply-To: <a@help.example>\nSubject: Automatische Antwort: Crane", FromAuto},
		{"In-Reply-To: <a@help.example>\nSubject: Automatic reply: Crane", FromAuto},
		{"In-Reply-To: <a@help.example>\nSubject: Abwesenheitsnotiz: Crane", FromAuto},
		{"In-Reply-To: <a@help.example>\nSubject: Réponse automatique : Grue", FromAuto},
		{"In-Reply-To: <a@help.example>\nSubject: Re: our out of office crane", FromPerson},
		{"Subject: Automatic reply does not work", FromPerson},
		{"Content-Type: multipart/report; report-type=disposition-notification; boundary=b", FromAuto},
		{"Content-Type: multipart/report; report-type=feedback-report; boundary=x", FromAuto},
		{"List-Id: Cranes <cranes.lists.example>", FromList},
		{"List-Id: Support <support.help.example>", FromPerson}, // a group address that is our own door
		{"List-Id: Support <support.help.example>\nPrecedence: list\nList-Unsubscribe: <https://x.example>", FromPerson},
		{"List-Id: Support <support.help.example>\nAuto-Submitted: auto-replied", FromAuto},
		{"List-Id: Evil <help.example.evil.example>", FromList},
		{"Precedence: list", FromList},
		{"List-Unsubscribe: <https://x.example>", FromList},
		{"List-Unsubscribe: <https://x.example>\nPrecedence: bulk", FromList},
		{"List-Unsubscribe: <https://x.example>\nIn-Reply-To: <a@help.example>", FromPerson},
		{"List-Post: <mailto:x@lists.example>", FromList},
		{"Auto-Submitted: auto-generated\nList-Unsubscribe: <https://x.example>", FromAuto},
		{LoopHeader + ": help.example\nAuto-Submitted: auto-generated", FromUs},
		{"X-Failed-Recipients: a@kunde.example", FromBounce},
	} {
		head := strings.ReplaceAll(row.head, "\n", "\r\n")
		raw := "From: ada@kunde.example\r\n" + head + "\r\nDate: Mon, 23 Nov 2026 10:00:00 +0100\r\nMessage-ID: <1@kunde.example>\r\n\r\n--b\r\n\r\nHello\r\n--b\r\nContent-Type: message/disposition-notification\r\n\r\nx: y\r\n--b--\r\n--x\r\n\r\nComplaint\r\n--x--"
		if p := read(t, raw); p.Class != row.want {
			t.Errorf("%q: %s (%s), want %s", row.head, p.Class, p.Why, row.want)
		}
	}
}

// EM-5: notices of failure that follow no standard, and what only looks like one.
func TestBouncesByWords(t *testing.T) {
	for _, row := range []struct {
		raw, want string
		to        []BouncedTo
	}{
		{"Return-Path: <>\nFrom: MAILER-DAEMON\nSubject: Delivery failure\n\nCould not deliver to gone@kunde.example: user unknown", FromBounce, []BouncedTo{{"gone@kunde.example", "", true, "user unknown"}}},
		{"Return-Path: <>\nFrom: postmaster@kunde.example\nSubject: Undeliverable: x\n\nYour message did not reach some or all of the intended recipients.\n\n  voll@kunde.example on 23.11.2026\n    The mailbox is full 4.2.2", FromBounce, []BouncedTo{{"voll@kunde.example", "4.2.2", false, "on 23.11.2026 The mailbox is full 4.2.2"}}},
		{"From: MAILER-DAEMON@kunde.example\nSubject: Warning: could not send message for past 4 hours\nAuto-Submitted: auto-replied\n\nThe message was delayed and will be retried: slow@kunde.example", FromBounce, []BouncedTo{{"slow@kunde.example", "", false, ""}}},
		{"From: ada@kunde.example\nSubject: Undelivered Mail Returned to Sender\n\nI got this: could not be delivered to gone@kunde.example. What now?", FromPerson, nil},
		{"From: postmaster@kunde.example\nSubject: Question\n\nCould you look at our mail server?", FromPerson, nil},
		{"Return-Path: <>\nFrom: ada@kunde.example\nSubject: I am away\n\nBack on Monday", FromAuto, nil},
	} {
		p := read(t, row.raw)
		if p.Class != row.want {
			t.Errorf("%.60q: %s (%s), want %s", row.raw, p.Class, p.Why, row.want)
			continue
		}
		if row.to == nil {
			continue
		}
		if len(p.Bounce.Recipients) != len(row.to) || p.Bounce.Recipients[0] != row.to[0] {
			t.Errorf("%.60q: %+v", row.raw, p.Bounce.Recipients)
		}
	}
}

// A23: a report says what it says about 40 at most, and who got the mail is no bounce.
func TestReportOfAThousand_A23(t *testing.T) {
	raw := "Return-Path: <>\r\nFrom: mailer-daemon@evil.example\r\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; evil.example\r\n\r\n" +
		"Final-Recipient: rfc822; fine@kunde.example\r\nAction: delivered\r\nStatus: 2.0.0\r\n\r\n" +
		strings.Repeat("Final-Recipient: rfc822; a@kunde.example\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n", 1000) +
		"--b\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: <x@help.example>\r\n--b--"
	p := read(t, raw)
	if p.Class != FromBounce || len(p.Bounce.Recipients) != maxBounced || p.Bounce.MailID != "<x@help.example>" || p.Bounce.Recipients[0].Address != "a@kunde.example" {
		t.Errorf("%s %+v", p.Class, p.Bounce)
	}
}
