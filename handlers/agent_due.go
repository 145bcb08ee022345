package handlers

import (
	"time"

	"lodge/desk"
	"lodge/locale"
	"lodge/models"
	"lodge/views"
)

// nearDue is from when a chip counts down instead of naming the moment.
const nearDue = 12 * time.Hour

// dueChip says in short words what a ticket owes first, and when (AG-6). The assets' script says
// the same minute by minute.
func dueChip(words *locale.Strings, actor desk.Actor, now time.Time, m desk.DueMark) views.DueChip {
	return dueChipAs(words, actor, now, m, m.Kind)
}

// dueChipAs is dueChip in the words of a kind, or of "any" where what is due stands beside it.
func dueChipAs(words *locale.Strings, actor desk.Actor, now time.Time, m desk.DueMark, as string) views.DueChip {
	if m.State == "" {
		return views.DueChip{}
	}
	if m.State == desk.DuePaused {
		return views.DueChip{State: m.State, Text: words.T("agent.due.paused"), Title: words.T("agent.due.paused.why")}
	}
	key := "agent.due." + as
	place := actor.Clock("")
	at := views.ShortMoment(words, now, m.At, place)
	if m.Kind == desk.DueDate {
		at = views.ShortDay(words, now, m.At, place)
	}
	c := views.DueChip{State: m.State, Kind: m.Kind, At: int64(models.At(m.At)), Over: words.Tf(key+".over", "Left", "{left}"),
		Units: words.T("agent.due.units"), SoonTag: words.T("agent.due.soon"), Zone: actor.Zone}
	if m.Kind != desk.DueDate {
		c.In, c.By = words.Tf(key+".in", "Left", "{left}"), words.Tf(key+".by", "At", "{at}") // a day stays what it says until it is over
	}
	if !m.Soon.IsZero() {
		c.Soon = int64(models.At(m.Soon))
	}
	switch left := m.At.Sub(now); {
	case m.State == desk.DueLate:
		c.Text = words.Tf(key+".over", "Left", views.ShortSpan(words, -left))
	case m.Kind != desk.DueDate && left < nearDue:
		c.Text = words.Tf(key+".in", "Left", views.ShortSpan(words, left+time.Minute-time.Second))
	default:
		c.Text = words.Tf(key+".by", "At", at)
	}
	c.Title = words.Tf("agent.due."+m.Kind+".title", "At", views.LongMoment(words, m.At, place))
	if m.OtherKind != "" {
		c.Title += " · " + words.Tf("agent.due."+m.OtherKind+".title", "At", views.LongMoment(words, m.OtherAt, place))
	}
	return c
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
