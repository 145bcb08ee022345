package views

import (
	"html/template"
	"strings"
	"time"

	"lodge/locale"
)

// Promised is how long something takes, as a project tells it: in a Text of its own, or as a
// Count of Units ("minutes", "hours" or "days") that it took lately, Working for working time.
// All empty: nothing is told.
type Promised struct {
	Text    string
	Count   int
	Unit    string
	Working bool
}

// The things that are promised.
const (
	PromisedAnswer   = "answer"
	PromisedSolution = "solution"
)

// promisedWords are the words of what is promised, by what it is, its unit and whether working time counts.
var promisedWords = map[string]map[string]string{
	PromisedAnswer: {"minutes": "portal.promise.minutes", "hours": "portal.promise.hours", "days": "portal.promise.days",
		"minutes working": "portal.promise.minutes.working", "hours working": "portal.promise.hours.working", "days working": "portal.promise.days.working"},
	PromisedSolution: {"minutes": "portal.promise.solution.minutes", "hours": "portal.promise.solution.hours", "days": "portal.promise.solution.days",
		"minutes working": "portal.promise.solution.minutes.working", "hours working": "portal.promise.solution.hours.working", "days working": "portal.promise.solution.days.working"},
}

// Sentence is the promise in whole sentences; what is PromisedAnswer or PromisedSolution.
func (p Promised) Sentence(words *locale.Strings, what string) string {
	if p.Count == 0 {
		return wholeSentence(p.Text)
	}
	unit := p.Unit
	if p.Working {
		unit += " working"
	}
	return words.Tn(promisedWords[what][unit], p.Count)
}

// wholeSentence ends a text that an administrator wrote as a sentence ends.
func wholeSentence(text string) string {
	text = strings.TrimSpace(text)
	if text == "" || strings.ContainsAny(text[len(text)-1:], ".!?") || strings.HasSuffix(text, "…") {
		return text
	}
	return text + "."
}

// Promise is the input of portal/_promise: what the create page says of time. It is swapped when
// another type is chosen.
type Promise struct {
	// Response and Resolution are whole sentences; may be empty.
	Response, Resolution string
	// OOB is set for an out-of-band swap.
	OOB bool
}

// Away says that nobody is at work; Back is in the zone of the desk, zero when it is not known.
type Away struct{ Back time.Time }

// Turn is what a ticket's page says of who acts next and when.
type Turn struct {
	// Ours: an answer of the team is awaited; otherwise the status says what is.
	Ours bool
	// Away is nil while somebody is at work; Outside says that the ticket was filed when nobody was.
	Away    *Away
	Outside bool
	// ResponseBy and ResolutionBy are in the zone of the desk; zero leaves them out.
	ResponseBy, ResolutionBy time.Time
	// ClosesAt is when the ticket closes unless its customer answers; zero is never.
	ClosesAt time.Time
}

// ownTime is room for a moment in the reader's own zone: a script fills it where that differs from
// the zone of the desk, in which the moment stands already.
func ownTime(words *locale.Strings, at time.Time) template.HTML {
	if at.IsZero() {
		return ""
	}
	return template.HTML(` <time class="own-time" datetime="` + at.Format(time.RFC3339) + `" data-own-time="` + template.HTMLEscapeString(words.T("portal.own_time")) + `" hidden></time>`) //nolint:gosec // escaped here
}

// awayText is the sentence about hours of an acknowledgement.
func (m Mail) awayText(words *locale.Strings) string {
	if !m.Outside {
		return ""
	}
	text := words.T("portal.outside")
	if !m.Back.IsZero() {
		text += " " + words.Tf("portal.back", "At", words.Moment(m.Back))
	}
	return text
}
