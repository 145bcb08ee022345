package models

import (
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Why a rule does not apply, beside the conditions' own words (RouteConditions).
const (
	RouteOtherProject = "project" // it is for another project
	RouteBroken       = "broken"  // what is stored of it cannot be read
)

// The values of the condition RouteHours.
const (
	RouteInside  = "inside"
	RouteOutside = "outside"
)

// RouteFacts is what the conditions of rules look at of one ticket; an id of 0 is none. A RouteFacts
// keeps the words of its texts once they were asked for, and belongs to one goroutine.
type RouteFacts struct {
	ProjectID int64
	TypeID    int64
	Priority  int64
	StatusID  int64
	TeamID    int64
	CompanyID int64
	// Fields are the answers to the template's questions.
	Fields []FieldValue
	// Texts are the title, the first message and, when a customer has just written, what they wrote.
	Texts []string
	// Domain is that of the reporter's address, empty where that is synthetic.
	Domain string
	// Origin is where the ticket came from (OriginWeb, …).
	Origin string
	// Language is the reporter's locale.
	Language string
	// Outside: nobody is at work now by Catalog.CalendarFor the ticket.
	Outside bool

	words *routeText
}

// FactsOf reads a ticket's own columns into facts; the rest is for the caller: texts, what is known
// of the reporter, and the hours.
func FactsOf(t *Ticket) RouteFacts {
	id := func(p *int64) int64 {
		if p == nil {
			return 0
		}
		return *p
	}
	return RouteFacts{ProjectID: t.ProjectID, TypeID: id(t.TypeID), Priority: t.Priority, StatusID: t.StatusID, TeamID: id(t.TeamID), CompanyID: id(t.CompanyID), Fields: t.Fields(), Origin: t.Origin}
}

// SetReporter reads the domain and the language out of a contact; fallback is the language of who
// has none.
func (f *RouteFacts) SetReporter(c *Contact, fallback string) {
	f.Domain = ""
	if !c.Synthetic {
		if at := strings.LastIndexByte(c.Address, '@'); at >= 0 {
			f.Domain = strings.ToLower(c.Address[at+1:])
		}
	}
	if f.Language = c.Locale; f.Language == "" {
		f.Language = fallback
	}
}

// Match says whether the rule applies to a ticket: it is for its project, and all its conditions
// hold. If not, why is the first that does not: a word of RouteConditions, RouteOtherProject or
// RouteBroken. Whether the rule is switched on, and for what kind of happening, is not asked.
func (r *RoutingRule) Match(f *RouteFacts) (ok bool, why string) {
	switch {
	case r.Broken:
		return false, RouteBroken
	case r.ProjectID != nil && *r.ProjectID != f.ProjectID:
		return false, RouteOtherProject
	}
	ready := r.ready
	if len(ready) != len(r.Conditions) || len(ready) > 0 && r.readyOf != &r.Conditions[0] {
		// Changed since it was read, or made by hand: the rule itself may be shared and stays as it is.
		ready = readyConditions(r.Conditions)
	}
	for i := range ready {
		if ready[i].holds(f) == r.Conditions[i].Not {
			return false, r.Conditions[i].On
		}
	}
	return true, ""
}

// MovesWith says that the rule looks at something that changes in a ticket's life.
func (r *RoutingRule) MovesWith() bool {
	return slices.ContainsFunc(r.Conditions, func(c RouteCondition) bool {
		switch c.On {
		case RouteChannel, RouteDomain, RouteLanguage, RouteHours:
			return false
		}
		return true
	})
}

// readyCondition is a condition whose values are compared as they are: numbers read, words folded.
type readyCondition struct {
	on, field string
	ids       []int64
	words     []string
	phrases   []routePhrase
}

func readyConditions(all []RouteCondition) []readyCondition {
	ready := make([]readyCondition, len(all))
	for i, c := range all {
		r := readyCondition{on: c.On, field: c.Field}
		for _, v := range c.Values {
			switch c.On {
			case RouteType, RoutePriority, RouteCompany, RouteStatus, RouteTeam:
				if id, err := strconv.ParseInt(v, 10, 64); err == nil {
					r.ids = append(r.ids, id)
				}
			case RouteWords:
				// Nothing stands in every text; a value without a word never holds.
				if v = foldWords(v); v != "" {
					r.phrases = append(r.phrases, newRoutePhrase(v))
				}
			case RouteDomain:
				r.words = append(r.words, strings.TrimPrefix(strings.ToLower(strings.TrimSpace(v)), "@"))
			case RouteField:
				r.words = append(r.words, fold(strings.TrimSpace(v)))
			default:
				r.words = append(r.words, v)
			}
		}
		ready[i] = r
	}
	return ready
}

// holds says whether one of the values is true of the ticket.
func (c *readyCondition) holds(f *RouteFacts) bool {
	switch c.on {
	case RouteType:
		return slices.Contains(c.ids, f.TypeID)
	case RoutePriority:
		return slices.Contains(c.ids, f.Priority)
	case RouteCompany:
		return slices.Contains(c.ids, f.CompanyID)
	case RouteStatus:
		return slices.Contains(c.ids, f.StatusID)
	case RouteTeam:
		return slices.Contains(c.ids, f.TeamID)
	case RouteField:
		for i := range f.Fields {
			if f.Fields[i].Slug != c.field {
				continue
			}
			for _, given := range f.Fields[i].Values {
				if slices.Contains(c.words, fold(strings.TrimSpace(given))) {
					return true
				}
			}
		}
		return false
	case RouteWords:
		if f.words == nil {
			f.words = newRouteText(f.Texts)
		}
		return slices.ContainsFunc(c.phrases, f.words.has)
	case RouteDomain:
		return f.Domain != "" && slices.Contains(c.words, f.Domain)
	case RouteChannel:
		return slices.Contains(c.words, f.Origin)
	case RouteLanguage:
		return slices.Contains(c.words, f.Language)
	case RouteHours:
		if f.Outside {
			return slices.Contains(c.words, RouteOutside)
		}
		return slices.Contains(c.words, RouteInside)
	}
	return false
}

// routeTextMost is how much of a text is looked through, in bytes: who writes a book says what it is
// about before that, and a rule must not cost more than the ticket it is for.
const routeTextMost = 16 << 10

// routeText finds words: the set of them tells most questions, the text itself finds phrases.
type routeText struct {
	set   map[string]struct{}
	texts []string
}

func newRouteText(texts []string) *routeText {
	t := &routeText{set: map[string]struct{}{}}
	for _, text := range texts {
		if len(text) > routeTextMost {
			cut := routeTextMost
			for cut > 0 && !utf8.RuneStart(text[cut]) {
				cut--
			}
			text = text[:cut]
		}
		text = foldWords(text)
		for word := range strings.SplitSeq(text, " ") {
			t.set[word] = struct{}{}
		}
		t.texts = append(t.texts, " "+text+" ")
	}
	return t
}

// routePhrase is a word, or words one behind the other.
type routePhrase struct {
	words []string
	// whole has blanks on both sides, which keep it to whole words; empty for a single word.
	whole string
}

func newRoutePhrase(folded string) routePhrase {
	p := routePhrase{words: strings.Split(folded, " ")}
	if len(p.words) > 1 {
		p.whole = " " + folded + " "
	}
	return p
}

// has says whether a phrase stands in one of the texts.
func (t *routeText) has(p routePhrase) bool {
	for _, word := range p.words {
		if _, ok := t.set[word]; !ok {
			return false
		}
	}
	return p.whole == "" || slices.ContainsFunc(t.texts, func(text string) bool { return strings.Contains(text, p.whole) })
}

// foldWords writes a text as its words with one blank between them, in small letters and without
// accents. In scripts that put no blanks between words each sign is one.
func foldWords(text string) string {
	text = strings.ReplaceAll(fold(text), "ß", "ss")
	var b strings.Builder
	b.Grow(len(text))
	gap := false
	for _, r := range text {
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			gap = true
			continue
		}
		own := r >= 0x0E00 && unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Thai)
		if (gap || own) && b.Len() > 0 {
			b.WriteByte(' ')
		}
		b.WriteRune(r)
		gap = own
	}
	return b.String()
}
