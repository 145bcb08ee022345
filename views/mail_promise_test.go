package views

import (
	"strings"
	"testing"
)

// promiseMailCases are acknowledgements that tell of time, for the golden files.
func promiseMailCases() map[string]Mail {
	outside := sampleMail
	outside.ResolutionTime = "Our team aims to resolve this type of issue within 24 hours."
	outside.Outside, outside.Back = true, galleryBack
	return map[string]Mail{"created-outside": outside}
}

// CP-10: the notice about working hours and the sentences about time are in both parts of the
// acknowledgement, where own words place them or behind them, and left out where there is nothing to say.
func TestAcknowledgementTellsOfTime(t *testing.T) {
	v := open(t)
	m := promiseMailCases()["created-outside"]
	const outside, back = "You’ve submitted this ticket outside our normal business hours. Our team will respond when they’re back online.", "We are back Monday 30 November, 9:00 (CET)."
	builtIn := MailBuiltIn(v.Words("en"), MailCreated)
	placed := &MailOwn{Subject: "Got it", Body: "Hello {name},\n\n{hours}\n\nTime: {response} And: {resolution}\n\n{message}"}
	plain := &MailOwn{Subject: "Got it", Body: "Thanks.\n\n{message}"}
	for name, own := range map[string]*MailOwn{"built in": nil, "built in as own": &builtIn, "placed": placed, "not placed": plain} {
		m.Own = own
		_, text, html, err := v.Mail("en", MailCreated, m)
		if err != nil {
			t.Fatal(err)
		}
		for part, body := range map[string]string{"text": text, "html": html} {
			for _, want := range []string{outside, back, m.ResponseTime, m.ResolutionTime} {
				if strings.Count(body, want) != 1 {
					t.Errorf("%s, %s: %q stands %d times in\n%s", name, part, want, strings.Count(body, want), body)
				}
			}
		}
		if own == placed && strings.Index(text, outside) > strings.Index(text, m.Title) {
			t.Error("the notice is not where it was placed")
		}
		none := m
		none.Outside, none.ResponseTime, none.ResolutionTime = false, "", ""
		if _, text, html, err = v.Mail("en", MailCreated, none); err != nil || strings.Contains(text+html, "{") || strings.Contains(text+html, "business hours") || strings.Contains(text, "30 November") {
			t.Errorf("%s: %v\n%s", name, err, text)
		}
	}
	// A desk whose hours never begin again promises no time.
	m.Own, m.Back = nil, Mail{}.Back
	if _, text, _, _ := v.Mail("en", MailCreated, m); !strings.Contains(text, outside) || strings.Contains(text, "We are back") {
		t.Error(text)
	}
	// Fixed text, only the link: to an address that has not proven itself nothing of it is said.
	m = promiseMailCases()["created-outside"]
	for _, lang := range []string{"en", "de"} {
		subject, text, html, err := v.Mail(lang, MailCreatedUnproven, m)
		if all := subject + text + html; err != nil || strings.Contains(all, "business hours") || strings.Contains(all, "Geschäftszeiten") || strings.Contains(all, "30") || strings.Contains(all, "24 hours") {
			t.Errorf("%v\n%s", err, all)
		}
	}
}

// CP-10: what it took lately in words, in both languages, with and without working time.
func TestPromisedInWords(t *testing.T) {
	v := open(t)
	for _, row := range []struct {
		lang, what, want string
		Promised
	}{
		{"en", PromisedAnswer, "", Promised{}},
		{"en", PromisedAnswer, "We answer soon.", Promised{Text: " We answer soon "}},
		{"en", PromisedAnswer, "We answer soon!", Promised{Text: "We answer soon!"}},
		{"en", PromisedAnswer, "We typically respond within 4 hours.", Promised{Count: 4, Unit: "hours"}},
		{"en", PromisedAnswer, "We typically respond within 4 working hours.", Promised{Count: 4, Unit: "hours", Working: true}},
		{"en", PromisedAnswer, "We typically respond within 1 working day.", Promised{Count: 1, Unit: "days", Working: true}},
		{"de", PromisedAnswer, "Wir antworten meist innerhalb einer Arbeitsstunde.", Promised{Count: 1, Unit: "hours", Working: true}},
		{"en", PromisedSolution, "Issues of this kind are typically solved within 30 minutes.", Promised{Count: 30, Unit: "minutes"}},
		{"de", PromisedSolution, "Anliegen dieser Art sind meist innerhalb von 3 Arbeitstagen gelöst.", Promised{Count: 3, Unit: "days", Working: true}},
	} {
		if got := row.Sentence(v.Words(row.lang), row.what); got != row.want {
			t.Errorf("%s %+v: %q", row.lang, row.Promised, got)
		}
	}
	for _, what := range promisedWords {
		for _, key := range what {
			for _, lang := range []string{"en", "de"} {
				if !v.Words(lang).Has(key) {
					t.Errorf("no %s word %s", lang, key)
				}
			}
		}
	}
}
