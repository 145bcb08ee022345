package handlers

import (
	"strings"
	"time"

	"lodge/desk"
	"lodge/locale"
	"lodge/models"
	"lodge/views"
)

// nearDue is from when a chip counts down instead of naming the moment.
const nearDue = 12 * time.Hour

// dueWriter writes the chips of one page: what is the same on all of them is looked up once.
type dueWriter struct {
	words    *locale.Strings
	now      time.Time
	place    *time.Location
	zone     string
	patterns map[string]views.DueChip
}

func newDueWriter(words *locale.Strings, actor desk.Actor, now time.Time) *dueWriter {
	return &dueWriter{words: words, now: now, place: actor.Clock(""), zone: actor.Zone, patterns: map[string]views.DueChip{}}
}

// pattern is a chip in the words of a kind, without its moment.
func (w *dueWriter) pattern(kind string) views.DueChip {
	c, known := w.patterns[kind]
	if !known {
		key := "agent.due." + kind
		c = views.DueChip{Over: w.words.Tf(key+".over", "Left", "{left}"), Units: w.words.T("agent.due.units"), SoonTag: w.words.T("agent.due.soon"), Zone: w.zone, By: w.words.Tf(key+".by", "At", "{at}")}
		if kind != desk.DueDate {
			c.In = w.words.Tf(key+".in", "Left", "{left}")
		}
		w.patterns[kind] = c
	}
	return c
}

// chip says in short words what a ticket owes first, and when (AG-6). The assets' script says the
// same minute by minute.
func (w *dueWriter) chip(m desk.DueMark) views.DueChip { return w.chipAs(m, m.Kind) }

// chipAs is chip in the words of a kind, or of "any" where what is due stands beside it.
func (w *dueWriter) chipAs(m desk.DueMark, as string) views.DueChip {
	switch m.State {
	case "":
		return views.DueChip{}
	case desk.DuePaused:
		return views.DueChip{State: m.State, Text: w.words.T("agent.due.paused"), Title: w.words.T("agent.due.paused.why")}
	}
	c := w.pattern(as)
	c.State, c.Kind, c.At = m.State, m.Kind, int64(models.At(m.At))
	if !m.Soon.IsZero() {
		c.Soon = int64(models.At(m.Soon))
	}
	switch left := m.At.Sub(w.now); {
	case m.State == desk.DueLate:
		c.Text = strings.Replace(c.Over, "{left}", views.ShortSpan(w.words, -left), 1)
	case m.Kind == desk.DueDate:
		c.Text = strings.Replace(c.By, "{at}", views.ShortDay(w.words, w.now, m.At, w.place), 1)
	case left < nearDue:
		c.Text = strings.Replace(c.In, "{left}", views.ShortSpan(w.words, left+time.Minute-time.Second), 1)
	default:
		c.Text = strings.Replace(c.By, "{at}", views.ShortMoment(w.words, w.now, m.At, w.place), 1)
	}
	if m.Kind == desk.DueDate {
		c.By = "" // a day stays what it says until it is over
	}
	c.Title = w.title(m.Kind, m.At)
	if m.OtherKind != "" {
		c.Title += " · " + w.title(m.OtherKind, m.OtherAt)
	}
	return c
}

func (w *dueWriter) title(kind string, at time.Time) string {
	return w.words.Tf("agent.due."+kind+".title", "At", views.LongMoment(w.words, at, w.place))
}

// dueListed says that a page is one of the lists of dueLinks.
func dueListed(ask desk.QueueAsk, page *desk.QueuePage) bool {
	return page.View == models.ViewOpen && (ask.Due == models.DueOverdue || ask.Due == models.DueSoon)
}

// dueLinks are the open lists by what is due, with their sizes.
func dueLinks(words *locale.Strings, page *desk.QueuePage, ask desk.QueueAsk) []views.AgentView {
	var links []views.AgentView
	for _, due := range []string{models.DueOverdue, models.DueSoon} {
		link := views.AgentView{Label: words.T("agent.queue.due." + due), URL: queueURL(agentHome, desk.QueueAsk{View: models.ViewOpen, Project: ask.Project, Due: due}),
			Current: dueListed(ask, page) && ask.Due == due}
		for _, n := range page.Counts {
			if n.View == due {
				link.Count, link.More = shownCount(n.Count, n.More)
			}
		}
		links = append(links, link)
	}
	return links
}

// clockLine is what the timeline says about what the clock or a rule did.
func clockLine(words *locale.Strings, e desk.AgentEvent, line *views.EventLine) {
	facts := views.ClockEvent(*e.Clock)
	line.Before, line.After = facts.Around(words)
	line.Moment = facts.Due
}

// clockTexts says on a page of notices what the clock did, where it was the clock.
func clockTexts(words *locale.Strings, actor desk.Actor, page *desk.NoticePage, list *views.NoticeList) {
	for i, n := range page.Notices {
		if n.Clock != nil {
			list.Notices[i].Text = views.ClockEvent(*n.Clock).Words(words, actor.Clock(""))
		}
	}
}
