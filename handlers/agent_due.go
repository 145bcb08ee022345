package handlers

import (
	"strings"
	"time"

	"lodge/desk"
	"lodge/locale"
	"lodge/models"
	"lodge/views"
)

const (
	// nearDue is from when a chip counts down instead of naming the moment.
	nearDue = 12 * time.Hour
	// weekDue is how far ahead a day's name says which day is meant.
	weekDue = 6 * 24 * time.Hour
)

// dueChip says in short words what a ticket owes first, and when (AG-6). The assets' script says
// the same minute by minute.
func dueChip(words *locale.Strings, actor desk.Actor, now time.Time, m desk.DueMark) views.DueChip {
	if m.State == "" {
		return views.DueChip{}
	}
	if m.State == desk.DuePaused {
		return views.DueChip{State: m.State, Text: words.T("agent.due.paused"), Title: words.T("agent.due.paused.why")}
	}
	key := "agent.due." + m.Kind
	at := shortMoment(words, actor, now, m.At)
	if m.Kind == desk.DueDate {
		at = shortDay(words, actor, now, m.At)
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
		c.Text = words.Tf(key+".over", "Left", shortSpan(words, -left))
	case m.Kind != desk.DueDate && left < nearDue:
		c.Text = words.Tf(key+".in", "Left", shortSpan(words, left+time.Minute-time.Second))
	default:
		c.Text = words.Tf(key+".by", "At", at)
	}
	c.Title = words.Tf("agent.due."+m.Kind+".title", "At", longMoment(words, actor, m.At))
	if m.OtherKind != "" {
		c.Title += " · " + words.Tf("agent.due."+m.OtherKind+".title", "At", longMoment(words, actor, m.OtherAt))
	}
	return c
}

// shortSpan writes a time in one or two units: 35 m, 2 h 05 m, 3 d.
func shortSpan(words *locale.Strings, d time.Duration) string {
	units := strings.Split(words.T("agent.due.units"), "|")
	minutes := max(int64(d/time.Minute), 1)
	switch {
	case minutes < 60:
		return decimal(minutes) + " " + units[2]
	case minutes < 24*60:
		rest := decimal(minutes % 60)
		return decimal(minutes/60) + " " + units[1] + " " + strings.Repeat("0", 2-len(rest)) + rest + " " + units[2]
	}
	return decimal(minutes/24/60) + " " + units[0]
}

// shortMoment writes a moment by the reader's own clock: the time today, with the day's name this
// week, else the date.
func shortMoment(words *locale.Strings, actor desk.Actor, now, at time.Time) string {
	clock := at.In(actor.Clock("")).Format("15:04")
	switch away := at.Sub(now); {
	case sameDay(now, at, actor):
		return clock
	case away > -weekDue && away < weekDue:
		return shortDay(words, actor, now, at) + " " + clock
	}
	return shortDay(words, actor, now, at)
}

// shortDay writes a day by the reader's own clock: today, its name this week, else the date.
func shortDay(words *locale.Strings, actor desk.Actor, now, at time.Time) string {
	local := at.In(actor.Clock(""))
	switch away := at.Sub(now); {
	case sameDay(now, at, actor):
		return words.T("agent.due.today")
	case away > -weekDue && away < weekDue:
		return strings.Split(words.T("agent.due.days"), "|")[local.Weekday()]
	}
	return words.Tf("agent.due.date", "Day", local.Day(), "Month", strings.Split(words.T("locale.months_short"), "|")[local.Month()-1])
}

func sameDay(x, y time.Time, actor desk.Actor) bool {
	place := actor.Clock("")
	return x.In(place).Format(time.DateOnly) == y.In(place).Format(time.DateOnly)
}

// longMoment writes a moment by the reader's own clock, with its zone.
func longMoment(words *locale.Strings, actor desk.Actor, at time.Time) string {
	local := at.In(actor.Clock(""))
	zone := local.Location().String()
	return words.Tf("agent.due.moment", "Weekday", strings.Split(words.T("agent.due.days"), "|")[local.Weekday()], "Day", local.Day(),
		"Month", strings.Split(words.T("locale.months_short"), "|")[local.Month()-1], "Year", local.Year(), "Clock", local.Format("15:04"), "Zone", zone)
}

// dueLinks are the open lists by what is due, with their sizes.
func dueLinks(words *locale.Strings, page *desk.QueuePage, ask desk.QueueAsk) []views.AgentView {
	var links []views.AgentView
	for _, due := range []string{models.DueOverdue, models.DueSoon} {
		link := views.AgentView{Label: words.T("agent.queue.due." + due), URL: queueURL(agentHome, desk.QueueAsk{View: models.ViewOpen, Project: ask.Project, Due: due}),
			Current: page.View == models.ViewOpen && ask.Due == due}
		for _, n := range page.Counts {
			if n.View == due {
				link.Count, link.More = shownCount(n.Count, n.More)
			}
		}
		links = append(links, link)
	}
	return links
}
